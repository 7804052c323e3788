#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# The series rules against an oracle that shares no code with the program.

load helper

@test "the series rules agree with an oracle on 5,000 faults and 1,000 honest hosts" {
  [[ ! ${VMCLOCKCTL_AGAIN-} ]] || skip "shown by the same tests before"
  run "$VMCLOCKCTL_SOURCE_ROOT/tests/oracle/run" "$VMCLOCKCTL" \
    --keep "$BATS_TEST_TMPDIR"
  echo "$output"
  assert_success
  assert_line "1..23"
  refute_line --regexp '^not ok|# SKIP'
}
