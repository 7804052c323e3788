# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's own page as it is, its snapshots and a migration."""

import json
import re
import time

import library
import named
import page as pages
from ask import (DRIVER_RULES, NODE, background, broken, calibrate, clock,
                 diagnosed, driver_table, ended, fields_of, judged, load,
                 mended, polls, ptp_table, refused, reload, same, same_bytes,
                 same_events, show, true, verified)
from machine import DEVICE_ADDRESS, PAGE_SIZE, Guest


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
    guest.expect(0, "! test -e /sys/class/misc/vmclock0/device")
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


def unloaded(guest, case):
    listed = "/lib/modules/$(uname -r)"
    there = (("ok", "hypervisor", "QEMU"), ("ok", "device", "AMZNC10C:00"),
             ("ok", "region", f"4096 bytes at {DEVICE_ADDRESS:#x}"))
    with case("doctor, the driver not loaded: no list of modules, one with it, "
              "one without"):
        diagnosed(guest, *there, ("problem", "driver", "without its configuration or a list"))
        guest.expect(0, f"mkdir -p {listed}; echo kernel/drivers/ptp/"
                     f"ptp_vmclock.ko: >{listed}/modules.dep")
        diagnosed(guest, *there, ("problem", "driver",
                                  "not loaded.*modprobe ptp_vmclock"))
        guest.expect(0, f"echo kernel/fs/fuse.ko: >{listed}/modules.dep")
        diagnosed(guest, *there, ("problem", "driver", "has no ptp_vmclock"))
        guest.expect(0, "rm -r /lib/modules")
    with case("without a node, and without /dev/mem, every command has status 3 "
              "and names doctor"):
        for words in ("show", "dump", "verify", "watch", "record", "compare"):
            true(words, "hint: vmclockctl doctor" in
                 refused(guest, f"vmclockctl {words}").err)
    with case("without a node the page is read through /dev/mem"):
        true("said", "through /dev/mem" in guest.expect(
            0, "vmclockctl dump | cat >/tmp/m").err)
        same("bytes", guest.expect(0, "cat /tmp/m").raw, guest.page())


def examined(guest, case):
    with case("doctor: the disruption signal alone is healthy"):
        diagnosed(guest, ("ok", "driver", "is bound"), ("ok", "node", NODE),
                  ("ok", "page", "only the disruption signal"),
                  ("note", "phc", "no clock"),
                  ("note", "unprivileged", "only root"))
    with case("doctor without root: the node, and no addresses"):
        diagnosed(guest, ("problem", "node", "not readable.*udev"),
                  ("note", "region", "only to root"),
                  run="probe unprivileged vmclockctl doctor --json")
    with case("the node taken away: verify has status 3, doctor says it"):
        guest.expect(0, f"mv {NODE} /dev/hidden")
        refused(guest, "vmclockctl verify")
        diagnosed(guest, ("problem", "node", "/dev has no node for it"))
        guest.expect(0, f"mv /dev/hidden {NODE}")


def marker(guest):
    return show(guest)["raw"]["disruption_marker"]


def keep(lab, guest, name):
    """The page as it is, in a file here."""
    path = lab.scratch / name
    path.write_bytes(guest.page())
    return path


def together(lab, case, kept):
    """Pages that QEMU wrote, judged together."""
    with case("verify --series passes QEMU's pages, --restores names the snapshot "
              "that was restored twice"):
        judged = json.loads(lab.outside(0, "verify", "--json", "--series", *kept))
        same("sources", len(judged["sources"]), 3)
        same("conformant", judged["conformant"], True)
        lab.outside(0, "verify", "--restores", "--before", *kept[:2])
        judged = json.loads(lab.outside(
            1, "verify", "--json", "--restores", "--before", *kept))
        same("broken rules", broken(judged), ["series.marker-unique"])


def restore(guest, name):
    guest.hmp(f"savevm {name}")
    guest.hmp(f"loadvm {name}")


def snapshots(lab, guest, case):
    """loadvm: a new marker, and the same one each time."""
    kept = [keep(lab, guest, "boot.page")]
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
        kept.append(keep(lab, guest, "after-load1.page"))
    with case("the same snapshot again repeats the marker, and is told again"):
        guest.hmp("loadvm first")
        same("marker", marker(guest), once)
        same_events(guest, "/tmp/w", ["disruption"])
        kept.append(keep(lab, guest, "after-load2.page"))
    together(lab, case, kept)
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
    library.at_intervals(guest, case, lambda: restore(guest, "third"),
                         "the device does not notify")


