#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The man pages and the README say what the program does.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  page=$VMCLOCKCTL_SOURCE_ROOT/man/vmclockctl.1
  format=$VMCLOCKCTL_SOURCE_ROOT/man/vmclock.7
  readme=$VMCLOCKCTL_SOURCE_ROOT/README.md
}

# section NAME: of the man page's source.
section() {
  awk -v name=".Sh $1" '/^\.Sh / { on = $0 == name } on' "$page"
}

# command_section NAME: what the man page's source says of a command.
command_section() {
  section COMMANDS |
    awk -v name=".Ss $1" '/^\.Ss / { on = $0 == name } on'
}

# rendered PAGE: as text, however wide its lines.
rendered() {
  mandoc -T ascii -O width=200 "$1" | col -bx
}

@test "the generated parts of the man pages are what scripts/make-man writes" {
  "$VMCLOCKCTL_SOURCE_ROOT/scripts/make-man" "$VMCLOCKCTL" made
  run -0 diff -r made "$VMCLOCKCTL_SOURCE_ROOT/man"
  assert [ -s made/vmclockctl.1 ]
  # Parts that are empty would be the same, too.
  assert [ "$(cat made/* | grep -c '^\.\\" begin ')" -gt 10 ]
  run -0 sed -n '/^\.\\" begin/{N;/\n\.\\" end/p}' made/*
  refute_output
}

@test "scripts/make-man refuses a value for which it has no meaning" {
  cat >grown <<'END'
#!/bin/bash
"$VMCLOCKCTL" "$@" | if [[ $* == "list fields --json" ]]; then
  jq '.items |= map(if .name == "clock_status"
    then .values += [{"value": 5, "name": "tired"}] else . end)'
else
  cat
fi
END
  chmod +x grown
  run -1 "$VMCLOCKCTL_SOURCE_ROOT/scripts/make-man" ./grown made
  assert_output --partial "tired of clock_status has no meaning"
}

@test "vmclock(7) says which flag each field needs" {
  rendered "$format" | sed -n '/^LAYOUT/,/^OTHER/p' >text
  sed -n 's/^ *0x[0-9a-f]* \([a-z_]*\)$/\1/p' text >names
  diff names <(vmclockctl list fields --json |
    jq -r '.items[] | select(.layout == "vmclock-1").name')
  grep -A 1 'tai_offset_sec$' text | grep ' Needs TAI_OFFSET_VALID\.$'
  grep -A 1 'time_sec$' text | grep ' Needs the clock\.$'
  grep -A 1 'time_maxerror_nanosec$' text |
    grep ' Needs the clock and TIME_MAXERROR_VALID\.$'
  grep -A 1 'vm_generation_counter$' text |
    grep ' Needs VM_GEN_COUNTER_PRESENT\.$'
  assert_equal "$(grep -c ' Needs ' text)" 11
}

@test "vmclock(7) has each flag and value with its number on the page" {
  rendered "$format" | sed -n '/^LAYOUT/,/^SIZE/s/^ *\([^ ]* *[A-Z_0-9]*\)  .*/\1/p' |
    tr -s ' ' | grep -E '^(0x[0-9a-f]+|[0-9]+) [A-Z]' >named
  vmclockctl list fields --json | jq -r '.items[] |
    select(.layout == "vmclock-1" and .name != "flags") | .values[] |
    "\(.value | if . == 255 then "0xff" else . end) \(.name)"' |
    tr a-z- A-Z_ | sed s/0XFF/0xff/ >known
  vmclockctl list fields --json | jq -r '.items[] |
    select(.layout == "vmclock-1" and .name == "flags") | .values | to_entries[] |
    "\(.key) \(.value.name)"' | tr a-z- A-Z_ >>known
  diff known named
}

@test "the reader in vmclock(7) shows the time of a page" {
  once
  local flags=(-Wall -Wextra -Werror)
  command -v cc >/dev/null || skip "no C compiler"
  mandoc -T ascii "$format" | col -b |
    sed -n '/^EXAMPLES/,/^     Try it/{/^     #include/,$p}' |
    sed 's/^     //;/^Try/d' >reading.c
  cc "${flags[@]}" -O2 -o reader reading.c
  "$VMCLOCKCTL" simulate steady --publish page --duration 30s >/dev/null 3>&- &
  local publisher=$! before now after i
  for ((i = 0; i < 100; i++)); do
    [[ ! -s page ]] || break
    sleep 0.1
  done
  before=$(date +%s.%N)
  now=$(./reader page)
  after=$(date +%s.%N)
  local tai
  tai=$(vmclockctl show --live page --json | jq .decoded.tai_minus_utc_s)
  kill "$publisher"
  wait "$publisher"
  [[ $now =~ ^[0-9]+\.[0-9]{9}$ ]] || fail "it printed $now"
  jq -en "$before - 0.001 <= $now - $tai and $now - $tai <= $after + 0.001" ||
    fail "$before, $now (TAI), $after"
  # A page without a clock gives no time.
  run -1 ./reader "$REAL/qemu-10.0.2-boot.bin"
  refute_output
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

@test "the man page names no unknown field" {
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

@test "the man page has no unknown command" {
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

@test "the man page has each option of a command in the section of that command" {
  local command option
  vmclockctl list commands --json | jq -r '.items[].name' >names
  # Those of every command are in a section of their own.
  vmclockctl list options --json | jq -r --argjson all "$(wc -l <names)" \
    '.items[] | select(.commands | length < $all) | .name as $option |
    .commands[] | "\(.) \($option)"' | sort >wanted
  assert [ -s wanted ]
  while read -r command; do
    command_section "$command" | sed -n 's/^\.It //p' | tr ' ' '\n' |
      sed -n "s/^-\([a-z].*\)/$command \1/p"
  done <names | sort >named
  diff wanted named
}

@test "the man page has every event" {
  local event
  while read -r event; do
    section EVENTS | grep -Fx ".It Cm $event" || fail "$event: not there"
  done < <(vmclockctl list events --json | jq -r '.items[].name')
}

@test "the man page has every exit status in the words of --help" {
  local status
  mandoc -T ascii "$page" | col -bx | awk '/^EXIT STATUS/,/^EXAMPLES/' >text
  for status in 0 1 2 3 4; do
    grep -E "^ +$status +[a-z]" text
    diff <(grep -E "^ +$status +[a-z]" text | tr -s ' ' | cut -d : -f 1) \
      <(vmclockctl --help | grep -E "^ +$status +[a-z]" | tr -s ' ' | cut -d : -f 1)
  done
}

@test "the man pages have no lint warnings and fit 80 columns" {
  once
  local file
  for file in "$page" "$format"; do
    run -0 mandoc -T lint -W warning "$file"
    refute_output
    mandoc -T ascii "$file" | col -bx >text
    run -1 grep -nP '[^\t -~]' text
    run -1 grep -nE '.{81}' text
  done
}

@test "the man pages name only files of the repository that are installed" {
  run -1 grep -nE '\.Pa (docs|contrib|man|fixtures|PREFIX)\>' "$page" "$format"
  local path
  while read -r path; do
    case $path in
    */scenarios/*) assert_exist "$FIXTURES/recordings/${path##*/}" ;;
    */share/vmclockctl/*) assert_exist \
      "$VMCLOCKCTL_SOURCE_ROOT/docs/${path#/usr/share/vmclockctl/}" ;;
    */share/doc/*) assert_exist \
      "$VMCLOCKCTL_SOURCE_ROOT/${path#/usr/share/doc/vmclockctl/}" ;;
    esac
  done < <(grep -ohE '/usr/share/(doc/)?vmclockctl/[A-Za-z0-9./_-]+[a-z]' "$page" |
    grep -v '/scenarios$' | sort -u)
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

@test "the commands and options in README and docs/tour.md exist" {
  grep -hE '^    (\$ )?vmclockctl' "$readme" "$VMCLOCKCTL_SOURCE_ROOT/docs/tour.md" | sed 's/^[ $]*//' >examples
  assert [ -s examples ]
  check_commands <examples
}

@test "the commands and options in the man page's examples exist" {
  section EXAMPLES | sed -n 's/^\.Dl \(vmclockctl.*\)/\1/p;s/^\$ \(vmclockctl.*\)/\1/p' |
    sed 's/[|;].*//' >examples
  assert [ -s examples ]
  check_commands <examples
}

@test "the man page has an example of every command" {
  section EXAMPLES | sed -n 's/^\(\.Dl\|\$\) vmclockctl \([a-z]*\).*/\2/p' |
    sort -u >shown
  run -0 comm -23 <(vmclockctl list commands --json | jq -r '.items[].name' | sort) \
    shown
  refute_output
}

@test "the examples for any machine print what they show and fit their line" {
  run -0 "$VMCLOCKCTL_SOURCE_ROOT/tests/check-man" "$page" "On any machine"
  refute_output
  diff <(mandoc -T ascii "$page" | col -bx | grep -c '^ \{11\}[^ ]') \
    <(rendered "$page" | grep -c '^ \{11\}[^ ]')
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

@test "the files that README, CONTRIBUTING and the map name exist" {
  local file
  for file in scripts/run scripts/test man/vmclockctl.1 fixtures/real \
    tests/unit tests/bats src/page/field.c src/decode.c src/clock/clock.c; do
    grep -hF "${file##*/}" "$readme" "$VMCLOCKCTL_SOURCE_ROOT/CONTRIBUTING.md" \
      "$VMCLOCKCTL_SOURCE_ROOT/docs/architecture.md"
    assert_exist "$VMCLOCKCTL_SOURCE_ROOT/$file"
  done
}

@test "the map in docs/architecture.md is what scripts/make-map writes" {
  run -0 "$VMCLOCKCTL_SOURCE_ROOT/scripts/make-map" --check
  assert_output ""
}
