#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The time that a page shows. Most pages here tick twice a second, so that every
# expected time can be had by counting on one's fingers:
#
#   1483228800 is 2017-01-01T00:00:00Z, a leap second before it; TAI - UTC was
#   36 s until then.

# shellcheck disable=SC2016 # jq's variables

load helper

setup_file() {
  # Counter 1000 is 2016-12-31T23:59:57Z.
  "$VMCLOCKCTL" encode counter_id=x86-tsc time_type=utc \
    clock_status=synchronized flags=tai-offset-valid tai_offset_sec=-36 \
    counter_value=1000 counter_period_frac_sec=0x8000000000000000 \
    time_sec=1483228797 -o "$BATS_FILE_TMPDIR/utc.bin"
  "$VMCLOCKCTL" encode "$BATS_FILE_TMPDIR/utc.bin" time_type=tai \
    time_sec=1483228833 -o "$BATS_FILE_TMPDIR/tai.bin"
  "$VMCLOCKCTL" encode "$BATS_FILE_TMPDIR/utc.bin" tai_offset_sec=-37 \
    flags=tai-offset-valid,time-maxerror-valid,period-maxerror-valid,time-esterror-valid,period-esterror-valid \
    time_sec=1000 -o "$BATS_FILE_TMPDIR/errors.bin"
}

setup() {
  cd "$BATS_FILE_TMPDIR" || return
}

# Leaves in $output what is shown of BASE, with fields changed, at COUNTER.
at() {
  local base=$1 counter=$2
  shift 2
  vmclockctl encode "$base" "$@" >"$BATS_TEST_TMPDIR/page.bin"
  expect 0 show --json --counter "$counter" "$BATS_TEST_TMPDIR/page.bin"
}

# tells SEC NSEC [UTC [TAI]]; null for none.
tells() {
  assert_json '.time_reason == null and (.time |
      .sec == $sec and .nsec == ($nsec | tonumber) and
      ($utc == "any" or (.utc | tostring) == $utc) and
      ($tai == "any" or (.tai | tostring) == $tai))' \
    --arg sec "$1" --arg nsec "$2" --arg utc "${3-any}" --arg tai "${4-any}"
}

# no_time REASON
no_time() {
  assert_json '.time == null and .time_reason == $reason' --arg reason "$1"
}

@test "a UTC page has the right time before and after its reference" {
  at utc.bin 1000
  tells 1483228797 0 2016-12-31T23:59:57.000000000Z 2017-01-01T00:00:33.000000000
  at utc.bin 1001
  tells 1483228797 500000000 2016-12-31T23:59:57.500000000Z \
    2017-01-01T00:00:33.500000000
  at utc.bin 999
  tells 1483228796 500000000 2016-12-31T23:59:56.500000000Z \
    2017-01-01T00:00:32.500000000
}

@test "there is no leap second without an announcement" {
  local leap
  for leap in none post-pos post-neg 6 255; do
    at utc.bin 1006 leap_indicator=$leap
    tells 1483228800 0 2017-01-01T00:00:00.000000000Z \
      2017-01-01T00:00:36.000000000
    at tai.bin 1006 leap_indicator=$leap
    tells 1483228836 0 2017-01-01T00:00:00.000000000Z \
      2017-01-01T00:00:36.000000000
  done
}

@test "a positive leap second announced by a UTC page is counted" {
  at utc.bin 1005 leap_indicator=pre-pos
  tells 1483228799 500000000 2016-12-31T23:59:59.500000000Z \
    2017-01-01T00:00:35.500000000
  at utc.bin 1006 leap_indicator=pre-pos
  tells 1483228800 0 2016-12-31T23:59:60.000000000Z \
    2017-01-01T00:00:36.000000000
  at utc.bin 1007 leap_indicator=pre-pos
  tells 1483228800 500000000 2016-12-31T23:59:60.500000000Z \
    2017-01-01T00:00:36.500000000
  at utc.bin 1008 leap_indicator=pre-pos
  tells 1483228801 0 2017-01-01T00:00:00.000000000Z \
    2017-01-01T00:00:37.000000000
  # A day later.
  at utc.bin $((1008 + 2 * 86400)) leap_indicator=pre-pos
  tells 1483315201 0 2017-01-02T00:00:00.000000000Z \
    2017-01-02T00:00:37.000000000
}

