#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# watch --view on a terminal of tmux: what the screen holds, and that it is left
# as it was.
#
# shellcheck disable=SC2154 # helper.bash sets

load helper
load live

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  # A path of a socket is short.
  socket=$(mktemp -u /tmp/view-XXXXXX)
}

teardown() {
  # It may outlive a test that failed.
  [[ ! ${publisher-} ]] || kill "$publisher" 2>/dev/null || true
  end_server
}

# A server that is told to end takes connections for a while yet, and drops
# them: the next one has a socket of its own, and begins when this one is gone.
end_server() {
  local pid _
  pid=$(tm display-message -p '#{pid}' 2>/dev/null) || true
  tm kill-server 2>/dev/null || true
  if [[ $pid ]]; then
    for _ in {1..500}; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.02
    done
  fi
  rm -f "$socket"
  socket=$(mktemp -u /tmp/view-XXXXXX)
}

tm() {
  TERM=xterm tmux -S "$socket" -f /dev/null "$@"
}

# screen REGEX: wait until a line of the screen has it; $output is the screen.
screen() {
  local _
  for _ in {1..300}; do
    output=$(tm capture-pane -p)
    # shellcheck disable=SC2034 # for assert_line
    mapfile -t lines <<<"$output"
    if grep -qE -e "$1" <<<"$output"; then
      return
    fi
    sleep 0.05
  done
  printf 'never on the screen: %s\n%s\n' "$1" "$output" | fail
}

# The shell of the pane. Its settings of the terminal are shown before and after
# a view; the size is no part of them.
start_shell() {
  tm new-session -d -x 80 -y 24 "bash --norc --noprofile"
  tm send-keys "PS1='ready> '; clear" Enter
  screen '^ready>'
  tm send-keys "settings() { stty -a | tail -n +2 | cksum; }; settings >before" Enter
}

# view ARGUMENTS [BEFORE]: in that shell, what stands before the program with it.
view() {
  tm send-keys "clear; $2$VMCLOCKCTL watch --view $1 2>err; echo \"status \$?\"; settings >after" Enter
  screen '^ status   '
}

start_view() {
  start_shell
  view "$@"
}

view_pid() {
  pgrep -P "$(tm display-message -p '#{pane_pid}')"
}

# The screen is that of before, and so are the settings.
assert_left() {
  screen "^status $1"
  screen '^ready> *$'
  assert_equal "$(<after)" "$(<before)"
  refute [ "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" != "0 1" ]
}

