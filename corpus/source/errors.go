package source

import "errors"

// Reasons for leaving out or keeping what a source holds. Each says what can be done.
var (
	errNotRegular   = errors.New("not a regular file: devices, sockets and pipes are not read")
	errOutside      = errors.New("a link that leads out of the folder or nowhere: put the file itself here")
	errFolderLink   = errors.New("a link to a folder is not followed: give that folder its real place, or name it with --corpus")
	errNoFolder     = errors.New("not a folder")
	errName         = errors.New("the name is not valid UTF-8: rename the file")
	errFileName     = errors.New("the name is not that of a file, of at most 255 bytes: rename the file")
	errUnstable     = errors.New("the file kept changing while it was read: it is read when it has come to rest")
	errForgotten    = errors.New("left out because an admin had it forgotten")
	errTooMany      = errors.New("the folder holds more files than are read: leave out what is no document with a .verbatimignore, or give parts of it to bots of their own")
	errMoreProblems = errors.New("more is left out than can be named one by one: see to what is named first")
	errCaseClash    = errors.New("another name here differs only in upper and lower case: rename one, some systems keep only one of them")

	// ErrShrunk says that nearly all documents would be removed at once, as when a disk is not
	// mounted. What was there is kept.
	ErrShrunk = errors.New("nearly all documents are gone: the ones known are kept; check the folder, and if it is right, use --force")

	// ErrNewer says that a newer version of the program wrote what is kept of the sources.
	ErrNewer = errors.New("written by a newer version of Verbatim: run that version, or restore a backup of before")

	// ErrForbidden says that an address must not be fetched.
	ErrForbidden = errors.New("the address is not public: name its host or network under sources.allow if it should be fetched")
	errScheme    = errors.New("only addresses that begin with http:// or https:// and name a host are fetched")
	errPassword  = errors.New("the address holds a user name or password: leave it out")
	errRobots    = errors.New("the site's robots.txt does not allow it to be fetched")
	errRobots5xx = errors.New("the site's robots.txt cannot be read now, which forbids everything until it can")
	errRedirects = errors.New("too many redirects")
	errTooLarge  = errors.New("the body is larger than the limit")
	errMediaType = errors.New("what is there is no document")
	errSoft404   = errors.New("what is there now looks like an error page: the page is kept as it was; if it is gone for good, forget it")
	errSmaller   = errors.New("the page lost most of its text: it is kept as it was until it has been so three times")
	errBusy      = errors.New("the server asks for a pause")
	errGone      = errors.New("the page is gone: it is removed if it is still gone the next time")
	errUnlisted  = errors.New("the page is no longer listed: it is removed if it is still missing the next time")
	errCap       = errors.New("there are more pages than max_pages allows: raise it to fetch the rest")
	errNesting   = errors.New("the sitemap is nested deeper than two levels")
	errNoFeed    = errors.New("what is there is no feed")
	errNoSitemap = errors.New("what is there is no sitemap")
	errOffSite   = errors.New("the address belongs to another site than the sitemap")
)

// plainFetch returns the reason of an error of [Fetcher.Fetch], which names the address, for a place
// that names it too.
func plainFetch(err error) error {
	var named *fetchError
	if errors.As(err, &named) {
		return named.err
	}
	return err
}

// A fetchError says which address an error is about.
type fetchError struct {
	address string
	err     error
}

func (e *fetchError) Error() string { return "fetch " + e.address + ": " + e.err.Error() }
func (e *fetchError) Unwrap() error { return e.err }
