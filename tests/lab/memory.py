# SPDX-License-Identifier: BSD-2-Clause
"""The page without a driver, through /dev/mem, on the stable system's kernel."""

import json
import re
import time

import acpi
import library
import named
import page as pages
from ask import (background, broken, calibrate, clock, diagnosed, ended, events,
                 same, same_events, show, true, update)
from device import migration
from machine import MEMORY, PAGE_SIZE, Guest
from shared import Writer, check_line, snapshots_of

# Below 1 MiB, as Firecracker's is, in what is memory without the hole.
LOW_ADDRESS = 0x90000
LOW_HOLE = f"memmap=4K$0x{LOW_ADDRESS:x}"
NO_DRIVER = "read through /dev/mem, without a driver"


def source_of(guest):
    return f"mem:0x{guest.address:x}"


def same_bytes(guest, options=""):
    same("dump", guest.expect(0, f"vmclockctl dump {options} | cat").raw,
         guest.page())


def refuses(guest, words, reason, hint=""):
    result = guest.expect(3, words)
    true(f"{reason}\n{result}", re.search(reason, result.err))
    true(f"hint: {hint}\n{result}", re.search(f"hint: .*{hint}", result.err,
                                              re.S))


def mapped_alone(guest):
    """What a watch that runs has mapped and opened of memory."""
    process = "/proc/$(cat /tmp/w.pid)"
    rows = [line.split() for line in guest.expect(
        0, f"grep /dev/mem {process}/maps").out.splitlines()]
    same("mappings of memory", [(row[1], int(row[2], 16)) for row in rows],
         [("r--s", guest.address)])
    begin, end = (int(word, 16) for word in rows[0][0].split("-"))
    same("mapped bytes", end - begin, PAGE_SIZE)
    flags = guest.expect(
        0, f"for f in {process}/fd/*; do test $(readlink $f) = /dev/mem && "
        f"grep flags {process}/fdinfo/${{f##*/}}; done; true").out.split()
    same("opened read-only", [int(word, 8) & 3 for word in flags[1::2]], [0])


def refusals(guest, case):
    with case("refused, and why: not root, System RAM, zeros, nothing there"):
        show_at = "vmclockctl show --phys"
        here = f"{show_at} 0x{guest.address:x}"
        refuses(guest, f"probe unprivileged {here}",
                "cannot open /dev/mem: Permission denied", "run it as root")
        refuses(guest, f"{show_at} 0x1000000", "inside System RAM")
        refuses(guest, f"{show_at} 0x0", "System RAM|zeros|no magic")
        refuses(guest, f"{show_at} 0x{guest.address + PAGE_SIZE:x}",
                "not a VMClock page|does not let it be mapped")
        guest.expect(2, f"{show_at} 0x{guest.address + 8:x}")
    with case("no /dev/mem: status 3, no device; --phys says what is missing"):
        guest.expect(0, "mv /dev/mem /dev/hidden")
        true("as without a device", "hint: vmclockctl doctor" in
             guest.expect(3, "vmclockctl").err)
        refuses(guest, here, "cannot open /dev/mem: No such file", "no node")
        guest.expect(0, "mv /dev/hidden /dev/mem")


def read_without(guest, case):
    with case(f"{guest.release} has no driver: the firmware's region is read, "
              "and one line says so"):
        result = guest.expect(0, "vmclockctl show --json")
        document = result.json()
        same("kind and path", (document["source"]["kind"],
                               document["source"]["path"]),
             ("memory", source_of(guest)))
        same("lines said", len(result.err.splitlines()), 1)
        true("the device and the way", "AMZNC10C:00" in result.err
             and "/dev/mem" in result.err)
        same_bytes(guest)
    with case("--phys and mem: are the same page, and nothing is said"):
        same_bytes(guest, f"--phys 0x{guest.address:x}")
        same_bytes(guest, source_of(guest))
        same("said", guest.expect(
            0, f"vmclockctl show --phys {guest.address}").err, "")
    with case("doctor: no driver, and readable through /dev/mem meanwhile"):
        diagnosed(guest, ("ok", "device", "AMZNC10C:00"),
                  ("problem", "driver", "before 6.13|without its configuration"),
                  ("ok", "memory", "readable through /dev/mem meanwhile"))
    with case("verify: the driver's rules do not apply, the firmware's do"):
        document = guest.expect(
            0, "vmclockctl verify --json --duration 300ms").json()
        same("broken rules", broken(document), [])
        rows = {row["id"]: row for row in document["results"]}
        for ident, row in rows.items():
            if ident.split(".")[0] in ("driver", "phc", "notify"):
                same(ident, (row["status"], row["message"]),
                     ("not-applicable", NO_DRIVER))
        same("firmware", (rows["firmware.id"]["status"],
                          rows["firmware.region"]["status"]), ("ok", "ok"))
    with case("dump --format json has the machine, and is a SOURCE"):
        document = guest.expect(0, "vmclockctl dump --format json >/tmp/r; "
                                "cat /tmp/r").json()
        same("machine", document["machine"]["kernel"], guest.release)
        guest.expect(0, "vmclockctl diff /tmp/r " + source_of(guest))


