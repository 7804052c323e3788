# SPDX-License-Identifier: BSD-2-Clause
"""Two devices: QEMU's own, and one of the lab's table in the guest's memory."""

import json

import acpi
import page as pages
from ask import calibrate, clock, fields_of, load, same, true
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
    finally:
        guest.close()
        memory.unlink()
