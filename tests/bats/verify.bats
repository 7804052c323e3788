#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# verify: options, sources, formats and exit statuses.

load helper

setup() {
  # shellcheck disable=SC2153 # the helper sets it
  RULES=$FIXTURES/rules
  LEAPS=$FIXTURES/leap/leap-seconds.list
  GOOD=$RULES/clean-tai.hex
  BAD=$RULES/tai.sign.hex
  WARN=$RULES/time.type-utc.hex
}

# of RULE: its status in $output, a document
of() {
  jq -r --arg id "$1" '.results[] | select(.id == $id).status' <<<"$output"
}

@test "verify gives 0 for a conformant page, 1 for a broken one, and with -W for warnings" {
  expect 0 verify --leap-file "$LEAPS" "$GOOD"
  assert_line --partial "conformant"
  expect 1 verify --leap-file "$LEAPS" "$BAD"
  assert_line "$BAD: not conformant"
  expect 0 verify --leap-file "$LEAPS" "$WARN"
  expect 1 verify -W --leap-file "$LEAPS" "$WARN"
}

@test "a failure has its message, place, expected, actual, clause and hint" {
  expect 1 verify "$BAD"
  assert_line --index 0 "FAIL tai.sign: the TAI offset has the sign of TAI to UTC"
  assert_line --index 1 "  0x24      25 00  tai_offset_sec"
  assert_line --index 2 "  expected  -37"
  assert_line --index 3 "  actual    37"
  assert_line --partial "clause    UAPI.13 v1.1, Structure Fields (must)"
  assert_line --partial "hint      negate it"
}

@test "failures come before warnings, and every line fits its width" {
  for file in "$RULES"/*.hex "$RULES"/*.jsonl "$REAL"/*.bin; do
    (cd "${file%/*}" && "$VMCLOCKCTL" verify -v "${file##*/}") || (($? == 1))
  done >"$BATS_TEST_TMPDIR/all"
  run awk 'length > 80' "$BATS_TEST_TMPDIR/all"
  assert_output ""
  run grep -cP '[^\n -~]' "$BATS_TEST_TMPDIR/all"
  assert_output 0
  expect 1 verify "$RULES/header.size-flags.hex"
  assert_line --index 0 --partial "FAIL "
  assert_line --partial "WARN header.size-page"
}

@test "-v prints every rule, -q nothing" {
  expect 0 verify -v "$GOOD"
  for id in $(vmclockctl list rules --json | jq -r '.items[].id'); do
    assert_line --partial " $id"
  done
  expect 0 verify -q "$GOOD"
  assert_output ""
  expect 1 verify -q "$BAD" "$GOOD"
  assert_output ""
}

@test "several sources: the verdict heads each, the last line counts and names the bad ones" {
  cd "$BATS_TEST_TMPDIR"
  cp "$GOOD" good.hex
  cp "$BAD" bad.hex
  expect 1 verify --leap-file "$LEAPS" good.hex bad.hex
  assert_line --index 0 "good.hex: conformant"
  assert_line --index 1 --partial " rules: "
  assert_line --index 2 "bad.hex: not conformant"
  assert_line --index 3 "FAIL tai.sign: the TAI offset has the sign of TAI to UTC"
  assert_line --index -1 \
    "2 sources: 1 conformant, 1 not conformant (bad.hex), 0 not judged, 0 not checked"
  expect 3 verify good.hex bad.hex none bad.hex
  assert_line "none: not checked"
  assert_line --index -1 \
    "4 sources: 1 conformant, 2 not conformant (bad.hex, bad.hex), 0 not judged, 1 not checked (none)"
  assert_stderr --partial "none: cannot open"
  expect 3 verify none bad.hex
  expect 1 verify --json good.hex bad.hex
  assert_equal "${#lines[@]}" 2
  expect 3 verify --json good.hex none
  assert_equal "$(jq -r .error.code <<<"${lines[1]}")" cannot-open
}

