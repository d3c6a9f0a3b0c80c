package source

import (
	"regexp"

	"verbatim/corpus"
)

// errorTitle matches what servers call a page that they do not have.
var errorTitle = regexp.MustCompile(`(?i)\b40[34]\b|\bnot found\b|\bno longer (available|exists)\b|\b(page|site) (is )?(unavailable|under maintenance)\b|\bservice unavailable\b|\baccess denied\b|nicht gefunden|introuvable|no encontrad|não encontrad|non trovat`)

// doubt says why what was fetched is not to take the place of what was there: servers answer with
// success and an error page. It is nil when it may.
func doubt(old, p *webPage, docs []*corpus.Document) error {
	if isRoot(p.Final) && !isRoot(p.URL) && (old == nil || !isRoot(old.Final)) {
		return errSoft404
	}
	if old == nil {
		return nil
	}
	text, title := 0, ""
	for _, doc := range docs {
		text += len(doc.Text)
		if title == "" {
			title = doc.Title
		}
	}
	if errorTitle.MatchString(title) && !errorTitle.MatchString(old.Title) {
		return errSoft404
	}
	if text*10 >= old.Text {
		return nil
	}
	if old.Suspect != p.Sum {
		old.Suspect, old.Suspects = p.Sum, 0
	}
	old.Suspects++
	if old.Suspects < suspectsToKeep {
		return errSmaller
	}
	return nil
}
