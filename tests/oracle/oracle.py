#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""An oracle for the series rules: reads recordings and says what each rule of
the catalogue's section "Several snapshots" answers. It shares nothing with the
program: a decoder of its own, a calendar of its own, integers of any size.

usage: tests/oracle/oracle.py [--leap-file FILE] RECORDING...

Prints a line of JSON for each recording: the status by rule, and why where a
rule fails or warns.

All times are integers, seconds times 2^64 ("grid"), and so exact:

    T(C) = reference + floor((C - counter_value) * period / 2^shift)
    E(C) = time_maxerror + ceil(|C - counter_value| * period_maxerror / 2^shift)

time_maxerror is in nanoseconds, which the grid does not hold, so what is
compared with E is multiplied by 10^9 instead.
"""
import argparse
import json
import struct
import sys
from collections import deque

ONE = 1 << 64
U64 = ONE - 1
GRID_MAX = 1 << 127
NSEC = 10**9

NA, SKIP, OK, WARN, FAIL = range(5)
STATUS = ("not-applicable", "skip", "ok", "warn", "fail")

UTC, TAI, MONOTONIC = range(3)
SYNCHRONIZED, FREERUNNING = 2, 3

TAI_OFFSET_VALID = 1 << 0
PERIOD_MAXERROR_VALID = 1 << 4
TIME_MAXERROR_VALID = 1 << 6
TIME_MONOTONIC = 1 << 7
VM_GEN_COUNTER_PRESENT = 1 << 8
NOTIFICATION_PRESENT = 1 << 9
MAXERROR_VALID = PERIOD_MAXERROR_VALID | TIME_MAXERROR_VALID

# leap_indicator: where in the story of a leap second, and its sign.
NONE, PRE_POS, PRE_NEG, POS, POST_POS, POST_NEG = range(6)
BEFORE, DURING, AFTER = 1, 2, 3
PHASE = {NONE: 0, PRE_POS: BEFORE, PRE_NEG: BEFORE, POS: DURING,
         POST_POS: AFTER, POST_NEG: AFTER}
SIGN = {NONE: 0, PRE_POS: 1, PRE_NEG: -1, POS: 1, POST_POS: 1, POST_NEG: -1}

RULES = (
    "series.constant", "series.seq-step", "series.odd-window",
    "series.marker-unique", "series.marker-silent", "series.generation-unique",
    "series.generation-marker", "series.monotonic", "series.nested",
    "series.frequency-step", "series.tai-step", "series.leap-taken",
    "series.smear", "series.features", "series.leap-order",
    "series.reference-advances",
)
(CONSTANT, SEQ_STEP, ODD_WINDOW, MARKER_UNIQUE, MARKER_SILENT,
 GENERATION_UNIQUE, GENERATION_MARKER, MONOTONIC_RULE, NESTED, FREQUENCY_STEP,
 TAI_STEP, LEAP_TAKEN, SMEAR, FEATURES, LEAP_ORDER,
 REFERENCE_ADVANCES) = range(len(RULES))

# Rules that come to depend on T(C): not judged where it leaves signed 64-bit
# seconds, of which the catalogue says nothing.
OF_TIME = (MARKER_SILENT, MONOTONIC_RULE, NESTED, LEAP_TAKEN, SMEAR,
           REFERENCE_ADVANCES)

# Where a row can be read in two ways: the one that is taken here, and others
# that `run` tries where the program disagrees, to say which one it has.
READINGS = {
    # series.nested (b): "whose number under it" counts from 1, as the lines of
    # a recording do. (0: from 0.)
    "nested.first-number": 1,
    # ... and counts the pages with bounds, the only ones that are kept. (True:
    # every usable page under the marker.)
    "nested.count-all": False,
    # series.marker-silent: "no bounds published" by the page before, which
    # series.nested (a) then says nothing of. ("both": by neither.)
    "marker-silent.bounds": "before",
    # series.leap-taken: where it must skip because of the size of A's bound,
    # the offset is not asked either. (True: it is.)
    "leap-taken.offset-first": False,
    # series.smear: one model that can be judged is enough for ok. (False: both
    # have to.)
    "smear.one-model": True,
    # series.smear: pages that announce a leap second that is not found make it
    # skip, "B not within the recording". (False: not-applicable.)
    "smear.announced": True,
    # series.leap-order: an indicator is "of one leap" with the one before until
    # the reference has come to a later month. (False: always.)
    "leap-order.later-month": True,
    # series.odd-window: unsettled_look_ns of 0 is no distance of two looks.
    # (True: it is less than 100 us.)
    "odd-window.look-0": False,
}
ALTERNATIVES = {
    "nested.first-number": [0],
    "nested.count-all": [True],
    "marker-silent.bounds": ["both"],
    "leap-taken.offset-first": [True],
    "smear.one-model": [False],
    "smear.announced": [False],
    "leap-order.later-month": [False],
    "odd-window.look-0": [True],
}

# series.smear: the window before and after B and 1/rate, in seconds.
MODELS = (
    ("noon-linear", 43200, 43200, 86401),
    ("utc-sls", 1000, 0, 1001),
)

REMEMBERED = 65536

# Where the last field ends that a rule reads: a page without it is not asked.
READS = {
    SEQ_STEP: 0x10, MARKER_UNIQUE: 0x18, FEATURES: 0x20, TAI_STEP: 0x26,
    LEAP_ORDER: 0x27, MARKER_SILENT: 0x18, GENERATION_UNIQUE: 0x70,
    GENERATION_MARKER: 0x70, MONOTONIC_RULE: 0x58, NESTED: 0x58,
    FREQUENCY_STEP: 0x58, LEAP_TAKEN: 0x58, SMEAR: 0x58,
    REFERENCE_ADVANCES: 0x58,
}


# The calendar and the leap-second table.

def days_from_civil(year, month):
    """Days from 1970-01-01 to the first day of a month, Gregorian."""
    year += (month - 1) // 12
    month = (month - 1) % 12 + 1
    before = year - 1
    days = 365 * before + before // 4 - before // 100 + before // 400
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    days += sum(lengths[:month - 1])
    if month > 2 and year % 4 == 0 and (year % 100 or year % 400 == 0):
        days += 1
    return days - 719162


_months = {}


def month_of(second):
    """First second of a UTC second's month, and of the next month."""
    day = second // 86400
    found = _months.get(day)
    if found is None:
        year = 1970 + day * 400 // 146097  # or the one beside it
        while days_from_civil(year, 1) > day:
            year -= 1
        while days_from_civil(year + 1, 1) <= day:
            year += 1
        month = 1
        while days_from_civil(year, month + 1) <= day:
            month += 1
        found = (days_from_civil(year, month) * 86400,
                 days_from_civil(year, month + 1) * 86400)
        _months[day] = found
    return found


