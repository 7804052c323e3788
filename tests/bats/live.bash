# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Pages that change while they are looked at, and recordings made by hand.
# After `load helper`: load live

# live_page PAGE: $page is a copy of it, which live_set updates.
live_page() {
  page=$BATS_TEST_TMPDIR/live.bin
  cat -- "$1" >"$page"
  seq=$(vmclockctl show -F seq_count "$page")
}

# live_write [FIELD=VALUE...]: writes the fields with one write(2). The reader
# may see it in any part, so it is for fields that are not checked together.
live_write() {
  vmclockctl encode "$page" "$@" >"$BATS_TEST_TMPDIR/next.bin"
  dd if="$BATS_TEST_TMPDIR/next.bin" of="$page" bs=4096 conv=notrunc status=none
}

# live_set [FIELD=VALUE...]: an update as the specification orders it. The page
# is made beforehand and one process writes it all, so that even on a busy
# machine seq_count is odd for a moment only.
live_set() {
  local next=$BATS_TEST_TMPDIR/next.bin
  vmclockctl encode "$page" "$@" seq_count=$((seq + 1)) >"$next"
  seq=$((seq + 2))
  perl -e '
    my ($page, $next, $seq) = @ARGV;
    open(my $in, "<:raw", $next) or die "$next: $!";
    open(my $out, "+<:raw", $page) or die "$page: $!";
    read($in, my $bytes, 4096);
    for ([12, pack("V", $seq - 1)], [0, $bytes], [12, pack("V", $seq)]) {
      sysseek($out, $_->[0], 0) and syswrite($out, $_->[1]) or die "$page: $!";
    }' "$page" "$next" "$seq"
}

# wait_for_lines FILE COUNT: until the file has so many, 10 s at most.
wait_for_lines() {
  local i
  for ((i = 0; i < 200; i++)); do
    [[ -e $1 ]] && (($(wc -l <"$1") >= $2)) && return
    sleep 0.05
  done
  fail "$1 has $(wc -l <"$1") lines, not $2: $(<"$1")"
}

# wait_for_file FILE: until it is there, 10 s at most.
wait_for_file() {
  local i
  for ((i = 0; i < 200; i++)); do
    [[ ! -e $1 ]] || return 0
    sleep 0.05
  done
  fail "$1 did not come"
}

# record_in_background [OPTION...]: of $page to $recording, once it has begun.
record_in_background() {
  recording=$BATS_TEST_TMPDIR/recording.jsonl
  rm -f "$recording"
  "$VMCLOCKCTL" record --live "$page" --interval 10ms -o "$recording" "$@" 3>&- &
  background=$!
  wait_for_lines "$recording" 2
}

# watch_in_background [OPTION...]: of $page, to $events and $talk.
watch_in_background() {
  events=$BATS_TEST_TMPDIR/events
  talk=$BATS_TEST_TMPDIR/talk
  : >"$events"
  "$VMCLOCKCTL" watch --live "$page" "$@" >"$events" 2>"$talk" 3>&- &
  background=$!
  wait_for_lines "$talk" 1
  # The first look follows at once.
  sleep 0.2
}

# stop_background [SIGNAL]: and it has to end with status 0.
stop_background() {
  local status=0
  kill -"${1:-INT}" "$background"
  wait "$background" || status=$?
  background=
  assert_equal "$status" 0
}

teardown() {
  if [[ ${background-} ]]; then
    kill -KILL "$background" 2>/dev/null
    wait "$background" 2>/dev/null
  fi
  return 0
}

# make_recording NAME [FIELD=VALUE...] [-- FIELD=VALUE...]...: $recording, of a
# page with a clock and these fields, one snapshot a group. The counter runs at
# 2 GHz from 20000000000 on, the next page half a millisecond on; seq_count goes
# up by two.
make_recording() {
  local n=0 counter=20000000000 last=null fields=()
  recording=$BATS_TEST_TMPDIR/$1.jsonl
  shift
  echo '{"schema": "vmclockctl/record", "schema_version": 1, "type": "start"}' \
    >"$recording"
  while (($#)); do
    fields=()
    while (($#)) && [[ $1 != -- ]]; do
      fields+=("$1")
      shift
    done
    if (($#)); then
      shift
    fi
    n=$((n + 1))
    vmclockctl encode --json --from "$REAL/host-tai-synchronized.bin" \
      seq_count=$((2 * n)) "${fields[@]}" |
      jq -c --argjson n "$n" --arg counter "$counter" --argjson last "$last" '{
        type: "snapshot", n: $n, page, counter: $counter, counter_last: $last,
        realtime: {sec: "1795219862", nsec: ($n * 500000)},
        monotonic_raw: {sec: "10", nsec: ($n * 500000)}, wake: "interval",
        missed: 0, unsettled_ns: 0, unsettled_look_ns: 0}' >>"$recording"
    last="\"$((counter + 900000))\""
    counter=$((counter + 1000000))
  done
  echo "{\"type\": \"end\", \"counter_last\": $last}" >>"$recording"
}
