package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"verbatim/bot"
	"verbatim/bot/journal"
	"verbatim/bot/memory"
	"verbatim/bot/records"
	"verbatim/bot/shared"
)

// A state is what lasts of a bot.
type state struct {
	journal *journal.Journal
	memory  memory.Memory
	// store is the memory of this data folder; where several replicas have one together nothing is written to it.
	store *memory.Store
	// leads says whether a duty is this bot's now; nil means that all are.
	leads func(duty string) bool
	// bot is told of what there is to do; nil before there is one.
	bot atomic.Pointer[bot.Bot]
	// closing are the steps that end it, in their order.
	closing []func() error
}

func (s *state) close() error {
	var err error
	for _, f := range s.closing {
		err = errors.Join(err, f())
	}
	return err
}

// openState opens what lasts: the lock of the data folder, the journal, the memory, and with an engine that is shared
// what ties this replica to the others.
func (r *runner) openState(ctx context.Context) (s *state, err error) {
	if _, err := r.lib.prepare(); err != nil {
		return nil, err
	}
	s = &state{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	opened := func(end func() error) { s.closing = append([]func() error{end}, s.closing...) }
	if r.dataDir != "" {
		unlock, err := lockData(ctx, r.dataDir, r.log)
		if err != nil {
			return s, err
		}
		opened(unlock)
	}
	options := journal.Options{Logger: r.log}
	var replica *shared.Replica
	if r.lib.shared != nil && r.lib.role == roleServe {
		if replica, err = r.join(ctx, s); err != nil {
			return s, err
		}
		options.Claims = replica.Claims()
	} else if err := r.alone(); err != nil {
		return s, err
	}
	if s.journal, err = journal.Open(r.journalDir, options); err != nil {
		return s, err
	}
	opened(s.journal.Close)
	if s.store, err = memory.Open(r.journalDir, r.log); err != nil {
		return s, err
	}
	opened(s.store.Close)
	if r.keep > 0 {
		s.store.KeepFor(r.keep)
	}
	s.memory = s.store.Memory()
	if replica != nil {
		s.memory = shared.NewMemory(replica.Store(), shared.MemoryOptions{Keep: r.keep}).Memory()
		opened(runReplica(replica, s.journal))
		return s, r.carryOver(ctx, s)
	}
	return s, nil
}

// carryOver brings what this bot remembered before it had an engine that is shared into the memory of all replicas.
// Until that is done nothing may be answered: settings of channels say who may see answers.
func (r *runner) carryOver(ctx context.Context, s *state) error {
	n, err := s.store.CarryOver(ctx, s.memory)
	if err != nil {
		return fmt.Errorf("%w; start again once OpenSearch can be reached", err)
	}
	if n > 0 {
		r.log.Info("what was remembered is carried over to OpenSearch", "records", n)
	}
	return nil
}

// alone notes that nothing is shared.
func (r *runner) alone() error {
	if shared.WasReplica(r.journalDir) {
		r.log.Warn("the bot is alone again: what replicas remembered together stays in OpenSearch")
	}
	if err := shared.Alone(r.journalDir); err != nil && !journal.RefusesWrites(err) {
		return err
	}
	return nil
}

// join makes this process one of the replicas that share the engine.
func (r *runner) join(ctx context.Context, s *state) (*shared.Replica, error) {
	replica, err := shared.Join(ctx, shared.Options{
		Store: records.New(r.lib.shared.client.Records()), Dir: r.journalDir, Duties: bot.Duties(), Logger: r.log,
		Woken: func() {
			if b := s.bot.Load(); b != nil {
				b.Wake()
			}
		},
		Ready: func() bool { return r.now.Load() != nil },
		Gained: func(duty string) {
			if b := s.bot.Load(); b != nil && duty == bot.DutyRecheck {
				b.DocumentsChanged()
			}
		},
	})
	if err != nil {
		return nil, err
	}
	s.leads, r.lib.shared.lease = replica.Leases().Holds, replica.Leases()
	return replica, nil
}

// runReplica runs a replica until the function that it returns is called, after the bot has ended.
func runReplica(replica *shared.Replica, j *journal.Journal) (end func() error) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		replica.Run(ctx, j)
	}()
	return func() error {
		stop()
		<-done
		return nil
	}
}
