# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# cppcheck and clang-tidy, of what build-test/ is built from. Their settings are
# in .cppcheck and .clang-tidy.

run_cppcheck() {
  # The defines are what clock.h and counter.h ask for. With them cppcheck
  # takes this one configuration, and all of it.
  cppcheck --project=build-test/compile_commands.json -j "$jobs" -q \
    --enable=warning,performance,portability,style --inline-suppr \
    --suppressions-list=.cppcheck --std=c11 --error-exitcode=1 \
    -D__x86_64__ -D__SIZEOF_INT128__=16
}

# Most of its time goes to the ways that it follows through a function. With --full
# as many as it likes, up to 225,000 steps; else so many as leave a sixth of the
# time. A file that is part of several programs would be read once for each pair of
# them.
run_clang_tidy() {
  local out steps=()
  [[ $full ]] || steps=(-extra-arg=-Xclang -extra-arg=-analyzer-config
    -extra-arg=-Xclang -extra-arg=max-nodes=15000)
  gojq 'unique_by(.file)' build-test/compile_commands.json \
    >"$own/compile_commands.json"
  out=$(run-clang-tidy -p "$own" -j "$jobs" -quiet "${steps[@]}" \
    '/src/.*\.c$' '/bench/[a-z]+\.c$' 2>&1) || {
    grep -E -A 4 '(warning|error):' <<<"$out" || printf '%s\n' "$out"
    return 1
  }
}

# What is suppressed, here and in the sources, are the false findings of these
# versions, and others have others.
stage_analysis() {
  ! version_is cppcheck 2.10 ||
    check cppcheck "src/, bench/ and tests/" run_cppcheck
  ! version_is clang-tidy 14. || check clang-tidy "src/ and bench/" run_clang_tidy
}
