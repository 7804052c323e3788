#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Live pages: sim:, files with --live, devices.
#
# shellcheck disable=SC2016 # other shells expand

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || exit
  publisher=
}

teardown() {
  [[ -z $publisher ]] || kill "$publisher" 2>/dev/null || true
}

scenarios() {
  "$VMCLOCKCTL" list scenarios --json |
    jq -r ".items[] | select($1) | .name"
}

# nanoseconds since the epoch
now() {
  date +%s%N
}

@test "show prints the beginning of every scenario" {
  local name
  for name in $(scenarios '.publish_only | not'); do
    expect 0 show --json "sim:$name"
    # shellcheck disable=SC2016 # jq's own
    assert_json '.source == {kind: "sim", format: "raw", path: $path}' \
      --arg path "sim:$name"
    assert_json '.layout == "vmclock-1" and .page.length == 4096'
    assert_json '.raw.seq_count % 2 == 0'
    case $name in
    disruption-only | snapshot-safety)
      assert_json '.counter == null and .time_reason == "no-clock"'
      ;;
    startup)
      assert_json '.time == null and .time_reason == "no-clock"'
      ;;
    *)
      assert_json '.counter != null and .time.utc != null'
      # Linux's host driver writes it with the wrong sign.
      # shellcheck disable=SC2016 # jq's own
      assert_json '.decoded.tai_offset_sign == $sign' --arg sign \
        "$([[ $name == host-driver ]] && echo utc-to-tai || echo tai-to-utc)"
      ;;
    esac
  done
}

@test "disruption-only and snapshot-safety match the devices that they simulate" {
  expect 0 diff sim:disruption-only "$REAL/qemu-10.0.2-boot.bin"
  expect 0 show -F flags,seq_count,disruption_marker,vm_generation_counter \
    sim:snapshot-safety
  assert_output "0x0000000000000300
0
0x0000000000000000
0x0000000000000000"
}

@test "sim:steady shows the machine's time within its bounds" {
  local before after
  before=$(now)
  expect 0 show --json sim:steady
  after=$(now)
  # The bounds are TAI, and small beside the time that a process takes.
  # shellcheck disable=SC2016 # jq's own
  assert_json '
    def ns: (.sec | tonumber) - 37 - ($before[:-9] | tonumber)
      | . * 1e9;
    (.time.latest | ns + .nsec) >= ($before[-9:] | tonumber)' \
    --arg before "$before"
  # shellcheck disable=SC2016
  assert_json '
    def ns: (.sec | tonumber) - 37 - ($after[:-9] | tonumber)
      | . * 1e9;
    (.time.earliest | ns + .nsec) <= ($after[-9:] | tonumber)' \
    --arg after "$after"
  assert_json '.time.maxerror_ns < 1000000'
}

@test "a leap scenario begins near its leap second" {
  expect 0 show sim:leap-positive
  assert_output --partial "2016-12-31T23:59:57."
  assert_output --partial "pre-pos"
  expect 0 show sim:leap-negative
  assert_output --partial "2098-12-31T23:59:56."
}

@test "arm64 has its own counter on any machine" {
  expect 0 show --json sim:arm64
  assert_json '.decoded.counter_id == "arm-vcnt" and .time != null'
  if [[ $(uname -m) == x86_64 ]]; then
    assert_json '.decoded.frequency_hz | . > 23.9e6 and . < 24.1e6'
    publish page arm64
    # The page is about a counter that this CPU has not.
    expect 0 show --json --live page
    assert_json '.counter == null and .time_reason == "no-counter"'
  fi
}

@test "dump, encode and diff take a simulation" {
  expect 0 dump sim:steady -o page
  expect 0 show -F disruption_marker page
  assert_output 0x0000000000000001
  expect 0 encode --from sim:steady disruption_marker=9 -o other
  expect 1 diff page other
  assert_output --partial disruption_marker
  expect 0 diff sim:disruption-only sim:disruption-only
}

@test "an unknown scenario has a near name and the list" {
  expect 2 show sim:stedy
  assert_output ""
  assert_stderr --partial "vmclockctl: stedy: no such scenario
hint: did you mean steady? there are steady disruption-only "
  assert_stderr --partial " host-driver torn"
  expect 2 show sim:
  assert_stderr --partial "vmclockctl: sim: needs the name of a scenario
hint: there are "
  assert_stderr --partial "there are steady disruption-only "
  expect 2 show sim:torn
  assert_stderr --partial "only a page in a file can be torn"
  expect 2 show --json sim:zzz
  assert_json '.error.code == "usage"'
}

