# SPDX-License-Identifier: BSD-2-Clause
"""Pages filled in before the driver looks at them, on both its generations."""

import re

import library
import named
import page as pages
import picture
import rows
from ask import (CLOCK_RULES, DRIVER_RULES, NODE, PHC, agrees, background,
                 broken, calibrate, clock, compared, diagnosed, driver_table,
                 ended, events, former, generation, judged, mended, polls,
                 ptp_table, refused, reload, same, same_bytes, show, true,
                 update, verified)
from machine import Guest
from page import OFFSET_VALID, TAI, UTC

# PHC minus TAI in seconds by page and driver; None where there is no PHC.
TIMESCALES = [
    ("TAI, -37", TAI, -37, True, {6: -37, 7: 0}),
    ("TAI, +37", TAI, 37, True, {6: 37, 7: 0}),
    ("TAI, offset not valid", TAI, -37, False, {6: None, 7: 0}),
    ("UTC, -37", UTC, -37, True, {6: -37, 7: 0}),
    ("UTC, +37", UTC, 37, True, {6: -37, 7: -74}),
    ("UTC, offset not valid", UTC, -37, False, {6: -37, 7: None}),
]


# The two that are wrong, and how far compare calls them off: neither TAI nor
# UTC.
FAULTS = {37: 74, -74: -74}


def faults(offset, valid, wanted):
    """What doctor says of them."""
    if valid and offset > 0:
        yield "problem", "page", "tai_offset_sec is positive"
    if wanted is None:
        yield "problem", "phc", "made no PTP clock of it"
    elif wanted in FAULTS:
        yield "problem", "phc", "twice the"
    else:
        yield "ok", "phc", "timescale is " + ("UTC" if wanted else "TAI")


def showing(guest, offset, valid, wanted):
    if wanted is None:
        return named.NO_PHC
    if valid and offset > 0:
        return named.SIGN if generation(guest.release) == 7 else named.OLD_SIGN
    return None


def timescales(guest, case):
    of_driver = generation(guest.release)
    for name, time_type, offset, valid, wanted in TIMESCALES:
        wanted = wanted[of_driver]
        text = "no PHC" if wanted is None else f"the PHC is TAI {wanted:+} s"
        with case(f"{name}: {text}; show and compare agree",
                  showing(guest, offset, valid, wanted)) as told:
            fields = clock(guest, time_type=time_type, offset=offset,
                           flags=pages.ERRORS | (OFFSET_VALID if valid else 0))
            reload(guest, pages.pack(fields))
            diagnosed(guest, *faults(offset, valid, wanted))
            if wanted is None:
                same("PHCs", guest.run("ls /sys/class/ptp").out, "")
                guest.expect(0, f"vmclockctl show {NODE}")
            else:
                same("PHC minus TAI", agrees(guest, fields), wanted)
                told.append(compared(guest, FAULTS.get(wanted, 0)))
                guest.expect(int(wanted in FAULTS),
                             "vmclockctl compare --max-offset 100ms")
            if valid:
                rows = verified(
                    guest, (["tai.sign"] if offset > 0 else []) +
                    (["phc.timescale"] if wanted in FAULTS else []))
                judged(guest, rows, *DRIVER_RULES, *CLOCK_RULES)
                told.append("verify: phc.timescale "
                            + rows["phc.timescale"]["message"])


