# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016 # jq has variables too
bats_require_minimum_version 1.5.0
load helper
load hosts

# examine STATUS HOST: doctor's JSON of such a machine
examine() {
  host "$2"
  expect "$1" doctor --root "$HOST" --json
  assert_json '.schema == "vmclockctl/doctor" and .schema_version == 1'
}

# again STATUS: of the machine as it is now
again() {
  expect "$1" doctor --root "$HOST" --json
}

# found LEVEL TOPIC REGEX: such a line is there
found() {
  assert_json '.results | any(.level == $l and .topic == $t and
    (.message + " " + (.next // "") | test($r)))' \
    --arg l "$1" --arg t "$2" --arg r "$3"
}

no_problem() {
  assert_json '.summary.problem == 0'
}

# The levels sum up, and every problem and what is unknown has its next step.
teardown() {
  [[ ${output-} == "{"* ]] || return 0
  assert_json '.results | all((.level | . != "problem" and . != "unknown") or
    .next != null)'
  assert_json '(.summary | add) == (.results | length)'
}

@test "on EC2 only the disruption signal is healthy" {
  examine 0 ec2
  no_problem
  found ok hypervisor "Amazon EC2 m7i.large"
  found ok device "AMZNC10C:00"
  found ok region "4096 bytes at 0xfeffb000"
  found ok driver "bound, kernel 6.17"
  found ok page "only the disruption signal"
  found note phc "none, since the page has no clock"
  found note phc "ptp0: ena-ptp-05, an Amazon ENA"
  found note unprivileged "only root.* MODE="
}

@test "on Firecracker the device is found and the missing driver reported" {
  examine 1 firecracker
  found ok hypervisor Firecracker
  found ok device "AMZNC10C:00"
  found problem driver "6.1.128 has no ptp_vmclock.*CONFIG_PTP_1588_CLOCK_VMCLOCK"
  found ok clocksource kvm-clock
  found note phc "no PTP clock"
  assert_json '[.results[].topic] | index("node") == null'
}

@test "on QEMU the clock, its PHC and a node readable by all are found" {
  examine 1 qemu
  found ok hypervisor "QEMU Standard PC"
  found ok page "a clock, synchronized, tai"
  found problem page "tai_offset_sec is positive"
  found ok phc "/dev/ptp0 is the page's PTP clock"
  found ok unprivileged "every user"
  found ok clockbound "nothing blocks ClockBound"
  found note snapshot-safety "no vm_generation_counter"
}

@test "on bare metal nothing is found and nothing is wrong" {
  examine 0 metal
  no_problem
  found note hypervisor "bare metal"
  found note device "as expected"
  found note driver "before 6.13"
  found note phc "ptp0: igb"
}

@test "a container without the node is reported" {
  examine 1 container
  found note container "inside a container"
  found problem node "/dev has no node for it.*--device=/dev/vmclock0"
}

@test "on arm64 the device is found in the device tree" {
  examine 0 arm64
  no_problem
  found ok hypervisor "a virtual machine"
  found ok device "in the device tree: ptp@4e000000 .amazon,vmclock"
  found ok region "4096 bytes at 0x4e000000"
  found ok clocksource arch_sys_counter
}

@test "on arm64 the hypervisor is named" {
  host arm64
  property fw-cfg@9020000/compatible 'qemu,fw-cfg-mmio\0'
  again 0
  found ok hypervisor QEMU
  property hypervisor/compatible 'linux,kvm\0'
  again 0
  found ok hypervisor linux,kvm
  rm -r "${HOST:?}/sys/firmware/devicetree/base/"{compatible,fw-cfg*,hypervisor}
  again 0
  found note hypervisor "no sign of a hypervisor"
  refute_output --partial "bare metal has no"
}

@test "on arm64 the region is taken from the node's reg" {
  local tree reg
  host arm64
  tree=$HOST/sys/firmware/devicetree/base
  put proc/iomem "40000000-4fffffff : System RAM"
  again 1
  found problem region "4096 bytes at 0x4e000000, inside System RAM"
  put proc/iomem "00000000-00000000 : System RAM
00000000-00000000 : reserved"
  again 0
  found note region "only to root"
  rm "$HOST/proc/iomem"
  again 0
  refute_output --partial '"topic": "region"'

  put proc/iomem "40000000-4dffffff : System RAM"
  property ptp@4e000000/reg '\0\0\0\1\x4e\0\0\0\0\0\0\0\0\0\x20\0'
  again 0
  found ok region "8192 bytes at 0x000000014e000000"
  # One cell each.
  property '#address-cells' '\0\0\0\1'
  property '#size-cells' '\0\0\0\1'
  property ptp@4e000000/reg '\x4e\0\0\0\0\0\x10\0'
  again 0
  found ok region "4096 bytes at 0x4e000000"
  # Cut short, empty, and of more cells than there are.
  for reg in '\x4e\0\0\0\0\0\x10' '\x4e\0\0\0\0\0\0\0' ''; do
    property ptp@4e000000/reg "$reg"
    again 0
    refute_output --partial '"topic": "region"'
  done
  property ptp@4e000000/reg '\x4e\0\0\0\0\0\x10\0'
  property '#size-cells' '\0\0\0\3'
  again 0
  refute_output --partial '"topic": "region"'

  # In a bus, whose addresses may be other ones than the CPU's.
  mkdir "$tree/bus"
  mv "$tree/ptp@4e000000" "$tree/#address-cells" "$tree/bus"
  property 'bus/#size-cells' '\0\0\0\1'
  again 0
  found ok device "in the device tree: ptp@4e000000"
  refute_output --partial '"topic": "region"'
  property bus/ranges ''
  again 0
  found ok region "4096 bytes at 0x4e000000"
  property bus/ranges '\0\0\0\0\x4e\0\0\0\0\0\x10\0'
  again 0
  refute_output --partial '"topic": "region"'
}

@test "a kernel with pages of 64 KiB has a PHC and no node" {
  examine 1 arm64-64k
  found problem node "64 KiB here.*pages of 4 KiB"
  found ok phc "/dev/ptp0 is the page's PTP clock"
}

@test "a module that is not loaded is a problem with its fix" {
  host qemu
  rm -rf "${HOST:?}/sys/bus/platform" "${HOST:?}/sys/class/misc" "${HOST:?}/dev" "${HOST:?}/sys/class/ptp"
  again 1
  found problem driver "not loaded.*modprobe ptp_vmclock"
}

@test "without a list of modules the kernel's configuration decides, or its version" {
  host qemu
  rm -rf "${HOST:?}/sys/bus/platform" "${HOST:?}/sys/class/misc" "${HOST:?}/dev" \
    "${HOST:?}/sys/class/ptp" "${HOST:?}/lib"
  again 1
  found problem driver \
    "7.2.4 does not run ptp_vmclock, and without its.* is unknown modprobe"
  # What is no configuration says nothing, damaged or not.
  put proc/config.gz ""
  again 1
  found problem driver "and without its configuration"
  printf '\x1f\x8b\x08\x00damaged' >"$HOST/proc/config.gz"
  again 1
  found problem driver "and without its configuration"
  put boot/config-7.2.4 "CONFIG_PTP=y
# CONFIG_PTP_1588_CLOCK_VMCLOCK is not set"
  again 1
  found problem driver "7.2.4 is built without ptp_vmclock: .* /boot/config-7.2.4"
  # The kernel's own goes before a file of its name.
  printf 'CONFIG_PTP=y\nCONFIG_PTP_1588_CLOCK_VMCLOCK=m\n' | gzip >"$HOST/proc/config.gz"
  again 1
  found problem driver "is a module, but is not loaded"
  rm "$HOST/proc/config.gz"
  put boot/config-7.2.4 "CONFIG_PTP_1588_CLOCK_VMCLOCK=m"
  again 1
  found problem driver "is a module, but is not loaded"
  mkdir -p "$HOST/lib/modules/7.2.4"
  mv "$HOST/boot/config-7.2.4" "$HOST/lib/modules/7.2.4/config"
  again 1
  found problem driver "is a module, but is not loaded"
  put proc/sys/kernel/osrelease 6.12.1
  again 1
  found problem driver "6.12.1 does not run ptp_vmclock: before 6.13 no kernel"
}

@test "a list of modules may have any length, and is unknown if it cannot be read" {
  local list
  host qemu
  rm -rf "${HOST:?}/sys/bus/platform" "${HOST:?}/sys/class/misc" "${HOST:?}/dev" \
    "${HOST:?}/sys/class/ptp"
  list=$HOST/lib/modules/7.2.4/modules.dep
  # Wherever the parts end in which it is read.
  for length in 16370 65530 300000; do
    {
      head -c "$length" /dev/zero | tr '\0' x
      printf '\nkernel/drivers/ptp/ptp_vmclock.ko.zst:\n'
      printf 'kernel/fs/%01000d/ext4.ko.zst:\n' {1..100}
    } >"$list"
    again 1
    found problem driver "not loaded.*modprobe ptp_vmclock"
  done
  rm "$list"
  mkdir "$list"
  again 4
  found unknown driver "could not be examined: $list: Is a directory"
}

@test "a root whose name has pattern characters is taken literally" {
  host qemu
  mv "$HOST" "$HOST-[x]*"
  HOST+="-[x]*"
  again 1
  found ok device AMZNC10C:00
  found ok node "is readable"
}

@test "the other commands point to doctor where there is no node, and name the device" {
  local command
  host qemu
  rm "$HOST/dev/vmclock0"
  for command in show dump watch record verify compare "verify --live"; do
    # shellcheck disable=SC2086 # words on purpose
    expect 3 $command --root "$HOST"
    assert_stderr --partial "device AMZNC10C:00 has no /dev/vmclockN: the kernel has it, and /dev lacks the node; its PTP clock is /dev/ptp0"
    assert_stderr --partial "hint: vmclockctl doctor reports why"
  done
  rm -r "$HOST/sys/class/ptp"
  expect 3 show --root "$HOST"
  assert_stderr --partial "device AMZNC10C:00 has no /dev/vmclockN"
  refute_stderr --partial "PTP clock"
  # Each why.
  host arm64-64k
  expect 3 show --root "$HOST"
  assert_stderr --partial "has no /dev/vmclockN: its region does not reach the kernel's page size; its PTP clock is /dev/ptp0"
  host qemu
  rm -r "$HOST/dev/vmclock0" "$HOST/sys/class/misc" "$HOST/sys/class/ptp"
  rm "$HOST/sys/bus/platform/drivers/vmclock/AMZNC10C:00"
  expect 3 show --root "$HOST"
  assert_stderr --partial "has no /dev/vmclockN: ptp_vmclock did not take it"
  rm -r "$HOST/sys/bus/platform"
  expect 3 show --root "$HOST"
  assert_stderr --partial "has no /dev/vmclockN: ptp_vmclock is not loaded"
  kernel 6.1.0-40-amd64 x86_64
  expect 3 show --root "$HOST"
  assert_stderr --partial "has no /dev/vmclockN: this kernel has no ptp_vmclock"
  host metal
  rm -rf "${HOST:?}/dev"
  expect 3 show --root "$HOST"
  assert_stderr --partial "/dev: no node of a VMClock device"
}

@test "the region is found of a device known only by its compatible id" {
  host qemu
  mv "$HOST/sys/bus/acpi/devices/AMZNC10C:00" "$HOST/sys/bus/acpi/devices/LABS0001:00"
  put sys/bus/acpi/devices/LABS0001:00/modalias acpi:LABS0001:VMCLOCK:
  put proc/iomem "feffb000-feffbfff : LABS0001:00"
  again 1
  found ok device "LABS0001:00 .acpi:LABS0001:VMCLOCK:"
  found note device "LABS0001:00 is of another kind by its _HID.*its page is a VMClock's"
  found ok region "4096 bytes at 0xfeffb000"
  put sys/bus/acpi/devices/LABS0001:00/modalias acpi:AMZNC10C:VMCLOCK:
  again 1
  refused device "another kind"
}

@test "a driver that did not take the device is reported with the reason" {
  host qemu
  rm -rf "${HOST:?}/sys/bus/platform/drivers/vmclock/AMZNC10C:00" "${HOST:?}/dev"
  again 1
  found problem driver "did not take the device.*dmesg"
  host arm64
  rm -rf "${HOST:?}/sys/bus/platform/drivers/vmclock/4e000000.ptp" "${HOST:?}/dev"
  put proc/sys/kernel/osrelease 6.17.3
  again 1
  found problem driver "7.0 or later binds to the device tree"
  # Which came to stable kernels of this.
  put proc/sys/kernel/osrelease 6.18.3
  again 1
  found problem driver "where it shows nothing, .*: one of 7.0 or later does"
  host qemu
  rm -rf "${HOST:?}/sys/bus/platform/drivers/vmclock/AMZNC10C:00" "${HOST:?}/dev"
  put sys/bus/acpi/devices/AMZNC10C:00/modalias acpi:LABS0001:VMCLOCK:
  put proc/sys/kernel/osrelease 6.18.3
  again 1
  found problem driver "7.0 or later binds to the id VMCLOCK"
}

@test "a virtual machine without the device is a problem" {
  host qemu
  rm -rf "${HOST:?}/sys/bus" "${HOST:?}/dev" "${HOST:?}/sys/class/misc" "${HOST:?}/sys/class/ptp"
  again 1
  found problem device "offers no VMClock.*-device vmclock"
}

@test "a device that ACPI marks absent and a region that is hidden or misplaced are reported" {
  host qemu
  put sys/bus/acpi/devices/AMZNC10C:00/status 0
  again 1
  found problem device "marked not present"
  host qemu
  put proc/iomem "00100000-3fffffff : System RAM
  08000000-08000fff : AMZNC10C:00"
  again 1
  found problem region "inside System RAM"
  put proc/iomem "00000000-00000000 : System RAM
  00000000-00000000 : AMZNC10C:00"
  again 1
  found note region "only to root"
  # Memory that the firmware's tables are in, and the system may take again.
  local memory
  for memory in "ACPI Tables" "ACPI Non-volatile Storage"; do
    put proc/iomem "7ffde000-7fffffff : $memory
  7fffe000-7fffefff : AMZNC10C:00"
    again 1
    found problem region "4096 bytes at 0x7fffe000, inside $memory"
  done
  put proc/iomem "feffb800-feffc7ff : AMZNC10C:00"
  again 1
  found problem region "not on a boundary"
}

@test "the region of each of two devices is reported by its own name" {
  host qemu
  put sys/bus/acpi/devices/LABS0001:00/modalias acpi:LABS0001:VMCLOCK:
  put proc/iomem "00100000-3fffffff : System RAM
  08000000-08000fff : LABS0001:00
fe000000-feffffff : Reserved
  feffb000-feffbfff : AMZNC10C:00"
  again 1
  found ok region "AMZNC10C:00: 4096 bytes at 0xfeffb000"
  found problem region "LABS0001:00: 4096 bytes at 0x08000000, inside System RAM"
  found note device "there are several"
}

@test "faults of the page are reported" {
  host qemu
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x22 04 0x24 dbff)"
  again 1
  found note page "a clock, unreliable, tai; not usable now"
  found problem page "UNRELIABLE.*EINVAL"
  assert_json '.results | all(.message | test("is positive") | not)'
  node "$REAL/host-writer-stopped-odd-seq.bin"
  again 1
  found problem page "seq_count does not settle"
  : >"$HOST/dev/vmclock0"
  again 1
  found problem page "0 of 32 bytes"
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x06 0100 0x08 0000 0x1a 0100)"
  again 1
  found problem page "from before the standard"
  # No sign was settled then.
  assert_json '.summary.problem == 1'
}

