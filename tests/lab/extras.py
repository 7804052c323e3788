# SPDX-License-Identifier: BSD-2-Clause
"""What only some boots need: each is fetched for them alone.

What the archive does not give that day is noted, and those boots are skipped by
name.
"""

import io
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from packages import (KERNEL_SUITE, Apt, Unavailable, archive, command,
                      system, take_kernel, unpack, unpack_root, unpack_system)

HERE = Path(__file__).resolve().parent

# systemd 257, whose udevadm test runs no PROGRAM; the daemon does.
USERLAND_SUITE = "trixie"
USERLAND = ("udev", "chrony", "libc-bin", "tzdata")
# Programs of it, by their paths in the guest; udevd is udevadm by another name.
PROGRAMS = {"usr/sbin/chronyd": "usr/sbin/chronyd",
            "usr/bin/udevadm": "usr/bin/udevadm",
            "usr/bin/systemd-udevd": "usr/bin/udevadm",
            "usr/bin/getent": "usr/bin/getent"}
FILES = ("usr/lib/udev/rules.d/50-udev-default.rules",
         "usr/share/zoneinfo/leap-seconds.list")
LOADER = "lib64/ld-linux-x86-64.so.2"


def libraries(root, program):
    """Those that the program is linked to, below the root."""
    folders = ":".join(str(root / "usr/lib" / name) for name in (
        "x86_64-linux-gnu", "x86_64-linux-gnu/systemd"))
    listing = command(root / LOADER, "--library-path", folders, "--list",
                      program)
    return [Path(path) for path in re.findall(rf"({root}/\S+)", listing)]


def userland(place, _):
    """udevd and chronyd with their libraries: an initramfs' files by name."""
    if not (place / USERLAND_SUITE).exists():
        place.mkdir(parents=True, exist_ok=True)
        unpack_system(place, USERLAND_SUITE, USERLAND, "./usr/share/doc/*")
    root = place / USERLAND_SUITE
    files = {name: (root / at).read_bytes() for name, at in PROGRAMS.items()}
    files |= {name: (root / name).read_bytes() for name in FILES}
    for at in sorted(set(PROGRAMS.values())):
        for path in libraries(root, root / at):
            name = path.relative_to(root)
            # The loader's directory is a link, which an initramfs has not.
            if name.parts[0] != "usr":
                files[str(name)] = path.read_bytes()
            else:
                files[f"usr/lib/{path.name}"] = path.read_bytes()
    return files


def pages_16k(place, _):
    """A kernel for arm64 with pages of 16 KiB, the driver built in."""
    kept = [path.parent for path in place.glob("*/order")]
    if kept:
        return kept[0]
    place.mkdir(parents=True, exist_ok=True)
    apt = Apt(place / "apt", archive(system()), [KERNEL_SUITE], "arm64")
    apt.update()
    found = take_kernel(apt, "linux-image-arm64-16k")
    kernel = place / found["release"]
    kernel.mkdir()
    (kernel / "vmlinuz").write_bytes(found["vmlinuz"])
    (kernel / "order").touch()
    shutil.rmtree(apt.place)
    return kernel


# What Debian's kernels leave out: its files in the source, the module it makes.
SOURCES = (r"drivers/virtio/virtio_rtc_[a-z]+\.[ch]$",
           r"drivers/ptp/ptp_mock\.c$")
MAKEFILE = """\
obj-m := virtio_rtc.o mock.o
virtio_rtc-y := virtio_rtc_driver.o virtio_rtc_ptp.o virtio_rtc_class.o
mock-y := ptp_mock.o mock_device.o
ccflags-y += -DCONFIG_VIRTIO_RTC=1 -DCONFIG_VIRTIO_RTC_PTP=1
ccflags-y += -DCONFIG_VIRTIO_RTC_CLASS=1
ccflags-y += -DCONFIG_PTP_1588_CLOCK_MOCK_MODULE=1
"""
MODULES = ("virtio_rtc.ko", "mock.ko")
# With the programs that the kernel's makefiles call.
BUILDERS = ("make", "gcc", "libc6-dev", "dash", "coreutils", "sed", "grep",
            "gawk", "findutils")


def unpack_sources(apt, place, release, names):
    """Of the kernel's source, which is large, these files alone."""
    version = ".".join(release.split(".")[:2])
    for deb in apt.download(f"linux-source-{version}"):
        packed = []
        unpack(deb, r"usr/src/linux-source-[^/]*\.tar", lambda _, content:
               packed.append(content))
        with tarfile.open(fileobj=io.BytesIO(packed[0]), mode="r:*") as tar:
            for member in tar:
                if any(re.search(wanted, member.name) for wanted in names):
                    name = Path(member.name).name
                    (place / name).write_bytes(tar.extractfile(member).read())


