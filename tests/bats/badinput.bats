#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# What bad input gets: a clear line and the right status.

# shellcheck disable=SC2154 # run sets them

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  tai=$REAL/host-tai-synchronized.bin
  boot=$REAL/qemu-10.0.2-boot.bin
  pages=$VMCLOCKCTL_SOURCE_ROOT/tests/bats/pages.py
}

# refused FILE TEXT: show, dump, encode and diff refuse FILE with status 3, its
# name and TEXT, and nothing on stdout.
refused() {
  local command
  for command in show dump "encode --from" "diff $boot"; do
    # shellcheck disable=SC2086 # words on purpose
    expect 3 $command "$1"
    refute_output
    assert_stderr --regexp "^vmclockctl: $1: "
    assert_stderr --partial "$2"
    ((${#stderr_lines[@]} <= 2))
  done
}

@test "show refuses an empty file" {
  : >empty
  refused empty "0 of 32 bytes"
  expect 3 show - </dev/null
  assert_stderr --partial "standard input: 0 of 32 bytes"
}

@test "show refuses a file of 3 bytes" {
  printf VCL >three
  refused three "3 of 32 bytes"
}

@test "show refuses fewer than 32 bytes, with or without the magic" {
  printf 'VCLK\0\020\0\0' >eight
  refused eight "8 of 32 bytes"
  printf '\001\002\003\004\005\006\007\010\011\012' >ten
  refused ten "10 of 32 bytes"
  head -c 31 "$tai" >thirty-one
  refused thirty-one "31 of 32 bytes"
}

@test "show refuses a directory" {
  mkdir directory
  refused directory "directory"
}

@test "show refuses a missing file" {
  refused missing "No such file"
  refused ./missing/file "No such file"
  : >file
  refused file/below "Not a directory"
}

@test "show refuses a file that it may not read" {
  ((EUID)) || skip "root may read everything"
  cp "$tai" locked
  chmod 0 locked
  refused locked "Permission denied"
}

@test "show refuses a text file and quotes its first bytes" {
  echo "It was a bright cold day in April, and the clocks were" >text
  refused text "It was a bright "
}

@test "show refuses a large text file and quotes its first bytes" {
  yes "the clocks were striking thirteen" | head -c 3000000 >text
  refused text "the clocks were striking"
}

# bytes_read FILE: how many a strace of reads from it shows.
bytes_read() {
  awk '/ = [0-9]+$/ { sum += $NF } END { print sum + 0 }' "$1"
}

@test "show reads at most 64 KiB of a 4 GiB file" {
  truncate -s 4G big
  expect 3 show big
  assert_stderr --partial "00 00 00 00 00 00 00 00"
  run traced -f -P "$PWD/big" -P big -o trace \
    -e trace=read,pread64,readv,preadv,mmap,sendfile,copy_file_range -- show big
  assert_equal "$status" 3
  run -1 grep -E 'mmap|sendfile|copy_file' trace
  assert_between "$(bytes_read trace)" 32 65536
}

assert_between() {
  (($1 >= $2 && $1 <= $3)) || fail "$1 is not within $2 to $3"
}

@test "show reads at most 64 KiB of a 4 GiB file that begins as a page" {
  cp "$tai" big
  truncate -s 4G big
  expect 0 show --json big
  assert_json '.page.length == 65536'
  run traced -f -P "$PWD/big" -P big -o trace \
    -e trace=read,pread64,readv,preadv -- show big
  assert_equal "$status" 0
  assert_between "$(bytes_read trace)" 4096 65536
}

@test "show reads at most 1 MiB of a 4 GiB file that begins as JSON or hex" {
  local file
  { printf '{"schema": "'; yes x | tr -d '\n' | head -c 2000000; } >json
  xxd "$tai" >hex
  yes "" | head -c 2000000 >>hex
  for file in json hex; do
    truncate -s 4G "$file"
    run traced -f -P "$PWD/$file" -P "$file" -o trace \
      -e trace=read,pread64,readv,preadv -- show "$file"
    # One byte beyond the limit shows that there is more.
    assert_between "$(bytes_read trace)" 4096 1048577
    expect 3 show "$file"
    refute_output
  done
}

@test "show refuses random bytes and quotes the first of them" {
  local file
  python3 -c 'import random
rng = random.Random(2)
for i in range(20):
    data = b"\x00" + rng.randbytes(rng.randrange(31, 9000))
    open("noise-%d" % i, "wb").write(data)'
  for file in noise-*; do
    expect 3 show "$file"
    refute_output
    assert_stderr --partial \
      "$(xxd -p -l 32 -c 32 "$file" | sed 's/../& /g; s/ $//')"
  done
}

@test "a page cut at any length from 0 to 112 is shown from 32 bytes on, else refused" {
  local length page status
  python3 "$pages" cuts . "$tai"
  for length in {0..112}; do
    printf -v page 'cut-%03d.bin' "$length"
    status=0
    vmclockctl show "$page" >out 2>err || status=$?
    if ((length < 32)); then
      [[ $status == 3 && ! -s out && $(<err) == *" $length of 32 bytes"* ]]
    else
      [[ $status == 0 && -s out && ! -s err ]]
    fi || fail "$length bytes: status $status: $(<err)"
  done
}

@test "a size field of 0, 0x1f or 0xffffffff is shown, and no field is invented" {
  local size
  for size in 00000000 1f000000; do
    expect 0 show --json "$(patched "$tai" 0x04 $size)"
    assert_json '.raw.flags == "0x0000000000000079" and .raw.pad == null and
      .raw.time_sec == null and .time_reason == "no-clock"'
    expect 0 show "$(patched "$tai" 0x04 $size)"
    refute_output --partial 1795219861
  done
  expect 0 show --json "$(patched "$tai" 0x04 ffffffff)"
  assert_json '.raw.size == 4294967295 and .raw.time_sec == "1795219861" and
    .page.length == 4096 and .decoded.time_available'
}

@test "show refuses the magic in the other byte order" {
  cp "$(patched "$tai" 0x00 4b4c4356)" swapped
  refused swapped "4b 4c 43 56 00 10 00 00"
}

@test "hex text with an odd number of digits is refused by its line" {
  { xxd -p "$tai" | head -c 102; echo; } >odd
  refused odd "odd"
  xxd "$tai" | sed '3s/0000 /000 /' >odd
  refused odd "line 3"
  hexdump -C "$tai" | sed '2s/ 01 / 1 /' >odd
  refused odd "line 2"
}

@test "damaged hex text is refused by its line" {
  local tool
  for tool in "xxd" "hexdump -C" "hexdump" "od -tx1" "od -A x -tx1"; do
    # A letter among the digits, a missing line, an offset that goes back.
    $tool "$tai" | sed '4s/ [0-9a-f]\([0-9a-f]*\)/ g\1/2' >text
    refused text "line 4"
    $tool "$tai" | sed 5d >text
    refused text "line 5"
    $tool "$tai" | sed '3{p;}' >text
    refused text "line 4"
  done
}

# damaged FILE TEXT HINT: refused so, by verify too.
damaged() {
  refused "$1" ""
  assert_stderr --regexp "$2.*hint: .*$3"
  expect 3 verify "$1"
  assert_stderr --regexp "$2.*hint: .*$3"
}

@test "words that do not say which they are are refused, with a hint at od -tx1" {
  local tool
  for tool in "od -A n -tx8 -v" "od -A n -tx4 -v" "od -A n -x -v"; do
    $tool "$tai" >text
    damaged text "line 1: .*words" "od -Ax -tx1"
    refute_stderr --partial "byte-swapped"
  done
  hexdump -e '4/4 "%08x " "\n"' "$tai" >text
  damaged text "line 1: .*words" "od -Ax -tx1"
  # Groups of xxd -g4 and words of xxd -e: the characters tell them apart.
  xxd -e "$tai" | cut -c-45 >text
  damaged text "line 1: .*words" "od -Ax -tx1"
}

@test "bytes on one line are refused where one is missing" {
  head -c 136 "$tai" | xxd -p -c 1000 >whole
  vmclockctl dump whole | cmp - <(head -c 136 "$tai")
  sed 's/^\(.\{100\}\)../\1/' whole >text
  damaged text "line 1: .*not as many as .size. says" "xxd FILE"
  sed 's/../0x&, /g' text >array
  damaged array "line 1: .*not as many as .size. says" "xxd FILE"
  python3 -c 'import sys; print(list(sys.stdin.buffer.read(135)) + [77])' \
    <"$tai" >list
  vmclockctl dump list | cmp - <(head -c 135 "$tai"; printf M)
  # The last number may have lost its end with the bracket.
  sed 's/.\]$//' list >text
  damaged text "line 1: .*not closed" "xxd FILE"
}

@test "a hint with a command names the file only as a shell would take it" {
  local name
  gzip -c "$tai" >page.gz
  refused page.gz "gzip-compressed"
  assert_stderr --partial "hint: gzip -dc page.gz | vmclockctl"
  for name in "we ird'.gz" "\$(x).gz" -dash.gz; do
    cp page.gz "./$name"
    expect 3 show -- "$name"
    assert_stderr --partial "hint: gzip -dc FILE | vmclockctl"
  done
}

@test "text that is no dump is refused by every command" {
  echo "It was a bright cold day in April, and the clocks were" >text
  refused text 'text, but no dump of a page: "It was a bright'
  assert_stderr --partial "hint: xxd FILE or hexdump -C FILE makes one"
  expect 3 verify text
  assert_stderr --partial 'text, but no dump of a page'
  xxd "$tai" | sed 's/^/[   12.345678] vmclock: /' >log
  damaged log "line 1: .*text before the bytes" "cut what stands before"
  # Bytes are no text.
  head -c 64 /dev/zero >bytes
  refused bytes "no magic"
  refute_stderr --partial "hint"
}

@test "a text says what it is, and which command to run instead" {
  od "$tai" >text
  damaged text "line 1: .*octal words" "od -Ax -tx1 FILE"
  od -b "$tai" >text
  damaged text "line 1: .*octal bytes" "od -Ax -tx1 FILE"
  hexdump -d "$tai" >text
  damaged text "line 1: .*decimal words" "hexdump -C FILE"
  xxd -b "$tai" >text
  damaged text "line [12]: .*binary digits" "xxd FILE"
  od --endian=big -x "$tai" >text
  damaged text "line 1: .*big-endian machine" "od -Ax -tx1"
  od -A n -tx1 "$tai" >text
  damaged text "line 9: .*a \* cannot be expanded without offsets" \
    "dump bytes with offsets"
  xxd "$tai" | sed 's/ /\xc2\xa0/g' >text
  damaged text "line 1: .*no-break spaces" "sed .* text [|] vmclockctl verify -"
  base64 "$tai" >text
  damaged text "line 1: .*base64" "base64 -d text [|] vmclockctl verify -"
  vmclockctl show --json "$tai" | sed 's/^/> /' >text
  damaged text "line 1: .*JSON" "sed"
}

@test "what is cut out of a dump, or beside it, is named by its line" {
  { xxd "$tai"; echo; xxd "$tai"; } >text
  damaged text "line 258: .*a second dump" ""
  xxd "$tai" | sed '5s/$/\nand so on/' >text
  damaged text "line 6: .*within the dump" ""
  xxd -p "$tai" | sed 5d >text
  damaged text "line 136: .*not as many as .size. says" "dump bytes with offsets"
  xxd -p "$tai" | sed 5p >text
  damaged text "line 138: .*not as many as .size. says" "dump bytes with offsets"
  hexdump "$tai" | sed 8d >text
  damaged text "line 8: .*one may be missing" "dump bytes with offsets"
}

@test "compressed files, archives and wide text are named with their command" {
  local name
  gzip -c "$tai" >page.gzip
  xz -c "$tai" >page.xz
  bzip2 -c "$tai" >page.bzip2
  printf '\x28\xb5\x2f\xfd and more' >page.zstd
  printf '\x04\x22\x4d\x18 and more' >page.lz4
  for name in gzip xz bzip2 zstd lz4; do
    damaged "page.$name" "page.$name: $name-compressed" \
      "$name -dc page.$name [|] vmclockctl verify -"
  done
  for name in gzip xz bzip2; do
    "$name" -dc <"page.$name" | vmclockctl dump - | cmp - "$tai"
  done
  xxd "$tai" | iconv -f UTF-8 -t UTF-16 >utf-16
  damaged utf-16 "utf-16: text in UTF-16" "iconv -f UTF-16 -t UTF-8 utf-16 [|]"
  xxd "$tai" | iconv -f UTF-8 -t UTF-16LE >utf-16
  damaged utf-16 "utf-16: text in UTF-16" "iconv -f UTF-16LE -t UTF-8 utf-16 [|]"
  # By every command, and from a pipe.
  for name in show "dump -o out" "encode -o out" "diff $tai" watch; do
    # shellcheck disable=SC2086 # words on purpose
    expect 3 $name page.gzip
    assert_stderr --partial "gzip-compressed"
  done
  expect 3 show - <page.gzip
  assert_stderr --partial "hint: gzip -dc | vmclockctl verify -"
}

@test "a dump without its first line is refused, with a hint" {
  local tool
  for tool in "xxd" "hexdump -C" "od -tx1"; do
    $tool "$tai" | sed 1d >text
    damaged text "line 1: .*in the middle of a page" "dump bytes with offsets"
  done
}

@test "a * with no line before it, or no valid offset after it, is refused" {
  { hexdump -C "$tai" | head -n 7; echo '*'; } >text
  refused text "line"
  { echo '*'; hexdump -C "$tai"; } >text
  refused text ""
  { hexdump -C "$tai" | sed '$d'; echo ffffffff; } >text
  refused text "line"
}

# The document of show of a page, which the cases below change.
base() {
  vmclockctl show --json "$1" >base.json
  : >filters
  : >wanted
}

# json_bad FILTER TEXT: one more case, a jq filter that changes the document, and
# what the message has to hold.
json_bad() {
  printf '%s\n' "$1" >>filters
  printf '%s\n' "$2" >>wanted
}

# json_refused COUNT: show refuses every case, encode every seventh, and there
# are at least COUNT of them.
json_refused() {
  local document filter text command status number=0
  jq -c "$(sed 's/.*/(&)/' filters | paste -s -d ,)" base.json >documents
  assert_equal "$(wc -l <documents)" "$(wc -l <filters)"
  while IFS= read -r -u 7 document && IFS= read -r -u 8 filter &&
    IFS= read -r -u 9 text; do
    number=$((number + 1))
    printf '%s\n' "$document" >bad.json
    command=show
    ((number % 7)) || command=encode
    status=0
    "$VMCLOCKCTL" "$command" bad.json >out 2>err || status=$?
    [[ $status == 3 && ! -s out && $(<err) == "vmclockctl: bad.json: "*"$text"* ]] ||
      fail "$command, $filter: status $status: $(<err)"
  done 7<documents 8<filters 9<wanted
  ((number >= $1)) || fail "$number cases only"
}

@test "JSON without a required member is refused" {
  local member
  base "$tai"
  for member in schema schema_version tool source layout page raw decoded \
    counter time time_reason; do
    json_bad "del(.$member)" "$member"
  done
  for member in length hex; do
    json_bad "del(.page.$member)" "page.$member"
  done
  while read -r member; do
    json_bad "del(.raw.$member)" "raw.$member"
  done < <(jq -r '.raw | keys[]' base.json)
  json_refused 36
}

@test "JSON with a member of the wrong type is refused" {
  local member value
  base "$tai"
  for value in null '"1"' '{}' true '[]' 1.5; do
    json_bad ".schema_version = $value" schema_version
    json_bad ".page.length = $value" page.length
  done
  for value in null 1 '{}' '[]'; do
    json_bad ".schema = $value" schema
    json_bad ".layout = $value" layout
    json_bad ".page.hex = $value" page.hex
  done
  for member in page raw tool source decoded; do
    for value in null 1 '"x"' '[]'; do
      json_bad ".$member = $value" $member
    done
  done
  for value in 1 '{}' '[]' false; do
    json_bad ".counter = $value" counter
    json_bad ".time_reason = $value" time_reason
  done
  for value in 1 '"x"' '[]'; do
    json_bad ".time = $value" time
  done
  json_refused 55
}

@test "raw members of the wrong type, or null for a covered field, are refused" {
  local name width value
  base "$tai"
  while read -r name width; do
    json_bad ".raw.$name = null" "raw.$name"
    if [[ $width == 8 || $name == pad ]]; then
      json_bad ".raw.$name = 1" "raw.$name"
      json_bad ".raw.$name = \"x\"" "raw.$name"
    else
      json_bad ".raw.$name = \"1\"" "raw.$name"
      json_bad ".raw.$name = 1.5" "raw.$name"
    fi
    json_bad ".raw.$name = [1]" "raw.$name"
  done < <(vmclockctl list fields --json |
    jq -r '.items[] | select(.layout == "vmclock-1") | "\(.name) \(.width)"')
  json_refused 55
}

@test "raw members out of range are refused" {
  local name width
  base "$tai"
  while read -r name width; do
    case $name:$width in
    pad:*)
      json_bad '.raw.pad = "000000"' raw.pad
      json_bad '.raw.pad = "000"' raw.pad
      json_bad '.raw.pad = ""' raw.pad
      continue
      ;;
    tai_offset_sec:*)
      json_bad '.raw.tai_offset_sec = 32768' raw.tai_offset_sec
      json_bad '.raw.tai_offset_sec = -32769' raw.tai_offset_sec
      continue
      ;;
    *:1) json_bad ".raw.$name = 256" "raw.$name" ;;
    *:2) json_bad ".raw.$name = 65536" "raw.$name" ;;
    *:4) json_bad ".raw.$name = 4294967296" "raw.$name" ;;
    *:8)
      json_bad ".raw.$name = \"18446744073709551616\"" "raw.$name"
      json_bad ".raw.$name = \"0x10000000000000000\"" "raw.$name"
      json_bad ".raw.$name = \"-1\"" "raw.$name"
      json_bad ".raw.$name = \"\"" "raw.$name"
      json_bad ".raw.$name = \" 1\"" "raw.$name"
      continue
      ;;
    esac
    json_bad ".raw.$name = -1" "raw.$name"
  done < <(vmclockctl list fields --json |
    jq -r '.items[] | select(.layout == "vmclock-1") | "\(.name) \(.width)"')
  json_refused 60
}

