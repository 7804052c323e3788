#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Events: of recordings made by hand, of pages that change, of their commands.
#
# shellcheck disable=SC2154,SC2016 # live.bash sets; other shells expand

load helper
load live

# A change of each kind, and what leads back.
all_kinds() {
  make_recording kinds \
    flags=tai-offset-valid,vm-gen-counter-present -- \
    flags=tai-offset-valid,vm-gen-counter-present disruption_marker=2 -- \
    flags=tai-offset-valid,vm-gen-counter-present disruption_marker=3 \
    vm_generation_counter=1 -- \
    flags=tai-offset-valid,vm-gen-counter-present disruption_marker=3 \
    vm_generation_counter=2 -- \
    flags=tai-offset-valid,vm-gen-counter-present disruption_marker=3 \
    vm_generation_counter=2 clock_status=freerunning -- \
    flags=tai-offset-valid,vm-gen-counter-present disruption_marker=3 \
    vm_generation_counter=2 clock_status=freerunning leap_indicator=pre-pos -- \
    flags=tai-offset-valid,vm-gen-counter-present,disruption-soon \
    disruption_marker=3 vm_generation_counter=2 clock_status=freerunning \
    leap_indicator=pre-pos -- \
    flags=tai-offset-valid,vm-gen-counter-present,disruption-soon \
    disruption_marker=3 vm_generation_counter=2 clock_status=freerunning \
    leap_indicator=pre-pos tai_offset_sec=38 -- \
    flags=tai-offset-valid,vm-gen-counter-present,disruption-soon \
    disruption_marker=3 vm_generation_counter=2 clock_status=freerunning \
    leap_indicator=pre-pos tai_offset_sec=38 time_sec=1795219862
}

@test "watch replays the events of a recording at once" {
  all_kinds
  expect 0 watch "$recording"
  assert_equal "${#lines[@]}" 9
  assert_line -n 0 "2026-11-21T00:11:02.001000000Z disruption  disruption_marker \
0x1 -> 0x2, time step +0.000000000 s, frequency step +0.0 ppm (snapshot 2)"
  assert_line -n 1 "2026-11-21T00:11:02.001500000Z restore     disruption_marker \
0x2 -> 0x3, vm_generation_counter 0x0 -> 0x1, time step +0.000000000 s, \
frequency step +0.0 ppm (snapshot 3)"
  assert_line -n 2 "2026-11-21T00:11:02.002000000Z fork        \
vm_generation_counter 0x1 -> 0x2 (snapshot 4)"
  assert_line -n 3 "2026-11-21T00:11:02.002500000Z status      clock_status \
synchronized -> freerunning (snapshot 5)"
  assert_line -n 4 "2026-11-21T00:11:02.003000000Z leap        leap_indicator \
none -> pre-pos (snapshot 6)"
  assert_line -n 5 "2026-11-21T00:11:02.003500000Z maintenance flags none -> \
disruption-soon (snapshot 7)"
  assert_line -n 6 "2026-11-21T00:11:02.004000000Z tai         tai_offset_sec 37 \
-> 38 s (snapshot 8)"
  assert_line -n 7 "2026-11-21T00:11:02.004000000Z violation   series.tai-step: \
the TAI offset changed, and not by a second at a leap; actual: 38 (snapshot 8)"
  assert_line -n 8 --partial "2026-11-21T00:11:02.004500000Z violation   series.marker-silent: "
  assert_stderr --partial "replaying $recording"
  assert_stderr --partial "9 events: disruption 1, restore 1, fork 1, status 1, \
leap 1, maintenance 1, tai 1, violation 2; broken: series.marker-silent 1 time, \
series.tai-step 1 time"
  expect 0 watch - <"$recording"
  assert_equal "${#lines[@]}" 9
}

@test "calibrations are reported as events only with --all" {
  all_kinds
  expect 0 watch --all "$recording"
  assert_equal "${#lines[@]}" 10
  assert_line -n 8 "2026-11-21T00:11:02.004500000Z calibration time step \
+1.000000000 s, frequency step +0.0 ppm (snapshot 9)"
  expect 0 watch --until calibration "$recording"
  assert_equal "${#lines[@]}" 9
}

