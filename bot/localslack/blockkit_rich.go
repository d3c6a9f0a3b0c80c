package localslack

// richPart accepts a part of a rich_text block.
func richPart(c *checker, v any, at string) {
	leaves := array(0, unlimited, richLeaf)
	border := may("border", integer(0, 1))
	section := object(must("elements", leaves))
	kinds(map[string]check{
		"rich_text_section":      section,
		"rich_text_quote":        object(must("elements", leaves), border),
		"rich_text_preformatted": object(must("elements", array(0, unlimited, preformattedLeaf)), border, may("language", str(0, 255))),
		"rich_text_list": object(must("style", oneOf("bullet", "ordered")), must("elements", array(0, unlimited, kinds(map[string]check{"rich_text_section": section}))),
			may("indent", integer(0, 8)), may("offset", integer(0, unlimited)), may("border", integer(0, unlimited))),
	})(c, v, at)
}

// richStyle accepts the styles of a leaf.
func richStyle() check {
	return object(may("bold", boolean), may("italic", boolean), may("strike", boolean), may("code", boolean), may("underline", boolean),
		may("highlight", boolean), may("client_highlight", boolean), may("unlink", boolean))
}

// richLeaf accepts what stands in a section, a quote or a list.
func richLeaf(c *checker, v any, at string) {
	style := may("style", richStyle())
	kinds(map[string]check{
		"text":      object(must("text", shown(1, unlimited)), style),
		"link":      object(must("url", link), may("text", shown(0, unlimited)), may("unsafe", boolean), style),
		"user":      object(must("user_id", str(1, 255)), style),
		"usergroup": object(must("usergroup_id", str(1, 255)), style),
		"channel":   object(must("channel_id", str(1, 255)), style),
		"team":      object(must("team_id", str(1, 255)), style),
		"broadcast": object(must("range", oneOf("here", "channel", "everyone")), style),
		"emoji":     object(must("name", str(1, 255)), may("unicode", str(1, 255)), may("skin_tone", integer(1, 6)), style),
		"color":     object(must("value", str(1, 255)), style),
		"date":      object(must("timestamp", integer(0, 9999999999)), must("format", str(1, 255)), may("url", link), may("fallback", shown(0, 3000)), style),
		"citation":  anything,
	})(c, v, at)
}

// preformattedLeaf accepts what stands in preformatted text: text and links.
func preformattedLeaf(c *checker, v any, at string) {
	if t := typeOf(v); t != "text" && t != "link" {
		c.add(at+"/type", "unsupported type: %s", t)
		return
	}
	richLeaf(c, v, at)
}
