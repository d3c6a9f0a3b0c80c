package bot

// An interaction is the payload of an interactive envelope: the fields that the bot looks at.
// Source: docs.slack.dev, reference/interaction-payloads.
type interaction struct {
	Type string `json:"type"`
	Team struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		ChannelID string `json:"channel_id"`
		MessageTS string `json:"message_ts"`
		ThreadTS  string `json:"thread_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Message     message `json:"message"`
	MessageTS   string  `json:"message_ts"`
	TriggerID   string  `json:"trigger_id"`
	ResponseURL string  `json:"response_url"`
	Callback    string  `json:"callback_id"`
	Actions     []struct {
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
		Selected choice `json:"selected_option"`
	} `json:"actions"`
	View struct {
		Callback string `json:"callback_id"`
		Private  string `json:"private_metadata"`
		Hash     string `json:"hash"`
		State    state  `json:"state"`
	} `json:"view"`
}

// A message is a message within another payload.
type message struct {
	User     string `json:"user"`
	BotID    string `json:"bot_id"`
	Subtype  string `json:"subtype"`
	Text     string `json:"text"`
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts"`
}

// A choice is an option of a menu or of radio buttons.
type choice struct {
	Value string `json:"value"`
}

// A state is what was entered in a view: by block_id, then action_id.
type state struct {
	Values map[string]map[string]struct {
		Value         string   `json:"value"`
		Selected      choice   `json:"selected_option"`
		Options       []choice `json:"selected_options"`
		User          string   `json:"selected_user"`
		Users         []string `json:"selected_users"`
		Conversations []string `json:"selected_conversations"`
	} `json:"values"`
}

// entered returns what was entered, by action_id.
func (s state) entered() map[string][]string {
	form := map[string][]string{}
	for _, block := range s.Values {
		for id, v := range block {
			values := append(append([]string{v.Value, v.Selected.Value, v.User}, v.Users...), v.Conversations...)
			for _, o := range v.Options {
				values = append(values, o.Value)
			}
			for _, value := range values {
				if value != "" {
					form[id] = append(form[id], firstRunes(value, MaxQuestion))
				}
			}
		}
	}
	return form
}

// An occurrence is the payload of an events_api envelope: the fields of events that are acts.
type occurrence struct {
	Type     string `json:"type"`
	TeamID   string `json:"team_id"`
	EventID  string `json:"event_id"`
	External bool   `json:"is_ext_shared_channel"`
	Event    struct {
		Type     string `json:"type"`
		Subtype  string `json:"subtype"`
		User     string `json:"user"`
		Channel  string `json:"channel"`
		ThreadTS string `json:"thread_ts"`
		Tab      string `json:"tab"`
		View     struct {
			Hash string `json:"hash"`
		} `json:"view"`
		Inviter    string  `json:"inviter"`
		UserTeam   string  `json:"user_team"`
		SourceTeam string  `json:"source_team"`
		DeletedTS  string  `json:"deleted_ts"`
		Message    message `json:"message"`
		Previous   message `json:"previous_message"`
	} `json:"event"`
}
