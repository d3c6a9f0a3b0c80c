package main

import (
	"slices"
	"strings"
	"testing"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/bleve"
)

// TestCompareAnswers compares an index with itself, and with one in which a document reads otherwise and one is missing.
func TestCompareAnswers(t *testing.T) {
	build := func(docs []*corpus.Document) *index.Index {
		t.Helper()
		dir := t.TempDir()
		x, _, err := index.Update(t.Context(), dir, bleve.Engine{}, index.Of(docs...))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := x.Close(); err != nil {
				t.Error(err)
			}
		})
		return x
	}
	docs := corpus.Embedded()
	other := *docs[0]
	other.Text = strings.Replace(other.Text, "two-hour call", "three-hour call", 1)
	x, y := build(docs), build([]*corpus.Document{&other})
	questions, err := questionsAbout(t.Context(), x, 20)
	if err != nil || len(questions) != 20 {
		t.Fatalf("%d questions, %v", len(questions), err)
	}
	again, err := questionsAbout(t.Context(), x, 20)
	if err != nil || !slices.Equal(questions, again) {
		t.Errorf("other questions of the same documents: %v", err)
	}
	questions = append(questions, "How long did the call last?")
	for _, tt := range []struct {
		with   *index.Index
		differ bool
	}{{x, false}, {y, true}} {
		list, err := compareAnswers(t.Context(), x, tt.with, questions, index.Options{})
		if err != nil {
			t.Fatal(err)
		}
		found := slices.IndexFunc(list, func(d answerDifference) bool {
			return strings.Contains(d.From, "two-hour") && strings.Contains(d.To, "three-hour")
		})
		if (found >= 0) != tt.differ || len(list) > 0 != tt.differ {
			t.Errorf("differences %v, want any: %v", list, tt.differ)
		}
		if ids := differing(live{x}.Digests(), live{tt.with}.Digests()); len(ids) > 0 != tt.differ || tt.differ && len(ids) != len(docs) {
			t.Errorf("documents that differ: %v", ids)
		}
	}
}
