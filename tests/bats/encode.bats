#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause

# shellcheck disable=SC2016 # jq's variables

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  boot=$REAL/qemu-10.0.2-boot.bin
  tai=$REAL/host-tai-synchronized.bin
}

# bytes FILE OFFSET COUNT: as hex digits.
bytes() {
  xxd -p -s "$2" -l "$3" "$1"
}

@test "encode without a SOURCE makes 4096 bytes with a header and no clock" {
  vmclockctl encode disruption_marker=7 >page.bin
  assert_equal "$(stat -c %s page.bin)" 4096
  assert_equal "$(bytes page.bin 0 24)" \
    56434c4b001000000100ff00000000000700000000000000
  assert_equal "$(bytes page.bin 24 4072 | tr -d '0\n')" ""
  expect 0 show --json page.bin
  assert_json '.decoded.counter_id == "invalid"'
  assert_json '.decoded.time_available == false and .time_reason == "no-clock"'
}

@test "each field is written at its offset, little-endian, and nowhere else" {
  local name offset width digits want count=0
  while read -r name offset width; do
    count=$((count + 1))
    case $width in
    1) want=08 digits=08 ;;
    2) want=0708 digits=0807 ;;
    4) want=05060708 digits=08070605 ;;
    8) want=0102030405060708 digits=0807060504030201 ;;
    esac
    if [[ $name == pad ]]; then
      vmclockctl encode --from "$tai" "$name=$digits" >page.bin
    else
      vmclockctl encode --from "$tai" "$name=0x$want" >page.bin
    fi
    cmp page.bin "$(patched "$tai" "$offset" "$digits")"
  done < <(vmclockctl list fields --json |
    jq -r '.items[] | select(.layout == "vmclock-1") |
      "\(.name) \(.offset) \(.width)"')
  assert_equal "$count" 23
}

@test "values in decimal and in hex give the same bytes" {
  vmclockctl encode --from "$boot" time_sec=1795219861 >decimal.bin
  vmclockctl encode --from "$boot" time_sec=0x6b00e195 >hex.bin
  vmclockctl encode --from "$boot" time_sec=0X6B00E195 >capitals.bin
  cmp decimal.bin hex.bin
  cmp decimal.bin capitals.bin
  assert_equal "$(bytes hex.bin 0x48 8)" 95e1006b00000000
}

@test "a leading zero means decimal" {
  vmclockctl encode --from "$boot" time_sec=010 >page.bin
  assert_equal "$(bytes page.bin 0x48 1)" 0a
}

@test "enumerations accept their names" {
  vmclockctl encode --from "$boot" counter_id=x86-tsc time_type=tai \
    clock_status=freerunning leap_second_smearing_hint=utc-sls \
    leap_indicator=pre-neg >page.bin
  cmp page.bin "$(patched "$boot" 0x0a 0101 0x22 0302 0x26 02)"
}

