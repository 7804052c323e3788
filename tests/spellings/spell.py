# SPDX-License-Identifier: BSD-2-Clause
"""The bytes of a page as programs and languages write them.

To add a tool: a row of TOOLS, of LISTS or of FOREIGN. Where Debian has the tool,
it prints; the others are modelled after what they print.
"""
import json
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path


def run(command, page):
    """What a program prints of a file that holds the page."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "page.bin")
        path.write_bytes(page)
        return subprocess.run([*command, "page.bin"], cwd=directory, check=True,
                              stdout=subprocess.PIPE).stdout.decode()


def real(command):
    return lambda page: run(command.split(), page)


def chars(data):
    return "".join(chr(c) if 32 <= c < 127 else "." for c in data)


def rows(data, width):
    return [(at, data[at:at + width]) for at in range(0, len(data), width)]


def words(data, width):
    """Little-endian, the last one filled up with zeros."""
    code = {1: "B", 2: "H", 4: "I", 8: "Q"}[width]
    data += bytes(-len(data) % width)
    return struct.unpack(f"<{len(data) // width}{code}", data)


def qemu_xp(width, base=0xfeffb000, per_line=None, digits=16):
    """QEMU's monitor, xp /Nx and a size."""
    count = per_line or {1: 8, 2: 8, 4: 4, 8: 2}[width]

    def spell(page):
        return "".join(
            f"{base + at:0{digits}x}:" +
            "".join(f" 0x{w:0{2 * width}x}" for w in words(row, width)) + "\n"
            for at, row in rows(page, count * width))
    return spell


def gdb_x(width, symbol=True, base=0x555555558060):
    """gdb's x/Nx and a size; used where there is no gdb."""
    def spell(page):
        count = {1: 8, 2: 8, 4: 4, 8: 2}[width]
        lines = []
        for at, row in rows(page, count * width):
            name = f" <vmclock_page{f'+{at}' if at else ''}>" if symbol else ""
            lines.append(f"0x{base + at:x}{name}:" + "".join(
                f"\t0x{w:0{2 * width}x}" for w in words(row, width)) + "\n")
        return "".join(lines)
    return spell


def gdb_real(letter):
    """gdb itself, of an object file that holds the page."""
    def spell(page):
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "page").write_bytes(page)
            subprocess.run(["objcopy", "-I", "binary", "-O", "elf64-x86-64",
                            "page", "page.o"], cwd=directory, check=True)
            count = len(page) // {"b": 1, "h": 2, "w": 4, "g": 8}[letter]
            return subprocess.run(
                ["gdb", "-nx", "-batch", "-ex",
                 f"x/{count}x{letter} &_binary_page_start", "page.o"],
                cwd=directory, check=True, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL).stdout.decode()
    return spell


def crash_rd(width, base=0xffff8881feffb000):
    """crash's rd, -8, -16, -32, -64."""
    def spell(page):
        return "".join(
            f"{base + at:016x}:  " +
            " ".join(f"{w:0{2 * width}x}" for w in words(row, width)) +
            f"   {chars(row)}\n" for at, row in rows(page, 16))
    return spell


def uboot_md(width):
    def spell(page):
        return "".join(
            f"{0x40000000 + at:08x}: " +
            " ".join(f"{w:0{2 * width}x}" for w in words(row, width)) +
            f"    {chars(row)}\n" for at, row in rows(page, 16))
    return spell


def wireshark(page):
    return "".join(f"{at:04x}   {row.hex(' '):47}   {chars(row)}\n"
                   for at, row in rows(page, 16))


def text2pcap(page):
    return "".join(f"{at:04x} {row.hex(' ')}\n" for at, row in rows(page, 16))


def format_hex(page):
    """PowerShell's Format-Hex, below its heading."""
    head = "\n" + 11 * " " + " ".join(f"{i:02X}" for i in range(16)) + "\n\n"
    return head + "".join(f"{at:08X}   {row.hex(' ').upper():47}  {chars(row)}\n"
                          for at, row in rows(page, 16))


def tcpdump(page):
    return "".join(f"\t0x{at:04x}:  {row.hex(' ', -2)}\n"
                   for at, row in rows(page, 16))


def kernel_log(page):
    return "".join(f"{at:08x}: {row.hex(' ')}  {chars(row)}\n"
                   for at, row in rows(page, 16))


def openssl_colons(page):
    return "".join(f"    {row.hex(':')}" +
                   (":\n" if at + 15 < len(page) else "\n")
                   for at, row in rows(page, 15))


def colons(page):
    return page.hex(":") + "\n"


def c_array(width, opening="static const uint8_t page[] = {\n", closing="};\n",
            element="0x{:02x}", indent="\t", tail=","):
    def spell(page):
        lines = [indent + ", ".join(element.format(c) for c in row)
                 for _, row in rows(page, width)]
        return opening + ",\n".join(lines) + tail + "\n" + closing
    return spell


def rust_debug(page):
    return "page: [" + ", ".join(f"{c:02x}" for c in page) + "]\n"


def python_repr(page):
    return repr(page) + "\n"


def python_list(page):
    return ">>> list(page)\n" + repr(list(page)) + "\n"


def json_array(page):
    return json.dumps(list(page)) + "\n"


def json_lines(page):
    return json.dumps(list(page), indent=2) + "\n"


