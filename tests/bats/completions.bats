#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# What bash, zsh and fish offer when the key is struck, against the tables.

load helper

ROOT=$VMCLOCKCTL_SOURCE_ROOT

# The shells work in a directory of its own, where there are no files.
setup() {
  mkdir "$BATS_TEST_TMPDIR/here"
  cd "$BATS_TEST_TMPDIR/here" || return
}

# listed WHAT FILTER: of the program's table, the filter of its items
listed() {
  vmclockctl list "$1" --json | jq -r ".items[] | $2"
}

# wanted LINE: and on standard input the words that are to be offered
wanted() {
  printf '%s\n' "$1" >>../lines
  sort -u | paste -sd' ' >>../answers
}

# offered SHELL: asks the shell for all of them
offered() {
  local lines
  mapfile -t lines <../lines
  "$ROOT/tests/complete" "$1" "$ROOT/completions" "${lines[@]}" >../said
  paste -d'\n' ../lines ../answers >../wanted
  paste -d'\n' ../lines ../said | diff ../wanted -
}

begin() {
  export LC_ALL=C.UTF-8
  : >../lines
  : >../answers
}

@test "the completions are what scripts/make-completions writes" {
  "$ROOT/scripts/make-completions" "$VMCLOCKCTL" made
  run -0 diff -r made "$ROOT/completions"
  assert_equal "$(find made -type f | wc -l)" 3
}

@test "each shell offers exactly the options of every command" {
  once
  begin
  local command shell
  while read -r command; do
    listed options "select(.commands[] == \"$command\") |
      \"--\" + .name, (.letter // empty | \"-\" + .)" |
      wanted "vmclockctl $command -"
  done < <(listed commands .name)
  # Without a command it is the first.
  listed options 'select(.commands[] == "show") |
    "--" + .name, (.letter // empty | "-" + .)' | wanted "vmclockctl -"
  for shell in bash zsh fish; do
    offered "$shell"
  done
}

@test "each shell offers the words that commands and their options take" {
  once
  begin
  local command option shell count=0
  while read -r command; do
    count=$((count + 1))
    listed commands "select(.name == \"$command\").formats[]" |
      wanted "vmclockctl --json $command --format "
  done < <(listed commands 'select(.formats != []).name')
  while read -r command option; do
    count=$((count + 1))
    listed options "select(.name == \"$option\").words[]" |
      wanted "vmclockctl $command --$option="
  done < <(listed options 'select(.words != []) | "\(.commands[]) \(.name)"')
  assert [ "$count" -gt 12 ]
  listed commands 'select(.name == "list").words[]' | wanted "vmclockctl list "
  listed rules .id | wanted "vmclockctl explain "
  listed rules .id | wanted "vmclockctl verify --only "
  listed rules .id | grep '^tai' | wanted "vmclockctl verify page.bin --skip=tai"
  printf '%s\n' ok fail warn skip not-applicable |
    wanted "vmclockctl verify --expect tai.sign="
  listed scenarios .name | wanted "vmclockctl simulate --rate 5 "
  listed scenarios 'select(.publish_only | not).name' |
    wanted "vmclockctl show --counter 5 sim:"
  listed fields .layout | wanted "vmclockctl encode --layout "
  listed fields .name | sed -n 's/^time_/size,time_/p' |
    wanted "vmclockctl show --fields size,time_"
  listed fields 'select(.name == "flags").values[].name' |
    wanted "vmclockctl encode -o a.bin page.bin flags="
  listed events 'select(.name == "status").values[]' |
    wanted "vmclockctl watch --until=status="
  echo calibration | wanted "vmclockctl watch --until cal"
  : | wanted "vmclockctl show --counter "
  for shell in bash zsh fish; do
    offered "$shell"
  done
}

@test "each shell offers commands first, then pages and simulations, else files" {
  once
  begin
  mkdir -p below
  touch page-1.bin page-2.jsonl
  local shell
  echo explain | wanted "vmclockctl exp"
  listed commands .name | grep '^d' | wanted "vmclockctl --color never d"
  printf '%s\n' page-1.bin page-2.jsonl | wanted "vmclockctl pa"
  printf '%s\n' page-1.bin page-2.jsonl | wanted "vmclockctl diff page-1.bin p"
  echo page-2.jsonl | wanted "vmclockctl verify --leap-file=page-2"
  echo page-2.jsonl | wanted "vmclockctl record -o page-2"
  echo below | wanted "vmclockctl doctor --root b"
  : | wanted "vmclockctl doctor p"
  : | wanted "vmclockctl list pa"
  echo snapshot-safety | wanted "vmclockctl watch sim:snapshot-s"
  echo logger-of-ours | wanted "vmclockctl watch --exec logger-of"
  printf '#!/bin/sh\n' >logger-of-ours
  chmod +x logger-of-ours
  for shell in bash zsh fish; do
    PATH=$PWD:$PATH offered "$shell"
  done
}

@test "each shell offers a field and a verdict up to the =" {
  once
  begin
  printf '%s\n' tai.sign= tai.valid= tai.value= |
    wanted "vmclockctl verify --expect tai"
  echo counter_value= | wanted "vmclockctl encode counter_v"
  offered bash
  # zsh adds the = when the word is taken; fish offers both sides at once.
  sed -i 's/=//g' ../answers
  offered zsh
  begin
  printf 'tai.sign=%s\n' ok fail warn skip not-applicable |
    wanted "vmclockctl verify --expect tai.si"
  echo counter_value= | wanted "vmclockctl encode counter_v"
  offered fish
}
