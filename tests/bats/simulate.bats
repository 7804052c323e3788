#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# simulate: pages in files, and recordings in virtual time.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || exit
  publisher=
}

teardown() {
  [[ -z $publisher ]] || kill "$publisher" 2>/dev/null || true
}

# stop SIGNAL: its exit status in $status.
stop() {
  kill "-$1" "$publisher"
  status=0
  wait "$publisher" || status=$?
  publisher=
}

scenarios() {
  "$VMCLOCKCTL" list scenarios --json |
    jq -r ".items[] | select($1) | .name"
}

# The names in this directory, but for what bats leaves there.
files() {
  find . -mindepth 1 ! -name 'separate-stderr-*' -printf '%f\n' | sort
}

@test "list scenarios has every scenario, and the rules it breaks" {
  expect 0 list scenarios
  assert_line --regexp '^steady  '
  assert_line --regexp '^odd-window .*series\.odd-window'
  for line in "${lines[@]}"; do
    ((${#line} <= 80))
  done
  expect 0 list scenarios --json
  assert_json '[.items[] | select(.breaks == null and (.publish_only | not))
    | .name] == ["steady", "disruption-only", "snapshot-safety",
    "live-migration", "snapshot-restore", "fork", "startup", "holdover",
    "maintenance", "leap-positive", "leap-negative", "arm64", "utc"]'
  assert_json '[.items[] | select(.breaks) | .name] == ["constant",
    "seq-unchanged", "odd-window", "marker-repeat", "marker-silent",
    "generation-repeat", "backward", "unnested", "frequency-step", "tai-step",
    "leap-order", "reference-stuck", "host-driver"]'
  assert_json '[.items[] | select(.publish_only) | .name] == ["torn"]'
  assert_json 'all(.items[]; .help | length > 10)'
}

@test "a recording has the same bytes for the same seed" {
  local name
  for name in $(scenarios '.publish_only | not'); do
    expect 0 simulate "$name" --seed 7 --record a
    expect 0 simulate "$name" --seed 7 --record b
    expect 0 simulate "$name" --seed 8 --record c
    cmp a b
    run -1 cmp -s a c
  done
}

@test "CLOCK_REALTIME of a recording is UTC, with a clock and without" {
  local name
  for name in steady disruption-only snapshot-safety utc host-driver; do
    expect 0 simulate "$name" --record a
    # 2026-01-01T00:00:00Z.
    run -0 jq -r 'select(.n == 1).realtime.sec' a
    assert_output 1767225600
  done
}

@test "a recording is complete, independent of the machine, and a SOURCE" {
  expect 0 simulate snapshot-restore --record a
  run -0 jq -es '.[0] == {schema: "vmclockctl/record", schema_version: 1,
    type: "start", scenario: "snapshot-restore"} and .[-1].type == "end" and
    ([.[] | .n // empty] == [range(1; length - 1)]) and
    all(.[1:-1][]; .wake == "virtual")' a
  expect 0 show --json a
  assert_json '.raw.vm_generation_counter == "0x0000000000000002" and
    .time != null'
  expect 0 simulate snapshot-restore --record - --duration 2.5s
  [[ $(wc -l <<<"$output") == 5 ]]
  expect 0 simulate steady --record - --duration 1s --rate 10
  [[ $(wc -l <<<"$output") == 12 ]]
  refute_line --partial updates
}

@test "a recording reports a seq_count that does not settle" {
  expect 0 simulate odd-window --record -
  run -0 jq -cs '[.[] | select(.type == "unsettled")
    | [.seq_count, .unsettled_ns]]' <<<"$output"
  assert_output '[[9,100000000],[9,200000000]]'
}

# follows_utc RECORDING: the machine's clock stands at UTC as the page shows it,
# in 23:59:60 at 23:59:59 once more, as Linux has it.
follows_utc() {
  local n utc
  for n in $(jq 'select(.type == "snapshot") | .n' "$1"); do
    utc=$(vmclockctl show --json --at "$n" "$1" | jq -r .time.utc)
    jq -es --argjson n "$n" --arg utc "${utc/:60./:59.}" '.[] | select(.n == $n) |
      .realtime | (.sec | tonumber | todate | rtrimstr("Z")) == $utc[:19] and
      (.nsec - ($utc[20:29] | tonumber) | . * . < 10000000000)' "$1" >/dev/null ||
      fail "snapshot $n: $utc, and $(jq "select(.n == $n).realtime" "$1")"
  done
}

@test "the clock of a recording is UTC, across leap seconds too" {
  local name
  for name in leap-positive leap-negative utc live-migration; do
    expect 0 simulate "$name" --record a
    follows_utc a
  done
}

@test "a recording has the length asked for, or is refused" {
  # 7200000000 s at 2.5 GHz from 10000000000000 on, less the last 1000 ns.
  expect 0 simulate reference-stuck --record story --duration 2000000h
  assert_output "4 updates in 7200000000.000 s of virtual time"
  run tail -n 1 story
  assert_json '.counter_last == "18000009999999997500"'
  expect 2 simulate steady --record new --duration 2000001h
  assert_stderr "vmclockctl: --duration 2000001h: a recording takes at most \
2000000h
hint: see vmclockctl simulate --help"
  expect 2 simulate steady --rate 0.001 --record new --duration 2100000h
  expect 2 simulate arm64 --record new --duration 2500000h
  assert_equal "$(files)" story
}

@test "simulate reports what it recorded, as it does for a page" {
  cp "$FIXTURES/recordings/steady.jsonl" a.jsonl
  expect 0 simulate steady --duration 2.5s --record a
  assert_output "2 updates in 2.500 s of virtual time"
  expect 0 simulate steady --duration 2.5s --record a --json
  assert_json '. == {schema: "vmclockctl/simulate", schema_version: 1,
    scenario: "steady", path: "a", updates: 2, duration_ns: 2500000000}'
  expect 0 simulate steady --duration 1.5s --record a
  assert_output "1 update in 1.500 s of virtual time"
  expect 0 simulate startup --record a --json
  assert_json '.duration_ns == 8000000000'
  expect 0 simulate steady --duration 2.5s --record - -o word
  [[ $(wc -l <<<"$output") == 5 ]]
  assert_equal "$(cat word)" "2 updates in 2.500 s of virtual time"
  expect 0 simulate steady --record - --json -o word.json
  assert_equal "$(jq -r .path word.json)" -
  # on standard output the recording is the answer, and JSON already
  for more in "" "--json" "-o -"; do
    # shellcheck disable=SC2086 # an option and its argument
    expect 0 simulate steady --record - $more
    cmp - a.jsonl <<<"$output"
  done
}

