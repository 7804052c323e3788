# SPDX-License-Identifier: BSD-2-Clause
"""What the boots share: packages, programs, and the report."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import machine
from extras import Extras
from packages import Packages, command

HERE = Path(__file__).resolve().parent


def say(text):
    print(f"# {text}", flush=True)


def lab_place(root):
    return Path(os.environ.get("VMCLOCKCTL_LAB")
                or root / "build-lab").resolve()


class Lab:
    """The lab of the machine's own architecture, in build-lab/."""

    # What runs the guests' program here, and the environment of its tools.
    runner, environment = (), None

    def __init__(self):
        self.root = HERE.parent.parent
        self.place = self.home()
        self.place.mkdir(parents=True, exist_ok=True)
        # One lab at a time; the lock ends with the process.
        self.lock = os.open(self.place, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another lab in {self.place}")
            fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.logs = self.place / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        for old in self.logs.iterdir():
            old.unlink()
        self.packages = self.sources()
        self.extras = Extras(self.place / "extras", self.packages)
        self.images = {}
        # Those of the extras, by their releases.
        self.other_kernels = {}

    def home(self):
        return lab_place(self.root)

    def sources(self):
        return Packages(self.place)

    def build(self):
        """The static program, the lab's own two, and an image a kernel."""
        self.program = self.build_tool()
        self.probe = self.compile("probe")
        self.writer = self.compile("writer")
        self.library = self.compile_library()
        self.build_images()

    def begin(self, name, report):
        """In the process of a boot: where it writes, and to whom it reports."""
        self.report = report
        self.scratch = self.place / "boots" / name
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)

    def build_tool(self):
        tool = self.place / "tool"
        self.meson(tool, "-Dstatic=true", "--buildtype=release")
        return tool / "vmclockctl"

    def meson(self, place, *options, **more):
        """Builds, in a directory of this checkout and these options."""
        mark = place / "set-up-by-lab"
        stamp = "|".join(str(word) for word in (self.root, *options))
        if not mark.exists() or mark.read_text() != stamp:
            shutil.rmtree(place, ignore_errors=True)
            command("meson", "setup", place, self.root, *options, **more)
            mark.write_text(stamp)
        command("ninja", "-C", place, **more)

    def compile(self, name, *compiler, **options):
        out = self.place / name
        command(*(compiler or ("cc",)), "-std=gnu17", "-O2", "-Wall",
                "-Wextra", "-Werror", "-D_GNU_SOURCE", "-static", "-o", out,
                HERE / f"{name}.c", **options)
        return out

    def compile_library(self, *compiler, **options):
        """libvmclock, its examples, and what else reads by it: one program."""
        words = [*(compiler or ("cc",)), "-std=gnu17", "-O2", "-Wall",
                 "-Wextra", "-Werror", "-D_GNU_SOURCE",
                 f"-I{self.root / 'include'}"]
        parts = self.place / "library.parts"
        parts.mkdir(exist_ok=True)
        command(self.root / "scripts/amalgamate", parts)
        for source in (self.root / "examples").glob("*.c"):
            name = source.stem.replace("-", "_")
            command(*words, f"-Dmain={name}_main", "-c", "-o",
                    parts / f"{name}.o", source, **options)
        out = self.place / "library"
        command(*words, "-static", "-o", out, HERE / "library.c",
                parts / "vmclock.c", *sorted(parts.glob("*.o")), **options)
        return out

    def qemu(self, program, *words):
        """Runs another program of QEMU's."""
        start, environment = self.packages.qemu(program)
        return command(*start, *words, env=environment)

    def outside(self, status, *words):
        """Runs the guests' program here; its standard output."""
        done = subprocess.run([*self.runner, self.program, *words],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False, env=self.environment)
        if done.returncode != status:
            raise machine.Failure(f"{words}: status {done.returncode} and not "
                                  f"{status}: {done.stdout[-1000:]}")
        return done.stdout

    def kernel(self, release):
        return self.other_kernels.get(
            release, self.packages.place / "kernels" / release)

    def take_kernel(self, place):
        """Makes a kernel of the extras one of this boot's; its release."""
        release = place.name
        self.other_kernels[release] = place
        self.images[release] = self.scratch / f"initramfs-{release}"
        self.images[release].write_bytes(self.initramfs(release))
        return release

    def build_images(self):
        for place in self.packages.places():
            release = place.name
            self.images[release] = self.place / f"initramfs-{release}"
            self.images[release].write_bytes(self.initramfs(release))

    def initramfs(self, release):
        place = self.kernel(release)
        order = (place / "order").read_text().split()
        early = place / "early"
        early = early.read_text().split() if early.exists() else []
        files = {
            "init": (HERE / "init").read_bytes(),
            "bin/busybox": self.packages.busybox.read_bytes(),
            "bin/vmclockctl": self.program.read_bytes(),
            "bin/probe": self.probe.read_bytes(),
            "bin/library": self.library.read_bytes(),
            "etc/order": "\n".join(order).encode(),
            "etc/early": "".join(f"{name}\n" for name in early).encode(),
        }
        for name in (*order, *early):
            files[f"lib/{name}"] = (place / name).read_bytes()
        return machine.initramfs(files)
