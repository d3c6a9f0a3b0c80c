package manifest

// The words of the app, as people read them in Slack. Slack takes at most 35 characters of a name, 140 of
// a description, 175 to 4,000 of a long one, 24 of a shortcut's name and 300 of an agent's description.
const (
	name            = "Verbatim"
	botName         = "verbatim"
	description     = "Answers questions from your own documents, quoted word for word, each with its source."
	longDescription = "Ask Verbatim a question: mention it in a channel, write it a direct message, or type /ask. " +
		"It answers with the sentences of your team's own documents that fit best, quoted word for word, each with " +
		"its source. Where no document holds the answer, it says so. No AI writes the text, and nothing leaves the " +
		"machine it runs on but the answers it posts."
	agentDescription = "Ask a question, and it quotes the sentences of your documents that answer it."
)

func shortcuts() []shortcut {
	return []shortcut{
		{"Find passages for this", "message", "find_passages", "Find sentences of the documents about this message; only you see them"},
		{"Propose for the FAQ", "message", "faq_shortcut", "Propose this as the answer to a question; admins approve it"},
	}
}

func commands() []command {
	return []command{{"/ask", "Find the sentences that answer a question; only you see them", "[question]", true}}
}
