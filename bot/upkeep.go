package bot

import (
	"context"
	"time"
)

// pruneEvery is how often the journal forgets what is too old to be repeated. Its writes do so as
// well; without any, a quiet bot would keep its last questions' ids.
const pruneEvery = time.Hour

// upkeep prunes the journal and the memory until ctx ends.
func (b *Bot) upkeep(ctx context.Context) {
	for sleep(ctx, pruneEvery) {
		removed, err := b.config.Journal.Prune(ctx)
		_ = b.note("", err)
		b.log.Debug("journal pruned", "removed", removed)
		removed, err = b.config.Memory.People.Prune(ctx)
		b.noteMemory("", err)
		b.log.Debug("memory pruned", "removed", removed)
	}
}
