package format

func kindOfZIP(named kind, data []byte) (kind, error) { return "", ErrUnsupported }
