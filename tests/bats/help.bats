#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Help, version, and what a wrong command line gets.

# shellcheck disable=SC2154 # run sets them

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  page=$REAL/qemu-10.0.2-boot.bin
}

commands() {
  vmclockctl list commands --json | jq -r '.items[].name'
}

@test "--help prints every command and exit status on standard output" {
  expect 0 --help
  refute_stderr
  local command
  for command in $(commands); do
    assert_line --regexp "^ +$command "
  done
  for command in 0 1 2 3 4; do
    assert_line --regexp "^ +$command +[a-z]"
  done
  assert_output --partial SOURCE
}

@test "-h means --help" {
  expect 0 --help
  local long=$output
  expect 0 -h
  assert_output "$long"
}

@test "every command has its own help" {
  local command general
  general=$(vmclockctl --help)
  for command in $(commands); do
    expect 0 "$command" --help
    assert_line --index 0 --regexp "^Usage: vmclockctl $command"
    refute_output "$general"
    local after=$output
    expect 0 --help "$command"
    assert_output "$after"
  done
}

@test "all help fits 80 columns of ASCII" {
  local command
  vmclockctl --help >out
  for command in $(commands); do
    vmclockctl "$command" --help >>out
  done
  run -1 grep -nE '.{81}' out
  run -1 grep -nP '[^ -~]' out
}

@test "help shows each option of the command" {
  local option
  expect 0 show --help
  for option in --fields --hex --counter --json --color --root --output --help \
    --version; do
    assert_output --partial -- "$option"
  done
  expect 0 dump --help
  assert_output --partial -- --format
  refute_output --partial -- --counter
  expect 0 encode --help
  assert_output --partial -- --from
}

# helps COMMAND: its help, with each entry on one line.
helps() {
  vmclockctl "$1" --help | sed -z 's/\n \{20,\}/ /g; s/  */ /g'
}

@test "help describes each option as that command uses it" {
  local command
  run -0 helps compare
  assert_line " --interval T time between two lines of a clock (default: 1s)"
  assert_line --partial " -n, --count N print N lines for each clock"
  run -0 helps watch
  assert_line " --interval T time between two looks (default: 100ms)"
  assert_line " -n, --count N end after N events"
  assert_line " --all print calibrations too"
  assert_line " -o, --output FILE write each line to FILE as it comes"
  run -0 helps record
  assert_line " --all also record updates that change only seq_count"
  run -0 helps show
  assert_line " -o, --output FILE write the output to FILE, whole or not at all"
  # None speaks of another command.
  for command in $(commands); do
    run -1 grep -E " --.*\<(watch|record|compare|diff|dump|verify):" \
      < <(helps "$command")
  done
}

@test "--version prints the name and the version" {
  expect 0 --version
  assert_output --regexp '^vmclockctl [0-9]+\.[0-9]+\.[0-9]+$'
  local version=$output
  expect 0 -V
  assert_output "$version"
  expect 0 show --version
  assert_output "$version"
}

@test "--version prints the version in meson.build" {
  local version
  version=$(sed -n "s/^ *version: '\(.*\)',$/\1/p" \
    "$VMCLOCKCTL_SOURCE_ROOT/meson.build" | head -n 1)
  expect 0 --version
  assert_output "vmclockctl $version"
}

@test "--version --json prints a document" {
  expect 0 --version --json
  assert_json '.schema | startswith("vmclockctl/")'
  assert_json '.schema_version == 1 and (.version | test("^[0-9.]+$"))'
}

@test "an unknown first word gives status 2 and names a similar command" {
  expect 2 shwo
  refute_output
  assert_stderr --regexp '^vmclockctl: shwo: '
  assert_stderr --regexp 'hint: .*show'
  expect 2 enocde
  assert_stderr --regexp 'hint: .*encode'
}