@test "a missing PHC is a problem if the page has a clock" {
  host qemu
  rm -rf "${HOST:?}/sys/class/ptp"
  again 1
  found problem phc "made no PTP clock of it"
}

@test "a TSC that was given up is a problem, another clocksource a note" {
  host qemu
  clocksource hpet "hpet acpi_pm"
  again 1
  found problem clocksource "given up the TSC .*, and so every read.*tsc=reliable"
  clocksource hpet "tsc hpet acpi_pm"
  again 1
  found note clocksource "PRECISE is refused"
}

@test "a page that ClockBound cannot use is noted" {
  host qemu
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x04 00200000)"
  again 1
  found note clockbound "is not one page"
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x0c 00000000)"
  again 1
  found note clockbound "seq_count 0"
}

@test "the group that may read the page is named; root's is none" {
  local gid
  host ec2
  chmod 440 "$HOST/dev/vmclock0"
  gid=$(stat -c %g "$HOST/dev/vmclock0")
  if ((gid == 0)); then
    again 0
    found note unprivileged "only root can read the page: the node's group is root.*groupadd --system vmclock; the udev rule"
    put etc/udev/rules.d/45-vmclock.rules 'KERNEL=="vmclock*", GROUP="vmclock", MODE="0440"'
    again 0
    found note unprivileged "group is root groupadd --system vmclock; systemctl restart systemd-udevd; udevadm trigger"
    chgrp 901 "$HOST/dev/vmclock0"
    gid=901
  fi
  again 0
  found ok unprivileged "^group $gid can read the page"
  put etc/group "root:x:0:
no line
vmclock:x:$gid:somebody"
  again 0
  found ok unprivileged "^group vmclock can read the page"
}

