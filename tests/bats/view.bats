#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# watch --view on a terminal of tmux: what the screen holds, and that it is left
# as it was.
#
# shellcheck disable=SC2154 # helper.bash sets

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  # A path of a socket is short.
  socket=$(mktemp -u /tmp/view-XXXXXX)
}

teardown() {
  end_server
}

# A server that is told to end takes connections for a while yet, and drops
# them: the next one has a socket of its own, and begins when this one is gone.
end_server() {
  local pid _
  pid=$(tm display-message -p '#{pid}' 2>/dev/null) || true
  tm kill-server 2>/dev/null || true
  if [[ $pid ]]; then
    for _ in {1..100}; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
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
  for _ in {1..150}; do
    output=$(tm capture-pane -p)
    # shellcheck disable=SC2034 # for assert_line
    mapfile -t lines <<<"$output"
    if grep -qE -e "$1" <<<"$output"; then
      return
    fi
    sleep 0.1
  done
  printf 'never on the screen: %s\n%s\n' "$1" "$output" | fail
}

# The shell of the pane, and the view in it. Its settings of the terminal are
# shown before and after; the size is no part of them. start_view ARGUMENTS
# [ENVIRONMENT]
start_view() {
  tm new-session -d -x 80 -y 24 "bash --norc --noprofile"
  tm send-keys "PS1='ready> '; clear" Enter
  screen '^ready>'
  tm send-keys "settings() { stty -a | tail -n +2 | cksum; }; settings >before" Enter
  tm send-keys "$2$VMCLOCKCTL watch --view $1 2>err; echo \"status \$?\"; settings >after" Enter
  screen '^ status   '
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
  local publisher=$!
  for _ in {1..100}; do [[ -s page ]] && break || sleep 0.1; done
  start_view "--live page"
  for size in 80x24 60x16 61x17 100x30 200x60; do
    columns=${size%x*} rows=${size#*x}
    tm resize-window -x "$columns" -y "$rows"
    screen "^.{$((columns - 4))} UTC$"
    assert_line --index 0 --partial page
    assert_line --partial " status   synchronized  for "
    assert_line --partial " bounds   +/- "
    assert_line --regexp "CLOCK_REALTIME minus the page, 2 min +[+-][0-9.e-]+ [munsa]+ now$"
    assert_line " no events yet"
    assert_equal "$(sed -n '$=' <<<"$output")" "$rows"
    assert_equal "$(tail -n 1 <<<"$output")" " q quit   c clear   e events   r rules   ? help"
    # No line is longer, and the chart has the clock in it.
    assert_equal "$(awk -v most="$columns" 'length > most' <<<"$output")" ""
    grep -q '\*$' <<<"$output"
  done
  tm resize-window -x 59 -y 20
  screen '^too small: needs 60x16$'
  tm resize-window -x 80 -y 24
  tm send-keys '?'
  screen 'the disruption marker changed$'
  tm send-keys '?'
  screen '^ no events yet$'
  tm send-keys q
  assert_left 0
  grep -q '^0 events$' err
  kill "$publisher"
}

@test "the view has all events, and the rules that are broken, by a key" {
  start_view sim:marker-silent
  tm send-keys r
  screen '^ rules, of all pages so far: [1-9][0-9]* ok, 0 fail, 0 warn$'
  screen '^ none is broken$'
  screen '^ FAIL series.marker-silent: time jumped'
  screen '^ rules, of all pages so far: [1-9][0-9]* ok, 1 fail, [0-9]* warn$'
  tm send-keys e
  screen '^ events: 1, the newest first$'
  assert_line --partial 'violation   series.marker-silent'
  tm send-keys e
  screen '^ CLOCK_REALTIME minus the page'
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

@test "the view shows events and states as they come" {
  start_view sim:startup
  screen '^ status   initializing'
  screen 'no time: clock_status forbids the use of the clock'
  screen 'clock_status initializing -> synchronized'
  screen '^ status   synchronized '
  tm send-keys c
  screen '^ no events yet$'
  tm send-keys C-c
  assert_left 0
}

@test "every signal that can be caught leaves the terminal as it was" {
  local signal
  for signal in TERM SEGV ABRT HUP QUIT; do
    start_view sim:steady
    kill -"$signal" "$(pgrep -P "$(tm display-message -p '#{pane_pid}')")"
    screen '^status '
    [[ $signal != TERM ]] || assert_left 0
    screen '^ready> *$'
    assert_equal "$(<after)" "$(<before)"
    assert_equal "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" "0 1"
    end_server
  done
}

@test "in the background the view is refused, or waits without the terminal" {
  tm new-session -d -x 80 -y 24 "bash --norc --noprofile"
  tm send-keys "PS1='ready> '; clear" Enter
  screen '^ready>'
  tm send-keys "($VMCLOCKCTL watch --view sim:steady 2>early; echo \$? >status) &" Enter
  for _ in {1..100}; do [[ -s status ]] && break || sleep 0.1; done
  assert_equal "$(<status)" 2
  grep -q 'needs the terminal, which another job has: run it in the foreground' early
  end_server
  start_view sim:steady
  tm send-keys C-z
  screen '^ready> *$'
  tm send-keys "clear; bg" Enter
  sleep 1
  tm send-keys "jobs" Enter
  screen '^\[1\].*Running'
  assert_equal "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" "0 1"
  tm send-keys fg Enter
  screen '^ status   '
  assert_equal "$(tm display-message -p '#{alternate_on}')" 1
  tm send-keys C-z
  screen '^ready> *$'
  tm send-keys "clear; bg; kill %1; sleep 1; jobs; clear; settings >after" Enter
  screen '^ready> *$'
  assert_equal "$(pgrep -P "$(tm display-message -p '#{pane_pid}')")" ""
  assert_equal "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" "0 1"
}

@test "after a stop that cannot be caught the view is drawn anew" {
  start_view sim:steady
  kill -STOP "$(pgrep -P "$(tm display-message -p '#{pane_pid}')")"
  screen 'ready> *$'
  tm send-keys fg Enter
  screen '^ status   '
  tm send-keys q
  screen '^ready> *$'
  assert_equal "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" "0 1"
}

@test "Ctrl-Z gives the terminal back, and fg takes it again" {
  start_view sim:steady
  tm send-keys C-z
  screen '^ready> *$'
  assert_equal "$(tm display-message -p '#{alternate_on}')" 0
  tm send-keys fg Enter
  screen '^ status   '
  assert_equal "$(tm display-message -p '#{alternate_on}')" 1
  tm send-keys q
  screen '^ready> *$'
  assert_equal "$(tm display-message -p '#{alternate_on} #{cursor_flag}')" "0 1"
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
