# SPDX-License-Identifier: BSD-2-Clause
"""The lab's report, in TAP."""

import subprocess
import time
from contextlib import contextmanager

from machine import Failure
from packages import Unavailable


class Report:
    def __init__(self, logs):
        self.logs = logs
        self.count = self.bad = 0
        self.name = ""
        # The named faults, and the case that showed each.
        self.shown = {}

    def line(self, verdict, text):
        self.count += 1
        prefix = f"{self.name}: " if self.name else ""
        print(f"{verdict} {self.count} - {prefix}{text}", flush=True)

    def tell(self, text):
        for line in text.splitlines():
            print(f"# {line}", flush=True)

    def failed(self, text, reason):
        self.bad += 1
        self.line("not ok", text)
        self.tell(reason)

    def skipped(self, text, reason, *shows):
        """What cannot be had here, and so cannot be shown."""
        self.line("ok", f"{text} # SKIP {reason}")
        for name in shows:
            self.shown.setdefault(name, f"not here: {reason}")

    @contextmanager
    def case(self, text, shows=None):
        """One case: it fails by any error of the lab's within it.

        What is appended to its list is told below its line. `shows` is one of
        the named faults.
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
                self.shown[shows] = f"{self.name}: {text}"
            self.tell("\n".join(told))

    @contextmanager
    def boot(self, name):
        """The cases of one boot, whose log is told if one of them fails."""
        self.name = name
        bad, begun = self.bad, time.monotonic()
        try:
            yield
        except (Failure, OSError, ValueError, KeyError,
                subprocess.SubprocessError) as error:
            self.failed("the guest", f"{type(error).__name__}: {error}")
        if self.bad > bad:
            self.tell_logs(name)
        self.tell(f"{name}: {time.monotonic() - begun:.1f} s")
        self.name = ""

    def tell_logs(self, name):
        """Where they are, and the end of those that tell why a guest died."""
        for log in sorted(self.logs.glob(f"{name}*")):
            self.tell(f"kept: {log}")
            if log.suffix != ".session":
                lines = log.read_text(errors="backslashreplace").splitlines()
                self.tell("\n".join(f"  {line}" for line in lines[-10:]))

    def end(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.bad or not self.count else 0
