package memory

import (
	"context"
	"time"
)

// A Proposal is a question with its answer that a person proposed for the FAQ.
type Proposal struct {
	ID       string `json:"id"`
	User     string `json:"user"`
	Question string `json:"question"`
	Answer   string `json:"answer"`
	// TS is that of the message that asks the admins; "" while they were not asked.
	TS string    `json:"ts,omitempty"`
	At time.Time `json:"at"`
	// By decided on it, at Decided; "" and zero while nobody did.
	By       string    `json:"by,omitempty"`
	Approved bool      `json:"approved,omitempty"`
	Decided  time.Time `json:"decided,omitzero"`
}

// A Mark says when something was last done that is done now and then.
type Mark struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
}

// Proposals remembers what was proposed for the FAQ.
type Proposals interface {
	// SaveProposal writes a proposal, in place of the one with its ID.
	SaveProposal(ctx context.Context, p Proposal) error
	// Proposal returns a proposal, or [ErrUnknown].
	Proposal(ctx context.Context, id string) (Proposal, error)
	// ChangeProposal changes a proposal, as [Changes] do.
	ChangeProposal(ctx context.Context, id string, f func(*Proposal)) error
}

// Marks remembers when things were last done.
type Marks interface {
	// SaveMark writes a mark, in place of the one with its ID.
	SaveMark(ctx context.Context, m Mark) error
	// Mark returns a mark, or [ErrUnknown].
	Mark(ctx context.Context, id string) (Mark, error)
}

func proposalTable() table[Proposal] {
	return table[Proposal]{"proposals", func(p *Proposal) string { return p.ID }, func(p *Proposal) string { return p.User }, func(p *Proposal) time.Time { return p.At }}
}

func markTable() table[Mark] {
	return table[Mark]{"marks", func(m *Mark) string { return m.ID }, func(*Mark) string { return "" }, func(m *Mark) time.Time { return m.At }}
}

// SaveProposal implements [Proposals].
func (s *Store) SaveProposal(ctx context.Context, p Proposal) error {
	return save(ctx, s, s.proposals, p)
}

// Proposal implements [Proposals].
func (s *Store) Proposal(ctx context.Context, id string) (Proposal, error) {
	return load(ctx, s, s.proposals, id)
}

// ChangeProposal implements [Proposals].
func (s *Store) ChangeProposal(ctx context.Context, id string, f func(*Proposal)) error {
	return change(ctx, s, s.proposals, id, f)
}

// SaveMark implements [Marks].
func (s *Store) SaveMark(ctx context.Context, m Mark) error { return save(ctx, s, s.marks, m) }

// Mark implements [Marks].
func (s *Store) Mark(ctx context.Context, id string) (Mark, error) { return load(ctx, s, s.marks, id) }