@test "fixtures/recordings are what scripts/make-recordings makes" {
  local name
  "$VMCLOCKCTL_SOURCE_ROOT/scripts/make-recordings" --program "$VMCLOCKCTL" .
  for name in *.jsonl; do
    cmp "$name" "$FIXTURES/recordings/$name"
  done
  [[ $(files) == "$(cd "$FIXTURES/recordings" && files | grep jsonl)" ]]
  [[ $(files | wc -l) == "$(scenarios '.publish_only | not' | wc -l)" ]]
}

@test "a published page is never partial, and has an even seq_count after a signal" {
  for signal in INT TERM HUP QUIT; do
    for rate in 1 1000 max; do
      publish page steady --rate "$rate"
      [[ $(stat -c %s page) == 4096 ]]
      sleep 0.2
      stop "$signal"
      [[ $status == 0 ]]
      assert_file_contains publisher.out ' updates\? in [0-9]\.'
      expect 0 show --json page
      assert_json '.raw.seq_count % 2 == 0'
      [[ $(files | xargs) == "page publisher.err publisher.out" ]]
      [[ ! -s publisher.err ]]
      rm page
    done
  done
}

@test "--publish runs as long as --duration says, and reports what it did" {
  expect 0 simulate live-migration --publish page --duration 300ms \
    --rate 100 --json
  assert_json '.schema == "vmclockctl/simulate" and
    .scenario == "live-migration" and .path == "page"'
  assert_json '.updates | . > 10 and . < 32'
  assert_json '.duration_ns | . >= 300000000 and . < 2000000000'
  expect 0 simulate steady --publish page --duration 200ms --rate max
  assert_output --regexp '^[0-9]+ updates in 0\.2[0-9]* s, [0-9.]+ a second$'
}

@test "a published page plays the events of its scenario" {
  publish page maintenance --rate 100
  for expected in "" disruption-soon "disruption-imminent" ""; do
    for n in {1..500}; do
      expect 0 show --json --live page
      [[ -z $expected ]] || ! grep -q "\"$expected\"" <<<"$output" || break
      [[ -n $expected ]] || grep -q '"disruption-' <<<"$output" || break
      sleep 0.02
    done
    ((n < 500))
    assert_json '.time != null'
  done
  assert_json '.raw.disruption_marker == "0x0000000000000002"'
}

