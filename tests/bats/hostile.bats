#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Files that other processes and other users have too, and machines with little.
#
# shellcheck disable=SC2154,SC2016 # live.bash sets; other shells expand

load helper
load live

setup() {
  tai=$REAL/host-tai-synchronized.bin
  boot=$REAL/qemu-10.0.2-boot.bin
  publisher='' holder='' background=''
  # Where another user gets to: bats keeps its own to itself.
  place=$(mktemp -d "${TMPDIR:-/tmp}/vmclockctl-hostile-XXXXXX")
  chmod 755 "$place"
  cd "$place" || return
}

teardown() {
  local process
  for process in "$publisher" "$holder" "$background"; do
    [[ -z $process ]] || kill -KILL "$process" 2>/dev/null || true
  done
  cd / && rm -rf "$place"
}

# other COMMAND...: as another user, who has no right of ours.
other() {
  setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
}

# shared: a directory that everybody can write, and another user is here.
shared() {
  ((EUID == 0)) || skip "who is not root is no other user"
  other true 2>/dev/null || skip "this machine does not let go of rights"
  mkdir -m 1777 shared
}

# small_disk: $disk is one of 64 KiB, in a namespace of its own.
small_disk() {
  mkdir disk
  # shellcheck disable=SC2016 # of the inner shell
  unshare -rm bash -c 'mount -t tmpfs -o size=64k none "$1" && echo >"$1/.there" &&
    exec sleep 100' - "$place/disk" 2>"$BATS_TEST_TMPDIR/unshare" 3>&- &
  holder=$!
  disk=/proc/$holder/root$place/disk
  for _ in {1..200}; do
    [[ ! -e $disk/.there ]] || return 0
    kill -0 "$holder" 2>/dev/null || break
    sleep 0.02
  done
  holder=
  skip "no namespace here: $(<"$BATS_TEST_TMPDIR/unshare")"
}

# lines_from ARGUMENT...: the program in the background, with the descriptors of
# the caller.
lines_from() {
  "$VMCLOCKCTL" "$@" 2>"$BATS_TEST_TMPDIR/stderr" 3>&- &
  background=$!
}

# ended STATUS [MESSAGE]: the background has; its summary aside.
ended() {
  local status=0
  wait "$background" || status=$?
  background=
  assert_equal "$status: $(grep -vE '^([0-9]+ snapshots? in|status) ' \
    "$BATS_TEST_TMPDIR/stderr")" "$1: ${2-}"
}

# reading_lock FILE KIND: holds one, as anybody can who may read the file.
reading_lock() {
  python3 -c '
import fcntl, os, struct, sys, time
fd = os.open(sys.argv[1], os.O_RDONLY)
if sys.argv[2] == "flock":
    fcntl.flock(fd, fcntl.LOCK_EX)
else:
    lock = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0)
    fcntl.fcntl(fd, 37 if sys.argv[2] == "ofd" else fcntl.F_SETLK, lock)
print("held", flush=True)
time.sleep(100)' "$1" "$2" >held 3>&- &
  holder=$!
  wait_for_lines held 1
}

free() {
  kill "$holder"
  wait "$holder" || true
  holder=
  rm -f held
}

@test "a full disk takes no line of another process from a log, and leaves no part of one" {
  local i
  [[ ! ${VALGRIND_LOGS-} ]] || skip "too slow for that"
  small_disk
  live_page "$tai"
  lines_from record --live --all --interval 10ms "$page" >>"$disk/log"
  wait_for_lines "$disk/log" 2
  perl -e '$| = 1; open(my $log, ">>", $ARGV[0]) or die; my $line = "OTHER " . "x" x 93;
    1 while syswrite($log, "$line\n") == 100;' "$disk/log"
  cp "$disk/log" before
  assert [ "$(grep -c OTHER before)" -gt 100 ]
  for i in {1..20}; do
    live_set disruption_marker="$i"
    kill -0 "$background" 2>/dev/null || break
    sleep 0.02
  done
  ended 4 "vmclockctl: standard output: cannot write: No space left on device"
  cmp before "$disk/log"
}

@test "no command makes standard output shorter, or leaves a part of a line there" {
  local command
  small_disk
  for command in "watch --all --json $FIXTURES/recordings/live-migration.jsonl" \
    "compare -n 100 --interval 1ms --samples 1 sim:steady" \
    "record --all --interval 1ms -n 1000 sim:steady" "show --json $tai"; do
    # The last block has room for a part.
    head -c 4076 /dev/zero >"$disk/log"
    head -c 200000 /dev/zero >"$disk/rest" 2>/dev/null || true
    cp "$disk/log" before
    status=0
    # shellcheck disable=SC2086 # words on purpose
    "$VMCLOCKCTL" $command >>"$disk/log" 2>/dev/null || status=$?
    assert_equal "$status" 4
    cmp before "$disk/log"
    rm "$disk/log"
  done
}

