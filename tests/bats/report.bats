# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016 # jq has variables too
bats_require_minimum_version 1.5.0
load helper
load hosts

setup() {
  page=$REAL/host-tai-synchronized.bin
}

@test "dump --format json prints its own document with all that show prints" {
  expect 0 dump --format json "$page"
  assert_json '.schema == "vmclockctl/dump" and .schema_version == 1'
  assert_json '.redacted == false and .machine == null and .comparison == null'
  local show
  show=$(vmclockctl show --json "$page")
  assert_json 'del(.schema, .redacted, .verdicts, .machine, .device, .phcs, .comparison, .doctor) ==
    ($show | del(.schema))' --argjson show "$show"
  local report=$output
  expect 0 dump --json "$page"
  assert_equal "$output" "$report"
}

@test "a report has the summary and only the failures and warnings of verify" {
  expect 0 dump --format json "$page"
  assert_json '.verdicts.conformant == false and .verdicts.summary.fail == 1'
  assert_json '.verdicts.results | any(.id == "tai.sign" and .status == "fail")'
  assert_json '.verdicts.results | all(.status == "fail" or .status == "warn")'
  local verify
  verify=$(vmclockctl verify --json "$page") || true
  assert_json '.verdicts.summary == $verify.summary' --argjson verify "$verify"
}

