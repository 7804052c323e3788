# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What every bats file loads: load helper
#
# Files run side by side and tests in any order, so a test writes nowhere but in
# $BATS_TEST_TMPDIR.

bats_require_minimum_version 1.5.0

# Before each command bats notes where it stands, in what a test calls too; that took
# half of the time of all tests. Now it does so in the test itself, and what fails in
# a function is told with the line that called it.
within_the_test() {
  # shellcheck disable=SC2317 # its text becomes part of bats_debug_trap
  noted() {
    case ${FUNCNAME[1]-} in
    "${BATS_TEST_NAME-}" | setup | teardown | setup_file | teardown_file) ;;
    *)
      # bats tells the one before the last, where bash calls it once too often.
      # shellcheck disable=SC2034 # for bats
      BATS_DEBUG_LASTLAST_STACK_TRACE=("${BATS_DEBUG_LAST_STACK_TRACE[@]}")
      return 0
      ;;
    esac
  }
  local first whole
  first=$(declare -f noted | sed '1,2d; $d')
  whole=$(declare -f bats_debug_trap) || return 0
  eval "${whole/\{/\{$'\n'$first$'\n'}"
  unset -f noted
}
within_the_test

load_library() {
  local dir IFS=:
  for dir in ${BATS_LIB_PATH-} /usr/lib/bats /usr/lib /usr/local/lib/bats \
    /usr/local/lib /usr/share/bats; do
    if [[ -e $dir/$1/load.bash ]]; then
      unset IFS
      load "$dir/$1/load.bash"
      return
    fi
  done
  echo "$1 not found; scripts/test installs it" >&2
  return 1
}

# The libraries call it for each of their files, and every test loads them: the
# program would take half of the time of a short test.
# shellcheck disable=SC2317,SC2329 # they do
dirname() {
  printf '%s\n' "${1%/*}"
}
load_library bats-support
load_library bats-assert
load_library bats-file
unset -f dirname

