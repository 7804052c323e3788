#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Where the answer goes.

load helper

setup() {
  # bats puts files of its own beside.
  mkdir "$BATS_TEST_TMPDIR/here"
  cd "$BATS_TEST_TMPDIR/here" || return
  tai=$REAL/host-tai-synchronized.bin
  boot=$REAL/qemu-10.0.2-boot.bin
}

# Every kind of answer that there is, one a line.
answers() {
  printf '%s\n' "show $tai" "show --json $tai" "show --hex $tai" \
    "show -F time_sec $tai" "dump $tai" "dump --format hex $tai" \
    "encode $tai" "encode --json $tai" "diff $tai $tai --json" \
    "diff $tai $boot" "diff --json $tai $boot" "list fields" \
    "list fields --json" "list events" "list commands"
}

# holds NAME...: the directory has these files and no other, in this order.
holds() {
  assert_equal "$(find . -mindepth 1 -printf '%P\n' | sort | tr '\n' ' ')" "$*${*:+ }"
}

@test "-o writes what standard output would get" {
  local answer
  while read -r answer; do
    # shellcheck disable=SC2086 # words on purpose
    "$VMCLOCKCTL" $answer >stdout || [[ $? == 1 ]]
    # shellcheck disable=SC2086
    run vmclockctl $answer -o file
    refute_output
    cmp stdout file
    rm file
  done < <(answers)
  holds stdout
}

@test "-o does not change the exit status" {
  expect 1 diff -o file "$tai" "$boot"
  expect 0 diff -o other "$tai" "$tai"
  assert_file_empty other
}

@test "--output means -o, with = or without" {
  vmclockctl dump --output one "$tai"
  vmclockctl dump --output=two "$tai"
  vmclockctl dump "$tai" -othree
  cmp "$tai" one
  cmp "$tai" two
  cmp "$tai" three
  holds one three two
}

@test "a full standard output gives status 4 and a message, for every answer" {
  local answer
  while read -r answer; do
    # shellcheck disable=SC2086 # words on purpose
    run --separate-stderr bash -c '"$@" >/dev/full' - "$VMCLOCKCTL" $answer
    if [[ $answer != "diff $tai $tai" ]]; then
      assert_equal "$status: $answer" "4: $answer"
      assert_stderr --regexp '^vmclockctl: .*No space left on device$'
    fi
  done < <(answers)
}

@test "a full standard output of help and version gives status 4" {
  local answer
  for answer in --help "show --help" --version "--version --json"; do
    # shellcheck disable=SC2086 # words on purpose
    run --separate-stderr bash -c '"$@" >/dev/full' - "$VMCLOCKCTL" $answer
    assert_equal "$status: $answer" "4: $answer"
    assert_stderr --partial "No space left on device"
  done
}

@test "-o /dev/full gives status 4 and a message, for every answer" {
  local answer
  while read -r answer; do
    # shellcheck disable=SC2086 # words on purpose
    run --separate-stderr vmclockctl $answer -o /dev/full
    assert_equal "$status: $answer" "4: $answer"
    assert_stderr --regexp '^vmclockctl: /dev/full: .*No space left on device$'
  done < <(answers)
  assert [ -c /dev/full ]
}

@test "a closed standard output gives status 4" {
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind opens another in its place"
  run --separate-stderr bash -c '"$@" >&-' - "$VMCLOCKCTL" show "$tai"
  assert_equal "$status" 4
  assert_stderr --regexp '^vmclockctl: '
}

# closed DESCRIPTORS ARGUMENT...: runs the program with these closed, "012" for
# all. Its exit status in $status.
closed() {
  local fds=$1
  shift
  status=0
  (
    [[ $fds != *0* ]] || exec 0<&-
    [[ $fds != *1* ]] || exec 1>&-
    [[ $fds != *2* ]] || exec 2>&-
    exec "$VMCLOCKCTL" "$@"
  ) >stdout 2>stderr </dev/null 3>&- || status=$?
}

