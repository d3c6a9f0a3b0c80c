package bot

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text of documents and of questions is never trusted. It reaches Slack in two ways: as the text
// of rich_text and plain_text elements, where Slack reads no markup, and as the message's fallback
// text, where it must be escaped and kept from becoming links. Either way it is cleaned first.

// escaper escapes the three characters that mrkdwn has escapes for. Without "<" no mention, link
// or broadcast can stand in a text. Source: docs.slack.dev, messaging/formatting-message-text.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// wordJoiner is invisible, has no width and forbids a line break. [clean] takes it out of all text,
// so that one that is there was put in by [unlinked].
const wordJoiner = "\u2060"

// address matches where Slack makes links of its own accord: at the "://" of a URL, and at the dot
// before the last part of a bare host name or mail address, or of a file name that looks like one.
// mrkdwn has no escape against that, and parse=none does not switch it off.
var address = regexp.MustCompile(`://|\.\pL\pL`)

// unlinked puts a word joiner into each address, at which Slack no longer takes it for one. Without
// its scheme, or with another sign in place of the colon, a quote would be neither shown nor read
// aloud as it was written; this way only who copies the address notices. It is meant for the fallback
// text alone: into what blocks show nothing is put.
func unlinked(s string) string { return address.ReplaceAllString(s, wordJoiner+"$0") }

// clean makes text fit to be shown: runs of white space become one space, and characters that
// cannot be seen but change what is are taken out: controls, bidirectional overrides and isolates,
// zero-width characters outside words. Nothing is put in: what is copied from blocks is the text.
func clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	cleanRunes(s, func(_ int, r rune) { b.WriteRune(r) })
	return b.String()
}

// cleanRunes calls emit with each rune that [clean] keeps and the offset in s where it stands.
func cleanRunes(s string, emit func(offset int, r rune)) {
	var space, begun bool
	spaceAt := 0
	for i, r := range s {
		switch {
		case unicode.IsSpace(r):
			if !space {
				space, spaceAt = true, i
			}
			continue
		case invisible(r), isJoiner(r) && !joins(s, i, utf8.RuneLen(r)):
			continue
		}
		if space && begun {
			emit(spaceAt, ' ')
		}
		space, begun = false, true
		emit(i, r)
	}
}

// invisible says that r is not shown itself and may change how others are.
func invisible(r rune) bool {
	switch {
	case unicode.IsControl(r):
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069: // bidi embeddings, overrides, isolates
		return true
	case r == 0x200B, r >= 0x2060 && r <= 0x2064, r == 0xFEFF, r == 0x180E: // zero width
		return true
	case r >= 0x206A && r <= 0x206F, r >= 0xFFF9 && r <= 0xFFFB: // deprecated format, interlinear
		return true
	case r >= 0xE0000 && r <= 0xE007F: // tags: text nobody sees
		return true
	}
	return false
}

// isJoiner says that r is the zero-width joiner or non-joiner, which some scripts need in words
// and emoji are composed with.
func isJoiner(r rune) bool { return r == 0x200C || r == 0x200D }

// joins says that a joiner of n bytes at offset i of s stands between two parts of a word or emoji.
func joins(s string, i, n int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+n:])
	return inWord(before) && inWord(after)
}

func inWord(r rune) bool {
	return r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.So, unicode.Sk)
}

// firstRunes returns at most n characters from the start of s.
func firstRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// ellipsis ends a text that was cut.
const ellipsis = "…"

// cut returns s if it has at most n characters, and otherwise a beginning of it that ends in an
// ellipsis, n characters in all. It does not cut inside what a reader sees as one character.
func cut(s string, n int) string {
	head := firstRunes(s, n)
	if len(head) == len(s) {
		return s
	}
	head = firstRunes(s, n-1)
	return strings.TrimRight(s[:boundary(s, len(head))], " ") + ellipsis
}

// boundary returns the last offset in s, at most at, where a visible character begins. It knows
// combining marks, joiners, emoji modifiers and pairs of flag letters: an approximation of
// Unicode's grapheme clusters that may cut a little earlier than needed. Where no character begins
// before at, it returns at.
func boundary(s string, at int) int {
	for i := at; i > 0; {
		next, _ := utf8.DecodeRuneInString(s[i:])
		last, n := utf8.DecodeLastRuneInString(s[:i])
		if !extends(next) && !isJoiner(last) && !(isFlag(next) && isFlag(last)) {
			return i
		}
		i -= n
	}
	return at
}

func extends(r rune) bool {
	return unicode.Is(unicode.M, r) || isJoiner(r) || r >= 0x1F3FB && r <= 0x1F3FF
}

func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
