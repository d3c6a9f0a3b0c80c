package localslack

import (
	"slices"
	"unicode/utf8"
)

// block accepts one block of any kind that its surface takes.
func block(c *checker, v any, at string) {
	outer := c.actions
	c.actions = map[string]bool{}
	defer func() { c.actions = outer }()
	typ := typeOf(v)
	is := blockKind(typ)
	if is == nil || c.on != inMessage && slices.Contains(words(messageOnly), typ) {
		c.add(at+"/type", "unsupported type: %s", typ)
		return
	}
	switch typ {
	case "table":
		c.tables++
	case "markdown":
		if s, ok := v.(map[string]any)["text"].(string); ok {
			c.markdown += utf8.RuneCountInString(s)
		}
	}
	is(c, v, at)
}

// messageOnly are the kinds of block that views do not take.
const messageOnly = "context_actions file plan task_card table"

// withID is object with a block_id.
func withID(fields ...field) check { return object(append(fields, may("block_id", blockID))...) }

// blockKind returns the check of one kind of block, nil for an unknown kind.
func blockKind(typ string) check {
	switch typ {
	case "divider":
		return withID()
	case "section":
		return all(section(), sectionSays)
	case "header":
		return withID(must("text", plain(150)), may("level", integer(1, 4)))
	case "context":
		return withID(must("elements", array(1, 10, kinds(map[string]check{"plain_text": textObject(3000), "mrkdwn": textObject(3000), "image": imageElement()}))))
	case "actions":
		return withID(must("elements", array(1, 25, element(inActions))))
	case "context_actions":
		return withID(must("elements", array(1, 5, element(inContextActions))))
	case "input":
		return withID(must("label", plain(2000)), must("element", element(inInput)), may("hint", plain(2000)), may("optional", boolean), may("dispatch_action", boolean))
	case "image":
		return all(withID(may("image_url", link), may("slack_file", slackFile()), must("alt_text", shown(0, 2000)), may("title", plain(2000))), imageSource)
	case "markdown":
		// block_id is accepted and ignored here, so it need not be unique.
		return object(must("text", shown(1, maxMarkdown)), may("block_id", str(0, 255)))
	case "rich_text":
		return withID(must("elements", array(0, unlimited, richPart)))
	case "file":
		return withID(must("external_id", str(1, 255)), must("source", oneOf("remote")))
	case "video":
		return video()
	}
	return newerBlock(typ)
}

// newerBlock knows the kinds that came with agents.
func newerBlock(typ string) check {
	switch typ {
	case "alert":
		return withID(must("text", textObject(200)), may("level", oneOf("default", "info", "success", "warning", "error")))
	case "card":
		return card()
	case "carousel":
		return withID(must("elements", array(1, 10, kinds(map[string]check{"card": card()}))))
	case "container":
		return withID(must("title", textObject(150)), may("subtitle", textObject(150)), must("child_blocks", array(1, 10, block)),
			may("icon", anything), may("width", oneOf("narrow", "standard", "wide", "full")), may("is_collapsible", boolean),
			may("default_collapsed", boolean), may("has_header_divider", boolean))
	case "plan":
		return withID(must("title", shown(1, 3000)), may("tasks", array(0, maxMessageBlocks, taskCard())))
	case "task_card":
		return taskCard()
	case "table":
		return withID(must("rows", array(1, 100, array(1, 20, cell))), may("column_settings", array(0, 20, object(may("is_wrapped", boolean), may("align", oneOf("left", "center", "right"))))))
	case "data_table":
		return withID(must("rows", array(2, 201, array(1, 20, cell))), may("page_size", integer(1, 100)), may("caption", shown(1, 3000)), may("row_header_column_index", integer(0, 19)))
	case "data_visualization":
		return withID(must("title", shown(1, 50)), must("chart", chart()))
	}
	return nil
}

func section() check {
	return withID(may("text", textObject(3000)), may("fields", array(1, 10, textObject(2000))), may("accessory", element(inSection)), may("expand", boolean))
}

// sectionSays asks a section for text or fields.
func sectionSays(c *checker, v any, at string) {
	o, _ := v.(map[string]any)
	if o["text"] == nil && o["fields"] == nil {
		c.add(at, "missing required field: text")
	}
}

// imageSource asks an image for just one source.
func imageSource(c *checker, v any, at string) {
	o, _ := v.(map[string]any)
	if (o["image_url"] == nil) == (o["slack_file"] == nil) {
		c.add(at, "an image needs either image_url or slack_file")
	}
}

func slackFile() check { return object(may("id", str(1, 255)), may("url", link)) }

func imageElement() check {
	return all(object(may("image_url", link), may("slack_file", slackFile()), must("alt_text", shown(0, 2000))), imageSource)
}

func video() check {
	return withID(must("alt_text", shown(1, 200)), must("title", plain(200)), must("thumbnail_url", link), must("video_url", link),
		may("author_name", shown(1, 50)), may("description", plain(200)), may("provider_icon_url", link),
		may("provider_name", shown(1, 50)), may("title_url", link))
}

func card() check {
	return withID(may("hero_image", imageElement()), may("icon", imageElement()), may("slack_icon", object(must("name", str(1, 255)))),
		may("title", textObject(150)), may("subtitle", textObject(150)), may("body", textObject(200)), may("subtext", textObject(200)),
		may("actions", array(0, 3, element(inActions))))
}

func taskCard() check {
	rich := kinds(map[string]check{"rich_text": block})
	return withID(must("task_id", str(1, 255)), must("title", shown(1, 3000)), may("status", oneOf("pending", "in_progress", "complete", "error")),
		may("details", rich), may("output", rich), may("sources", array(0, 100, kinds(map[string]check{"url": object(must("url", link), must("text", shown(1, 3000)))}))))
}

// cell accepts one cell of a table.
func cell(c *checker, v any, at string) {
	kinds(map[string]check{
		"raw_text":   object(must("text", shown(1, 20000))),
		"raw_number": object(must("value", number(-1e300, 1e300)), may("text", shown(1, 20000))),
		"rich_text":  block,
	})(c, v, at)
}

func chart() check {
	label := str(1, 20)
	points := array(1, 20, object(must("label", label), must("value", number(-1e300, 1e300))))
	axes := object(must("categories", array(1, 20, label)), may("x_label", str(1, 50)), may("y_label", str(1, 50)))
	series := object(must("series", array(1, 12, object(must("name", label), must("data", points)))), may("axis_config", axes))
	return kinds(map[string]check{
		"pie":  object(must("segments", array(1, 12, object(must("label", label), must("value", number(1e-300, 1e300)))))),
		"bar":  series,
		"line": series,
		"area": series,
	})
}

// viewShape accepts a view without its blocks, which are checked on their own.
func viewShape(on surface) check {
	common := []field{
		must("blocks", array(1, maxViewBlocks, anything)), may("private_metadata", str(0, 3000)), may("callback_id", str(0, 255)), may("external_id", str(0, 255)),
	}
	if on == inHome {
		return object(common...)
	}
	return object(append(common, must("title", plain(24)), may("close", plain(24)), may("submit", plain(24)),
		may("clear_on_close", boolean), may("notify_on_close", boolean), may("submit_disabled", boolean))...)
}
