#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# What watch and record say at their end.
#
# shellcheck disable=SC2154,SC2016 # live.bash sets; jq's

load helper
load live

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "watch ends with the span, the shares of the states and the worst bound" {
  expect 0 watch "$FIXTURES/recordings/holdover.jsonl"
  assert_equal "$(tail -n 3 <<<"$stderr")" \
    "9 snapshots in 8.00078 s, 0 updates missed
status synchronized 25 %, freerunning 62.5 %, unreliable 12.4 %; worst bound +/- 320.142 us
2 events: status 2"
  expect 0 watch --json "$FIXTURES/recordings/holdover.jsonl"
  output=${lines[-1]}
  # The bound is that of show at the last reading under the page.
  assert_json '.until == null and .summary == {snapshots: 9, unsettled: 0,
    missed: 0, begin: "2026-01-01T00:00:00.000001000Z",
    end: "2026-01-01T00:00:08.000778797Z", span_ns: 8000777797,
    events: {status: 2, calibration: 6}, worst_maxerror_ns: 320142,
    status: {synchronized: {snapshots: 2, time_ns: 2000354949},
      freerunning: {snapshots: 5, time_ns: 5000618511},
      unreliable: {snapshots: 2, time_ns: 999804337}}}'
}

@test "the worst bound is what show says at the last reading under a page" {
  local file=$FIXTURES/recordings/steady.jsonl worst=0 n last bound
  for n in 1 2 3 4 5; do
    last=$(jq -r --argjson n "$((n + 1))" 'select(.n == $n) | .counter_last' "$file")
    bound=$(vmclockctl show --json --at "$n" --counter "$last" "$file" |
      jq .time.maxerror_ns)
    ((bound > worst)) && worst=$bound
  done
  head -n 6 "$file" >"$BATS_TEST_TMPDIR/five.jsonl"
  expect 0 watch --json "$BATS_TEST_TMPDIR/five.jsonl"
  ((worst > 0))
  # Cut off, the fifth page has no later reading than its own.
  output=${lines[-1]}
  assert_json ".complete == false and .summary.snapshots == 5 and
    .summary.worst_maxerror_ns <= $worst"
  expect 0 watch "$BATS_TEST_TMPDIR/five.jsonl"
  assert_stderr --partial "; the recording was cut off"
}

@test "watch says whether --until was met at once, came or timed out" {
  local file=$FIXTURES/recordings/startup.jsonl
  expect 0 watch --until status=unknown "$file"
  assert_stderr --partial "--until status=unknown: met at once, by the first page"
  expect 0 watch --until status=synchronized "$file"
  assert_stderr --partial "--until status=synchronized: it came"
  expect 1 watch --until fork "$file"
  assert_stderr --partial "--until fork: it did not come before the watch ended"
  expect 1 watch --until fork --timeout 300ms sim:steady
  assert_stderr --partial "--until fork: timed out, it did not come"
  expect 0 watch "$file"
  refute [ "$stderr" != "${stderr/--until/}" ]
  local word
  for word in at-once:status=unknown came:status=synchronized not:fork; do
    vmclockctl watch --json --until "${word#*:}" "$file" 2>err |
      tail -n 1 | jq -r .until >until || true
    assert_equal "$(<until)" "${word%%:*}"
  done
}

@test "record ends with a summary, which its end line has too" {
  expect 0 record sim:live-migration -n 2 -o "$BATS_TEST_TMPDIR/r.jsonl"
  assert_stderr --regexp '^2 snapshots in [0-9.]+ m?s, 0 updates missed, calibration 1
status synchronized 100 %; worst bound \+/- [0-9.]+ us$'
  run jq -c 'select(.type == "end") | .summary |
    [.snapshots, .events.calibration, .status.synchronized.snapshots]' \
    "$BATS_TEST_TMPDIR/r.jsonl"
  assert_output "[2,1,2]"
  expect 0 verify --only series.nested "$BATS_TEST_TMPDIR/r.jsonl"
  assert_stderr ""
}

@test "a snapshot has how long reading the clocks took, and readers need not" {
  expect 0 record sim:steady -n 1
  run jq -r 'select(.type == "snapshot") | .realtime_window_ns |
    type == "number" and . > 0 and . < 100000000' <<<"$output"
  assert_output true
  # A recording in virtual time, as one of an earlier version, lacks it.
  refute grep realtime_window_ns "$FIXTURES/recordings/steady.jsonl"
  expect 0 verify "$FIXTURES/recordings/steady.jsonl"
  make_recording bad disruption_marker=1
  sed -i 's/"missed":/"realtime_window_ns":-1,"missed":/' "$recording"
  expect 3 watch "$recording"
  assert_stderr --partial "line 2: realtime_window_ns: out of range"
}

# on_terminal ARGUMENT...: its standard error, which is a terminal.
on_terminal() {
  TERM=xterm timeout 60 script -qec "$(printf '%q ' "$VMCLOCKCTL" "$@")" \
    "$BATS_TEST_TMPDIR/typed" >"$BATS_TEST_TMPDIR/screen"
}

@test "progress is shown on a terminal, erased at the end, and never in a log" {
  cd "$BATS_TEST_TMPDIR"
  on_terminal record sim:steady --duration 1500ms -o r.jsonl
  run cat -v screen
  assert_output --partial '^M^[[Krecording: '
  # What comes last on that line is that it is erased.
  assert_output --regexp '\^M\^\[\[K[0-9]+ snapshots? in [^^]*\^M'
  expect 0 record sim:steady --duration 1500ms -o s.jsonl
  assert_equal "${stderr/recording/}" "$stderr"
  on_terminal verify --duration 1500ms -q sim:steady
  refute grep . screen
  on_terminal verify --duration 1500ms sim:steady
  grep -q '1 of 1 s, page' screen
}

@test "record --redact takes the machine out, and the verdict stays" {
  cd "$BATS_TEST_TMPDIR"
  # It has a marker and, at its end, bytes of no field.
  live_page "$REAL/host-tai-synchronized.bin"
  expect 0 record --live "$page" --redact -n 1 -o r.jsonl
  run jq -r 'select(.type == "start") | [.redacted, .source.path] | join(" ")' r.jsonl
  assert_output "true PAGE"
  refute grep -qF "$BATS_TEST_TMPDIR" r.jsonl
  run jq -r 'select(.n == 1) | .monotonic_raw.sec, .monotonic_raw.nsec' r.jsonl
  assert_output "0
0"
  assert_equal "$(vmclockctl show -F time_sec r.jsonl)" "$(vmclockctl show -F time_sec "$page")"
  refute [ "$(vmclockctl show -F counter_value r.jsonl)" = \
    "$(vmclockctl show -F counter_value "$page")" ]
  # By a key, equal markers are equal, and the times go on across a new one.
  head -c 32 /dev/urandom >key
  expect 0 record --redact-key key sim:live-migration --duration 5s -o k.jsonl
  expect 0 watch --json k.jsonl
  run jq -c 'select(.event == "disruption") | .time_step_ns' <<<"$output"
  assert_output -- -24996000
  expect 0 verify k.jsonl
}
