#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Inputs to begin with, made of fixtures/: seeds.py VMCLOCKCTL DIR

Each target's go to DIR/TARGET, in the form that the head of its file reads.
"""
import datetime
import json
import pathlib
import struct
import subprocess
import sys

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
GIVEN_MAX = 255
# Two usual pages: see input_page().
PAGE_MAX = 8192
# verify's snapshot: kind, counter, two lengths of time, seq_count, counter_last
LOOK = struct.Struct("<BQQQII")


def of_hex(text):
    """The bytes of a dump by hexdump -C."""
    page = bytearray()
    for line in text.splitlines():
        if line == "*":
            continue
        offset, _, rest = line.partition(" ")
        while page and len(page) < int(offset, 16):
            page += page[-16:]
        page += bytes.fromhex(rest.partition("|")[0])
    return bytes(page)


def as_plain(page):
    return "".join(f"{page[i:i + 32].hex()}\n" for i in range(0, len(page), 32))


def as_xxd(page):
    return "".join(f"{i:08x}: {page[i:i + 16].hex(' ', 2)}  ................\n"
                   for i in range(0, len(page), 16))


def as_words(page):
    """hexdump: words of the machine's own order, the last one filled up."""
    even = page + bytes(len(page) % 2)
    lines = [" ".join(f"{even[j + 1]:02x}{even[j]:02x}"
                      for j in range(i, min(i + 16, len(even)), 2))
             for i in range(0, len(even), 16)]
    return "".join(f"{16 * i:07x} {line}\n" for i, line in enumerate(lines)) \
        + f"{len(page):07x}\n"


def as_octal(page):
    return "".join(f"{i:07o} {page[i:i + 16].hex(' ')}\n"
                   for i in range(0, len(page), 16)) + f"{len(page):07o}\n"


def as_monitor(page):
    """QEMU's xp: numbers of a byte, from the address on."""
    return "".join(f"{0xfeffb000 + i:016x}: "
                   + " ".join(f"0x{byte:02x}" for byte in page[i:i + 8]) + "\n"
                   for i in range(0, len(page), 8))


def as_quoted(page):
    return "".join(f"> {line}\n" for line in as_xxd(page).splitlines())


def as_word_monitor(page):
    """The same in words, with a prompt before."""
    page = page.ljust(112, b"\0")
    return "(qemu) xp /28xw 0xfeffb000\n" + "".join(
        f"{0xfeffb000 + i:016x}: "
        + " ".join(f"0x{word:08x}" for word in
                   struct.unpack("<4I", page[i:i + 16])) + "\n"
        for i in range(0, len(page), 16))


def as_array(page):
    return "{\n" + "".join(
        ", ".join(f"0x{byte:02x}" for byte in page[i:i + 12]) + ",\n"
        for i in range(0, len(page), 12)) + "};\n"


def as_list(page):
    return str(list(page)) + "\n"


def as_string(page):
    return repr(page) + "\n"


def as_mail(page):
    return ("Hi,\n\n" + as_quoted(page) + "\n-- \nX. Y.\n" +
            f"page: {len(page) + 8} bytes, the first {len(page)} of them below,"
            " then zeros\ncounter: 17\n")


def as_core(page, wide, order):
    """An ELF core with two segments, the page at 0xfeffb000."""
    head = b"\x7fELF" + bytes([1 + wide, 1 if order == "<" else 2, 1]) + bytes(9)
    size, each = (64, 56) if wide else (52, 32)
    begin = size + 2 * each + 4
    word = "Q" if wide else "I"
    head += struct.pack(f"{order}HHI3{word}I6H", 4, 62, 1, 0, size, 0, 0, size,
                        each, 2, 0, 0, 0)
    for offset, address, length in ((begin, 0x100000, 4),
                                    (begin + 4, 0xfeffb000, len(page))):
        head += (struct.pack(f"{order}II6Q", 1, 6, offset, 0, address, length,
                             length, 0) if wide else
                 struct.pack(f"{order}8I", 1, offset, 0, address, length,
                             length, 6, 0))
    return head + bytes(8) + page


def as_input(page):
    """As input_page() takes it."""
    given = page.rstrip(b"\0")[:GIVEN_MAX]
    return struct.pack("<HB", min(len(page), PAGE_MAX), len(given)) + given


