package format

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"testing"
)

// serveBadly is [Serve] of a process that hangs, dies or runs out of memory on files named bad.html.
func serveBadly(mode string) error {
	in, out := os.Stdin, os.Stdout
	for {
		var req request
		if err := readFrame(in, maxRequest, &req); err != nil {
			return err
		}
		data := make([]byte, req.Size)
		if _, err := in.Read(data); err != nil {
			return err
		}
		if req.Name != "bad.html" {
			if err := writeFrame(out, new(tools).answer(req, data), nil); err != nil {
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
			for i := range block {
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