@test "a hint names what may have been meant, or else only the help" {
  local word
  for word in zzzzzzzz tset nowhere x; do
    expect 2 "$word"
    assert_stderr "vmclockctl: $word: no such command, and no such file
hint: see vmclockctl --help"
  done
  expect 2 --conter=5
  assert_stderr --partial "hint: did you mean --counter?"
  expect 2 verify --only --help "$page"
  assert_stderr --partial "hint: see vmclockctl"
  expect 2 list nonsense
  assert_stderr --partial "hint: see vmclockctl list --help"
}

@test "command names of other programs point to the command of this one" {
  local word command
  while read -r word command; do
    expect 2 "$word" "$page"
    assert_stderr "vmclockctl: $word: no such command, and no such file
hint: did you mean $command?"
  done <<'END'
decode show
check verify
test verify
lint verify
monitor watch
capture record
END
}

@test "an option without its argument does not take the next option for it" {
  expect 2 show --counter --help "$page"
  assert_stderr "vmclockctl: --counter: needs an argument
hint: see vmclockctl show --help"
  expect 2 show "$page" -o --json
  assert_json '.error.message == "-o: needs an argument"'
  assert [ ! -e --json ]
  expect 0 show --output=--json "$page"
  assert [ -e --json ]
}

@test "an error names the option as it was typed" {
  expect 2 watch -n 0 "$page"
  assert_stderr --partial "vmclockctl: -n 0: not a number from 1 on"
  expect 2 watch --count 0 "$page"
  assert_stderr --partial "vmclockctl: --count 0: not a number from 1 on"
  expect 2 dump -W "$page"
  assert_stderr --partial "vmclockctl: -W: not an option of dump"
}

@test "the words help and version point to the options" {
  local word
  for word in help version; do
    expect 2 "$word" show
    assert_stderr "vmclockctl: $word: no such command, and no such file
hint: did you mean --$word?"
  done
}

@test "a usage error names the help to read" {
  expect 2 show --counter x "$page"
  assert_stderr --partial "hint: see vmclockctl show --help"
  expect 2 diff "$page"
  assert_stderr --partial "hint: see vmclockctl diff --help"
  expect 2 verify "$page" --only
  assert_stderr --partial "hint: see vmclockctl verify --help"
  expect 2 --color x
  assert_stderr --partial "hint: see vmclockctl --help"
  expect 2 explain
  assert_stderr "vmclockctl: explain: needs a rule ID
hint: see vmclockctl list rules"
  expect 2 dump --json --format
  assert_json '.schema == "vmclockctl/dump"'
}

@test "an empty word, as from an unset variable, gives status 2" {
  local option
  for option in "show -F" "show --counter" "show --output" "watch --exec" \
    "watch --until" "verify --leap-file" "verify --only" "encode --from" \
    "compare --phc" "simulate --record" "simulate --publish"; do
    # shellcheck disable=SC2086 # a command and an option
    expect 2 $option ""
    refute_output
    assert_stderr --partial ": its argument is empty
hint: see vmclockctl ${option% *} --help"
  done
  expect 2 ""
  assert_stderr --partial "show: argument 1 is empty"
  expect 2 show ""
  assert_stderr --partial "show: argument 1 is empty"
  expect 2 diff "$page" ""
  assert_stderr --partial "diff: argument 2 is empty"
  expect 2 show --root "" "$page"
  assert_stderr --partial "--root: its argument is empty"
}

@test "an unknown word unlike any command still gets a hint" {
  expect 2 zzzzzzzz
  refute_output
  assert_equal "${#stderr_lines[@]}" 2
  assert_stderr --partial "hint: "
}

@test "a word with a slash, or of an existing file, is a SOURCE" {
  expect 3 ./shwo
  assert_stderr --regexp '^vmclockctl: ./shwo: '
  cp "$page" shwo
  expect 0 shwo
  assert_output --partial "VMClock page"
}

@test "a command's name means the command even beside a file of that name" {
  cp "$page" list
  expect 2 list
  expect 0 ./list
  assert_output --partial "VMClock page"
  expect 0 show list
  assert_output --partial "VMClock page"
}