@test "a positive leap second announced by a TAI page is counted" {
  at tai.bin 1005 leap_indicator=pre-pos
  tells 1483228835 500000000 2016-12-31T23:59:59.500000000Z \
    2017-01-01T00:00:35.500000000
  at tai.bin 1006 leap_indicator=pre-pos
  tells 1483228836 0 2016-12-31T23:59:60.000000000Z \
    2017-01-01T00:00:36.000000000
  at tai.bin 1007 leap_indicator=pre-pos
  tells 1483228836 500000000 2016-12-31T23:59:60.500000000Z \
    2017-01-01T00:00:36.500000000
  at tai.bin 1008 leap_indicator=pre-pos
  tells 1483228837 0 2017-01-01T00:00:00.000000000Z \
    2017-01-01T00:00:37.000000000
}

@test "a negative leap second announced by a UTC page is counted" {
  at utc.bin 1003 leap_indicator=pre-neg
  tells 1483228798 500000000 2016-12-31T23:59:58.500000000Z \
    2017-01-01T00:00:34.500000000
  at utc.bin 1004 leap_indicator=pre-neg
  tells 1483228799 0 2017-01-01T00:00:00.000000000Z \
    2017-01-01T00:00:35.000000000
  at utc.bin 1006 leap_indicator=pre-neg
  tells 1483228800 0 2017-01-01T00:00:01.000000000Z \
    2017-01-01T00:00:36.000000000
}

@test "a negative leap second announced by a TAI page is counted" {
  at tai.bin 1003 leap_indicator=pre-neg
  tells 1483228834 500000000 2016-12-31T23:59:58.500000000Z \
    2017-01-01T00:00:34.500000000
  at tai.bin 1004 leap_indicator=pre-neg
  tells 1483228835 0 2017-01-01T00:00:00.000000000Z \
    2017-01-01T00:00:35.000000000
}

@test "either sign of the TAI offset gives the same times" {
  local leap base counter
  for leap in none pre-pos pre-neg; do
    for base in utc tai; do
      for counter in 1004 1006 1008; do
        at $base.bin $counter leap_indicator=$leap
        jq .time <<<"$output" >negative
        at $base.bin $counter leap_indicator=$leap tai_offset_sec=36
        jq .time <<<"$output" >positive
        diff negative positive
      done
    done
  done
}

@test "a reference in the leap second means 23:59:60 in either numbering of it" {
  local sec
  for sec in 1483228799 1483228800; do
    at utc.bin 1000 leap_indicator=pos time_sec=$sec
    tells $sec 0 2016-12-31T23:59:60.000000000Z 2017-01-01T00:00:36.000000000
    assert_json '.decoded.reference_utc == "2016-12-31T23:59:60.000000000Z"'
    at utc.bin 1001 leap_indicator=pos time_sec=$sec
    tells $sec 500000000 2016-12-31T23:59:60.500000000Z
    at utc.bin 1002 leap_indicator=pos time_sec=$sec
    tells $((sec + 1)) 0 2017-01-01T00:00:00.000000000Z \
      2017-01-01T00:00:37.000000000
  done
  at tai.bin 1000 leap_indicator=pos time_sec=1483228836
  tells 1483228836 0 2016-12-31T23:59:60.000000000Z 2017-01-01T00:00:36.000000000
  at tai.bin 1002 leap_indicator=pos time_sec=1483228836
  tells 1483228837 0 2017-01-01T00:00:00.000000000Z 2017-01-01T00:00:37.000000000
}

@test "the month of a leap second is that of the reference in UTC" {
  # TAI is in January, UTC still in December.
  at tai.bin 1000 leap_indicator=pre-pos time_sec=1483228835
  assert_json '.decoded.reference_utc == "2016-12-31T23:59:59.000000000Z"'
  at tai.bin 1002 leap_indicator=pre-pos time_sec=1483228835
  tells 1483228836 0 2016-12-31T23:59:60.000000000Z
  # Announced on the first of January: it comes on 31 January.
  at utc.bin 1002 leap_indicator=pre-pos time_sec=1483228800
  tells 1483228801 0 2017-01-01T00:00:01.000000000Z
  at utc.bin $((1000 + 2 * 31 * 86400)) leap_indicator=pre-pos time_sec=1483228800
  tells 1485907200 0 2017-01-31T23:59:60.000000000Z
}