def modules(place, packages):
    """Modules for the newest kernel, against Debian's own headers."""
    release = packages.kernels()[0][0]
    built = place / release
    if not built.exists():
        place.mkdir(parents=True, exist_ok=True)
        apt = Apt(place / "apt", archive(system()), [
            "trixie", "trixie-updates", KERNEL_SUITE])
        apt.update()
        root = place / "root"
        unpack_root(apt, root, ["-t", KERNEL_SUITE, f"linux-headers-{release}",
                                *BUILDERS], "./usr/share/doc/*")
        (root / "usr/bin/awk").symlink_to("gawk")
        here = root / "build"
        here.mkdir()
        unpack_sources(apt, here, release, SOURCES)
        (here / "Makefile").write_text(MAKEFILE)
        shutil.copy(HERE / "mock_device.c", here)
        command("unshare", "-rm", "sh", "-ec", 'mount --rbind /proc "$0/proc"; '
                'mount --rbind /dev "$0/dev"; exec chroot "$0" /usr/bin/env '
                'PATH=/usr/sbin:/usr/bin make -C "/usr/src/linux-headers-$1" '
                "M=/build modules", root, release)
        part = place / "part"
        part.mkdir()
        for name in MODULES:
            command("strip", "-g", "-o", part / name, here / name)
        part.rename(built)
        shutil.rmtree(apt.place)
        shutil.rmtree(root)
    return {f"lib/{name}": (built / name).read_bytes() for name in MODULES}


def kunit(place, packages):
    """The newest kernel's own reader of KTAP, which looks where it lies."""
    release = packages.kernels()[0][0]
    kept, folder = place / release, "tools/testing/kunit"
    if not kept.exists():
        part = place / "part"
        shutil.rmtree(part, ignore_errors=True)
        (part / folder).mkdir(parents=True)
        apt = Apt(place / "apt", archive(system()), [
            "trixie", "trixie-updates", KERNEL_SUITE])
        apt.update()
        unpack_sources(apt, part / folder, release, [rf"{folder}/[a-z_]+\.py$"])
        part.rename(kept)
        shutil.rmtree(apt.place)
    return kept / folder / "kunit.py"


def newest_qemu(place, _):
    """The words that start sid's QEMU, with its own C library."""
    if not (place / "sid").exists():
        place.mkdir(parents=True, exist_ok=True)
        unpack_system(place, "sid", ["qemu-system-x86"], "./usr/share/doc/*")
    root = place / "sid"
    folders = ":".join(str(root / "usr/lib" / name) for name in (
        "x86_64-linux-gnu", "x86_64-linux-gnu/pulseaudio"))
    words = [root / LOADER, "--library-path", folders,
             root / "usr/bin/qemu-system-x86_64", "-L",
             root / "usr/share/qemu", "-L", root / "usr/share/seabios"]
    words = [str(word) for word in words]
    if "virtio-rtc-pci" not in command(*words, "-device", "help"):
        raise Unavailable("sid's QEMU has no virtio-rtc-pci")
    return words


# Debian's own makers of an initramfs, and what their scripts call: ldd, by which
# libraries are found, is a script of bash.
EARLY = ("initramfs-tools", "bash", "busybox", "kmod", "udev", "dash", "coreutils", "sed",
         "grep", "gawk", "findutils", "gzip", "util-linux", "libc-bin")


def initramfs_tools(place, _):
    """A system to change the root to, with mkinitramfs."""
    root = place / USERLAND_SUITE
    if not root.exists():
        place.mkdir(parents=True, exist_ok=True)
        unpack_system(place, USERLAND_SUITE, EARLY, "./usr/share/doc/*")
        (root / "usr/bin/awk").symlink_to("gawk")
    return root


EXTRAS = {"userland": userland, "initramfs-tools": initramfs_tools,
          "pages-16k": pages_16k, "modules": modules, "kunit": kunit,
          "newest-qemu": newest_qemu}


class Extras:
    """By their names; what could not be had, with the reason."""

    def __init__(self, place, packages):
        self.place, self.packages = place, packages
        self.found, self.missing = {}, {}

    def provide(self, names, say, update=False):
        for name in names:
            place = self.place / name
            if update:
                shutil.rmtree(place, ignore_errors=True)
            try:
                if not place.exists():
                    say(f"fetching {name}, to {place}")
                self.found[name] = EXTRAS[name](place, self.packages)
            except (Unavailable, OSError,
                    subprocess.SubprocessError) as reason:
                shutil.rmtree(place, ignore_errors=True)
                self.missing[name] = str(reason).strip().splitlines()[-1]


def needs(*names, full=False):
    """Says of a boot which extras it needs; it is skipped without them.

    With `full` it is run by --full, or by its name.
    """
    def mark(function):
        def boot(lab):
            missing = [f"{name}: {lab.extras.missing[name]}" for name in names
                       if name in lab.extras.missing]
            if missing:
                lab.report.skipped(function.__doc__.strip().splitlines()[0],
                                   "not to be had: " + "; ".join(missing))
                return
            function(lab)
        boot.extras, boot.full = names, full
        return boot
    return mark
