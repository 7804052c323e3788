# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# bench/run --quick: the figures of docs/performance.md can be taken. How fast
# the program is depends on what else the machine does, and is not asked.

bench_figures() {
  bench/run --quick ${no_install:+--no-install} >"$own/bench" 2>&1 || {
    cat -- "$own/bench"
    return 1
  }
  diff <(sed -n 's/^\([a-z0-9-]*\): .*/\1/p' "$own/bench") \
    <(sed -n 's/^| [^a-z]\([a-z0-9-]*\)[^a-z] |.*/\1/p' docs/performance.md)
}

stage_bench() {
  check bench "the figures of docs/performance.md can be taken" bench_figures
}
