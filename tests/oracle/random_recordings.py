#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random recordings for the oracle: of honest hosts, and with one fault each.

usage: tests/oracle/random_recordings.py [--seed S] [--count N] [--honest N] DIR

Writes them to DIR, with the leap-second tables they are made for.

An honest host knows the time only so well, but at every reading of the counter
under a marker the true time lies within the bounds of each of its pages, and
each page keeps the promise of the page before. Here true time is a function of
the counter made of straight lines, so that both can be had by construction.

A fault changes one thing. Where a rule has a limit, the fault goes to it and
one unit beyond, on either side, and says what the rule has to answer there.
"""
import argparse
import os
import random
import struct
import sys

sys.dont_write_bytecode = True

import oracle
from oracle import (FREERUNNING, MONOTONIC, NONE, NOTIFICATION_PRESENT, NSEC,
                    ONE, PERIOD_MAXERROR_VALID, POS, POST_NEG, POST_POS,
                    PRE_NEG, PRE_POS, SYNCHRONIZED, TAI, TAI_OFFSET_VALID,
                    TIME_MAXERROR_VALID, TIME_MONOTONIC, U64, UTC,
                    VM_GEN_COUNTER_PRESENT)

PERIOD_ESTERROR_VALID, TIME_ESTERROR_VALID = 1 << 3, 1 << 5
SOON, IMMINENT = 1 << 1, 1 << 2
ARM_VCNT, X86_TSC, INVALID = 0, 1, 0xff

# True time and true periods are finer than the grid by this many bits.
FINE = 40
# Down to a grid unit; what is at most the exact value is at most this.
MSEC = ONE // 1000

# What rules.md lets an honest host be warned of, by the rule.
HONEST_WARNINGS = {
    "time.type-utc": "a host may publish UTC",
    "tai.valid": "a host may not know the offset",
    "header.size-page": "a region may be smaller than a page",
    "period.precision": "a host may publish a coarse period",
    "flags.imminent-without-soon": "each has its own sentence",
    "error.pair": "a host may publish one of the two bounds",
    "error.period-size": "a counter may be worse than 100 ppm",
    "leap.missing": "a host may not publish leap_indicator",
    "series.odd-window": "a host may be preempted for a millisecond",
    "series.marker-silent": "a host that had been away from its reference",
    "series.frequency-step": "a host that has learned the frequency",
    "series.features": "another host may offer less",
    "series.reference-advances": "a host that updates at changes only",
}


def utc(year, month):
    return oracle.days_from_civil(year, month) * 86400


# The leap seconds that were, and some that were not.
_REAL = [(1972, 1), (1972, 7), (1973, 1), (1974, 1), (1975, 1), (1976, 1),
         (1977, 1), (1978, 1), (1979, 1), (1980, 1), (1981, 7), (1982, 7),
         (1983, 7), (1985, 7), (1988, 1), (1990, 1), (1991, 1), (1992, 7),
         (1993, 7), (1994, 7), (1996, 1), (1997, 7), (1999, 1), (2006, 1),
         (2009, 1), (2012, 7), (2015, 7), (2017, 1)]
_MADE_UP = [(2027, 7, 1), (2028, 1, -1), (2028, 7, -1), (2030, 1, 1),
            (2031, 1, 1), (2032, 7, -1)]


def _table(made_up, expires):
    entries = [(utc(year, month), 10 + i)
               for i, (year, month) in enumerate(_REAL)]
    for year, month, sign in made_up:
        entries.append((utc(year, month), entries[-1][1] + sign))
    return oracle.Leaps(entries, expires)


# With which leap-second table a recording is judged.
TABLES = {
    "full": _table(_MADE_UP, utc(2036, 1) - 3 * 86400),
    "expired": _table([], utc(2017, 7) - 3 * 86400),
    "none": None,
}
MODES = tuple(TABLES)


def table_text(table):
    """As IERS's leap-seconds.list."""
    lines = ["#@\t%d" % (table.expires + 2208988800)]
    lines += ["%d\t%d" % (start + 2208988800, offset)
              for start, offset in table.entries]
    return "\n".join(lines) + "\n"


def offset_at(second):
    """TAI - UTC at a UTC second, by the table with all in it."""
    offset = 10
    for start, value in TABLES["full"].entries:
        if start <= second:
            offset = value
    return offset


# Pages and recordings.

_PAGE = struct.Struct("<IIHBBIQQHBBhBBQQQQQQQQQ")
_FIELDS = {
    "magic": oracle.MAGIC, "size": 0x1000, "version": 1, "counter_id": X86_TSC,
    "time_type": TAI, "seq": 2, "marker": 1, "flags": 0, "pad": 0,
    "status": SYNCHRONIZED, "smear": 0, "tai": 0, "leap": NONE, "shift": 0,
    "cv": 0, "period": 0, "period_est": 0, "period_max": 0, "ref": 0,
    "time_est": 0, "time_max": 0, "generation": 0, "length": 4096, "tail": b"",
    "first": None, "last": None, "unsettled": 0, "look": 0, "missed": 0,
}


