package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Panel is one diagram with logarithmic axes. Points that are not above 0 are left out.
type Panel struct {
	// Title stands above it, X and Y beside the axes.
	Title, X, Y string
	Curves      []Curve
}

// A Curve is a line through points, which are in order of X.
type Curve struct {
	Name   string
	Dashed bool
	Points []Point
}

// A Point is a place on a panel.
type Point struct{ X, Y float64 }

// The measures of a panel, in user units.
const (
	panelWidth, panelHeight = 760, 400
	panelLeft, panelTop     = 76, 56
	plotWidth, plotHeight   = 460, 280
	titleHeight             = 36
)

// colours of curves are told apart by people who do not see all of them, and have a contrast of 3 to
// white. Source: Okabe and Ito, Color Universal Design.
func colours() []string {
	return []string{"#0072b2", "#d55e00", "#007f5f", "#a8428b", "#000000", "#8a6d00", "#2f8fc4", "#666666"}
}

// SVG returns panels one below the other under a title.
func SVG(title string, panels ...Panel) string {
	var b strings.Builder
	Begin(&b, panelWidth, titleHeight+panelHeight*len(panels), title, describe(panels))
	fmt.Fprintf(&b, `<g font-size="15">`)
	Text(&b, panelWidth/2, 26, "middle", title)
	b.WriteString("</g>\n")
	for i := range panels {
		p := panels[i].kept()
		fmt.Fprintf(&b, `<g transform="translate(0 %d)">`+"\n", titleHeight+panelHeight*i)
		p.draw(&b)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// kept returns the panel without what a logarithm cannot show.
func (p Panel) kept() Panel {
	curves := p.Curves
	p.Curves = nil
	for _, c := range curves {
		c.Points = slices.DeleteFunc(slices.Clone(c.Points), func(at Point) bool { return !(at.X > 0 && at.Y > 0) })
		if len(c.Points) > 0 {
			p.Curves = append(p.Curves, c)
		}
	}
	return p
}

// describe says in words what the panels show.
func describe(panels []Panel) string {
	var said []string
	for _, p := range panels {
		said = append(said, fmt.Sprintf("%s: %s by %s.", p.Title, p.Y, p.X))
		for _, c := range p.kept().Curves {
			var points []string
			for _, at := range c.Points {
				points = append(points, fmt.Sprintf("%s at %s", number(at.Y), number(at.X)))
			}
			said = append(said, fmt.Sprintf("%s: %s.", c.Name, strings.Join(points, ", ")))
		}
	}
	return strings.Join(said, " ")
}

// An axis runs over whole decades.
type axis struct{ from, to float64 }

// axisOf returns the decades that hold all values.
func axisOf(values []float64) axis {
	if len(values) == 0 {
		return axis{0, 1}
	}
	a := axis{math.Floor(math.Log10(slices.Min(values))), math.Ceil(math.Log10(slices.Max(values)))}
	if a.from == a.to {
		a.to++
	}
	return a
}

// at returns the place of a value, 0 to 1.
func (a axis) at(v float64) float64 { return (math.Log10(v) - a.from) / (a.to - a.from) }

// axes returns those of the panel.
func (p *Panel) axes() (x, y axis) {
	var xs, ys []float64
	for _, c := range p.Curves {
		for _, at := range c.Points {
			xs, ys = append(xs, at.X), append(ys, at.Y)
		}
	}
	return axisOf(xs), axisOf(ys)
}

func (p *Panel) draw(b *strings.Builder) {
	x, y := p.axes()
	across := func(v float64) float64 { return panelLeft + plotWidth*x.at(v) }
	up := func(v float64) float64 { return panelTop + plotHeight*(1-y.at(v)) }
	Text(b, panelLeft+plotWidth/2, panelTop-16, "middle", p.Title)
	for d := x.from; d <= x.to; d++ {
		v := math.Pow(10, d)
		Line(b, "#ddd", "", across(v), panelTop, across(v), panelTop+plotHeight)
		Text(b, across(v), panelTop+plotHeight+18, "middle", number(v))
	}
	for d := y.from; d <= y.to; d++ {
		v := math.Pow(10, d)
		Line(b, "#ddd", "", panelLeft, up(v), panelLeft+plotWidth, up(v))
		Text(b, panelLeft-8, up(v)+4, "end", number(v))
	}
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="#555"/>`+"\n", panelLeft, panelTop, plotWidth, plotHeight)
	Text(b, panelLeft+plotWidth/2, panelTop+plotHeight+40, "middle", p.X)
	Upright(b, 20, panelTop+plotHeight/2, p.Y)
	for i, c := range p.Curves {
		c.draw(b, colour(i), across, up)
	}
	p.legend(b)
}

func colour(i int) string { return colours()[i%len(colours())] }

// dashes is the attribute of a line that is dashed.
const dashes = `stroke-dasharray="6 4"`

func (c *Curve) draw(b *strings.Builder, stroke string, across, up func(float64) float64) {
	var points []string
	for _, at := range c.Points {
		points = append(points, fmt.Sprintf("%.1f,%.1f", across(at.X), up(at.Y)))
	}
	more := ""
	if c.Dashed {
		more = dashes
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2" %s/>`+"\n", strings.Join(points, " "), stroke, more)
	for _, at := range c.Points {
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"><title>%s</title></circle>`+"\n", across(at.X), up(at.Y), stroke,
			escape(fmt.Sprintf("%s: %s at %s", c.Name, number(at.Y), number(at.X))))
	}
}

// legend names the curves beside the panel, in the order in which they end, the highest on top.
func (p *Panel) legend(b *strings.Builder) {
	order := make([]int, len(p.Curves))
	for i := range order {
		order[i] = i
	}
	last := func(i int) float64 { return p.Curves[i].Points[len(p.Curves[i].Points)-1].Y }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(last(j), last(i)) })
	for row, i := range order {
		y := float64(panelTop + 10 + 22*row)
		more := `stroke-width="2" `
		if p.Curves[i].Dashed {
			more += dashes
		}
		Line(b, colour(i), more, panelLeft+plotWidth+16, y, panelLeft+plotWidth+44, y)
		Text(b, panelLeft+plotWidth+52, y+4, "start", p.Curves[i].Name)
	}
}

// number writes a number in three digits at most, thousands and millions short.
func number(v float64) string {
	const almost = 0.9995 // which three digits round up
	switch {
	case v >= almost*1e6:
		return fmt.Sprintf("%.3gM", v/1e6)
	case v >= almost*1e3:
		return fmt.Sprintf("%.3gk", v/1e3)
	}
	return fmt.Sprintf("%.3g", v)
}