@test "a line that does not fit into an -o is removed, if nobody wrote behind it" {
  small_disk
  publish page steady --rate 500
  lines_from record --live --all --interval 1ms --duration 20s -o "$disk/r.jsonl" page
  ended 4 "vmclockctl: $disk/r.jsonl: cannot write: No space left on device"
  assert [ "$(stat -c %s "$disk/r.jsonl")" -gt 50000 ]
  assert_equal "$(tail -c 1 "$disk/r.jsonl" | xxd -p)" 0a
  expect 0 show -F magic "$disk/r.jsonl"
}

@test "a log that is truncated meanwhile has no hole" {
  live_page "$tai"
  exec 7>log
  lines_from record --live --all --interval 10ms "$page" >&7
  wait_for_lines log 2
  # as logrotate's copytruncate does it
  : >log
  live_set disruption_marker=1
  wait_for_lines log 1
  live_set disruption_marker=2
  wait_for_lines log 2
  kill -INT "$background"
  ended 0
  exec 7>&-
  assert_equal "$(tr -dc '\0' <log | wc -c)" 0
  assert_equal "$(jq -r .type log | tr '\n' ' ')" "snapshot snapshot end "
}

@test "standard output keeps the flags that it came with" {
  exec 7>log
  before=$(grep flags "/proc/$$/fdinfo/7")
  expect 0 record -n 2 --interval 1ms sim:steady >&7
  "$VMCLOCKCTL" record -n 2 --interval 1ms sim:steady >&7
  assert_equal "$(grep flags "/proc/$$/fdinfo/7")" "$before"
  exec 7>&-
}

@test "one -o has one writer, and a second one names it" {
  local refused
  live_page "$tai"
  lines_from record --live --all --interval 10ms -o r.jsonl "$page"
  wait_for_lines r.jsonl 2
  grep -q "FLOCK *ADVISORY *WRITE $background .*:$(stat -c %i r.jsonl) " /proc/locks
  grep -q '^flags:.*2...$' "/proc/$background/fdinfo/"* || fail "not to append"
  ln -s r.jsonl link
  for refused in "record -n 1 -o r.jsonl sim:steady" "record -n 1 -o link sim:steady" \
    "simulate steady --duration 1s --record r.jsonl"; do
    # shellcheck disable=SC2086 # words on purpose
    expect 4 $refused
    assert_stderr --regexp "^vmclockctl: (r.jsonl|link): is written by process $background; left as it is
hint: end that one first"
  done
  live_set disruption_marker=1
  wait_for_lines r.jsonl 3
  expect 0 verify r.jsonl --only 'series.*' || true
  kill -INT "$background"
  ended 0
  jq -e . r.jsonl >/dev/null
  assert_equal "$(tail -n 1 r.jsonl | jq -r .type)" end
  # It is free again, and after kill -9 as well.
  lines_from record --live --all --interval 10ms -o r.jsonl "$page"
  wait_for_lines r.jsonl 2
  kill -KILL "$background"
  wait "$background" || true
  background=
  expect 0 record -n 1 -o r.jsonl sim:steady
  assert_equal "$(head -n 1 r.jsonl | jq -r .source.kind)" sim
}

@test "the locks of readers keep no writer out" {
  local kind
  for kind in flock posix ofd; do
    "$VMCLOCKCTL" record -n 1 -o r.jsonl sim:steady
    chmod 640 r.jsonl
    reading_lock r.jsonl "$kind"
    expect 0 record -n 2 --interval 1ms -o r.jsonl sim:steady
    assert_equal "$(stat -c %a r.jsonl)" 640
    expect 0 show --at 2 r.jsonl
    expect 0 simulate steady --duration 1s --record r.jsonl
    free
    expect 0 simulate steady --publish page --duration 10ms
    reading_lock page "$kind"
    before=$(stat -c %i page)
    publish page steady
    for _ in {1..500}; do
      [[ $(stat -c %i page) == "$before" ]] || break
      sleep 0.01
    done
    expect 4 simulate steady --publish page --duration 10ms
    assert_stderr --partial "page: is published by process $publisher; left"
    kill "$publisher"
    wait "$publisher" || true
    publisher=
    expect 0 dump -o page "$tai"
    free
    rm page r.jsonl
  done
}