@test "an unknown option gives status 2 and names a similar one" {
  expect 2 show --conter 5 "$page"
  refute_output
  assert_stderr --regexp '^vmclockctl: --conter: '
  assert_stderr --regexp 'hint: .*--counter'
  expect 2 show -x "$page"
  assert_stderr --regexp '^vmclockctl: -x: '
}

@test "an option without its argument gives status 2" {
  local option
  for option in --counter --fields -F -o --output --root --color; do
    expect 2 show "$page" "$option"
    refute_output
    assert_stderr --regexp "^vmclockctl: $option: "
  done
}

@test "an argument to an option that takes none gives status 2" {
  expect 2 show --json=yes "$page"
  refute_output
  assert_stderr --partial -- --json
}

@test "an option of another command gives status 2" {
  expect 2 dump --counter 5 "$page"
  refute_output
  assert_stderr --partial -- --counter
  expect 2 show --format hex "$page"
  assert_stderr --partial -- --format
  expect 2 list fields --hex
  expect 2 diff --from "$page" "$page" "$page"
}

@test "global options may stand before or after the command" {
  expect 0 --json show "$page"
  local before=$output
  expect 0 show "$page" --json
  assert_output "$before"
  expect 0 show --json "$page"
  assert_output "$before"
}

@test "nothing after -- is an option" {
  cp "$page" ./--json
  expect 0 show -F size -- --json
  assert_output 4096
}

@test "an error is one line with at most one hint" {
  local arguments
  for arguments in "shwo" "show --conter" "list" "dump --format x" "diff a" \
    "encode nofield=1" "show nowhere" "--color sometimes"; do
    # shellcheck disable=SC2086 # words on purpose
    run --separate-stderr vmclockctl $arguments
    assert_not_equal "$status" 0
    refute_output
    # shellcheck disable=SC2154 # run sets it
    assert_regex "${stderr_lines[0]}" '^vmclockctl: .+'
    ((${#stderr_lines[@]} <= 2))
    ((${#stderr_lines[@]} == 1)) || assert_regex "${stderr_lines[1]}" '^hint: .+'
  done
}

@test "--color takes auto, always or never" {
  local when
  for when in auto always never; do
    expect 0 show --color "$when" "$page"
    expect 0 --color="$when" show "$page"
  done
  expect 2 show --color sometimes "$page"
  assert_stderr --partial sometimes
}

@test "show is coloured only on a terminal" {
  expect 0 show "$page"
  refute_output --partial $'\033'
}

@test "usage errors have no colour and no control characters" {
  local word=$'sh\033[31mow\n\tx\x07\x7f\xc3\xa9'
  # In UTF-8 the last letter is shown.
  local -x LC_ALL=C
  expect 2 "$word"
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  expect 2 show --counter "$word" "$page"
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  expect 2 show -F "$word" "$page"
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  expect 2 "--$word"
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  expect 2 list "$word"
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  expect 2 encode "$word=1"
  run -1 grep -nP '[^ -~]' <<<"$stderr"
}

@test "in UTF-8 a word of the user's is shown as it is, without control characters" {
  local word=$'d\xc3\xa9\xe2\x80\xaef\x1b[1m\xff' wanted
  wanted=$'d\xc3\xa9\\xe2\\x80\\xaef\\x1b[1m\\xff'
  local -x LC_ALL=C.UTF-8
  expect 2 "$word"
  assert_stderr --partial "vmclockctl: $wanted: no such command"
  expect 3 show "./$word"
  assert_stderr "vmclockctl: ./$wanted: cannot open: No such file or directory"
  expect 2 list "$word"
  assert_stderr --partial "vmclockctl: list $wanted: no such list"
  # JSON is the same everywhere.
  expect 3 show --json "./$word"
  local utf8=$output
  LC_ALL=C expect 3 show --json "./$word"
  assert_output "$utf8"
  run -1 grep -nP '[^ -~]' <<<"$output"
}