@test "time and frequency steps are those of the pages, with their sign" {
  # 2 GHz at shift 30; at shift 29 half the frequency.
  make_recording steps disruption_marker=1 -- \
    disruption_marker=2 time_sec=1795219860 -- \
    disruption_marker=3 time_sec=1795219860 counter_value=19246941034 -- \
    disruption_marker=4 time_sec=1795219860 counter_value=19246941034 \
    counter_period_shift=29 -- \
    disruption_marker=5 time_sec=1795219860 counter_value=19246941034 \
    counter_period_frac_sec=0x89705f1fdc0a8e66 -- \
    disruption_marker=6 clock_status=unreliable
  expect 0 watch "$recording"
  assert_line -n 0 --partial "time step -1.000000000 s, frequency step +0.0 ppm"
  assert_line -n 1 --partial "time step -0.000000001 s, frequency step +0.0 ppm"
  assert_line -n 2 --partial "time step +0.000000000 s, frequency step -500000.0 ppm"
  assert_line -n 3 --partial "frequency step +1000000.02893 ppm"
  assert_line -n 4 --partial "disruption_marker 0x5 -> 0x6"
  refute_line -n 4 --partial "step"
  expect 0 watch --json "$recording"
  run jq -s -c 'map(select(.event == "disruption")) |
    map([.time_step_ns, .frequency_step_ppm])' <<<"$output"
  assert_output --partial "[[-1000000000,0],[-1,0],[0,-500000],[0,1000000.02893]"
  assert_output --partial ",[null,null]]"
}

