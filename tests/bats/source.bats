#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The forms of SOURCE, each made with the real tool and compared byte for byte.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  tai=$REAL/host-tai-synchronized.bin
}

# The real pages that differ in kind, some cut within a line and a word, one as
# long as a page can be, one that is all one line, and one with no byte twice.
pages() {
  cp "$REAL/arm64-dt-tai-clock.bin" "$REAL/host-writer-stopped-odd-seq.bin" \
    "$REAL/qemu-10.0.2-boot.bin" "$tai" .
  head -c 33 "$tai" >cut-33.bin
  head -c 112 "$tai" >cut-112.bin
  head -c 113 "$tai" >cut-113.bin
  cp "$(patched "$tai" 0x100 "$(printf '%02x' {0..255} | tr -d '\n')")" all.bin
  head -c 65536 <(cat all.bin all.bin; cat /dev/zero) >long.bin
  head -c 4095 "$tai" >odd.bin
}

# comes_back COMMAND...: what it prints of each page is that page.
comes_back() {
  local page
  pages
  for page in *.bin; do
    "$@" "$page" >text
    vmclockctl dump text >again
    cmp "$page" again
  done
  expect 0 show --json text
  assert_json '.source == {kind: "file", format: "hex", path: "text"}'
}

@test "raw" {
  local page
  pages
  for page in *.bin; do
    vmclockctl dump "$page" >again
    cmp "$page" again
  done
  expect 0 show --json long.bin
  assert_json '.source == {kind: "file", format: "raw", path: "long.bin"}'
}

@test "xxd" {
  comes_back xxd
}

@test "xxd -a, with a * for lines of zero" {
  comes_back xxd -a
}

@test "xxd -p" {
  comes_back xxd -p
}

@test "xxd -p on one line" {
  comes_back xxd -p -c 65536
}

@test "xxd -g1 -c 8" {
  comes_back xxd -g1 -c 8
}

@test "xxd -u -c 32 -g 4" {
  comes_back xxd -u -c 32 -g 4
}

@test "hexdump -C" {
  comes_back hexdump -C
}

@test "hexdump -C -v, nothing left out" {
  comes_back hexdump -C -v
}

@test "hexdump, words of 16 bits" {
  comes_back hexdump
}

@test "hexdump -v" {
  comes_back hexdump -v
}

@test "od -tx1" {
  comes_back od -tx1
}

@test "od -A x -tx1" {
  comes_back od -A x -tx1
}

@test "od -A x -tx1z, with characters" {
  comes_back od -A x -tx1z
}

@test "od -v -tx1" {
  comes_back od -v -tx1
}

@test "od -A n -tx1 -v, digits in columns" {
  comes_back od -A n -tx1 -v
}

# at_4096 COMMAND...: what it prints of a file from its byte 4096 on.
at_4096() {
  cat "$tai" "${!#}" >"$BATS_TEST_TMPDIR/whole"
  "${@:1:$#-1}" "$BATS_TEST_TMPDIR/whole"
}

@test "an offset other than 0 in the first line" {
  local tool
  for tool in "xxd -s 4096" "xxd -a -s 4096" "hexdump -C -s 4096" \
    "hexdump -s 4096" "od -tx1 -j 4096" "od -A x -tx1 -j 4096" \
    "od -A x -tx1z -j 4096" "od -x -j 4096"; do
    # shellcheck disable=SC2086 # words on purpose
    comes_back at_4096 $tool
    rm -f -- *
  done
}

@test "the address of a page in memory in the first line" {
  comes_back xxd -o 0xfeffb000
  comes_back xxd -a -o 0x7ffff7fc0000
}

@test "the bytes that QEMU's monitor and gdb print" {
  local i bytes gdb qemu
  for i in {0..13}; do
    read -r -a bytes < <(xxd -p -s $((8 * i)) -l 8 "$tai" | sed 's/../0x& /g')
    printf -v qemu '%016x: %s' $((0xfeffb000 + 8 * i)) "${bytes[*]}"
    printf -v gdb '0x%x:' $((0x7ffff7fc0000 + 8 * i))
    echo "$qemu" >>qemu
    printf '%s' "$gdb" "${bytes[@]/#/$'\t'}" $'\n' >>gdb
  done
  head -c 112 "$tai" >wanted
  assert_equal "$(head -n 1 qemu)" \
    "00000000feffb000: 0x56 0x43 0x4c 0x4b 0x00 0x10 0x00 0x00"
  assert_equal "$(head -n 1 gdb)" \
    $'0x7ffff7fc0000:\t0x56\t0x43\t0x4c\t0x4b\t0x00\t0x10\t0x00\t0x00'
  for i in qemu gdb; do
    vmclockctl dump "$i" >again
    cmp wanted again
  done
}