@test "the status of several sources is the first 3 or 4 met, else 1, else 0" {
  local text=$BATS_TEST_TMPDIR/text
  echo "no dump of a page" >"$text"
  # Of a dump driver.* cannot be judged; --expect makes one that is not met.
  expect 4 verify --only 'driver.*' "$GOOD" "$text"
  expect 3 verify --only 'driver.*' "$text" "$GOOD"
  expect 4 verify --only header.layout "$GOOD" "$FIXTURES/rules/header.magic.hex"
  expect 4 verify --only tai.sign "$BAD" "$FIXTURES/rules/tai.valid.hex"
  expect 1 verify --only tai.sign "$GOOD" "$BAD" "$GOOD"
  expect 0 verify --only tai.sign "$GOOD" "$GOOD"
}

@test "a source of which no selected rule is judged has no verdict, but a reason" {
  expect 4 verify --only 'driver.*' "$GOOD"
  assert_line --index 0 --partial "6 rules: 0 ok, 0 fail, 0 warn"
  assert_line --index 1 "note: driver.* needs a live device and the kernel's driver"
  assert_line --index 2 "$GOOD: not judged"
  refute_stderr
  expect 4 verify --json --only 'driver.*' "$GOOD"
  assert_json '.conformant == null and
    .reason == "driver.* needs a live device and the kernel'"'"'s driver"'
  expect 4 verify --json --only driver.node --only 'series.*' "$GOOD"
  assert_json '.reason | test("^series[.][*]: a page alone.*; driver.node needs a live")'
  expect 4 verify -q --only 'driver.*' "$GOOD"
  refute_output
  # One that is judged is enough, and an expectation that is not met fails.
  expect 0 verify --json --only 'driver.*' --only seq.even "$GOOD"
  assert_json '.conformant == true and .reason == null'
  expect 1 verify --only driver.node --expect driver.node=ok "$GOOD"
  expect 4 verify --only driver.node --expect driver.node=skip "$GOOD"
  # Neither is a page of which no rule says anything.
  expect 4 verify --only tai.sign "$RULES/tai.valid.hex"
  assert_line --index 1 "note: tai.sign: TAI_OFFSET_VALID is clear, or the time is monotonic"
}

@test "rules skipped for want of a leap-second table are named below the counts" {
  local root=$BATS_TEST_TMPDIR/root expired=$FIXTURES/leap/expired.list
  mkdir "$root"
  expect 0 verify --leap-file "$expired" "$GOOD"
  assert_line "note: no leap-second table for tai.value: the leap-second table has expired"
  expect 0 verify --root "$root" --format tap "$GOOD"
  assert_line --partial "no leap-second table for tai.value: "
  assert_line --partial "No such file"
  expect 0 verify --json --root "$root" "$GOOD"
  assert_json '.summary.no_leap_table == ["tai.value"]'
  expect 0 verify --json --leap-file "$LEAPS" "$GOOD"
  assert_json '.summary.no_leap_table == []'
  expect 0 verify --leap-file "$LEAPS" "$GOOD"
  refute_output --partial "leap-second"
}

@test "without a device and with a pipe as standard input, the hint names -" {
  mkdir "$BATS_TEST_TMPDIR/dev"
  run --separate-stderr bash -c "cat '$GOOD' | '$VMCLOCKCTL' verify --root '$BATS_TEST_TMPDIR'"
  assert_equal "$status" 3
  assert_stderr --partial "standard input is a pipe, which - reads"
  expect 3 verify --root "$BATS_TEST_TMPDIR" </dev/null
  refute_stderr --partial "a pipe"
  run bash -c "cat '$GOOD' | '$VMCLOCKCTL' verify -"
  assert_success
}

@test "verify checks any 4 bytes that are no text as a page, and refuses fewer" {
  printf '\1xyz' >"$BATS_TEST_TMPDIR/four"
  printf 'wxy' >"$BATS_TEST_TMPDIR/three"
  expect 1 verify --json "$BATS_TEST_TMPDIR/four"
  assert_equal "$(of header.magic)" fail
  assert_equal "$(of header.version)" skip
  expect 3 verify "$BATS_TEST_TMPDIR/three"
  : >"$BATS_TEST_TMPDIR/empty"
  expect 3 verify "$BATS_TEST_TMPDIR/empty"
  expect 1 verify --json - <"$BATS_TEST_TMPDIR/four"
  assert_json '.source.kind == "stdin"'
  head -c 70000 /dev/urandom >"$BATS_TEST_TMPDIR/noise"
  printf '\xff' | dd of="$BATS_TEST_TMPDIR/noise" conv=notrunc status=none
  expect 1 verify "$BATS_TEST_TMPDIR/noise"
  assert_line --index 0 "FAIL header.magic: the magic is \"VCLK\""
}

