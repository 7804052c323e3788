# SPDX-License-Identifier: BSD-2-Clause
"""What docs/tour.md says a user sees in a real guest."""

import re

import page as pages
from ask import calibrate, clock, reload, same, true, update

HEADING = "## In a real guest\n"
# Figures, with their units and signs, differ each time, and so does the kernel.
FIGURE = re.compile(r"kernel \S+|[+-]?\d+(\.\d+)?( [num]?s\b)?")


def shown(document):
    """Pairs of a command and the lines that follow it."""
    text = document.partition(HEADING)[2].partition("\n## ")[0]
    lines = [line[4:] for line in text.splitlines() if line.startswith("    ")]
    pairs = []
    for line in lines:
        if line.startswith("# "):
            pairs.append((line[2:], []))
        else:
            pairs[-1][1].append(line)
    return pairs


def plain(text):
    """Words without their figures; columns are as wide as these."""
    return [" ".join(FIGURE.sub("N", line).split())
            for line in text.strip().splitlines() if line.strip()]


def answer(guest, fields, words):
    """What the command prints; `watch` waits for what the host does."""
    if " watch " not in words:
        return guest.run(f"{words} 2>&1").out
    guest.expect(0, f"{words} >/tmp/seen 2>&1 & echo $! >/tmp/seen.pid; "
                 "sleep 1")
    update(guest, {**fields, "disruption_marker": 8,
                   "time_frac_sec": fields["time_frac_sec"] ^ 1 << 57})
    guest.expect(0, "i=0; while kill -0 $(cat /tmp/seen.pid); do sleep 0.1; "
                 "i=$((i + 1)); test $i -lt 80 || exit 1; done")
    return guest.expect(0, "cat /tmp/seen").out


def picture(lab, guest):
    """The page is a clock's, as docs/tour.md says."""
    pairs = shown((lab.root / "docs/tour.md").read_text())
    with lab.report.case("docs/tour.md shows commands in a guest"):
        true("some are there", len(pairs) > 2)
    calibrate(guest)
    fields = clock(guest)
    fields["flags"] |= pages.MONOTONIC
    reload(guest, pages.pack(fields))
    for words, lines in pairs:
        with lab.report.case(f"its {words} prints that, figures "
                             "aside"):
            same("lines", plain(answer(guest, fields, words)),
                 plain("\n".join(lines)))
