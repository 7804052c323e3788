# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The program for other machines, with another C library, and in other systems.

# shellcheck source=scripts/stages/bats.sh
. "$root/scripts/stages/bats.sh"

stage_elsewhere() {
  # The stage build has it, so that none is built to compare with.
  local beside=(--beside build-test/vmclockctl)
  if [[ ! $full ]]; then
    cases elsewhere 3600 tests/elsewhere/run --quick "${beside[@]}"
    return
  fi
  cases elsewhere 7200 tests/elsewhere/run "${beside[@]}"
  cases systems 20000 tests/elsewhere/debian
  # With musl all that a user sees, too.
  export VMCLOCKCTL_AGAIN=1
  bats_tests build-elsewhere/musl
}