@test "the text of show names the leap second too" {
  vmclockctl encode utc.bin leap_indicator=pre-pos >"$BATS_TEST_TMPDIR/page.bin"
  expect 0 show --counter 1007 "$BATS_TEST_TMPDIR/page.bin"
  assert_line --regexp '^UTC +2016-12-31T23:59:60\.500000000Z$'
  assert_line --regexp '^TAI +2017-01-01T00:00:36\.500000000$'
}

@test "UTC and TAI are not converted without a TAI offset" {
  at utc.bin 1001 flags=none
  tells 1483228797 500000000 2016-12-31T23:59:57.500000000Z null
  at tai.bin 1001 flags=none
  tells 1483228833 500000000 null 2017-01-01T00:00:33.500000000
  assert_json '.decoded.reference_utc == null'
}

@test "a monotonic page has neither UTC nor TAI" {
  at tai.bin 1001 time_type=monotonic time_sec=5
  tells 5 500000000 null null
  assert_json '.decoded.reference_utc == null and .decoded.time_available'
  expect 0 show --counter 1001 "$BATS_TEST_TMPDIR/page.bin"
  assert_output --regexp '5\.500000000 s'
  refute_output --partial 1970
}

@test "times before 1970 are rounded down" {
  at utc.bin 999 time_sec=0 flags=none
  tells -1 500000000 1969-12-31T23:59:59.500000000Z
  at utc.bin 997 time_sec=0 flags=none
  tells -2 500000000 1969-12-31T23:59:58.500000000Z
}

@test "only the years 0001 to 9999 are written as dates" {
  at utc.bin 1001 time_sec=253402300799
  tells 253402300799 500000000 9999-12-31T23:59:59.500000000Z null
  at utc.bin 1002 time_sec=253402300799
  tells 253402300800 0 null null
}

@test "the year 0001 is written as a date, the year before is not" {
  # 0001-01-01 is 62135596800 s before 1970; 2^64 + 1000 - 2 * 62135596800.
  at utc.bin 18446743949438359016 time_sec=0 flags=none
  tells -62135596800 0 0001-01-01T00:00:00.000000000Z
  at utc.bin 18446743949438359015 time_sec=0 flags=none
  tells -62135596801 500000000 null
}

@test "the difference of two counters is signed" {
  at utc.bin 0 counter_value=18446744073709551615 time_sec=1000
  tells 1000 500000000
  at utc.bin 18446744073709551615 counter_value=0 time_sec=1000
  tells 999 500000000
  # 2^63 - 1 ahead and 2^63 behind, in ticks of 2^-64 s.
  at utc.bin 9223372036854775807 counter_value=0 time_sec=1000 \
    counter_period_frac_sec=1
  tells 1000 499999999
  at utc.bin 9223372036854775808 counter_value=0 time_sec=1000 \
    counter_period_frac_sec=1
  tells 999 500000000
}

@test "the product of counter and period is rounded down at every shift" {
  local shift
  for shift in 0 1 63 64 127 128 255; do
    at utc.bin 1001 time_sec=1000 counter_period_frac_sec=1 \
      counter_period_shift=$shift
    tells 1000 0
    at utc.bin 999 time_sec=1000 counter_period_frac_sec=1 \
      counter_period_shift=$shift
    tells 999 999999999
  done
}

