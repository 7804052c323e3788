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
  playable
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
  cd "$BATS_TEST_TMPDIR" || return
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
  assert_line --regexp '^clock +n +minimum +mean +maximum +deviation +failed$'
  assert_line --regexp '^CLOCK_REALTIME +2 .* 0$'
  refute_line --regexp '.{81}'
}

@test "--max-offset sets the exit status" {
  expect 0 compare sim:steady --max-offset 1h --json
  assert_json '.within and .max_offset_ns == 3600000000000'
  fields=(time_sec=1)
  machine
  expect 1 compare --live "$ROOT/dev/vmclock0" --max-offset 1h --json
  assert_json '.within == false'
  expect 1 compare --live "$ROOT/dev/vmclock0" --max-offset 1h
  assert_line --regexp '^over the limit of --max-offset: CLOCK_REALTIME \(\+'
}

@test "compare of a page without a usable clock gives status 4" {
  expect 4 compare --root "$BATS_TEST_TMPDIR" sim:disruption-only
  assert_stderr --partial "no usable clock to compare with: the page describes no clock"
  assert_stderr --partial "hint: that is healthy"
  assert_output ""
  expect 4 compare sim:disruption-only --root "$BATS_TEST_TMPDIR" --json
  assert_json '.schema == "vmclockctl/compare" and .error.code == "no-clock"'
  expect 4 compare --live "$(patched "$REAL/host-tai-synchronized.bin" 0x22 04)"
  assert_stderr --partial "clock_status forbids"
  fields=(time_type=monotonic)
  machine
  rm -r "${ROOT:?}/sys"
  expect 4 compare --root "$ROOT" --live "$ROOT/dev/vmclock0"
  assert_stderr --partial "monotonic, of unknown epoch"
  # One that cannot be used is named as that.
  page=$BATS_TEST_TMPDIR/useless.bin
  vmclockctl encode --from "$REAL/host-tai-synchronized.bin" \
    counter_period_frac_sec=0 >"$page"
  run --separate-stderr vmclockctl compare --live "$page"
  assert_stderr --partial "no usable clock to compare with: the period is 0"
  refute_stderr --partial "describes no clock"
}

@test "--phc all on a machine without a PHC gives status 4" {
  expect 4 compare --root "$BATS_TEST_TMPDIR" sim:steady --phc all
  assert_stderr --partial "no usable clock to compare with: this machine has no PHC"
  assert_stderr --partial "hint: "
}

@test "PHCs that cannot be examined are reported, not taken for absent" {
  local loop class=$BATS_TEST_TMPDIR/sys/class
  loop=$(words_of "Too many levels of symbolic links")
  mkdir -p "$class"
  ln -s ptp "$class/ptp"
  expect 4 compare --root "$BATS_TEST_TMPDIR" sim:steady --phc all
  assert_stderr --partial "$class/ptp: $loop"
  # Nor is the page's own missed.
  machine
  rm -r "${ROOT:?}/sys/class/ptp"
  ln -s ptp "$ROOT/sys/class/ptp"
  expect 4 compare --root "$ROOT" --live
  assert_stderr --partial "$ROOT/sys/class/ptp: $loop"
}

@test "--phc with no PTP clock, a missing or a forbidden file gives status 3 and a hint" {
  expect 3 compare sim:steady --phc /dev/null
  assert_stderr --partial "/dev/null: not a PTP clock, but a terminal or a stream"
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
  expect 2 compare sim:steady --count 1000001
  expect 2 compare sim:steady --interval 1
  expect 2 compare sim:steady --max-offset -1s
  expect 2 compare sim:steady --duration 1s
}

