# SPDX-License-Identifier: BSD-2-Clause
"""An ACPI table of the lab's own: a VMClock anywhere, with a notification.

The device is called as QEMU's; a generic event device turns an interrupt into
the notification that the page was updated.
"""

import struct

GSI = 20


def sized(opcode, body):
    """An object of AML whose length stands before it."""
    # The length counts its own bytes: one, two or three.
    if len(body) + 1 < 0x40:
        length = bytes([len(body) + 1])
    else:
        more = 1 if len(body) + 2 < 0x1000 else 2
        total = len(body) + 1 + more
        length = bytes([more << 6 | total & 0xf])
        length += (total >> 4).to_bytes(more, "little")
    return opcode + length + body


def string(text):
    return b"\x0d" + text.encode() + b"\0"


def number(value):
    return b"\x0a" + bytes([value])


def name(segment, value):
    return b"\x08" + segment + value


def resources(content):
    content += b"\x79\0"
    return sized(b"\x11", number(len(content)) + content)


def memory(address, size):
    """A range of 64-bit addresses: consumed, fixed at both ends, cacheable."""
    return b"\x8a" + struct.pack("<H3B5Q", 0x2b, 0, 0x0d, 0x03, 0, address,
                                 address + size - 1, 0, size)


def interrupt(gsi):
    """Consumed, by edge, active high, not shared."""
    return b"\x89" + struct.pack("<HBBI", 6, 0x03, 1, gsi)


def device(segment, *parts):
    return sized(b"\x5b\x82", segment + b"".join(parts))


def table(address, size, hid="AMZNC10C", segment=b"VCLK"):
    clock = device(
        segment, name(b"_HID", string(hid)),
        name(b"_CID", string("VMCLOCK")), name(b"_DDN", string("VMCLOCK")),
        name(b"_STA", number(0x0f)),
        name(b"_CRS", resources(memory(address, size))))
    # _EVT, with one argument: Notify (the device, 0x80)
    event = sized(b"\x14", b"_EVT\x01\x86" + segment + number(0x80))
    events = device(
        b"GEDV", name(b"_HID", string("ACPI0013")),
        name(b"_STA", number(0x0f)),
        name(b"_CRS", resources(interrupt(GSI))), event)
    body = sized(b"\x10", b"\\_SB_" + clock + events)
    head = struct.pack("<4sIBB6s8sI4sI", b"SSDT", 36 + len(body), 2, 0,
                       b"VMCLK ", b"LAB     ", 1, b"LAB ", 1)
    whole = bytearray(head + body)
    whole[9] = -sum(whole) % 256
    return bytes(whole)
