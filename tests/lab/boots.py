# SPDX-License-Identifier: BSD-2-Clause
"""The boots of the lab, and the cases that share each."""

import gzip
import json
import re
import subprocess
import time

import acpi
import page as pages
from machine import (DEVICE_ADDRESS, MEMORY, PAGE_SIZE, SHARED_ADDRESS, Failure,
                     Guest)
from page import OFFSET_VALID, TAI, UTC

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


def version(release):
    return tuple(int(part) for part in re.match(
        r"(\d+)\.(\d+)\.(\d+)", release).groups())


def load(guest):
    guest.expect(0, "for m in $(cat /etc/order); do insmod /lib/$m; done")


def reload(guest, content):
    """Another page for a driver that looks at it anew."""
    guest.expect(0, "! grep -q ^ptp_vmclock /proc/modules || rmmod ptp_vmclock")
    guest.write(content)
    load(guest)


def update(guest, fields, address=DEVICE_ADDRESS):
    """A new page below a driver in use, under the seqlock."""
    seq = pages.unpack(guest.page(address))["seq_count"] | 1
    content = pages.pack({**fields, "seq_count": seq})
    guest.write(content[0x0c:0x10], 0x0c, address)
    guest.write(content, 0, address)
    fields = {**fields, "seq_count": seq + 1}
    guest.write(pages.pack(fields)[0x0c:0x10], 0x0c, address)
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


def no_clock(guest):
    document = show(guest)
    same("bytes", bytes.fromhex(document["page"]["hex"]),
         guest.page().rstrip(b"\0"))
    same("length", document["page"]["length"], PAGE_SIZE)
    same("kind", document["source"]["kind"], "device")
    same("fields", fields_of(document), pages.unpack(guest.page()))
    same("counter_id", document["decoded"]["counter_id"], "invalid")
    same("time", (document["time"], document["time_reason"]),
         (None, "no-clock"))
    same("PHCs", guest.run("ls /sys/class/ptp").out, "")
    true("a page without a clock is called healthy",
         "disruption signal" in guest.expect(0, "vmclockctl").out)


def named_in_sysfs(guest):
    same("misc", guest.expect(
        0, "ls /sys/class/misc/vmclock0; cat /sys/class/misc/vmclock0/dev"
        ).out.split()[:1], ["dev"])
    same("bound", guest.expect(
        0, "ls -d /sys/bus/platform/drivers/vmclock/*:00").out.strip(),
        "/sys/bus/platform/drivers/vmclock/AMZNC10C:00")
    same("ACPI node", guest.expect(
        0, "cd /sys/bus/acpi/devices/AMZNC10C:00; "
        "cat path modalias status").out.split(),
        ["\\_SB_.VCLK", "acpi:AMZNC10C:VMCLOCK:", "15"])
    true("/proc/iomem has the page", f"{DEVICE_ADDRESS:08x}-" in guest.expect(
        0, "cat /proc/iomem").out)


def unprivileged(guest):
    as_nobody = f"probe unprivileged vmclockctl show {NODE}"
    refused = guest.expect(3, as_nobody)
    same("standard output", refused.out, "")
    true("the reason and a hint", re.search(
        rf"^vmclockctl: {NODE}: .*[Pp]ermission.*\n(hint: .+\n)$",
        refused.err))
    guest.expect(0, f"chmod 0644 {NODE}")
    guest.expect(0, as_nobody)
    guest.expect(0, f"chmod 0600 {NODE}")


def read_only(guest):
    """A mapping from a descriptor opened for writing can be made writable."""
    guest.expect(0, f"chmod 0444 {NODE}; probe unprivileged vmclockctl show "
                 f"{NODE}; s=$?; chmod 0600 {NODE}; exit $s")


def background(guest, words, out):
    """Starts the tool; out.pid and, at its end, out.status are its own."""
    guest.expect(0, f"{{ vmclockctl {words} >{out} 2>{out}.err & p=$!; "
                 f"echo $p >{out}.pid; wait $p; echo $? >{out}.status; }} "
                 f">/dev/null 2>&1 & sleep 0.5; kill -0 $(cat {out}.pid)")


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


