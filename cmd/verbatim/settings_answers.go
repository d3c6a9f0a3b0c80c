package main

import (
	"fmt"
	"time"
)

// answersSettings are the sections of the file of settings about what answers say:
//
//	old_after_years: 3   # from which age on a source line says how old its document is
type answersSettings struct {
	// OldAfterYears is 1 to 100; 0 is the default, and -1 tells no age.
	OldAfterYears int `yaml:"old_after_years"`
}

// year is a year of the calendar in the mean.
const year = 8766 * time.Hour

func (s answersSettings) check() error {
	if s.OldAfterYears < -1 || s.OldAfterYears > 100 {
		return fmt.Errorf("old_after_years: %d is neither 1 to 100 nor -1 for never", s.OldAfterYears)
	}
	return nil
}

// oldAfter returns the age as the bot wants it.
func (s answersSettings) oldAfter() time.Duration { return time.Duration(s.OldAfterYears) * year }
