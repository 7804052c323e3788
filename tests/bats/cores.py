#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""ELF cores for the bats tests.

    cores.py FORM FILE SEGMENT... [NAME=VALUE...]

FORM is 64le, 64be, 32le or 32be. SEGMENT is ADDRESS:PAGE[:MEMORY-SIZE], the
bytes of the file PAGE at that physical address. NAME=VALUE:

    gap=N       bytes before each segment in the file (default: 4, so that none
                is aligned)
    process=1   the addresses are virtual, and the physical ones 0
    xnum=1      the number of segments is in the first section header
    count=N     the number of segments that the header claims
    offset=N    where the header says that the program headers are
    size=N      the size of a program header that the header claims
    type=N      e_type (default: 4, a core)
    begin=N     p_offset of each segment
    length=N    p_filesz of each segment
"""
import struct
import sys


def main(form, file, *words):
    options = dict(gap=4, process=0, xnum=0, count=None, offset=None,
                   size=None, type=4, begin=None, length=None)
    segments = []
    for word in words:
        if "=" in word:
            name, _, value = word.partition("=")
            options[name] = int(value, 0)
        else:
            address, page, *memory = word.split(":")
            with open(page, "rb") as source:
                content = source.read()
            segments.append((int(address, 0), content,
                             int(memory[0], 0) if memory else len(content)))
    wide, order = form[:2] == "64", "<" if form[2:] == "le" else ">"
    head_size, segment_size, section_size = (64, 56, 64) if wide else (
        52, 32, 40)
    count = len(segments) + 1
    offset = head_size
    section = offset + count * segment_size if options["xnum"] else 0
    at = offset + count * segment_size + (section_size if section else 0)
    note = b"\0" * 12
    headers, body = [(4, at, 0, 0, len(note), 0)], note
    for address, content, memory in segments:
        body += b"\xa5" * options["gap"]
        where = at + len(body)
        physical = 0 if options["process"] else address
        virtual = address if options["process"] else 0
        headers.append((1, where if options["begin"] is None
                        else options["begin"], virtual, physical,
                        len(content) if options["length"] is None
                        else options["length"], memory))
        body += content
    claimed = options["count"]
    if claimed is None:
        claimed = 0xffff if section else count
    word = "Q" if wide else "I"
    out = bytes([0x7f]) + b"ELF" + bytes(
        [2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    out += struct.pack(
        f"{order}HHI3{word}I6H", options["type"], 62, 1, 0,
        offset if options["offset"] is None else options["offset"], section, 0,
        head_size,
        segment_size if options["size"] is None else options["size"], claimed,
        section_size, 1 if section else 0, 0)
    for kind, where, virtual, physical, length, memory in headers:
        if wide:
            out += struct.pack(f"{order}II6Q", kind, 6, where, virtual,
                               physical, length, memory, 0)
        else:
            out += struct.pack(f"{order}8I", kind, where, virtual, physical,
                               length, memory, 6, 0)
    if section:
        out += (struct.pack(f"{order}II4QIIQQ", 0, 0, 0, 0, 0, 0, 0, count, 0,
                            0) if wide else
                struct.pack(f"{order}10I", 0, 0, 0, 0, 0, 0, 0, count, 0, 0))
    with open(file, "wb") as target:
        target.write(out + body)


if __name__ == "__main__":
    main(*sys.argv[1:])