@test "a report is a SOURCE and gives the same page back" {
  local file
  for file in "$REAL"/*.bin; do
    vmclockctl dump --format json -o "$BATS_TEST_TMPDIR/report.json" "$file"
    expect 0 diff "$file" "$BATS_TEST_TMPDIR/report.json"
    vmclockctl dump "$BATS_TEST_TMPDIR/report.json" | cmp - "$file"
    vmclockctl encode --from "$BATS_TEST_TMPDIR/report.json" |
      cmp - "$file"
    rm "$BATS_TEST_TMPDIR/report.json"
  done
  vmclockctl dump --format json sim:steady >"$BATS_TEST_TMPDIR/live.json"
  expect 0 show --json "$BATS_TEST_TMPDIR/live.json"
  assert_json '.time.utc == $live.time.utc and .raw == $live.raw' \
    --argjson live "$(<"$BATS_TEST_TMPDIR/live.json")"
}

@test "a report of a live page has the machine and its clocks" {
  expect 0 dump --format json sim:steady
  assert_json '.machine.kernel == $release' --arg release "$(uname -r)"
  assert_json '.machine.architecture == $machine' --arg machine "$(uname -m)"
  assert_json '.device.firmware | . == "none" or . == "acpi" or . == "device-tree"'
  assert_json '.phcs | type == "array"'
  assert_json '.doctor | length > 1 and all(.level and .topic and .message)'
  assert_json '.comparison | .measurements | length >= 2'
  assert_json '.comparison | has("schema") or has("decoded") | not'
}

@test "a report with --root takes the machine from that tree" {
  host qemu
  phc 1 "KVM virtual PTP"
  expect 0 dump --format json --live --root "$HOST"
  assert_json '.machine.kernel == "7.2.4" and .machine.page_size == 4096'
  assert_json '.machine.hypervisor | test("QEMU")'
  assert_json '.device.driver == "bound" and .device.node.mode == "0444"'
  assert_json '.device.region.first == "0x00000000feffb000"'
  assert_json '[.phcs[].kind] == ["vmclock", "kvm"]'
  assert_json '.doctor | any(.topic == "page" and .level == "problem")'
}

@test "a report of a page without a clock says that there is nothing to compare" {
  expect 0 dump --format json sim:disruption-only
  assert_json '.comparison.error.code == "no-clock"'
  assert_json '.time == null and .time_reason == "no-clock"'
}

@test "--redact changes marker, generation and counter, but not the time" {
  vmclockctl encode --from "$page" disruption_marker=0x123456789abcdef0 \
    vm_generation_counter=0xfedcba9876543210 -o "$BATS_TEST_TMPDIR/page"
  vmclockctl show --json --counter 19253658472 "$BATS_TEST_TMPDIR/page" \
    >"$BATS_TEST_TMPDIR/page.json"
  expect 0 dump --format json --redact "$BATS_TEST_TMPDIR/page.json"
  refute_output --partial -i 123456789abcdef0
  refute_output --partial f0debc9a78563412
  refute_output --partial 1032547698badcfe
  refute_output --partial 19253658472
  refute_output --partial "$BATS_TEST_TMPDIR"
  assert_json '.redacted and .source.path == "PAGE"'
  assert_json '.time == $was.time and .decoded == $was.decoded' \
    --argjson was "$(<"$BATS_TEST_TMPDIR/page.json")"
  vmclockctl show --json - <<<"$output" | jq -e .time >/dev/null
}

@test "--redact keeps what changed between two pages" {
  local a=$REAL/qemu-10.0.2-boot.bin b=$REAL/qemu-10.0.2-after-loadvm1.bin
  head -c 16 /dev/urandom >"$BATS_TEST_TMPDIR/key"
  vmclockctl dump --redact-key "$BATS_TEST_TMPDIR/key" "$a" >"$BATS_TEST_TMPDIR/a"
  vmclockctl dump --redact-key "$BATS_TEST_TMPDIR/key" --redact --format hex "$b" \
    >"$BATS_TEST_TMPDIR/b"
  expect 0 diff "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/a"
  expect 1 diff --json "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
  assert_json '.events == ["disruption"] and
    ([.fields[].name] == ["seq_count", "disruption_marker"])'
}

@test "a page is redacted by another key in each run, and by that of --redact-key" {
  cd "$BATS_TEST_TMPDIR" || return
  vmclockctl dump --redact "$page" >a
  vmclockctl dump --redact "$page" >b
  run -1 cmp -s a b
  head -c 4096 /dev/urandom >key
  vmclockctl dump --redact-key key "$page" >a
  vmclockctl dump --redact-key key "$page" >b
  cmp a b
  head -c 16 /dev/urandom >other
  vmclockctl dump --redact-key other "$page" >b
  run -1 cmp -s a b
  head -c 15 /dev/urandom >short
  head -c 4097 /dev/urandom >long
  for file in short long; do
    expect 3 dump --format hex --redact-key "$file" "$page"
    refute_output
    assert_stderr --partial "$file: no key: it has to have 16 to 4096 bytes"
    assert_stderr --partial "hint: head -c 32 /dev/urandom"
  done
  expect 3 dump --format hex --redact-key none "$page"
  assert_stderr --partial "none: cannot open: No such file"
  mkfifo fifo
  expect 3 dump --format hex --redact-key fifo "$page"
  assert_stderr --partial "fifo: not a file"
}

# hides WHAT...: not to be found in $output, in either case.
hides() {
  local what
  for what; do
    refute_output --partial "$what"
    refute_output --partial "${what^^}"
  done
}

# number_forms HEX: of 64 bits, decimal, hex, and the bytes on the page.
number_forms() {
  local hex=$1 bytes i
  printf '%u\n%s\n' "0x$hex" "$hex"
  for ((i = 14; i >= 0; i -= 2)); do bytes+=${hex:i:2}; done
  printf '%s\n' "$bytes"
  sed 's/../& /g; s/ $//' <<<"$bytes"
}

@test "--redact leaves nothing of a made-up machine, in any form" {
  local marker=8a1f4c2e9d3b7065 generation=5e6d7c8b9a0f1e2d format
  local counter=000003a9c4e8d1f7 uuid=4c4c4544-0051-3010-8052-b4c04f4e3932
  host qemu
  kernel 6.1.0-db-web01-amd64 x86_64 kernel/drivers/ptp/ptp_vmclock.ko.xz:
  put etc/hostname web01.db.example.org
  put etc/machine-id 0d9e2c4a7b1f4c559a5e1f2e3d4c5b6a
  put proc/sys/kernel/random/boot_id 7a3c1de0-55aa-4f0f-8c77-1234567890ab
  put sys/class/dmi/id/product_uuid "$uuid"
  put sys/class/dmi/id/product_serial "VMware-42 1a"
  put sys/class/dmi/id/product_name "Board of web01, VMware-42 1a, $uuid"
  put sys/class/net/eth0/address 02:42:ac:11:00:02
  phc 1 "ptp 02-42-AC-11-00-02"
  phc 2 "card 0242ac.fffe.110002 in 0000:3b:00.1"
  phc 3 "0000:3b:00.1"
  phc 4 "of db"
  phc 5 "/home/ann/clocks/x"
  vmclockctl encode --from "$REAL/host-tai-synchronized.bin" \
    "disruption_marker=0x$marker" "vm_generation_counter=0x$generation" \
    "counter_value=0x$counter" -o "$BATS_TEST_TMPDIR/page"
  # Memory of the host behind the fields.
  printf 'secret of the host' |
    dd of="$BATS_TEST_TMPDIR/page" bs=1 seek=200 conv=notrunc status=none
  cp "$BATS_TEST_TMPDIR/page" "$HOST/dev/vmclock0.new"
  chmod 444 "$HOST/dev/vmclock0.new"
  mv -f "$HOST/dev/vmclock0.new" "$HOST/dev/vmclock0"
  for format in json text; do
    expect 0 dump --format "$format" --redact --live --root "$HOST"
    output=${output//$'\n  | '/ }
    # shellcheck disable=SC2046 # a word a form
    hides web01 example 0d9e2c4a7b1f4c559a5e1f2e3d4c5b6a \
      7a3c1de0-55aa-4f0f-8c77-1234567890ab "$uuid" "${uuid//-/}" "VMware-42 1a" \
      02:42:ac:11:00:02 02-42-AC-11-00-02 0242ac110002 0242ac.fffe.110002 \
      0000:3b:00.1 /home/ann "$BATS_TEST_TMPDIR" $(number_forms "$marker" | tr -d ' ') \
      $(number_forms "$generation" | tr -d ' ') $(number_forms "$counter" | tr -d ' ') \
      "secret of the host" "$(printf 'secret of' | xxd -p)"
    hides "$(number_forms "$marker" | tail -n 1)" \
      "$(number_forms "$counter" | tail -n 1)"
    # Two digits of the page may be just these.
    output=$(grep -vE '^[0-9a-f]{8}: ' <<<"$output")
    refute_output --regexp '\bdb\b'
  done
  # What is to be judged is there all the same.
  expect 0 dump --format json --redact --live --root "$HOST"
  assert_json '.machine.kernel == "6.1.0-HOST-HOST-amd64" and
    .raw.time_sec == $was and .phcs[1].clock_name == "ptp MAC"' --arg was \
    "$(vmclockctl show -F time_sec "$REAL/host-tai-synchronized.bin")"
}

@test "--redact leaves no name of the machine and no path of its tree" {
  host qemu
  put dev/vmclock1 x
  rm "$HOST/dev/vmclock1"
  expect 0 dump --format json --redact --live --root "$HOST"
  refute_output --partial "$HOST"
  assert_json '.device.node.path == "/dev/vmclock0" and .phcs[0].path == "/dev/ptp0"'
  expect 0 dump --format json --redact sim:steady
  assert_json '.source.path == "sim:steady"'
  local name
  name=$(uname -n)
  ((${#name} < 3)) || assert_json '[del(.page, .raw)[] | .. | strings |
    contains($name)] | any | not' --arg name "$name"
}

@test "--redact leaves no path, whatever its bytes and however short" {
  local name
  for name in p $'bad\xff.bin' $'caf\xc3\xa9.bin' $'ctl\x01.bin' 'a"b\c.bin'; do
    cp "$page" "$BATS_TEST_TMPDIR/$name"
    cd "$BATS_TEST_TMPDIR"
    expect 0 dump --format json --redact "$name"
    assert_json '.source.path == "PAGE"'
  done
  host qemu
  mv "$HOST" "$BATS_TEST_TMPDIR/"$'ro\xfft\xc3\xa9'
  expect 0 dump --format json --redact --live \
    --root "$BATS_TEST_TMPDIR/"$'ro\xfft\xc3\xa9'
  refute_output --partial "$BATS_TEST_TMPDIR"
  refute_output --partial "ro\\"
  assert_json '.source.path == "/dev/vmclock0"'
}

@test "dump --format json has a member a line, and no line beyond its texts" {
  vmclockctl dump --format json "$page" >"$BATS_TEST_TMPDIR/report"
  # All but the bytes of the page.
  run -0 awk 'length > 120 && !/"hex":/' "$BATS_TEST_TMPDIR/report"
  refute_output
  run -0 grep -c '' "$BATS_TEST_TMPDIR/report"
  ((output > 50))
}

@test "dump --format text has lines for a mail, and is the page again" {
  cd "$BATS_TEST_TMPDIR"
  local file
  for file in "$REAL"/*.bin "$FIXTURES"/rules/*.hex; do
    vmclockctl dump -o wanted "$file" 2>/dev/null || continue
    vmclockctl dump --format text "$file" >report
    run -0 awk 'length > 76 || /[^ -~]/' report
    refute_output
    vmclockctl dump report | cmp wanted -
    vmclockctl verify --json wanted | jq .results >one
    vmclockctl verify --json report | jq .results >other
    cmp one other
    rm wanted
  done || [[ $? == 1 ]]
  vmclockctl dump --format text "$page" >report
  assert_equal "$(grep '^[0-9a-f]\{8\}: ' report)" "$(head -c 107 "$page" | xxd -g1)" ||
    assert_equal "$(grep -c '^[0-9a-f]\{8\}: ' report)" 7
  run -0 grep -E '^verdict: tai.sign fail: ' report
}

@test "dump --format text is a SOURCE after what mails do to it, or is refused" {
  cd "$BATS_TEST_TMPDIR"
  vmclockctl dump --format text --redact sim:steady >report
  vmclockctl dump -o wanted report
  vmclockctl show --json report | jq -r .counter >counter
  {
    printf 'Hi,\r\n\r\non our host J\xc3\xb6rg sees this:\r\n\r\n'
    sed 's/^/> /; s/$/\r/' report
    printf '\r\nRegards\r\n-- \r\nX. Y., +49 30 1234567\r\n'
  } >mail
  vmclockctl dump mail | cmp wanted -
  expect 0 show --json mail
  assert_json '.source == {kind: "file", format: "text", path: "mail"}'
  vmclockctl show --json mail | jq -r .counter | cmp counter -
  # A line of the page lost: no other zeros come in its place.
  local lines line
  mapfile -t lines < <(grep -n '^[0-9a-f]\{8\}: ' report | cut -d: -f1)
  ((${#lines[@]} == 7))
  for line in "${lines[@]}"; do
    sed "${line}d" report >shorter
    expect 3 show shorter
  done
  sed 's/^page: 4096/page: 99999/' report >longer
  expect 3 show longer
  assert_stderr --partial "no length of a page"
}

@test "dump --format text --redact names no file, no root and no host" {
  cd "$BATS_TEST_TMPDIR"
  cp "$page" secret-name
  expect 0 dump --format text --redact secret-name
  refute_output --partial secret-name
  assert_output --partial "source.path: PAGE"
  assert_output --partial "redacted: yes"
  host qemu
  expect 0 dump --format text --redact --live --root "$HOST"
  refute_output --partial "$HOST"
  assert_output --partial "machine.kernel: "
  assert_output --partial "doctor: "
  run -0 awk 'length > 76' <<<"$output"
  refute_output
}

@test "diff of two reports names the steps of the clock, as watch does" {
  cd "$BATS_TEST_TMPDIR"
  local recording=$FIXTURES/recordings/live-migration.jsonl n
  n=$(vmclockctl watch --json "$recording" |
    jq -s 'map(select(.event == "disruption"))[0]')
  # The two snapshots around it.
  jq -s 'map(select(.type == "snapshot"))' "$recording" >snapshots
  local after
  after=$(jq '[.[].page.hex[32:48]] as $m | [range(1; length) |
    select($m[.] != $m[. - 1])][0] + 1' snapshots)
  vmclockctl dump --format json --at "$((after - 1))" "$recording" >a
  vmclockctl dump --format text --at "$after" "$recording" >b
  expect 1 diff --json a b
  assert_json '.time_step_ns == $n.time_step_ns and
    .frequency_step_ppm == $n.frequency_step_ppm and .time_step_ns != null' \
    --argjson n "$n"
  expect 1 diff a b
  assert_line --regexp '^clock: time step [+-][0-9]+\.[0-9]{9} s'
  # Without readings nothing is said of the clock, nor of the time where each
  # marker moved its own counter.
  vmclockctl dump -o a.bin a
  expect 1 diff a.bin b
  refute_output --partial "time step"
  vmclockctl dump --format json --redact --at "$((after - 1))" "$recording" >a
  vmclockctl dump --format text --redact --at "$after" "$recording" >b
  expect 1 diff --json a b
  assert_json '.time_step_ns == null'
}

@test "damaged reports are refused" {
  vmclockctl dump --format json "$page" >"$BATS_TEST_TMPDIR/report"
  jq '.schema = "vmclockctl/verify"' "$BATS_TEST_TMPDIR/report" \
    >"$BATS_TEST_TMPDIR/other"
  expect 3 show "$BATS_TEST_TMPDIR/other"
  assert_stderr --partial 'schema: is neither "vmclockctl/show" nor "vmclockctl/dump"'
  jq 'del(.decoded)' "$BATS_TEST_TMPDIR/report" >"$BATS_TEST_TMPDIR/other"
  expect 3 show "$BATS_TEST_TMPDIR/other"
  assert_stderr --partial "decoded: missing"
}

@test "unknown formats, and --json with another format, give status 2" {
  expect 2 dump --format xml "$page"
  assert_stderr --partial "--format xml: not raw, hex, text or json"
  expect 2 dump --json --format hex "$page"
}

@test "docs/bug-report.md shows what the commands print" {
  run -0 "$VMCLOCKCTL_SOURCE_ROOT/tests/check-docs" \
    "$VMCLOCKCTL_SOURCE_ROOT/docs/bug-report.md"
}
