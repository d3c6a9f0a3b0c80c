# The steps of .ci/run, in order, and what each is about. A step that returns $SKIPPED
# has told `skip` why.
# shellcheck shell=bash disable=SC2034,SC1112

STATICCHECK=honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK=golang.org/x/vuln/cmd/govulncheck@v1.9.0
COSIGN=github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3
BENCHSTAT=golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
NODE_PACKAGE=22.23.3 # where the system's Node.js is older than 20
SKIPPED=77
NEED_PREPARED='opensearch quotes deploy docker signature interop browser peers'

STEPS=(format vet tidy build ask test disk race torture opensearch fuzz chaos quotes bench peers staticcheck golangci vuln manifest deploy docker signature interop browser links paths)
declare -A ABOUT=(
  [format]='gofmt finds nothing to change'
  [vet]='go vet ./..., and the Go tools of .ci'
  [tidy]='go.mod and go.sum hold what is needed and no more'
  [build]='go build ./...'
  [ask]='the binary answers from a fresh tree'
  [test]='go test ./..., timed'
  [disk]='a disk that is full, and one that may only be read; made as root'
  [race]='go test -race ./..., without long tests that have no race to find'
  [torture]='real processes are killed and their Slack misbehaves: nothing lost, nothing said twice; and faults that are planted are found'
  [opensearch]='on a real cluster: the tests that want OpenSearch, and replicas and nodes that are killed'
  [fuzz]='each fuzz target for a few seconds'
  [chaos]='files change at random while questions are asked; CHAOS_TIME and CHAOS_FILES'
  [quotes]="other people's programs find the quotes in the files of the zoo"
  [bench]='speed, against the release before, as information'
  [peers]='other search engines find the same on the same sentences'
  [staticcheck]='staticcheck ./...'
  [golangci]='golangci-lint, where it is installed'
  [vuln]='govulncheck, where its database is reachable'
  [manifest]="the Slack app's manifest against Slack's schema"
  [deploy]='rules, dashboard, unit, compose, Kubernetes and releases, by the programs that read them; other systems; two builds alike'
  [docker]='the image is built, from a stand-in for its base, and run confined: fault 30'
  [signature]='what releases are signed with signs, and verifies: fault 30'
  [interop]="an app on Slack's own SDK for JavaScript talks to the local Slack"
  [browser]='people ask, and use the page, in headless Chromium'
  [links]='links and file names in the documents lead somewhere'
  [paths]='no path or host of one machine in the tree or its history'
)

# skip REASON ends a step as skipped and puts the reason into the summary.
skip() {
  echo "skipped: $1"
  echo "step ${FUNCNAME[1]#step_}: $1" >>"$WORK/skips"
  exit "$SKIPPED"
}

# missing REASON fails a step in CI and skips it elsewhere.
missing() {
  if [[ "$CI" == true ]]; then
    echo "missing: $1"
    exit 1
  fi
  echo "skipped: $1"
  echo "step ${FUNCNAME[1]#step_}: $1" >>"$WORK/skips"
  exit "$SKIPPED"
}

# by_reason reads lines "NAME: REASON" and prints each reason once, with all its names.
by_reason() {
  sort -u | awk '{ at = index($0, ": "); name = substr($0, 1, at - 1); sub(/^test verbatim\//, "", name); why = substr($0, at + 2)
    if (!(why in names)) order[++n] = why
    names[why] = names[why] ", " name }
    END { for (i = 1; i <= n; i++) print "- " order[i] ":\n  " substr(names[order[i]], 3) }'
}

# ends NAME prints what a failed step's output tells: lines that speak of failure or, where there are none, the last ones.
ends() {
  printf '\nFAILED: %s\n' "$1"
  grep -anE -m 25 '^ *--- FAIL|^FAIL|^panic:|DATA RACE|must not be:|_test\.go:[0-9]+:|^ *[a-z_0-9]+\.go:[0-9]+: |^missing: |^(lost|doubled): ' "$WORK/step.log" | cut -c1-300 ||
    tail -n 25 "$WORK/step.log" | cut -c1-300
}

