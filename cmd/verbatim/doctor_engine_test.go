package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verbatim/bot/checkup"
	"verbatim/index"
	"verbatim/index/opensearch"
)

// answering is the address of an engine of which every answer is the same.
func answering(t *testing.T, status int, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return "opensearch:" + server.URL + "/docs"
}

// TestDoctorFindsEngineFaults plants what can be wrong with the way to an engine and with what answers there.
func TestDoctorFindsEngineFaults(t *testing.T) {
	const secretWord = "correct-horse"
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for _, tt := range []struct {
		name, engine string
		env          map[string]string
		way          string
	}{
		{"no address", "opensearch:", nil, "--engine"},
		{"another engine", "solr:http://127.0.0.1:1", nil, "--engine"},
		{"nobody there", "opensearch:http://ada:" + secretWord + "@127.0.0.1:1/docs", nil, "firewall"},
		{"wrong password", answering(t, 401, `{"error":{"type":"security_exception","reason":"no"}}`), map[string]string{envEngineUser: "ada", envEnginePassword: secretWord}, envEngineToken},
		{"wrong token", answering(t, 403, `{"error":{"type":"security_exception","reason":"no"}}`), map[string]string{envEngineToken: secretWord}, envEngineToken},
		{"a user and a token", answering(t, 200, `{}`), map[string]string{envEngineUser: "ada", envEnginePassword: secretWord, envEngineToken: secretWord}, envEngineToken},
		{"a password in two places", answering(t, 200, `{}`), map[string]string{envEnginePassword: secretWord, envEnginePassword + "_FILE": "file"}, "mend"},
		{"no such file of authorities", answering(t, 200, `{}`), map[string]string{"VERBATIM_ENGINE_CA": "nowhere.pem"}, "--engine-ca"},
		{"authority not trusted", "opensearch:" + secure.URL + "/docs", nil, "--engine-ca"},
		{"a web server", answering(t, 200, `{"hello":"world"}`), nil, "address of an OpenSearch"},
		{"Elasticsearch", answering(t, 200, `{"version":{"number":"8.1.0","build_flavor":"default"}}`), nil, "address of an OpenSearch"},
		{"an old version", answering(t, 200, `{"version":{"distribution":"opensearch","number":"1.3.0"},"status":"green"}`), nil, "upgrade"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newSite(t, nil)
			p.env["VERBATIM_ENGINE"] = tt.engine
			for name, value := range tt.env {
				p.env[name] = value
			}
			code, d := p.doctor()
			f, ok := d.named(nameEngine)
			if !ok || f.Severity != checkup.Fault || !strings.Contains(f.Way, tt.way) || code != exitFault {
				t.Errorf("exit code %d, found %+v, want %q as the way out", code, f, tt.way)
			}
			if strings.Contains(fmt.Sprint(d), secretWord) {
				t.Errorf("it tells the password or token: %+v", d)
			}
		})
	}
}

// TestDoctorWarnsOfVersions asks engines of versions that no test runs with.
func TestDoctorWarnsOfVersions(t *testing.T) {
	for version, want := range map[string]checkup.Severity{"2.11.0": checkup.Warning, "2.19.1": checkup.OK, "2.30.0": checkup.OK, "3.1.0": checkup.Warning} {
		p := newSite(t, nil)
		p.env["VERBATIM_ENGINE"] = answering(t, 200, `{"version":{"distribution":"opensearch","number":"`+version+`"},"status":"green"}`)
		_, d := p.doctor()
		if f, ok := d.named(nameEngine); !ok || f.Severity != want {
			t.Errorf("%s: %+v", version, f)
		}
	}
}

// TestClusterDoctor looks at a real engine: before anything is pushed, after it, with an older copy, and when the
// sentences were deleted underneath.
func TestClusterDoctor(t *testing.T) {
	p := newSite(t, nil)
	engine := engineFor(t)
	p.args = []string{"--engine", engine}
	look := func(when, name string, severity checkup.Severity, way string) {
		t.Helper()
		code, d := p.doctor()
		f, ok := d.named(name)
		if !ok || f.Severity != severity || !strings.Contains(f.Way, way) {
			t.Errorf("%s: exit code %d, %s is %+v, want %s with %q, of %+v", when, code, name, f, severity, way, d.Findings)
		}
	}
	look("before anything was pushed", nameEngine, checkup.OK, "")
	look("before anything was pushed", nameCopy, checkup.Warning, "verbatim index")
	p.index()
	untilCopied(t, clientOf(t, engine))
	look("after a push", nameEngine, checkup.OK, "")
	look("after a push", nameCopy, checkup.OK, "")
	look("after a push", nameQuestion, checkup.OK, "")
	look("after a push", nameDocuments, checkup.OK, "")
	other := newSite(t, nil)
	other.args = p.args
	other.write("handbook/people/new.md", "# New\n\nA new document.")
	other.index()
	look("after another machine pushed", nameCopy, checkup.Note, "pulls it")
	p.data = other.data
	client := clientOf(t, engine)
	dir := filepath.Join(p.data, dirIndex)
	x, err := index.Open(dir, client.Engine())
	if err != nil {
		t.Fatal(err)
	}
	deleteSentences(t, engine)
	err = x.VerifyEngine(t.Context())
	if closed := x.Close(); closed != nil || !errors.Is(err, index.ErrDamaged) {
		t.Fatalf("the sentences are still there: %v, %v", err, closed)
	}
	look("after somebody deleted the sentences", nameCopy, checkup.Fault, "verbatim index")
	p.index()
	look("after 'verbatim index'", nameCopy, checkup.OK, "")
}

// untilCopied waits until no copy of an index is missing.
func untilCopied(t *testing.T, client *opensearch.Client) {
	t.Helper()
	for began := time.Now(); time.Since(began) < patience; {
		if h, err := client.Health(t.Context()); err == nil && h.Missing == 0 {
			return
		}
		<-time.After(100 * time.Millisecond)
	}
	t.Fatal("copies are still missing")
}

// deleteSentences deletes all sentences of an engine.
func deleteSentences(t *testing.T, engine string) {
	t.Helper()
	parsed, err := opensearch.Parse(engine)
	if err != nil {
		t.Fatal(err)
	}
	deleteIndices(t, parsed.Addresses[0], parsed.Name+"-s-*")
}
