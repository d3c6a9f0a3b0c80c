// Package opensearch keeps the index of sentences in OpenSearch, a search engine of several machines, and small
// records beside it. It is the only package that knows OpenSearch.
//
// All writes can be tried again: what they write has a name or a number of its own, so a second try of one whose
// answer was lost changes nothing.
package opensearch
