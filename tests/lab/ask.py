# SPDX-License-Identifier: BSD-2-Clause
"""What the boots' cases ask of a guest and hold it against."""

import json
import re
import time

import page as pages
from machine import Failure
from page import TAI

NODE = "/dev/vmclock0"
PHC = "$(dirname $(grep -l '^vmclock0$' /sys/class/ptp/*/clock_name))"


def same(what, got, wanted):
    if got != wanted:
        raise Failure(f"{what}: {got!r}, and not {wanted!r}")


def true(what, holds):
    if not holds:
        raise Failure(f"not so: {what}")


def generation(release):
    """The driver changed with 7.0: the PHC's timescale, poll, device tree."""
    return 7 if int(release.split(".")[0]) >= 7 else 6


def former(lab, *shows):
    """The release with the driver before 7.0, or None, which is then said."""
    for release, _ in lab.packages.kernels():
        if generation(release) == 6:
            return release
    lab.report.skipped("the driver before 7.0",
                       "the archive has no such kernel any more", *shows)
    return None


def version(release):
    return tuple(int(part) for part in re.match(
        r"(\d+)\.(\d+)\.(\d+)", release).groups())


def load(guest):
    guest.expect(0, guest.load)


def refused(guest, words="vmclockctl show"):
    """What it says where there is neither a node nor /dev/mem."""
    return guest.expect(3, f"mv /dev/mem /dev/kept; {words}; s=$?; "
                        "mv /dev/kept /dev/mem; exit $s")


def reload(guest, content):
    """Another page for a driver that looks at it anew."""
    guest.expect(0, guest.unload)
    guest.write(content)
    load(guest)


def update(guest, fields):
    """A new page below a driver in use, under the seqlock."""
    seq = pages.unpack(guest.page())["seq_count"] | 1
    content = pages.pack({**fields, "seq_count": seq})
    guest.write(content[0x0c:0x10], 0x0c)
    guest.write(content)
    fields = {**fields, "seq_count": seq + 1}
    guest.write(pages.pack(fields)[0x0c:0x10], 0x0c)
    return fields


def pair(guest):
    return tuple(int(word) for word in
                 guest.expect(0, "probe clock").out.split())


def calibrate(guest):
    """Sets the guest's clock by the host's, and measures its counter."""
    guest.expect(0, f"date -s @{int(time.time())}")
    words = guest.expect(0, "probe clock; sleep 1; probe clock").out.split()
    numbers = [int(word) for word in words]
    guest.calibration = pages.Calibration(numbers[:2], numbers[2:])
    guest.note(f"counter at {guest.calibration.hertz} Hz")


def clock(guest, **fields):
    """A page whose time is the guest's CLOCK_REALTIME."""
    fields = {"counter_id": guest.counter_id, **fields}
    return guest.calibration.clock(*pair(guest), **fields)


def show(guest, source=NODE, options=""):
    return guest.expect(0, f"vmclockctl show --json {options} {source}").json()


def fields_of(document):
    """The raw values of a document as numbers."""
    return {name: int(value, 0) if isinstance(value, str) else value
            for name, value in document["raw"].items() if name != "pad"}


def broken(document):
    """The rules that verify's document calls failed."""
    return [row["id"] for row in document["results"] if row["status"] == "fail"]


def driver_rows(guest, words):
    out = guest.expect(0, f"probe {words} {NODE}").out
    return dict(line.split(" ", 1) for line in out.splitlines())


def mended(release):
    """The hole in mprotect was mended in stable releases too."""
    return version(release) >= (6, 18, 47) and version(release)[:2] not in (
        (6, 19), (7, 0)) and version(release) not in [
            (7, 1, patch) for patch in range(11)] + [(7, 2, 0)]