@test "--json prints a start line, contiguous events and an end line" {
  all_kinds
  expect 0 watch --all --json "$recording"
  run jq -s -c '(.[0] | .schema, .schema_version, .type, .source.format, .wake),
    map(.n // empty), map(.type), (.[-1] | .reason, .counts.status)' \
    <<<"$output"
  assert_output "\"vmclockctl/watch\"
1
\"start\"
\"recording\"
null
[1,2,3,4,5,6,7,8,9,10,10]
[\"start\",\"event\",\"event\",\"event\",\"event\",\"event\",\"event\",\"event\",\"event\",\"event\",\"event\",\"end\"]
\"source\"
1"
  expect 0 watch --json "$recording"
  output=${lines[4]}
  assert_json '. == {type: "event", n: 4,
    time: "2026-11-21T00:11:02.002500000Z", event: "status",
    changes: [{name: "clock_status", old: 2, new: 3,
      old_text: "synchronized", new_text: "freerunning"}],
    missed: null, snapshot: 5,
    time_step_ns: null, frequency_step_ppm: null}'
}

@test "updates that were missed are reported as an event" {
  make_recording missed disruption_marker=1 -- disruption_marker=2
  sed -i '3s/"missed":0/"missed":3/' "$recording"
  expect 0 watch "$recording"
  assert_line -n 0 "2026-11-21T00:11:02.001000000Z missed      3 updates not seen (snapshot 2)"
  assert_line -n 1 --partial " disruption "
  expect 0 watch --json "$recording"
  assert_equal "$(jq .missed <<<"${lines[1]}")" 3
}

@test "--until ends at an event or a value, and at once if the value already holds" {
  all_kinds
  expect 0 watch --until fork "$recording"
  assert_equal "${#lines[@]}" 3
  expect 0 watch --until status=freerunning "$recording"
  assert_equal "${#lines[@]}" 4
  expect 0 watch --until restore=3 "$recording"
  assert_equal "${#lines[@]}" 2
  for at_once in status=synchronized status=2 leap=none tai=37 tai=-37 \
    maintenance=none disruption=1 restore=1; do
    expect 0 watch --until "$at_once" "$recording"
    assert_output ""
  done
  expect 0 watch --until maintenance=disruption-soon "$recording"
  assert_equal "${#lines[@]}" 6
  expect 0 watch --until tai=38 "$recording"
  # The source ended before it came.
  for never in status=unreliable disruption=0x9 lost found missed leap=pos \
    maintenance=disruption-imminent; do
    expect 1 watch --until "$never" "$recording"
    assert_equal "${#lines[@]}" 9
  done
}

@test "--until says at once that a page without a counter has no status" {
  page=$BATS_TEST_TMPDIR/none.bin
  vmclockctl encode --from "$REAL/host-tai-synchronized.bin" counter_id=invalid \
    clock_status=unknown >"$page"
  expect 1 watch --live "$page" --until status=synchronized --timeout 50ms
  assert_stderr --partial "--until status=synchronized cannot come while the page has no counter"
  expect 1 watch --live "$page" --until restore --timeout 50ms
  refute_stderr --partial "cannot come"
  expect 1 watch --live "$REAL/host-tai-synchronized.bin" --until status=unreliable \
    --timeout 50ms
  refute_stderr --partial "cannot come"
}

@test "a page whose publisher has gone is told by watch and record, and no other" {
  local publisher page=$BATS_TEST_TMPDIR/published
  "$VMCLOCKCTL" simulate steady --publish "$page" --duration 30s >/dev/null 2>&1 3>&- &
  publisher=$!
  while ! [[ -s $page ]]; do sleep 0.05; done
  "$VMCLOCKCTL" record --live "$page" --interval 20ms -o "$BATS_TEST_TMPDIR/kept.jsonl" \
    2>"$BATS_TEST_TMPDIR/record.err" 3>&- &
  background=$!
  "$VMCLOCKCTL" watch --live "$page" --interval 20ms 2>"$BATS_TEST_TMPDIR/watch.err" >/dev/null 3>&- &
  wait_for_lines "$BATS_TEST_TMPDIR/kept.jsonl" 2
  wait_for_lines "$BATS_TEST_TMPDIR/watch.err" 1
  sleep 0.2
  run cat "$BATS_TEST_TMPDIR/watch.err" "$BATS_TEST_TMPDIR/record.err"
  refute_output --partial "has gone"
  kill -KILL "$publisher"
  wait_for_lines "$BATS_TEST_TMPDIR/watch.err" 2
  kill -INT "$!"
  stop_background
  for file in "$BATS_TEST_TMPDIR/watch.err" "$BATS_TEST_TMPDIR/record.err"; do
    run grep -c "the program that kept this page has gone" "$file"
    assert_output 1
  done
}

@test "--until with an unknown kind or value gives status 2" {
  all_kinds
  expect 2 watch --until statu "$recording"
  assert_stderr --partial "did you mean status?"
  for wrong in nothing "" =1 status= status=sync status=7 leap=8 tai=x \
    maintenance=time-monotonic calibration=1 missed=3 lost=1 disruption=-1 \
    status=synchronized,x; do
    expect 2 watch --until "$wrong" "$recording"
    assert_output ""
  done
  expect 2 watch --until maintenance=soon "$recording"
  assert_stderr "vmclockctl: --until maintenance=soon: no such value
hint: none, disruption-soon, disruption-imminent, or a number"
  expect 2 watch --until status=sync "$recording"
  assert_stderr --partial "hint: unknown, initializing, synchronized, \
freerunning, unreliable, or a number"
  expect 2 watch --until tai=x "$recording"
  assert_stderr --partial "hint: a number from -32768 to 32767"
  expect 2 watch --until missed=3 "$recording"
  assert_stderr "vmclockctl: --until missed=3: missed is an event without a value
hint: --until missed"
  for option in "--timeout 5" "--timeout 0s" "--interval -1s" "-n 0" "-n 1.5"; do
    # shellcheck disable=SC2086 # option and argument
    expect 2 watch $option "$recording"
  done
}

@test "-n ends watch after that many events" {
  all_kinds
  expect 0 watch -n 2 "$recording"
  assert_equal "${#lines[@]}" 2
  expect 0 watch -n 99 "$recording"
  expect 1 watch -n 2 --until tai "$recording"
  assert_equal "${#lines[@]}" 2
}

@test "--interval is refused without a live page" {
  all_kinds
  expect 2 watch --interval 1s "$recording"
  assert_output ""
  assert_stderr --partial "--interval: $recording is replayed at once"
  expect 3 watch --interval 1s "$BATS_TEST_TMPDIR/nothing"
}

@test "watch refuses a recording without a page, as show and verify do" {
  all_kinds
  head -n 1 "$recording" >"$BATS_TEST_TMPDIR/start"
  for options in "" "--until status" "--json"; do
    # shellcheck disable=SC2086 # an option and its argument
    expect 3 watch $options "$BATS_TEST_TMPDIR/start"
    assert_stderr --partial "start: a recording without a page"
  done
  head -n 2 "$recording" >"$BATS_TEST_TMPDIR/one"
  expect 0 watch "$BATS_TEST_TMPDIR/one"
  jq -c 'select(.type == "start"), (select(.type == "snapshot" and .n == 1) |
    .type = "unsettled" | .seq_count = 3 | del(.page, .counter, .missed))' \
    "$recording" >"$BATS_TEST_TMPDIR/unsettled"
  expect 4 watch "$BATS_TEST_TMPDIR/unsettled"
  assert_stderr --partial "seq_count never settled"
}

@test "watch refuses a dump, and a missing file with or without --live" {
  expect 3 watch "$REAL/host-tai-synchronized.bin"
  assert_stderr --partial "a dump, which does not change"
  expect 3 watch "$BATS_TEST_TMPDIR/nothing"
  expect 3 watch --live "$BATS_TEST_TMPDIR/nothing"
}

