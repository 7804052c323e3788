#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# The reports of verify as programs read them, that are not ours.

# shellcheck disable=SC2016 # variables of jq, code of Markdown

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  cp "$FIXTURES/rules/clean-tai.hex" good.hex
  cp "$FIXTURES/rules/tai.sign.hex" sign.hex
  cp "$FIXTURES/rules/seq.even.hex" odd.hex
}

# read_junit FILE: by junitparser, a line a case: suite, classname, name, result
read_junit() {
  /usr/bin/python3 - "$1" <<'READER'
import sys
import junitparser
for suite in junitparser.JUnitXml.fromfile(sys.argv[1]):
    for case in suite:
        result = case.result
        if isinstance(result, list):
            result = result[0] if result else None
        word = type(result).__name__.lower() if result is not None else "passed"
        print(suite.name, case.classname, case.name, word, sep="\t")
READER
}

@test "a reader keeps the JUnit cases of all sources apart, the same name given twice too" {
  expect 3 verify --format junit good.hex sign.hex odd.hex sign.hex none
  printf '%s\n' "$output" >out.xml
  read_junit out.xml >cases
  assert_equal "$(grep -c $'\tfailure$' cases)" 3
  assert_equal "$(grep -c $'\terror$' cases)" 1
  run grep failure cases
  assert_line $'sign.hex\tsign.hex\ttai.sign\tfailure'
  assert_line $'odd.hex\todd.hex\tseq.even\tfailure'
  assert_line $'sign.hex (2)\tsign.hex (2)\ttai.sign\tfailure'
  # Readers take one case of those with one classname and name.
  run bash -c "cut -f 2,3 cases | sort | uniq -d"
  refute_output
  rules=$(grep -c '^### ' "$VMCLOCKCTL_SOURCE_ROOT/docs/rules.md")
  assert_equal "$(wc -l <cases)" $((4 * rules + 1))
}

@test "--no-skipped leaves out of JUnit and TAP what was not judged" {
  expect 1 verify --format junit --no-skipped sign.hex
  printf '%s\n' "$output" >out.xml
  read_junit out.xml >cases
  run grep -c skipped cases
  assert_output 0
  assert_equal "$(grep -c failure cases)" 1
  run -0 xmllint --noout \
    --schema "$VMCLOCKCTL_SOURCE_ROOT/docs/schema/junit.xsd" out.xml
  assert_equal "$(xmllint --xpath 'string(//testsuite/@tests)' out.xml)" \
    "$(wc -l <cases)"
  # Of nothing there is one that says so.
  expect 4 verify --format junit --no-skipped --only 'driver.*' good.hex
  printf '%s\n' "$output" >out.xml
  run read_junit out.xml
  assert_output $'good.hex\tgood.hex\tsource\tskipped'
  run -0 xmllint --noout \
    --schema "$VMCLOCKCTL_SOURCE_ROOT/docs/schema/junit.xsd" out.xml
  expect 4 verify --format tap --no-skipped --only 'driver.*' good.hex
  assert_output "TAP version 13
ok 1 - good.hex # SKIP not judged: driver.* needs a live device and the kernel's driver
1..1"
  expect 4 verify --format tap --only 'driver.*' good.hex
  assert_line --regexp '^ok 1 - driver.node # SKIP '
  assert_line "# good.hex: not judged: driver.* needs a live device and the kernel's driver"
  local format
  for format in text json github markdown; do
    expect 2 verify --format "$format" --no-skipped sign.hex
    assert_stderr --partial "--no-skipped: only with --format tap or junit"
  done
  expect 1 verify --format tap --no-skipped --only 'tai.*' --only 'driver.*' sign.hex
  refute_output --partial SKIP
}

@test "with -o, standard error names what failed" {
  local format
  for format in text tap junit github markdown json; do
    expect 1 verify --format "$format" -o out good.hex sign.hex odd.hex
    refute_output
    assert_stderr "vmclockctl: sign.hex: not conformant: tai.sign
vmclockctl: odd.hex: not conformant: seq.even"
    rm out
  done
  expect 4 verify --format junit -o out.xml --only 'driver.*' good.hex
  assert_stderr "vmclockctl: good.hex: not judged: driver.* needs a live device and the kernel's driver"
  expect 1 verify -q --format junit -o out.xml sign.hex
  refute_stderr
  expect 0 verify --format junit -o out.xml good.hex
  refute_stderr
}

