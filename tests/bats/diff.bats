#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  tai=$REAL/host-tai-synchronized.bin
}

# events A B: the events between two pages, on one line.
events() {
  run --separate-stderr vmclockctl diff --json "$1" "$2"
  jq -r '.events | sort | join(" ")' <<<"$output"
}

# change HEX-OFFSET HEX...: the events that the change of $tai makes.
change() {
  events "$tai" "$(patched "$tai" "$@")"
}

@test "diff of a page with itself gives status 0 and prints no difference" {
  local file
  for file in "$REAL"/*.bin; do
    expect 0 diff "$file" "$file"
    refute_output
    refute_stderr
  done
}

@test "pages that differ give status 1, both values of each field, and the event" {
  expect 1 diff "$REAL/qemu-10.0.2-boot.bin" "$REAL/qemu-10.0.2-after-loadvm1.bin"
  refute_stderr
  assert_line --regexp '^0x0c seq_count'
  assert_line --regexp '^0x10 disruption_marker'
  assert_line --regexp '^ +- 0x0000000000000001'
  assert_line --regexp '^ +\+ 0x0000000000000002'
  assert_line --regexp '^ +- 2( |$)'
  assert_line --regexp '^ +\+ 4( |$)'
  assert_line --regexp '^event: disruption'
  refute_output --partial counter_id
}

@test "the second loadvm of the same snapshot makes no difference" {
  expect 0 diff "$REAL/qemu-10.0.2-after-loadvm1.bin" \
    "$REAL/qemu-10.0.2-after-loadvm2.bin"
}

@test "diff --json has the fields with typed values, and the events" {
  expect 1 diff --json "$REAL/qemu-10.0.2-boot.bin" \
    "$REAL/qemu-10.0.2-after-loadvm1.bin"
  assert_json '.schema == "vmclockctl/diff" and .schema_version == 1'
  assert_json '.same == false and .events == ["disruption"]'
  assert_json '[.fields[] | [.name, .a, .b]] == [["seq_count", 2, 4],
    ["disruption_marker", "0x0000000000000001", "0x0000000000000002"]]'
  assert_json '.a.format == "raw" and (.b.path | endswith("loadvm1.bin"))'
  expect 0 diff --json "$tai" "$tai"
  assert_json '.same == true and .fields == [] and .events == []'
}

@test "a change of only disruption_marker is a disruption" {
  assert_equal "$(change 0x10 02)" disruption
}

@test "a change of marker and generation is a restore" {
  local a
  a=$(patched "$tai" 0x19 01)
  assert_equal "$(events "$a" "$(patched "$a" 0x10 02 0x68 01)")" restore
}

@test "a change of only the generation is a fork" {
  local a
  a=$(patched "$tai" 0x19 01)
  assert_equal "$(events "$a" "$(patched "$a" 0x68 01)")" fork
}

@test "a generation whose flag is not set makes no event" {
  assert_equal "$(change 0x68 01)" ""
  assert_equal "$(change 0x68 01 0x10 02)" disruption
}

@test "a change of clock_status is the event status" {
  assert_equal "$(change 0x22 03)" status
}

@test "a change of leap_indicator is the event leap" {
  assert_equal "$(change 0x26 01)" leap
}

@test "a change of DISRUPTION_SOON or IMMINENT is the event maintenance" {
  assert_equal "$(change 0x18 7b)" maintenance
  assert_equal "$(change 0x18 7d)" maintenance
  assert_equal "$(events "$(patched "$tai" 0x18 7d)" "$tai")" maintenance
}

@test "a change of the TAI offset or its flag is the event tai" {
  assert_equal "$(change 0x24 dbff)" tai
  assert_equal "$(change 0x18 78)" tai
}

@test "a change of reference time, period or bounds is the event calibration" {
  local offset
  for offset in 0x27 0x28 0x30 0x38 0x40 0x48 0x50 0x58 0x60; do
    assert_equal "$(change "$offset" 01)" calibration
  done
}

@test "several events at once are all named" {
  assert_equal "$(change 0x10 02 0x22 03 0x26 01 0x24 dbff 0x48 01)" \
    "calibration disruption leap status tai"
}

@test "a change of seq_count or the smearing hint differs but makes no event" {
  expect 1 diff --json "$tai" "$(patched "$tai" 0x0c 01 0x23 01)"
  assert_json '.events == [] and ([.fields[].name] ==
    ["seq_count", "leap_second_smearing_hint"])'
}

@test "every event of diff is in list events" {
  vmclockctl list events --json | jq -r '.items[].name' >known
  expect 1 diff --json "$tai" \
    "$(patched "$tai" 0x10 02 0x22 03 0x26 01 0x24 dbff 0x48 01 0x18 7b)"
  jq -r '.events[]' <<<"$output" >made
  assert_equal "$(wc -l <made)" 6
  run -1 grep -vxFf known made
}

@test "a field absent on one side differs and is null there" {
  expect 1 diff --json "$tai" "$(patched "$tai" 0x04 68000000)"
  assert_json '[.fields[] | select(.name == "vm_generation_counter")] |
    length == 1 and .[0].a == "0x0000000000000000" and .[0].b == null'
}

@test "bytes outside the fields differ" {
  expect 1 diff "$tai" "$(patched "$tai" 0x200 5a)"
  assert_output --partial 0x200
  head -c 2000 "$tai" >short.bin
  expect 1 diff "$tai" short.bin
  assert_output --partial 2000
}

@test "pages of different layouts differ" {
  vmclockctl encode --layout rfc-3 utc_time_sec=1 -o rfc3.bin
  expect 1 diff "$tai" rfc3.bin
  assert_output --partial vmclock-1
  assert_output --partial rfc-3
  expect 1 diff --json "$tai" rfc3.bin
  assert_json '.same == false'
}

@test "two rfc-3 pages are compared by the fields of rfc-3" {
  vmclockctl encode --layout rfc-3 utc_time_sec=1 -o a.bin
  vmclockctl encode a.bin disruption_marker=1 seq_count=2 -o b.bin
  expect 1 diff --json a.bin b.bin
  assert_json '.events == ["disruption"] and
    [.fields[] | [.name, .a, .b]] == [["seq_count", "0", "2"],
      ["disruption_marker", "0x0000000000000000", "0x0000000000000001"]]'
}

@test "the two SOURCEs may have different forms" {
  xxd "$tai" >page.txt
  vmclockctl show --json "$tai" >page.json
  expect 0 diff page.txt page.json
  expect 0 diff - page.txt <"$tai"
  expect 0 diff page.txt - <"$tai"
}

@test "diff takes two SOURCEs, one of which may be -" {
  expect 2 diff "$tai"
  expect 2 diff
  expect 2 diff "$tai" "$tai" "$tai"
  expect 2 diff - - <"$tai"
  refute_output
}

@test "a bad SOURCE on either side gives status 3 and is named" {
  expect 3 diff nowhere "$tai"
  assert_stderr --partial nowhere
  expect 3 diff "$tai" nowhere
  assert_stderr --partial nowhere
  expect 3 diff --json "$tai" nowhere
  assert_json '.schema == "vmclockctl/diff" and .error.errno == 2'
}

@test "changed values are coloured when asked" {
  local b
  b=$(patched "$tai" 0x10 02)
  expect 1 diff --color always "$tai" "$b"
  assert_output --regexp $'\033\\[[0-9;]*m0x0000000000000002'
  # Colour apart, the words are the same.
  run -0 sed $'s/\033\\[[0-9;]*m//g' <<<"$output"
  local plain=$output
  expect 1 diff --color never "$tai" "$b"
  assert_output "$plain"
  expect 1 diff "$tai" "$b"
  assert_output "$plain"
}

@test "a terminal gets colour unless NO_COLOR is set or --color is never" {
  local b
  b=$(patched "$tai" 0x10 02)
  run env -u NO_COLOR TERM=xterm \
    script -qec "'$VMCLOCKCTL' diff '$tai' '$b'" /dev/null
  assert_equal "$status" 1
  assert_output --partial $'\033['
  run env -u NO_COLOR TERM=xterm \
    script -qec "'$VMCLOCKCTL' diff --color never '$tai' '$b'" /dev/null
  refute_output --partial $'\033'
  run env NO_COLOR=1 TERM=xterm \
    script -qec "'$VMCLOCKCTL' diff '$tai' '$b'" /dev/null
  assert_equal "$status" 1
  refute_output --partial $'\033'
  run env NO_COLOR= TERM=xterm \
    script -qec "'$VMCLOCKCTL' diff '$tai' '$b'" /dev/null
  assert_output --partial $'\033['
}

@test "a terminal without colours gets none" {
  local term
  for term in TERM=dumb TERM= -uTERM; do
    run env -u NO_COLOR "$term" \
      script -qec "'$VMCLOCKCTL' diff '$tai' '$(patched "$tai" 0x10 02)'" /dev/null
    assert_output --partial disruption_marker
    refute_output --partial $'\033'
  done
  TERM=dumb expect 1 diff --color always "$tai" "$(patched "$tai" 0x10 02)"
  assert_output --partial $'\033'
}

@test "--color always overrides NO_COLOR" {
  NO_COLOR=1 expect 1 diff --color always "$tai" "$(patched "$tai" 0x10 02)"
  assert_output --partial $'\033['
}

@test "JSON is never coloured" {
  expect 1 diff --json --color always "$tai" "$(patched "$tai" 0x10 02)"
  refute_output --partial $'\033'
}

@test "diffs fit 80 columns of ASCII" {
  local a b
  a=$REAL/host-tai-synchronized.bin
  for b in "$REAL"/*.bin "$(patched "$tai" 0x0c "$(printf 'ff%.0s' {1..100})")"; do
    vmclockctl diff "$a" "$b" >>out || [[ $? == 1 ]]
    vmclockctl diff "$b" "$a" >>out || [[ $? == 1 ]]
  done
  assert [ -s out ]
  run -1 grep -nE '.{81}' out
  run -1 grep -nP '[^ -~]' out
}