: "${VMCLOCKCTL_SOURCE_ROOT:=$(cd -- "${BASH_SOURCE[0]%/*}/../.." && pwd)}"
if [[ -z ${VMCLOCKCTL-} ]]; then
  VMCLOCKCTL=$VMCLOCKCTL_SOURCE_ROOT/build-test/vmclockctl
  [[ -x $VMCLOCKCTL ]] || VMCLOCKCTL=$VMCLOCKCTL_SOURCE_ROOT/build/vmclockctl
fi
FIXTURES=$VMCLOCKCTL_SOURCE_ROOT/fixtures
REAL=$FIXTURES/real
# A PTP clock to preload, of tests/bats/play.
PLAYED=${VMCLOCKCTL_PLAY:-${VMCLOCKCTL%/*}/tests/bats/play/play_ptp.so}
export VMCLOCKCTL VMCLOCKCTL_SOURCE_ROOT FIXTURES REAL PLAYED

# vmclockctl ARGUMENT...: the program under test.
vmclockctl() {
  "$VMCLOCKCTL" "$@"
}

# The filters are jq's. gojq starts in 1 ms, where jq 1.6 takes 25, which was a
# fifth of what all tests took.
jq() {
  gojq "$@"
}

# expect STATUS ARGUMENT...: runs the program and wants this exit status. Leaves
# $output, $lines, $stderr and $stderr_lines, whose newlines at the end are cut.
# stdin is the caller's: expect 0 show - <FILE
#
# As `run --separate-stderr` does, but for a third of its time: that reads what
# the program prints byte by byte, and most of the tests' time was this.
expect() {
  local wanted=$1 flags=$- errors=$BATS_TEST_TMPDIR/separate-stderr-expect
  shift
  set +eET -f
  output=$(vmclockctl "$@" 2>"$errors")
  status=$?
  stderr=$(<"$errors")
  # shellcheck disable=SC2034,SC2206 # for the tests; a word a line
  local IFS=$'\n' && lines=($output) stderr_lines=($stderr)
  unset IFS
  set +f "-$flags"
  if [[ $status != "$wanted" ]]; then
    batslib_print_kv_single_or_multi 8 command "vmclockctl $*" \
      expected "$wanted" status "$status" stdout "$output" stderr "$stderr" |
      batslib_decorate "another exit status than expected" | fail
  fi
}

# assert_stderr, refute_stderr: as assert_output and refute_output, options and
# all, of what expect left in $stderr.
assert_stderr() {
  local output=$stderr
  assert_output "$@"
}

refute_stderr() {
  local output=$stderr
  refute_output "$@"
}

# assert_json FILTER [JQ_OPTION...]: the jq filter is true of $output.
assert_json() {
  local filter=$1
  shift
  if ! jq -e "$@" "$filter" <<<"$output" >/dev/null; then
    batslib_print_kv_single_or_multi 6 filter "$filter" output "$output" |
      batslib_decorate "not true of the JSON" | fail
  fi
}

# VMCLOCKCTL_FULL is set by scripts/test --full: a test that takes long for what it
# asks has a short form, and then its long one.

# once: skips a test that asks little of the program, where all tests have run
# with another build of it before.
once() {
  [[ ! ${VMCLOCKCTL_AGAIN-} ]] || skip "shown by the same tests before"
}

# patched FILE OFFSET HEX [OFFSET HEX]...: a copy of the page FILE with bytes
# replaced from each offset on. Prints the copy's path.
# expect 1 verify "$(patched "$REAL/qemu-10.0.2-boot.bin" 0x0c 01000000)"
patched() {
  local copy
  copy=$(mktemp "$BATS_TEST_TMPDIR/page-XXXXXX")
  cat -- "$1" >"$copy"
  shift
  while (($# > 1)); do
    xxd -r -p <<<"$2" |
      dd of="$copy" bs=1 seek="$(($1))" conv=notrunc status=none
    shift 2
  done
  printf '%s\n' "$copy"
}

# traced STRACE_OPTION... -- ARGUMENT...: the program under strace. The leak
# checker cannot work there, and valgrind opens files of its own.
traced() {
  local options=() program=$VMCLOCKCTL
  [[ ! ${VALGRIND_LOGS-} ]] || program=${VMCLOCKCTL%/*}/vmclockctl
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 \
    strace "${options[@]}" "$program" "$@"
}

# playable: skips a test of a program that loads nothing before itself, because it
# is static and so has no clock to play beside it.
playable() {
  [[ -e $PLAYED ]] || skip "this build has no tests/bats/play"
}

# What musl says instead of glibc.
declare -gA musl_words=(
  ["File name too long"]="Filename too long"
  ["Input/output error"]="I/O error"
  ["Too many levels of symbolic links"]="Symbolic link loop")

# words_of GLIBCS_WORDS: the error as the program's own C library calls it.
words_of() {
  # A program that is linked to musl has these in itself, or in its interpreter;
  # other errors of musl are words that anybody might write.
  if grep -qaF -e "Symbolic link loop" -e /lib/ld-musl- \
    "${VMCLOCKCTL%/*}/vmclockctl"; then
    printf '%s\n' "${musl_words[$1]?}"
  else
    printf '%s\n' "$1"
  fi
}

# publish FILE ARGUMENT...: simulate in the background, until the page is there.
# Its number is $publisher, which teardown has to end.
publish() {
  local file=$1
  shift
  "$VMCLOCKCTL" simulate "$@" --publish "$file" >publisher.out \
    2>publisher.err 3>&- &
  # shellcheck disable=SC2034 # for the caller
  publisher=$!
  for _ in {1..500}; do
    [[ ! -e $file ]] || return 0
    sleep 0.01
  done
  cat publisher.err >&2
  return 1
}

# catches PID: waits until the program has a handler for SIGINT and SIGTERM, 30 s
# at most; before, they end it. The shell has one too, before it becomes the program.
catches() {
  local i mask name
  for ((i = 0; i < 3000; i++)); do
    name=
    IFS= read -rd '' name <"/proc/$1/cmdline" || true
    mask=$(awk '$1 == "SigCgt:" { print $2 }' "/proc/$1/status")
    [[ $name == "$VMCLOCKCTL" ]] && (((0x$mask & 0x4002) == 0x4002)) && return
    sleep 0.01
  done
  fail "$1 has no handler"
}
