# SPDX-License-Identifier: BSD-2-Clause
# What the program takes for itself: the right to read, and nothing else.
bats_require_minimum_version 1.5.0
load helper
load hosts
load live # for make_recording

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  host qemu
  node=$HOST/dev/vmclock0
  make_recording story disruption_marker=1 -- disruption_marker=2
}

# shellcheck disable=SC2154 # $recording
# readers FUNCTION: calls it with each command line that reads, as it might be
# typed on that machine; the status is not its matter.
readers() {
  local format
  for format in "" --json "--format openmetrics"; do
    # shellcheck disable=SC2086
    "$1" show --root "$HOST" $format
  done
  "$1" show --live "$node"
  "$1" show "$recording"
  for format in raw hex json; do
    "$1" dump --root "$HOST" --format "$format"
  done
  "$1" diff "$node" "$REAL/host-tai-50ppm.bin"
  "$1" encode "$node" disruption_marker=7
  for format in text tap junit github markdown json; do
    "$1" verify --root "$HOST" --live --samples 2 --format "$format"
  done
  "$1" verify "$recording"
  "$1" compare --root "$HOST" --live --samples 2
  "$1" compare --root "$HOST" --live --samples 2 --phc all
  "$1" doctor --root "$HOST"
  "$1" record --root "$HOST" --live --duration 30ms --interval 10ms
  "$1" watch --root "$HOST" --live --timeout 30ms --interval 10ms
  "$1" watch "$recording" --exec true
  "$1" list rules
  "$1" explain tai.sign
}

# What a trace shows that is there to write, or to make, but for what a build that
# counts writes at its end.
written() {
  grep -E 'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE|creat\(|PROT_WRITE.*MAP_SHARED|unlink|rename|link(at)?\(|mkdir|mknod|chmod|chown|truncate|utime|xattr\(' "$1" |
    grep -Ev '\.profraw"|mkdir.* EEXIST |readlink|/dev/(tty|null)"|MAP_ANONYMOUS'
}

# traced_answer ARGUMENT...: leaves a trace, of the files and maps.
traced_answer() {
  run traced -f -e 'trace=%file,mmap' -e signal=none -o trace -- "$@"
  ((status < 5)) || fail "$*: $output"
}

reads_alone() {
  traced_answer "$@"
  run written trace
  [[ -z $output ]] || fail "$*: $output"
}

@test "commands that read open nothing for writing and change nothing" {
  command -v strace >/dev/null || skip "no strace"
  before=$(find "$HOST" -printf '%p %m %s %T@ %C@\n' | sort)
  readers reads_alone
  assert_equal "$(find "$HOST" -printf '%p %m %s %T@ %C@\n' | sort)" "$before"
}

writes_answer_alone() {
  traced_answer "$@" -o answer
  written trace >writes
  run grep -c '"answer"' writes
  ((output)) || fail "$*: wrote no answer"
  # It has no name at first, or one of ours, under which nothing is left either.
  run grep -v -e '"answer"' -e '"\.", .*O_TMPFILE' \
    -e '"\.vmclockctl-[0-9a-f]*-0\.tmp"' writes
  [[ -z $output ]] || fail "$*: $output"
  rm -f answer
}

@test "-o opens nothing but the answer for writing" {
  command -v strace >/dev/null || skip "no strace"
  readers writes_answer_alone
}

# same_status ARGUMENT...: with the rights of $as as with ours
same_status() {
  local wanted=0
  "$VMCLOCKCTL" "$@" >/dev/null 2>&1 || wanted=$?
  run "${as[@]}" "$VMCLOCKCTL" "$@"
  assert_equal "$status" "$wanted"
}

@test "a user who may read the node needs no other right" {
  # A superuser without capabilities is its files' owner, and no more.
  as=()
  ((EUID != 0)) || as=(setpriv --inh-caps=-all --bounding-set=-all)
  "${as[@]}" true 2>/dev/null || skip "this machine does not let go of rights"
  chmod 400 "$node"
  run -1 "${as[@]}" test -w "$node"
  readers same_status
  chmod 000 "$node"
  run -3 "${as[@]}" "$VMCLOCKCTL" show "$node"
  assert_output --partial "$node: cannot open: Permission denied"
}
