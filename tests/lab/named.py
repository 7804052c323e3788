# SPDX-License-Identifier: BSD-2-Clause
"""The faults that the tool names.

A case says which it shows; once all boots were run, each must have been shown.
"""

OLD_SIGN = "the sign of the TAI offset, under the driver before 7.0"
SIGN = "the sign of the TAI offset, under the driver of 7.0"
MOVED = "a PTP clock that moved from UTC to TAI"
NO_PHC = "no PTP clock, and why"
AHEAD = "a reference ahead of the counter, and the PTP clock by centuries"
UNSTABLE = "a TSC given up below a page that is synchronized"
STUCK = "a seq_count that stays odd"
UNRELIABLE = "a clock_status of UNRELIABLE"
NO_NODE = "no node, for size is below a page"
WRITABLE = "a mapping that can be made writable"
NO_POLL = "a driver without poll"
SILENT = "a driver with poll below a device that does not notify"
MISPLACED = "a region amid the memory"
EARLY = "a page of a pre-release layout"

NAMES = {OLD_SIGN, SIGN, MOVED, NO_PHC, AHEAD, UNSTABLE, STUCK, UNRELIABLE,
         NO_NODE, WRITABLE, NO_POLL, SILENT, MISPLACED, EARLY}


def all_shown(report, shown):
    with report.case(f"each of the {len(NAMES)} faults that are named was "
                     "shown") as told:
        told += sorted(f"{name}: {text}" for name, text in shown.items())
        missing = NAMES - set(shown)
        if missing:
            raise AssertionError("not shown: " + "; ".join(sorted(missing)))
