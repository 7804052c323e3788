#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  tai=$REAL/host-tai-synchronized.bin
  signal=$REAL/qemu-10.0.2-boot.bin
}

# row NAME: the line of a field, its blanks as one.
row() {
  grep -E "^0x[0-9a-f]{2} $1 " <<<"$output" | tr -s ' '
}

@test "show runs without a command" {
  expect 0 show "$tai"
  local shown=$output
  expect 0 "$tai"
  assert_output "$shown"
  refute_stderr
}

@test "every field is shown with its offset, by group" {
  expect 0 show "$tai"
  local name offset group groups=0
  while read -r offset name group; do
    assert_output --regexp "$(printf '0x%02x %s ' "$offset" "$name")"
    # Under its heading and before the next.
    awk -v group="$group" -v name="$name" '
      /^[a-z]+$/ { now = $0 }
      $2 == name && now == group { found = 1 }
      END { exit !found }' <<<"$output"
    groups=$((groups + 1))
  done < <(vmclockctl list fields --json |
    jq -r '.items[] | select(.layout == "vmclock-1") |
      "\(.offset) \(.name) \(.group)"')
  assert_equal "$groups" 23
  run -0 grep -nE '^(constant|state|calibration|time)$' <<<"$output"
  assert_equal "${#lines[@]}" 4
  # What a reader comes for is first.
  assert_line --index 0 --partial time
  assert_line --index 1 --partial constant
  assert_line --index 2 --partial state
  assert_line --index 3 --partial calibration
}

@test "raw values and meanings are shown side by side, with units" {
  expect 0 show "$tai"
  run -0 row magic
  assert_output --partial '1263289174 0x4b4c4356 "VCLK"'
  expect 0 show "$tai"
  assert_equal "$(row size)" "0x04 size 4096 bytes"
  assert_regex "$(row counter_id)" "^0x0a counter_id 1 x86-tsc"
  assert_equal "$(row time_type)" "0x0b time_type 1 tai"
  assert_regex "$(row clock_status)" "^0x22 clock_status 2 synchronized"
  assert_regex "$(row counter_value)" "19246941032 ticks$"
  assert_regex "$(row counter_period_frac_sec)" \
    "0x89705f4136b4a597 0\.5 ns a tick$"
  assert_regex "$(row counter_period_maxerror_rate_frac_sec)" \
    "0x0001c25c26849768 50 ppm$"
  assert_regex "$(row time_maxerror_nanosec)" "50000 ns$"
  assert_regex "$(row flags)" "0x0000000000000079 tai-offset-valid,"
}

@test "the sign of the TAI offset is named" {
  expect 0 show "$tai"
  assert_output --partial "TAI - UTC = 37 s"
  assert_output --partial "wrong"
  expect 0 show "$(patched "$tai" 0x24 dbff)"
  assert_equal "$(row tai_offset_sec)" "0x24 tai_offset_sec -37 TAI - UTC = 37 s"
  refute_output --partial "wrong"
}

@test "an unknown value is shown as unknown, with its number" {
  expect 0 show "$(patched "$tai" 0x22 07 0x26 c8)"
  assert_regex "$(row clock_status)" "7 unknown\(7\)$"
  assert_regex "$(row leap_indicator)" "200 unknown\(200\)$"
}

@test "unknown flags are shown" {
  expect 0 show "$(patched "$tai" 0x1f 80)"
  assert_output --partial 0x8000000000000079
  run -0 tr -s '\n ' '  ' <<<"$output" # it may be wrapped
  assert_output --partial "time-maxerror-valid, unknown 0x8000000000000000"
}

@test "a value whose flag is not set shows no number" {
  # A stale offset, errors and a generation, and no flag at all.
  expect 0 show "$(patched "$tai" 0x18 00 0x68 77)"
  assert_regex "$(row tai_offset_sec)" "^0x24 tai_offset_sec - .*TAI_OFFSET_VALID"
  assert_regex "$(row time_esterror_nanosec)" " - .*TIME_ESTERROR_VALID"
  assert_regex "$(row time_maxerror_nanosec)" " - .*TIME_MAXERROR_VALID"
  assert_regex "$(row counter_period_esterror_rate_frac_sec)" \
    " - .*PERIOD_ESTERROR_VALID"
  assert_regex "$(row counter_period_maxerror_rate_frac_sec)" \
    " - .*PERIOD_MAXERROR_VALID"
  assert_regex "$(row vm_generation_counter)" " - .*VM_GEN_COUNTER_PRESENT"
  refute_output --partial 50000
  refute_output --partial 0x0001c25c26849768
  refute_output --partial 0x0000000000000077
  refute_output --regexp 'TAI - UTC = [0-9]'
}

@test "an unreliable clock's values are shown as such" {
  local value
  expect 0 show --counter 22204594000 "$REAL/host-tai-unreliable.bin"
  assert_output --partial "unreliable"
  for value in 22204594000 0x89705f4136b4a597 1795219826 0x785db42a0276c197; do
    assert_output --regexp "0x[0-9a-f]{2} [a-z_]+ +$value +not to be used"
  done
  assert_line -n 1 "not usable: clock_status forbids the use of the clock, status unreliable"
  assert_line --regexp '^not UTC +2026-11-21T00:09:49'
  refute_line --regexp '^UTC '
  # JSON has no time, and the reason, as before.
  expect 0 show --json --counter 22204594000 "$REAL/host-tai-unreliable.bin"
  assert_json '.time == null and .time_reason == "status"'
}

@test "a page with only the disruption signal is described as such" {
  local file
  for file in "$REAL"/qemu-*.bin; do
    expect 0 show "$file"
    # It may be wrapped.
    run -0 tr -s '\n ' '  ' <<<"$output"
    assert_output --partial "only the disruption signal"
    refute_output --regexp 'frequency +[0-9]'
  done
  expect 0 show "$tai"
  refute_output --partial "only the disruption signal"
}

@test "an odd seq_count gives status 0 and a note" {
  expect 0 show "$REAL/host-writer-stopped-odd-seq.bin"
  assert_output --regexp "note:.*seq_count is odd"
  assert_output --partial "update in progress"
  expect 0 show "$tai"
  refute_output --partial "note:"
}

@test "--counter shows the time at that counter, with its bounds" {
  expect 0 show --counter 19253658472 "$tai"
  assert_output --regexp 'UTC +2026-11-21T00:10:24\.994712034Z'
  assert_output --regexp 'TAI +2026-11-21T00:11:01\.994712034'
  assert_output --regexp 'maximum +\+/- 50\.168 us'
  assert_output --regexp 'estimated +\+/- 1\.001 us'
  assert_output --regexp 'earliest +1795219861\.994661867 s'
  assert_output --regexp 'latest +1795219861\.994762203 s'
  assert_output --regexp 'frequency +2 GHz'
}

@test "--counter may be in hex" {
  expect 0 show --json --counter 0x47b9c83e8 "$tai"
  assert_json '.counter == "19253724136"'
}

@test "a counter that is no unsigned 64-bit number gives status 2" {
  local counter
  for counter in -1 18446744073709551616 0x10000000000000000 12x "" " 1" 1.5 \
    0x 1e3; do
    expect 2 show --counter "$counter" "$tai"
    refute_output
    assert_stderr --partial "--counter"
  done
  expect 0 show --json --counter 18446744073709551615 "$tai"
  assert_json '.counter == "18446744073709551615"'
}

@test "without a counter the text explains how to give one" {
  expect 0 show "$tai"
  assert_output --partial -- "--counter"
}

@test "-F prints only raw values, one per line, in the order asked" {
  expect 0 show -F time_sec,counter_id,disruption_marker,pad,tai_offset_sec,flags \
    "$tai"
  assert_output - <<'END'
1795219861
1
0x0000000000000001
0000
37
0x0000000000000079
END
}

@test "-F prints a value even if its flag is not set" {
  expect 0 show -F tai_offset_sec "$(patched "$tai" 0x18 00)"
  assert_output 37
}

@test "-F prints - for an absent field" {
  expect 0 show -F time_maxerror_nanosec,time_sec,vm_generation_counter \
    "$(patched "$tai" 0x04 58000000)"
  assert_output - <<'END'
-
1795219861
-
END
}

@test "-F with an unknown field gives status 2 and names a similar one" {
  expect 2 show -F time_secs "$tai"
  refute_output
  assert_stderr --partial time_secs
  assert_stderr --regexp 'hint: .*time_sec'
  for fields in "time_sec,,counter_id" "time_sec," "," ",time_sec"; do
    expect 2 show -F "$fields" "$tai"
    refute_output
    assert_stderr --partial "-F: a comma too many"
  done
}

@test "--counter is refused with a form that shows no time" {
  for form in "-F time_sec" --hex; do
    # shellcheck disable=SC2086 # an option and its argument
    expect 2 show $form --counter 5 "$tai"
    refute_output
    assert_stderr --partial "--counter: neither -F nor --hex shows a time"
  done
  for form in --json "--format openmetrics"; do
    # shellcheck disable=SC2086
    expect 0 show $form --counter 19253658472 "$tai"
  done
}

@test "--hex names every byte" {
  expect 0 show --hex "$tai"
  assert_line --regexp '^0+00  56 43 4c 4b +magic$'
  assert_line --regexp '^0+0a  01 +counter_id$'
  assert_line --regexp '^0+24  25 00 +tai_offset_sec$'
  assert_line --regexp '^0+30  97 a5 b4 36 41 5f 70 89 +counter_period_frac_sec$'
  assert_line --regexp '^0+68  00 00 00 00 00 00 00 00 +vm_generation_counter$'
  refute_line --regexp '.{81}'
}

@test "--hex marks the bytes of absent fields and those beyond the fields" {
  expect 0 show --hex "$(patched "$tai" 0x04 60000000 0x80 5a)"
  assert_line --regexp 'time_maxerror_nanosec.*absent'
  refute_line --regexp 'time_esterror_nanosec.*absent'
  assert_line --regexp '^0+80  5a'
}

@test "-F, --hex and --json cannot be combined" {
  expect 2 show --hex --json "$tai"
  expect 2 show -F magic --hex "$tai"
  expect 2 show -F magic --json "$tai"
}

@test "show refuses more than one SOURCE" {
  expect 2 show "$tai" "$signal"
  refute_output
}

@test "an absent field is shown as absent and without a number" {
  expect 0 show "$(patched "$tai" 0x04 58000000)"
  assert_regex "$(row time_esterror_nanosec)" " - .*absent"
  assert_regex "$(row vm_generation_counter)" " - .*absent"
  refute_output --partial 50000
  head -c 80 "$tai" >short.bin
  expect 0 show short.bin
  assert_regex "$(row time_frac_sec)" " - .*absent"
  refute_output --partial 0xfdc954b2b4c89f15
}

@test "every real page fits 80 columns of ASCII" {
  local file
  for file in "$REAL"/*.bin; do
    vmclockctl show "$file" >out
    vmclockctl show --counter 18446744073709551615 "$file" >>out
    vmclockctl show --hex "$file" >>out
    run -1 grep -nE '.{81}' out
    run -1 grep -nP '[^ -~]' out
    run -1 grep -n ' $' out
  done
}

@test "pages with the widest values fit 80 columns" {
  local page
  page=$(patched "$tai" 0x0c ffffffff 0x10 ffffffffffffffffffffffffffffffff \
    0x24 00800500 0x28 "$(printf 'ff%.0s' {1..72})")
  {
    vmclockctl show --counter 0 "$page"
    vmclockctl show --counter 18446744073709551615 "$page"
    vmclockctl show "$(patched "$page" 0x22 04)"
    vmclockctl show "$(patched "$page" 0x18 0000000000000000)"
    vmclockctl show "$(patched "$page" 0x04 20000000)"
    vmclockctl show "$(patched "$page" 0x0b ff 0x22 ff)"
  } >out
  run -1 grep -nE '.{81}' out
  run -1 grep -nP '[^ -~]' out
}

@test "docs/tour.md shows what show prints" {
  cd "$VMCLOCKCTL_SOURCE_ROOT"
  sed -n '/^    \$ vmclockctl show --counter/,/^[^ ]/p' \
    docs/tour.md | sed '$d; s/^    //' |
    sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$BATS_TEST_TMPDIR/shown"
  read -ra words < <(sed -n '1s/^\$ //p' "$BATS_TEST_TMPDIR/shown")
  sed -i 1d "$BATS_TEST_TMPDIR/shown"
  assert [ -s "$BATS_TEST_TMPDIR/shown" ]
  diff <("${words[@]}") "$BATS_TEST_TMPDIR/shown"
}