@test "a reader's lock is not taken for the writer's" {
  live_page "$tai"
  "$VMCLOCKCTL" record -n 1 -o r.jsonl sim:steady
  reading_lock r.jsonl flock
  lines_from record --live --interval 10ms -o r.jsonl "$page"
  wait_for_lines r.jsonl 2
  expect 4 record -n 1 -o r.jsonl sim:steady
  assert_stderr --regexp 'is written by (another process|process '"$background"'); left'
}

# outputs FILE: each way to write it, one a line.
outputs() {
  printf '%s\n' "dump -o $1 $tai" "record -n 1 --interval 1ms -o $1 sim:steady" \
    "watch --json -o $1 $FIXTURES/recordings/live-migration.jsonl" \
    "simulate steady --duration 10ms --publish $1" \
    "simulate steady --duration 1s --record $1"
}

@test "a file of another user is refused where others can write" {
  local mode writing before
  shared
  for mode in 1777 777 1775; do
    chmod "$mode" shared
    while read -r writing; do
      other sh -c 'umask 0; : >"$1"' - "$PWD/shared/out" 2>/dev/null ||
        install -m 666 -o 65534 /dev/null shared/out
      before=$(stat -c '%i %s %u %a' shared/out)
      # shellcheck disable=SC2086 # words on purpose
      expect 4 $writing
      assert_stderr --partial "shared/out: belongs to another user; left as it is
hint: others can write in that directory; choose another"
      assert_equal "$(stat -c '%i %s %u %a' shared/out)" "$before"
      rm shared/out
    done < <(outputs shared/out)
  done
  assert_equal "$(find shared -mindepth 1)" ""
}

@test "a FIFO or a link of another user is refused where others can write" {
  local writing
  shared
  : >victim
  chmod 600 victim
  mkdir -m 755 mine
  while read -r writing; do
    other ln -s "$PWD/victim" shared/out
    # shellcheck disable=SC2086 # words on purpose
    expect 4 $writing
    assert_stderr --partial "shared/out: is another user's symbolic link"
    rm shared/out
    other mkfifo shared/out
    # shellcheck disable=SC2086
    expect 4 $writing
    assert_stderr --partial "shared/out: "
    rm shared/out
  done < <(outputs shared/out)
  # in the middle of the path
  other ln -s "$PWD/mine" shared/link
  while read -r writing; do
    # shellcheck disable=SC2086
    expect 4 $writing
    assert_stderr --partial "shared/link/out: is another user's symbolic link"
  done < <(outputs shared/link/out)
  assert_equal "$(stat -c '%s %u %a' victim)" "0 0 600"
  assert_equal "$(find mine -mindepth 1)" ""
  # One's own is followed.
  ln -s "$PWD/mine" shared/own
  expect 0 dump -o shared/own/out "$tai"
  cmp "$tai" mine/out
}

@test "a user namespace does not take all users that it lacks for one" {
  shared
  unshare -r true 2>/dev/null || skip "no user namespace here"
  chown 1 shared
  install -m 666 -o 65534 "$boot" shared/out
  # Both are 65534 there.
  assert_equal "$(unshare -r stat -c %u shared shared/out | tr '\n' ' ')" "65534 65534 "
  run unshare -r "$VMCLOCKCTL" dump -o shared/out "$tai"
  assert_failure 4
  assert_output --partial "shared/out: belongs to another user"
  cmp "$boot" shared/out
  # Here that is the directory's owner.
  chown 65534 shared
  expect 0 dump -o shared/out "$tai"
}

@test "another name of a file elsewhere is not emptied where others can write" {
  shared
  "$VMCLOCKCTL" record -n 1 -o r.jsonl sim:steady
  cp r.jsonl before
  ln r.jsonl shared/out
  expect 4 record -n 1 -o shared/out sim:steady
  cmp before r.jsonl
  expect 0 simulate steady --duration 1s --record shared/out
  cmp before r.jsonl
}

@test "where others can write nothing is inherited, elsewhere owner and mode are" {
  shared
  cp "$boot" shared/out
  chmod 666 shared/out
  (umask 077 && "$VMCLOCKCTL" dump -o shared/out "$tai")
  assert_equal "$(stat -c %u:%a shared/out)" 0:600
  # the directory's owner's
  chown 65534 shared
  chown 65534 shared/out
  (umask 077 && "$VMCLOCKCTL" dump -o shared/out "$boot")
  assert_equal "$(stat -c %u:%a shared/out)" 0:600
  mkdir -m 755 mine
  cp "$boot" mine/out
  chmod 664 mine/out
  chown 65534:65534 mine/out
  (umask 077 && "$VMCLOCKCTL" dump -o mine/out "$tai")
  assert_equal "$(stat -c %u:%g:%a mine/out)" 65534:65534:664
}

