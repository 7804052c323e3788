#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The JSON that scripts rely on.

# shellcheck disable=SC2016 # jq's variables

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  tai=$REAL/host-tai-synchronized.bin
  boot=$REAL/qemu-10.0.2-boot.bin
}

# whole: $output is the document on stdin, tool.version apart.
whole() {
  diff <(jq . ) <(jq '.tool.version |= "x"' <<<"$output")
}

@test "a page with only the disruption signal has exactly the expected document" {
  expect 0 show --json - <"$boot"
  assert_json '.tool.version | test("^[0-9]+[.][0-9]+[.][0-9]+$")'
  run -0 jq '.source.path = "x"' <<<"$output"
  whole <<'END'
{"schema": "vmclockctl/show", "schema_version": 1,
 "tool": {"name": "vmclockctl", "version": "x"},
 "source": {"kind": "stdin", "format": "raw", "path": "x"},
 "layout": "vmclock-1",
 "page": {"length": 4096, "hex": "56434c4b001000000100ff000200000001"},
 "raw": {"magic": 1263289174, "size": 4096, "version": 1, "counter_id": 255,
   "time_type": 0, "seq_count": 2, "disruption_marker": "0x0000000000000001",
   "flags": "0x0000000000000000", "pad": "0000", "clock_status": 0,
   "leap_second_smearing_hint": 0, "tai_offset_sec": 0, "leap_indicator": 0,
   "counter_period_shift": 0, "counter_value": "0",
   "counter_period_frac_sec": "0x0000000000000000",
   "counter_period_esterror_rate_frac_sec": "0x0000000000000000",
   "counter_period_maxerror_rate_frac_sec": "0x0000000000000000",
   "time_sec": "0", "time_frac_sec": "0x0000000000000000",
   "time_esterror_nanosec": "0", "time_maxerror_nanosec": "0",
   "vm_generation_counter": "0x0000000000000000"},
 "decoded": {"counter_id": "invalid", "time_type": "utc",
   "clock_status": "unknown", "leap_second_smearing_hint": "strict",
   "leap_indicator": "none", "flags": [],
   "flags_unknown": "0x0000000000000000", "tai_minus_utc_s": null,
   "tai_offset_sign": null, "period_ns": null, "frequency_hz": null,
   "period_esterror_ppb": null, "period_maxerror_ppb": null,
   "reference_utc": null, "time_available": false},
 "counter": null, "time": null, "time_reason": "no-clock"}
END
}

@test "a page with a clock and a counter has exactly the expected document" {
  cp "$tai" page.bin
  expect 0 show --json --counter 19253658472 page.bin
  whole <<'END'
{"schema": "vmclockctl/show", "schema_version": 1,
 "tool": {"name": "vmclockctl", "version": "x"},
 "source": {"kind": "file", "format": "raw", "path": "page.bin"},
 "layout": "vmclock-1",
 "page": {"length": 4096, "hex": "56434c4b0010000001000101403e210001000000000000007900000000000000000002002500001e6803357b0400000097a5b436415f70894646f50e17000000689784265cc2010095e1006b00000000159fc8b4b254c9fde80300000000000050c3"},
 "raw": {"magic": 1263289174, "size": 4096, "version": 1, "counter_id": 1,
   "time_type": 1, "seq_count": 2178624,
   "disruption_marker": "0x0000000000000001", "flags": "0x0000000000000079",
   "pad": "0000", "clock_status": 2, "leap_second_smearing_hint": 0,
   "tai_offset_sec": 37, "leap_indicator": 0, "counter_period_shift": 30,
   "counter_value": "19246941032",
   "counter_period_frac_sec": "0x89705f4136b4a597",
   "counter_period_esterror_rate_frac_sec": "0x000000170ef54646",
   "counter_period_maxerror_rate_frac_sec": "0x0001c25c26849768",
   "time_sec": "1795219861", "time_frac_sec": "0xfdc954b2b4c89f15",
   "time_esterror_nanosec": "1000", "time_maxerror_nanosec": "50000",
   "vm_generation_counter": "0x0000000000000000"},
 "decoded": {"counter_id": "x86-tsc", "time_type": "tai",
   "clock_status": "synchronized", "leap_second_smearing_hint": "strict",
   "leap_indicator": "none", "flags": ["tai-offset-valid",
     "period-esterror-valid", "period-maxerror-valid", "time-esterror-valid",
     "time-maxerror-valid"],
   "flags_unknown": "0x0000000000000000", "tai_minus_utc_s": 37,
   "tai_offset_sign": "utc-to-tai", "period_ns": 0.5,
   "frequency_hz": 2000000000, "period_esterror_ppb": 9.99999999992,
   "period_maxerror_ppb": 50000,
   "reference_utc": "2026-11-21T00:10:24.991353314Z",
   "time_available": true},
 "counter": "19253658472",
 "time": {"sec": "1795219861", "nsec": 994712034, "esterror_ns": 1001,
   "maxerror_ns": 50168,
   "earliest": {"sec": "1795219861", "nsec": 994661867},
   "latest": {"sec": "1795219861", "nsec": 994762203},
   "utc": "2026-11-21T00:10:24.994712034Z",
   "tai": "2026-11-21T00:11:01.994712034"},
 "time_reason": null}
END
}