@test "an update of a file is printed within the interval" {
  live_page "$REAL/host-tai-synchronized.bin"
  watch_in_background --json
  wait_for_lines "$events" 1
  most=0
  for marker in 2 3 4 5 6; do
    live_set disruption_marker=$marker
    updated=$(date +%s%N)
    wait_for_event "$marker"
    seen=$(jq -r 'select(.n) | .time' "$events" | tail -n 1)
    late=$(($(date -d "$seen" +%s%N) - updated))
    ((late > most)) && most=$late
  done
  stop_background
  echo "# an update was seen at most $((most / 1000)) us after it" >&3
  ((most < 110000000))
  assert_equal "$(tail -n 1 "$events" | jq -c '[.reason, .counts]')" \
    '["signal",{"disruption":5}]'
}

wait_for_event() {
  local i
  for ((i = 0; i < 400; i++)); do
    grep -q "\"new_text\": \"0x$1\"" "$events" && return
    sleep 0.005
  done
  fail "no event with $1: $(<"$events")"
}

# What the scheduler gave the process, in ns.
cpu_time() {
  cut -d ' ' -f 1 "/proc/$background/schedstat"
}

@test "watching an unchanged page takes less than 0.1 % of one core" {
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind costs more than that"
  [[ -r /proc/self/schedstat ]] || skip "the kernel has no schedstat"
  live_page "$REAL/host-tai-synchronized.bin"
  watch_in_background
  # From here on, or the start of the program would be most of it.
  before=$(cpu_time)
  sleep 10
  used=$(($(cpu_time) - before))
  stop_background
  printf '# a still page takes %d.%06d %% of one core over 10 s\n' \
    $((used / 100000000)) $((used / 100 % 1000000)) >&3
  # Sanitizers make a look of a page ten times as long. A build that is not
  # optimized, as its debugging information says, took up to 0.12 %.
  if [[ $(ldd "$VMCLOCKCTL") == *asan* ]]; then
    ((used < 100000000))
  elif grep -qa -e ' -O0' -- "$VMCLOCKCTL"; then
    ((used < 20000000))
  else
    ((used < 10000000))
  fi
}

@test "SIGINT and SIGTERM print the summary and give status 0" {
  live_page "$REAL/host-tai-synchronized.bin"
  for signal in INT TERM; do
    watch_in_background --interval 10ms
    live_set disruption_marker=$((++marker + 1)) clock_status=freerunning
    wait_for_lines "$events" 2
    live_set clock_status=synchronized
    wait_for_lines "$events" 3
    stop_background "$signal"
    assert_equal "$(tail -n 1 "$talk")" "3 events: disruption 1, status 2"
  done
  # At once, though an interval is long.
  watch_in_background --interval 1h
  before=$SECONDS
  stop_background
  ((SECONDS - before <= 2))
  assert_equal "$(tail -n 1 "$talk")" "0 events"
}

@test "watch reports how often it looks" {
  live_page "$REAL/host-tai-synchronized.bin"
  expect 0 watch --live "$page" --until status=synchronized
  assert_stderr --partial "watching $page, a look every 100 ms"
  expect 0 watch --live "$page" --until status=synchronized --json \
    --interval 1.5s
  assert_json -s '.[0].wake == "interval" and .[0].interval_ns == 1500000000 and
    .[1].type == "end" and .[1].reason == "until"'
}

@test "--timeout gives status 1 for a page and for a pipe" {
  [[ ! ${VALGRIND_LOGS-} ]] || skip "under valgrind it takes longer to begin"
  live_page "$REAL/host-tai-synchronized.bin"
  expect 1 watch --live "$page" --timeout 150ms
  assert_output ""
  expect 1 watch --live "$page" --timeout 150ms --until status=unreliable
  make_recording a disruption_marker=1
  expect 1 watch --timeout 200ms - < <(
    head -n 2 "$recording"
    sleep 3
  )
  # A signal is heard there, too.
  mkfifo "$BATS_TEST_TMPDIR/pipe"
  exec {open}<>"$BATS_TEST_TMPDIR/pipe"
  head -n 2 "$recording" >&"$open"
  "$VMCLOCKCTL" watch - <"$BATS_TEST_TMPDIR/pipe" 2>"$BATS_TEST_TMPDIR/talk" 3>&- &
  background=$!
  catches "$background"
  stop_background
  exec {open}>&-
  grep "0 events" "$BATS_TEST_TMPDIR/talk"
}

# heeds SIGNAL: as stop_background, and within 30 s.
heeds() {
  local status=0
  kill -s "$1" "$background"
  timeout 30 tail -s 0.05 -f /dev/null --pid="$background" ||
    kill -KILL "$background"
  wait "$background" || status=$?
  background=
  assert_equal "$status" 0
}

