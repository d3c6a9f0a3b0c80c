package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"verbatim/index/cache"
)

// An Index is an index in a folder, open for questions. It may be changed while it is asked: each
// question sees the index as it was when it began. It is safe for concurrent use.
type Index struct {
	dir    string
	engine Engine
	cache  *cache.Cache
	// words are those of the sentences that were read.
	words *vocabulary
	tail  int // [tailSentences], smaller in tests
	// asked is when the last question came, in nanoseconds since 1970.
	asked atomic.Int64

	// changing is held while the index is changed.
	changing sync.Mutex

	mu     sync.Mutex
	now    *snapshot
	stated []byte // what CURRENT said when now was opened
}

// Open opens the index in dir. The error wraps [ErrNoIndex] or [ErrDamaged] when there is none to
// open; [Update] mends both.
func Open(dir string, engine Engine) (*Index, error) { return open(dir, engine, false) }

// open is Open; with verify set it reads every file of the index and compares its sum.
func open(dir string, engine Engine, verify bool) (*Index, error) {
	x := &Index{dir: dir, engine: engine, cache: cacheOf(engine), words: newVocabulary(), tail: tailSentences}
	c, stated, err := readCurrent(dir)
	if err != nil {
		return nil, err
	}
	x.now, err = x.load(c, verify)
	if again, later, e := readCurrent(dir); err != nil && e == nil && !bytes.Equal(stated, later) {
		// Somebody has published and removed the old parts in between.
		stated = later
		x.now, err = x.load(again, verify)
	}
	if err != nil {
		return nil, err
	}
	x.stated = stated
	x.take(x.now)
	return x, nil
}

// cacheOf returns the cache that an engine has for its indexes, or a new one.
func cacheOf(engine Engine) *cache.Cache {
	if e, ok := engine.(interface{ Cache() *cache.Cache }); ok && e.Cache() != nil {
		return e.Cache()
	}
	return cache.New(textsBytes)
}

// textsBytes is the size of a cache of which the engine says nothing.
const textsBytes = 16 << 20

// load opens the parts that c names. Those that are open already are used again.
func (x *Index) load(c current, verify bool) (s *snapshot, err error) {
	known := map[string]*segment{}
	if x.now != nil {
		for _, seg := range x.now.segments {
			known[seg.name] = seg
		}
	}
	var opened []*part
	defer func() {
		if err != nil {
			for _, p := range opened {
				err = errors.Join(err, p.close())
			}
		}
	}()
	s = &snapshot{}
	for _, cp := range c.Parts {
		seg, ok := known[cp.Name]
		if !ok {
			p, err := openPart(x.dir, cp.Name, x.engine, x.cache, verify)
			if err != nil {
				return nil, err
			}
			opened = append(opened, p)
			if seg, err = newSegment(p, nil); err != nil {
				return nil, err
			}
		} else if seg.revives(cp.Gone) {
			if seg, err = newSegment(seg.part, nil); err != nil {
				return nil, err
			}
		}
		if seg, err = seg.without(cp.Gone); err != nil {
			return nil, err
		}
		s.segments = append(s.segments, seg)
	}
	return s, nil
}

// take begins the use of a snapshot, and leave ends it: the last to leave closes what no other snapshot
// holds.
func (x *Index) take(s *snapshot) {
	x.mu.Lock()
	defer x.mu.Unlock()
	s.refs++
	if s.refs == 1 {
		for _, seg := range s.segments {
			seg.refs++
		}
	}
}

func (x *Index) leave(s *snapshot) error {
	var idle []*part
	x.mu.Lock()
	s.refs--
	if s.refs == 0 {
		for _, seg := range s.segments {
			seg.refs--
			if seg.refs == 0 {
				idle = append(idle, seg.part)
			}
		}
	}
	x.mu.Unlock()
	var err error
	for _, p := range idle {
		err = errors.Join(err, p.close())
	}
	return err
}

// present returns the snapshot of now, taken.
func (x *Index) present() *snapshot {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.now.refs++
	return x.now
}

// Manifest says what the index holds.
func (x *Index) Manifest() Manifest {
	s := x.present()
	defer x.leave(s)
	return s.view(nil, x.words).Manifest
}

// Documents returns what the index holds, ordered by collection and path.
func (x *Index) Documents() []DocumentInfo {
	s := x.present()
	defer x.leave(s)
	var all []DocumentInfo
	for _, seg := range s.segments {
		for e := range seg.documents() {
			all = append(all, e.DocumentInfo)
		}
	}
	slices.SortFunc(all, func(a, b DocumentInfo) int {
		if c := strings.Compare(a.Collection, b.Collection); c != 0 {
			return c
		}
		return strings.Compare(a.Path, b.Path)
	})
	return all
}