@test "a name is refused as a raw value" {
  base "$tai"
  json_bad '.raw.counter_id = "x86-tsc"' raw.counter_id
  json_bad '.raw.flags = "tai-offset-valid"' raw.flags
  json_bad '.raw.flags = "none"' raw.flags
  json_refused 3
}

@test "JSON with impossible values is refused" {
  base "$tai"
  json_bad '.schema = "vmclockctl/verify"' schema
  json_bad '.schema = "elsewhere/show"' schema
  json_bad '.schema_version = 2' schema_version
  json_bad '.schema_version = 0' schema_version
  json_bad '.layout = "rfc-5"' layout
  json_bad '.page.length = -1' page.length
  json_bad '.page.length = 65537' page.length
  json_bad '.page.length = 97' page.hex
  json_bad '.page.hex = "56434c4b0"' page.hex
  json_bad '.page.hex = "56434c4g"' page.hex
  json_bad '.page.hex = "0x56434c4b"' page.hex
  json_bad '.page.hex = "56434c4\u0010"' page.hex
  json_bad '.counter = "18446744073709551616"' counter
  json_bad '.counter = "-1"' counter
  json_bad '.counter = ""' counter
  json_bad '.counter = "x"' counter
  json_refused 16
}

@test "a raw value of a field beyond the end of the page is refused" {
  head -c 40 "$tai" >short.bin
  base short.bin
  json_bad '.raw.counter_value = "1"' raw.counter_value
  json_refused 1
}

