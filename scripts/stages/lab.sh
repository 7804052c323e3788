# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The program in Linux guests with the real driver.

stage_lab() {
  cases lab 1800 tests/lab/run ${full:+--full}
}
