# SPDX-License-Identifier: BSD-2-Clause
bats_require_minimum_version 1.5.0
load helper

# No machine of the tests need have a PTP clock: play/ptp.c plays one.

# machine: a root with a device whose page shows this machine's
# time, and with the driver's PTP clock.
machine() {
  ROOT=$BATS_TEST_TMPDIR/root
  mkdir -p "$ROOT/dev" "$ROOT/sys/class/ptp"
  vmclockctl show --json sim:steady >"$BATS_TEST_TMPDIR/page.json"
  vmclockctl encode --from "$BATS_TEST_TMPDIR/page.json" \
    "${fields[@]}" -o "$ROOT/dev/vmclock0"
  phc 0 vmclock0
}

# phc N CLOCK_NAME
phc() {
  mkdir -p "$ROOT/sys/class/ptp/ptp$1"
  printf '%s\n' "$2" >"$ROOT/sys/class/ptp/ptp$1/clock_name"
  : >"$ROOT/dev/ptp$1"
}

# played STATUS PLAY ARGUMENT...: expect, with the clock that PLAY describes.
played() {
  local wanted=$1 PTP_PLAY=$2
  shift 2
  export PTP_PLAY
  export ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0
  run --separate-stderr env LD_PRELOAD="$PLAYED" \
    "$VMCLOCKCTL" compare "$@"
  # shellcheck disable=SC2154 # run sets them
  [[ $status == "$wanted" ]] ||
    fail "status $status, not $wanted: $output $stderr"
}

setup() {
  fields=()
}

@test "compare measures a simulation against the system clocks" {
  expect 0 compare sim:steady --json
  assert_json '.schema == "vmclockctl/compare" and .schema_version == 1'
  assert_json '.source.kind == "sim" and .max_offset_ns == null'
  assert_json '[.measurements[].clock] == ["CLOCK_REALTIME", "CLOCK_TAI"]'
  assert_json '.measurements | all(.n == 1 and .method == "read")'
  assert_json '.measurements | all((.offset_ns | fabs) < 1000000)'
  assert_json '.measurements | all(.uncertainty_ns * 2 >= .window_ns)'
  assert_json '.measurements | all(.bounds != "no-bounds")'
}

@test "a page with another counter than the CPU's is compared by its own counter" {
  expect 0 compare sim:arm64 --json
  assert_json '.measurements | all((.offset_ns | fabs) < 1000000)'
}

@test "the text has one line per clock, within 80 columns, in ASCII" {
  expect 0 compare sim:steady
  assert_line --partial "CLOCK_REALTIME"
  assert_line --partial "CLOCK_TAI"
  refute_line --regexp '.{81}'
  refute_output --regexp '[^[:print:][:space:]]'
  assert_stderr ""
}

@test "a kernel TAI offset of 0 is reported and not taken for an error of 37 s" {
  expect 0 compare sim:steady --json
  [[ $(jq .kernel_tai_offset_s <<<"$output") == 0 ]] ||
    skip "this machine's TAI offset is set"
  assert_json '.clocks[] | select(.clock == "CLOCK_TAI").note | test("TAI offset is 0")'
  assert_json '.measurements[] | select(.clock == "CLOCK_TAI") | .timescale == "utc"'
}

@test "--count prints one line per measurement, then statistics" {
  expect 0 compare sim:steady --count 4 --interval 1ms --json
  assert_json '[.measurements[].n] == [1, 1, 2, 2, 3, 3, 4, 4]'
  assert_json '.clocks | all(.statistics.count == 4)'
  assert_json '.clocks | all(.statistics | .minimum_ns <= .median_ns and
    .median_ns <= .p99_ns and .p99_ns <= .maximum_ns)'
  expect 0 compare sim:steady --count 2 --interval 1ms
  assert_line --regexp '^clock +count +minimum +median +p99 +maximum$'
  assert_line --regexp '^CLOCK_REALTIME +2 '
}