# run_github: the commands in $output as the runner of GitHub Actions takes them
# apart: command, properties, message
run_github() {
  /usr/bin/python3 - "$output" <<'RUNNER'
import re
import sys


def undo(text, pairs):
    for code, char in pairs:
        text = text.replace(code, char)
    return text


DATA = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
PROPERTY = [("%3A", ":"), ("%2C", ",")] + DATA
for line in sys.argv[1].split("\n"):
    if line.startswith("::"):
        head, data = line[2:].split("::", 1)
        command, _, rest = head.partition(" ")
        found = {}
        for part in rest.split(","):
            key, value = part.split("=", 1)
            found[key] = undo(value, PROPERTY)
        print(repr((command, found.get("file"), found.get("title"),
                    undo(data, DATA).split("\n")[0])))
    elif "##[" in line:
        print("command inside", repr(line))
RUNNER
}

@test "--format github annotates the file of each failure and warning" {
  cp "$FIXTURES/rules/time.type-utc.hex" utc.hex
  expect 3 verify --format github good.hex sign.hex utc.hex none
  run run_github
  assert_line --partial "('error', 'sign.hex', 'tai.sign', 'sign.hex: the sign"
  assert_line --partial "('warning', 'utc.hex', 'time.type-utc', 'utc.hex: "
  assert_line --partial "('error', None, 'not checked', 'none: cannot open"
  expect 0 verify --format github --expect tai.sign=fail sign.hex
  run run_github
  assert_line --partial "('notice', 'sign.hex', 'tai.sign', "
  expect 4 verify --format github --only 'driver.*' good.hex
  run run_github
  assert_line --partial "('error', 'good.hex', 'not judged', \"good.hex: driver.*"
  expect 0 verify --format github --leap-file "$FIXTURES/leap/expired.list" good.hex
  run run_github
  assert_line --partial "('notice', 'good.hex', 'no leap-second table', 'good.hex: tai.value"
}

@test "no name of a file makes a command, a cell or markup of its own" {
  local name=$'a,b:100%\n::error::x ##[error]|`<b>@me_*' escaped
  cp sign.hex "$name"
  expect 1 verify --format github "$name"
  run run_github
  assert_equal "${#lines[@]}" 1
  assert_line --index 0 --partial "'tai.sign'"
  refute_output --partial "command inside"
  cp sign.hex 'a,b:100%'
  expect 1 verify --format github 'a,b:100%'
  run run_github
  assert_line --index 0 --partial "('error', 'a,b:100%', 'tai.sign', 'a,b:100%: the sign"
  expect 1 verify --format markdown "$name"
  escaped='a,b\:100%\\x0a\:\:error\:\:x \#\#\[error\]\|\`\<b\>\@me\_\*'
  assert_line "## $escaped: not conformant"
  # Each row has its cells, and no more.
  expect 1 verify --format markdown sign.hex "$name" odd.hex
  run bash -c 'grep "^|" <<<"$1" | sed "s/\\\\.//g" | tr -cd "|\n" | sort -u' _ "$output"
  assert_output "||||||||"
  assert_equal "$(grep -c '^|' <<<"$output")" 1
}

@test "--format markdown has a section a source, and the totals" {
  expect 3 verify --format markdown good.hex sign.hex none
  assert_line --index 0 "# vmclockctl verify"
  assert_line "## good.hex: conformant"
  assert_line "## sign.hex: not conformant"
  assert_line --partial '| **fail** | `tai.sign` | `tai_offset_sec` at 0x24 | -37 | 37 |'
  assert_line "## none: not checked"
  assert_line --index -1 \
    "3 sources: 1 conformant, 1 not conformant (sign.hex), 0 not judged, 1 not checked (none)"
  expect 4 verify --format markdown --only 'driver.*' good.hex
  assert_line "## good.hex: not judged"
  assert_line "Note: driver.\\* needs a live device and the kernel\\'s driver"
}

@test "an earlier report is replaced, and no other file" {
  local format
  for format in github markdown text; do
    expect 1 verify --format "$format" -o out sign.hex good.hex
    expect 0 verify --format "$format" -o out good.hex
    expect 1 verify --format "$format" -o out sign.hex
    rm out
  done
  echo "a letter" >out
  expect 4 verify --format github -o out good.hex
  assert_equal "$(<out)" "a letter"
}