@test "a user without rights gets whole files, in a directory that others can write too" {
  local writing
  shared
  mkdir -m 755 theirs
  chown 65534 theirs
  cp "$VMCLOCKCTL" "$tai" "$FIXTURES/recordings/live-migration.jsonl" .
  chmod 755 "${VMCLOCKCTL##*/}"
  other "./${VMCLOCKCTL##*/}" --version >/dev/null 2>&1 ||
    skip "another user cannot run the program"
  tai=$PWD/${tai##*/}
  while read -r writing; do
    writing=${writing//$FIXTURES\/recordings/$PWD}
    # shellcheck disable=SC2086 # words on purpose
    run other "./${VMCLOCKCTL##*/}" $writing
    assert_success
    # shellcheck disable=SC2086
    run other "./${VMCLOCKCTL##*/}" $writing
    assert_success
    # It is not root's to replace now.
    : >shared/mine
    # shellcheck disable=SC2086
    run other "./${VMCLOCKCTL##*/}" ${writing//shared\/out/shared/mine}
    if [[ $writing == *shared* ]]; then
      assert_failure 4
      assert_equal "$(stat -c %s shared/mine)" 0
    fi
    rm -f shared/out theirs/out
  done < <(outputs shared/out && outputs theirs/out)
}

# begun ARGUMENT...: the program in the background, when it has begun a file in
# the directory here.
begun() {
  local here
  here=$(pwd -P)
  lines_from "$@" >/dev/null
  for _ in {1..500}; do
    [[ ! $(find "/proc/$background/fd" -lname "$here/$begun_in*" 2>/dev/null) ]] || return 0
    sleep 0.01
  done
  fail "no file was begun"
}

@test "what takes the name meanwhile is not followed and not replaced" {
  begun_in=
  # Empty, it could be replaced.
  : >victim
  begun verify --duration 1s -o out sim:steady
  ln -s victim out
  ended 4 "vmclockctl: out: exists and does not begin like this output; left as it is
hint: remove it first, or choose another name"
  assert_file_empty victim
  assert [ -L out ]
  rm out
  begun verify --duration 1s -o out sim:steady
  mkfifo out
  ended 4 "vmclockctl: out: exists and does not begin like this output; left as it is
hint: remove it first, or choose another name"
  rm out victim
  rm -rf "${place:?}"/*
  assert_equal "$(find . -mindepth 1)" ""
}

@test "a directory that is moved meanwhile is still the one that was named" {
  mkdir named
  begun_in=named/
  begun verify --duration 1s -o named/out sim:steady
  mv named moved
  mkdir named
  ended 0
  assert_equal "$(ls named)" ""
  expect 0 verify sim:steady
  grep -q conformant moved/out
}

@test "a name of one's own that kill -9 leaves is removed by the next run" {
  command -v strace >/dev/null || skip "no strace"
  strace -o trace true 2>/dev/null || skip "no tracing here"
  rm -f trace
  cp "$boot" page.bin
  run traced -o "$BATS_TEST_TMPDIR/trace" \
    -e inject=renameat,renameat2,rename:signal=KILL:error=EINTR -- dump -o page.bin "$tai"
  cmp "$boot" page.bin
  assert_equal "$(find . -name '.vmclockctl-*' | wc -l)" 1
  # Others leave it alone.
  expect 0 dump -o other.bin "$tai"
  assert_equal "$(find . -name '.vmclockctl-*' | wc -l)" 1
  expect 0 dump -o page.bin "$tai"
  cmp "$tai" page.bin
  assert_equal "$(find . -name '.vmclockctl-*')" ""
}

@test "names of our own that another user takes do no harm" {
  local name
  shared
  cp "$boot" shared/page
  command -v strace >/dev/null || skip "no strace"
  traced -o "$BATS_TEST_TMPDIR/trace" -e trace=linkat -- dump -o shared/page "$tai" ||
    skip "no tracing here"
  name=$(grep -o '\.vmclockctl-[0-9a-f]*-0\.tmp' "$BATS_TEST_TMPDIR/trace" | head -n 1)
  [[ $name ]] || skip "files here have names from the start"
  : >victim
  other ln -s "$PWD/victim" "shared/$name"
  expect 0 dump -o shared/page "$boot"
  cmp "$boot" shared/page
  assert [ -L "shared/$name" ]
  rm "shared/$name"
  other mkfifo "shared/$name"
  expect 0 dump -o shared/page "$tai"
  cmp "$tai" shared/page
  assert [ -p "shared/$name" ]
  assert_equal "$(find shared -mindepth 1 | wc -l)" 2
}

@test "descriptors that do not wait are waited for" {
  head -c 65536 <(cat "$tai" /dev/urandom) >big.bin
  # The reader and the writer of the pipes take their time.
  python3 - "$VMCLOCKCTL" big.bin "$tai" "$FIXTURES/recordings/live-migration.jsonl" <<'END'
import os, subprocess, sys, threading, time

program, big, page, story = sys.argv[1:]

def run(arguments, given):
    pipes = [os.pipe() for _ in range(3)]
    (in_read, in_write), (out_read, out_write), (err_read, err_write) = pipes
    theirs = in_read, out_write, err_write
    for fd in theirs:
        os.set_blocking(fd, False)
    process = subprocess.Popen([program, *arguments], stdin=in_read,
                               stdout=out_write, stderr=err_write)
    for fd in theirs[1:]:
        assert not os.get_blocking(fd)
    for fd in theirs:
        os.close(fd)

    def feed():
        for i in range(0, len(given), 2000):
            time.sleep(0.02)
            os.write(in_write, given[i:i + 2000])
        os.close(in_write)

    feeder = threading.Thread(target=feed)
    feeder.start()
    time.sleep(0.2)
    with open(out_read, "rb") as out, open(err_read, "rb") as err:
        answer = out.read(), err.read()
    feeder.join()
    return process.wait(), *answer

def read(path):
    with open(path, "rb") as stream:
        return stream.read()

for arguments, given in (
        (["dump", "--format", "hex", big], b""), (["show", "-"], read(page)),
        (["verify", "-"], read(story)), (["watch", "--json", "-"], read(story)),
        (["show", "--json", "nowhere"], b""), (["list", "rules", "--json"], b"")):
    wanted = subprocess.run([program, *arguments], input=given, capture_output=True)
    found = run(arguments, given)
    assert found == (wanted.returncode, wanted.stdout, wanted.stderr), arguments
END
}

@test "standard output that is a socket is waited for" {
  head -c 65536 <(cat "$tai" /dev/urandom) >big.bin
  python3 - "$VMCLOCKCTL" big.bin <<'END'
import socket, subprocess, sys, time

command = [sys.argv[1], "dump", "--format", "hex", sys.argv[2]]
ours, theirs = socket.socketpair()
theirs.setblocking(False)
process = subprocess.Popen(command, stdout=theirs)
theirs.close()
time.sleep(0.2)
found = b""
while part := ours.recv(4096):
    found += part
assert process.wait() == 0
assert found == subprocess.run(command, capture_output=True).stdout
END
}

@test "every command runs with a stack of 64 KiB" {
  local command story=$FIXTURES/recordings/live-migration.jsonl
  ! grep -q -e __asan_init -e __tsan_init "$VMCLOCKCTL" || skip "the sanitizers take more"
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind takes more"
  mkdir -p root/proc/self root/etc/chrony
  echo 'KernelPageSize: 4 kB' >root/proc/self/smaps
  echo 'refclock PHC /dev/ptp0' >root/etc/chrony/chrony.conf
  head -c 65536 <(cat "$tai" /dev/zero) >big.bin
  while read -r command; do
    status=0
    # shellcheck disable=SC2086 # words on purpose
    (ulimit -s 64 && exec "$VMCLOCKCTL" $command) >/dev/null 2>&1 3>&- || status=$?
    ((status < 5)) || fail "$command: $status"
  done <<END
--help
show --help
--version --json
nonsense
show big.bin
show --json $tai
show --hex big.bin
show --format openmetrics $tai
show $story
show sim:steady
dump --format hex big.bin
dump --format json --redact sim:steady
dump -o new.bin $tai
encode --json $tai seq_count=8
diff $tai $boot
diff --json --at 1,2 $story
list fields
list rules --json
list options --json
list enumerations
explain tai.sign
verify $tai
verify -v $tai big.bin
verify --format junit $story
verify --format json $story
verify --leap-file $FIXTURES/leap/leap-seconds.list $tai
verify --live --samples 3 sim:steady
watch --json $story
watch --exec true $story
record -n 2 --interval 1ms sim:steady
record -n 2 --interval 1ms -o r.jsonl sim:steady
simulate steady --publish page --duration 10ms
simulate live-migration --record s.jsonl
compare --samples 2 sim:steady
compare --json --samples 2 --phc all sim:steady
compare --phc /dev/nowhere sim:steady
doctor
doctor --json
doctor --root root
doctor --json --root root
END
}

@test "a message cuts a long path in its middle, and never the reason" {
  local part long command
  part=$(printf 'a%.0s' {1..200})
  long=$PWD/$part/$part/$part/$part/$part/$part
  mkdir -p "$long"
  head -c 20 "$tai" >"$long/short.bin"
  echo stranger >"$long/stranger"
  while IFS='|' read -r command reason; do
    # shellcheck disable=SC2086 # words on purpose
    run --separate-stderr vmclockctl $command
    assert_failure
    assert_stderr --partial "vmclockctl: $PWD/aaa"
    assert_stderr --partial "aaa...aaa"
    assert_stderr --partial "$reason"
  done <<END
show $long/nowhere|aaa/nowhere: cannot open: No such file or directory
show $long/short.bin|aaa/short.bin: 20 of 32 bytes that a VMClock page needs at least
dump $tai -o $long/no/where|aaa/no/where: cannot write: No such file or directory
dump $tai -o $long/stranger|aaa/stranger: exists and does not begin like this output; left as it is
record -n 1 -o $long sim:steady|aaa: is a directory; left as it is
record $long/nowhere|aaa/nowhere: cannot open: No such file or directory
watch $long/nowhere|aaa/nowhere: cannot open: No such file or directory
verify $long/nowhere|aaa/nowhere: cannot open: No such file or directory
verify --leap-file $long/nowhere $tai|aaa/nowhere: cannot open: No such file or directory
compare --phc $long/nowhere sim:steady|aaa/nowhere: cannot open: No such file or directory
doctor --root $long/nowhere|aaa/nowhere: cannot open: No such file or directory
simulate steady --publish $long/no/where|aaa/no/where: cannot write: No such file or directory
END
  run --separate-stderr vmclockctl show --json "$long/nowhere"
  assert_json '.error.message | endswith("aaa/nowhere: cannot open: No such file or directory")'
}

# hostile KIND FILE: the file of the tree is that; fails where this user cannot
# make one.
hostile() {
  local target=$HOST/$2
  mkdir -p "${target%/*}"
  rm -rf "$target"
  case $1 in
  zero) ln -s /dev/zero "$target" ;;
  secret) ln -s "$place/secret" "$target" ;;
  fifo) mkfifo "$target" ;;
  hole) truncate -s 4T "$target" ;;
  loop) ln -s "${2##*/}" "$target" ;;
  socket)
    [[ -S socket ]] ||
      python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
    ln socket "$target"
    ;;
  device) mknod "$target" c 1 5 2>/dev/null ;;
  directory) mkdir "$target" ;;
  esac
}

