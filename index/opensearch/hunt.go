package opensearch

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"

	"verbatim/index"
)

// A hunt looks for the candidates of one question.
//
// OpenSearch computes the same formula, but less exactly: with the mean length of the index in place of the question's,
// with lengths above 40 rounded down, and in single precision. So it is asked for more than is wanted, the exact scores
// are computed here, and it is asked for more until nothing that it has not sent can be among the best. What it has not
// sent scores at most as the last that it did; hence a bound for the exact score.
type hunt struct {
	client *Client
	index  string
	copy   string // the shards' copies are chosen by it from the second page on, so that all come from the same
	global bool   // whether statistics are those of all shards
	query  *index.Query
	terms  map[uint64]int // the places in the query by number
	groups []*group
	// ratio and slack turn a score of OpenSearch into a bound of the exact one.
	ratio, slack float64
	found        map[int]index.Candidate
	counts       []int // of the terms in one sentence
}

// A group is as many terms as OpenSearch takes at a time.
type group struct {
	clauses []any
	after   []any   // where the next page begins, score and number; nil for the first
	bound   float64 // of the exact score by the group's terms of what is not found yet
	done    bool
}

const (
	// maxClauses is half of what OpenSearch takes by default (indices.query.bool.max_clause_count).
	maxClauses = 512
	// maxPage is the largest answer that OpenSearch gives by default (index.max_result_window).
	maxPage = 10_000
	// rounding bounds the relative error of what OpenSearch computes in single precision: a part of a score, which is
	// a difference, has that of the term's weight.
	rounding = 1e-6
	// nearlySame is by how much the means may differ without the other field being asked.
	nearlySame = 1.02
)

// hunt prepares the search for the candidates of q; without groups there are none.
func (s *searcher) hunt(q *index.Query) (*hunt, error) {
	h := &hunt{client: s.client, index: s.pointer.Index, copy: rand.Text(), global: s.client.config.Shards > 1, query: q,
		terms: map[uint64]int{}, found: map[int]index.Candidate{}, counts: make([]int, len(q.Terms))}
	field, mean, factor := "t", float64(s.pointer.Terms)/float64(max(s.pointer.Filled, 1)), 1.0
	if q.MeanLength > mean*nearlySame {
		field, mean, factor = "u", mean*wide, (index.K1+1)/(wideK1+1)
	}
	h.ratio = s.ratio(mean, q.MeanLength)
	var clauses []any
	for i, wanted := range q.Terms {
		t, ok, err := s.words.find(wanted.Term)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		h.terms[uint64(t.number)] = i
		h.slack += rounding * wanted.Weight * (index.K1 + 1)
		clauses = append(clauses, map[string]any{"term": map[string]any{field: map[string]any{
			"value": strconv.FormatUint(uint64(t.number), 36), "boost": factor * wanted.Weight / s.weight(t)}}})
	}
	for some := range slices.Chunk(clauses, maxClauses) {
		h.groups = append(h.groups, &group{clauses: some})
	}
	return h, nil
}

// weight is what OpenSearch weighs a term with, as Lucene's BM25Similarity does.
func (s *searcher) weight(t term) float64 {
	n, all := float64(t.sentences), float64(s.pointer.Filled)
	return math.Log(1 + (all-n+0.5)/(n+0.5))
}

// ratio is how much greater an exact score, with the question's mean length, can be than OpenSearch's, with another. Where
// the question's is greater, sentences score higher, most of all the longest one.
func (s *searcher) ratio(there, mean float64) float64 {
	damped := func(mean float64) float64 {
		return 1 + index.K1*(1-index.B+index.B*float64(s.pointer.Longest)/mean)
	}
	return max(1, damped(there)/damped(max(mean, 1)))
}

// run returns the candidates, best first.
func (h *hunt) run(ctx context.Context) ([]index.Candidate, error) {
	size := min(h.query.Limit+h.query.Limit/4+16, maxPage)
	for {
		for _, g := range h.groups {
			if err := h.page(ctx, g, size); err != nil {
				return nil, err
			}
		}
		if best, ok := h.best(); ok {
			return best, nil
		}
		size = min(2*size, maxPage)
	}
}