@test "text that is no dump is no page" {
  local text=$BATS_TEST_TMPDIR/text
  printf 'wxyz' >"$text"
  expect 3 verify "$text"
  assert_line --index 0 "$text: not checked"
  assert_stderr --partial "$text: text, but no dump of a page"
  expect 3 verify --json "$text"
  assert_json '.error.code == "not-a-page"'
  expect 3 verify --live --samples 1 "$text"
  expect 3 verify - <"$text"
}

@test "a dump cut inside the header is not conformant" {
  local n
  for n in 4 7 8 31; do
    head -c "$n" "$REAL/host-tai-synchronized.bin" >"$BATS_TEST_TMPDIR/cut"
    expect 1 verify --json - <"$BATS_TEST_TMPDIR/cut"
    assert_json '[.results[] | select(.status == "fail").id] ==
      ["header.size-region"]'
    assert_equal "$(jq -r '.results[] | select(.id == "header.size-region") |
      .expected, .actual, .message' <<<"$output")" "at least 32 bytes
$n bytes
cut short: $n of 32 bytes"
  done
  head -c 32 "$REAL/host-tai-synchronized.bin" >"$BATS_TEST_TMPDIR/cut"
  expect 0 verify --json "$BATS_TEST_TMPDIR/cut"
  assert_equal "$(of header.size-region)" warn
}

@test "a page cut short is checked as far as it goes" {
  head -c 38 "$REAL/host-tai-synchronized.bin" >"$BATS_TEST_TMPDIR/cut"
  expect 1 verify --json "$BATS_TEST_TMPDIR/cut"
  assert_equal "$(of tai.sign)" fail
  assert_equal "$(of header.size-region)" warn
  assert_equal "$(of period.nonzero)" skip
  assert_equal "$(of seq.even)" ok
}

@test "a wrong magic does not change the verdicts of other rules" {
  page=$(patched "$REAL/host-tai-synchronized.bin" 0 00 0x22 09)
  expect 1 verify --json "$page"
  assert_equal "$(of header.magic)" fail
  assert_equal "$(of tai.sign)" fail
  assert_equal "$(of status.known)" fail
  assert_equal "$(of header.version)" ok
}

@test "--only and --skip take globs and may be repeated" {
  expect 0 verify --json --only 'tai.*' --only seq.even "$GOOD"
  assert_json '[.results[].id] == ["seq.even", "tai.valid", "tai.sign", "tai.value"]'
  assert_json '.summary.rules == 4'
  expect 0 verify --json --only 'tai.*' --skip '*.sign' "$BAD"
  assert_json '[.results[].id] == ["tai.valid", "tai.value"]'
  expect 0 verify --skip tai.sign "$BAD"
  expect 2 verify --skip '*' "$GOOD"
}

@test "unknown rules and statuses give status 2 and name similar ones" {
  expect 2 verify --only tai.sgn "$GOOD"
  assert_stderr --partial "Near it: tai.valid tai.sign tai.value"
  assert_stderr --partial "did you mean tai.sign?"
  expect 2 verify --skip 'tia.*' "$GOOD"
  expect 2 verify --expect header.magik=ok "$GOOD"
  assert_stderr --partial "did you mean header.magic?"
  expect 2 verify --expect tai.sign=fial "$GOOD"
  assert_stderr --partial "did you mean fail?"
  expect 2 verify --expect tai.sign "$GOOD"
  expect 2 explain seq.evn
  assert_stderr --partial "did you mean seq.even?"
  expect 2 explain
  expect 2 verify --format xml "$GOOD"
  expect 2 verify --json --format tap "$GOOD"
  expect 2 verify --duration 0s "$GOOD"
  expect 2 verify --samples 0 "$GOOD"
  expect 2 verify - -
}

