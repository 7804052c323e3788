#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Every JSON document against its schema in docs/schema.

load helper

check_schema() {
  "$VMCLOCKCTL_SOURCE_ROOT/tests/check-schema" "$1"
}

# valid NAME COMMAND...: what the command prints is valid, whatever its status
valid() {
  local name=$1
  shift
  run --separate-stderr vmclockctl "$@"
  check_schema "$name" <<<"$output"
}

@test "show, of pages of every kind" {
  for file in "$REAL"/*.bin "$FIXTURES"/rules/clean*.hex \
    "$FIXTURES"/rules/header.layout*.hex "$FIXTURES"/rules/period*.hex; do
    valid show show --json "$file"
    valid show show --json --counter 18446744073709551615 "$file"
  done
}

@test "verify, of all fixtures" {
  valid verify verify --json "$REAL"/*.bin "$FIXTURES"/rules/*.hex \
    "$FIXTURES"/rules/*.jsonl
  valid verify verify --json --expect tai.sign=fail "$FIXTURES"/rules/tai.*
}

@test "list, explain, diff and encode" {
  while read -r what; do
    valid list list --json "$what"
  done < <(vmclockctl list commands --json |
    jq -r '.items[] | select(.name == "list").words[]')
  valid explain explain --json series.nested
  valid diff diff --json "$REAL/host-tai-synchronized.bin" \
    "$REAL/host-tai-50ppm.bin"
  valid diff diff --json "$FIXTURES/rules/header.layout-rfc-3.hex" \
    "$FIXTURES/rules/clean-tai.hex"
  valid encode encode --json seq_count=4
  valid encode encode --json --layout rfc-3
}

@test "failures" {
  valid failure show --json "$BATS_TEST_TMPDIR/none"
  valid failure verify --json "$BATS_TEST_TMPDIR/none"
  valid failure verify --json --only nothing
  valid failure list --json
  valid failure explain --json nothing
}

@test "simulate" {
  valid simulate simulate steady --json --record "$BATS_TEST_TMPDIR/steady"
  valid simulate simulate steady --json --duration 10ms \
    --publish "$BATS_TEST_TMPDIR/page"
}

@test "recordings and what watch tells of them" {
  for scenario in steady live-migration leap-positive odd-window holdover; do
    vmclockctl simulate "$scenario" \
      --record "$BATS_TEST_TMPDIR/$scenario" >/dev/null
    check_schema record <"$BATS_TEST_TMPDIR/$scenario"
    valid watch watch --all --json "$BATS_TEST_TMPDIR/$scenario"
  done
  valid record record -n 2 --duration 3s sim:steady
}

@test "compare, doctor and the bug report" {
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
  local name=$1 path=$2 document
  shift 2
  document=$("$VMCLOCKCTL" "$@" 2>/dev/null | head -n 1)
  check_schema "$name" <<<"$document"
  run -1 check_schema "$name" < <(jq -c "del($path.format)" <<<"$document")
}

@test "a source has its format in every document" {
  local page=$REAL/host-tai-synchronized.bin
  without_format show .source show --json "$page"
  without_format dump .source dump --format json "$page"
  without_format diff .b diff --json "$page" "$page"
  without_format verify .source verify --json "$page"
  without_format compare .source compare --json sim:steady
  without_format record .source record -n 1 sim:steady
  without_format watch .source watch --json "$FIXTURES/recordings/steady.jsonl"
}