// Digests returns the digest of each document, by its ID.
func (x *Index) Digests() map[string]string {
	s := x.present()
	defer x.leave(s)
	digests := make(map[string]string, s.documents())
	for _, seg := range s.segments {
		for e := range seg.documents() {
			digests[e.ID] = e.Digest
		}
	}
	return digests
}

// Close releases the files of the index. No call of a method may be under way.
func (x *Index) Close() error { return x.leave(x.now) }

// Options are the wishes of one question.
type Options struct {
	// Top is the number of passages wanted whatever the verdict; 0 means at most
	// [DefaultPassages], and of an answer only those that pass the bar.
	Top int
	// Explain asks for [Answer.Explanations].
	Explain bool
	// Bar is the confidence from which a passage is called an answer.
	Bar Bar
	// Collections are those that may be searched; nil means all. Of the others nothing is seen:
	// no sentence, no frequency of a word, no count, no similar spelling.
	Collections []string
}

// Ask answers a question. Its errors are faults of the index or the context's; that nothing
// answers the question is no error but a verdict.
func (x *Index) Ask(ctx context.Context, question string, opts Options) (Answer, error) {
	began := time.Now()
	x.asked.Store(began.UnixNano())
	s := x.present()
	defer x.leave(s)
	v := s.view(opts.Collections, x.words)
	q := ParseQuestion(question, v.Languages)
	a := Answer{Question: question, Chat: q.Chat, Searched: v.Documents, Passages: []Passage{}, UnknownTerms: []string{}}
	if q.Chat != ChatNone {
		a.Verdict = VerdictChat
	} else if err := v.answer(ctx, &q, opts, &a); err != nil {
		return Answer{}, fmt.Errorf("answer question: %w", err)
	}
	a.TookMS = float64(time.Since(began).Microseconds()) / 1000
	return a, nil
}

func (v *view) answer(ctx context.Context, q *Question, opts Options, a *Answer) error {
	st, err := v.statistics(ctx, q)
	if err != nil {
		return err
	}
	st.bar = opts.Bar
	r, ranked, err := v.ranked(ctx, st, opts.Top)
	if err != nil {
		return err
	}
	a.UnknownTerms = append(st.unknown(), st.missingPhrases...)
	judge(ranked, st, a)
	if len(ranked) > 0 && a.Confidence < listenBelow && a.Verdict != VerdictAnswer {
		if err := r.listen(ctx, ranked); err != nil {
			return err
		}
		a.Confidence = confidence(ranked, 0, st)
	}
	chosen := choose(ranked, st, a.Verdict, opts.Top)
	if a.Passages, err = v.passages(ranked, chosen); err != nil || !opts.Explain {
		return err
	}
	for _, i := range chosen {
		e, err := r.explain(ranked, i)
		if err != nil {
			return err
		}
		a.Explanations = append(a.Explanations, e)
	}
	return nil
}

// ranked returns the candidates of a question, at least wanted if there are so many, best first.
func (v *view) ranked(ctx context.Context, st *statistics, wanted int) (*ranker, []scored, error) {
	found, err := v.candidates(ctx, st.terms(), candidates)
	if err == nil {
		found, err = v.withPhrases(ctx, st, found)
	}
	if err != nil {
		return nil, nil, err
	}
	r := &ranker{st: st, view: v, words: v.words}
	list, err := r.rank(ctx, found, wanted)
	return r, list, err
}

// Check reads the quoted span of p again from what is stored. It returns an error when the
// document is gone or no longer reads so; such a passage must not be quoted.
func (x *Index) Check(_ context.Context, p Passage) error {
	s := x.present()
	defer x.leave(s)
	seg := s.segmentOf(p.Document.ID)
	if seg == nil {
		return fmt.Errorf("check quote of document %s: %w", p.Document.ID, ErrNotThere)
	}
	text, err := seg.texts.text(seg.texts.at[p.Document.ID], p.Start, p.End)
	if err != nil {
		return err
	}
	if text != p.Quote {
		return fmt.Errorf("check quote of document %s at bytes %d to %d: the text has changed", p.Document.ID, p.Start, p.End)
	}
	return nil
}

// source returns how a document is named in an answer.
func (s *snapshot) source(d *catalogEntry) Source {
	named := Source{ID: d.ID, Title: d.Title, URL: d.URL, Path: d.Path, Collection: d.Collection, Origin: d.origin, Author: d.author,
		Language: d.Language, Archived: d.archived, SupersededBy: s.supersederOf(d)}
	if !d.Published.IsZero() {
		named.Published = d.Published.Format(DateFormat)
	}
	return named
}
