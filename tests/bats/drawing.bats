# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016 # jq has variables too
# The report that is looked at: its numbers, its form, and what it must not hold.
bats_require_minimum_version 1.5.0
load helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  recordings=$FIXTURES/recordings
  html=$BATS_TEST_TMPDIR/report.html
}

@test "report: a recording becomes one file of HTML that is XML too" {
  local file
  for file in "$recordings"/{live-migration,disruption-only,unnested,startup}.jsonl; do
    expect 0 report -o "$html" "$file"
    assert_output ""
    xmllint --noout "$html"
    run -0 head -n 1 "$html"
    assert_output '<!DOCTYPE html><!-- vmclockctl report -->'
  done
}

@test "report: no script, no event handler, nothing to fetch" {
  vmclockctl report -o "$html" "$recordings"/{leap-positive,unnested}.jsonl
  run -1 grep -E '<(script|link|img|image|iframe|object|embed|use|foreignObject)|[ "]on[a-z]+=|@import|url\(' "$html"
  run -0 bash -c 'grep -oE "[a-z]+://[^\"]*" "$1" | sort -u' _ "$html"
  assert_output $'http://www.w3.org/1999/xhtml\nhttp://www.w3.org/2000/svg'
  run -0 grep -c "default-src 'none'" "$html"
}

@test "report: the numbers are those of verify, watch and show" {
  local file report verify watch show
  for file in "$recordings"/{live-migration,unnested,holdover,snapshot-restore,utc}.jsonl; do
    report=$(vmclockctl report --json "$file" | jq -c '.reports[0]')
    verify=$(vmclockctl verify --json "$file") || true
    output=$report
    assert_json '.verdicts.summary == $verify.summary and
      .verdicts.conformant == $verify.conformant' --argjson verify "$verify"
    watch=$(vmclockctl watch --json "$file" 2>"$BATS_TEST_TMPDIR/watch" | jq -cs .)
    assert_json '[.events[] | del(.after_ns)] == [$watch[] | select(.type == "event")]' \
      --argjson watch "$watch"
    assert_json '.summary == $watch[-1].summary' --argjson watch "$watch"
    # The bound of a page at the reading that came with it, as show has it.
    show=$(vmclockctl show --json --at 2 "$file")
    assert_json '.curves.points[1].bound_ns == $show.time.maxerror_ns' \
      --argjson show "$show"
  done
}

@test "report: a part begins and ends where it is told, and keeps the numbers" {
  local file=$recordings/live-migration.jsonl
  output=$(vmclockctl report --json --begin 3 --end 6 "$file" | jq -c '.reports[0]')
  assert_json '.summary.snapshots == 4 and [.curves.points[].snapshot] == [3, 4, 5, 6]'
  assert_json '.events[0].n == 1 and .events[0].snapshot == 5'
  # The verdict is that of all of it.
  assert_json '.verdicts.summary.ok == $ok' --argjson ok \
    "$(vmclockctl verify --json "$file" | jq .summary.ok)"
  output=$(vmclockctl report --json --begin event:1 "$file" | jq -c '.reports[0]')
  assert_json '.events[0].snapshot == 5 and .summary.events.disruption == 1'
  assert_json '[.curves.points[].snapshot] == [5, 6, 7, 8]'
  output=$(vmclockctl report --json --end event:1 "$file" | jq -c '.reports[0]')
  assert_json '[.curves.points[].snapshot] == [1, 2, 3, 4, 5]'
  output=$(vmclockctl report --json --begin +1500ms --end 2026-01-01T00:00:05Z "$file" |
    jq -c '.reports[0]')
  assert_json '[.curves.points[].snapshot] == [3, 4, 5]'
  expect 2 report --begin +1h "$file"
  assert_stderr --partial "--begin +1h: live-migration.jsonl has no page from then"
  local before after
  while read -r before after; do
    expect 2 report --begin "$after" --end "$before" "$file"
    assert_stderr --partial "--end $before is before --begin $after"
  done <<'END'
3 6
event:1 event:2
+3s +5s
2026-01-01T00:00:03Z 2026-01-01T00:00:05Z
END
  expect 0 report --json --begin 3 --end 3 "$file"
  # Which is the first only the recording tells.
  expect 2 report --begin +5s --end 3 "$file"
  assert_stderr --partial "--end 3: live-migration.jsonl has no page until then"
  expect 2 report --begin later "$file"
}