@test "every name in list fields is accepted and shown again" {
  local layout field name page count=0
  while read -r layout field name; do
    page=$layout.bin
    count=$((count + 1))
    vmclockctl encode --layout "$layout" "$field=$name" >"$page"
    expect 0 show --json "$page"
    assert_json '.layout == $layout and
        (.decoded[$field] // $name | if type == "array" then . == [$name]
          else . == $name end)' \
      --arg layout "$layout" --arg field "$field" --arg name "$name"
  done < <(vmclockctl list fields --json |
    jq -r '.items[] | select(.layout != "pre-release") | . as $field |
      .values[] | "\($field.layout) \($field.name) \(.name)"')
  ((count >= 45))
}

@test "flags accept a list of names separated by commas" {
  vmclockctl encode --from "$boot" \
    flags=tai-offset-valid,notification-present,time-monotonic >page.bin
  assert_equal "$(bytes page.bin 0x18 8)" 8102000000000000
  expect 2 encode --from "$boot" flags=tai-offset-valid,nonsense
  expect 2 encode --from "$boot" flags=tai-offset-valid,
}

@test "names may have the spelling of the kernel's header" {
  vmclockctl encode -o ours counter_id=x86-tsc clock_status=synchronized \
    time_type=tai leap_indicator=pre-pos flags=tai-offset-valid,time-monotonic
  vmclockctl encode -o header counter_id=X86_TSC \
    clock_status=VMCLOCK_STATUS_SYNCHRONIZED time_type=VMCLOCK_TIME_TAI \
    leap_indicator=PRE_POS \
    flags=TAI_OFFSET_VALID,VMCLOCK_FLAG_TIME_MONOTONIC
  cmp ours header
  expect 2 encode -o out flags=VMCLOCK_FLAG_
  expect 2 encode -o out flags=VMCLOCK_TAI
  assert_not_exists out
}

@test "flags+= and flags-= change some of the flags, in the order given" {
  expect 0 encode --json flags=0x8000000000000001 \
    flags+=time-monotonic,DISRUPTION_SOON flags-=tai-offset-valid
  assert_json '.raw.flags == "0x8000000000000082"'
  expect 0 encode --json flags+=3 flags-=0x1 flags+=none
  assert_json '.raw.flags == "0x0000000000000002"'
  expect 2 encode --json seq_count+=2
  assert_stderr --partial "only flags take +="
  expect 2 encode --json flags+=no-such-flag
}

@test "frequency, maxerror and drift fill their fields exactly, and set flags" {
  expect 0 encode --json drift=50ppm maxerror=50us frequency=2.5GHz counter_id=1
  # 2^95 / 2.5e9, to the nearest; 50 ppm of it, rounded up.
  assert_json '.raw.counter_period_frac_sec == "0xdbe6fecebdedd5bf" and
    .raw.counter_period_shift == 31 and
    .raw.counter_period_maxerror_rate_frac_sec == "0x0002d09370d42574" and
    .raw.time_maxerror_nanosec == "50000" and
    .raw.flags == "0x0000000000000050"'
  # They come after the raw fields, wherever they stand.
  expect 0 encode --json maxerror=1s time_maxerror_nanosec=7 flags=0
  assert_json '.raw.time_maxerror_nanosec == "1000000000" and
    .raw.flags == "0x0000000000000040"'
  expect 0 encode --json --layout rfc-3 frequency=24MHz maxerror=1.5us
  assert_json '.raw.counter_period_frac_sec == "0xb2f4fc0794908cf2" and
    .raw.counter_period_shift == 24 and
    .raw.utc_time_maxerror_picosec == "1500000" and .raw.flags == "0x0008" or
    .raw.flags == 8'
  local word
  for word in frequency=1Hz frequency=1001GHz frequency=2.5 frequency=GHz \
    frequency=-1GHz drift=50 drift=1000001ppm maxerror=1.5ns maxerror=50 \
    maxerror=-1s drift=50ppm; do
    expect 2 encode -o out "$word"
    assert_stderr --partial "$word: "
  done
  assert_not_exists out
}

@test "time is that of the page's own type" {
  expect 0 encode --json time=2026-11-21T00:00:00.1Z time_type=utc
  # Rounded up, so that show prints the same digits.
  assert_json '.raw.time_sec == "1795219200" and
    .raw.time_frac_sec == "0x199999999999999a"'
  expect 0 encode --json time=2026-11-21T01:00:00+01:00 time_type=tai \
    tai_offset_sec=-37 flags+=tai-offset-valid
  assert_json '.raw.time_sec == "1795219237" and
    .raw.time_frac_sec == "0x0000000000000000"'
  # Some hosts write the offset with the other sign.
  expect 0 encode --json time=2026-11-21T00:00:00Z time_type=tai \
    tai_offset_sec=37 flags=TAI_OFFSET_VALID
  assert_json '.raw.time_sec == "1795219237"'
  expect 2 encode --json time=2026-11-21T00:00:00Z time_type=tai tai_offset_sec=-37
  assert_stderr --partial "without a valid TAI offset"
  expect 2 encode --json time=2026-11-21T00:00:00Z time_type=monotonic
  expect 2 encode --json time=1969-12-31T23:59:59Z
  expect 2 encode --json time=2026-02-29T00:00:00Z
  expect 2 encode --json time=2026-11-21T00:00:00
  assert_stderr --partial "not a time of RFC 3339"
  expect 0 encode -o page time=2026-11-21T12:34:56.123456789Z frequency=1GHz \
    counter_id=1 clock_status=2 seq_count=2 time_type=utc
  expect 0 show --json page
  assert_json '.decoded.reference_utc == "2026-11-21T12:34:56.123456789Z" and
    .decoded.frequency_hz == 1000000000'
}

@test "a TAI offset may be negative" {
  vmclockctl encode --from "$boot" tai_offset_sec=-37 >page.bin
  assert_equal "$(bytes page.bin 0x24 2)" dbff
}

@test "pad takes two hex digits per byte, in the order of the bytes" {
  vmclockctl encode --from "$boot" pad=12ef >page.bin
  assert_equal "$(bytes page.bin 0x20 2)" 12ef
  local value
  for value in 1 12e 12eff 12zz 0x12 ""; do
    expect 2 encode --from "$boot" "pad=$value"
    refute_output
  done
}

@test "the largest value of every width is accepted, and one more is refused" {
  local name width most more count=0
  while read -r name width; do
    case $width in
    1) most=255 more=256 ;;
    2) most=65535 more=65536 ;;
    4) most=4294967295 more=4294967296 ;;
    8) most=18446744073709551615 more=18446744073709551616 ;;
    esac
    expect 0 encode --json --from "$boot" "$name=$most"
    assert_json '.raw[$name] == ($most | tonumber) or .raw[$name] == $most or
        .raw[$name] == "0xffffffffffffffff"' --arg name "$name" --arg most "$most"
    expect 2 encode --from "$boot" "$name=$more"
    refute_output
    assert_stderr --regexp "^vmclockctl: $name=$more: .*range"
    expect 2 encode --from "$boot" "$name=0x1ffffffffffffffff"
    expect 2 encode --from "$boot" "$name=-1"
    count=$((count + 1))
  done < <(vmclockctl list fields --json |
    jq -r '.items[] | select(.layout == "vmclock-1") |
      select(.name != "pad" and .name != "tai_offset_sec") | "\(.name) \(.width)"')
  assert_equal "$count" 21
}

