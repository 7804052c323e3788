# SPDX-License-Identifier: BSD-2-Clause
"""PTP clocks of other drivers beside the page: virtio_rtc's and the mock-up's.

The modules are those that Debian's kernels leave out, the device is of a QEMU
newer than the lab's.
"""

import machine
import page as pages
from ask import NODE, calibrate, clock, diagnosed, load, reload, same, true
from extras import needs
from machine import Guest

VIRTIO = "Virtio PTP type 0/variant 0"


def clocks_of(guest):
    """The PTP clocks by the names that their drivers give them."""
    lines = guest.expect(0, "cd /sys/class/ptp; for p in ptp*; do "
                         "echo $p $(cat $p/clock_name); done").out.splitlines()
    return {line.split(" ", 1)[1]: line.split(" ", 1)[0] for line in lines}


def measured(guest, name):
    """compare's measurement and clock of this name, asked for by its path."""
    path = f"/dev/{clocks_of(guest)[name]}"
    document = guest.expect(
        0, f"vmclockctl compare --json --phc {path} {NODE}").json()
    return tuple([row for row in document[rows]
                  if row["clock"].startswith("ptp")][0]
                 for rows in ("measurements", "clocks"))


def image(lab, release):
    path = lab.scratch / "initramfs"
    path.write_bytes(lab.images[release].read_bytes()
                     + machine.initramfs(lab.extras.found["modules"]))
    return path


def other_clocks(guest, case):
    with case("virtio_rtc without its driver: doctor names the module"):
        same("status", "modprobe virtio_rtc" in guest.run(
            "vmclockctl doctor").out, True)
    with case("virtio_rtc: a PTP clock of type UTC, which compare measures "
              "against the page") as told:
        guest.expect(0, "insmod /lib/virtio_rtc.ko")
        row, _ = measured(guest, VIRTIO)
        # QEMU reads the host's clock, the page has the guest's, set to seconds
        # by a host that may be slow.
        true(f"{row['offset_ns']} ns is near UTC",
             abs(row["offset_ns"]) < 15 * pages.NANOSECONDS)
        told.append(f"{row['offset_ns']} ns by {row['method']}")
    with case("doctor: virtio_rtc's clock by its type, and chrony's line about "
              "it by the sum"):
        path = f"/dev/{clocks_of(guest)[VIRTIO]}"
        diagnosed(guest, ("ok", "virtio-rtc", "bound"),
                  ("note", "phc", "type utc"))
        guest.expect(0, "mkdir -p /etc/chrony; cd /etc/chrony; touch leaps; "
                     "printf '%s\\n' 'leapseclist /etc/chrony/leaps' "
                     f"'refclock PHC {path} poll -1 tai' >chrony.conf")
        diagnosed(guest, ("problem", "chrony", "37 s behind: the PHC shows UTC"
                          f".*instead: refclock PHC {path} poll -1$"))
        guest.expect(0, "rm -r /etc/chrony")
    with case("the mock-up PTP clock: listed by its kind, and far off"):
        guest.expect(0, "insmod /lib/mock.ko")
        _, about = measured(guest, "Mock-up PTP clock")
        same("kind", about["phc"]["kind"], "mock")
        true(f"far off: {about['note']}", "not UTC" in about["note"])
        diagnosed(guest, ("note", "phc", "Mock-up"))
    with case("the page's own PTP clock is found among them"):
        rows = guest.expect(0, f"vmclockctl compare --json {NODE}"
                            ).json()["measurements"]
        own = [row for row in rows if row["clock"].startswith("ptp")]
        same("clocks", [row["clock"] for row in own],
             [clocks_of(guest)["vmclock0"]])
        true("inside", own[0]["bounds"] == "inside")


@needs("modules", "newest-qemu", full=True)
def virtio(lab):
    """virtio_rtc and the mock-up PTP clock"""
    release = lab.packages.kernels()[0][0]
    guest = Guest(lab, "virtio", release,
                  ["-device", "vmclock", "-device", "virtio-rtc-pci"],
                  image=image(lab, release),
                  qemu=lab.extras.found["newest-qemu"])
    try:
        calibrate(guest)
        load(guest)
        reload(guest, pages.pack(clock(guest)))
        other_clocks(guest, lab.report.case)
    finally:
        guest.close()