@test "no file takes the number of a closed standard descriptor" {
  local fds
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind opens others in their place"
  "$VMCLOCKCTL" verify "$boot" >wanted.txt
  "$VMCLOCKCTL" simulate steady --record wanted.jsonl --duration 100ms \
    >wanted.done
  for fds in 0 1 2 01 02 12 012; do
    rm -f answer.txt told.txt page.bin story.jsonl watch.jsonl record.jsonl
    closed "$fds" verify -o answer.txt "$boot"
    assert_equal "$fds: $status" "$fds: 0"
    cmp wanted.txt answer.txt
    closed "$fds" watch --json -o watch.jsonl --timeout 150ms sim:steady
    assert_equal "$fds: $status" "$fds: 1"
    assert_equal "$(jq -r .type watch.jsonl)" $'start\nend'
    closed "$fds" record -o record.jsonl -n 1 sim:steady
    assert_equal "$fds: $status" "$fds: 0"
    expect 0 show record.jsonl
    closed "$fds" simulate steady --record story.jsonl --duration 100ms \
      -o told.txt
    assert_equal "$fds: $status" "$fds: 0"
    cmp wanted.jsonl story.jsonl
    cmp wanted.done told.txt
    # What the answer does not need, an error needs.
    closed "$fds" simulate steady --publish page.bin --duration 10ms \
      -o nowhere/told.txt
    assert_equal "$fds: $status" "$fds: 4"
    assert_equal "$(stat -c %s page.bin)" 4096
    expect 0 verify -q page.bin
  done
}

@test "output to a closed descriptor is not taken for written" {
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind opens others in their place"
  closed 1 show -o /dev/stdout "$tai"
  assert_equal "$status" 4
  closed 0 show /dev/stdin
  assert_equal "$status" 3
  closed 0 verify -
  assert_equal "$status" 3
  assert_equal "$(<stderr)" \
    "vmclockctl: standard input: cannot open: Bad file descriptor"
  closed 12 simulate steady --record - --duration 10ms
  assert_equal "$status" 4
}

@test "a closed pipe gives status 0 and no message, for every answer" {
  local answer
  while read -r answer; do
    rm -f gone status
    mkfifo gone
    # The reader is gone before the first byte is written.
    # shellcheck disable=SC2086 # words on purpose
    (
      # shellcheck disable=SC2094 # it is no loop, the reader goes
      exec 8<>gone 9>gone 8<&-
      status=0
      "$VMCLOCKCTL" $answer >&9 2>stderr || status=$?
      echo "$status" >status
    )
    assert_equal "$(<status): $answer" "0: $answer"
    assert_file_empty stderr
  done < <(answers)
}

@test "a pipe to head -c 1 gives status 0 and no message" {
  local i statuses
  head -c 65536 <(cat "$tai" /dev/urandom) >long.bin
  for i in {1..5}; do
    "$VMCLOCKCTL" dump --format hex long.bin 2>stderr | head -c 1 >one
    statuses="${PIPESTATUS[*]}"
    assert_equal "$statuses" "0 0"
    assert_file_empty stderr
    "$VMCLOCKCTL" show --json long.bin 2>stderr | head -c 1 >one
    statuses="${PIPESTATUS[*]}"
    assert_equal "$statuses" "0 0"
    assert_file_empty stderr
    assert_equal "$(<one)" "{"
  done
}

@test "a page may replace a page, and JSON may replace JSON" {
  cp "$boot" page.bin
  vmclockctl dump -o page.bin "$tai"
  cmp "$tai" page.bin
  vmclockctl show --json -o page.json "$boot"
  vmclockctl show --json -o page.json "$tai"
  expect 0 show -F time_sec page.json
  assert_output 1795219861
  holds page.bin page.json
}

@test "a text answer replaces an earlier text answer of the same command" {
  local clean=$REAL/../rules/clean-tai.hex answer
  local -a answers=()
  mkdir -p machine other/dev
  cp "$tai" other/dev/vmclock0
  while read -r answer; do
    # shellcheck disable=SC2086 # words on purpose
    vmclockctl $answer -o text >expected || true
    # shellcheck disable=SC2086
    vmclockctl $answer >expected || true
    cmp expected text
    [[ ! ${answers[*]-} ]] || run -1 cmp expected before
    answers+=("$answer")
    mv expected before
  done <<END
verify $clean
verify $tai
verify -v $clean
verify --only seq.even $clean
verify -W --only header.* $boot
verify -q $clean
show -F time_sec $tai
show -F flags,time_sec $tai
show -F pad $tai
show -F seq_count $boot
show -F vm_generation_counter $boot
END
  rm text
  for answer in "$tai $boot" "$tai $(patched "$tai" 0x0c 08000000)" \
    "$tai $tai" "$tai $REAL/host-tai-50ppm.bin"; do
    # shellcheck disable=SC2086
    run vmclockctl diff $answer -o text
    ((status < 2))
  done
  assert_file_contains text time_sec
  rm text
  vmclockctl explain seq.even -o text
  vmclockctl explain tai.sign -o text
  assert_equal "$(head -n 1 text)" tai.sign
  rm text
  # Of an empty tree nothing can be decided, which is an answer too.
  for answer in machine other; do
    run --separate-stderr vmclockctl doctor --root "$answer" -o text
    assert_stderr ""
  done
  assert_file_contains text "other/dev/vmclock0"
}

