#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Documents and recordings of a later version, and those that were cut or that
# an editor has been through.

# shellcheck disable=SC2016 # jq's variables
# shellcheck disable=SC2154 # run sets them

load helper
load hosts

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  tai=$REAL/host-tai-synchronized.bin
  rec=$FIXTURES/recordings/odd-window.jsonl
}

# noted FILE WHAT: all of $stderr is the one note, that WHAT was passed over.
noted() {
  assert_stderr \
    "vmclockctl: $1: note: ignored what this version does not know, such as $2"
}

# live_report: $HOST's bug report, with a PTP clock.
live_report() {
  host qemu
  phc 1 "KVM virtual PTP"
  vmclockctl dump --format json --live --root "$HOST"
}

# more_in_each: of the JSON on stdin, for each object in it that is not in raw,
# a line that names a new member there and the document with it.
more_in_each() {
  jq -r '. as $document | ([paths(type == "object")] + [[]])[] |
    . as $path | ([$path[] | strings] + ["new_member"] | join(".")),
    ($document | setpath($path + ["new_member"]; {"n": [1]}) | tojson)'
}

# reads_as PAGE FILE: FILE is that page, read without an error.
reads_as() {
  expect 0 show -F magic "$2"
  vmclockctl dump "$2" 2>err | cmp - "$1"
}

@test "an unknown member in any object of a document is skipped and noted" {
  local name document count=0
  vmclockctl show --json --counter 19253658472 "$tai" >show.json
  vmclockctl dump --format json sim:steady >sim.json
  live_report >host.json
  for document in show sim host; do
    vmclockctl dump "$document.json" >page.bin
    more_in_each <"$document.json" >cases
    while read -r name && read -r document; do
      printf '%s\n' "$document" >later.json
      reads_as page.bin later.json
      noted later.json "$name"
      count=$((count + 1))
    done <cases
  done
  ((count > 50)) || fail "$count cases only"
}

@test "any number of unknown members makes one note for a SOURCE" {
  vmclockctl dump --format json sim:steady >report.json
  vmclockctl dump report.json >page.bin
  jq -c 'walk(if type == "object" then . + {"new": 1, "newer": {}} else . end)' \
    report.json >later.json
  reads_as page.bin later.json
  assert_equal "${#stderr_lines[@]}" 1
  assert_stderr --partial "later.json: note: ignored"
  jq -c 'walk(if type == "object" then . + {"new": 1, "newer": {}} else . end)' \
    "$rec" >later.jsonl
  expect 1 verify later.jsonl
  assert_equal "${#stderr_lines[@]}" 1
  assert_stderr --partial "in line 1"
}

@test "unknown fields of a layout are skipped" {
  local layout
  vmclockctl encode --layout rfc-3 >rfc-3.bin
  cp "$tai" vmclock-1.bin
  for layout in vmclock-1 rfc-3; do
    vmclockctl show --json "$layout.bin" | jq '.raw.migration_epoch = "0x1"' \
      >later.json
    reads_as "$layout.bin" later.json
    noted later.json raw.migration_epoch
  done
  # Of another layout, too.
  vmclockctl show --json "$tai" | jq '.raw.utc_time_sec = "1"' >later.json
  reads_as "$tai" later.json
  noted later.json raw.utc_time_sec
}

