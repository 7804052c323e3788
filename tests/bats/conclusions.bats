#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
#
# Each conclusion of src/doctor/conclusions.h by a tree that shows it, and by one
# that is nearly the same and must not.
#
# shellcheck disable=SC2154,SC2034 # helper.bash and the table's own lines

load helper
load hosts

# del PATH...: of the tree
del() {
  local path
  for path; do
    rm -rf "${HOST:?}/$path"
  done
}

# Nothing of the driver.
bare() {
  del sys/bus/platform sys/class/misc sys/class/ptp dev
}

hid() {
  put "sys/bus/acpi/devices/AMZNC10C:0$1/modalias" "acpi:$2:VMCLOCK:"
}

iomem() {
  put proc/iomem "$1
  $2 : AMZNC10C:00"
}

second() {
  hid 1 AMZNC10C
  link sys/bus/platform/drivers/vmclock/AMZNC10C:01 ../../AMZNC10C:01
  link sys/class/ptp/ptp0/device ../../../AMZNC10C:00
}

vendor() {
  put sys/class/dmi/id/sys_vendor "$1"
  put sys/class/dmi/id/product_name "Virtual Machine"
}

option() {
  put "boot/config-$(<"$HOST/proc/sys/kernel/osrelease")" "$1"
}

guest() {
  put proc/cpuinfo "flags		: fpu tsc hypervisor"
}

wants() {
  put "etc/systemd/system/multi-user.target.wants/$1.service" ""
}

# memory: as /dev/mem, with the page of acpi_device
memory() {
  mkdir -p "$HOST/dev"
  rm -f "$HOST/dev/mem"
  truncate -s 4G "$HOST/dev/mem"
  dd if="$page" of="$HOST/dev/mem" bs=4096 seek=$((0xfeffb)) conv=notrunc status=none
}

# leaps EXPIRY: a table that holds until then, in seconds since 1900
leaps() {
  local place=usr/share/zoneinfo/leap-seconds.list
  mkdir -p "$HOST/${place%/*}"
  sed "s/^#@.*/#@ $1/" "$FIXTURES/leap/leap-seconds.list" >"$HOST/$place"
}

# chrony LINE...: chrony's configuration
chrony() {
  mkdir -p "$HOST/etc/chrony"
  printf '%s\n' "$@" >"$HOST/etc/chrony/chrony.conf"
}

# zone: right/UTC, of one leap second
zone() {
  mkdir -p "$HOST/usr/share/zoneinfo/right"
  printf 'TZif%40s' '' | tr ' ' '\0' >"$HOST/usr/share/zoneinfo/right/UTC"
  printf '\0\0\0\1' | dd of="$HOST/usr/share/zoneinfo/right/UTC" bs=1 seek=28 \
    conv=notrunc status=none
}

kvm() {
  phc 1 "KVM virtual PTP"
}