quoted() {
  "${@:2}" | sed "s/^/$1/"
}

@test "a dump that a mail quotes" {
  local tool
  for tool in "xxd" "xxd -p" "hexdump -C" "hexdump" "od -tx1" "od -A x -tx1z"; do
    # shellcheck disable=SC2086 # words on purpose
    comes_back quoted '> ' $tool
    rm -f -- *
  done
  comes_back quoted '>> ' hexdump -C
  comes_back quoted '> > ' crlf xxd
}

@test "a mark of UTF-8 ahead of a dump" {
  local tool
  for tool in "xxd" "xxd -p" "hexdump -C" "od -tx1"; do
    { printf '\357\273\277'; $tool "$tai"; } >text
    vmclockctl dump text >again
    cmp "$tai" again
  done
  # The magic after it makes no page.
  printf '\357\273\277VCLK and some thirty letters more' >text
  expect 3 show text
  assert_stderr --partial "ef bb bf 56 43 4c 4b"
}

crlf() {
  "${@:1:$#-1}" "${!#}" | sed 's/$/\r/'
}

@test "lines that end with CR and LF" {
  local tool
  for tool in "xxd" "xxd -p" "hexdump -C" "hexdump" "od -tx1" "od -A x -tx1"; do
    # shellcheck disable=SC2086 # words on purpose
    comes_back crlf $tool
    rm -f -- *
  done
}

@test "capital letters" {
  hexdump -C "$tai" | tr a-f A-F >text
  vmclockctl dump text >again
  cmp "$tai" again
  xxd -p -u "$tai" >text
  vmclockctl dump text >again
  cmp "$tai" again
}

@test "blank lines and blanks around, and no newline at the end" {
  { printf '\n  \n'; hexdump -C "$tai" | sed 's/^/  /; s/$/  /'; echo; } >text
  vmclockctl dump text >again
  cmp "$tai" again
  printf %s "$(hexdump -C "$tai")" >text
  vmclockctl dump text >again
  cmp "$tai" again
  printf %s "$(xxd -p "$tai")" >text
  vmclockctl dump text >again
  cmp "$tai" again
}

@test "a * stands for as many lines as the next offset says" {
  printf '%s\n' '00000000  56 43 4c 4b 00 10 00 00  01 00 ff 00 02 00 00 00' \
    '00000010  01 01 01 01 01 01 01 01  01 01 01 01 01 01 01 01' '*' \
    '00000040  02 02 02 02 02 02 02 02  02 02 02 02 02 02 02 02' '*' \
    '00000070' >text
  vmclockctl dump text | xxd -p | tr -d '\n' >again
  {
    printf '56434c4b001000000100ff0002000000'
    printf '01%.0s' {1..48}
    printf '02%.0s' {1..48}
  } >wanted
  cmp wanted again
}