@test "--timeout gives status 1 while a pipe stays empty" {
  cd "$BATS_TEST_TMPDIR"
  mkfifo pipe
  # no one opens it
  run --separate-stderr timeout 30 "$VMCLOCKCTL" watch --timeout 100ms pipe
  assert_failure 1
  refute_output
  assert_stderr "0 events"
  # no one writes, or not the whole of a line
  exec 7<>pipe
  run --separate-stderr timeout 30 "$VMCLOCKCTL" watch --json \
    --until status=synchronized --timeout 100ms pipe
  assert_failure 1
  assert_json --slurp 'map(.type) == ["start", "end"] and
    .[0].source.path == "pipe" and .[1].reason == "timeout"'
  printf '{"schema": ' >&7
  run --separate-stderr timeout 30 "$VMCLOCKCTL" watch --timeout 100ms \
    -o events - <&7
  assert_failure 1
  assert_file_empty events
  exec 7>&-
}

@test "SIGINT and SIGTERM give status 0 while a pipe stays empty" {
  local signal
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind catches every signal"
  cd "$BATS_TEST_TMPDIR"
  mkfifo pipe
  for signal in INT TERM; do
    # no one opens it
    "$VMCLOCKCTL" watch pipe 2>talk.txt 3>&- &
    background=$!
    catches "$background"
    heeds "$signal"
    assert_equal "$(<talk.txt)" "0 events"
    # opened, and silent
    "$VMCLOCKCTL" watch --json pipe >events 2>talk.txt 3>&- &
    background=$!
    exec 7>pipe
    heeds "$signal"
    exec 7>&-
    assert_equal "$(jq -r '.reason // .type' events)" $'start\nsignal'
  done
}

@test "waiting for a reader of the output ends by --timeout or a signal" {
  local command
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind catches every signal"
  cd "$BATS_TEST_TMPDIR"
  mkfifo out
  make_recording a disruption_marker=1
  run timeout 30 "$VMCLOCKCTL" watch -o out --timeout 100ms "$recording"
  assert_failure 1
  run timeout 30 "$VMCLOCKCTL" watch -o out --timeout 100ms sim:steady
  assert_failure 1
  for command in "watch $recording" "watch sim:steady" "record sim:steady"; do
    # shellcheck disable=SC2086 # words on purpose
    "$VMCLOCKCTL" $command -o out 2>talk.txt 3>&- &
    background=$!
    catches "$background"
    heeds TERM
  done
}

@test "a page that goes away is reported as lost, and as found when it returns" {
  live_page "$REAL/host-tai-synchronized.bin"
  watch_in_background --interval 10ms
  mv "$page" "$page.away"
  wait_for_lines "$events" 1
  mv "$page.away" "$page"
  wait_for_lines "$events" 2
  rm "$page"
  wait_for_lines "$events" 3
  vmclockctl encode "$REAL/host-tai-synchronized.bin" disruption_marker=5 \
    >"$page.new"
  mv "$page.new" "$page"
  wait_for_lines "$events" 5
  stop_background
  assert_equal "$(cut -d ' ' -f 2- "$events")" \
    "lost        the device went away
found       the device came back
lost        the device went away
found       the device came back
disruption  disruption_marker 0x1 -> 0x5, time step +0.000000000 s, frequency step +0.0 ppm"
}

@test "a seq_count that never settles is reported, with status 4 if nothing else was seen" {
  live_page "$(patched "$REAL/host-tai-synchronized.bin" 0x0c 03000000)"
  expect 4 watch --live "$page" --timeout 300ms
  assert_stderr --partial "seq_count is 3 and did not settle within 100 ms"
  assert_stderr --partial "vmclockctl: $page: seq_count never settled"
}

@test "a closed output pipe ends watch without a message" {
  all_kinds
  run --separate-stderr bash -c \
    '{ "$VMCLOCKCTL" watch "$1"; echo "status $?" >&2; } | head -n 1' _ \
    "$recording"
  assert_success
  assert_stderr --partial "status 0"
  # Before any event, too.
  live_page "$REAL/host-tai-synchronized.bin"
  before=$SECONDS
  run --separate-stderr bash -c \
    '{ "$VMCLOCKCTL" watch --live "$1"; echo "status $?" >&2; } | true' _ "$page"
  assert_success
  assert_stderr --partial "status 0"
  ((SECONDS - before <= 5))
}

@test "a full disk gives status 4" {
  all_kinds
  expect 4 watch -o /dev/full "$recording"
  assert_stderr --partial "vmclockctl: /dev/full: cannot write: No space left on device"
}

