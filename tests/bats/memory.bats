#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Memory images: ELF cores of either size and byte order, and memory as it is.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  page=$REAL/qemu-10.0.2-boot.bin
  cores=$VMCLOCKCTL_SOURCE_ROOT/tests/bats/cores.py
  head -c 8192 /dev/zero >zeros
  cat zeros "$page" zeros >ram
}

teardown() {
  [[ -z ${publisher-} ]] || kill "$publisher" 2>/dev/null || true
}

# taken OPTION...: the page comes out byte for byte.
taken() {
  expect 0 dump "$@" -o out.bin
  cmp out.bin "$page"
  rm out.bin
}

@test "the page is found by address and by a search, in every form of ELF" {
  local form
  for form in 64le 64be 32le 32be; do
    "$cores" "$form" core 0x100000:zeros 0xfeffb000:"$page" 0xfffc0000:zeros
    taken --phys 0xfeffb000 core
    taken --scan core
    taken --scan - <core
    taken --phys 4278169600 - <core
    expect 0 show --json --scan core
    assert_json '.source | .kind == "file" and .format == "elf" and
      .path == "core" and .address == "0xfeffb000"'
    taken --offset "$(jq -r .source.offset <<<"$output")" core
    expect 0 show --json --phys 0xfeffb000 core
    assert_json '.source.address == "0xfeffb000"'
  done
}

@test "a page inside a segment is found, at its own address" {
  "$cores" 64le core 0:ram
  taken --phys 0x2000 core
  expect 0 show --json --scan core
  assert_json '.source.address == "0x2000"'
  expect 0 show --scan core
  assert_line --index 0 --partial '4096 bytes (elf at offset 0x20c0, address'
}

@test "a core through a pipe is read without going back" {
  "$cores" 64be core 0x100000:zeros 0xfeffb000:"$page"
  taken --scan - < <(cat core)
  taken --phys 0xfeffb000 - < <(cat core)
  taken --offset 8192 - < <(cat ram)
  taken --scan - < <(cat ram)
}

@test "the number of segments beyond 16 bits is read where it is" {
  "$cores" 64le core 0xfeffb000:"$page" xnum=1
  taken --phys 0xfeffb000 core
  "$cores" 32be core 0xfeffb000:"$page" xnum=1
  taken --scan core
  "$cores" 64le core 0xfeffb000:"$page" count=0xffff
  expect 3 show --scan core
  assert_stderr --partial "a damaged ELF core: no section header has the number"
}

@test "an ELF core without an option: status 3, and the hint --scan" {
  "$cores" 64le core 0xfeffb000:"$page"
  for command in show verify dump encode; do
    expect 3 "$command" --json core
    assert_json '.error.code == "not-a-page"'
    assert_stderr --partial "hint: --scan finds the page"
  done
  # These have no such option.
  for command in compare watch report; do
    expect 3 "$command" core
    assert_stderr --partial "hint: vmclockctl dump --scan takes the page out of it"
  done
  expect 0 dump --scan core -o taken.bin
  expect 0 show -F size taken.bin
  expect 3 diff core "$page"
  "$cores" 64le program 0xfeffb000:"$page" type=2
  expect 3 show program
  assert_stderr --partial "an ELF file, but not a core of memory"
  expect 3 show --scan program
  assert_stderr --partial "an ELF file, but not a core of memory"
}

@test "each command takes the page of a memory image" {
  "$cores" 64le core 0xfeffb000:"$page"
  expect 0 show -F size --scan core
  assert_output 4096
  expect 0 verify -q --phys 0xfeffb000 core
  expect 0 verify --json --offset 8192 ram
  assert_json '.source | .kind == "file" and .format == "image" and
    .offset == "0x2000" and (has("address") | not)'
  expect 0 diff --scan core ram
  expect 0 encode --scan core seq_count=4 -o new.bin
  expect 0 show -F seq_count new.bin
  assert_output 4
  expect 0 dump --format json --scan core -o report.json
  expect 0 show --json report.json
  expect 0 diff report.json "$page"
}

@test "a process's core: the addresses are virtual, and a hint about its filter" {
  "$cores" 64le core 0x7f0012345000:"$page" 0x400000:zeros process=1
  taken --phys 0x7f0012345000 core
  expect 3 show --phys 0x7f0012340000 core
  assert_stderr --partial "lies in none of its 2 segments"
  assert_stderr --partial coredump_filter
  head -c 0 /dev/null >none
  "$cores" 64le core 0x7f0012345000:none:4096 0x400000:zeros process=1
  expect 3 show --phys 0x7f0012345000 core
  assert_stderr --partial "was left out of this core"
  expect 3 show --scan core
  assert_stderr --partial coredump_filter
}

