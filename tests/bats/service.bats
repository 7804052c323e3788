#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# watch as a service: what it keeps, what it tells systemd, and what contrib/ makes of
# it.
#
# shellcheck disable=SC2154,SC2016 # live.bash sets; other shells expand

load helper
load live

setup() {
  live_page "$VMCLOCKCTL_SOURCE_ROOT/fixtures/real/host-tai-synchronized.bin"
  state=$BATS_TEST_TMPDIR/state
  cd "$BATS_TEST_TMPDIR" || return
}

# keep STATUS [OPTION...]: a watch of a moment that keeps $state
keep() {
  local status=$1
  shift
  expect "$status" watch --live "$page" --state "$state" --timeout 200ms "$@"
}

@test "--state: what happened while no watch ran is told by the next, once" {
  keep 1
  assert_output ""
  jq -e --arg page "$page" '.schema == "vmclockctl/watch-state" and .device == $page
    and .page.length == 4096' "$state"
  live_set disruption_marker=0x77 clock_status=freerunning
  keep 1 --exec 'echo "$VMCLOCK_EVENT $VMCLOCK_MARKER_OLD $VMCLOCK_MARKER_NEW" >>ran'
  assert_line -n 0 --regexp '^[^ ]+ disruption .*0x1 -> 0x77'
  assert_line -n 1 --regexp '^[^ ]+ status .*synchronized -> freerunning'
  assert_equal "${#lines[@]}" 2
  keep 1
  assert_output ""
  # Routine changes are told as ever, with --all alone.
  live_set disruption_marker=0x77 clock_status=freerunning time_sec=1795219862
  keep 1
  assert_output ""
}

@test "--state: an event that a watch saw is not told by the next" {
  watch_in_background --state "$state" --interval 10ms
  live_set disruption_marker=0x78
  wait_for_lines "$events" 1
  kill "$background"
  wait "$background"
  keep 1
  assert_output ""
}

@test "--state: --until holds for what happened meanwhile, and -n counts it" {
  keep 1
  live_set disruption_marker=0x79
  expect 0 watch --live "$page" --state "$state" --until disruption --timeout 10s
  live_set disruption_marker=0x80
  expect 0 watch --live "$page" --state "$state" -n 1 --timeout 10s
  assert_line --regexp '0x79 -> 0x80'
}

@test "--state: a watch that ends amid the events of a change leaves the others" {
  keep 1
  live_set disruption_marker=0x90 clock_status=freerunning
  expect 0 watch --live "$page" --state "$state" -n 1 --timeout 10s
  assert_line --partial " disruption "
  keep 1
  assert_line --partial " status "
  # The last of them: nothing is left.
  live_set disruption_marker=0x91
  expect 0 watch --live "$page" --state "$state" -n 1 --timeout 10s
  keep 1
  assert_output ""
}

@test "--state: a page of the same relative name is another device" {
  mkdir one two
  cp "$page" one/page
  cp "$page" two/page
  (cd one && vmclockctl watch --live page --state "$state" --timeout 100ms) || [[ $? == 1 ]]
  cd two
  expect 1 watch --live page --state "$state" --timeout 100ms
  assert_stderr --partial "of another device, begun anew"
}

@test "--state: another boot and another device begin anew, and it is said" {
  keep 1
  live_set disruption_marker=0x81
  sed -i 's/"boot_id": "[^"]*"/"boot_id": "another"/' "$state"
  keep 1
  assert_output ""
  assert_stderr --partial "state: of another boot, begun anew"
  sed -i 's/"device": "[^"]*"/"device": "another"/' "$state"
  keep 1
  assert_stderr --partial "state: of another device, begun anew"
  jq -e '.device != "another"' "$state"
}