class Leaps:
    """A leap-second table: [(second it begins at, TAI - UTC)] and expiry, in
    UTC seconds since 1970."""

    def __init__(self, entries, expires):
        self.entries = entries
        self.expires = expires
        # (B, sign, TAI - UTC before it)
        self.leaps = [
            (after[0], after[1] - before[1], before[1])
            for before, after in zip(entries, entries[1:])]

    @classmethod
    def parse(cls, text):
        ntp = 2208988800
        entries, expires = [], None
        for line in text.splitlines():
            if line.startswith("#@"):
                expires = int(line[2:].split()[0]) - ntp
            elif line.strip() and not line.startswith("#"):
                words = line.split()
                entries.append((int(words[0]) - ntp, int(words[1])))
        return cls(entries, expires)


# Pages and recordings.

LAYOUT = struct.Struct("<IIHBBIQQ2xBBhBBQQQQQQQQQ")
MAGIC = 0x4b4c4356
assert LAYOUT.size == 0x70


class Page:
    __slots__ = ("raw", "length", "covered", "layout", "size", "counter_id",
                 "time_type", "seq", "marker", "flags", "status", "tai", "leap",
                 "shift", "counter_value", "period", "period_maxerror", "ref",
                 "time_maxerror", "generation", "usable", "bounds", "offset",
                 "utc", "has_counter", "first", "last", "n", "scale")

    def __init__(self, raw, length):
        self.raw = raw
        self.length = length
        (magic, self.size, version, self.counter_id, self.time_type, self.seq,
         self.marker, self.flags, self.status, _, self.tai, self.leap,
         self.shift, self.counter_value, self.period, _, self.period_maxerror,
         sec, frac, _, self.time_maxerror, self.generation
         ) = LAYOUT.unpack(raw[:0x70].ljust(0x70, b"\0"))
        # The first 0x20 bytes are there always, of the others what both `size`
        # and the dump cover.
        self.covered = min(length, max(self.size, 0x20))
        self.layout = "rfc-3" if (
            magic == MAGIC and self.size >> 16 == 1
            and self.size & 0xffff >= 0x58
            and not (version == 1 and self.counter_id in (0, 1, 0xff)
                     and self.time_type <= 4)) else "vmclock-1"
        self.ref = sec << 64 | frac
        self.usable = (
            self.layout == "vmclock-1" and self.covered >= 0x58
            and self.counter_id <= 1 and self.status in (2, 3)
            and self.time_type <= MONOTONIC and self.period != 0
            and self.seq % 2 == 0)
        self.bounds = (self.flags & MAXERROR_VALID == MAXERROR_VALID
                       and self.covered >= 0x68)
        self.offset = None
        if self.flags & TAI_OFFSET_VALID and self.covered >= 0x26:
            self.offset = abs(self.tai)
        # The reference in UTC by the page's own offset.
        self.utc = None
        if self.usable and sec < 1 << 63:
            if self.time_type == UTC:
                self.utc = self.ref
            elif self.time_type == TAI and self.offset is not None:
                self.utc = self.ref - self.offset * ONE

    def has(self, end):
        """Whether a field that ends there is on the page."""
        return self.covered >= end

    def without(self, end):
        """What a rule on that field answers: it cannot be judged where the dump
        is cut short, and does not apply where `size` ends before it."""
        return SKIP if self.length < end <= max(self.size, 0x20) else NA

    def content(self, start, end):
        """Its bytes from one offset to another, zeros at the end cut."""
        return self.raw[start:end].rstrip(b"\0")

    def ticks(self, counter):
        ticks = (counter - self.counter_value) & U64
        return ticks - ONE if ticks >> 63 else ticks

    def time(self, counter):
        return self.ref + (self.ticks(counter) * self.period >> self.shift)

    def drift(self, counter):
        return -(-abs(self.ticks(counter)) * self.period_maxerror
                 >> self.shift)

    def within(self, counter, step):
        """Whether |step| <= E(counter)."""
        return ((abs(step) - self.drift(counter)) * NSEC
                <= self.time_maxerror << 64)

    def error(self, counter):
        """E in units of 2^-64 ns: grid times 10^9."""
        return self.drift(counter) * NSEC + (self.time_maxerror << 64)

    def readings(self):
        return (self.first, self.last) if self.has_counter else ()

    def common(self):
        """Where a new page and the one before it are both asked."""
        return self.first if self.has_counter else self.counter_value


