#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# The rules on fixtures that break them, on real pages, and what is written
# about them.

# shellcheck disable=SC2016 # jq's variables

load helper

setup() {
  ROOT=$VMCLOCKCTL_SOURCE_ROOT
}

@test "the fixtures of each rule break that rule and no other" {
  run -0 "$ROOT/tests/check-rules" "$VMCLOCKCTL"
  echo "# $output" >&3
}

@test "the fixtures are what their script writes" {
  run -0 "$ROOT/scripts/make-rule-fixtures" "$BATS_TEST_TMPDIR/rules"
  run -0 diff -r "$BATS_TEST_TMPDIR/rules" "$FIXTURES/rules"
}

@test "the tests notice when the answer of any rule is inverted" {
  [[ -e ${VMCLOCKCTL%/*}/compile_commands.json ]] || skip "no build directory"
  once
  # The mutants are built as the program is, but need no sanitizers.
  run -0 "$ROOT/tests/mutate-rules" "${VMCLOCKCTL%/*}"
  echo "# $output" >&3
}

@test "the real pages have the documented verdicts" {
  rows=0
  while IFS='|' read -r _ file verdict fails warns ok not_applicable skip _; do
    read -r file <<<"$file"
    expect "$([[ $verdict == *not* ]] && echo 1 || echo 0)" verify --json \
      --leap-file "$FIXTURES/leap/leap-seconds.list" "$REAL/$file"
    assert_equal "$(jq -r '[.results[] | select(.status == "fail").id] |
      join(", ")' <<<"$output")" "$(xargs <<<"$fails")"
    assert_equal "$(jq -r '[.results[] | select(.status == "warn").id] |
      join(", ")' <<<"$output")" "$(xargs <<<"$warns")"
    assert_equal "$(jq -r '.summary | "\(.ok) \(.not_applicable) \(.skip)"' \
      <<<"$output")" "$(xargs <<<"$ok $not_applicable $skip")"
    rows=$((rows + 1))
  done < <(grep '^| .*\.bin' "$REAL/VERDICTS.md")
  assert_equal "$rows" "$(printf '%s\n' "$REAL"/*.bin | wc -l)"
}

@test "random pages get the verdicts of an independent oracle" {
  [[ ! ${VMCLOCKCTL_AGAIN-} ]] || skip "shown by the same tests before"
  run -0 "$ROOT/tests/check-page-rules" "$VMCLOCKCTL"
  echo "# $output" >&3
}

@test "an offset that no table can make right fails without one" {
  mkdir "$BATS_TEST_TMPDIR/none"
  expect 1 verify --root "$BATS_TEST_TMPDIR/none" --only tai.value \
    "$FIXTURES/rules/tai.value-zero.hex"
  assert_line --partial "10 s or more"
  # One second off may be a leap second.
  run vmclockctl verify --json --root "$BATS_TEST_TMPDIR/none" \
    --only tai.value "$FIXTURES/rules/tai.value.hex"
  assert_json '.results[0] | .status == "skip" and .expected == null and
    .actual == null'
}

@test "a table that has expired today judges the pages of its own time" {
  local page status leaps=$FIXTURES/leap/expired.list
  for page in clean-leap-2016-pre:ok leap.missing:warn; do
    run --separate-stderr vmclockctl verify --json --leap-file "$leaps" \
      --only leap.missing --only leap.pre --only tai.value \
      "$FIXTURES/rules/${page%:*}.hex"
    status=${page#*:}
    assert_json '[.results[] | select(.id == "leap.missing").status] == [$s] and
      all(.results[]; .status != "skip")' --arg s "$status"
  done
}

@test "a series of QEMU's pages shows the second loadvm of one snapshot" {
  {
    echo '{"schema": "vmclockctl/record", "schema_version": 1, "type": "start"}'
    n=0
    for page in boot after-loadvm1 after-loadvm3 after-loadvm2; do
      n=$((n + 1))
      jq -cn --argjson n $n --arg hex \
        "$(head -c 112 "$REAL/qemu-11.1.3-$page.bin" | xxd -p -c 200)" \
        '{type: "snapshot", n: $n, page: {length: 4096, hex: $hex},
          counter: null, counter_last: null, realtime: null,
          monotonic_raw: null, wake: "poll", missed: 0, unsettled_ns: 0,
          unsettled_look_ns: 0}'
    done
    echo '{"type": "end", "counter_last": null}'
  } >"$BATS_TEST_TMPDIR/loads"
  expect 1 verify --json "$BATS_TEST_TMPDIR/loads"
  assert_json '[.results[] | select(.status == "fail") | [.id, .snapshot]] ==
    [["series.marker-unique", 4]]'
}

@test "docs/rules.md is what the table of rules gives" {
  run -0 "$ROOT/scripts/make-rule-docs" "$BATS_TEST_TMPDIR/rules.md"
  run -0 diff "$BATS_TEST_TMPDIR/rules.md" "$ROOT/docs/rules.md"
}

@test "docs/tour.md shows the number of rules that exist" {
  rules=$(vmclockctl list rules --json | jq '.items | length')
  run -0 sed -nE 's/^ +([0-9]+) rules: .*/\1/p' "$ROOT/docs/tour.md"
  assert_output "$rules"
}

@test "docs/verify-in-ci.md shows what the commands print" {
  run -0 "$ROOT/tests/check-docs" "$ROOT/docs/verify-in-ci.md"
}