def marker(guest):
    return show(guest)["raw"]["disruption_marker"]


def snapshots(guest, case):
    """loadvm: a new marker, and the same one each time."""
    with case("loadvm gives a new marker; diff and watch tell it once"):
        guest.expect(0, f"vmclockctl dump -o /tmp/before {NODE}")
        before = pages.unpack(guest.page())
        background(guest, f"watch --json --interval 20ms {NODE}", "/tmp/w")
        guest.hmp("savevm first")
        guest.hmp("loadvm first")
        after = pages.unpack(guest.page())
        same("seq_count and marker",
             (after["seq_count"], after["disruption_marker"]),
             (before["seq_count"] + 2, before["disruption_marker"] + 1))
        true("diff names a disruption", "event: disruption" in guest.expect(
            1, f"vmclockctl diff /tmp/before {NODE}").out)
        same_events(guest, "/tmp/w", ["disruption"])
        once = marker(guest)
    with case("the same snapshot again repeats the marker, and is told again"):
        guest.hmp("loadvm first")
        same("marker", marker(guest), once)
        same_events(guest, "/tmp/w", ["disruption"])
    with case("a second snapshot and loadvm: watch tells both disruptions"):
        guest.hmp("savevm second")
        guest.hmp("loadvm second")
        true("another marker", marker(guest) != once)
        same_events(guest, "/tmp/w", ["disruption", "disruption"])
    with case("stop and cont without a new marker tell nothing"):
        one = marker(guest)
        guest.qmp("stop")
        time.sleep(0.5)
        guest.qmp("cont")
        same("marker", marker(guest), one)
        same_events(guest, "/tmp/w", ["disruption", "disruption"])
    with case("watch ends by SIGTERM with status 0 and an end line"):
        guest.expect(0, "kill $(cat /tmp/w.pid)")
        same("status", ended(guest, "/tmp/w"), 0)
        last = json.loads(guest.expect(0, "tail -n 1 /tmp/w").out)
        same("last line", last["type"], "end")


def migration(lab, guest, case, words):
    """To a file, and on in another QEMU. Returns the guest that runs on."""
    with case("migration to another QEMU: one disruption told, diff names it"):
        guest.expect(0, f"vmclockctl dump -o /tmp/before {NODE}")
        background(guest, f"watch --json --interval 20ms {NODE}", "/tmp/m")
        before = pages.unpack(guest.page())
        state = guest.place / "state"
        guest.qmp("stop")
        guest.qmp("migrate", uri=f"file:{state}")
        end = time.monotonic() + 60
        while guest.qmp("query-migrate").get("status") != "completed":
            true("the migration ends", time.monotonic() < end)
            time.sleep(0.1)
        other = Guest(lab, "device-migrated", guest.release, words,
                      incoming=f"file:{state}", tsc="")
        guest.close()
        guest = other
        end = time.monotonic() + 60
        while guest.qmp("query-status")["status"] != "running":
            true("the guest runs on", time.monotonic() < end)
            guest.qmp("cont")
            time.sleep(0.1)
        guest.count = 10000
        after = pages.unpack(guest.page())
        same("marker", after["disruption_marker"],
             before["disruption_marker"] + 1)
        same_events(guest, "/tmp/m", ["disruption"])
        true("diff names a disruption", "event: disruption" in guest.expect(
            1, f"vmclockctl diff /tmp/before {NODE}").out)
        guest.expect(0, "kill $(cat /tmp/m.pid)")
        same("status", ended(guest, "/tmp/m"), 0)
    return guest


