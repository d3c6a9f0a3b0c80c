package index

import "testing"

// statementOf is a passage of a document.
func statementOf(id, language, title, quote string, headings ...string) Passage {
	return Passage{Quote: quote, Heading: headings, Document: Source{ID: id, Title: title, Language: language}}
}

func TestDisagree(t *testing.T) {
	for _, tt := range []struct {
		name, language, question, a, b string
		want                           bool
	}{
		{"days", "en", "When must the laptop be returned?",
			"The laptop must be returned within 14 days of the last working day.", "Laptops are to be returned within 30 days.", true},
		{"days in words", "en", "How many days of holiday do we have?", "Everyone has thirty days of holiday a year.", "There are 28 days of holiday a year.", true},
		{"money by sign and by word", "en", "How much is a hotel a night?", "The limit for hotels is €120 a night.", "Hotels may cost up to 150 euros a night.", true},
		{"the year of founding", "en", "When was the company founded?", "The company was founded in 1998.", "The company was founded in 2001 by two students.", true},
		{"a date", "en", "When is the summer party?", "The summer party is on 12 June.", "The summer party takes place on June 19.", true},
		{"a time of day", "en", "When does the office open?", "The office opens at 8:00.", "The office opens at 9:30 for everyone.", true},
		{"percent", "en", "What share of the rent is paid?", "The company pays 50% of the rent.", "The company pays 40 percent of the rent.", true},
		{"German", "de", "Wie lange ist die Kündigungsfrist?", "Die Kündigungsfrist beträgt drei Monate.", "Die Kündigungsfrist beträgt 6 Monate zum Quartalsende.", true},
		{"French", "fr", "Combien de jours de congé avons-nous ?", "Chaque employé a 25 jours de congé.", "Les employés ont 30 jours de congé.", true},

		{"missed: only one has the verb of the question", "en", "How much may a hotel cost?", "The limit for hotels is €120 a night.", "Hotels may cost up to 150 euros a night.", false},
		{"the same", "en", "When must the laptop be returned?", "The laptop must be returned within 14 days.", "Laptops are returned within fourteen (14) days.", false},
		{"the same in words", "en", "How many days of holiday do we have?", "Everyone has 12 days of holiday.", "There are twelve days of holiday.", false},
		{"the same with thousands", "en", "How many seats are there?", "The hall has 1,200 seats.", "The hall has 1200 seats for guests.", false},
		{"other things", "en", "What is approved by the team lead?", "Holidays of up to two weeks are approved by the team lead.", "Screens of up to 400 euros are approved by the team lead.", false},
		{"another plan", "en", "How much does the plan cost?", "The basic plan costs 10 euros a month.", "The business plan costs 40 euros a month.", false},
		{"the plan asked for", "en", "How much does the basic plan cost?", "The basic plan costs 10 euros a month.", "The plan costs 40 euros a month.", false},
		{"part-time", "en", "How many days of holiday do employees get?", "Employees get 30 days of holiday.", "Part-time employees get 20 days of holiday.", false},
		{"summer and winter", "en", "When does the office open?", "In summer the office opens at 8:00.", "In winter the office opens at 9:00.", false},
		{"weekdays", "en", "When does the office open?", "On Mondays the office opens at 8.", "On Saturdays the office opens at 10.", false},
		{"places", "en", "When does the office open?", "The office in Berlin opens at 8:00.", "The office in Paris opens at 9:00.", false},
		{"of two years", "en", "How many days of holiday do employees get?", "In 2024 employees got 28 days of holiday.", "In 2026 employees get 30 days of holiday.", false},
		{"below and above", "en", "Who approves trips?", "Trips under 500 euros are approved by the lead.", "Trips over 2000 euros are approved by the board.", false},
		{"other units", "en", "How long is the warranty?", "The warranty is two years.", "The warranty covers 3 repairs.", false},
		{"an ordinal of a step", "en", "How do I reset my password?", "Step 1: open the portal and reset the password.", "Step 2: confirm the password in the portal.", false},
		{"no figures", "en", "Who approves holidays?", "Holidays are approved by the team lead.", "Holidays are approved by the head of department.", false},
		{"nothing in common", "en", "How long?", "It takes 3 days.", "Allow 5 days.", false},
		{"a month that is a verb", "en", "How many weeks of leave may parents take?", "Parents may take 12 weeks of leave.", "Parents may take 12 weeks of leave at full pay.", false},
		{"other models", "en", "How much memory does the laptop have?", "The Falcon laptop has 16 GB of memory.", "The Eagle laptop has 32 GB of memory.", false},
		{"versions", "en", "What port does the server use?", "Version 2 of the server listens on port 7417.", "Version 3 of the server listens on port 7418.", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := statementOf("a", tt.language, "Handbook", tt.a), statementOf("b", tt.language, "Guide", tt.b)
			if got := Disagree(tt.question, a, b); got != tt.want {
				t.Errorf("disagree: %v, want %v\n%+v\n%+v", got, tt.want, stateOf(a), stateOf(b))
			}
			if Disagree(tt.question, a, b) != Disagree(tt.question, b, a) {
				t.Error("it depends on the order")
			}
			b.Document.ID = "a"
			if Disagree(tt.question, a, b) {
				t.Error("a document disagrees with itself")
			}
		})
	}
}