@test "--exec runs for each event, in order, with its variables and its JSON" {
  all_kinds
  cd "$BATS_TEST_TMPDIR"
  expect 0 watch "$recording" --exec 'cat >>json; printf "%s\n" "$VMCLOCK_EVENT" \
    "$VMCLOCK_DEVICE" "$VMCLOCK_MARKER_OLD" "$VMCLOCK_MARKER_NEW" \
    "$VMCLOCK_GENERATION_OLD" "$VMCLOCK_GENERATION_NEW" "$VMCLOCK_RULE" |
    paste -sd " " >>variables'
  assert_equal "$(jq -s -c 'map(.event)' json)" \
    '["disruption","restore","fork","status","leap","maintenance","tai","violation","violation"]'
  assert_equal "$(jq -s -c 'map(.n)' json)" '[1,2,3,4,5,6,7,8,9]'
  run cat variables
  z=0x000000000000000
  assert_line -n 0 "disruption $recording ${z}1 ${z}2 ${z}0 ${z}0 "
  assert_line -n 1 "restore $recording ${z}2 ${z}3 ${z}0 ${z}1 "
  assert_line -n 2 "fork $recording ${z}3 ${z}3 ${z}1 ${z}2 "
  assert_line -n 7 "violation $recording ${z}3 ${z}3 ${z}2 ${z}2 series.tai-step"
}

@test "--exec reports a command that fails or cannot be run, and watch goes on" {
  all_kinds
  expect 0 watch "$recording" \
    --exec 'case $VMCLOCK_EVENT in fork) exit 7 ;; leap) kill -9 $$ ;; tai) no-such-command ;; esac'
  assert_equal "${#lines[@]}" 9
  assert_stderr --partial "vmclockctl: --exec: fork: exit status 7"
  assert_stderr --partial "vmclockctl: --exec: leap: ended by signal 9"
  assert_stderr --partial "vmclockctl: --exec: tai: exit status 127"
}

@test "--exec with a command that does not read neither blocks nor kills watch" {
  local i pages=()
  for i in {1..50}; do
    pages+=("disruption_marker=$i" --)
  done
  make_recording many "${pages[@]}"
  cd "$BATS_TEST_TMPDIR"
  expect 0 watch "$recording" --exec 'exec 0<&-; echo x >>ran'
  assert_equal "$(wc -l <ran)" 49
  refute_stderr --partial "--exec"
}

@test "--exec runs slow commands one at a time and loses none" {
  live_page "$REAL/host-tai-synchronized.bin"
  cd "$BATS_TEST_TMPDIR"
  watch_in_background --interval 5ms --exec \
    'mkdir one || echo overlap >>faults; sleep 0.3; echo "$VMCLOCK_MARKER_NEW" >>ran; rmdir one'
  for marker in 2 3 4 5 6; do
    live_set disruption_marker=$marker
    wait_for_lines "$events" $((marker - 1))
  done
  # All were seen while the first ones ran.
  (($(wc -l <ran 2>/dev/null || echo 0) < 5))
  stop_background
  assert_equal "$(cat ran)" "$(printf '0x%016x\n' 2 3 4 5 6)"
  assert_file_not_exists faults
}

@test "--exec does not wait for its commands after a second signal" {
  live_page "$REAL/host-tai-synchronized.bin"
  watch_in_background --interval 5ms --exec 'exec sleep 60'
  live_set disruption_marker=2 clock_status=freerunning
  wait_for_lines "$events" 2
  kill -TERM "$background"
  sleep 0.3
  kill -0 "$background"
  stop_background TERM
  run cat "$talk"
  assert_output --partial "vmclockctl: --exec: 1 events not run"
}

@test "--exec runs its command with default signals and keeps it off standard output" {
  make_recording a disruption_marker=1 -- disruption_marker=2
  expect 0 watch --json "$recording" \
    --exec 'grep -E "^Sig(Blk|Ign)" /proc/self/status; yes | head -n 1; echo talk'
  assert_json -s 'length == 3'
  assert_stderr --regexp "SigBlk:[[:space:]]*0000000000000000"
  # Two that the C library keeps to itself may be ignored; SIGPIPE is not.
  assert_stderr --regexp "SigIgn:[[:space:]]*0000000[01][08]0000000"
  assert_stderr --partial talk
}

@test "a second signal ends the command of --exec, and what it began" {
  live_page "$REAL/host-tai-synchronized.bin"
  cd "$BATS_TEST_TMPDIR"
  watch_in_background --interval 5ms --exec \
    'trap "" TERM; sleep 61 & echo $! >begun; echo $$ >>begun; kill -STOP $!; wait'
  live_set disruption_marker=2
  wait_for_lines "$events" 1
  wait_for_lines begun 2
  kill -TERM "$background"
  # Two at once would be one.
  sleep 0.3
  stop_background TERM
  while read -r process; do
    # What nobody waits for any more may stay as a zombie.
    for _ in {1..100}; do
      [[ $(sed -n 's/^State:[[:space:]]*//p' "/proc/$process/status" 2>/dev/null) == [!Z]* ]] || break
      sleep 0.02
    done
    run sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$process/status"
    [[ $output != [RSDT] ]] || fail "$process still runs: $output"
  done <begun
  run cat "$talk"
  assert_output --partial "vmclockctl: --exec: disruption: ended by signal 9"
}

