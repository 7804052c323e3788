#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Every JSON document against its schema: that of docs/schema, which leaves room
# for later versions, and a closed one, which knows all that this one writes.

# shellcheck disable=SC2016 # jq's variables

load helper

PUBLISHED=$VMCLOCKCTL_SOURCE_ROOT/docs/schema

# make_samples: a document of each schema, or a line of each type, in NAME.jsonl
make_samples() {
  local tai=$REAL/host-tai-synchronized.bin what
  load hosts
  host ec2
  {
    vmclockctl show --json --counter 19253658472 "$tai"
    vmclockctl show --json --at 2 "$FIXTURES/recordings/steady.jsonl"
    vmclockctl show --json "$FIXTURES/rules/header.layout-rfc-3.hex"
  } >show.jsonl
  vmclockctl encode --json --layout rfc-3 >encode.jsonl
  # Content that changes with seq_count the same has a note.
  vmclockctl diff --json "$tai" "$(patched "$tai" 0x10 07)" >diff.jsonl || true
  {
    vmclockctl verify --json --only 'tai.*' --expect tai.sign=fail \
      "$tai" "$FIXTURES/recordings/tai-step.jsonl"
    vmclockctl verify --json --only driver.node "$tai"
    vmclockctl verify --json --only 'series.marker-unique' --restores \
      --before "$tai" "$tai" "$REAL/host-tai-50ppm.bin"
  } >verify.jsonl || true
  vmclockctl explain --json series.nested >explain.jsonl
  vmclockctl compare --json sim:steady >compare.jsonl
  vmclockctl doctor --json --root "$HOST" >doctor.jsonl || true
  vmclockctl dump --format json --live --root "$HOST" >dump.jsonl
  vmclockctl simulate steady --json --record story >simulate.jsonl
  {
    vmclockctl watch --json "$FIXTURES/recordings/live-migration.jsonl"
    vmclockctl watch --json "$FIXTURES/rules/series.nested.jsonl"
  } 2>watch.err >watch.jsonl
  vmclockctl report --json "$FIXTURES"/recordings/{live-migration,unnested,utc}.jsonl \
    "$FIXTURES/rules/series.nested.jsonl" >report.jsonl
  vmclockctl record -n 1 sim:steady >record.jsonl
  jq -c 'select(.type == "start" or .type == "unsettled")' \
    "$FIXTURES/recordings/odd-window.jsonl" >>record.jsonl
  # Of each list the first and the last item, with values where there are any.
  vmclockctl list commands --json |
    jq -r '.items[] | select(.name == "list").words[]' >lists
  while read -r what; do
    vmclockctl list --json "$what" |
      jq -c '.items |= (map(select(.values != [])) | .[:1] + .[-1:])'
  done <lists >list.jsonl
  vmclockctl --version --json >version.jsonl
  vmclockctl show --json none 2>failure.err >failure.jsonl || true
}

setup_file() {
  local BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  "$VMCLOCKCTL_SOURCE_ROOT/scripts/make-schemas" --closed \
    -d "$BATS_FILE_TMPDIR/closed" "$VMCLOCKCTL"
  mkdir "$BATS_FILE_TMPDIR/samples"
  mkdir "$BATS_FILE_TMPDIR/checker"
  mkfifo "$BATS_FILE_TMPDIR/checker/questions" "$BATS_FILE_TMPDIR/checker/answers"
  "$VMCLOCKCTL_SOURCE_ROOT/tests/check-schema" --serve \
    "$BATS_FILE_TMPDIR/checker" 3>&- &
  CHECKER=$!
  export CHECKER
  cd "$BATS_FILE_TMPDIR/samples" || return
  make_samples
}

teardown_file() {
  kill "$CHECKER"
}

setup() {
  CLOSED=$BATS_FILE_TMPDIR/closed
  SAMPLES=$BATS_FILE_TMPDIR/samples
  cd "$BATS_TEST_TMPDIR" || return
}

# check_schema SCHEMA... <DOCUMENTS: as tests/check-schema, by the one that runs.
check_schema() {
  local IFS=$'\t' status=gone at=$BATS_FILE_TMPDIR/checker
  cat >"$at/documents"
  : >"$at/faults"
  if kill -0 "$CHECKER"; then
    printf '%s\n' "$*" >"$at/questions"
    read -rt 600 status <"$at/answers" || status=gone
  fi
  cat "$at/faults" >&2
  [[ $status == 0 ]]
}

