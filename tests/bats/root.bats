#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Without a SOURCE: the machine's device, which --root finds elsewhere.

# shellcheck disable=SC2154 # run sets them

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  mkdir -p machine/dev
}

@test "a missing device gives status 3, what is missing and a hint" {
  expect 3 --root machine
  refute_output
  assert_stderr --regexp '^vmclockctl: machine/dev: .*device'
  assert_stderr --partial "hint: "
  assert_stderr --partial "name a dump, or - for standard input"
  assert_equal "$(grep -c '^vmclockctl: ' <<<"$stderr")" 1
  assert_equal "$(grep -c '^hint: ' <<<"$stderr")" 1
}

@test "every command with a SOURCE looks for the device" {
  expect 3 show --root machine
  assert_stderr --partial machine/dev
  expect 3 dump --root machine
  assert_stderr --partial machine/dev
}

@test "a missing root gives status 3" {
  expect 3 show --root nowhere
  assert_stderr --partial nowhere
}

@test "a missing device gives an error document with --json" {
  expect 3 --root machine --json
  assert_json '.schema == "vmclockctl/show" and .schema_version == 1'
  assert_json '.error.code == "no-device" and (.error.message | length > 0)'
}

@test "the only device below the root is shown, whatever its number" {
  cp "$REAL/host-tai-50ppm.bin" machine/dev/vmclock12
  expect 0 --root machine --json
  assert_json '.source.path == "machine/dev/vmclock12"'
  vmclockctl dump --root machine >page.bin
  cmp "$REAL/host-tai-50ppm.bin" page.bin
}

@test "a root may end with a slash" {
  cp "$REAL/host-tai-50ppm.bin" machine/dev/vmclock0
  expect 0 show -F time_sec --root machine/
  assert_output "$(vmclockctl show -F time_sec "$REAL/host-tai-50ppm.bin")"
  expect 0 show --json --root machine///
  assert_json '.source.path == "machine/dev/vmclock0"'
  rm machine/dev/vmclock0
  assert_equal "$(vmclockctl doctor --root machine/)" \
    "$(vmclockctl doctor --root machine)"
}

@test "--root may stand before or after the command" {
  cp "$REAL/host-tai-50ppm.bin" machine/dev/vmclock0
  expect 0 --root machine show -F counter_id
  assert_output 1
  expect 0 show -F counter_id --root=machine
  assert_output 1
}

@test "a FIFO below the root is named, and not read" {
  mkfifo machine/dev/vmclock0
  expect 3 show --root machine
  assert_stderr "vmclockctl: machine/dev/vmclock0: a FIFO, not a file"
}

@test "several devices are an error that lists them" {
  cp "$REAL/host-tai-50ppm.bin" machine/dev/vmclock0
  cp "$REAL/host-tai-50ppm.bin" machine/dev/vmclock1
  expect 3 --root machine
  refute_output
  assert_stderr --partial machine/dev/vmclock0
  assert_stderr --partial machine/dev/vmclock1
  assert_stderr --partial "hint: "
}

@test "an error with many devices lists them all" {
  local n
  for n in {0..12}; do cp "$REAL/qemu-10.0.2-boot.bin" "machine/dev/vmclock$n"; done
  expect 3 --root machine
  for n in {0..12}; do
    assert_stderr --regexp "machine/dev/vmclock$n([[:space:],]|$)"
  done
}

@test "nodes with similar names are not taken for devices" {
  cp "$REAL/host-tai-50ppm.bin" machine/dev/vmclock
  cp "$REAL/host-tai-50ppm.bin" machine/dev/vmclock-old
  cp "$REAL/host-tai-50ppm.bin" machine/dev/xvmclock0
  expect 3 --root machine
  assert_stderr --partial "hint: "
}

@test "pattern characters in the root are taken literally" {
  mkdir -p 'a*b[1]?/dev'
  cp "$REAL/host-tai-50ppm.bin" 'a*b[1]?/dev/vmclock0'
  expect 0 show -F counter_id --root 'a*b[1]?'
  assert_output 1
}

@test "a named SOURCE is not searched below the root" {
  expect 0 show -F counter_id --root nowhere "$REAL/host-tai-50ppm.bin"
  assert_output 1
}

@test "that there are several devices has an error code of its own" {
  load hosts
  host qemu
  cp "$HOST/dev/vmclock0" "$HOST/dev/vmclock1"
  expect 3 show --root "$HOST" --json
  assert_json '.error.code == "several-devices"'
  rm "$HOST/dev/vmclock0" "$HOST/dev/vmclock1"
  expect 3 show --root "$HOST" --json
  assert_json '.error.code == "no-device"'
}
