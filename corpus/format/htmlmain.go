package format

import (
	"regexp"
	"slices"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// mainText returns the part of a page that its readers came for: the page without its landmarks, such
// as navigation, and of that what Readability finds. Readability is not believed where it keeps less
// than half of the words: of 94 pages of documentation it lost more than half of 12.
func mainText(root *html.Node) *html.Node {
	prune(root, hiddenBy(root))
	landmark := withoutLandmarks(root)
	page := &html.Node{Type: html.DocumentNode}
	body := &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	frame := &html.Node{Type: html.ElementNode, DataAtom: atom.Html, Data: "html"}
	page.AppendChild(frame)
	frame.AppendChild(body)
	body.AppendChild(stripped(landmark, true))
	parser := readability.NewParser()
	parser.KeepClasses = true
	article, err := parser.ParseAndMutate(page, nil)
	if err == nil && article.Node != nil && 2*words(article.Node) >= words(landmark) {
		return article.Node
	}
	return landmark
}

// words counts the words below n, and characters for the scripts that put no blanks between them.
func words(n *html.Node) int {
	count := 0
	visit(n, func(n *html.Node) bool {
		if n.Type == html.TextNode {
			for _, word := range strings.Fields(n.Data) {
				count += 1 + strings.Count(word, "")/12
			}
		}
		return true
	})
	return count
}

// prune removes what nobody reads: scripts, forms' controls and hidden elements.
func prune(n *html.Node, hidden hiddenRules) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.CommentNode || c.Type == html.ElementNode && (isUnread(c) || isHidden(c) || hidden.match(c)) {
			n.RemoveChild(c)
		} else {
			prune(c, hidden)
		}
		c = next
	}
}

func isUnread(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Object, atom.Embed, atom.Canvas, atom.Svg,
		atom.Button, atom.Select, atom.Input, atom.Textarea, atom.Audio, atom.Video, atom.Rt, atom.Rp, atom.Noscript:
		return true
	case atom.Dialog:
		return !hasAttribute(n, "open")
	case atom.Div: // What LibreOffice makes of running heads and feet.
		title := attribute(n, "title")
		return title == "header" || title == "footer"
	case atom.Sup: // The number of a note.
		return n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.DataAtom == atom.A && strings.HasPrefix(attribute(n.FirstChild, "href"), "#")
	case atom.A: // The marks that generators put behind headings and notes.
		class, role := attribute(n, "class"), attribute(n, "role")
		return role == "doc-noteref" || role == "doc-backlink" || strings.Contains(class, "footnote-ref") || strings.Contains(class, "footnote-back") ||
			strings.Contains(class, "headerlink") || strings.Contains(class, "anchorjs") ||
			slices.Contains([]string{"¶", "#", "§", "🔗", "↩", "↩︎", "^"}, strings.TrimSpace(textOf(n))) && strings.HasPrefix(attribute(n, "href"), "#")
	}
	return false
}

// isHidden says whether an element hides itself.
func isHidden(n *html.Node) bool {
	return hasAttribute(n, "hidden") && attribute(n, "hidden") != "until-found" || strings.EqualFold(attribute(n, "aria-hidden"), "true") ||
		hides(attribute(n, "style"))
}

// hides says whether CSS declarations make an element invisible.
func hides(style string) bool {
	if style == "" {
		return false
	}
	style = strings.ToLower(strings.Join(strings.Fields(style), ""))
	for declaration := range strings.SplitSeq(style, ";") {
		property, value, _ := strings.Cut(declaration, ":")
		value = strings.TrimSuffix(value, "!important")
		switch property {
		case "display":
			if value == "none" {
				return true
			}
		case "visibility":
			if value == "hidden" || value == "collapse" {
				return true
			}
		case "opacity":
			if strings.Trim(value, "0.%") == "" && value != "" {
				return true
			}
		case "font-size":
			if strings.HasPrefix(value, "0") && strings.Trim(value, "0.pxemrt%") == "" {
				return true
			}
		case "text-indent", "left", "top", "margin-left":
			if strings.HasPrefix(value, "-999") {
				return true
			}
		}
	}
	return false
}