@test "fields missing from a page cut short are null, never zero" {
  head -c 36 "$tai" >page.bin
  expect 0 show --json page.bin
  whole <<'END'
{"schema": "vmclockctl/show", "schema_version": 1,
 "tool": {"name": "vmclockctl", "version": "x"},
 "source": {"kind": "file", "format": "raw", "path": "page.bin"},
 "layout": "vmclock-1",
 "page": {"length": 36, "hex": "56434c4b0010000001000101403e210001000000000000007900000000000000000002"},
 "raw": {"magic": 1263289174, "size": 4096, "version": 1, "counter_id": 1,
   "time_type": 1, "seq_count": 2178624,
   "disruption_marker": "0x0000000000000001", "flags": "0x0000000000000079",
   "pad": "0000", "clock_status": 2, "leap_second_smearing_hint": 0,
   "tai_offset_sec": null, "leap_indicator": null,
   "counter_period_shift": null, "counter_value": null,
   "counter_period_frac_sec": null,
   "counter_period_esterror_rate_frac_sec": null,
   "counter_period_maxerror_rate_frac_sec": null,
   "time_sec": null, "time_frac_sec": null, "time_esterror_nanosec": null,
   "time_maxerror_nanosec": null, "vm_generation_counter": null},
 "decoded": {"counter_id": "x86-tsc", "time_type": "tai",
   "clock_status": "synchronized", "leap_second_smearing_hint": "strict",
   "leap_indicator": null, "flags": ["tai-offset-valid",
     "period-esterror-valid", "period-maxerror-valid", "time-esterror-valid",
     "time-maxerror-valid"],
   "flags_unknown": "0x0000000000000000", "tai_minus_utc_s": null,
   "tai_offset_sign": null, "period_ns": null, "frequency_hz": null,
   "period_esterror_ppb": null, "period_maxerror_ppb": null,
   "reference_utc": null, "time_available": false},
 "counter": null, "time": null, "time_reason": "no-clock"}
END
}