# conclusion | machine | what shows it | what takes it away again
rows() {
  grep -v '^#' <<'END'
hypervisor-named|qemu||del sys/class/dmi
hypervisor-unnamed|qemu|del sys/class/dmi|vendor QEMU
hypervisor-none|metal||guest
hypervisor-untold|metal|del proc/cpuinfo sys/class/dmi|put proc/cpuinfo "flags : fpu tsc"
container|container||del .dockerenv
device-found|qemu||del sys/bus/acpi
device-in-use|qemu|del sys/bus/acpi|acpi_device
device-absent|qemu|bare; del sys/bus/acpi|acpi_device
device-hidden|container|bare; del sys/bus/acpi|put sys/bus/acpi/devices/PNP0501:00/modalias acpi:PNP0501:
device-not-offered|qemu|bare; del sys/bus/acpi; vendor Microsoft|vendor QEMU
device-not-expected|metal||guest
device-not-present|qemu|put sys/bus/acpi/devices/AMZNC10C:00/status 0|acpi_device
device-several|qemu|hid 1 AMZNC10C|del sys/bus/acpi/devices/AMZNC10C:01
device-by-cid|qemu|hid 0 LABS0001|hid 0 AMZNC10C
device-useless|qemu|second|put sys/class/misc/vmclock1/dev 10:126
region-good|qemu||iomem "fe000000-feffffff : Reserved" feffb800-feffc7ff
region-in-memory|qemu|iomem "fe000000-feffffff : System RAM" feffb000-feffbfff|acpi_device
region-unaligned|qemu|iomem "fe000000-feffffff : Reserved" feffb800-feffc7ff|acpi_device
region-hidden|qemu|iomem "00000000-00000000 : Reserved" 00000000-00000000|acpi_device
driver-unused|metal||acpi_device
driver-bound|qemu||bare
driver-not-loaded|qemu|bare|bound
driver-not-bound|qemu|del sys/bus/platform/drivers/vmclock/AMZNC10C:00|bound
driver-not-installed|qemu|bare; kernel 6.14.0 x86_64; option CONFIG_PTP_1588_CLOCK_VMCLOCK=m|kernel 6.14.0 x86_64 kernel/drivers/ptp/ptp_vmclock.ko:
driver-not-built|qemu|bare; kernel 6.14.0 x86_64; option "# CONFIG_PTP_1588_CLOCK_VMCLOCK is not set"|option CONFIG_PTP_1588_CLOCK_VMCLOCK=y
driver-not-yet|qemu|bare; kernel 6.12.1 x86_64|kernel 6.13.1 x86_64
driver-absent|qemu|bare; kernel 6.14.0 x86_64|kernel 6.14.0 x86_64 kernel/drivers/ptp/ptp_vmclock.ko:
driver-unknown|qemu|bare; del lib|option CONFIG_PTP_1588_CLOCK_VMCLOCK=m
node-readable|qemu||del dev/vmclock0
node-several|qemu|cp "$HOST/dev/vmclock0" "$HOST/dev/vmclock1"|del dev/vmclock1
node-not-given|qemu|put .dockerenv ""; put sys/class/misc/vmclock1/dev 10:126|del .dockerenv
node-missing|qemu|del dev/vmclock0|node "$page"
node-not-made|arm64-64k||put sys/class/misc/vmclock0/dev 10:125; node "$page"
node-hidden|container|del proc/self sys/class/misc|pages 4
node-directory|qemu|del dev/vmclock0; mkdir "$HOST/dev/vmclock0"|del dev/vmclock0; node "$page"
memory-read|qemu|bare; memory|put dev/mem ""
memory-refused|qemu|bare; put dev/mem ""|memory
memory-offered|arm64-64k|bare; put dev/mem ""|put proc/iomem "40000000-4fffffff : System RAM"
memory-offered-blindly|qemu|bare; put dev/mem ""; hid 1 AMZNC10C|del sys/bus/acpi/devices/AMZNC10C:01
phc-own|qemu||del sys/class/ptp
phc-missing|qemu|del dev/ptp0|phc 0 vmclock0
phc-directory|qemu|del dev/ptp0; mkdir "$HOST/dev/ptp0"|del dev/ptp0; phc 0 vmclock0
phc-none|metal|del sys/class/ptp|phc 0 igb
phc-none-by-design|qemu|del sys/class/ptp; node "$monotonic"|node "$page"
phc-not-made|qemu|del sys/class/ptp; node "$page"|phc 0 vmclock0
phc-other|metal||del sys/class/ptp
page-signal-only|qemu|node "$signal"|node "$page"
page-clock|qemu|node "$page"|node "$unsettled"
page-clock-unusable|qemu|node "$unsettled"|node "$page"
page-unsettled|qemu|node "$odd"|node "$page"
page-refused|qemu|node "$foreign"|node "$page"
page-draft|qemu|node "$draft"|node "$page"
page-not-taken|qemu|node "$version2"|node "$page"
clock-stands-still|qemu|node "$still"|node "$page"
status-unreliable|qemu|node "$unreliable"|node "$page"
tai-offset-positive|qemu|node "$positive"|node "$page"
status-not-settled|qemu|node "$unsettled"|node "$page"
counter-may-be-behind|qemu|node "$ahead"|node "$page"
clocksource-good|qemu||clocksource hpet "tsc hpet"
clocksource-hypervisor|qemu|clocksource xen "xen tsc"|clocksource tsc "xen tsc"
clocksource-other|qemu|clocksource hpet "tsc hpet"|clocksource tsc "tsc hpet"
clocksource-unstable|metal|clocksource hpet "hpet acpi_pm"|clocksource hpet "tsc hpet acpi_pm"
clocksource-unusable|qemu|clocksource hpet "hpet acpi_pm"|clocksource hpet "tsc hpet acpi_pm"
leap-table-valid|qemu|leaps 6311433600|leaps 3692217600
leap-table-expired|qemu|leaps 3692217600|leaps 6311433600
leap-table-none|qemu||leaps 6311433600
steered|qemu|put proc/1/comm systemd; put proc/77/comm chronyd|put proc/77/comm ts2phc
steered-by-two|qemu|put proc/1/comm systemd; put proc/77/comm chronyd; put proc/78/comm ntpd|del proc/78
steerer-stopped|qemu|put proc/1/comm systemd; wants chrony|put proc/77/comm chronyd
not-steered|qemu|put proc/1/comm systemd|put proc/77/comm chronyd
clockbound-without-node|qemu|put usr/bin/clockbound ""; del dev/vmclock0|node "$page"
clockbound-without-device|metal|put usr/bin/clockbound ""|acpi_device
readable-by-all|qemu||chmod 440 "$HOST/dev/vmclock0"
readable-by-root|qemu|chmod 400 "$HOST/dev/vmclock0"|chmod 404 "$HOST/dev/vmclock0"
clockbound-page-size|qemu|pages 16|pages 4
clockbound-seq-count|qemu|node "$first"|node "$page"
clockbound-good|qemu||pages 16
generation-present|qemu|node "$generation"|node "$page"
generation-absent|qemu|node "$page"|node "$generation"
chrony-fault|qemu|chrony refclock|chrony ""
chrony-leapseclist-unknown|qemu|put usr/sbin/chronyd x; chrony "leapseclist /x"|put usr/sbin/chronyd leapseclist
chrony-tai-alone|qemu|zone; chrony "refclock PHC /dev/ptp0 tai"|chrony "refclock PHC /dev/ptp0 tai" "leapsectz right/UTC"
chrony-no-leaps|qemu|chrony "refclock PHC /dev/ptp0 tai" "leapsectz right/UTC"|zone
chrony-path-absent|qemu|chrony "refclock PHC /dev/ptp1"|kvm
chrony-path-other|qemu|chrony "refclock PHC /dev/vmclock0"|chrony "refclock PHC /dev/ptp0"
chrony-wrong|qemu|kvm; chrony "refclock PHC /dev/ptp1 offset -37"|chrony "refclock PHC /dev/ptp1"
chrony-wrong-unfollowed|qemu|kvm; chrony "refclock PHC /dev/ptp1 offset 1 noselect"|chrony "refclock PHC /dev/ptp1 offset 1"
chrony-right|qemu|kvm; chrony "refclock PHC /dev/ptp1"|chrony "refclock PHC /dev/ptp1 offset 1"
chrony-unfollowed|qemu|kvm; chrony "refclock PHC /dev/ptp1 noselect"|chrony "refclock PHC /dev/ptp1 prefer"
chrony-pulses|qemu|kvm; chrony "refclock PHC /dev/ptp1:extpps"|chrony "refclock PHC /dev/ptp1:nocrossts"
chrony-may-be-right|qemu|chrony "refclock PHC /dev/ptp0"|phc 0 "KVM virtual PTP"
chrony-passed-over|qemu|put etc/chrony/d/a.sources "refclock PHC /dev/ptp0"; chrony "sourcedir /etc/chrony/d"|put etc/chrony/d/a.sources "server 192.0.2.1"
chrony-unread|qemu|put etc/chrony/conf.d/a.conf "refclock PHC /dev/ptp0"; chrony ""|chrony "confdir /etc/chrony/conf.d"
chrony-no-refclock|qemu|chrony ""|chrony "refclock PHC /dev/ptp0"
virtio-rtc-no-driver|qemu|put sys/bus/virtio/devices/virtio1/device 0x0011|link sys/bus/virtio/devices/virtio1/driver ../../drivers/virtio_rtc
virtio-rtc-bound|qemu|put sys/bus/virtio/devices/virtio1/device 0x0011; link sys/bus/virtio/devices/virtio1/driver ../../drivers/virtio_rtc|put sys/bus/virtio/devices/virtio1/device 0x0001
unexamined|qemu|del proc/iomem; mkdir "$HOST/proc/iomem"|del proc/iomem
END
}

