package localslack

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// checker gathers what is wrong with blocks.
type checker struct {
	on       surface
	errs     []string
	ids      map[string]bool // block_ids seen
	actions  map[string]bool // action_ids seen in the present block
	text     int             // characters shown
	markdown int
	tables   int
}

func (c *checker) add(at, format string, args ...any) {
	c.errs = append(c.errs, fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

// check judges one value at a JSON pointer.
type check func(c *checker, v any, at string)

// field is one field of an object.
type field struct {
	name string
	must bool
	is   check
}

func must(name string, is check) field { return field{name, true, is} }
func may(name string, is check) field  { return field{name, false, is} }

// object accepts an object with just these fields, and type besides.
func object(fields ...field) check {
	return func(c *checker, v any, at string) {
		o, ok := v.(map[string]any)
		if !ok {
			c.add(at, "must be an object")
			return
		}
		for _, f := range fields {
			x, has := o[f.name]
			switch {
			case has && x != nil:
				f.is(c, x, at+"/"+f.name)
			case f.must:
				c.add(at, "missing required field: %s", f.name)
			}
		}
		for _, name := range sortedKeys(o) {
			if name != "type" && !slices.ContainsFunc(fields, func(f field) bool { return f.name == name }) {
				c.add(at, "invalid additional property: %s", name)
			}
		}
	}
}

// kinds accepts an object whose type is a key of by, and then what that says.
func kinds(by map[string]check) check {
	return func(c *checker, v any, at string) {
		is := by[typeOf(v)]
		if is == nil {
			c.add(at+"/type", "unsupported type: %s", typeOf(v))
			return
		}
		is(c, v, at)
	}
}

func typeOf(v any) string {
	o, _ := v.(map[string]any)
	t, _ := o["type"].(string)
	return t
}

// all applies several checks to one value.
func all(list ...check) check {
	return func(c *checker, v any, at string) {
		for _, is := range list {
			is(c, v, at)
		}
	}
}

// str accepts text of so many characters.
func str(least, most int) check {
	return func(c *checker, v any, at string) {
		s, ok := v.(string)
		n := utf8.RuneCountInString(s)
		switch {
		case !ok:
			c.add(at, "must be a string")
		case n < least:
			c.add(at, "must be more than %d characters", least-1)
		case n > most:
			c.add(at, "must be less than %d characters", most+1)
		}
	}
}

// shown is str, and counts the text among what the blocks show.
func shown(least, most int) check {
	is := str(least, most)
	return func(c *checker, v any, at string) {
		if s, ok := v.(string); ok {
			c.text += utf8.RuneCountInString(s)
		}
		is(c, v, at)
	}
}

// link accepts an address.
func link(c *checker, v any, at string) {
	str(1, 3000)(c, v, at)
	s, _ := v.(string)
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || rest == "" || strings.ContainsAny(s, " \t\n") {
		c.add(at, "must be a valid URL")
	}
}

func oneOf(values ...string) check {
	return func(c *checker, v any, at string) {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			c.add(at, "must be one of %s", strings.Join(values, ", "))
		}
	}
}

// array accepts a list of so many things.
func array(least, most int, is check) check {
	return func(c *checker, v any, at string) {
		list, ok := v.([]any)
		switch {
		case !ok:
			c.add(at, "must be an array")
			return
		case len(list) < least:
			c.add(at, "no less than %d items allowed", least)
		case len(list) > most:
			c.add(at, "no more than %d items allowed", most)
		}
		for i, x := range list {
			is(c, x, fmt.Sprintf("%s/%d", at, i))
		}
	}
}

func boolean(c *checker, v any, at string) {
	if _, ok := v.(bool); !ok {
		c.add(at, "must be a boolean")
	}
}

func anything(*checker, any, string) {}

// number accepts a number within bounds.
func number(least, most float64) check {
	return func(c *checker, v any, at string) {
		if n, ok := v.(float64); !ok || n < least || n > most {
			c.add(at, "must be a number from %v to %v", least, most)
		}
	}
}

// integer accepts a whole number within bounds.
func integer(least, most float64) check {
	is := number(least, most)
	return func(c *checker, v any, at string) {
		is(c, v, at)
		if n, ok := v.(float64); ok && n != math.Trunc(n) {
			c.add(at, "must be a whole number")
		}
	}
}

// unlimited stands where Slack gives no upper bound.
const unlimited = math.MaxInt32

// plain accepts a plain_text object.
func plain(most int) check {
	return kinds(map[string]check{"plain_text": object(must("text", shown(1, most)), may("emoji", boolean))})
}

// textObject accepts plain_text or mrkdwn.
func textObject(most int) check {
	return kinds(map[string]check{
		"plain_text": object(must("text", shown(1, most)), may("emoji", boolean)),
		"mrkdwn":     object(must("text", shown(1, most)), may("verbatim", boolean)),
	})
}

// blockID accepts an id that no other block of the message has.
func blockID(c *checker, v any, at string) {
	str(1, 255)(c, v, at)
	id, _ := v.(string)
	if c.ids[id] {
		c.add(at, "block_id %q already exists", id)
	}
	c.ids[id] = true
}

// actionID accepts an id that no other element of its block has.
func actionID(c *checker, v any, at string) {
	str(1, 255)(c, v, at)
	id, _ := v.(string)
	if c.actions[id] {
		c.add(at, "action_id %q already exists", id)
	}
	if c.actions != nil {
		c.actions[id] = true
	}
}
