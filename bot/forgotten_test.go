package bot

import (
	"context"
	"testing"
	"time"

	"verbatim/bot/localslack"
	"verbatim/bot/memory"
	"verbatim/bot/rights"
	"verbatim/corpus"
)

// What a person had forgotten does not come back by what was under way.

// wantForgotten wants nothing to be known of Ada.
func (r *runningBot) wantForgotten() {
	r.world.t.Helper()
	p, err := r.memory.Export(r.world.t.Context(), localslack.Ada)
	if err != nil || p.Records() != 0 {
		r.world.t.Errorf("%d records came back: %+v, %v", p.Records(), p, err)
	}
}

// forgetAda has Ada forgotten, of whom something is known.
func (r *runningBot) forgetAda() {
	if n, err := r.memory.Forget(context.Background(), localslack.Ada); err != nil || n == 0 {
		r.world.t.Errorf("forgot %d records: %v", n, err)
	}
}

// listing is a memory in which something happens once gaps were listed.
type listing struct {
	*memory.Store
	then func()
}

// Gaps lists them.
func (l *listing) Gaps(ctx context.Context, n int) ([]memory.Gap, error) {
	all, err := l.Store.Gaps(ctx, n)
	if l.then != nil {
		l.then()
		l.then = nil
	}
	return all, err
}

// TestForgottenWhileQuestionsAreListed forgets who asked before their question is asked again.
func TestForgottenWhileQuestionsAreListed(t *testing.T) {
	inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+leaveAsked)
		w.pass(time.Minute)
		b.config.Memory.Gaps = &listing{b.memory, b.forgetAda}
		b.changes(s, page("handbook", "Leave", leaveText))
		b.wantForgotten()
		b.mustStop()
	})
}

// TestForgottenWhileAnsweredNow forgets who asked while the post of the answer waits for Slack.
func TestForgottenWhileAnsweredNow(t *testing.T) {
	inLibrary(t, rights.Rules{}, []*corpus.Document{page("handbook", "Equipment", laptopText)}, func(w *world, s *shelf) {
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+leaveAsked)
		w.pass(time.Minute)
		w.slack.Faults().API("chat.postMessage", 1, localslack.RateLimited(30))
		s.put(t, page("handbook", "Leave", leaveText))
		b.DocumentsChanged()
		w.pass(15 * time.Second)
		b.forgetAda()
		w.pass(time.Minute)
		b.wantForgotten()
		b.mustStop()
	})
}

// voting is a memory in which something happens once a vote was saved.
type voting struct {
	*memory.Store
	then func()
}

// SaveVote saves it.
func (v *voting) SaveVote(ctx context.Context, vote memory.Vote) error {
	err := v.Store.SaveVote(ctx, vote)
	if v.then != nil {
		v.then()
		v.then = nil
	}
	return err
}

// TestForgottenWhileAdminsAreTold forgets who voted while the admins are told of the vote.
func TestForgottenWhileAdminsAreTold(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.change = func(c *Config) { c.Rules.AdminChannel = localslack.Leaders }
		b := w.start()
		w.say(localslack.Ada, localslack.General, "@verbatim "+laptopQuestion)
		m := w.oneAnswer(localslack.General, time.Second)
		b.config.Memory.Votes = &voting{b.memory, b.forgetAda}
		w.forged(localslack.Ada, m, "vote", answersOf(t, b, localslack.Ada)[0].ID+voteDown)
		w.pass(time.Minute)
		if n := len(w.answers(localslack.Leaders)); n != 1 {
			t.Errorf("the admins were told %d times, want once", n)
		}
		b.wantForgotten()
		b.mustStop()
	})
}

// forgetful is a FAQ in which something happens before an entry is written.
type forgetful struct {
	*listFAQ
	then func()
}

// Add adds an entry.
func (f forgetful) Add(ctx context.Context, question, answer string) error {
	f.then()
	return f.listFAQ.Add(ctx, question, answer)
}

// TestForgottenWhileDecided forgets who proposed while the entry is written to the FAQ.
func TestForgottenWhileDecided(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		faq := &forgetful{listFAQ: &listFAQ{}}
		w.change = func(c *Config) {
			c.Rules, c.Desk.FAQ = rights.Rules{Admins: []string{localslack.Grace}, AdminChannel: localslack.Leaders}, faq
		}
		b := w.start()
		faq.then = b.forgetAda
		propose := Act{Name: "faq_propose", Key: "tr1", User: localslack.Ada, At: time.Now(), Form: map[string][]string{inputQuestion: {"Why?"}, inputAnswer: {"Because."}}}
		if err := b.proposed(w.within(time.Minute), propose); err != nil {
			t.Fatal(err)
		}
		w.forged(localslack.Grace, w.oneAnswer(localslack.Leaders, time.Second), "faq_approve", answerID("tr1"))
		w.pass(time.Minute)
		w.wantText(w.answers(localslack.Leaders)[0], english().FAQApproved)
		b.wantForgotten()
		b.mustStop()
	})
}