def unstable(lab, guest):
    """loadvm moved the counter, and the kernel may have noticed."""
    text = "TSC given up by the kernel: the PHC gives EINVAL, show has the time"
    chosen = guest.expect(0, "cat /sys/devices/system/clocksource/clocksource0/"
                          "current_clocksource").out.strip()
    if chosen == "tsc":
        lab.report.skipped(text, "this kernel took no notice of loadvm")
        return
    with lab.report.case(text):
        calibrate(guest)
        fields = clock(guest)
        reload(guest, pages.pack(fields))
        refused = guest.expect(1, f"probe phc /dev/$(basename {PHC})")
        same("PHC", refused.out.strip(), "EINVAL")
        rows = verified(guest, options="--skip live.frequency")
        same("phc.value", rows["phc.value"]["status"], "skip")
        true("verify says why", "unstable" in rows["phc.value"]["message"])
        document = show(guest)
        same("status", document["decoded"]["clock_status"], "synchronized")
        time_ns = pages.nanoseconds(pages.at(fields, int(document["counter"])))
        said = document["time"]
        same("the time shown",
             int(said["sec"]) * pages.NANOSECONDS + said["nsec"], time_ns)


def device(lab):
    """QEMU's own page as it is, and its snapshots."""
    release = lab.packages.kernels()[0][0]
    case = lab.report.case
    disk = lab.place / "snapshots.qcow2"
    lab.qemu("qemu-img", "create", "-q", "-f", "qcow2", disk, "512M")
    words = ["-device", "vmclock",
             "-drive", f"if=none,id=snapshots,format=qcow2,file={disk}"]
    # The kernel judges the TSC itself here.
    guest = Guest(lab, "device", release, words, tsc="")
    try:
        with case(f"the driver of {release} makes {NODE}"):
            load(guest)
            same("mode and owner", guest.expect(
                0, f"stat -c '%a %u %g %F' {NODE}").out.strip(),
                "600 0 0 character special file")
        with case("dump, mmap, pread and read have the host's bytes"):
            same_bytes(guest)
        with case("show: the disruption signal alone, and no PHC"):
            no_clock(guest)
        with case("the driver, the ACPI node and the region by their names"):
            named_in_sysfs(guest)
        with case("open, mmap, mprotect, lseek, write, ioctl as known"):
            driver_table(guest)
        with case("poll and epoll without notifications"):
            polls(guest, False)
        with case("verify: the driver's, firmware's and PHC's rules") as told:
            rows = verified(guest)
            told.append(judged(guest, rows, *DRIVER_RULES))
            same("driver without poll",
                 rows["driver.poll"]["message"] == "a driver without poll",
                 generation(release) == 6)
            same("phc.value", rows["phc.value"]["status"], "not-applicable")
        with case("without root: status 3 and a hint; with mode 0644: 0"):
            unprivileged(guest)
        with case("mode 0444 is enough: nothing is opened for writing"):
            read_only(guest)
        snapshots(guest, case)
        guest = migration(lab, guest, case, words)
        unstable(lab, guest)
    finally:
        guest.close()


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


# PHC minus TAI in seconds by page and driver; None where there is no PHC.
TIMESCALES = [
    ("TAI, -37", TAI, -37, True, {6: -37, 7: 0}),
    ("TAI, +37", TAI, 37, True, {6: 37, 7: 0}),
    ("TAI, offset not valid", TAI, -37, False, {6: None, 7: 0}),
    ("UTC, -37", UTC, -37, True, {6: -37, 7: 0}),
    ("UTC, +37", UTC, 37, True, {6: -37, 7: -74}),
    ("UTC, offset not valid", UTC, -37, False, {6: -37, 7: None}),
]


# The two that are wrong, and how far compare calls them off: neither TAI nor UTC.
FAULTS = {37: 74, -74: -74}


