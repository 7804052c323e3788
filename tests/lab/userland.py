# SPDX-License-Identifier: BSD-2-Clause
"""udevd and chronyd in the guest, with the files of contrib/."""

import re

import machine
import page as pages
from ask import (NODE, calibrate, clock, diagnosed, load, same, true)
from extras import needs
from machine import Guest

RULES = "contrib/udev/45-vmclock.rules"
CHRONY = ("vmclock-tai.conf", "vmclock-utc.conf")
PTP = "/dev/ptp0"
LEAPS = "leapseclist /usr/share/zoneinfo/leap-seconds.list"


def image(lab, release):
    """The guest's own files, and after them those of the userland."""
    files = dict(lab.extras.found["userland"])
    files[f"etc/udev/rules.d/{RULES.rpartition('/')[2]}"] = (
        lab.root / RULES).read_bytes()
    for name in CHRONY:
        files[f"contrib/{name}"] = (
            lab.root / "contrib/chrony" / name).read_bytes()
    path = lab.scratch / "initramfs"
    path.write_bytes(lab.images[release].read_bytes()
                     + machine.initramfs(files))
    return path


def triggered(guest, *groups):
    """What udevd makes of both devices where these groups exist."""
    lines = ["root:x:0:", *(f"{name}:x:{number}:" for number, name in groups)]
    guest.expect(0, f"printf '%s\\n' {' '.join(lines)} >/etc/group; "
                 f"chown 0:0 {NODE} {PTP}; chmod 600 {NODE} {PTP}; "
                 "rm -f /dev/ptp_vmclock; udevadm control --exit; "
                 "systemd-udevd --daemon 2>/tmp/udevd && "
                 "udevadm trigger --action=add -s misc -s ptp && "
                 "udevadm settle -t 30", limit=60)
    return guest.expect(0, f"stat -c '%a %g' {NODE} {PTP}; "
                        "readlink /dev/ptp_vmclock; udevadm info -q property "
                        f"-n {NODE} | grep ^TAGS=").out.splitlines()


def rules(guest, case):
    linked = ["ptp0", "TAGS=:systemd:"]
    with case("udevd: a group that is missing costs the rights; the link and the "
              "tag are there"):
        rows = triggered(guest)
        same("link and tag", rows[2:], linked)
        same("groups", [row.split()[1] for row in rows[:2]], ["0", "0"])
        diagnosed(guest, ("note", "unprivileged", "group is root.*groupadd "
                          "--system vmclock; systemctl restart systemd-udevd"))
    with case("udevd: the page and its PTP clock are for vmclock"):
        same("made", triggered(guest, (901, "vmclock")),
             ["440 901", "440 901", *linked])
        diagnosed(guest, ("ok", "unprivileged", "group vmclock can"))
    with case("udevd: they are for clock where there is one"):
        same("made", triggered(guest, (901, "vmclock"), (902, "clock")),
             ["440 902", "440 902", *linked])
        diagnosed(guest, ("ok", "unprivileged", "group clock can"))


def configure(guest, *lines):
    text = "\n".join(("cmdport 0", "confdir /etc/chrony/conf.d", *lines))
    guest.expect(0, f"mkdir -p /etc/chrony/conf.d /run/chrony; echo '{text}' "
                 ">/etc/chrony/chrony.conf")


def chosen(guest, name):
    guest.expect(0, "rm -f /etc/chrony/conf.d/*; cp /contrib/"
                 f"{name} /etc/chrony/conf.d/")


def measured(guest):
    """By how many seconds chronyd finds the clock wrong, or why it ends."""
    said = guest.run("chronyd -Q -U -t 20 -u root", limit=60)
    text = said.out + said.err
    found = re.search(r"clock wrong by (\S+) seconds", text)
    if found:
        return float(found.group(1))
    ended = re.search(r"Fatal error : (.*)", text)
    true(f"chronyd has an answer: {text}", ended)
    return ended.group(1)


def refclocks(guest, case):
    own = "refclock PHC /dev/ptp_vmclock .* tai"
    with case("chronyd: vmclock-tai.conf needs a leap-second table, which doctor "
              "says, with the line"):
        configure(guest)
        chosen(guest, "vmclock-tai.conf")
        true("it ends", "tai option requires" in measured(guest))
        diagnosed(guest, ("problem", "chrony", f"does not start.*{LEAPS}"))
    with case("chronyd: with vmclock-tai.conf the clock is right") as told:
        configure(guest, LEAPS)
        off = measured(guest)
        true(f"{off} s is none", abs(off) < 0.01)
        diagnosed(guest, ("ok", "chrony", own))
        told.append(f"chronyd: wrong by {off} s")
    with case("chronyd: with vmclock-utc.conf it is 37 s wrong, as doctor says"):
        chosen(guest, "vmclock-utc.conf")
        same("wrong by", round(measured(guest), 1), 37.0)
        diagnosed(guest, ("problem", "chrony", f"37 s ahead.*instead: {own}"))
    with case("chronyd: offset -37 is as good as tai"):
        guest.expect(0, "sed -i 's/$/ offset -37/' /etc/chrony/conf.d/*")
        true("right", abs(measured(guest)) < 0.01)
        diagnosed(guest, ("ok", "chrony", "offset -37"))
    with case("chronyd: without the link it ends, as doctor says"):
        guest.expect(0, "rm /dev/ptp_vmclock")
        same("end", measured(guest), "Could not open PHC")
        diagnosed(guest, ("problem", "chrony", "/dev/ptp_vmclock is not there"
                          ".*45-vmclock.rules.*/dev/ptp0 .* tai"))


@needs("userland")
def userland(lab):
    """udevd and chronyd with the files of contrib/"""
    release = lab.packages.kernels()[0][0]
    guest = Guest(lab, "userland", release, ["-device", "vmclock"],
                  image=image(lab, release))
    try:
        calibrate(guest)
        guest.write(pages.pack(clock(guest)))
        load(guest)
        rules(guest, lab.report.case)
        refclocks(guest, lab.report.case)
    finally:
        guest.close()