@test "--expect of a rule that is not checked, or twice of one rule, gives status 2" {
  expect 2 verify --skip tai.sign --expect tai.sign=fail "$BAD"
  refute_output
  assert_stderr --partial \
    "--expect tai.sign=fail: --only or --skip leaves the rule out"
  expect 2 verify --expect tai.sign=fail --only 'seq.*' "$BAD"
  expect 2 verify --expect tai.sign=fail --expect tai.sign=ok "$BAD"
  assert_stderr --partial "--expect tai.sign=ok: fail was expected before"
  expect 0 verify --expect tai.sign=fail --expect tai.sign=fail "$BAD"
  expect 0 verify --expect tai.sign=fail --only 'tai.*' --skip tai.valid "$BAD"
}

@test "--expect excuses a result that is met and fails one that is not" {
  expect 0 verify --json --expect tai.sign=fail "$BAD"
  assert_json '.conformant and .summary.fail == 0 and .summary.expected == 1'
  assert_json '.results[] | select(.id == "tai.sign") |
    .status == "fail" and .expected_status == "fail"'
  expect 1 verify --json --expect tai.sign=fail "$GOOD"
  assert_json '(.conformant | not) and .summary.fail == 1'
  expect 1 verify --expect tai.sign=fail "$GOOD"
  assert_line "FAIL tai.sign: fail was expected, but it is ok"
  expect 1 verify --expect tai.sign=warn "$BAD"
  assert_line --partial "warn was expected, but it is fail"
  expect 0 verify -W --expect time.type-utc=warn --leap-file "$LEAPS" "$WARN"
  assert_line --partial ", 1 as expected"
  # The counts always add up.
  for expected in tai.sign=fail tai.sign=ok seq.even=ok series.nested=skip; do
    run --separate-stderr vmclockctl verify --json --expect "$expected" "$BAD"
    assert_json '.summary | .rules == .ok + .fail + .warn + .not_applicable +
      .skip + .expected'
  done
}

@test "a named leap-second table that cannot be read gives status 3" {
  local none=$BATS_TEST_TMPDIR/none damaged=$FIXTURES/leap/damaged.list
  expect 3 verify --leap-file "$none" "$GOOD"
  refute_output
  assert_stderr "vmclockctl: $none: cannot open: No such file or directory"
  expect 3 verify -q --json --leap-file "$none" -o "$BATS_TEST_TMPDIR/out" "$GOOD"
  assert_json '.schema == "vmclockctl/verify" and .error.code == "cannot-open"'
  assert_file_not_exist "$BATS_TEST_TMPDIR/out"
  expect 3 verify --json --leap-file "$damaged" "$GOOD"
  assert_json '.error.code == "damaged" and (.error.message | test("steps"))'
  assert_stderr --partial "vmclockctl: $damaged: no leap-second table: "
  expect 3 verify --leap-file "$BATS_TEST_TMPDIR" "$GOOD"
  assert_stderr --partial ": cannot open: Is a directory"
  expect 3 verify --leap-file /dev/null "$GOOD"
  assert_stderr --partial "it has no entry"
  printf 'x%.0s' {1..70000} >"$BATS_TEST_TMPDIR/long"
  expect 3 verify --leap-file "$BATS_TEST_TMPDIR/long" "$GOOD"
  assert_stderr --partial "it is too large"
  mkfifo "$BATS_TEST_TMPDIR/fifo"
  { sleep 0.2 && cat "$LEAPS"; } >"$BATS_TEST_TMPDIR/fifo" &
  expect 0 verify --json --leap-file "$BATS_TEST_TMPDIR/fifo" "$GOOD"
  wait "$!"
  assert_equal "$(of tai.value)" ok
}

@test "a named leap-second table that has expired is reported and used" {
  local expired=$FIXTURES/leap/expired.list option
  for option in --json -v -q; do
    expect 0 verify "$option" --leap-file "$expired" "$GOOD"
    assert_stderr \
      "vmclockctl: $expired: the leap-second table expired on 2017-06-28"
  done
  expect 0 verify --json --leap-file "$expired" "$GOOD"
  assert_equal "$(of tai.value)" skip
  assert_json '.results[] | select(.id == "tai.value").message | test("expired")'
  expect 0 verify --json --leap-file "$LEAPS" "$GOOD"
  refute_stderr
  assert_equal "$(of tai.value)" ok
}