@test "documents of other commands, one or several, are refused by their schema" {
  local file
  vmclockctl watch --json -n 2 --all sim:steady >watch.json 2>err
  vmclockctl compare --json --count 2 --interval 1ms sim:steady >compare.json 2>err ||
    (($? != 2))
  vmclockctl verify --json "$tai" >verify.json || (($? == 1))
  vmclockctl verify --json "$tai" "$tai" >verdicts.json || (($? == 1))
  vmclockctl diff --json "$tai" "$boot" >diff.json || (($? == 1))
  vmclockctl list rules --json >list.json
  for file in {watch,compare,verify,verdicts,diff,list}.json; do
    jq -s -e '.[0].schema | startswith("vmclockctl/")' "$file" >out
    expect 3 show "$file"
    refute_output
    assert_stderr --partial "$file: schema: is neither"
    assert_stderr --partial "hint: only the output of show --json, dump"
  done
  refused watch.json "schema: is neither"
  expect 3 watch watch.json
  assert_stderr --partial "schema: is neither"
  # A recording that was laid out anew, and what another program made.
  vmclockctl record -n 2 sim:steady 2>err | jq . >recording.json
  expect 3 show recording.json
  assert_stderr --partial "hint: a recording has a document on each line"
  echo '{"schema": "elsewhere/show"}' >elsewhere.json
  refused elsewhere.json "schema: is neither"
  refute_stderr --partial "hint"
  # Whose schema is right, but not its end.
  { vmclockctl show --json "$tai"; echo '{}'; } >two.json
  refused two.json "end of file expected"
}

