package index

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Question is a question as the search understands it.
type Question struct {
	// Text is what is asked: of a long message only the questions in it, at most [maxQuestion] bytes.
	Text string
	// Chat is set when the text is small talk; then there are no words.
	Chat Chat
	// Kind is the kind of thing asked for.
	Kind Kind
	// Personal says that the question is what somebody can do themselves, as "how do I".
	Personal bool
	// Tells says that the text is no question but a statement, as far as its form shows.
	Tells bool
	// Words are the words to look for, each once, in order.
	Words []Word
	// Phrases are those in quotation marks, without the marks: they must be found as they are.
	Phrases []string
	// said is what was asked, if it may have been spoken, in English: nobody speaks a question mark.
	said string
}

// A Word is one word of a question.
type Word struct {
	// Text is the word as typed.
	Text string
	// Terms are its terms in the languages of the index; each is as good as the other.
	Terms []string
	// Content says whether the word has a meaning of its own, unlike "of" or "he".
	Content bool
	// Pair says that the word is a pair of characters, not known to be a word.
	Pair bool
	// Guessed says that the index does not hold the word, and that Terms has others which may be
	// looked for in its place.
	Guessed bool
	// misspelled says that those are words spelled alike: neither the parts of a compound nor words that are asked for
	// beside it.
	misspelled bool
	// meant says that those are words that mean nearly the same.
	meant bool
	// incidental says that no document has to hold the word to answer, such as "hello" or "somebody".
	incidental bool
	// name says that the word is spelled like a name.
	name bool
	// Aside says that the word was taken back, or told beside a question: it is searched, but not
	// asked for.
	Aside bool
	// focus says that the word names the kind of thing asked for, as "river" in "which river".
	focus bool
	// place is the word's place among all words of the question, for adjacency.
	place int
}

// onlyFinds says whether the word helps to find the place, and is not asked for: the first ranking counts it, the
// second one does not take it for a word of the question.
func (w *Word) onlyFinds() bool { return w.Aside && !w.Content }

// ParseQuestion reads a question for an index of documents in the given languages.
func ParseQuestion(text string, languages []string) Question {
	text, told := aim(withoutPleasantries(strings.TrimSpace(text)))
	q := Question{Text: text, Chat: smallTalk(text)}
	if q.Chat != ChatNone {
		return q
	}
	if len(languages) == 0 {
		languages = []string{""}
	}
	text, takenBack := repair(text)
	text = askedShortly(text)
	corrected := takenBack != ""
	takenBack += " " + told
	asked := spoken(text, languages)
	words := questionWords(text, languages, asked)
	words = append(words, asides(takenBack, words, languages, asked, meansBoth(words, corrected))...)
	q.Personal = isPersonal(text, asked)
	q.Kind, q.Phrases, q.Tells = kindOf(text), phrasesIn(text), tells(text)
	if !strings.ContainsAny(q.Text, "?？؟") && len(q.Phrases) == 0 && slices.Contains(asked, "en") {
		q.said = text
	}
	for _, w := range words {
		if !asksOnly(fold(w.Text), asked) {
			q.Words = append(q.Words, w)
		}
	}
	if len(q.Words) == 0 {
		q.Words = words
	}
	q.markFocus(words, asked)
	return q
}

// markFocus marks the content word that an asking word like "which" stands right before. All are
// the words of the question, those included that only ask.
func (q *Question) markFocus(all []Word, asked []string) {
	for i := 1; i < len(all); i++ {
		if !inLists(choosingWords, fold(all[i-1].Text), asked) || !all[i].Content || all[i].place != all[i-1].place+1 {
			continue
		}
		for j := range q.Words {
			if q.Words[j].place == all[i].place {
				q.Words[j].focus = true
				return
			}
		}
	}
}

// meansBoth says whether what was said before words is still meant: they are too few to be asked alone, as in
// "… no, in which town?", or nearly so and hold one that stands for something named before, as "it" does.
func meansBoth(words []Word, corrected bool) bool {
	content := 0
	for _, w := range words {
		if w.Content {
			content++
		}
	}
	return corrected && content < 2 || content < 3 && slices.ContainsFunc(words, func(w Word) bool { return pointing[fold(w.Text)] })
}

var pointing = set(`he him his she her hers it its they them their theirs this that these those`)

// asides returns the words of text that are not among words; if they are still meant, as asked for.
func asides(text string, words []Word, languages, asked []string, meant bool) []Word {
	var list []Word
	for _, w := range questionWords(text, languages, asked) {
		if w.Content && !slices.ContainsFunc(words, func(o Word) bool { return o.Terms[0] == w.Terms[0] }) {
			w.Aside, w.Content, w.name = true, meant, false
			w.place += maxQuestion
			list = append(list, w)
		}
	}
	return list
}

