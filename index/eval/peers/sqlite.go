package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	_ "github.com/mattn/go-sqlite3" // the driver, with the build tag sqlite_fts5

	"verbatim/index"
)

// fts5 is SQLite's full-text search: an index without the text, in one segment, scored by BM25, for which it
// wants its positions where it has no text to look at: with less detail its ranking is wrong. Terms
// are numbered, as its tokenizers would cut some of them.
type fts5 struct {
	db      *sql.DB
	search  *sql.Stmt
	numbers map[string]int
}

func buildSQLite(ctx context.Context, dir string, c *collection) (s searcher, err error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "fts5.db")+"?_journal_mode=OFF&_sync=OFF&_locking_mode=EXCLUSIVE")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("build with sqlite: %w", err), db.Close())
		}
	}()
	db.SetMaxOpenConns(1)
	f := &fts5{db: db, numbers: map[string]int{}}
	for _, set := range []string{
		"PRAGMA cache_size=-262144", "PRAGMA mmap_size=4294967296", "PRAGMA temp_store=MEMORY",
		"CREATE VIRTUAL TABLE s USING fts5(t, content='', detail='full', tokenize='ascii')",
	} {
		if _, err := db.ExecContext(ctx, set); err != nil {
			return nil, err
		}
	}
	if err := f.fill(ctx, c.terms); err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, "INSERT INTO s(s) VALUES('optimize')"); err != nil {
		return nil, err
	}
	if f.search, err = db.PrepareContext(ctx, "SELECT rowid FROM s WHERE s MATCH ? ORDER BY rank LIMIT ?"); err != nil {
		return nil, err
	}
	return each(f), nil
}

func (f *fts5) fill(ctx context.Context, terms string) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after the commit it does nothing
	insert, err := tx.PrepareContext(ctx, "INSERT INTO s(rowid, t) VALUES(?, ?)")
	if err != nil {
		return err
	}
	row := 0
	var text strings.Builder
	err = eachEntry(terms, func(e index.Entry) error {
		text.Reset()
		for _, term := range e.Terms {
			n, known := f.numbers[term]
			if !known {
				n = len(f.numbers)
				f.numbers[strings.Clone(term)] = n
			}
			text.WriteString(token(n))
			text.WriteByte(' ')
		}
		row++
		_, err := insert.ExecContext(ctx, row, text.String())
		return err
	})
	return errors.Join(err, tx.Commit())
}

// token is what a term is called.
func token(n int) string { return "t" + strconv.FormatInt(int64(n), 36) }

// ask asks for any of the terms.
func (f *fts5) ask(ctx context.Context, q *index.Query) ([]int, error) {
	var match []string
	for _, t := range q.Terms {
		if n, known := f.numbers[t.Term]; known {
			match = append(match, token(n))
		}
	}
	if len(match) == 0 {
		return nil, nil
	}
	rows, err := f.search.QueryContext(ctx, strings.Join(match, " OR "), q.Limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []int
	for rows.Next() {
		var row int
		if err := rows.Scan(&row); err != nil {
			return nil, err
		}
		found = append(found, row-1)
	}
	return found, rows.Err()
}

func (f *fts5) Close() error { return errors.Join(f.search.Close(), f.db.Close()) }
