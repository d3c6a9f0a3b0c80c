package format

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf "golang.org/x/text/encoding/unicode"
)

// decode returns data as UTF-8. Valid UTF-8 stays as it is, byte order mark included, so that
// offsets into the text are offsets into the file. Other bytes are read by their byte order mark,
// by the declared charset when the bytes bear it out, or by the encoding that they look most like;
// Windows-1252, which includes Latin-1, when they look like none. A file that is mostly not text is
// refused.
func decode(data []byte, declared string) (string, error) {
	if enc := utf16(data); enc != nil {
		return decodeWith(enc, data)
	}
	if utf8.Valid(data) && !is7bit(data, declared) {
		return checkText(string(data))
	}
	if enc := named(declared); enc != nil && bears(enc, data) {
		return decodeWith(enc, data)
	}
	if bytes.Contains(data, []byte("\x1b$B")) && bears(japanese.ISO2022JP, data) {
		return decodeWith(japanese.ISO2022JP, data)
	}
	if nearlyUTF8(data) {
		return checkText(strings.ToValidUTF8(string(data), "\ufffd"))
	}
	if 100*bytes.Count(data, []byte{0}) > len(data) {
		return "", ErrBinary
	}
	return decodeWith(guessed(data), data)
}

// decodeWith returns data in another encoding as UTF-8. What is no character becomes U+FFFD.
func decodeWith(enc encoding.Encoding, data []byte) (string, error) {
	decoded, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return "", because(ErrBinary, "its encoding is not what it seems")
	}
	return checkText(strings.ToValidUTF8(string(decoded), "\ufffd"))
}

// is7bit says whether data is meant to be read in an encoding that writes everything in ASCII.
func is7bit(data []byte, declared string) bool {
	return strings.HasPrefix(strings.ToLower(declared), "iso-2022") || bytes.Contains(data, []byte("\x1b$B"))
}

// utf16 returns the encoding of data in UTF-16: by its byte order mark, or by the zeros that half of
// its bytes are in most languages; nil for other data.
func utf16(data []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return utf.UTF16(utf.BigEndian, utf.ExpectBOM)
	case len(data)%2 != 0 || len(data) < 4:
		return nil
	}
	head := data[:min(len(data), 4096)&^1]
	zeros := [2]int{}
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	units := len(head) / 2
	switch {
	case zeros[1] > units/3 && zeros[0] == 0:
		return utf.UTF16(utf.LittleEndian, utf.IgnoreBOM)
	case zeros[0] > units/3 && zeros[1] == 0:
		return utf.UTF16(utf.BigEndian, utf.IgnoreBOM)
	}
	return nil
}

// nearlyUTF8 says whether data is UTF-8 with a few broken bytes: at least twenty characters beyond
// ASCII are whole for each byte that is none.
func nearlyUTF8(data []byte) bool {
	whole, broken := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			whole++
		}
		data = data[size:]
	}
	return whole > 20*broken
}

// named returns the encoding of that name, nil when there is none. Names of Latin-1 mean
// Windows-1252, as browsers read them.
func named(name string) encoding.Encoding {
	if name == "" {
		return nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return enc
}

// bears says whether data can be of this encoding: at most one in a hundred of its characters is
// none. UTF-8 is looked for before.
func bears(enc encoding.Encoding, data []byte) bool {
	if enc == utf.UTF8 || enc == encoding.Replacement {
		return false
	}
	head := data[:min(len(data), sniffed)]
	decoded, err := enc.NewDecoder().Bytes(head)
	return err == nil && 100*bytes.Count(decoded, []byte("\ufffd")) <= utf8.RuneCount(decoded)
}

// sniffed is how many bytes decide on an encoding.
const sniffed = 64 << 10

// guessed returns the encoding that data looks most like.
func guessed(data []byte) encoding.Encoding {
	head := telling(data)
	enc := detected(head)
	if enc != nil && bears(enc, head) && (!isSingleByte(enc) || isPlausible(enc, head)) {
		return enc
	}
	if enc := byScript(head); enc != nil {
		return enc
	}
	return charmap.Windows1252
}

// byScript returns the code page in which nearly all letters beyond ASCII are of the script that it is
// made for, of text that is mostly such letters; nil when there is none. The detector does not know
// all of them.
func byScript(head []byte) encoding.Encoding {
	for _, page := range []struct {
		enc    *charmap.Charmap
		script *unicode.RangeTable
	}{
		{charmap.Windows874, unicode.Thai}, {charmap.Windows1256, unicode.Arabic},
		{charmap.Windows1255, unicode.Hebrew}, {charmap.Windows1253, unicode.Greek}, {charmap.Windows1251, unicode.Cyrillic},
	} {
		ascii, own, other := 0, 0, 0
		for _, c := range head {
			r := page.enc.DecodeByte(c)
			switch {
			case c < utf8.RuneSelf:
				ascii += count(unicode.IsLetter(r))
			case unicode.Is(page.script, r):
				own++
			case unicode.IsLetter(r) || r == utf8.RuneError || unicode.IsControl(r):
				other++
			}
		}
		if own > 2*ascii && own > 40*other && own > 20 {
			return page.enc
		}
	}
	return nil
}

// telling returns the lines of data, up to sniffed bytes, that have a byte beyond ASCII.
func telling(data []byte) []byte {
	var out []byte
	for line := range bytes.Lines(data) {
		if len(out)+len(line) > sniffed {
			if len(out) == 0 {
				out = line[:sniffed]
			}
			break
		}
		if bytes.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) {
			out = append(out, line...)
		}
	}
	return out
}

// detected returns what the detector says; nil where it says nothing of use.
func detected(head []byte) encoding.Encoding {
	switch strings.ToLower(chardet.Detect(head).Encoding) {
	case "shift_jis", "cp932":
		return japanese.ShiftJIS
	case "euc-jp":
		return japanese.EUCJP
	case "iso-2022-jp":
		return japanese.ISO2022JP
	case "gb2312", "gb18030", "gbk":
		return simplifiedchinese.GB18030
	case "big5":
		return traditionalchinese.Big5
	case "euc-kr", "cp949", "uhc":
		return korean.EUCKR
	case "windows-1251":
		return charmap.Windows1251
	case "koi8-r":
		return charmap.KOI8R
	case "ibm866":
		return charmap.CodePage866
	case "iso-8859-5":
		return charmap.ISO8859_5
	case "windows-1253", "iso-8859-7":
		return charmap.Windows1253
	case "windows-1255", "iso-8859-8":
		return charmap.Windows1255
	case "windows-1256":
		return charmap.Windows1256
	case "windows-1250", "iso-8859-2":
		return charmap.Windows1250
	case "windows-1254", "iso-8859-9":
		return charmap.Windows1254
	case "tis-620", "iso-8859-11":
		return charmap.Windows874
	}
	return nil
}

func isSingleByte(enc encoding.Encoding) bool {
	_, is := enc.(*charmap.Charmap)
	return is
}

// isPlausible says whether data in a single-byte encoding reads as words: of the letters beyond
// ASCII, few stand as a capital right behind a small letter, as they do where the guess is wrong.
func isPlausible(enc encoding.Encoding, data []byte) bool {
	decoded, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return false
	}
	letters, odd, before := 0, 0, ' '
	for _, r := range string(decoded) {
		if r >= utf8.RuneSelf {
			switch {
			case unicode.IsLetter(r) || unicode.IsMark(r):
				letters++
				if unicode.IsUpper(r) && unicode.IsLower(before) {
					odd++
				}
			case unicode.IsControl(r):
				odd++
			}
		}
		before = r
	}
	return letters > 0 && 10*odd <= letters
}