@test "--exec passes on the variables that are named, and no other" {
  make_recording a disruption_marker=1 -- disruption_marker=2
  cd "$BATS_TEST_TMPDIR"
  printf 'touch %q\n' "$PWD/abused" >rc
  run -0 env LD_BIND_NOW=1 "LD_LIBRARY_PATH=$PWD" GLIBC_TUNABLES=glibc.malloc.check=3 \
    "GCONV_PATH=$PWD" "ENV=$PWD/rc" "BASH_ENV=$PWD/rc" SHELLOPTS=xtrace BASHOPTS=extdebug \
    'PS4=$(touch abused)' 'BASH_FUNC_true%%=() { touch abused; }' "CDPATH=$PWD" \
    GLOBIGNORE=x IFS=x VMCLOCK_EVENT=mine VMCLOCK_MARKER_OLD=mine OF_THE_USER="a b" \
    PYTHONPATH=x PERL5LIB=x NOTIFY_SOCKET=x LANG=C LC_TIME=C TZ=UTC TERM=dumb SHELL=/bin/sh USER=me \
    "$VMCLOCKCTL" watch a.jsonl --exec 'true; env -0 >environment'
  assert_file_not_exists abused
  run -1 grep -z -E \
    '^(LD_|GLIBC_|GCONV_|ENV=|BASH|SHELLOPTS=|PS4=|CDPATH=|GLOBIGNORE=|IFS=)|=mine$' environment
  # PWD and the like are the shell's own.
  run -0 bash -c "tr '\\0' '\\n' <environment | sed -e 's/=.*//' | grep -vE '^(PWD|OLDPWD|_|SHLVL)$' |
    sort | tr '\\n' ' '"
  assert_output "HOME LANG LC_ALL LC_TIME PATH SHELL TERM TZ USER VMCLOCK_DEVICE VMCLOCK_EVENT \
VMCLOCK_GENERATION_NEW VMCLOCK_GENERATION_OLD VMCLOCK_MARKER_NEW VMCLOCK_MARKER_OLD VMCLOCK_RULE "
}

@test "--exec leaves no file of watch open in the command" {
  make_recording a disruption_marker=1 -- disruption_marker=2
  cd "$BATS_TEST_TMPDIR"
  expect 0 watch a.jsonl -o answer --exec \
    'for f in /proc/$$/fd/*; do readlink "$f"; done >files'
  run -0 grep -c vmclockctl-event files
  assert_output 1
  run -1 grep -e a.jsonl -e answer files
}

@test "-o grows line by line and replaces an earlier watch, but no foreign file" {
  local answer=$BATS_TEST_TMPDIR/answer.txt
  "$VMCLOCKCTL" watch -o "$answer" --all --json sim:steady 3>&- 2>/dev/null &
  background=$!
  for _ in {1..500}; do
    [[ ! -s $answer ]] || break
    sleep 0.01
  done
  kill -0 "$background"
  assert_equal "$(head -n 1 "$answer" | jq -r .type)" start
  kill -9 "$background"
  wait "$background" || true
  background=
  expect 0 watch -o "$answer" "$FIXTURES/recordings/live-migration.jsonl"
  grep -q ' disruption ' "$answer"
  expect 0 watch --json -o "$answer" "$FIXTURES/recordings/live-migration.jsonl"
  echo "0000-00-00 notes" >"$answer"
  expect 4 watch -o "$answer" "$FIXTURES/recordings/live-migration.jsonl"
  assert_equal "$(<"$answer")" "0000-00-00 notes"
}

@test "a broken rule is told once under each marker, and counted" {
  # seq_count goes back in each page; with a new marker it may.
  make_recording back disruption_marker=1 -- \
    disruption_marker=1 clock_status=freerunning -- \
    disruption_marker=1 clock_status=synchronized -- \
    disruption_marker=2 -- disruption_marker=2 clock_status=freerunning
  jq -c 'if .type == "snapshot" then .n as $n | .page.hex |=
    (.[:24] + (["0a", "08", "06", "04", "02"][$n - 1]) + .[26:])
    else . end' "$recording" >"$recording.back"
  expect 0 watch --event violation "$recording.back"
  assert_equal "$(grep -c 'violation   series.seq-step: seq_count went back' <<<"$output")" 2
  assert_equal "${#lines[@]}" 2
  assert_stderr --partial "2 events: violation 2; broken: series.seq-step 3 times"
  expect 0 watch --json --event violation "$recording.back"
  output=${lines[1]}
  assert_json '.event == "violation" and .rule == "series.seq-step" and
    (.message | test("seq_count went back")) and .changes == []'
  output=${lines[-1]}
  assert_json '.counts == {violation: 2} and .violations == {"series.seq-step": 3}'
  expect 0 verify --json --only series.seq-step "$recording"
  expect 1 verify --json --only series.seq-step "$recording.back"
}

