package main

import (
	"fmt"
	"time"
)

// privacySettings are the sections of the file of settings about what is kept of people:
//
//	keep_questions_days: 30   # how long questions, votes and what belongs to them are kept
type privacySettings struct {
	// KeepQuestionsDays is 1 to 3650; 0 is the default.
	KeepQuestionsDays int `yaml:"keep_questions_days"`
}

// day is a day of the calendar, as far as records are concerned.
const day = 24 * time.Hour

func (s privacySettings) check() error {
	if s.KeepQuestionsDays < 0 || s.KeepQuestionsDays > 3650 {
		return fmt.Errorf("keep_questions_days: %d is not 1 to 3650", s.KeepQuestionsDays)
	}
	return nil
}

// keep returns how long records are kept, 0 for the default.
func (s privacySettings) keep() time.Duration { return time.Duration(s.KeepQuestionsDays) * day }