# unprepared STEP prints why what a step needs could not be installed, if it could not.
unprepared() {
  local part
  for part in "$1" node; do
    [[ "$part" != node || "$1" =~ ^(docker|interop|browser)$ ]] || continue
    if [[ "$(cat "$WORK/prepared.$part" 2>/dev/null || echo 0)" != 0 ]]; then
      echo "not everything could be installed ($part):"
      tail -n 20 "$ARTIFACTS/prepare.$part.log"
    fi
  done
}

# go_tool MODULE@VERSION installs a Go program into the folder of this run.
go_tool() { GOBIN="$WORK/bin" GOFLAGS='' go install "$1"; }

# as_root COMMAND... runs a command with the rights to install packages.
as_root() {
  if [[ "$(id -u)" == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

# debian PACKAGE... installs Debian packages without a question.
debian() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"
}

# chromium_path prints where a Chromium is, or nothing.
chromium_path() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return
  done
  true
}

# readers_there reports whether the programs are there that the step quotes reads files with.
readers_there() {
  local name
  for name in python3 pdftotext pandoc soffice; do
    command -v "$name" >/dev/null || return 1
  done
}

# have PROGRAM... reports whether all of them are there.
have() {
  local name
  for name in "$@"; do command -v "$name" >/dev/null || return 1; done
}

# node_ok reports whether a Node.js is there that the tests can use.
node_ok() {
  command -v node >/dev/null && command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'
}

# npm_into FOLDER installs the exact versions of .ci/FOLDER/package.json.
npm_into() {
  mkdir -p "$WORK/$1"
  cp -R ".ci/$1/." "$WORK/$1/"
  cp -R .ci/lib "$WORK/"
  (cd "$WORK/$1" && npm install --no-package-lock --no-audit --no-fund --no-update-notifier --ignore-scripts)
}

# prepare_for STEP... installs what the chosen steps need beyond Go. What cannot be had for one of them
# leaves the others theirs; see unprepared.
prepare_for() {
  local steps=" $* " step
  set -x
  # A test runs the program in a network of its own, which Ubuntu forbids to those without rights.
  if [[ -e /proc/sys/kernel/apparmor_restrict_unprivileged_userns ]]; then
    as_root sysctl -qw kernel.apparmor_restrict_unprivileged_userns=0 || true
  fi
  export PATH="$WORK/bin:$PATH"
  [[ "$steps" =~ \ (docker|interop|browser)\  ]] && steps=" node $steps"
  for step in $steps; do
    [[ "$(type -t "prepare_$step")" == function ]] || continue
    set +e # an `if` or `||` would switch -e off within
    (set -e; "prepare_$step") >"$ARTIFACTS/prepare.$step.log" 2>&1
    echo $? >"$WORK/prepared.$step"
    set -e
  done
}

# prepare_node installs Node.js from Debian's packages and, where those are too old, a
# newer program from the npm registry.
prepare_node() {
  node_ok && return
  command -v npm >/dev/null || debian nodejs npm
  node_ok && return
  local arch=x64
  [[ "$(uname -m)" == aarch64 ]] && arch=arm64
  npm install --prefix "$WORK/node" --no-package-lock --no-audit --no-fund "node-linux-$arch@$NODE_PACKAGE"
  ln -s "$WORK/node/node_modules/node-linux-$arch/bin/node" "$WORK/bin/node"
}

prepare_browser() {
  [[ -n "$(chromium_path)" ]] || debian chromium fonts-dejavu-core
  npm_into browser
}

prepare_interop() { npm_into interop; }

prepare_quotes() {
  readers_there || debian python3 poppler-utils pandoc libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui
}

prepare_docker() {
  npm_into dockerlint
  have buildah bwrap setpriv busybox || debian buildah bubblewrap util-linux busybox-static ca-certificates
}

prepare_deploy() { have promtool systemd-analyze || debian prometheus systemd; }

# java_there reports whether Java and Maven are there, which OpenSearch needs.
java_there() { have java javac mvn; }

# prepare_opensearch fetches OpenSearch, which the step of that name would do otherwise.
prepare_opensearch() {
  java_there || debian default-jdk-headless maven
  VERBATIM_OPENSEARCH=1 go test -count=1 -run '^TestClusterOfOne$' ./index/opensearch/cluster
}

# peers_there reports whether the compilers are there that the step peers needs.
peers_there() { java_there && have cc; }

# prepare_peers builds the program that compares engines: SQLite is a minute of C.
prepare_peers() {
  peers_there || debian gcc libc6-dev default-jdk-headless maven
  (cd index/eval/peers && go build -tags sqlite_fts5 -o "$WORK/bin/peers" .)
}

# newest_java prints the home of the newest Java that is installed, or nothing.
newest_java() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    [[ -x "$home/bin/javac" ]] && echo "$("$home/bin/javac" -version 2>&1 | tr -dc '0-9.' | cut -d. -f1) $home"
  done | sort -n | tail -n 1 | cut -d' ' -f2
}

