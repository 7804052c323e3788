# SPDX-License-Identifier: BSD-2-Clause
"""The arm64 stage: guests that find the page by the device tree.

The same program, cross-built and static. QEMU's board for arm64 has no VMClock
device: its device tree gets the node, and a page that it reserves in the
guest's memory is one that the host writes to.
"""

import json
import re
import shutil
import time

import clocks
import kit
import memory
import named
import page as pages
import rows
import shared
from arm64_packages import COMPILER, ArmPackages
from ask import (CLOCK_RULES, DRIVER_RULES, NODE, calibrate, clock, compared,
                 diagnosed, driver_table, former, judged, reload, same,
                 same_bytes, show, true, verified)
from extras import needs
from lab import Lab, lab_place
from machine import MEMORY, PAGE_SIZE, Guest, remove
from packages import command

# Above all that QEMU loads into the memory.
MEMORY_BASE = 0x40000000
ADDRESS = 0x4e000000
# The shared interrupt of the notifications, a free one.
INTERRUPT = 100
# By these names QEMU gives the counter 1 GHz, as new processors have it, and
# 62.5 MHz. The signatures of return addresses are not the architecture's, which
# take most of the time to emulate.
FAST, SLOW = "max,pauth-impdef=on", "cortex-a72"
DRIVER = "/sys/bus/platform/drivers/vmclock"
IN_TREE = ("ok", "device", f"in the device tree: ptp@{ADDRESS:x}")

CROSS = """\
[constants]
root = '{root}'
[binaries]
c = [root / 'usr/bin/{compiler}', '--sysroot=' + root]
ar = root / 'usr/bin/aarch64-linux-gnu-ar'
strip = root / 'usr/bin/aarch64-linux-gnu-strip'
pkgconfig = 'pkg-config'
# The linker by hand, for a root that QEMU is told of (-L) stands before ours for
# all paths that a test opens.
exe_wrapper = [root / 'usr/bin/qemu-aarch64', '-cpu', '{cpu}', '-L', '/',
  root / 'usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1', '--library-path',
  root / 'usr/aarch64-linux-gnu/lib' + ':' + root / 'usr/lib/aarch64-linux-gnu']
[properties]
sys_root = root
pkg_config_libdir = root / 'usr/lib/aarch64-linux-gnu/pkgconfig'
[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'aarch64'
endian = 'little'
"""

OVERLAY = """\
/dts-v1/;
/plugin/;
&{{/}} {{
  reserved-memory {{
    #address-cells = <2>;
    #size-cells = <2>;
    ranges;
    vmclock@{address:x} {{
      reg = <0 {address:#x} 0 {size:#x}>;
      no-map;
    }};
  }};
  ptp@{address:x} {{
    compatible = "amazon,vmclock";
    reg = <0 {address:#x} 0 {size:#x}>;
    interrupts = <0 {interrupt} 1>;
  }};
}};
"""