@test "--max-offset sets the exit status" {
  expect 0 compare sim:steady --max-offset 1h --json
  assert_json '.within and .max_offset_ns == 3600000000000'
  fields=(time_sec=1)
  machine
  expect 1 compare --live "$ROOT/dev/vmclock0" --max-offset 1h --json
  assert_json '.within == false'
  expect 1 compare --live "$ROOT/dev/vmclock0" --max-offset 1h
  assert_line "over the limit of --max-offset"
}

@test "compare of a page without a usable clock gives status 4" {
  expect 4 compare sim:disruption-only
  assert_stderr --partial "no usable clock to compare with: the page describes no clock"
  assert_stderr --partial "hint: that is healthy"
  assert_output ""
  expect 4 compare sim:disruption-only --json
  assert_json '.schema == "vmclockctl/compare" and .error.code == "no-clock"'
  expect 4 compare --live "$(patched "$REAL/host-tai-synchronized.bin" 0x22 04)"
  assert_stderr --partial "clock_status forbids"
  fields=(time_type=monotonic)
  machine
  expect 4 compare --live "$ROOT/dev/vmclock0"
  assert_stderr --partial "monotonic, of unknown epoch"
}

@test "--phc all on a machine without a PHC gives status 4" {
  expect 4 compare --root "$BATS_TEST_TMPDIR" sim:steady --phc all
  assert_stderr --partial "no usable clock to compare with: this machine has no PHC"
  assert_stderr --partial "hint: "
}

@test "PHCs that cannot be examined are reported, not taken for absent" {
  local class=$BATS_TEST_TMPDIR/sys/class
  mkdir -p "$class"
  ln -s ptp "$class/ptp"
  expect 4 compare --root "$BATS_TEST_TMPDIR" sim:steady --phc all
  assert_stderr --partial "$class/ptp: Too many levels of symbolic links"
  # Nor is the page's own missed.
  machine
  rm -r "${ROOT:?}/sys/class/ptp"
  ln -s ptp "$ROOT/sys/class/ptp"
  expect 4 compare --root "$ROOT" --live
  assert_stderr --partial "$ROOT/sys/class/ptp: Too many levels"
}

@test "--phc with no PTP clock, a missing or a forbidden file gives status 3 and a hint" {
  expect 3 compare sim:steady --phc /dev/null
  assert_stderr --partial "/dev/null: not a PTP clock: Inappropriate ioctl"
  assert_stderr --partial "hint: "
  expect 3 compare sim:steady --phc /dev/no-such-clock
  assert_stderr --partial "cannot open: No such file"
  assert_stderr --partial "hint: "
  expect 3 compare sim:steady --phc /
  assert_stderr --partial "hint: "
  ((EUID)) || skip "root may open everything"
  : >"$BATS_TEST_TMPDIR/secret"
  chmod 0 "$BATS_TEST_TMPDIR/secret"
  expect 3 compare sim:steady --phc "$BATS_TEST_TMPDIR/secret"
  assert_stderr --partial "Permission denied"
  assert_stderr --partial "udev rule"
}

@test "a FIFO given as PHC does not block compare" {
  mkfifo "$BATS_TEST_TMPDIR/fifo"
  expect 3 compare sim:steady --phc "$BATS_TEST_TMPDIR/fifo"
}

@test "option values out of range give status 2" {
  expect 2 compare sim:steady --samples 0
  expect 2 compare sim:steady --samples 26
  expect 2 compare sim:steady --count 0
  expect 2 compare sim:steady --count 1000001
  expect 2 compare sim:steady --interval 1
  expect 2 compare sim:steady --max-offset -1s
  expect 2 compare sim:steady --duration 1s
}

@test "compare refuses a dump without --live, with status 3" {
  expect 3 compare "$REAL/host-tai-synchronized.bin"
  assert_stderr --partial "hint: use --live"
}

@test "the PHC of the page's own device is read by PRECISE" {
  machine
  phc 1 "Virtio PTP type 3/variant 1"
  played 0 "tai 0 ns 0" --root "$ROOT" --live --json
  assert_json '[.clocks[].clock] == ["ptp0", "CLOCK_REALTIME", "CLOCK_TAI"]'
  assert_json '.clocks[0] | .own and .phc.kind == "vmclock" and .error == null'
  assert_json '.measurements[0] | .method == "precise" and .timescale == "tai"'
  assert_json '.measurements[0] | .fault == null and (.offset_ns | fabs) < 1000000'
}

