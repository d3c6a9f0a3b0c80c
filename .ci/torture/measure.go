package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	goroutines = regexp.MustCompile(`goroutines=(\d+)`)
	resident   = regexp.MustCompile(`VmRSS:\s*(\d+) kB`)
	anonymous  = regexp.MustCompile(`RssAnon:\s*(\d+) kB`)
)

// watch prints memory, descriptors and goroutines of verbatim every minute until ctx ends.
func (p *process) watch(ctx context.Context) error {
	fmt.Println("| minute | RSS, MiB | of it not mapped files | descriptors | goroutines |")
	fmt.Println("|---|---|---|---|---|")
	for minute := 1; sleep(ctx, time.Minute-100*time.Millisecond); minute++ {
		p.mu.Lock()
		pid := p.cmd.Process.Pid
		p.mu.Unlock()
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			return err
		}
		fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
		if err != nil {
			return err
		}
		last := p.log.numbers()
		mib := func(r *regexp.Regexp) string {
			var kib int
			_, _ = fmt.Sscan(found(r, string(status)), &kib) // 0 where the system does not tell
			return fmt.Sprint(kib >> 10)
		}
		fmt.Printf("| %d | %s | %s | %d | %s |\n", minute, mib(resident), mib(anonymous), len(fds), found(goroutines, last))
	}
	return nil
}

func found(r *regexp.Regexp, s string) string {
	if m := r.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return "?"
}

// rage disconnects connections for all reasons, evenly over the time of the run.
func (f *fleet) rage(ctx context.Context) {
	r := rand.New(rand.NewPCG(f.seed, 11))
	reasons := []string{"warning", "refresh_requested", "", "spring_cleaning", "too_many_websockets", "link_disabled", "cut", "close", "stall"}
	for n := 0; n < f.storm && sleep(ctx, f.lasting/time.Duration(f.storm)); {
		conns := f.town.slack.Connections()
		if len(conns) == 0 {
			continue
		}
		conn, reason := conns[r.IntN(len(conns))], reasons[n%len(reasons)]
		n++
		switch reason {
		case "cut":
			f.town.slack.Cut(conn)
		case "close":
			f.town.slack.CloseConnection(conn)
		case "stall":
			f.town.slack.Stall(conn)
		default:
			f.town.slack.Disconnect(conn, reason)
		}
		f.raged = n
	}
}

// times prints how long acknowledgements and answers took, and what was asked of Slack.
func (f *fleet) times() {
	acks, posts := map[string][]time.Duration{}, map[string][]time.Duration{}
	for _, q := range f.town.slack.Ledger() {
		if !q.Delivered.IsZero() {
			acks[q.Door] = append(acks[q.Door], q.Delivered.Sub(q.Asked))
		}
		if got := answers(q); len(got) > 0 {
			posts[q.Door] = append(posts[q.Door], got[0].At.Sub(q.Asked))
		}
	}
	for _, door := range []string{"mention", "dm", "slash", "button"} {
		fmt.Printf("%-8s %6d asked; acknowledged p50 %s p99 %s; answered p50 %s p99 %s\n", door, len(acks[door]),
			quantile(acks[door], .5), quantile(acks[door], .99), quantile(posts[door], .5), quantile(posts[door], .99))
	}
	opened, limited := 0, 0
	perMinute := map[int64]int{}
	for _, c := range f.town.slack.Calls() {
		if c.Method == "apps.connections.open" {
			opened++
			perMinute[c.Time.Unix()/60]++
			if c.Status == 429 && !strings.Contains(c.Error, "fault") {
				limited++
			}
		}
	}
	most := 0
	for _, n := range perMinute {
		most = max(most, n)
	}
	fmt.Printf("apps.connections.open: %d of the calls still on record, at most %d in a minute, %d refused for their rate; %d disconnects\n", opened, most, limited, f.raged)
}

func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(q*float64(len(all))))].Round(10 * time.Microsecond)
}
