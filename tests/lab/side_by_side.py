# SPDX-License-Identifier: BSD-2-Clause
"""Boots in processes of their own, as many at a time as there are CPUs."""

import multiprocessing
import os
import shutil
import traceback
from multiprocessing.connection import wait

import tap

FORK = multiprocessing.get_context("fork")


class Boot:
    """One boot, from the start of its process on."""

    def __init__(self, lab, name, function):
        self.name = name
        self.sent, self.has_ended = [], False
        self.pipe, end = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=run_boot, daemon=True,
                                    args=(lab, name, function, end))
        self.process.start()
        end.close()

    def receive(self):
        try:
            self.sent.append(self.pipe.recv())
        except EOFError:
            self.process.join()
            self.has_ended = True
            if self.process.exitcode:
                self.sent += [
                    ("case", "not ok", f"{self.name}: all cases are run"),
                    ("tell", "its process ended by itself, exit status "
                     f"{self.process.exitcode}")]


def run_boot(lab, name, function, pipe):
    """In the process of its own."""
    lab.begin(name, tap.Report(lambda *words: pipe.send(words), lab.logs, name))
    try:
        with lab.report.boot():
            function(lab)
    except Exception:  # pylint: disable=broad-except
        # The report has what went wrong; stderr may be kept nowhere.
        lab.report.failed("all cases are run", traceback.format_exc())
    if not lab.report.bad:
        shutil.rmtree(lab.scratch)


def run_boots(lab, table, names, output):
    """The cases of each boot stand together, in the order of the names."""
    waiting, boots, running = list(names), [], {}
    while waiting or running:
        while waiting and len(running) < len(os.sched_getaffinity(0)):
            name = waiting.pop(0)
            boots.append(Boot(lab, name, table[name]))
            running[boots[-1].pipe] = boots[-1]
        for pipe in wait(running):
            running[pipe].receive()
            if running[pipe].has_ended:
                del running[pipe]
        while boots:
            for words in boots[0].sent:
                output.take(*words)
            boots[0].sent.clear()
            if not boots[0].has_ended:
                break
            del boots[0]
