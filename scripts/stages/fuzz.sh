# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The fuzz targets, 4 s each after their kept inputs; with --full whole commands too,
# 30 s of all CPUs. To build the program for AFL++ takes longer than all targets.

stage_fuzz() {
  # With a fixed seed, so that a run fails because of a change and not by luck.
  cases fuzz 1800 scripts/fuzz --seconds 4 --seed 1 ${no_install:+--no-install}
  [[ ! $full ]] || cases commands 1800 scripts/fuzz --commands --seconds 30 --seed 1 \
    ${no_install:+--no-install}
}