@test "a PHC in UTC is recognised by the whole seconds of its offset" {
  machine
  played 0 "ns 700000000" --root "$ROOT" --live --phc "$ROOT/dev/ptp0" --json
  assert_json '.measurements[0].timescale == "unknown"'
  played 0 "ns 5000000" --root "$ROOT" --live --phc ptp0 --json
  assert_json '.clocks[0].phc.path | endswith("/dev/ptp0")'
  played 0 "ns 5000000" --root "$ROOT" --live --phc "$ROOT/dev/ptp0" --json
  assert_json '.measurements[0] | .timescale == "utc" and
    .offset_ns > 4000000 and .offset_ns < 6000000'
}

@test "--phc all reads every PHC, with virtio_rtc's type and variant in both spellings" {
  machine
  phc 1 "Virtio PTP type 3/variant 1"
  phc 2 "Virtio PTP type 1, variant 0"
  phc 10 "KVM virtual PTP"
  played 0 "tai 0" --root "$ROOT" --live --phc all --json
  assert_json '[.clocks[].clock][:4] == ["ptp0", "ptp1", "ptp2", "ptp10"]'
  assert_json '.clocks[1].phc | .kind == "virtio-rtc" and
    .type == "utc-smeared" and .variant == "noon-linear"'
  assert_json '.clocks[2].phc | .type == "tai" and .variant == "unspecified"'
  assert_json '.clocks[3].phc.kind == "kvm"'
  played 0 "tai 0" --root "$ROOT" --live --phc all
  assert_output --partial "type utc-smeared, variant noon-linear"
}

@test "EXTENDED is used where PRECISE is refused, and OFFSET where both are" {
  machine
  played 0 "tai 0 precise 95" --root "$ROOT" --live --json
  assert_json '.measurements[0] | .method == "extended" and .timescale == "tai"'
  played 0 "tai 0 precise 19 extended 25" --root "$ROOT" --live --json
  assert_json '.measurements[0] | .method == "offset" and .timescale == "tai"'
}

@test "the driver's errors are explained in words, with status 4" {
  machine
  played 4 "precise 22 extended 22 offset 22" --root "$ROOT" --live --json
  assert_json '.measurements[0].error | .errno == 22 and (.message | test("EINVAL"))'
  played 4 "precise 110" --root "$ROOT" --live
  assert_line --partial "did not answer in time (ETIMEDOUT)"
  played 4 "busy 1000000" --root "$ROOT" --live
  assert_line --partial "still busy after several tries (EBUSY)"
  played 0 "tai 0 busy 3" --root "$ROOT" --live
  played 3 "caps 25" --root "$ROOT" --live
  assert_line --partial "ptp0: "
}

@test "an errno is explained by whose PHC it is, or not at all" {
  machine
  phc 1 "KVM virtual PTP"
  phc 2 ena-ptp-05
  phc 3 hyperv
  phc 4 igb
  played 4 "precise 95 extended 95 offset 95" --root "$ROOT" --live --phc ptp1
  assert_output --partial "the host's clocksource is not its TSC"
  played 4 "precise 22 extended 22 offset 22" --root "$ROOT" --live --phc all
  assert_line --regexp '^ptp0 +the driver has no time to give \(EINVAL\)$'
  assert_line --regexp '^ptp1 +Invalid argument$'
  assert_line --regexp '^ptp4 +Invalid argument$'
  assert_equal "$(grep -c UNRELIABLE <<<"$output")" 1
  played 4 "precise 110" --root "$ROOT" --live --phc ptp2
  assert_line --partial "the card did not answer in time (ETIMEDOUT)"
  refute_output --partial seq_count
  played 4 "precise 116" --root "$ROOT" --live --phc ptp3
  assert_line --partial "the host's last time stamp is too old (ESTALE)"
}

