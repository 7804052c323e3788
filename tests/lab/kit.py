# SPDX-License-Identifier: BSD-2-Clause
"""What a hypervisor's CI takes: the guest kit, and the pages of a QEMU alone."""

import json
import re
import subprocess
import sys
from xml.etree import ElementTree

from ask import generation, same, true
from extras import needs
from machine import BOOT_LIMIT, MEMORY, Failure

STEPS = "doctor,verify,compare,watch:1s"


def run(lab, status, *words, **options):
    done = subprocess.run([str(word) for word in words], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=300,
                          env=options.get("env"))
    if done.returncode != status:
        raise Failure(f"{words[0]}: status {done.returncode} and not {status}: "
                      f"{done.stdout[-2000:]}")
    return done.stdout


def console(lab, release, name, board, words, steps):
    """Boots the kit; its console's log."""
    place = lab.kernel(release)
    image, log = lab.scratch / "kit.gz", lab.logs / f"kit-{name}.console"
    modules = [word for module in (place / "order").read_text().split()
               for word in ("--modules", place / module)]
    run(lab, 0, sys.executable, lab.root / "scripts/guest-kit", "make",
        "--program", lab.program, "--busybox", lab.packages.busybox, *modules,
        "--leap-file", lab.root / "fixtures/leap/leap-seconds.list",
        "-o", image)
    start, environment = lab.packages.qemu()
    run(lab, 0, "timeout", 2 * BOOT_LIMIT, *start, "-accel", "tcg", *board,
        "-m", MEMORY, "-nodefaults", "-nic", "none", "-display", "none",
        "-no-reboot", "-kernel", place / "vmlinuz", "-initrd", image,
        "-append", f"quiet panic=-1 {words} vmclockctl.run={steps}",
        "-serial", f"file:{log}", env=environment)
    return log


def judged(lab, status, log):
    """The report of a log: its suites by name, its failures by name."""
    report = lab.scratch / "junit.xml"
    run(lab, status, sys.executable, lab.root / "scripts/guest-kit", "judge",
        "-o", report, log)
    root = ElementTree.parse(report).getroot()
    return ({suite.get("name"): int(suite.get("tests")) for suite in root},
            [case.get("name") for case in root.iter("testcase")
             if case.find("failure") is not None])


def boot(lab, release, board, words, wanted=()):
    """`wanted` are the rules that fail."""
    name = f"{release}{'-'.join(['', *wanted])}"
    with lab.report.case(f"guest kit, {release}: JUnit has all steps, and "
                         f"{', '.join(wanted) or 'nothing'} fails") as told:
        log = console(lab, release, name, board, words, STEPS)
        suites, failures = judged(lab, 1 if wanted else 0, log)
        same("steps", list(suites), STEPS.split(","))
        same("a case a rule", suites["verify"], len(json.loads(
            lab.outside(0, "list", "rules", "--json"))["items"]))
        same("failures", failures, list(wanted))
        text = log.read_text(errors="replace").replace("\r", "")
        if (lab.kernel(release) / "early").exists():
            true("without a driver the page is read by /dev/mem",
                 "through /dev/mem" in text)
        # A log that is cut off is no report.
        cut = lab.scratch / "cut"
        cut.write_text(text.partition("ok 2 verify")[0])
        judged(lab, 4, cut)
        told.append(f"{suites}")


def kernels(lab):
    """Without a driver, with the oldest driver to be had, with the newest."""
    releases = [release for release, _ in lab.packages.kernels()]
    for release in (lab.packages.own_kernel(), *reversed(releases)):
        # The driver before 7.0 lets a mapping become writable.
        driver = release in releases and generation(release) == 6
        boot(lab, release, ["-cpu", "max", "-M", "q35", "-device", "vmclock"],
             "console=ttyS0 no_timer_check tsc=reliable",
             ["driver.mmap-readonly"] if driver else ())


@needs("kunit", full=True)
def ktap(lab):
    """The console's log, read by the kernel's own program for KTAP"""
    release = lab.packages.kernels()[0][0]
    with lab.report.case("kunit.py parse counts the cases of the guest kit as "
                         "guest-kit judge does") as told:
        log = console(lab, release, f"{release}-ktap",
                      ["-cpu", "max", "-M", "q35", "-device", "vmclock"],
                      "console=ttyS0 no_timer_check tsc=reliable", STEPS)
        suites, _ = judged(lab, 0, log)
        said = run(lab, 0, sys.executable, "-B", lab.extras.found["kunit"], "parse",
                   log)
        found = re.search(r"Ran (\d+) tests: (.*)", said)
        true("kunit.py tells what it ran", found)
        same("cases", int(found.group(1)), sum(suites.values()))
        true("nothing failed", "failed" not in found.group(2)
             and "crashed" not in found.group(2) and "errors" not in found.group(2))
        told.append(found.group())


def pages(lab):
    """contrib/ci/qemu-pages: no guest system at all."""
    start, environment = lab.packages.qemu()
    words = [sys.executable, lab.root / "contrib/ci/qemu-pages",
             "--vmclockctl", lab.program]
    rest = [start[0], lab.scratch / "pages", "--", *start[1:]]
    with lab.report.case("qemu-pages: the marker that QEMU uses twice is named, "
                         "and nothing else") as told:
        said = run(lab, 1, *words, *rest, env=environment)
        same("what fails", set(re.findall(r"^FAIL (\S+?):", said, re.M)),
             {"series.marker-unique"})
        told.append(said.splitlines()[0])
        same("pages", len(list((lab.scratch / "pages").glob("*.page"))), 8)
    with lab.report.case("qemu-pages: what is expected to fail may"):
        run(lab, 0, *words, "--restores=--expect=series.marker-unique=fail",
            *rest, env=environment)
    with lab.report.case("qemu-pages: a QEMU without the device, or none, "
                         "status 3"):
        none = lab.scratch / "none"
        true("without the device", "QEMU ended: without a word" in run(
            lab, 3, *words, "/bin/false", none))
        true("without a QEMU", "no-such-qemu: No such file" in run(
            lab, 3, *words, "no-such-qemu", none))
        same("pages", list(none.iterdir()), [])
