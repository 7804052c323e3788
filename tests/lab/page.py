# SPDX-License-Identifier: BSD-2-Clause
"""Pages as the lab's hypervisor writes them, and their arithmetic.

Independent of the tool's source on purpose: what the tool says is held against
this.
"""

import struct

FORMATS = {
    "magic": (0x00, "I"),
    "size": (0x04, "I"),
    "version": (0x08, "H"),
    "counter_id": (0x0a, "B"),
    "time_type": (0x0b, "B"),
    "seq_count": (0x0c, "I"),
    "disruption_marker": (0x10, "Q"),
    "flags": (0x18, "Q"),
    "clock_status": (0x22, "B"),
    "leap_second_smearing_hint": (0x23, "B"),
    "tai_offset_sec": (0x24, "h"),
    "leap_indicator": (0x26, "B"),
    "counter_period_shift": (0x27, "B"),
    "counter_value": (0x28, "Q"),
    "counter_period_frac_sec": (0x30, "Q"),
    "counter_period_esterror_rate_frac_sec": (0x38, "Q"),
    "counter_period_maxerror_rate_frac_sec": (0x40, "Q"),
    "time_sec": (0x48, "Q"),
    "time_frac_sec": (0x50, "Q"),
    "time_esterror_nanosec": (0x58, "Q"),
    "time_maxerror_nanosec": (0x60, "Q"),
    "vm_generation_counter": (0x68, "Q"),
}
MAGIC = 0x4b4c4356
UTC, TAI = 0, 1
ARM, TSC, INVALID = 0, 1, 0xff
SYNCHRONIZED, UNRELIABLE = 2, 4
OFFSET_VALID, MONOTONIC, NOTIFICATION = 1, 1 << 7, 1 << 9
# The period's and the time's errors, estimated and maximum.
ERRORS = 0x78
NANOSECONDS = 10**9


def pack(fields, length=4096):
    out = bytearray(length)
    for name, value in fields.items():
        offset, form = FORMATS[name]
        struct.pack_into(f"<{form}", out, offset, value)
    return bytes(out)


def unpack(content):
    return {name: struct.unpack_from(f"<{form}", content, offset)[0]
            for name, (offset, form) in FORMATS.items()}


def at(fields, counter):
    """T(counter) on the grid of 2^-64 s, as an integer."""
    passed = (counter - fields["counter_value"]) % (1 << 64)
    if passed >> 63:
        passed -= 1 << 64
    return ((fields["time_sec"] << 64) + fields["time_frac_sec"]
            + (passed * fields["counter_period_frac_sec"]
               >> fields["counter_period_shift"]))


def nanoseconds(grid):
    return grid * NANOSECONDS >> 64


def early(fields):
    """The page in the layout of the driver's third posting, of July 2024."""
    out = bytearray(4096)
    struct.pack_into(
        "<IHHQQhHBBBbQQQQQQQ", out, 0, MAGIC, 4096, 1, 2,
        fields["disruption_marker"], 37, 1, fields["clock_status"],
        {TSC: 1, ARM: 2}[fields["counter_id"]],
        fields["counter_period_shift"], 0, 0, fields["counter_value"],
        fields["time_sec"] - 37, fields["time_frac_sec"],
        fields["counter_period_frac_sec"], 0, 0)
    return bytes(out)


class Calibration:
    """The guest's counter against its CLOCK_REALTIME."""

    def __init__(self, first, second):
        ticks = second[0] - first[0]
        period = ((second[1] - first[1]) << 64) * (1 << 40) // (
            NANOSECONDS * ticks)
        # 64 bits with the highest set.
        self.shift = 40 + 64 - period.bit_length()
        self.period = period >> (period.bit_length() - 64)
        self.hertz = ticks * NANOSECONDS // (second[1] - first[1])

    def clock(self, counter, real_ns, time_type=TAI, offset=-37, **fields):
        """A healthy page of a clock that has this time at this counter."""
        time_ns = real_ns + (37 * NANOSECONDS if time_type == TAI else 0)
        sec, nsec = divmod(time_ns, NANOSECONDS)
        page = {
            "magic": MAGIC,
            "size": 0x1000,
            "version": 1,
            "counter_id": TSC,
            "time_type": time_type,
            "seq_count": 10,
            "disruption_marker": 7,
            "flags": OFFSET_VALID | ERRORS,
            "clock_status": SYNCHRONIZED,
            "leap_second_smearing_hint": 0,
            "tai_offset_sec": offset,
            "leap_indicator": 0,
            "counter_period_shift": self.shift,
            "counter_value": counter,
            "counter_period_frac_sec": self.period,
            # 1 ppm and 20 ppm.
            "counter_period_esterror_rate_frac_sec": self.period // 10**6,
            "counter_period_maxerror_rate_frac_sec": self.period // 50000,
            "time_sec": sec,
            "time_frac_sec": (nsec << 64) // NANOSECONDS,
            "time_esterror_nanosec": 1000,
            "time_maxerror_nanosec": 20000,
            "vm_generation_counter": 0,
        }
        return {**page, **fields}