step_format() {
  local wrong
  wrong="$(git ls-files -z --cached --others --exclude-standard '*.go' | xargs -0r gofmt -l)"
  [[ -z "$wrong" ]] || { printf 'gofmt would change:\n%s\n' "$wrong"; return 1; }
}

step_vet() { go vet ./... && go vet ./.ci/testlog ./.ci/links ./.ci/interop/server ./.ci/torture ./.ci/scale && go vet -tags faulty ./bot ./bot/shared; }

step_tidy() { go mod tidy -diff && go mod verify && (cd index/eval/peers && go mod tidy -diff); }

step_build() { go build ./...; }

step_ask() {
  go run ./cmd/verbatim version
  local answer want='The two-hour call was prompted by the recent U.S. bombing of Iran’s nuclear sites.'
  answer="$(go run ./cmd/verbatim ask 'How long did the call last?')"
  printf '%s\n' "$answer"
  [[ "$answer" == *"$want"* ]] || { echo "the answer lacks: $want"; return 1; }
}

# Tests that may be skipped: those with a step of their own, those that are the child process
# of another test, those that want test data beside the project, and those that want memory
# and speed of a build without the race detector.
MAY_SKIP='^(TestFault18DiskFull|TestFault30Image|TestFault30Signature|TestQuotesAreTrue'
MAY_SKIP+='|TestChildToBeKilled|TestChildWithFullDisk'
MAY_SKIP+='|TestGoldenRules|TestAnswersStayWhole|TestGoldSentences|TestAgainstReference|TestMisheardQuestions|TestMethodsAgreeWithReference|TestManifestSchema'
MAY_SKIP+='|TestCluster.*|TestFault26.*' # on OpenSearch, in the step opensearch
MAY_SKIP+='|TestFault19TooBig/.*|TestFault21Process/memory)(/.*)?$'

# tests NAME ARGUMENT... runs go test and puts its skipped tests into the summary. In CI one
# that must not be skipped fails.
tests() {
  local name="$1" may="$MAY_SKIP"
  shift
  [[ "$CI" == true ]] || may=''
  go build -o "$WORK/bin/testlog" ./.ci/testlog
  go test -json "$@" ./... | tee "$ARTIFACTS/$name.json" | "$WORK/bin/testlog" -skips "$WORK/skips" -may-skip "$may"
}

step_test() {
  go test -exec true ./... >/dev/null || true # compile first, so that the clock is for the tests
  local begun=$SECONDS took
  tests test -count=1
  took=$((SECONDS - begun))
  echo "go test ./... took $took s; it should take less than 60 on two free cores"
}

step_disk() {
  local log="$ARTIFACTS/disk.log"
  go test -c -o "$WORK/bin/disk.test" ./cmd/verbatim
  (cd cmd/verbatim && as_root env "PATH=$PATH" "$WORK/bin/disk.test" -test.run '^TestFault18DiskFull$' -test.v) >"$log" 2>&1 || { cat "$log"; return 1; }
  grep -E '^ *(---|disk|process_test)' "$log" || true
  grep -q '^--- PASS: TestFault18DiskFull' "$log" || missing 'the right to mount a small disk, as root or with sudo'
}

