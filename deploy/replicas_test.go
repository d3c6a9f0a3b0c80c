package deploy_test

import (
	"crypto/x509"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"verbatim/corpus"
	"verbatim/index"
	"verbatim/index/opensearch"
	"verbatim/index/opensearch/cluster"
)

// secureSettings are those of deploy/opensearch/opensearch.yml that do not name machines.
func secureSettings(t *testing.T) map[string]string {
	t.Helper()
	var file map[string]any
	if err := yaml.Unmarshal([]byte(text(t, "opensearch/opensearch.yml")), &file); err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for name, value := range file {
		switch name {
		case "network.host", "discovery.seed_hosts", "cluster.initial_cluster_manager_nodes":
			continue
		}
		switch value := value.(type) {
		case []any:
			var list []string
			for _, one := range value {
				list = append(list, one.(string))
			}
			settings[name] = strings.Join(list, ",")
		case bool:
			settings[name] = map[bool]string{true: "true", false: "false"}[value]
		case string:
			settings[name] = value
		default:
			t.Fatalf("%s is a %T", name, value)
		}
	}
	if len(settings) < 5 {
		t.Fatalf("%d settings: the file is not read", len(settings))
	}
	return settings
}

// TestClusterSecured starts OpenSearch with the files of this folder, and meets it with its certificate and the rights
// that they give.
func TestClusterSecured(t *testing.T) {
	c := cluster.ForTest(t, cluster.Options{Nodes: 3, Heap: "400m", Security: "opensearch", Settings: secureSettings(t)})
	good := opensearch.Config{Addresses: c.Addresses(), Name: "verbatim", Credentials: opensearch.Credentials{User: cluster.User, Password: cluster.Password}, Roots: c.Roots}
	wrong, foreign, stranger := good, good, good
	wrong.Password = "another"
	foreign.Name = "payroll"
	stranger.Roots = x509.NewCertPool()
	for name, test := range map[string]struct {
		config opensearch.Config
		want   error
	}{
		"allowed":                {good, nil},
		"wrong password":         {wrong, opensearch.ErrRefused},
		"another's indexes":      {foreign, opensearch.ErrRefused},
		"not the trusted server": {stranger, opensearch.ErrAway},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := opensearch.New(test.config)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			record := opensearch.Record{Kind: "test", ID: "one", Body: []byte(`{"a":1}`), Keys: map[string]string{"of": "a"}, At: time.Unix(1, 0)}
			if _, err := client.Records().Create(t.Context(), record); !errors.Is(err, test.want) {
				t.Fatalf("creating a record: %v, want %v", err, test.want)
			}
			if test.want != nil {
				return
			}
			list, err := client.Records().List(t.Context(), opensearch.RecordQuery{Kind: "test", Keys: record.Keys, Limit: 2})
			if err != nil || len(list) != 1 || !maps.Equal(list[0].Keys, record.Keys) || !slices.Equal(list[0].Body, record.Body) {
				t.Errorf("it lists %v, %v", list, err)
			}
			secured(t, client)
		})
	}
}

// secured does what a replica does with an index: it builds and pushes one, replaces it, has the old one removed, and
// another replica fetches it.
func secured(t *testing.T, client *opensearch.Client) {
	t.Helper()
	here, there, depot := t.TempDir(), t.TempDir(), client.Depot()
	depot.Grace = time.Nanosecond
	for _, said := range []string{"The call lasted two hours.", "The call lasted three hours."} {
		doc := &corpus.Document{ID: corpus.DocumentID("", "call.txt"), Path: "call.txt", Title: "Call", Language: "en", Text: said}
		if err := errors.Join(index.Build(t.Context(), here, client.Engine(), index.Of(doc)), depot.Push(t.Context(), here)); err != nil {
			t.Fatal(err)
		}
	}
	if changed, err := depot.Pull(t.Context(), there); err != nil || !changed {
		t.Fatalf("changed %v: %v", changed, err)
	}
	x, err := index.OpenWhole(there, client.Engine())
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	a, err := x.Ask(t.Context(), "How long did the call last?", index.Options{Top: 1})
	if err != nil || len(a.Passages) != 1 || !strings.Contains(a.Passages[0].Quote, "three") {
		t.Errorf("it answers %v: %v", a.Passages, err)
	}
}
