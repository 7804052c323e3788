# SPDX-License-Identifier: BSD-2-Clause
"""Machines without a VMClock, and with one where none should be."""

import acpi
import named
import page as pages
from ask import (CLOCK_RULES, DRIVER_RULES, calibrate, clock, diagnosed, former,
                 judged, load, same, true, verified)
from machine import HOLE, MEMORY, PAGE_SIZE, SHARED_ADDRESS, Guest

# 16 MiB that stay System RAM, and that the kernel uses for nothing else; it would
# lie there itself at times if it chose its place.
SPARED = f"crashkernel=16M@{SHARED_ADDRESS:#x} nokaslr"


def none(lab):
    """A virtual machine whose hypervisor offers no VMClock."""
    case = lab.report.case
    guest = Guest(lab, "none", lab.packages.kernels()[0][0])
    try:
        with case("no device: doctor says how to get one, driver or not"):
            wanted = ("problem", "device", "offers no VMClock.*-device vmclock")
            diagnosed(guest, wanted)
            load(guest)
            diagnosed(guest, wanted, ("note", "driver", "no device for"))
        with case("no device: status 3 and a hint; a simulation works"):
            true("a hint", "hint: vmclockctl doctor" in
                 guest.expect(3, "vmclockctl").err)
            guest.expect(0, "vmclockctl show sim:steady")
            guest.expect(0, "vmclockctl compare sim:steady")
    finally:
        guest.close()


def by_vmclock_alone(lab):
    """A table with a device that has an id of its own beside VMCLOCK."""
    table = lab.scratch / "misplaced.aml"
    table.write_bytes(acpi.table(SHARED_ADDRESS, PAGE_SIZE, "LABS0001"))
    return table


def unknown(lab):
    """The driver before 7.0 does not know VMCLOCK."""
    release = former(lab)
    if not release:
        return
    guest = Guest(lab, "unknown", release,
                  ["-acpitable", f"file={by_vmclock_alone(lab)}"], append=HOLE)
    try:
        with lab.report.case("the id VMCLOCK alone before 7.0: not taken, and "
                             "doctor says which kernel does"):
            load(guest)
            diagnosed(guest, ("ok", "device", "LABS0001:00"),
                      ("problem", "driver", "7.0 or later binds to the id"))
    finally:
        guest.close()


def misplaced(lab):
    """A page amid the guest's memory, of a device known by VMCLOCK alone."""
    memory, table = lab.scratch / "memory", by_vmclock_alone(lab)
    with open(memory, "wb") as file:
        file.truncate(MEMORY << 20)
    guest = Guest(lab, "misplaced", lab.packages.kernels()[0][0],
                  ["-acpitable", f"file={table}"], append=SPARED,
                  memory=memory, reserved=False)
    try:
        guest.address = SHARED_ADDRESS
        calibrate(guest)
        guest.write(pages.pack(clock(guest)))
        load(guest)
        with lab.report.case("a region in System RAM: firmware.region fails, "
                             "firmware.id warns of another _HID") as told:
            rows = verified(guest, ["firmware.region"])
            told.append(rows["firmware.region"]["actual"])
            same("firmware.id", rows["firmware.id"]["status"], "warn")
            judged(guest, rows, *CLOCK_RULES,
                   *(rule for rule in DRIVER_RULES
                     if not rule.startswith("firmware.")))
        with lab.report.case("a region in System RAM: doctor names it",
                             named.MISPLACED):
            diagnosed(guest, ("ok", "device", "LABS0001:00"),
                      ("problem", "region", "inside System RAM"))
    finally:
        guest.close()
        memory.unlink()
