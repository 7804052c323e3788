# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Machines as trees for --root, made and not kept, for their modes and links. A
# regular file stands for a device node. After helper: load hosts

# directory_of FILE: of the tree, is made. Without a process where it is there.
directory_of() {
  local directory=$HOST/$1
  [[ -d ${directory%/*} ]] || mkdir -p "${directory%/*}"
}

# put FILE TEXT: a file of the tree, with a newline.
put() {
  directory_of "$1"
  printf '%s\n' "$2" >"$HOST/$1"
}

# link FILE TARGET
link() {
  directory_of "$1"
  ln -sfn "$2" "$HOST/$1"
}

# kernel RELEASE ARCH [MODULE-LIST-LINE]
kernel() {
  put proc/sys/kernel/osrelease "$1"
  put proc/sys/kernel/arch "$2"
  put "lib/modules/$1/modules.dep" "${3-kernel/fs/ext4/ext4.ko.xz:}"
  pages 4
}

# pages KIB
pages() {
  put proc/self/smaps "KernelPageSize: ${1} kB"
}

# clocksource CURRENT AVAILABLE
clocksource() {
  put sys/devices/system/clocksource/clocksource0/current_clocksource "$1"
  put sys/devices/system/clocksource/clocksource0/available_clocksource "$2"
}

# property NAME TEXT: of a node of the device tree, the text as for printf.
property() {
  local file=sys/firmware/devicetree/base/$1
  directory_of "$file"
  # shellcheck disable=SC2059
  printf "$2" >"$HOST/$file"
}

acpi_device() {
  put sys/bus/acpi/devices/AMZNC10C:00/hid AMZNC10C
  put sys/bus/acpi/devices/AMZNC10C:00/modalias acpi:AMZNC10C:VMCLOCK:
  put sys/bus/acpi/devices/AMZNC10C:00/status 15
  put sys/bus/acpi/devices/PNP0501:00/modalias acpi:PNP0501:
  put proc/iomem "00001000-0009fbff : System RAM
fe000000-feffffff : Reserved
  feffb000-feffbfff : AMZNC10C:00"
}

# bound [DEVICE]: the driver, and what it makes of the device
bound() {
  put sys/bus/platform/drivers/vmclock/bind ""
  link "sys/bus/platform/drivers/vmclock/${1-AMZNC10C:00}" \
    "../../../../devices/platform/${1-AMZNC10C:00}"
  put sys/class/misc/vmclock0/dev 10:125
}

# node PAGE [MODE]
node() {
  mkdir -p "$HOST/dev"
  cat -- "$1" >"$HOST/dev/vmclock0"
  chmod "${2-600}" "$HOST/dev/vmclock0"
}

# phc N CLOCK_NAME
phc() {
  put "sys/class/ptp/ptp$1/clock_name" "$2"
  mkdir -p "$HOST/dev"
  : >"$HOST/dev/ptp$1"
  chmod 600 "$HOST/dev/ptp$1"
}

# host NAME: makes $HOST
host() {
  HOST=$BATS_TEST_TMPDIR/$1
  mkdir -p "$HOST"
  case $1 in
  ec2)
    kernel 6.17.0-1005-aws x86_64 kernel/drivers/ptp/ptp_vmclock.ko.zst:
    put proc/cpuinfo "flags		: fpu tsc hypervisor"
    put sys/class/dmi/id/sys_vendor "Amazon EC2"
    put sys/class/dmi/id/product_name m7i.large
    acpi_device
    bound
    node "$(patched "$REAL/qemu-10.0.2-boot.bin" 0x18 0100000000000000)"
    phc 0 ena-ptp-05
    clocksource tsc "tsc hpet acpi_pm"
    put etc/chrony/chrony.conf "server 169.254.169.123 iburst"
    ;;
  firecracker)
    kernel 6.1.128 x86_64
    put proc/cpuinfo "flags		: fpu tsc hypervisor"
    mkdir -p "$HOST/sys/firmware/acpi/tables"
    printf 'DSDT\0\0\0\0\2\0FIRECKFCVMDSDT' >"$HOST/sys/firmware/acpi/tables/DSDT"
    acpi_device
    clocksource kvm-clock "kvm-clock tsc"
    ;;
  qemu)
    kernel 7.2.4 x86_64 kernel/drivers/ptp/ptp_vmclock.ko.xz:
    put proc/cpuinfo "flags		: fpu tsc hypervisor"
    put sys/class/dmi/id/sys_vendor QEMU
    put sys/class/dmi/id/product_name "Standard PC (Q35 + ICH9, 2009)"
    acpi_device
    bound
    node "$REAL/host-tai-synchronized.bin" 444
    phc 0 vmclock0
    clocksource tsc "tsc hpet acpi_pm"
    ;;
  metal)
    kernel 6.12.0 x86_64
    put proc/cpuinfo "flags		: fpu tsc"
    put sys/class/dmi/id/sys_vendor "Dell Inc."
    put sys/class/dmi/id/product_name "PowerEdge R660"
    put sys/bus/acpi/devices/PNP0501:00/modalias acpi:PNP0501:
    phc 0 igb
    clocksource tsc "tsc hpet acpi_pm"
    ;;
  container)
    host qemu
    rm -rf "$BATS_TEST_TMPDIR/container" "${HOST:?}/dev"
    mv "$HOST" "$BATS_TEST_TMPDIR/container"
    HOST=$BATS_TEST_TMPDIR/container
    mkdir "$HOST/dev"
    put .dockerenv ""
    ;;
  arm64 | arm64-64k)
    kernel 7.1.2 aarch64 kernel/drivers/ptp/ptp_vmclock.ko.xz:
    property compatible 'linux,dummy-virt\0'
    property '#address-cells' '\0\0\0\2'
    property '#size-cells' '\0\0\0\2'
    property ptp@4e000000/compatible 'some,other\0amazon,vmclock\0'
    property ptp@4e000000/reg '\0\0\0\0\x4e\0\0\0\0\0\0\0\0\0\x10\0'
    put proc/iomem "40000000-4dffffff : System RAM
  48000000-481c3fff : reserved
4e000000-4e000fff : reserved
4e001000-4fffffff : System RAM"
    bound 4e000000.ptp
    clocksource arch_sys_counter arch_sys_counter
    if [[ $1 == arm64 ]]; then
      node "$(patched "$REAL/arm64-dt-tai-clock.bin" 0x24 dbff)" 440
    else
      pages 64
      rm -rf "${HOST:?}/sys/class/misc/vmclock0"
    fi
    phc 0 vmclock0
    ;;
  esac
}