# Tests that the step race leaves to the step test, as the detector makes them five times as slow: those that look
# through many cases one after the other, in which there is no race to find, and long ones whose ways shorter ones
# go as well. TestDays goes those of TestNothingLeaks, TestOverflow those of TestJournalIsFull.
NOT_RACED='^TestFault09Injection$|^TestFault15Leak$|^TestFault19TooBig$|^TestFault20Bombs$|^TestAgainstReference$|^TestMisheardQuestions$'
NOT_RACED+='|^TestDetectLanguageOfSentences$|^TestLinearTime$|^TestFault17IndexDamage$/^flipped_bytes$'
NOT_RACED+='|^TestChangedIndexIsAFreshOne$/[1-3]|^TestNothingLeaks$|^TestJournalIsFull$'

# A program that was built with the detector sleeps for a second before it ends, unless GORACE says otherwise; the
# tests start hundreds.
step_race() { GORACE=atexit_sleep_ms=0 tests race -race -vet=off -count=1 -timeout=40m -skip "$NOT_RACED"; }

# together runs commands at the same time, prints what each said, and fails if one did.
together() {
  local i code=0
  local -a pids=()
  for i in "${!COMMANDS[@]}"; do
    bash -c "${COMMANDS[i]}" >"$WORK/together$i" 2>&1 &
    pids+=($!)
  done
  for i in "${!COMMANDS[@]}"; do
    wait "${pids[i]}" || code=1
    echo "\$ ${COMMANDS[i]}" && cat "$WORK/together$i"
  done
  return "$code"
}

# These spend most of their time waiting for what Slack would do next, so that all run at once. Each builds its
# verbatim, which the build before makes quick.
step_torture() {
  go test ./.ci/torture
  go build -o "$WORK/bin/torture" ./.ci/torture
  go build -tags faulty -o "$WORK/bin/faulty" ./cmd/verbatim
  local fault
  local -a COMMANDS=("$WORK/bin/torture -log $ARTIFACTS/torture.log"
    "$WORK/bin/torture -storm 100 -for 1m -rate 5 -log $ARTIFACTS/storm.log")
  for fault in ack-first no-dedupe no-look; do
    COMMANDS+=("$WORK/bin/torture -tags faulty -plant $fault -for 40s -rate 15 -patience 40s")
  done
  COMMANDS+=("$WORK/bin/torture -tags faulty -plant one-connection -for 40s -rate 15 -kill 20s -socket 1s -patience 40s")
  together
  MAY_SKIP='^$' VERBATIM_LONG=1 tests kills -count=1 -timeout=30m -run '^(TestFault02Refresh|TestFault10Kill)$'
}

# The names are those that MAY_SKIP lets other steps skip: here none may, but for what is run after it, in its long form.
# The logs of nodes go to the artifacts when a test fails.
step_opensearch() {
  java_there || missing 'a Java Development Kit and Maven'
  go build -o "$WORK/bin/torture" ./.ci/torture
  local code=0
  (on_cluster torture -for 90s && on_cluster planted -tags faulty -plant no-claim -for 30s -kill 0 -kill-node 0 -patience 40s) >"$WORK/on_cluster" 2>&1 &
  MAY_SKIP='^(TestClusterIndexKilled|TestClusterEnginesAgree)$' VERBATIM_OPENSEARCH=1 tests opensearch -count=1 -run '^(TestCluster|TestFault26)' || code=1
  local judged='^TestClusterEnginesAgree$' # wants data beside the project
  [[ ! -d ../shared/eval ]] || judged='^$'
  MAY_SKIP="$judged" VERBATIM_LONG=1 VERBATIM_OPENSEARCH=1 tests killed -count=1 -timeout=60m -run '^(TestClusterIndexKilled|TestClusterEnginesAgree)$' || code=1
  wait $! || code=1
  cat "$WORK/on_cluster"
  return "$code"
}

# on_cluster NAME ARGUMENT... tortures three replicas over three nodes, whose logs are kept when that fails.
on_cluster() {
  local logs="$ARTIFACTS/$1-nodes" name="$1"
  shift
  echo "\$ torture -replicas 3 -opensearch $*"
  mkdir -p "$logs"
  "$WORK/bin/torture" -replicas 3 -opensearch -log "$ARTIFACTS/$name-replica.log" -node-logs "$logs" "$@" && rm -r "$logs"
}