@test "a text answer does not replace that of another command" {
  vmclockctl show -F time_sec -o values "$tai"
  expect 4 verify -o values "$tai"
  vmclockctl explain seq.even -o rule
  expect 4 show -F time_sec -o rule "$tai"
  for line in FAILURES "FAIL again: x" "12 rules of mine" "notes: a" \
    "0x0c seq" "0x" "70 rule" 123456789012345678901 "ok then"; do
    echo "$line" >stranger
    for answer in "verify $tai" "show -F time_sec $tai" "diff $boot $tai" \
      "explain tai.sign" doctor; do
      # shellcheck disable=SC2086 # words on purpose
      run --separate-stderr vmclockctl $answer -o stranger
      assert_equal "$status: $line" "4: $line"
      assert_equal "$(<stranger)" "$line"
    done
  done
}

@test "an empty file may be replaced" {
  : >page.bin
  vmclockctl dump -o page.bin "$tai"
  cmp "$tai" page.bin
}

@test "a page may be written over the page it is made from" {
  cp "$tai" page.bin
  vmclockctl encode page.bin seq_count=8 -o page.bin
  cmp page.bin "$(patched "$tai" 0x0c 08000000)"
}

@test "a foreign file is kept, with status 4, a message and no leftover" {
  local answer
  echo "precious" >stranger
  while read -r answer; do
    # shellcheck disable=SC2086 # words on purpose
    run --separate-stderr vmclockctl $answer -o stranger
    assert_equal "$status: $answer" "4: $answer"
    assert_stderr --regexp '^vmclockctl: stranger: '
    assert_equal "$(<stranger)" precious
    holds stranger
  done < <(answers)
}

@test "a text answer does not replace a page" {
  cp "$tai" page.bin
  expect 4 show -o page.bin "$boot"
  cmp "$tai" page.bin
  holds page.bin
}

@test "a foreign file shorter than four bytes is kept too" {
  printf VCL >stranger
  expect 4 dump -o stranger "$tai"
  assert_equal "$(<stranger)" VCL
  holds stranger
}

@test "-o refuses a directory" {
  mkdir directory
  expect 4 dump -o directory "$tai"
  assert_stderr --regexp '^vmclockctl: directory: .*directory'
  expect 4 dump -o directory/ "$tai"
  expect 4 dump -o . "$tai"
  holds directory
}

@test "-o refuses a VMClock device, through a link too" {
  mknod vmclock0 c 1 3 2>/dev/null || skip "who is not root makes no device"
  expect 4 dump -o vmclock0 "$tai"
  assert_stderr --partial "vmclock0: is a VMClock device"
  ln -s vmclock0 elsewhere
  expect 4 record -n 1 -o elsewhere sim:steady
  assert_stderr --partial "elsewhere: is a VMClock device"
}

@test "-o refuses a path whose directory is missing or no directory" {
  : >file
  expect 4 dump -o file/page.bin "$tai"
  assert_stderr --partial "Not a directory"
  expect 4 dump -o nowhere/page.bin "$tai"
  assert_stderr --partial "No such file"
  expect 2 dump -o "" "$tai"
  holds file
}

@test "-o keeps a symbolic link and replaces its target" {
  mkdir elsewhere
  cp "$boot" elsewhere/page.bin
  ln -s elsewhere/page.bin link
  vmclockctl dump -o link "$tai"
  assert_symlink_to "$PWD/elsewhere/page.bin" link
  cmp "$tai" elsewhere/page.bin
  holds elsewhere elsewhere/page.bin link
}

@test "-o keeps a foreign file behind a symbolic link" {
  echo precious >stranger
  ln -s stranger link
  expect 4 dump -o link "$tai"
  assert_equal "$(<stranger)" precious
  holds link stranger
}

@test "-o creates nothing through a dangling symbolic link" {
  ln -s nowhere link
  expect 4 dump -o link "$tai"
  assert_stderr --regexp '^vmclockctl: link: '
  holds link
}

@test "a bad source leaves the output file unchanged" {
  cp "$tai" page.bin
  expect 3 dump -o page.bin nowhere
  expect 3 dump -o new.bin nowhere
  expect 2 encode --from "$tai" nonsense=1 -o page.bin
  expect 2 show -F nonsense -o new.txt "$tai"
  cmp "$tai" page.bin
  holds page.bin
}

