package memory

import (
	"context"
	"errors"

	"go.etcd.io/bbolt"
)

// Personal is all that a memory holds of one person, newest first in each list.
type Personal struct {
	User string `json:"user"`
	// Answers are those to the person's questions, and those that others looked up for a message of
	// theirs: these name nobody else.
	Answers   []Answer   `json:"answers,omitempty"`
	Votes     []Vote     `json:"votes,omitempty"`
	Gaps      []Gap      `json:"unanswered,omitempty"`
	Threads   []Thread   `json:"threads,omitempty"`
	Calls     []Call     `json:"calls,omitempty"`
	Proposals []Proposal `json:"proposals,omitempty"`
	// Channels are the settings that the person made.
	Channels []Channel `json:"channel_settings,omitempty"`
	// Named counts what others did that names the person as who shared, resolved or decided on it.
	Named int `json:"named_by_others,omitempty"`
}

// Records counts the person's own records.
func (p Personal) Records() int {
	return len(p.Answers) + len(p.Votes) + len(p.Gaps) + len(p.Threads) + len(p.Calls) + len(p.Proposals)
}

// errNobody means that no user was named.
var errNobody = errors.New("no user named")

// Export implements [People].
func (s *Store) Export(ctx context.Context, user string) (p Personal, err error) {
	if user == "" {
		return p, errNobody
	}
	p.User = user
	err = s.read(ctx, "export a user", func(tx *bbolt.Tx) error {
		p.Answers = s.answers.newest(tx, user, maxRecords)
		p.Votes = s.votes.newest(tx, user, maxRecords)
		p.Gaps = s.gaps.newest(tx, user, maxRecords)
		p.Threads = s.threads.newest(tx, user, maxRecords)
		p.Calls = s.calls.newest(tx, user, maxRecords)
		p.Proposals = s.proposals.newest(tx, user, maxRecords)
		p.Channels = s.channels.newest(tx, user, maxRecords)
		about, named := s.naming(tx, user)
		for _, a := range about {
			a.User = ""
			p.Answers = append(p.Answers, a)
		}
		for i := range p.Answers {
			p.Answers[i].Passages = withoutWords(p.Answers[i].Passages)
		}
		p.Named = named.count()
		return nil
	})
	if errors.Is(err, ErrUnknown) {
		return p, nil // there is no file yet
	}
	return p, err
}

// withoutWords leaves the hashes out by which quotes are known again: they tell of documents alone.
func withoutWords(quotes []Quoted) []Quoted {
	for i := range quotes {
		quotes[i].Words, quotes[i].Hash, quotes[i].Was = nil, "", ""
	}
	return quotes
}

// Forget implements [People]. Votes of others on the user's answers stay: they name nobody but them.
func (s *Store) Forget(ctx context.Context, user string) (removed int, err error) {
	if user == "" {
		return 0, errNobody
	}
	err = s.write(ctx, "forget a user", func(tx *bbolt.Tx) error {
		removed = 0
		for _, forget := range []func(*bbolt.Tx, string) (int, error){s.answers.forget, s.votes.forget, s.gaps.forget, s.threads.forget, s.calls.forget, s.proposals.forget} {
			n, err := forget(tx, user)
			if err != nil {
				return err
			}
			removed += n
		}
		about, named := s.naming(tx, user)
		for _, a := range about {
			if err := s.withdraw(tx, a); err != nil {
				return err
			}
			removed++
		}
		return errors.Join(s.unname(tx, user), s.unnameIn(tx, named))
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}

// unread stands for settings that could not be read. It cannot be either: who may see answers in that channel is not known.
const unread = `"unreadable"`

// unname takes a user's name off the settings that they made, and empties those that cannot be read.
func (s *Store) unname(tx *bbolt.Tx, user string) error {
	var theirs []Channel
	damaged := s.channels.each(tx, func(c Channel) {
		if c.By == user {
			theirs = append(theirs, c)
		}
	})
	err := s.channels.purge(tx, damaged)
	for id := range damaged {
		err = errors.Join(err, tx.Bucket([]byte(s.channels.name)).Put([]byte(id), []byte(unread)))
	}
	for _, c := range theirs {
		c.By = ""
		err = errors.Join(err, s.channels.put(tx, c))
	}
	return err
}

// A mention is where others' records name a user.
type mention struct {
	shared   []Answer
	resolved []Call
	decided  []Proposal
}

func (m mention) count() int {
	return len(m.shared) + len(m.resolved) + len(m.decided)
}

// naming returns the answers that others looked up for a message of the user's, and the other records
// that name them. It reads all records, but for those that cannot be read.
func (s *Store) naming(tx *bbolt.Tx, user string) (about []Answer, named mention) {
	s.answers.each(tx, func(a Answer) {
		switch {
		case a.User == user:
		case a.Author == user:
			about = append(about, a)
		case a.By == user:
			named.shared = append(named.shared, a)
		}
	})
	s.calls.each(tx, func(c Call) {
		if c.By == user && c.User != user {
			named.resolved = append(named.resolved, c)
		}
	})
	s.proposals.each(tx, func(p Proposal) {
		if p.By == user && p.User != user {
			named.decided = append(named.decided, p)
		}
	})
	return about, named
}

// unnameIn takes the user's name off the records of others. A call that was resolved stays so.
func (s *Store) unnameIn(tx *bbolt.Tx, named mention) error {
	for _, a := range named.shared {
		a.By = ""
		if err := s.answers.put(tx, a); err != nil {
			return err
		}
	}
	for _, c := range named.resolved {
		c.By = someone
		if err := s.calls.put(tx, c); err != nil {
			return err
		}
	}
	for _, p := range named.decided {
		p.By = someone
		if err := s.proposals.put(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// someone stands for a name that was taken off a record which needs one.
const someone = "-"
