package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"time"

	"verbatim/bot/localslack"
)

var (
	goroutines = regexp.MustCompile(`goroutines=(\d+)`)
	resident   = regexp.MustCompile(`VmRSS:\s*(\d+) kB`)
	anonymous  = regexp.MustCompile(`RssAnon:\s*(\d+) kB`)
)

// A sample is what verbatim takes of the machine at a minute of its run.
type sample struct {
	resident, anonymous int // KiB; anonymous is what is not mapped files. 0 where the system does not tell.
	descriptors         int
	goroutines          int // 0 where its log does not tell
}

// watch prints memory, descriptors and goroutines of verbatim every minute until ctx ends, and keeps them.
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
		s := sample{found(resident, string(status)), found(anonymous, string(status)), len(fds), found(goroutines, p.log.numbers())}
		fmt.Printf("| %d | %d | %d | %d | %d |\n", minute, s.resident>>10, s.anonymous>>10, s.descriptors, s.goroutines)
		p.samples = append(p.samples, s)
	}
	return nil
}

// found reads the number that stands in a text; 0 for none.
func found(r *regexp.Regexp, s string) (n int) {
	if m := r.FindStringSubmatch(s); m != nil {
		n, _ = strconv.Atoi(m[1]) // digits; 0 for more of them than any number here has
	}
	return n
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

// waits are how long the questions of one door waited.
type waits struct {
	door                string
	acknowledged, ended []time.Duration
}

// waitsOf sorts what became of the questions by door.
func waitsOf(all []localslack.Question) (out []waits) {
	for _, door := range doors {
		w := waits{door: door}
		for _, q := range all {
			if q.Door != door {
				continue
			}
			if !q.Delivered.IsZero() {
				w.acknowledged = append(w.acknowledged, q.Delivered.Sub(q.Asked))
			}
			if got := answers(q); len(got) > 0 {
				w.ended = append(w.ended, got[0].At.Sub(q.Asked))
			}
		}
		out = append(out, w)
	}
	return out
}

func (w waits) String() string {
	return fmt.Sprintf("%-8s %6d asked; acknowledged p50 %s p99 %s; answered p50 %s p99 %s", w.door, len(w.acknowledged),
		quantile(w.acknowledged, .5), quantile(w.acknowledged, .99), quantile(w.ended, .5), quantile(w.ended, .99))
}

func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(q*float64(len(all))))].Round(10 * time.Microsecond)
}