# fuzz_one PACKAGE TARGET fuzzes one target. Go's fuzzer sometimes ends with "context
# deadline exceeded" when its time is up, which is no finding (golang/go#75804).
fuzz_one() {
  local log="$ARTIFACTS/fuzz-${1//\//-}-$2.log"
  if go test -run '^$' -fuzz "^$2\$" -fuzztime "${FUZZ_SECONDS:-5}s" -fuzzminimizetime 10x -parallel 1 "$1" >"$log" 2>&1; then
    echo "$1 $2: $(grep "^fuzz: elapsed" "$log" | tail -n 1)"
  elif grep -q 'context deadline exceeded' "$log" && ! grep -q 'Failing input' "$log"; then
    echo "$1 $2: time was up, no finding"
  else
    echo "$1 $2:" && cat "$log"
    return 1
  fi
}

# fuzz_keep PACKAGE TARGET keeps up to FUZZ_KEEP of the inputs that reached new code, small and large ones
# below 8 KiB, in the tree: every run of the tests reads them again.
fuzz_keep() {
  local from kept
  from="$(go env GOCACHE)/fuzz/$1/$2"
  kept="$(go list -f '{{.Dir}}' "$1")/testdata/fuzz/$2"
  mkdir -p "$kept"
  find "$from" -type f -size -8k -printf '%s %f\n' | sort -n |
    awk -v want="$FUZZ_KEEP" '{ name[NR] = $2 } END { step = NR > want ? NR / want : 1; for (i = 1; i <= NR; i += step) print name[int(i)] }' |
    while read -r name; do
      (($(find "$kept" -type f | wc -l) < FUZZ_KEEP)) || break
      cp "$from/$name" "$kept/$name"
    done
  echo "$1 $2: $(find "$kept" -type f | wc -l) inputs kept"
}

step_fuzz() {
  # shellcheck disable=SC2086 # several packages
  go test -list '^Fuzz' ${FUZZ_PACKAGES:-./...} |
    awk '/^Fuzz/ { name[n++] = $1; next } { for (i = 0; i < n; i++) print $2, name[i]; n = 0 }' >"$WORK/fuzz"
  [[ -s "$WORK/fuzz" ]] || { echo 'found no fuzz target'; return 1; }
  echo "$(wc -l <"$WORK/fuzz") fuzz targets, ${FUZZ_SECONDS:-5} s each, $(nproc) at a time"
  export -f fuzz_one
  xargs -P "$(nproc)" -L 1 bash -c 'fuzz_one "$@"' fuzz <"$WORK/fuzz" || return 1
  ((${FUZZ_KEEP:-0})) || return 0
  local package target
  while read -r package target; do fuzz_keep "$package" "$target"; done <"$WORK/fuzz"
}

# The long form has CHAOS_TIME=1m CHAOS_FILES=10000.
step_chaos() {
  go test ./cmd/verbatim -count=1 -v -timeout 60m -run '^TestChaos$' \
    -chaos.time "${CHAOS_TIME:-10s}" -chaos.files "${CHAOS_FILES:-1000}" -chaos.seed "${CHAOS_SEED:-$RANDOM}"
}

step_quotes() {
  readers_there || missing 'python3, pdftotext, pandoc and LibreOffice'
  VERBATIM_INDEPENDENT=1 go test -count=1 -v -run '^TestQuotesAreTrue$' ./corpus/format
}

