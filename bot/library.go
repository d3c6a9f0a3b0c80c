package bot

import (
	"context"
	"sync"
	"time"

	"verbatim/index"
)

// A Collection is what is known of one collection.
type Collection struct {
	Name      string
	Documents int
	// Newest is when its newest document was published; zero where none says.
	Newest time.Time
	// Headings are some of its documents' headings, as examples of what can be asked; at most
	// [MaxHeadings], one of each document.
	Headings []Heading
}

// A Heading is a heading of a document.
type Heading struct {
	Document string // id
	Text     string
}

// MaxHeadings is how many headings of a collection are known: enough to choose examples from.
const MaxHeadings = 12

// A Library is an index as the bot wants it: an [Asker] and a [Catalog].
type Library struct {
	*index.Index
	// Bar is how sure an answer must be; to be set before the first question.
	Bar index.Bar

	mu          sync.Mutex
	counted     index.Manifest // when collections was made
	collections []Collection
}

// NewLibrary makes a library of an index, which may change while it is used.
func NewLibrary(x *index.Index) *Library { return &Library{Index: x} }

// Ask implements [Asker].
func (l *Library) Ask(ctx context.Context, question string, o AskOptions) (index.Answer, error) {
	return l.Index.Ask(ctx, question, index.Options{Top: o.Top, Explain: o.Explain, Collections: o.Collections, Bar: l.Bar})
}

// Built implements [Catalog].
func (l *Library) Built() time.Time { return l.Manifest().Built }

// Collections implements [Catalog]. The documents are counted anew when the index has changed.
func (l *Library) Collections() []Collection {
	m := l.Manifest()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.collections == nil || !m.Built.Equal(l.counted.Built) || m.Documents != l.counted.Documents {
		l.collections, l.counted = collectionsOf(l.Documents()), m
	}
	return l.collections
}

// collectionsOf counts documents, which are in order of their collections.
func collectionsOf(documents []index.DocumentInfo) []Collection {
	all := []Collection{}
	for _, d := range documents {
		if n := len(all); n == 0 || all[n-1].Name != d.Collection {
			all = append(all, Collection{Name: d.Collection})
		}
		c := &all[len(all)-1]
		c.Documents++
		if d.Published.After(c.Newest) {
			c.Newest = d.Published
		}
		if d.Heading != "" && len(c.Headings) < MaxHeadings {
			c.Headings = append(c.Headings, Heading{Document: d.ID, Text: d.Heading})
		}
	}
	return all
}