@test "--until violation ends at any rule, or at the one that is named" {
  local file=$FIXTURES/rules/series.nested.jsonl
  expect 0 watch --until violation "$file"
  expect 0 watch --until violation=series.nested "$file"
  assert_line --partial " violation   series.nested: at counter "
  expect 1 watch --until violation=series.monotonic "$file"
  expect 2 watch --until violation=series.nestd "$file"
  assert_stderr --partial "did you mean series.nested?"
  expect 2 watch --until violation=tai.sign "$file"
  assert_stderr --partial "--until violation=tai.sign: watch does not check it"
  # It need not be shown.
  expect 0 watch --event status --until violation "$file"
  assert_output ""
}

@test "watch tells what verify fails, of every fixture and of live pages" {
  local file rules
  cd "$BATS_TEST_TMPDIR"
  rules=$(vmclockctl list events --json |
    jq -c '.items[] | select(.name == "violation").values')
  for file in "$FIXTURES"/rules/series*.jsonl "$FIXTURES"/recordings/*.jsonl; do
    vmclockctl verify --json "$file" >verdict || (($? != 3)) || continue
    vmclockctl watch --json --event violation "$file" 2>/dev/null >events ||
      fail "$file"
    diff <(jq -r --argjson rules "$rules" '.results[] | .id as $id |
      select(.status == "fail" and any($rules[]; . == $id)).id' verdict) \
      <(jq -r 'select(.event == "violation").rule' events | sort -u |
        grep -Fxf - <(jq -r '.[]' <<<"$rules")) || fail "$file"
  done
  for file in marker-silent:marker-silent backward:monotonic unnested:nested \
    constant:constant; do
    expect 0 watch --interval 10ms --timeout 20s \
      --until "violation=series.${file#*:}" "sim:${file%:*}"
    assert_line --partial " violation   series.${file#*:}: "
  done
}

@test "--event chooses what is printed, counted and given to --exec" {
  all_kinds
  expect 0 watch --event status,tai "$recording"
  assert_equal "${#lines[@]}" 2
  assert_line -n 0 --partial " status "
  assert_line -n 1 --partial " tai "
  assert_stderr --partial "2 events: status 1, tai 1"
  expect 0 watch --event fork -n 1 "$recording"
  assert_line -n 0 --partial " fork "
  expect 0 watch --event calibration "$recording"
  assert_equal "${#lines[@]}" 1
  cd "$BATS_TEST_TMPDIR"
  expect 0 watch --event leap --exec 'echo "$VMCLOCK_EVENT" >>ran' "$recording"
  assert_equal "$(<ran)" leap
  # What is waited for ends it all the same.
  expect 0 watch --event leap --until fork "$recording"
  assert_output ""
  expect 2 watch --event statu "$recording"
  assert_stderr --partial "did you mean status?"
  local wrong
  for wrong in "" ',' 'status,' ',status' 'status,,tai' status=2; do
    expect 2 watch --event "$wrong" "$recording"
  done
  expect 2 watch --all --event status "$recording"
}

@test "features that come and go are an event, and no fork or restore" {
  make_recording features flags=tai-offset-valid -- \
    flags=tai-offset-valid,vm-gen-counter-present vm_generation_counter=7 -- \
    flags=tai-offset-valid,vm-gen-counter-present vm_generation_counter=7 \
    disruption_marker=2 -- \
    flags=tai-offset-valid disruption_marker=3 -- \
    flags=tai-offset-valid,time-monotonic,notification-present disruption_marker=4 -- \
    flags=tai-offset-valid,time-maxerror-valid disruption_marker=5 -- \
    flags=tai-offset-valid,time-maxerror-valid,period-maxerror-valid disruption_marker=6
  expect 0 watch --event features,fork,restore,disruption "$recording"
  assert_equal "$(cut -d ' ' -f 2 <<<"$output" | paste -sd ' ')" \
    "features disruption disruption features disruption features disruption features disruption features"
  assert_line -n 0 --partial "flags none -> vm-gen-counter-present"
  expect 0 watch --until features=time-monotonic "$recording"
}
