package source

import (
	"path"
	"strings"
)

// ignoreFile is the file in a folder that says which files to leave out, in the syntax of
// .gitignore.
const ignoreFile = ".verbatimignore"

// Limits of an ignore file: more is a mistake, and matching costs time.
const (
	maxIgnoreBytes    = 64 << 10
	maxIgnorePatterns = 1000
	maxIgnoreParts    = 32
)

// ignoreRules decide which paths are left out. The last rule that matches decides.
type ignoreRules []ignoreRule

type ignoreRule struct {
	// parts are the pattern's parts between slashes; "**" stands for any number of folders.
	parts   []string
	negated bool
	// foldersOnly says that the pattern ended with a slash.
	foldersOnly bool
}

// parseIgnore reads an ignore file. A line that is no valid pattern matches nothing, as in git.
func parseIgnore(data []byte) ignoreRules {
	var rules ignoreRules
	text := strings.TrimPrefix(string(data[:min(len(data), maxIgnoreBytes)]), "\ufeff")
	for line := range strings.Lines(text) {
		if rule, ok := parseIgnoreLine(strings.TrimRight(line, "\r\n")); ok && len(rules) < maxIgnorePatterns {
			rules = append(rules, rule)
		}
	}
	return rules
}

func parseIgnoreLine(line string) (rule ignoreRule, ok bool) {
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	if line == "" || line[0] == '#' {
		return rule, false
	}
	if line[0] == '!' {
		rule.negated, line = true, line[1:]
	}
	if rest, found := strings.CutSuffix(line, "/"); found {
		rule.foldersOnly, line = true, rest
	}
	if !strings.Contains(line, "/") {
		line = "**/" + line
	}
	rule.parts = strings.Split(strings.TrimPrefix(line, "/"), "/")
	if len(rule.parts) > maxIgnoreParts {
		return rule, false
	}
	for _, part := range rule.parts {
		if _, err := path.Match(part, ""); err != nil || part == "" {
			return rule, false
		}
	}
	return rule, true
}

// ignored says whether the file or folder with this slash-separated path is left out, given that
// none of the folders above it is.
func (rules ignoreRules) ignored(name string, folder bool) bool {
	parts := strings.Split(name, "/")
	for i := len(rules) - 1; i >= 0; i-- {
		rule := &rules[i]
		if (folder || !rule.foldersOnly) && matchParts(rule.parts, parts) {
			return !rule.negated
		}
	}
	return false
}

// ignoredBelow is ignored for a path of which nothing is known about the folders above it.
func (rules ignoreRules) ignoredBelow(name string, folder bool) bool {
	for i, c := range name {
		if c == '/' && rules.ignored(name[:i], true) {
			return true
		}
	}
	return rules.ignored(name, folder)
}

// matchParts matches the parts of a pattern with those of a path. It takes time in the order of the
// product of their numbers.
func matchParts(pattern, parts []string) bool {
	// reach[i] says whether the pattern up to here matches the first i parts.
	reach := make([]bool, len(parts)+1)
	reach[0] = true
	for n, p := range pattern {
		next := make([]bool, len(parts)+1)
		if p == "**" {
			found := false
			for i := range reach {
				// At the end it stands for what is in a folder, not for the folder itself.
				if n == len(pattern)-1 {
					next[i] = found
				}
				found = found || reach[i]
				if n < len(pattern)-1 {
					next[i] = found
				}
			}
		} else {
			for i, part := range parts {
				if reach[i] {
					matched, err := path.Match(p, part)
					next[i+1] = matched && err == nil
				}
			}
		}
		reach = next
	}
	return reach[len(parts)]
}
