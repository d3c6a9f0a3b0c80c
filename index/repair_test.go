package index

import "testing"

func TestRepair(t *testing.T) {
	for _, tt := range []struct{ name, question, asked, takenBack string }{
		{"asks anew", "How no sorry in what year did Fresno get a mall?", "in what year did Fresno get a mall?", "How"},
		{"repeats a word", "How many people have more than no sorry have only one car?", "How many people have only one car?", "have more than"},
		{"another number", "Who won in 2008 or no 2009?", "Who won in 2009?", "2008"},
		{"another name", "Where was Smith, I mean Jones born?", "Where was Jones born?", "Smith"},
		{"last word", "What chambers sorry I mean members open debates?", "What members open debates?", "chambers"},
		{"only a pause", "What is, uh, the capital?", "What is the capital?", ""},
		{"twice", "When er where was it built in 1990 oops I mean 1991?", "where was it built in 1991?", "When 1990"},
		{"nothing to repair", "Who has the keys?", "Who has the keys?", ""},
		{"no as a word", "Which country has no army?", "Which country has no army?", ""},
		{"mean as a word", "What do I mean by that?", "What do I mean by that?", ""},
		{"rather than", "What, rather than steel, is used?", "What, rather than steel, is used?", ""},
		{"words of German", "Wie alt war er, um das zu tun?", "Wie alt war er, um das zu tun?", ""},
		{"nothing follows", "What is it, no", "What is it, no", ""},
		{"the longer repetition", "What is the name of the town that holds I mean the name of the river?", "What is the name of the river?", "the name of the town that holds"},
		{"the setting stays", "In the year 1990, who led, no wait, what town was built?", "In the year 1990 what town was built?", ", who led"},
		{"a name far before", "Who ruled Messina in 1191 no sorry Cyprus?", "Who ruled Cyprus in 1191?", "Messina"},
		{"one of several names", "Did Ann meet Bob before Carl left or rather Dora?", "Did Ann meet Bob before Carl left Dora?", ""},
		{"this not that", "How many live in Asia today no sorry in China not Asia?", "How many live in China today?", "in Asia"},
		{"drawn out", "Who has ummm the keys?", "Who has the keys?", ""},
		{"a lead to the question", "Who paid no sorry I just want to know what it cost?", "what it cost?", "Who paid"},
		{"rather at the end", "Where is the Louvre no the Prado rather?", "Where is the Prado?", "the Louvre"},
		{"the name alone", "How long did Smith reign no sorry that was Jones?", "How long did Jones reign?", "Smith"},
		{"empty", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if asked, takenBack := repair(tt.question); asked != tt.asked || takenBack != tt.takenBack {
				t.Errorf("repair(%q) = %q, %q; want %q, %q", tt.question, asked, takenBack, tt.asked, tt.takenBack)
			}
		})
	}
}

func TestTakenBackWordsAreNotAskedFor(t *testing.T) {
	q := ParseQuestion("Where was Smith, I mean Jones born?", []string{"en"})
	for _, w := range q.Words {
		switch {
		case w.Text == "Smith" && (!w.Aside || w.Content):
			t.Error("Smith is still asked for")
		case w.Text == "Jones" && (w.Aside || !w.Content):
			t.Error("Jones is not asked for")
		}
	}
	if len(q.Words) != 3 {
		t.Errorf("words %+v, want Jones, born, Smith", q.Words)
	}
}