@test "a signed field accepts -32768 to 32767" {
  expect 0 encode --json --from "$boot" tai_offset_sec=-32768
  assert_json '.raw.tai_offset_sec == -32768'
  expect 0 encode --json --from "$boot" tai_offset_sec=32767
  assert_json '.raw.tai_offset_sec == 32767'
  expect 2 encode --from "$boot" tai_offset_sec=-32769
  assert_stderr --partial range
  expect 2 encode --from "$boot" tai_offset_sec=32768
  assert_stderr --partial range
}

@test "the signed byte of rfc-3 accepts -128 to 127" {
  local value
  for value in -128 -1 127; do
    expect 0 encode --json --layout rfc-3 "leapsecond_direction=$value"
    assert_json '.raw.leapsecond_direction == ($value | tonumber)' \
      --arg value "$value"
  done
  expect 2 encode --layout rfc-3 leapsecond_direction=128
  expect 2 encode --layout rfc-3 leapsecond_direction=-129
}

@test "a value that is not a number gives status 2" {
  local value
  for value in "" x 1x 0x 0xg 1.5 1e3 "1 " " 1" + - --1 0x-1; do
    expect 2 encode --from "$boot" "time_sec=$value"
    refute_output
    assert_stderr --partial "time_sec=$value"
  done
  expect 2 encode --from "$boot" counter_id=x86
}

@test "an unknown field gives status 2 and names a similar one" {
  expect 2 encode --from "$boot" time_secs=1
  refute_output
  assert_stderr --partial time_secs
  assert_stderr --regexp 'hint: .*time_sec'
  expect 2 encode --from "$boot" =1
  assert_stderr "vmclockctl: =1: no field before the =
hint: FIELD=VALUE is one word"
  expect 2 encode time_sec =1
  assert_stderr --partial "vmclockctl: =1: no field before the ="
  printf -v long 'x%.0s' {1..70}
  expect 2 encode --from "$boot" "$long=1"
  assert_stderr --partial "vmclockctl: $long: not a field of layout vmclock-1"
  expect 2 encode --from "$boot" utc_time_sec=1
  assert_stderr --partial vmclock-1
}

@test "an unknown field leaves the output unchanged" {
  expect 2 encode --from "$boot" nonsense=1 -o page.bin
  assert_not_exist page.bin
}

@test "a field beyond the end of the page is refused" {
  head -c 40 "$boot" >short.bin
  expect 2 encode --from short.bin counter_value=1
  refute_output
  vmclockctl encode --from short.bin clock_status=2 >page.bin
  assert_equal "$(stat -c %s page.bin)" 40
}

