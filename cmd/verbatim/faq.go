package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"verbatim/bot"
	"verbatim/corpus"
)

// maxFAQ is the size in bytes up to which the FAQ grows: 8 MiB, some 20,000 questions.
const maxFAQ = 8 << 20

// faqFile is the FAQ: a Markdown file in the folder of documents. It is read as a document like any
// other, so that what is added is found as soon as the folder is read again.
type faqFile struct {
	dir, name string

	mu sync.Mutex
}

// Collection implements [bot.FAQ].
func (f *faqFile) Collection() string { return collectionOf(f.name) }

// Add implements [bot.FAQ]. The file is written beside itself and renamed, and only within the folder,
// whatever links there are in it. What is added is a paragraph for the question and one for the answer;
// nothing in them is markup. An entry that would be none, behind code that is not closed for example, is
// an error and leaves the file as it was.
func (f *faqFile) Add(ctx context.Context, question, answer string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return fmt.Errorf("open the folder of the FAQ: %w", err)
	}
	defer root.Close()
	if err := f.add(root, "Q: "+faqText(question), "A: "+faqText(answer)); err != nil {
		return fmt.Errorf("write FAQ %q: %w", f.name, err)
	}
	return nil
}

func (f *faqFile) add(root *os.Root, question, answer string) error {
	before, mode, err := readFAQ(root, f.name)
	if err != nil {
		return err
	}
	entry := question + "\n\n" + answer + "\n"
	if strings.Contains("\n"+before, "\n"+entry) {
		return nil
	}
	switch {
	case before == "":
		before = "# FAQ\n\n"
	case strings.HasSuffix(before, "\n"):
		before += "\n"
	default:
		before += "\n\n"
	}
	after := before + entry
	if len(after) > maxFAQ {
		return fmt.Errorf("it would grow beyond %d bytes: begin another file", maxFAQ)
	}
	if !endsIn(after, question, answer) {
		return errors.New("what stands at its end swallows what is added: close the code, comment or list there")
	}
	return replaceFile(root, f.name, after, mode)
}

// readFAQ returns the text of the file, and its mode; "" if there is none yet.
func readFAQ(root *os.Root, name string) (string, fs.FileMode, error) {
	info, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0o644, root.MkdirAll(path.Dir(name), 0o755)
	}
	if err != nil {
		return "", 0, err
	}
	if !info.Mode().IsRegular() {
		return "", 0, errors.New("it is no regular file")
	}
	file, err := root.Open(name)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFAQ+1))
	if err == nil && !utf8.Valid(data) {
		err = errors.New("it is not UTF-8")
	}
	return string(data), info.Mode().Perm(), err
}

// endsIn says whether the last blocks of a text are these two paragraphs.
func endsIn(text, question, answer string) bool {
	blocks := corpus.MarkdownBlocks(text)
	if len(blocks) < 2 {
		return false
	}
	for i, want := range []string{question, answer} {
		b := blocks[len(blocks)-2+i]
		if b.Kind != corpus.Paragraph || text[b.Start:b.End] != want {
			return false
		}
	}
	return true
}

// replaceFile puts a file in the place of another, whole or not at all, and makes it durable.
func replaceFile(root *os.Root, name, text string, mode fs.FileMode) (err error) {
	beside := path.Join(path.Dir(name), "."+path.Base(name)+".new") // hidden files are no documents
	if err := root.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := root.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, text)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = root.Rename(beside, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(beside))
	}
	return syncIn(root, path.Dir(name))
}

// turnMark finds, in one line, what would be read as the beginning of another question or answer: one
// of the words for them, with a colon, at the start of a sentence.
var turnMark = regexp.MustCompile(`(?i)((?:^|[.!?…。！？"”»)\]])\s*[*_]*(?:q|question|frage|pregunta|domanda|pergunta|vraag|вопрос|问|問|質問|` +
	`a|answer|antwort|réponse|respuesta|risposta|resposta|antwoord|ответ|答|回答))([:：])`)

// faqText makes one line of Markdown of a text, in which nothing is markup: what would be is escaped.
func faqText(s string) string {
	s = turnMark.ReplaceAllString(bot.Clean(s), `$1 $2`)
	var b strings.Builder
	runes := []rune(s)
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	for i, r := range runes {
		special := strings.ContainsRune("`*[]<", r) ||
			r == '\\' && (unicode.IsPunct(at(i+1)) || unicode.IsSymbol(at(i+1))) ||
			r == '_' && !(inWord(at(i-1)) && inWord(at(i+1))) ||
			r == '~' && (at(i-1) == '~' || at(i+1) == '~') ||
			r == '&' && (at(i+1) == '#' || unicode.IsLetter(at(i+1)))
		if special {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
