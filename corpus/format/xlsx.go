package format

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strings"

	"github.com/xuri/excelize/v2"

	"verbatim/corpus"
)

// maxColumns is how many columns of a sheet are read.
const maxColumns = 1000

// readXLSX reads the sheets of a workbook that are seen, each under a heading with its name, their
// values as they are shown. Hidden sheets, rows and columns are left out.
func readXLSX(in input) ([]*corpus.Document, error) {
	a, err := openArchive(in.data)
	if err != nil {
		return nil, err
	}
	if err := a.measure(); err != nil { // Before a library that believes sizes sees it.
		return nil, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(in.data), excelize.Options{
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, // No part is put on disk.
	})
	if err != nil {
		if errors.Is(err, excelize.ErrWorkbookFileFormat) || errors.Is(err, excelize.ErrWorkbookPassword) {
			return nil, ErrEncrypted
		}
		return nil, because(ErrDamaged, "%v", err)
	}
	defer book.Close()
	hidden, err := a.hiddenColumns()
	if err != nil {
		return nil, err
	}
	var b builder
	for _, sheet := range book.GetSheetList() {
		if shown, err := book.GetSheetVisible(sheet); err != nil || !shown {
			continue
		}
		if err := readSheet(&b, book, sheet, hidden[sheet]); err != nil {
			return nil, err
		}
	}
	doc, err := b.document()
	if err != nil {
		return nil, err
	}
	facts, err := a.core("docProps/core.xml")
	if err != nil {
		return nil, err
	}
	doc.Title, doc.Author, doc.Published = firstOf(facts.title, nameTitle(in.name)), facts.author, facts.modified
	guess(doc, "")
	return []*corpus.Document{doc}, nil
}

// readSheet writes one sheet without its hidden columns.
func readSheet(b *builder, book *excelize.File, sheet string, hidden map[int]bool) error {
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil // A sheet of charts has no rows.
	}
	defer rows.Close()
	g := gridWriter{builder: b, level: 3}
	named := false
	for rows.Next() && !b.full {
		cells, err := rows.Columns()
		if err != nil {
			return because(ErrDamaged, "sheet %q: %v", cutName(sheet), err)
		}
		if rows.GetRowOpts().Hidden || len(cells) == 0 {
			continue
		}
		cells = cells[:min(len(cells), maxColumns)]
		for i := range cells {
			if hidden[i] {
				cells[i] = ""
			}
		}
		if !named && !isSheetName(sheet) && strings.TrimSpace(strings.Join(cells, "")) != "" {
			b.add(corpus.Heading, 2, sheet)
			named = true
		}
		g.row(cells)
	}
	g.end()
	if err := rows.Error(); err != nil {
		return because(ErrDamaged, "sheet %q: %v", cutName(sheet), err)
	}
	return nil
}

// isSheetName says whether a sheet has the name that a program gave it: "Sheet1", "Tabelle1" and so on.
func isSheetName(name string) bool {
	switch strings.ToLower(strings.TrimRight(name, "0123456789 ")) {
	case "sheet", "tabelle", "feuil", "hoja", "foglio", "blad", "planilha", "лист", "工作表", "シート", "ark", "arkusz":
		return true
	}
	return false
}

// hiddenColumns returns for each sheet the numbers of its columns that are not shown, from 0. The
// library would read whole sheets for that; they stand before the first row.
func (a *archive) hiddenColumns() (map[string]map[int]bool, error) {
	const main = "xl/workbook.xml"
	byID, _, err := a.relations(main)
	if err != nil {
		return nil, err
	}
	x, err := a.openXML(main)
	if err != nil {
		return nil, err
	}
	all := map[string]map[int]bool{}
	var find func(e xml.StartElement) error
	find = func(e xml.StartElement) error {
		if e.Name.Local == "sheet" {
			for _, attr := range e.Attr {
				if part := byID[attr.Value]; attr.Name.Local == "id" && a.has(part) {
					if all[value(e, "name")], err = a.sheetColumns(part); err != nil {
						return err
					}
				}
			}
		}
		return x.each(find)
	}
	return all, x.each(find)
}

// errRows ends the reading of a sheet where its rows begin.
var errRows = errors.New("rows begin")

// sheetColumns returns the numbers of the hidden columns of the sheet in a part.
func (a *archive) sheetColumns(part string) (map[int]bool, error) {
	x, err := a.openXML(part)
	if err != nil {
		return nil, err
	}
	hidden := map[int]bool{}
	err = x.each(func(xml.StartElement) error {
		return x.each(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "sheetData":
				return errRows
			case "cols":
				return x.each(func(e xml.StartElement) error {
					if value(e, "hidden") == "1" || value(e, "hidden") == "true" {
						for i := number(e, "min", 1, maxColumns); i <= number(e, "max", 0, maxColumns); i++ {
							hidden[i-1] = true
						}
					}
					return x.skip()
				})
			}
			return x.skip()
		})
	})
	if errors.Is(err, errRows) {
		err = nil
	}
	return hidden, err
}

// measure unpacks every part of an archive to nowhere: it fails when they are too large.
func (a *archive) measure() error {
	for _, name := range a.names {
		r, err := a.open(name)
		if err != nil {
			return err
		}
		if err := drain(r); err != nil {
			return err
		}
	}
	a.left = maxUnpacked
	return nil
}
