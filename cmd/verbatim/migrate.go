package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"verbatim/index"
)

// dirMigration is where an index grows in the data folder that another engine is to have.
const dirMigration = "migration"

type migrateCommand struct {
	streams
	authorities
	wishes
	from, to       engineChoice
	data, config   string
	questions      string
	sample         int
	json           bool
	source, target engineSide
}

// An engineSide is one of both engines of a migration.
type engineSide struct {
	engine index.Engine
	shared *sharedIndex // nil with the embedded engine
}

func newMigrate(io streams) *cobra.Command {
	m := &migrateCommand{streams: io}
	cmd := &cobra.Command{
		Use:   "migrate --from ENGINE --to ENGINE",
		Short: "Carry an index over to another engine, and compare the answers",
		Long: `Migrate writes the documents of an index, as they are stored, into an index of another
engine: from the embedded one in the data folder to an OpenSearch, or back. Then it compares
both: the number of documents and sentences, and the answers to questions that are made of
sentences of the documents, or stand in the file --questions.

Only when all agree the new index is used: it is pushed to the OpenSearch, or takes its
place in the data folder. What was there before is not deleted at once. Begun again after it
was stopped while it wrote, it goes on where it was.

The exit code is 0 when all agree, and 1 when anything differs, which is listed.`,
		Example: `  verbatim migrate --data ./verbatim-data --from bleve --to opensearch:https://host:9200/verbatim
  verbatim migrate --data ./verbatim-data --from opensearch:https://host:9200/verbatim --to bleve`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return m.run(cmd.Context()) },
	}
	m.authorities.flags(cmd)
	m.wishes.flags(cmd)
	configFlag(cmd, &m.config)
	f := cmd.Flags()
	f.StringVar(&m.from.engine, "from", "", "engine that has the index: bleve, or opensearch:https://host:9200/name")
	f.StringVar(&m.to.engine, "to", "", "engine that is to have it, in the same form; credentials as for --engine of 'verbatim serve'")
	f.StringVar(&m.from.engineCA, "engine-ca", "", "file of certificate authorities (PEM) to trust for the engines (VERBATIM_ENGINE_CA; default: as --ca-file)")
	f.StringVar(&m.data, "data", defaultData(), "data folder (VERBATIM_DATA)")
	f.StringVar(&m.questions, "questions", "", "compare the answers to every question of `FILE`, one a line, or JSON objects with it under \"q\"")
	f.IntVar(&m.sample, "sample", 100, "compare the answers to `N` questions that are made of sentences of the documents")
	f.BoolVar(&m.json, "json", false, "print the report as one JSON object")
	return cmd
}

// migration is what the command reports. Its JSON form is stable.
type migration struct {
	From      engineCounts `json:"from"`
	To        engineCounts `json:"to"`
	Questions int          `json:"questions"`
	// Differ are the answers that are not the same.
	Differ []answerDifference `json:"differ"`
	// Documents are the IDs of documents that are not in both.
	Documents []string `json:"differing_documents"`
}

type engineCounts struct {
	Engine    string `json:"engine"`
	Documents int    `json:"documents"`
	Sentences int    `json:"sentences"`
}

// errDiffers says that two engines do not have the same.
var errDiffers = errors.New("the engines differ: the new index is not used")

func (m *migrateCommand) run(ctx context.Context) error {
	if err := m.open(); err != nil {
		return err
	}
	return errors.Join(m.carry(ctx), m.source.close(), m.target.close())
}