# fits NAME: what is on stdin is valid by both schemas of that name. What the same
# tests have shown before is only asked for.
fits() {
  if [[ ${VMCLOCKCTL_AGAIN-} ]]; then
    assert [ "$(cat)" ]
    return
  fi
  check_schema "$CLOSED/$1.json" "$PUBLISHED/$1.json"
}

# valid NAME COMMAND...: what the command prints is valid, whatever its status,
# which is checked in the end, of all documents at once
valid() {
  local name=$1
  shift
  # As expect does, `run` would take half of the time.
  output=$(vmclockctl "$@" 2>/dev/null) || true
  assert [ "$output" ]
  printf '%s\n' "$output" >>"$name.documents"
  jq -c . <<<"$output" | sed "c $*" >>"$name.commands"
}

teardown() {
  local file name status=0
  for file in "$BATS_TEST_TMPDIR"/*.documents; do
    [[ -e $file ]] || continue
    name=${file%.documents}
    fits "$(basename "$name")" <"$file" 2>faults && continue
    status=1
    cat faults
    sed 's/.*: document \([0-9]*\): .*/\1p/' faults |
      sed -n -f - "$name.commands" | sort -u
  done
  return "$status"
}

@test "docs/schema is what scripts/make-schemas writes" {
  local made=$BATS_TEST_TMPDIR/made file
  "$VMCLOCKCTL_SOURCE_ROOT/scripts/make-schemas" -d "$made" "$VMCLOCKCTL"
  # JUnit's is no JSON and not ours.
  while read -r file; do
    diff -u "$PUBLISHED/$file" "$made/$file" ||
      fail "docs/schema/$file is not what it writes: run scripts/make-schemas"
  done < <(find "$made" "$PUBLISHED" -name '*.json' -printf '%f\n' | sort -u)
}

