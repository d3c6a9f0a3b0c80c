package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A meter reads the figures of a cluster at one of its nodes.
type meter struct{ address string }

// A reading is what a cluster has done and keeps.
type reading struct {
	cpu     time.Duration // of all nodes since they started
	indexes []indexed
}

// indexed is an index of OpenSearch.
type indexed struct {
	name                  string
	documents, first, all int64
}

func (m *meter) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.address+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %.300s", path, resp.Status, data)
	}
	return json.Unmarshal(data, into)
}

func (m *meter) read(ctx context.Context) (r reading, err error) {
	var nodes struct {
		Nodes map[string]struct {
			Process struct {
				CPU struct {
					Total int64 `json:"total_in_millis"`
				} `json:"cpu"`
			} `json:"process"`
		} `json:"nodes"`
	}
	if err := m.get(ctx, "/_nodes/stats/process", &nodes); err != nil {
		return r, err
	}
	for _, n := range nodes.Nodes {
		r.cpu += time.Duration(n.Process.CPU.Total) * time.Millisecond
	}
	type sizes struct {
		Docs struct {
			Count int64 `json:"count"`
		} `json:"docs"`
		Store struct {
			Size int64 `json:"size_in_bytes"`
		} `json:"store"`
	}
	var stats struct {
		Indices map[string]struct {
			Primaries sizes `json:"primaries"`
			Total     sizes `json:"total"`
		} `json:"indices"`
	}
	if err := m.get(ctx, "/_stats/docs,store", &stats); err != nil {
		return r, err
	}
	for name, i := range stats.Indices {
		r.indexes = append(r.indexes, indexed{name, i.Primaries.Docs.Count, i.Primaries.Store.Size, i.Total.Store.Size})
	}
	slices.SortFunc(r.indexes, func(a, b indexed) int { return strings.Compare(a.name, b.name) })
	return r, nil
}

// heaps returns what each node's objects take after their garbage was collected.
func (m *meter) heaps(ctx context.Context) ([]int64, error) {
	var nodes struct {
		Nodes map[string]struct {
			Process struct {
				ID int `json:"id"`
			} `json:"process"`
		} `json:"nodes"`
	}
	if err := m.get(ctx, "/_nodes/process", &nodes); err != nil {
		return nil, err
	}
	for _, n := range nodes.Nodes {
		if said, err := exec.CommandContext(ctx, "jcmd", strconv.Itoa(n.Process.ID), "GC.run").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("have the garbage of a node collected: %w: %s", err, said)
		}
	}
	var stats struct {
		Nodes map[string]struct {
			JVM struct {
				Mem struct {
					Used int64 `json:"heap_used_in_bytes"`
				} `json:"mem"`
			} `json:"jvm"`
		} `json:"nodes"`
	}
	if err := m.get(ctx, "/_nodes/stats/jvm", &stats); err != nil {
		return nil, err
	}
	var used []int64
	for _, n := range stats.Nodes {
		used = append(used, n.JVM.Mem.Used)
	}
	return used, nil
}

// processor returns how long this process has kept processors busy.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