@test "--state: a file that is none of watch's stays as it is, status 3" {
  local content
  for content in x '{"schema": "vmclockctl/show"}' '[]' \
    "$(printf '{"schema": "vmclockctl/watch-state", "boot_id": "%s", "device": "%s",
      "counts": {"disruption": "many"}}' "$(</proc/sys/kernel/random/boot_id)" "$page")" \
    "$(printf '{"schema": "vmclockctl/watch-state", "boot_id": "%s", "device": "%s",
      "page": {"length": 2, "hex": "0x"}}' "$(</proc/sys/kernel/random/boot_id)" "$page")" \
    "$(printf '{"schema": "vmclockctl/watch-state", "boot_id": "%s", "device": "%s",
      "counts": {"disruption": 9223372036854775807}}' "$(</proc/sys/kernel/random/boot_id)" "$page")" \
    "$(printf '{"schema": "vmclockctl/watch-state", "boot_id": "%s", "device": "%s",
      "page": {"length": 4, "hex": "00000000"}}' "$(</proc/sys/kernel/random/boot_id)" "$page")" \
    '{"schema": "vmclockctl/watch-state", "schema_version": 2, "boot_id": ""}'; do
    printf '%s' "$content" >"$state"
    keep 3
    assert_stderr --partial "not a state of watch"
    assert_equal "$(<"$state")" "$content"
  done
  # None so far is a number too.
  printf '{"schema": "vmclockctl/watch-state", "boot_id": "%s", "device": "%s",
    "counts": {"disruption": 0}}' "$(</proc/sys/kernel/random/boot_id)" "$page" >"$state"
  keep 1
  : >"$state"
  keep 1
  expect 2 watch --state "$state" "$VMCLOCKCTL_SOURCE_ROOT/fixtures/recordings/steady.jsonl"
  expect 4 watch --live "$page" --state "$BATS_TEST_TMPDIR/none/state" --timeout 1s
  expect 4 watch --live "$page" --state "$BATS_TEST_TMPDIR" --timeout 1s
  assert_stderr --partial "is a directory"
}

@test "--state: what a later version has in the file besides, stays there" {
  keep 1
  jq -c '. + {later: 1} | .counts.later = 2' "$state" >newer
  cat newer >"$state"
  live_set disruption_marker=0x75
  keep 1
  assert_output --partial "0x75"
  output=$(<"$state")
  assert_json '.later == 1 and .counts == {disruption: 1, later: 2}'
}

@test "--state: what could not be kept is tried again, and the metrics wait for it" {
  mkdir place
  watch_in_background --state place/state --openmetrics events.prom --interval 10ms
  wait_for_file events.prom
  mv place away
  live_set disruption_marker=0x77
  wait_for_lines "$events" 1
  sleep 1.5
  counted disruption 0
  mkdir place
  until_counted disruption 1
  output=$(<place/state)
  assert_json '.counts.disruption == 1'
  assert_equal "$(grep -c 'place/state: cannot write' "$talk")" 1
  # Nothing happens, and the file is there at the end.
  rm place/state
  stop_background
  assert_exist place/state
}

@test "--state: a path that is not UTF-8 is the same device the next time" {
  local name=$'p\xffge'
  cp "$page" "$name"
  expect 1 watch --live "$name" --state "$state" --timeout 200ms
  cat "$(patched "$page" 0x10 78)" >"$name"
  expect 1 watch --live "$name" --state "$state" --timeout 200ms
  refute_stderr --partial "another device"
  assert_output --partial disruption
}

@test "--state, --openmetrics: a file that is lost at the end is status 4" {
  local option
  for option in state openmetrics; do
    mkdir place
    watch_in_background "--$option" "place/$option" --interval 10ms
    wait_for_file "place/$option"
    mv place "away-$option"
    live_set disruption_marker="0x${#option}"
    wait_for_lines "$events" 1
    kill -INT "$background"
    status=0
    wait "$background" || status=$?
    background=
    assert_equal "$option $status" "$option 4"
    grep -F "place/$option: cannot write" "$talk"
  done
}

@test "--openmetrics: a second watch of the same file is refused, and names the first" {
  watch_in_background --openmetrics events.prom --interval 10ms
  wait_for_file events.prom
  expect 4 watch --live "$page" --openmetrics events.prom --timeout 200ms
  assert_stderr --partial "events.prom: is written by process $background; left as it is"
  live_set disruption_marker=0x76
  until_counted disruption 1
  expect 4 watch --live "$page" --openmetrics events.prom --timeout 200ms
  stop_background
  counted disruption 1
  expect 1 watch --live "$page" --openmetrics events.prom --timeout 200ms
}

