#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Pages for the bats tests, and a second opinion on what is in them.

    pages.py cuts DIR PAGE    PAGE cut at every length from 0 to 112
    pages.py sizes DIR PAGE   PAGE with every size field from 0 to 0x71, and big
    pages.py random DIR COUNT pages of all layouts, always the same
    pages.py check DIR        each DIR/NAME.json against DIR/NAME.bin

The tables are typed from the specification, not from the program.
"""
import json
import os
import random
import struct
import sys

MAGIC = 0x4B4C4356
TODAY = [
    ("magic", 0x00, "I"), ("size", 0x04, "I"), ("version", 0x08, "H"),
    ("counter_id", 0x0A, "B"), ("time_type", 0x0B, "B"),
    ("seq_count", 0x0C, "I"), ("disruption_marker", 0x10, "hex"),
    ("flags", 0x18, "hex"), ("pad", 0x20, "pad"), ("clock_status", 0x22, "B"),
    ("leap_second_smearing_hint", 0x23, "B"), ("tai_offset_sec", 0x24, "h"),
    ("leap_indicator", 0x26, "B"), ("counter_period_shift", 0x27, "B"),
    ("counter_value", 0x28, "Q"), ("counter_period_frac_sec", 0x30, "hex"),
    ("counter_period_esterror_rate_frac_sec", 0x38, "hex"),
    ("counter_period_maxerror_rate_frac_sec", 0x40, "hex"),
    ("time_sec", 0x48, "Q"), ("time_frac_sec", 0x50, "hex"),
    ("time_esterror_nanosec", 0x58, "Q"), ("time_maxerror_nanosec", 0x60, "Q"),
    ("vm_generation_counter", 0x68, "hex"),
]
RFC3 = [
    ("magic", 0x00, "I"), ("size", 0x04, "H"), ("version", 0x06, "H"),
    ("seq_count", 0x08, "Q"), ("disruption_marker", 0x10, "hex"),
    ("tai_offset_sec", 0x18, "h"), ("flags", 0x1A, "H"),
    ("clock_status", 0x1C, "B"), ("counter_id", 0x1D, "B"),
    ("counter_period_shift", 0x1E, "B"), ("leapsecond_direction", 0x1F, "b"),
    ("leapsecond_tai_sec", 0x20, "Q"), ("counter_value", 0x28, "Q"),
    ("utc_time_sec", 0x30, "Q"), ("utc_time_frac_sec", 0x38, "hex"),
    ("counter_period_frac_sec", 0x40, "hex"),
    ("counter_period_error_rate_frac_sec", 0x48, "hex"),
    ("utc_time_maxerror_picosec", 0x50, "Q"),
]
WIDTH = {"B": 1, "b": 1, "H": 2, "h": 2, "pad": 2, "I": 4, "Q": 8, "hex": 8}


def write(directory, name, data):
    with open(os.path.join(directory, name + ".bin"), "wb") as file:
        file.write(data)


def is_rfc3(data):
    """By the rule of the document; a pre-release page is not told apart."""
    if len(data) < 12 or struct.unpack_from("<H", data, 6)[0] != 1:
        return False
    if struct.unpack_from("<H", data, 4)[0] < 0x58:
        return False
    return not (struct.unpack_from("<H", data, 8)[0] == 1
                and data[10] in (0, 1, 0xFF) and data[11] <= 4)


def raw(data, rows, size):
    """What JSON's `raw` has to be: types by width, null where absent."""
    end = min(max(size, 0x20), len(data))
    out = {}
    for name, offset, kind in rows:
        if offset + WIDTH[kind] > end:
            out[name] = None
        elif kind == "pad":
            out[name] = data[offset:offset + 2].hex()
        elif kind == "hex":
            out[name] = "0x%016x" % struct.unpack_from("<Q", data, offset)
        elif kind == "Q":
            out[name] = "%d" % struct.unpack_from("<Q", data, offset)
        else:
            out[name] = struct.unpack_from("<" + kind, data, offset)[0]
    return out