@test "a page without a clock: the PHCs are compared with CLOCK_REALTIME, without bounds" {
  fields=(counter_id=invalid clock_status=unknown)
  machine
  phc 1 "KVM virtual PTP"
  phc 2 "Virtio PTP type 1/variant 0"
  # A machine that was restored: its clock is 3 days behind its host's.
  played 0 "precise 95 ahead 270000" --root "$ROOT" --live --json
  assert_json '.reference == "clock-realtime" and
    .reference_reason == "the page describes no clock"'
  assert_json '[.clocks[].clock] == ["ptp0", "ptp1", "ptp2"]'
  assert_json '.measurements[1] | (.offset_ns / 1e9 | round) == 270000 and
    .bounds == "no-bounds" and .timescale == "utc" and .window_by == "stamps"'
  # The same moment by TAI is 37 s less far off.
  assert_json '.measurements[2] | (.offset_ns / 1e9 | round) == 269963 and
    .tai_minus_utc_assumed_s == 37'
  # Of one whose timescale nothing tells it is as it stands.
  assert_json '.measurements[0] | (.offset_ns / 1e9 | round) == 270000 and
    .timescale == "unknown"'
  assert_json '.tai_minus_utc_s == 37 and .tai_minus_utc_from == "assumed"'
  played 0 "ahead 270000" --root "$ROOT" --live
  assert_line --index 0 --partial "the page describes no clock."
  assert_output --partial "without bounds"
  refute_line --regexp "^CLOCK_REALTIME +[+-]"
  output=$(tr -s ' \n' ' ' <<<"$output")
  assert_output --partial "CLOCK_REALTIME is 270000 s behind it"
  assert_output --partial "TAI - UTC is 37 s, as since 2017"
  played 1 "ahead 270000" --root "$ROOT" --live --max-offset 1h --phc ptp1
  assert_line --partial "over the limit of --max-offset: ptp1 (+270000 s)"
  played 0 "ns 0" --root "$ROOT" --live --max-offset 1h --phc ptp1
  refute_line --regexp '.{81}'
  # Nothing there is TAI.
  refute_output --partial "TAI - UTC"
  played 0 "ahead 5" --root "$ROOT" sim:snapshot-safety --phc ptp1
  # A clock that the page has and forbids is no reason to look elsewhere.
  fields=(clock_status=unreliable)
  machine
  phc 1 "KVM virtual PTP"
  played 4 "ahead 5" --root "$ROOT" --live --phc all
  fields=(clock_status=initializing)
  machine
  played 0 "ahead 5" --root "$ROOT" --live --phc all
}

@test "--max-offset names the clocks that are over it, and no other" {
  machine
  phc 1 "KVM virtual PTP"
  played 1 "tai 0 ns 300000000" --root "$ROOT" --live --phc all --max-offset 500ms
  assert_line --partial "over the limit of --max-offset: ptp1 (+37.3 s)"
  played 1 "tai 0 ns 300000000" --root "$ROOT" --live --phc all --max-offset 500ms --json
  assert_json '[.clocks[].within] == [true, false, true, true]'
}

@test "no column runs into the next, however long a name is" {
  machine
  cp "$ROOT/dev/ptp0" "$ROOT/dev/ptp_virtio_of_the_first_host"
  played 0 "tai 0" --root "$ROOT" --live --phc "$ROOT/dev/ptp_virtio_of_the_first_host"
  assert_line --regexp '^ptp_virtio_of_the_first_host [+-]'
  assert_line --regexp '^CLOCK_REALTIME {15}[+-]'
  played 4 "precise 110" --root "$ROOT" --live --phc "$ROOT/dev/ptp_virtio_of_the_first_host"
  assert_line --regexp '^ptp_virtio_of_the_first_host [^ ]'
}

@test "--count ends in a summary that no failed round takes away, and tells the status" {
  local page=$BATS_TEST_TMPDIR/page
  expect 0 encode --from "$REAL/host-tai-synchronized.bin" -o "$page"
  cp "$page" "$page.good"
  patched "$page" 0x0c 02000000 0x22 04 >path
  "$VMCLOCKCTL" compare --live "$page" -n 12 --interval 100ms --format csv \
    >told.csv 2>told.err 3>&- &
  local pid=$!
  until [[ $(wc -l <told.csv) -ge 4 ]]; do sleep 0.02; done
  dd if="$(<path)" of="$page" conv=notrunc status=none
  until grep -q "clock_status forbids" told.csv; do sleep 0.02; done
  dd if="$page.good" of="$page" conv=notrunc status=none
  status=0
  wait "$pid" || status=$?
  assert_equal "$status" 4
  assert_equal "$(head -n 1 told.csv | tr ',' '\n' | wc -l)" 12
  assert_equal "$(wc -l <told.csv)" 25
  grep -E '^[0-9]+,[0-9TZ:.-]+,CLOCK_TAI,,,,,,,,unreliable,".*clock_status forbids' told.csv
  grep -E '^12,[^,]*,CLOCK_REALTIME,-?[0-9]+,[0-9]+,[0-9]+,read,call,utc,' told.csv
  # The same in text and JSON, of a status that comes and goes.
  "$VMCLOCKCTL" compare --live "$page" -n 8 --interval 400ms --json >told.json 3>&- &
  local other=$!
  # That one tells nothing before its end; both have to have the page open, and
  # on a busy machine to be at it yet when the page changes.
  until readlink "/proc/$other/fd/"* | grep -qxF "$page"; do sleep 0.02; done
  "$VMCLOCKCTL" compare --live "$page" -n 8 --interval 400ms >told.txt 3>&- &
  pid=$!
  until [[ $(wc -l <told.txt) -ge 4 ]]; do sleep 0.02; done
  dd if="$(<path)" of="$page" conv=notrunc status=none
  status=0
  wait "$pid" || status=$?
  assert_equal "$status" 4
  status=0
  wait "$other" || status=$?
  assert_equal "$status" 4
  grep -E '^clock_status: synchronized -> unreliable, in round [2-8]$' told.txt
  grep -E '^CLOCK_REALTIME +[1-7] .* [1-7]$' told.txt
  output=$(<told.json)
  assert_json '.status_changes | length == 1 and .[0].to == "unreliable"'
  assert_json '.clocks[0] | .statistics.count + .failed_rounds == 8 and .failed_rounds > 0'
  assert_json '.measurements | length == 16 and (.[-1].error | .errno == 0 and
    (.message | test("clock_status forbids")))'
}