@test "the JSON of show" {
  local page
  for page in "$REAL"/*.bin; do
    vmclockctl show --json "$page" >page.json
    vmclockctl dump page.json >again
    cmp "$page" again
  done
  expect 0 show --json page.json
  assert_json '.source == {kind: "file", format: "json", path: "page.json"}'
}

@test "JSON that another program laid out" {
  { printf ' \r\n\t\n'; vmclockctl show --json "$tai" | jq -S --indent 7 .; } >page.json
  vmclockctl dump page.json >again
  cmp "$tai" again
}

@test "standard input by -, in each form" {
  vmclockctl dump - <"$tai" >again
  cmp "$tai" again
  xxd "$tai" | vmclockctl dump - >again
  cmp "$tai" again
  vmclockctl show --json "$tai" | vmclockctl dump - >again
  cmp "$tai" again
  expect 0 show --json - <"$tai"
  assert_json '.source.kind == "stdin" and .source.format == "raw"'
  expect 0 --json - < <(xxd "$tai")
  assert_json '.source.kind == "stdin" and .source.format == "hex"'
}

@test "standard input that comes in small pieces" {
  local i
  for i in {0..63}; do
    dd if="$tai" bs=64 skip="$i" count=1 status=none
  done | vmclockctl dump - >again
  cmp "$tai" again
  hexdump -C -v "$tai" | while IFS= read -r line; do printf '%s\n' "$line"; done |
    vmclockctl dump - >again
  cmp "$tai" again
}

@test "standard input is read from where it stands" {
  { cat "$tai" "$REAL/qemu-10.0.2-boot.bin"; } >two
  { dd bs=4096 count=1 of=/dev/null status=none; vmclockctl dump -; } <two >again
  cmp "$REAL/qemu-10.0.2-boot.bin" again
}

@test "/dev/stdin" {
  dd if="$tai" status=none | vmclockctl dump /dev/stdin >again
  cmp "$tai" again
  vmclockctl dump /dev/stdin <"$tai" >again
  cmp "$tai" again
  xxd -p "$tai" | vmclockctl dump /dev/stdin >again
  cmp "$tai" again
}

@test "a FIFO" {
  mkfifo pipe
  cat "$tai" >pipe &
  vmclockctl dump pipe >again
  wait "$!"
  cmp "$tai" again
  hexdump -C "$tai" >pipe &
  vmclockctl dump pipe >again
  wait "$!"
  cmp "$tai" again
  vmclockctl show --json "$tai" >pipe &
  expect 0 show --json pipe
  wait "$!"
  assert_json '.source == {kind: "file", format: "json", path: "pipe"}'
}

@test "what a shell substitutes for a process" {
  vmclockctl dump <(xxd "$tai") >again
  cmp "$tai" again
}

@test "a symbolic link" {
  ln -s "$tai" link
  vmclockctl dump link >again
  cmp "$tai" again
}

@test "a file's name does not matter" {
  cp "$tai" page.json
  vmclockctl dump page.json >again
  cmp "$tai" again
  xxd "$tai" >page.bin
  vmclockctl dump page.bin >again
  cmp "$tai" again
}

@test "the magic comes first: printable bytes after it make no text" {
  printf 'VCLK{"schema": 1} 00000000 56 43 4c 4b' >page.bin
  expect 0 show --json page.bin
  assert_json '.source.format == "raw" and .page.length == 38'
  vmclockctl dump page.bin >again
  cmp page.bin again
}

@test "KLCV is a raw page of another byte order, and refused" {
  printf 'KLCV{"schema": 1} 00000000 56 43 4c 4b' >page.bin
  expect 3 show page.bin
  refute_output
  assert_stderr --partial "4b 4c 43 56"
  refute_stderr --partial "column"
}

@test "a { comes before hex: broken JSON is called broken JSON" {
  printf '\n  { 00000000: 5643 4c4b 0010 0000 }' >page
  expect 3 show page
  assert_stderr --regexp 'line 2|column'
}

@test "text that is no hex is taken as raw, and refused for its magic" {
  echo "The quick brown fox jumps over the lazy dog" >page
  expect 3 show page
  assert_stderr --partial \
    "54 68 65 20 71 75 69 63 6b 20 62 72 6f 77 6e 20 66 6f 78"
}

@test "hex text of what is no page is refused with its bytes" {
  head -c 4096 /dev/zero | xxd >text
  expect 3 show text
  assert_stderr --partial "00 00 00 00 00 00 00 00"
  xxd text >text-of-text
  expect 3 show text-of-text
  assert_stderr --partial "30 30 30 30 30 30 30 30 3a 20"
}

@test "a character device that holds no page is refused, and ends" {
  expect 3 show /dev/null
  assert_stderr --partial "0 of 32 bytes"
  expect 3 show /dev/zero
  assert_stderr --partial "00 00 00 00"
}

@test "more than 64 KiB of a page are not taken" {
  head -c 70000 <(cat "$tai" /dev/zero) >long.bin
  expect 0 show --json long.bin
  assert_json '.page.length == 65536'
}

@test "no SOURCE is ever opened for writing" {
  traced -f -e trace=open,openat,creat -o trace -- show "$tai" >out
  run -0 grep -F "$tai" trace
  assert_output --partial O_RDONLY
  # A coverage build writes its counts, which is none of the program's doing.
  sed -i '/\.gcda"/d' trace
  run -1 grep -E 'O_WRONLY|O_RDWR|creat\(' trace
}