// carry builds an index of the other engine, and uses it if it has the same documents and answers.
func (m *migrateCommand) carry(ctx context.Context) (err error) {
	dir := filepath.Join(m.data, dirMigration)
	x, err := m.read(ctx, filepath.Join(dir, "from"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	grown := filepath.Join(dir, "to")
	if err := index.BuildInSteps(ctx, grown, m.target.engine, x.Stored); err != nil {
		return err
	}
	y, err := index.Open(grown, m.target.engine)
	if err != nil {
		return err
	}
	report, err := m.compare(ctx, x, y)
	if err == nil {
		err = m.print(report)
	}
	if err == nil && (len(report.Differ) > 0 || len(report.Documents) > 0 || report.From.Sentences != report.To.Sentences) {
		err = errors.Join(errDiffers, m.discard(ctx, grown))
	} else if err == nil {
		err = m.use(ctx, grown)
	}
	return errors.Join(err, y.Close(), removeWhere(err == nil, dir))
}

// removeWhere removes a folder if so.
func removeWhere(so bool, dir string) error {
	if !so {
		return nil
	}
	return os.RemoveAll(dir)
}

// open reads the flags and opens both engines.
func (m *migrateCommand) open() error {
	switch {
	case m.from.engine == "" || m.to.engine == "":
		return usagef("name both engines, with --from and --to")
	case m.from.engine == m.to.engine:
		return usagef("--from and --to are the same engine")
	case m.sample < 1:
		return usagef("--sample %d: give a number from 1", m.sample)
	}
	set, err := readSettings(m.config)
	if err != nil {
		return err
	}
	roots, err := m.pool()
	if err != nil {
		return err
	}
	m.to.engineCA = m.from.engineCA
	m.source.engine, m.source.shared, err = m.from.use(set, roots, nil)
	if err == nil {
		m.target.engine, m.target.shared, err = m.to.use(set, roots, nil)
	}
	return err
}

func (s engineSide) close() error {
	if s.shared == nil {
		return nil
	}
	return s.shared.client.Close()
}

// read opens the index that there is; one of OpenSearch is pulled into dir.
func (m *migrateCommand) read(ctx context.Context, dir string) (*index.Index, error) {
	if m.source.shared == nil {
		x, err := index.OpenWhole(filepath.Join(m.data, dirIndex), m.source.engine)
		if err != nil {
			err = fmt.Errorf("read the index of --from: %w; 'verbatim index' builds one", err)
		}
		return x, err
	}
	if _, err := m.source.shared.depot.Pull(ctx, dir); err != nil {
		return nil, fmt.Errorf("read the index of --from: %w", err)
	}
	return index.OpenWhole(dir, m.source.engine)
}

// compare compares an index with the one that was made of it.
func (m *migrateCommand) compare(ctx context.Context, x, y *index.Index) (*migration, error) {
	opts, err := m.options(m.config)
	if err != nil {
		return nil, err
	}
	r := &migration{From: countsOf(m.from, x), To: countsOf(m.to, y), Differ: []answerDifference{}, Documents: differing(live{x}.Digests(), live{y}.Digests())}
	questions, err := m.asked(ctx, x)
	if err != nil {
		return nil, err
	}
	r.Questions = len(questions)
	r.Differ, err = compareAnswers(ctx, x, y, questions, opts)
	return r, err
}

func countsOf(e engineChoice, x *index.Index) engineCounts {
	m := x.Manifest()
	return engineCounts{kindOfEngine(e.chosen()), m.Documents, m.Sentences}
}

// asked are the questions to compare the answers of.
func (m *migrateCommand) asked(ctx context.Context, x *index.Index) ([]string, error) {
	if m.questions == "" {
		return questionsAbout(ctx, x, m.sample)
	}
	f, err := os.Open(m.questions)
	if err != nil {
		return nil, usagef("--questions: %w", err)
	}
	defer f.Close()
	list, err := parseQuestions(m.questions, f)
	if err == nil && len(list) == 0 {
		err = usagef("--questions %q: it holds no question", m.questions)
	}
	return list, err
}

// use makes the new index the one that is asked.
func (m *migrateCommand) use(ctx context.Context, grown string) (err error) {
	if m.target.shared != nil {
		if err := m.target.shared.depot.Push(ctx, grown); err != nil {
			return err
		}
		return m.target.shared.depot.PushFolder(ctx, keptSources, filepath.Join(m.data, dirSources), isSourceFile)
	}
	whole, err := index.EditionIn(grown, m.target.engine)
	if err != nil {
		return err
	}
	lock, err := takeSources(ctx, m.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if m.source.shared != nil {
		if err := m.source.shared.depot.PullFolder(ctx, keptSources, filepath.Join(m.data, dirSources)); err != nil {
			return err
		}
	}
	_, err = index.Adopt(ctx, filepath.Join(m.data, dirIndex), m.target.engine, whole, func(_ context.Context, p index.EditionPart, folder string) error {
		return linkTree(p.Folder, folder, func(string) bool { return true })
	})
	return err
}

// discard removes the new index from OpenSearch.
func (m *migrateCommand) discard(ctx context.Context, grown string) error {
	if m.target.shared == nil {
		return nil
	}
	return m.target.shared.depot.Discard(ctx, grown)
}

func (m *migrateCommand) print(r *migration) error {
	if m.json {
		enc := json.NewEncoder(m.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	for _, c := range []engineCounts{r.From, r.To} {
		if _, err := fmt.Fprintf(m.out, "%s: %s, %s\n", c.Engine, plural(c.Documents, "document"), plural(c.Sentences, "sentence")); err != nil {
			return err
		}
	}
	for _, id := range r.Documents {
		fmt.Fprintf(m.out, "document %s is not the same in both\n", id)
	}
	for _, d := range r.Differ {
		fmt.Fprint(m.out, d.text())
	}
	_, err := fmt.Fprintf(m.out, "%d of %s answered alike\n", r.Questions-len(r.Differ), plural(r.Questions, "question"))
	return err
}
