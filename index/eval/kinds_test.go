package eval_test

import (
	"testing"

	"verbatim/index/eval"
)

func TestKindOf(t *testing.T) {
	for question, want := range map[string]eval.Kind{
		"Who approves holidays?":                        eval.Who,
		"By whom was it built?":                         eval.Who,
		"who's on call":                                 eval.Who,
		"In what year did it open?":                     eval.When,
		"What is the year of the flood?":                eval.What,
		"In which country is Trieste?":                  eval.Where,
		"How many keys are there?":                      eval.HowMany,
		"How long did the call last?":                   eval.HowMany,
		"How is glue made?":                             eval.How,
		"For what reason was it closed?":                eval.Why,
		"How come?":                                     eval.Why,
		"Which port does it use?":                       eval.What,
		"The river is called what?":                     eval.What,
		"Is the archive encrypted?":                     eval.YesNo,
		"Was the bridge closed when the keeper died?":   eval.YesNo,
		"Was passiert beim Lasern?":                     eval.What,
		"Was the bridge closed?":                        eval.YesNo,
		"No, I mean when did it open?":                  eval.When,
		"hotel limit":                                   eval.Other,
		"":                                              eval.Other,
		"Wie viele Gäste dürfen mitkommen?":             eval.HowMany,
		"Wie heißt der Vorstand?":                       eval.How,
		"Für wen gilt das?":                             eval.Who,
		"¿Quién organiza el club?":                      eval.Who,
		"¿Por qué no se puede comer?":                   eval.Why,
		"¿En qué año abrió?":                            eval.When,
		"Où se trouve la clé ?":                         eval.Where,
		"Est-ce que le train est payé ?":                eval.YesNo,
		"Quanto costa il biglietto?":                    eval.HowMany,
		"Onde fica a biblioteca?":                       eval.Where,
		"Waarom is het verboden?":                       eval.Why,
		"Когда открывается музей?":                      eval.When,
		"Kaç gün?":                                      eval.HowMany,
		"黑豹队的防守丢了多少分？":                                  eval.HowMany,
		"他什么时候去世？":                                      eval.When,
		"什么是分组交换？":                                      eval.What,
		"誰が作りましたか？":                                     eval.Who,
		"どこにありますか":                                      eval.Where,
		"WHO DESIGNED IT":                               eval.Who,
		"ｗｈｏ designed it":                               eval.Who,
		"How are the minutes kept, and who signs them?": eval.How,
	} {
		if got := eval.KindOf(question); got != want {
			t.Errorf("%q is %q, want %q", question, got, want)
		}
	}
}
