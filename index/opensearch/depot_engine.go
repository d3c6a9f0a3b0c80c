package opensearch

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"verbatim/index"
)

var _ index.Checker = (*searcher)(nil)

// Check implements [index.Checker].
func (s *searcher) Check(ctx context.Context) error {
	if s.pointer.Index == "" { // no sentences
		return nil
	}
	return s.named(s.client.verify(ctx, s.pointer))
}

// indexOf returns the index of OpenSearch that holds the sentences of the engine's folder; "" where there are none.
func indexOf(dir string) (string, error) {
	data, err := os.ReadFile(filepath.Join(dir, pointerFile))
	if err != nil {
		return "", err
	}
	var p pointer
	if err := json.Unmarshal(data, &p); err != nil {
		return "", fmt.Errorf("read %s: %w: %w", pointerFile, index.ErrDamaged, err)
	}
	return p.Index, nil
}

// sentencesName is what stands behind [Client.sentencesIndex] in the name of an index of sentences; see
// [Client.newIndexName].
var sentencesName = regexp.MustCompile(`^[0-9]{8}t[0-9]{6}-[a-z0-9]{10}$`)

// ownSentences tells whether an index is one of the client's indexes of sentences. Another client's name may begin alike.
func (d *Depot) ownSentences(name string) bool {
	behind, ok := strings.CutPrefix(name, d.of.sentencesIndex())
	return ok && sentencesName.MatchString(behind)
}