@test "a missing or damaged system leap-second table is skipped with a reason" {
  local root=$BATS_TEST_TMPDIR/root
  mkdir -p "$root/usr/share/zoneinfo"
  cp "$LEAPS" "$root/usr/share/zoneinfo/"
  expect 0 verify --json --root "$root" "$GOOD"
  assert_equal "$(of tai.value)" ok
  cp "$FIXTURES/leap/damaged.list" "$root/usr/share/zoneinfo/leap-seconds.list"
  expect 0 verify --json --root "$root" "$GOOD"
  assert_equal "$(of tai.value)" skip
  assert_json '.results[] | select(.id == "tai.value").message | test("steps")'
  rm "$root/usr/share/zoneinfo/leap-seconds.list"
  expect 0 verify --json --root "$root" "$GOOD"
  assert_equal "$(of tai.value)" skip
  assert_json '.results[] | select(.id == "tai.value").message |
    test("No such file")'
  refute_stderr
}

@test "a recording of one snapshot skips the series rules, one of none is refused" {
  head -n 2 "$RULES/series-clean.jsonl" >"$BATS_TEST_TMPDIR/one"
  expect 0 verify --json "$BATS_TEST_TMPDIR/one"
  assert_equal "$(of series.nested)" skip
  assert_equal "$(of seq.even)" ok
  head -n 1 "$RULES/series-clean.jsonl" >"$BATS_TEST_TMPDIR/start"
  expect 3 verify "$BATS_TEST_TMPDIR/start"
  { cat "$BATS_TEST_TMPDIR/one" && echo '{"type": 1}' && echo; } \
    >"$BATS_TEST_TMPDIR/damaged"
  expect 3 verify "$BATS_TEST_TMPDIR/damaged"
  assert_stderr --partial "line 3"
}

@test "honest scenarios are conformant, broken ones break only their own rules" {
  for name in $(vmclockctl list scenarios --json |
    jq -r '.items[] | select(.publish_only | not).name'); do
    breaks=$(vmclockctl list scenarios --json |
      jq -r --arg n "$name" '.items[] | select(.name == $n) | .breaks // ""')
    vmclockctl simulate "$name" --record "$BATS_TEST_TMPDIR/$name" 2>/dev/null
    expect "$([[ $breaks ]] && echo 1 || echo 0)" verify --json \
      --leap-file "$LEAPS" "$BATS_TEST_TMPDIR/$name"
    assert_equal "$(jq -r '[.results[] | select(.status == "fail").id] |
      join(",")' <<<"$output")" "$breaks"
  done
}

@test "verify samples live pages: simulations and published files" {
  expect 0 verify --json --duration 300ms sim:steady
  assert_json '.source.kind == "sim"'
  expect 0 verify --json --samples 5 sim:disruption-only
  vmclockctl encode seq_count=2 -o "$BATS_TEST_TMPDIR/page"
  expect 0 verify --json --live --samples 3 "$BATS_TEST_TMPDIR/page"
  assert_json '.source.kind == "live"'
  assert_equal "$(of series.constant)" skip
  # size larger than the region, which the file is here
  vmclockctl encode size=8192 -o "$BATS_TEST_TMPDIR/large"
  expect 1 verify --json --live --samples 3 "$BATS_TEST_TMPDIR/large"
  assert_equal "$(of header.size-region)" fail
  # a file that is not a page is checked as it is
  printf '\1not a page at all, but long enough to be one' \
    >"$BATS_TEST_TMPDIR/no"
  expect 1 verify --json --live --samples 3 "$BATS_TEST_TMPDIR/no"
  assert_equal "$(of header.magic)" fail
  # an update that never ends
  vmclockctl encode seq_count=3 -o "$BATS_TEST_TMPDIR/odd"
  expect 1 verify --json --live --samples 1 "$BATS_TEST_TMPDIR/odd"
  assert_equal "$(of series.odd-window)" fail
  assert_equal "$(of seq.even)" skip
  expect 2 verify sim:nothing --duration 10ms
}