@test "gdb's core of a program that has the page mapped holds it" {
  command -v gcore >/dev/null || skip "no gdb"
  publish live steady --duration 60s
  local pid i address
  # Not the publisher itself: with a sanitizer its core would never end.
  python3 -c 'import mmap, sys, time
file = open("live")
page = mmap.mmap(file.fileno(), 4096, access=mmap.ACCESS_READ)
open("mapped", "w").close()
time.sleep(60)' 3>&- &
  pid=$!
  for ((i = 0; i < 200; i++)); do
    [[ ! -e mapped ]] || break
    sleep 0.05
  done
  # The mapping of a file is in a core only so.
  echo 0x7f >"/proc/$pid/coredump_filter"
  # At most 64 MiB, whatever else the process has mapped.
  (
    ulimit -c 0
    ulimit -f 65536
    exec timeout 60 gcore -o core "$pid"
  ) >gcore.log 2>&1 || touch refused
  kill "$pid"
  wait "$pid" || true
  [[ ! -e refused ]] || skip "gcore cannot take it here"
  expect 0 show --json --scan "core.$pid"
  assert_json '.source.format == "elf" and .raw.magic == 1263289174'
  address=$(jq -r .source.address <<<"$output")
  ((address % 4096 == 0))
  expect 0 show --phys "$address" "core.$pid"
}

@test "a search: one place on a boundary is taken, copies off it are counted" {
  cat ram <(head -c 16 zeros) "$page" >image
  taken --scan image
  assert_stderr "vmclockctl: image: note: passed over 1 more that pass for a page, but lie off a boundary of 4 KiB"
  cat <(head -c 32 zeros) "$page" >lime
  taken --scan lime
  assert_stderr ""
}

@test "a search that finds several: status 3, each listed" {
  "$cores" 64le core 0x100000:ram 0xfeffb000:"$page"
  for command in show verify dump; do
    expect 3 "$command" --json --scan core
    assert_json '.error | .code == "not-a-page" and
      (.message | contains("2 places pass for a page"))'
    assert_stderr --regexp $'\n?  offset 0x[0-9a-f]+, address 0x102000, marker 0x1, seq_count 2\n  offset 0x[0-9a-f]+, address 0xfeffb000, marker 0x1, seq_count 2\n'
    assert_stderr --partial "hint: name one by its offset: --offset 0x"
  done
}

@test "images of one guest are judged together, each by its page" {
  local first=$BATS_TEST_TMPDIR/first second=$BATS_TEST_TMPDIR/second
  cp ram "$first"
  cat ram zeros >"$second"
  expect 0 verify --series --scan "$first" "$second"
  assert_output --partial "$first, $second: conformant"
  cat ram ram >"$second"
  expect 3 verify --series --scan "$first" "$second"
  assert_stderr --partial "2 places pass for a page"
  assert_stderr --regexp $'\n?  offset 0x2000, .*\n  offset 0x[0-9a-f]+, '
}

@test "a search that finds nothing: status 3, and how much was looked at" {
  head -c 70000 /dev/zero >large
  expect 3 show large
  assert_stderr --partial "hint: a memory image? --scan searches it"
  expect 3 show --scan zeros
  assert_stderr "vmclockctl: zeros: no VMClock page in 8192 bytes of memory"
  printf VCLK | cat zeros - zeros >image
  expect 3 show --scan image
  assert_stderr "vmclockctl: image: no VMClock page in 16388 bytes of memory; VCLK stands at 1 place without a page's header"
  expect 3 verify --scan - </dev/null
  assert_stderr --partial "no VMClock page in 0 bytes of memory"
  truncate -s 1G hole
  expect 3 show --scan hole
  assert_stderr --partial "in 1073741824 bytes of memory"
}

@test "what does not pass for a page: each part of the header" {
  local change
  for change in "0x04 10000000" "0x04 00000200" "0x08 0200" "0x0a 05" \
    "0x0b 09" "0x22 07" "0x20 0001"; do
    # shellcheck disable=SC2086
    cat zeros "$(patched "$page" $change)" >image
    expect 3 show --scan image
    assert_stderr --partial "VCLK stands at 1 place"
  done
}

@test "a page at each place near the end of what is read at once is found once" {
  local at
  for at in 0 4096 983040 1044480 1048576 1110016 1114112; do
    head -c "$at" /dev/zero >image
    cat "$page" zeros >>image
    expect 0 show --json --scan image
    [[ $(jq -r .source.offset <<<"$output") == $(printf '0x%x' "$at") ]]
    head -c "$at" /dev/zero | tr '\0' V >image
    cat "$page" >>image
    taken --scan image
  done
}

@test "holes are passed over, and a page after one, and before one, is found" {
  truncate -s 64G image
  dd if="$page" of=image bs=4096 seek=9000000 conv=notrunc 2>/dev/null
  truncate -s 64G image
  taken --scan image
  expect 0 show --json --scan image
  assert_json '.source.offset == "0x895440000"'
  cp "$page" image
  truncate -s 64G image
  expect 0 show --json --scan image
  assert_json '.source.offset == "0x0"'
  # A page whose end is a hole.
  head -c 112 "$page" >image
  truncate -s 4G image
  taken --scan image
}