def migration(lab, guest, case, words, source=NODE, **machine):
    """To a file, and on in another QEMU. Returns the guest that runs on."""
    with case("migration to another QEMU: one disruption told, diff names it"):
        guest.expect(0, f"vmclockctl dump -o /tmp/before {source}")
        background(guest, f"watch --json --interval 20ms {source}", "/tmp/m")
        before = pages.unpack(guest.page())
        state = guest.place / "state"
        guest.qmp("stop")
        guest.qmp("migrate", uri=f"file:{state}")
        end = time.monotonic() + 60
        while guest.qmp("query-migrate").get("status") != "completed":
            true("the migration ends", time.monotonic() < end)
            time.sleep(0.1)
        other = Guest(lab, f"{guest.name}-migrated", guest.release, words,
                      incoming=f"file:{state}", **machine)
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
            1, f"vmclockctl diff /tmp/before {source}").out)
        guest.expect(0, "kill $(cat /tmp/m.pid)")
        same("status", ended(guest, "/tmp/m"), 0)
    return guest


def unstable(lab, guest):
    """The kernel gave the TSC up, or may have after loadvm moved it."""
    text = "TSC given up by the kernel: the PHC gives EINVAL, show has the time"
    chosen = guest.expect(0, "cat /sys/devices/system/clocksource/clocksource0/"
                          "current_clocksource").out.strip()
    if chosen == "tsc":
        lab.report.skipped(text, "this kernel took no notice of loadvm",
                           named.UNSTABLE)
        return
    with lab.report.case(text, named.UNSTABLE):
        calibrate(guest)
        fields = clock(guest)
        reload(guest, pages.pack(fields))
        ptp_table(guest, "EINVAL")
        rows = verified(guest, options="--skip live.frequency")
        same("phc.value", rows["phc.value"]["status"], "skip")
        true("verify says why", "unstable" in rows["phc.value"]["message"])
        diagnosed(guest, ("problem", "clocksource", "given up the TSC"),
                  ("problem", "phc", "errno 22"))
        document = show(guest)
        same("status", document["decoded"]["clock_status"], "synchronized")
        time_ns = pages.nanoseconds(pages.at(fields, int(document["counter"])))
        said = document["time"]
        same("the time shown",
             int(said["sec"]) * pages.NANOSECONDS + said["nsec"], time_ns)


def given_up(lab):
    """The TSC is marked unstable from the start."""
    guest = Guest(lab, "unstable", lab.packages.kernels()[0][0],
                  ["-device", "vmclock"], tsc="tsc=unstable")
    try:
        with lab.report.case("tsc=unstable: the kernel offers no TSC"):
            true("none", "tsc" not in guest.expect(
                0, "cat /sys/devices/system/clocksource/clocksource0/"
                "available_clocksource").out.split())
        unstable(lab, guest)
    finally:
        guest.close()


def every_node(guest):
    """Each command ends on each character device, but watchdogs."""
    out = guest.expect(
        0, "for n in $(find /dev -type c ! -name 'watchdog*'); do "
        "for c in show 'watch --timeout 1s' 'verify --duration 100ms' "
        "'record -n 1' 'compare sim:steady --phc'; do "
        "timeout 20 vmclockctl $c $n >/dev/null 2>&1 </dev/null; "
        "echo $? $n $c; done; done", limit=300).out.splitlines()
    wrong = [line for line in out if not line.startswith("3 ")
             and f" {NODE} " not in line]
    same("other than refused", wrong, [])
    true(f"{len(out)} are some", len(out) > 50)
    # Nothing changes; the hole of old kernels fails verify; a page is no
    # PTP clock.
    own = f" {NODE} "
    same("of the device itself",
         dict(reversed(line.split(own)) for line in out if own in line),
         {"show": "0", "watch --timeout 1s": "1", "record -n 1": "0",
          "verify --duration 100ms": "0" if mended(guest.release) else "1",
          "compare sim:steady --phc": "3"})


def device(lab):
    """QEMU's own page as it is, and its snapshots."""
    release = lab.packages.kernels()[0][0]
    case = lab.report.case
    disk = lab.scratch / "snapshots.qcow2"
    lab.qemu("qemu-img", "create", "-q", "-f", "qcow2", disk, "512M")
    words = ["-device", "vmclock",
             "-drive", f"if=none,id=snapshots,format=qcow2,file={disk}"]
    # The kernel judges the TSC itself here.
    guest = Guest(lab, "device", release, words, tsc="")
    try:
        unloaded(guest, case)
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
        examined(guest, case)
        with case("open, mmap, mprotect, lseek, write, ioctl as known"):
            driver_table(guest)
        with case("poll and epoll without notifications"):
            polls(guest, False)
        with case("verify: the driver's, firmware's and PHC's rules",
                  named.SILENT) as told:
            rows = verified(guest)
            told.append(judged(guest, rows, *DRIVER_RULES))
            same("driver.poll", rows["driver.poll"]["message"],
                 "the device does not notify: poll hangs up at once")
            same("phc.value", rows["phc.value"]["status"], "not-applicable")
        with case("no node of /dev makes a command hang"):
            every_node(guest)
        with case("without root: status 3 and a hint; with mode 0644: 0"):
            unprivileged(guest)
        with case("mode 0444 is enough: nothing is opened for writing"):
            read_only(guest)
        snapshots(lab, guest, case)
        guest = migration(lab, guest, case, words, tsc="")
        unstable(lab, guest)
    finally:
        guest.close()