@test "report: two parts that follow each other have the events of both" {
  local file=$recordings n whole parts
  for file in "$recordings"/{live-migration,snapshot-restore,tai-step,marker-silent,unnested}.jsonl; do
    whole=$(vmclockctl report --json "$file" | jq -c '.reports[0]')
    for n in 2 4 5; do
      parts=$({
        vmclockctl report --json --end "$n" "$file"
        vmclockctl report --json --begin "$((n + 1))" "$file"
      } | jq -cs 'map(.reports[0])')
      output=$parts
      assert_json '(map(.event_count) | add) == $whole.event_count and
        (map(.events[] | del(.after_ns))) == ($whole.events | map(del(.after_ns))) and
        ([.[].curves.points[].snapshot]) == [$whole.curves.points[].snapshot] and
        (map(.summary.events | to_entries[]) | group_by(.key) |
          map({key: .[0].key, value: (map(.value) | add)}) | from_entries) ==
          $whole.summary.events and
        (map(.curves | [.inside, .outside, .steps, .steps_outside, .steps_across]) |
          transpose | map(add)) == ($whole.curves |
          [.inside, .outside, .steps, .steps_outside, .steps_across]) and
        map(.part | [.first, .last]) == [[1, $n], [$n + 1, $whole.summary.snapshots]] and
        map(.verdicts == $whole.verdicts) == [true, true]' \
        --argjson whole "$whole" --argjson n "$n"
    done
    output=$whole
    assert_json '.part == null'
  done
}

@test "report: a part without events says so, and which part it is" {
  local file=$recordings/live-migration.jsonl
  output=$(vmclockctl report --json --begin 6 "$file" | jq -c '.reports[0]')
  assert_json '.event_count == 0 and .events == [] and
    .part == {begin: "6", end: null, first: 6, last: 8}'
  assert_json '.sentence | endswith("no rule failed in the whole recording.")'
  vmclockctl report --begin 6 -o "$html" "$file"
  run -0 grep -o 'None but calibrations.' "$html"
  run -0 grep -o 'a part: snapshots 6 to 8, from 6' "$html"
}

@test "report: --live is refused of what is no raw page" {
  local page=$BATS_TEST_TMPDIR/short.bin
  expect 3 report --live --duration 1s -o "$html" "$recordings/live-migration.jsonl"
  assert_stderr --partial 'live-migration.jsonl: not a VMClock page, no magic'
  head -c 20 "$FIXTURES/real/host-tai-synchronized.bin" >"$page"
  expect 3 report --live -o "$html" "$page"
  assert_stderr --partial 'short.bin: 20 of 32 bytes that a VMClock page needs at least'
  [ ! -e "$html" ]
}

@test "report: a part begins and ends in the leap second, by the page" {
  local file=$recordings/leap-positive.jsonl
  output=$(vmclockctl report --json --begin 2016-12-31T23:59:60Z "$file" | jq -c '.reports[0]')
  assert_json '[.curves.points[].snapshot] == [4, 5, 6, 7, 8, 9]'
  output=$(vmclockctl report --json --end 2016-12-31T23:59:60.5Z "$file" | jq -c '.reports[0]')
  assert_json '[.curves.points[].snapshot] == [1, 2, 3, 4]'
  output=$(vmclockctl report --json --begin 2016-12-31T23:59:60.5Z "$file" | jq -c '.reports[0]')
  assert_json '[.curves.points[].snapshot] == [5, 6, 7, 8, 9]'
  expect 2 report --begin 2016-12-31T12:00:60Z "$file"
}

@test "report: a clock that jumped without a marker is told first of all" {
  expect 0 report --json "$recordings/marker-silent.jsonl"
  assert_json '.reports[0].sentence | test("the clock jumped by \\+1 s at snapshot 5 without a new marker")'
  expect 0 report --json --begin 6 "$recordings/marker-silent.jsonl"
  assert_json '.reports[0].sentence | test("jumped") | not'
}

# fair FILE: the tiles and captions that are green.
fair() {
  vmclockctl report "$1" -o "$html"
  { grep -oE '<dl class="tile ok"><dt>[^<]*' "$html" || true; } | sed 's/.*>//'
  { grep -oE '<h2>[^<]*<span class="cap ok">' "$html" || true; } | sed 's/<h2>//; s/ <.*//'
  rm -f "$html"
}

@test "report: nothing that a broken rule speaks of is green" {
  run -0 fair "$recordings/marker-silent.jsonl"
  assert_output $'status\nseen\nFrequency of the counter, by the page'
  run -0 fair "$recordings/unnested.jsonl"
  assert_output $'status\nseen\nFrequency of the counter, by the page'
  run -0 fair "$recordings/backward.jsonl"
  refute_line disruptions
  refute_line --partial "moved the clock"
  run -0 fair "$recordings/frequency-step.jsonl"
  refute_line disruptions
  refute_line --partial Frequency
  run -0 fair "$recordings/odd-window.jsonl"
  refute_line seen
  # A warning is not green either.
  run -0 fair "$recordings/utc.jsonl"
  refute_line verdict
  refute_line Rules
  run -0 fair "$recordings/steady.jsonl"
  assert_equal "${#lines[@]}" 9
}

