package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"verbatim/bot"
	"verbatim/bot/rights"
	"verbatim/corpus/format"
	"verbatim/corpus/source"
	"verbatim/index"
)

// addedCollection is the collection of all that admins add from within Slack: who may see it says the
// section collections of the settings.
const addedCollection = "added"

// shelf is the bot's documents, as admins add and remove them from within Slack. Its index is set
// before the bot runs.
type shelf struct {
	lib   *library
	index *index.Index
	rules rights.Rules
}

// Add implements [bot.Documents].
func (s *shelf) Add(ctx context.Context, address string, progress func(string)) (string, error) {
	known := s.lib.known()
	if known == nil {
		return s.lib.shared.send(ctx, s.lib.log, errand{Address: address}, progress)
	}
	counts, err := known.Add(ctx, live{s.index}, address, addedCollection, func(p source.Progress) {
		progress(fmt.Sprintf("%d of %d: %s", p.Done, p.Total, p.Address))
	})
	if err != nil {
		return "", err
	}
	return s.added(ctx, counts, known.ProblemsOf(address, addedCollection))
}

// AddFile implements [bot.Documents].
func (s *shelf) AddFile(ctx context.Context, name string, data []byte) (string, error) {
	name = fileName(name)
	known := s.lib.known()
	if known == nil {
		return s.lib.shared.send(ctx, s.lib.log, errand{Name: name, Data: data}, func(string) {})
	}
	counts, err := known.AddFile(ctx, live{s.index}, name, addedCollection, data)
	if err != nil {
		return "", err
	}
	return s.added(ctx, counts, known.ProblemsOf(name, addedCollection))
}

// fileName makes a name that a file may have of one that a person's client told.
func fileName(told string) string {
	name := bot.Clean(path.Base(strings.ReplaceAll(told, `\`, "/")))
	name = strings.TrimLeft(strings.ReplaceAll(name, "/", ""), ". ")
	if name == "" {
		return "file"
	}
	if len(name) > maxFileName {
		ext := path.Ext(name)
		name = strings.ToValidUTF8(name[:max(0, maxFileName-len(ext))], "") + ext
	}
	return name
}

// maxFileName is the longest name in bytes under which a file is added; longer ones lose their end.
const maxFileName = 120

// maxTold is how many problems a report names.
const maxTold = 3

// added is the report at the end.
func (s *shelf) added(ctx context.Context, counts source.Counts, problems []source.Problem) (string, error) {
	signalTo(s.lib.grown)
	if err := s.lib.pushChange(ctx); err != nil {
		return "", err
	}
	report := fmt.Sprintf("Done: %s in the collection %q.", plural(counts.Put, "new or changed document"), addedCollection)
	if counts.Put == 0 {
		report = "Nothing is new: it is there already, or was forgotten."
	}
	if unseen(s.rules, addedCollection) {
		report += fmt.Sprintf(" Nobody may see it: name %q under collections in the settings, and who may.", addedCollection)
	}
	for _, p := range problems[:min(len(problems), maxTold)] {
		report += " " + p.String() + "."
	}
	if more := len(problems) - maxTold; more > 0 {
		report += fmt.Sprintf(" And %d more problems: see the Home tab.", more)
	}
	return report, nil
}

// unseen says that nobody may see a collection, as the settings name others and not it.
func unseen(rules rights.Rules, collection string) bool {
	_, named := rules.Collections[collection]
	_, rest := rules.Collections[rights.Rest]
	return len(rules.Collections) > 0 && !named && !rest
}

// Remove implements [bot.Documents].
func (s *shelf) Remove(ctx context.Context, document string, open func(collection string) bool) (string, error) {
	found := named(s.index.Documents(), document, open)
	if len(found) == 0 && s.lib.known() == nil { // perhaps it was added just now, and is yet to be pulled
		sleep(ctx, 3*pullEvery)
		found = named(s.index.Documents(), document, open)
	}
	switch {
	case len(found) == 0:
		return "", fmt.Errorf("there is no document %q: give its path, address or title as a source line shows it, a title in quotation marks", document)
	case len(found) > 1:
		var those []string
		for _, d := range found[:min(len(found), maxTold)] {
			those = append(those, d.Path+" (id "+d.ID+")")
		}
		return "", fmt.Errorf("%d documents are called %q, such as %s: give a path, or \"id\" in quotation marks", len(found), document, strings.Join(those, ", "))
	}
	return s.forget(ctx, found[0].ID, found[0].Path)
}

// forget takes out a document.
func (s *shelf) forget(ctx context.Context, id, path string) (string, error) {
	known := s.lib.known()
	if known == nil {
		return s.lib.shared.send(ctx, s.lib.log, errand{ID: id, Path: path}, func(string) {})
	}
	err := known.Forget(ctx, live{s.index}, id, path)
	if err := errors.Join(err, known.Save(live{s.index}), s.lib.pushChange(ctx)); err != nil {
		return "", err
	}
	return fmt.Sprintf("Done: %s is forgotten and stays so.", path), nil
}

// named returns the documents that are called so: by their id, else by path, address or title. It knows
// of none outside the open collections but those added.
func named(all []index.DocumentInfo, name string, open func(collection string) bool) []index.DocumentInfo {
	name = bot.Clean(name)
	for _, is := range []func(d index.DocumentInfo) bool{
		func(d index.DocumentInfo) bool { return d.ID == name },
		func(d index.DocumentInfo) bool { return bot.Clean(d.Path) == name || d.URL != "" && d.URL == name },
		func(d index.DocumentInfo) bool { return strings.EqualFold(bot.Clean(d.Title), name) },
	} {
		found := slices.DeleteFunc(slices.Clone(all), func(d index.DocumentInfo) bool {
			return !is(d) || !open(d.Collection) && d.Collection != addedCollection
		})
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// put gives a desk the documents of a library.
func (s *shelf) put(d *bot.Desk) { d.Documents, d.MaxFile = s, format.MaxFileSize }