// hiddenRules are the classes and ids that the page's own style sheets make invisible.
type hiddenRules struct{ classes, ids map[string]bool }

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssRule    = regexp.MustCompile(`([^{};]+)\{([^{}]*)\}`)
	cssMedia   = regexp.MustCompile(`@[^{};]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}`)
	cssSimple  = regexp.MustCompile(`^[a-z0-9]*([.#])([\w-]+)$`)
)

// maxStyle is the length in bytes of the longest style sheet that is looked through.
const maxStyle = 1 << 20

// hiddenBy reads the style sheets of a page: rules with a class or an id alone, which hold on every
// medium. What only some selectors, scripts or other files hide is taken for visible.
func hiddenBy(root *html.Node) hiddenRules {
	rules := hiddenRules{map[string]bool{}, map[string]bool{}}
	visit(root, func(n *html.Node) bool {
		if n.DataAtom != atom.Style {
			return true
		}
		css := textOf(n)
		css = cssMedia.ReplaceAllString(cssComment.ReplaceAllString(css[:min(len(css), maxStyle)], ""), "")
		for _, rule := range cssRule.FindAllStringSubmatch(css, -1) {
			if !hides(rule[2]) {
				continue
			}
			for selector := range strings.SplitSeq(rule[1], ",") {
				switch m := cssSimple.FindStringSubmatch(strings.TrimSpace(selector)); {
				case m == nil:
				case m[1] == ".":
					rules.classes[m[2]] = true
				default:
					rules.ids[m[2]] = true
				}
			}
		}
		return false
	})
	return rules
}

func (h hiddenRules) match(n *html.Node) bool {
	if len(h.ids) > 0 && h.ids[attribute(n, "id")] {
		return true
	}
	return len(h.classes) > 0 && slices.ContainsFunc(strings.Fields(attribute(n, "class")), func(c string) bool { return h.classes[c] })
}

// withoutLandmarks returns a copy of the page's body, or of its one main element, without the parts
// that say that they are beside the point.
func withoutLandmarks(root *html.Node) *html.Node {
	var main *html.Node
	mains := 0
	visit(root, func(n *html.Node) bool {
		if n.DataAtom != atom.Main && attribute(n, "role") != "main" {
			return true
		}
		main = n
		mains++
		return false
	})
	if mains == 1 && words(main) > 0 {
		return stripped(main, false)
	}
	return stripped(bodyOf(root), false)
}

// bodyOf returns the body of a page, the page itself if it has none.
func bodyOf(root *html.Node) *html.Node {
	body := root
	visit(root, func(n *html.Node) bool {
		if n.DataAtom == atom.Body {
			body = n
		}
		return n.DataAtom != atom.Body
	})
	return body
}

// stripped copies n without the landmarks below it; within an article its header is kept.
func stripped(n *html.Node, article bool) *html.Node {
	out := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: n.Attr}
	article = article || n.DataAtom == atom.Article || n.DataAtom == atom.Main
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || !isBeside(c, article) {
			out.AppendChild(stripped(c, article))
		}
	}
	return out
}

func isBeside(n *html.Node, article bool) bool {
	switch attribute(n, "role") {
	case "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog", "alert":
		return true
	}
	switch n.DataAtom {
	case atom.Nav, atom.Footer, atom.Aside, atom.Form:
		return true
	case atom.Header:
		return !article
	}
	return false
}

// withoutQuotes removes what a message quotes of others, as mail programs mark it.
func withoutQuotes(root *html.Node) *html.Node {
	var quotes []*html.Node
	visit(root, func(n *html.Node) bool {
		class := attribute(n, "class")
		if n.DataAtom == atom.Blockquote && (attribute(n, "type") == "cite" || strings.Contains(class, "gmail_quote")) ||
			n.DataAtom == atom.Div && strings.Contains(class, "gmail_quote") {
			quotes = append(quotes, n)
			return false
		}
		return true
	})
	for _, n := range quotes {
		n.Parent.RemoveChild(n)
	}
	return root
}