class Unsettled:
    __slots__ = ("n", "unsettled", "look")

    def __init__(self, n, unsettled, look):
        self.n = n
        self.unsettled = unsettled
        self.look = look


def read_recording(lines):
    """The pages of a recording, each after the Unsettled that says how it came
    to rest."""
    before = None
    first = True
    for line in lines:
        line = json.loads(line)
        if first:
            if line["schema"] != "vmclockctl/record":
                raise ValueError("no recording")
            first = False
            continue
        # The last reading under a page stands in the line after it.
        if before is not None:
            if before.has_counter and line["counter_last"] is not None:
                before.last = int(line["counter_last"])
            yield before
            before = None
        if line["type"] == "end":
            return
        yield Unsettled(line["n"], line["unsettled_ns"],
                        line["unsettled_look_ns"])
        if line["type"] == "snapshot":
            before = Page(bytes.fromhex(line["page"]["hex"]),
                          line["page"]["length"])
            before.n = line["n"]
            before.has_counter = line["counter"] is not None
            if before.has_counter:
                before.first = before.last = int(line["counter"])
    if before is not None:
        yield before


class Kept:
    """The earlier pages that series.nested (b) asks: the first one, and for
    each j from 0 to 21 the last two whose number is a multiple of 2^j."""

    def __init__(self, number):
        self.number = number
        self.first = None
        self.slots = []

    def add(self, page, count_all):
        """A page under the marker, in its turn."""
        if page.bounds:
            if self.first is None:
                self.first = page
            for j in range(22):
                if self.number & ((1 << j) - 1):
                    break
                if j == len(self.slots):
                    self.slots.append(deque(maxlen=2))
                self.slots[j].append(page)
        if page.bounds or count_all:
            self.number += 1

    def pages(self):
        found = {} if self.first is None else {id(self.first): self.first}
        for slot in self.slots:
            for page in slot:
                found[id(page)] = page
        return found.values()


