# SPDX-License-Identifier: BSD-2-Clause
"""The packages of the arm64 stage: a cross compiler, emulators, a kernel.

They lie in one directory, as if installed there.
"""

import re
import shutil

from packages import (Apt, Packages, Unavailable, archive, command,
                      kernel_packages, run_from, system, unpack)

# For this machine.
TOOLS = ("qemu-system-arm", "gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross",
         "device-tree-compiler", "qemu-user")
# For arm64.
LIBRARIES = ("libjansson-dev", "libcmocka-dev", "libcmocka0")
COMPILER = "aarch64-linux-gnu-gcc"


class ArmPackages(Packages):
    architecture = "arm64"

    @property
    def root(self):
        return self.place / "root"

    def program(self, name):
        return self.root / "usr" / "bin" / name

    @property
    def environment(self):
        return run_from(self.root, "")[1]

    def qemu(self, program="qemu-system-aarch64"):
        return run_from(self.root, program)

    def starts(self):
        words, environment = self.qemu()
        for line in ([*words, "--version"],
                     [self.program(COMPILER), "--version"],
                     [self.program("qemu-aarch64"), "--version"],
                     [self.program("fdtoverlay"), "--version"]):
            command(*line, env=environment)
        return True

    def fetch_parts(self, own, other, suites):
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        self.unpack(own.download_with_dependencies("-t", suites[-1], *TOOLS))
        libraries = Apt(self.place / "apt" / "libraries", archive(system()),
                        suites, self.architecture)
        libraries.update()
        self.unpack(libraries.download(*LIBRARIES))
        self.fetch_busybox(libraries)
        self.fetch_kernels(other)
        self.fetch_own_kernel(libraries)
        shutil.rmtree(libraries.place / "cache")

    def unpack(self, debs):
        for deb in debs:
            command("dpkg-deb", "-x", deb, self.root)

    def fetch_kernel(self, apt, image):
        found = {}

        def take(name, content):
            if "/vmlinuz" in name:
                found["vmlinuz"] = content
            else:
                found["config"] = content
                found["release"] = re.search(
                    r"(?:modules/|config-)([^/]+)", name).group(1)

        for deb in apt.download(*kernel_packages(apt, image, "base")):
            unpack(deb, r"/vmlinuz[^/]*$|modules/[^/]+/config$|boot/config-",
                   take)
        if "vmlinuz" not in found or not re.search(
                rb"^CONFIG_PTP_1588_CLOCK_VMCLOCK=y$", found.get("config", b""),
                re.M):
            raise Unavailable(f"{image}: no kernel with ptp_vmclock built in")
        place = self.place / "kernels" / found["release"]
        place.mkdir(parents=True)
        (place / "vmlinuz").write_bytes(found["vmlinuz"])
        (place / "order").touch()
        return found["release"]