@test "an error document is refused as a page" {
  vmclockctl show --json nowhere >error.json 2>/dev/null || [[ $? == 3 ]]
  refused error.json ""
}

@test "numbers beyond the range of C integers are refused" {
  vmclockctl show --json "$tai" >base.json
  sed 's/"seq_count": [0-9]*/"seq_count": 18446744073709551616/' base.json >bad.json
  refused bad.json ""
  sed 's/"seq_count": [0-9]*/"seq_count": 1e1/' base.json >bad.json
  refused bad.json "raw.seq_count"
  sed 's/"length": 4096/"length": 99999999999999999999/' base.json >bad.json
  refused bad.json ""
}

@test "duplicate JSON keys are refused" {
  vmclockctl show --json "$tai" >base.json
  sed 's/"schema_version": 1/"schema_version": 1, "schema_version": 1/' \
    base.json >bad.json
  refused bad.json "schema_version"
  sed 's/"magic": 1263289174/"magic": 1263289174, "magic": 1/' base.json >bad.json
  refused bad.json "magic"
  sed 's/"hex": "/"hex": "", "hex": "/' base.json >bad.json
  refused bad.json "hex"
}

@test "garbage after JSON is refused" {
  vmclockctl show --json "$tai" >base.json
  local after
  for after in x '{}' ',' '"' $'\001'; do
    { cat base.json; printf '%s' "$after"; } >bad.json
    refused bad.json ""
  done
  { cat base.json base.json; } >bad.json
  refused bad.json ""
  { cat base.json; printf '\0'; } >bad.json
  refused bad.json ""
}

