package localslack

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on all blocks of a message together.
const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	// maxBlocksText is how many characters all blocks may hold together. Slack
	// documents none; refusals were seen from about 13,200 on.
	maxBlocksText = 13000
	// maxMarkdown is the sum over all markdown blocks of a message.
	maxMarkdown = 12000
)

// The error codes of Block Kit.
const (
	codeInvalidBlocks = "invalid_blocks"
	codeBlocksFormat  = "invalid_blocks_format"
	codeBlocksTooLong = "msg_blocks_too_long"
)

// BlockError says why Slack would refuse blocks. Code is Slack's error:
// invalid_blocks, invalid_blocks_format, msg_blocks_too_long, or, for whole
// messages, no_text, msg_too_long or too_many_attachments.
type BlockError struct {
	Code     string
	Messages []string // each with the JSON pointer of its place
}

func (e *BlockError) Error() string {
	if len(e.Messages) == 0 {
		return e.Code
	}
	return e.Code + ": " + strings.Join(e.Messages, "; ")
}

// surface is where blocks are shown.
type surface int

const (
	inMessage surface = iota
	inModal
	inHome
)

// ValidateBlocks checks the blocks of one message as Slack does: kinds, fields,
// sizes, unique ids, 50 blocks, and the text of all together. Empty input and
// null are valid. Every failure is a *BlockError.
func ValidateBlocks(blocks json.RawMessage) error {
	list, err := decodeBlocks(blocks)
	if err != nil || len(list) == 0 {
		return err
	}
	return checkBlocks(list, inMessage)
}

func decodeBlocks(raw json.RawMessage) ([]any, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var list []any
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, &BlockError{Code: codeBlocksFormat, Messages: []string{"blocks must be a JSON array of objects"}}
	}
	return list, nil
}

func checkBlocks(list []any, on surface) error {
	c := &checker{on: on, ids: map[string]bool{}}
	most := maxMessageBlocks
	if on != inMessage {
		most = maxViewBlocks
	}
	array(0, most, block)(c, list, "/blocks")
	if c.markdown > maxMarkdown {
		c.add("/blocks", "markdown text of all blocks must be less than %d characters", maxMarkdown+1)
	}
	if c.tables > 1 {
		c.add("/blocks", "only one table is allowed")
	}
	if len(c.errs) > 0 {
		return &BlockError{Code: codeInvalidBlocks, Messages: c.errs}
	}
	if on == inMessage && c.text > maxBlocksText {
		return &BlockError{Code: codeBlocksTooLong, Messages: []string{fmt.Sprintf("%d characters in all blocks", c.text)}}
	}
	return nil
}

// ValidateMessage checks a whole message, as chat.postMessage or a response
// URL takes it: that it says something, its text's length, its blocks and
// attachments. Every failure is a *BlockError.
func ValidateMessage(message json.RawMessage) error {
	var m struct {
		Text        string          `json:"text"`
		Markdown    string          `json:"markdown_text"`
		Blocks      json.RawMessage `json:"blocks"`
		Attachments json.RawMessage `json:"attachments"`
	}
	if err := json.Unmarshal(message, &m); err != nil {
		return &BlockError{Code: codeBlocksFormat, Messages: []string{"a message must be a JSON object with text and blocks"}}
	}
	if err := ValidateBlocks(m.Blocks); err != nil {
		return err
	}
	n, err := validateAttachments(m.Attachments)
	switch {
	case err != nil:
		return err
	case n > maxAttachments:
		return &BlockError{Code: "too_many_attachments"}
	case utf8.RuneCountInString(m.Text) > maxText || utf8.RuneCountInString(m.Markdown) > maxMarkdownText:
		return &BlockError{Code: "msg_too_long"}
	case strings.TrimSpace(m.Text+m.Markdown) == "" && isEmptyList(m.Blocks) && n == 0:
		return &BlockError{Code: "no_text"}
	}
	return nil
}

// validateAttachments checks the blocks inside attachments and counts them.
func validateAttachments(raw json.RawMessage) (int, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return 0, nil
	}
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return 0, &BlockError{Code: codeBlocksFormat, Messages: []string{"attachments must be a JSON array of objects"}}
	}
	for _, a := range list {
		if err := ValidateBlocks(a["blocks"]); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// ValidateView checks a modal or a Home tab. Every failure is a *BlockError.
func ValidateView(raw json.RawMessage) error {
	var v map[string]any
	if json.Unmarshal(raw, &v) != nil {
		return &BlockError{Code: codeBlocksFormat, Messages: []string{"a view must be a JSON object"}}
	}
	on := inModal
	if v["type"] == "home" {
		on = inHome
	}
	c := &checker{on: on, ids: map[string]bool{}}
	viewShape(on)(c, v, "/view")
	if len(c.errs) > 0 {
		return &BlockError{Code: codeInvalidBlocks, Messages: c.errs}
	}
	list, _ := v["blocks"].([]any)
	asks := slices.ContainsFunc(list, func(b any) bool { return typeOf(b) == "input" })
	if on == inModal && asks && v["submit"] == nil {
		return &BlockError{Code: codeInvalidBlocks, Messages: []string{"missing required field: submit: a modal with inputs needs it [json-pointer:/view/submit]"}}
	}
	return checkBlocks(list, on)
}

func isEmptyList(raw json.RawMessage) bool {
	list, err := decodeBlocks(raw)
	return err == nil && len(list) == 0
}

// blocksFailure turns a *BlockError into an error reply.
func blocksFailure(err error) *failure {
	var b *BlockError
	if !errors.As(err, &b) {
		return nil
	}
	return &failure{code: b.Code, messages: b.Messages}
}
