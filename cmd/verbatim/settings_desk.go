package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"verbatim/bot"
	"verbatim/corpus"
	"verbatim/index"
)

// deskSettings are the sections of the file of settings about what admins have at hand in Slack:
//
//	faq: handbook/faq.md   # a Markdown file in the folder of documents, made when it is first needed
//	digest: weekly         # what was asked, on Mondays, to the admins' channel
type deskSettings struct {
	FAQ    string `yaml:"faq"`
	Digest string `yaml:"digest"`
}

// weekly is the one word for when the digest is posted.
const weekly = "weekly"

func (s deskSettings) check() error {
	if s.Digest != "" && s.Digest != weekly {
		return fmt.Errorf("digest: %q is not %s", s.Digest, weekly)
	}
	if s.FAQ == "" {
		return nil
	}
	if ext := strings.ToLower(path.Ext(s.FAQ)); ext != ".md" && ext != ".markdown" || !fs.ValidPath(s.FAQ) || strings.Contains("/"+s.FAQ, "/.") {
		return fmt.Errorf("faq: %q is not the path of a Markdown file within the folder of documents, such as handbook/faq.md", s.FAQ)
	}
	return nil
}

// desk returns what admins have at hand, for a library.
func (s deskSettings) desk(l *library) (bot.Desk, error) {
	d := bot.Desk{Weekly: s.Digest == weekly, Problems: l.skipped}
	if s.FAQ == "" {
		return d, nil
	}
	if l.corpus == "" {
		return d, usagef("--config: faq: %q needs a folder of documents: give one with --corpus", s.FAQ)
	}
	d.FAQ = &faqFile{dir: l.corpus, name: s.FAQ}
	return d, nil
}

// skipped lists what could not be read, as admins are told of it. Addresses are of no collection: only
// who may see all hears of them.
func (l *library) skipped() []bot.Problem {
	var list []bot.Problem
	for _, p := range l.problems() {
		list = append(list, bot.Problem{Collection: collectionOf(p.Path), Path: p.Path, Reason: p.Err.Error()})
	}
	return list
}

// collectionOf is the collection of a file in the folder of documents.
func collectionOf(name string) string {
	if top, _, found := strings.Cut(name, "/"); found {
		return top
	}
	return corpus.DefaultCollection
}

// indexHealth tells how the index is.
func indexHealth(manifest func() index.Manifest, skipped func() []bot.Problem) []bot.Check {
	m := manifest()
	checks := []bot.Check{{Name: "Index", OK: m.Documents > 0, Detail: fmt.Sprintf("%s, %s", plural(m.Documents, "document"), plural(m.Sentences, "sentence"))}}
	if n := len(skipped()); n > 0 {
		checks = append(checks, bot.Check{Name: "Files", Detail: plural(n, "file") + " could not be read, see below"})
	}
	return checks
}
