#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A module of dracut: the program and the driver in the initramfs.

# Only where it is asked for by name.
check() {
  require_binaries vmclockctl || return 1
  return 255
}

depends() {
  return 0
}

# Where the kernel has it as a module, whatever this machine is.
installkernel() {
  hostonly='' instmods ptp_vmclock
}

install() {
  inst_multiple vmclockctl
}