@test "doctor recognises whether a udev rule is in force" {
  host ec2
  put etc/udev/rules.d/90-vmclock.rules 'KERNEL=="vmclock*", MODE="0444"'
  again 0
  found note unprivileged "though there is a udev rule.*loaded.*udevadm control --reload"
  refused unprivileged groupadd
  # The group that it names, and no other.
  put etc/udev/rules.d/90-vmclock.rules 'KERNEL=="vmclock*", GROUP="time", MODE="0440"'
  again 0
  found note unprivileged "groupadd --system time; systemctl restart systemd-udevd"
  put etc/group "time:x:103:"
  again 0
  found note unprivileged "udevadm control --reload"
  refused unprivileged groupadd
  chmod 444 "$HOST/dev/vmclock0"
  again 0
  found ok unprivileged "every user"
}

# judged STATUS PLAY: the PHC plays so. The page's TSC is not this machine's,
# so a page of this one is made.
judged() {
  playable
  export PTP_PLAY=$2
  export ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0
  vmclockctl show --json sim:steady >"$BATS_TEST_TMPDIR/page.json"
  rm -f "$HOST/dev/vmclock0"
  vmclockctl encode --from "$BATS_TEST_TMPDIR/page.json" -o "$HOST/dev/vmclock0"
  run --separate-stderr env LD_PRELOAD="$PLAYED" \
    "$VMCLOCKCTL" doctor --root "$HOST" --json
  [[ $status == "$1" ]] || fail "status $status, not $1: $output"
}

@test "a PHC that is wrong or cannot be read is a problem" {
  host qemu
  judged 1 "ahead 74"
  found problem phc "wrong by twice the offset"
  judged 1 "ahead 5"
  found problem phc "neither UTC nor TAI"
  judged 1 "precise 22 extended 22 offset 22"
  found problem phc "cannot be read, errno 22"
}

@test "the clocks, driver and RTC device of virtio_rtc are reported" {
  host qemu
  put sys/bus/virtio/devices/virtio0/device 0x0001
  put sys/bus/virtio/devices/virtio1/device 0x0011
  again 1
  found note virtio-rtc "boot a kernel built with CONFIG_VIRTIO_RTC"
  refused virtio-rtc modprobe
  kernel 6.12.3 x86_64
  again 1
  found note virtio-rtc "a kernel of 6.16 or later"
  kernel 7.2.4 x86_64 kernel/drivers/virtio/virtio_rtc.ko.xz:
  again 1
  found note virtio-rtc "modprobe virtio_rtc *$"
  link sys/bus/virtio/devices/virtio1/driver ../../drivers/virtio_rtc
  phc 1 "Virtio PTP type 1/variant 0"
  again 1
  found ok virtio-rtc "no RTC device"
  found note phc "ptp1: Virtio PTP type 1/variant 0.*type tai, variant unspecified"
  put sys/class/rtc/rtc1/name "virtio_rtc virtio1"
  again 1
  found ok virtio-rtc rtc1
}

@test "an empty tree has no problem, and tells nothing" {
  HOST=$BATS_TEST_TMPDIR/empty
  mkdir "$HOST"
  again 4
  found note hypervisor "nothing here tells whether"
  found unknown device "neither ACPI.* is shown here"
  found note phc "no PTP clock"
  assert_json '[.results[].level] | index("problem") == null'
}

@test "what of a CPU tells no hypervisor is no sign of bare metal" {
  host metal
  found_arch() {
    kernel 7.1.0 "$1"
    again 0
    found note hypervisor "nothing here tells whether"
    refused device expected
  }
  put proc/cpuinfo "vendor_id : IBM/S390"
  rm -r "${HOST:?}/sys/class/dmi"
  found_arch s390x
  found_arch aarch64
  property compatible 'qemu,pseries\0'
  kernel 7.1.0 ppc64le
  again 1
  found ok hypervisor "a virtual machine"
}

@test "a clocksource is judged where a clock needs one" {
  host metal
  clocksource hpet "tsc hpet acpi_pm"
  again 0
  found ok clocksource "^hpet *$"
  host qemu
  clocksource hpet "tsc hpet acpi_pm"
  again 1
  found note clocksource "PRECISE is refused.*echo tsc"
}

@test "packages are those of the distribution, and a range that ends before it begins is none" {
  host qemu
  rm -rf "${HOST:?}/sys/bus/platform" "${HOST:?}/sys/class/misc" "${HOST:?}/dev" \
    "${HOST:?}/sys/class/ptp"
  kernel 6.14.0-1011-aws x86_64
  again 1
  found problem driver "install linux-modules-extra-6.14.0-1011-aws"
  kernel 6.17.2-arch1-1 x86_64
  again 1
  found problem driver "install the package of the kernel's further modules"
  refused driver "Ubuntu|extra-"
  put proc/iomem "feffbfff-feffb000 : AMZNC10C:00"
  again 1
  refused region .
}

@test "who offers no VMClock is told what it needs" {
  local row
  host qemu
  rm -rf "${HOST:?}/sys/bus" "${HOST:?}/sys/class/misc" "${HOST:?}/sys/class/ptp" "${HOST:?}/dev"
  put sys/bus/acpi/devices/PNP0501:00/modalias acpi:PNP0501:
  for row in "QEMU|-device vmclock *$" "Amazon EC2|the hypervisor offers.*amazon,vmclock on EC2 it depends" \
    "Acme|-device vmclock; Firecracker.*; on EC2"; do
    put sys/class/dmi/id/sys_vendor "${row%|*}"
    put sys/class/dmi/id/product_name x
    again 1
    found problem device "${row#*|}"
  done
  kernel 6.6.87.2-microsoft-standard-WSL2 x86_64
  again 0
  found note device "none is known for Hyper-V"
}

