#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A recording from stdin to stdout, with snapshots changed.

Arguments are FIRST[-LAST[/PERIOD]]@WHAT=VALUE: of these snapshots, or of the
first half of each PERIOD of them, WHAT is an offset into the page, and VALUE
its bytes in hex, or WHAT is a member of the line, and VALUE its JSON.
"""
import json
import re
import sys


def read_rule(text):
    first, last, period, what, value = re.fullmatch(
        r"(\d+)(?:-(\d+)(?:/(\d+))?)?@(\w+)=(.*)", text).groups()
    value = bytes.fromhex(value) if what[0].isdigit() else json.loads(value)
    return int(first), int(last or first), int(period or 1), what, value


def change(line, rule):
    first, last, period, what, value = rule
    if not first <= line["n"] <= last or (line["n"] - first) % period * 2 >= period:
        return
    if not isinstance(value, bytes):
        line[what] = value
        return
    page = bytearray.fromhex(line["page"]["hex"])
    offset = int(what, 0)
    page[offset:offset + len(value)] = value
    line["page"]["hex"] = page.hex()


rules = [read_rule(argument) for argument in sys.argv[1:]]
for text in sys.stdin:
    line = json.loads(text)
    if line["type"] == "snapshot":
        for rule in rules:
            change(line, rule)
    print(json.dumps(line))