@test "JSON cut at any byte is refused" {
  vmclockctl show --json "$tai" | tr -d '\n' >base.json
  local length size
  size=$(stat -c %s base.json)
  for ((length = 1; length < size; length += 53)); do
    head -c "$length" base.json >cut.json
    expect 3 show cut.json
    refute_output
    assert_stderr --regexp '^vmclockctl: cut\.json: '
  done
  head -c $((size - 1)) base.json >cut.json
  refused cut.json ""
}

@test "JSON that is too deep, has broken UTF-8 or holds NULs is refused" {
  python3 -c 'print("{\"a\":" * 100000)' >deep.json
  refused deep.json ""
  vmclockctl show --json "$tai" >base.json
  sed 's/vmclockctl"/\xff\xfe"/' base.json >bad.json
  refused bad.json ""
  sed 's/"layout": "vmclock-1"/"layout": "vmclock-1\\u0000"/' base.json >bad.json
  refused bad.json ""
}

@test "more than 1 MiB of JSON is refused" {
  { vmclockctl show --json "$tai"; head -c 1100000 /dev/zero | tr '\0' ' '; } >long.json
  refused long.json ""
}

@test "error messages are one short line of ASCII" {
  : >empty
  printf VCLK >four
  echo '{' >broken.json
  printf '00000000: 5643 4c4' >broken.txt
  local file
  for file in empty four broken.json broken.txt . nowhere /dev/null; do
    expect 3 show "$file"
    assert_equal "$(grep -c '^vmclockctl: ' <<<"$stderr")" 1
    run -1 grep -nP '[^ -~]' <<<"$stderr"
  done
}

