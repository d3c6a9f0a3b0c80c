package format

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// serveBadly is [Serve] of a process whose readers hang, die or run out of memory on files named "bad",
// of whatever format.
func serveBadly(mode string) error {
	in, out := os.Stdin, os.Stdout
	for {
		var req request
		if err := readFrame(in, maxRequest, &req); err != nil {
			return err
		}
		data := make([]byte, req.Size)
		if _, err := io.ReadFull(in, data); err != nil {
			return err
		}
		if !strings.HasPrefix(req.Name, "bad.") {
			if err := writeReply(out, new(tools).answer(req, data)); err != nil {
				return err
			}
			continue
		}
		switch mode {
		case "hang":
			select {}
		case "die":
			return fmt.Errorf("the process dies on %s", req.Name)
		}
		if err := limitMemory(MaxMemory); err != nil {
			return err
		}
		var hoard [][]byte
		for len(hoard) < 1024 {
			block := make([]byte, 1<<20)
			for i := 0; i < len(block); i += 4096 { // each page of it
				block[i] = 1
			}
			hoard = append(hoard, block)
		}
		return fmt.Errorf("%d MiB were to be had", len(hoard))
	}
}

// appendPacked returns an archive of parts, and of a file whose packed bytes are given.
func appendPacked(t *testing.T, parts []string, name string, packed []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: uint64(len(packed)), UncompressedSize64: 2 << 30})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(packed); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
