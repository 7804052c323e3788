# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The tarball and the Debian package, made and tested by scripts/package.

stage_package() {
  local options=()
  if ! command -v dpkg >/dev/null; then
    skip package "this is no Debian system"
    return
  fi
  [[ $full ]] || options+=(--quick)
  [[ ! $no_install ]] || options+=(--no-install)
  cases package 3600 scripts/package "${options[@]}"
}