# What is measured is the tree of the last tag, or where there is none the commit before; BENCH_BASE names
# another. Nothing fails here: times of a shared machine are no verdict.
step_bench() {
  local base
  base="${BENCH_BASE:-$(git describe --tags --abbrev=0 HEAD^ 2>/dev/null || git rev-parse -q --verify HEAD^ || true)}"
  [[ -n "$base" ]] || skip 'there is no earlier commit to compare with'
  git cat-file -e "$base:index/bench/speed_test.go" 2>/dev/null || skip "$base has not these benchmarks"
  go_tool "$BENCHSTAT"
  git archive --prefix=base/ "$base" | tar -x -C "$WORK"
  (cd "$WORK/base" && go test -c -o "$WORK/bin/before" ./index/bench)
  go test -c -o "$WORK/bin/now" ./index/bench
  local side
  for _ in 1 2 3 4 5 6; do # in turn, so that what else goes on meets both
    for side in before now; do
      (cd index/bench && "$WORK/bin/$side" -test.run '^$' -test.bench . -test.benchtime 50ms) >>"$WORK/bench.$side"
    done
  done
  "$WORK/bin/benchstat" "before=$WORK/bench.before" "now=$WORK/bench.now" | tee "$ARTIFACTS/benchstat.txt"
}

step_peers() {
  peers_there || missing 'a C compiler, Java and Maven'
  (cd index/eval/peers && go vet -tags sqlite_fts5 . && go test -count=1 -tags sqlite_fts5 .)
  JAVA_HOME="$(newest_java)" "$WORK/bin/peers" -sizes 10k -questions 200 -rounds 3 -check -svg "$ARTIFACTS/peers.svg"
}

step_staticcheck() {
  go_tool "$STATICCHECK"
  "$WORK/bin/staticcheck" ./... ./.ci/testlog ./.ci/links ./.ci/interop/server ./.ci/torture ./.ci/scale
  (cd index/eval/peers && "$WORK/bin/staticcheck" -tags sqlite_fts5 .)
}

step_golangci() {
  command -v golangci-lint >/dev/null || skip 'golangci-lint is not installed; .golangci.yml is for those who have it'
  golangci-lint run
}

step_vuln() {
  go_tool "$GOVULNCHECK"
  local code=0
  "$WORK/bin/govulncheck" ./... >"$ARTIFACTS/vuln.log" 2>&1 || code=$?
  cat "$ARTIFACTS/vuln.log"
  if ((code)) && grep -q 'fetching vulnerabilities' "$ARTIFACTS/vuln.log"; then
    skip 'the vulnerability database is not reachable from this machine'
  fi
  return "$code"
}

step_manifest() {
  [[ -n "${VERBATIM_SHARED:-}" ]] || echo "note: Slack's schema is not here; scopes, events and lengths are checked"
  go test -count=1 -v ./bot/manifest ./deploy
}

step_deploy() {
  have promtool systemd-analyze || missing 'promtool (package prometheus) and systemd-analyze'
  promtool check rules deploy/alerts.yaml
  promtool test rules deploy/alerts_test.yaml
  (cd .ci/deploy && go vet . && go build -o "$WORK/bin/deploy" .)
  "$WORK/bin/deploy" deploy exprs >"$WORK/dashboard.yaml"
  promtool check rules "$WORK/dashboard.yaml"
  "$WORK/bin/deploy" deploy
  two_builds
  sed "s#/usr/local/bin/verbatim#$WORK/build1/verbatim#" deploy/verbatim.service >"$WORK/verbatim.service"
  systemd-analyze verify "$WORK/verbatim.service"
  systemd-analyze security --offline=true --threshold=20 --no-pager "$WORK/verbatim.service" | tail -n 1
  local target
  for target in windows/amd64 darwin/arm64 linux/arm64; do
    CGO_ENABLED=0 GOOS=${target%/*} GOARCH=${target#*/} go build -trimpath -buildvcs=false -o "$WORK/other" ./cmd/verbatim
    echo "builds for $target"
  done
}

# two_builds builds the program twice as releases are built, from two folders, and compares the bytes.
two_builds() {
  local n
  git ls-files -z --cached --others --exclude-standard | xargs -0 tar -c --ignore-failed-read | tar -x --one-top-level="$WORK/copy"
  for n in 1 2; do
    [[ $n == 1 ]] || cd "$WORK/copy"
    [[ $n == 1 || -z "${VERBATIM_LONG:-}" ]] || export GOCACHE="$WORK/cache" # from nothing, which takes minutes
    CGO_ENABLED=0 go build -trimpath -buildvcs=false '-ldflags=-s -w' -o "$WORK/build$n/verbatim" ./cmd/verbatim
  done
  cd "$OLDPWD"
  cmp "$WORK/build1/verbatim" "$WORK/build2/verbatim"
  echo "two builds are the same $(stat -c %s "$WORK/build1/verbatim") bytes"
}

