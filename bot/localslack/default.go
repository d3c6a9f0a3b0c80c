package localslack

// Ids of Default, for tests.
const (
	Ada      = "U0ADA"      // an admin, member of every channel
	Grace    = "U0GRACE"    // member of all but #random and #admins
	Linus    = "U0LINUS"    // German; not in #leadership
	Mei      = "U0MEI"      // Japanese; not in #leadership nor #partners
	Ines     = "U0INES"     // French; in #general and #news
	Gil      = "U0GIL"      // Spanish; a guest, who sees #news alone
	Outsider = "U0OUTSIDE"  // a stranger of another team, in #partners only
	Bot      = "U0VERBATIM" // the app's bot user

	General  = "C0GENERAL"
	News     = "C0NEWS"
	Random   = "C0RANDOM"   // the bot is not a member
	Leaders  = "C0LEADERS"  // private
	Admins   = "C0ADMINS"   // private, for those who look after the app
	Partners = "C0PARTNERS" // shared with another organisation

	OnCall = "S0ONCALL" // the user group @oncall: Grace and Linus
)

// Default returns the workspace "Verbatim Local": six people of different languages, one of
// them a guest, a stranger, six channels, a user group, the minimal scopes, and one command, /ask.
func Default() Config {
	return Config{
		Team:       Team{ID: "T0LOCAL", Name: "Verbatim Local", Domain: "verbatim-local"},
		App:        App{ID: "A0VERBATIM", Name: "verbatim", BotUserID: Bot, BotID: "B0VERBATIM"},
		Users:      defaultUsers(),
		Channels:   defaultChannels(),
		UserGroups: []UserGroup{{ID: OnCall, Handle: "oncall", Name: "On call", Users: []string{Grace, Linus}}},
		BotToken:   "xoxb-local-verbatim",
		AppToken:   "xapp-1-local-verbatim",
		Scopes:     MinimalScopes(),
		Events:     DefaultEvents(),
		Commands:   []Command{{Command: "/ask", Description: "Ask the documents a question", Hint: "[question]", ShouldEscape: true}},
		HomeTab:    true,
		AgentView:  true,
		Seed:       1,
		Timing:     DefaultTiming(),
		Limits:     true,
	}
}

func defaultUsers() []User {
	return []User{
		{ID: Ada, Name: "ada", RealName: "Ada Admin", Locale: "en-GB", TZ: "Europe/London", Admin: true},
		{ID: Grace, Name: "grace", RealName: "Grace Field", Locale: "en-US", TZ: "America/New_York"},
		{ID: Linus, Name: "linus", RealName: "Linus Berg", Locale: "de-DE", TZ: "Europe/Berlin"},
		{ID: Mei, Name: "mei", RealName: "Mei Tanaka", Locale: "ja-JP", TZ: "Asia/Tokyo"},
		{ID: Ines, Name: "ines", RealName: "Inès Moreau", Locale: "fr-FR", TZ: "Europe/Paris"},
		{ID: Gil, Name: "gil", RealName: "Gil Invitado", Locale: "es-ES", TZ: "Europe/Madrid", Guest: true},
		{ID: Outsider, Name: "sam", RealName: "Sam Outside", Locale: "en-US", TZ: "America/Chicago", TeamID: "T0PARTNER"},
	}
}

func defaultChannels() []Channel {
	return []Channel{
		{ID: General, Name: "general", Kind: Public, Topic: "Everyone is here", Members: []string{Ada, Grace, Linus, Mei, Ines, Bot}},
		{ID: News, Name: "news", Kind: Public, Topic: "What happened", Members: []string{Ada, Grace, Linus, Mei, Ines, Gil, Bot}},
		{ID: Random, Name: "random", Kind: Public, Topic: "The bot is not a member here", Members: []string{Ada, Linus, Mei}},
		{ID: Leaders, Name: "leadership", Kind: Private, Topic: "By invitation", Members: []string{Ada, Grace, Bot}},
		{ID: Admins, Name: "admins", Kind: Private, Topic: "For those who look after the bot", Members: []string{Ada, Bot}},
		{ID: Partners, Name: "partners", Kind: Shared, Topic: "Work with Partner Org", Members: []string{Ada, Grace, Linus, Outsider, Bot}},
	}
}
