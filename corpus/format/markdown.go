package format

import "verbatim/corpus"

// readMarkdown reads Markdown, with front matter or without.
func readMarkdown(in input) ([]*corpus.Document, error) {
	return readMarkup(in, corpus.MarkdownBlocks)
}

// readMarkup reads a text format that keeps its bytes: blocks finds the blocks of what follows the
// front matter.
func readMarkup(in input, blocks func(string) []corpus.Block) ([]*corpus.Document, error) {
	text, err := decode(in.data, in.charset)
	if err != nil {
		return nil, err
	}
	doc := &corpus.Document{Text: text}
	body := frontMatter(doc, text)
	doc.Blocks = blocks(text[body:])
	for i := range doc.Blocks {
		doc.Blocks[i].Start += body
		doc.Blocks[i].End += body
	}
	return []*corpus.Document{doc}, nil
}
