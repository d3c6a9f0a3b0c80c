package index_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bleve"
)

func document(path, title, text string) *corpus.Document {
	return &corpus.Document{ID: corpus.DocumentID(corpus.DefaultCollection, path), Collection: corpus.DefaultCollection,
		Path: path, Title: title, Language: "en", Text: text}
}

var handbook = []*corpus.Document{
	document("leave.txt", "Leave", "Parents may take twelve weeks of leave. Ask your manager in March. The office closes on Friday."),
	document("travel.txt", "Travel", "Book trains through the portal.\n\nHotels cost at most 120 euros a night. Keep the receipts."),
	document("copy.txt", "Copy", "Keep the receipts."),
}

// update opens an index of docs in dir and closes it with the test.
func update(t *testing.T, dir string, docs ...*corpus.Document) (*index.Index, bool) {
	t.Helper()
	x, built, err := index.Update(t.Context(), dir, bleve.Engine{}, index.Of(docs...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x, built
}

func ask(t *testing.T, x *index.Index, question string, top int) index.Answer {
	t.Helper()
	a, err := x.Ask(t.Context(), question, index.Options{Top: top})
	if err != nil {
		t.Fatal(err)
	}
	a.TookMS = 0
	return a
}

func TestAskVerdicts(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	for _, tt := range []struct {
		question string
		verdict  index.Verdict
		quote    string
		unknown  []string
	}{
		{"How many weeks of leave may parents take?", index.VerdictAnswer, "Parents may take twelve weeks of leave.", []string{}},
		{"What do hotels cost?", index.VerdictAnswer, "Hotels cost at most 120 euros a night.", []string{}},
		{"How do I configure kerberos?", index.VerdictUnknown, "", []string{"configure", "kerberos"}},
		{"Which trains does the manager of the office keep?", index.VerdictNear, "", []string{}},
		{"Hello!", index.VerdictChat, "", []string{}},
	} {
		t.Run(tt.question, func(t *testing.T) {
			a := ask(t, x, tt.question, 0)
			if a.Verdict != tt.verdict || !slices.Equal(a.UnknownTerms, tt.unknown) {
				t.Errorf("verdict %q at %g, unknown %q; want %q, %q", a.Verdict, a.Confidence, a.UnknownTerms, tt.verdict, tt.unknown)
			}
			if tt.quote != "" && (len(a.Passages) == 0 || a.Passages[0].Quote != tt.quote) {
				t.Errorf("passages %+v; want first %q", a.Passages, tt.quote)
			}
		})
	}
}

func TestPassagesPointIntoTheirDocuments(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	a := ask(t, x, "Keep the receipts of hotels and trains in the office", 10)
	if len(a.Passages) < 3 {
		t.Fatalf("%d passages, want at least 3", len(a.Passages))
	}
	texts := map[string]string{}
	for _, d := range handbook {
		texts[d.ID] = d.Text
	}
	shown := map[string]int{}
	for _, p := range a.Passages {
		if got := texts[p.Document.ID][p.Start:p.End]; got != p.Quote {
			t.Errorf("bytes %d to %d of %s are %q, the quote is %q", p.Start, p.End, p.Document.Path, got, p.Quote)
		}
		for _, m := range p.Matched {
			if word := p.Quote[m[0]:m[1]]; strings.ContainsAny(word, " .") {
				t.Errorf("matched %q in %q is no word", word, p.Quote)
			}
		}
		for _, s := range []string{p.Before, p.Quote, p.After} {
			shown[s]++
		}
		if err := x.Check(t.Context(), p); err != nil {
			t.Error(err)
		}
	}
	delete(shown, "")
	for s, n := range shown {
		if n > 1 {
			t.Errorf("%q is shown %d times", s, n)
		}
	}
}

func TestSameQuestionSameAnswer(t *testing.T) {
	first, _ := update(t, t.TempDir(), handbook...)
	reversed := slices.Clone(handbook)
	slices.Reverse(reversed)
	second, _ := update(t, t.TempDir(), reversed...)
	for _, q := range []string{"receipts", "What do hotels cost?", "leave in March on Friday"} {
		if diff := cmp.Diff(ask(t, first, q, 10), ask(t, second, q, 10)); diff != "" {
			t.Errorf("%s: another order of the documents changes the answer:\n%s", q, diff)
		}
	}
}

func TestCheckRefusesWhatChanged(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	p := ask(t, x, "What do hotels cost?", 1).Passages[0]
	for name, bad := range map[string]index.Passage{
		"other words":      {Quote: "Hotels are free.", Start: p.Start, End: p.End, Document: p.Document},
		"other place":      {Quote: p.Quote, Start: p.Start + 1, End: p.End + 1, Document: p.Document},
		"outside":          {Quote: p.Quote, Start: p.Start, End: 1 << 30, Document: p.Document},
		"negative":         {Quote: p.Quote, Start: -1, End: p.End, Document: p.Document},
		"no such document": {Quote: p.Quote, Start: p.Start, End: p.End, Document: index.Source{ID: "0000"}},
	} {
		if err := x.Check(t.Context(), bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestUpdateBuildsOnlyWhatChanged(t *testing.T) {
	dir := t.TempDir()
	if _, built := update(t, dir, handbook...); !built {
		t.Error("the first time nothing was built")
	}
	if _, built := update(t, dir, handbook...); built {
		t.Error("built again without a change")
	}
	changed := document("leave.txt", "Leave", "Parents may take forty weeks of leave.")
	x, built := update(t, dir, changed)
	if !built {
		t.Error("not built after a change")
	}
	if got := ask(t, x, "weeks of leave", 1).Passages[0].Quote; got != changed.Text {
		t.Errorf("got %q from the old text", got)
	}
}

func TestGenerations(t *testing.T) {
	dir := t.TempDir()
	for i := range 4 {
		if err := index.Build(t.Context(), dir, bleve.Engine{}, index.Of(document("a.txt", "A", fmt.Sprintf("Number %d.", i)))); err != nil {
			t.Fatal(err)
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	if want := []string{"CURRENT", "LAST", "LOCK", "gen-000003", "gen-000004"}; !slices.Equal(names, want) {
		t.Errorf("the folder holds %v, want %v", names, want)
	}
	if err := os.Remove(filepath.Join(dir, "LAST")); err != nil { // as older programs have left it
		t.Fatal(err)
	}
	x, built := update(t, dir, document("a.txt", "A", "Number 3."))
	if built {
		t.Error("it is built again")
	}
	apply(t, x, index.Change{Put: []*corpus.Document{document("a.txt", "A", "Number 4.")}})
	if _, err := os.Stat(filepath.Join(dir, "gen-000005")); err != nil {
		t.Error(err)
	}
}

func TestFailedBuildLeavesTheOldIndex(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, handbook...)
	boom := errors.New("disk on fire")
	err := index.Build(t.Context(), dir, bleve.Engine{}, func(ctx context.Context, yield func(*corpus.Document) error) error {
		if err := yield(handbook[0]); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("error %v, want %v", err, boom)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "build-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if x, built := update(t, dir, handbook...); built || ask(t, x, "What do hotels cost?", 1).Verdict != index.VerdictAnswer {
		t.Error("the old index is gone or does not answer")
	}
}

func TestBuildRefusesBadDocuments(t *testing.T) {
	for name, docs := range map[string][]*corpus.Document{
		"same ID twice": {handbook[0], handbook[0]},
		"invalid UTF-8": {document("bad.txt", "Bad", "a\xffb")},
	} {
		if err := index.Build(t.Context(), t.TempDir(), bleve.Engine{}, index.Of(docs...)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// damagedFiles damages each file of a published index in turn: it must be put aside and built
// again, and nothing of it deleted.
func damagedFiles(t *testing.T) {
	for _, how := range []string{"missing", "empty", "cut", "altered"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			files := 0
			for n := 0; ; n++ {
				dir := t.TempDir()
				update(t, dir, handbook...)
				gen := filepath.Join(dir, "gen-000001")
				victim, ok := nth(t, gen, n)
				if !ok {
					break
				}
				files++
				damage(t, victim, how)
				x, built := update(t, dir, handbook...)
				if !built || ask(t, x, "What do hotels cost?", 1).Verdict != index.VerdictAnswer {
					t.Errorf("%s: built again: %v", filepath.Base(victim), built)
				}
				if aside, _ := filepath.Glob(filepath.Join(dir, "quarantine", "*", "gen-000001")); len(aside) != 1 {
					t.Errorf("%s: put aside: %v", filepath.Base(victim), aside)
				}
			}
			if files < 4 {
				t.Fatalf("only %d files were damaged", files)
			}
		})
	}
}

func nth(t *testing.T, dir string, n int) (string, bool) {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n >= len(files) {
		return "", false
	}
	return files[n], true
}

func damage(t *testing.T, path, how string) {
	t.Helper()
	var err error
	switch how {
	case "missing":
		err = os.Remove(path)
	case "empty":
		err = os.Truncate(path, 0)
	case "cut":
		info, e := os.Stat(path)
		if e != nil {
			t.Fatal(e)
		}
		err = os.Truncate(path, info.Size()/2)
	case "altered":
		data, e := os.ReadFile(path)
		if e != nil {
			t.Fatal(e)
		}
		data[len(data)/2] ^= 1
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestEmptyCorpus(t *testing.T) {
	x, _ := update(t, t.TempDir())
	if a := ask(t, x, "Is anything here?", 10); a.Verdict == index.VerdictAnswer || len(a.Passages) > 0 {
		t.Errorf("an empty corpus answers %+v", a)
	}
	x, _ = update(t, t.TempDir(), document("empty.txt", "Empty", ""))
	if a := ask(t, x, "Is anything here?", 10); len(a.Passages) > 0 {
		t.Errorf("an empty document answers %+v", a)
	}
}

// TestBuildKeepsNoTexts measures, with the last of some documents, what a build holds in memory: title, headings
// and words are pieces of the texts, which must not stay for them.
func TestBuildKeepsNoTexts(t *testing.T) {
	const documents, size = 64, 1 << 20
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, after := heap(), uint64(0)
	err := index.Build(t.Context(), t.TempDir(), bleve.New(0), func(_ context.Context, yield func(*corpus.Document) error) error {
		for i := range documents {
			title, word := fmt.Sprintf("Title %d", i), fmt.Sprintf("wordthatislongerthanavocabularykeeps%d", i)
			text := title + "\n\nHeading\n\n" + word + " comes next." + strings.Repeat("\n", size)
			at := strings.Index(text, "Heading")
			doc := document(fmt.Sprintf("%d.txt", i), text[:len(title)], text)
			doc.Blocks = []corpus.Block{
				{Kind: corpus.Heading, Level: 1, Start: at, End: at + len("Heading")},
				{Kind: corpus.Paragraph, Start: strings.Index(text, word), End: len(text)},
			}
			if err := yield(doc); err != nil {
				return err
			}
		}
		after = heap()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if kept := int64(after) - int64(before); kept > documents*size/2 {
		t.Errorf("%d documents of %d bytes are built, and %d bytes kept", documents, size, kept)
	}
}

func TestAskCancelled(t *testing.T) {
	x, _ := update(t, t.TempDir(), handbook...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Ask(ctx, "What do hotels cost?", index.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// TestAlteredTextIsNotQuoted changes a byte of the stored texts, whose size stays.
func TestAlteredTextIsNotQuoted(t *testing.T) {
	dir := t.TempDir()
	x, _ := update(t, dir, handbook...)
	p := ask(t, x, "What do hotels cost?", 1).Passages[0]
	path := filepath.Join(dir, "gen-000001", "texts.zst")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	fresh, err := index.Open(dir, bleve.Engine{})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if err := fresh.Check(t.Context(), p); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("the quote is checked with error %v, want %v", err, index.ErrDamaged)
	}
	if a, err := fresh.Ask(t.Context(), "What do hotels cost?", index.Options{}); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("answered %+v with error %v, want %v", a, err, index.ErrDamaged)
	}
}

func TestDamagedCurrent(t *testing.T) {
	for _, content := range []string{"", "\n", "..", "gen-", "gen-1", "gen-000009", "/etc", "gen-000001/.."} {
		dir := t.TempDir()
		update(t, dir, handbook...)
		if err := os.WriteFile(filepath.Join(dir, "CURRENT"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if x, built := update(t, dir, handbook...); !built || ask(t, x, "What do hotels cost?", 1).Verdict != index.VerdictAnswer {
			t.Errorf("CURRENT holding %q: built again %v", content, built)
		}
	}
}

func TestKilledBuildsAreCleanedUp(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "build-123", "engine"), 0o700); err != nil {
		t.Fatal(err)
	}
	update(t, dir, handbook...)
	if left, _ := filepath.Glob(filepath.Join(dir, "build-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestConcurrentBuilds(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := index.Build(t.Context(), dir, bleve.Engine{}, index.Of(handbook...)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if x, built := update(t, dir, handbook...); built || ask(t, x, "What do hotels cost?", 1).Verdict != index.VerdictAnswer {
		t.Errorf("after four builds at once: built again %v", built)
	}
}

// TestTop asks for more passages than the second ranking looks at.
func TestTop(t *testing.T) {
	var text strings.Builder
	for i := range 120 {
		fmt.Fprintf(&text, "Room %d holds %d chairs for visitors.\n\n", i, i*3)
	}
	x, _ := update(t, t.TempDir(), document("rooms.txt", "Rooms", text.String()))
	few, many := ask(t, x, "How many chairs for visitors does room 7 hold?", 10), ask(t, x, "How many chairs for visitors does room 7 hold?", 100)
	if len(few.Passages) != 10 || len(many.Passages) != 100 {
		t.Fatalf("%d and %d passages, want 10 and 100", len(few.Passages), len(many.Passages))
	}
	seen := map[string]bool{}
	for i, p := range many.Passages {
		if i < 10 && few.Passages[i].Quote != p.Quote {
			t.Errorf("passage %d of ten is %q, of a hundred %q", i, few.Passages[i].Quote, p.Quote)
		}
		if i > 0 && p.Score > many.Passages[i-1].Score {
			t.Errorf("passage %d scores %g, more than %g before it", i, p.Score, many.Passages[i-1].Score)
		}
		if seen[p.Quote] {
			t.Errorf("%q comes twice", p.Quote)
		}
		seen[p.Quote] = true
	}
}

// TestPassageLinksToItsBlock asks for a message of a channel, which has an address of its own.
func TestPassageLinksToItsBlock(t *testing.T) {
	const first, second = "The crane comes on Monday at half past seven.", "The quay is swept on Friday evening."
	doc := document("export.zip#harbour", "#harbour", first+"\n\n"+second)
	doc.URL = "https://team.example.org/archives/C1"
	doc.Blocks = []corpus.Block{
		{Kind: corpus.Paragraph, Start: 0, End: len(first), URL: doc.URL + "/p1"},
		{Kind: corpus.Paragraph, Start: len(first) + 2, End: len(doc.Text)},
	}
	x, _ := update(t, t.TempDir(), doc)
	for question, want := range map[string]string{"When does the crane come?": doc.URL + "/p1", "When is the quay swept?": doc.URL} {
		if got := ask(t, x, question, 1).Passages; len(got) != 1 || got[0].Document.URL != want {
			t.Errorf("%s: got %+v, want the link %s", question, got, want)
		}
	}
}
