package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"verbatim/bot"
	"verbatim/bot/rights"
	"verbatim/index"
)

// Limits of looking for questions that documents answer.
const (
	// wantedQuestions is how many are wanted.
	wantedQuestions = 3
	// triedQuestions is how many are tried at most, and triedDocuments of how many documents all headings
	// are looked at: a library may have a hundred thousand.
	triedQuestions, triedDocuments = 60, 30
	// lookedAt is how many sentences of a document are looked through for headings.
	lookedAt = 400
	// longestHeading is the most bytes of a heading that makes a question.
	longestHeading = 80
)

// questions returns questions that the documents answer, made of their headings, of what a person may see.
// It builds the index if there is none.
func (s *setup) questions(ctx context.Context, user string) (list []string, err error) {
	set, bar, err := s.wishes.read(s.config)
	if err != nil {
		return nil, err
	}
	s.progress = newProgress(s.err)
	x, _, closeIndex, err := s.open(ctx)
	s.progress.end()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	if err := s.letGo(); err != nil {
		return nil, err
	}
	s.reportProblems(s.err)
	library := bot.NewLibrary(x)
	var known []string
	for _, c := range library.Collections() {
		known = append(known, c.Name)
	}
	scope := set.Rights.rules().Scope(known, user, rights.Place{Alone: true})
	return answerable(ctx, x, scope, bar)
}

// answerable returns up to [wantedQuestions] questions of a scope that the index answers from the very
// document that the question is made of, each of another document as far as there are enough.
func answerable(ctx context.Context, x *index.Index, scope rights.Scope, bar index.Bar) ([]string, error) {
	byDocument, err := headings(ctx, x, scope)
	if err != nil {
		return nil, err
	}
	o := index.Options{Bar: bar, Collections: scope.Names}
	if scope.All {
		o.Collections = nil
	}
	var list []string
	tried := 0
	for round := 0; len(byDocument) > 0; round++ {
		byDocument = slices.DeleteFunc(byDocument, func(d titled) bool { return round >= len(d.headings) })
		for _, d := range byDocument {
			if len(list) == wantedQuestions || tried == triedQuestions {
				return list, nil
			}
			tried++
			question := asQuestion(d.headings[round], d.language)
			answer, err := x.Ask(ctx, question, o)
			if err != nil {
				return nil, err
			}
			if answer.Verdict == index.VerdictAnswer && answer.Passages[0].Document.ID == d.id && !slices.Contains(list, question) {
				list = append(list, question)
			}
		}
	}
	return list, nil
}

// titled are the headings of a document, those that are questions first.
type titled struct {
	id, language string
	headings     []string
}

// headings returns the headings of documents of a scope, in turn from each collection.
func headings(ctx context.Context, x *index.Index, scope rights.Scope) ([]titled, error) {
	var list []titled
	for _, d := range inTurn(x.Documents(), scope) {
		t := titled{id: d.ID, language: d.Language}
		around, err := x.Around(ctx, d.ID, 0, 0, lookedAt)
		if err != nil && !errors.Is(err, index.ErrNotThere) {
			return nil, err
		}
		for _, s := range around.Sentences {
			for _, h := range s.Headings {
				if h = bot.Clean(h); h != "" && h != bot.Clean(d.Title) && len(h) <= longestHeading && !slices.Contains(t.headings, h) {
					t.headings = append(t.headings, h)
				}
			}
		}
		plain := slices.DeleteFunc(slices.Clone(t.headings), asks)
		t.headings = append(slices.DeleteFunc(t.headings, func(h string) bool { return !asks(h) }), plain...)
		if d.Title != "" && len(d.Title) <= longestHeading {
			t.headings = append(t.headings, bot.Clean(d.Title))
		}
		list = append(list, t)
	}
	return list, nil
}

// inTurn returns up to [triedDocuments] documents of a scope, one of each collection in turn.
func inTurn(all []index.DocumentInfo, scope rights.Scope) []index.DocumentInfo {
	var names []string
	by := map[string][]index.DocumentInfo{}
	for _, d := range all {
		if !scope.Has(d.Collection) {
			continue
		}
		if by[d.Collection] == nil {
			names = append(names, d.Collection)
		}
		by[d.Collection] = append(by[d.Collection], d)
	}
	var list []index.DocumentInfo
	for round := 0; ; round++ {
		more := false
		for _, name := range names {
			if round < len(by[name]) && len(list) < triedDocuments {
				list, more = append(list, by[name][round]), true
			}
		}
		if !more {
			return list
		}
	}
}

// asking are the words with which questions begin in English, as headings are written.
var asking = []string{"how", "what", "when", "where", "who", "whom", "whose", "which", "why", "can", "may", "must", "do", "does", "is", "are"}

// asks says whether a heading is a question.
func asks(heading string) bool {
	first, _, more := strings.Cut(strings.ToLower(heading), " ")
	return strings.HasSuffix(heading, "?") || strings.HasSuffix(heading, "？") || more && slices.Contains(asking, first)
}

// asQuestion makes a question of a heading.
func asQuestion(heading, language string) string {
	switch {
	case strings.HasSuffix(heading, "?"), strings.HasSuffix(heading, "？"):
		return heading
	case asks(heading) || language != "en":
		return heading + "?"
	}
	return "What is said about " + lowered(heading) + "?"
}

// lowered begins a heading with a small letter, unless its first word is written in capitals.
func lowered(heading string) string {
	first, size := utf8.DecodeRuneInString(heading)
	if second, _ := utf8.DecodeRuneInString(heading[size:]); !unicode.IsLower(second) {
		return heading
	}
	return string(unicode.ToLower(first)) + heading[size:]
}
