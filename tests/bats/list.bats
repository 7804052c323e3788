#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "list fields has the table of vmclock-1" {
  vmclockctl list fields --json |
    jq -r '.items[] | select(.layout == "vmclock-1") |
      "\(.offset) \(.width) \(.name)"' >table
  diff table - <<'END'
0 4 magic
4 4 size
8 2 version
10 1 counter_id
11 1 time_type
12 4 seq_count
16 8 disruption_marker
24 8 flags
32 2 pad
34 1 clock_status
35 1 leap_second_smearing_hint
36 2 tai_offset_sec
38 1 leap_indicator
39 1 counter_period_shift
40 8 counter_value
48 8 counter_period_frac_sec
56 8 counter_period_esterror_rate_frac_sec
64 8 counter_period_maxerror_rate_frac_sec
72 8 time_sec
80 8 time_frac_sec
88 8 time_esterror_nanosec
96 8 time_maxerror_nanosec
104 8 vm_generation_counter
END
}

@test "list fields has the table of RFC v3" {
  vmclockctl list fields --json |
    jq -r '.items[] | select(.layout == "rfc-3") |
      "\(.offset) \(.width) \(.name)"' >table
  diff table - <<'END'
0 4 magic
4 2 size
6 2 version
8 8 seq_count
16 8 disruption_marker
24 2 tai_offset_sec
26 2 flags
28 1 clock_status
29 1 counter_id
30 1 counter_period_shift
31 1 leapsecond_direction
32 8 leapsecond_tai_sec
40 8 counter_value
48 8 utc_time_sec
56 8 utc_time_frac_sec
64 8 counter_period_frac_sec
72 8 counter_period_error_rate_frac_sec
80 8 utc_time_maxerror_picosec
END
}

@test "list fields --json names the values of enumerations and flags" {
  expect 0 list fields --json
  assert_json '[.items[] | select(.layout == "vmclock-1") |
      {(.name): [.values[] | .name]}] | add |
    .counter_id == ["arm-vcnt", "x86-tsc", "invalid"] and
    .time_type == ["utc", "tai", "monotonic", "invalid-smeared",
      "invalid-maybe-smeared"] and
    .clock_status == ["unknown", "initializing", "synchronized",
      "freerunning", "unreliable"] and
    .leap_second_smearing_hint == ["strict", "noon-linear", "utc-sls"] and
    .leap_indicator == ["none", "pre-pos", "pre-neg", "pos", "post-pos",
      "post-neg"] and
    .flags == ["tai-offset-valid", "disruption-soon", "disruption-imminent",
      "period-esterror-valid", "period-maxerror-valid", "time-esterror-valid",
      "time-maxerror-valid", "time-monotonic", "vm-gen-counter-present",
      "notification-present"]'
}

@test "list fields --json is a document with a schema" {
  expect 0 list fields --json
  assert_json '.schema == "vmclockctl/list" and .schema_version == 1'
  assert_json 'all(.items[]; (.name | length > 0) and (.help | length > 0))'
}

@test "list fields as text names every field once per layout" {
  vmclockctl list fields >text
  vmclockctl list fields --json | jq -r '.items[].name' | sort >names
  awk '/^0x/ { print $3 }' text | sort >shown
  diff names shown
}

@test "list events has exactly the events that exist" {
  vmclockctl list events --json | jq -r '.items[].name' | sort >names
  awk '/^[a-z]/ { print $1 }' <(vmclockctl list events) | sort >text
  diff names text
  # Those that two pages can show.
  local event
  for event in disruption restore fork status leap maintenance tai calibration; do
    grep -x "$event" names
  done
}

@test "list enumerations has the words that documents use" {
  expect 0 list enumerations --json
  assert_json '[.items[] | {(.name): .values}] | add |
    ."source-kind" == ["device", "file", "stdin", "live", "sim",
        "memory"] and
    ."error-code" == ["usage", "no-device", "several-devices", "cannot-open", "not-a-page",
      "damaged", "read", "unsettled", "no-clock", "write", "memory"] and
    ."time-reason" == ["no-clock", "status", "update-in-progress",
      "no-counter", "overflow"] and
    .verdict == ["ok", "fail", "warn", "not-applicable", "skip"] and
    .smear == ["noon-linear", "utc-sls"]'
  assert_json 'all(.items[]; (.help | length > 0) and (.values | length > 1))'
  expect 0 list enumerations
  assert_line --regexp \
    '^verdict +the result of a rule: ok, fail, warn, not-applicable, skip$'
}

