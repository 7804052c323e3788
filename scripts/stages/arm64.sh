# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The unit tests and the lab for arm64, in emulated machines.

stage_arm64() {
  cases arm64 1800 tests/lab/run --lab-arm64 ${full:+--full}
}