def device(lab):
    """QEMU's own device below a kernel that has no driver for it."""
    case = lab.report.case
    disk = lab.scratch / "snapshots.qcow2"
    lab.qemu("qemu-img", "create", "-q", "-f", "qcow2", disk, "512M")
    words = ["-device", "vmclock",
             "-drive", f"if=none,id=snapshots,format=qcow2,file={disk}"]
    guest = Guest(lab, "memory", lab.packages.own_kernel(), words)
    try:
        read_without(guest, case)
        with case("watch maps the region's page alone, read-only; each restore "
                  "is one disruption"):
            background(guest, "watch --json --interval 20ms", "/tmp/w")
            mapped_alone(guest)
            for count in range(1, 4):
                guest.hmp("savevm first")
                guest.hmp("loadvm first")
                same_events(guest, "/tmp/w", ["disruption"] * count)
            guest.expect(0, "kill $(cat /tmp/w.pid)")
            same("status", ended(guest, "/tmp/w"), 0)
        refusals(guest, case)
        images(lab, guest, case)
        guest = migration(lab, guest, case, words, source_of(guest))
    finally:
        guest.close()


def images(lab, guest, case):
    """What QEMU writes of the guest's memory, read outside."""
    place = lab.scratch
    with case("dump-guest-memory: found by address and by a search; compressed, "
              "it is named"):
        guest.qmp("dump-guest-memory", paging=False,
                  protocol=f"file:{place / 'core'}")
        (place / "page").write_bytes(guest.page())
        lab.outside(0, "show", "--scan", place / "core")
        document = json.loads(lab.outside(
            0, "show", "--json", "--phys", hex(guest.address), place / "core"))
        same("page", bytes.fromhex(document["page"]["hex"]),
             guest.page().rstrip(b"\0"))
        guest.qmp("dump-guest-memory", paging=False, format="kdump-zlib",
                  protocol=f"file:{place / 'compressed'}")
        true("named", "compressed dump" in lab.outside(
            3, "show", place / "compressed"))
    with case("pmemsave of the page: a SOURCE"):
        guest.qmp("pmemsave", val=guest.address, size=PAGE_SIZE,
                  filename=str(place / "saved"))
        lab.outside(0, "diff", place / "saved", place / "page")


def written(lab, guest, case):
    """A process of the host writes the page all the while."""
    source = source_of(guest)
    library.in_memory(guest, case)
    with case("1000 updates a second: none of the snapshots is torn") as told:
        first = pages.unpack(guest.page())
        writer = Writer(lab, guest, 1000)
        try:
            time.sleep(0.3)
            seen = snapshots_of(guest, 1000, source)
        finally:
            updates = writer.end()
        true(f"{len(seen)} snapshots are many", len(seen) > 300)
        for page in seen:
            check_line(first, page)
        told.append(f"{len(seen)} snapshots, {updates} updates")
    with case("1000 updates a second, a new marker every 700: each disruption "
              "is told once") as told:
        before = pages.unpack(guest.page())["disruption_marker"]
        background(guest, f"watch --json --interval 10ms {source}", "/tmp/w")
        writer = Writer(lab, guest, 1000, "700")
        try:
            time.sleep(8)
        finally:
            updates = writer.end()
        markers = pages.unpack(guest.page())["disruption_marker"] - before
        true("markers", markers >= 5)
        time.sleep(1)
        lines = events(guest, "/tmp/w")
        same("disruptions", lines.count("disruption"), markers)
        same("lost, and others", set(lines) - {"disruption", "missed"}, set())
        guest.expect(0, "kill $(cat /tmp/w.pid)")
        same("status", ended(guest, "/tmp/w"), 0)
        told.append(f"{markers} markers in {updates} updates")
    with case("1000 updates a second: verify passes, series.* too"):
        writer = Writer(lab, guest, 1000)
        try:
            document = guest.expect(
                0, f"vmclockctl verify --json --duration 1s {source}").json()
        finally:
            writer.end()
        series = [row["status"] for row in document["results"]
                  if row["id"].startswith("series.")]
        true(f"series rules were judged: {series}", series.count("ok") > 3)


