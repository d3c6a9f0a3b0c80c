package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"

	"verbatim/bot"
	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/synth"
)

// An answerDifference is a question that two indexes do not answer alike.
type answerDifference struct {
	Question string `json:"question"`
	// From and To are the first sentences of both answers with their verdicts and documents; First says that
	// these differ, and not only what stands below them.
	From  string `json:"from"`
	To    string `json:"to"`
	First bool   `json:"first"`
}

func (d answerDifference) text() string {
	return fmt.Sprintf("differs: %s\n  from: %s\n  to:   %s\n", bot.Clean(d.Question), bot.Clean(d.From), bot.Clean(d.To))
}

// compareAnswers asks two indexes the same questions and returns those that they do not answer with the same verdict and
// the same passages in the same order.
func compareAnswers(ctx context.Context, x, y *index.Index, questions []string, opts index.Options) ([]answerDifference, error) {
	list := []answerDifference{}
	for some := range slices.Chunk(questions, 256) {
		from, err := askAll(ctx, x, some, opts)
		if err != nil {
			return nil, err
		}
		to, err := askAll(ctx, y, some, opts)
		if err != nil {
			return nil, err
		}
		for i, q := range some {
			a, b := &from[i], &to[i]
			same := a.Verdict == b.Verdict && a.Confidence == b.Confidence && slices.EqualFunc(a.Passages, b.Passages, samePassage)
			if !same {
				list = append(list, answerDifference{q, firstOf(a), firstOf(b), firstSentence(a) != firstSentence(b)})
			}
		}
	}
	return list, nil
}

func samePassage(a, b index.Passage) bool {
	return a.Document.ID == b.Document.ID && a.Start == b.Start && a.End == b.End && a.Quote == b.Quote
}

// firstSentence names the first sentence of an answer by its place.
func firstSentence(a *index.Answer) string {
	if len(a.Passages) == 0 {
		return ""
	}
	p := &a.Passages[0]
	return fmt.Sprint(p.Document.ID, " ", p.Start, " ", p.End)
}

// firstOf tells how an answer begins.
func firstOf(a *index.Answer) string {
	if len(a.Passages) == 0 {
		return fmt.Sprintf("%s, no passage", a.Verdict)
	}
	return fmt.Sprintf("%s, confidence %v, %s of %s: %s", a.Verdict, a.Confidence, plural(len(a.Passages), "passage"), a.Passages[0].Document.Path, a.Passages[0].Quote)
}

// differing returns the documents that are not the same in two indexes, given by their digests.
func differing(a, b map[string]string) []string {
	ids := map[string]bool{}
	for id, digest := range a {
		if b[id] != digest {
			ids[id] = true
		}
	}
	for id := range b {
		if a[id] == "" {
			ids[id] = true
		}
	}
	return append([]string{}, slices.Sorted(maps.Keys(ids))...)
}

// questionsAbout makes n questions of sentences, each of another document as far as there are enough. The same documents
// give the same questions.
func questionsAbout(ctx context.Context, x *index.Index, n int) ([]string, error) {
	chosen := map[string]bool{}
	all := x.Documents()
	r := rand.New(rand.NewPCG(uint64(len(all)), seedOf(all))) //nolint:gosec // G404: nothing is secret here
	for _, i := range r.Perm(len(all))[:min(len(all), 2*n)] {
		chosen[all[i].ID] = true
	}
	each := (n + max(1, len(chosen)/2) - 1) / max(1, len(chosen)/2)
	var list []string
	err := x.Stored(ctx, func(doc *corpus.Document) error {
		if !chosen[doc.ID] || len(list) >= n {
			return nil
		}
		list = append(list, about(doc, each, r)...)
		return nil
	})
	return list[:min(n, len(list))], err
}

// about makes questions of a document.
func about(doc *corpus.Document, n int, r *rand.Rand) (list []string) {
	sentences := doc.Sentences()
	for _, i := range r.Perm(len(sentences)) {
		if len(list) == n {
			break
		}
		if q, ok := synth.QuestionAbout(&sentences[i], doc.Language, r); ok {
			list = append(list, q)
		}
	}
	return list
}

// seedOf is a number that the documents give.
func seedOf(all []index.DocumentInfo) uint64 {
	h := fnv.New64a()
	for _, d := range all {
		fmt.Fprintln(h, d.ID, d.Digest)
	}
	return h.Sum64()
}