@test "the type of a raw value depends on the field's width, never on the value" {
  local page
  for page in "$REAL"/*.bin "$(patched "$tai" 0x08 "$(printf 'ff%.0s' {1..104})")"; do
    expect 0 show --json "$page"
    assert_json '.raw | [.magic, .size, .version, .counter_id, .time_type,
      .seq_count, .clock_status, .leap_second_smearing_hint, .tai_offset_sec,
      .leap_indicator, .counter_period_shift] |
      all(type == "number" and . == floor)'
    assert_json '.raw | [.disruption_marker, .flags, .vm_generation_counter,
      .counter_period_frac_sec, .counter_period_esterror_rate_frac_sec,
      .counter_period_maxerror_rate_frac_sec, .time_frac_sec] |
      all(test("^0x[0-9a-f]{16}$"))'
    assert_json '.raw | [.counter_value, .time_sec, .time_esterror_nanosec,
      .time_maxerror_nanosec] | all(test("^(0|[1-9][0-9]*)$"))'
    assert_json '.raw.pad | test("^[0-9a-f]{4}$")'
    assert_json '.raw | length == 23'
  done
  assert_json '.raw.counter_value == "18446744073709551615"'
  assert_json '.raw.tai_offset_sec == -1 and .raw.seq_count == 4294967295'
}

@test "raw numbers are written as integers" {
  expect 0 show --json "$tai"
  assert_output --partial '"magic": 1263289174,'
  assert_output --partial '"seq_count": 2178624,'
}

@test "enumerations have exactly their names" {
  local value=0 want
  for want in arm-vcnt x86-tsc "unknown(2)"; do
    expect 0 show --json "$(patched "$tai" 0x0a "0$value")"
    assert_json '.decoded.counter_id == $want' --arg want "$want"
    value=$((value + 1))
  done
  value=0
  for want in utc tai monotonic invalid-smeared invalid-maybe-smeared \
    "unknown(5)"; do
    expect 0 show --json "$(patched "$tai" 0x0b "0$value")"
    assert_json '.decoded.time_type == $want' --arg want "$want"
    value=$((value + 1))
  done
  value=0
  for want in unknown initializing synchronized freerunning unreliable \
    "unknown(5)"; do
    expect 0 show --json "$(patched "$tai" 0x22 "0$value")"
    assert_json '.decoded.clock_status == $want' --arg want "$want"
    value=$((value + 1))
  done
  value=0
  for want in strict noon-linear utc-sls "unknown(3)"; do
    expect 0 show --json "$(patched "$tai" 0x23 "0$value")"
    assert_json '.decoded.leap_second_smearing_hint == $want' --arg want "$want"
    value=$((value + 1))
  done
  value=0
  for want in none pre-pos pre-neg pos post-pos post-neg "unknown(6)"; do
    expect 0 show --json "$(patched "$tai" 0x26 "0$value")"
    assert_json '.decoded.leap_indicator == $want' --arg want "$want"
    value=$((value + 1))
  done
  expect 0 show --json "$(patched "$tai" 0x0a ff 0x22 ff)"
  assert_json '.decoded.counter_id == "invalid" and
    .decoded.clock_status == "unknown(255)"'
}

@test "each flag has its name" {
  local bit
  local names=(tai-offset-valid disruption-soon disruption-imminent
    period-esterror-valid period-maxerror-valid time-esterror-valid
    time-maxerror-valid time-monotonic vm-gen-counter-present
    notification-present)
  for bit in "${!names[@]}"; do
    expect 0 show --json \
      "$(patched "$tai" 0x18 "$(printf '%02x%02x' $((1 << bit & 255)) $((1 << bit >> 8)))")"
    assert_json '.decoded.flags == [$name] and
      .decoded.flags_unknown == "0x0000000000000000"' --arg name "${names[bit]}"
  done
}

@test "flags without a name are in flags_unknown" {
  expect 0 show --json "$(patched "$tai" 0x18 ffffffffffffffff)"
  assert_json '.decoded.flags_unknown == "0xfffffffffffffc00"'
  assert_json '.decoded.flags | length == 10'
}

@test "the sign of the TAI offset is reported" {
  expect 0 show --json "$(patched "$tai" 0x24 dbff)"
  assert_json '.decoded.tai_offset_sign == "tai-to-utc" and
    .decoded.tai_minus_utc_s == 37'
  expect 0 show --json "$tai"
  assert_json '.decoded.tai_offset_sign == "utc-to-tai" and
    .decoded.tai_minus_utc_s == 37'
  expect 0 show --json "$(patched "$tai" 0x24 0000)"
  assert_json '.decoded.tai_offset_sign == null and
    .decoded.tai_minus_utc_s == 0'
  expect 0 show --json "$(patched "$tai" 0x24 0080)"
  assert_json '.decoded.tai_offset_sign == "tai-to-utc" and
    .decoded.tai_minus_utc_s == 32768'
  # Not valid: nothing derived, the raw value stands.
  expect 0 show --json "$(patched "$tai" 0x18 78)"
  assert_json '.decoded.tai_offset_sign == null and
    .decoded.tai_minus_utc_s == null and .raw.tai_offset_sec == 37'
}

@test "real numbers have 12 significant digits" {
  # 24 MHz, as section 3 of the facts writes it.
  expect 0 show --json "$(patched "$tai" 0x27 18 0x30 f28c909407fcf4b2)"
  assert_output --regexp '"period_ns": 41\.6666666667[,}]'
  assert_output --regexp '"frequency_hz": 24000000(\.0)?[,}]'
  # 1/3 ppb of a period of 2^64 - 1.
  expect 0 show --json "$(patched "$tai" 0x27 00 0x30 ffffffffffffffff \
    0x38 0000000000000040 0x40 0000000000000000)"
  assert_output --regexp '"period_ns": 1000000000(\.0)?[,}]'
  assert_output --regexp '"frequency_hz": 1(\.0)?[,}]'
  assert_output --regexp '"period_esterror_ppb": 250000000(\.0)?[,}]'
}

@test "a period with any shift gives a frequency" {
  # 2^-64 * 2^-255 s.
  expect 0 show --json "$(patched "$tai" 0x27 ff 0x30 0100000000000000)"
  assert_json '.decoded.frequency_hz > 1.0e96 and .decoded.frequency_hz < 1.1e96'
  assert_json '.decoded.period_ns > 9e-88 and .decoded.period_ns < 9.5e-88'
}

@test "values derived from an error whose flag is not set are null" {
  expect 0 show --json "$(patched "$tai" 0x18 01)"
  assert_json '.decoded.period_esterror_ppb == null and
    .decoded.period_maxerror_ppb == null'
  assert_json '.raw.counter_period_maxerror_rate_frac_sec == "0x0001c25c26849768"'
}

@test "an unreliable clock gives no derived numbers" {
  expect 0 show --json --counter 1 "$REAL/host-tai-unreliable.bin"
  assert_json '.decoded | .period_ns == null and .frequency_hz == null and
    .reference_utc == null and .period_maxerror_ppb == null'
  assert_json '.counter == "1" and .time == null and .time_reason == "status"'
  assert_json '.raw.time_sec == "1795219826"'
}

@test "integers beyond 2^53 - 1 are null and marked as overflow" {
  local counter=19246941032
  expect 0 show --json --counter $counter "$(patched "$tai" 0x60 ffffffffffff1f00)"
  assert_json '.time.maxerror_ns == 9007199254740991 and
    (.time | has("overflow") | not)'
  expect 0 show --json --counter $counter "$(patched "$tai" 0x60 0000000000002000)"
  assert_json '.time.maxerror_ns == null and .time.overflow == true'
  assert_json '.time.esterror_ns == 1000 and .time_reason == null'
  expect 0 show --json --counter $counter "$(patched "$tai" 0x58 ffffffffffffffff)"
  assert_json '.time.esterror_ns == null and .time.overflow == true'
}

@test "times have nine digits, with Z for UTC and no zone for TAI" {
  expect 0 show --json --counter 19246941032 "$(patched "$tai" 0x50 0000000000000000)"
  assert_json '.time.utc == "2026-11-21T00:10:24.000000000Z"'
  assert_json '.time.tai == "2026-11-21T00:11:01.000000000"'
  assert_json '.decoded.reference_utc == "2026-11-21T00:10:24.000000000Z"'
}

@test "every document is one line of ASCII" {
  cp "$tai" $'\xc3\xa9t\xc3\xa9.bin'
  expect 0 show --json $'\xc3\xa9t\xc3\xa9.bin'
  assert_equal "${#lines[@]}" 1
  run -1 grep -P '[^ -~]' <<<"$output"
  expect 0 show --json $'\xc3\xa9t\xc3\xa9.bin'
  assert_json '.source.path == "\u00e9t\u00e9.bin"'
}

@test "a path that is not UTF-8 still gives a document" {
  cp "$tai" $'\xff\xfe.bin'
  expect 0 show --json $'\xff\xfe.bin'
  assert_json '.source.path | endswith(".bin")'
  expect 3 show --json $'\xff\xfe-not-there'
  assert_json '.error.errno == 2'
}

# failure STATUS SCHEMA CODE ARGUMENT...: an error document, and words on stderr.
failure() {
  local wanted=$1 schema=$2 code=$3
  shift 3
  expect "$wanted" "$@"
  assert_json '(keys - ["source"] == ["error", "schema", "schema_version"]) and
    .schema == "vmclockctl/" + $schema and .schema_version == 1 and
    (.error | keys == ["code", "errno", "message"]) and
    .error.code == $code and (.error.message | length > 0) and
    (.error.errno | . == null or type == "number")' \
    --arg schema "$schema" --arg code "$code"
  assert_stderr --regexp '^vmclockctl: '
}

@test "an error document has the SOURCE that was named" {
  local command name=$'\xc3\xa9t\xc3\xa9.none'
  for command in show dump watch record compare verify; do
    failure 3 "$command" cannot-open "$command" --json "$name"
    assert_json '.source == {path: "\u00e9t\u00e9.none"}'
  done
  failure 3 show not-a-page show --json - <<<x
  assert_json '.source.path == "-"'
  expect 3 verify --json "$tai" "$name" "$tai"
  assert_equal "$(jq -rc '[.source.path, .error.code]' <<<"$output")" \
    "$(printf '["%s",%s]\n' "$tai" null "$name" '"cannot-open"' "$tai" null)"
  # Of none that was named, of two, and of the words of the command line.
  failure 3 verify no-device verify --json --root .
  assert_json 'has("source") | not'
  failure 3 diff cannot-open diff --json "$tai" "$name"
  assert_json 'has("source") | not'
  failure 2 show usage show --json --conter 5 "$tai"
  assert_json 'has("source") | not'
  expect 3 verify --format tap --root .
  assert_line --partial "the device: not checked"
}

@test "a usage error gives an error document and status 2" {
  failure 2 show usage show --json --conter 5 "$tai"
  failure 2 show usage --conter 5 --json "$tai"
  failure 2 show usage show --counter x --json "$tai"
  failure 2 dump usage dump --json "$tai" "$tai"
  failure 2 encode usage encode --json nonsense=1
  failure 2 encode usage encode --json seq_count=4294967296
  failure 2 diff usage diff --json "$tai"
  failure 2 list usage list --json nonsense
  failure 2 show usage shwo --json
}

@test "--format json gives an error document as --json does" {
  local command
  for command in show dump verify; do
    failure 3 "$command" cannot-open "$command" --format json nowhere
  done
  failure 2 show usage show --format json --at 2 --live "$tai"
  # A command that knows JSON alone was not asked for it.
  expect 3 record nowhere
  refute_output
}

@test "a bad source gives an error document and status 3" {
  echo "this is no page, though it is long enough" >text
  echo '{' >broken.json
  printf '00000000: 5643 4c4' >broken.txt
  failure 3 show cannot-open show --json nowhere
  assert_json '.error.errno == 2 and (.error.message | test("nowhere"))'
  failure 3 show cannot-open show --json .
  assert_json '.error.errno == 21'
  failure 3 show not-a-page show --json text
  assert_json '.error.errno == null'
  failure 3 show damaged show --json broken.json
  failure 3 show damaged show --json broken.txt
  failure 3 diff not-a-page diff --json "$tai" text
  failure 3 encode damaged encode --json broken.json
  failure 3 show no-device show --json --root "$BATS_TEST_TMPDIR"
}

@test "an output that cannot be written gives an error document and status 4" {
  local command
  failure 4 show write show --json -o /dev/full "$tai"
  assert_json '.error.errno == 28'
  failure 4 list write list fields --json -o /dev/full
  failure 4 show write show --json -o "$BATS_TEST_TMPDIR" "$tai"
  assert_json '.error.message | test(": is a directory; left as it is$")'
  failure 4 show write show --json -o none/page.json "$tai"
  failure 4 simulate write simulate steady --json --record none/recording
  failure 4 simulate write simulate steady --json --publish none/page
  for command in dump encode; do
    failure 4 "$command" write "$command" --json -o /dev/full "$tai"
  done
  expect 4 watch --json -o /dev/full "$FIXTURES/recordings/steady.jsonl"
  assert_json '.schema == "vmclockctl/watch" and .error.code == "write"'
  failure 4 record write record --json -o none/recording sim:steady
  # Where standard output is what failed, there is no place for one.
  status=0
  vmclockctl show --json "$tai" >/dev/full 2>stderr || status=$?
  assert_equal "$status $(<stderr)" "4 vmclockctl: standard output: cannot \
write: No space left on device"
}

@test "pages that differ give status 1 and a document without an error" {
  expect 1 diff --json "$tai" "$boot"
  assert_json '.schema == "vmclockctl/diff" and (has("error") | not)'
}
