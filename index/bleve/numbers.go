package bleve

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"verbatim/index"
)

// Bleve numbers sentences in an order of its own, and keeps their IDs among its stored fields, which take
// several times the room of a number and are slow to read. So the IDs are read once, when the index is
// made, and then stand in a file: four bytes for each sentence, lowest first, by Bleve's numbers.
const numbersFile = "numbers"

// idOf is the Bleve ID of a sentence.
func idOf(number int) string { return strconv.FormatInt(int64(number), 36) }

// writeNumbers makes the file of numbers for the index in dir.
func writeNumbers(dir string) (err error) {
	x, reader, err := openReader(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close(), x.Close()) }()
	var data []byte
	for _, of := range reader.Segments() {
		for n := range of.Segment().Count() {
			id, err := of.DocID(n)
			if err != nil {
				return err
			}
			number, err := strconv.ParseUint(string(id), 36, 32)
			if err != nil {
				return fmt.Errorf("%q is no ID of a sentence", id)
			}
			data = binary.LittleEndian.AppendUint32(data, uint32(number))
		}
	}
	return os.WriteFile(filepath.Join(dir, numbersFile), data, 0o600)
}

func readNumbers(dir string) ([]uint32, error) {
	data, err := os.ReadFile(filepath.Join(dir, numbersFile))
	if err != nil {
		return nil, err
	}
	if len(data)%4 != 0 {
		return nil, fmt.Errorf("%w: %s has %d bytes", index.ErrDamaged, numbersFile, len(data))
	}
	numbers := make([]uint32, len(data)/4)
	for i := range numbers {
		numbers[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return numbers, nil
}