kinds="zero secret fifo hole loop socket device directory"

# What is said of each.
declare -gA said=([zero]="a link that leads nowhere here"
  [secret]="a link that leads nowhere here" [fifo]="a FIFO, not a file"
  [hole]="too long to be what it should" [loop]="Too many levels of symbolic links"
  [socket]="a socket, not a file" [device]="nothing drives this node|a device, which is not opened"
  [directory]="Is a directory")

@test "whatever a stranger's tree has for a file, doctor names it as unknown, at once" {
  load hosts
  local kind topic file
  said[loop]=$(words_of "${said[loop]}")
  echo "THE SECRET of another" >secret
  cat >all <<END
region proc/iomem
driver lib/modules/7.2.4/modules.dep
hypervisor proc/cpuinfo
container .dockerenv
node dev/vmclock0
phc sys/class/ptp/ptp0/clock_name
clocksource sys/devices/system/clocksource/clocksource0/current_clocksource
leap-seconds usr/share/zoneinfo/leap-seconds.list
virtio-rtc sys/class/rtc/rtc0/name
END
  for kind in $kinds; do
    host qemu
    cp all files
    # What would answer as well.
    rm -r "$HOST/sys/bus/platform" "$HOST/sys/class/dmi"
    # A file of any length may stand for a device.
    [[ $kind != hole ]] || sed -i /^node/d files
    while read -r topic file; do
      hostile "$kind" "$file" || continue 2
    done <files
    run --separate-stderr timeout 20 "$VMCLOCKCTL" doctor --root "$HOST" --json
    # The hole's page has a problem.
    ((status == 4 || status == 1)) || fail "$kind: status $status, $stderr"
    while read -r topic file; do
      # That something is there means a container.
      [[ $topic != container || $kind == [zl]* ]] || continue
      assert_json '.results | any(.topic == $topic and (.level == "unknown" and
        (.message | contains($file) and test($said)) or
        .topic == "node" and .level == "problem" and
        (.message | test("nothing drives|is a directory"))))' \
        --arg topic "$topic" --arg file "/$file: " --arg said "${said[$kind]}"
    done <files
    refute_output --partial SECRET
    rm -rf "$HOST"
    # Without the device there is no region, without a PHC no chrony.
    host qemu
    hostile "$kind" sys/bus/acpi/devices/AMZNC10C:00/modalias
    hostile "$kind" etc/chrony/chrony.conf
    run timeout 20 "$VMCLOCKCTL" doctor --root "$HOST" --json
    assert_json '[.results[] | select(.level == "unknown" and (.message | test($said))) |
      .topic] == ["device", "chrony"]' --arg said "/(modalias|chrony.conf): (${said[$kind]})"
    rm -rf "$HOST"
  done
}