@test "list commands has every command that has a help" {
  local command
  vmclockctl list commands --json | jq -r '.items[].name' >names
  for command in show dump encode diff list; do
    grep -x "$command" names
  done
  while read -r command; do
    expect 0 "$command" --help
    assert_output --partial "vmclockctl $command"
  done <names
}

@test "list commands --json has the arguments of each command" {
  expect 0 list commands --json
  assert_json '.items[] | select(.name == "verify") |
    .formats == ["text", "tap", "junit", "github", "markdown", "json"] and .arguments == "[SOURCE...]"'
  local what source count=0
  # What list takes is there, and in its help.
  while read -r what; do
    count=$((count + 1))
    expect 0 list "$what"
    expect 0 list --help
    assert_output --regexp "WHAT is .*\<$what\>"
    expect 2 list
    assert_stderr --regexp "needs one of .*\<$what\>"
  done < <(vmclockctl list commands --json |
    jq -r '.items[] | select(.name == "list").words[]')
  assert_equal "$count" 8
  # So is each format, in both places.
  while read -r command format; do
    vmclockctl "$command" --help | tr -s ' \n' ' ' |
      grep -E " --format FORMAT [^-]*\<$format\>"
    source=$REAL/qemu-10.0.2-boot.bin
    [[ $command != compare ]] || source=sim:steady
    [[ $command != report ]] || source=$FIXTURES/recordings/steady.jsonl
    vmclockctl "$command" --format "$format" --color never "$source" \
      >"$command.$format" || [[ $? == 1 ]]
    assert [ -s "$command.$format" ]
  done < <(vmclockctl list commands --json |
    jq -r '.items[] | "\(.name) \(.formats[])"')
}

@test "list options has exactly the options of every help" {
  local command
  vmclockctl list commands --json | jq -r '.items[].name' >every
  while read -r command; do
    vmclockctl "$command" --help |
      sed -nE "s/^ +((-[A-Za-z]), )?--([a-z-]+)( ([^ ]+))?( .*)?\$/$command \3 \2 \5/p"
  done <every | tr -s ' ' | sed 's/ $//' | sort >shown
  vmclockctl list options --json | jq -r '.items[] | .name as $name |
    (if .letter then " -" + .letter else "" end) as $letter |
    (if .argument then " " + .argument else "" end) as $argument |
    .commands[] | "\(.) \($name)\($letter)\($argument)"' | sort >listed
  assert [ -s shown ]
  diff shown listed
}

@test "list options shows the short form and the argument of each" {
  vmclockctl list options --json | jq -r '.items[] |
    (if .letter then "-\(.letter), " else "" end) + "--" + .name +
    (if .argument then " " + .argument else "" end)' >names
  expect 0 list options
  cut -c 1-26 <<<"$output" | sed -n '/^-/s/ *$//p' >shown
  assert [ -s names ]
  diff names shown
  assert_line --regexp '^-n, --count N +end after N$'
  assert_line --regexp '^--hex +print the bytes, annotated$'
}

@test "list events --json has the values that --until takes" {
  local event value count=0
  while read -r event value; do
    count=$((count + 1))
    expect 1 watch --until "$event=$value" "$FIXTURES/recordings/disruption-only.jsonl" ||
      expect 0 watch --until "$event=$value" "$FIXTURES/recordings/disruption-only.jsonl"
  done < <(vmclockctl list events --json |
    jq -r '.items[] | "\(.name) \(.values[])"')
  # Five states, six of a leap second, three of maintenance, six of features; and
  # the rules between pages of level must, with series.marker-silent.
  rules=$(vmclockctl list rules --json | jq '[.items[] |
    select((.needs | index("series")) and .level == "must")] | length')
  assert_equal "$count" $((5 + 6 + 3 + 6 + rules + 1))
}

@test "lists fit 80 columns of ASCII" {
  local what
  for what in fields events commands options metrics; do
    vmclockctl list "$what" >out
    assert [ -s out ]
    run -1 grep -nE '.{81}' out
    run -1 grep -nP '[^ -~]' out
  done
}

@test "list without a topic or with an unknown one gives status 2" {
  expect 2 list
  refute_output
  assert_stderr --regexp '^vmclockctl: .*fields'
  expect 2 list field
  refute_output
  assert_stderr --regexp 'hint: .*fields'
  expect 2 list nonsense
  expect 2 list fields events
}