@test "the periods of 24 MHz, 1 GHz and 2.5 GHz give exact times" {
  # A day of each. floor(ticks * period / 2^(64 + shift)) in big integers.
  at utc.bin $((1000 + 86400 * 24000000)) time_sec=1000 \
    counter_period_frac_sec=0xb2f4fc0794908cf2 counter_period_shift=24
  tells 87399 999999999
  at utc.bin $((1001 + 86400 * 24000000)) time_sec=1000 \
    counter_period_frac_sec=0xb2f4fc0794908cf2 counter_period_shift=24
  tells 87400 41
  at utc.bin $((1000 + 86400 * 1000000000)) time_sec=1000 \
    counter_period_frac_sec=0x89705f4136b4a597 counter_period_shift=29
  tells 87399 999999999
  at utc.bin $((1000 + 86400 * 2500000000)) time_sec=1000 \
    counter_period_frac_sec=0xdbe6fecebdedd5bf counter_period_shift=31
  tells 87400 0
  # The naive 1 ns is 1.36 us a day off.
  at utc.bin $((1000 + 86400 * 1000000000)) time_sec=1000 \
    counter_period_frac_sec=0x44b82fa0a counter_period_shift=0
  tells 87400 1360
}

@test "a period of 2^64 - 1 does not wrap" {
  at utc.bin 2000 time_sec=1000 counter_period_frac_sec=0xffffffffffffffff
  tells 1999 999999999
  at utc.bin 9223372036854775807 counter_value=0 time_sec=0 flags=none \
    counter_period_frac_sec=0xffffffffffffffff
  tells 9223372036854775806 500000000 null null
}

@test "a time outside signed 64-bit seconds is an overflow, with status 0" {
  at utc.bin 1002 time_sec=9223372036854775807
  no_time overflow
  assert_json '.counter == "1002" and .decoded.time_available'
  at utc.bin 1000 time_sec=9223372036854775808
  no_time overflow
  at utc.bin 1000 time_sec=18446744073709551615
  no_time overflow
  at utc.bin 9223372036854775808 counter_value=0 time_sec=0 \
    counter_period_frac_sec=0xffffffffffffffff
  tells -9223372036854775808 500000000 null null
  expect 0 show --counter 1002 <(vmclockctl encode utc.bin \
    time_sec=9223372036854775807)
  run -0 tr -s '\n ' '  ' <<<"$output"
  assert_output --partial "outside signed 64-bit seconds"
}

@test "the last 64-bit second is a time, also when reached from beyond it" {
  at utc.bin 1001 time_sec=9223372036854775807
  tells 9223372036854775807 500000000 null null
  at utc.bin 999 time_sec=9223372036854775808
  tells 9223372036854775807 500000000 null null
}

@test "earliest is rounded down, latest and the errors are rounded up" {
  # The error of one tick is 2^-64 s.
  at errors.bin 1001 counter_period_maxerror_rate_frac_sec=1 \
    counter_period_esterror_rate_frac_sec=1
  tells 1000 500000000
  assert_json '.time.maxerror_ns == 1 and .time.esterror_ns == 1'
  assert_json '.time.earliest == {sec: "1000", nsec: 499999999}'
  assert_json '.time.latest == {sec: "1000", nsec: 500000001}'
  # As far before the reference.
  at errors.bin 999 counter_period_maxerror_rate_frac_sec=1
  assert_json '.time.maxerror_ns == 1'
  assert_json '.time.earliest == {sec: "999", nsec: 499999999}'
  assert_json '.time.latest == {sec: "999", nsec: 500000001}'
}

@test "the error of the period is rounded up at every shift" {
  local shift
  for shift in 1 63 64 127 128 255; do
    at errors.bin 1001 counter_period_maxerror_rate_frac_sec=1 \
      counter_period_shift=$shift counter_period_frac_sec=1
    assert_json '.time.maxerror_ns == 1 and
      .time.latest == {sec: "1000", nsec: 1} and
      .time.earliest == {sec: "999", nsec: 999999999}'
  done
}

@test "the errors of time and period are added" {
  # A quarter of a second a tick, ten ticks, and 7 ns.
  at errors.bin 1010 counter_period_maxerror_rate_frac_sec=0x4000000000000000 \
    time_maxerror_nanosec=7 time_esterror_nanosec=3
  tells 1005 0
  assert_json '.time.maxerror_ns == 2500000007 and .time.esterror_ns == 3'
  assert_json '.time.earliest == {sec: "1002", nsec: 499999993}'
  assert_json '.time.latest == {sec: "1007", nsec: 500000007}'
  at errors.bin 990 counter_period_maxerror_rate_frac_sec=0x4000000000000000 \
    time_maxerror_nanosec=7
  assert_json '.time.earliest == {sec: "992", nsec: 499999993}'
}

