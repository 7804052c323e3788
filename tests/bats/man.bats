#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The man page and the README say what the program does.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  page=$VMCLOCKCTL_SOURCE_ROOT/man/vmclockctl.1
  readme=$VMCLOCKCTL_SOURCE_ROOT/README.md
}

# section NAME: of the man page's source.
section() {
  awk -v name=".Sh $1" '/^\.Sh / { on = $0 == name } on' "$page"
}

@test "the man page names every field of list fields, with offset and width" {
  local name offset width count=0
  while read -r name offset width; do
    count=$((count + 1))
    section FIELDS | grep -A 1 -Fx ".It Va $name" |
      grep -E "^$(printf '0x%02x, %d bytes? wide' "$offset" "$width")"
  done < <(vmclockctl list fields --json |
    jq -r '.items[] | select(.layout != "pre-release") |
      "\(.name) \(.offset) \(.width)"')
  assert_equal "$count" 41
}

@test "the man page names no field that is not there" {
  local known
  known=$(vmclockctl list fields --json | jq -r '.items[].name')
  section FIELDS | sed -n 's/^\.It Va //p' >named
  assert [ -s named ]
  run -1 grep -vxFf <(printf '%s\n' "$known") named
}

@test "the man page names every value of a field" {
  section FIELDS | sed -n 's/^\.Cm \([^ ]*\).*/\1/p' | sort -u >named
  vmclockctl list fields --json | jq -r '.items[].values[].name' | sort -u >known
  diff known named
}

@test "the man page has every command" {
  local command
  vmclockctl list commands --json | jq -r '.items[].name' >names
  assert [ -s names ]
  while read -r command; do
    section DESCRIPTION | grep -E "^\.It Cm $command( |\$)"
  done <names
}

@test "the man page has no command that is not there" {
  section DESCRIPTION | sed -n 's/^\.It Cm \([a-z]*\).*/\1/p' >named
  vmclockctl list commands --json | jq -r '.items[].name' >known
  diff <(sort known) <(sort named)
}

@test "the man page has every option of every help" {
  local option command
  {
    vmclockctl --help
    for command in $(vmclockctl list commands --json | jq -r '.items[].name'); do
      vmclockctl "$command" --help
    done
  } | grep -oE '^ +(-[A-Za-z], )?--[a-z-]+' | grep -oE -- '-[A-Za-z-]+' |
    sort -u >options
  assert [ -s options ]
  mandoc -T ascii "$page" | col -bx >text
  while read -r option; do
    grep -qE -- "(^|[^a-z-])$option([^a-z-]|\$)" text || printf '%s\n' "$option"
  done <options >missing
  assert_equal "$(<missing)" ""
}

@test "the man page has every event" {
  local event
  while read -r event; do
    section EVENTS | grep -Fx ".It Cm $event" || fail "$event: not there"
  done < <(vmclockctl list events --json | jq -r '.items[].name')
}

@test "the man page has every exit status, as --help words it" {
  local status
  mandoc -T ascii "$page" | col -bx | awk '/^EXIT STATUS/,/^EXAMPLES/' >text
  for status in 0 1 2 3 4; do
    grep -E "^ +$status +[a-z]" text
    diff <(grep -E "^ +$status +[a-z]" text | tr -s ' ' | cut -d : -f 1) \
      <(vmclockctl --help | grep -E "^ +$status +[a-z]" | tr -s ' ' | cut -d : -f 1)
  done
}

@test "the man page is clean and fits 80 columns" {
  run -0 mandoc -T lint -W warning "$page"
  refute_output
  mandoc -T ascii "$page" | col -bx >text
  run -1 grep -nP '[^\t -~]' text
  run -1 grep -nE '.{81}' text
}

# commands_of FILE-WITH-COMMANDS: each line "vmclockctl ..." is a command that
# is there, with options it has.
check_commands() {
  local line words word command help
  while read -r line; do
    read -ra words <<<"${line%%#*}"
    command=show
    for word in "${words[@]:1}"; do
      [[ $word == -* ]] && continue
      if vmclockctl list commands --json |
        jq -e --arg word "$word" 'any(.items[]; .name == $word)' >/dev/null; then
        command=$word
      fi
      break
    done
    help=$(vmclockctl "$command" --help)
    for word in "${words[@]:1}"; do
      [[ $word == -?* ]] || continue
      grep -qE -- "^ +(-[A-Za-z], )?${word%%=*}([ ,]|\$)" <<<"$help" ||
        fail "$line: no $word in the help of $command"
    done
  done
}

@test "the commands and options in README exist" {
  grep -E '^    (\$ )?vmclockctl' "$readme" | sed 's/^[ $]*//' >examples
  assert [ -s examples ]
  check_commands <examples
}

@test "the commands and options in the man page's examples exist" {
  sed -n 's/^\.Dl \(vmclockctl.*\)/\1/p' "$page" >examples
  assert [ -s examples ]
  check_commands <examples
}

@test "the examples do what they say" {
  local tai=$REAL/host-tai-synchronized.bin
  cp "$tai" page.bin
  vmclockctl encode page.bin disruption_marker=7 -o after.bin
  expect 1 diff page.bin after.bin
  assert_output --partial "event: disruption"
  expect 0 page.bin
  expect 0 show -F time_sec page.bin
  assert_output 1795219861
}

@test "the files that README and CONTRIBUTING name exist" {
  local file
  for file in scripts/run scripts/test man/vmclockctl.1 fixtures/real \
    tests/unit tests/bats src/page/field.c src/decode.c src/clock/clock.c; do
    grep -hF "${file##*/}" "$readme" "$VMCLOCKCTL_SOURCE_ROOT/CONTRIBUTING.md"
    assert_exist "$VMCLOCKCTL_SOURCE_ROOT/$file"
  done
}
