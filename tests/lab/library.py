# SPDX-License-Identifier: BSD-2-Clause
"""libvmclock in a guest, by its examples and by what library.c does with it."""

import time

import page as pages
from ask import NODE, same, true, update

GENERATION = 1 << 8


def waited(guest, words, seconds=10):
    """Until a test of the guest's shell holds."""
    guest.expect(0, f"i=0; until {words}; do sleep 0.1; i=$((i + 1)); "
                 f"test $i -lt {seconds * 10} || exit 1; done",
                 limit=seconds + 10)


def lines_of(guest, count):
    """The first so many lines of the program in the background, and no more."""
    waited(guest, f"test $(wc -l </tmp/l) -ge {count}")
    lines = guest.expect(0, "cat /tmp/l").out.splitlines()
    same("lines", len(lines), count)
    return lines


def started(guest, words):
    guest.expect(0, f"rm -f /tmp/l; {{ library {words} >/tmp/l 2>&1 & "
                 "echo $! >/tmp/l.pid; } >/dev/null 2>&1")


def gone(guest):
    waited(guest, "! kill -0 $(cat /tmp/l.pid)")


def numbers(guest, words):
    return [int(word) for word in guest.expect(0, words).out.split()]


def at_intervals(guest, case, change, why):
    """A disruption, which `change` makes, and no descriptor to wait by."""
    with case(f"libvmclock, {why}: the event loop looks at intervals"):
        started(guest, f"event-loop {NODE} 1")
        same("said", lines_of(guest, 1), ["looking at intervals"])
        change()
        same("said", lines_of(guest, 2), ["looking at intervals", "disruption"])
        gone(guest)


def by_poll(guest, case, fields, notify):
    """The page's device notifies, and the driver has poll."""
    with case("libvmclock: the event loop sleeps until the notification, and is "
              "told what happened"):
        fields = update(guest, {
            **fields, "flags": fields["flags"] | GENERATION,
            "vm_generation_counter": 5})
        started(guest, f"event-loop {NODE} 2")
        same("said", lines_of(guest, 1), ["waiting"])
        fields["disruption_marker"] += 1
        fields = update(guest, fields)
        # Ten times the interval of a program that looks by itself.
        guest.expect(0, "sleep 1")
        same("said without a notification", lines_of(guest, 1), ["waiting"])
        notify(guest)
        same("said", lines_of(guest, 2)[1:], ["disruption"])
        fields["disruption_marker"] += 1
        fields["vm_generation_counter"] += 1
        fields = update(guest, fields)
        notify(guest)
        same("said", lines_of(guest, 3)[2:], ["restore"])
        gone(guest)
    return fields


def examples(guest, case, fields):
    """Those that tell the time and the epoch, of a page whose time is that of
    CLOCK_REALTIME."""
    with case("libvmclock: the examples tell the time within bounds; without "
              "the right to read, it is not said that there is no device"):
        before = numbers(guest, "probe realtime")[0]
        earliest, now, latest = numbers(guest, "library strict-clock")
        after = numbers(guest, "probe realtime")[0]
        # The guest's own rate was measured to some millionths.
        slack = 100000
        true(f"{before} <= {now} <= {after}",
             before - slack <= now <= after + slack)
        true(f"{earliest} <= {now} <= {latest}", earliest < now < latest)
        same("too wide", guest.expect(
            1, f"library strict-clock {NODE} 0").err.strip(),
             "strict-clock: the bounds are too wide")
        said = guest.expect(0, "library commit-wait").out.split()
        same("said", said[:2] + said[3:], "committed at ns of TAI".split())
        committed = int(said[2]) - 37 * pages.NANOSECONDS
        true(f"{latest} < {committed}", latest < committed)
        same("refused", guest.expect(
            1, "probe unprivileged library strict-clock").err.strip(),
             "strict-clock: Permission denied")
    with case("libvmclock: the example's generator reseeds after a clone"):
        fields = update(guest, {
            **fields, "flags": fields["flags"] | GENERATION,
            "vm_generation_counter": 5})
        guest.expect(0, "rm -f /tmp/l /tmp/go; { { echo; echo; until test -e "
                     "/tmp/go; do sleep 0.1; done; echo; } | "
                     "library reseed >/tmp/l & } 2>/dev/null")
        lines_of(guest, 3)
        fields["vm_generation_counter"] += 1
        fields = update(guest, fields)
        guest.expect(0, "touch /tmp/go")
        same("said", lines_of(guest, 5), [
            "seeded in generation 5", "number", "number",
            "seeded in generation 6", "number"])
    return fields


def line_of(fields):
    return " ".join(str(fields[name]) for name in (
        "counter_value", "counter_period_frac_sec", "counter_period_shift",
        "time_sec", "time_frac_sec"))


def reading(guest, fields, seconds):
    """How many times were read, how many looks were none, how many torn."""
    return numbers(guest,
                   f"library reads {NODE} {seconds} {line_of(fields)}")


def beside_a_writer(lab, guest, case, writer):
    """A process of the host writes the page all the while."""
    with case("libvmclock: 1000000 updates a second, no time is torn") as told:
        fields = pages.unpack(guest.page())
        begun = time.monotonic()
        updates = writer(lab, guest, 10**6)
        try:
            time.sleep(0.3)
            taken, again, torn = reading(guest, fields, 3)
        finally:
            count = updates.end()
        passed = time.monotonic() - begun
        same("torn", torn, 0)
        true(f"{taken} times are many", taken > 10000)
        true(f"{count} updates in {passed:.1f} s are many", count > 100000)
        told.append(f"{taken} times, {again} looks again, {count} updates in "
                    f"{passed:.1f} s")
    with case("libvmclock: a writer without a seqlock, and torn times are "
              "noticed"):
        fields = pages.unpack(guest.page())
        updates = writer(lab, guest, 10**8, "bare")
        torn, end = 0, time.monotonic() + 50
        try:
            while not torn and time.monotonic() < end:
                torn = reading(guest, fields, 1)[2]
        finally:
            updates.end()
        true("some are torn", torn > 0)


def in_memory(guest, case):
    """A page that is in memory, to root."""
    with case("libvmclock: a page by its physical address, with its markers"):
        fields = pages.unpack(guest.page())
        same("markers", numbers(guest, f"library memory {guest.address:#x}"),
             [fields["disruption_marker"], 0])
        same("refused", guest.expect(
            1, f"probe unprivileged library memory {guest.address:#x}"
            ).err.strip(), "library: Permission denied")
        same("not aligned", guest.expect(
            1, f"library memory {guest.address + 8:#x}").err.strip(),
             "library: Invalid argument")


def unbound(guest, case, node, device):
    """Last in its boot: the driver goes, and the page that is mapped stays."""
    with case("libvmclock: the device unbound under a reader: it reads on, and "
              "no signal ends it"):
        started(guest, f"reads {node} 3 {line_of(pages.unpack(guest.page()))}")
        guest.expect(0, "sleep 1")
        guest.expect(0, f"echo {device} >/sys/bus/platform/drivers/vmclock/"
                     f"unbind; ! test -e {node}")
        gone(guest)
        said = lines_of(guest, 1)[0].split()
        same("torn", said[2:], ["0"])
        true(f"{said[0]} times are many", int(said[0]) > 10000)