@test "--state: a second watch of the same file is refused, and names the first" {
  watch_in_background --state "$state" --interval 10ms
  wait_for_file "$state"
  keep 4
  assert_stderr --partial "$state: is written by process $background; left as it is"
  assert_stderr --partial "hint: end that one first"
  # So it stays as the file is replaced.
  live_set disruption_marker=0x70
  wait_for_lines "$events" 1
  keep 4
  assert_stderr --partial "process $background"
  # And a new one that never saw a page has it, too.
  stop_background
  keep 1
  assert_output ""
  rm "$state"
  printf '\1' | dd of="$page" bs=1 seek=12 conv=notrunc status=none
  "$VMCLOCKCTL" watch --live "$page" --state "$state" >/dev/null 2>"$talk" 3>&- &
  background=$!
  wait_for_file "$state"
  keep 4
  assert_stderr --partial "process $background"
  kill -KILL "$background"
  wait "$background" || true
  keep 4
  assert_stderr --partial "seq_count never settled"
}

@test "--state: of two watches that begin at once, one keeps the file" {
  local i one two status
  for i in {1..20}; do
    # An older one, and none.
    ((i % 2)) || rm -f "$state"
    "$VMCLOCKCTL" watch --live "$page" --state "$state" >/dev/null 2>one 3>&- &
    one=$!
    "$VMCLOCKCTL" watch --live "$page" --state "$state" >/dev/null 2>two 3>&- &
    two=$!
    status=0
    wait -n "$one" "$two" || status=$?
    assert_equal "$status" 4
    assert_equal "$(cat one two | grep -c 'state: is written by ')" 1
    kill "$one" "$two" 2>/dev/null || true
    wait "$one" || true
    wait "$two" || true
    [[ ${VMCLOCKCTL_FULL-} ]] || ((i < 4)) || break
  done
}

@test "--state: whoever may only read the file keeps no watch out" {
  keep 1
  live_set disruption_marker=0x71
  python3 - "$state" "$VMCLOCKCTL" watch --live "$page" --state "$state" \
    --timeout 200ms >out <<'END'
import fcntl, struct, subprocess, sys
with open(sys.argv[1], "rb") as file:
    # OFD locks: type, whence, start, length, process.
    fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
    sys.exit(subprocess.run(sys.argv[2:]).returncode != 1)
END
  run cat out
  assert_output --partial "0x1 -> 0x71"
  keep 1
  assert_output ""
}

@test "--openmetrics counts events of every kind, shown or not" {
  once
  watch_in_background --openmetrics events.prom --event fork --interval 10ms
  wait_for_file events.prom
  grep -x 'vmclock_disruptions_total{source="'"$page"'"} 0' events.prom
  grep -x 'vmclock_watch_page_available{source="'"$page"'"} 1' events.prom
  live_set disruption_marker=0x60 clock_status=freerunning
  until_counted disruption 1
  live_set disruption_marker=0x61 clock_status=freerunning time_sec=1795219862
  until_counted disruption 2
  stop_background
  assert_equal "$(<"$events")" ""
  grep -x 'vmclock_disruptions_total{source="'"$page"'"} 2' events.prom
  counted status 1
  counted calibration 1
  counted fork 0
  grep -x 'vmclock_watch_clock_status{source="'"$page"'",clock_status="freerunning"} 1' \
    events.prom
  grep -x 'vmclock_watch_disruption_marker_info{source="'"$page"'",disruption_marker="0x0000000000000061"} 1' \
    events.prom
  run -0 sed -n 's/^vmclock_watch_look_timestamp_seconds{.*} //p' events.prom
  assert [ "$(($(date +%s) - ${output%.*}))" -le 5 ]
  assert_equal "$(stat -c %h events.prom)" 1
}

# counted KIND NUMBER
counted() {
  assert_equal "$1 $(count_of "$1")" "$1 $2"
}

# count_of KIND
count_of() {
  sed -n "s/^vmclock_events_total{.*event=\"$1\"} //p" events.prom
}

# until_counted KIND NUMBER: 10 s at most, less than the file is written without news.
until_counted() {
  local i
  for ((i = 0; i < 200; i++)); do
    [[ $(count_of "$1") != "$2" ]] || break
    sleep 0.05
  done
  counted "$1" "$2"
}

