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
  pages
  come_back "$@"
}

# comes_back_whole COMMAND...: the same without offsets, where only the length
# tells that a page is whole.
comes_back_whole() {
  pages
  rm cut-33.bin long.bin odd.bin
  come_back "$@"
}

come_back() {
  local page
  for page in *.bin; do
    "$@" "$page" >text
    vmclockctl dump text >again
    cmp "$page" again
  done
  expect 0 show --json text
  assert_json '.source == {kind: "file", format: "hex", path: "text"}'
}

@test "a raw page is read back byte for byte" {
  local page
  pages
  for page in *.bin; do
    vmclockctl dump "$page" >again
    cmp "$page" again
  done
  expect 0 show --json long.bin
  assert_json '.source == {kind: "file", format: "raw", path: "long.bin"}'
}

@test "the output of xxd is read back byte for byte" {
  comes_back xxd
}

@test "the output of xxd -a is read, with a * for lines of zeros" {
  comes_back xxd -a
}

@test "the output of xxd -p is read" {
  comes_back_whole xxd -p
}

@test "the output of xxd -p on one line is read" {
  pages
  # Of a length that no line shows, it is taken where it ends with a word.
  rm cut-33.bin cut-113.bin long.bin odd.bin
  come_back xxd -p -c 65536
}

@test "the output of xxd -g1 -c 8 is read" {
  comes_back xxd -g1 -c 8
}

@test "the output of xxd -u -c 32 -g 4 is read" {
  comes_back xxd -u -c 32 -g 4
}

@test "the output of hexdump -C is read" {
  comes_back hexdump -C
}

@test "the output of hexdump -C -v is read, with no line left out" {
  comes_back hexdump -C -v
}

@test "the output of hexdump is read, in words of 16 bits" {
  comes_back hexdump
}

@test "the output of hexdump -v is read" {
  comes_back hexdump -v
}

@test "the output of od -tx1 is read" {
  comes_back od -tx1
}

@test "the output of od -A x -tx1 is read" {
  comes_back od -A x -tx1
}

@test "the output of od -A x -tx1z is read, with its characters" {
  comes_back od -A x -tx1z
}

@test "the output of od -v -tx1 is read" {
  comes_back od -v -tx1
}

@test "the output of od -A n -tx1 -v is read, digits in columns" {
  comes_back_whole od -A n -tx1 -v
}

# at_4096 COMMAND...: what it prints of a file from its byte 4096 on.
at_4096() {
  cat "$tai" "${!#}" >"$BATS_TEST_TMPDIR/whole"
  "${@:1:$#-1}" "$BATS_TEST_TMPDIR/whole"
}

@test "a dump may start at an offset other than 0" {
  local tool
  for tool in "xxd -s 4096" "xxd -a -s 4096" "hexdump -C -s 4096" \
    "hexdump -s 4096" "od -tx1 -j 4096" "od -A x -tx1 -j 4096" \
    "od -A x -tx1z -j 4096" "od -x -j 4096"; do
    # shellcheck disable=SC2086 # words on purpose
    comes_back at_4096 $tool
    rm -f -- *
  done
}

@test "a dump may start at the address of a page in memory" {
  comes_back xxd -o 0xfeffb000
  comes_back xxd -a -o 0x7ffff7fc0000
}