def complaints(data, document):
    rfc3 = is_rfc3(data)
    layout = document["layout"]
    if layout not in (["rfc-3", "pre-release"] if rfc3 else ["vmclock-1"]):
        yield "layout is %s" % layout
        return
    size = struct.unpack_from("<H" if rfc3 else "<I", data, 4)[0]
    want = raw(data, RFC3 if rfc3 else TODAY, size)
    if layout == "pre-release":
        want = {k: want[k]
                for k in ("magic", "size", "version", "disruption_marker")}
    got = document["raw"]
    for name in sorted(set(want) | set(got)):
        if name not in got or name not in want:
            yield "%s: only on one side" % name
        elif (want[name] != got[name]
              or isinstance(want[name], int) != isinstance(got[name], int)):
            yield "%s is %r and not %r" % (name, got[name], want[name])
    page = document["page"]
    if page != {"length": len(data), "hex": data.rstrip(b"\0").hex()}:
        yield "page is %r" % page


def check(directory):
    seen = bad = 0
    for name in sorted(os.listdir(directory)):
        if not name.endswith(".json"):
            continue
        path = os.path.join(directory, name)
        with open(path[:-5] + ".bin", "rb") as file:
            data = file.read()
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        seen += 1
        for complaint in complaints(data, document):
            bad += 1
            print("%s: %s" % (name, complaint))
    print("%d documents, %d complaints" % (seen, bad))
    return bad or not seen


def cuts(directory, page):
    for length in range(113):
        write(directory, "cut-%03d" % length, page[:length])


def sizes(directory, page):
    for size in list(range(0x72)) + [0xFFFF, 0xFFFFFFFF]:
        write(directory, "size-%08x" % size,
              page[:4] + struct.pack("<I", size) + page[8:])


def number(rng, bits):
    """Of any magnitude, with the corners now and then."""
    return rng.choice([0, 1, (1 << bits) - 1, 1 << (bits - 1),
                       rng.getrandbits(bits),
                       rng.getrandbits(rng.randrange(1, bits + 1))])


def a_page(rng, layout):
    length = rng.choice([32, 33, 0x58, 0x6F, 0x70, 0x71, 4096, 4097, 65536,
                         rng.randrange(32, 0x80), rng.randrange(32, 5000)])
    data = bytearray(65536)
    filled = rng.choice([0x58, 0x70, 0x80, rng.randrange(0x20, 6000)])
    data[:filled] = rng.randbytes(filled)
    if layout == "vmclock-1":
        size = rng.choice([0, 0x1F, 0x20, 0x57, 0x58, 0x70, 4096, 0xFFFFFFFF,
                           rng.randrange(0x80), rng.getrandbits(16)])
        struct.pack_into("<IIHBBI", data, 0, MAGIC, size,
                         rng.choice([1, 1, 1, 2, 0xFFFF]), number(rng, 8),
                         number(rng, 8), number(rng, 32))
        for offset in range(0x28, 0x70, 8):
            struct.pack_into("<Q", data, offset, number(rng, 64))
    else:
        size = rng.choice([0, 0x1F, 0x57, 0x58, 4096, 0xFFFF,
                           rng.randrange(0x80)])
        struct.pack_into("<IHHQQ", data, 0, MAGIC, size, 1, number(rng, 64),
                         number(rng, 64))
    if layout == "rfc-3":
        struct.pack_into("<hHBBBb", data, 0x18, rng.randrange(-60, 61),
                         rng.randrange(32), rng.randrange(5), rng.randrange(3),
                         number(rng, 8), rng.randrange(-1, 2))
    return bytes(data[:length])


def random_pages(directory, count):
    rng = random.Random(20261121)
    for index in range(count):
        layout = ("vmclock-1", "rfc-3", "vmclock-1", "rfc-3",
                  "pre-release")[index % 5]
        write(directory, "random-%04d" % index, a_page(rng, layout))


def main():
    verb, directory = sys.argv[1:3]
    if verb == "check":
        return 1 if check(directory) else 0
    if verb == "random":
        random_pages(directory, int(sys.argv[3]))
        return 0
    with open(sys.argv[3], "rb") as file:
        page = file.read()
    {"cuts": cuts, "sizes": sizes}[verb](directory, page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
