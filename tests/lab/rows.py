# SPDX-License-Identifier: BSD-2-Clause
"""Rules on the live device that a page breaks, and reports read elsewhere."""

import json

import named
import page as pages
from ask import (NODE, clock, diagnosed, generation, ptp_table, reload, same,
                 true, update, verified)

CLOCKSOURCE = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
CHRONY = "refclock PHC /dev/ptp0 poll 0"


def foreign(guest, case):
    others = pages.ARM if guest.counter_id == pages.TSC else pages.TSC
    with case("another processor's counter: live.counter-arch fails, and no "
              "PHC"):
        reload(guest, pages.pack(clock(guest, counter_id=others)))
        rows = verified(guest, ["live.counter-arch"])
        same("phc.present", rows["phc.present"]["status"], "ok")
        diagnosed(guest, ("problem", "phc", "made no PTP clock of it"))


def drifting(guest, case):
    with case("a period that is 2 % short: live.frequency fails"):
        fields = clock(guest)
        fields["counter_period_frac_sec"] -= (
            fields["counter_period_frac_sec"] // 50)
        reload(guest, pages.pack(fields))
        verified(guest, ["live.frequency"])


def elsewhen(guest, case):
    with case("100 s ahead of CLOCK_REALTIME: live.realtime warns"):
        fields = clock(guest)
        fields["time_sec"] += 100
        reload(guest, pages.pack(fields))
        same("live.realtime", verified(guest)["live.realtime"]["status"],
             "warn")


def late(guest, case):
    with case("a clock after the driver looked: phc.present fails"):
        reload(guest, pages.pack(clock(guest, counter_id=pages.INVALID,
                                       clock_status=0, flags=0)))
        update(guest, clock(guest))
        verified(guest, ["phc.present"])
        diagnosed(guest, ("problem", "phc", "made no PTP clock of it"))


def other_clocksource(guest, case):
    with case("another clocksource: PRECISE refused, which phc.precise notes"):
        reload(guest, pages.pack(clock(guest)))
        guest.expect(0, f"echo acpi_pm >{CLOCKSOURCE}")
        try:
            ptp_table(guest, precise="ENODEV")
            rows = verified(guest)
            same("phc.precise", rows["phc.precise"]["status"], "ok")
            true("refused", "refused" in rows["phc.precise"]["message"])
            same("method", guest.expect(
                0, "vmclockctl compare --json").json()["measurements"][0][
                    "method"], "extended")
            diagnosed(guest, ("note", "clocksource", "PRECISE is refused"))
        finally:
            guest.expect(0, f"echo tsc >{CLOCKSOURCE}")


def readable(guest, case):
    with case("a node for all: driver.permissions has nothing to note"):
        reload(guest, pages.pack(clock(guest)))
        guest.expect(0, f"chmod 0444 {NODE}")
        same("note", verified(guest)["driver.permissions"]["message"], None)
        guest.expect(0, f"chmod 0600 {NODE}")


def no_clock_there(guest, case):
    """As root, and as one who may read the node and not the PTP clock."""
    with case("compare with no PTP clock, none there, one not permitted: "
              "status 3 and a hint"):
        reload(guest, pages.pack(clock(guest)))
        guest.expect(0, f"chmod 0444 {NODE}")
        for words in ("vmclockctl compare --phc /dev/null",
                      "vmclockctl compare --phc /dev/ptp9",
                      "probe unprivileged vmclockctl compare --phc /dev/ptp0"):
            true("a hint", "hint: " in guest.expect(3, words).err)
        guest.expect(3, "probe unprivileged vmclockctl compare")
        true("all of them", "ptp0" in guest.expect(
            0, "vmclockctl compare --phc all").out)
        guest.expect(0, f"chmod 0600 {NODE}")


def refclock(guest, case):
    """What 7.0 changed under a chrony that was set up before."""
    tai = generation(guest.release) == 7
    with case(f"chrony {'without' if tai else 'with'} tai, the PHC being "
              f"{'TAI' if tai else 'UTC'}: doctor says 37 s wrong",
              named.MOVED if tai else None):
        def configure(options):
            guest.expect(0, "mkdir -p /etc/chrony; cd /etc/chrony; touch leaps; "
                         f"printf '%s\\n' '{CHRONY}{options}' "
                         "'leapseclist /etc/chrony/leaps' >chrony.conf")

        configure("" if tai else " tai")
        diagnosed(guest, ("problem", "chrony", f"37 s ahead.*{CHRONY} tai$"
                          if tai else f"37 s behind.*{CHRONY}$"))
        configure(" tai" if tai else "")
        diagnosed(guest, ("ok", "chrony", CHRONY))
        guest.expect(0, "rm -r /etc/chrony")


def pre_release(lab, guest, case):
    content = pages.early(clock(guest))
    with case("a page of a pre-release layout: the driver refuses it, and its "
              "dump is named"):
        reload(guest, content)
        # Without a driver it is read through /dev/mem, unasked on x86-64 alone.
        named_too = [("problem", "page", "before the standard")] \
            if guest.counter_id == pages.TSC else []
        diagnosed(guest, ("problem", "driver", "did not take the device"),
                  *named_too)
        dump = lab.scratch / "early.bin"
        dump.write_bytes(content)
        document = json.loads(lab.outside(1, "verify", "--json", dump))
        same("broken rules", [row["id"] for row in document["results"]
                              if row["status"] == "fail"], ["header.layout"])
    with case("the same below a driver in use: verify and doctor name it",
              named.EARLY):
        reload(guest, pages.pack(clock(guest)))
        guest.write(content)
        document = guest.expect(1, "vmclockctl verify --json --duration 100ms"
                                ).json()
        same("broken rules", [row["id"] for row in document["results"]
                              if row["status"] == "fail"], ["header.layout"])
        # The PHC is made of fields that mean something else there.
        diagnosed(guest, ("problem", "page", "before the standard"),
                  ("problem", "phc", ""))


def reported(lab, guest, name, options=""):
    """The guest's report as a file of the host."""
    file = lab.scratch / f"{name}.json"
    file.write_bytes(guest.expect(0, f"vmclockctl dump --format json {options}"
                                  f" {NODE}").raw)
    return file


def reports(lab, guest, case):
    with case("dump --format json: show, verify and diff read it elsewhere"):
        fields = clock(guest, offset=37)
        reload(guest, pages.pack(fields))
        first = reported(lab, guest, "first")
        told = json.loads(first.read_text())
        same("machine", told["machine"]["kernel"], guest.release)
        same("driver", told["device"]["driver"], "bound")
        same("PHC", told["phcs"][0]["clock_name"], "vmclock0")
        true("measured", told["comparison"]["measurements"][0]["method"]
             == "precise")
        true("doctor", any(row["level"] == "problem" and "positive" in
                           row["message"] for row in told["doctor"]))
        shown = json.loads(lab.outside(0, "show", "--json", first))
        same("the time", (shown["time"], shown["counter"]),
             (told["time"], told["counter"]))
        same("the fields", shown["raw"], told["raw"])
        judged = json.loads(lab.outside(1, "verify", "--json", first))
        same("the verdict there", [
            row["id"] for row in judged["results"] if row["status"] == "fail"],
            ["tai.sign"])
        true("and here", {"id": "tai.sign", "status": "fail"}.items() <=
             told["verdicts"]["results"][0].items())
        update(guest, {**fields, "disruption_marker": 9})
        second = reported(lab, guest, "second")
        true("diff names the disruption", "event: disruption" in
             lab.outside(1, "diff", first, second))
    with case("the same with --redact: no marker, no counter, the same time"):
        file = reported(lab, guest, "redacted", "--redact")
        told = json.loads(file.read_text())
        same("redacted", told["redacted"], True)
        true("the marker is another", told["raw"]["disruption_marker"] !=
             "0x0000000000000009")
        true("the counter is another",
             told["raw"]["counter_value"] != str(fields["counter_value"]))
        shown = json.loads(lab.outside(0, "show", "--json", file))
        same("the time", shown["time"], told["time"])
        same("the reference", shown["decoded"]["reference_utc"],
             json.loads(second.read_text())["decoded"]["reference_utc"])


def anywhere(lab, guest, case):
    """Those that any architecture can show."""
    foreign(guest, case)
    drifting(guest, case)
    elsewhen(guest, case)
    late(guest, case)
    readable(guest, case)
    no_clock_there(guest, case)
    refclock(guest, case)
    pre_release(lab, guest, case)
    reports(lab, guest, case)


def rows(lab, guest, case):
    anywhere(lab, guest, case)
    other_clocksource(guest, case)