@test "a root that is no directory gives status 3" {
  local none=$BATS_TEST_TMPDIR/none
  expect 3 doctor --root "$none"
  refute_output
  assert_stderr "vmclockctl: $none: cannot open: No such file or directory"
  expect 3 doctor --root "$none/" --json
  assert_json '.schema == "vmclockctl/doctor" and .error.code == "cannot-open"'
  : >"$none"
  expect 3 doctor --root "$none"
  assert_stderr "vmclockctl: $none: cannot open: Not a directory"
}

@test "the leap-second table is reported as missing, valid, expired or damaged" {
  local place=usr/share/zoneinfo/leap-seconds.list
  host ec2
  again 0
  found note leap-seconds "^no table: No such file or directory .*tzdata has /$place"
  mkdir -p "$HOST/${place%/*}"
  sed 's/^#@.*/#@ 6311433600/' "$FIXTURES/leap/leap-seconds.list" \
    >"$HOST/$place"
  again 0
  found ok leap-seconds "^the table holds until 2100-01-01 $"
  cp "$FIXTURES/leap/expired.list" "$HOST/$place"
  again 0
  found note leap-seconds "^the table expired on 2017-06-28.* update .*tzdata"
  cp "$FIXTURES/leap/damaged.list" "$HOST/$place"
  again 0
  found note leap-seconds "^no table: the file is damaged .* tzdata"
  no_problem
}

# hidden STATUS TOPIC FILE ERRNO-TEXT: doctor, to whom one thing of the tree is
# closed, says so instead of missing it; of what it says else of the topic
# nothing is a problem.
hidden() {
  local mode
  mode=$(stat -c %a "$HOST/$3")
  chmod 000 "$HOST/$3"
  # A superuser without capabilities is its files' owner, and no more.
  as=()
  ((EUID != 0)) || as=(setpriv --inh-caps=-all --bounding-set=-all)
  run --separate-stderr "${as[@]}" "$VMCLOCKCTL" doctor --root "$HOST" --json
  chmod "$mode" "$HOST/$3"
  [[ $status == "$1" ]] || fail "$3: status $status, not $1: $output"
  found "${5-unknown}" "$2" "could not be examined: $HOST/$3.*$4"
  assert_json '.results | all(.level != "problem" or .topic != $t)' --arg t "$2"
}

@test "what the user may not read is unknown, not absent" {
  host qemu
  ((EUID != 0)) || setpriv --inh-caps=-all --bounding-set=-all true 2>/dev/null ||
    skip "this machine does not let go of rights"
  # Not even the page's own problem.
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)" 444
  chmod 644 "$HOST/dev/ptp0"
  put sys/bus/virtio/devices/virtio0/device 0x0011
  link sys/bus/virtio/devices/virtio0/driver ../../drivers/virtio_rtc
  put etc/chrony/chrony.conf "refclock PHC /dev/ptp0 poll 0"
  again 0
  hidden 4 device sys/bus/acpi/devices "Permission denied.*root"
  hidden 4 device sys/bus/acpi/devices/AMZNC10C:00/modalias Permission
  hidden 4 device sys/bus/acpi/devices/AMZNC10C:00/status Permission
  hidden 4 driver sys/bus/platform/drivers/vmclock Permission
  # Which hides the PTP clock, too.
  hidden 4 node dev Permission
  hidden 4 phc sys/class/ptp Permission
  hidden 4 phc sys/class/ptp/ptp0/clock_name Permission
  hidden 4 clocksource proc/sys/kernel/arch Permission
  hidden 4 clocksource sys/devices/system/clocksource Permission
  hidden 4 chrony etc/chrony/chrony.conf Permission
  hidden 4 virtio-rtc sys/bus/virtio/devices Permission
  hidden 4 virtio-rtc sys/bus/virtio/devices/virtio0 Permission
  # The other files show that it is a virtual machine.
  hidden 0 hypervisor sys/class/dmi Permission note
  rm "$HOST/proc/cpuinfo"
  hidden 4 hypervisor sys/class/dmi Permission
  # Of rules nothing depends but advice.
  chmod 400 "$HOST/dev/vmclock0"
  put etc/udev/rules.d/90-vmclock.rules 'KERNEL=="vmclock*", MODE="0444"'
  hidden 0 unprivileged etc/udev/rules.d Permission note
}

@test "root of a user namespace is told so, where it may not read" {
  local as_user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
  ((EUID == 0)) || skip "needs root"
  [[ $(head -c 4 "$VMCLOCKCTL") == $'\x7fELF' ]] || skip "the program is a script here"
  "${as_user[@]}" unshare -Ur true 2>/dev/null || skip "no user namespaces here"
  # For everybody the way there is open.
  HOST=$(mktemp -d)
  chmod 755 "$HOST"
  cp "$VMCLOCKCTL" "$HOST/program"
  BATS_TEST_TMPDIR=$HOST host qemu
  chmod 400 "$HOST/dev/vmclock0"
  output=$("${as_user[@]}" unshare -Ur "${HOST%/*}/program" doctor --root "$HOST" --json) || :
  found problem node "not readable by the root of this user namespace.*as root outside"
  refused node "security module"
  run "${as_user[@]}" unshare -Ur "${HOST%/*}/program" show "$HOST/dev/vmclock0"
  assert_failure 3
  assert_output --partial "root of a user namespace is another user"
  # A directory that is closed is not a node's right.
  chmod 444 "$HOST/dev/vmclock0"
  chmod 700 "$HOST/dev"
  output=$("${as_user[@]}" "${HOST%/*}/program" doctor --root "$HOST" --json) || :
  found unknown phc "could not be examined"
  refused phc "udev"
  # Nor are tables that are closed without the device.
  chmod 755 "$HOST/dev"
  chmod 700 "$HOST/sys/bus/acpi"
  output=$("${as_user[@]}" "${HOST%/*}/program" doctor --root "$HOST" --json) || :
  found ok device "in use by the driver: AMZNC10C:00; the firmware's tables could not be read"
  rm -rf "${HOST%/*}"
}

@test "results that are unknown give status 4, or 1 with a problem" {
  host qemu
  rm -r "${HOST:?}/proc/sys/kernel/arch"
  mkdir "$HOST/proc/sys/kernel/arch"
  expect 1 doctor --root "$HOST"
  assert_line --regexp '^unknown  clocksource: could not be examined'
  assert_line "1 problem, 1 unknown"
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)"
  expect 4 doctor --root "$HOST"
  assert_line "1 unknown"
  refute_line "no problem"
}

@test "files that only root may read do not keep others from an answer" {
  host qemu
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)" 444
  chmod 644 "$HOST/dev/ptp0"
  mkdir -p "$HOST/sys/firmware/acpi/tables"
  : >"$HOST/sys/firmware/acpi/tables/DSDT"
  chmod 000 "$HOST/sys/firmware/acpi/tables/DSDT" "$HOST/proc/iomem"
  as=()
  ((EUID != 0)) || as=(setpriv --inh-caps=-all --bounding-set=-all)
  "${as[@]}" true 2>/dev/null || skip "this machine does not let go of rights"
  run -0 --separate-stderr "${as[@]}" "$VMCLOCKCTL" doctor --root "$HOST" --json
  no_problem
  assert_json '.summary.unknown == 0'
  found ok hypervisor QEMU
  found note region "only to root"
}

@test "control characters in hostile files do not reach the terminal" {
  host qemu
  printf 'QE\033[31mMU\xff\n' >"$HOST/sys/class/dmi/id/sys_vendor"
  printf '\033]0;x\007' >"$HOST/sys/class/ptp/ptp0/clock_name"
  expect 1 doctor --root "$HOST"
  refute_output --regexp '[^[:print:][:space:]]'
  refute_line --regexp '.{81}'
}