@test "an ELF whose headers lie: status 3, at once" {
  "$cores" 64le core 0xfeffb000:"$page" begin=0x7fffffffffffff00 length=0x1000
  expect 3 show --scan core
  assert_stderr --partial "damaged ELF core: offset and size beyond 63 bits"
  "$cores" 64le core 0xfeffb000:"$page" begin=0x7ffffffffff00000
  expect 3 show --phys 0xfeffb000 core
  assert_stderr --partial "cut short: address 0xfeffb000 would be at offset"
  expect 3 show --scan core
  assert_stderr --partial "no VMClock page in 0 bytes"
  assert_stderr --partial "hint: the core is cut short"
  "$cores" 64le core 0xfeffb000:"$page" offset=0x7fffffffffffffff
  expect 3 show --scan core
  "$cores" 64le core 0xfeffb000:"$page" offset=100000
  expect 3 show --scan core
  assert_stderr --partial "cut short in its headers"
  "$cores" 32be core 0xfeffb000:"$page" count=65000
  expect 3 show --scan core
  assert_stderr --partial "cut short in its headers"
  "$cores" 64le core 0xfeffb000:"$page" size=32
  expect 3 show --scan core
  assert_stderr --partial "program headers of so many bytes: 32"
}

@test "65534 segments that overlap are searched once" {
  python3 - <<'END'
import struct
begin, length, count = 0x400000, 0x1c00000, 65534
with open("core", "wb") as core:
    core.write(struct.pack("<16sHHI3QI6H", b"\x7fELF\2\1\1", 4, 62, 1, 0, 64, 0,
                           0, 64, 56, count, 0, 0, 0))
    core.write(b"".join(
        struct.pack("<II6Q", 1, 4, begin, 0, i << 12, length, length, 4096)
        for i in range(count)))
    # No hole, which a search would pass over.
    core.seek(begin)
    core.write(bytes(length))
END
  SECONDS=0
  expect 3 show --scan core
  assert_stderr --partial "no VMClock page in 29360128 bytes of memory"
  ((SECONDS < 10))
}

@test "a core cut short: what is there is read, what is not is named" {
  "$cores" 64le core 0x100000:zeros 0xfeffb000:"$page" 0xfffc0000:zeros
  truncate -s -4096 core
  taken --scan core
  taken --phys 0xfeffb000 core
  truncate -s -10000 core
  expect 3 show --phys 0xfeffb000 core
  assert_stderr --partial "cut short"
  expect 3 show --scan core
  assert_stderr --partial "the core is cut short"
  head -c 30 core >short
  expect 3 show --scan short
  assert_stderr --partial "cut short in its headers"
}

@test "kdump's compressed format is named, with what makes an ELF core" {
  { printf 'KDUMP   '; cat zeros; } >flat
  { printf 'makedumpfile\0\0\0\0'; cat zeros; } >stream
  for file in flat stream; do
    expect 3 show "$file"
    assert_stderr --partial "a compressed dump of memory, in kdump's format"
    assert_stderr --partial "dump-guest-memory without -z"
    expect 3 verify --scan "$file"
    assert_stderr --partial "a compressed dump of memory"
  done
}

@test "an address that no page can have: status 2" {
  for address in 0xfeffb001 4096.5 0x10000000000000 -1 page; do
    expect 2 show --phys "$address" ram
    assert_stderr --regexp "^vmclockctl: --phys $address: (not|more than)"
  done
  expect 2 show --phys 0x1000 ram
  assert_stderr --partial "ram is not an ELF core, and has no addresses"
  expect 2 show --offset 20480 ram
  assert_stderr --partial "ram has 20480 bytes"
  expect 2 show --offset 20480 - < <(cat ram)
  assert_stderr --partial "standard input ends before"
  expect 2 show --offset 0xffffffffffffffff ram
  expect 3 show --offset 20479 ram
}

@test "an offset without a page: verify judges it, other commands refuse" {
  expect 1 verify --offset 16 ram
  assert_output --partial header.magic
  expect 3 show --offset 16 ram
  assert_stderr --partial 'no magic "VCLK"'
}

@test "the options that name a place go with a memory image alone" {
  "$cores" 64le core 0xfeffb000:"$page"
  expect 2 show --scan --offset 4 core
  assert_stderr --partial "cannot be combined with --"
  expect 2 show --scan --live core
  expect 2 show --scan --at 1 core
  for command in show verify dump; do
    expect 2 "$command" --scan
    assert_stderr --partial "--scan: needs a memory image as the SOURCE"
    expect 2 "$command" --scan sim:steady
    assert_stderr --partial "sim:steady is a live page"
  done
  expect 2 encode --scan seq_count=2
  assert_stderr --partial "needs a memory image to start from"
  expect 2 watch --scan core
  assert_stderr --partial "--scan: not an option of watch"
  expect 2 list fields --scan
}