step_docker() {
  "$WORK/dockerlint/node_modules/.bin/dockerfile-utils" lint Dockerfile
  have buildah bwrap setpriv busybox || missing 'buildah, bubblewrap, setpriv and a static busybox'
  as_root true || missing 'the rights of root, to build the image and to be another user in it'
  trap 'as_root chown -R "$(id -u)" "$WORK" "$ARTIFACTS"; end_jobs' EXIT # so that it can be cleaned up
  as_root env "PATH=$PATH" "GOCACHE=$(go env GOCACHE)" "GOMODCACHE=$(go env GOMODCACHE)" .ci/image "$WORK" "$ARTIFACTS"
  if ldd "$WORK/image/verbatim" >/dev/null 2>&1; then echo 'the binary is not static'; return 1; fi
  go test -c -o "$WORK/bin/deploy.test" ./deploy
  (cd deploy && as_root env "PATH=$PATH" "CI=$CI" "VERBATIM_IMAGE=$WORK/image" "$WORK/bin/deploy.test" -test.v -test.run '^TestFault30Image$')
}

# cosign takes some minutes to build on a machine that has not seen it.
step_signature() {
  go_tool "$COSIGN"
  VERBATIM_COSIGN="$WORK/bin/cosign" go test -count=1 -v -run '^TestFault30Signature$' ./deploy
}

# node_tests FOLDER runs the tests of .ci/FOLDER, copied beside its Node packages.
node_tests() {
  export PATH="$WORK/bin:$PATH" ARTIFACTS
  (cd "$WORK/$1" && node --test --test-reporter=spec --test-timeout=600000 ./*.test.mjs)
}

step_interop() {
  node_ok || PATH="$WORK/bin:$PATH" node_ok || missing 'Node.js 20 or newer, with npm'
  [[ -d "$WORK/interop/node_modules/@slack/bolt" ]] || missing "Slack's Bolt for JavaScript, from npm"
  go build -o "$WORK/bin/localslack" ./.ci/interop/server
  LOCALSLACK="$WORK/bin/localslack" node_tests interop
}

step_browser() {
  CHROMIUM="$(chromium_path)"
  export CHROMIUM
  [[ -n "$CHROMIUM" ]] || missing 'Chromium'
  node_ok || PATH="$WORK/bin:$PATH" node_ok || missing 'Node.js 20 or newer, with npm'
  [[ -d "$WORK/browser/node_modules/playwright-core" && -d "$WORK/browser/node_modules/@slack/bolt" ]] || missing 'playwright-core and Bolt for JavaScript, from npm'
  go build -o "$WORK/bin/verbatim" ./cmd/verbatim
  go build -o "$WORK/bin/localslack" ./.ci/interop/server
  VERBATIM="$WORK/bin/verbatim" LOCALSLACK="$WORK/bin/localslack" node_tests browser
  echo "screenshots are in $ARTIFACTS"
}

step_links() { go run ./.ci/links ./*.md deploy/*.md; }

# Each pattern has a bracket in it so that this file does not match itself.
step_paths() {
  local paths='(^|[^[:alnum:]_.$}-])/([w]ork|[r]oot|[t]mp)(/|\b)|/[h]ome/[a-z]+/'
  local hosts='[p]roxy\.golang\.org|[s]um\.golang\.org|[r]egistry\.npmjs|[r]egistry\.yarnpkg|[d]eb\.debian\.org|[p]ypi\.org|[c]rates\.io|[r]epo1?\.maven|[g]cr\.io|[g]hcr\.io|[q]uay\.io'
  local found=0
  if git grep -nIE "$paths|$hosts" -- . ':!go.sum'; then found=1; fi
  if git log --format='%h %s%n%b' | grep -nE "$paths|$hosts"; then found=1; fi
  if ((found)); then echo 'the lines above name a path of one machine or a registry host'; fi
  return "$found"
}