@test "-q and -v cannot be combined" {
  expect 2 verify -q -v "$GOOD"
  assert_stderr --partial "vmclockctl: -q: cannot be combined with -v"
}

@test "--duration and --samples are refused without a live page" {
  local option
  head -n 2 "$RULES/series-clean.jsonl" >"$BATS_TEST_TMPDIR/one"
  for option in "--samples 3" "--duration 10ms"; do
    # shellcheck disable=SC2086 # an option and its argument
    expect 2 verify $option "$GOOD" "$BATS_TEST_TMPDIR/one"
    refute_output
    assert_stderr "vmclockctl: ${option% *}: no SOURCE is a live page
hint: use --live if another process updates it"
    # shellcheck disable=SC2086
    expect 2 verify $option - <"$GOOD"
    # shellcheck disable=SC2086
    expect 3 verify $option "$BATS_TEST_TMPDIR/nothing"
    # shellcheck disable=SC2086
    expect 0 verify $option "$GOOD" sim:steady
    # shellcheck disable=SC2086
    expect 0 verify $option --live "$GOOD"
  done
}

@test "a live page that exceeds its bounds is caught" {
  vmclockctl simulate unnested --publish "$BATS_TEST_TMPDIR/page" \
    --duration 6s 2>/dev/null &
  pid=$!
  for _ in {1..50}; do
    [[ ! -s $BATS_TEST_TMPDIR/page ]] || break
    sleep 0.1
  done
  run --separate-stderr vmclockctl verify --json --live --duration 8s \
    --leap-file "$LEAPS" "$BATS_TEST_TMPDIR/page"
  wait "$pid"
  assert_equal "$(of series.nested)" fail
}

@test "prove reads the TAP report" {
  expect 0 verify --format tap "$GOOD"
  printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/good.t"
  run -0 prove --exec cat "$BATS_TEST_TMPDIR/good.t"
  expect 3 verify --format tap "$GOOD" "$BAD" "$WARN" "$BATS_TEST_TMPDIR/none"
  rules=$(grep -c '^### ' "$VMCLOCKCTL_SOURCE_ROOT/docs/rules.md")
  assert_line --index -1 "1..$((3 * rules + 1))"
  printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/bad.t"
  run ! prove --exec cat "$BATS_TEST_TMPDIR/bad.t"
  assert_line --partial "Failed 2/$((3 * rules + 1)) subtests"
  expect 0 verify --format tap --expect tai.sign=fail "$BAD"
  printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/todo.t"
  run -0 prove --exec cat "$BATS_TEST_TMPDIR/todo.t"
  expect 1 verify --format tap -W --only 'time.*' "$WARN"
  assert_line "not ok 2 - time.type-utc"
  expect 0 verify --format tap --only 'time.*' "$WARN"
  assert_line "ok 2 - time.type-utc"
  expect 1 verify --format tap --expect seq.even=fail --only seq.even "$GOOD"
  assert_line "not ok 1 - seq.even"
}