def driver_table(guest):
    """Sections 5 and 8 of the facts: what each call answers."""
    hole = "EACCES" if mended(guest.release) else "OK"
    wanted = {
        "mode": "600", "major": "10", "lseek": "ESPIPE", "write": "EINVAL",
        "ioctl": "ENOTTY", "read-8192": "4096", "pread-16": "16",
        "pread-tail": "96", "pread-end": "0", "mmap-shared-1": "OK",
        "mmap-shared-4096": "OK", "mmap-private-4096": "OK",
        "mmap-8192": "EINVAL", "mmap-offset": "EINVAL", "mmap-none": "EROFS",
        "mmap-write-rw-shared": "EROFS", "mmap-write-ro-shared": "EACCES",
        "mmap-write-ro-private": "EROFS", "mprotect-ro-shared": "EACCES",
        "mprotect-ro-private": hole, "mprotect-rw-shared": hole,
    }
    same("the driver's answers", driver_rows(guest, "driver"), wanted)


def ptp_table(guest, answer="OK", precise=None):
    """The same of the PTP clock: what it says when asked for its time.

    PRECISE may have an answer of its own, with another clocksource.
    """
    wanted = {
        "max-adj": "0", "cross": "1", "read": answer, "extended": answer,
        "extended2": answer, "offset": answer, "offset2": answer,
        "precise": precise or answer, "precise2": precise or answer,
        "extended-stamps": "equal" if answer == "OK" else answer,
        "precise-cycles": "EOPNOTSUPP", "extended-cycles": "EOPNOTSUPP",
        "extended-many": "EINVAL", "offset-many": "EINVAL",
        "unknown": "ENOTTY", "settime": "EOPNOTSUPP", "adjfine": "EOPNOTSUPP",
        "adjtime": "EOPNOTSUPP" if answer == "OK" else answer,
    }
    out = guest.expect(0, f"probe ptp /dev/$(basename {PHC})").out
    answers = dict(line.split(" ", 1) for line in out.splitlines())
    if precise:
        # Equal or not, as its ticks fall.
        wanted["extended-stamps"] = answers["extended-stamps"]
    same("the PTP clock's answers", answers, wanted)


def verified(guest, wanted=(), options=""):
    """verify's answers by rule; the hole of old kernels fails everywhere."""
    wanted = list(wanted)
    if not mended(guest.release):
        wanted.append("driver.mmap-readonly")
    document = guest.expect(
        1 if wanted else 0, f"vmclockctl verify --json --duration 300ms "
        f"{options} {NODE}").json()
    same("broken rules", sorted(broken(document)), sorted(wanted))
    rows = {row["id"]: row for row in document["results"]}
    same("driver.mmap-readonly", rows["driver.mmap-readonly"]["status"],
         "ok" if mended(guest.release) else "fail")
    return rows


def judged(guest, rows, *idents):
    """All of them are ok, and what was noted."""
    same("judged", {ident: rows[ident]["status"] for ident in idents},
         {ident: "ok" for ident in idents})
    return "; ".join(rows[ident]["message"] for ident in idents
                     if rows[ident]["message"])


# Nobody steers a guest's CLOCK_REALTIME, and an emulated counter wanders.
UNSTEERED = ("problem", "system-clock", "outside its bounds")


def diagnosed(guest, *wanted, run="vmclockctl doctor --json"):
    """doctor's lines, (level, topic, regex) each, and no further problem but
    UNSTEERED."""
    result = guest.run(run)
    rows = result.json()["results"]

    def fits(row, level, topic, text):
        return (row["level"], row["topic"]) == (level, topic) and re.search(
            text, f"{row['message']} {row['next'] or ''}")

    for line in wanted:
        true(f"doctor says {line}\n{result}",
             any(fits(row, *line) for row in rows))
    same("further problems of doctor",
         [row for row in rows if row["level"] == "problem"
          and not any(fits(row, *line) for line in (*wanted, UNSTEERED))], [])
    same("doctor's status", result.status,
         int(any(row["level"] == "problem" for row in rows)))


DRIVER_RULES = ("driver.node", "driver.permissions", "driver.read",
                "driver.mmap-bounds", "driver.poll", "firmware.id",
                "firmware.region", "phc.present")
CLOCK_RULES = ("live.counter-arch", "live.counter-ahead", "live.frequency",
               "live.realtime", "phc.value", "phc.capabilities", "phc.precise")


