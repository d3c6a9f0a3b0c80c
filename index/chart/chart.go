// Package chart draws diagrams as SVG, without any library: pictures that stand in a README, say in
// words what they show, and can be read in black and white.
package chart

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Begin opens a picture of a size in user units, on white, with its title and a description in words
// for those who do not see it. "</svg>" closes it.
func Begin(b *strings.Builder, width, height int, title, description string) {
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="12">`+"\n",
		width, height, width, height)
	fmt.Fprintf(b, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n", escape(title), escape(description))
	fmt.Fprintf(b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
}

// Line draws a line; more holds further attributes.
func Line(b *strings.Builder, stroke, more string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" %s/>`+"\n", x1, y1, x2, y2, stroke, more)
}

// Text writes a line of text; anchor is start, middle or end.
func Text(b *strings.Builder, x, y float64, anchor, content string) {
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="#222">%s</text>`+"\n", x, y, anchor, escape(content))
}

// Upright writes a line of text that is read from below, with its middle at x, y.
func Upright(b *strings.Builder, x, y float64, content string) {
	fmt.Fprintf(b, `<g transform="rotate(-90 %.0f %.0f)">`, x, y)
	Text(b, x, y, "middle", content)
	b.WriteString("</g>\n")
}

func escape(s string) string {
	var b strings.Builder
	// A strings.Builder takes every write.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
