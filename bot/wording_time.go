package bot

import "time"

// sayAge says how old a document is, in whole years or, below one, in whole months.
func (c *catalogue) sayAge(age time.Duration) string {
	if age < year {
		return c.OldMonths.of(int(age / month))
	}
	return c.OldYears.of(int(age / year))
}

// sayEarlier says when the same question was answered before.
func (c *catalogue) sayEarlier(e *Earlier) string {
	return fill(c.Earlier, "date", e.At.Format(c.Date))
}