@test "doctor gives an answer on this machine" {
  run --separate-stderr vmclockctl doctor --json
  # shellcheck disable=SC2154 # run sets them
  ((status < 2 || status == 4)) || fail "status $status: $stderr"
  assert_json '.results | length > 1'
  assert_stderr ""
}

@test "doctor takes the node of a device, and no other SOURCE" {
  expect 2 doctor sim:steady
  assert_stderr --partial "sim:steady: doctor examines a device, by the name of its node"
  host qemu
  expect 3 doctor --root "$HOST" /dev/vmclock1
  assert_stderr --partial "/dev/vmclock1: cannot open: No such file"
}

# without_driver: of a machine, all that the driver made
without_driver() {
  rm -rf "${HOST:?}/sys/bus/platform" "${HOST:?}/sys/class/misc" "${HOST:?}/dev" \
    "${HOST:?}/sys/class/ptp"
}

# refused TOPIC REGEX: no line of the topic says so
refused() {
  assert_json '.results | all(.topic != $t or
    (.message + " " + (.next // "") | test($r) | not))' --arg t "$1" --arg r "$2"
}

@test "a module of a package that is not installed is named as that" {
  host qemu
  without_driver
  kernel 6.14.0-27-generic x86_64
  put boot/config-6.14.0-27-generic CONFIG_PTP_1588_CLOCK_VMCLOCK=m
  again 1
  found problem driver "configured with.*modules.dep has none install linux-modules-extra-6.14.0-27-generic"
  refused driver "6.13|7.0"
  # The counter-tree: it is installed.
  kernel 6.14.0-27-generic x86_64 kernel/drivers/ptp/ptp_vmclock.ko:
  again 1
  found problem driver "not loaded"
  kernel 6.14.0-1.el10.x86_64 x86_64
  put boot/config-6.14.0-1.el10.x86_64 CONFIG_PTP_1588_CLOCK_VMCLOCK=m
  again 1
  found problem driver "install kernel-modules-extra-6.14.0-1.el10"
  kernel 6.14.0-1.el9uek.x86_64 x86_64
  put boot/config-6.14.0-1.el9uek.x86_64 CONFIG_PTP_1588_CLOCK_VMCLOCK=m
  again 1
  found problem driver "install kernel-uek-modules-extra-6.14.0-1.el9uek"
}

@test "on Amazon Linux the kernel that has the driver is named" {
  host ec2
  without_driver
  kernel 4.14.355-275.572.amzn2.x86_64 x86_64
  put usr/lib/systemd/system/clockbound.service "[Service]"
  again 1
  found problem driver "Amazon Linux 2 of 5.10.223-211.872 or later"
  refused driver "boot a kernel of 6.13|7.0"
  found problem clockbound "no /dev/vmclock0.*--disable-clock-disruption-support"
  kernel 6.1.102-107.1.amzn2023.x86_64 x86_64
  again 1
  found problem driver "Amazon Linux 2023 of 6.1.102-108.177 or later"
  kernel 6.1.102-108.177.amzn2023.x86_64 x86_64
  rm "$HOST/usr/lib/systemd/system/clockbound.service"
  again 1
  refused driver "or later"
  refused clockbound .
}

@test "a device that the driver has is one, where the firmware's tables are masked" {
  host arm64
  put .dockerenv ""
  rm -rf "${HOST:?}/sys/firmware" "${HOST:?}/lib" "${HOST:?}/proc/iomem"
  again 0
  found ok device "in use by the driver: 4e000000.ptp; .* masked in this container"
  found ok driver "is bound"
  refute_output --regexp "bare metal has|as expected|no device for"
  # The counter-tree: nothing shows it.
  without_driver
  again 4
  refused hypervisor "bare metal"
  found unknown device "is shown here.*outside the container"
}

@test "a directory, a stale node and one that is not there are told apart" {
  host qemu
  rm "$HOST/dev/vmclock0"
  mkdir "$HOST/dev/vmclock0"
  again 1
  found problem node "is a directory: a container runtime makes one.*rmdir and load the driver"
  refused node "see below"
  refused unprivileged .
  put .dockerenv ""
  again 1
  found problem node "is a directory.*look on the host"
  refused page .
  rmdir "$HOST/dev/vmclock0"
  rm "$HOST/dev/ptp0"
  again 1
  found problem phc "/dev/ptp0 is not there, though the kernel has the clock.*--device=/dev/ptp0"
  refused phc "readable by this user|udev"
  mkdir "$HOST/dev/ptp0"
  again 1
  found problem phc "/dev/ptp0 is a directory"
  # A device of another number; only root makes one.
  mknod "$HOST/dev/vmclock0" c 10 199 2>/dev/null || skip "no right to mknod"
  again 1
  found problem node "nothing drives this node: it is 10:199, .* is 10:125"
  # The counter-tree: of this number it may be driven, and is not opened.
  put sys/class/misc/vmclock0/dev 10:199
  again 1
  refused node "nothing drives"
}

@test "a pod of Kubernetes is a container, and is told what gives it a device" {
  host qemu
  rm -rf "${HOST:?}/dev"
  mkdir "$HOST/dev"
  again 1
  refused container .
  found problem node "mount a devtmpfs"
  put proc/1/cgroup "0::/kubepods.slice/x"
  again 1
  found note container "container of Kubernetes"
  found problem node "device plugin, or hostPath"
  refused node devtmpfs
  rm "$HOST/proc/1/cgroup"
  mkdir -p "$HOST/run/secrets/kubernetes.io/serviceaccount"
  again 1
  found note container "container of Kubernetes"
  rm -r "${HOST:?}/run"
  printf 'PATH=/bin\0container=oci\0' >"$HOST/proc/1/environ"
  again 1
  found note container "inside a container"
  found problem node "--device=/dev/vmclock0"
}

@test "a TSC that was given up is told beside kvm-clock, and not on Hyper-V" {
  host qemu
  clocksource kvm-clock "kvm-clock hpet acpi_pm"
  again 1
  found problem clocksource "kvm-clock: the kernel has given up the TSC.*EINVAL"
  clocksource kvm-clock "kvm-clock tsc hpet"
  again 1
  found ok clocksource "^kvm-clock $"
  host metal
  for source in hyperv_clocksource_tsc_page hyperv_clocksource_msr xen; do
    clocksource "$source" "$source acpi_pm"
    again 0
    found ok clocksource "the hypervisor's own"
    refused clocksource reliable
  done
}

@test "of two devices each has its own node, PHC and line" {
  host qemu
  put sys/bus/acpi/devices/AMZNC10C:01/modalias acpi:AMZNC10C:VMCLOCK:
  again 1
  found problem driver "did not take AMZNC10C:01"
  link sys/bus/platform/drivers/vmclock/AMZNC10C:01 ../../AMZNC10C:01
  phc 1 vmclock1
  link sys/class/ptp/ptp0/device ../../../AMZNC10C:00
  link sys/class/ptp/ptp1/device ../../../AMZNC10C:01
  again 1
  refused driver "did not take"
  found problem node "device AMZNC10C:01 has no /dev/vmclock1: .*/dev/ptp1 is its PTP clock"
  put sys/class/misc/vmclock1/dev 10:126
  again 1
  found problem node "the driver made vmclock1 too, but /dev has no node for it.*/sys/class/misc/vmclock1/dev"
  put .dockerenv ""
  again 1
  found note node "made vmclock1 too.*--device=/dev/vmclock1:/dev/vmclock1:r"
  rm "$HOST/.dockerenv"
  cp "$HOST/dev/vmclock0" "$HOST/dev/vmclock1"
  again 1
  refused node "has no"
  expect 1 doctor --root "$HOST" /dev/vmclock1 --json
  found ok node "/dev/vmclock1 is readable"
  found ok phc "/dev/ptp1 is the page's"
}

@test "of several devices the one that was asked for has its own lines alone" {
  local number
  host qemu
  for number in 1 2; do
    put "sys/bus/acpi/devices/AMZNC10C:0$number/modalias" acpi:AMZNC10C:VMCLOCK:
    link "sys/bus/platform/drivers/vmclock/AMZNC10C:0$number" "../../AMZNC10C:0$number"
    put "sys/class/misc/vmclock$number/dev" "10:12$number"
    cp "$HOST/dev/vmclock0" "$HOST/dev/vmclock$number"
  done
  put proc/iomem "00100000-bfffffff : System RAM
  00200000-00200fff : AMZNC10C:01
fe000000-feffffff : Reserved
  feffb000-feffbfff : AMZNC10C:00
  feffd000-feffdfff : AMZNC10C:02"
  # The numbers are not those of the names; the third has no PHC.
  phc 0 vmclock1
  phc 1 vmclock0
  link sys/class/ptp/ptp0/device ../../../AMZNC10C:00
  link sys/class/ptp/ptp1/device ../../../AMZNC10C:01
  asked() {
    expect "$1" doctor --root "$HOST" "/dev/vmclock$2" --json
  }
  asked 1 1
  found ok device "in ACPI: AMZNC10C:00"
  refused device several
  found ok region "4096 bytes at 0xfeffb000"
  refused region RAM
  found ok phc "/dev/ptp0 is the page's"
  asked 1 0
  found ok device "in ACPI: AMZNC10C:01"
  found problem region "0x00200000, inside System RAM"
  refused region 0xfeff
  # By what is left.
  asked 1 2
  found ok device "in ACPI: AMZNC10C:02"
  found ok region "4096 bytes at 0xfeffd000"
  # Whose the PHCs are is not told: then all.
  rm "$HOST/sys/class/ptp/ptp1/device"
  asked 1 1
  found note device several
  # One that the driver took and made nothing of is not one that was asked for.
  link sys/class/ptp/ptp1/device ../../../AMZNC10C:01
  rm -r "$HOST/sys/class/misc/vmclock0" "$HOST/dev/vmclock0"
  again 1
  found problem node "AMZNC10C:01 has no /dev/vmclock0"
  asked 1 1
  refused node "has no"
}

@test "nodes go by their numbers, and devices beyond the eighth are counted" {
  local number
  host qemu
  mv "$HOST/dev/vmclock0" "$HOST/dev/vmclock10"
  cp "$HOST/dev/vmclock10" "$HOST/dev/vmclock9"
  rm -r "$HOST/sys/class/misc/vmclock0"
  for number in 9 10; do
    put "sys/class/misc/vmclock$number/dev" "10:12$number"
    put "sys/bus/acpi/devices/AMZNC10C:$number/modalias" acpi:AMZNC10C:VMCLOCK:
  done
  again 1
  found ok node "/dev/vmclock9 is readable"
  for number in 1 2 3 4 5 6 7; do
    put "sys/bus/acpi/devices/AMZNC10C:0$number/modalias" acpi:AMZNC10C:VMCLOCK:
  done
  again 1
  found note device "several.*, and 2 more, which are not looked at"
}

@test "of two devices one with neither node nor PHC is named, and none that may have one" {
  host qemu
  put sys/bus/acpi/devices/AMZNC10C:01/modalias acpi:AMZNC10C:VMCLOCK:
  link sys/bus/platform/drivers/vmclock/AMZNC10C:01 ../../AMZNC10C:01
  # Nothing says whose the PHC is.
  again 1
  refused device "neither a node"
  link sys/class/ptp/ptp0/device ../../../AMZNC10C:00
  again 1
  found problem device "the driver took AMZNC10C:01, and made neither"
  refused device "took AMZNC10C:00"
  put sys/class/misc/vmclock1/dev 10:126
  again 1
  refused device "neither a node"
}

@test "why there is no PHC is one reason, and MONOTONIC has none by design" {
  host qemu
  rm -rf "${HOST:?}/sys/class/ptp"
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff 0x0b 02)"
  again 0
  found note phc "none, since the page's time is MONOTONIC"
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff 0x0a 00)"
  again 1
  found problem phc "counter_id is not the counter of this CPU"
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)"
  again 1
  found problem phc "would take this page now"
}

