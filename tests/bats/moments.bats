#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Moments of a recording: --at by number, event and time.
#
# shellcheck disable=SC2154,SC2016,SC2030,SC2031 # live.bash sets; jq's; tests

load helper
load live

# The number of the snapshot that show takes at MOMENT.
taken_at() {
  vmclockctl show --json --at "$1" "$recording" 2>"$BATS_TEST_TMPDIR/err" |
    jq .source.n
}

@test "--at event:N takes the snapshot that watch prints with its event N" {
  local snapshot n file
  for file in live-migration leap-positive marker-silent backward snapshot-restore \
    tai-step steady; do
    recording=$FIXTURES/recordings/$file.jsonl
    n=0
    for snapshot in $(vmclockctl watch --json "$recording" 2>/dev/null |
      jq 'select(.type == "event") | .snapshot'); do
      n=$((n + 1))
      assert_equal "$file $n: $(taken_at "event:$n")" "$file $n: $snapshot"
    done
    expect 2 show --at "event:$((n + 1))" "$recording"
    assert_stderr --partial "--at event:$((n + 1)): $recording has $n event"
    assert_stderr --partial "hint: watch lists them"
  done
}

@test "--at TIME takes the page that stood then" {
  # Snapshots 1 to 3 at 11:02.000500, .001000 and .001500 s.
  make_recording times disruption_marker=1 -- disruption_marker=2 -- \
    disruption_marker=3
  assert_equal "$(jq -r 'select(.n == 1).realtime.nsec' "$recording")" 500000
  assert_equal "$(taken_at 2026-11-21T00:11:02.0005Z)" 1
  assert_equal "$(taken_at 2026-11-21T00:11:02.000999999Z)" 1
  assert_equal "$(taken_at 2026-11-21T01:11:02.001+01:00)" 2
  assert_equal "$(taken_at +0s)" 1
  assert_equal "$(taken_at +0.5ms)" 2
  assert_equal "$(taken_at +999us)" 2
  assert_equal "$(taken_at +1ms)" 3
  assert_equal "$(<"$BATS_TEST_TMPDIR/err")" ""
  assert_equal "$(taken_at +1h)" 3
  assert_equal "$(<"$BATS_TEST_TMPDIR/err")" \
    "vmclockctl: $recording: note: snapshot 3 is its last, and from before +1h"
  expect 2 show --at 2026-11-21T00:11:02Z "$recording"
  assert_stderr --partial "$recording has no page by then"
  sed -E 's/"(realtime|monotonic_raw)":\{[^}]*\}/"\1":null/g' "$recording" \
    >"$BATS_TEST_TMPDIR/timeless.jsonl"
  expect 2 show --at +1s "$BATS_TEST_TMPDIR/timeless.jsonl"
  assert_stderr --partial "has no times of clocks"
}

@test "diff takes two moments of one kind, in either order, from a pipe too" {
  make_recording pair disruption_marker=1 -- disruption_marker=2 -- \
    disruption_marker=3 -- disruption_marker=3 clock_status=freerunning
  expect 1 diff --json --at event:3,event:1 - <"$recording"
  assert_json '[.a.n, .b.n] == [4, 2]'
  expect 1 diff --json --at +0ms,+0.6ms - <"$recording"
  assert_json '[.a.n, .b.n] == [1, 2]'
  expect 0 diff --json --at +0.6ms,+0.7ms - <"$recording"
  assert_json '[.a.n, .b.n] == [2, 2]'
  expect 2 diff --at 1,event:1 "$recording"
  assert_stderr --partial "of one recording, two moments of one kind"
  expect 1 diff --json --at 1,event:2 "$recording" "$recording"
  assert_json '[.a.n, .b.n] == [1, 3]'
}

@test "what is no moment is refused with those that are" {
  make_recording wrong disruption_marker=1
  local moment
  for moment in soon event: event:x event:0 +5 2026-11-21 2026-02-30T00:00:00Z; do
    expect 2 show --at "$moment" "$recording"
    assert_stderr --partial "--at $moment: "
    assert_stderr --partial "hint: a snapshot's number, event:N, a time such as"
  done
}
