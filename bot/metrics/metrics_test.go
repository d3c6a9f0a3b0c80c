package metrics

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"verbatim/bot"
	"verbatim/bot/journal"
)

// sources are of a bot that is well.
func sources() Sources {
	return Sources{
		Version: "1.2.3",
		Ready:   func() error { return nil },
		Bot: func() bot.Stats {
			return bot.Stats{Connections: 2, Heard: 1, InHand: 3, Received: 4, Repeated: 5, Ignored: 6, Ends: map[string]int64{"refresh": 7}}
		},
		Journal: func() journal.Stats { return journal.Stats{Open: 8, Total: 9, Unwritten: 10} },
		Index: func() Index {
			return Index{Documents: 11, Sentences: 12, Bytes: 13, Built: time.UnixMilli(14_500), Synced: time.UnixMilli(17_500)}
		},
		Problems: func() (left, kept int) { return 15, 16 },
	}
}

// scrape is what Prometheus gets.
func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// series are the lines of a scrape that hold a value.
func series(body string) (n int) {
	for line := range strings.Lines(body) {
		if line[0] != '#' {
			n++
		}
	}
	return n
}

// TestFault28MetricSeriesStayFew has ten thousand people ask in ten thousand channels, and Slack name ten
// thousand errors and methods: there are fewer than 500 series, and none holds an id or what somebody said.
func TestFault28MetricSeriesStayFew(t *testing.T) {
	m := New(sources())
	log := slog.New(m.Counting(slog.NewTextHandler(io.Discard, nil)))
	at := time.Now()
	const canary = "xoxb-canary"
	for i := range 10_000 {
		key := fmt.Sprintf("Ev%s%05d", canary, i)
		for _, way := range bot.Ways() {
			verdicts := bot.Verdicts()
			m.Ended(bot.End{Key: key, Kind: way, Verdicts: []string{verdicts[i%len(verdicts)]}, Received: at, At: at.Add(time.Duration(i) * time.Millisecond)})
		}
		for _, stage := range bot.Stages() {
			m.Passed(bot.Step{Key: key, Kind: bot.KindDirect, Stage: stage, Begun: at, Ended: at.Add(time.Duration(i) * time.Millisecond)})
		}
		m.Called(bot.Call{Method: fmt.Sprintf("method.%d", i), Fault: fmt.Sprintf("code_%d", i)})
		m.Called(bot.Call{Method: "chat.postMessage", Fault: "a text: " + canary})
		log.With("user", key).WithGroup("g").Error("line "+canary, "channel", fmt.Sprintf("C%05d", i))
	}
	body := scrape(t, m)
	n := series(body)
	t.Logf("%d series", n)
	if n < 100 || n >= 500 {
		t.Errorf("%d series, want some and fewer than 500", n)
	}
	if strings.Contains(body, "canary") || strings.Contains(body, "C00001") {
		t.Error("a label holds what it must not")
	}
	if want := `verbatim_log_lines_total{level="error"} 10000`; !strings.Contains(body, want) {
		t.Errorf("lacks %s", want)
	}
}

// TestScrape compares each metric with what it is read from.
func TestScrape(t *testing.T) {
	m := New(sources())
	m.Called(bot.Call{Method: "chat.postMessage", Fault: "is_archived"})
	m.Ended(bot.End{Kind: bot.KindSlash, Verdicts: []string{"answer", "near"}, Received: time.Unix(0, 0), At: time.Unix(2, 0)})
	m.Passed(bot.Step{Stage: bot.StageAck, Begun: time.Unix(0, 0), Ended: time.Unix(1, 0)})
	m.SourceFailed()
	slog.New(m.Counting(slog.DiscardHandler)).Warn("not handled, as its level is not logged")
	body := scrape(t, m)
	for _, want := range []string{
		`verbatim_build_info{version="1.2.3"} 1`, `verbatim_ready 1`,
		`verbatim_slack_connections{state="open"} 2`, `verbatim_slack_connections{state="heard"} 1`,
		`verbatim_queue_questions 3`, `verbatim_questions_received_total 4`, `verbatim_envelopes_repeated_total 5`,
		`verbatim_envelopes_ignored_total 6`, `verbatim_slack_disconnects_total{reason="refresh"} 7`, `verbatim_slack_disconnects_total{reason="closed"} 0`,
		`verbatim_journal_open_questions 8`, `verbatim_journal_questions 9`, `verbatim_journal_unwritten_questions 10`,
		`verbatim_index_documents 11`, `verbatim_index_sentences 12`, `verbatim_index_size_bytes 13`, `verbatim_index_built_timestamp_seconds 14.5`, `verbatim_index_synced_timestamp_seconds 17.5`,
		`verbatim_source_problems{fate="left_out"} 15`, `verbatim_source_problems{fate="kept"} 16`, `verbatim_source_failures_total 1`,
		`verbatim_slack_calls_total{method="chat.postMessage"} 1`, `verbatim_slack_errors_total{kind="is_archived"} 1`,
		`verbatim_questions_total{verdict="answer",way="slash"} 1`, `verbatim_questions_total{verdict="near",way="slash"} 1`, `verbatim_questions_total{verdict="near",way="dm"} 0`,
		`verbatim_question_duration_seconds_sum 2`, `verbatim_question_stage_duration_seconds_sum{stage="ack"} 1`,
		`verbatim_log_lines_total{level="warn"} 0`,
	} {
		if !strings.Contains(body, want+"\n") {
			t.Errorf("lacks %s", want)
		}
	}
	for _, described := range All() {
		if !strings.Contains(body, "# TYPE "+described.Name+" "+string(described.Type)+"\n") {
			t.Errorf("%s of the table is not shown as a %s", described.Name, described.Type)
		}
	}
}

// TestBeforeItRuns asks while nothing is known yet.
func TestBeforeItRuns(t *testing.T) {
	s := sources()
	s.Ready, s.Index = func() error { return errors.New("starting") }, func() Index { return Index{} }
	body := scrape(t, New(s))
	if !strings.Contains(body, "verbatim_ready 0\n") || strings.Contains(body, "verbatim_index_built_timestamp_seconds ") {
		t.Errorf("it is ready, or an index that is not there has an age:\n%s", body)
	}
}

// TestConventions is what promtool check metrics looks at.
func TestConventions(t *testing.T) {
	problems, err := testutil.GatherAndLint(New(sources()).registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "verbatim_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}
