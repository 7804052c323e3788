# SPDX-License-Identifier: BSD-2-Clause
"""The field table against the newest header. Needs no guest."""

from packages import command


def header(lab):
    with lab.report.case("src/page/abi.c fits linux/vmclock-abi.h of linux-libc-dev "
                         + lab.packages.found["versions"]["linux-libc-dev"]):
        command("cc", "-std=gnu17", "-Wall", "-Wextra", "-Werror",
                "-fsyntax-only", "-I", lab.packages.header,
                lab.root / "src" / "page" / "abi.c")
