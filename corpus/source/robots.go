package source

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// robotsAgent is the name under which a site's robots.txt may speak of this program.
const robotsAgent = "verbatim"

// Limits of a robots.txt: RFC 9309 wants at least 500 KiB to be read.
const (
	maxRobots      = 500 << 10
	maxRobotsRules = 5000
)

// maxCrawlDelay is the longest Crawl-delay that is kept to. RFC 9309 does not know the line; of the
// crawlers that keep to it, Nutch and StormCrawler draw the line at 30 s too.
const maxCrawlDelay = 30 * time.Second

// robots are the rules of a site that are for this program. The zero value allows everything.
type robots struct {
	rules []robotsRule
	// delay is the time between two requests that the site asks for, at most [maxCrawlDelay]; 0 when it
	// asks for none.
	delay time.Duration
}

type robotsRule struct {
	pattern string
	allow   bool
}

// parseRobots reads a robots.txt as RFC 9309 describes it: the groups for this program together, or
// failing those the groups for all.
func parseRobots(data []byte) robots {
	groups := map[string]*robots{}
	var agents []string
	inRules := false
	text := strings.TrimPrefix(string(data[:min(len(data), maxRobots)]), "\ufeff")
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		key, value, found := strings.Cut(line, ":")
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch {
		case !found:
		case key == "user-agent":
			if inRules {
				agents, inRules = nil, false
			}
			if agent := agentToken(value); agent == robotsAgent || agent == "*" {
				agents = append(agents, agent)
				if groups[agent] == nil {
					groups[agent] = new(robots)
				}
			}
		case key == "allow" || key == "disallow" || key == "crawl-delay":
			inRules = inRules || key != "crawl-delay"
			for _, agent := range agents {
				groups[agent].add(key, value)
			}
		}
	}
	if own := groups[robotsAgent]; own != nil {
		return *own
	}
	if all := groups["*"]; all != nil {
		return *all
	}
	return robots{}
}

// add takes in one line of a group.
func (r *robots) add(key, value string) {
	switch {
	case key == "crawl-delay":
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
			r.delay = max(r.delay, time.Duration(min(seconds, maxCrawlDelay.Seconds())*float64(time.Second)))
		}
	case value != "" && len(r.rules) < maxRobotsRules:
		r.rules = append(r.rules, robotsRule{pattern: escaped(value), allow: key == "allow"})
	}
}

// agentToken returns the name in a user-agent line, without a version.
func agentToken(value string) string {
	if value == "*" {
		return value
	}
	end := strings.IndexFunc(value, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '-')
	})
	if end >= 0 {
		value = value[:end]
	}
	return strings.ToLower(value)
}

// allowed says whether an address may be fetched: the longest rule that matches decides, and of two
// that are as long the one that allows.
func (r robots) allowed(u *url.URL) bool {
	target := u.EscapedPath()
	if target == "" {
		target = "/"
	}
	if target == "/robots.txt" {
		return true
	}
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	target = escaped(target)
	allow, longest := true, -1
	for _, rule := range r.rules {
		if n := len(rule.pattern); (n > longest || n == longest && rule.allow) && matchRobots(rule.pattern, target) {
			allow, longest = rule.allow, n
		}
	}
	return allow
}

// escaped returns a path in which each octet is written in one way: what needs no percent sign has
// none, and what has one has it in capitals.
func escaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			octet := unhex(s[i+1])<<4 | unhex(s[i+2])
			if octet > 0x20 && octet < 0x7f && !strings.ContainsRune("%/?#*$", rune(octet)) {
				b.WriteByte(octet)
			} else {
				b.WriteString("%" + strings.ToUpper(s[i+1:i+3]))
			}
			i += 2
			continue
		}
		if c <= 0x20 || c >= 0x7f {
			const digits = "0123456789ABCDEF"
			b.WriteString("%" + string(digits[c>>4]) + string(digits[c&15]))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// matchRobots matches a pattern, in which "*" stands for anything and "$" at the end for the end, with
// the beginning of a target.
func matchRobots(pattern, target string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(target, parts[0]) {
		return false
	}
	target = target[len(parts[0]):]
	for i, part := range parts[1:] {
		if whole && i == len(parts)-2 {
			return strings.HasSuffix(target, part)
		}
		at := strings.Index(target, part)
		if at < 0 {
			return false
		}
		target = target[at+len(part):]
	}
	return !whole || target == ""
}
