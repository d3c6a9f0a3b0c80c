package source

import (
	"bytes"
	"fmt"
	"time"

	"github.com/mmcdole/gofeed"
)

// maxFeedBytes is the size in bytes of the largest feed that is read.
const maxFeedBytes = 10 << 20

// parseFeed returns the articles that an RSS, Atom or JSON feed names, the newest first as the feed
// has them.
func parseFeed(data []byte, address string) (articles []listed, err error) {
	defer func() {
		if r := recover(); r != nil { // the library is not ours
			articles, err = nil, fmt.Errorf("%w: %v", errNoFeed, r)
		}
	}()
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoFeed, err)
	}
	for _, item := range feed.Items {
		link := item.Link
		if link == "" && len(item.Links) > 0 {
			link = item.Links[0]
		}
		if link = resolve(address, link); link == "" {
			continue
		}
		entry := listed{URL: link}
		if len(item.Authors) > 0 && item.Authors[0] != nil {
			entry.Author = item.Authors[0].Name
		}
		entry.Published = firstTime(item.PublishedParsed, item.UpdatedParsed)
		entry.Changed = firstTime(item.UpdatedParsed)
		articles = append(articles, entry)
	}
	return articles, nil
}

// firstTime returns the first time that is known.
func firstTime(times ...*time.Time) time.Time {
	for _, t := range times {
		if t != nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
