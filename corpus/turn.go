package corpus

import "strings"

// A Turn is what a line or paragraph is in a list of questions with their answers.
type Turn int

// The turns, as they are marked: "Q: Where is the key?", "A: In the lockbox."
const (
	NoTurn Turn = iota
	Ask
	Reply
)

var turnMarks = map[Turn][]string{
	Ask:   {"q:", "question:", "frage:", "pregunta:", "domanda:", "pergunta:", "vraag:", "вопрос:", "问:", "问：", "問:", "問：", "質問:", "質問："},
	Reply: {"a:", "answer:", "antwort:", "réponse:", "respuesta:", "risposta:", "resposta:", "antwoord:", "ответ:", "答:", "答：", "回答:", "回答："},
}

// TurnOf says which turn begins a text, and the length of its mark in bytes, with emphasis and white
// space around it. A mark with nothing behind it is none.
func TurnOf(text string) (Turn, int) {
	bare := strings.TrimLeft(text, "*_")
	for _, turn := range []Turn{Ask, Reply} {
		for _, mark := range turnMarks[turn] {
			if len(bare) <= len(mark) || !strings.EqualFold(bare[:len(mark)], mark) {
				continue
			}
			if rest := strings.TrimLeft(bare[len(mark):], "*_ \t\u00a0"); rest != "" {
				return turn, len(text) - len(rest)
			}
		}
	}
	return NoTurn, 0
}

func beginsTurn(text string) bool {
	turn, _ := TurnOf(text)
	return turn != NoTurn
}
