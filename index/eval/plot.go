package eval

import (
	"fmt"
	"strings"

	"verbatim/index/chart"
)

// The size of the diagram and of the square within, in user units.
const (
	plotWidth, plotHeight = 480, 496
	plotLeft, plotTop     = 64, 56
	plotSide              = 360
)

// SVG returns a reliability diagram: how many first passages were right at each step of the
// confidence. What is well calibrated lies on the diagonal. Name is that of the set, for the title.
func (c Calibration) SVG(name string) string {
	var b strings.Builder
	title := "Reliability of the confidence: " + name
	chart.Begin(&b, plotWidth, plotHeight, title, c.describe())
	chart.Text(&b, plotWidth/2, 24, "middle", title)
	chart.Text(&b, plotWidth/2, 42, "middle", fmt.Sprintf("calibration error %.3f, Brier score %.3f", c.Error, c.Brier))
	axes(&b)
	most := 1
	for _, bin := range c.Bins {
		most = max(most, bin.Questions)
	}
	for _, bin := range c.Bins {
		bin.draw(&b, most)
	}
	chart.Text(&b, plotLeft+plotSide/2, plotTop+plotSide+40, "middle", "confidence")
	chart.Upright(&b, 18, plotTop+plotSide/2, "share of first passages that are right")
	chart.Text(&b, plotLeft+plotSide/2, plotTop+plotSide+64, "middle", "bars: number of questions; whiskers: 95 % interval")
	b.WriteString("</svg>\n")
	return b.String()
}

// describe says in words what the diagram shows.
func (c Calibration) describe() string {
	steps := []string{"For each step of confidence the share of questions whose first passage is right."}
	for _, bin := range c.Bins {
		steps = append(steps, fmt.Sprintf("Confidence %.1f to %.1f: %.3f of %d.", bin.From, bin.To, bin.Right.Value, bin.Questions))
	}
	return strings.Join(steps, " ")
}

// across and up place a share within the square.
func across(v float64) float64 { return plotLeft + v*plotSide }
func up(v float64) float64     { return plotTop + (1-v)*plotSide }

func axes(b *strings.Builder) {
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="#555"/>`+"\n", plotLeft, plotTop, plotSide, plotSide)
	chart.Line(b, "#555", `stroke-dasharray="5 4"`, across(0), up(0), across(1), up(1))
	for i := 0; i <= 10; i += 2 {
		v := float64(i) / 10
		chart.Line(b, "#555", "", across(v), up(0), across(v), up(0)+5)
		chart.Line(b, "#555", "", across(0)-5, up(v), across(0), up(v))
		chart.Text(b, across(v), up(0)+19, "middle", fmt.Sprintf("%.1f", v))
		chart.Text(b, across(0)-9, up(v)+4, "end", fmt.Sprintf("%.1f", v))
	}
}

// draw draws one step: a bar a fifth as high as the square for the most questions, and the share with
// its interval.
func (bin Bin) draw(b *strings.Builder, most int) {
	tall := plotSide / 5 * float64(bin.Questions) / float64(most)
	fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#cfd8e3"/>`+"\n", across(bin.From)+2, up(0)-tall, across(bin.To)-across(bin.From)-4, tall)
	at := across(bin.Confidence)
	chart.Line(b, "#0b4f9e", `stroke-width="2"`, at, up(bin.Right.Low), at, up(bin.Right.High))
	fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="4" fill="#0b4f9e"><title>%s</title></circle>`+"\n", at, up(bin.Right.Value),
		fmt.Sprintf("%.2f right of %d at confidence %.2f", bin.Right.Value, bin.Questions, bin.Confidence))
}
