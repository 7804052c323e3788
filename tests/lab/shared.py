# SPDX-License-Identifier: BSD-2-Clause
"""A page in memory that a process of the host writes to, with notifications."""

import gzip
import json
import subprocess
import threading
import time

import acpi
import library
import page as pages
from ask import (NODE, PHC, agrees, background, calibrate, clock, ended, events,
                 pair, polls, reload, same, true, update)
from machine import MEMORY, PAGE_SIZE, SHARED_ADDRESS, Failure, Guest
from packages import command


class Writer:
    """A process of the host that updates the page in the guest's memory."""

    def __init__(self, lab, guest, rate, *more):
        # The guest's counter is one of this machine's and a constant, which is
        # taken so that no reference lies in the guest's future.
        words = lab.writer, guest.host_counter
        inside = pair(guest)[0]
        here = int(command(*words, "now"))
        self.process = subprocess.Popen(
            [str(word) for word in (*words, guest.shared,
                                    guest.address - guest.memory_base, rate, 60,
                                    (inside - here) % 2**64, *more)],
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


def snapshots_of(guest, count, source=NODE):
    """The pages of a recording as fields, but for the first, set by hand."""
    text = guest.expect(0, f"vmclockctl record --all -n {count} --interval 1ms "
                        f"--duration 15s {source} | gzip", 60).raw
    lines = [json.loads(line) for line in gzip.decompress(text).splitlines()]
    return [pages.unpack(bytes.fromhex(line["page"]["hex"]).ljust(4096, b"\0"))
            for line in lines if line.get("page")][1:]


def torn_is_noticed(lab, guest, case):
    with case("a writer without a seqlock: the lab notices torn snapshots"):
        first = pages.unpack(guest.page())
        writer = Writer(lab, guest, 10**8, "bare")
        torn = 0
        # On a busy host the writer and the guest seldom run at one time.
        end = time.monotonic() + 60
        try:
            while not torn and time.monotonic() < end:
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
            fields = pages.unpack(guest.page())
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
            true(f"{len(seen)} snapshots are many", len(seen) > 100)
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
        place, number = guest.notifier
        guest.qtest(f"set_irq_in {place} unnamed-gpio-in {number} {level}")


def notifications(guest, case, fields):
    """watch looks once a minute here, so that poll alone can wake it."""
    fields = {**fields, "flags": fields["flags"] | pages.NOTIFICATION}
    reload(guest, pages.pack(fields))
    with case("poll: ready until read, then with the next seq_count"):
        polls(guest, True)
    with case("watch wakes by poll within 0.5 s of a notification") as told:
        background(guest, f"watch --json --interval 1min -n 3 {NODE}", "/tmp/n")
        guest.expect(0, f"probe wakes {NODE} /tmp/n 3 >/tmp/wakes 2>&1 & "
                     "sleep 0.2")
        for count in range(1, 4):
            fields["disruption_marker"] += 1
            fields = update(guest, fields)
            # Once nothing else runs in the guest, which has one processor.
            timer = threading.Timer(0.4, notify, [guest])
            timer.start()
            guest.expect(0, "sleep 1; i=0; while [ $(wc -l </tmp/wakes) -lt "
                         f"{count} ]; do sleep 0.1; i=$((i + 1)); "
                         "test $i -lt 100 || exit 1; done")
            timer.join()
        same("events", events(guest, "/tmp/n"), ["disruption"] * 3)
        same("status", ended(guest, "/tmp/n"), 0)
        waits = [int(line) / 1e6 for line in
                 guest.expect(0, "cat /tmp/wakes").out.split()]
        true(f"{waits} ms are short", min(waits) < 500)
        told.append("wake to line, in the guest: " + ", ".join(
            f"{wait:.2f} ms" for wait in waits))
    return fields


def delivery(guest, fields, notifying):
    """verify over a page that is updated all the while: notify.delivery.

    On a busy machine no update may come while it watches: it then watches for
    longer.
    """
    for duration in (1500, 6000, 24000):
        background(guest, f"verify --json --duration {duration}ms --only "
                   f"notify.delivery {NODE}", "/tmp/v")
        count = 0
        while guest.run("test -s /tmp/v.status").status:
            fields["disruption_marker"] += 1
            fields = update(guest, fields)
            count += 1
            if notifying:
                notify(guest)
            time.sleep(0.2)
        status = ended(guest, "/tmp/v")
        row = json.loads(guest.expect(0, "cat /tmp/v").out)["results"][0]
        if "no update came" not in (row["message"] or ""):
            break
    same("status", status, 0 if notifying else 1)
    same("notify.delivery", row["status"], "ok" if notifying else "fail")
    return fields, f"{count} updates; {row['actual'] or row['message']}"


def deliveries(guest, case, fields):
    with case("verify: updates that are notified keep notify.delivery") as told:
        fields, text = delivery(guest, fields, True)
        told.append(text)
    with case("verify: updates without a notification break it") as told:
        fields, text = delivery(guest, fields, False)
        told.append(text)


def shared_cases(lab, guest):
    """The page lies where `guest.address` says."""
    case = lab.report.case
    calibrate(guest)
    fields = clock(guest)
    fields["flags"] |= pages.MONOTONIC
    with case("the driver takes a page in the guest's memory"):
        reload(guest, pages.pack(fields))
        same("page", guest.expect(0, f"vmclockctl dump {NODE} | cat").raw,
             pages.pack(fields))
        same("PHC minus TAI", agrees(guest, fields), 0)
    writers(lab, guest, case)
    torn_is_noticed(lab, guest, case)
    library.beside_a_writer(lab, guest, case, Writer)
    fields = notifications(guest, case, clock(guest))
    fields = library.by_poll(guest, case, fields, notify)
    deliveries(guest, case, fields)
    reload(guest, pages.pack(clock(guest)))
    library.examples(guest, case, pages.unpack(guest.page()))


def shared(lab):
    """A page in memory that a process of the host writes to."""
    release = lab.packages.kernels()[0][0]
    memory = lab.scratch / "memory"
    table = lab.scratch / "ssdt.aml"
    table.write_bytes(acpi.table(SHARED_ADDRESS, PAGE_SIZE))
    with open(memory, "wb") as file:
        file.truncate(MEMORY << 20)
    guest = Guest(lab, "shared", release, ["-acpitable", f"file={table}"],
                  memory=memory)
    try:
        guest.address = SHARED_ADDRESS
        shared_cases(lab, guest)
    finally:
        guest.close()
        memory.unlink()
