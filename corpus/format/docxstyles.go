package format

import (
	"encoding/xml"
	"strings"
)

// A wordStyle is what a style says of the paragraphs or runs that have it.
type wordStyle struct {
	based    string
	level    int  // of headings, 0 for others
	title    bool // the document's title
	item     bool
	code     bool
	contents bool // a table of contents, which repeats what stands elsewhere
	hidden   bool
}

// wordStyles are the styles of a document by their ids.
type wordStyles struct {
	byID     map[string]wordStyle
	language string
}

// maxBased is how many styles deep it is looked for what a style is based on.
const maxBased = 16

// of returns a style with what it takes from those it is based on.
func (s wordStyles) of(id string) wordStyle {
	style := s.byID[id]
	for base, i := style.based, 0; base != "" && i < maxBased; i++ {
		b := s.byID[base]
		if style.level == 0 {
			style.level = b.level
		}
		style.item = style.item || b.item
		style.code = style.code || b.code
		style.hidden = style.hidden || b.hidden
		base = b.based
	}
	return style
}

// wordStyles reads the styles of a document; none when the part is missing.
func (a *archive) wordStyles(name string) (wordStyles, error) {
	styles := wordStyles{byID: map[string]wordStyle{}}
	if !a.has(name) {
		return styles, nil
	}
	x, err := a.openXML(name)
	if err != nil {
		return styles, err
	}
	err = x.each(func(xml.StartElement) error {
		return x.each(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "docDefaults":
				return x.language(&styles.language)
			case "style":
				style, err := x.wordStyle()
				styles.byID[value(e, "styleId")] = style
				return err
			}
			return x.skip()
		})
	})
	return styles, err
}

// language finds the first element that names the language of the text.
func (x *xmlReader) language(language *string) error {
	return x.each(func(e xml.StartElement) error {
		if e.Name.Local == "lang" && *language == "" {
			*language = firstOf(value(e, "val"), value(e, "eastAsia"))
		}
		return x.language(language)
	})
}

// wordStyle reads one style. Its meaning is told by its English name, which Word writes whatever
// language it speaks.
func (x *xmlReader) wordStyle() (wordStyle, error) {
	var s wordStyle
	err := x.styleElements(&s)
	return s, err
}

func (x *xmlReader) styleElements(s *wordStyle) error {
	return x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "name":
			s.named(strings.ToLower(value(e, "val")))
		case "basedOn":
			s.based = value(e, "val")
		case "outlineLvl":
			if level := number(e, "val", 9, 9) + 1; level <= 6 {
				s.level = level
			}
		case "vanish":
			s.hidden = isOn(e)
		case "pPr", "rPr":
			return x.styleElements(s)
		}
		return x.skip()
	})
}

func (s *wordStyle) named(name string) {
	switch {
	case name == "title":
		s.title = true
	case strings.HasPrefix(name, "heading ") && len(name) == len("heading 1") && name[8] >= '1' && name[8] <= '6':
		s.level = int(name[8] - '0')
	case strings.HasPrefix(name, "toc ") || strings.HasPrefix(name, "contents ") || name == "table of figures":
		s.contents = true
	case strings.HasPrefix(name, "list"):
		s.item = name != "list paragraph"
	case strings.Contains(name, "preformatted"), strings.HasPrefix(name, "source code"), name == "code", name == "code block", name == "macro text":
		s.code = true
	}
}