@test "every command that looks below --root names what it finds there, at once" {
  load hosts
  local kind command
  said[loop]=$(words_of "${said[loop]}")
  echo "THE SECRET of another" >secret
  for kind in $kinds; do
    host qemu
    hostile "$kind" dev/vmclock0 || continue
    for command in show dump "dump --format json" verify "verify --live --samples 1" watch \
      "record -n 1" compare; do
      # shellcheck disable=SC2086 # words on purpose
      run --separate-stderr timeout 20 "$VMCLOCKCTL" $command --root "$HOST"
      # A page of zeros is judged.
      if [[ $kind,$command == "hole,verify --live"* ]]; then
        assert_equal "$status" 1
        continue
      fi
      assert_equal "$kind, $command: $status" "$kind, $command: 3"
      assert_stderr --regexp "$HOST/dev/vmclock0: .*(${said[$kind]}|not a VMClock page|a page in it)"
      refute_output --partial SECRET
    done
    rm -rf "$HOST"
  done
}

@test "all files of a tree that leads astray end no command by a signal" {
  load hosts
  local kind command file
  echo "THE SECRET of another" >secret
  for kind in $kinds; do
    host qemu
    (cd "$HOST" && find . -type f -o -type l) >files
    hostile "$kind" dev/mem || continue
    while read -r file; do
      hostile "$kind" "${file#./}"
    done <files
    for command in "doctor --root $HOST" "dump --format json --root $HOST $boot" \
      "compare --samples 1 --phc all --root $HOST sim:steady" "verify --root $HOST $boot" \
      "show --root $HOST mem:0xfeffb000" "diff --root $HOST $boot $tai" \
      "record -n 1 --interval 1ms --root $HOST sim:steady" \
      "watch --all --root $HOST $FIXTURES/recordings/live-migration.jsonl"; do
      # shellcheck disable=SC2086 # words on purpose
      run --separate-stderr timeout 20 "$VMCLOCKCTL" $command
      ((status < 5)) || fail "$kind, $command: $status, $stderr"
      refute_output --partial SECRET
    done
    rm -rf "$HOST"
  done
}