@test "published schemas let a later version add to a document" {
  once
  for file in "$PUBLISHED"/*.json; do
    run -0 jq -e '[.. | objects |
      select(.additionalProperties == false or has("enum"))] == [] and
      (.description | contains("Later versions may add"))' "$file"
  done
}

@test "every schema has samples, and all of them are valid" {
  for file in "$PUBLISHED"/*.json; do
    name=$(basename "$file" .json)
    fits "$name" <"$SAMPLES/$name.jsonl"
  done
}

@test "documents of show are valid for pages of every kind" {
  for file in "$REAL"/*.bin "$FIXTURES"/rules/clean*.hex \
    "$FIXTURES"/rules/header.layout*.hex "$FIXTURES"/rules/period*.hex; do
    valid show show --json "$file"
    valid show show --json --counter 18446744073709551615 "$file"
  done
  valid show --json sim:steady
  valid show show --format json sim:disruption-only
  valid show show --json --at 2 "$FIXTURES/recordings/steady.jsonl"
  valid show show --json - <"$REAL/qemu-10.0.2-boot.bin"
}

@test "documents of verify are valid for all fixtures" {
  valid verify verify --json "$REAL"/*.bin "$FIXTURES"/rules/*.hex \
    "$FIXTURES"/rules/*.jsonl
  valid verify verify --json --expect tai.sign=fail "$FIXTURES"/rules/tai.*
  valid verify verify --json --duration 50ms sim:steady
}

@test "documents of list, explain, diff and encode are valid" {
  while read -r what; do
    valid list list --json "$what"
  done < <(vmclockctl list commands --json |
    jq -r '.items[] | select(.name == "list").words[]')
  while read -r rule; do
    valid explain explain --json "$rule"
  done < <(vmclockctl list rules --json | jq -r '.items[].id')
  valid diff diff --json "$REAL/host-tai-synchronized.bin" \
    "$REAL/host-tai-50ppm.bin"
  valid diff diff --json "$FIXTURES/rules/header.layout-rfc-3.hex" \
    "$FIXTURES/rules/clean-tai.hex"
  valid diff diff --json --at 1,3 "$FIXTURES/recordings/live-migration.jsonl"
  valid encode encode --json seq_count=4
  valid encode encode --json --layout rfc-3
  valid encode encode --json "$REAL/host-tai-synchronized.bin" time_type=utc
}

@test "a negative leap second of RFC v3 is valid" {
  valid encode encode --json --layout rfc-3 leapsecond_direction=negative
  assert_json '.raw.leapsecond_direction == -1'
}

@test "error documents are valid" {
  valid failure show --json "$BATS_TEST_TMPDIR/none"
  valid failure verify --json "$BATS_TEST_TMPDIR/none"
  valid failure verify --json --only nothing
  valid failure list --json
  valid failure explain --json nothing
}

# fails FILTER COMMAND...: it does, with a document of which the filter is true
fails() {
  local filter=$1
  shift
  valid failure "$@"
  assert_json "$filter"
}

@test "every command has error documents of the same schema, whatever the error" {
  local command arguments count=0
  echo '{"schema": "vmclockctl/show"' >cut.json
  echo hello >text
  while read -r command arguments; do
    fails ".schema == \"vmclockctl/$command\" and .error.code == \"usage\" and
      (has(\"source\") | not)" "$command" --json --no-such-option
    fails '.error.code == "usage"' "$command" --json a --color never --seed
    [[ $arguments == *SOURCE* ]] || continue
    count=$((count + 1))
    fails '.error | .code == "cannot-open" and .errno == 2' \
      "$command" --json none
    fails '.error.errno == null' "$command" --json cut.json
  done < <(vmclockctl list commands --json |
    jq -r '.items[] | "\(.name) \(.arguments)"')
  assert [ "$count" -gt 5 ]
  fails '.schema == "vmclockctl/show" and .error.code == "no-device"' \
    --json --root none
  fails '.error.code == "usage"' --json no-such-command
  fails '.error.code == "not-a-page" and .source.path == "text"' \
    show --json text
  fails '.error.code == "cannot-open"' \
    diff --json "$REAL/host-tai-50ppm.bin" none
  fails '.error.code == "damaged"' show --json cut.json
  fails '.error.code == "usage"' show --json --at 9999 \
    "$FIXTURES/recordings/steady.jsonl"
  fails '.error.code == "no-clock"' compare --json sim:disruption-only
}

@test "the document of --version is valid" {
  valid version --version --json
}

@test "documents of simulate are valid" {
  valid simulate simulate steady --json --record "$BATS_TEST_TMPDIR/steady"
  valid simulate simulate steady --json --duration 10ms \
    --publish "$BATS_TEST_TMPDIR/page"
}

@test "recordings and the lines of watch are valid" {
  for scenario in steady live-migration leap-positive odd-window holdover; do
    vmclockctl simulate "$scenario" \
      --record "$BATS_TEST_TMPDIR/$scenario" >/dev/null
    fits record <"$BATS_TEST_TMPDIR/$scenario"
    valid watch watch --all --json "$BATS_TEST_TMPDIR/$scenario"
  done
  valid record record -n 2 --duration 3s sim:steady
  valid record record --json --all -n 2 --duration 3s sim:disruption-only
  valid watch watch --all -n 1 --timeout 3s --json sim:steady
  valid watch watch --timeout 1ms --json sim:utc
  valid watch watch --until status=synchronized --json \
    "$FIXTURES/recordings/startup.jsonl"
}

@test "documents of compare and doctor and bug reports are valid" {
  load hosts
  valid compare compare --json sim:steady
  valid compare compare --json --count 2 --interval 1ms --max-offset 1s sim:utc
  valid failure compare --json sim:disruption-only
  valid doctor doctor --json
  for name in ec2 firecracker qemu metal container arm64 arm64-64k; do
    host "$name"
    valid doctor doctor --json --root "$HOST"
  done
  valid dump dump --format json --live --root "$BATS_TEST_TMPDIR/ec2"
  valid dump dump --format json sim:steady
  valid dump dump --format json --redact sim:disruption-only
  for file in "$REAL"/*.bin; do
    valid dump dump --format json "$file"
  done
}

# without_format NAME PATH COMMAND...: a document whose source lacks its format
# is not valid.
without_format() {
  local name=$1 path=$2 document schema
  shift 2
  document=$("$VMCLOCKCTL" "$@" 2>/dev/null | jq -c . | head -n 1)
  fits "$name" <<<"$document"
  for schema in "$CLOSED" "$PUBLISHED"; do
    run -1 check_schema "$schema/$name.json" \
      < <(jq -c "del($path.format)" <<<"$document")
    assert_output --regexp ": document 1: ${path#.}: 'format' is a required"
  done
}

@test "a source without its format is not valid in any document" {
  once
  local page=$REAL/host-tai-synchronized.bin
  without_format show .source show --json "$page"
  without_format dump .source dump --format json "$page"
  without_format diff .b diff --json "$page" "$page"
  without_format verify .source verify --json "$page"
  without_format compare .source compare --json sim:steady
  without_format record .source record -n 1 sim:steady
  without_format watch .source watch --json "$FIXTURES/recordings/steady.jsonl"
}

# refused SCHEMA FILE: those documents of the file that are not valid, by their
# numbers
refused() {
  check_schema "$1" <"$2" 2>refused || true
  sed -n 's/.*: document \([0-9]*\): .*/\1/p' refused
}

