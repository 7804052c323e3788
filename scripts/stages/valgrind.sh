# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The bats tests again, with each run of the program under valgrind.

# shellcheck source=scripts/stages/bats.sh
. "$root/scripts/stages/bats.sh"

stage_valgrind() {
  local bad total
  lock build-valgrind
  if ! build build-valgrind -Dtests=true; then
    fail valgrind "the build failed"
    return
  fi
  export VMCLOCKCTL_AGAIN=1 VALGRIND_LOGS=$own/valgrind
  mkdir -p -- "$VALGRIND_LOGS"
  ln -sf ../tests/valgrind build-valgrind/under-valgrind
  bats_tests build-valgrind under-valgrind 7200
  # One that was killed has no summary, nor has the child that became a hook.
  total=$({ grep -lr 'ERROR SUMMARY: ' "$VALGRIND_LOGS" || true; } | wc -l)
  grep -lrE 'ERROR SUMMARY: [1-9]' "$VALGRIND_LOGS" >"$own/bad" || true
  bad=$(wc -l <"$own/bad")
  if ((total == 0 || bad)); then
    fail valgrind "$bad of $total runs with errors or leaks"
    xargs -r head -n 40 <"$own/bad" | indent
  else
    pass valgrind "$total runs, no error and no leak"
  fi
}
