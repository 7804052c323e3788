#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Reports of recordings with more in them than is drawn one by one, and of such
# that lack something.

load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

# simulated SCENARIO DURATION: writes SCENARIO.jsonl.
simulated() {
  vmclockctl simulate "$1" --record "$1.jsonl" --duration "$2" 2>/dev/null
}

# changed RULE...: steady.jsonl with these changes becomes changed.jsonl.
changed() {
  "$BATS_TEST_DIRNAME/change_recording.py" "$@" <steady.jsonl >changed.jsonl
}

# drawn FILE [ARGUMENT...]: the report is report.html, and XML too.
drawn() {
  expect 0 report -o report.html "$@"
  xmllint --noout report.html
}

# headings: of the close-ups, one a line.
headings() {
  run -0 bash -c 'grep -oE "<section><h3>[^<]+" report.html | cut -d ">" -f 3'
}

# titles PATTERN: of what is drawn, sorted and counted.
titles() {
  grep -oE "<title>$1</title>" report.html | sed 's/<[^>]*>//g' | sort | uniq -c |
    sed 's/^ *//'
}

@test "a disruption in a long recording is drawn close up too" {
  simulated live-migration 100s
  drawn live-migration.jsonl
  headings
  assert_output "Event 1: disruption after 4 s"
  for panel in offset step; do
    run -0 grep -c " id=\"close0-$panel-t1\"" report.html
  done
  simulated maintenance 100s
  drawn maintenance.jsonl
  headings
  assert_output "Event 3: disruption after 6 s"
  # What is announced stands on its strip.
  run -0 titles '(soon|imminent)[a-z, ]*'
  assert_output "2 soon
2 soon, imminent"
  # There is nothing to draw where the page has no clock.
  simulated disruption-only 100s
  drawn disruption-only.jsonl
  run -1 grep Close-ups report.html
}

@test "what a rule found first is drawn close up, once a rule" {
  simulated unnested 100s
  drawn unnested.jsonl
  headings
  assert_output "series.nested after 4 s"
  simulated frequency-step 100s
  drawn frequency-step.jsonl
  headings
  assert_output --partial "series.frequency-step after 4 s"
  simulated odd-window 100s
  drawn odd-window.jsonl
  headings
  assert_output --partial "series.odd-window after 4"
}

@test "changes of a state beyond those that are drawn are counted" {
  simulated steady 25min
  # Free-running and synchronized in turn.
  changed 300-1000/2@0x22=03
  drawn changed.jsonl
  run -0 titles '[0-9]+ changes more than are drawn one by one'
  # In the wide picture, and in the narrow one.
  assert_output --regexp '^2 [1-9][0-9]+ changes more'
  # Each is an event, and not all of these are in the list.
  run -0 grep -oE '[0-9]+ more are counted in the picture' report.html
  run -0 vmclockctl report --json changed.jsonl
  assert_json '.reports[0].summary.events.status == 702'
}

@test "disruptions beyond those of the list are drawn as columns" {
  simulated steady 25min
  changed 100-1200/2@0x10=77
  drawn changed.jsonl
  run -0 grep -oE '[0-9]+ more are counted in the picture' report.html
  # The close-ups have room for some.
  headings
  assert_line --index 0 "Event 1: disruption after 1 min 39 s"
  run -0 vmclockctl report --json changed.jsonl
  assert_json '.reports[0].summary.events.disruption == 1102'
}

@test "each indicator of a leap second has its words" {
  simulated steady 140s
  changed 10-20@0x26=01 30-40@0x26=02 50-60@0x26=03 70-80@0x26=04 \
    90-100@0x26=05 110-120@0x26=09
  drawn changed.jsonl
  # Of the wide and of the narrow picture.
  run -0 titles 'insert[^<]*|one [^<]*|it was [^<]*|23:59:60|unknown'
  assert_line "2 unknown"
  assert_line "2 it was inserted"
  assert_line "2 it was left out"
}

@test "a time without a clock has the word for it, on short and long axes" {
  local length
  for length in 100s 25min; do
    simulated steady "$length"
    changed 30-80@0x22=04
    drawn changed.jsonl
    run -0 grep -o 'no time to rely on: unreliable' report.html
    changed 30-80@0x22=00
    drawn changed.jsonl
    run -0 grep -oE 'no time to rely on: (unknown|status unknown)' report.html
  done
  # Too narrow for a word.
  simulated steady 10min
  changed 30-31@0x22=04
  drawn changed.jsonl
  run -1 grep -o 'no time to rely on' report.html
  run -0 grep -o 'class="noclock"' report.html
}

@test "updates that were missed are events" {
  simulated steady 100s
  changed 50@missed=3 60@missed=1
  drawn changed.jsonl
  run -0 grep -oE '[0-9]+ updates? (missed|not seen)' report.html
  assert_line "4 updates missed"
  assert_line "3 updates not seen"
  assert_line "1 update not seen"
}

@test "snapshots without clocks, and clocks that go back, stand where they can" {
  simulated steady 100s
  changed 20-30@realtime=null 20-30@monotonic_raw=null
  drawn changed.jsonl
  run -0 vmclockctl report --json changed.jsonl
  assert_json '.reports[0].summary.snapshots == 100'
  changed '50-60@monotonic_raw={"sec": "4001", "nsec": 5}'
  drawn changed.jsonl
  run -0 grep -o 'CLOCK_MONOTONIC_RAW went back' report.html
  changed 1-200@realtime=null 1-200@monotonic_raw=null
  drawn changed.jsonl
}

@test "readings outside the bounds are crosses, in columns too, or off the scale" {
  local length
  for length in 100s 25min; do
    simulated steady "$length"
    # By the 30 us that its bounds have, and by seconds.
    changed '50@realtime={"sec": "1767225649", "nsec": 61000}' \
      '60@realtime={"sec": "1767225600", "nsec": 0}'
    drawn changed.jsonl
    run -0 grep -oE '[0-9]+ outside' report.html
    run -0 grep -o 'off the scale' report.html
  done
}

@test "a report names the part that it is of, and rules of all of it" {
  simulated unnested 100s
  drawn unnested.jsonl --begin 10 --end 30
  run -0 grep -o 'vmclockctl report unnested.jsonl --begin 10 --end 30' report.html
  run -0 grep -o 'of the whole recording' report.html
  run -0 vmclockctl report --json --begin 10 --end 30 unnested.jsonl
  assert_json '.reports[0].summary.snapshots == 21 and
    .reports[0].verdicts.conformant == false'
}

@test "a warning is drawn apart from what fails" {
  simulated steady 100s
  # No kernel has so small a page.
  changed 1-200@0x04=70000000
  drawn changed.jsonl
  run -0 grep -o '<g class="breach warn"><title>warning: header.size-page' report.html
  run -0 grep -o '<b class="warn">WARN</b> <code>header.size-page</code>' report.html
}