def as_edits(before, page, fields):
    """The fields that are not as before, seven at most."""
    edits = b""
    count = 0
    for row, field in enumerate(fields):
        end = field["offset"] + field["width"]
        value = page[field["offset"]:end]
        if value != before[field["offset"]:end] and count < 7:
            edits += bytes([row]) + value.ljust(8, b"\0")
            count += 1
    return bytes([count]) + edits


def snapshots(recording):
    """Its pages, each with the reading of the counter."""
    for line in recording.read_text().splitlines():
        row = json.loads(line)
        if row.get("type") == "snapshot":
            page = bytes.fromhex(row["page"]["hex"])
            yield (page.ljust(row["page"]["length"], b"\0"),
                   int(row["counter"] or 0))


def as_later(value):
    """With a member more in every object."""
    if isinstance(value, list):
        return [as_later(each) for each in value]
    if isinstance(value, dict):
        return {**{key: as_later(each) for key, each in value.items()},
                "new": [{"n": 1}]}
    return value


def later_recordings(text):
    """As a later version may write it: its lines, and others among them."""
    lines = [json.dumps(as_later(json.loads(line)))
             for line in text.splitlines()]
    own = [f'{line}\n{{"type": "event", "n": {n}}}'
           for n, line in enumerate(lines, 1)]
    shared = [lines[0], '{"type": "event", "n": 1}'] + [
        line.replace(f'"n": {n},', f'"n": {n + 1},', 1)
        for n, line in enumerate(lines[1:], 1)]
    yield "own", "\n".join(own)
    yield "shared", "\n".join(shared)
    yield "blank", text + "\n \r\n"
    yield "cut", text[:-200]
    yield "mark", "\ufeff" + text