@test "the JUnit XML report is valid by its schema" {
  name=$BATS_TEST_TMPDIR/'<&">'$'\x01\xff'
  cp "$GOOD" "$name"
  run --separate-stderr vmclockctl verify --format junit --expect seq.even=fail \
    "$RULES"/*.hex "$RULES"/*.jsonl "$name" "$BATS_TEST_TMPDIR/none"
  assert_equal "$status" 3
  printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/out.xml"
  run -0 xmllint --noout \
    --schema "$VMCLOCKCTL_SOURCE_ROOT/docs/schema/junit.xsd" \
    "$BATS_TEST_TMPDIR/out.xml"
  run -0 xmllint --xpath 'count(//testcase)' "$BATS_TEST_TMPDIR/out.xml"
  fixtures=("$RULES"/*.hex "$RULES"/*.jsonl)
  rules=$(grep -c '^### ' "$VMCLOCKCTL_SOURCE_ROOT/docs/rules.md")
  assert_output $((rules * (${#fixtures[@]} + 1) + 1))
  run -0 xmllint --xpath 'string(/testsuites/testsuite[last() - 1]/@name)' \
    "$BATS_TEST_TMPDIR/out.xml"
  assert_output "$BATS_TEST_TMPDIR/"'<&">\x01\xff'
}

@test "the report goes to -o FILE, and only verdict words are coloured" {
  expect 1 verify --json -o "$BATS_TEST_TMPDIR/out" "$BAD"
  assert_output ""
  run -0 jq -e .conformant\ ==\ false "$BATS_TEST_TMPDIR/out"
  expect 1 verify --color always "$BAD"
  assert_line --index 0 $'\e[1;31mFAIL\e[0m tai.sign: the TAI offset has the sign of TAI to UTC'
  assert_line --index -1 "$BAD: "$'\e[1;31mnot conformant\e[0m'
  expect 4 verify -o /dev/full "$BAD"
}

@test "list rules and explain know every rule" {
  count=$(grep -c '^### ' "$VMCLOCKCTL_SOURCE_ROOT/docs/rules.md")
  expect 0 list rules --json
  assert_equal "$(jq '.items | length' <<<"$output")" "$count"
  rules=$output
  for id in $(jq -r '.items[].id' <<<"$rules"); do
    expect 0 explain "$id"
    assert_line --index 0 "$id"
    expect 0 explain --json "$id"
    assert_equal "$(jq -r .rule.id <<<"$output")" "$id"
  done
  expect 0 list rules
  assert_equal "$(awk 'NF && !/^ / { n++ } END { print n }' <<<"$output")" "$count"
}

@test "only printable ASCII of a file's name reaches the terminal" {
  local name=$'a\e]0;title\a\xc3\xa9\n.bin' format spelt wanted
  # In UTF-8 some of it is shown, see below.
  local -x LC_ALL=C
  spelt='a\x1b]0;title\x07\xc3\xa9\x0a.bin'
  cd "$BATS_TEST_TMPDIR"
  cp "$REAL/host-tai-synchronized.bin" "$name"
  for format in text tap; do
    run "$VMCLOCKCTL" verify --format "$format" "$name" "missing-$name"
    if LC_ALL=C grep -n '[^ -~]' <<<"$output"; then
      fail "bytes that are not printable ASCII"
    fi
    wanted=$spelt
    [[ $format != tap ]] || wanted=${spelt//\\/\\\\}
    assert_output --partial "$wanted"
  done
  expect 1 watch --live --timeout 50ms "$name"
  assert_stderr --partial "watching $spelt, a look every 100 ms"
  expect 3 watch "$name"
  expect 0 simulate disruption-only --record "$name.jsonl"
  expect 0 watch "$name.jsonl"
  assert_stderr --partial "replaying $spelt.jsonl"
}

@test "in UTF-8 a file's name is shown as it is, without control characters" {
  local name=$'a\e\xc3\xa9\xe2\x80\xae\xff.bin' format
  local spelt=$'a\\x1b\xc3\xa9\\xe2\\x80\\xae\\xff.bin'
  local ascii='a\x1b\xc3\xa9\xe2\x80\xae\xff.bin'
  cd "$BATS_TEST_TMPDIR"
  cp "$REAL/host-tai-synchronized.bin" "$name"
  local -x LC_ALL=C.UTF-8
  expect 3 verify "$name" "missing-$name"
  assert_line "$spelt: not conformant"
  assert_line "missing-$spelt: not checked"
  assert_stderr --partial "vmclockctl: missing-$spelt: cannot open"
  expect 1 watch --live --timeout 50ms "$name"
  assert_stderr --partial "watching $spelt, a look every 100 ms"
  # What programs read is the same everywhere.
  for format in tap junit json; do
    expect 3 verify --format "$format" "$name" "missing-$name"
    assert_stderr --partial "missing-$spelt: cannot open"
    local utf8=$output
    run -1 grep -nP '[^ -~]' <<<"$output"
    LC_ALL=C expect 3 verify --format "$format" "$name" "missing-$name"
    assert_output "$utf8"
  done
  expect 3 verify --format junit "$name" "missing-$name"
  assert_output --partial "<testsuite name=\"$ascii\""
}

@test "the summary of one rule says 1 rule, not 1 rules" {
  expect 0 verify --only header.magic "$REAL/host-tai-synchronized.bin"
  assert_line --index 0 --partial "1 rule: 1 ok"
}
