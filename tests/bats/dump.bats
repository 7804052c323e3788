#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "dump writes the bytes of every fixture unchanged" {
  local file
  for file in "$REAL"/*.bin; do
    vmclockctl dump "$file" >page.bin
    cmp "$file" page.bin
  done
}

@test "raw is the default format" {
  vmclockctl dump --format raw "$REAL/host-tai-50ppm.bin" >named.bin
  vmclockctl dump "$REAL/host-tai-50ppm.bin" >default.bin
  cmp named.bin default.bin
  cmp "$REAL/host-tai-50ppm.bin" named.bin
}

@test "dump --format hex is what hexdump -C prints" {
  local file
  for file in "$REAL"/*.bin; do
    diff <(hexdump -C "$file") <(vmclockctl dump --format hex "$file")
  done
}

@test "dump --format hex of a page cut within a line is what hexdump -C prints" {
  local length
  for length in 32 33 47 100 113; do
    head -c "$length" "$REAL/host-tai-50ppm.bin" >page.bin
    diff <(hexdump -C page.bin) <(vmclockctl dump --format hex page.bin)
  done
}

@test "the output of dump --format hex is a valid SOURCE" {
  vmclockctl dump --format hex "$REAL/host-tai-50ppm.bin" |
    vmclockctl dump - >page.bin
  cmp "$REAL/host-tai-50ppm.bin" page.bin
}

@test "an option may stand after the SOURCE" {
  vmclockctl dump "$REAL/qemu-10.0.2-boot.bin" --format hex >page.txt
  diff <(hexdump -C "$REAL/qemu-10.0.2-boot.bin") page.txt
}

@test "dump keeps every byte of a page longer than its size" {
  local page
  page=$(patched "$REAL/qemu-10.0.2-boot.bin" 0x04 20000000 0xfff 5a)
  vmclockctl dump "$page" >out.bin
  cmp "$page" out.bin
}

@test "raw bytes are not written to a terminal" {
  run script -qec "'$VMCLOCKCTL' dump '$REAL/qemu-10.0.2-boot.bin'" /dev/null
  assert_equal "$status" 2
  assert_output --partial "vmclockctl: "
  assert_output --partial "hint: "
  refute_output --partial VCLKVCLK
  assert_output --partial terminal
}

@test "hex text may go to a terminal" {
  run script -qec \
    "'$VMCLOCKCTL' dump --format hex '$REAL/qemu-10.0.2-boot.bin'" /dev/null
  assert_equal "$status" 0
  assert_output --partial "00000000  56 43 4c 4b 00 10 00 00"
}

@test "-o writes raw bytes to the file even from a terminal" {
  run script -qec \
    "'$VMCLOCKCTL' dump -o page.bin '$REAL/qemu-10.0.2-boot.bin'" /dev/null
  assert_equal "$status" 0
  refute_output
  cmp "$REAL/qemu-10.0.2-boot.bin" page.bin
}

@test "an unknown format gives status 2" {
  expect 2 dump --format octal "$REAL/qemu-10.0.2-boot.bin"
  refute_output
  assert_stderr --partial octal
}

@test "dump refuses a file that is not a page and writes nothing" {
  echo "this is a text that is longer than a page's header" >text
  expect 3 dump text
  refute_output
  assert_stderr --regexp '^vmclockctl: text: '
}

@test "dump refuses more than one SOURCE" {
  expect 2 dump "$REAL/qemu-10.0.2-boot.bin" "$REAL/qemu-11.1.3-boot.bin"
  refute_output
}
