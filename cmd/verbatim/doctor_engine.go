package main

import (
	"context"
	"crypto/x509"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"verbatim/bot/checkup"
	"verbatim/index"
	"verbatim/index/opensearch"
)

const (
	nameEngine = "engine"
	nameCopy   = "copy of the index"
	// engineWithin bounds a look at the engine.
	engineWithin = 20 * time.Second
	// oldestOpenSearch is the oldest major version that can serve. Tests run with 2.19.
	oldestOpenSearch = 2
)

// engines looks at the engine, where it is a program of its own, and says whether it can be asked.
func (d *doctor) engines(ctx context.Context, set settings, roots *x509.CertPool) (list []checkup.Finding, asked bool) {
	if !d.remote() {
		return nil, true
	}
	engine, s, err := d.engineChoice.use(set, roots, nil)
	if err != nil {
		d.engineChoice.engine = engineBleve // what is told once
		return []checkup.Finding{checkup.Bad(nameEngine, "mend --engine (VERBATIM_ENGINE), --engine-ca and "+envEngineUser+", "+envEnginePassword+" or "+envEngineToken, "%v", err)}, false
	}
	d.engine, d.shared = engine, s
	ctx, cancel := context.WithTimeout(ctx, engineWithin)
	defer cancel()
	f, well := engineHealth(ctx, s.client)
	if !well {
		return []checkup.Finding{f}, false
	}
	return append([]checkup.Finding{f}, d.copied(ctx, s)), true
}

// engineHealth looks at the cluster, and says whether it can be asked.
func engineHealth(ctx context.Context, client *opensearch.Client) (f checkup.Finding, well bool) {
	h, err := client.Health(ctx)
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	major, _, _ := strings.Cut(h.Version, ".")
	version, _ := strconv.Atoi(major)
	switch {
	case errors.Is(err, opensearch.ErrRefused):
		return checkup.Bad(nameEngine, "give "+envEngineUser+" and "+envEnginePassword+", or "+envEngineToken+", of who may read and write the indexes of this name", "%v", err), false
	case errors.As(err, &authority), errors.As(err, &host):
		return checkup.Bad(nameEngine, "name the file of its certificate authority with --engine-ca (VERBATIM_ENGINE_CA), and the host as its certificate does", "%v", err), false
	case err != nil:
		return checkup.Bad(nameEngine, "look whether it runs, and whether a firewall stands between: questions wait until it answers", "%v", err), false
	case h.Distribution != "opensearch":
		return checkup.Bad(nameEngine, "give the address of an OpenSearch", "what answers is no OpenSearch"), false
	case version < oldestOpenSearch:
		return checkup.Bad(nameEngine, "upgrade OpenSearch", "it is version %s, older than %d", h.Version, oldestOpenSearch), false
	case h.Status == "red":
		return checkup.Bad(nameEngine, "start the machines that are missing: GET _cluster/allocation/explain says more", "OpenSearch %s is red: of the copies of its indexes, %d are on none of %s", h.Version, h.Missing, plural(h.Nodes, "machine")), true
	case h.Status == "yellow" && h.Missing == 0:
		return checkup.Good(nameEngine, "OpenSearch %s on %s, yellow while copies of its indexes are made", h.Version, plural(h.Nodes, "machine")), true
	case h.Status == "yellow":
		return checkup.Warned(nameEngine, "start the machines that are missing: one more that dies may stop the answers", "OpenSearch %s is yellow: of the copies of its indexes, %d are on none of %s", h.Version, h.Missing, plural(h.Nodes, "machine")), true
	case !tested(h.Version):
		return checkup.Warned(nameEngine, "take 2.19 or a newer 2.x, with which it is tested", "OpenSearch %s on %s, green", h.Version, plural(h.Nodes, "machine")), true
	}
	return checkup.Good(nameEngine, "OpenSearch %s on %s, green", h.Version, plural(h.Nodes, "machine")), true
}

// tested says that a version is one of those that deploy/SCALE.md asks for.
func tested(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)
	return major == "2" && err == nil && n >= 19
}

// copied compares the copy of the index here with what was pushed.
func (d *doctor) copied(ctx context.Context, s *sharedIndex) checkup.Finding {
	const way = "'verbatim index' with the same --engine builds and pushes one, as a running 'verbatim serve' does that has documents"
	state, err := s.depot.State(ctx)
	switch {
	case errors.Is(err, opensearch.ErrNothingPushed):
		return checkup.Warned(nameCopy, way, "nobody has pushed an index yet that this version reads")
	case err != nil:
		return checkup.Bad(nameCopy, "look at the engine", "%v", err)
	}
	x, err := index.Open(filepath.Join(d.data, dirIndex), d.engine)
	if err != nil {
		return checkup.Noted(nameCopy, "'verbatim serve' pulls it", "there is none here yet; the index was pushed %s ago", time.Since(state.Pushed).Round(time.Second))
	}
	gone := x.VerifyEngine(ctx)
	if err := x.Close(); err != nil {
		gone = errors.Join(gone, err)
	}
	switch {
	case errors.Is(gone, index.ErrDamaged):
		return checkup.Bad(nameCopy, way, "its sentences are not in OpenSearch any more: %v", gone)
	case gone != nil:
		return checkup.Bad(nameCopy, "look at the engine", "%v", gone)
	case s.depot.Agreed(filepath.Join(d.data, dirIndex)) != state.Version:
		return checkup.Noted(nameCopy, "a running 'verbatim serve' pulls it within seconds", "it is older than what was pushed %s ago", time.Since(state.Pushed).Round(time.Second))
	}
	return checkup.Good(nameCopy, "it is what was pushed %s ago, in %s", time.Since(state.Pushed).Round(time.Second), plural(state.Parts, "part"))
}

// keeping tells how the documents of a running bot are kept up to date, and how its engine is.
func (s *serve) keeping(ctx context.Context) []checkup.Finding {
	if s.shared == nil {
		return []checkup.Finding{checkup.Good(nameDocuments, "kept up to date while the program runs")}
	}
	f, _ := engineHealth(ctx, s.shared.client)
	documents := checkup.Good(nameDocuments, "read by another copy of the program, which pushes the index")
	if s.known() != nil {
		documents = checkup.Good(nameDocuments, "kept up to date while the program runs, and pushed for the others")
	}
	if seen := s.shared.seen.Load(); s.known() == nil && (seen == nil || time.Since(*seen) > time.Minute) {
		documents = checkup.Warned(nameDocuments, "look at the engine", "nothing could be pulled for more than a minute")
	}
	return []checkup.Finding{f, documents}
}