@test "the memory dumps of QEMU's monitor and of gdb are read" {
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

@test "a dump quoted in a mail is read" {
  local tool
  for tool in "xxd" "hexdump -C" "hexdump" "od -tx1" "od -A x -tx1z"; do
    # shellcheck disable=SC2086 # words on purpose
    comes_back quoted '> ' $tool
    rm -f -- *
  done
  comes_back_whole quoted '> ' xxd -p
  comes_back quoted '>> ' hexdump -C
  comes_back quoted '> > ' crlf xxd
}

@test "a byte-order mark before a dump is skipped" {
  local tool
  for tool in "xxd" "xxd -p" "hexdump -C" "od -tx1"; do
    { printf '\357\273\277'; $tool "$tai"; } >text
    vmclockctl dump text >again
    cmp "$tai" again
  done
  # The magic after it makes no page.
  printf '\357\273\277VCLK and some thirty letters more' >text
  expect 3 show text
  assert_stderr --partial 'no dump of a page: "VCLK and some'
  # Before JSON, and before a recording.
  { printf '\357\273\277'; vmclockctl show --json "$tai"; } >text
  vmclockctl dump text | cmp "$tai" -
  { printf '\357\273\277'; cat "$FIXTURES/recordings/steady.jsonl"; } >text
  expect 0 show text
}

crlf() {
  "${@:1:$#-1}" "${!#}" | sed 's/$/\r/'
}

@test "lines may end with CR LF" {
  local tool
  for tool in "xxd" "hexdump -C" "hexdump" "od -tx1" "od -A x -tx1"; do
    # shellcheck disable=SC2086 # words on purpose
    comes_back crlf $tool
    rm -f -- *
  done
  comes_back_whole crlf xxd -p
}

@test "hex digits may be upper case" {
  hexdump -C "$tai" | tr a-f A-F >text
  vmclockctl dump text >again
  cmp "$tai" again
  xxd -p -u "$tai" >text
  vmclockctl dump text >again
  cmp "$tai" again
}

@test "a dump may have blank lines and outer blanks, and lack the last newline" {
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

@test "a * stands for every line up to the next offset" {
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

@test "the JSON of show is read back byte for byte" {
  local page
  for page in "$REAL"/*.bin; do
    vmclockctl show --json "$page" >page.json
    vmclockctl dump page.json >again
    cmp "$page" again
  done
  expect 0 show --json page.json
  assert_json '.source == {kind: "file", format: "json", path: "page.json"}'
}

@test "JSON reformatted by another program is read" {
  { printf ' \r\n\t\n'; vmclockctl show --json "$tai" | jq --indent 7 .; } >page.json
  vmclockctl dump page.json >again
  cmp "$tai" again
}

@test "- reads standard input in each form" {
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

@test "standard input may arrive in small pieces" {
  local i
  for i in {0..63}; do
    dd if="$tai" bs=64 skip="$i" count=1 status=none
  done | vmclockctl dump - >again
  cmp "$tai" again
  hexdump -C -v "$tai" | while IFS= read -r line; do printf '%s\n' "$line"; done |
    vmclockctl dump - >again
  cmp "$tai" again
}

@test "standard input is read from its current position" {
  { cat "$tai" "$REAL/qemu-10.0.2-boot.bin"; } >two
  { dd bs=4096 count=1 of=/dev/null status=none; vmclockctl dump -; } <two >again
  cmp "$REAL/qemu-10.0.2-boot.bin" again
}

@test "/dev/stdin is read, from a pipe and from a file" {
  dd if="$tai" status=none | vmclockctl dump /dev/stdin >again
  cmp "$tai" again
  vmclockctl dump /dev/stdin <"$tai" >again
  cmp "$tai" again
  xxd -p "$tai" | vmclockctl dump /dev/stdin >again
  cmp "$tai" again
}

@test "a FIFO is read in each form" {
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

@test "a process substitution is read" {
  vmclockctl dump <(xxd "$tai") >again
  cmp "$tai" again
}

@test "a symbolic link is followed" {
  ln -s "$tai" link
  vmclockctl dump link >again
  cmp "$tai" again
}

@test "the name of a file does not decide its form" {
  cp "$tai" page.json
  vmclockctl dump page.json >again
  cmp "$tai" again
  xxd "$tai" >page.bin
  vmclockctl dump page.bin >again
  cmp "$tai" again
}

@test "the magic is checked first: printable bytes after it do not make a page text" {
  printf 'VCLK{"schema": 1} 00000000 56 43 4c 4b' >page.bin
  expect 0 show --json page.bin
  assert_json '.source.format == "raw" and .page.length == 38'
  vmclockctl dump page.bin >again
  cmp page.bin again
}

@test "lines that begin with the magic are text: the characters of a dump" {
  xxd "$tai" | tail -c +52 >text
  assert_equal "$(head -c 8 text)" VCLK....
  expect 3 show text
  assert_stderr --partial "in the middle of a page"
}

@test "KLCV is refused as a raw page in the other byte order" {
  printf 'KLCV{"schema": 1} 00000000 56 43 4c 4b' >page.bin
  expect 3 show page.bin
  refute_output
  assert_stderr --partial "4b 4c 43 56"
  refute_stderr --partial "column"
}

@test "a leading { means JSON, even before hex, and broken JSON is reported as such" {
  printf '\n  { 00000000: 5643 4c4b 0010 0000 }' >page
  expect 3 show page
  assert_stderr --regexp 'line 2|column'
}

@test "text that is no dump is refused as text" {
  echo "The quick brown fox jumps over the lazy dog" >page
  expect 3 show page
  assert_stderr --partial 'text, but no dump of a page: "The quick brown'
}

@test "hex text without the magic is refused with its bytes" {
  head -c 4096 /dev/zero | xxd >text
  expect 3 show text
  assert_stderr --partial "00 00 00 00 00 00 00 00"
  xxd text >text-of-text
  expect 3 show text-of-text
  assert_stderr --partial "30 30 30 30 30 30 30 30 3a 20"
}

@test "a character device without a page is refused without hanging" {
  expect 3 show /dev/null
  assert_stderr --partial "/dev/null: not a VMClock device"
  # As standard input it is what it holds.
  expect 3 show - </dev/null
  assert_stderr --partial "0 of 32 bytes"
  expect 3 show - </dev/zero
  assert_stderr --partial "00 00 00 00"
}

@test "at most 64 KiB of a page are taken" {
  head -c 70000 <(cat "$tai" /dev/zero) >long.bin
  expect 0 show --json long.bin
  assert_json '.page.length == 65536'
}

@test "no SOURCE is ever opened for writing" {
  traced -f -e trace=open,openat,creat -o trace -- show "$tai" >out
  run -0 grep -F "$tai" trace
  assert_output --partial O_RDONLY
  # A build that counts writes them, which is none of the program's doing.
  sed -i '/\.profraw"/d' trace
  run -1 grep -E 'O_WRONLY|O_RDWR|creat\(' trace
}