class ArmLab(Lab):
    """The lab's packages and programs for arm64, in build-lab/arm64/."""

    def home(self):
        return lab_place(self.root) / "arm64"

    def sources(self):
        return ArmPackages(self.place)

    def build(self):
        root = self.packages.root
        self.environment = self.packages.environment
        self.tests = self.place / "build"
        self.runner = [self.packages.program("qemu-aarch64"), "-cpu", FAST]
        cross = self.place / "cross.ini"
        text = CROSS.format(root=root, compiler=COMPILER, cpu=FAST)
        if not cross.exists() or cross.read_text() != text:
            shutil.rmtree(self.tests, ignore_errors=True)
            cross.write_text(text)
        self.meson(self.tests, f"--cross-file={cross}", "-Dstatic=true",
                   "-Dtests=true", "-Dwerror=true",
                   "--buildtype=debugoptimized", env=self.environment)
        self.program = self.tests / "vmclockctl"
        self.probe = self.compile(
            "probe", self.packages.program(COMPILER), f"--sysroot={root}",
            env=self.environment)
        self.library = self.compile_library(
            self.packages.program(COMPILER), f"--sysroot={root}",
            env=self.environment)
        self.writer = self.compile("writer")
        self.build_images()

    def device_tree(self, board, size):
        """QEMU's own for the board, with the node of a region of this size."""
        plain, source, overlay, whole = (
            self.scratch / f"vmclock.{end}" for end in
            ("plain.dtb", "dts", "dtbo", "dtb"))
        self.qemu("qemu-system-aarch64", *board, "-m", MEMORY, "-nodefaults",
                  "-display", "none", "-M", f"dumpdtb={plain}")
        source.write_text(OVERLAY.format(
            address=ADDRESS, interrupt=INTERRUPT, size=size))
        for words in (("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", overlay,
                       source),
                      ("fdtoverlay", "-i", plain, "-o", whole, overlay)):
            command(self.packages.program(words[0]), *words[1:],
                    env=self.environment)
        return whole


class ArmGuest(Guest):
    """Its page is `content` from the start: all zeros, if nothing is said."""

    memory_base, address = MEMORY_BASE, ADDRESS
    counter_id, host_counter = pages.ARM, "ns"
    # The driver is part of the kernel: it lets go of the device and takes it,
    # or refuses it with an error.
    device = f"{ADDRESS:x}.ptp"
    load = f"echo {device} >{DRIVER}/bind || true"
    unload = f"! test -e {DRIVER}/{device} || echo {device} >{DRIVER}/unbind"

    def __init__(self, lab, name, release, cpu=FAST, content=b"",
                 region=PAGE_SIZE):
        self.cpu, self.region = cpu, region
        memory = lab.scratch / "memory"
        remove(memory)
        with open(memory, "wb") as file:
            file.truncate(MEMORY << 20)
            file.seek(ADDRESS - MEMORY_BASE)
            file.write(content)
        super().__init__(lab, name, release, memory=memory, tsc="")

    def board(self, lab):
        words = ["-cpu", self.cpu, "-M", "virt,gic-version=3"]
        return [*words, "-dtb", lab.device_tree(
            words, self.region)], "console=ttyAMA0"

    @property
    def notifier(self):
        """The interrupt controller has no name of its own in QEMU."""
        place = "/machine/unattached"
        names = [row["name"] for row in self.qmp("qom-list", path=place)
                 if row["type"] == "child<arm-gicv3>"]
        return f"{place}/{names[0]}", INTERRUPT

    def close(self):
        super().close()
        remove(self.shared)


# What QEMU's user emulation does not do as a kernel does. The boots have the
# program below a real one.
EMULATED = {
    "machine": "the emulator has a /proc/cpuinfo of its own, whatever the directory",
    "tree": "/proc/self/exe is the emulator",
}


def unit_tests(lab):
    """The unit tests in arm64's instructions, each program one case."""
    records = lab.tests / "meson-logs" / "testlog.json"
    remove(records)
    # Its status is 1 for a test that cmocka skipped, too: the records tell.
    command("meson", "test", "-C", lab.tests, "--no-rebuild", "--suite",
            "unit", "--timeout-multiplier", "10", check=False,
            env=dict(lab.environment, CMOCKA_MESSAGE_OUTPUT="TAP"))
    rows = sorted((json.loads(line) for line in
                   records.read_text().splitlines()),
                  key=lambda row: row["name"])
    true("unit tests ran", rows)
    for row in rows:
        name = row["name"].split("/")[-1].strip()
        if name in EMULATED:
            lab.report.skipped(name, EMULATED[name])
            continue
        with lab.report.case(name) as told:
            said = row.get("stdout") or ""
            good = re.findall(r"^ok \d", said, re.M)
            bad = [line for line in said.splitlines()
                   if line.startswith("not ok") and "# SKIP" not in line]
            true(f"all passed\n{said}{row.get('stderr') or ''}",
                 good and not bad)
            told.append(f"{len(good)} tests")


