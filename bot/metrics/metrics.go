package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"verbatim/bot"
	"verbatim/bot/journal"
)

// maxScrapes is how many scrapes are answered at once; more are told to come later.
const maxScrapes = 4

// Sources are read whenever somebody asks for the metrics. All are required, must not wait for anything
// for long, and may be called concurrently.
type Sources struct {
	// Version is the program's.
	Version string
	// Ready returns nil while the bot is; see [bot.Bot.Ready].
	Ready   func() error
	Bot     func() bot.Stats
	Journal func() journal.Stats
	Index   func() Index
	// Problems counts the files and addresses that were left out, and those that were kept but want a look.
	Problems func() (left, kept int)
}

// An Index is what is told of the index. The zero value means that there is none yet.
type Index struct {
	Documents, Sentences int
	// Bytes is its size on disk.
	Bytes int64
	// Built is when its newest part was built.
	Built time.Time
	// Synced is when an index that several machines share was last seen to be what was pushed; zero for one
	// that is not shared.
	Synced time.Time
}

// Metrics are the metrics of one bot. Its methods may be called concurrently.
type Metrics struct {
	registry *prometheus.Registry
	handler  http.Handler

	questions, calls, faults, lines, failures *prometheus.CounterVec
	duration, stages                          *prometheus.HistogramVec
	methods, kinds                            *bounded
}

// New makes metrics.
func New(s Sources) *Metrics {
	m := &Metrics{
		registry:  prometheus.NewRegistry(),
		questions: counter(questions), calls: counter(calls), faults: counter(faults), lines: counter(logLines), failures: counter(sourceFailures),
		duration: histogram(duration), stages: histogram(stageDuration),
		methods: newBounded(), kinds: newBounded(),
	}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&collector{sources: s, descs: map[string]*prometheus.Desc{}},
		m.questions, m.calls, m.faults, m.lines, m.failures, m.duration, m.stages)
	m.handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes})
	m.begin()
	return m
}

// begin shows what can be counted before it happens: a rate needs the zero before the first one.
func (m *Metrics) begin() {
	for _, way := range bot.Ways() {
		for _, verdict := range bot.Verdicts() {
			m.questions.WithLabelValues(string(way), verdict)
		}
	}
	for _, stage := range bot.Stages() {
		m.stages.WithLabelValues(string(stage))
	}
	for _, level := range []string{levelWarn, levelError} {
		m.lines.WithLabelValues(level)
	}
	m.duration.WithLabelValues()
	m.failures.WithLabelValues()
}

// Passed implements [bot.Watcher].
func (m *Metrics) Passed(s bot.Step) {
	m.stages.WithLabelValues(string(s.Stage)).Observe(s.Ended.Sub(s.Begun).Seconds())
}

// Ended implements [bot.Watcher].
func (m *Metrics) Ended(e bot.End) {
	for _, verdict := range e.Verdicts {
		m.questions.WithLabelValues(string(e.Kind), verdict).Inc()
	}
	m.duration.WithLabelValues().Observe(e.At.Sub(e.Received).Seconds())
}

// Called implements [bot.Watcher].
func (m *Metrics) Called(c bot.Call) {
	m.calls.WithLabelValues(m.methods.value(c.Method)).Inc()
	if c.Fault != "" {
		m.faults.WithLabelValues(m.kinds.value(c.Fault)).Inc()
	}
}

// SourceFailed counts a look at the sources that did not succeed.
func (m *Metrics) SourceFailed() { m.failures.WithLabelValues().Inc() }

// ServeHTTP answers a scrape in the format that it asks for.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }
