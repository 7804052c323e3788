# shellcheck shell=bash disable=SC2154 # scripts/test sets what this does not
# SPDX-License-Identifier: BSD-2-Clause
#
# The release build: its protections, and what it installs.

installed() {
  meson install -C build --no-rebuild --destdir "$own/installed" \
    >"$own/install" 2>&1 9<&- || cat -- "$own/install"
  tests/check-install "$own/installed/usr/local"
}

# released PLACE: what scripts/release makes in a clone of this tree there.
released() {
  mkdir -- "$1"
  tar -c --exclude=./.git --exclude=./build --exclude='./build-*' . | tar -x -C "$1"
  git -C "$1" init -q
  git -C "$1" add -A
  GIT_AUTHOR_DATE="@1000000000 +0000" GIT_COMMITTER_DATE="@1000000000 +0000" \
    git -C "$1" -c user.name=- -c user.email=- commit -q -m -
  VMCLOCKCTL_ELSEWHERE=$root/build-elsewhere \
    "$1/scripts/release" --no-install --no-tag "$version" 9<&-
}

same_bytes() {
  local version place
  version=$(build/vmclockctl --version)
  version=${version#vmclockctl }
  for place in one another; do
    released "$own/$place" >"$own/$place.log" 2>&1 || {
      cat -- "$own/$place.log"
      return 1
    }
  done
  diff -r "$own/one/build-release/$version" "$own/another/build-release/$version" ||
    return 1
  (cd "$own/one/build-release/$version" && sha256sum --quiet -c SHA256SUMS)
  "$own/one/build-release/$version/vmclockctl-$version-linux-$(uname -m)" --version |
    grep -qx "vmclockctl $version" || echo "the static program does not run"
}

stage_release() {
  lock build
  if ! build build -Dtests=false; then
    fail release "the build failed"
    return
  fi
  check hardening "as Debian's packages have it" \
    tests/check-hardening build/vmclockctl
  check library "less than 16 KiB of code, and no table in what reads" \
    tests/check-library build/libvmclock.so.0
  check installation "each file in its place" installed
  [[ ! $full ]] ||
    check published "scripts/release makes the same bytes in two places" same_bytes
}
