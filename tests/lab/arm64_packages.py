# SPDX-License-Identifier: BSD-2-Clause
"""The packages of the arm64 stage: a cross compiler, emulators, a kernel.

They lie in one directory, as if installed there.
"""

import shutil

from packages import (Apt, Packages, archive, command, run_from, system,
                      take_kernel)

# For this machine.
TOOLS = ("qemu-system-arm", "gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross",
         "device-tree-compiler", "qemu-user")
# For arm64.
LIBRARIES = ("libjansson-dev", "zlib1g-dev", "libcmocka-dev", "libcmocka0")
COMPILER = "aarch64-linux-gnu-gcc"


class ArmPackages(Packages):
    architecture = "arm64"
    unpacked = TOOLS + LIBRARIES

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
        found = take_kernel(apt, image)
        place = self.place / "kernels" / found["release"]
        place.mkdir(parents=True)
        (place / "vmlinuz").write_bytes(found["vmlinuz"])
        (place / "order").touch()
        return found["release"]