def reading_time(lab):
    """Pages of a clock with the counter of 1 GHz, and all the driver says."""
    case = lab.report.case
    guest = ArmGuest(lab, "clocks", lab.packages.kernels()[0][0])
    try:
        with case("an empty page: no node, and doctor names the driver"):
            guest.expect(3, "vmclockctl show")
            diagnosed(guest, ("ok", "hypervisor", "QEMU"), IN_TREE,
                      ("problem", "driver", "did not take the device.*dmesg"))
        calibrate(guest)
        clocks.states(guest, case)
        clocks.notified(guest, case)
        with case("open, mmap, mprotect, lseek, write, ioctl as known"):
            driver_table(guest)
        rows.anywhere(lab, guest, case)
        clocks.removed(guest, case)
    finally:
        guest.close()


@needs(full=True)
def driver(lab):
    """The cases of the driver that x86-64 has seen, whose code is the same."""
    guest = ArmGuest(lab, "driver", lab.packages.kernels()[0][0])
    try:
        calibrate(guest)
        clocks.driver_cases(guest, lab.report.case)
    finally:
        guest.close()


def written(lab):
    """A process of the host that writes the page all the while."""
    guest = ArmGuest(lab, "shared", lab.packages.kernels()[0][0])
    try:
        shared.shared_cases(lab, guest)
    finally:
        guest.close()


def filled(lab):
    """A page that is there before the kernel, and a counter of 62.5 MHz."""
    hertz = 62500000
    # The counter begins at 0 with the machine.
    line = pages.Calibration((0, 0), (hertz, pages.NANOSECONDS))
    fields = line.clock(0, time.time_ns(), counter_id=pages.ARM)
    guest = ArmGuest(lab, "filled", lab.packages.kernels()[0][0], SLOW,
                     pages.pack(fields))
    try:
        with lab.report.case("a page before the kernel starts: taken at once, "
                             "the counter at 62.5 MHz") as told:
            same_bytes(guest)
            document = show(guest)
            same("frequency", document["decoded"]["frequency_hz"], hertz)
            same("counter", document["decoded"]["counter_id"], "arm-vcnt")
            told.append(compared(guest, 0))
            told.append(judged(guest, verified(guest), *DRIVER_RULES,
                               *CLOCK_RULES))
            diagnosed(guest, IN_TREE, ("ok", "phc", "timescale is TAI"))
    finally:
        guest.close()


def before(lab):
    """The driver before 7.0, which knows no device tree."""
    release = former(lab)
    if not release:
        return
    guest = ArmGuest(lab, "former", release)
    try:
        with lab.report.case(f"{release} takes no device of a device tree: "
                             "doctor says which kernel does"):
            diagnosed(guest, IN_TREE, ("problem", "driver", "7.0 or later"))
            guest.expect(3, "vmclockctl show")
    finally:
        guest.close()


def without(lab):
    """The stable system's kernel, without the driver: the page by --phys."""
    case = lab.report.case
    fields = pages.Calibration((0, 0), (10**9, pages.NANOSECONDS)).clock(
        0, time.time_ns(), counter_id=pages.ARM)
    guest = ArmGuest(lab, "without", lab.packages.own_kernel(),
                     content=pages.pack(fields))
    at = f"--phys {ADDRESS:#x}"
    try:
        with case(f"{guest.release}: no page unasked; doctor names --phys"):
            guest.expect(3, "vmclockctl show")
            diagnosed(guest, IN_TREE, ("problem", "driver", ""),
                      ("note", "memory", f"{at}; a host.*FEAT_S2FWB"))
        with case("--phys reads the page of a no-map region, by aligned loads; "
                  "one line names FEAT_S2FWB"):
            result = guest.expect(0, f"vmclockctl dump {at} | cat >/tmp/p")
            same("lines said", len(result.err.splitlines()), 1)
            true("the line", "FEAT_S2FWB" in result.err)
            same("bytes", guest.expect(0, "cat /tmp/p").raw, guest.page())
            same("kind", guest.expect(
                0, f"vmclockctl show --json {at}").json()["source"]["kind"],
                 "memory")
        with case("System RAM is refused"):
            true("named", "inside System RAM" in guest.expect(
                3, "vmclockctl show --phys 0x48000000").err)
        memory.written(lab, guest, case)
    finally:
        guest.close()