def timescales(guest, case):
    of_driver = generation(guest.release)
    for name, time_type, offset, valid, wanted in TIMESCALES:
        wanted = wanted[of_driver]
        text = "no PHC" if wanted is None else f"the PHC is TAI {wanted:+} s"
        with case(f"{name}: {text}; show and compare agree") as told:
            fields = clock(guest, time_type=time_type, offset=offset,
                           flags=pages.ERRORS | (OFFSET_VALID if valid else 0))
            reload(guest, pages.pack(fields))
            if wanted is None:
                same("PHCs", guest.run("ls /sys/class/ptp").out, "")
                guest.expect(0, f"vmclockctl show {NODE}")
            else:
                same("PHC minus TAI", agrees(guest, fields), wanted)
                told.append(compared(guest, FAULTS.get(wanted, 0)))
            if valid:
                rows = verified(
                    guest, (["tai.sign"] if offset > 0 else []) +
                    (["phc.timescale"] if wanted in FAULTS else []))
                judged(guest, rows, *DRIVER_RULES, *CLOCK_RULES)
                told.append("verify: phc.timescale "
                            + rows["phc.timescale"]["message"])


def short_sizes(guest, case):
    with case("size 88: a PHC and no node, which the tool says with status 3"):
        reload(guest, pages.pack(clock(guest, size=88)))
        guest.expect(0, f"! test -e {NODE} && ls {PHC}")
        true("a hint", "hint: " in guest.expect(3, "vmclockctl").err)
    with case("size 80: neither PHC nor node"):
        reload(guest, pages.pack(clock(guest, size=80)))
        guest.expect(0, f"! test -e {NODE}")
        same("PHCs", guest.run("ls /sys/class/ptp").out, "")
    for name, change in (("version 2", {"version": 2}),
                         ("a bad magic", {"magic": 0x4b4c4357}),
                         ("size 8192", {"size": 8192})):
        with case(f"{name}: the driver refuses the page"):
            guest.run("dmesg -c")
            reload(guest, pages.pack(clock(guest, **change)))
            guest.expect(0, f"! test -e {NODE}")
            true("the kernel log says why", "magic fields invalid" in
                 guest.expect(0, "dmesg").out)
            guest.expect(3, "vmclockctl show")


