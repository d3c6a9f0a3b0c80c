package bleve

import "verbatim/index"

// MappedBytes is how many bytes of files a searcher gives back the pages of.
func MappedBytes(s index.Searcher) (n int) {
	for _, seg := range s.(*searcher).segments {
		n += len(seg.mapped.data)
	}
	return n
}