@test "a published page has a time with --live, and is a dump without" {
  publish page steady
  expect 0 show --json --live page
  assert_json '.source.kind == "live" and .time != null'
  assert_json '.time.maxerror_ns < 1000000'
  expect 0 show --json page
  assert_json '.source.kind == "file" and .time_reason == "no-counter"'
  expect 0 dump --live page -o copy
  expect 0 encode --live page disruption_marker=9 -o other
  expect 1 diff --live page other
  assert_output --partial disruption_marker
}

@test "a live read waits for an update to end, so every page at full speed is whole" {
  publish page steady --rate max
  for _ in {1..50}; do
    expect 0 show --json --live page
    assert_json '.raw.seq_count % 2 == 0 and .time != null'
  done
}

@test "a page that cannot be mapped is read" {
  publish page steady --rate 1000
  for _ in {1..5}; do
    run -0 --separate-stderr traced -o trace -P page -e trace=mmap,pread64 \
      -e inject=mmap:error=ENODEV -- show --json --live page
    # shellcheck disable=SC2154
    assert_json '.source.kind == "live" and .time != null'
  done
  assert_file_contains trace INJECTED
  assert_file_contains trace pread64
}

@test "a page that cannot be mapped still has its odd seq_count reported" {
  run -4 --separate-stderr traced -o trace \
    -P "$REAL/host-writer-stopped-odd-seq.bin" -e trace=mmap \
    -e inject=mmap:error=ENODEV -- show --live \
    "$REAL/host-writer-stopped-odd-seq.bin"
  assert_stderr --partial "seq_count is 2181803"
}

@test "a seq_count that stays odd ends the read after 100 ms" {
  local page=$REAL/host-writer-stopped-odd-seq.bin before took
  for command in show dump "show --json"; do
    before=$(now)
    # shellcheck disable=SC2086
    expect 4 $command --live "$page" -o out
    took=$((($(now) - before) / 1000000))
    assert_stderr --partial "seq_count is 2181803"
    ((took >= 100))
    # Under valgrind it takes longer to begin.
    [[ ${VALGRIND_LOGS-} ]] || ((took < 1000))
    assert_not_exist out
  done
  assert_json '.error.code == "unsettled"'
  # Of a dump it is a note.
  expect 0 show "$page"
}

@test "the device is mapped read-only, from a read-only descriptor" {
  publish page steady
  run -0 --separate-stderr traced -o trace -P page -e trace=openat,mmap \
    -- show -F time_sec --live page
  run -1 grep -E 'O_RDWR|O_WRONLY|PROT_WRITE' trace
  assert_file_contains trace "PROT_READ, MAP_SHARED"
}

@test "--live refuses a file that is no page or cannot hold one" {
  expect 3 show --live nowhere
  assert_stderr --partial "No such file"
  : >empty
  expect 3 show --live empty
  assert_stderr --partial "0 of 32 bytes"
  head -c 20 "$REAL/qemu-10.0.2-boot.bin" >short
  expect 3 show --live short
  assert_stderr --partial "20 of 32 bytes"
  head -c 4096 /dev/zero >zeros
  expect 3 show --live zeros
  assert_stderr --partial "no magic"
  expect 3 show --live .
  assert_stderr --partial "Is a directory"
  mkfifo fifo
  expect 3 show --live fifo
  assert_stderr --partial "neither a device nor a regular file"
  for file in /dev/zero /dev/null; do
    expect 3 show "$file"
    assert_stderr --partial "not a VMClock device, but a terminal or a stream"
  done
  expect 2 list fields --live
}

@test "--live reads a short page and a page of another layout" {
  head -c 112 "$REAL/host-tai-synchronized.bin" >small
  expect 0 show --json --live small
  assert_json '.page.length == 112 and .time != null'
  head -c 33 "$REAL/host-tai-synchronized.bin" >small
  expect 0 show --json --live small
  assert_json '.page.length == 33'
  expect 0 encode --layout rfc-3 seq_count=4 -o old
  expect 0 show --json --live old
  assert_json '.layout == "rfc-3"'
  # Its seq_count is elsewhere.
  expect 0 encode --layout rfc-3 seq_count=5 -o old
  expect 4 show --live old
  assert_stderr --partial "seq_count is 5"
}