def states(guest, case):
    phc = f"probe phc /dev/$(basename {PHC})"
    fields = clock(guest)
    reload(guest, pages.pack(fields))
    for status, word, usable in ((0, "unknown", False),
                                 (1, "initializing", False),
                                 (3, "freerunning", True),
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
            answer = guest.run(phc)
            same("PHC refused", answer.out.strip() == "EINVAL", refused)
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
        same("PHC", guest.expect(1, phc).out.strip(), "ETIMEDOUT")
    for words in ("show", "dump -o /tmp/e", "diff /tmp/d"):
        name = words.split()[0]
        with case(f"seq_count stuck at 11: {name} has status 4 and says so"):
            answer = guest.expect(4, f"vmclockctl {words} {NODE}")
            true("the seq_count is told", re.search(r"\b11\b", answer.err))
            true(f"{answer.seconds:.2f} s is soon", answer.seconds < 0.6)
    with case("seq_count stuck at 11: verify fails it by series.odd-window"):
        document = guest.expect(
            1, f"vmclockctl verify --json --duration 300ms {NODE}").json()
        same("broken rules", broken(document), ["series.odd-window"])
    guest.write(b"\x0c", 0x0c)
    with case("and when it settles, all is as before"):
        guest.expect(0, f"vmclockctl show {NODE}")
        guest.expect(0, phc)


def centuries(guest, case):
    with case("a reference ahead of the counter: the PHC is centuries off, "
              "show is not"):
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


def notified(guest, case):
    with case("poll and epoll where the page promises notifications"):
        fields = clock(guest)
        fields["flags"] |= pages.NOTIFICATION
        reload(guest, pages.pack(fields))
        polls(guest, True)


def removed(guest, case):
    """Last in its boot: what the kernel keeps of the device is its own."""
    with case("the device removed under watch: an event or status 4, no hang"):
        reload(guest, pages.pack(clock(guest)))
        background(guest, f"watch --json --interval 20ms --timeout 4s {NODE}",
                   "/tmp/r")
        guest.expect(0, "echo AMZNC10C:00 "
                     ">/sys/bus/platform/drivers/vmclock/unbind")
        guest.expect(0, f"! test -e {NODE}")
        guest.expect(3, "vmclockctl show")
        status = ended(guest, "/tmp/r")
        told = guest.expect(0, "cat /tmp/r /tmp/r.err").out
        true(f"status {status} after: {told}",
             status == 4 or "lost" in events(guest, "/tmp/r"))


def clocks(lab, name, release):
    """Pages filled in before the driver looks."""
    case = lab.report.case
    guest = Guest(lab, name, release, ["-device", "vmclock"])
    try:
        calibrate(guest)
        timescales(guest, case)
        short_sizes(guest, case)
        states(guest, case)
        stuck(guest, case)
        centuries(guest, case)
        notified(guest, case)
        if generation(release) == 6:
            with case("open, mmap, mprotect, lseek, write, ioctl as known"):
                driver_table(guest)
        removed(guest, case)
    finally:
        guest.close()


def clocks_now(lab):
    clocks(lab, "clocks", lab.packages.kernels()[0][0])


def clocks_former(lab):
    former = [release for release, _ in lab.packages.kernels()
              if generation(release) == 6]
    if not former:
        lab.report.skipped("the driver before 7.0",
                           "the archive has no such kernel any more")
        return
    clocks(lab, "former", former[0])


class Writer:
    """A process of the host that updates the page in the guest's memory."""

    def __init__(self, lab, guest, rate, *more):
        # The guest's counter is this machine's and a constant, which is taken
        # so that no reference lies in the guest's future.
        inside = pair(guest)[0]
        here = int(subprocess.run([lab.writer, "now"], check=True, text=True,
                                  stdout=subprocess.PIPE).stdout)
        self.process = subprocess.Popen(
            [str(word) for word in (lab.writer, guest.shared, SHARED_ADDRESS,
                                    rate, 60, (inside - here) % 2**64, *more)],
            stdout=subprocess.PIPE, text=True)

    def end(self):
        """How many updates it made."""
        try:
            self.process.terminate()
            return int(self.process.communicate(timeout=60)[0])
        finally:
            self.process.kill()


def check_line(first, fields):
    """All that an update writes follows from its counter_value."""
    counter = fields["counter_value"]
    same("the reference of one update", (
        (fields["time_sec"] << 64) + fields["time_frac_sec"],
        fields["time_esterror_nanosec"], fields["seq_count"] & 1),
        (pages.at(first, counter), counter % 1009, 0))


def snapshots_of(guest, count):
    """The pages of a recording as fields, but for the first, set by hand."""
    text = guest.expect(0, f"vmclockctl record --all -n {count} --interval 1ms "
                        f"--duration 4s {NODE} | gzip", 30).raw
    lines = [json.loads(line) for line in gzip.decompress(text).splitlines()]
    return [pages.unpack(bytes.fromhex(line["page"]["hex"]).ljust(4096, b"\0"))
            for line in lines if line.get("page")][1:]


def torn_is_noticed(lab, guest, case):
    with case("a writer without a seqlock: the lab notices torn snapshots"):
        first = pages.unpack(guest.page(SHARED_ADDRESS))
        writer = Writer(lab, guest, 10**8, "bare")
        torn = 0
        try:
            for fields in snapshots_of(guest, 300):
                try:
                    check_line(first, fields)
                except Failure:
                    torn += 1
        finally:
            writer.end()
        true("some are torn", torn > 0)


def writers(lab, guest, case):
    for rate, count in ((1000, 300), (100000, 1000)):
        with case(f"{rate} updates a second: {count} snapshots, none torn; "
                  "the PHC agrees") as told:
            fields = pages.unpack(guest.page(SHARED_ADDRESS))
            begun = time.monotonic()
            writer = Writer(lab, guest, rate)
            try:
                time.sleep(0.3)
                seen = snapshots_of(guest, count)
                phc = f"probe phc /dev/$(basename {PHC})"
                out = guest.expect(0, f"{phc}; vmclockctl show --json {NODE}; "
                                   f"{phc}").out.splitlines()
            finally:
                updates = writer.end()
                seconds = time.monotonic() - begun
            true(f"{len(seen)} snapshots are many", len(seen) > count // 3)
            for page in seen:
                check_line(fields, page)
            document = json.loads(out[1])
            said = document["time"]
            between = int(said["sec"]) * pages.NANOSECONDS + said["nsec"]
            # Two references on one line may differ by a rounding.
            true(f"{out[0]} <= {between} <= {out[2]}",
                 int(out[0]) - 1 <= between <= int(out[2]) + 1)
            true(f"{updates} updates in {seconds:.1f} s",
                 updates > rate * seconds * 0.5)
            told.append(f"{len(seen)} snapshots, {updates} updates in "
                        f"{seconds:.1f} s")
        with case(f"{rate} updates a second: verify passes, series.* too"):
            writer = Writer(lab, guest, rate)
            try:
                document = guest.expect(
                    0, f"vmclockctl verify --json --duration 1s {NODE}").json()
            finally:
                writer.end()
            series = [row["status"] for row in document["results"]
                      if row["id"].startswith("series.")]
            true(f"series rules were judged: {series}", series.count("ok") > 3)


def notify(guest):
    for level in (1, 0):
        guest.qtest(f"set_irq_in /machine/q35/ioapic unnamed-gpio-in "
                    f"{acpi.GSI} {level}")


def notifications(guest, case, fields):
    """watch looks once a minute here, so that poll alone can wake it."""
    fields = {**fields, "flags": fields["flags"] | pages.NOTIFICATION}
    guest.run("rmmod ptp_vmclock")
    guest.write(pages.pack(fields), 0, SHARED_ADDRESS)
    load(guest)
    with case("poll: ready until read, then with the next seq_count"):
        polls(guest, True)
    with case("watch wakes by poll within 0.5 s of a notification") as told:
        background(guest, f"watch --json --interval 1min -n 3 {NODE}", "/tmp/n")
        waits = []
        for count in range(1, 4):
            fields["disruption_marker"] += 1
            fields = update(guest, fields, SHARED_ADDRESS)
            begun = time.monotonic()
            notify(guest)
            guest.expect(0, f"i=0; while [ $(grep -c '\"event\",' /tmp/n) -lt "
                         f"{count} ]; do usleep 2000; i=$((i + 1)); "
                         "test $i -lt 2000 || exit 1; done")
            waits.append(time.monotonic() - begun)
        same("events", events(guest, "/tmp/n"), ["disruption"] * 3)
        same("status", ended(guest, "/tmp/n"), 0)
        true(f"{waits} s are short", min(waits) < 0.5)
        told.append(f"wake to line {min(waits) * 1000:.0f} ms at best, the "
                    "lab's own way included")
    return fields


def shared(lab):
    """A page in memory that a process of the host writes to."""
    release = lab.packages.kernels()[0][0]
    case = lab.report.case
    memory = lab.place / "memory"
    table = lab.place / "ssdt.aml"
    table.write_bytes(acpi.table(SHARED_ADDRESS, PAGE_SIZE))
    with open(memory, "wb") as file:
        file.truncate(MEMORY << 20)
    guest = Guest(lab, "shared", release, ["-acpitable", f"file={table}"],
                  memory=memory)
    try:
        calibrate(guest)
        fields = clock(guest)
        fields["flags"] |= pages.MONOTONIC
        guest.write(pages.pack(fields), 0, SHARED_ADDRESS)
        with case("the driver takes a page in the guest's memory"):
            load(guest)
            same("page", guest.expect(0, f"vmclockctl dump {NODE} | cat").raw,
                 pages.pack(fields))
            same("PHC minus TAI", agrees(guest, fields), 0)
        writers(lab, guest, case)
        torn_is_noticed(lab, guest, case)
        notifications(guest, case, clock(guest))
    finally:
        guest.close()
        memory.unlink()


BOOTS = {
    "device": device,
    "shared": shared,
    "clocks": clocks_now,
    "former": clocks_former,
}