@test "--openmetrics: events are soon in the file, and so is the page's absence" {
  once
  watch_in_background --openmetrics events.prom --interval 10ms
  wait_for_file events.prom
  live_set disruption_marker=0x62
  until_counted disruption 1
  mv "$page" away
  until_counted lost 1
  grep -x 'vmclock_watch_page_available{source="'"$page"'"} 0' events.prom
  run ! grep vmclock_watch_clock_status events.prom
}

@test "--openmetrics with --state: the counters go on, and never back" {
  local metrics=(--openmetrics events.prom)
  keep 1 "${metrics[@]}"
  live_set disruption_marker=0x63
  # What happened while none ran, by one that has no metrics.
  keep 1
  counted disruption 0
  live_set disruption_marker=0x64 clock_status=freerunning
  keep 1 "${metrics[@]}"
  counted disruption 2
  counted status 1
  # Calibrations, which alone make no new state.
  watch_in_background "${metrics[@]}" --state "$state" --interval 10ms
  live_set disruption_marker=0x64 clock_status=freerunning time_sec=1795219863
  sleep 0.2
  stop_background
  counted calibration 1
  keep 1 "${metrics[@]}"
  counted calibration 1
  # Killed while a command of --exec runs: told again, and not counted less.
  watch_in_background "${metrics[@]}" --state "$state" --interval 10ms --exec 'sleep 9'
  live_set disruption_marker=0x65 clock_status=freerunning time_sec=1795219863
  until_counted disruption 3
  kill -KILL "$background"
  wait "$background" || true
  keep 1 "${metrics[@]}"
  assert_output --partial "0x64 -> 0x65"
  counted disruption 4
  # Another boot begins at 0.
  sed -i 's/"boot_id": "[^"]*"/"boot_id": "another"/' "$state"
  keep 1 "${metrics[@]}"
  counted disruption 0
}

@test "--openmetrics: a file of another kind stays, and a failure later ends nothing" {
  once
  echo precious >events.prom
  expect 4 watch --live "$page" --openmetrics events.prom --timeout 200ms
  assert_equal "$(<events.prom)" precious
  expect 4 watch --live "$page" --openmetrics none/events.prom --timeout 200ms
  expect 2 watch --live "$page" --openmetrics - --timeout 200ms
  assert_stderr --partial "--openmetrics -: not a file"
  expect 2 watch --live "$page" --state - --timeout 200ms
  expect 2 watch --openmetrics other.prom \
    "$VMCLOCKCTL_SOURCE_ROOT/fixtures/recordings/steady.jsonl"
  assert_stderr --partial "--openmetrics: "
  assert_not_exist other.prom
  # With the state in the same file one of them is refused.
  expect 4 watch --live "$page" --openmetrics both --state both --timeout 200ms
  rm events.prom
  mkdir place
  watch_in_background --openmetrics place/events.prom --interval 10ms
  wait_for_file place/events.prom
  sleep 1
  mv place elsewhere
  live_set disruption_marker=0x66
  wait_for_lines "$events" 1
  sleep 0.5
  mkdir place
  stop_background
  grep -F 'place/events.prom: cannot write' "$talk"
  assert_equal "$(sed -n 's/^vmclock_disruptions_total.* //p' place/events.prom)" 1
  assert_equal "$(sed -n 's/^vmclock_disruptions_total.* //p' elsewhere/events.prom)" 0
}

# heard SOCKET COMMAND...: what the command sends to a datagram socket, a line for each
# datagram
heard() {
  python3 - "$@" <<'END'
import socket, subprocess, sys
name = sys.argv[1]
own = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
own.bind("\0" + name[1:] if name.startswith("@") else name)
own.settimeout(0.2)
process = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=open("talk", "w"))
over = False
while True:
    try:
        print(own.recv(65536))
    except TimeoutError:
        if over:
            break
        over = process.poll() is not None
print("status", process.returncode)
END
}