@test "the program notes nothing in its own documents" {
  local file
  live_report >host.json
  for file in "$REAL"/*.bin "$FIXTURES"/rules/*.hex; do
    # Some are not for show.
    vmclockctl show --json --counter 18446744073709551615 "$file" >own.json 2>err ||
      continue
    expect 0 show -F magic own.json
    refute_stderr
    vmclockctl dump --format json "$file" >own.json
    expect 0 show -F magic own.json
    refute_stderr
  done
  vmclockctl show --json "$rec" --at 1 >recorded.json
  vmclockctl dump --format json sim:steady >sim.json
  vmclockctl dump --format json --redact sim:disruption-only >none.json
  for file in host.json recorded.json sim.json none.json; do
    expect 0 show -F magic "$file"
    refute_stderr
  done
  vmclockctl record -n 2 --interval 1ms sim:steady >own.jsonl 2>err
  for file in own.jsonl "$FIXTURES"/recordings/*.jsonl "$FIXTURES"/rules/*.jsonl; do
    run --separate-stderr vmclockctl verify --json "$file"
    refute_stderr
  done
}

@test "every command that reads a SOURCE prints the note once for each" {
  vmclockctl show --json "$tai" | jq -c '.new = 1' >a.json
  vmclockctl show --json "$tai" | jq -c '.page.crc = 1' >b.json
  jq -c '.new = 1' "$rec" >a.jsonl
  local note="note: ignored what this version does not know, such as"
  expect 0 show a.json
  noted a.json new
  expect 0 dump --format hex a.json
  noted a.json new
  expect 0 encode --json --from a.json
  noted a.json new
  expect 0 encode --json a.json seq_count=4
  noted a.json new
  expect 0 encode --json <a.json
  noted "standard input" new
  expect 1 verify a.json
  noted a.json new
  expect 0 diff a.json b.json
  assert_stderr "vmclockctl: a.json: $note new
vmclockctl: b.json: $note page.crc"
  expect 1 verify --json a.json "$tai" b.json
  assert_stderr "vmclockctl: a.json: $note new
vmclockctl: b.json: $note page.crc"
  expect 0 watch a.jsonl
  assert_stderr --partial "vmclockctl: a.jsonl: $note new in line 1"
  assert_equal "$(grep -c note: <<<"$stderr")" 1
  expect 0 show - <a.jsonl
  noted "standard input" "new in line 1"
  expect 0 diff --at 1,1 a.jsonl
  noted a.jsonl "new in line 1"
  # Told when the second page is taken, if it is there.
  jq -c 'if .n == 3 then .new = 1 else . end' "$rec" >c.jsonl
  expect 0 show --at 1 c.jsonl
  refute_stderr
  expect 1 diff --at 1,3 c.jsonl
  noted c.jsonl "new in line 4"
  expect 1 diff --at 3,1 c.jsonl
  noted c.jsonl "new in line 4"
  # -q prints nothing.
  expect 1 verify -q a.json a.jsonl
  refute_output
  refute_stderr
}

@test "the arguments of encode accept nothing unknown" {
  vmclockctl show --json "$tai" | jq -c '.raw.new_field = 1' >a.json
  expect 2 encode --from a.json new_field=1
  assert_stderr --partial "new_field: not a field of layout vmclock-1"
  expect 2 encode --from a.json seq_count=new
}

@test "control characters of an unknown name do not reach the terminal" {
  # In a UTF-8 locale a letter stays as it is.
  local -x LC_ALL=C
  local name
  for name in 'a\u001b[31m\nb' '\u00e9' '\u2028' "$(printf 'x%.0s' {1..500})" ''; do
    vmclockctl show --json "$tai" | jq -c ".[\"$name\"] = 1" >a.json
    expect 0 show a.json
    assert_equal "${#stderr_lines[@]}" 1
    run -1 grep -nP '[^ -~]' <<<"$stderr"
    jq -c ".[\"$name\"] = 1" "$rec" >a.jsonl
    expect 0 show a.jsonl
    assert_equal "${#stderr_lines[@]}" 1
    run -1 grep -nP '[^ -~]' <<<"$stderr"
  done
}

@test "malformed members are still an error beside unknown ones" {
  vmclockctl show --json "$tai" | jq -c '.new = 1 | .raw.new = 1' >later.json
  local filter wanted
  while read -r wanted filter; do
    jq -c "$filter" later.json >bad.json
    expect 3 show bad.json
    refute_output
    assert_stderr --regexp "^vmclockctl: bad.json: $wanted: "
    assert_equal "${#stderr_lines[@]}" 1
  done <<'END'
raw.seq_count del(.raw.seq_count)
raw.seq_count .raw.seq_count = "2"
raw.seq_count .raw.seq_count = 4294967296
raw.seq_count .raw.seq_count = null
raw.vm_generation_counter del(.raw.vm_generation_counter)
page.hex .page.hex = "5g"
page.hex del(.page.hex)
page.length del(.page.length)
decoded del(.decoded)
time_reason .time_reason = 1
schema_version .schema_version = 2
END
  sed 's/"new":1/"new":1,"new":2/' later.json >bad.json
  expect 3 show bad.json
  assert_stderr --partial "duplicate object key"
}

@test "unknown words are accepted where nothing depends on them" {
  # What of a document is not read may say anything.
  vmclockctl show --json "$tai" | jq -c '.source.kind = "memory" |
    .source.format = "elf" | .time_reason = "asleep" |
    .decoded.clock_status = "holdover" | .decoded.flags += ["new"]' >later.json
  reads_as "$tai" later.json
  assert_equal "$stderr" ""
  jq -c '(select(.wake) | .wake) = "bell"' "$rec" >later.jsonl
  expect 1 verify later.jsonl
  noted later.jsonl 'wake "bell" in line 2'
  assert_equal "$(vmclockctl verify --json later.jsonl 2>err | jq .results)" \
    "$(vmclockctl verify --json "$rec" | jq .results)"
  jq -c '.wake = 1' "$rec" >bad.jsonl
  expect 3 show bad.jsonl
  assert_stderr "vmclockctl: bad.jsonl: line 2: wake: must be a string"
}

@test "an unknown layout cannot be decoded" {
  vmclockctl show --json "$tai" | jq -c '.layout = "vmclock-2"' >later.json
  for command in show verify "encode --from"; do
    # shellcheck disable=SC2086 # words on purpose
    expect 3 $command later.json
    assert_stderr 'vmclockctl: later.json: layout: this version knows no layout "vmclock-2"'
  done
}

@test "an unknown member in any object of a recording is skipped and noted" {
  local name line later number=0 count=0 text=()
  mapfile -t text <"$rec"
  vmclockctl record -n 1 sim:steady 2>err | head -n 1 >start
  vmclockctl dump --at 3 "$rec" >page.bin
  text[0]=$(<start)
  for line in "${text[@]}"; do
    number=$((number + 1))
    more_in_each <<<"$line" >cases
    while read -r name && read -r later; do
      {
        ((number == 1)) || printf '%s\n' "${text[@]:0:number-1}"
        printf '%s\n' "$later"
        printf '%s\n' "${text[@]:number}"
      } >later.jsonl
      expect 0 watch later.jsonl
      assert_stderr --partial "later.jsonl: note: ignored what this \
version does not know, such as $name in line $number
"
      assert_equal "$(grep -c note: <<<"$stderr")" 1
      vmclockctl dump --at 3 later.jsonl 2>err | cmp - page.bin
      count=$((count + 1))
    done <cases
  done
  ((count > 30)) || fail "$count cases only"
}

# Events without the numbers of their snapshots.
numberless() {
  sed -E 's/"(worst_maxerror_)?snapshot": [0-9]+, //g'
}

@test "lines of an unknown type are skipped, with any numbering or none" {
  local file=$FIXTURES/recordings/live-migration.jsonl events
  events=$(vmclockctl watch --all --json "$file" 2>err | tail -n +2 | numberless)
  jq -c '., if .n then {type: "comparison", offset_ns: 3, n} else empty end' \
    "$file" >own.jsonl
  jq -c '., {type: "comparison", offset_ns: 3}' "$file" >none.jsonl
  jq -c 'if .n then .n *= 2 | {type: "comparison", n: (.n - 1), schema: "new"}, .
    else . end' "$file" >shared.jsonl
  jq -c 'if .n then .n *= 3 | {type: "comparison", n: (.n - 2)},
    {type: "log", n: (.n - 1), "page": 1}, .  else . end' "$file" >two.jsonl
  for later in own none shared two; do
    expect 0 watch --all --json "$later.jsonl"
    assert_equal "$(tail -n +2 <<<"$output" | numberless)" "$events"
    assert_stderr --partial 'such as lines of type "comparison" in line'
    expect 0 verify "$later.jsonl"
    assert_line -n -1 "$later.jsonl: conformant"
    vmclockctl dump "$later.jsonl" 2>err | cmp - <(vmclockctl dump "$file")
  done
  # The number is that of the line.
  vmclockctl dump --at 6 shared.jsonl 2>err | cmp - <(vmclockctl dump --at 3 "$file")
  expect 2 show --at 5 shared.jsonl
  assert_stderr --partial "--at 5: shared.jsonl has no snapshot of this number"
  # A gap is one all the same.
  jq -c 'select(.n != 3)' own.jsonl >gap.jsonl
  expect 3 verify gap.jsonl
  assert_stderr --partial "n: 4 where 3 is expected"
  jq -c 'select(.n != 3)' shared.jsonl >gap.jsonl
  expect 3 verify gap.jsonl
  assert_stderr --partial "n: 4 where 3 is expected"
}

@test "after the end line only lines of an unknown type may follow" {
  { cat "$rec"; echo '{"type": "summary", "n": 1}'; } >later.jsonl
  expect 1 verify --json later.jsonl
  assert_json '.complete == true'
  noted later.jsonl "lines of type \"summary\" in line $(wc -l <later.jsonl)"
  { cat later.jsonl; tail -n 1 "$rec"; } >bad.jsonl
  expect 3 verify bad.jsonl
  assert_stderr --partial "continues after the end line"
}

@test "one byte-order mark before a document or a recording is skipped" {
  printf '\xef\xbb\xbf' >mark
  vmclockctl show --json "$tai" >show.json
  cat mark show.json >marked.json
  { cat mark; echo; jq . show.json; } >pretty.json
  cat mark "$rec" >marked.jsonl
  reads_as "$tai" marked.json
  reads_as "$tai" pretty.json
  expect 0 show --json - < <(cat marked.json)
  assert_json '.source.format == "json"'
  expect 1 verify marked.json
  assert_stderr ""
  expect 1 verify --json marked.jsonl
  assert_json '.source.format == "recording" and .complete == true'
  assert_equal "$(jq .results <<<"$output")" \
    "$(vmclockctl verify --json "$rec" | jq .results)"
  expect 0 watch marked.jsonl
  vmclockctl dump --at 1 marked.jsonl | cmp - <(vmclockctl dump --at 1 "$rec")
  # Lines are counted from the first.
  sed '3s/.$//' marked.jsonl >bad.jsonl
  expect 3 show bad.jsonl
  assert_stderr --partial "bad.jsonl: line 3: "
  cat mark marked.json >twice.json
  expect 3 show twice.json
  cat mark marked.jsonl >twice.jsonl
  expect 3 show twice.jsonl
  # Raw pages are bytes.
  cat mark "$tai" >page.bin
  expect 3 show page.bin
  expect 3 show mark
}

@test "a recording with a byte-order mark can be read from a pipe" {
  mkfifo pipe
  (
    printf '\xef\xbb\xbf'
    head -n 3 "$rec"
    exec sleep 20
  ) >pipe 3>&- &
  local writer=$!
  expect 0 show -F magic --at 1 pipe
  assert_output 1263289174
  kill "$writer"
}

@test "blank lines are accepted only at the end of a recording" {
  local end
  for end in '\n' '\n\n' '\r\n' '  ' ' \t\r\n\n  \n '; do
    # shellcheck disable=SC2059 # that is what it is for
    { cat "$rec"; printf "$end"; } >blank.jsonl
    expect 1 verify --json blank.jsonl
    assert_json '.complete == true'
    refute_stderr
    expect 0 show blank.jsonl
    expect 0 watch blank.jsonl
    refute_stderr --partial "cut"
    # shellcheck disable=SC2059
    { head -n 4 "$rec"; printf "$end"; } >blank.jsonl
    expect 0 verify --json blank.jsonl
    assert_json '.complete == false'
  done
  sed '3s/^/ \n/' "$rec" >blank.jsonl
  for command in show watch verify; do
    expect 3 "$command" blank.jsonl
    assert_stderr --partial \
      "blank.jsonl: line 3: a blank line that is not at the end"
  done
}

# cut_in FILE: what each form of verify and watch says of a recording cut off.
cut_in() {
  local said="the recording was cut off: it has no end line"
  expect 0 verify "$1"
  assert_line -n -2 "note: $said"
  assert_line -n -1 "$1: conformant"
  refute_stderr
  expect 0 verify --json "$1"
  assert_json '.complete == false and .conformant'
  expect 0 verify --format tap "$1"
  assert_line -n -2 "# $1: $said"
  expect 0 verify --format junit "$1"
  assert_line '      <property name="complete" value="false"/>'
  printf '%s\n' "$output" >out.xml
  run -0 xmllint --noout \
    --schema "$VMCLOCKCTL_SOURCE_ROOT/docs/schema/junit.xsd" out.xml
  expect 0 verify -q "$1"
  refute_output
  expect 0 watch "$1"
  assert_equal "${stderr_lines[-1]}" "0 events; the recording was cut off"
  expect 0 watch --json "$1"
  output=${lines[-1]}
  assert_json '.complete == false and .reason == "source"'
  expect 0 show -F magic "$1"
  refute_stderr
}

@test "a recording without unsettled_look_ns, of another writer, is judged as with it" {
  local story=$FIXTURES/recordings/live-migration.jsonl
  sed 's/, "unsettled_look_ns": [0-9]*//' "$story" >other.jsonl
  run -1 cmp -s "$story" other.jsonl
  vmclockctl verify -v "$story" | sed '$d' >wanted
  expect 0 verify -v other.jsonl
  assert_equal "$(sed '$d' <<<"$output")" "$(<wanted)"
  refute_stderr
}