@test "an unknown member fails only the closed schemas" {
  once
  local file name all
  for file in "$SAMPLES"/*.jsonl; do
    name=$(basename "$file" .jsonl)
    # In each object of the document in turn; some have names as members.
    jq -c 'path(.. | objects) as $p |
      select($p[-1:][0] | IN("counts", "helps", "violations", "events", "status") | not) |
      setpath($p + ["later"]; true)' "$file" >later
    all=$(seq "$(wc -l <later)")
    assert_equal "$(refused "$CLOSED/$name.json" later)" "$all"
    assert_equal "$(grep -c "'later' was unexpected" refused)" \
      "$(wc -l <<<"$all")"
    run -0 check_schema "$PUBLISHED/$name.json" <later
  done
}

@test "a value of the wrong type fails both schemas, and its member is named" {
  once
  local file name schema
  for file in "$SAMPLES"/*.jsonl; do
    name=$(basename "$file" .jsonl)
    # Each value of the document in turn.
    jq -c 'path(.. | scalars) as $p | setpath($p; {"x": []})' "$file" >other
    for schema in "$CLOSED" "$PUBLISHED"; do
      assert_equal "$(refused "$schema/$name.json" other)" \
        "$(seq "$(wc -l <other)")"
    done
  done
  jq -c '.raw.size = "4096"' "$SAMPLES/show.jsonl" | head -n 1 >other
  run -1 check_schema "$CLOSED/show.json" "$PUBLISHED/show.json" <other
  assert_line --regexp "closed/show.json: document 1: raw.size: '4096' is not"
  assert_line --regexp "schema/show.json: document 1: raw.size: '4096' is not"
}

@test "every member is required except those that may be absent" {
  once
  local file name
  for file in "$SAMPLES"/*.jsonl; do
    name=$(basename "$file" .jsonl)
    jq -c 'path(..) as $p | select($p[-1:][0] | type == "string") |
      {p: $p, d: delpaths([$p])}' "$file" >pairs
    jq -c .d pairs >fewer
    refused "$CLOSED/$name.json" fewer | sort >refused-numbers
    jq -r '[.p[] | if type == "number" then "N" else . end] | join(".")' pairs |
      nl -w1 -s' ' | sort | join -v1 - refused-numbers | cut -d' ' -f2- |
      sed "s/^/$name /" | sort -u
  done >optional
  diff - optional <<'END'
failure source
record realtime_window_ns
record summary
record summary.status.synchronized
report reports.N.events.N.message
report reports.N.events.N.rule
report reports.N.events.N.snapshot
report reports.N.summary.events.calibration
report reports.N.summary.events.disruption
report reports.N.summary.status.synchronized
report reports.N.verdicts.results.N.snapshot
show source.n
verify before
verify results.N.expected_status
verify results.N.path
verify results.N.snapshot
watch counts.disruption
watch counts.violation
watch message
watch rule
watch snapshot
watch summary.events.calibration
watch summary.events.disruption
watch summary.status.synchronized
watch violations.series.nested
END
}

@test "an unknown word fails only the closed schemas" {
  once
  jq -c '.source.kind = "later", .layout = "vmclock-2",
    .decoded.flags += ["later"], .decoded.clock_status = "later",
    .time_reason = "later"' "$SAMPLES/show.jsonl" >words
  assert_equal "$(refused "$CLOSED/show.json" words | wc -l)" \
    "$(wc -l <words)"
  run -0 check_schema "$PUBLISHED/show.json" <words
  # So does a line of a type that is not known.
  for name in watch record; do
    echo '{"type": "later", "n": 1}' >words
    run -1 check_schema "$CLOSED/$name.json" <words
    assert_output --partial ": type: 'later' is not one of"
    run -0 check_schema "$PUBLISHED/$name.json" <words
    # Without a type it is no line.
    echo '{"n": 1}' >words
    run -1 check_schema "$PUBLISHED/$name.json" <words
  done
}
