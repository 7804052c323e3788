# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# Faults: calls that the program makes fail, one at a time.

# fault_tests BUILD-DIR ARGUMENT...
fault_tests() {
  local leaks=()
  [[ ! $no_leaks ]] || leaks=(--no-leaks)
  cases faults 7200 "${runner[@]}" tests/faults/run "$@" "${leaks[@]}"
}

stage_faults() {
  # By what they show, not by their number: each place and its callers once too.
  local which=(--every 90 --new)
  [[ ! $full ]] || which=(--every 1)
  fault_tests build-test "${which[@]}"
}
