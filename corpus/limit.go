package corpus

import (
	"strings"
	"unicode/utf8"
)

// MaxSentence is the length in bytes of the longest sentence. Longer ones are cut, and say so, so that every
// sentence can be quoted whole: a section block of Slack takes 3,000 characters, and the rest is
// left for the source line.
const MaxSentence = 2000

// bound cuts a sentence that is longer than [MaxSentence] behind the last line break when it is
// verbatim text such as code, else behind the last clause, else behind the last blank, else
// between grapheme clusters. Only a cluster that is too long by itself is cut inside, between
// runes.
func bound(text string, span Span, verbatim bool) []Span {
	var out []Span
	for span.End-span.Start > MaxSentence {
		end := span.Start + cutPoint(text[span.Start:span.End], verbatim)
		c := newClusters(text[:end])
		if piece, _ := c.trim(span.Start, end); piece.End > piece.Start {
			out = append(out, piece)
		}
		span.Start = skipToText(text[:span.End], end)
	}
	if span.End > span.Start {
		out = append(out, span)
	}
	return out
}

// cutPoint returns where to cut text, which is longer than [MaxSentence].
func cutPoint(text string, verbatim bool) int {
	var line, clause, blank, last int
	iter := clustersOf(text[:min(len(text), MaxSentence+utf8.UTFMax)])
	for iter.Next() && iter.End() <= MaxSentence {
		last = iter.End()
		switch value := iter.Value(); {
		case value == "\n" || value == "\r\n":
			line, blank = last, last
		case value == " " || value == "\t":
			blank = last
			if strings.ContainsAny(text[iter.Start()-min(1, iter.Start()):iter.Start()], ";:,") {
				clause = last
			}
		case value == "，" || value == "；" || value == "：" || value == "،" || value == "、":
			clause = last
		}
	}
	switch {
	case verbatim && line > 0:
		return line
	case clause > MaxSentence/2: // Further up it would leave too little before it.
		return clause
	case blank > 0:
		return blank
	case last > 0:
		return last
	}
	return lastRune(text[:MaxSentence])
}

// lastRune returns where the last rune of text starts, or len(text) when the text ends with a
// whole one or with invalid UTF-8.
func lastRune(text string) int {
	for i := 1; i < utf8.UTFMax; i++ {
		if at := len(text) - i; utf8.RuneStart(text[at]) {
			if !utf8.FullRuneInString(text[at:]) {
				return at
			}
			break
		}
	}
	return len(text)
}