// TestDisagreeByWhatStandsAbove has headings and titles tell two things apart, or say that they are one.
func TestDisagreeByWhatStandsAbove(t *testing.T) {
	a := statementOf("a", "en", "Parental leave", "It lasts 12 weeks at full pay.", "Fathers")
	b := statementOf("b", "en", "Parental leave of 2024", "It lasts 4 weeks at full pay.")
	if !Disagree("How long does parental leave last?", a, b) {
		t.Error("the words that the title has are not counted")
	}
	if Disagree("How long does parental leave of fathers last?", a, b) {
		t.Error("one is about fathers, as was asked, and the other is not")
	}
}

func TestQuestionKey(t *testing.T) {
	for _, same := range [][]string{
		{"When must the laptop be returned?", "when must laptops be returned", "When should the laptop be returned, please?"},
		{"How many days of holiday do we have?", "How many holiday days do we have"},
		{"Wann muss der Laptop zurückgegeben werden?", "Wann muss der Laptop zurückgegeben werden"},
	} {
		for _, q := range same {
			if got := QuestionKey(q); got == "" || got != QuestionKey(same[0]) {
				t.Errorf("key of %q is %q, want %q", q, got, QuestionKey(same[0]))
			}
		}
	}
	seen := map[string]string{}
	for _, q := range []string{
		"When was it approved?", "Who approved it?", "Which plans include support?", "Which plans do not include support?",
		"How many days of holiday do we have?", "How many weeks of holiday do we have?", "How do I return a laptop?",
	} {
		key := QuestionKey(q)
		if other, twice := seen[key]; twice || key == "" {
			t.Errorf("%q has the key %q, as has %q", q, key, other)
		}
		seen[key] = q
	}
	for _, q := range []string{"", "hello", "???"} {
		if key := QuestionKey(q); key != "" {
			t.Errorf("key of %q is %q", q, key)
		}
	}
}

func FuzzDisagree(f *testing.F) {
	f.Add("When?", "It is 12 March 2026 at 8:00, € 1.200 or 12 000 %", "En mai 2024 c'est 3 jours", "fr")
	f.Fuzz(func(t *testing.T, question, a, b, language string) {
		p, q := statementOf("a", language, a, b), statementOf("b", language, b, a)
		if Disagree(question, p, q) != Disagree(question, q, p) {
			t.Error("it depends on the order")
		}
		if Disagree(question, p, statementOf("b", language, a, b)) {
			t.Error("the same words disagree")
		}
		QuestionKey(question)
	})
}