class Maker:
    def __init__(self, program, directory):
        self.program = pathlib.Path(program).resolve()
        self.directory = pathlib.Path(directory).resolve()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.fields = {}
        for field in json.loads(self.ask("list", "fields", "--json"))["items"]:
            self.fields.setdefault(field["layout"], []).append(field)

    def write(self, target, name, data):
        if isinstance(data, str):
            data = data.encode()
        directory = self.directory / target
        directory.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(data)

    def ask(self, *arguments):
        """What the program prints; "" where it refuses."""
        return subprocess.run([self.program, *arguments], text=True,
                              cwd=self.directory, capture_output=True,
                              check=False).stdout

    def page(self, name, page, counter=19253658472):
        numbers = struct.pack("<QQ", 1, 1 << 40)
        body = as_input(page)
        self.write("decode", name, numbers + body)
        self.write("change", name, numbers[:8] + body + body)
        for form in (1, 3, 5):
            self.write("roundtrip", f"{name}-{form}",
                       struct.pack("<BQ", form, counter) + body)
        self.offset(name, page, body)
        look = LOOK.pack(2, counter, 0, 0, 0, 0)
        for form in range(4):
            self.write("verify", f"{name}-{form}",
                       bytes([form << 4 | 1, form]) + look + body)
        self.write("verify", f"{name}-probe",
                   bytes([9, 0]) + look + body + bytes([1]) * 250)

    def offset(self, name, page, body):
        """The time of the reference and some beside it, measured in a blink."""
        field = {row["name"]: row for row in self.fields["vmclock-1"]}
        at = field["time_sec"]["offset"]
        time = int.from_bytes(page[at:at + 8].ljust(8, b"\0"), "little")
        for beside in (0, 37, -37, 74):
            sec = (time + beside) % 2 ** 64
            stamps = struct.pack("<QI", sec, 1000) * 2
            self.write("offset", f"{name}-{beside}", body
                       + struct.pack("<QQQI", 0, 1000, sec, 500)
                       + struct.pack("<QQQI", 2000, 1000, sec, 1500) + stamps)

    def document(self, path):
        # Under a name that is the same everywhere.
        page = self.directory / "page"
        page.write_bytes(path.read_bytes())
        for command in (["show", "--json", "--counter", "19253658472"],
                        ["dump", "--format", "json", "--redact"]):
            text = self.ask(*command, page.name)
            if '"raw"' not in text:
                continue
            name = f"{path.name}-{command[0]}"
            self.write("document", name, text)
            self.write("source", name, text)
            self.write("document", f"{name}-later",
                       json.dumps(as_later(json.loads(text))))
            self.write("source", f"{name}-mark", "\ufeff" + text)
            raw = json.loads(text)["raw"]
            self.write("encode", name, "".join(
                f"{key}={value}\n" for key, value in raw.items()
                if value is not None))
        page.unlink()

    def series(self, recording):
        """The first page, and what the later ones change."""
        pages = list(snapshots(recording))[:6]
        data = b""
        before = None
        for page, counter in pages:
            data += LOOK.pack(2, counter, 0, 0, 0, 0)
            data += as_edits(before, page, self.fields["vmclock-1"]) \
                if before else as_input(page)
            before = page
        for context in (0x13, 0x53):
            self.write("verify", f"{recording.name}-{context:x}",
                       bytes([context, 0]) + data)
        if len(pages) > 1:
            self.write("change", recording.name, bytes(8)
                       + as_input(pages[0][0]) + as_input(pages[-1][0]))

    def leaps(self, text, count):
        """A table with so many entries: a second more, and less, by turns."""
        known = text.replace("#@ 4", "#@ 5").rstrip().splitlines()
        entries = sum(not line.startswith("#") for line in known)
        start = int(known[-1].split()[0])
        for i in range(count - entries):
            month = datetime.datetime(2017 + (i + 1) // 12, (i + 1) % 12 + 1, 1)
            seconds = (month - datetime.datetime(2017, 1, 1)).total_seconds()
            known.append(f"{start + int(seconds)} {38 - i % 2}")
        self.write("leap", f"long-{count}", "\n".join(known) + "\n")

    def layout(self, name):
        """Every field by each of its names, and a page of it."""
        words = [f"--layout={name}"]
        for field in self.fields[name]:
            words += [f"{field['name']}={value['name']}"
                      for value in field["values"]] or [f"{field['name']}=1"]
        self.write("encode", name, "\n".join(words))
        page = self.directory / f"empty-{name}"
        self.ask("encode", words[0], "-o", page.name)
        self.page(page.name, page.read_bytes())
        self.document(page)
        page.unlink()

    def memory(self, name, page):
        """A core of each form with the page in it, and memory as it is."""
        for form, (wide, order) in enumerate(
                [(True, "<"), (True, ">"), (False, "<"), (False, ">")]):
            core = as_core(page, wide, order)
            self.write("elf", f"{name}-{form}",
                       struct.pack("<Q", 0xfeffb000) + core)
        for before in (0, 4096, (1 << 20) - 64, 1 << 20, (1 << 20) + 65536):
            self.write("scan", f"{name}-{before}",
                       struct.pack("<I", before) + page)
        self.write("scan", f"{name}-twice",
                   struct.pack("<I", 0) + page.ljust(4096, b"\0") + page)

    def all(self):
        for path in sorted(FIXTURES.glob("real/*.bin"))[:4]:
            self.memory(path.name, path.read_bytes()[:160])
        for path in sorted(FIXTURES.glob("real/*.bin")):
            self.page(path.name, path.read_bytes())
            self.document(path)
        for path in sorted(FIXTURES.glob("rules/*.hex")):
            text = path.read_text()
            page = of_hex(text)
            self.page(path.name, page)
            self.write("hextext", path.name, text)
            self.write("source", path.name, text)
            for spell in (as_plain, as_xxd, as_words, as_octal, as_monitor,
                          as_quoted, as_word_monitor, as_array, as_list,
                          as_string, as_mail):
                text = spell(page[:112])
                self.write("hextext", f"{path.name}-{spell.__name__}", text)
                self.write("source", f"{path.name}-{spell.__name__}", text)
        for path in sorted(FIXTURES.glob("r*/*.jsonl")):
            self.write("recording", path.name, path.read_bytes())
            for form, text in later_recordings(path.read_text()):
                self.write("recording", f"{path.name}-{form}", text)
            lines = path.read_text().splitlines(keepends=True)[1:]
            self.write("spelling", path.name, "".join(lines[:4] + lines[-1:]))
            self.series(path)
        for path in sorted(FIXTURES.glob("leap/*")):
            self.write("leap", path.name, path.read_bytes())
        for count in (256, 257):
            self.leaps((FIXTURES / "leap/leap-seconds.list").read_text(), count)
        for name in ("vmclock-1", "rfc-3"):
            self.layout(name)


if __name__ == "__main__":
    Maker(sys.argv[1], sys.argv[2]).all()
