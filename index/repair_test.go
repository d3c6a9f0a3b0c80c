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
		{"a pause before what is taken back", "Uh how long, no I mean why did they talk?", "why did they talk?", "how long"},
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
		{"a no between two words", "What are community no internet pharmacies called?", "What are internet pharmacies called?", "community"},
		{"a pause between two words", "What type of impacts er motivators are there?", "What type of motivators are there?", "impacts"},
		{"a pause behind a small word", "What is the town famous for um software?", "What is the town famous for software?", ""},
		{"no of something", "What job requires no qualifications?", "What job requires no qualifications?", ""},
		{"not that but this", "What is sold in Hamburg no no not in Hamburg but in Berlin?", "What is sold in Berlin?", "in Hamburg"},
		{"as long as what it replaces", "What are private schools in Victoria no sorry public schools?", "What are public schools in Victoria?", "private schools"},
		{"a new question without a sign", "Why did six governors Why did the operation fail?", "Why did the operation fail?", "Why did six governors"},
		{"or a new question", "What devices or what did the farmers use?", "what did the farmers use?", "What devices"},
		{"one question with its time first", "When people are arrested what is the usual offer?", "When people are arrested what is the usual offer?", ""},
		{"two questions", "What is the deadline? When does it end?", "What is the deadline? When does it end?", ""},
		{"a name of two parts", "When was the Court of Justice founded no Lisbon?", "When was the Lisbon founded?", "Court of Justice"},
		{"a name that is a marker", "Who may be Law Officer or rather First Minister?", "Who may be First Minister?", "Law Officer"},
		{"a new lead", "How does the debate end no forget this and tell me how long it lasts?", "how long it lasts?", "How does the debate end"},
		{"empty", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if asked, takenBack := repair(tt.question); asked != tt.asked || takenBack != tt.takenBack {
				t.Errorf("repair(%q) = %q, %q; want %q, %q", tt.question, asked, takenBack, tt.asked, tt.takenBack)
			}
		})
	}
}

func TestTakenBackWordsThatAreStillMeant(t *testing.T) {
	for _, tt := range []struct {
		question string
		meant    bool
	}{
		{"Where did the dynasty originate no sorry where did it rule?", true},
		{"Who founded the museum no sorry in which town?", true},
		{"When did the museum open no sorry which painter gave his house to the town?", false},
	} {
		q := ParseQuestion(tt.question, []string{"en"})
		asides := 0
		for _, w := range q.Words {
			if !w.Aside {
				continue
			}
			if asides++; w.Content != tt.meant {
				t.Errorf("%q: %q is asked for: %t, want %t", tt.question, w.Text, w.Content, tt.meant)
			}
		}
		if asides == 0 {
			t.Errorf("%q: nothing was taken back", tt.question)
		}
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
