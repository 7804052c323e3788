# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The one build that nearly all is tested with, in build-test/: by clang, with
# AddressSanitizer, UndefinedBehaviorSanitizer and its counters of what is executed.
# Half of a test's time is the start of programs. What UndefinedBehaviorSanitizer
# finds is therefore a trap, for its texts are 4 MB of data, and the program stands
# at the address it was linked for, since 8 MB would be relocated.

stage_build() {
  local libraries
  libraries=$(clang -print-resource-dir)/lib/linux
  # Dynamic, so that what the tests preload comes before it.
  if CC=clang build build-test -Dtests=true -Dbench=true -Dwerror=true \
    -Dcounted=true --buildtype=debug -Db_sanitize=address,undefined \
    -Db_lundef=false -Db_pie=false \
    -Dc_args="-fno-pie -fsanitize-trap=undefined" \
    -Dc_link_args="-no-pie -Wno-unused-command-line-argument -shared-libasan \
      -Wl,-rpath,$libraries"; then
    clear_counts
    pass build ""
  else
    fail build "no test of the program can run"
  fi
  [[ ! $no_leaks ]] ||
    skip "leak check" "this machine does not let it trace a process"
}

# Counts of earlier runs end. Other users may begin files, and add to what root has
# begun.
clear_counts() {
  rm -rf -- build-test/counts
  mkdir -m 1777 -- build-test/counts
  build-test/vmclockctl --version >"$own/version"
  chmod -R a+rwX -- build-test/counts
}