def short_sizes(guest, case):
    with case("size 88: a PHC and no node, which the tool says with status 3",
              named.NO_NODE):
        guest.expect(0, "dmesg -c")
        reload(guest, pages.pack(clock(guest, size=88)))
        diagnosed(guest, ("problem", "node", "size 4096 at least"),
                  ("ok", "phc", "ptp0"))
        guest.expect(0, f"! test -e {NODE} && ls {PHC}")
        true("the kernel log tells of a node", "registered miscdev, PTP" in
             guest.expect(0, "dmesg -c").out)
        true("a hint", "hint: " in refused(guest, "vmclockctl").err)
    with case("size 80: neither PHC nor node"):
        reload(guest, pages.pack(clock(guest, size=80)))
        diagnosed(guest, ("problem", "node", "size 4096 at least"),
                  ("note", "phc", "none of the driver's"))
        guest.expect(0, f"! test -e {NODE}")
        same("PHCs", guest.run("ls /sys/class/ptp").out, "")
        true("the kernel log tells of a node", "registered miscdev" in
             guest.expect(0, "dmesg -c").out)
    for name, change, why in (
            ("version 2", {"version": 2}, "version is 2"),
            ("a bad magic", {"magic": 0x4b4c4357}, None),
            ("size 8192", {"size": 8192}, "size is 8192, more than")):
        with case(f"{name}: the driver refuses the page"):
            guest.run("dmesg -c")
            reload(guest, pages.pack(clock(guest, **change)))
            guest.expect(0, f"! test -e {NODE}")
            true("the kernel log says why", "magic fields invalid" in
                 guest.expect(0, "dmesg").out)
            refused(guest)
            # Where memory can be read without the driver, what is wrong.
            told = [("problem", "page", why)] if why and guest.run(
                "uname -m").out.strip() == "x86_64" else []
            diagnosed(guest, ("problem", "driver", "did not take the device"),
                      *told)


def states(guest, case):
    fields = clock(guest)
    reload(guest, pages.pack(fields))
    for status, word, usable in ((0, "unknown", False),
                                 (1, "initializing", False),
                                 (3, "freerunning", True),
                                 (5, "unknown(5)", False),
                                 (4, "unreliable", False)):
        refused = status == pages.UNRELIABLE
        with case(f"status {word}: the PHC is "
                  f"{'refused' if refused else 'served'}; show "
                  f"{'has' if usable else 'withholds'} the time"):
            fields = update(guest, {**fields, "clock_status": status})
            document = show(guest)
            same("status", document["decoded"]["clock_status"], word)
            same("time", (document["time"] is not None,
                          document["time_reason"]),
                 (usable, None if usable else "status"))
            ptp_table(guest, "EINVAL" if refused else "OK")
        if refused:
            with case("status unreliable: doctor names it", named.UNRELIABLE):
                diagnosed(guest, ("problem", "page", "UNRELIABLE"),
                          ("note", "page", "not usable now"))
    with case("another page below a driver in use is seen at once"):
        fields = update(guest, {**clock(guest), "disruption_marker": 8})
        same_bytes(guest)
        agrees(guest, fields)


def stuck(guest, case):
    fields = clock(guest)
    reload(guest, pages.pack(fields))
    phc = f"probe phc /dev/$(basename {PHC})"
    guest.expect(0, f"vmclockctl dump -o /tmp/d {NODE}")
    guest.write(b"\x0b", 0x0c)
    with case("seq_count stuck at 11: read and the PHC give ETIMEDOUT"):
        answer = guest.expect(1, f"probe bytes read {NODE}")
        same("read", answer.err.strip(), "ETIMEDOUT")
        ptp_table(guest, "ETIMEDOUT")
    for words in ("show", "dump -o /tmp/e", "diff /tmp/d"):
        name = words.split()[0]
        with case(f"seq_count stuck at 11: {name} has status 4 and says so"):
            answer = guest.expect(4, f"vmclockctl {words} {NODE}")
            true("the seq_count is told", re.search(r"\b11\b", answer.err))
            true(f"{answer.seconds:.2f} s is soon", answer.seconds < 5)
    with case("seq_count stuck at 11: verify fails it by series.odd-window"):
        document = guest.expect(
            1, f"vmclockctl verify --json --duration 300ms {NODE}").json()
        same("broken rules", broken(document), ["series.odd-window"])
    with case("seq_count stuck at 11: doctor says so", named.STUCK):
        diagnosed(guest, ("problem", "page", "seq_count does not settle"))
    guest.write(b"\x0c", 0x0c)
    with case("and when it settles, all is as before"):
        guest.expect(0, f"vmclockctl show {NODE}")
        guest.expect(0, phc)