@test "--count 0 goes on until it is interrupted, and then sums up" {
  "$VMCLOCKCTL" compare sim:steady --count 0 --interval 10ms >told 2>err 3>&- &
  local pid=$!
  until [[ $(wc -l <told) -ge 6 ]]; do sleep 0.02; done
  kill -INT "$pid"
  status=0
  wait "$pid" || status=$?
  assert_equal "$status" 0
  grep -E '^clock +n +minimum' told
  grep -E '^CLOCK_TAI +[0-9]+ .* 0$' told
}

@test "the statistics are those of the offsets" {
  expect 0 compare sim:steady --count 9 --interval 1ms --json
  python3 - "$output" <<'END'
import json, math, statistics, sys
document = json.loads(sys.argv[1])
for clock in document["clocks"]:
    told = clock["statistics"]
    offsets = [m["offset_ns"] for m in document["measurements"]
               if m["clock"] == clock["clock"]]
    assert told["count"] == len(offsets) == 9
    assert told["mean_ns"] == sum(offsets) // 9
    assert told["deviation_ns"] == math.isqrt(int(statistics.variance(
        map(__import__("fractions").Fraction, offsets))))
    assert (told["minimum_ns"], told["maximum_ns"]) == (min(offsets), max(offsets))
END
}

@test "of a recording CLOCK_REALTIME is compared at each snapshot" {
  vmclockctl simulate live-migration --record r.jsonl --duration 5s 2>/dev/null
  expect 0 compare r.jsonl --json
  local pages
  pages=$(grep -c '"page"' r.jsonl)
  assert_json ".measurements | length == $pages and all(.clock == \"CLOCK_REALTIME\")"
  assert_json '[.measurements[].n] == [range(1; (.measurements | length) + 1)]'
  assert_json '.measurements | all(.window_ns == null and .window_by == null)'
  assert_json '.measurements | all((.offset_ns | fabs) < 1000000)'
  # Each is CLOCK_REALTIME less UTC by the page at the counter of that line.
  local n
  for n in 1 "$pages"; do
    jq -c "select(.n == $n and .page)" r.jsonl >line
    expect 0 show r.jsonl --at "$n" --json
    jq -n --slurpfile line line --argjson show "$output" '
      ($line[0].realtime.sec | tonumber) as $s | $line[0].realtime.nsec as $ns |
      $show.time.utc' >/dev/null
  done
  expect 1 compare r.jsonl --max-offset 1us -n 9
  expect 0 compare r.jsonl -n 1
  assert_line --regexp '^CLOCK_REALTIME .* - +- +read +UTC'
  expect 2 compare r.jsonl --phc all
  sed '$d' r.jsonl >cut.jsonl
  expect 0 compare cut.jsonl
  assert_line --partial "it was cut off"
  expect 0 compare cut.jsonl --json
  assert_json '.complete == false'
  expect 0 compare --json - <r.jsonl
  assert_json '.complete == true and .source.kind == "stdin"'
  expect 3 compare "$REAL/host-tai-synchronized.bin"
  vmclockctl simulate disruption-only --record d.jsonl --duration 3s 2>/dev/null
  expect 4 compare d.jsonl
  assert_line --partial "the page describes no clock"
}

