package format

import "verbatim/corpus"

// readMarkdown reads Markdown, with front matter or without.
func readMarkdown(doc *corpus.Document, data []byte) error {
	text, err := decode(data)
	if err != nil {
		return err
	}
	doc.Text = text
	body := frontMatter(doc, text)
	doc.Blocks = corpus.MarkdownBlocks(text[body:])
	for i := range doc.Blocks {
		doc.Blocks[i].Start += body
		doc.Blocks[i].End += body
	}
	return nil
}