@test "TAI - UTC is one number, the page's or the leap-second table's, and never measured" {
  fields=(flags-=TAI_OFFSET_VALID)
  machine
  # 38.3 s from TAI is 1.3 s from UTC, and not another TAI offset.
  played 1 "ahead 1 ns 300000000" --root "$ROOT" --live --phc all \
    --max-offset 500ms --json
  assert_json '.measurements[0] | .timescale == "unknown" and
    .tai_minus_utc_assumed_s == 37 and .offset_ns > 1290000000'
  assert_json '.measurements | all(.tai_minus_utc_assumed_s == 37 or .clock == "ptp0")'
  played 0 "tai 0" --root "$ROOT" --live --phc all --json
  assert_json '.measurements[0].timescale == "tai"'
}

@test "a virtio clock has the scale of its type, and one that says UTC and shows TAI is 37 s off" {
  machine
  phc 1 "Virtio PTP type 0/variant 0"
  phc 2 "Virtio PTP type 1/variant 0"
  played 0 "tai 0" --root "$ROOT" --live --phc all --json
  assert_json '.measurements[1] | .timescale == "utc" and
    .offset.sec == "37" or .offset.sec == "36"'
  assert_json '.measurements[2] | .timescale == "tai" and (.offset_ns | fabs) < 1000000'
  # Another driver's clock of that name is none.
  mkdir -p "$ROOT/sys/class/ptp/ptp1/device" "$ROOT/sys/bus/igb"
  ln -s ../../../../bus/igb "$ROOT/sys/class/ptp/ptp1/device/driver"
  played 0 "tai 0" --root "$ROOT" --live --phc all --json
  assert_json '.clocks[1].phc | .kind == "other" and .driver == "igb"'
  assert_json '.measurements[1].timescale == "tai"'
}

@test "the old driver's error on a page with +37 is named" {
  fields=(tai_offset_sec=37)
  machine
  played 0 "ahead 74" --root "$ROOT" --live --json
  assert_json '.measurements[0] | .timescale == "tai-plus-offset" and
    (.fault | test("wrong by twice")) and
    (.offset.sec == "74" or .offset.sec == "73")'
  played 1 "ahead 74" --root "$ROOT" --live --max-offset 1s --phc all
  assert_output --partial "wrong by twice the offset"
}

@test "the new driver's error on a UTC page with +37 is named" {
  fields=(tai_offset_sec=37 time_type=utc)
  machine
  # The page says TAI's seconds; as UTC that is 37 s ahead of this machine.
  played 0 "ahead 0" --root "$ROOT" --live --json
  assert_json '.measurements[0].timescale == "tai-minus-twice-offset"'
}

@test "a reference ahead of the counter throws the PHC by 2^64 ticks" {
  machine
  local period turn
  period=$(jq -r .decoded.period_ns "$BATS_TEST_TMPDIR/page.json")
  # With its fraction: whole seconds without it may be half a second off.
  turn=$(awk -v p="$period" 'BEGIN {
    t = p * 2^64 / 1e9
    printf "ahead %.0f ns %.0f", int(t), (t - int(t)) * 1e9
  }')
  played 0 "tai 0 $turn" --root "$ROOT" --live --json
  assert_json '.measurements[0] | .timescale == "wrapped" and .offset_ns == null and .overflow'
}

@test "a clock is reported as inside or outside its bounds" {
  machine
  played 0 "tai 0" --root "$ROOT" --live --json --phc all
  assert_json '.measurements[0].bounds | . == "inside" or . == "unclear"'
  played 0 "tai 0 ns 400000000" --root "$ROOT" --live --json --phc all
  assert_json '.measurements[0].bounds == "outside"'
}

@test "compare opens only its answer's file for writing" {
  command -v strace >/dev/null || skip "no strace"
  machine
  run traced -f -e trace=openat,open -o "$BATS_TEST_TMPDIR/trace" -- \
    compare --root "$ROOT" --live
  # But for the counts of a coverage build.
  sed -i '/\.gcda"/d' "$BATS_TEST_TMPDIR/trace"
  run grep -E 'O_WRONLY|O_RDWR' "$BATS_TEST_TMPDIR/trace"
  assert_output ""
}
