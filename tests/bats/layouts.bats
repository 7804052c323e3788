#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The older layouts, what tells them apart, and fields that are not there.

# shellcheck disable=SC2016 # jq's variables

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  tai=$REAL/host-tai-synchronized.bin
  pages=$VMCLOCKCTL_SOURCE_ROOT/tests/bats/pages.py
}

# rfc3 FIELD=VALUE...: a usable page of RFC v3, two ticks a second; counter 1000
# is 2024-07-01T00:00:00Z.
rfc3() {
  vmclockctl encode --layout rfc-3 counter_id=x86-tsc clock_status=synchronized \
    tai_offset_sec=-37 flags=tai-offset-valid counter_value=1000 \
    counter_period_frac_sec=0x8000000000000000 utc_time_sec=1719792000 |
    vmclockctl encode - "$@" >rfc3.bin
}

@test "a hand-made page of RFC v3 is decoded byte by byte" {
  # size and version of 16 bits, then seq_count of 64.
  {
    echo 56434c4b 5800 0100 0400010000000000 1100000000000000
    echo dbff 1900 02 01 03 01 2000000000000000 2800000000000000
    echo 3000000000000000 3800000000000000 4000000000000000
    echo 4800000000000000 5000000000000000
  } | xxd -r -p >page.bin
  assert_equal "$(stat -c %s page.bin)" 88
  expect 0 show --json page.bin
  assert_json '.layout == "rfc-3" and .raw == {magic: 1263289174, size: 88,
    version: 1, seq_count: "65540", disruption_marker: "0x0000000000000011",
    tai_offset_sec: -37, flags: 25, clock_status: 2, counter_id: 1,
    counter_period_shift: 3, leapsecond_direction: 1,
    leapsecond_tai_sec: "32", counter_value: "40", utc_time_sec: "48",
    utc_time_frac_sec: "0x0000000000000038",
    counter_period_frac_sec: "0x0000000000000040",
    counter_period_error_rate_frac_sec: "0x0000000000000048",
    utc_time_maxerror_picosec: "80"}'
  assert_json '.decoded | .counter_id == "x86-tsc" and .time_type == "utc" and
    .clock_status == "synchronized" and .tai_minus_utc_s == 37 and
    .tai_offset_sign == null and .time_available and
    .flags == ["tai-offset-valid", "utc-maxerror-valid",
      "utc-period-error-valid"]'
  expect 0 show page.bin
  assert_output --partial "rfc-3"
  assert_line --regexp '^0x30 utc_time_sec +48 '
}

@test "an rfc-3 page shows its time in UTC" {
  rfc3
  expect 0 show --json --counter 1003 rfc3.bin
  assert_json '.time_reason == null and .time.sec == "1719792001" and
    .time.nsec == 500000000 and .time.utc == "2024-07-01T00:00:01.500000000Z" and
    .time.tai == "2024-07-01T00:00:38.500000000" and
    .time.maxerror_ns == null and .time.esterror_ns == null'
  expect 0 show --counter 1003 rfc3.bin
  assert_line --regexp '^UTC +2024-07-01T00:00:01\.500000000Z$'
}

@test "either sign of an rfc-3 offset gives the same times" {
  rfc3 tai_offset_sec=37
  expect 0 show --json --counter 1003 rfc3.bin
  assert_json '.time.utc == "2024-07-01T00:00:01.500000000Z" and
    .time.tai == "2024-07-01T00:00:38.500000000" and
    .decoded.tai_offset_sign == null and .decoded.tai_minus_utc_s == 37'
  # RFC v3 gave it no sign that could be wrong.
  expect 0 show rfc3.bin
  refute_output --partial "wrong sign"
  rfc3 flags=none
  expect 0 show --json --counter 1003 rfc3.bin
  assert_json '.time.utc == "2024-07-01T00:00:01.500000000Z" and .time.tai == null'
}

@test "UTC of an rfc-3 page is a second less after the leap second at its date" {
  local counter utc
  # 23:59:50 on 31 December 2016; two ticks a second.
  rfc3 tai_offset_sec=36 leapsecond_direction=positive utc_time_sec=1483228790 \
    leapsecond_tai_sec=1483228836
  while read -r counter utc; do
    expect 0 show --json --counter "$counter" rfc3.bin
    assert_json ".time.utc == \"$utc\""
  done <<<"1019 2016-12-31T23:59:59.500000000Z
1020 2016-12-31T23:59:60.000000000Z
1022 2017-01-01T00:00:00.000000000Z
1024 2017-01-01T00:00:01.000000000Z"
}

