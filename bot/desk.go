package bot

import "context"

// A Desk is what the people who run the bot have at hand in Slack. Each part is optional.
type Desk struct {
	// Health tells how the program does, in English.
	Health func(ctx context.Context) []Check
	// Problems lists the files that could not be read.
	Problems func() []Problem
	// FAQ takes questions with their answers.
	FAQ FAQ
	// Documents takes and removes documents.
	Documents Documents
	// MaxFile is the size in bytes of the largest file that Documents takes.
	MaxFile int64
	// Weekly posts a digest to the admins' channel once a week.
	Weekly bool
}

// A Check is one thing that was looked at.
type Check struct {
	Name string
	OK   bool
	// Detail says what is wrong, and the way out, or how it is; it may be "".
	Detail string
}

// A Problem is a file that could not be read.
type Problem struct {
	// Collection is where it would be; who may not see that does not hear of it.
	Collection string
	Path       string
	Reason     string
}

// An FAQ is a file of questions with their answers, which is searched like any document.
type FAQ interface {
	// Add writes a question with its answer, once, however often it is called with the same.
	Add(ctx context.Context, question, answer string) error
	// Collection is that of the file: who may see it sees what is added.
	Collection() string
}

// Documents are what admins may add and remove from within Slack.
type Documents interface {
	// Add fetches what an address leads to, and has it searched from now on. It calls progress, with
	// words for people, now and then. It returns what it did, in words for people.
	Add(ctx context.Context, address string, progress func(string)) (string, error)
	// AddFile takes a file in by its name, which is hostile, in the place of one of that name that was added
	// before. It returns what it did.
	AddFile(ctx context.Context, name string, data []byte) (string, error)
	// Remove takes out the document with an id, path, address or title, and returns what it did. It knows
	// of no documents but those of the collections that are open, and of those that were added from here.
	Remove(ctx context.Context, document string, open func(collection string) bool) (string, error)
}
