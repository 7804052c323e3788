# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016 # jq has variables too
# The report that is looked at: its numbers, its form, and what it must not hold.
bats_require_minimum_version 1.5.0
load helper

setup() {
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
  local file report verify events
  for file in "$recordings"/{live-migration,unnested,holdover,snapshot-restore,utc}.jsonl; do
    report=$(vmclockctl report --json "$file" | jq -c '.reports[0]')
    verify=$(vmclockctl verify --json "$file") || true
    output=$report
    assert_json '.verdicts.summary == $verify.summary and
      .verdicts.conformant == $verify.conformant' --argjson verify "$verify"
    events=$(vmclockctl watch --json "$file" 2>"$BATS_TEST_TMPDIR/watch" |
      jq -cs '[.[] | select(.type == "event")]')
    assert_json '[.events[] | del(.after_ns)] == $events' --argjson events "$events"
    # The bound of a page at the reading that came with it, as show has it.
    show=$(vmclockctl show --json --at 2 "$file")
    assert_json '.curves.points[1].bound_ns == $show.time.maxerror_ns' \
      --argjson show "$show"
  done
}