@test "a recording that was cut off is read and reported as cut off" {
  local file=$FIXTURES/recordings/steady.jsonl
  # Without its end line, within it, within a snapshot.
  sed '$d' "$file" >cut.jsonl
  cut_in cut.jsonl
  head -c -10 "$file" >cut.jsonl
  cut_in cut.jsonl
  head -n 4 "$file" | head -c -200 >cut.jsonl
  cut_in cut.jsonl
  # An end line without its newline is one.
  head -c -1 "$file" >whole.jsonl
  for file in "$file" whole.jsonl; do
    expect 0 verify "$file"
    refute_output --partial "cut off"
    expect 0 verify --json "$file"
    assert_json '.complete == true'
    expect 0 verify --format tap "$file"
    refute_output --partial "cut off"
    expect 0 verify --format junit "$file"
    assert_line '      <property name="complete" value="true"/>'
    expect 0 watch --json "$file"
    output=${lines[-1]}
    assert_json '.complete == true'
    refute_stderr --partial "cut off"
  done
}

@test "complete is null if no recording was read to its end" {
  expect 1 verify --json "$tai"
  assert_json 'has("complete") and .complete == null'
  expect 0 verify --json --duration 10ms sim:steady
  assert_json '.complete == null'
  expect 1 verify --format junit "$tai"
  refute_output --partial "<propert"
  expect 0 watch --json --all -n 1 "$FIXTURES/recordings/steady.jsonl"
  output=${lines[-1]}
  assert_json '.reason == "count" and has("complete") and .complete == null'
  expect 0 watch --json -n 1 --all sim:steady
  output=${lines[-1]}
  assert_json '.complete == null'
}