@test "the view shows the state in five sizes, and follows the terminal's" {
  local size columns rows
  vmclockctl simulate steady --publish page --rate 4 3>&- 2>published &
  publisher=$!
  for _ in {1..100}; do [[ -s page ]] && break || sleep 0.1; done
  start_view "--live page"
  for size in 80x24 60x16 61x17 100x30 200x60; do
    columns=${size%x*} rows=${size#*x}
    tm resize-window -x "$columns" -y "$rows"
    screen "^.{$((columns - 4))} UTC$"
    assert_line --index 0 --partial page
    assert_line --partial " status   synchronized  for "
    assert_line --partial " bounds   +/- "
    assert_line --regexp "CLOCK_REALTIME minus the page, 2 min +[+-][0-9.]+ ([mun]?s|d) now(, [^,]+ \.\. [^,]+)?$"
    assert_line " no events yet"
    assert_equal "$(sed -n '$=' <<<"$output")" "$rows"
    assert_regex "$(tail -n 1 <<<"$output")" '^ q quit .* w write( recording)?  +\? help$'
    # No line is longer, and the chart has the clock in it.
    assert_equal "$(awk -v most="$columns" 'length > most' <<<"$output")" ""
    grep -q '\*$' <<<"$output"
  done
  tm resize-window -x 59 -y 20
  screen '^too small: needs 60x16$'
  tm resize-window -x 80 -y 24
  tm send-keys '?'
  screen 'the disruption marker changed$'
  screen '^ w  write a recording to a new file here'
  tm send-keys '?'
  screen '^ no events yet$'
  tm send-keys q
  assert_left 0
  grep -q '^0 events$' err
}

@test "the view shows events, states and broken rules as they come" {
  local start
  vmclockctl encode --from "$REAL/host-tai-synchronized.bin" tai_offset_sec=-37 \
    clock_status=initializing -o first
  live_page first
  start_view "--live live.bin --interval 20ms"
  screen '^ status   initializing'
  assert_line --partial 'no time: clock_status forbids the use of the clock'
  live_set clock_status=synchronized
  screen 'clock_status initializing -> synchronized'
  screen '^ status   synchronized '
  tm send-keys r
  screen '^ rules, of all pages so far: [1-9][0-9]* ok, 0 fail, [0-9]* warn$'
  start=$(vmclockctl show -F time_sec "$page")
  live_set clock_status=synchronized time_sec=$((start + 10))
  screen '^ FAIL series.nested: '
  screen '^ rules, of all pages so far: [1-9][0-9]* ok, [1-9] fail, [0-9]* warn$'
  tm send-keys e
  screen '^ events: 2, the newest first$'
  assert_line --partial 'violation   series.nested'
  tm send-keys e
  screen '^ CLOCK_REALTIME minus the page'
  tm send-keys c
  screen '^ no events yet$'
  tm send-keys C-c
  assert_left 0
}

@test "the key w writes what is seen to a new file, whole" {
  local -a files
  mkdir -p written
  live_page "$REAL/host-tai-synchronized.bin"
  start_view "--live ../live.bin --interval 20ms" "env -C written "
  refute_line --partial record:
  tm send-keys w
  screen '^ recording: live\.bin-[0-9]{8}T[0-9]{6}Z\.jsonl, 1 page$'
  live_set disruption_marker=7
  screen '^ recording: .*, 2 pages$'
  tm send-keys w
  screen '^ recorded: live\.bin-.*, 2 pages$'
  # What comes after it is in no file; the next has another name.
  live_set disruption_marker=8
  screen 'marker 0x8$'
  sleep 1
  tm send-keys w
  screen '^ recording: .*, 1 page$'
  tm send-keys q
  assert_left 0
  files=(written/*)
  assert_equal "${#files[@]}" 2
  assert_equal "$(grep '^recorded: ' err)" \
    "recorded: ${files[0]#*/}, 2 pages
recorded: ${files[1]#*/}, 1 page"
  expect 0 watch --json "${files[0]}"
  run -0 jq -r 'select(.type == "event").event' <<<"$output"
  assert_output disruption
  run -0 jq -sc '[.[].type], .[1].counter_last, (.[0].source.path | endswith("live.bin"))' "${files[0]}"
  assert_line --index 0 '["start","snapshot","snapshot","end"]'
  assert_line --index 2 true
  expect 0 show -F disruption_marker "${files[1]}"
  assert_output 0x0000000000000008
}

@test "the key w takes another name where one is taken" {
  local second now
  mkdir taken
  now=$(date +%s)
  for ((second = now; second < now + 60; second++)); do
    echo other >"taken/page-$(date -u -d "@$second" +%Y%m%dT%H%M%SZ).jsonl"
  done
  cp "$REAL/host-tai-synchronized.bin" page
  start_view "--live ../page --interval 20ms" "env -C taken "
  tm send-keys w
  screen '^ recording: page-[0-9]{8}T[0-9]{6}Z-2\.jsonl, 1 page$'
  tm send-keys q
  assert_left 0
  expect 0 show -F disruption_marker taken/*-2.jsonl
  assert_equal "$(cat taken/*Z.jsonl | sort -u)" other
}

@test "where no file can be written, the view says so and goes on" {
  mkdir gone
  live_page "$REAL/host-tai-synchronized.bin"
  start_view "--live $page --interval 20ms" "env -C gone "
  rmdir gone
  tm send-keys w
  screen '^ not recording: .*live\.bin-.*cannot write: '
  live_set disruption_marker=9
  screen 'marker 0x9$'
  tm send-keys q
  assert_left 0
  grep -q '^not recording: .*cannot write: ' err
}

@test "a page that went away is lost until it is back, and is not recorded" {
  cp "$REAL/host-tai-synchronized.bin" gone
  start_view "--live gone --interval 20ms"
  screen '^ status   synchronized '
  rm gone
  # Longer than a look, and than from one drawing to the next.
  screen '^ status   lost  for [2-9]\.[0-9] s$'
  assert_line ' bounds   none: the page is gone'
  tm send-keys w
  screen '^ not recording: gone: the page is gone$'
  assert_equal "$(compgen -G '*.jsonl')" ""
  cp "$REAL/host-tai-synchronized.bin" gone
  screen '^ status   synchronized  for '
  tm send-keys q
  assert_left 0
}

@test "the view shows the device's PHC and CLOCK_TAI, as compare does" {
  mkdir -p root/dev root/sys/class/ptp/ptp0
  vmclockctl show --json sim:steady >page.json
  vmclockctl encode --from page.json -o root/dev/vmclock0
  echo vmclock0 >root/sys/class/ptp/ptp0/clock_name
  : >root/dev/ptp0
  start_view "--root root --live" \
    "PTP_PLAY='tai 0' ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0 LD_PRELOAD=$PLAYED "
  screen '^ ptp0 \(vmclock0\)  [+-][0-9.]+ [nu]s \+/- [0-9.]+ [nu]s  precise  TAI  (inside|unclear)$'
  screen '^ CLOCK_TAI        '
  tm resize-window -x 60 -y 16
  screen '^ ptp0 \(vmclock0\)'
  tm send-keys q
  assert_left 0
  end_server
  start_view "--root root --live" \
    "PTP_PLAY='precise 16 extended 16 offset 16 busy 9999' ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0 LD_PRELOAD=$PLAYED "
  screen '^ ptp0 \(vmclock0\)  [A-Za-z]'
  tm send-keys q
  assert_left 0
}

@test "every signal that can be caught leaves the terminal as it was" {
  local signal
  start_shell
  for signal in TERM SEGV ABRT HUP QUIT; do
    rm -f after
    view sim:steady
    kill -"$signal" "$(view_pid)"
    screen '^status '
    [[ $signal != TERM ]] || assert_left 0
    screen '^ready> *$'
    assert_equal "$(<after)" "$(<before)"
    assert_equal "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" "0 1"
  done
}

# The shell has the terminal as it was.
assert_given_back() {
  screen '^ready> *$'
  assert_equal "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" "0 1"
}

@test "Ctrl-Z gives the terminal back, fg takes it, in the background it waits" {
  local _
  start_shell
  tm send-keys "($VMCLOCKCTL watch --view sim:steady 2>early; echo \$? >status) &" Enter
  wait_for_lines status 1
  assert_equal "$(<status)" 2
  grep -q 'needs the terminal, which another job has: run it in the foreground' early
  view sim:steady
  tm send-keys C-z
  assert_given_back
  tm send-keys fg Enter
  screen '^ status   '
  assert_equal "$(tm display-message -p '#{alternate_on}')" 1
  # One that cannot be caught: the view is drawn anew.
  kill -STOP "$(view_pid)"
  screen 'ready> *$'
  tm send-keys fg Enter
  screen '^ status   '
  tm send-keys C-z
  assert_given_back
  tm send-keys "clear; bg; jobs" Enter
  screen '^\[1\].*Running'
  # Longer than from one drawing to the next.
  sleep 0.6
  refute grep -q '^ status   ' <<<"$(tm capture-pane -p)"
  assert_equal "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" "0 1"
  tm send-keys fg Enter
  screen '^ status   '
  assert_equal "$(tm display-message -p '#{alternate_on}')" 1
  tm send-keys C-z
  assert_given_back
  tm send-keys "clear; bg; kill %1; wait; clear; settings >after" Enter
  assert_given_back
  for _ in {1..100}; do view_pid >/dev/null || break; sleep 0.05; done
  run ! view_pid
}

@test "the view needs a terminal and a live page" {
  expect 2 watch --view sim:steady
  assert_stderr --partial "--view: needs a terminal"
  expect 2 watch --view "$FIXTURES/recordings/steady.jsonl"
  assert_stderr --partial "steady.jsonl is no live page"
  local option
  for option in --json "-o file" "--exec true"; do
    # shellcheck disable=SC2086 # option and argument
    expect 2 watch --view sim:steady $option
    assert_stderr --partial "--view: cannot be combined with --"
  done
}
