# SPDX-License-Identifier: BSD-2-Clause
"""A guest in QEMU: its boot, its commands, and the hypervisor's side of it."""

import base64
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import acpi
import page as pages

# QEMU's own device puts its page here.
DEVICE_ADDRESS = 0xfeffb000
PAGE_SIZE = 0x1000
# Where a guest's memory backed by a file has the page: 128 MiB up.
SHARED_ADDRESS = 0x8000000
# Keeps the kernel from it.
HOLE = f"memmap=4K$0x{SHARED_ADDRESS:x}"
MEMORY = 256
BOOT_LIMIT = 120


class Failure(Exception):
    """What a case expected and did not get."""


class Gone(Failure):
    """The guest or QEMU gave no answer: nothing more can be asked of it."""


class Result:
    """What a command in the guest left."""

    def __init__(self, words, status, out, err, seconds):
        self.words, self.status, self.seconds = words, status, seconds
        self.raw, self.out = out, out.decode("utf-8", "backslashreplace")
        self.err = err.decode("utf-8", "backslashreplace")

    def __str__(self):
        return (f"$ {self.words}\nstatus {self.status} after "
                f"{self.seconds:.2f} s\n{self.out[-3000:]}{self.err[-1500:]}")

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise Failure(f"no JSON ({error}):\n{self}") from error


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Line:
    """A socket of QEMU's, read and written by lines."""

    def __init__(self, path, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(str(path))
        self.socket.setblocking(False)
        self.name = name
        self.rest = bytearray()

    def send(self, text, limit=10):
        data = memoryview(text.encode() + b"\n")
        end = time.monotonic() + limit
        while data:
            left = end - time.monotonic()
            if left <= 0 or not select.select([], [self.socket], [], left)[1]:
                raise Gone(f"{self.name} takes no input")
            try:
                data = data[self.socket.send(data):]
            except OSError as error:
                raise Gone(f"{self.name}: {error.strerror}") from error

    def receive(self, limit):
        end = time.monotonic() + limit
        while b"\n" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                raise Gone(f"{self.name}: no answer within {limit} s")
            try:
                got = self.socket.recv(1 << 16)
            except OSError as error:
                raise Gone(f"{self.name}: {error.strerror}") from error
            if not got:
                raise Gone(f"{self.name}: closed")
            self.rest += got
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode("utf-8", "backslashreplace").rstrip("\r")

    def close(self):
        self.socket.close()


class Guest:
    """One run of QEMU. `extra` are more words for it.

    The session (commands, what they left, what was asked of QEMU) is kept in
    NAME.session of the logs, the kernel's console in NAME.console.
    """

    # Where the guest's memory begins, and in it or outside of it the page.
    memory_base, address = 0, DEVICE_ADDRESS
    # The counter of pages for this guest, and what writer.c calls the host's
    # that it goes along with.
    counter_id, host_counter = pages.TSC, "tsc"
    # The device, as its driver calls it, and the driver's coming and going.
    device = "AMZNC10C:00"
    load = "for m in $(cat /etc/order); do insmod /lib/$m; done"
    unload = "! grep -q ^ptp_vmclock /proc/modules || rmmod ptp_vmclock"
    # Pulled by QEMU, these lines of it notify the guest.
    notifier = "/machine/q35/ioapic", acpi.GSI

    def __init__(self, lab, name, release, extra=(), append="", memory=None,
                 incoming=None, tsc="tsc=reliable", reserved=True,
                 image=None, qemu=None):
        self.name, self.release = name, release
        self.log = open(lab.logs / f"{name}.session", "a", encoding="utf-8",
                        buffering=1)
        self.console = lab.logs / f"{name}.console"
        self.place = Path(tempfile.mkdtemp(prefix="vmclockctl-lab-"))
        self.process, self.lines, self.count = None, {}, 0
        self.gone = None
        self.shared = memory
        self.hole = memory and reserved
        words, environment = lab.packages.qemu()
        if qemu:
            words, environment = [*qemu], None
        board, kernel_words = self.board(lab)
        ram = ["-m", str(MEMORY)]
        if memory:
            ram += ["-object", f"memory-backend-file,id=ram,mem-path={memory},"
                    f"size={MEMORY}M,share=on", "-machine",
                    "memory-backend=ram"]
        # "tsc=reliable": or else loadvm may make the kernel give the TSC up.
        words += ["-accel", "tcg", *board, *ram,
                  "-nodefaults", "-nic", "none", "-display", "none",
                  "-no-reboot", "-kernel", lab.kernel(release) / "vmlinuz",
                  "-initrd", image or lab.images[release], "-append",
                  f"quiet loglevel=6 panic=-1 {kernel_words} {tsc} {append}",
                  "-serial", f"file:{self.console}",
                  # Not a serial line, whose interrupts get lost now and then.
                  "-device", "virtio-serial-pci", "-device",
                  "virtserialport,chardev=agent,name=agent", "-chardev",
                  f"socket,id=agent,path={self.place / 'agent'},"
                  "server=on,wait=off",
                  "-qtest", self.listen("qtest"), "-qtest-log", "/dev/null",
                  "-qmp", self.listen("qmp"), *extra]
        if incoming:
            words += ["-S", "-incoming", incoming]
        self.begun = time.monotonic()
        with open(lab.logs / f"{name}.qemu", "ab") as said:
            self.process = subprocess.Popen(
                [str(word) for word in words], env=environment,
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                preexec_fn=_die_with_parent)
        try:
            self.connect(lab.logs / f"{name}.qemu", incoming)
        except BaseException:
            self.close()
            raise

    def board(self, _):
        """The machine, in QEMU's words and in the kernel's."""
        hole = HOLE if self.hole else ""
        # A busy host is late with the interrupts by which the kernel would
        # judge the timer, and panic.
        return (["-cpu", "max", "-M", "q35"],
                f"console=ttyS0 no_timer_check {hole}")

    def listen(self, name):
        return f"unix:{self.place / name},server=on,wait=off"

    def connect(self, said, incoming):
        for name in ("qmp", "qtest", "agent"):
            end = time.monotonic() + 30
            while True:
                try:
                    self.lines[name] = Line(self.place / name, name)
                    break
                except OSError as error:
                    if self.process.poll() is not None:
                        raise Gone(f"QEMU ended: {said.read_text()}") from error
                    if time.monotonic() > end:
                        raise Gone("QEMU does not listen") from error
                    time.sleep(0.02)
        self.lines["qmp"].receive(30)
        self.qmp("qmp_capabilities")
        if not incoming:
            while self.lines["agent"].receive(BOOT_LIMIT) != "ready":
                pass
        self.note(f"up after {time.monotonic() - self.begun:.1f} s")

    def note(self, text):
        self.log.write(f"[{time.monotonic() - self.begun:8.3f}] {text}\n")

    def run(self, words, limit=20):
        """Runs a line of shell in the guest."""
        if self.gone:
            raise Gone(f"not asked, for before: {self.gone}")
        try:
            return self.ask(words, limit)
        except Gone as error:
            self.gone = error
            self.note(f"gone: {error}")
            raise

    def ask(self, words, limit):
        self.count += 1
        agent = self.lines["agent"]
        packed = base64.b64encode(words.encode()).decode()
        self.note(f"$ {words}")
        # The machine may be slow, and then so are its timers.
        agent.send(f"{self.count} {limit} {packed}")
        end = time.monotonic() + 3 * limit + 20
        while True:
            head = agent.receive(max(0.1, end - time.monotonic())).split()
            if len(head) == 6 and head[:2] == ["done", str(self.count)]:
                break
        before, after = float(head[3]), float(head[4])
        out, err = (base64.b64decode(text) if text != "-" else b""
                    for text in (agent.receive(20), agent.receive(20)))
        result = Result(words, int(head[2]), out, err, after - before)
        self.note(str(result).partition("\n")[2])
        return result

    def expect(self, status, words, limit=20):
        result = self.run(words, limit)
        if result.status != status:
            raise Failure(f"expected status {status}\n{result}")
        return result

    def qmp(self, name, limit=60, **arguments):
        line = self.lines["qmp"]
        line.send(json.dumps({"execute": name, "arguments": arguments}))
        end = time.monotonic() + limit
        while True:
            answer = json.loads(line.receive(max(0.1, end - time.monotonic())))
            if "error" in answer:
                raise Failure(f"QEMU: {name}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def hmp(self, words):
        """A line for QEMU's monitor, that must say nothing."""
        self.note(f"(qemu) {words}")
        said = self.qmp("human-monitor-command", **{"command-line": words})
        if said.strip():
            raise Failure(f"QEMU: {words}: {said}")

    def qtest(self, words):
        line = self.lines["qtest"]
        line.send(words)
        while True:
            answer = line.receive(20)
            if answer.startswith("IRQ"):
                continue
            if answer.split()[:1] != ["OK"]:
                raise Failure(f"qtest: {words[:40]}: {answer}")
            return answer[2:].strip()

    def page(self):
        """The page as the host has it."""
        return base64.b64decode(self.qtest(
            f"b64read {self.address:#x} {PAGE_SIZE:#x}"))

    def write(self, content, offset=0):
        """Writes into the page from the host's side."""
        self.note(f"page + {offset:#x}: {content.hex()[:256]}")
        packed = base64.b64encode(content).decode()
        self.qtest(f"b64write {self.address + offset:#x} {len(content):#x} "
                   f"{packed}")

    def close(self):
        for line in self.lines.values():
            line.close()
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.place, ignore_errors=True)
        self.log.close()


def cpio(files):
    """An initramfs of (name, mode, content) rows; device nodes come later."""
    out = bytearray()
    for number, (name, mode, content) in enumerate(
            [*files, ("TRAILER!!!", 0, b"")], 1):
        fields = [number, mode, 0, 0, 2 if mode & 0o40000 else 1, 0,
                  len(content), 0, 0, 0, 0, len(name) + 1, 0]
        out += b"070701" + b"".join(b"%08X" % field for field in fields)
        out += name.encode() + b"\0"
        out += b"\0" * (-len(out) % 4)
        out += content
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def initramfs(files):
    """Files by their paths, with the directories that they need."""
    directories = {"dev", "proc", "sys", "tmp", "run"}
    for name in files:
        for parent in Path(name).parents:
            if str(parent) != ".":
                directories.add(str(parent))
    rows = [(name, 0o40755, b"") for name in sorted(directories)]
    rows += [(name, 0o100755, content) for name, content in files.items()]
    return cpio(rows)


def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