@test "control characters in a file name do not reach the terminal" {
  local name=$'no\033[31m\nvmclockctl: such\tfile\x07\x9b'
  expect 3 show "$name/x"
  assert_equal "${#stderr_lines[@]}" 1
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  printf VCLK >"$name"
  expect 3 show "$name"
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  mkdir "$name.d"
  expect 4 dump -o "$name.d" "$tai"
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  expect 3 show --json "$name"
  run -1 grep -nP '[^ -~]' <<<"$output"
  expect 3 show --root "$name"
  run -1 grep -nP '[^ -~]' <<<"$stderr"
}

@test "control characters in a bad document do not reach the terminal" {
  vmclockctl show --json "$tai" |
    jq '.layout = "a\u001b[31m\nb"' >bad.json
  expect 3 show bad.json
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  vmclockctl show --json "$tai" |
    jq '.schema = "a\u001b[31m\nb"' >bad.json
  expect 3 show bad.json
  run -1 grep -nP '[^ -~]' <<<"$stderr"
  printf '{"a": "\033[31m' >bad.json
  expect 3 show bad.json
  run -1 grep -nP '[^ -~]' <<<"$stderr"
}

# nested N: an array within an array, N of them
nested() {
  printf '[%.0s' $(seq "$1") && printf ']%.0s' $(seq "$1")
}

