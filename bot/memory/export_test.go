package memory

import "time"

// SetClock lets tests outside of the package tell the time.
func (s *Store) SetClock(now func() time.Time) { s.now = now }
