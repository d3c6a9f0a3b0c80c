package metrics

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"verbatim/bot"
)

// read are the metrics that are read when somebody asks.
var read = []string{
	buildInfo, ready, received, repeated, ignored, queue, connections, disconnects, journalOpen, journalAll,
	journalBehind, indexBuilt, indexDocuments, indexSentences, indexBytes, sourceProblems,
}

// A collector reads the present state.
type collector struct {
	sources Sources
	mu      sync.Mutex
	descs   map[string]*prometheus.Desc
}

// desc returns a description, made once.
func (c *collector) desc(name string) *prometheus.Desc {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.descs[name] == nil {
		c.descs[name] = describe(name)
	}
	return c.descs[name]
}

// Describe implements [prometheus.Collector].
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, name := range read {
		out <- c.desc(name)
	}
}

// Collect implements [prometheus.Collector].
func (c *collector) Collect(out chan<- prometheus.Metric) {
	tell := func(name string, value float64, labels ...string) {
		kind := prometheus.GaugeValue
		if find(name).Type == Counter {
			kind = prometheus.CounterValue
		}
		out <- prometheus.MustNewConstMetric(c.desc(name), kind, value, labels...)
	}
	tell(buildInfo, 1, c.sources.Version)
	tell(ready, flag(c.sources.Ready() == nil))
	c.tellBot(tell)
	c.tellDocuments(tell)
}

// tellBot tells of the bot and its journal.
func (c *collector) tellBot(tell func(name string, value float64, labels ...string)) {
	now := c.sources.Bot()
	tell(received, float64(now.Received))
	tell(repeated, float64(now.Repeated))
	tell(ignored, float64(now.Ignored))
	tell(queue, float64(now.InHand))
	tell(connections, float64(now.Connections), "open")
	tell(connections, float64(now.Heard), "heard")
	for _, reason := range bot.Endings() {
		tell(disconnects, float64(now.Ends[reason]), reason)
	}
	j := c.sources.Journal()
	tell(journalOpen, float64(j.Open))
	tell(journalAll, float64(j.Total))
	tell(journalBehind, float64(j.Unwritten))
}

// tellDocuments tells of the index and of what it is made from.
func (c *collector) tellDocuments(tell func(name string, value float64, labels ...string)) {
	x := c.sources.Index()
	tell(indexDocuments, float64(x.Documents))
	tell(indexSentences, float64(x.Sentences))
	tell(indexBytes, float64(x.Bytes))
	if !x.Built.IsZero() {
		tell(indexBuilt, float64(x.Built.UnixMilli())/1000)
	}
	if !x.Synced.IsZero() {
		tell(indexSynced, float64(x.Synced.UnixMilli())/1000)
	}
	left, kept := c.sources.Problems()
	tell(sourceProblems, float64(left), "left_out")
	tell(sourceProblems, float64(kept), "kept")
}

// flag is 1 for true.
func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