@test "a clock that is not settled, and whose PHC answers, is a problem" {
  host qemu
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff 0x22 00)"
  again 1
  found problem page "the clock is UNKNOWN and not to be relied on"
  found note page "a clock, clock_status unknown, tai"
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff 0x22 01)"
  again 1
  found problem page "INITIALIZING.*watch --until status=synchronized"
  # A value that nobody defined is none to rely on, either.
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff 0x22 05)"
  again 1
  found problem page "undefined clock_status, 5, and not to be relied on"
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff 0x22 01)"
  rm -rf "${HOST:?}/sys/class/ptp"
  again 1
  refused page INITIALIZING
}

@test "a page that is not usable says why, and what the driver does not take is a problem" {
  local page
  page=$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)
  host qemu
  node "$(patched "$page" 0x30 0000000000000000)"
  again 1
  found note page "not usable: the period is 0"
  found problem page "the PTP clock stands still"
  node "$(patched "$page" 0x0a 07)"
  again 0
  found note page "not usable: counter_id is not a known counter"
  node "$(patched "$page" 0x04 00001000)"
  again 1
  found problem page "size is 1048576, more than the 4096 bytes of its region"
  node "$(patched "$page" 0x08 0200)"
  again 1
  found problem page "version is 2, and the driver takes 1 alone"
  # Without a PHC it gives nothing.
  node "$(patched "$page" 0x30 0000000000000000)"
  rm -rf "${HOST:?}/sys/class/ptp"
  again 1
  refused page "stands still"
  node "$(patched "$page" 0x22 04)"
  again 1
  found problem page "UNRELIABLE: it gives no time"
}

@test "a counter before the page's reference is named by doctor and show, and no other" {
  local page
  page=$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)
  host qemu
  node "$page"
  again 0
  refused page "before the page's reference"
  "$VMCLOCKCTL" encode --from "$page" >"$HOST/dev/vmclock0" \
    counter_value=0x4000000000000000
  again 0
  found note page "before the page's reference by [0-9]{19} ticks.*EINVAL"
  # One that was written just now is no copy of another machine's.
  "$VMCLOCKCTL" encode --from "$HOST/dev/vmclock0" >"$HOST/dev/new" \
    time="$(date -u +%FT%TZ)"
  mv "$HOST/dev/new" "$HOST/dev/vmclock0"
  again 1
  found problem page "before the page's reference by [0-9]{19} ticks"
  expect 0 show --live "$HOST/dev/vmclock0"
  assert_line --partial "not usable: the counter is before the reference"
  assert_line --regexp '^counter +[0-9]+, before the reference: no time to rely on$'
  # A moment that was asked for.
  expect 0 show --counter 0x3fffffff00000000 "$HOST/dev/vmclock0"
  refute_output --regexp "not usable|before the reference"
}

@test "ClockBound without a node is a problem where there is a device, else a note" {
  host metal
  put usr/bin/clockbound ""
  again 0
  found note clockbound "no VMClock: run it with --disable"
  host qemu
  rm -r "$HOST/dev/vmclock0"
  put usr/bin/clockbound ""
  again 1
  found problem clockbound "make the node"
}

