#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Recordings: what record writes, and what every other command reads in them.
#
# shellcheck disable=SC2154,SC2016 # live.bash sets; other shells expand

load helper
load live

@test "a recording has a start line, contiguous snapshots and an end line" {
  live_page "$REAL/host-tai-synchronized.bin"
  record_in_background
  live_set disruption_marker=7
  wait_for_lines "$recording" 3
  live_set clock_status=freerunning
  wait_for_lines "$recording" 4
  stop_background
  run jq -s -c 'map(.type), map(.n // empty)' "$recording"
  assert_line -n 0 '["start","snapshot","snapshot","snapshot","end"]'
  assert_line -n 1 '[1,2,3]'
  output=$(head -n 1 "$recording")
  assert_json '.schema == "vmclockctl/record" and .schema_version == 1 and
    .tool.name == "vmclockctl" and .source.kind == "live" and
    (.machine | has("kernel") and has("architecture") and has("clocksource"))
    and .wake == "interval" and .interval_ns == 10000000'
  run jq -s 'map(select(.type == "snapshot")) |
    all(.[]; (.page | keys) == ["hex", "length"] and
      (.counter | type) == "string" and (.realtime.sec | type) == "string" and
      (.realtime.nsec | type) == "number" and
      (.monotonic_raw.sec | type) == "string" and .wake == "interval" and
      .missed == 0)' \
    "$recording"
  assert_output true
  # The readings are in order: each page's first, its last, the next one's.
  run jq -s 'map(select(.type != "start") |
      .counter_last, .counter | values | tonumber) | . == sort and length == 6' \
    "$recording"
  assert_output true
}

@test "the source in the start line is the same as in every document" {
  live_page "$REAL/host-tai-synchronized.bin"
  expect 0 record --live "$page" -n 1
  output=${lines[0]}
  assert_json '.source == {kind: "live", format: "raw", path: $page}' \
    --arg page "$page"
}

@test "a change of only seq_count makes a line with --all and none without" {
  live_page "$REAL/host-tai-synchronized.bin"
  record_in_background
  live_set
  sleep 0.2
  live_set clock_status=freerunning
  wait_for_lines "$recording" 3
  stop_background
  assert_equal "$(jq -s 'length' "$recording")" 4
  # The update in between was seen, so none was missed.
  assert_equal "$(jq -s '.[2].missed' "$recording")" 0
  record_in_background --all
  live_set
  wait_for_lines "$recording" 3
  stop_background
  assert_equal "$(jq -s 'length' "$recording")" 4
}

@test "updates that were not seen are counted" {
  live_page "$REAL/host-tai-synchronized.bin"
  record_in_background
  live_write seq_count=$((seq + 10)) disruption_marker=2
  wait_for_lines "$recording" 3
  stop_background
  assert_equal "$(jq -s '.[2].missed' "$recording")" 4
}

@test "a seq_count that stays odd makes one line, and recording goes on" {
  live_page "$REAL/host-tai-synchronized.bin"
  record_in_background
  live_write seq_count=$((seq + 1))
  wait_for_lines "$recording" 3
  sleep 0.4
  live_write seq_count=$((seq + 2)) disruption_marker=2
  wait_for_lines "$recording" 4
  stop_background
  output=$(jq -s -c 'map([.type, .n, .seq_count])' "$recording")
  assert_output "[[\"start\",null,null],[\"snapshot\",1,null],\
[\"unsettled\",2,$((seq + 1))],[\"snapshot\",3,null],[\"end\",null,null]]"
  run jq -s '.[2].unsettled_ns >= 100000000 and
    .[3].unsettled_ns > .[2].unsettled_ns' "$recording"
  assert_output true
  expect 0 show -F disruption_marker "$recording"
  expect 4 show --at 2 "$recording"
  assert_stderr "vmclockctl: $recording: snapshot 2: seq_count $((seq + 1)) did not settle, no page"
}

