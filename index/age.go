package index

import (
	"slices"
	"time"
)

// A document that its owner has archived, or that another one replaces, still tells what was; it only
// stands behind what holds now. Of two that say the same the newer goes first.

// markOutdated fills in how old the candidates are, and which no longer hold.
func markOutdated(list []scored) {
	var newest time.Time
	var replacing []*catalogEntry
	for i := range list {
		doc := list[i].doc.catalogEntry
		if doc.Published.After(newest) {
			newest = doc.Published
		}
		if len(doc.Supersedes) > 0 && !slices.Contains(replacing, doc) {
			replacing = append(replacing, doc)
		}
	}
	for i := range list {
		s := &list[i]
		doc := s.doc.catalogEntry
		if !doc.Published.IsZero() {
			s.age = newest.Sub(doc.Published).Hours() / hoursPerYear
		}
		s.outdated = doc.archived || slices.ContainsFunc(replacing, func(by *catalogEntry) bool { return replaces(by, doc) })
	}
}

// replaces says whether by names doc among the documents that it replaces.
func replaces(by, doc *catalogEntry) bool {
	return by.ID != doc.ID && by.Collection == doc.Collection &&
		slices.ContainsFunc(by.Supersedes, func(name string) bool { return name == doc.Path || name == doc.Title })
}

const hoursPerYear = 24 * 365.25
