# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The program for other machines, and with another C library.

stage_elsewhere() {
  local options=()
  [[ $full ]] || options+=(--quick)
  cases elsewhere 3600 tests/elsewhere/run "${options[@]}"
}
