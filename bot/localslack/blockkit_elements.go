package localslack

import (
	"slices"
	"strings"
)

// slot is where an element stands.
type slot int

const (
	inSection slot = iota
	inActions
	inContextActions
	inInput
)

// element accepts an interactive element that its slot takes.
func element(in slot) check {
	return func(c *checker, v any, at string) {
		typ := typeOf(v)
		if !slices.Contains(slotKinds(in), typ) {
			c.add(at+"/type", "unsupported type: %s", typ)
			return
		}
		elementKind(typ)(c, v, at)
	}
}

const (
	selects = "static_select external_select users_select conversations_select channels_select"
	multis  = "multi_static_select multi_external_select multi_users_select multi_conversations_select multi_channels_select"
	pickers = "datepicker timepicker checkboxes radio_buttons"
)

func slotKinds(in slot) []string {
	switch in {
	case inSection:
		return words("button image overflow workflow_button " + pickers + " " + selects + " " + multis)
	case inActions:
		return words("button overflow workflow_button datetimepicker " + pickers + " " + selects + " " + multis)
	case inContextActions:
		return words("feedback_buttons icon_button")
	}
	return words("plain_text_input email_text_input url_text_input number_input rich_text_input file_input datetimepicker " + pickers + " " + selects + " " + multis)
}

// elementKind returns the check of one kind of element.
func elementKind(typ string) check {
	action := may("action_id", actionID)
	switch typ {
	case "button":
		return object(must("text", plain(75)), action, may("url", link), may("value", str(0, 2000)), may("style", oneOf("primary", "danger")),
			may("confirm", confirmation()), may("accessibility_label", str(1, 75)))
	case "image":
		return imageElement()
	case "workflow_button":
		return object(must("text", plain(75)), action, must("workflow", workflow()), may("style", oneOf("primary", "danger")), may("accessibility_label", str(1, 75)))
	case "feedback_buttons":
		one := object(must("text", plain(75)), must("value", str(1, 2000)), may("accessibility_label", str(1, 75)))
		return object(action, must("positive_button", one), must("negative_button", one))
	case "icon_button":
		return object(action, must("icon", oneOf("trash")), must("text", plain(75)), may("value", str(0, 2000)), may("confirm", confirmation()),
			may("accessibility_label", str(1, 75)), may("visible_to_user_ids", array(0, 10, str(1, 255))))
	case "overflow":
		return object(action, must("options", array(1, 5, option75(may("url", link)))), may("confirm", confirmation()))
	case "checkboxes", "radio_buttons":
		options, begun := array(1, 10, choice()), may("initial_option", choice())
		if typ == "checkboxes" {
			begun = may("initial_options", options)
		}
		return all(object(action, must("options", options), begun, may("confirm", confirmation()), may("focus_on_load", boolean)), begunAmong)
	case "datepicker", "timepicker", "datetimepicker":
		return object(action, may("initial_date", str(10, 10)), may("initial_time", str(5, 5)), may("initial_date_time", integer(0, 9999999999)),
			may("placeholder", plain(150)), may("timezone", str(1, 255)), may("confirm", confirmation()), may("focus_on_load", boolean))
	}
	if slices.Contains(words(selects+" "+multis), typ) {
		return all(selectMenu(), begunAmong, offers)
	}
	return inputKind(typ)
}

// inputKind returns the check of an element that stands in input blocks only.
func inputKind(typ string) check {
	action := may("action_id", actionID)
	base := []field{action, may("placeholder", plain(150)), may("focus_on_load", boolean), may("dispatch_action_config", dispatchConfig())}
	switch typ {
	case "file_input":
		return object(action, may("filetypes", array(0, unlimited, str(1, 255))), may("max_files", integer(1, 10)))
	case "rich_text_input":
		return object(append(base, may("initial_value", anything))...)
	case "number_input":
		return object(append(base, must("is_decimal_allowed", boolean), may("initial_value", str(0, 255)), may("min_value", str(1, 255)), may("max_value", str(1, 255)))...)
	case "plain_text_input":
		return object(append(base, may("initial_value", str(0, 3000)), may("multiline", boolean), may("min_length", integer(0, 3000)), may("max_length", integer(1, 3000)))...)
	}
	return object(append(base, may("initial_value", str(0, 3000)))...)
}

func selectMenu() check {
	option := option75()
	return object(may("action_id", actionID), may("placeholder", plain(150)), may("options", array(1, 100, option)),
		may("option_groups", array(1, 100, object(must("label", plain(75)), must("options", array(1, 100, option))))),
		may("initial_option", option), may("initial_options", array(1, 100, option)), may("initial_user", str(1, 255)), may("initial_users", array(0, 100, str(1, 255))),
		may("initial_channel", str(1, 255)), may("initial_channels", array(0, 100, str(1, 255))), may("initial_conversation", str(1, 255)),
		may("initial_conversations", array(0, 100, str(1, 255))), may("default_to_current_conversation", boolean), may("response_url_enabled", boolean),
		may("filter", conversationFilter()), may("min_query_length", integer(0, 3000)), may("max_selected_items", integer(1, 100)),
		may("confirm", confirmation()), may("focus_on_load", boolean))
}

// offers asks a static menu for just one of options and option_groups.
func offers(c *checker, v any, at string) {
	o, _ := v.(map[string]any)
	if static := strings.HasSuffix(typeOf(o), "static_select"); static && (o["options"] == nil) == (o["option_groups"] == nil) {
		c.add(at, "a static menu needs either options or option_groups")
	}
}

// begunAmong accepts what is chosen at the beginning only where it is offered.
func begunAmong(c *checker, v any, at string) {
	o, _ := v.(map[string]any)
	options := optionsOf(o)
	if len(options) == 0 {
		return
	}
	begun, _ := o["initial_options"].([]any)
	if one := o["initial_option"]; one != nil {
		begun = append(begun, one)
	}
	for _, b := range begun {
		chosen, _ := b.(map[string]any)
		if !slices.ContainsFunc(options, func(o map[string]any) bool { return o["value"] == chosen["value"] }) {
			c.add(at, "initial_option %v is none of the options", chosen["value"])
		}
	}
}

// option75 accepts an option of a menu, whose text is plain.
func option75(more ...field) check {
	return object(append(more, must("text", plain(75)), must("value", str(1, 150)), may("description", plain(75)))...)
}

// choice accepts an option of checkboxes and radio buttons, which may have markup.
func choice() check {
	return object(must("text", textObject(75)), must("value", str(1, 150)), may("description", textObject(75)))
}

func confirmation() check {
	return object(must("title", plain(100)), must("text", textObject(300)), must("confirm", plain(30)), must("deny", plain(30)), may("style", oneOf("primary", "danger")))
}

func conversationFilter() check {
	return object(may("include", array(1, 4, oneOf("im", "mpim", "private", "public"))), may("exclude_external_shared_channels", boolean), may("exclude_bot_users", boolean))
}

func dispatchConfig() check {
	return object(may("trigger_actions_on", array(1, 2, oneOf("on_enter_pressed", "on_character_entered"))))
}

func workflow() check { return object(must("trigger", workflowTrigger())) }

func workflowTrigger() check {
	return object(must("url", link), may("customizable_input_parameters", array(0, unlimited, inputParameter())))
}

func inputParameter() check { return object(must("name", str(1, 255)), must("value", str(0, 3000))) }