@test "a disk that fills up half-way gives status 4 and no partial file" {
  cp "$boot" old.bin
  head -c 65536 <(cat "$tai" /dev/zero) >long.bin
  # Not more than 8 KiB a file.
  run --separate-stderr bash -c 'trap "" XFSZ; ulimit -f 8; "$@"' - \
    "$VMCLOCKCTL" dump -o new.bin long.bin
  assert_equal "$status" 4
  assert_stderr --regexp '^vmclockctl: new\.bin: .*File too large'
  run --separate-stderr bash -c 'trap "" XFSZ; ulimit -f 8; "$@"' - \
    "$VMCLOCKCTL" dump -o old.bin long.bin
  assert_equal "$status" 4
  cmp "$boot" old.bin
  holds long.bin old.bin
}

@test "a standard output that fills up half-way gives status 4" {
  head -c 65536 <(cat "$tai" /dev/zero) >long.bin
  run --separate-stderr bash -c 'trap "" XFSZ; ulimit -f 8; "$@" >out' - \
    "$VMCLOCKCTL" dump long.bin
  assert_equal "$status" 4
  assert_stderr --regexp '^vmclockctl: standard output: '
}

@test "-o writes to a FIFO" {
  mkfifo pipe
  cat pipe >got &
  vmclockctl dump -o pipe "$tai"
  wait "$!"
  cmp "$tai" got
  assert [ -p pipe ]
}

@test "-o writes to /dev/null and /dev/stdout" {
  expect 0 dump -o /dev/null "$tai"
  assert [ -c /dev/null ]
  vmclockctl dump -o /dev/stdout "$tai" | cmp - "$tai"
}

@test "a new file has the mode that the umask allows" {
  (umask 027 && vmclockctl dump -o page.bin "$tai")
  assert_equal "$(stat -c %a page.bin)" 640
}

@test "a replaced file keeps its mode and its owner" {
  cp "$boot" page.bin
  chmod 600 page.bin
  vmclockctl dump -o page.bin "$tai"
  assert_equal "$(stat -c %a page.bin)" 600
  cmp "$tai" page.bin
  chmod 664 page.bin
  (umask 077 && vmclockctl dump -o page.bin "$boot")
  assert_equal "$(stat -c %a page.bin)" 664
  chown 1234:5678 page.bin 2>/dev/null || return 0
  ln -s page.bin link
  vmclockctl dump -o link "$tai"
  assert_equal "$(stat -c %u:%g:%a page.bin)" 1234:5678:664
}

@test "-o does not replace a file that may not be written" {
  ((EUID)) || skip "root may write everything"
  cp "$boot" page.bin
  chmod 444 page.bin
  expect 4 dump -o page.bin "$tai"
  cmp "$boot" page.bin
}

# begun ARGUMENT...: the program in the background, $begun, when it has begun a
# file. What the shell or who started it ignores is as by default, but for $ignored.
begun() {
  local i here signals=INT,QUIT
  [[ ${ignored-} ]] || signals+=,HUP
  here=$(pwd -P)
  (
    ulimit -c 0
    exec env --default-signal="$signals" "$VMCLOCKCTL" "$@"
  ) >/dev/null 2>&1 3>&- &
  begun=$!
  for ((i = 0; i < 1000; i++)); do
    # It may have no name yet: then this is "#INODE (deleted)".
    [[ ! $(find "/proc/$begun/fd" -lname "$here/*" 2>/dev/null) ]] || return 0
    sleep 0.01
  done
  kill -KILL "$begun"
  fail "no file was begun"
}

@test "a signal ends the program by its default action and leaves no file behind" {
  [[ ! ${VALGRIND_LOGS-} ]] || skip "what a signal breaks off is no leak"
  local signal command
  local commands=("verify --duration 1min -o answer sim:steady"
    "simulate steady --rate 1 --duration 1000000h --record answer")
  for command in "${commands[@]}"; do
    for signal in HUP INT QUIT TERM XCPU; do
      # shellcheck disable=SC2086 # words on purpose
      begun $command
      kill -s "$signal" "$begun"
      status=0
      wait "$begun" || status=$?
      assert_equal "$signal: $(kill -l "$status")" "$signal: $signal"
      holds
    done
  done
}

@test "an ignored signal stays ignored" {
  [[ ! ${VALGRIND_LOGS-} ]] || skip "what a signal breaks off is no leak"
  local status=0 ignored=HUP
  trap "" HUP
  begun verify --duration 1min -o answer sim:steady
  trap - HUP
  kill -HUP "$begun"
  kill -TERM "$begun"
  wait "$begun" || status=$?
  assert_equal "$(kill -l "$status")" TERM
}