@test "absolute links are taken within the tree" {
  load hosts
  host qemu
  mkdir -p "$HOST/usr/share/zoneinfo/right"
  cp "$FIXTURES/leap/leap-seconds.list" "$HOST/usr/share/zoneinfo/right/table"
  link usr/share/zoneinfo/leap-seconds.list /usr/share/zoneinfo/right/table
  mv "$HOST/dev/vmclock0" "$HOST/page"
  link dev/vmclock0 /../../page
  expect 0 show -F magic --root "$HOST"
  run vmclockctl doctor --root "$HOST"
  assert_output --partial "dev/vmclock0 is readable"
  refute_output --partial "no table"
}

@test "a directory without an end is named" {
  load hosts
  [[ ! ${VALGRIND_LOGS-} ]] || skip "too slow for that"
  host qemu
  mkdir -p "$HOST/etc/chrony/conf.d"
  put etc/chrony/chrony.conf "confdir /etc/chrony/conf.d"
  python3 -c 'import os, sys
os.chdir(sys.argv[1])
for i in range(65540):
    os.symlink("/dev/zero", str(i) + ".conf")' "$HOST/etc/chrony/conf.d"
  run --separate-stderr timeout 100 "$VMCLOCKCTL" doctor --root "$HOST" --json
  assert_json '.results | any(.level == "unknown" and .topic == "chrony" and
    (.message | endswith("/etc/chrony/conf.d: too long to be what it should")))'
}

@test "a device below --root is compared with what the tree's kernel says of it" {
  load hosts
  host qemu
  rm "$HOST/dev/vmclock0"
  mknod "$HOST/dev/vmclock0" c 10 124 2>/dev/null || skip "this user makes no devices"
  expect 3 show --root "$HOST"
  assert_stderr --partial \
    "dev/vmclock0: nothing drives this node: it is 10:124, and class misc has 10:125"
  rm "$HOST/dev/vmclock0"
  mknod "$HOST/dev/vmclock0" c 10 125
  expect 3 dump --root "$HOST"
  assert_stderr --partial "dev/vmclock0: a device, which is not opened below --root
hint: run vmclockctl on that machine, or copy the page into a file there"
  rm "$HOST/sys/class/misc/vmclock0/dev"
  expect 3 compare --root "$HOST"
  assert_stderr --partial "nothing drives this node: it is 10:125, which class misc has not"
}