@test "-n, --duration, SIGINT and SIGTERM end a recording with its end line" {
  live_page "$REAL/host-tai-synchronized.bin"
  expect 0 record --live "$page" -n 1
  assert_equal "$(jq -s -c 'map(.type)' <<<"$output")" \
    '["start","snapshot","end"]'
  expect 0 record --live "$page" --duration 50ms
  assert_equal "$(jq -s -c 'map(.type)' <<<"$output")" \
    '["start","snapshot","end"]'
  for signal in INT TERM; do
    record_in_background
    stop_background "$signal"
    assert_equal "$(tail -n 1 "$recording" | jq -r .type)" end
  done
}

@test "after kill -9 a recording is readable up to its last line" {
  live_page "$REAL/host-tai-synchronized.bin"
  record_in_background
  live_set disruption_marker=7
  wait_for_lines "$recording" 3
  kill -KILL "$background"
  wait "$background" || true
  background=
  assert_equal "$(jq -s -c 'map(.type)' "$recording")" \
    '["start","snapshot","snapshot"]'
  expect 0 show -F disruption_marker "$recording"
  assert_output 0x0000000000000007
}

@test "record replaces a recording, but no foreign file" {
  live_page "$REAL/host-tai-synchronized.bin"
  cd "$BATS_TEST_TMPDIR"
  expect 0 record --live "$page" -n 1 -o rec.jsonl
  inode=$(stat -c %i rec.jsonl)
  expect 0 record --live "$page" -n 1 -o rec.jsonl
  assert_equal "$(stat -c %i rec.jsonl)" "$inode"
  assert_equal "$(wc -l <rec.jsonl)" 3
  : >empty
  expect 0 record --live "$page" -n 1 -o empty
  vmclockctl show --json "$page" >document
  for stranger in document "$page"; do
    before=$(sha256sum <"$stranger")
    expect 4 record --live "$page" -n 1 -o "$stranger"
    assert_stderr --partial "$stranger: exists and does not begin like this output; left as it is"
    assert_equal "$(sha256sum <"$stranger")" "$before"
  done
  expect 4 record --live "$page" -n 1 -o "$BATS_TEST_TMPDIR"
  assert_stderr --partial "is a directory"
}

@test "a closed pipe ends record with status 0 and no message" {
  live_page "$REAL/host-tai-synchronized.bin"
  run --separate-stderr bash -c \
    '{ "$VMCLOCKCTL" record --live "$1" --duration 20s; echo "status $?" >&2; } |
    head -n 2' _ "$page"
  assert_success
  assert_stderr "status 0"
  assert_equal "${#lines[@]}" 2
}

@test "a full disk gives status 4 and leaves the earlier lines whole" {
  live_page "$REAL/host-tai-synchronized.bin"
  expect 4 record --live "$page" -n 1 -o /dev/full
  assert_stderr "vmclockctl: /dev/full: cannot write: No space left on device"
  # A limit on the file's size is as good as a disk: it breaks in mid-line. It
  # would hold for what a build that counts writes at its end.
  recording=$BATS_TEST_TMPDIR/limited.jsonl
  (
    export LLVM_PROFILE_FILE=/dev/null
    ulimit -f 1
    exec "$VMCLOCKCTL" record --live "$page" --interval 10ms --duration 20s \
      --all -o "$recording"
  ) 2>"$BATS_TEST_TMPDIR/stderr" 3>&- &
  background=$!
  wait_for_lines "$recording" 2
  for _ in {1..10}; do
    live_set
    sleep 0.02
  done
  status=0
  wait "$background" || status=$?
  background=
  assert_equal "$status" 4
  assert_equal "$(<"$BATS_TEST_TMPDIR/stderr")" \
    "vmclockctl: $recording: cannot write: File too large"
  assert_equal "$(tail -c 1 "$recording" | xxd -p)" 0a
  jq -e . "$recording" >/dev/null
  expect 0 show -F magic "$recording"
}

@test "a device that goes away ends the recording whole, with status 4" {
  live_page "$REAL/host-tai-synchronized.bin"
  record_in_background
  rm "$page"
  status=0
  wait "$background" || status=$?
  background=
  assert_equal "$status" 4
  assert_equal "$(tail -n 1 "$recording" | jq -r .type)" end
}