@test "a published page keeps the machine's time" {
  publish page steady --rate 20
  sleep 3
  expect 0 show --json --live page
  run -0 jq -r '.time | "\(.utc) \(.maxerror_ns)"' <<<"$output"
  local page_time=${output% *} error=${output#* } clock
  # Between this and the look above there are a few processes.
  clock=$(date +%s)
  page_time=$(date -d "$page_time" +%s)
  ((clock - page_time <= 2 && page_time - clock <= 0))
  ((error < 1000000))
}

@test "--publish replaces a page and nothing else" {
  echo hello >text
  expect 4 simulate steady --publish text
  assert_stderr --partial "left as it is"
  [[ $(cat text) == hello ]]
  expect 4 simulate steady --publish .
  assert_stderr --partial "is a directory"
  expect 4 simulate steady --publish /dev/null
  assert_stderr --partial "is a device"
  mkfifo fifo
  expect 4 simulate steady --publish fifo
  expect 4 simulate steady --publish nowhere/page
  ln -s nothing link
  expect 4 simulate steady --publish link
  [[ $(files | xargs) == "fifo link text" ]]
  cp "$REAL/qemu-10.0.2-boot.bin" page
  expect 0 simulate steady --publish page --duration 10ms
  expect 0 show -F counter_id page
  refute_output 255
  expect 4 simulate steady --record text
  [[ $(cat text) == hello ]]
}

@test "the seed is 1 unless given" {
  expect 0 simulate steady --record steady.jsonl
  cmp steady.jsonl "$FIXTURES/recordings/steady.jsonl"
}

@test "SIGHUP does not end simulate where it is ignored" {
  trap '' HUP
  publish page steady
  kill -HUP "$publisher"
  trap - HUP
  sleep 0.3
  kill -0 "$publisher"
  stop INT
  [[ $status == 0 ]]
}

@test "a file that only begins as a page is foreign and kept" {
  printf 'VCLKhello world' >short
  cp "$REAL/qemu-10.0.2-boot.bin" other
  printf '\x09' | dd of=other bs=1 seek=8 conv=notrunc status=none
  head -c 31 "$REAL/qemu-10.0.2-boot.bin" >cut.bin
  for file in short other cut.bin; do
    cp "$file" before
    expect 4 simulate steady --publish "$file" --duration 10ms
    assert_stderr --partial \
      "$file: exists and is not an output of this kind; left as it is"
    cmp "$file" before
  done
  : >empty
  head -c 32 "$REAL/qemu-10.0.2-boot.bin" >header
  for file in empty header; do
    expect 0 simulate steady --publish "$file" --duration 10ms
    expect 0 show -F counter_id "$file"
  done
}

@test "simulate ends when its page is removed or cut short" {
  publish page steady --rate 10
  rm page
  status=0
  wait "$publisher" || status=$?
  [[ $status == 4 ]]
  assert_file_contains publisher.err "was removed, replaced or cut short"
  publish page steady --rate 10
  : >page
  status=0
  wait "$publisher" || status=$?
  publisher=
  [[ $status == 4 ]]
  [[ ! -s page ]]
}

@test "a page has one publisher" {
  publish page steady --rate 10
  expect 4 simulate live-migration --publish page --duration 10ms
  assert_stderr "vmclockctl: page: is published by process $publisher; left as it is
hint: end that one first, or choose another name"
  kill -0 "$publisher"
  # a killed one leaves no trace of that
  stop KILL
  expect 0 simulate steady --publish page --duration 10ms
}

@test "a page that cannot be locked is not published" {
  local before=$REAL/qemu-10.0.2-boot.bin
  command -v strace >/dev/null || skip "no strace"
  strace -o trace true 2>/dev/null || skip "no tracing here"
  # over a page that another may publish, and under a name of its own
  cp "$before" page
  for name in page new; do
    # which fcntl() takes the lock of all that a file can have
    traced -o trace -e trace=fcntl -- simulate steady --publish "$name" \
      --duration 10ms >/dev/null
    turn=$(grep -n 'F_OFD_SETLK.*l_start=0,' trace | cut -d : -f 1)
    cp "$before" page
    rm -f new
    run --separate-stderr traced -o trace \
      -e "inject=fcntl:error=ENOLCK:when=$turn" -- \
      simulate steady --publish "$name" --duration 10ms
    assert_failure 4
    assert_stderr "vmclockctl: $name: cannot be locked: No locks available
hint: choose a name on another filesystem"
    refute_output
  done
  cmp page "$before"
  rm trace
  assert_equal "$(files)" page
}

@test "an incomplete or invalid command line gives status 2" {
  expect 2 simulate
  assert_stderr "vmclockctl: simulate: needs a scenario
hint: see vmclockctl list scenarios"
  expect 2 simulate stedy --publish page
  assert_stderr --partial "vmclockctl: stedy: no such scenario
hint: did you mean steady? there are steady disruption-only "
  expect 2 simulate sim:steady --publish page
  assert_stderr --partial "vmclockctl: sim:steady: no such scenario
hint: did you mean steady? "
  expect 2 simulate steady
  expect 2 simulate steady --publish page --record page
  expect 2 simulate torn --record page
  expect 2 simulate steady --publish page --duration 5
  expect 2 simulate steady --publish page --duration 0s
  expect 2 simulate steady --publish page --seed x
  expect 2 simulate steady --record page --rate max
  assert_stderr --partial "--rate max: only with --publish"
  for name in disruption-only snapshot-safety; do
    for to in publish record; do
      expect 2 simulate "$name" "--$to" page --rate 10 --duration 10ms
      assert_stderr --partial "--rate: $name has no clock to calibrate"
    done
  done
  for rate in 0 -1 x 0.0001 2000000000 1e3 99999999999999999999999 \
    00000000000000000000000000000000000000000000000000000000000000000001; do
    expect 2 simulate steady --publish page --rate "$rate"
    assert_stderr --partial "not a rate"
  done
  assert_not_exist page
}

@test "a torn page is at rest once its publisher is stopped" {
  publish page torn --rate max
  stop INT
  [[ $status == 0 ]]
  expect 0 show --json page
  assert_json '.raw.seq_count % 2 == 0'
}