@test "bounds need both flags of their kind" {
  local all=time-maxerror-valid,period-maxerror-valid,time-esterror-valid,period-esterror-valid
  at errors.bin 1001
  assert_json '.time | .esterror_ns == 0 and .maxerror_ns == 0 and
    .earliest != null and .latest != null'
  local flag
  for flag in time-maxerror-valid period-maxerror-valid; do
    at errors.bin 1001 flags="${all/$flag,/}"
    assert_json '.time | .maxerror_ns == null and .earliest == null and
      .latest == null and .esterror_ns == 0'
  done
  at errors.bin 1001 flags="${all/time-esterror-valid,/}"
  assert_json '.time | .esterror_ns == null and .maxerror_ns == 0'
  at errors.bin 1001 flags="${all/,period-esterror-valid/}"
  assert_json '.time | .esterror_ns == null and .maxerror_ns == 0'
}

@test "a bound outside signed 64-bit seconds is null, the time remains" {
  at errors.bin 1000 time_sec=9223372036854775807 \
    time_maxerror_nanosec=1000000000
  tells 9223372036854775807 0
  assert_json '.time.latest == null and .time.overflow == true'
  assert_json '.time.earliest == {sec: "9223372036854775806", nsec: 0}'
}

@test "without a counter the reference is shown but no time" {
  expect 0 show --json utc.bin
  no_time no-counter
  assert_json '.counter == null and .decoded.time_available == true'
  assert_json '.decoded.reference_utc == "2016-12-31T23:59:57.000000000Z"'
}

@test "counter, period, time type or size can each mean that there is no clock" {
  local change
  for change in counter_id=invalid counter_id=2 counter_period_frac_sec=0 \
    time_type=invalid-smeared time_type=invalid-maybe-smeared time_type=5 \
    size=0x57; do
    at utc.bin 1001 "$change"
    no_time no-clock
    assert_json '.decoded.time_available == false and .counter == "1001"'
  done
  at utc.bin 1001 size=0x58
  tells 1483228797 500000000
  at utc.bin 1001 counter_id=arm-vcnt
  tells 1483228797 500000000
}

@test "a dump cut before the end of the clock has no clock" {
  head -c 87 utc.bin >"$BATS_TEST_TMPDIR/cut.bin"
  expect 0 show --json --counter 1001 "$BATS_TEST_TMPDIR/cut.bin"
  no_time no-clock
  head -c 88 utc.bin >"$BATS_TEST_TMPDIR/cut.bin"
  expect 0 show --json --counter 1001 "$BATS_TEST_TMPDIR/cut.bin"
  tells 1483228797 500000000
}

@test "only a synchronized or freerunning clock gives a time" {
  local clock_status
  for clock_status in unknown initializing unreliable 5 255; do
    at utc.bin 1001 "clock_status=$clock_status"
    no_time status
    assert_json '.decoded.time_available == false'
  done
  at utc.bin 1001 clock_status=freerunning
  tells 1483228797 500000000
}

@test "an odd seq_count gives no time: an update is in progress" {
  at utc.bin 1001 seq_count=1
  no_time update-in-progress
  assert_json '.decoded.time_available == false'
  at utc.bin 1001 seq_count=4294967294
  tells 1483228797 500000000
  expect 0 show --json --counter 1 "$REAL/host-writer-stopped-odd-seq.bin"
  no_time update-in-progress
}

@test "the real pages give the expected clocks" {
  expect 0 show --json --counter 22204594000 "$REAL/host-utc-synchronized.bin"
  tells 1795219826 470179805 2026-11-21T00:10:26.470179805Z \
    2026-11-21T00:11:03.470179805
  expect 0 show --json --counter 5694781250 "$REAL/arm64-dt-tai-clock.bin"
  tells 1795219537 109916178 2026-11-21T00:05:00.109916178Z \
    2026-11-21T00:05:37.109916178
  assert_json '.time | .maxerror_ns == null and .earliest == null'
}