@test "encode can make broken pages" {
  vmclockctl encode --from "$boot" magic=0 size=3 version=9 seq_count=3 \
    clock_status=99 counter_period_shift=255 >page.bin
  cmp page.bin "$(patched "$boot" 0 00000000 0x04 03000000 0x08 0900 \
    0x0c 03000000 0x22 63 0x27 ff)"
}

@test "the SOURCE may stand among the fields or after --from" {
  vmclockctl encode "$tai" seq_count=4 pad=0101 >one.bin
  vmclockctl encode seq_count=4 "$tai" pad=0101 >two.bin
  vmclockctl encode seq_count=4 pad=0101 --from "$tai" >three.bin
  cmp one.bin "$(patched "$tai" 0x0c 04000000 0x20 0101)"
  cmp one.bin two.bin
  cmp one.bin three.bin
}

@test "a file name with = is a SOURCE if a slash comes before the =" {
  cp "$tai" time_sec=1
  vmclockctl encode ./time_sec=1 >page.bin
  cmp "$tai" page.bin
}

@test "two pages to start from give status 2" {
  expect 2 encode "$tai" "$boot"
  expect 2 encode --from "$tai" "$boot"
  refute_output
}

@test "the page to start from may have any form of SOURCE" {
  xxd "$tai" >page.txt
  vmclockctl encode page.txt seq_count=4 >out.bin
  cmp out.bin "$(patched "$tai" 0x0c 04000000)"
  vmclockctl encode - seq_count=4 <"$tai" >out.bin
  cmp out.bin "$(patched "$tai" 0x0c 04000000)"
}

@test "the raw values of a document override its bytes" {
  vmclockctl show --json "$tai" |
    jq '.raw.tai_offset_sec = -37 | .raw.time_sec = "5" |
      .raw.disruption_marker = "0x00000000000000ff"' |
    vmclockctl encode >page.bin
  cmp page.bin "$(patched "$tai" 0x24 dbff 0x48 0500000000000000 0x10 ff)"
}

@test "fields on the command line override those of the document" {
  vmclockctl show --json "$tai" | jq '.raw.seq_count = 8' |
    vmclockctl encode - seq_count=6 >page.bin
  cmp page.bin "$(patched "$tai" 0x0c 06000000)"
}

@test "bytes beyond the fields are taken from the document's page" {
  vmclockctl show --json "$tai" |
    jq '.page.length = 4100 | .page.hex += ("00" * 32) + "5aff"' |
    vmclockctl encode >page.bin
  assert_equal "$(stat -c %s page.bin)" 4100
  cmp -n 4096 page.bin "$(patched "$tai" 0x82 5aff)"
}

@test "encode --json prints a document with layout, page and raw" {
  expect 0 encode --json "$tai" seq_count=4
  assert_json '.schema == "vmclockctl/encode" and .schema_version == 1'
  assert_json '.layout == "vmclock-1" and .raw.seq_count == 4'
  assert_json '.page.length == 4096 and (.page.hex | startswith("56434c4b"))'
}

@test "--layout rfc-3 starts from an empty page of RFC v3" {
  vmclockctl encode --layout rfc-3 utc_time_sec=1 >page.bin
  expect 0 show --json page.bin
  assert_json '.layout == "rfc-3" and .raw.utc_time_sec == "1"'
  assert_json '.raw.version == 1 and .raw.counter_id == 0'
  assert_equal "$(bytes page.bin 0 8)" 56434c4b00100100
}

@test "an unknown layout gives status 2" {
  expect 2 encode --layout rfc-4 magic=1
  assert_stderr --partial rfc-4
  expect 2 encode --layout pre-release magic=1
  expect 2 encode --layout rfc-3 --from "$tai"
}

@test "raw bytes are not written to a terminal" {
  run script -qec "'$VMCLOCKCTL' encode '$tai'" /dev/null
  assert_equal "$status" 2
  assert_output --partial terminal
}

@test "encode without arguments on a terminal does not wait for a document" {
  run timeout 20 script -qec "'$VMCLOCKCTL' encode -o page.bin" /dev/null
  assert_equal "$status" 2
  assert_not_exist page.bin
}