@test "of hypervisors that have no VMClock none is asked for" {
  host metal
  put proc/cpuinfo "flags		: fpu tsc hypervisor"
  put sys/class/dmi/id/sys_vendor "Microsoft Corporation"
  put sys/class/dmi/id/product_name "Virtual Machine"
  clocksource hyperv_clocksource_tsc_page "hyperv_clocksource_tsc_page acpi_pm"
  again 0
  found note device "none is known for Hyper-V"
  # QEMU can play Hyper-V.
  put sys/class/dmi/id/sys_vendor QEMU
  again 1
  found problem device "the hypervisor offers no VMClock"
}

@test "who steers the system's clock is named, also two of them and nobody" {
  host qemu
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)"
  put proc/1/comm systemd
  again 0
  found note steering "none of the known programs steers"
  put etc/systemd/system/multi-user.target.wants/chrony.service ""
  again 0
  found note steering "chronyd is set up .*does not run"
  put proc/77/comm chronyd
  again 0
  found ok steering "chronyd steers"
  put proc/78/comm systemd-timesyn
  again 1
  found problem steering "more than one.*chronyd, systemd-timesyncd"
}

@test "each line has what it rests on, in JSON and with -v" {
  host qemu
  again 1
  assert_json '.results | all(.id != "" and (.observations | type) == "array")'
  assert_json '.results | any(.id == "node-readable" and (.observations |
    any(.path == "/dev/vmclock0" and .observed == "read" and .errno == null)))'
  rm "$HOST/dev/ptp0"
  again 1
  assert_json '.results | any(.id == "phc-missing" and (.observations |
    any(.path == "/dev/ptp0" and .observed == "absent" and .errno == 2)))'
  expect 1 doctor --root "$HOST" -v
  assert_line "         absent /dev/ptp0 (No such file or directory)"
  expect 1 doctor --root "$HOST"
  refute_output --partial "absent /dev/ptp0"
}

# process NUMBER COMM ARGUMENT...: one that runs
process() {
  put "proc/$1/comm" "$2"
  printf '%s\0' "${@:2}" >"$HOST/proc/$1/cmdline"
}

@test "who sets no clock, or another's, does not steer the system's" {
  local words
  host qemu
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)"
  put proc/1/comm systemd
  process 77 chronyd -F 1
  for words in "-s CLOCK_REALTIME -c /dev/ptp1" "-ceth0 -s CLOCK_REALTIME" \
    "-a" "-am" "-s /dev/ptp0 -E ntpshm -M 2" "-s eth0 -Erefclock_sock" \
    "-f /etc/linuxptp/phc2sys.conf -s eth0"; do
    # shellcheck disable=SC2086 # words on purpose
    process 78 phc2sys $words
    again 0
    found ok steering "^chronyd steers the system's clock $"
  done
  for words in "-s /dev/ptp0 -O -37" "-a -r" "-arm" "-s eth0 -c CLOCK_REALTIME -w"; do
    # shellcheck disable=SC2086 # words on purpose
    process 78 phc2sys $words
    again 1
    found problem steering "more than one.*chronyd, phc2sys"
  done
  # The other way round: chronyd watches.
  process 77 chronyd -x
  again 0
  found ok steering "^phc2sys steers"
  process 78 phc2sys -s CLOCK_REALTIME -c /dev/ptp1
  again 0
  found note steering "none of the known programs steers"
  # One of two that does.
  process 79 phc2sys -s /dev/ptp0 -O -37
  again 0
  found ok steering "^phc2sys steers"
}

@test "where the processes of others are hidden, nobody is told not to steer" {
  host qemu
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)"
  process 78 bash
  put etc/systemd/system/multi-user.target.wants/chrony.service ""
  again 0
  refused steering .
  process 1 systemd
  again 0
  found note steering "chronyd is set up .*does not run"
}

@test "who is set up to steer is found in each place that starts it" {
  local unit
  host qemu
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)"
  put proc/1/comm init
  for unit in /etc/systemd/system/multi-user.target.wants/phc2sys@eth0.service=phc2sys \
    /etc/systemd/system/multi-user.target.wants/openntpd.service=ntpd \
    /usr/lib/systemd/system/sysinit.target.wants/systemd-timesyncd.service=systemd-timesyncd \
    /etc/runlevels/default/chronyd=chronyd; do
    put "${unit%=*}" ""
    again 0
    found note steering "^${unit#*=} is set up .*does not run"
    rm "$HOST${unit%=*}"
    again 0
    found note steering "none of the known programs steers.*install and start"
  done
}

@test "a unit that is masked or gone is not set up, and each manager has its own step" {
  local wants=etc/systemd/system/multi-user.target.wants
  host qemu
  node "$(patched "$REAL/host-tai-synchronized.bin" 0x24 dbff)"
  put proc/1/comm init
  put usr/lib/systemd/system/chrony.service ""
  link "$wants/chrony.service" /usr/lib/systemd/system/chrony.service
  put "$wants/systemd-timesyncd.service" ""
  again 0
  found note steering "^chronyd, systemd-timesyncd are set up .*none of them runs systemctl"
  rm "$HOST/$wants/systemd-timesyncd.service"
  link etc/systemd/system/chrony.service /dev/null
  again 0
  found note steering "none of the known programs"
  rm "$HOST/etc/systemd/system/chrony.service"
  again 0
  found note steering "chronyd is set up"
  rm "$HOST/usr/lib/systemd/system/chrony.service"
  put etc/chrony/chrony.conf ""
  again 0
  found note steering "none of the known programs.*start one of them, as chronyd"
  put etc/runlevels/default/chronyd ""
  again 0
  found note steering "chronyd is set up.*rc-status"
}

@test "what names the page's node in udev's rules and gives no rights is no rule for it" {
  local rule
  host ec2
  for rule in '# KERNEL=="vmclock*", GROUP="clock", MODE="0440"' \
    'SUBSYSTEM=="misc", KERNEL=="vmclock*", TAG+="systemd"' \
    'SUBSYSTEM=="ptp", ATTR{clock_name}=="vmclock*", GROUP="clock", MODE="0440"'; do
    put etc/udev/rules.d/90-vmclock.rules "$rule"
    again 0
    found note unprivileged "often report only.*the udev rule of"
  done
  put run/udev/rules.d/90-vmclock.rules 'SUBSYSTEM=="misc", \
  KERNEL=="vmclock*", \
  MODE="0444"'
  again 0
  found note unprivileged "though there is a udev rule"
}

@test "a pod without a service account, and a container of systemd's, are containers" {
  host qemu
  rm -rf "${HOST:?}/dev"
  mkdir "$HOST/dev"
  put proc/1/cgroup "0::/"
  printf 'PATH=/bin\0KUBERNETES_SERVICE_HOST=10.96.0.1\0' >"$HOST/proc/1/environ"
  again 1
  found note container "container of Kubernetes"
  found problem node "device plugin, or hostPath"
  printf 'PATH=/bin\0' >"$HOST/proc/1/environ"
  again 1
  refused container .
  put run/host/container-manager systemd-nspawn
  again 1
  found note container "inside a container"
}

@test "a container that leaves no mark is known by its root, and no other overlay is one" {
  host qemu
  rm -rf "${HOST:?}/dev"
  mkdir "$HOST/dev"
  put usr/bin/clockbound ""
  put proc/self/mountinfo "94 87 0:59 / / rw,relatime - overlay overlay rw,lowerdir=/a:/b,upperdir=/var/lib/containerd/io/1/fs,workdir=/var/lib/containerd/io/1/work"
  again 1
  found note container "inside a container"
  found problem node "--device=/dev/vmclock0"
  found problem clockbound "there is no /dev/vmclock0"
  # The machine that runs containers, and one that booted from a live image.
  put proc/self/mountinfo "30 1 8:1 / / rw - ext4 /dev/sda1 rw
94 30 0:59 / /run/containerd/x rw - overlay overlay rw,lowerdir=/a,upperdir=/var/lib/containerd/io/1/fs
30 1 0:25 / / rw - overlay overlay rw,lowerdir=/run/live/rootfs,upperdir=/run/live/overlay"
  again 1
  refused container .
}

