# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The release build: its protections, and what it installs.

installed() {
  meson install -C build --no-rebuild --destdir "$own/installed" \
    >"$own/install" 2>&1 9<&- || cat -- "$own/install"
  tests/check-install "$own/installed/usr/local"
}

stage_release() {
  lock build
  if ! build build -Dtests=false; then
    fail release "the build failed"
    return
  fi
  check hardening "as Debian's packages have it" \
    tests/check-hardening build/vmclockctl
  check installation "each file in its place" installed
}