@test "record refuses a dump, a recording and a missing file" {
  expect 3 record "$REAL/host-tai-synchronized.bin"
  assert_stderr --partial "a dump, which does not change"
  assert_stderr --partial "hint: use --live"
  vmclockctl dump --format hex "$REAL/host-tai-synchronized.bin" \
    -o "$BATS_TEST_TMPDIR/hex"
  for file in "$BATS_TEST_TMPDIR/hex" "$FIXTURES/recordings/steady.jsonl"; do
    expect 3 record "$file"
    assert_stderr "vmclockctl: $file: a file, which does not change
hint: use --live if another process updates a page in it"
  done
  expect 3 record "$BATS_TEST_TMPDIR/nothing"
  for option in "--duration 5" "--duration 0s" "--interval soon" "-n 0" "-n x"; do
    # shellcheck disable=SC2086 # option and argument
    expect 2 record --live "$REAL/host-tai-synchronized.bin" $option
  done
}

@test "show takes the last snapshot, or another with --at" {
  make_recording a disruption_marker=1 -- disruption_marker=2 -- \
    disruption_marker=3
  expect 0 show -F disruption_marker "$recording"
  assert_output 0x0000000000000003
  expect 0 show -F disruption_marker --at 2 "$recording"
  assert_output 0x0000000000000002
  expect 0 show --json --at 1 - <"$recording"
  assert_json '.source == {kind: "stdin", format: "recording", path: "-", n: 1}
    and .counter == "20000000000" and .time.sec == "1795219862"'
  expect 0 show --at 2 "$recording"
  assert_line -n 0 "VMClock page, layout vmclock-1, 4096 bytes (recording, snapshot 2)"
  assert_line "counter    20001000000"
  expect 2 show --at 4 "$recording"
  assert_stderr --partial "vmclockctl: --at 4: $recording has 3 snapshots"
  expect 2 show --at 0 "$recording"
  expect 2 show --at 1 "$REAL/qemu-10.0.2-boot.bin"
  assert_stderr --partial "is not a recording"
}

@test "dump and encode take a snapshot of a recording" {
  make_recording a disruption_marker=1 -- disruption_marker=2
  expect 0 encode "$recording" --at 1 disruption_marker=9 \
    -o "$BATS_TEST_TMPDIR/nine.bin"
  expect 0 show -F disruption_marker "$BATS_TEST_TMPDIR/nine.bin"
  assert_output 0x0000000000000009
  vmclockctl dump --at 2 "$recording" >"$BATS_TEST_TMPDIR/two.bin"
  assert_equal "$(stat -c %s "$BATS_TEST_TMPDIR/two.bin")" 4096
  expect 0 diff "$recording" "$BATS_TEST_TMPDIR/two.bin"
  expect 2 encode --at 1 disruption_marker=9 -o "$BATS_TEST_TMPDIR/x.bin"
  assert_file_not_exists "$BATS_TEST_TMPDIR/x.bin"
}

@test "diff takes two snapshots, of one recording or of two" {
  make_recording a disruption_marker=1 -- disruption_marker=2 -- \
    disruption_marker=3
  expect 1 diff --at 1,3 "$recording"
  assert_line "event: disruption (the disruption marker changed: the counter jumped)"
  assert_line "  - 0x0000000000000001"
  assert_line "  + 0x0000000000000003"
  expect 1 diff --at 3,1 - <"$recording"
  assert_line "  - 0x0000000000000003"
  expect 0 diff --at 2,2 - <"$recording"
  first=$recording
  make_recording b disruption_marker=7 -- disruption_marker=2 -- \
    disruption_marker=5
  expect 0 diff --at 2,2 "$first" "$recording"
  expect 1 diff "$first" "$recording"
  assert_line "  + 0x0000000000000005"
  expect 1 diff --json --at 1,2 "$recording"
  assert_json '.a.n == 1 and .b.n == 2 and .events == ["disruption"]'
  for wrong in 1 1,2,3 "1," ",1" 0,1 x,1 1,4; do
    expect 2 diff --at "$wrong" "$first"
  done
  expect 2 diff "$first"
}

