package bot

import "strings"

const (
	greetingOpening   = "Hello! I answer questions from your documents with their own sentences, quoted word for word."
	greetingQuestions = "For example, write me here:"
	greetingEnd       = "I answer while 'verbatim serve' runs."
)

// Greeting is the first message to who set the bot up, with questions to try, as escaped text. It is in
// English: nobody's language is known yet.
func Greeting(questions []string) string {
	lines := []string{greetingOpening}
	if len(questions) > 0 {
		lines = append(lines, greetingQuestions)
	}
	for _, q := range questions {
		lines = append(lines, "• "+clean(q))
	}
	return plain(strings.Join(append(lines, greetingEnd), "\n"), Options{}).Text
}