def unsettled(guest, case):
    with case("a seq_count that stays odd: status 4, and record says how long",
              named.STUCK):
        guest.write((pages.unpack(guest.page())["seq_count"] | 1).to_bytes(
            4, "little"), 0x0c)
        guest.expect(4, f"vmclockctl show {source_of(guest)}")
        lines = guest.expect(
            0, f"vmclockctl record --duration 400ms {source_of(guest)}"
            ).out.splitlines()
        true("unsettled", any("unsettled" in line for line in lines))


def clock_cases(guest, case):
    with case("compare: CLOCK_REALTIME against the page, no PHC"):
        document = guest.expect(
            0, f"vmclockctl compare --json {source_of(guest)}").json()
        clocks = [row["clock"] for row in document["measurements"]]
        true(f"no PHC in {clocks}", "CLOCK_REALTIME" in clocks
             and not any(name.startswith("ptp") for name in clocks))
    with case("show gives the time at a counter read under the page"):
        document = show(guest, source_of(guest))
        fields = pages.unpack(guest.page())
        time_ns = pages.nanoseconds(pages.at(fields, int(document["counter"])))
        said = document["time"]
        same("the time shown",
             int(said["sec"]) * pages.NANOSECONDS + said["nsec"], time_ns)


def low(lab):
    """A page below 1 MiB that a process of the host writes to."""
    case = lab.report.case
    memory, table = lab.scratch / "memory", lab.scratch / "ssdt.aml"
    table.write_bytes(acpi.table(LOW_ADDRESS, PAGE_SIZE))
    with open(memory, "wb") as file:
        file.truncate(MEMORY << 20)
    guest = Guest(lab, "low", lab.packages.own_kernel(),
                  ["-acpitable", f"file={table}"], append=LOW_HOLE,
                  memory=memory, reserved=False)
    try:
        guest.address = LOW_ADDRESS
        with case("zeros at the firmware's region: named, and no page"):
            guest.write(bytes(PAGE_SIZE))
            refuses(guest, "vmclockctl show", "zeros where the magic",
                    "doctor")
        calibrate(guest)
        guest.write(pages.pack(clock(guest)))
        read_without(guest, case)
        clock_cases(guest, case)
        written(lab, guest, case)
        with case("an update by hand is seen at once; diff names the event"):
            guest.expect(0, f"vmclockctl dump -o /tmp/b {source_of(guest)}")
            fields = pages.unpack(guest.page())
            update(guest, {**fields, "disruption_marker": 99})
            true("diff", "event: disruption" in guest.expect(
                1, f"vmclockctl diff /tmp/b {source_of(guest)}").out)
        unsettled(guest, case)
    finally:
        guest.close()
        memory.unlink()



def locked(lab):
    """The same kernel locked down, as with Secure Boot."""
    guest = Guest(lab, "locked", lab.packages.own_kernel(),
                  ["-device", "vmclock"], append="lockdown=integrity")
    try:
        with lab.report.case("kernel lockdown: status 3, and the hint names it "
                             "where it can be seen"):
            refuses(guest, "vmclockctl show", "Operation not permitted",
                    "a security module")
            guest.expect(0, "mount -t securityfs none /sys/kernel/security")
            refuses(guest, "vmclockctl show", "Operation not permitted",
                    "locked down")
            true("doctor", "Operation not permitted" in guest.expect(
                1, "vmclockctl doctor").out.replace("\n        ", ""))
    finally:
        guest.close()