class Judge:
    """Judges one recording: give it what read_recording() yields, then end
    it."""

    def __init__(self, leaps=None, readings=None):
        self.leaps = leaps
        self.reading = READINGS if readings is None else readings
        self.worst = [None] * len(RULES)
        self.why = [""] * len(RULES)
        self.before = None
        self.pages = 0
        self.todays = False
        self.markers, self.generations = {}, {}
        self.marker_last = self.generation_last = None
        self.still_since = None
        self.still_page = None
        self.run = None
        self.kept = None
        self.overflow = False
        self.lacking = {}

    def say(self, rule, status, page=None, why=""):
        status = self.lacking.get(rule, status)
        if self.worst[rule] is None or status > self.worst[rule]:
            self.worst[rule] = status
            if status >= WARN:
                self.why[rule] = "n=%s %s" % (page.n if page else "-", why)

    def judge(self, item):
        if isinstance(item, Unsettled):
            self.odd_window(item)
        else:
            self.page(item)

    def end(self):
        """The verdict: {rule: status}."""
        self.close_run()
        for rule, worst in enumerate(self.worst):
            if worst is None or (self.pages < 2 and worst < WARN):
                # Of an rfc-3 page nothing is judged.
                todays = self.todays or not self.pages
                self.worst[rule] = SKIP if todays else NA
        return {name: STATUS[worst] for name, worst in zip(RULES, self.worst)}

    def time(self, page, counter):
        time = page.time(counter)
        if not -GRID_MAX <= time < GRID_MAX:
            self.overflow = True
        return time

    # One look.

    def odd_window(self, look):
        """F at 100 ms; W at 1 ms, of looks less than 100 us apart."""
        self.say(ODD_WINDOW, OK)
        if look.unsettled >= 100_000_000:
            self.say(ODD_WINDOW, FAIL, look, "%d ns" % look.unsettled)
        elif look.unsettled >= 1_000_000 and look.look < 100_000 and (
                look.look or self.reading["odd-window.look-0"]):
            self.say(ODD_WINDOW, WARN, look, "%d ns" % look.unsettled)

    def page(self, new):
        old = self.before
        self.before = new
        self.lacking = {}
        self.pages += 1
        todays = new.layout == "vmclock-1"
        self.todays |= todays
        marker_returned = generation_returned = False
        if todays:
            marker_returned = self.remember(
                self.markers, new.marker, self.marker_last)
            self.marker_last = new.marker
            if new.flags & VM_GEN_COUNTER_PRESENT and new.has(0x70):
                generation_returned = self.remember(
                    self.generations, new.generation, self.generation_last)
                self.generation_last = new.generation
        same = (old is not None and old.usable and new.usable
                and old.marker == new.marker
                and old.counter_id == new.counter_id
                and old.time_type == new.time_type)
        self.stands(old, new, same)
        if old is None:
            self.start_run(new)
            return
        if old.layout != new.layout or not todays:
            for rule in range(len(RULES)):
                self.say(rule, NA)
            self.start_run(new)
            return
        self.lacking = {rule: new.without(end) for rule, end in READS.items()
                        if not new.has(end)}
        for rule, status in self.lacking.items():
            self.say(rule, status)
        self.bytes_change(old, new)
        self.say(MARKER_UNIQUE, FAIL if marker_returned else OK, new,
                 "%#x returned" % new.marker)
        both = old.flags & new.flags & VM_GEN_COUNTER_PRESENT
        if both and not (old.has(0x70) and new.has(0x70)):
            self.say(GENERATION_UNIQUE, old.without(0x70))
            self.say(GENERATION_MARKER, old.without(0x70))
        elif both:
            self.say(GENERATION_UNIQUE, FAIL if generation_returned else OK,
                     new, "%#x returned" % new.generation)
            # Never more than a note.
            self.say(GENERATION_MARKER, OK)
        else:
            self.say(GENERATION_UNIQUE, NA)
            self.say(GENERATION_MARKER, NA)
        self.features(old, new)
        self.leap_order(old, new)
        self.tai_step(old, new)
        if same:
            self.move(old, new)
        else:
            for rule in (MARKER_SILENT, MONOTONIC_RULE, NESTED, FREQUENCY_STEP,
                         REFERENCE_ADVANCES):
                self.say(rule, NA)
            self.start_run(new)

    @staticmethod
    def remember(values, value, last):
        """Note a value; whether it had been left and is back. The last 65,536
        are remembered."""
        known = value in values
        if not known:
            values[value] = True
            if len(values) > REMEMBERED:
                del values[next(iter(values))]
        return known and last != value

    # Two neighbours.

    def bytes_change(self, old, new):
        end = min(old.length, new.length)
        # `size` covers the header at least.
        end = min(end, max(old.size, 0x20), max(new.size, 0x20))
        self.say(CONSTANT, OK)
        if old.content(0, min(end, 12)) != new.content(0, min(end, 12)):
            self.say(CONSTANT, FAIL, new, "a byte below 0x0c changed")
        self.say(SEQ_STEP, OK)
        # "content" is what seq_count protects, the bytes behind it.
        if old.seq == new.seq:
            if old.content(16, end) != new.content(16, end):
                self.say(SEQ_STEP, FAIL, new, "content changed, seq_count not")
        elif (new.seq - old.seq) % (1 << 32) >= 1 << 31:
            if old.marker == new.marker:
                self.say(SEQ_STEP, FAIL, new,
                         "seq_count %d, then %d" % (old.seq, new.seq))

    def features(self, old, new):
        changed = old.flags ^ new.flags
        self.say(FEATURES, OK)
        if changed & NOTIFICATION_PRESENT:
            self.say(FEATURES, FAIL if old.marker == new.marker else WARN, new,
                     "NOTIFICATION_PRESENT")
        if changed & VM_GEN_COUNTER_PRESENT:
            self.say(FEATURES, WARN, new, "VM_GEN_COUNTER_PRESENT")

    def leap_order(self, old, new):
        if old.marker != new.marker:
            self.say(LEAP_ORDER, NA)
            return
        if not (old.has(0x27) and new.has(0x27)):
            self.say(LEAP_ORDER, old.without(0x27))
            return
        self.say(LEAP_ORDER, OK)
        if old.leap not in PHASE or new.leap not in PHASE or \
                old.leap == NONE or new.leap == NONE:
            return
        why = "leap_indicator %d, then %d" % (old.leap, new.leap)
        if SIGN[old.leap] != SIGN[new.leap]:
            self.say(LEAP_ORDER, FAIL, new, why)
        elif PHASE[new.leap] < PHASE[old.leap]:
            later = (old.utc is not None and new.utc is not None
                     and new.utc >= month_of(old.utc >> 64)[1] << 64)
            if not (later and self.reading["leap-order.later-month"]):
                self.say(LEAP_ORDER, FAIL, new, why)

    def leap_by_indicators(self, old, new):
        """The sign of the leap second that two neighbours tell of, or 0: the
        new one is in it or past it, or back at NONE, and the old one was not
        past it. Both references, where they are known in UTC, must fit."""
        if old.leap == new.leap or old.leap not in PHASE or \
                new.leap not in PHASE:
            return 0
        if new.leap != NONE:
            if PHASE[new.leap] == BEFORE:
                return 0
            sign = SIGN[new.leap]
        else:
            if PHASE[old.leap] == AFTER:
                return 0
            sign = SIGN[old.leap]
        if old.utc is None or new.utc is None:
            return sign
        teller = old if PHASE[old.leap] in (BEFORE, DURING) else new
        start, after = month_of(teller.utc >> 64)
        if PHASE[teller.leap] == BEFORE:
            end = after
        elif PHASE[teller.leap] == AFTER:
            end = start
        else:
            # 23:59:60 is counted as 23:59:59 or as 00:00:00 once more.
            end = start if teller.utc >> 64 == start else after
        begun = end - 1 if new.leap == POS else end
        over = end + 1 if old.leap == POS else end
        return sign if old.utc < over << 64 and new.utc >= begun << 64 else 0

    def leap_by_table(self, old, new):
        """The sum of those that an unexpired table has between the references:
        not over at the old one and begun at the new one."""
        if not self.leaps or not (old.usable and new.usable) or \
                old.time_type != new.time_type or new.time_type == MONOTONIC:
            return 0
        total = 0
        for end, sign, offset in self.leaps.leaps:
            b = end << 64
            if new.time_type == UTC:
                # 23:59:60 is counted as 23:59:59 once more, or 00:00:00 is
                # counted twice. A second that is skipped is neither.
                between = old.ref < b <= new.ref
                if sign > 0:
                    between |= old.ref < b <= new.ref + ONE
                    between |= old.ref - ONE < b <= new.ref
                at = new.ref
            else:
                # On the scale of TAI, by the table's own offset: from when it
                # begins to when it is over. What is skipped takes no time.
                begun = b + (offset - (sign < 0)) * ONE
                between = old.ref < begun + (sign > 0) * ONE and \
                    begun <= new.ref
                at = new.ref - (offset + sign) * ONE
            if between:
                if at >= self.leaps.expires << 64:
                    return 0
                total += sign
        return total

    def leap_between(self, old, new):
        return self.leap_by_indicators(old, new) or self.leap_by_table(old, new)

    def tai_step(self, old, new):
        if not old.flags & new.flags & TAI_OFFSET_VALID:
            self.say(TAI_STEP, NA)
            return
        if not (old.has(0x26) and new.has(0x26)):
            self.say(TAI_STEP, old.without(0x26))
            return
        self.say(TAI_STEP, OK)
        if old.tai == new.tai:
            return
        # By the second of that leap, so in its direction.
        change = new.offset - old.offset
        signs = (old.tai > 0) - (old.tai < 0), (new.tai > 0) - (new.tai < 0)
        why = "tai_offset_sec %d, then %d" % (old.tai, new.tai)
        if change == 0 or signs in ((1, -1), (-1, 1)):
            self.say(TAI_STEP, FAIL, new, why)
        else:
            # The reference of another host may be the older one.
            other = old.marker != new.marker
            if self.leap_between(old, new) == change or (
                    other and self.leap_between(new, old) == -change):
                return
            first, second = old, new
            if other and old.utc is not None and new.utc is not None and \
                    new.utc < old.utc:
                first, second = new, old
            known = not self.may_be_right(first, second, abs(change))
            self.say(TAI_STEP, FAIL if known else SKIP, new, why)

    def may_be_right(self, old, new, change):
        """Whether the offset may have changed at leap seconds that nothing
        tells of: a page that is not usable has no time, and another host may
        come long after the one before."""
        if not (old.usable and new.usable):
            return change == 1
        if old.marker == new.marker or old.utc is None or new.utc is None:
            return False
        seconds = (new.utc >> 64) - (old.utc >> 64)
        if seconds < 0 or (self.leaps and
                           new.utc < self.leaps.expires << 64):
            return False
        # One each half year begun, at the end of a month.
        return (month_of(old.utc >> 64) != month_of(new.utc >> 64)
                and change <= seconds // 15778800 + 1)

    # Two neighbours, usable, of one marker, counter_id and time_type.

    def move(self, old, new):
        leap = self.leap_between(old, new) if new.time_type == UTC else 0
        common = new.common()
        taken = self.take(leap, self.time(new, common) - self.time(old, common))
        new.scale = old.scale + taken
        self.marker_silent(old, new, taken)
        self.monotonic(old, new, taken)
        self.nested(old, new, leap)
        self.frequency_step(old, new)
        self.reference_advances(old, new, leap)
        self.run.append(new)
        self.kept.add(new, self.reading["nested.count-all"])

    @staticmethod
    def take(leap, step):
        """What to add to the new time, so that a step has no leap second in it:
        whether the count stepped between these two pages is for the size of the
        step to say, for 23:59:60 may be between them and later pages."""
        whole = leap * ONE
        return whole if abs(step + whole) < abs(step) else 0

    @staticmethod
    def missed(old, new):
        """How many updates were not seen, by seq_count."""
        steps = (new.seq - old.seq) % (1 << 32)
        return steps // 2 - 1 if 2 <= steps < 1 << 31 else 0

    def marker_silent(self, old, new, taken):
        if old.bounds or \
                (new.bounds and self.reading["marker-silent.bounds"] == "both"):
            self.say(MARKER_SILENT, NA)
            return
        self.say(MARKER_SILENT, OK)
        common = new.common()
        at_old = self.time(old, common)
        step = abs(self.time(new, common) + taken - at_old)
        if step * 1_000_000 <= 500 * ONE:
            return
        # Of updates that were missed the corrections come all at once: 50 ppm of
        # the time since the old reference.
        explained = max(0, at_old - old.ref) * 50 if self.missed(old, new) \
            else 0
        if old.status == FREERUNNING and new.status == SYNCHRONIZED:
            # 50 ppm of the time since the reference of the first page that was
            # FREERUNNING: a host may publish more of them on its way.
            first = old
            for page in reversed(self.run):
                if page.status != FREERUNNING:
                    break
                first = page
            explained = max(0, at_old - first.ref) * 50
        status = FAIL
        if step * 1000 <= 10 * ONE or step * 1_000_000 <= explained:
            status = WARN
        self.say(MARKER_SILENT, status, new, "a step of %d" % step)

    def monotonic(self, old, new, taken):
        if not old.flags & new.flags & TIME_MONOTONIC:
            self.say(MONOTONIC_RULE, NA)
        elif not (old.has_counter and new.has_counter):
            self.say(MONOTONIC_RULE, SKIP)
        else:
            back = self.time(old, old.last) - self.time(new, new.first) - taken
            self.say(MONOTONIC_RULE, FAIL if back > 0 else OK, new,
                     "back by %d" % back)

    def nested(self, old, new, leap):
        judged = False
        # The page before may be one that was not seen.
        missed = self.missed(old, new)
        if old.bounds and missed and not new.bounds:
            self.say(NESTED, SKIP)
        if old.bounds and not missed:
            points = list(old.readings())
            if points:
                kink = old.counter_value
                after = (kink - old.first) & U64
                before = (old.last - kink) & U64
                if 0 < after < 1 << 63 and 0 < before < 1 << 63:
                    points.append(kink)
            else:
                points.append(old.counter_value)
            for point in points:
                judged = True
                step = self.time(new, point) - self.time(old, point)
                step += self.take(leap, step)
                if not old.within(point, step):
                    self.say(NESTED, FAIL, new,
                             "(a) at %d a step of %d" % (point, step))
        if new.bounds:
            for page in self.kept.pages():
                points = page.readings()
                if not points:
                    points = (page.counter_value,)
                for point in points:
                    judged = True
                    step = self.time(new, point) - self.time(page, point) + \
                        new.scale - page.scale
                    if abs(step) * NSEC > page.error(point) + new.error(point):
                        self.say(NESTED, FAIL, new,
                                 "(b) against n=%d at %d a step of %d" % (
                                     page.n, point, step))
        self.say(NESTED, OK if judged else NA)

    def frequency_step(self, old, new):
        # Both in units of 2^-(64 + both shifts) s.
        a, b = old.period << new.shift, new.period << old.shift
        change = abs(b - a) * 1_000_000
        steered = old.flags & new.flags & TIME_MONOTONIC
        status = OK
        if steered:
            if change > 1000 * a:
                status = WARN
        elif change > 100 * a:
            status = FAIL
        elif change > a:
            status = WARN
        self.say(FREQUENCY_STEP, status, new,
                 "%#x/%d, then %#x/%d" % (old.period, old.shift, new.period,
                                          new.shift))

    def reference_advances(self, old, new, leap):
        self.say(REFERENCE_ADVANCES, OK)
        ticks = old.ticks(new.counter_value)
        counted = self.time(old, new.counter_value)
        advance = new.ref - old.ref + self.take(leap, new.ref - counted)
        if ticks < 0:
            why = "counter_value went back"
        elif advance < 0:
            why = "the reference went back"
        elif advance == 0 and counted - old.ref > ONE:
            why = "counter_value without the reference"
        elif ticks == 0 and advance > ONE:
            why = "the reference without counter_value"
        else:
            return
        self.say(REFERENCE_ADVANCES, FAIL, new, why)

    def stands(self, old, new, same):
        """Both still for an hour while SYNCHRONIZED, from the first reading
        under the first such page to the last under the last one, in the time of
        that one."""
        if not (new.usable and new.status == SYNCHRONIZED and new.has_counter):
            self.still_since = None
            return
        if self.still_since is None or not same or \
                old.counter_value != new.counter_value or old.ref != new.ref:
            self.still_since = new.first
        still = self.time(new, new.last) - self.time(new, self.still_since)
        if still < 3600 * ONE:
            return
        # With bounds, ok with a note, for they grow.
        if not new.bounds:
            self.say(REFERENCE_ADVANCES, WARN, new, "still for %d" % still)
        else:
            self.say(REFERENCE_ADVANCES, OK)

    # A run of usable pages of one marker, counter_id and time_type.

    def start_run(self, new):
        self.close_run()
        if new.usable:
            new.scale = 0
            self.run = [new]
            self.kept = Kept(self.reading["nested.first-number"])
            self.kept.add(new, self.reading["nested.count-all"])

    def close_run(self):
        self.lacking = {}
        self.say(LEAP_TAKEN, NA)
        self.say(SMEAR, NA)
        run, self.run = self.run, None
        if not run or run[0].time_type == MONOTONIC:
            return
        # Unless one is found, it begins or ends within the leap second.
        if any(page.leap == POS for page in run):
            self.say(LEAP_TAKEN, SKIP)
        found = []
        for before, after in self.beside(run):
            leap = self.leap_at(before, after)
            if leap == SKIP:
                self.say(LEAP_TAKEN, SKIP)
            elif leap:
                found.append(leap)
                self.leap_taken(before, after, leap[1])
                if run[0].time_type == UTC:
                    self.smear(run, before, after, *leap)
        if not found and run[0].time_type == UTC and \
                self.reading["smear.announced"] and \
                any(PHASE.get(page.leap) for page in run):
            self.say(SMEAR, SKIP)

    @staticmethod
    def beside(run):
        """Neighbours, of the pages that are before a month's end or after it:
        not POS, and at least a second from it."""
        last = None
        for page in run:
            if page.utc is None or page.leap == POS:
                continue
            start, end = month_of(page.utc >> 64)
            if page.utc < start + 1 << 64 or page.utc > end - 1 << 64:
                continue
            if last is not None:
                yield last, page
            last = page

    def leap_at(self, before, after):
        """(B, sign) between two pages, SKIP or None."""
        told, end = 0, None
        if PHASE.get(before.leap) == BEFORE and (
                after.leap == NONE or (PHASE.get(after.leap) == AFTER and
                                       SIGN[after.leap] == SIGN[before.leap])):
            told, end = SIGN[before.leap], month_of(before.utc >> 64)[1]
        elif before.leap == NONE and PHASE.get(after.leap) == AFTER:
            told, end = SIGN[after.leap], month_of(after.utc >> 64)[0]
        if told and not before.utc < end << 64 <= after.utc:
            told = 0
        known = self.leaps is not None and \
            self.leaps.expires << 64 > after.utc
        listed = [(b, sign) for b, sign, _ in self.leaps.leaps
                  if before.utc < b << 64 <= after.utc] if known else []
        if told:
            if after.leap == NONE and known and not listed:
                return SKIP
            return end, told
        return listed[0] if len(listed) == 1 else None

    def leap_taken(self, before, after, sign):
        offset_right = before.offset is None or after.offset is None or \
            after.offset - before.offset == sign
        why = "offset %s, then %s" % (before.offset, after.offset)
        if before.time_type == TAI:
            self.say(LEAP_TAKEN, OK if offset_right else FAIL, after, why)
            return
        at = after.common()
        if before.bounds:
            unclear = before.error(at) >= (ONE >> 1) * NSEC
        else:
            unclear = self.time(before, at) - before.ref > 2500 * ONE
        if unclear:
            self.say(LEAP_TAKEN, SKIP)
            if self.reading["leap-taken.offset-first"] and not offset_right:
                self.say(LEAP_TAKEN, FAIL, after, why)
            return
        step = self.time(after, at) - self.time(before, at)
        taken = abs(step + sign * ONE) <= abs(step)
        self.say(LEAP_TAKEN, OK if taken and offset_right else FAIL, after,
                 "a step of %d, %s" % (step, why))

    def smear(self, run, before, after, end, sign):
        at = after.common()
        step = self.time(after, at) - self.time(before, at)
        if abs(step) * 4 >= ONE:
            self.say(SMEAR, OK)
            return
        judged = []
        for name, ahead, behind, rate in MODELS:
            window = (ahead + behind) * ONE
            start, stop = end - ahead << 64, end + behind << 64
            # Of the two months that meet there.
            near = [p for p in run if p.utc is not None
                    and end in month_of(p.utc >> 64)]
            within = [p for p in near if start <= p.ref <= stop]
            sides = [self.mean_rate(side, window, 1000) for side in (
                [p for p in near if p.ref < start],
                [p for p in near if p.ref > stop])]
            sides = [side for side in sides if side]
            inside = self.mean_rate(within, window, 4)
            if not inside or not sides:
                judged.append(SKIP)
                continue
            smeared = all(self.slower(inside, side, -sign, rate)
                          for side in sides)
            judged.append(FAIL if smeared else OK)
            if smeared:
                self.say(SMEAR, FAIL, after, name)
        if OK in judged and (SKIP not in judged
                             or self.reading["smear.one-model"]):
            self.say(SMEAR, OK)
        else:
            self.say(SMEAR, SKIP)

    @staticmethod
    def mean_rate(pages, window, part):
        """(time, ticks) from the first to the last page, None where there are
        fewer than two or they are less than that part of the window apart."""
        if len(pages) < 2:
            return None
        time = pages[-1].ref - pages[0].ref
        ticks = pages[0].ticks(pages[-1].counter_value)
        if time * part < window or ticks <= 0:
            return None
        return time, ticks

    @staticmethod
    def slower(inside, side, sign, rate):
        """Whether inside / side - 1 is 75 % to 125 % of sign / rate."""
        # (ti * ks - ts * ki) / (ts * ki), times sign * rate, in 0.75 .. 1.25
        whole = side[0] * inside[1]
        change = (inside[0] * side[1] - whole) * sign * rate * 4
        return 3 * whole <= change <= 5 * whole


def judge_recording(lines, leaps=None, readings=None):
    """A Judge that has seen it all, and its verdict."""
    judge = Judge(leaps, readings)
    for item in read_recording(lines):
        judge.judge(item)
    return judge, judge.end()


def main():
    parser = argparse.ArgumentParser(
        description="Judge recordings by the series rules.")
    parser.add_argument("--leap-file")
    parser.add_argument("recording", nargs="+")
    arguments = parser.parse_args()
    leaps = None
    if arguments.leap_file:
        with open(arguments.leap_file, encoding="utf-8") as file:
            leaps = Leaps.parse(file.read())
    for path in arguments.recording:
        with open(path, encoding="utf-8") as file:
            judge, verdict = judge_recording(file, leaps)
        json.dump({"path": path, "verdicts": verdict, "why": {
            rule: why for rule, why in zip(RULES, judge.why) if why
        }}, sys.stdout)
        print()


if __name__ == "__main__":
    main()
