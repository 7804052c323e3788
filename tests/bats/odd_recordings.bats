#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Recordings whose pages or lines lack something, or hold the extreme of what
# they can hold: each command says so, or does without.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  vmclockctl simulate steady --record steady.jsonl --duration 10s 2>/dev/null
}

# changed RULE...: steady.jsonl with these changes becomes changed.jsonl.
changed() {
  "$BATS_TEST_DIRNAME/change_recording.py" "$@" <steady.jsonl >changed.jsonl
}

# csv_error N: what compare says of snapshot N.
csv_error() {
  awk -F , -v n="$1" '$1 == n { print $NF }' <<<"$output"
}

@test "compare says of each snapshot why it has no measurement" {
  changed 3@0x22=04 4@0x0a=ff 5@0x0b=07 6@0x30=0000000000000000 \
    7@counter=null 8@realtime=null 8@monotonic_raw=null \
    9@0x48=ffffffffffffffff
  expect 4 compare --format csv changed.jsonl
  assert_equal "$(csv_error 2)" ""
  assert_equal "$(csv_error 3)" '"clock_status forbids the use of the clock"'
  assert_equal "$(csv_error 4)" '"the page describes no clock"'
  assert_equal "$(csv_error 5)" '"time_type is not one that can be computed"'
  assert_equal "$(csv_error 6)" '"the period is 0"'
  assert_equal "$(csv_error 7)" '"the snapshot has no counter"'
  assert_equal "$(csv_error 8)" '"the snapshot has no CLOCK_REALTIME"'
  refute [ "$(csv_error 9)" = "" ]
  expect 4 compare --json changed.jsonl
  assert_json '.clocks[0].failed_rounds == 7 and .clocks[0].statistics.count == 3'
  expect 4 compare changed.jsonl
  assert_output --partial "clock_status: synchronized -> unreliable, in snapshot 3"
  assert_output --partial "clock_status: unreliable -> synchronized, in snapshot 4"
}

@test "compare counts pages that did not settle, and ends where it is told" {
  vmclockctl simulate odd-window --record odd.jsonl --duration 10s 2>/dev/null
  expect 4 compare --format csv odd.jsonl
  run -0 grep -c 'seq_count did not settle' <<<"$output"
  expect 0 compare --format csv --count 2 odd.jsonl
  assert_equal "${#lines[@]}" 3
  # A recording with no page has nothing to be compared.
  grep -v '"snapshot"' odd.jsonl >empty.jsonl
  expect 3 compare empty.jsonl
  assert_stderr --partial "empty.jsonl: "
}

@test "compare writes its CSV over its own, and over nothing else" {
  expect 0 compare --format csv -o out.csv steady.jsonl
  expect 0 compare --format csv --count 1 -o out.csv steady.jsonl
  assert_equal "$(wc -l <out.csv)" 2
  echo "n,times" >out.csv
  expect 4 compare --format csv -o out.csv steady.jsonl
  assert_stderr --partial "out.csv: exists and does not begin like this output"
  assert_equal "$(<out.csv)" "n,times"
}

# shellcheck disable=SC2016 # the inner shell expands it
@test "compare ends when nobody reads any more" {
  run -0 bash -c '"$VMCLOCKCTL" compare --format csv --count 1000000 \
    --interval 1ms --samples 1 sim:steady | head -n 3'
  assert_equal "${#lines[@]}" 3
}

@test "a status that is not known to this version has no name" {
  changed 3@0x22=09 4@0x22=09
  expect 4 compare changed.jsonl
  assert_output --partial "in snapshot 3"
  expect 1 verify changed.jsonl
  vmclockctl report changed.jsonl -o report.html
  xmllint --noout report.html
}

@test "pages with the extreme of each field are drawn, judged and printed" {
  local offset width
  for offset in 0x0a/1 0x0b/1 0x10/8 0x18/8 0x22/1 0x23/1 0x24/2 0x26/1 0x27/1 \
    0x28/8 0x30/8 0x38/8 0x40/8 0x48/8 0x50/8 0x58/8 0x60/8 0x68/8; do
    width=${offset#*/}
    offset=${offset%/*}
    changed "4-5@$offset=$(printf 'ff%.0s' $(seq "$width"))" \
      "7-8@$offset=$(printf '00%.0s' $(seq "$width"))" \
      "9@$offset=$(printf '00%.0s' $(seq "$((width - 1))"))80"
    for command in report verify compare watch; do
      run --separate-stderr vmclockctl "$command" --json changed.jsonl
      [[ $status == [014] ]] || fail "$command at $offset: status $status"
      [[ $command == watch ]] || jq -es 'length == 1' <<<"$output" >/dev/null ||
        fail "$command at $offset: $output"
    done
    expect 0 report -o report.html changed.jsonl
    xmllint --noout report.html
  done
}

@test "an update that was missed is an event to seek, as the rule that broke" {
  changed 4@missed=2
  expect 0 show --json --at event:1 changed.jsonl
  assert_json '.recording.snapshot == 4 or .source != null'
  vmclockctl simulate unnested --record unnested.jsonl --duration 10s 2>/dev/null
  expect 0 show --at event:1 unnested.jsonl
  expect 2 show --at event:2 unnested.jsonl
  assert_stderr --partial "event:2"
}
