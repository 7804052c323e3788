# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The program for other machines, with another C library, and in other systems.

# shellcheck source=scripts/stages/bats.sh
. "$root/scripts/stages/bats.sh"

stage_elsewhere() {
  if [[ ! $full ]]; then
    cases elsewhere 3600 tests/elsewhere/run --quick
    return
  fi
  cases elsewhere 7200 tests/elsewhere/run
  cases systems 20000 tests/elsewhere/debian
  # With musl all that a user sees, too.
  export VMCLOCKCTL_AGAIN=1
  bats_tests build-elsewhere/musl
}