@test "a root of any length works, or is named" {
  load hosts
  local part deep
  host qemu
  part=$(printf 'd%.0s' {1..200})
  deep=$HOST
  # More than any fixed room for a path but the system's own.
  (cd "$HOST/.." && for _ in {1..18}; do mkdir "$part" && cd "$part" || exit; done &&
    mv "$HOST" qemu)
  for _ in {1..18}; do deep=${deep%/qemu}/$part/qemu; done
  expect 0 show -F magic --root "$deep"
  expect 0 dump --root "$deep"
  expect 1 doctor --root "$deep" --json
  assert_json '.results | any(.topic == "node" and
    (.message | test("/ddd.*\\.\\.\\..*/dev/vmclock0 is readable$")))'
  expect 3 show --root "$deep/$part/$part/$part"
  assert_stderr --partial "$(words_of "File name too long")"
}

# tried ARGUMENT...: what the program could still do at its end, in $stderr.
tried() {
  local module=${VMCLOCKCTL%/*}/tests/bats/play/try_rights.so
  [[ -e $module ]] || skip "this build has no tests/bats/play"
  mkdir -p try
  echo here >try/there
  run --separate-stderr env TRY="$PWD/try" LD_PRELOAD="$module" "$VMCLOCKCTL" "$@"
}

# landlocked: the program gives up rights here.
landlocked() {
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind does not know landlock"
  ! grep -q -e __asan_init -e __tsan_init -e __llvm_profile "$VMCLOCKCTL" ||
    skip "sanitizers, and a build that counts, open files at the end"
  tried list fields
  [[ $stderr != *"read: yes"* ]] || skip "no landlock here"
}

@test "a command that only reads files can do nothing else at its end" {
  local command story=$FIXTURES/recordings/live-migration.jsonl
  landlocked
  for command in "list rules" "explain tai.sign" "show $tai" "show --at 2 $story" \
    "verify $tai" "verify $tai $boot $story" "verify --series $tai $boot" "diff $tai $boot" \
    "diff --at 1,2 $story" "encode --from $tai disruption_marker=2" "verify nowhere $boot"; do
    # shellcheck disable=SC2086 # words on purpose
    tried $command
    assert_regex "$stderr" "stat: yes
read: EACCES
list: EACCES
write: EACCES
truncate: EACCES
create: EACCES
mkdir: EACCES
symlink: EACCES
rename: EACCES
unlink: EACCES
execute: EACCES
connect: (EACCES|ECONNREFUSED)$"
  done
}

@test "before its last source it can still read, and nothing else" {
  landlocked
  # It fails at the first, and the second was never opened.
  tried diff "$tai" nowhere
  assert_stderr --partial "read: yes"
  assert_stderr --partial "create: EACCES"
  assert_stderr --partial "execute: EACCES"
}

@test "-o gets its file where rights were given up, as elsewhere" {
  local at
  landlocked
  mkdir -p try elsewhere
  ln -s "$PWD/elsewhere/linked" link
  for at in out link "$PWD/elsewhere/out" elsewhere/../out /dev/stdout /dev/null; do
    rm -f out elsewhere/*
    : >elsewhere/linked
    expect 0 show -F magic -o "$at" "$tai"
    expect 0 show -F magic -o "$at" "$tai"
  done
  # Its directory is all that is left.
  tried show -o elsewhere/out "$tai"
  assert_stderr --partial "read: EACCES"
  assert_stderr --partial "create: EACCES"
  tried show -o try/out "$tai"
  assert_stderr --partial "create: yes"
  assert_stderr --partial "mkdir: EACCES"
}

@test "a file in the root directory of another process is read, and written" {
  landlocked
  sleep 100 3>&- &
  holder=$!
  expect 0 show -F magic "/proc/$holder/root$tai"
  ln -s "/proc/$holder/root$tai" page
  expect 0 verify --only header.magic page "$tai"
  expect 0 show -F magic -o "/proc/$holder/cwd/out" "$tai"
}

@test "a command on a live page, and one that runs another, keeps its rights" {
  landlocked
  tried verify --live --samples 1 "$tai"
  assert_stderr --partial "create: yes"
  tried show sim:steady
  assert_stderr --partial "create: yes"
}