// questionWords returns all words of text, each once, with their terms in the languages of the index.
// Asked are those that the text may be in.
func questionWords(text string, languages, asked []string) []Word {
	var words []Word
	seen := map[string]bool{}
	for n, lang := range languages {
		for i, t := range Analyze(text, lang) {
			if n == 0 {
				words = append(words, newWord(text[t.Start:t.End], i, asked))
			}
			if !slices.Contains(words[i].Terms, t.Term) {
				words[i].Terms = append(words[i].Terms, t.Term)
			}
		}
	}
	for i := range words {
		words[i].Terms = withFigure(words[i].Terms, fold(words[i].Text))
	}
	return slices.DeleteFunc(words, func(w Word) bool {
		twice := seen[w.Terms[0]]
		seen[w.Terms[0]] = true
		return twice
	})
}

// withFigure adds to terms the other way to write a small number.
func withFigure(terms []string, form string) []string {
	if other, ok := figures[form]; ok && !slices.Contains(terms, other) {
		return append(terms, other)
	}
	return terms
}

// figures pairs the numbers that are mostly written out with their figures.
var figures = pairsOf(`two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12`)

func pairsOf(list string) map[string]string {
	words, m := strings.Fields(list), map[string]string{}
	for i := 0; i+1 < len(words); i += 2 {
		m[words[i]], m[words[i+1]] = words[i+1], words[i]
	}
	return m
}

func newWord(text string, place int, asked []string) Word {
	r, _ := utf8.DecodeRuneInString(text)
	form := fold(text)
	return Word{Text: text, place: place, Pair: isBigram(r), Content: !isFunctionWord(form, asked) && !asksOnly(form, asked),
		incidental: inLists(incidental, form, asked), name: unicode.IsUpper(r) && place > 0}
}

// terms returns the terms of all words.
func (q *Question) terms() []string {
	var terms []string
	for _, w := range q.Words {
		terms = append(terms, w.Terms...)
	}
	return terms
}

// smallTalk says whether text is something other than a question to the documents.
func smallTalk(text string) Chat {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && !isApostrophe(r)
	})
	if len(words) == 0 {
		if strings.ContainsAny(text, "?？") {
			return ChatHelp
		}
		return ChatEmpty
	}
	for len(words) > 1 && isAddress(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return chatPhrases[strings.Join(words, " ")]
}

// isAddress says whether a word at the end of a greeting only names whom it is for.
func isAddress(word string) bool {
	switch word {
	case "verbatim", "bot", "there", "all", "everyone", "team", "again", "please", "everybody", "folks":
		return true
	}
	return false
}

var chatPhrases = phrases(map[Chat]string{
	ChatHelp: `help, help me, what can you do, what do you do, who are you, what are you,
		how do you work, how does this work, how do i use this, how do i use you, how to use, how can you help,
		how can you help me, can you help, can you help me, i need help, hilfe, hilf mir, was kannst du, wer bist du,
		aide, aidez moi, à l'aide, que peux tu faire, ayuda, ayúdame, qué puedes hacer, aiuto, ajuda, 帮助, 幫助, ヘルプ, 助けて, 도움말`,
	ChatGreeting: `hi, hello, hey, hiya, howdy, yo, hi hi, good morning, good afternoon, good evening, good day,
		greetings, how are you, how are you doing, hello how are you, hi how are you,
		hallo, guten tag, guten morgen, guten abend, moin, servus, grüß gott, bonjour, salut, bonsoir, hola, buenos días,
		buenas tardes, buenas noches, ciao, buongiorno, buonasera, olá, oi, bom dia, boa tarde, hoi, hej, привет, здравствуйте,
		你好, 您好, こんにちは, おはよう, こんばんは, 안녕하세요, مرحبا, नमस्ते, merhaba`,
	ChatThanks: `thanks, thank you, thx, ty, thank you very much, thank you so much, thanks a lot, many thanks, cheers, great,
		thanks for everything, thank you for everything, thanks for your help, thank you for your help, thanks for the help,
		thanks for that, thank you for that,
		great thanks, perfect, perfect thanks, cool thanks, ok, okay, ok thanks, okay thanks, got it, got it thanks,
		great thank you, awesome, awesome thanks, good bot, well done, bye, goodbye, see you, danke, danke schön, vielen dank, danke dir,
		merci, merci beaucoup, gracias, muchas gracias, grazie, grazie mille, obrigado, obrigada, dank je, dank u, tack, спасибо,
		谢谢, 謝謝, ありがとう, ありがとうございます, 감사합니다, شكرا, धन्यवाद, teşekkürler`,
})

func phrases(lists map[Chat]string) map[string]Chat {
	m := map[string]Chat{}
	for chat, list := range lists {
		for phrase := range strings.SplitSeq(list, ",") {
			m[strings.Join(strings.Fields(phrase), " ")] = chat
		}
	}
	return m
}