def centuries(guest, case):
    with case("a reference ahead of the counter: the PHC is centuries off, "
              "show is not", named.AHEAD):
        fields = clock(guest)
        ahead = 10 * guest.calibration.hertz
        fields["counter_value"] += ahead
        fields["time_sec"] += 10
        reload(guest, pages.pack(fields))
        document = show(guest)
        said = int(document["time"]["sec"])
        true("show has this hour", abs(said - fields["time_sec"]) < 3600)
        phc = int(guest.expect(
            0, f"probe phc /dev/$(basename {PHC})").out)
        true("the PHC is centuries off",
             abs(phc // pages.NANOSECONDS - said) > 100 * 365 * 86400)
        rows = verified(guest, ["live.counter-ahead", "phc.timescale"])
        same("phc.timescale", rows["phc.timescale"]["actual"], "wrapped")
        diagnosed(guest, ("problem", "phc", "it shows"),
                  ("problem", "page", "before the page.s reference"))


def notified(guest, case):
    old = generation(guest.release) == 6
    with case("poll and epoll where the page promises notifications",
              named.NO_POLL if old else None):
        fields = clock(guest)
        fields["flags"] |= pages.NOTIFICATION
        reload(guest, pages.pack(fields))
        polls(guest, True)
        rules = verified(guest)
        same("driver.poll", rules["driver.poll"]["message"],
             "a driver without poll" if old else None)
        row = rules["notify.delivery"]
        same("notify.delivery", row["status"], "skip")
        true("and why", ("without poll" if old else "no update came")
             in row["message"])


def without_poll(guest, case):
    fields = clock(guest)
    fields["flags"] |= pages.NOTIFICATION
    reload(guest, pages.pack(fields))
    library.at_intervals(
        guest, case, lambda: update(guest, {
            **fields, "disruption_marker": fields["disruption_marker"] + 1}),
        "a driver without poll")


def mapping(lab, guest):
    """On a kernel with the hole this proves verify's probe, too."""
    if mended(guest.release):
        text = "a mapping stays read-only: driver.mmap-readonly holds"
        lab.report.skipped("the hole in mprotect",
                           f"{guest.release} is mended", named.WRITABLE)
    else:
        text = ("mprotect makes a mapping writable: driver.mmap-readonly names "
                "the hole")
    with lab.report.case("open, mmap, mprotect, lseek, write, ioctl as known"):
        driver_table(guest)
    with lab.report.case(text, None if mended(guest.release)
                         else named.WRITABLE):
        reload(guest, pages.pack(clock(guest)))
        row = verified(guest)["driver.mmap-readonly"]
        if not mended(guest.release):
            true("the hole is named", "CVE-2026-80724" in row["message"])


def removed(guest, case):
    """Last in its boot: what the kernel keeps of the device is its own."""
    for words in ("watch --json --interval 20ms --timeout 4s",
                  "record --duration 6s", "verify --duration 5s",
                  "compare --count 60 --interval 100ms"):
        name = words.split()[0]
        with case(f"the device removed under {name}: an event or status 4, no "
                  "hang"):
            reload(guest, pages.pack(clock(guest)))
            background(guest, f"{words} {NODE}", "/tmp/r")
            guest.expect(0, f"echo {guest.device} "
                         ">/sys/bus/platform/drivers/vmclock/unbind")
            guest.expect(0, f"! test -e {NODE}")
            refused(guest)
            status = ended(guest, "/tmp/r")
            told = guest.expect(0, "cat /tmp/r /tmp/r.err").out
            true(f"status {status} after: {told}", status == 4 or (
                name == "watch" and "lost" in events(guest, "/tmp/r")))
    reload(guest, pages.pack(clock(guest)))
    library.unbound(guest, case, NODE, guest.device)


def driver_cases(guest, case):
    """What the driver makes of a page, whichever the processor."""
    timescales(guest, case)
    short_sizes(guest, case)
    stuck(guest, case)
    centuries(guest, case)


def clocks(lab, name, release):
    case = lab.report.case
    guest = Guest(lab, name, release, ["-device", "vmclock"])
    try:
        calibrate(guest)
        driver_cases(guest, case)
        states(guest, case)
        notified(guest, case)
        if generation(release) == 7:
            picture.picture(lab, guest)
        rows.rows(lab, guest, case)
        if generation(release) == 6:
            without_poll(guest, case)
            mapping(lab, guest)
        removed(guest, case)
    finally:
        guest.close()


def clocks_now(lab):
    clocks(lab, "clocks", lab.packages.kernels()[0][0])


def clocks_former(lab):
    release = former(lab, named.OLD_SIGN, named.NO_POLL, named.WRITABLE)
    if release:
        clocks(lab, "former", release)
