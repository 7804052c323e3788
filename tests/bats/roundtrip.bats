#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Nothing is lost: a page, what is said of it, and the same page again.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  pages=$VMCLOCKCTL_SOURCE_ROOT/tests/bats/pages.py
}

@test "encode after show --json gives every fixture back" {
  local file
  for file in "$REAL"/*.bin; do
    vmclockctl show --json "$file" | vmclockctl encode >again.bin
    cmp "$file" again.bin
  done
}

@test "encode after show --json with a counter gives the page back" {
  vmclockctl show --json --counter 99 "$REAL/host-tai-50ppm.bin" |
    vmclockctl encode - >again.bin
  cmp "$REAL/host-tai-50ppm.bin" again.bin
}

@test "encode of a page without fields gives the page back" {
  local file
  for file in "$REAL"/*.bin; do
    vmclockctl encode "$file" -o again.bin
    cmp "$file" again.bin
    vmclockctl encode --from "$file" >again.bin
    cmp "$file" again.bin
  done
}

@test "encode from the raw values that show -F prints gives every fixture back" {
  local file names values assignments
  names=$(vmclockctl list fields --json |
    jq -r '[.items[] | select(.layout == "vmclock-1") | .name] | join(",")')
  for file in "$REAL"/*.bin; do
    mapfile -t values < <(vmclockctl show -F "$names" "$file")
    assert_equal "${#values[@]}" 23
    mapfile -t assignments < <(paste -d = <(tr , '\n' <<<"$names") \
      <(printf '%s\n' "${values[@]}"))
    vmclockctl encode "${assignments[@]}" >again.bin
    cmp "$file" again.bin
  done
}

@test "the JSON of encode matches show --json of the same page" {
  vmclockctl encode --json "$REAL/host-tai-50ppm.bin" |
    jq '{layout, page, raw}' >encode.json
  vmclockctl show --json "$REAL/host-tai-50ppm.bin" |
    jq '{layout, page, raw}' >show.json
  diff encode.json show.json
}

@test "show of a JSON document prints what show of the page prints" {
  local file
  for file in "$REAL/host-tai-synchronized.bin" "$REAL/qemu-10.0.2-boot.bin"; do
    vmclockctl show --json "$file" >page.json
    vmclockctl show --json page.json | jq 'del(.source)' >again
    jq 'del(.source)' page.json >once
    diff once again
    expect 0 show --json page.json
    assert_json '.source.format == "json"'
  done
}

@test "a JSON document sets the counter, and --counter overrides it" {
  vmclockctl show --json --counter 19253658472 \
    "$REAL/host-tai-synchronized.bin" >page.json
  expect 0 show --json page.json
  assert_json '.counter == "19253658472" and .time.nsec == 994712034'
  expect 0 show --json --counter 19246941032 page.json
  assert_json '.counter == "19246941032" and .time.nsec == 991353314'
}

@test "random pages of all layouts are decoded correctly and encoded back" {
  local file name failures=0
  python3 "$pages" random . 200
  for file in random-*.bin; do
    name=${file%.bin}
    vmclockctl show --json "$file" >"$name.json"
    vmclockctl encode "$name.json" >again.bin
    cmp "$file" again.bin || failures=$((failures + 1))
  done
  assert_equal "$failures" 0
  run -0 python3 "$pages" check .
  assert_line "200 documents, 0 complaints"
  # All three layouts are among them.
  run -0 jq -r .layout random-*.json
  assert_line vmclock-1
  assert_line rfc-3
  assert_line pre-release
}

@test "random pages are unchanged by dump as hex and by encode" {
  local file
  python3 "$pages" random . 30
  for file in random-*.bin; do
    vmclockctl dump --format hex "$file" >page.txt
    vmclockctl dump page.txt >again.bin
    cmp "$file" again.bin
    vmclockctl encode "$file" >again.bin
    cmp "$file" again.bin
  done
}
