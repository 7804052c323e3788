# SPDX-License-Identifier: BSD-2-Clause
"""The boots of the lab and the cases that share each."""

from machine import Failure, Guest

NODE = "/dev/vmclock0"


def same(what, got, wanted):
    if got != wanted:
        raise Failure(f"{what}: {got!r}, and not {wanted!r}")


def load(guest):
    guest.expect(0, "for m in $(cat /etc/order); do insmod /lib/$m; done")


def device(lab):
    """QEMU's own page, and what the driver makes of it."""
    release = lab.packages.kernels()[0][0]
    guest = Guest(lab, "device", release, ["-device", "vmclock"])
    case = lab.report.case
    try:
        with case(f"the driver of {release} makes {NODE}"):
            load(guest)
            same("mode and owner", guest.expect(
                0, f"stat -c '%a %u %g %F' {NODE}").out.strip(),
                "600 0 0 character special file")
        with case("dump has the bytes that the host has"):
            same("page", guest.expect(0, f"vmclockctl dump {NODE} | cat").raw,
                 guest.page())
    finally:
        guest.close()


BOOTS = {
    "device": device,
}
