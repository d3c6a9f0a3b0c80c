package deploy_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.yaml.in/yaml/v3"

	"verbatim/bot/metrics"
)

// metricName is what a name of a metric of this program, of Go or of its process looks like.
var metricName = regexp.MustCompile(`\b(?:verbatim|go|process)_[a-z0-9_]+\b`)

// label takes labels out of an expression: their values are no names.
var label = regexp.MustCompile(`\{[^{}]*\}|"[^"]*"`)

// text reads a file of this folder.
func text(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// alerts are the rules by their names.
func alerts(t *testing.T) map[string]rule {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal([]byte(text(t, "alerts.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	all := map[string]rule{}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			all[r.Alert] = r
		}
	}
	if len(all) < 10 {
		t.Fatalf("%d alerts: they are not read", len(all))
	}
	return all
}

// rule is an alert.
type rule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

// dashboardExprs are the expressions of the dashboard.
func dashboardExprs(t *testing.T) []string {
	t.Helper()
	var board struct {
		Panels []struct {
			Title, Type string
			Targets     []struct{ Expr string }
		}
		Templating struct {
			List []struct{ Definition string }
		}
	}
	if err := json.Unmarshal([]byte(text(t, "dashboard.json")), &board); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range board.Panels {
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("panel %q shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			all = append(all, target.Expr)
		}
	}
	for _, v := range board.Templating.List {
		if v.Definition != "" {
			all = append(all, v.Definition)
		}
	}
	if len(all) < 20 {
		t.Fatalf("%d expressions: the dashboard is not read", len(all))
	}
	return all
}

// known are the metrics that the program has, by the names they have in expressions; own are those of its own.
func known(t *testing.T) (names map[string]string, own []string) {
	t.Helper()
	names = map[string]string{}
	for _, m := range metrics.All() {
		own = append(own, m.Name)
		names[m.Name] = m.Name
		if m.Type == metrics.Histogram {
			for _, suffix := range []string{"_bucket", "_sum", "_count"} {
				names[m.Name+suffix] = m.Name
			}
		}
	}
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	families, err := r.Gather()
	if err != nil || len(families) == 0 {
		t.Fatalf("gather the metrics of Go: %v", err)
	}
	for _, f := range families {
		names[f.GetName()] = f.GetName()
	}
	return names, own
}

// TestDashboardAndAlertsKnowTheMetrics wants every metric that the dashboard or a rule names to be one of
// the program's, and every one of the program's to be shown or watched.
func TestDashboardAndAlertsKnowTheMetrics(t *testing.T) {
	names, own := known(t)
	exprs := dashboardExprs(t)
	for _, r := range alerts(t) {
		exprs = append(exprs, r.Expr)
	}
	used := map[string]bool{}
	for _, expr := range exprs {
		found := metricName.FindAllString(label.ReplaceAllString(expr, ""), -1)
		if len(found) == 0 && !strings.HasPrefix(expr, "up{") {
			t.Errorf("%q names no metric", expr)
		}
		for _, name := range found {
			if names[name] == "" {
				t.Errorf("%q names %s, which the program does not have", expr, name)
			}
			used[names[name]] = true
		}
	}
	for _, name := range own {
		if !used[name] {
			t.Errorf("%s is on no dashboard and in no rule", name)
		}
	}
}

// TestMetricsAreDescribed wants a row for each metric in README.md, as the program describes it.
func TestMetricsAreDescribed(t *testing.T) {
	readme := text(t, "README.md")
	all := metrics.All()
	for _, m := range all {
		var labels []string
		for _, l := range m.Labels {
			labels = append(labels, "`"+l+"`")
		}
		row := "| `" + m.Name + "` | " + string(m.Type) + " | " + strings.Join(labels, ", ") + " | " + m.Help + " |\n"
		if !strings.Contains(readme, row) {
			t.Errorf("README.md lacks the row:\n%s", row)
		}
	}
	if rows := strings.Count(readme, "| `verbatim_"); rows != len(all) {
		t.Errorf("README.md describes %d metrics, the program has %d", rows, len(all))
	}
}

// TestMetricNames holds names to Prometheus' conventions; promtool check metrics holds them to more.
func TestMetricNames(t *testing.T) {
	units := regexp.MustCompile(`_(?:seconds|bytes|questions|documents|sentences|problems|connections|info|ready)$`)
	for _, m := range metrics.All() {
		switch {
		case m.Type == metrics.Counter && !strings.HasSuffix(m.Name, "_total"):
			t.Errorf("%s is a counter and does not end in _total", m.Name)
		case m.Type != metrics.Counter && !units.MatchString(m.Name):
			t.Errorf("%s does not end in what it counts or in its unit", m.Name)
		case !strings.HasSuffix(m.Help, "."):
			t.Errorf("%s: its description is no sentence: %q", m.Name, m.Help)
		}
	}
}

// TestAlertsAreTested wants each alert to fire in one test of the rules, and not to in another.
func TestAlertsAreTested(t *testing.T) {
	var file struct {
		Tests []struct {
			Rules []struct {
				Alert string      `yaml:"alertname"`
				Fires []yaml.Node `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		} `yaml:"tests"`
	}
	if err := yaml.Unmarshal([]byte(text(t, "alerts_test.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	fires, quiet := map[string]bool{}, map[string]bool{}
	for _, test := range file.Tests {
		for _, r := range test.Rules {
			fires[r.Alert] = fires[r.Alert] || len(r.Fires) > 0
			quiet[r.Alert] = quiet[r.Alert] || len(r.Fires) == 0
		}
	}
	for name := range alerts(t) {
		if !fires[name] || !quiet[name] {
			t.Errorf("%s: a test in which it fires: %v; one in which it does not: %v", name, fires[name], quiet[name])
		}
	}
}

// TestRunbookKnowsTheAlerts wants a section for each alert, and no section for one that is gone.
func TestRunbookKnowsTheAlerts(t *testing.T) {
	all := alerts(t)
	var sections []string
	for _, m := range regexp.MustCompile(`(?m)^### (Verbatim\w+)$`).FindAllStringSubmatch(text(t, "RUNBOOK.md"), -1) {
		sections = append(sections, m[1])
		if _, there := all[m[1]]; !there {
			t.Errorf("RUNBOOK.md tells of the alert %s, which is no more", m[1])
		}
	}
	for name, r := range all {
		if !slices.Contains(sections, name) {
			t.Errorf("RUNBOOK.md does not say what to do about %s", name)
		}
		if want := "deploy/RUNBOOK.md#" + strings.ToLower(name); r.Annotations["runbook"] != want {
			t.Errorf("%s: its runbook is %q, want %q", name, r.Annotations["runbook"], want)
		}
		if !slices.Contains([]string{"critical", "warning", "info"}, r.Labels["severity"]) || r.Annotations["summary"] == "" {
			t.Errorf("%s has no severity or no summary", name)
		}
	}
}
