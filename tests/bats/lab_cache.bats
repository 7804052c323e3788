#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# The packages that tests/lab keeps: what is fetched anew, without the archive.

load helper

# usable CLASS: does that class of packages take the cache in ./cache?
usable() {
  PYTHONPATH=$VMCLOCKCTL_SOURCE_ROOT/tests/lab python3 -B - "$1" <<'END'
import sys
from pathlib import Path
from arm64_packages import ArmPackages
from packages import Packages
kind = {"amd64": Packages, "arm64": ArmPackages}[sys.argv[1]]
kind.starts = lambda self: True
sys.exit(not kind(Path("cache")).usable())
END
}

@test "a cache that lacks a package which is asked for now is fetched anew" {
  command -v python3 >/dev/null || skip "no python3"
  cd "$BATS_TEST_TMPDIR"
  mkdir -p cache/kernels/6.18 cache/kernels/6.1 cache/{qemu,root}/usr/share/doc
  touch cache/busybox cache/kernels/{6.18,6.1}/vmlinuz
  sed -n 's/^FORM = \([0-9]*\)$/{ "form": \1, "kernels": ["6.18"], "own": "6.1" }/p' \
    "$VMCLOCKCTL_SOURCE_ROOT/tests/lab/packages.py" >cache/fetched.json
  run -1 usable amd64
  mkdir cache/qemu/usr/share/doc/qemu-{system-x86,utils}
  run -0 usable amd64
  # Debian's archive has some of these as links to another's.
  for package in qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
    device-tree-compiler qemu-user libjansson-dev libcmocka-dev libcmocka0; do
    ln -s elsewhere "cache/root/usr/share/doc/$package"
  done
  run -1 usable arm64
  mkdir cache/root/usr/share/doc/zlib1g-dev
  run -0 usable arm64
}