// best returns the best candidates found, and whether no others that reach the floor can be among them.
func (h *hunt) best() ([]index.Candidate, bool) {
	bound, done := 0.0, true
	for _, g := range h.groups {
		bound, done = bound+g.bound, done && g.done
	}
	done = done || bound < h.query.Floor
	if !done && len(h.found) < h.query.Limit {
		return nil, false
	}
	list := make([]index.Candidate, 0, len(h.found))
	for _, c := range h.found {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b index.Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number))
	})
	n := min(h.query.Limit, len(list))
	if !done && list[n-1].Score <= bound {
		return nil, false
	}
	for n < len(list) && n > 0 && list[n].Score == list[n-1].Score {
		n++
	}
	return list[:n], true
}

// A pageAnswer is the next sentences of a group.
type pageAnswer struct {
	outcome
	Hits struct {
		Hits []struct {
			Fields struct {
				Terms []string `json:"d"`
			} `json:"fields"`
			Sort []json.RawMessage `json:"sort"` // score and number
		} `json:"hits"`
	} `json:"hits"`
}

// page asks for the next sentences of a group.
func (h *hunt) page(ctx context.Context, g *group, size int) error {
	if g.done {
		return nil
	}
	search := map[string]any{
		"size": size, "track_total_hits": false, "query": map[string]any{"bool": map[string]any{"should": g.clauses}},
		"sort": []any{"_score", map[string]any{"n": "asc"}}, "stored_fields": "_none_", "docvalue_fields": []string{"d"},
	}
	how := url.Values{}
	if g.after != nil {
		search["search_after"] = g.after
		how.Set("preference", h.copy)
	} // else OpenSearch takes the copies that answer fastest lately
	if h.global {
		how.Set("search_type", "dfs_query_then_fetch")
	}
	var answer pageAnswer
	if err := h.client.search(ctx, h.index, how, search, &answer); err != nil {
		return err
	}
	hits := answer.Hits.Hits
	for _, hit := range hits {
		if err := h.take(hit.Fields.Terms, hit.Sort); err != nil {
			return fmt.Errorf("%w: %w", ErrVersion, err)
		}
	}
	if len(hits) < size {
		g.done, g.bound = true, 0
		return nil
	}
	last, err := strconv.ParseFloat(string(hits[size-1].Sort[0]), 64)
	if err != nil {
		return fmt.Errorf("%w: its score is no number: %w", ErrVersion, err)
	}
	if g.after == nil { // the next page may come from another copy, which may round otherwise: it begins before
		g.after = []any{last * (1 + rounding), -1}
	} else {
		g.after = []any{hits[size-1].Sort[0], hits[size-1].Sort[1]}
	}
	g.bound = (last + h.slack) * h.ratio
	return nil
}

// take computes the exact score of a sentence.
func (h *hunt) take(encoded []string, sort []json.RawMessage) error {
	if len(sort) != 2 || len(encoded) != 1 {
		return fmt.Errorf("a sentence has %d values and %d places in the order", len(encoded), len(sort))
	}
	number, err := strconv.Atoi(string(sort[1]))
	if err != nil {
		return err
	}
	packed, err := base64.RawStdEncoding.DecodeString(encoded[0])
	if err != nil {
		return err
	}
	clear(h.counts)
	length := 0
	for ; len(packed) > 0; length++ {
		n, size := binary.Uvarint(packed)
		if size <= 0 {
			return fmt.Errorf("sentence %d ends within a number", number)
		}
		if at, wanted := h.terms[n]; wanted {
			h.counts[at]++
		}
		packed = packed[size:]
	}
	c := index.Candidate{Number: number}
	for i, times := range h.counts {
		if times > 0 {
			c.Score += h.query.Score(h.query.Terms[i].Weight, times, length)
		}
	}
	h.found[number] = c
	return nil
}
