// Package index turns sentences into an index, and a question into passages.
//
// The way of a document: [Build] takes documents, cuts them into sentences, analyses those into
// terms, and writes one immutable part: the text of every document, which is the truth, and an
// engine's index of the terms, which is a cache. [Index.Apply] adds parts for what changes, and
// [Index.Compact] merges them. The way of a question: [Index.Ask] parses it
// ([ParseQuestion]), has the [Engine] find candidate sentences, ranks them by features computed
// here (rank.go), joins them into [Passage]s and judges the outcome ([Verdict]).
//
// Engines only find candidates and count terms. Analysis, ranking, verdict and quotes are the same
// code for each of them, so that they give the same answers.
package index
