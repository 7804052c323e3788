# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The build with AddressSanitizer and UndefinedBehaviorSanitizer, in build-test/.

stage_build() {
  if build build-test -Dtests=true -Dbench=true -Dwerror=true \
    --buildtype=debug -Db_sanitize=address,undefined; then
    pass build ""
  else
    fail build "no test of the program can run"
  fi
  [[ ! $no_leaks ]] ||
    skip "leak check" "this machine does not let it trace a process"
}