class Snap:
    """A page with its readings; counters are not cut to 64 bits yet."""
    __slots__ = tuple(_FIELDS)

    def __init__(self, **fields):
        for name, value in _FIELDS.items():
            setattr(self, name, value)
        for name, value in fields.items():
            setattr(self, name, value)

    def copy(self):
        made = Snap.__new__(Snap)
        for name in _FIELDS:
            setattr(made, name, getattr(self, name))
        return made

    def bytes(self):
        raw = _PAGE.pack(
            self.magic, self.size, self.version, self.counter_id,
            self.time_type, self.seq & 0xffffffff, self.marker, self.flags,
            self.pad, self.status, self.smear, self.tai, self.leap, self.shift,
            self.cv & U64, self.period, self.period_est, self.period_max,
            self.ref >> 64 & U64, self.ref & U64, self.time_est, self.time_max,
            self.generation)
        return (raw + self.tail)[:self.length]

    # The same arithmetic as the oracle's, for what is built here.

    def moved(self, counter):
        """T(C) - reference."""
        ticks = (counter - self.cv) & U64
        if ticks >> 63:
            ticks -= ONE
        return ticks * self.period >> self.shift

    def time(self, counter):
        return self.ref + self.moved(counter)

    def error(self, counter):
        """E(C) rounded down to the grid."""
        ticks = (counter - self.cv) & U64
        if ticks >> 63:
            ticks -= ONE
        return (-(-abs(ticks) * self.period_max >> self.shift)
                + (self.time_max << 64) // NSEC)

    @property
    def bounds(self):
        both = PERIOD_MAXERROR_VALID | TIME_MAXERROR_VALID
        return self.flags & both == both

    @property
    def usable(self):
        return (self.counter_id <= 1 and self.status in (2, 3)
                and self.seq % 2 == 0 and self.size >= 0x58
                and self.period != 0 and self.time_type <= MONOTONIC)


class Unsettled:
    __slots__ = ("seq", "unsettled", "look")

    def __init__(self, seq, unsettled, look):
        self.seq, self.unsettled, self.look = seq, unsettled, look


class Recording:
    """What is recorded, the table it is for, and what is known of it."""

    def __init__(self, name, mode, snaps):
        self.name = name
        self.mode = mode
        self.snaps = snaps
        self.expect = {}  # {rule: status}
        self.limit = None  # (name, side): of a limit's two sides this one
        self.only = None  # compare these rules only

    def text(self):
        lines = ['{"schema": "vmclockctl/record", "schema_version": 1, '
                 '"type": "start"}\n']
        last = "null"
        for n, snap in enumerate(self.snaps, 1):
            if isinstance(snap, Unsettled):
                lines.append(
                    '{"type": "unsettled", "n": %d, "seq_count": %d, '
                    '"counter_last": %s, "realtime": null, "monotonic_raw": '
                    'null, "wake": "virtual", "unsettled_ns": %d, '
                    '"unsettled_look_ns": %d}\n' % (
                        n, snap.seq, last, snap.unsettled, snap.look))
                last = "null"
                continue
            code = snap.bytes().rstrip(b"\0").hex()
            first = "null" if snap.first is None else \
                '"%d"' % (snap.first & U64)
            lines.append(
                '{"type": "snapshot", "n": %d, "page": {"length": %d, "hex": '
                '"%s"}, "counter": %s, "counter_last": %s, "realtime": null, '
                '"monotonic_raw": null, "wake": "virtual", "missed": %d, '
                '"unsettled_ns": %d, "unsettled_look_ns": %d}\n' % (
                    n, snap.length, code, first, last, snap.missed,
                    snap.unsettled, snap.look))
            last = "null" if snap.last is None else '"%d"' % (snap.last & U64)
        lines.append('{"type": "end", "counter_last": %s}\n' % last)
        return "".join(lines)


# True time.

class Truth:
    """Time of a counter: straight lines, in units of 2^-(64+FINE) s."""

    def __init__(self, rng, start, time, hz, wander_ppb, span, lines):
        nominal = (1 << 64 + FINE) // hz
        wander = nominal * wander_ppb // NSEC
        self.periods = [nominal + rng.randint(-wander, wander)
                        for _ in range(lines)]
        cuts = sorted(rng.randrange(span) for _ in range(lines - 1))
        self.starts = [start] + [start + cut for cut in cuts]
        self.times = [time]
        for i in range(1, lines):
            self.times.append(
                self.times[-1] + self.periods[i - 1]
                * (self.starts[i] - self.starts[i - 1]))

    def time(self, counter):
        i = len(self.starts) - 1
        while i and counter < self.starts[i]:
            i -= 1
        return self.times[i] + (counter - self.starts[i]) * self.periods[i]

    def grid(self, counter):
        return self.time(counter) >> FINE


class Host:
    """What stays the same over a recording, and where it has come to."""

    def __init__(self, rng, mode, want):
        self.rng, self.mode, self.want = rng, mode, want
        self.counter_id = self.pick("counter_id", X86_TSC, X86_TSC, ARM_VCNT)
        self.time_type = self.pick("time_type", TAI, TAI, UTC, UTC, MONOTONIC)
        self.size = self.pick("size", *[0x1000] * 8, 0x70, 0x68, 0x58)
        self.length = self.size if self.size == 0x1000 else \
            rng.choice((self.size, 4096))
        generation = self.size >= 0x70 and rng.random() < 0.5
        self.flags = self.pick(
            "flags", VM_GEN_COUNTER_PRESENT * generation
            | NOTIFICATION_PRESENT * (rng.random() < 0.4))
        self.flags |= TIME_MONOTONIC * self.pick(
            "monotonic", *[False] * 3, True)
        known = self.time_type != MONOTONIC and (
            rng.random() < 0.93 or want.get("leap"))
        self.offset_known = self.pick("offset_known", known)
        if self.offset_known:
            self.flags |= TAI_OFFSET_VALID
        # +37 is met too, but it fails tai.sign.
        self.sign = self.pick("sign", -1)
        self.marker = rng.choice((0, 1, 7, rng.getrandbits(64)))
        self.generation = rng.choice((0, 1, 9, rng.getrandbits(64)))
        self.seq = 2 * rng.choice((0, 1, rng.getrandbits(16),
                                   rng.getrandbits(31)))
        start = rng.choice((0, rng.getrandbits(40), rng.getrandbits(45),
                            (1 << 63) - rng.getrandbits(32),
                            (1 << 64) - rng.getrandbits(32)))
        self.counter = self.pick("counter", start)
        self.readings = self.pick("readings", *[True] * 12, False)
        self.snaps = []
        self.old = None  # the snapshot before, of this marker
        # Of TAI; a leap second's sign, the count at its end, and TAI - UTC
        # before it.
        self.leap = None
        self.now = 0
        self.uptime = rng.randrange(1, 10**6) << 64
        self.set_time()

    def pick(self, name, *choices):
        if name in self.want:
            return self.want[name]
        return self.rng.choice(choices)

    def set_time(self):
        """A moment of TAI, near a leap second or away from any."""
        rng = self.rng
        leap = self.pick("leap", None, None, None, 1, -1)
        if self.time_type == MONOTONIC:
            leap = None
        if leap:
            if self.mode == "full":
                # The last of 2016 is in every table; it is tried most often.
                end, sign, before = rng.choice(
                    [entry for entry in TABLES["full"].leaps
                     if entry[1] == leap and entry[0] > utc(2015, 1)])
            else:
                end = utc(rng.randrange(2019, 2035), rng.choice((1, 7)))
                sign, before = leap, 37
            self.tells_before = self.pick(
                "tells_before", True, True, True, False)
            self.tells_after = self.pick("tells_after", True, True, True, False)
            if self.mode != "full" and not self.tells_before:
                # Somehow it has to be known.
                self.tells_after = True
            self.early = sign if rng.random() < 0.2 else 0
            self.twice_59 = rng.choice((0, 1))
            self.leap = (sign, end, before)
            self.now = end + before - (sign < 0) << 64
        else:
            # The middle of a month, so that none is near.
            year = rng.randrange(2019, 2035)
            second = utc(year, rng.randrange(1, 13)) + rng.randrange(
                3 * 86400, 25 * 86400)
            offset = offset_at(second) if self.mode == "full" else 37
            self.offset = offset
            self.now = second + offset << 64

    def leap_state(self, moment):
        """leap_indicator, the published offset and what to take from TAI for
        the count of UTC, at a moment of TAI on the grid."""
        if self.leap is None:
            return NONE, self.offset, self.offset
        sign, end, before = self.leap
        begun = end + before - (sign < 0) << 64
        over = begun + (ONE if sign > 0 else 0)
        if moment < begun:
            return (PRE_POS if sign > 0 else PRE_NEG) if self.tells_before \
                else NONE, before, before
        if moment < over:
            return POS, before + self.early, before + self.twice_59
        return (POST_POS if sign > 0 else POST_NEG) if self.tells_after \
            else NONE, before + sign, before + sign

    # One marker after another.

    def live(self, pages, fresh=False):
        """Pages of one marker."""
        rng = self.rng
        hz = self.pick("hz", *(
            (rng.randrange(10**9, 5 * 10**9), 2_500_000_000, 3_000_000_000)
            if self.counter_id == X86_TSC else
            (24_000_000, 1_000_000_000, 62_500_000,
             rng.randrange(2 * 10**6, 10**9))))
        # 0.01 to 1,000 updates a second.
        interval = self.pick("interval_ns",
                             int(10**rng.uniform(6, 11)))
        # How well the host knows the frequency, and how steady that is.
        wander = self.pick("wander_ppb", 0, 0, 10, 1000)
        knows = self.pick("knows_ppb", 0, 10, 300, 20_000)
        margin = self.pick("margin_ppb", 0, 1, 1000, 50_000)
        noise = self.pick("noise_ns", int(10**rng.uniform(0, 7)))
        self.shift = self.pick("shift", None, None, None, None, 8, 20)
        # Fewer bits than the fraction has would be more than 100 ppm off.
        normal = 64 - (ONE // hz).bit_length()
        if self.shift is None or self.shift > normal:
            self.shift = normal
        bounds = self.pick("bounds", True, True, False)
        half = self.pick("half_bounds", *[False] * 19, True)
        if self.size < 0x68:
            bounds = False
        self.bounds_flags = \
            (PERIOD_MAXERROR_VALID | TIME_MAXERROR_VALID) * bounds
        if half and not bounds and self.size >= 0x68:
            self.bounds_flags = rng.choice(
                (PERIOD_MAXERROR_VALID, TIME_MAXERROR_VALID))
        self.estimates = rng.random() < 0.5 and self.size >= 0x60
        start = self.counter
        step = max(4, interval * hz // NSEC)
        updates = [start]
        for _ in range(pages):
            updates.append(updates[-1] + max(
                4, step * rng.randrange(700, 1300) // 1000))
        span = updates[-1] - start
        if self.leap and (fresh or "leap_at" in self.want):
            # The leap second comes while these pages are there.
            share = self.want.get("leap_at", rng.random())
            self.now -= span * ONE // hz * int(share * 1000) // 1000
        self.truth = Truth(rng, start, self.now << FINE, hz, wander, span,
                           self.pick("lines", 1, 2, 3))
        self.nominal = (1 << 64 + FINE) // hz
        self.knows, self.margin, self.noise = knows, margin, noise
        self.old = None
        statuses = self.statuses(pages)
        for k in range(pages):
            self.update(updates[k], updates[k + 1], statuses[k])
        self.counter = updates[-1]
        self.now = self.truth.grid(updates[-1])

    def statuses(self, pages):
        rng = self.rng
        if "status" in self.want:
            return [self.want["status"]] * pages
        story = rng.random()
        if story < 0.6:
            return [SYNCHRONIZED] * pages
        made = [SYNCHRONIZED] * pages
        if story < 0.9:
            start = rng.randrange(pages)
            for k in range(start, min(pages, start + rng.randrange(1, 6))):
                made[k] = FREERUNNING
        else:
            start = rng.randrange(pages)
            for k in range(start, min(pages, start + rng.randrange(1, 3))):
                made[k] = rng.choice((0, 1, 4))
        return made

    def update(self, begin, end, status):
        """A page that is there from one counter to another."""
        rng = self.rng
        gap = max(1, min((end - begin) // 4, rng.choice((10, 3000, 1 << 40))))
        first = begin + rng.randrange(gap)
        last = rng.choice((end, end - rng.randrange(gap), first,
                           rng.randrange(first, end + 1)))
        where = self.pick("reference", "before", "before", "within", "first",
                          "far")
        cv = {"before": begin - rng.randrange(gap), "first": first,
              "within": rng.randrange(begin, end + 1),
              "far": begin - rng.randrange(2 * (end - begin))}[where]
        old = self.old
        if old is not None and cv <= old.cv:
            cv = max(begin, old.cv + 1)
        if old is not None and rng.random() < 0.02:
            self.regenerate()  # a fork on one host
        snap = Snap(
            size=self.size, length=self.length, counter_id=self.counter_id,
            time_type=self.time_type, marker=self.marker, status=status,
            flags=self.flags | self.bounds_flags, shift=self.shift, cv=cv,
            generation=self.generation * bool(
                self.flags & VM_GEN_COUNTER_PRESENT),
            smear=rng.choice((0, 0, 0, 1, 2)))
        if self.estimates:
            snap.flags |= TIME_ESTERROR_VALID
            if rng.random() < 0.5:
                snap.flags |= PERIOD_ESTERROR_VALID
        if rng.random() < 0.05:
            snap.flags |= rng.choice((SOON, SOON | IMMINENT, IMMINENT))
        if self.readings:
            snap.first, snap.last = first, last
        else:
            first = last = cv
        refit = status == SYNCHRONIZED or old is None or not old.usable
        if not (refit and self.refit(snap, begin, first)):
            self.go_on(snap)
        self.finish(snap)
        step = 2
        if self.snaps and rng.random() < 0.03:
            snap.missed = rng.choice((1, 2, 1000))
            step += 2 * snap.missed
        if self.snaps:
            self.seq = (self.seq + step) & 0xffffffff
        snap.seq = self.seq
        if rng.random() < 0.03:
            snap.unsettled = rng.choice(
                (1000, 999_999, 1_000_000, 3_000_000, 99_999_999))
            snap.look = rng.choice((100, 99_999, 100_000, snap.unsettled))
        self.snaps.append(snap)
        self.old = snap

    def unit(self, period):
        """A period of the truth in units of a page's, down."""
        return period >> FINE - self.shift

    def take_period(self, snap, period):
        """Publish this period, in the page's units, and an error that holds for
        all that the counter does."""
        scale = FINE - self.shift
        worst = max(abs((period << scale) - true)
                    for true in self.truth.periods)
        snap.period = period
        snap.period_max = -(-worst >> scale) + \
            self.unit(self.nominal) * self.margin // NSEC

    def refit(self, snap, begin, first):
        """A new look at the reference; False where nothing fits."""
        rng, old = self.rng, self.old
        free = old is None or not old.usable
        for attempt in range(4):
            knows = self.nominal * self.knows // NSEC >> attempt
            if attempt == 3 and not free:
                self.take_period(snap, old.period)
            else:
                self.take_period(snap, self.unit(
                    rng.choice(self.truth.periods)
                    + rng.randint(-knows, knows)))
            snap.time_max = max(1, int(self.noise * rng.uniform(0.5, 2)))
            true = self.truth.grid(snap.cv)
            most = (snap.time_max << 64) // NSEC - 4
            low, high = true - most, true + most
            if not snap.bounds:
                # Bounds that are not published bind nobody.
                low, high = true - self.noise * (ONE // NSEC), \
                    true + self.noise * (ONE // NSEC)
            if not free:
                low, high = self.fit(snap, begin, first, low, high)
            if low > high:
                continue
            edge = rng.random()
            snap.ref = low if edge < 0.08 else high if edge < 0.16 else \
                rng.randint(low, high)
            return True
        return False

    def fit(self, snap, begin, first, low, high):
        """Where the reference may lie after the page before."""
        rng, old = self.rng, self.old
        if old.bounds:
            points = {old.cv}
            if self.readings:
                points = {old.first, old.last}
                if old.first < old.cv < old.last:
                    points.add(old.cv)
            for point in points:
                expected = self.smooth(old, point) - snap.moved(point)
                error = old.error(point)
                low = max(low, expected - error)
                high = min(high, expected + error)
        else:
            # The first reading, or the reference where there is none.
            at = first if self.readings else snap.cv
            expected = self.smooth(old, at) - snap.moved(at)
            most = 500 * MSEC // 1000
            if rng.random() < 0.05 and not self.want.get("calm"):
                most = 10 * MSEC
            if old.status == FREERUNNING:
                most = max(10 * MSEC, max(0, old.moved(at)) * 50 // 10**6)
            low, high = max(low, expected - most), min(high, expected + most)
            # Where the truth is too far off, as near to it as may be.
            low = min(low, expected + most)
            high = max(high, expected - most)
        if self.flags & TIME_MONOTONIC:
            for point in (begin, first):
                low = max(low, self.smooth(old, point) - snap.moved(point))
        # The reference does not go back.
        low = max(low, self.smooth_ref(old))
        return low, high

    def go_on(self, snap):
        """A new reference on the old line."""
        old = self.old
        snap.period, snap.period_max = old.period, old.period_max
        snap.shift = old.shift
        snap.ref = self.smooth(old, snap.cv) + 1
        snap.time_max = -(-(old.error(snap.cv) + 4) * NSEC >> 64) + 1

    # snap.ref is TAI until finish(); afterwards these give TAI again.

    def smooth_ref(self, snap):
        return snap.ref + self.taken[snap] * ONE

    def smooth(self, snap, counter):
        return snap.time(counter) + self.taken[snap] * ONE

    taken = None

    def finish(self, snap):
        """From TAI to what the page publishes."""
        if self.taken is None:
            self.taken = {}
        if self.time_type == MONOTONIC:
            if not self.snaps and not self.taken:
                self.epoch = (snap.ref >> 64) - (self.uptime >> 64)
            self.taken[snap] = self.epoch
            snap.ref -= self.epoch * ONE
        else:
            indicator, offset, taken = self.leap_state(snap.ref)
            snap.leap = indicator
            self.taken[snap] = taken if self.time_type == UTC else 0
            if self.offset_known:
                snap.tai = self.sign * offset
            snap.ref -= self.taken[snap] * ONE
        rng = self.rng
        if snap.status not in (2, 3) and rng.random() < 0.5:
            # Nothing may be relied upon.
            snap.period = snap.period_max = snap.time_max = 0
        if snap.flags & PERIOD_ESTERROR_VALID:
            snap.period_est = rng.randint(0, snap.period_max)
        if snap.flags & TIME_ESTERROR_VALID:
            snap.time_est = rng.randint(0, snap.time_max)
        if self.size < 0x68:
            snap.time_max = 0
        if self.size < 0x60:
            snap.time_est = 0
        if not snap.flags & (TIME_MAXERROR_VALID | PERIOD_MAXERROR_VALID):
            # Of a page without bounds they say nothing.
            if rng.random() < 0.5 or not snap.flags & VM_GEN_COUNTER_PRESENT:
                snap.time_max = snap.period_max = 0

    def regenerate(self):
        """The next vm_generation_counter."""
        used = {snap.generation for snap in self.snaps}
        while self.generation in used:
            self.generation = self.rng.choice(
                ((self.generation + 1) & U64, self.rng.getrandbits(64)))

    def disrupt(self):
        """A migration or a restore."""
        rng = self.rng
        if rng.random() < 0.5:
            self.regenerate()
        used = {snap.marker for snap in self.snaps}
        while self.marker in used:
            self.marker = rng.choice(
                ((self.marker + 1) & U64, rng.getrandbits(64)))
        # Another counter, some seconds later.
        self.counter = rng.choice((self.counter, rng.getrandbits(44)))
        self.now += rng.randrange(0, 10**4) * MSEC
        if rng.random() < 0.1 and not self.want.get("keep_features"):
            self.flags ^= rng.choice(
                (NOTIFICATION_PRESENT, VM_GEN_COUNTER_PRESENT
                 if self.size >= 0x70 else 0))
        if self.want.get("seq_back") and rng.random() < 0.3:
            self.seq = 2 * rng.getrandbits(31)


def signal_only(rng, mode):
    """A device without a clock: it tells disruptions."""
    flags = rng.choice((0, 0x300, 0x200, 0x100))
    size = rng.choice((0x1000, 0x1000, 0x70, 0x20))
    if size < 0x70:
        flags &= ~0x100
    seq, marker, generation = rng.choice((0, 2)), rng.choice((0, 1)), 0
    counter = rng.getrandbits(40)
    snaps = []
    for _ in range(rng.randrange(2, 8)):
        snaps.append(Snap(
            size=size, length=rng.choice((size, 4096)) if not snaps else
            snaps[0].length, counter_id=INVALID, time_type=UTC, seq=seq,
            marker=marker, flags=flags, status=0, generation=generation,
            first=counter, last=counter + 100))
        counter += rng.randrange(1000, 10**10)
        seq += 2
        story = rng.random()
        if flags & 0x100 and story < 0.7:
            generation += rng.choice((1, 1, rng.getrandbits(32) + 1))
        if not flags & 0x100 or story < 0.5:
            marker += 1
    return Recording("signal only", mode, snaps)


def honest(rng, mode=None, markers=None, pages=None, **want):
    """A recording of an honest host. `want` has choices by the names that
    Host.pick() is called with."""
    mode = mode or rng.choice(MODES)
    if not want and rng.random() < 0.06:
        return signal_only(rng, mode)
    host = Host(rng, mode, want)
    markers = markers or rng.choice((1, 1, 1, 2, 3))
    for i in range(markers):
        if i:
            host.disrupt()
        host.live(pages or rng.choice((2, 3, 4, 5, 8, 12)), fresh=not i)
    made = Recording("honest", mode, host.snaps)
    made.host = host
    # (Without bounds the steps of several updates add up to a jump.)
    if not want and rng.random() < 0.3 and all(
            getattr(snap, "bounds", True) for snap in host.snaps):
        made.snaps = miss(rng, made.snaps)
    return made


def miss(rng, snaps):
    """Some of them are not seen, but the first and the last, and those that are
    not usable: after them a host begins anew."""
    seen = [snaps[0]]
    for snap in snaps[1:-1]:
        if not getattr(snap, "usable", False) or rng.random() < 0.6:
            seen.append(snap)
    return seen + snaps[-1:]


def why_not_honest(recording):
    """What honest() promises and this recording breaks, "" if nothing. (Of the
    last marker only, for which the truth is still known.)"""
    host = getattr(recording, "host", None)
    if host is None:
        return ""
    last = recording.snaps[-1].marker
    run = [snap for snap in recording.snaps if snap.marker == last]
    readings = {snap.cv for snap in run}
    for snap in run:
        if snap.first is not None:
            readings |= {snap.first, snap.last}
    before = None
    for snap in run:
        if not snap.usable:
            before = None
            continue
        for reading in readings if snap.bounds else ():
            error = host.smooth(snap, reading) - host.truth.grid(reading)
            # Both are rounded down.
            if abs(error) > snap.error(reading) + 2:
                return "true time is out of bounds at %d" % reading
        # Between two pages that were seen there may be others.
        if before and before.bounds and before.first is not None and \
                (snap.seq - before.seq) % (1 << 32) <= 2:
            for reading in (before.first, before.last):
                step = host.smooth(snap, reading) - \
                    host.smooth(before, reading)
                if abs(step) > before.error(reading):
                    return "a promise is broken at %d" % reading
        before = snap
    return ""


# Faults. Each takes a random generator and returns a Recording.

FAULTS = []


def fault(weight=1):
    def add(function):
        FAULTS.extend([function] * weight)
        return function
    return add


def base(rng, pages=2, **want):
    """Honest pages of a last marker, all in one status, after others perhaps;
    the index of the first of them."""
    want.setdefault("status", SYNCHRONIZED)
    want.setdefault("leap", None)
    want.setdefault("half_bounds", False)
    want.setdefault("keep_features", True)
    if want.get("bounds") or want.get("flags", 0) & VM_GEN_COUNTER_PRESENT:
        want.setdefault("size", 0x1000)
    want.setdefault("calm", True)
    made = honest(rng, rng.choice(MODES), pages=pages, markers=1 if want.get(
        "leap") else rng.choice((1, 1, 2)), **want)
    return made, len(made.snaps) - pages


def named(made, name):
    made.name = name
    return made


def at_limit(made, name, side, **expect):
    """One side of a limit: 0 and 1, and what the rule answers there."""
    made.name = "%s, side %d" % (name, side)
    made.limit = (name, side)
    made.expect = {"series." + rule.replace("_", "-"): status
                   for rule, status in expect.items()}
    return made


def exact_ticks(rng, shift, time):
    """Ticks and a period that are exactly so long on the grid."""
    seconds = max(1, time >> 64)
    while True:
        ticks = rng.randrange(seconds << shift, seconds << shift + 1)
        period = -(-(time << shift) // ticks)
        if period < ONE and ticks * period >> shift == time:
            return ticks, period


@fault(2)
def constant_byte(rng):
    made, _ = base(rng, pages=rng.choice((2, 3)), readings=True)
    place = rng.randrange(4, 12)
    snap = made.snaps[-1]
    raw = bytearray(snap.bytes()[:12])
    raw[place] = rng.choice([value for value in range(256) if value not in (
        raw[place], 1 if place == 6 else raw[place])])
    snap.size, snap.version, snap.counter_id, snap.time_type = struct.unpack(
        "<IHBB", raw[4:])
    made.expect = {"series.constant": "fail"}
    if snap.size < 12:
        # What `size` does not cover any more may change, so that may `size`?
        made.only, made.expect = (), {}
    elif snap.size > snap.length:
        # The dump is cut short then; what has to be skipped is for rules of one
        # page.
        made.only = ("series.constant", "series.seq-step")
    return named(made, "byte %#x changes" % place)


@fault()
def magic_byte(rng):
    made, _ = base(rng)
    made.snaps[-1].magic ^= 1 << rng.randrange(32)
    made.expect = {"series.constant": "fail"}
    made.only = ("series.constant",)
    return named(made, "the magic changes")


@fault()
def beyond_size(rng):
    made, _ = base(rng, size=rng.choice((0x58, 0x68, 0x70)))
    old, new = made.snaps[-2:]
    for snap in made.snaps:
        snap.length = 4096
    side = rng.randrange(2)
    seq = old.seq if side else new.seq
    made.snaps[-1] = new = old.copy()
    new.seq = seq
    if new.size == 0x70:
        new.tail = bytes((rng.randrange(256) for _ in range(rng.choice(
            (1, 100, 4096 - 0x70)))))
    else:
        # Fields that `size` does not cover.
        new.generation = rng.getrandbits(64)
    return at_limit(made, "bytes beyond size change", side,
                    seq_step="ok", constant="ok")


@fault(2)
def seq_limit(rng):
    made, _ = base(rng)
    old, new = made.snaps[-2:]
    side = rng.randrange(2)
    # (An odd one is that of a page being written.)
    new.seq = (old.seq + (1 << 31) - (0 if side else rng.choice((1, 2)))
               ) & 0xffffffff
    if rng.random() < 0.3:
        new.marker ^= rng.getrandbits(64) | 1
        return at_limit(made, "seq_count goes back under a new marker", side,
                        seq_step="ok")
    return at_limit(made, "seq_count goes back", side,
                    seq_step="fail" if side else "ok")


@fault(2)
def seq_unchanged(rng):
    made, _ = base(rng)
    old, new = made.snaps[-2:]
    side = rng.randrange(2)
    if side:
        new.seq = old.seq
        if rng.random() < 0.2:
            new.marker ^= 1
        elif rng.random() < 0.8:
            made.snaps[-1] = new = old.copy()
            # One byte, the first one behind seq_count or the last one.
            if rng.random() < 0.5 or new.size < 0x70:
                new.marker ^= 1
            else:
                new.generation ^= 1 << 63
    else:
        # The same page once more.
        made.snaps[-1] = old.copy()
    return at_limit(made, "content changes and seq_count does not", side,
                    seq_step="fail" if side else "ok")


@fault(3)
def odd_window(rng):
    made, _ = base(rng)
    for snap in made.snaps:
        snap.unsettled = 0
    side = rng.randrange(2)
    name, unsettled, look, status = rng.choice((
        ("odd for 100 ms", 99_999_999 + side, rng.choice((100_000, 10**8)),
         ("ok", "fail")),
        ("odd for 1 ms", 999_999 + side, rng.choice((1, 99_999)),
         ("ok", "warn")),
        ("looks 100 us apart", rng.choice((1_000_000, 99_999_999)),
         100_000 - side, ("ok", "warn")),
        ("looks apart at all", rng.choice((1_000_000, 99_999_999)),
         side, ("ok", "warn")),
    ))
    if rng.random() < 0.25:
        made.snaps.insert(rng.randrange(len(made.snaps) + 1), Unsettled(
            rng.getrandbits(32), unsettled, look))
    else:
        snap = rng.choice(made.snaps)
        snap.unsettled, snap.look = unsettled, look
    return at_limit(made, name, side, odd_window=status[side])


@fault(2)
def marker_returns(rng):
    made, _ = base(rng, pages=2)
    pages = honest(rng, made.mode, markers=1, pages=2, readings=True).snaps
    first, last = made.snaps[0], made.snaps[-1]
    side = rng.randrange(2)
    seq = last.seq
    for snap in pages:
        # They need not be pages of the same device to return to a value.
        seq += 2
        for name in ("size", "length", "version", "counter_id", "time_type"):
            setattr(snap, name, getattr(first, name))
        snap.seq, snap.marker = seq & 0xffffffff, last.marker ^ 5
        if snap.size < 0x68:
            snap.flags &= ~(TIME_MAXERROR_VALID | TIME_ESTERROR_VALID
                            | VM_GEN_COUNTER_PRESENT)
    made.snaps += pages
    pages[-1].marker = rng.choice((first, last)).marker if side else \
        pages[0].marker
    return at_limit(made, "the marker returns", side,
                    marker_unique="fail" if side else "ok")


@fault(2)
def generation_returns(rng):
    made, k = base(rng, pages=4, size=0x1000, flags=VM_GEN_COUNTER_PRESENT)
    side = rng.randrange(2)
    values = rng.sample(range(100), 3)
    story = rng.choice(((0, 1, 0, 0), (0, 0, 1, 0), (0, 1, 2, 0), (0, 1, 2, 1))
                       if side else
                       ((0, 0, 0, 0), (0, 1, 1, 1), (0, 1, 2, 2)))
    for snap, step in zip(made.snaps[k:], story):
        snap.generation = values[step] + (1 << 63)
    return at_limit(made, "the generation returns", side,
                    generation_unique="fail" if side else "ok",
                    generation_marker="ok")


@fault()
def generation_without_flag(rng):
    made, k = base(rng, pages=4, size=0x1000, flags=VM_GEN_COUNTER_PRESENT)
    for snap in made.snaps[k:]:
        snap.generation = rng.randrange(3)
        if rng.random() < 0.3:
            snap.flags &= ~VM_GEN_COUNTER_PRESENT
    return named(made, "generations, with the flag and without")


def step_to(made, step):
    """Have the last page's time step so at the reading where both are asked."""
    old, new = made.snaps[-2:]
    for _ in range(2):
        at = new.cv if new.first is None else new.first
        new.ref += old.time(at) + step - new.time(at)


@fault(4)
def marker_silent_limit(rng):
    sign = rng.choice((1, -1))
    side = rng.randrange(2)
    made, _ = base(rng, bounds=False)
    if rng.random() < 0.4:
        limit, status = 500 * ONE // 10**6, ("ok", "warn")
        name = "a step of 500 us"
    else:
        limit, status = 10 * ONE // 10**3, ("warn", "fail")
        name = "a step of 10 ms"
    step_to(made, sign * (limit + side))
    old, new = made.snaps[-2:]
    if rng.random() < 0.3:
        old.status = FREERUNNING
        if rng.random() < 0.5:
            new.status = FREERUNNING
            name += " in FREERUNNING"
        else:
            # 50 ppm of less than 10 s are less than 500 us.
            name += " into FREERUNNING"
            old.status, new.status = new.status, old.status
    return at_limit(made, name, side, marker_silent=status[side])


@fault(2)
def marker_silent_return(rng):
    sign = rng.choice((1, -1))
    side = rng.randrange(2)
    made, k = base(rng, pages=rng.choice((2, 2, 4)), bounds=False,
                   interval_ns=rng.randrange(1, 4000) * NSEC)
    old, new = made.snaps[-2:]
    away = made.snaps[k:-1]
    if len(away) > 1 and rng.random() < 0.5:
        away[0].status = SYNCHRONIZED
        away = away[1:]
    for snap in away:
        snap.status = FREERUNNING
    new.status = SYNCHRONIZED
    at = new.cv if new.first is None else new.first
    explained = (old.time(at) - away[0].ref) * 50 // 10**6
    limit = max(10 * ONE // 1000, explained)
    step_to(made, sign * (limit + side))
    return at_limit(made, "a step back from FREERUNNING", side,
                    marker_silent=("warn", "fail")[side])


@fault()
def marker_silent_missed(rng):
    sign = rng.choice((1, -1))
    side = rng.randrange(2)
    made, _ = base(rng, bounds=False, status=SYNCHRONIZED,
                   interval_ns=rng.randrange(1, 4000) * NSEC)
    old, new = made.snaps[-2:]
    new.seq = (old.seq + 2 * rng.randrange(2, 1 << 20)) % (1 << 32)
    at = new.cv if new.first is None else new.first
    limit = max(10 * ONE // 1000, old.moved(at) * 50 // 10**6)
    step_to(made, sign * (limit + side))
    return at_limit(made, "a step where updates were missed", side,
                    marker_silent=("warn", "fail")[side])


@fault(2)
def monotonic_limit(rng):
    made, _ = base(rng, monotonic=True, readings=True)
    old, new = made.snaps[-2:]
    side = rng.randrange(2)
    new.ref += old.time(old.last) - new.time(new.first) - side
    if rng.random() < 0.2:
        rng.choice((old, new)).flags &= ~TIME_MONOTONIC
        return named(made, "back without TIME_MONOTONIC")
    return at_limit(made, "time goes back", side,
                    monotonic="fail" if side else "ok")


@fault(6)
def nested_limit(rng):
    made, _ = base(rng, bounds=True,
                   reference=rng.choice(("within", "before", "far", "first")))
    old, new = made.snaps[-2:]
    # Of updates that were missed nothing is known.
    new.seq = (old.seq + 2) % (1 << 32)
    side = rng.randrange(2)
    slope = old.period_max * rng.choice((0, 0, 1, 3, 10)) // 2
    new.period += rng.choice((1, -1)) * slope
    new.period = max(1, min(U64, new.period))
    if old.first is None:
        points = {"reference": old.cv}
    else:
        points = {"last": old.last, "first": old.first}
        if old.first < old.cv < old.last:
            points["kink"] = old.cv
    steps = {name: new.time(point) - old.time(point)
             for name, point in points.items()}
    errors = {name: old.error(point) for name, point in points.items()}
    up = min((errors[n] - steps[n], n) for n in points)
    down = min((errors[n] + steps[n], n) for n in points)
    if rng.random() < 0.5:
        limit, name = up
        new.ref += limit + side
    else:
        limit, name = down
        new.ref -= limit + side
    if up[0] + down[0] < 0 and not side:
        # No shift leads inside at all points.
        return named(made, "another slope")
    return at_limit(made, "the old bounds at " + name, side,
                    nested="fail" if side else "ok")


@fault(2)
def nested_missed(rng):
    """Updates between two pages were missed: their bounds count together."""
    made, run, up, down = chain(rng, 2, 0)
    side = rng.randrange(2)
    run[1].seq = (run[0].seq + 2 * rng.randrange(2, 1 << 20)) % (1 << 32)
    run[1].ref += up + side if rng.random() < 0.5 else -(down + side)
    return at_limit(made, "both bounds where updates were missed", side,
                    nested="fail" if side else "ok")


def chain(rng, pages, k, **want):
    """Pages with bounds so large that nothing breaks them, but for those of
    page k and the last one; and how far the last one may be moved until it
    breaks page k's with its own."""
    made, start = base(rng, pages=pages, bounds=True, **want)
    run = made.snaps[start:]
    for i, snap in enumerate(run):
        if i not in (k, pages - 1):
            snap.time_max += NSEC // 5
    old, new = run[k], run[-1]
    points = (old.cv,) if old.first is None else (old.first, old.last)
    up, down = [], []
    for point in points:
        step = new.time(point) - old.time(point)
        most = ((old.time_max + new.time_max << 64) // NSEC
                + drift(old, point) + drift(new, point))
        up.append(most - step)
        down.append(most + step)
    return made, run, min(up), min(down)


def drift(snap, point):
    ticks = (point - snap.cv) & U64
    if ticks >> 63:
        ticks -= ONE
    return -(-abs(ticks) * snap.period_max >> snap.shift)


@fault(3)
def nested_earlier(rng):
    pages = rng.choice((3, 3, 4, 6))
    made, run, up, down = chain(rng, pages, 0, interval_ns=int(
        10**rng.uniform(6, 9)))
    side = rng.randrange(2)
    run[-1].ref += up + side if rng.random() < 0.5 else -(down + side)
    return at_limit(made, "an earlier page's bounds and its own", side,
                    nested="fail" if side else "ok")


@fault(2)
def nested_kept(rng):
    pages = rng.randrange(4, 40)
    k = rng.randrange(0, pages - 2)
    made, run, up, down = chain(rng, pages, k, readings=True, interval_ns=int(
        10**rng.uniform(6, 8)))
    run[-1].ref += up + 1 if rng.random() < 0.5 else -(down + 1)
    # Page k has the number k + 1; the last one that is kept has pages - 1.
    last, number = pages - 1, k + 1
    kept = number == 1
    for j in range(22):
        multiples = [m for m in range(1, last + 1) if m % (1 << j) == 0]
        kept |= number in multiples[-2:]
    return at_limit(made, "an earlier page that is kept", int(kept),
                    nested="fail" if kept else "ok")


@fault()
def nested_without_between(rng):
    """Pages without bounds are neither kept nor asked."""
    made, start = base(rng, pages=rng.choice((3, 5, 9)), bounds=True)
    for snap in made.snaps[start:]:
        if rng.random() < 0.4:
            snap.flags &= ~rng.choice((PERIOD_MAXERROR_VALID,
                                       TIME_MAXERROR_VALID))
    made.snaps[-1].ref += rng.choice((1, -1)) * rng.randrange(
        1, 4 * (made.snaps[-1].error(made.snaps[-1].cv) + 2))
    return named(made, "bounds come and go")


@fault()
def nested_cleared(rng):
    """A page that cannot be asked stands between."""
    made, run, up, down = chain(rng, 5, 0, readings=True,
                                interval_ns=NSEC // 100)
    run[-1].ref += up + 1 if rng.random() < 0.5 else -(down + 1)
    story = rng.choice(("status", "seq", "marker", "nothing"))
    if story == "status":
        run[2].status = rng.choice((0, 1, 4, 5))
    elif story == "seq":
        run[2].seq |= 1
    elif story == "marker":
        for snap in run[2:]:
            snap.marker ^= 1 << 40
    return at_limit(made, "earlier pages are asked until cleared",
                    int(story == "nothing"),
                    nested="fail" if story == "nothing" else "ok")


@fault(4)
def frequency_limit(rng):
    steered = rng.random() < 0.3
    made, _ = base(rng, monotonic=steered, shift=None, knows_ppb=0,
                   wander_ppb=0)
    old, new = made.snaps[-2:]
    side = rng.randrange(2)
    ppm, status = (1000, ("ok", "warn")) if steered else rng.choice((
        (1, ("ok", "warn")), (100, ("warn", "fail"))))
    coarse = rng.choice((0, 0, 1, 5, 20))
    if rng.random() < 0.5 or not coarse:
        new.shift = max(0, old.shift - coarse)
    else:
        cut = min(coarse, old.shift)
        old.shift, old.period = old.shift - cut, old.period >> cut
    a = old.period << new.shift
    change = a * ppm // 10**6
    if rng.random() < 0.5:
        period = (a + change >> old.shift) + side
    else:
        period = -(-(a - change) >> old.shift) - side
    if not 0 < period < ONE:
        return named(made, "a period out of range")
    new.period = period
    name = "%d ppm%s" % (ppm, " with TIME_MONOTONIC" if steered else "")
    return at_limit(made, name, side, frequency_step=status[side])


@fault(2)
def tai_changes(rng):
    made, k = base(rng, pages=rng.choice((2, 3)), offset_known=True,
                   time_type=rng.choice((TAI, TAI, UTC)),
                   leap=rng.choice((None, 1, -1)), tells_before=True)
    snap = rng.choice(made.snaps[k:])
    story = rng.choice(("one", "two", "sign", "zero", "flag"))
    if story == "flag":
        snap.flags &= ~TAI_OFFSET_VALID
    elif story == "sign":
        snap.tai = -snap.tai
    elif story == "zero":
        # (From or to 0 there is no sign to change.)
        snap.tai = 0
    else:
        snap.tai += rng.choice((1, -1)) * (2 if story == "two" else 1)
    return named(made, "the TAI offset changes: " + story)


@fault()
def tai_sign(rng):
    """Devices of the other sign take leap seconds too."""
    made, _ = base(rng, pages=4, offset_known=True, sign=1,
                   time_type=rng.choice((TAI, UTC)), leap=rng.choice((1, -1)),
                   tells_before=True, leap_at=rng.uniform(0.2, 0.8))
    return named(made, "a positive TAI offset")


def leap_pair(rng, **want):
    """A page well before a leap second and one well after it."""
    want.setdefault("time_type", UTC)
    want.setdefault("reference", "before")
    want.setdefault("readings", True)
    want.setdefault("interval_ns", 20 * NSEC)
    while True:
        made, _ = base(rng, leap=rng.choice((1, -1)), offset_known=True,
                       leap_at=0.5, counter=rng.getrandbits(40), **want)
        host = made.host
        sign, end, before = host.leap
        ends = [(snap.ref >> 64)
                - (before + sign * (snap is made.snaps[1])
                   if host.time_type == TAI else 0) - end
                for snap in made.snaps]
        if ends[0] < -2 and ends[1] > 2 and POS not in (
                snap.leap for snap in made.snaps):
            return made, sign, end, before


def untake(made, sign):
    """The same count as if there had been no leap second."""
    for snap in made.snaps[1:]:
        snap.ref += sign * ONE


@fault(2)
def leap_step(rng):
    made, sign, _, _ = leap_pair(
        rng, bounds=rng.choice((True, False)), noise_ns=1000)
    side = rng.randrange(2)
    step_to(made, -sign * (ONE >> 1) + sign * side)
    if made.snaps[0].bounds and made.snaps[0].error(
            made.snaps[1].first) >= ONE >> 1:
        return named(made, "half a leap second")
    return at_limit(made, "half a leap second is taken", side,
                    leap_taken="fail" if side else "ok")


@fault(2)
def leap_bound(rng):
    made, sign, _, _ = leap_pair(rng, bounds=True)
    old, new = made.snaps
    side = rng.randrange(2)
    untake(made, sign)
    # The least number of nanoseconds that makes it 500 ms.
    if rng.random() < 0.5:
        old.period_max = 0  # 500 ms to the unit
    moved = drift(old, new.first)
    old.time_max = -((moved - (ONE >> 1)) * NSEC >> 64) - 1 + side
    if not 0 <= old.time_max < ONE:
        return named(made, "a bound of 500 ms")
    exact = (moved * NSEC + (old.time_max << 64)) >= (ONE >> 1) * NSEC
    return at_limit(made, "a bound of 500 ms before a leap second", side,
                    leap_taken="skip" if exact else "fail")


@fault(2)
def leap_far(rng):
    made, sign, _, _ = leap_pair(rng, bounds=False)
    old, new = made.snaps
    side = rng.randrange(2)
    untake(made, sign)
    if rng.random() < 0.5:
        ticks, old.period = exact_ticks(rng, old.shift, 2500 * ONE + side)
        ticks -= side
    else:
        ticks = ((2500 * ONE + 1 << old.shift) - 1) // old.period
    new.first = new.last = old.cv + ticks + side
    old.last = min(old.last, new.first)
    new.cv, new.ref = new.first, old.time(new.first)
    return at_limit(made, "2500 s after the reference", side,
                    leap_taken="skip" if side else "fail")


@fault(2)
def leap_beside(rng):
    made, _, end, before = leap_pair(
        rng, time_type=rng.choice((UTC, TAI)), bounds=False)
    old, new = made.snaps
    side = rng.randrange(2)
    on_tai = old.time_type == TAI
    if on_tai:
        new.tai = old.tai
    if rng.random() < 0.5:
        place = (end - 1) * ONE + side
        wanted = place + before * on_tai * ONE - old.ref
        # All of it, so that nothing else is changed.
        for snap in made.snaps:
            snap.ref += wanted if snap is old else 0
        new.ref = max(new.ref, (end + 3 + before * on_tai) * ONE)
        name = "a second before a month's end"
    else:
        place = (end + 1) * ONE - side
        new.ref = place + before * on_tai * ONE
        name = "a second after a month's end"
    if not on_tai:
        step_time(old, new)
    return at_limit(made, name, side,
                    leap_taken="not-applicable" if side else "fail")


def step_time(old, new):
    """The new page's first reading where both times are the same, by moving
    the old one's reference in the counter."""
    target = new.time(new.first) - old.ref
    ticks = (target << old.shift) // old.period
    old.cv = new.first - ticks
    old.first = old.last = new.first


@fault(2)
def leap_not_told(rng):
    """Offset and indicators in every order."""
    made, _ = base(rng, pages=4, time_type=rng.choice((UTC, TAI)),
                   leap=rng.choice((1, -1)), offset_known=True,
                   leap_at=rng.uniform(0.2, 0.8), interval_ns=int(
                       10**rng.uniform(8, 10.5)))
    snap = rng.choice(made.snaps)
    if rng.random() < 0.5:
        snap.leap = rng.choice((NONE, PRE_POS, PRE_NEG, POS, POST_POS,
                                POST_NEG, 6, 7))
    if rng.random() < 0.3:
        snap.tai += rng.choice((1, -1))
    if rng.random() < 0.3:
        at = rng.randrange(1, len(made.snaps))
        for later in made.snaps[at:]:
            later.ref += rng.choice((1, -1)) * ONE
    return named(made, "indicators, offsets and steps")


@fault(2)
def leap_order(rng):
    made, k = base(rng, pages=4, leap=None, size=rng.choice(
        (0x1000, 0x1000, 0x70, 0x58)))
    for snap in made.snaps[k:]:
        snap.leap = rng.choice((NONE, PRE_POS, PRE_NEG, POS, POST_POS, POST_NEG,
                                rng.choice((6, 200))))
    if rng.random() < 0.3:
        # Back and forth over the end of the month.
        month = oracle.month_of(made.snaps[-1].ref >> 64)[1] * ONE
        made.snaps[-1].ref = month + rng.choice((-1, 0, 1)) + \
            37 * ONE * rng.randrange(2)
    return named(made, "the order of indicators")


@fault(2)
def leap_order_month(rng):
    made, _ = base(rng, time_type=UTC, leap=None)
    old, new = made.snaps[-2:]
    side = rng.randrange(2)
    month = oracle.month_of(old.ref >> 64)[1] * ONE
    new.ref = month - side
    old.leap, new.leap = rng.choice(((POST_POS, PRE_POS), (POS, PRE_POS),
                                     (POST_POS, POS), (POST_NEG, PRE_NEG)))
    return at_limit(made, "another month's leap second", side,
                    leap_order="fail" if side else "ok")


@fault(2)
def features(rng):
    made, _ = base(rng, size=0x1000)
    new = made.snaps[-1]
    side = rng.randrange(2)
    flag = rng.choice((NOTIFICATION_PRESENT, VM_GEN_COUNTER_PRESENT))
    status = "ok"
    if side:
        new.flags ^= flag
        status = "fail" if flag == NOTIFICATION_PRESENT else "warn"
        if rng.random() < 0.3:
            new.marker ^= rng.getrandbits(64) | 1
            status = "warn"
    return at_limit(made, "a feature appears or goes", side, features=status)


@fault(4)
def reference_limit(rng):
    made, _ = base(rng, monotonic=False,
                   interval_ns=int(10**rng.uniform(6, 10)))
    old, new = made.snaps[-2:]
    side = rng.randrange(2)
    story = rng.choice(("counter back", "time back", "counter only",
                        "time only"))
    # The largest number of ticks in which no more than a second passes.
    second = ((ONE + 1 << old.shift) - 1) // old.period
    if story == "counter back":
        new.cv = old.cv - side
        new.ref = old.ref + rng.choice((0, 1, ONE))
    elif story == "time back":
        new.cv = old.cv + rng.choice((0, 1, second, second * 5 if side else 1))
        new.ref = old.ref - side
    elif story == "counter only":
        if rng.random() < 0.5:
            # A second to the tick, or to the unit of the grid.
            second, old.period = exact_ticks(rng, old.shift, ONE + side)
            second -= side
            old.last = old.first
        new.cv = old.cv + second + side
        new.ref = old.ref
    else:
        new.cv = old.cv
        new.ref = old.ref + ONE + side
    return at_limit(made, "reference: " + story, side,
                    reference_advances="fail" if side else "ok")


@fault(3)
def reference_stands(rng):
    bounds = rng.random() < 0.3
    made, k = base(rng, pages=1, readings=True, bounds=bounds,
                   size=0x1000 if bounds else rng.choice((0x1000, 0x58)))
    made.snaps = made.snaps[k:]
    snap = made.snaps[0]
    side = rng.randrange(2)
    hour = rng.random() < 0.6
    limit = (3600 if hour else 60) * ONE
    if rng.random() < 0.5:
        # An hour to the unit of the grid.
        snap.first = snap.cv
        ticks, snap.period = exact_ticks(rng, snap.shift, limit - 1 + side)
        last = snap.first + ticks
    else:
        # The first counter at which it has stood so long, or the one before.
        start = snap.time(snap.first)
        last = snap.first + (limit << snap.shift) // snap.period - 2
        while snap.time(last) - start < limit:
            last += 1
        last -= 1 - side
    pages = rng.randrange(1, 5)
    cuts = sorted(rng.randrange(snap.first, last) for _ in range(pages - 1))
    for i, cut in enumerate(cuts):
        later = made.snaps[-1].copy()
        later.seq += 2
        later.smear = i % 3
        made.snaps[-1].last = rng.randrange(made.snaps[-1].first, cut + 1)
        later.first = later.last = cut
        made.snaps.append(later)
    made.snaps[-1].last = last
    story = rng.random()
    if pages > 2 and story < 0.2:
        rng.choice(made.snaps[1:-1]).status = rng.choice((FREERUNNING, 4))
        return named(made, "the reference stands in another status")
    if pages > 1 and story < 0.3:
        made.snaps[-1].marker ^= 1
        return named(made, "the reference stands under another marker")
    if pages > 2 and story < 0.4:
        rng.choice(made.snaps[1:-1]).first = None
        return named(made, "the reference stands and a reading is missing")
    name = "the reference stands for %s%s" % (
        "an hour" if hour else "a minute", " with bounds" if bounds else "")
    status = "warn" if side and hour and not bounds else \
        "ok" if pages > 1 else "skip"
    return at_limit(made, name, side, reference_advances=status)


@fault(2)
def unusable(rng):
    made, _ = base(rng, pages=5, bounds=rng.choice((True, False)))
    for snap in rng.sample(made.snaps, rng.randrange(1, 3)):
        story = rng.randrange(5)
        if story == 0:
            snap.status = rng.choice((0, 1, 4, 5))
        elif story == 1:
            snap.seq |= 1
        elif story == 2:
            snap.period = 0
        elif story == 3:
            snap.marker ^= 1
        else:
            snap.flags &= rng.getrandbits(10)
        if rng.random() < 0.5:
            snap.ref += rng.choice((1, -1)) * rng.getrandbits(64)
    return named(made, "pages that are not usable")


@fault(3)
def cut_short(rng):
    """Dumps that end before what `size` says."""
    made, _ = base(rng, pages=rng.choice((2, 3)), size=0x1000)
    for snap in rng.sample(made.snaps, rng.choice((1, 1, len(made.snaps)))):
        snap.length = rng.choice((
            0x20, 0x23, 0x24, 0x25, 0x26, 0x27, 0x57, 0x58, 0x67, 0x68, 0x6f,
            0x70, rng.randrange(0x20, 0x70)))
        if rng.random() < 0.5:
            snap.flags ^= rng.choice((VM_GEN_COUNTER_PRESENT,
                                      TAI_OFFSET_VALID))
    return named(made, "dumps that are cut short")


@fault(2)
def order_of_pages(rng):
    made, _ = base(rng, pages=6)
    snaps = made.snaps
    story = rng.choice(("swap", "twice", "drop", "reverse"))
    i = rng.randrange(len(snaps) - 1)
    if story == "swap":
        snaps[i], snaps[i + 1] = snaps[i + 1], snaps[i]
    elif story == "twice":
        snaps.insert(rng.randrange(len(snaps)), snaps[i].copy())
    elif story == "drop":
        del snaps[i]
    else:
        snaps.reverse()
    return named(made, "pages in another order: " + story)


# Values at the ends of what a field may hold, and near ordinary ones.
_WILD = {
    "seq": 32, "marker": 64, "flags": 10, "status": 3, "leap": 3, "shift": 8,
    "cv": 64, "period": 64, "period_max": 64, "time_max": 64, "generation": 64,
}


@fault(6)
def wild(rng):
    """Any field of any page."""
    made, _ = base(rng, pages=rng.choice((2, 3, 4)),
                   leap=rng.choice((None, None, 1, -1)))
    snap = rng.choice(made.snaps)
    name = rng.choice(tuple(_WILD) + ("tai", "ref", "first", "last", "size"))
    if name == "tai":
        snap.tai = rng.choice((0, 37, -37, -32768, 32767,
                               rng.randrange(-40, 40)))
    elif name == "ref":
        start = rng.choice((snap.ref, snap.ref, 0, 1 << 127, 1 << 128))
        snap.ref = max(0, min((1 << 128) - 1, start + rng.choice(
            (1, -1)) * rng.getrandbits(rng.randrange(1, 100))))
    elif name in ("first", "last"):
        if snap.first is not None:
            moved = rng.choice((1, -1)) * rng.getrandbits(rng.randrange(1, 63))
            setattr(snap, name, getattr(snap, name) + moved)
    elif name == "size":
        for each in made.snaps:
            each.size = rng.choice((0x20, 0x58, 0x60, 0x68, 0x6f, 0x70))
            each.length = 4096
            if each is not made.snaps[0]:
                each.size = made.snaps[0].size
    else:
        most = (1 << _WILD[name]) - 1
        setattr(snap, name, rng.choice((
            0, 1, most, most >> 1, (most >> 1) + 1, rng.randint(0, most),
            (getattr(snap, name) + rng.choice((1, -1))) & most,
            getattr(snap, name) ^ 1 << rng.randrange(_WILD[name]))))
    return named(made, "any value of " + name)


@fault(3)
def wild_time(rng):
    """Times, bounds and readings that are a little off."""
    made, k = base(rng, pages=rng.choice((2, 3, 6)))
    for _ in range(rng.choice((1, 2))):
        snap = rng.choice(made.snaps[k:])
        way = rng.choice((1, -1))
        story = rng.randrange(5)
        if story == 0:
            snap.ref += way * rng.getrandbits(rng.randrange(1, 66))
        elif story == 1:
            snap.period = max(1, min(U64, snap.period + way * rng.getrandbits(
                rng.randrange(1, 55))))
        elif story == 2:
            snap.time_max = rng.getrandbits(rng.randrange(1, 40))
        elif story == 3:
            snap.period_max = rng.getrandbits(rng.randrange(1, 60))
        else:
            snap.cv += way * rng.getrandbits(rng.randrange(1, 40))
    return named(made, "times that are a little off")


@fault(2)
def wild_leap(rng):
    """Steps of about a second near a leap second of UTC."""
    made, _ = base(rng, pages=rng.choice((3, 6)), time_type=UTC,
                   leap=rng.choice((1, -1)), leap_at=rng.uniform(0, 1),
                   interval_ns=int(10**rng.uniform(8, 10)))
    at = rng.randrange(1, len(made.snaps))
    step = rng.choice((1, -1)) * rng.choice((
        ONE >> 1, ONE, rng.getrandbits(65), rng.getrandbits(60)))
    for snap in made.snaps[at:]:
        snap.ref += step + rng.choice((-1, 0, 1))
    return named(made, "a step near a leap second")


class Smear:
    """Pages of a host that smears, placed by hand."""

    def __init__(self, rng, noon):
        self.mode = rng.choice(MODES)
        self.end, self.sign, self.before = rng.choice(
            [leap for leap in TABLES["full"].leaps if leap[0] > utc(2015, 1)
             and (self.mode == "full" or leap[0] == utc(2017, 1))])
        self.hz = rng.choice((24_000_000, 1_000_000_000, 2_500_000_001))
        self.rate = 86401 if noon else 1001
        self.ahead, self.behind = (43200, 43200) if noon else (1000, 0)
        self.window = (self.ahead + self.behind) * ONE
        self.start = (self.end - self.ahead) * ONE
        self.stop = (self.end + self.behind) * ONE
        self.shift = 64 - (ONE // self.hz).bit_length()
        self.period = (1 << 64 + self.shift) // self.hz
        # Where the table is enough.
        self.untold = rng.random() < 0.5
        self.snaps = []

    def page(self, ref, cv):
        after = ref >= self.end * ONE
        indicator = NONE if self.mode == "full" and self.untold else \
            (POST_POS if after else PRE_POS) if self.sign > 0 else \
            (POST_NEG if after else PRE_NEG)
        offset = self.before + self.sign * after
        snap = Snap(
            counter_id=ARM_VCNT, time_type=UTC, seq=2 + 2 * len(self.snaps),
            flags=TAI_OFFSET_VALID, tai=-offset, leap=indicator,
            shift=self.shift, period=self.period, cv=cv, ref=ref,
            first=cv, last=cv + 10)
        self.snaps.append(snap)
        return snap


@fault(4)
def smear_rate(rng):
    """How much slower it goes, to one grid unit."""
    noon = rng.random() < 0.5
    make = Smear(rng, noon)
    side = rng.randrange(2)
    upper = rng.random() < 0.5
    # Before and after it goes at the same rate: so long in so many ticks.
    outside = make.window // rng.choice((2, 100, 999, 1000))
    ticks = outside * make.hz >> 64
    inside = make.window // rng.choice((1, 2, 3)) - ONE * 100
    if not noon:
        inside = make.window - ONE * rng.randrange(4, 600)
    inside_ticks = inside * make.hz >> 64
    # inside / inside_ticks = outside / ticks * (1 - sign * x / rate)
    whole = outside * inside_ticks * 4 * make.rate
    part = outside * inside_ticks * (5 if upper else 3)
    below = ticks * 4 * make.rate
    if (make.sign > 0) != upper:
        # At most this: rounded down.
        inside = (whole - make.sign * part) // below + side
    else:
        inside = -(-(whole - make.sign * part) // below) - side
    cv = 10**12
    first = make.start + rng.randrange(1, 50) * ONE
    if not noon:
        first = make.stop - inside - ONE
    sides = rng.choice(("before", "after", "both"))
    if sides != "after":
        gap = first - make.start + 2 * ONE
        gap_ticks = gap * make.hz >> 64
        make.page(first - gap - outside, cv - gap_ticks - ticks)
        make.page(first - gap, cv - gap_ticks)
    make.page(first, cv)
    if noon:
        # Pages beside the leap second, on the way.
        for second in (-1500, -20, 20):
            ref = (make.end + second) * ONE
            make.page(ref, cv + ((ref - first) * make.hz >> 64))
    last = first + inside
    make.page(last, cv + inside_ticks)
    gap = max(make.stop - last, 0) + 3 * ONE
    gap_ticks = gap * make.hz >> 64
    make.page(last + gap, cv + inside_ticks + gap_ticks)
    if sides != "before":
        make.page(last + gap + outside, cv + inside_ticks + gap_ticks + ticks)
    made = Recording("", make.mode, make.snaps)
    if outside * 1000 < make.window:
        return named(made, "a smear with little beside it")
    return at_limit(made, "smeared by %s, %d %%" % (
        "noon-linear" if noon else "utc-sls", 125 if upper else 75), side,
        smear="ok" if side else "fail")


def smeared(make, marks):
    """Pages of a host that smears by the model, at these offsets from B in grid
    units; elsewhere it goes right."""
    cv = 10**12
    before = None
    for mark in marks:
        ref = make.end * ONE + mark
        if before is not None:
            # The time within the window that lies between, in ticks.
            low, high = max(before, make.start), min(ref, make.stop)
            slow = max(0, high - low)
            rest = ref - before - slow
            cv += (rest * make.hz >> 64) + (
                slow * make.hz * make.rate // (make.rate - make.sign) >> 64)
        make.page(ref, cv)
        before = ref
    return Recording("", make.mode, make.snaps)


@fault(4)
def smear_window(rng):
    """What of the window is seen, to one grid unit."""
    noon = rng.random() < 0.5
    make = Smear(rng, noon)
    side = rng.randrange(2)
    second = ONE
    ahead, behind = make.ahead * second, make.behind * second
    story = rng.choice(("quarter", "start", "stop", "before", "after", "step"))
    near = second * (10 if noon else 2)
    status = ("fail", "skip")
    # Before the window, in it, after it; the leap second between two that are
    # near it.
    out_before = [-ahead - make.window // 10, -ahead - second]
    out_after = [behind + 4 * second, behind + 4 * second + make.window // 10]
    inner = [-ahead + make.window // 10, -near]
    if noon:
        inner += [near, behind - make.window // 10]
    if story == "quarter":
        start = -near - make.window // 8 if noon else \
            -near - make.window // 4
        inner = [start + side, -near]
        if noon:
            inner += [near, start + make.window // 4]
    elif story == "start":
        # Without its first page there is too little.
        inner = [-ahead - side, -make.window // 6, near] if noon else \
            [-ahead - side, -near]
    elif story == "stop":
        inner = [-near, make.window // 6, behind + side] if noon else \
            [-make.window // 4, -near, side]
    elif story == "before":
        part = -(-make.window // 1000) - side
        out_before = [-ahead - second - part, -ahead - second]
        out_after = out_after[:1]
    elif story == "after":
        part = -(-make.window // 1000) - side
        out_before = out_before[:1]
        out_after = [out_after[0], out_after[0] + part]
    made = smeared(make, sorted(out_before + inner + out_after))
    if story == "step":
        # The count steps by 250 ms between the pages beside the leap second.
        run = made.snaps
        k = next(i for i, snap in enumerate(run)
                 if snap.ref >= make.end * ONE)
        if noon:
            old, new = run[k - 1], run[k]
            target = rng.choice((1, -1)) * ((ONE >> 2) - 1 + side)
            new.ref += old.time(new.first) + target - new.time(new.first)
            status = ("fail", "ok")
        else:
            return named(made, "a smear by utc-sls")
    made = at_limit(made, "smear window of %s: %s" % (
        "noon-linear" if noon else "utc-sls", story), side,
        smear=status[side])
    return made


@fault()
def smear_honest(rng):
    """Long recordings of a host that steps, or that misses the leap second."""
    make = Smear(rng, rng.random() < 0.5)
    make.rate = 10**9  # so little is nothing
    marks = sorted(rng.sample(range(-50000, 50000), rng.randrange(4, 20)))
    made = smeared(make, [mark * ONE for mark in marks])
    if rng.random() < 0.5:
        for snap in made.snaps:
            if snap.ref >= make.end * ONE:
                snap.ref -= make.sign * ONE
        made.expect = {}
    return named(made, "a leap second without a smear")


def many_markers(back):
    """Markers that go by until the first ones are forgotten: the last one is
    that of page `back` pages before it."""
    snaps = []
    for i in range(oracle.REMEMBERED + 2):
        snaps.append(Snap(counter_id=INVALID, time_type=UTC, status=0,
                          seq=2 * i, marker=i + 1))
    snaps.append(snaps[-1].copy())
    snaps[-1].seq += 2
    snaps[-1].marker = snaps[-1 - back].marker
    made = Recording("a marker returns after %d others" % back, "none", snaps)
    return at_limit(made, "65536 markers are remembered",
                    int(back <= oracle.REMEMBERED),
                    marker_unique="fail" if back <= oracle.REMEMBERED else
                    "ok")


def make_fault(seed, i):
    """The i-th recording with a fault."""
    rng = random.Random("fault %d %d" % (seed, i))
    return FAULTS[i % len(FAULTS)](rng)


def make_honest(seed, i):
    return honest(random.Random("honest %d %d" % (seed, i)))


def main():
    parser = argparse.ArgumentParser(description="Write random recordings.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--honest", type=int, default=100)
    parser.add_argument("directory")
    arguments = parser.parse_args()
    os.makedirs(arguments.directory, exist_ok=True)
    for mode, table in TABLES.items():
        if table:
            path = os.path.join(arguments.directory, mode + ".list")
            with open(path, "w", encoding="ascii") as file:
                file.write(table_text(table))
    for kind, count, make in (("fault", arguments.count, make_fault),
                              ("honest", arguments.honest, make_honest)):
        for i in range(count):
            made = make(arguments.seed, i)
            path = os.path.join(arguments.directory, "%s-%05d-%s.jsonl" % (
                kind, i, made.mode))
            with open(path, "w", encoding="ascii") as file:
                file.write(made.text())


if __name__ == "__main__":
    main()