@test "of a recording the window is that of the reading, where it says it" {
  vmclockctl simulate steady --record r.jsonl --duration 3s 2>/dev/null
  expect 0 compare --json r.jsonl
  local before=$output
  # In 1 ms CLOCK_REALTIME may be half of it later, or earlier, than the middle.
  jq -c 'if .page then .realtime_window_ns = 1000000 else . end' r.jsonl >w.jsonl
  expect 0 compare --json w.jsonl
  assert_json '.measurements | length > 0 and all(.window_by == "call" and
    (.window_ns | . >= 1000000 and . <= 1000002) and
    (.uncertainty_ns | . >= 500000 and . <= 500001))'
  # shellcheck disable=SC2016 # jq's variable
  assert_json '[.measurements, $before.measurements] | transpose | all(
    .[1].offset_ns - .[0].offset_ns | . >= 499999 and . <= 500001)' \
    --argjson before "$before"
  expect 0 compare w.jsonl -n 1
  assert_line --regexp '^CLOCK_REALTIME .* 500(\.00.)? us +1 ms +read +UTC'
  expect 0 compare --format csv w.jsonl -n 1
  assert_line --regexp '^1,.*,CLOCK_REALTIME,.*,50000[01],100000[0-2],read,call,utc,'
}

@test "openmetrics has the offset, its window and the place in the bounds" {
  machine
  played 0 "tai 0 ns 400000000" --root "$ROOT" --live --format openmetrics -o m.prom
  grep -F 'vmclock_offset_bounds{source="'"$ROOT"'/dev/vmclock0",clock="ptp0",bounds="outside"} 1' m.prom
  grep -E '^vmclock_offset_seconds\{.*clock="ptp0"\} 0\.(399|4)[0-9]+$' m.prom
  grep -E '^vmclock_offset_window_seconds\{.*clock="CLOCK_REALTIME"\} 0\.[0-9]{9}$' m.prom
  grep -E '^vmclock_offset_available\{.*clock="ptp0"\} 1$' m.prom
  played 4 "precise 110" --root "$ROOT" --live --format openmetrics
  assert_line --regexp '^vmclock_offset_available\{.*clock="ptp0"\} 0$'
  refute_line --regexp '^vmclock_offset_seconds.*ptp0'
  assert_line "# EOF"
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
  # The page is not UNRELIABLE, which leaves the others.
  assert_equal "$(grep -c 'marked unstable' <<<"$output")" 1
  refute_output --partial UNRELIABLE
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
  # One that is monotonic has no epoch, and does not fail the others.
  phc 3 "Virtio PTP type 2/variant 0"
  played 0 "tai 0" --root "$ROOT" --live --phc all --json
  assert_json '[.measurements[].clock] | index("ptp3") == null'
  assert_json '.clocks[3] | .clock == "ptp3" and (.note | test("not compared"))'
  played 4 "tai 0" --root "$ROOT" --live --phc ptp3 --format openmetrics
  refute_output --partial ptp3
  rm -r "$ROOT/sys/class/ptp/ptp3"
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

@test "what a later kernel says of a PHC's quality is shown" {
  machine
  # Valid are 1 the bound, 2 the timescale, 4 the status.
  played 0 "tai 0 precise 95 quality 7 bound 20080 scale 1 status 4" \
    --root "$ROOT" --live --json
  assert_json '.measurements[0] | .method == "extended" and .quality ==
    {"error_bound_ns": 20080, "timescale": "tai", "status": "free-running"}'
  played 0 "tai 0 precise 95 quality 7 bound 20080 scale 1 status 4" --root "$ROOT" --live
  # Lines are broken where the path ends.
  output=$(tr -s ' \n' ' ' <<<"$output")
  assert_output --partial "the kernel calls it free-running"
  assert_output --partial "the kernel's error bound is +/- 20.08 us"
  played 0 "tai 0 precise 95 quality 6 bound 1 scale 42 status 5" --root "$ROOT" --live --json
  assert_json '.measurements[0].quality ==
    {"error_bound_ns": null, "timescale": "unknown(42)", "status": "unreliable"}'
  played 0 "tai 0" --root "$ROOT" --live --json
  assert_json '.measurements[0] | .quality == null and .method == "precise"'
}

@test "compare opens only its answer's file for writing" {
  command -v strace >/dev/null || skip "no strace"
  machine
  run traced -f -e trace=openat,open -o "$BATS_TEST_TMPDIR/trace" -- \
    compare --root "$ROOT" --live
  # But for what a build that counts writes at its end.
  sed -i '/\.profraw"/d' "$BATS_TEST_TMPDIR/trace"
  run grep -E 'O_WRONLY|O_RDWR' "$BATS_TEST_TMPDIR/trace"
  assert_output ""
}