@test "report: --duration is for a live page" {
  local file=$recordings/steady.jsonl
  expect 2 report --duration 5s "$file"
  refute_output
  assert_stderr --partial "--duration: $file is no live page"
  assert_stderr --partial "hint: --begin and --end"
  expect 0 report --json --duration 50ms "$file" sim:steady
  assert_json '.reports | length == 2'
}

@test "report: each picture has a narrow twin, and nothing is scrolled" {
  local id
  vmclockctl report -o "$html" "$recordings/unnested.jsonl"
  for id in strips offset step frequency; do
    assert_equal "$(xmllint --xpath "string(//*[@id='$id-d1']/../@class)" "$html")" wide
    assert_equal "$(xmllint --xpath "string(//*[@id='narrow-$id-d1']/../@class)" "$html")" narrow
  done
  run -1 grep -o 'class="scroll"><svg' "$html"
}

@test "report: the worst bound has no digits of its own" {
  vmclockctl report -o "$html" "$recordings/live-migration.jsonl"
  run -0 grep -o '±70[.0-9]* µs' "$html"
  assert_output "±70.145 µs"
}

@test "report: 23:59:60 stands on the axis" {
  vmclockctl report -o "$html" "$recordings/leap-positive.jsonl"
  run -0 xmllint --xpath 'string(//*[@class="tick leap"])' "$html"
  assert_output 23:59:60
  # On the narrow picture too, whose other numbers are 5 s apart.
  run -0 grep -o '>23:59:60</text>' "$html"
  assert_equal "${#lines[@]}" 3
  run -0 grep -o 'a leap second was inserted, 23:59:60' "$html"
}

@test "report: dumps have their strips with --series, and alone are refused" {
  local page=$REAL/host-tai-50ppm.bin other
  other=$(patched "$page" 0x0c 08000000 0x10 77)
  expect 0 report --series -o "$html" "$page" "$other"
  xmllint --noout "$html"
  run -0 grep -c 'disruption_marker 0x' "$html"
  run -1 grep -c 'CLOCK_REALTIME against the page' "$html"
  expect 2 report "$page"
  assert_stderr --partial "a dump, in which nothing happens"
  expect 2 report --series "$page"
  expect 2 report --series --live "$page" "$other"
  expect 2 report --series "$page" "$recordings/steady.jsonl"
}

@test "report: the picture alone is SVG, with what was drawn" {
  expect 0 report --format svg "$recordings/unnested.jsonl"
  xmllint --noout - <<<"$output"
  assert_output --partial '<?xml version="1.0" encoding="UTF-8"?><!-- vmclockctl report -->'
  # Off the scale is a triangle with its number; a broken rule has its name.
  assert_output --partial '5 ms, off the scale'
  assert_output --partial 'failed: series.nested'
}

@test "report: no line joins pages across a marker" {
  local path
  vmclockctl report --format svg "$recordings/live-migration.jsonl" >"$html"
  path=$(xmllint --xpath 'string((//*[@class="line"])[1]/@d)' "$html")
  # Four pages before it and four after.
  assert_regex "$path" '^M[^M]*(L[^ML]*){3}M[^M]*(L[^ML]*){3}$'
}

@test "report: where the status forbids time, the picture says the word" {
  vmclockctl report -o "$html" "$recordings/startup.jsonl"
  run -0 grep -o 'no time to rely on: initializing' "$html"
  vmclockctl report -o "$html" "$recordings/disruption-only.jsonl"
  run -0 grep -o '<h2>No clock</h2>' "$html"
}

@test "report: what a recording holds stays text" {
  local evil='</title><script>alert(1)</script><img src=x onerror=y>&"'"'"$'\n\033[31m'
  local name=$BATS_TEST_TMPDIR/'<b onclick=x>&"'"'"$'\xff\e.jsonl'
  local plain=$BATS_TEST_TMPDIR/plain.html
  jq -c --arg evil "$evil" 'if .type == "start" then .scenario = $evil |
    .machine = {kernel: $evil, architecture: $evil, clocksource: $evil} |
    .source = {path: $evil} | .tool = {version: $evil} else . end' \
    "$recordings/live-migration.jsonl" >"$name"
  vmclockctl report "$name" >"$html"
  xmllint --noout "$html"
  vmclockctl report "$recordings/live-migration.jsonl" >"$plain"
  # The same elements, and six more facts: a name and its text each.
  run -0 bash -c 'for file; do xmllint --xpath "//*" "$file" |
    grep -oE "<[a-zA-Z0-9]+" | sort | uniq -c | grep -vE "<(dt|dd)$" >"$file.elements"
    done; diff "$1.elements" "$2.elements"' _ "$html" "$plain"
  run -1 grep -E '<script|<img|<b onclick' "$html"
  run -1 grep -P '[\x00-\x08\x0b-\x1f\x7f]' "$html"
}

@test "report: members of a start line that are no texts are passed over" {
  jq -c 'if .type == "start" then .machine = 7 | .scenario = {} | .tool = [1] else . end' \
    "$recordings/steady.jsonl" >"$BATS_TEST_TMPDIR/odd.jsonl"
  expect 0 report -o "$html" "$BATS_TEST_TMPDIR/odd.jsonl"
  xmllint --noout "$html"
}

@test "report: a recording that was cut off says so" {
  head -n 4 "$recordings/steady.jsonl" >"$BATS_TEST_TMPDIR/cut.jsonl"
  expect 0 report --json "$BATS_TEST_TMPDIR/cut.jsonl"
  assert_json '.reports[0].complete == false'
  assert_json '.reports[0].sentence | endswith("was cut off: it has no end line.")'
}

@test "report: a live page is watched for a while" {
  expect 0 report --json --duration 300ms sim:steady
  assert_json '.reports[0].source.kind == "sim" and .reports[0].summary.snapshots >= 1'
  expect 0 report --duration 50ms sim:disruption-only -o "$html"
  xmllint --noout "$html"
}

@test "report: a signal ends the look at a live page, and it is written" {
  [[ ! ${VALGRIND_LOGS-} ]] || skip "valgrind catches every signal"
  local pid
  "$VMCLOCKCTL" report --json --duration 60s sim:steady >told.json 3>&- &
  pid=$!
  catches "$pid"
  kill -INT "$pid"
  wait "$pid"
  output=$(<told.json)
  assert_json '.reports[0].summary.snapshots >= 1'
}

@test "report: -o replaces a report, and nothing else" {
  echo '<!DOCTYPE html>' >"$html"
  expect 4 report -o "$html" "$recordings/steady.jsonl"
  run -0 cat "$html"
  assert_output '<!DOCTYPE html>'
  rm "$html"
  vmclockctl report -o "$html" "$recordings/steady.jsonl"
  vmclockctl report -o "$html" "$recordings/unnested.jsonl"
  run -0 grep -c 'not conformant' "$html"
}

@test "report: html-validate has nothing to say" {
  once
  local validate=html-validate npm
  if ! command -v html-validate; then
    npm=$("$VMCLOCKCTL_SOURCE_ROOT/tests/npm-programs" html-validate) || skip "$npm"
    validate=$npm/html-validate
  fi
  cp -- "$VMCLOCKCTL_SOURCE_ROOT/tests/htmlvalidate.json" "$BATS_TEST_TMPDIR/.htmlvalidate.json"
  vmclockctl report -o "$html" "$recordings"/{live-migration,unnested,leap-positive}.jsonl
  run -0 "$validate" "$html"
}

@test "the README's pictures are what report draws, light and dark" {
  once
  local root=$VMCLOCKCTL_SOURCE_ROOT picture
  run -0 "$root/scripts/make-pictures" "$VMCLOCKCTL" "$BATS_TEST_TMPDIR/pictures"
  diff -r "$BATS_TEST_TMPDIR/pictures" "$root/docs/pictures"
  for picture in live-migration.svg live-migration-dark.svg; do
    grep -qF "docs/pictures/$picture" "$root/README.md"
    xmllint --noout "$root/docs/pictures/$picture"
    run ! grep -q '@media screen' "$root/docs/pictures/$picture"
  done
}

@test "the README is short" {
  assert [ "$(wc -l <"$VMCLOCKCTL_SOURCE_ROOT/README.md")" -lt 150 ]
}

@test "a long recording is drawn by columns of pages, small and whole" {
  vmclockctl simulate steady --record long.jsonl --duration 25min 2>/dev/null
  assert [ "$(wc -l <long.jsonl)" -gt 1400 ]
  expect 0 report long.jsonl -o long.html
  assert [ "$(wc -c <long.html)" -lt 300000 ]
  xmllint --noout long.html
  grep -q '</html>' long.html
  expect 0 report --format svg long.jsonl -o long.svg
  xmllint --noout long.svg
  expect 0 report --json long.jsonl
  assert_json '.reports[0].summary.snapshots > 1400'
}
