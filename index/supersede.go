package index

import "verbatim/corpus"

// named is how a document says which one it replaces: by path or title, in its own collection.
type named struct{ collection, name string }

// supersedersIn returns the documents of a part that replace others, by what they replace.
func supersedersIn(t *texts) map[named][]string {
	all := map[named][]string{}
	for id, e := range t.at {
		for _, name := range e.Supersedes {
			key := named{e.Collection, name}
			all[key] = append(all[key], id)
		}
	}
	return all
}

// supersederOf returns the title of the document that replaces another: of several the last by date,
// path and title; "" where none does.
func (s *snapshot) supersederOf(d *corpus.Document) string {
	var by *catalogEntry
	for _, seg := range s.segments {
		for _, name := range []string{d.Path, d.Title} {
			for _, id := range seg.superseders[named{d.Collection, name}] {
				if e := seg.texts.at[id]; id != d.ID && seg.holds(id) && (by == nil || e.after(by)) {
					by = e
				}
			}
		}
	}
	if by == nil {
		return ""
	}
	return by.Title
}

// after orders documents by date, then by path.
func (e *catalogEntry) after(o *catalogEntry) bool {
	if c := e.Published.Compare(o.Published); c != 0 {
		return c > 0
	}
	return e.Path > o.Path
}