# What no tree can show, since devices are not opened below --root: held with its
# counter-machine by test_conclusions of tests/unit/test_doctor.c.
of_machines() {
  sed -n '/^static const struct pair pairs/,/^};/s/^\t{ "\([a-z0-9-]*\)".*/\1/p' \
    "$VMCLOCKCTL_SOURCE_ROOT/tests/unit/test_doctor.c"
}

in_the_table() {
  sed -n 's/^\tX([A-Z0-9_]*, "\([a-z0-9-]*\)".*/\1/p' \
    "$VMCLOCKCTL_SOURCE_ROOT/src/doctor/conclusions.h"
}

concluded() {
  "$VMCLOCKCTL" doctor --json --root "$HOST" |
    grep -o '"id": "[^"]*"' | sort -u
}

@test "every conclusion has a tree that shows it, and one nearly the same that does not" {
  once
  local id machine show hide line count=0
  local page monotonic unsettled ahead signal odd foreign draft unreliable positive
  local first generation version2 still
  page=$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)
  monotonic=$(patched "$page" 0x0b 02)
  unsettled=$(patched "$page" 0x22 00)
  ahead=$(patched "$page" 0x28 0000000000000040)
  signal=$REAL/qemu-10.0.2-boot.bin
  odd=$REAL/host-writer-stopped-odd-seq.bin
  foreign=$(patched "$page" 0 00)
  draft=$BATS_TEST_TMPDIR/draft
  vmclockctl encode --layout rfc-3 >"$draft"
  unreliable=$REAL/host-tai-unreliable.bin
  positive=$REAL/host-tai-synchronized.bin
  first=$(patched "$page" 0x0c 00000000)
  version2=$(patched "$page" 0x08 0200)
  still=$(patched "$page" 0x30 0000000000000000)
  generation=$(patched "$signal" 0x18 0001)
  for machine in qemu metal arm64-64k container; do
    host "$machine"
    mv "$HOST" "$BATS_TEST_TMPDIR/base-$machine"
  done
  HOST=$BATS_TEST_TMPDIR/tree
  while IFS='|' read -r id machine show hide; do
    cp -a "$BATS_TEST_TMPDIR/base-$machine" "$HOST"
    eval "$show"
    concluded | grep -qx "\"id\": \"$id\"" ||
      fail "$id: not shown: $(concluded)"
    eval "$hide"
    line=$(concluded)
    [[ $line == *'"id": '* && $line != *"\"id\": \"$id\""* ]] ||
      fail "$id: still shown: $line"
    rm -rf "$HOST"
    count=$((count + 1))
  done < <(rows)
  # Both were shown of each.
  assert_equal $((count + $(of_machines | wc -l))) "$(in_the_table | wc -l)"
}

@test "the tables of conclusions leave none out, and name none that is not" {
  diff <(in_the_table | sort) \
    <({
      rows | cut -d'|' -f1
      of_machines
    } | sort)
}
