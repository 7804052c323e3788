# SPDX-License-Identifier: BSD-2-Clause
"""The program in an initramfs of initramfs-tools, asked at its console."""

import os
import re
import shutil
import socket
import subprocess
import time

from ask import same, true
from extras import needs
from machine import BOOT_LIMIT, DEVICE_ADDRESS, MEMORY, Gone
from packages import command

HOOK = "contrib/initramfs/initramfs-tools/vmclockctl"
PROMPT = "(initramfs) "


def make_image(lab, root, release):
    """mkinitramfs' own, with the hook where contrib/initramfs says."""
    place = lab.kernel(release)
    modules = root / "usr/lib/modules" / release
    shutil.rmtree(modules, ignore_errors=True)
    (modules / "kernel").mkdir(parents=True)
    for name in (place / "order").read_text().split():
        shutil.copy(place / name, modules / "kernel")
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        (modules / name).touch()
    for folder in ("etc/initramfs-tools/hooks", "usr/bin", "var/tmp", "boot"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    hook = root / "etc/initramfs-tools/hooks/vmclockctl"
    shutil.copy(lab.root / HOOK, hook)
    hook.chmod(0o755)
    shutil.copy(lab.program, root / "usr/bin/vmclockctl")
    command("unshare", "-rm", "sh", "-ec",
            'mount --rbind /proc "$0/proc"; mount --rbind /dev "$0/dev"; '
            'mount -t tmpfs tmp "$0/var/tmp"; exec chroot "$0" /usr/bin/env '
            'PATH=/usr/sbin:/usr/bin sh -ec "depmod $1; '
            'mkinitramfs -c gzip -o /boot/initrd $1"', root, release)
    return root / "boot/initrd"


class Console:
    """A shell behind a serial line; what it says is kept."""

    def __init__(self, path, log):
        end = time.monotonic() + 30
        while True:
            try:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(str(path))
                break
            except OSError as error:
                if time.monotonic() > end:
                    raise Gone("QEMU does not listen") from error
                time.sleep(0.1)
        self.log, self.text = log, ""

    def until(self, pattern, limit):
        """What is said up to there; the match."""
        end = time.monotonic() + limit
        while not (match := re.search(pattern, self.text)):
            left = end - time.monotonic()
            self.socket.settimeout(max(0.01, left))
            try:
                got = self.socket.recv(4096) if left > 0 else b""
            except TimeoutError:
                got = b""
            if not got:
                raise Gone(f"no {pattern!r} within {limit} s: "
                           f"{self.text[-1000:]}")
            self.log.write(got)
            self.text += got.decode(errors="replace").replace("\r", "")
        said = self.text[:match.start()]
        self.text = self.text[match.end():]
        return said, match

    def ask(self, words, limit=60):
        """Types a line; its status, and what came of it."""
        self.socket.sendall(f"{words}; echo status=$?\n".encode())
        said, match = self.until(r"status=(\d+)\n", limit)
        self.until(re.escape(PROMPT), limit)
        return int(match.group(1)), said.partition("\n")[2]


@needs("initramfs-tools", full=True)
def early_boot(lab):
    """An initramfs of initramfs-tools with the hook, at break=premount"""
    release = lab.packages.kernels()[0][0]
    with lab.report.case("mkinitramfs makes an initramfs with the hook"):
        image = make_image(lab, lab.extras.found["initramfs-tools"], release)
    words, environment = lab.packages.qemu()
    place = lab.scratch / "console"
    with open(lab.logs / "early_boot.console", "wb") as log, subprocess.Popen(
            [str(word) for word in (
                *words, "-accel", "tcg", "-cpu", "max", "-M", "q35", "-m",
                MEMORY, "-nodefaults", "-nic", "none", "-display", "none",
                "-no-reboot", "-device", "vmclock", "-kernel",
                lab.kernel(release) / "vmlinuz", "-initrd", image, "-append",
                "console=ttyS0 quiet loglevel=1 no_timer_check tsc=reliable "
                "break=premount", "-serial",
                f"unix:{os.path.relpath(place)},server=on,wait=off")],
            env=environment, stdin=subprocess.DEVNULL) as process:
        try:
            console = Console(os.path.relpath(place), log)
            asked(lab, console)
        finally:
            process.kill()


def asked(lab, console):
    case = lab.report.case
    with case("at break=premount vmclockctl show has the page, by the driver"):
        console.until(re.escape(PROMPT), 2 * BOOT_LIMIT)
        same("modprobe", console.ask("modprobe ptp_vmclock")[0], 0)
        same("the node", console.ask("test -c /dev/vmclock0")[0], 0)
        status, said = console.ask("vmclockctl show")
        same("status", status, 0)
        true("said", "/dev/mem" not in said
             and re.search(r"disruption_marker +0x", said))
    with case("and without the driver, through /dev/mem"):
        same("rmmod", console.ask("rmmod ptp_vmclock")[0], 0)
        status, said = console.ask("vmclockctl show")
        same("status", status, 0)
        true("said", "through /dev/mem" in said
             and f"{DEVICE_ADDRESS:#x}" in said)