@test "watch tells the service manager that it has begun, lives and ends" {
  local name
  for name in "$BATS_TEST_TMPDIR/notify" "@vmclockctl-$$-$BATS_TEST_NUMBER"; do
    export NOTIFY_SOCKET=$name WATCHDOG_USEC=400000
    run -0 heard "$name" "$VMCLOCKCTL" watch --live "$page" --timeout 1s
    assert_equal "$(grep -c READY=1 <<<"$output")" 1
    assert [ "$(grep -c WATCHDOG=1 <<<"$output")" -ge 2 ]
    assert_line -n -2 "b'STOPPING=1'"
    assert_line "status 1"
  done
  # Of another process, and without a page.
  export WATCHDOG_PID=1
  run -0 heard "$BATS_TEST_TMPDIR/other" env NOTIFY_SOCKET="$BATS_TEST_TMPDIR/other" \
    "$VMCLOCKCTL" watch --live "$page" --timeout 300ms
  refute_output --partial WATCHDOG
  assert_output --partial READY=1
  run -0 heard "$BATS_TEST_TMPDIR/none" env NOTIFY_SOCKET="$BATS_TEST_TMPDIR/none" \
    "$VMCLOCKCTL" watch --live "$BATS_TEST_TMPDIR/no-page" --timeout 300ms
  refute_output --partial READY
  # Nobody listens, or the name is none: nothing happens.
  for name in "$BATS_TEST_TMPDIR/nobody" relative ""; do
    NOTIFY_SOCKET=$name expect 1 watch --live "$page" --timeout 100ms
  done
}

@test "--journal sends each event with its fields and its message id" {
  local root=$BATS_TEST_TMPDIR/r id
  mkdir -p "$root/run/systemd/journal"
  # A path of a socket has 107 bytes.
  cd "$root" || return
  (
    wait_for_lines talk 1
    live_set disruption_marker=0x82
  ) 3>&- &
  run -0 heard run/systemd/journal/socket "$VMCLOCKCTL" watch --live "$page" --root . \
    --journal -n 1 --timeout 20s
  wait
  id=$(sed -n '/^EVENT(DISRUPTION/,/message_id/s/.*message_id = "\(.*\)".*/\1/p' \
    "$VMCLOCKCTL_SOURCE_ROOT/src/event/table.h")
  assert_output --partial "MESSAGE=$page: disruption disruption_marker 0x1 -> 0x82"
  assert_output --partial "MESSAGE_ID=$id\\n"
  assert_output --partial 'PRIORITY=4\nSYSLOG_IDENTIFIER=vmclockctl\nVMCLOCK_EVENT=disruption'
  assert_output --partial 'VMCLOCK_MARKER_OLD=0x0000000000000001\nVMCLOCK_MARKER_NEW=0x0000000000000082'
  assert_line "status 0"
  rm run/systemd/journal/socket
  expect 4 watch --live "$page" --root . --journal --timeout 1s
  assert_stderr --partial "cannot reach the journal"
}

@test "on-event knows every event, and runs what is to be done after a disruption" {
  once
  local event script=$VMCLOCKCTL_SOURCE_ROOT/contrib/systemd/on-event
  sed "s,/etc/vmclock,$BATS_TEST_TMPDIR/etc," "$script" >"$BATS_TEST_TMPDIR/on-event"
  mkdir -p "$BATS_TEST_TMPDIR/etc/disrupted.d"
  printf '#!/bin/sh\necho "ran for $VMCLOCK_EVENT"\n' >"$BATS_TEST_TMPDIR/etc/disrupted.d/one"
  chmod +x "$BATS_TEST_TMPDIR/etc/disrupted.d/one"
  export VMCLOCK_DEVICE=/dev/vmclock0 VMCLOCK_RULE=series.nested
  for event in $(vmclockctl list events --json | jq -r '.items[].name'); do
    run -0 env VMCLOCK_EVENT="$event" sh "$BATS_TEST_TMPDIR/on-event"
    case $event in
    disruption | restore | fork | found) assert_line "ran for $event" ;;
    *) refute_output --partial "ran for" ;;
    esac
  done
  run -1 env VMCLOCK_EVENT=unheard-of sh "$BATS_TEST_TMPDIR/on-event"
}

@test "the journal's catalog has each event's message id" {
  once
  local catalog=$VMCLOCKCTL_SOURCE_ROOT/contrib/systemd/vmclockctl.catalog
  run -0 bash -c "diff <(sed -n 's/.*message_id = \"\(.*\)\".*/\1/p' \
    '$VMCLOCKCTL_SOURCE_ROOT/src/event/table.h') <(sed -n 's/^-- //p' '$catalog')"
  assert_equal "$(grep -c '^-- [0-9a-f]\{32\}$' "$catalog")" \
    "$(vmclockctl list events --json | jq '.items | length')"
}
