package bot

import (
	"errors"
	"fmt"
	"time"

	"verbatim/index"
)

// What is seen of the bot from outside: whether it hears, how far each question has come, and how each ended.

// A Watcher is told what becomes of questions, and of calls to Slack. It gets ids and times, never the
// text of a question or document. Its methods are called concurrently, from where questions are worked
// on, and so may not wait for anything.
type Watcher interface {
	// Passed tells that a question has passed a stage of its way.
	Passed(Step)
	// Ended tells that a question has come to its end.
	Ended(End)
	// Called tells of a request to Slack that is over.
	Called(Call)
}

// A Stage is a part of a question's way.
type Stage string

// The stages, in order.
const (
	StageJournal Stage = "journal" // written to the journal
	StageAck     Stage = "ack"     // from its envelope's arrival to the acknowledgement, which Slack wants within 3 s
	StageWait    Stage = "wait"    // from its arrival until it is its turn
	StageAnswer  Stage = "answer"  // searched for, checked and laid out
	StagePost    Stage = "post"    // posted, its turn in the channel and all tries included
)

// A Step is one stage that a question has passed.
type Step struct {
	// Key tells the question from all others.
	Key   string
	Kind  Kind
	Stage Stage
	// Begun and Ended are when the stage was entered and left.
	Begun, Ended time.Time
	// Failed says that it came to nothing, for now or for good.
	Failed bool
}

// The ends of a question that are no verdict of [index.Verdict].
const (
	EndNothing     = "nothing"     // there was nothing to search, or nothing that might be searched there
	EndFault       = "fault"       // something broke, and the asker was told so
	EndUndelivered = "undelivered" // Slack took the answer nowhere
	EndExpired     = "expired"     // it was open for too long
	EndStood       = "stood"       // after a restart, its answer was found where an earlier run had posted it
	EndLeft        = "left_alone"  // it was not asked of the bot, and the bot had nothing good enough to say
)

// An End is the end of a message that asked.
type End struct {
	Key  string
	Kind Kind
	// Verdicts are those of the message's questions, one of [index.Verdict] each; or one end.
	Verdicts []string
	// Received is when it came, At when it ended.
	Received, At time.Time
}

// passed tells that a question has passed a stage.
func (b *Bot) passed(in Incoming, stage Stage, begun time.Time, err error) {
	step := Step{Key: in.Key, Kind: in.Kind, Stage: stage, Begun: begun, Ended: time.Now(), Failed: err != nil}
	for _, w := range b.config.Watchers {
		w.Passed(step)
	}
}

// ended tells that a question has come to its end.
func (b *Bot) ended(in Incoming, verdicts ...string) {
	end := End{Key: in.Key, Kind: in.Kind, Verdicts: verdicts, Received: in.Received, At: time.Now()}
	for _, w := range b.config.Watchers {
		w.Ended(end)
	}
}

// verdicts are the ends of the questions of one message.
func (f finding) verdicts() (all []string) {
	for _, each := range f.each {
		all = append(all, string(each.answer.Verdict))
	}
	switch {
	case len(all) > 0:
		return all
	case f.broken:
		return []string{EndFault}
	}
	return []string{EndNothing}
}

// Why a bot is not ready.
var (
	errDeaf      = errors.New("it does not hear Slack: no connection on which Slack answers; it goes on trying, and its log says why")
	errUnwritten = errors.New("its journal cannot write: questions are answered, but a crash would lose those at hand; see to the disk of the data folder")
)

// Ready returns nil while the bot hears Slack and can write down what it hears, and else what is wrong and
// the way out. Slack is heard while it answers the pings that go out each second, however quiet the workspace
// is; what is silent for 7 s counts as deaf.
func (b *Bot) Ready() error {
	switch refused := b.Refused(); {
	case refused != nil:
		return refused
	case !b.socket.hears():
		return errDeaf
	}
	if why := b.config.Journal.Failing(); why != nil {
		return fmt.Errorf("%w (%w)", errUnwritten, why)
	}
	return nil
}

// Verdicts lists all that can become of a question.
func Verdicts() []string {
	return []string{
		string(index.VerdictAnswer), string(index.VerdictNear), string(index.VerdictUnknown), string(index.VerdictChat),
		EndNothing, EndFault, EndUndelivered, EndExpired, EndStood, EndLeft,
	}
}

// Ways lists all doors by which a question may come.
func Ways() []Kind {
	return []Kind{KindMention, KindDirect, KindSlash, KindButton, KindHome, KindShortcut, KindUntagged, KindOffered}
}

// Endings lists the ways in which sockets end, as [Stats] names them.
func Endings() []string {
	return []string{string(endRefresh), string(endClosed), string(endDisabled), string(endTooMany), string(endStopped)}
}

// Stages lists the stages of a question's way, in order.
func Stages() []Stage { return []Stage{StageJournal, StageAck, StageWait, StageAnswer, StagePost} }
