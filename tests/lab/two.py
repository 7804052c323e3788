# SPDX-License-Identifier: BSD-2-Clause
"""Two devices: QEMU's own, and one of the lab's table in the guest's memory."""

import json

import acpi
import page as pages
from ask import (calibrate, clock, diagnosed, fields_of, load, reload, same,
                 true)
from machine import MEMORY, PAGE_SIZE, SHARED_ADDRESS, Guest

SECOND = b"VCL2"


def nodes(guest):
    """The page of each node, by its name."""
    found = guest.expect(0, "ls /dev/vmclock*").out.split()
    return {node: guest.expect(0, f"vmclockctl dump {node} | cat").raw
            for node in found}


def each_its_own(guest, case, pages_of):
    with case("two devices: each node has its own page and its own PTP clock"):
        seen = nodes(guest)
        same("nodes", sorted(seen), ["/dev/vmclock0", "/dev/vmclock1"])
        same("pages", sorted(seen.values()), sorted(pages_of))
        for node, content in seen.items():
            document = guest.expect(0, f"vmclockctl show --json {node}").json()
            same("fields", fields_of(document), pages.unpack(content))
            names = guest.expect(
                0, "cat /sys/class/ptp/*/clock_name").out.split()
            same("PTP clocks", sorted(names), ["vmclock0", "vmclock1"])
    with case("two devices: compare measures the PTP clock of the one it is "
              "asked for"):
        for node in nodes(guest):
            own = [row for row in guest.expect(
                0, f"vmclockctl compare --json {node}").json()["measurements"]
                if row["clock"].startswith("ptp")]
            same("PTP clocks", len(own), 1)
            index = own[0]["clock"].removeprefix("ptp")
            same("its name", guest.expect(
                0, f"cat /sys/class/ptp/ptp{index}/clock_name").out.strip(),
                 node.rpartition("/")[2])
            true(f"{own[0]['offset_ns']} ns is nothing",
                 abs(own[0]["offset_ns"]) < 1000)
    with case("two devices: libvmclock reads each, and without a name none"):
        for node in nodes(guest):
            guest.expect(0, f"library strict-clock {node}")
        same("said", guest.expect(1, "library strict-clock").err.strip(),
             "strict-clock: Argument list too long")
    with case("two devices: verify judges each, its region and PTP clock"):
        for node in nodes(guest):
            document = json.loads(guest.expect(
                0, f"vmclockctl verify --json --duration 100ms {node}").out)
            rows = {row["id"]: row for row in document["results"]}
            for ident in ("firmware.region", "phc.value", "phc.timescale"):
                same(f"{node} {ident}", rows[ident]["status"], "ok")


def regions(guest):
    """Where /proc/iomem has each device, as doctor writes it."""
    rows = guest.expect(0, "grep ' : AMZNC10C:' /proc/iomem").out.splitlines()
    return {row.split()[-1]: f"0x{row.split('-')[0].strip()}" for row in rows}


def clocks(guest):
    """The PTP clock and the name of the driver's device, by its parent."""
    found = {}
    for row in guest.expect(
            0, "cd /sys/class/ptp; for p in *; do echo $p $(cat "
            "$p/clock_name) $(basename $(readlink $p/device)); done"
    ).out.splitlines():
        ptp, name, parent = row.split()
        if name.startswith("vmclock"):
            found[parent] = f"/dev/{ptp}", f"/dev/{name}"
    return found


def told(guest, node, topic):
    """How many lines of a topic doctor has, asked of one device."""
    rows = guest.run(f"vmclockctl doctor --json {node}").json()["results"]
    return sum(row["topic"] == topic for row in rows)


def told_apart(guest, case):
    with case("two devices: doctor gives each its region, node and PTP clock"):
        where, which = regions(guest), clocks(guest)
        same("devices", sorted(where), ["AMZNC10C:00", "AMZNC10C:01"])
        same("those with PTP clocks", sorted(which), sorted(where))
        bound = ("ok", "driver", "ptp_vmclock is bound")
        for name, (ptp, node) in which.items():
            diagnosed(guest, bound, ("ok", "device", f"in ACPI: {name}"),
                      ("ok", "region", f"4096 bytes at {where[name]} $"),
                      ("ok", "node", f"^{node} is readable"),
                      ("ok", "phc", f"^{ptp} is the page's PTP clock"),
                      ("ok", "phc", "timescale is (TAI|UTC)"),
                      *(("note", "phc", f"^{other}: vmclock")
                        for other, _ in which.values() if other != ptp),
                      run=f"vmclockctl doctor --json {node}")
            same("regions", told(guest, node, "region"), 1)
        diagnosed(guest, bound, ("ok", "device", "in ACPI: AMZNC10C:00"),
                  ("note", "device", "the others are AMZNC10C:01"),
                  *(("ok", "region", f"^{name}: 4096 bytes at {address} $")
                    for name, address in where.items()),
                  ("note", "node", "there are several"))


def not_hidden(guest, case):
    with case("two devices: one without a node is not hidden by the other"):
        # It is large enough for a PTP clock.
        reload(guest, pages.pack(clock(guest, size=112)))
        same("nodes", len(nodes(guest)), 1)
        hidden = {name: row for name, row in clocks(guest).items()
                  if guest.run(f"test -e {row[1]}").status}
        same("without a node", len(hidden), 1)
        (name, (ptp, node)), = hidden.items()
        same("its region", regions(guest)[name], f"{SHARED_ADDRESS:#010x}")
        diagnosed(guest, ("problem", "node", f"^device {name} has no {node}: "
                          f".*; {ptp} is its PTP clock"),
                  ("ok", "node", "is readable"))
    with case("two devices: one of which the driver makes nothing is named"):
        reload(guest, pages.pack(clock(guest, size=80)))
        diagnosed(guest, ("problem", "device", f"the driver took {name}, and "
                          "made neither a node nor a PTP clock of it"),
                  ("ok", "node", "is readable"))
    with case("two devices: one that the driver refuses is named"):
        reload(guest, pages.pack(clock(guest, version=2)))
        diagnosed(guest, ("problem", "driver", f"did not take {name}"),
                  ("ok", "node", "is readable"))


def two(lab):
    """Two devices"""
    memory, table = lab.scratch / "memory", lab.scratch / "ssdt.aml"
    table.write_bytes(acpi.table(SHARED_ADDRESS, PAGE_SIZE, segment=SECOND))
    with open(memory, "wb") as file:
        file.truncate(MEMORY << 20)
    guest = Guest(lab, "two", lab.packages.kernels()[0][0],
                  ["-device", "vmclock", "-acpitable", f"file={table}"],
                  memory=memory)
    try:
        calibrate(guest)
        first = pages.pack(clock(guest))
        guest.write(first)
        guest.address = SHARED_ADDRESS
        second = pages.pack(clock(guest, disruption_marker=1000))
        guest.write(second)
        load(guest)
        each_its_own(guest, lab.report.case, [first, second])
        told_apart(guest, lab.report.case)
        not_hidden(guest, lab.report.case)
    finally:
        guest.close()
        memory.unlink()
