package main

// What 'verbatim setup' says. The numbers of steps stand in README.md, too, where a test compares them.

const setupIntro = `This connects Verbatim to your Slack in three steps. It needs no public address: the
program calls Slack, Slack never calls it. No token is kept before all is checked.

`

const setupStep1 = `Step 1 of 3. Open this link, choose your workspace, and press "Next" and "Create":

  %s

The app asks for no more rights than it needs. Then, on the page that opens ("Basic
Information"), scroll to "App-Level Tokens", press "Generate Token and Scopes", give it
any name, add the scope connections:write, press "Generate", and copy the token.
It begins with xapp-.
`

const setupStep2 = `
Step 2 of 3. Open "Install App" in the list on the left, press the button, press "Allow",
and copy the "Bot User OAuth Token". It begins with xoxb-.

  %s
`

const setupStep3 = `
Step 3 of 3. To whom shall the bot write its first message? In Slack, open your profile,
press ⋮ and "Copy member ID". It begins with U or W.
`

const (
	askApp  = "\nApp-level token: "
	askBot  = "\nBot token: "
	askUser = "\nYour member ID: "
)

const setupDone = `
%s
  Open it in Slack: %s

Start the bot:

  %s
`

const (
	questionsSent   = "The bot has written to you, with %s from your own documents to try."
	greetingSent    = "The bot has written to you."
	onceAgain       = "Please try again, or stop with Ctrl+C.\n"
	tokensKept      = "\nThe tokens are kept in %s, which you alone can read.\n"
	inputEnded      = "standard input ended before %s was given: give the app-level token, the bot token and your member ID, a line each"
	notQuestionable = "No question could be made of the documents' headings; ask in your own words.\n"
)
