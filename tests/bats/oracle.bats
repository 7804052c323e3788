#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# The series rules against an oracle that shares no code with the program.

load helper

# 5,000 faults and 1,000 hosts with scripts/test --full, else 3,000 and 300.
@test "the series rules agree with an oracle on random faults and honest hosts" {
  [[ ! ${VMCLOCKCTL_AGAIN-} ]] || skip "shown by the same tests before"
  local count=(--count 3000 --honest 300)
  [[ ! ${VMCLOCKCTL_FULL-} ]] || count=()
  run "$VMCLOCKCTL_SOURCE_ROOT/tests/oracle/run" "$VMCLOCKCTL" "${count[@]}" \
    --keep "$BATS_TEST_TMPDIR"
  echo "$output"
  assert_success
  assert_line "1..23"
  refute_line --regexp '^not ok|# SKIP'
}