def polls(guest, notifying):
    rows = driver_rows(guest, "poll")
    if generation(guest.release) == 6:
        wanted = {"fresh": "POLLIN", "read": "OK", "after-read": "POLLIN",
                  "epoll": "EPERM"}
    elif notifying:
        wanted = {"fresh": "POLLIN", "read": "OK", "after-read": "none",
                  "epoll": "OK"}
    else:
        wanted = {"fresh": "POLLHUP", "read": "OK", "after-read": "POLLHUP",
                  "epoll": "OK"}
    same("readiness", rows, wanted)


def same_bytes(guest):
    host = guest.page()
    same("dump", guest.expect(0, f"vmclockctl dump {NODE} | cat").raw, host)
    for way in ("mmap", "pread", "read"):
        same(way, guest.expect(0, f"probe bytes {way} {NODE}").raw, host)


def background(guest, words, out):
    """Starts the tool; out.pid and, at its end, out.status are its own."""
    guest.expect(0, f"rm -f {out}.status; {{ vmclockctl {words} >{out} "
                 f"2>{out}.err & p=$!; echo $p >{out}.pid; wait $p; "
                 f"echo $? >{out}.status; }} >/dev/null 2>&1 & sleep 0.5; "
                 f"kill -0 $(cat {out}.pid)")


def ended(guest, out, seconds=8):
    """Its status once it has ended."""
    guest.expect(0, f"i=0; while ! test -s {out}.status; do sleep 0.1; "
                 f"i=$((i + 1)); test $i -lt {seconds * 10} || exit 1; done",
                 limit=seconds + 10)
    return int(guest.expect(0, f"cat {out}.status").out)


def events(guest, out):
    lines = guest.expect(0, f"cat {out}").out.splitlines()
    return [document["event"] for document in map(json.loads, lines)
            if document["type"] == "event"]


def same_events(guest, out, wanted):
    """Waits for them, and a little for one too many."""
    end = time.monotonic() + 10
    while len(events(guest, out)) < len(wanted) and time.monotonic() < end:
        time.sleep(0.1)
    guest.expect(0, "sleep 0.2")
    same("events", events(guest, out), wanted)


def agrees(guest, fields):
    """show, CLOCK_REALTIME and the PHC around it. The PHC minus TAI, in s."""
    phc = f"probe phc /dev/$(basename {PHC})"
    out = guest.expect(
        0, f"probe realtime; {phc}; vmclockctl show --json {NODE}; {phc}; "
        "probe realtime").out.splitlines()
    real, clock_before = int(out[0]), int(out[1])
    document = json.loads("\n".join(out[2:-2]))
    clock_after, real_after = int(out[-2]), int(out[-1])
    time_ns = pages.nanoseconds(pages.at(fields, int(document["counter"])))
    said = document["time"]
    same("the time shown", int(said["sec"]) * pages.NANOSECONDS + said["nsec"],
         time_ns)
    tai = time_ns + (0 if fields["time_type"] == TAI else
                     37 * pages.NANOSECONDS)
    utc = tai - 37 * pages.NANOSECONDS
    # The guest's own rate was measured to some millionths.
    slack = 100000
    true(f"CLOCK_REALTIME {real} <= {utc} <= {real_after}",
         real - slack <= utc <= real_after + slack)
    ahead = round((clock_before - tai) / pages.NANOSECONDS)
    moved = tai + ahead * pages.NANOSECONDS
    true(f"the PHC {clock_before} <= {moved} <= {clock_after}",
         clock_before <= moved <= clock_after)
    return ahead


def compared(guest, fault):
    """compare's measurement of the device's own PHC: what it says of it."""
    document = guest.expect(0, f"vmclockctl compare --json {NODE}").json()
    own = [row for row in document["measurements"]
           if row["clock"].startswith("ptp")][0]
    same("method", own["method"], "precise")
    true(f"{own['residual_ns']} ns is within the method's width",
         abs(own["residual_ns"]) <= max(100, own["uncertainty_ns"]))
    same("seconds off", round(own["offset_ns"] / pages.NANOSECONDS), fault)
    same("inside the page's bounds", own["bounds"] == "inside", fault == 0)
    return f"compare: {own['residual_ns']} ns +/- {own['uncertainty_ns']} ns"