def json_columns(page):
    return "[" + ",\n".join(", ".join(map(str, row))
                            for _, row in rows(page, 16)) + "]\n"


def c_string(page):
    return "".join(
        '"' + "".join(f"\\x{c:02x}" for c in row) +
        ('" \\\n' if at + 16 < len(page) else '"\n')
        for at, row in rows(page, 16))


def qmp(page):
    answer = qemu_xp(1)(page).replace("\n", "\r\n")
    return json.dumps({"return": answer, "id": "libvirt-17"}) + "\n"


def qmp_session(page):
    return ('{"QMP": {"version": {}, "capabilities": []}}\n{"return": {}}\n' +
            qmp(page))


# Each with offsets: what is damaged shows.
TOOLS = {name: real(name) for name in (
    "xxd", "xxd -a", "xxd -g1", "xxd -g4", "xxd -g8", "xxd -g0", "xxd -u",
    "xxd -c 8", "xxd -c 32 -g 1", "xxd -c 10 -g 5", "xxd -d", "xxd -o 4096",
    "xxd -e", "xxd -e -g2", "xxd -e -g8",
    "hexdump -C", "hexdump -C -v", "hexdump", "hexdump -v", "hexdump -x",
    "od -tx1", "od -v -tx1", "od -Ax -tx1", "od -Ad -tx1", "od -Ax -tx1z",
    "od -x", "od -Ax -x", "od -Ad -x", "od -tx4", "od -Ax -tx4z", "od -Ax -tx8",
    "od -Ax -tx1 -w32", "od -v -Ax -tx2 -w8")}
TOOLS.update({
    "xp /xb": qemu_xp(1), "xp /xh": qemu_xp(2), "xp /xw": qemu_xp(4),
    "xp /xg": qemu_xp(8), "xp of old": qemu_xp(4, digits=8),
    "x /xb": qemu_xp(1, 0xffff8881feffb000),
    "crash rd": crash_rd(8), "crash rd -32": crash_rd(4),
    "crash rd -16": crash_rd(2), "crash rd -8": crash_rd(1),
    "md.b": uboot_md(1), "md.w": uboot_md(2), "md.l": uboot_md(4),
    "wireshark": wireshark, "text2pcap": text2pcap, "Format-Hex": format_hex,
    "tcpdump -xx": tcpdump, "kernel": kernel_log,
    "gdb without symbols": gdb_x(1, False, 0x7ffff7fc0ff0),
    "QMP": qmp, "QMP session": qmp_session})
HAVE_GDB = bool(shutil.which("gdb") and shutil.which("objcopy"))
for _letter, _width in (("b", 1), ("h", 2), ("w", 4), ("g", 8)):
    TOOLS[f"gdb x/x{_letter}"] = (
        gdb_real(_letter) if HAVE_GDB else gdb_x(_width))

# Without offsets.
LISTS = {
    "xxd -p": real("xxd -p"), "xxd -p -u": real("xxd -p -u"),
    "xxd -p -c 65536": real("xxd -p -c 65536"),
    "xxd -p -c 16": real("xxd -p -c 16"),
    "xxd -i": real("xxd -i"),
    "od -An -v -tx1": real("od -An -v -tx1"),
    "openssl": openssl_colons, "colons": colons,
    "C": c_array(12), "C of 16": c_array(16, indent="    ", tail=""),
    "C in capitals": c_array(8, element="0x{:02X}"),
    "C of decimals": c_array(16, element="{:d}"),
    "Rust": c_array(16, "const PAGE: [u8; N] = [\n", "];\n"),
    "Rust, {:02x?}": rust_debug,
    "Python, bytes": python_repr, "Python, list": python_list,
    "Python, bytes(...)": c_array(8, "page = bytes([\n", "])\n"),
    "JSON": json_array, "JSON, indented": json_lines,
    "JSON in columns": json_columns,
    "string in C": c_string,
}

# A digit that is lost leaves another number.
DECIMAL = ("C of decimals", "Python, list", "JSON", "JSON, indented",
           "JSON in columns")

# Never read: the message says what it is.
FOREIGN = {name: (real(name), reason) for name, reason in (
    ("od", "octal words"), ("od -Ax -to1", "octal bytes"),
    ("hexdump -b", "octal bytes"), ("hexdump -d", "decimal words"),
    ("hexdump -c", "characters"), ("od -c", "characters"),
    ("xxd -b", "binary digits"), ("od -Ad -tu1", "decimal bytes"),
    ("od -An -tx1", "a * cannot be expanded without offsets"),
    ("od -An -v -x", "words"), ("od -An -v -tx4", "words"),
    ("base64", "base64"),
    ("od --endian=big -x", "big-endian"),
    ("od --endian=big -tx4", "big-endian"))}
FOREIGN["no-break spaces"] = (
    lambda page: kernel_log(page).replace(" ", "\xa0"), "no-break spaces")
FOREIGN["log with a prefix"] = (
    lambda page: "".join("[   12.345678] vmclock: " + line + "\n"
                         for line in kernel_log(page).splitlines()),
    "text before the bytes")
FOREIGN["gdb print"] = (
    lambda page: "$1 = {" + ", ".join(hex(c) for c in page) + "}\n",
    "without both digits")
FOREIGN["Rust, {:x?}"] = (
    lambda page: "[" + ", ".join(f"{c:x}" for c in page) + "]\n",
    "without both digits")