@test "picoseconds of an rfc-3 page are rounded up to nanoseconds" {
  local picoseconds nanoseconds
  while read -r picoseconds nanoseconds; do
    rfc3 utc_time_maxerror_picosec="$picoseconds" \
      flags=utc-maxerror-valid,utc-period-error-valid
    expect 0 show --json --counter 1000 rfc3.bin
    assert_json '.time.maxerror_ns == ($want | tonumber)' --arg want "$nanoseconds"
  done <<'END'
0 0
1 1
999 1
1000 1
1001 2
9007199254740991000 9007199254740991
END
}

@test "bounds of an rfc-3 page need both flags" {
  rfc3 utc_time_maxerror_picosec=7000 \
    counter_period_error_rate_frac_sec=0x4000000000000000 \
    flags=utc-maxerror-valid,utc-period-error-valid
  expect 0 show --json --counter 1010 rfc3.bin
  assert_json '.time.maxerror_ns == 2500000007 and
    .time.earliest == {sec: "1719792002", nsec: 499999993} and
    .time.latest == {sec: "1719792007", nsec: 500000007}'
  local flag
  for flag in utc-maxerror-valid utc-period-error-valid; do
    rfc3 flags=$flag
    expect 0 show --json --counter 1010 rfc3.bin
    assert_json '.time | .maxerror_ns == null and .earliest == null and
      .latest == null'
  done
}

@test "an rfc-3 page is usable with counter 1 or 2, status 2 or 3, a period, an even seq_count" {
  local change
  for change in counter_id=x86-tsc counter_id=arm-vcnt \
    clock_status=synchronized clock_status=freerunning seq_count=2; do
    rfc3 "$change"
    expect 0 show --json --counter 1003 rfc3.bin
    assert_json '.layout == "rfc-3" and .decoded.time_available == true and
      .time != null'
  done
  while read -r change reason; do
    rfc3 "$change"
    expect 0 show --json --counter 1003 rfc3.bin
    assert_json '.layout == "rfc-3" and .decoded.time_available == false and
      .time == null and .time_reason == $reason' --arg reason "$reason"
  done <<'END'
counter_id=invalid no-clock
counter_period_frac_sec=0 no-clock
clock_status=unknown status
clock_status=initializing status
clock_status=unreliable status
seq_count=3 update-in-progress
END
}

@test "an rfc-3 page has its own names of values" {
  rfc3 counter_id=arm-vcnt leapsecond_direction=negative \
    flags=disruption-soon,disruption-imminent
  expect 0 show --json rfc3.bin
  assert_json '.raw.counter_id == 2 and .decoded.counter_id == "arm-vcnt" and
    .raw.leapsecond_direction == -1 and
    .decoded.flags == ["disruption-soon", "disruption-imminent"]'
}

@test "an rfc-3 page without a clock has only the disruption signal" {
  vmclockctl encode --layout rfc-3 disruption_marker=1 -o rfc3.bin
  expect 0 show rfc3.bin
  run -0 tr -s '\n ' '  ' <<<"$output"
  assert_output --partial "only the disruption signal"
}

@test "fields of an rfc-3 page beyond the dump are null" {
  rfc3
  truncate -s 64 rfc3.bin
  expect 0 show --json --counter 1003 rfc3.bin
  assert_json '.raw.utc_time_frac_sec == "0x0000000000000000" and
    .raw.counter_period_frac_sec == null and
    .raw.counter_period_error_rate_frac_sec == null and
    .raw.utc_time_maxerror_picosec == null and .time_reason == "no-clock"'
}

@test "rfc-3 pages fit 80 columns" {
  rfc3 flags=31 counter_value=18446744073709551615 seq_count=4294967296 \
    leapsecond_tai_sec=18446744073709551615 \
    utc_time_maxerror_picosec=18446744073709551615
  vmclockctl show rfc3.bin >out
  vmclockctl show --counter 0 rfc3.bin >>out
  vmclockctl show --hex rfc3.bin >>out
  rfc3 flags=0 counter_value=18446744073709551615
  vmclockctl show rfc3.bin >>out
  run -1 grep -nE '.{81}' out
}

