package traces

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	wire "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"verbatim/bot"
)

// a receiver is a collector on loopback.
type receiver struct {
	mu    sync.Mutex
	spans []*wire.Span
	names map[string]string // of the resource
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	var export collector.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(body, &export) != nil || req.URL.Path != "/v1/traces" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, resource := range export.ResourceSpans {
		for _, a := range resource.Resource.Attributes {
			r.names[a.Key] = a.Value.GetStringValue()
		}
		for _, scope := range resource.ScopeSpans {
			r.spans = append(r.spans, scope.Spans...)
		}
	}
}

// collecting starts a collector and traces that go there.
func collecting(t *testing.T) (*receiver, *Traces) {
	t.Helper()
	r := &receiver{names: map[string]string{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	t.Setenv(envEndpoint, server.URL)
	tr, err := New(t.Context(), "1.2.3", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return r, tr
}

// TestWayOfAQuestion sends the way of a question and wants one trace with all of it, whose ids come from
// the question's key and whose times are the question's.
func TestWayOfAQuestion(t *testing.T) {
	r, tr := collecting(t)
	begun := time.Unix(1_000_000, 0)
	at := begun
	for i, stage := range bot.Stages() {
		tr.Passed(bot.Step{Key: "Ev1", Kind: bot.KindMention, Stage: stage, Begun: at, Ended: at.Add(time.Second), Failed: i == 4})
		at = at.Add(time.Second)
	}
	tr.Ended(bot.End{Key: "Ev1", Kind: bot.KindMention, Verdicts: []string{"answer"}, Received: begun, At: at})
	tr.Ended(bot.End{Key: "Ev2", Kind: bot.KindDirect, Verdicts: []string{bot.EndFault}, Received: begun, At: at})
	if err := tr.Stop(); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"question": true}
	for _, stage := range bot.Stages() {
		want[string(stage)] = true
	}
	for _, s := range r.spans {
		root := rootID("Ev1")
		switch {
		case string(s.TraceId) == string(ids1("Ev2")):
			if s.Status.GetCode() != wire.Status_STATUS_CODE_ERROR {
				t.Errorf("a fault is no error: %v", s)
			}
			continue
		case string(s.TraceId) != string(ids1("Ev1")):
			t.Errorf("%s is of another trace", s.Name)
		case s.Name == "question" && (string(s.SpanId) != string(root[:]) || len(s.ParentSpanId) != 0):
			t.Errorf("the root is %v", s)
		case s.Name != "question" && string(s.ParentSpanId) != string(root[:]):
			t.Errorf("%s is not under the root", s.Name)
		case s.Name == string(bot.StagePost) && s.Status.GetCode() != wire.Status_STATUS_CODE_ERROR:
			t.Error("what failed is no error")
		}
		if took := time.Duration(s.EndTimeUnixNano - s.StartTimeUnixNano); s.Name != "question" && took != time.Second || s.StartTimeUnixNano < uint64(begun.UnixNano()) {
			t.Errorf("%s began at %d and took %v", s.Name, s.StartTimeUnixNano, took)
		}
		if !want[s.Name] {
			t.Errorf("a span %q that is unknown or comes twice", s.Name)
		}
		delete(want, s.Name)
	}
	if len(want) > 0 {
		t.Errorf("no span for %v", want)
	}
	if r.names["service.name"] != "verbatim" || r.names["service.version"] != "1.2.3" {
		t.Errorf("resource %v", r.names)
	}
}

// ids1 is the id of a trace as bytes.
func ids1(key string) []byte { id := traceID(key); return id[:] }

// TestEnvironment holds what switches traces on, and off.
func TestEnvironment(t *testing.T) {
	for name, tt := range map[string]struct {
		set    map[string]string
		wanted bool
		fault  string
	}{
		"nothing":          {map[string]string{}, false, ""},
		"endpoint":         {map[string]string{envEndpoint: "http://127.0.0.1:4318"}, true, ""},
		"for traces alone": {map[string]string{envTracesEndpoint: "http://127.0.0.1:4318/v1/traces"}, true, ""},
		"disabled":         {map[string]string{envEndpoint: "http://127.0.0.1:4318", envDisabled: "true"}, false, ""},
		"gRPC":             {map[string]string{envEndpoint: "http://127.0.0.1:4317", envProtocol: "grpc"}, true, "4318"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{envEndpoint, envTracesEndpoint, envProtocol, envTracesProtocol, envDisabled} {
				t.Setenv(variable, tt.set[variable])
			}
			if got := Wanted(); got != tt.wanted {
				t.Errorf("wanted %v, want %v", got, tt.wanted)
			}
			if !tt.wanted {
				return
			}
			tr, err := New(t.Context(), "1", slog.New(slog.DiscardHandler))
			if (err != nil) != (tt.fault != "") || err != nil && !strings.Contains(err.Error(), tt.fault) {
				t.Fatalf("error %v, want one with %q", err, tt.fault)
			}
			if err == nil {
				_ = tr.Stop() // nothing was sent
			}
		})
	}
}

// TestNobodyCollects wants spans that nobody takes to cost a line of the log and nothing else.
func TestNobodyCollects(t *testing.T) {
	t.Setenv(envEndpoint, "http://127.0.0.1:1")
	var log strings.Builder
	tr, err := New(t.Context(), "1", slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	tr.Ended(bot.End{Key: "Ev1", Verdicts: []string{"answer"}, Received: time.Now(), At: time.Now()})
	if err := tr.Stop(); err == nil && !strings.Contains(log.String(), "traces are not delivered") {
		t.Errorf("nobody was told: %q", log.String())
	}
}
