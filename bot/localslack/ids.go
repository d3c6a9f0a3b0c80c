package localslack

import (
	"fmt"
	"strconv"
)

// timestamp returns the next message ts: seconds and microseconds, always
// greater than the one before. The caller holds w.mu.
func (w *Workspace) timestamp() string {
	now := w.cfg.Now().UnixMicro()
	if now <= w.lastTS {
		now = w.lastTS + 1
	}
	w.lastTS = now
	return fmt.Sprintf("%d.%06d", now/1e6, now%1e6)
}

// validTS reports whether Slack could have made ts: seconds, a point and six digits.
func validTS(ts string) bool {
	if len(ts) < 8 || ts[len(ts)-7] != '.' {
		return false
	}
	_, err1 := strconv.ParseUint(ts[:len(ts)-7], 10, 40)
	_, err2 := strconv.ParseUint(ts[len(ts)-6:], 10, 32)
	return err1 == nil && err2 == nil
}

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// id returns prefix followed by ten capitals and digits. The caller holds w.mu.
func (w *Workspace) id(prefix string) string {
	b := make([]byte, 10)
	for i := range b {
		b[i] = idAlphabet[w.rng.IntN(len(idAlphabet))]
	}
	return prefix + string(b)
}

// uuid returns a random version 4 UUID. The caller holds w.mu.
func (w *Workspace) uuid() string {
	hi, lo := w.rng.Uint64(), w.rng.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xfff, lo>>48&0x3fff|0x8000, lo&0xffffffffffff)
}

// secret returns 32 random hexadecimal digits. The caller holds w.mu.
func (w *Workspace) secret() string {
	return fmt.Sprintf("%016x%016x", w.rng.Uint64(), w.rng.Uint64())
}