@test "each kind of container has its own way to be given a device" {
  local row
  host qemu
  rm -rf "${HOST:?}/dev"
  mkdir "$HOST/dev"
  for row in "run/systemd/container|lxc|lxc.mount.entry, binding /dev/vmclock0" \
    "proc/1/environ|container=lxc|lxc.cgroup2.devices.allow" \
    "run/host/container-manager|systemd-nspawn|--bind=/dev/vmclock0, and DeviceAllow" \
    "run/systemd/container|podman|--device=/dev/vmclock0:/dev/vmclock0:r" \
    "proc/1/environ|container=oci|--device=/dev/vmclock0:/dev/vmclock0:r"; do
    IFS='|' read -ra row <<<"$row"
    put "${row[0]}" "${row[1]}"
    again 1
    found problem node "${row[2]}"
    found problem phc "${row[2]/vmclock0*/}"
    rm "$HOST/${row[0]}"
  done
}

@test "where neither ACPI nor a device tree is shown, no device is told absent" {
  host qemu
  rm -rf "${HOST:?}/sys" "${HOST:?}/dev"
  again 4
  found unknown device "neither ACPI.* is shown here.*mount -t sysfs"
  refused driver .
  host container
  rm -rf "${HOST:?}/sys/bus" "${HOST:?}/sys/class/misc" "${HOST:?}/sys/class/ptp"
  again 4
  found unknown device "neither ACPI.* is shown here.*outside the container"
}

@test "what a driver made proves it, where its own directory is not shown" {
  host qemu
  put .dockerenv ""
  rm -rf "${HOST:?}/sys/bus" "${HOST:?}/proc/iomem"
  again 1
  found ok device "in use by the driver"
  found ok driver "is bound"
  # The node alone, and its page.
  rm -rf "${HOST:?}/sys"
  again 1
  found ok device "in use by the driver"
  found ok driver "is bound"
  found note phc "is shown here, nor anything of /sys/class"
  # Neither.
  rm "$HOST/dev/vmclock0"
  again 4
  found unknown device "is shown here"
}

@test "what keeps the driver from being loaded is named" {
  local block
  host qemu
  rm -rf "${HOST:?}/sys/bus/platform" "${HOST:?}/sys/class/misc" "${HOST:?}/dev" \
    "${HOST:?}/sys/class/ptp"
  for block in "etc/modprobe.d/a.conf|blacklist ptp_vmclock" \
    "etc/modprobe.d/a.conf|blacklist ptp-vmclock" \
    "usr/lib/modprobe.d/b.conf|  install	ptp_vmclock /bin/false"; do
    put "${block%|*}" "${block#*|}"
    again 1
    found problem driver "not loaded: .*/${block%|*} keeps it away take it out there, and then: modprobe"
    rm "$HOST/${block%|*}"
  done
  for block in "ro module_blacklist=floppy,ptp_vmclock quiet" \
    "modprobe.blacklist=ptp-vmclock"; do
    put proc/cmdline "$block"
    again 1
    found problem driver "not loaded: /proc/cmdline keeps it away take it out there, boot again"
    refused driver "modprobe"
  done
  rm "$HOST/proc/cmdline"
  put proc/sys/kernel/modules_disabled 1
  again 1
  found problem driver "modules_disabled lets none in until the next boot"
  refused driver "modprobe"
  put proc/sys/kernel/modules_disabled 0
  again 1
  found problem driver "modprobe"
  for block in "etc/modprobe.d/a.conf|# blacklist ptp_vmclock" \
    "etc/modprobe.d/a.conf|blacklist ptp_vmclock2" \
    "proc/cmdline|ro module_blacklist=ptp_kvm quiet"; do
    put "${block%|*}" "${block#*|}"
    again 1
    refused driver "keeps it away"
    rm "$HOST/${block%|*}"
  done
}

@test "what would not help is no step: a driver that takes no such device, a package of others" {
  local release
  host arm64
  rm -rf "${HOST:?}/sys/bus/platform" "${HOST:?}/sys/class/misc" "${HOST:?}/dev" \
    "${HOST:?}/sys/class/ptp"
  again 1
  found problem driver "modprobe ptp_vmclock"
  kernel 6.17.1 aarch64 kernel/drivers/ptp/ptp_vmclock.ko.xz:
  again 1
  found problem driver "would not take this device.*7.0 or later"
  refused driver modprobe
  kernel 6.17.1 aarch64
  again 1
  found problem driver "7.0 or later"
  refused driver install
  # Of stable kernels and Amazon's the module's aliases tell.
  for release in 6.18.44 6.1.167-200.amzn2023.aarch64; do
    kernel "$release" aarch64 kernel/drivers/ptp/ptp_vmclock.ko.xz:
    again 1
    found problem driver "modprobe ptp_vmclock"
    put "lib/modules/$release/modules.alias" "alias acpi*:AMZNC10C:* ptp_vmclock"
    again 1
    found problem driver "would not take this device.*7.0 or later"
    put "lib/modules/$release/modules.alias" "alias of:N*T*Camazon,vmclock ptp_vmclock"
    again 1
    found problem driver "modprobe ptp_vmclock"
  done
  host qemu
  rm -rf "${HOST:?}/sys/bus/platform" "${HOST:?}/sys/class/misc" "${HOST:?}/dev" \
    "${HOST:?}/sys/class/ptp"
  kernel 6.18.5+deb13-cloud-amd64 x86_64
  again 1
  found problem driver "install linux-image-6.18.5.deb13-cloud-amd64"
  kernel 6.1.120-1.amzn2023.x86_64 x86_64
  again 1
  found problem driver "install kernel-modules-extra-6.1.120-1.amzn2023"
  kernel 5.15.160-104.158.amzn2.x86_64 x86_64
  again 1
  refused driver install
}

@test "a container is told to change the host's clocksource there" {
  host container
  clocksource hpet "tsc hpet"
  again 1
  found note clocksource "on the host: echo tsc >/sys"
  rm "$HOST/.dockerenv"
  again 1
  refused clocksource "on the host"
}

@test "a block device is none of the kernel's clocks" {
  host qemu
  rm "$HOST/dev/vmclock0"
  mknod "$HOST/dev/vmclock0" b 10 125 2>/dev/null || skip "no right to mknod"
  again 4
  found unknown node "a block device, and no character device"
}

@test "early in a boot the TSC has another name, and is not given up" {
  host qemu
  clocksource tsc-early "tsc-early hpet"
  again 1
  refused clocksource "given up"
  clocksource hpet "hpet acpi_pm"
  again 1
  found problem clocksource "given up"
}

@test "of two devices one that ACPI marks absent does not hide the other" {
  host qemu
  put sys/bus/acpi/devices/AMZNC10C:00/status 0
  put sys/bus/acpi/devices/AMZNC10C:01/modalias acpi:AMZNC10C:VMCLOCK:
  put sys/bus/acpi/devices/AMZNC10C:01/status 15
  again 1
  found problem device "marked not present: AMZNC10C:00"
  found ok device "in ACPI: AMZNC10C:01"
  put sys/bus/acpi/devices/AMZNC10C:00/status 15
  put sys/bus/acpi/devices/AMZNC10C:01/status 0
  again 1
  found problem device "marked not present: AMZNC10C:01"
  found ok device "in ACPI: AMZNC10C:00"
}
