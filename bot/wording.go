package bot

import (
	"strconv"
	"strings"
)

// Everything the bot says in its own words stands in a catalogue: one file for each language, named
// wording_ and its code. wording_say.go puts numbers and names into the sentences.

// A catalogue is what the bot says in one language. A name in braces stands for what is put in its
// place. It is never changed. No field is empty, and each holds the same names in every language; a test says so.
type catalogue struct {
	// Documents counts documents: one, and more.
	Documents plural
	// Date is the layout of a date, as package time wants it.
	Date string

	NoDocuments, NothingOpen         string
	Near, NearSome                   string
	Unknown, UnknownHere             string
	UnknownSome                      string
	Or                               string
	NotMentioned, NotMentionedHere   string
	Quoted, CutQuote, CutQuestion    string
	YouAsked, Before, After          string
	Untitled                         string
	Greeting, Thanks                 string
	Help, HelpChannel, HelpDirect    string
	HelpCommand, HelpAdvice          string
	Broken, Busy, Waits, AskAgain    string
	AwayWaits, AwayTry               string
	LateMinute, LateMinutes          string
	LateHour, LateHours              string
	Elsewhere, ElsewhereArchived     string
	ElsewhereGone, ElsewhereAsked    string
	ExternalDirect, External         string
	ExternalCommand                  string
	ShowContext, WhyThis             string
	GoodAnswer, BadAnswer            string
	GoodAnswerLabel, BadAnswerLabel  string
	Forgotten, NotForYou, MayNot     string
	Close, Send                      string
	ContextTitle, ContextLead        string
	ContextChanged                   string
	Why, WhyNothing                  string
	WhyExact, WhyForm, WhyGuess      string
	WhyAlike, WhyRelated, WhyAround  string
	WhyMissing                       string
	WhyScore, WhyRunnerUp, WhyIndex  string
	WhySame                          string
	More, MoreLead, MoreNothing      string
	Share, SharedBy, ShareClosed     string
	ShareNotMember, ShareInThread    string
	NeedPerson, NeedPersonText, Call string
	Calling, Resolve, Resolved       string
	Cancel                           string
	VoteThanks, VoteTitle, VoteLead  string
	VoteReason, VoteText             string
	ReasonPassage, ReasonOld         string
	ReasonDocument, ReasonIncomplete string
	ReasonOther                      string
	AdminVote, AdminQuoted           string
	AdminOpen, AdminVoteReason       string
	HomeTitle, HomeKnow              string
	HomeCollection, HomeNewest       string
	HomeIndex, HomeNothing           string
	HomeAsk, HomeExamples            string
	HomeLast, HomeNone, HomeForget   string
	HomeForgetText, Yes, No, Forgot  string
	Joined                           string

	HelpForget, HelpExport, Guide             string
	Exported, ExportedPart, ExportSent        string
	ExportNothing                             string
	NeedPersonDirect, NoPeople, Called        string
	CallingDirect, ResolvedDirect             string
	Required, Save                            string
	FAQNone, FAQTitle, FAQLead, FAQSeen       string
	FAQQuestion, FAQAnswer                    string
	FAQProposes, FAQProposed                  string
	FAQApproved, FAQDeclined                  string
	FAQTaken, FAQNotTaken                     string
	Approve, Decline                          string
	SettingsTitle, SettingsLead, SettingsHere string
	SettingsCollections, SettingsAll          string
	SettingsFollowUps, SettingsUntagged       string
	ModeNever, ModeAsk, ModeAnswer            string
	SettingsAnswers                           string
	AnswersPublic, AnswersPrivate             string
	SettingsPeople, SettingsGroups            string
	SettingsGroupsWrong, SettingsSaved        string
	StatsTitle, StatsNone, StatsAsked         string
	StatsVotes, StatsTime, StatsWays          string
	WayMention, WayDirect, WaySlash           string
	WayHome, WayShortcut                      string
	AgeMinutes, AgeHours, AgeDays             plural
	HomeIndexAge                              string
	AdminTitle, AdminHealth, HealthSockets    string
	AdminNothing, AdminMore                   string
	AdminGaps, GapWrite, GapIgnore            string
	GapTimes, QuotedTimes                     plural
	AdminWorst, AdminWorstLine                string
	AdminOld, AdminOldLine, AdminFailed       string
	AdminChannels, AdminChannelsHow           string
	DigestTitle, DigestMore                   string
	DocumentsNone, DocumentFailed             string
	DocumentAdding, DocumentRemoving          string

	// Asking.
	Understood, TooManyQuestions  string
	NotRead, WordsOnly, OnlyEmoji string
	OfferAnswer, AnswerThis       string
	Searching, Stopped            string
	Prompts                       string
	FoundFor                      string
	// Answers over time.
	OldYears, OldMonths           plural
	Archived, SupersededBy        string
	Disagree, DisagreeUndated     string
	Earlier, EarlierLink          string
	Changed, ChangedHere, Removed string
	Outdated, ReadsAsBefore       string
	AnsweredNow                   string
	Narrower, NarrowerShow        string
}

// A plural is a text for one thing and for {n} of them. Languages that do not tell them apart have
// the same twice.
type plural struct{ One, Many string }

func (p plural) of(n int) string {
	if n == 1 {
		return fill(p.One, "n", "1")
	}
	return fill(p.Many, "n", strconv.Itoa(n))
}

// catalogues lists the languages by their codes.
func catalogues() map[string]*catalogue {
	return map[string]*catalogue{
		"en": &inEnglish, "de": &inGerman, "fr": &inFrench, "es": &inSpanish, "pt": &inPortuguese,
		"it": &inItalian, "nl": &inDutch, "ja": &inJapanese, "zh": &inChinese,
	}
}

// english is what is said where nobody's language is known, or where many read.
func english() *catalogue { return &inEnglish }

// catalogueOf returns the catalogue for a locale such as de-DE: English where there is none.
func catalogueOf(locale string) *catalogue {
	code, _, _ := strings.Cut(strings.ToLower(locale), "-")
	if c := catalogues()[code]; c != nil {
		return c
	}
	return english()
}

// fill puts values in the place of names in braces. It does so once: a value that holds braces stays
// as it is.
func fill(text string, namesAndValues ...string) string {
	pairs := make([]string, len(namesAndValues))
	for i, s := range namesAndValues {
		if pairs[i] = s; i%2 == 0 {
			pairs[i] = "{" + s + "}"
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
