# SPDX-License-Identifier: BSD-2-Clause
"""What only some boots need: each is fetched for them alone.

What the archive does not give that day is noted, and those boots are skipped by
name.
"""

import re
import shutil
import subprocess
from pathlib import Path

from packages import Unavailable, command, unpack_system

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


def userland(place):
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


EXTRAS = {"userland": userland}


class Extras:
    """By their names; what could not be had, with the reason."""

    def __init__(self, place):
        self.place = place
        self.found, self.missing = {}, {}

    def provide(self, names, say, update=False):
        for name in names:
            place = self.place / name
            if update:
                shutil.rmtree(place, ignore_errors=True)
            try:
                if not place.exists():
                    say(f"fetching {name}, to {place}")
                self.found[name] = EXTRAS[name](place)
            except (Unavailable, OSError,
                    subprocess.SubprocessError) as reason:
                shutil.rmtree(place, ignore_errors=True)
                self.missing[name] = str(reason).strip().splitlines()[-1]


def needs(*names):
    """Says of a boot which extras it needs; it is skipped without them."""
    def mark(function):
        def boot(lab):
            missing = [f"{name}: {lab.extras.missing[name]}" for name in names
                       if name in lab.extras.missing]
            if missing:
                lab.report.skipped(function.__doc__.strip().splitlines()[0],
                                   "not to be had: " + "; ".join(missing))
                return
            function(lab)
        boot.extras = names
        return boot
    return mark