def guest_kit(lab):
    """The kit that any hypervisor boots, with a clock and a broken one."""
    line = pages.Calibration((0, 0), (10**9, pages.NANOSECONDS))
    fields = line.clock(0, time.time_ns(), counter_id=pages.ARM)
    board = ["-cpu", FAST, "-M", "virt,gic-version=3"]
    for release, content, good in (
            (lab.packages.own_kernel(), fields, ()),
            (lab.packages.kernels()[0][0],
             dict(fields, tai_offset_sec=37), ("tai.sign",))):
        memory_file = lab.scratch / "memory"
        remove(memory_file)
        with open(memory_file, "wb") as file:
            file.truncate(MEMORY << 20)
            file.seek(ADDRESS - MEMORY_BASE)
            file.write(pages.pack(content))
        kit.boot(lab, release, [
            *board, "-dtb", lab.device_tree(board, 65536), "-object",
            f"memory-backend-file,id=ram,mem-path={memory_file},"
            f"size={MEMORY}M,share=on", "-machine", "memory-backend=ram"],
                 "console=ttyAMA0", good)
        remove(memory_file)


def small(lab, release):
    """A page of 4 KiB, which is less than one of the kernel's."""
    guest = ArmGuest(lab, "pages", release)
    try:
        calibrate(guest)
        with lab.report.case(f"{release}: a page of 4 KiB has a PTP clock and no "
                             "node, and doctor says why", named.NO_NODE):
            reload(guest, pages.pack(clock(guest)))
            same("pages", guest.expect(
                0, "grep -m 1 KernelPageSize /proc/self/smaps"
                ).out.split()[1], "16")
            guest.expect(0, f"! test -e {NODE} && ls /dev/ptp0")
            diagnosed(guest, IN_TREE, ("problem", "node", "page size, 16 KiB"),
                      ("ok", "phc", "ptp0"))
            true("a hint", "hint: vmclockctl doctor" in
                 guest.expect(3, "vmclockctl show").err)
    finally:
        guest.close()


@needs("pages-16k", full=True)
def pages_16k(lab):
    """A kernel with pages of 16 KiB"""
    release = lab.take_kernel(lab.extras.found["pages-16k"])
    small(lab, release)
    size = 4 * PAGE_SIZE
    guest = ArmGuest(lab, "pages", release, region=size)
    try:
        calibrate(guest)
        with lab.report.case(f"{release}: a page of 16 KiB has a node, which is "
                             "read whole") as told:
            fields = clock(guest, size=size)
            reload(guest, pages.pack(fields))
            same("size", len(guest.expect(0, f"cat {NODE}").raw), size)
            same("dump", guest.expect(0, f"vmclockctl dump {NODE} | cat").raw
                 [:PAGE_SIZE], guest.page())
            told.append(judged(guest, verified(guest), *DRIVER_RULES,
                               *CLOCK_RULES))
            diagnosed(guest, IN_TREE, ("ok", "region", f"{size} bytes"),
                      ("ok", "phc", "timescale is TAI"))
            told.append(compared(guest, 0))
    finally:
        guest.close()


BOOTS = {
    "unit": unit_tests,
    "clocks": reading_time,
    "driver": driver,
    "shared": written,
    "filled": filled,
    "former": before,
    "without": without,
    "kit": guest_kit,
    "pages": pages_16k,
}