@test "a file that is cut short and restored never crashes the program" {
  local results=()
  cat "$REAL/host-tai-synchronized.bin" >page
  # In place, so that it is the mapped file that shrinks.
  (while :; do
    : >page
    cat "$REAL/host-tai-synchronized.bin" >page
  done) 3>&- &
  publisher=$!
  for _ in {1..300}; do
    run "$VMCLOCKCTL" show --live page
    case $status in
    0) ;;
    3 | 4) [[ -n $output ]] ;;
    *) fail "status $status: $output" ;;
    esac
    results[status]=1
  done
  kill "$publisher"
  ((${#results[@]} > 1))
}

# each_says COUNT: how often each command that reads a live page says that nobody
# updates it
each_says() {
  local command
  for command in "show" "dump" "verify --samples 2" "diff $REAL/host-tai-synchronized.bin" \
    compare; do
    # shellcheck disable=SC2086
    "$VMCLOCKCTL" $command --live page >/dev/null 2>err || true
    [[ $(grep -c "note: page: no program updates this page now" err) == "$1" ]] ||
      fail "$command: $(<err)"
  done
}

# both_say COUNT: the same of record and watch
both_say() {
  local watching
  "$VMCLOCKCTL" watch --timeout 2500ms --live page >/dev/null 2>watch.err 3>&- &
  watching=$!
  "$VMCLOCKCTL" record --duration 2500ms --live page >/dev/null 2>record.err
  wait "$watching" || true
  assert_equal "$(grep -c "note: page: no program updates this page now" {record,watch}.err)" \
    "record.err:$1"$'\n'"watch.err:$1"
}

@test "a live page that nobody keeps is named by whatever reads it, and no other" {
  local byte writer
  publish page steady --duration 60s
  each_says 0
  kill -KILL "$publisher"
  wait "$publisher" || true
  each_says 1
  # A writer that knows of no locks.
  exec 7<>page
  each_says 0
  exec 7>&-
  # What goes on says so when nothing has come for two seconds.
  both_say 1
  # A writer that opens the file for each update is one.
  for byte in {2..9}{0..9}; do
    sleep 0.1
    printf '%b' "\\x$byte" | dd of=page bs=1 seek=13 conv=notrunc status=none
  done 3>&- &
  writer=$!
  both_say 0
  kill "$writer"
  # It is about a file as a live page.
  expect 0 show page
  refute_stderr --partial "no program"
}

@test "watch reports that a file shrinks, vanishes, returns or is replaced" {
  publish page disruption-only
  "$VMCLOCKCTL" watch --live page --interval 10ms --json >events 2>&1 3>&- &
  local watcher=$!
  # By what it has written, not by the clock.
  seen() {
    for _ in {1..500}; do
      [[ $(grep -c "\"$1\"" events) -lt $2 ]] || return 0
      sleep 0.01
    done
    cat events >&2
    return 1
  }
  seen start 1
  kill "$publisher"
  wait "$publisher" || true
  publisher=
  cp page whole
  sleep 0.2
  truncate -s 10 page
  seen lost 1
  cat whole >page
  seen found 1
  rm page
  seen lost 2
  cp whole page
  seen found 2
  cp whole other
  mv other page
  seen lost 3
  seen found 3
  kill -INT "$watcher"
  wait "$watcher"
}

@test "standard input is refused as a live page" {
  local command
  for command in "show --live" "dump --live" "verify --live" "watch --live" \
    record "compare --live"; do
    # shellcheck disable=SC2086 # a command and an option
    expect 3 $command - <"$REAL/host-tai-synchronized.bin"
    assert_stderr --partial "vmclockctl: standard input is a stream
hint: name a device, or a file with --live"
  done
}

@test "verify of a page that goes away gives no verdict" {
  local ways=("truncate -s 10 page" "rm page" "cp whole other; mv other page")
  cp "$REAL/host-tai-synchronized.bin" whole
  for way in "${ways[@]}"; do
    for form in text json; do
      cp whole page
      "$VMCLOCKCTL" verify --live page --format "$form" --duration 60s \
        >answer.txt 2>talk.txt 3>&- &
      publisher=$!
      for _ in {1..500}; do
        ! grep -q "$PWD/page" "/proc/$publisher/maps" || break
        sleep 0.01
      done
      eval "$way"
      status=0
      wait "$publisher" || status=$?
      assert_equal "$status" 4
      publisher=
      run --separate-stderr cat answer.txt
      refute_output --partial conformant
      grep -q "page: went away, or was cut short, while it was read" talk.txt
      [[ $form == text ]] || assert_json '.error.code == "read"'
    done
  done
}

# with_sys SCRIPT ARGUMENT...: the script with a /sys that only it sees, empty
# at first.
with_sys() {
  unshare -rm mount -t tmpfs none /sys 2>/dev/null ||
    skip "this machine lets nobody have a /sys of their own"
  run timeout 30 unshare -rm bash -euc \
    'mount -t tmpfs none /sys && . /dev/stdin "$@"' - "${@:2}" <<<"$1"
}

@test "a character device that is no VMClock is neither opened nor read" {
  local node commands=(show dump "watch --timeout 5s" "verify --duration 1s"
    "record -n 1" compare "compare sim:steady --phc") command
  for node in /dev/kmsg /dev/fuse /dev/net/tun /dev/kvm /dev/ptmx /dev/tty \
    /dev/random; do
    [[ -c $node ]] || continue
    for command in "${commands[@]}"; do
      # shellcheck disable=SC2086 # words on purpose
      expect 3 $command "$node"
      assert_stderr --regexp "$node: (not a (VMClock device|PTP clock), but|cannot open)"
    done
  done
  command -v strace >/dev/null || skip "no strace"
  run traced -f -e trace=openat,open -o trace -- show /dev/random
  run -1 grep -F '"/dev/random"' trace
}

@test "on no node of /dev does a command hang" {
  local node command nodes commands=(show)
  [[ ! ${VMCLOCKCTL_FULL-} ]] || commands+=(dump "watch --timeout 1s" compare
    "verify --duration 100ms" "record -n 1")
  mapfile -d '' nodes < <(find /dev -type c ! -name 'watchdog*' -print0)
  ((${#nodes[@]}))
  for node in "${nodes[@]}"; do
    for command in "${commands[@]}" "compare sim:steady --phc"; do
      # A VMClock or a PHC of this machine may well answer.
      [[ $command$node != */dev/vmclock* && $command$node != *--phc/dev/ptp* ]] || continue
      status=0
      # shellcheck disable=SC2086 # words on purpose
      timeout 20 "$VMCLOCKCTL" $command "$node" >out 2>err </dev/null || status=$?
      [[ $status == 3 && ! -s out ]] || fail "$command $node: status $status: $(<err)"
    done
  done
}

@test "a PTP clock is known by its number, whatever its node is called" {
  local node=/dev/net/tun
  [[ -r $node ]] || skip "no $node, which stands for one"
  with_sys '
    mkdir -p /sys/dev/char /sys/devices/ptp7 /sys/class/ptp
    number=$(stat -c "0x%t 0x%T" "$2")
    ln -s ../../devices/ptp7 "/sys/dev/char/$(printf "%d:%d" $number)"
    ln -s ../../class/ptp /sys/devices/ptp7/subsystem
    for words in "show $2" "record $2" "show -"; do
      exec 5<"$2"
      "$1" $words <&5 2>&1 && exit 9
      [ $? = 3 ]
    done' "$VMCLOCKCTL" "$node"
  assert_success
  assert_equal "$(grep -c 'not a VMClock device, but a PTP clock (ptp7)' <<<"$output")" 3
  assert_line --partial "compare --phc takes it"
}

@test "without a /sys a device is refused by its number, or if it cannot be mapped" {
  with_sys '
    for node in /dev/fuse /dev/net/tun /dev/kvm /dev/vsock \
      /dev/cpu_dma_latency; do
      [ -c $node ] || continue
      "$1" show $node 2>&1 && exit 9
      [ $? = 3 ]
    done' "$VMCLOCKCTL"
  assert_success
}

@test "a directory in the place of a node: who made it" {
  mkdir -p root/dev/vmclock0
  for command in show dump "watch --timeout 5s"; do
    # shellcheck disable=SC2086 # words on purpose
    expect 3 $command root/dev/vmclock0
    assert_stderr --partial "Is a directory"
    assert_stderr --partial "look for the device on the host"
  done
}
