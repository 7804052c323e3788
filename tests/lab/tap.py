# SPDX-License-Identifier: BSD-2-Clause
"""The lab's report, in TAP."""

import subprocess
import time
from contextlib import contextmanager

from machine import Failure
from packages import Unavailable


class Output:
    """The cases of all boots, on standard output."""

    def __init__(self):
        self.count = self.bad = 0
        # The named faults, and the case that showed each.
        self.shown = {}

    def case(self, verdict, text):
        self.count += 1
        self.bad += verdict != "ok"
        print(f"{verdict} {self.count} - {text}", flush=True)

    def tell(self, text):
        for line in text.splitlines():
            print(f"# {line}", flush=True)

    def show(self, name, text):
        self.shown.setdefault(name, text)

    def take(self, kind, *words):
        """What a report has sent."""
        {"case": self.case, "tell": self.tell, "show": self.show}[kind](*words)

    def end(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.bad or not self.count else 0


class Report:
    """The cases of one boot, sent as they end: see Output.take."""

    def __init__(self, send, logs, name=""):
        self.send, self.logs, self.name = send, logs, name
        self.bad = 0

    def line(self, verdict, text):
        prefix = f"{self.name}: " if self.name else ""
        self.send("case", verdict, prefix + text)

    def tell(self, text):
        self.send("tell", text)

    def failed(self, text, reason):
        self.bad += 1
        self.line("not ok", text)
        self.tell(reason)

    def skipped(self, text, reason, *shows):
        """What cannot be had here, and so cannot be shown."""
        self.line("ok", f"{text} # SKIP {reason}")
        for name in shows:
            self.send("show", name, f"not here: {reason}")

    @contextmanager
    def case(self, text, shows=None):
        """One case: it fails by any error of the lab's within it.

        What is appended to its list is printed below its line. `shows` is one
        of the named faults.
        """
        told = []
        try:
            yield told
        except (Failure, Unavailable, OSError, ValueError, KeyError, TypeError,
                IndexError, AttributeError, AssertionError,
                subprocess.SubprocessError) as error:
            reason = str(error)
            if not isinstance(error, (Failure, Unavailable)):
                reason = f"{type(error).__name__}: {reason}"
            self.failed(text, reason)
        else:
            self.line("ok", text)
            if shows:
                self.send("show", shows, f"{self.name}: {text}")
            self.tell("\n".join(told))

    @contextmanager
    def boot(self):
        """All cases of the boot, with its log if one of them fails."""
        begun = time.monotonic()
        try:
            yield
        except (Failure, Unavailable, OSError, ValueError, KeyError,
                subprocess.SubprocessError) as error:
            self.failed("the guest", f"{type(error).__name__}: {error}")
        if self.bad:
            self.tell_logs()
        self.tell(f"{self.name}: {time.monotonic() - begun:.1f} s")

    def tell_logs(self):
        """Where they are, and the end of those that say why a guest died."""
        for log in sorted(self.logs.glob(f"{self.name}*")):
            self.tell(f"kept: {log}")
            if log.suffix != ".session":
                lines = log.read_text(errors="backslashreplace").splitlines()
                self.tell("\n".join(f"  {line}" for line in lines[-10:]))
