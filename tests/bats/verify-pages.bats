#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# verify --series and --restores: several dumps of one device, and one verdict.

# shellcheck disable=SC2016 # variables of jq, code of Markdown

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  BOOT=$REAL/qemu-11.1.3-boot.bin
  LOAD1=$REAL/qemu-11.1.3-after-loadvm1.bin
  LOAD2=$REAL/qemu-11.1.3-after-loadvm2.bin
}

# failed: the ids of what failed in $output, a document
failed() {
  jq -r '[.results[] | select(.status == "fail").id] | join(" ")' <<<"$output"
}

# page FILE FIELD=VALUE...: a page with a clock and no generation, changed
page() {
  vmclockctl encode --from "$FIXTURES/rules/clean-tai.hex" \
    flags=0x79 "${@:2}" -o "$1"
}

@test "--restores finds a snapshot that was restored twice, and names both pages" {
  expect 1 verify --restores --before "$BOOT" "$LOAD1" "$LOAD2"
  assert_line --index 0 "FAIL series.marker-unique: disruption_marker never returns to a value"
  assert_line --index 1 "  page      $LOAD2"
  assert_output --partial "the same value as in"
  assert_line --index -1 "$LOAD1, $LOAD2: not conformant"
  expect 1 verify --json --restores --before "$BOOT" "$LOAD1" "$LOAD2"
  assert_equal "$(failed)" series.marker-unique
  assert_json '(has("source") | not) and .together == "restores" and
    [.sources[].path] == [$a, $b] and .before.path == $c' \
    --arg a "$LOAD1" --arg b "$LOAD2" --arg c "$BOOT"
  assert_json '.results[] | select(.id == "series.marker-unique") |
    .path == $b and .snapshot == 2' --arg b "$LOAD2"
  # In their order the same pages are those of a device that was left alone.
  expect 0 verify --series "$BOOT" "$LOAD1" "$LOAD2"
  assert_line --index -1 "$BOOT, $LOAD1, $LOAD2: conformant"
}

@test "--restores wants other values than before, also of one page, and of generations" {
  page a disruption_marker=1 flags=0x179 vm_generation_counter=0x51
  page b disruption_marker=2 flags=0x179 vm_generation_counter=0x52
  page c disruption_marker=3 flags=0x179 vm_generation_counter=0x51
  page d disruption_marker=1
  expect 0 verify --restores a b
  expect 0 verify --json --restores --before a b
  assert_equal "$(failed)" ""
  expect 1 verify --json --restores --before a d
  assert_equal "$(failed)" series.marker-unique
  expect 1 verify --json --restores a b c
  assert_equal "$(failed)" series.generation-unique
  assert_json '.results[] | select(.id == "series.generation-unique") |
    .path == "c" and (.message | test("as in a:"))'
  # Any order: neither is the later one.
  expect 1 verify --json --restores c b a
  assert_equal "$(failed)" series.generation-unique
  # The page before is no restored page: what is wrong with it does not count.
  page e disruption_marker=7 clock_status=9
  expect 0 verify --restores --before e a b
  expect 1 verify --json --restores a e
  assert_equal "$(failed)" status.known
}

@test "--series judges each page, and what happens between them" {
  page a seq_count=2 clock_status=synchronized
  page b seq_count=2 clock_status=freerunning
  page c seq_count=4 clock_status=9
  expect 1 verify --json --series a b
  assert_equal "$(failed)" series.seq-step
  assert_json '.results[] | select(.id == "series.seq-step").path == "b"'
  expect 1 verify --json --series a c b
  assert_equal "$(failed)" "status.known series.seq-step"
  assert_json '.results[] | select(.id == "status.known").path == "c"'
  expect 0 verify --series --skip status.known --skip series.seq-step a c b
  expect 0 verify --json --series a b --only series.monotonic --only seq.even
  assert_json '.results[] | select(.id == "series.monotonic") |
    .status == "skip" or .status == "not-applicable"'
}

@test "a recording, a live page or a lone page is a mistake of the command line" {
  local option
  vmclockctl simulate steady --record s.jsonl --duration 3s 2>/dev/null
  page a seq_count=2
  for option in --series --restores; do
    expect 2 verify "$option" a s.jsonl
    refute_output
    assert_stderr --partial "vmclockctl: $option: s.jsonl is a recording"
    expect 2 verify "$option" sim:steady a
    assert_stderr --partial "vmclockctl: $option: sim:steady is a live page"
    expect 2 verify "$option" a
    expect 2 verify "$option"
    expect 2 verify "$option" --live a a
    expect 2 verify "$option" --samples 3 a a
    expect 2 verify "$option" - -
  done
  expect 2 verify --restores --before s.jsonl a
  expect 2 verify --restores --before a
  expect 2 verify --restores --before - -
  expect 2 verify --before a a
  expect 2 verify --series --restores a a
  expect 2 verify --json --series a s.jsonl
  assert_json '.error.code == "usage"'
}

@test "a page that cannot be read leaves the others without a verdict" {
  page a seq_count=2
  expect 3 verify --series a none
  assert_line "none: not checked"
  expect 3 verify --json --series a none
  assert_equal "${#lines[@]}" 1
  assert_json '.error.code == "cannot-open" and .source.path == "none"'
  expect 3 verify --restores --before none a
  assert_stderr "vmclockctl: none: cannot open: No such file or directory"
}

@test "every format has one report on all pages, and a failure has its page" {
  local format
  page a disruption_marker=1
  page b disruption_marker=1
  for format in text tap junit github markdown json; do
    expect 1 verify --format "$format" --restores a b
    assert_output --regexp "the same value as in +a"
    assert_output --partial "series.marker-unique"
  done
  expect 1 verify --format junit --restores a b
  assert_equal "$(grep -c '<testsuite ' <<<"$output")" 1
  assert_output --partial '<testsuite name="a, b" '
  assert_output --partial 'type="fail">page: b'
  expect 1 verify --format tap --restores a b
  assert_line '  page: "b"'
  expect 1 verify --format github --restores a b
  assert_line --partial "::error file=b,title=series.marker-unique::b: "
  expect 1 verify -q --restores a b
  refute_output
  for _ in {1..5}; do page "p$RANDOM" disruption_marker=1; done
  expect 1 verify --restores p*
  assert_line --index -1 --regexp "^p[0-9]+ \.\.\. p[0-9]+ \(5 pages\): not conformant$"
}