@test "a recording may be large and may come from a pipe" {
  make_recording a disruption_marker=1 -- disruption_marker=2
  awk 'NR == 1 { print } { line[NR] = $0 }
    END {
      for (n = 1; n <= 3000; n++) {
        text = line[2 + n % 2]
        sub(/"n":[12]/, "\"n\":" n, text)
        print text
      }
    }' "$recording" >"$BATS_TEST_TMPDIR/long.jsonl"
  expect 0 show -F disruption_marker - < <(cat "$BATS_TEST_TMPDIR/long.jsonl")
  assert_output 0x0000000000000001
  expect 0 show -F disruption_marker --at 2999 "$BATS_TEST_TMPDIR/long.jsonl"
  assert_output 0x0000000000000002
}

@test "a recording cut anywhere is read up to its last whole line" {
  make_recording a disruption_marker=1 -- disruption_marker=2
  start=$(head -n 1 "$recording" | wc -c)
  one=$(head -n 2 "$recording" | wc -c)
  two=$(head -n 3 "$recording" | wc -c)
  for length in $((one)) $((one + 50)) $((two - 2)) $((two)) $((two + 9)); do
    head -c "$length" "$recording" >"$BATS_TEST_TMPDIR/cut.jsonl"
    expect 0 show -F disruption_marker "$BATS_TEST_TMPDIR/cut.jsonl"
    assert_output "0x000000000000000$((1 + (length >= two - 1)))"
  done
  head -c "$((start + 20))" "$recording" >"$BATS_TEST_TMPDIR/cut.jsonl"
  expect 3 show "$BATS_TEST_TMPDIR/cut.jsonl"
  assert_stderr "vmclockctl: $BATS_TEST_TMPDIR/cut.jsonl: a recording without a page"
}

# broken NAME LINE REASON JQ-FILTER of the lines as an array
broken() {
  jq -s -c "$4 | .[]" "$recording" >"$BATS_TEST_TMPDIR/$1"
  expect 3 show "$BATS_TEST_TMPDIR/$1"
  assert_stderr --partial "$1: line $2: $3"
  expect 3 watch "$BATS_TEST_TMPDIR/$1"
  assert_stderr --partial "$1: line $2: $3"
}

@test "a broken recording gives status 3 and the number of the line" {
  make_recording a disruption_marker=1 -- disruption_marker=2 -- \
    disruption_marker=3
  broken no-start 1 "not the start line" '.[1:]'
  broken version 1 "schema_version: this vmclockctl reads version 1" \
    '.[0].schema_version = 2'
  broken version-type 1 "schema_version: must be an integer" \
    '.[0].schema_version = "1"'
  broken second 4 "a second start line" '.[:3] + .'
  broken mixed 3 "a second start line" '.[2].schema_version = 2'
  broken gap 3 "n: 3 where 2 is expected" 'del(.[2])'
  broken again 4 "n: 2 where 3 is expected" '.[:3] + .[2:]'
  broken hex 3 "page.hex: holds a character" '.[2].page.hex = "zz"'
  broken longer 2 "page.hex: longer than page.length" '.[1].page.length = 3'
  broken huge 2 "length: out of range" '.[1].page.length = 65537'
  broken number 4 "counter: must be a string or null" '.[3].counter = 5'
  broken wake 3 "wake: must be a string" '.[2].wake = 1'
  broken type 3 "type: must be a string" '.[2].type = 1'
  broken array 3 "must be an object" '.[2] = []'
  broken after 6 "continues after the end line" '. + [.[4]]'
  sed '3s/.$//' "$recording" >"$BATS_TEST_TMPDIR/syntax"
  expect 3 show "$BATS_TEST_TMPDIR/syntax"
  assert_stderr --partial "syntax: line 3: "
  { cat "$recording"; } | sed '$d' >"$BATS_TEST_TMPDIR/long"
  head -c 1100000 /dev/zero | tr '\0' x >>"$BATS_TEST_TMPDIR/long"
  echo >>"$BATS_TEST_TMPDIR/long"
  expect 3 show "$BATS_TEST_TMPDIR/long"
  assert_stderr --partial "long: line 5: more than 1048576 bytes"
}