@test "a page of 64 KiB or more with valid version and identifiers is vmclock-1" {
  expect 0 show --json "$(patched "$tai" 0x04 00100100)"
  assert_json '.layout == "vmclock-1" and .raw.size == 69632'
  expect 0 show --json "$(patched "$tai" 0x04 00100100 0x0a ff04)"
  assert_json '.layout == "vmclock-1" and .raw.counter_id == 255'
}

@test "an rfc-3 page whose seq_count looks like version and ids is taken for vmclock-1" {
  rfc3 seq_count=1
  expect 0 show --json rfc3.bin
  assert_json '.layout == "vmclock-1"'
}

@test "one identifier unknown to vmclock-1 makes a page rfc-3" {
  # 0x0a: 2 is no counter; 0x0b: 5 is no time type; 0x08: version 2.
  local seq
  for seq in 0x00020001 0x05000001 0x00000002 0x00010000; do
    rfc3 seq_count=$seq
    expect 0 show --json rfc3.bin
    assert_json '.layout == "rfc-3"'
  done
}

@test "other sizes of vmclock-1 are not taken for rfc-3" {
  local size
  for size in 00000000 58000000 ffff0000 00000200 ffffffff; do
    expect 0 show --json "$(patched "$tai" 0x04 $size)"
    assert_json '.layout == "vmclock-1"'
  done
}

@test "the first posting and the draft are recognised as pre-release layouts" {
  # The first: status 2 at 0x18, counter 1 at 0x19. The draft: seq_count and
  # flags of 32 bits, status at 0x18.
  {
    echo 56434c4b 7000 0100 0400000000000000 0700000000000000 0201
    printf '00%.0s' {1..86}
  } | xxd -r -p >first.bin
  {
    echo 56434c4b 7000 0100 04000000 01000000 0700000000000000 0201 0000
    echo 00001e00
    printf '55%.0s' {1..80}
  } | xxd -r -p >draft.bin
  local page
  for page in first.bin draft.bin; do
    expect 0 show --json --counter 1 $page
    assert_json '.layout == "pre-release" and .time == null and
      .time_reason == "no-clock" and .decoded.time_available == false'
    assert_json '.raw == {magic: 1263289174, size: 112, version: 1,
      disruption_marker: "0x0000000000000007"}'
    expect 0 show $page
    assert_output --partial "pre-release"
  done
}

@test "a pre-release page keeps all its bytes" {
  {
    echo 56434c4b 7000 0100 0400000000000000 0700000000000000 0201
    printf 'aa%.0s' {1..86}
  } | xxd -r -p >first.bin
  vmclockctl show --json first.bin | vmclockctl encode >again.bin
  cmp first.bin again.bin
  vmclockctl dump first.bin >again.bin
  cmp first.bin again.bin
}

@test "a page of any size has just the fields it covers, the others never as zero" {
  local page
  python3 "$pages" sizes . "$tai"
  for page in size-*.bin; do
    vmclockctl show --json "$page" >"${page%.bin}.json"
  done
  run -0 python3 "$pages" check .
  assert_line "116 documents, 0 complaints"
}

@test "a page of any length from 32 on has just the fields it covers" {
  local page
  python3 "$pages" cuts . "$tai"
  for page in cut-*.bin; do
    [[ $page < cut-032.bin ]] ||
      vmclockctl show --json "$page" >"${page%.bin}.json"
  done
  run -0 python3 "$pages" check .
  assert_line "81 documents, 0 complaints"
}

@test "the flag of an absent field gives it no value" {
  # size 0x24: tai_offset_sec is just beyond.
  expect 0 show --json "$(patched "$tai" 0x04 24000000)"
  assert_json '.raw.tai_offset_sec == null and .decoded.tai_minus_utc_s == null
    and .decoded.tai_offset_sign == null'
  # size 0x60: there is no maximum error, and the estimate is there.
  expect 0 show --json --counter 19246941032 "$(patched "$tai" 0x04 60000000)"
  assert_json '.time | .esterror_ns == 1000 and .maxerror_ns == null and
    .earliest == null and .latest == null'
}

@test "bytes within size that belong to no field are no error" {
  expect 0 show "$(patched "$tai" 0x70 ffffffffffffffff)"
  assert_output --partial synchronized
}
