package metrics

import "github.com/prometheus/client_golang/prometheus"

// Type is the type of a metric, by Prometheus' name of it.
type Type string

// The types.
const (
	Counter   Type = "counter"
	Gauge     Type = "gauge"
	Histogram Type = "histogram"
)

// A Metric describes a metric: its name, by Prometheus' conventions and with its unit, what it tells, and
// the labels it has.
type Metric struct {
	Name   string
	Type   Type
	Labels []string
	Help   string
}

// The names of the metrics.
const (
	buildInfo      = "verbatim_build_info"
	ready          = "verbatim_ready"
	questions      = "verbatim_questions_total"
	received       = "verbatim_questions_received_total"
	repeated       = "verbatim_envelopes_repeated_total"
	ignored        = "verbatim_envelopes_ignored_total"
	duration       = "verbatim_question_duration_seconds"
	stageDuration  = "verbatim_question_stage_duration_seconds"
	queue          = "verbatim_queue_questions"
	connections    = "verbatim_slack_connections"
	disconnects    = "verbatim_slack_disconnects_total"
	calls          = "verbatim_slack_calls_total"
	faults         = "verbatim_slack_errors_total"
	journalOpen    = "verbatim_journal_open_questions"
	journalAll     = "verbatim_journal_questions"
	journalBehind  = "verbatim_journal_unwritten_questions"
	indexBuilt     = "verbatim_index_built_timestamp_seconds"
	indexDocuments = "verbatim_index_documents"
	indexSentences = "verbatim_index_sentences"
	indexBytes     = "verbatim_index_size_bytes"
	indexSynced    = "verbatim_index_synced_timestamp_seconds"
	sourceProblems = "verbatim_source_problems"
	sourceFailures = "verbatim_source_failures_total"
	logLines       = "verbatim_log_lines_total"
)

// All lists the metrics of the program, besides those of the Go runtime and the process.
func All() []Metric {
	return []Metric{
		{buildInfo, Gauge, []string{"version"}, "1, with the version of the program."},
		{ready, Gauge, nil, "1 while the bot hears Slack and can write down what it hears, as /readyz says; else 0."},
		{questions, Counter, []string{"way", "verdict"}, "Questions that came to their end, by the way they came in and what became of them."},
		{received, Counter, nil, "Messages that asked, each counted once."},
		{repeated, Counter, nil, "Envelopes with what was received before."},
		{ignored, Counter, nil, "Envelopes with nothing to answer or to do."},
		{duration, Histogram, nil, "Time from a question's arrival until its answer stands."},
		{stageDuration, Histogram, []string{"stage"}, "Time that a question spends in a stage of its way: written to the journal, acknowledged (from its arrival), waiting for its turn (from its arrival), answered, posted."},
		{queue, Gauge, nil, "Questions and acts that are worked on or wait for it in memory."},
		{connections, Gauge, []string{"state"}, "Sockets to Slack that are open, and those of them on which Slack answers pings (heard)."},
		{disconnects, Counter, []string{"reason"}, "Sockets that came to an end, by how."},
		{calls, Counter, []string{"method"}, "Requests to Slack, by method of the Web API."},
		{faults, Counter, []string{"kind"}, "Requests to Slack that failed, by Slack's code or the kind of failure."},
		{journalOpen, Gauge, nil, "Questions in the journal that still want an answer."},
		{journalAll, Gauge, nil, "Questions in the journal, open and closed."},
		{journalBehind, Gauge, nil, "Questions whose newest state is not on disk: above 0 the disk takes no writes."},
		{indexBuilt, Gauge, nil, "When the newest part of the index was built, in seconds since 1970; its age is the time since then."},
		{indexDocuments, Gauge, nil, "Documents in the index."},
		{indexSentences, Gauge, nil, "Sentences in the index."},
		{indexBytes, Gauge, nil, "Size of the index on disk."},
		{indexSynced, Gauge, nil, "When the copy of an index that several replicas share was last seen to be the one pushed, in seconds since 1970."},
		{sourceProblems, Gauge, []string{"fate"}, "Files and addresses that were left out, or that are in the index but want a look (kept)."},
		{sourceFailures, Counter, nil, "Looks at the documents' sources that did not succeed."},
		{logLines, Counter, []string{"level"}, "Lines logged at level warn or error; RUNBOOK.md tells what each means."},
	}
}

// buckets are the upper bounds, in seconds, of the histograms: from one write of the journal (some
// milliseconds) over the 3 s that Slack waits for an acknowledgement to answers that wait for their turn.
var buckets = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60}

// find returns the description of a metric.
func find(name string) Metric {
	for _, m := range All() {
		if m.Name == name {
			return m
		}
	}
	panic("metrics: no metric has the name " + name)
}

// counter makes a counter of the table.
func counter(name string) *prometheus.CounterVec {
	m := find(name)
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: m.Name, Help: m.Help}, m.Labels)
}

// histogram makes a histogram of the table.
func histogram(name string) *prometheus.HistogramVec {
	m := find(name)
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: m.Name, Help: m.Help, Buckets: buckets}, m.Labels)
}

// describe makes a description in Prometheus' form.
func describe(name string) *prometheus.Desc {
	m := find(name)
	return prometheus.NewDesc(m.Name, m.Help, m.Labels, nil)
}