@test "JSON that is nested more than 16 deep is refused, with its line" {
  local made
  vmclockctl show --json "$tai" | jq . >good.json
  vmclockctl record -n 2 --interval 1ms -o good.jsonl sim:steady
  for made in 15 16 50000; do
    # The document itself is one more.
    { sed '$d' good.json && printf ', "later": %s}\n' "$(nested "$made")"; } >"$made.json"
    { sed -n 1,2p good.jsonl && printf '{"later": %s, ' "$(nested "$made")" &&
      sed -n '3s/^{//p' good.jsonl; } >"$made.jsonl"
  done
  expect 0 show -F magic 15.json
  expect 0 verify --only 'series.*' 15.jsonl
  for made in 16 50000; do
    expect 3 show "$made.json"
    assert_stderr --regexp '^vmclockctl: '$made'.json: line [0-9]+, column [0-9]+: nested more than 16 deep$'
    expect 3 verify "$made.jsonl"
    assert_stderr --partial "$made.jsonl: line 3: nested more than 16 deep"
  done
  # Within a string they are text.
  jq --arg x "$(nested 100) \\\" $(nested 100)" '.later = $x' good.json >text.json
  expect 0 show -F magic text.json
}

@test "a closed standard input is refused" {
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind opens another in its place"
  run --separate-stderr bash -c 'exec "$@" <&-' - "$VMCLOCKCTL" show -
  assert_equal "$status" 3
  refute_output
  assert_stderr --partial "standard input"
}

@test "a read error gives status 4" {
  # The first page of this process's memory is not mapped: EIO.
  expect 4 show /proc/self/mem
  assert_stderr --regexp "^vmclockctl: /proc/self/mem: .*$(words_of "Input/output error")"
  expect 4 show --json /proc/self/mem
  assert_json '.error.code == "read" and .error.errno == 5'
}
