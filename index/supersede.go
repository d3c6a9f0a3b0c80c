package index

// named is how a document says which one it replaces: by path or title, in its own collection.
type named struct{ collection, name string }

// supersedersIn returns the documents of a part that replace others, by what they replace.
func supersedersIn(t *texts) map[named][]*catalogEntry {
	all := map[named][]*catalogEntry{}
	for i := range t.entries {
		e := &t.entries[i]
		for _, name := range e.Supersedes {
			key := named{e.Collection, name}
			all[key] = append(all[key], e)
		}
	}
	return all
}

// supersederOf returns the title of the document that replaces another: of several the last by date,
// path and title; "" where none does.
func (s *snapshot) supersederOf(d *catalogEntry) string {
	var by *catalogEntry
	for _, seg := range s.segments {
		for _, name := range []string{d.Path, d.Title} {
			for _, e := range seg.superseders[named{d.Collection, name}] {
				if e.ID != d.ID && seg.holds(e.ID) && (by == nil || e.after(by)) {
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
