#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make time-vectors.txt: what pages tell at counters, worked out apart from
the C code, with Python's integers and fractions of any size.

    make-time-vectors.py               write the vectors to standard output
    make-time-vectors.py --check FILE  status 1 unless FILE holds the same
"""

import argparse
import random
import sys
from fractions import Fraction

U64 = (1 << 64) - 1
SECOND = 1 << 64  # one second on the grid
DAY = 86400
NSEC = 1_000_000_000

UTC, TAI, MONOTONIC = 0, 1, 2
NONE, PRE_POS, PRE_NEG, POS, POST_POS, POST_NEG = range(6)

# One tick of these (period, shift) is 1 ns, 1/24 MHz, 1/2.5 GHz.
NS = (0x89705F4136B4A597, 29)
MHZ24 = (0xB2F4FC0794908CF2, 24)
GHZ25 = (0xDBE6FECEBDEDD5BF, 31)
UNIT = (1, 0)  # one tick is 2^-64 s
HALF = (1 << 63, 0)  # one tick is 0.5 s

INPUTS = """time_type counter_value period shift time_sec time_frac tai_valid
tai_offset leap has_maxerror time_maxerror period_maxerror has_esterror
time_esterror period_esterror counter""".split()

HEADER = """\
# SPDX-License-Identifier: BSD-2-Clause
# What pages tell at counters. Made by
#     python3 tests/unit/make-time-vectors.py > tests/unit/time-vectors.txt
# Do not edit. One vector a line, columns apart by one space, "-" for nothing:
#   time_type counter_value period shift time_sec time_frac tai_valid tai_offset
#   leap has_maxerror time_maxerror period_maxerror has_esterror time_esterror
#   period_esterror: the members of struct clock; period, time_frac and the
#       period errors in hexadecimal, all else decimal
#   counter: the reading C
#   result: ok, or overflow (T outside signed 64-bit seconds; then all "-")
#   t_sec t_nsec t_frac: T, nanoseconds rounded down, and in 2^-64 s (hex)
#   maxerror_ns esterror_ns: E rounded up, where valid
#   earliest_sec earliest_nsec: T - E rounded down, where in range
#   latest_sec latest_nsec: T + E rounded up, where in range
#   utc_sec utc_frac tai_sec tai_frac: struct utc's times, where told
#   utc tai: the same in words, where the year is 0001 to 9999
#   leap_second: 1 inside 23:59:60
#   tai_minus_utc: TAI - UTC then, where UTC is told; 0 without tai_valid
"""


def civil(days):
    """Days since 1970-01-01 to proleptic Gregorian (year, month, day)."""
    # Whole cycles of 400 years (146097 days) first, then year by year and
    # month by month: slow, and plain.
    cycles, days = divmod(days, 146097)
    year = 1970 + 400 * cycles
    while days >= 365 + leap_year(year):
        days -= 365 + leap_year(year)
        year += 1
    month = 1
    while days >= month_days(year, month):
        days -= month_days(year, month)
        month += 1
    return year, month, days + 1


def leap_year(year):
    return int(year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def month_days(year, month):
    if month == 2:
        return 28 + leap_year(year)
    return 30 if month in (4, 6, 9, 11) else 31


def month_end(sec):
    """The first second of the month after the one that holds `sec`."""
    days = sec // DAY
    year, month, day = civil(days)
    return (days - (day - 1) + month_days(year, month)) * DAY


def seconds(year, month, day):
    """00:00:00 of a date of any year."""
    cycles = (year - 1970) // 400
    days = cycles * 146097
    for y in range(1970 + 400 * cycles, year):
        days += 365 + leap_year(y)
    for m in range(1, month):
        days += month_days(year, m)
    return (days + day - 1) * DAY


def words(time, leap_second, zone):
    """RFC 3339 of a time on the grid, or None outside the years 1 to 9999."""
    sec = time // SECOND
    year, month, day = civil(sec // DAY)
    if not 1 <= year <= 9999:
        return None
    of_day = sec % DAY
    nsec = time % SECOND * NSEC // SECOND
    return "%04d-%02d-%02dT%02d:%02d:%02d.%09d%s" % (
        year, month, day, of_day // 3600, of_day // 60 % 60,
        of_day % 60 + leap_second, nsec, zone)


def signed64(value):
    value &= U64
    return value - (1 << 64) if value >> 63 else value


def in_range(time):
    return -(1 << 63) <= time // SECOND < 1 << 63


def floor_ns(time):
    return divmod((time * NSEC).__floor__(), NSEC)


def ceil_ns(time):
    return divmod((time * NSEC).__ceil__(), NSEC)


def drift(v, rate):
    """ceil(|C - counter_value| * rate / 2^shift) on the grid."""
    distance = abs(signed64(v["counter"] - v["counter_value"]))
    return -(-(distance * rate) >> v["shift"])


class Ambiguous(Exception):
    """A page the specification says nothing definite about."""


def tell_utc(v, time):
    """(utc, tai, leap_second, tai_minus_utc), with None for what is not told;
    facts, section 4."""
    offset = abs(v["tai_offset"])
    tai = time if v["time_type"] == TAI else None
    untold = None, tai, 0, None

    if v["time_type"] == UTC:
        shift = 0
    elif v["time_type"] == TAI and v["tai_valid"]:
        shift = offset
    else:
        return untold

    # u counts seconds as UTC did at the reference time, with no leap since.
    u = time - shift * SECOND
    reference = ((v["time_sec"] - shift) << 64) + v["time_frac"]
    second = reference // SECOND
    utc, leap_second, change = u, 0, 0
    correction = 0
    steps = [u]

    if v["leap"] == PRE_POS:
        end = month_end(second) * SECOND
        if u >= end:
            utc = u - SECOND
            leap_second = int(u < end + SECOND)
            change = 1 - leap_second
    elif v["leap"] == PRE_NEG:
        end = month_end(second) * SECOND
        if u >= end - SECOND:
            utc = u + SECOND
            change = -1
    elif v["leap"] == POS and second % DAY in (0, DAY - 1):
        start = second * SECOND
        if second % DAY == DAY - 1:
            # 23:59:59 is counted twice and the reference is in the second.
            if v["time_sec"] >> 63:
                raise Ambiguous
            correction = 1
            u += SECOND
            start += SECOND
            steps.append(u)
        utc = u
        if u >= start:
            utc = u - SECOND
            leap_second = int(u < start + SECOND)
            change = 1 - leap_second

    if not in_range(utc):
        return untold
    if not all(map(in_range, steps)):
        raise Ambiguous
    if not v["tai_valid"]:
        return utc, tai, leap_second, 0
    minus = offset + change
    if v["time_type"] == UTC:
        tai = u + offset * SECOND
    if v["time_type"] == TAI:
        # A TAI page whose offset is that of after the leap already: TAI stays
        # T, so TAI - UTC was one less before.
        minus -= correction
    # In 23:59:60 both the count and `utc` stand a second behind.
    assert tai - utc == (minus + leap_second) * SECOND
    if not in_range(tai):
        tai = None
    return utc, tai, leap_second, minus


def answer(v):
    """The result columns of a vector."""
    delta = signed64(v["counter"] - v["counter_value"])
    time = ((v["time_sec"] << 64) + v["time_frac"]
            + (delta * v["period"] >> v["shift"]))
    if not in_range(time):
        return ["overflow"] + ["-"] * 17

    sec, nsec = floor_ns(Fraction(time, SECOND))
    columns = ["ok", sec, nsec, "%#x" % (time % SECOND)]
    for which in "max", "est":
        if not v["has_%serror" % which]:
            columns.append("-")
            continue
        product = drift(v, v["period_%serror" % which])
        columns.append(v["time_%serror" % which]
                       + Fraction(product * NSEC, SECOND).__ceil__())
    if v["has_maxerror"]:
        error = (Fraction(v["time_maxerror"], NSEC)
                 + Fraction(drift(v, v["period_maxerror"]), SECOND))
        for bound in (floor_ns(Fraction(time, SECOND) - error),
                      ceil_ns(Fraction(time, SECOND) + error)):
            if -(1 << 63) <= bound[0] < 1 << 63:
                columns += bound
            else:
                columns += "-", "-"
    else:
        columns += ["-"] * 4

    utc, tai, leap_second, minus = tell_utc(v, time)
    for moment in utc, tai:
        if moment is None:
            columns += "-", "-"
        else:
            columns += moment // SECOND, "%#x" % (moment % SECOND)
    columns.append(utc is not None and words(utc, leap_second, "Z") or "-")
    columns.append(tai is not None and words(tai, 0, "") or "-")
    columns += leap_second, "-" if minus is None else minus
    return columns


class Vectors:
    def __init__(self):
        self.lines = []
        self.seen = set()

    def add(self, delta=0, tick=NS, **given):
        """One vector, `delta` ticks from the reference."""
        v = dict.fromkeys(INPUTS, 0)
        v.update(time_type=TAI, counter_value=1_000_000, tai_valid=1,
                 tai_offset=-37, time_sec=seconds(2026, 11, 21),
                 period=tick[0], shift=tick[1], has_maxerror=1,
                 time_maxerror=1000, period_maxerror=tick[0] // 20000)
        v.update(given)
        if "counter" not in given:
            v["counter"] = v["counter_value"] + delta & U64
        texts = []
        for name in INPUTS:
            is_hex = name.startswith("period") or name == "time_frac"
            texts.append(("%#x" if is_hex else "%d") % v[name])
        key = " ".join(texts)
        if key in self.seen:
            return
        try:
            result = answer(v)
        except Ambiguous:
            return
        self.seen.add(key)
        self.lines.append(key + " " + " ".join(map(str, result)))


def arithmetic(out):
    """T and E at the corners of every operand."""
    periods = [1, 1 << 63, U64, NS[0], MHZ24[0], GHZ25[0]]
    deltas = [0, 1, -1, 1000, (1 << 63) - 1, -(1 << 63), -((1 << 63) - 1)]
    for shift in 0, 1, 29, 31, 63, 64, 126, 127, 128, 129, 200, 255:
        for period in periods:
            for delta in deltas:
                out.add(delta, (period, shift), time_frac=U64 // 3,
                        period_maxerror=period,
                        has_esterror=1, time_esterror=1,
                        period_esterror=1)

    # A reference that wraps, and one on either side of the sign bit.
    for base in 0, 1, (1 << 63) - 1, 1 << 63, (1 << 63) + 1, U64:
        for tick in NS, MHZ24, GHZ25, UNIT, HALF:
            for delta in 1, -1, 3, -3, (1 << 63) - 1, 1 << 63:
                out.add(delta, tick, counter_value=base, time_type=UTC)

    # Seconds at the ends of their range. From 2^63 on only a negative delta
    # brings T back, the reference itself overflows. With a tick of half a
    # second the deltas reach all the way.
    for sec in 0, 1, (1 << 63) - 1, 1 << 63, (1 << 63) + 1, U64:
        for frac in 0, 1, U64 - 1, U64:
            for delta, tick in [(0, UNIT), (1, UNIT), (-1, UNIT), (-2, UNIT),
                                (2, HALF), (-1, HALF), (-2, HALF),
                                (-3, HALF), (-(1 << 63), HALF),
                                (-(1 << 63), (U64, 0)),
                                ((1 << 63) - 1, (U64, 0))]:
                out.add(delta, tick, time_sec=sec, time_frac=frac,
                        time_type=MONOTONIC if delta == 1 else UTC,
                        tai_valid=delta < 0, period_maxerror=0,
                        time_maxerror=delta & 1)

    # The largest negative delta is 2^63 s less half a second, so references
    # to the very last come back into range, and 0 stays just inside.
    for off in range(-2, 3):
        for time_type in UTC, TAI:
            out.add(-(1 << 63), (U64, 0), time_type=time_type,
                    tai_valid=time_type, time_sec=U64 - 2 + off & U64)
            out.add(-(1 << 63), (U64, 0), time_type=time_type,
                    tai_valid=time_type, time_sec=(3 << 62) + off)

    # The floor of a negative product: any fraction of a unit counts.
    for shift in 1, 3, 64, 127, 128, 255:
        for delta in -1, -2, -3, 1, 2, 3:
            out.add(delta, (1, shift), time_type=MONOTONIC,
                    period_maxerror=1, time_maxerror=0)


def errors(out):
    """Bounds at the corners of the errors."""
    for nsec in 0, 1, 999_999_999, NSEC, NSEC + 1, U64 - 1, U64:
        for rate in 0, 1, 1 << 63, U64:
            for delta, tick in ((0, NS), (1, NS), (-1, NS), (1, HALF),
                                (1 << 62, UNIT), (-(1 << 63), (U64, 29)),
                                ((1 << 63) - 1, (U64, 64))):
                out.add(delta, tick, time_maxerror=nsec, period_maxerror=rate,
                        time_esterror=rate, period_esterror=nsec,
                        has_esterror=rate != 1, has_maxerror=1)
    # T and E each a fraction off a whole nanosecond, so that what is rounded
    # first shows. 18446744073 units are just under 1 ns.
    ns = SECOND // NSEC
    for frac in 0, 1, ns - 1, ns, ns + 1, U64 - ns, U64 - 1, U64:
        for rate in 0, 1, 2, ns, ns + 1:
            for nsec in 0, 1:
                out.add(1, UNIT, time_frac=frac, period_maxerror=rate,
                        time_maxerror=nsec, time_type=MONOTONIC)
    # Bounds that leave the range of seconds though T is inside.
    for sec in (1 << 63) - 1, (1 << 63) - 2, 0:
        for nsec in 0, 1, 2, NSEC - 1, NSEC, NSEC + 1, 2 * NSEC, U64:
            for frac in 0, U64 - ns, U64 - ns + 1, U64:
                out.add(0, UNIT, time_type=MONOTONIC, time_sec=sec,
                        time_frac=frac, time_maxerror=nsec)
    for nsec in 0, 1, NSEC, U64:
        for delta in -(1 << 63), -(1 << 63) + 1, -(1 << 63) + 2:
            # T = -2^63 s plus the reference and 0, 1 or 2 half-units.
            out.add(delta, (U64, 0), time_type=UTC, tai_valid=0, time_sec=0,
                    time_frac=0, period_maxerror=0, time_maxerror=nsec)
    for both in 0, 1, 2, 3:
        out.add(5, has_maxerror=both & 1, has_esterror=both >> 1,
                time_esterror=7, period_esterror=9)


def leaps(out):
    """Both sides of every boundary of every kind of leap second."""
    ends = [
        (seconds(2017, 1, 1), -36),
        (seconds(2028, 3, 1), 37),  # the end of a leap year's February
        (seconds(2015, 7, 1), -35),
        (seconds(2027, 3, 1), -37),
        (seconds(2100, 3, 1), 37),  # 2100 is no leap year
        (seconds(1970, 1, 1), 3600),  # time_sec of 0 is the month before
    ]
    # With ticks of half a second from a whole second and one unit to either
    # side, T falls on each boundary, and one unit before and after it. In POS
    # one second back is the other habit, one unit more back is neither.
    for index, (end, offset) in enumerate(ends):
        halves = range(-3, 6) if index < 2 else (-2, 0, 2)
        for time_type in UTC, TAI:
            plus = abs(offset) if time_type == TAI else 0
            for leap in PRE_POS, PRE_NEG, POS:
                for back in (0, 1) if leap == POS else (2, 40):
                    for frac in 0, 1, U64:
                        sec = end - back + plus - (frac == U64)
                        if sec < 0:
                            continue
                        for half in halves:
                            delta = half + (0 if leap == POS else 2 * back)
                            out.add(delta, HALF, time_type=time_type,
                                    time_sec=sec, time_frac=frac,
                                    leap=leap, tai_offset=offset,
                                    has_maxerror=0)

    # Every indicator, both signs of the offset, across the real leap second.
    end = seconds(2017, 1, 1)
    for leap in NONE, PRE_POS, PRE_NEG, POS, POST_POS, POST_NEG, 6, 255:
        for time_type in UTC, TAI, MONOTONIC, 3, 4, 5, 255:
            for offset, valid in (-36, 1), (36, 1), (-36, 0):
                plus = 36 if time_type == TAI else 0
                for delta in 0, 4:
                    out.add(delta, HALF, time_type=time_type, leap=leap,
                            tai_offset=offset, tai_valid=valid,
                            time_sec=end + plus - (leap != POS),
                            time_frac=1 << 62, has_maxerror=0)

    # The same boundaries by ticks of one unit and of 1 ns.
    for leap, at in ((PRE_POS, 0), (PRE_POS, 1), (PRE_NEG, -1), (PRE_NEG, 0),
                     (POS, 0), (POS, 1)):
        for time_type in UTC, TAI:
            plus = 36 if time_type == TAI else 0
            for delta in -1, 0, 1:
                if leap == POS and at == 0:
                    out.add(delta, UNIT, time_type=time_type, leap=leap,
                            tai_offset=-36, time_sec=end + plus, time_frac=0)
                if leap == POS and at == 1:
                    out.add(delta + 1, UNIT, time_type=time_type, leap=leap,
                            tai_offset=-36, time_sec=end + plus,
                            time_frac=U64)
                if leap != POS and at <= 0:
                    out.add(delta + 1, UNIT, time_type=time_type, leap=leap,
                            tai_offset=-36, time_sec=end + plus + at - 1,
                            time_frac=U64)
                out.add(2 * NSEC + at * NSEC + delta, NS,
                        time_type=time_type, leap=leap, tai_offset=-36,
                        time_sec=end + plus - 2, time_frac=0)
                out.add(at * NSEC + delta, NS,
                        time_type=time_type, leap=leap, tai_offset=-36,
                        time_sec=end + plus - (leap != POS), time_frac=0)

    # The month is that of the UTC of the reference: on the first of January
    # the leap second is at the end of January. The TAI month changes earlier.
    for leap in PRE_POS, PRE_NEG:
        for time_type in UTC, TAI:
            for sec in range(end - 1, end + 40, 4):
                for delta in (0, 2 * 31 * DAY - 2, 2 * 31 * DAY,
                              2 * 31 * DAY + 2):
                    out.add(delta, HALF, time_type=time_type, leap=leap,
                            tai_offset=-36, time_sec=sec, has_maxerror=0)

    # POS where no second ends a day says nothing.
    for second in 1, 2, 43200, DAY - 2:
        for delta in -1, 0, 2 * DAY:
            for time_type in UTC, TAI:
                out.add(delta, HALF, time_type=time_type, leap=POS,
                        tai_offset=-36, time_sec=end + second,
                        has_maxerror=0)

    # Leap seconds at the ends of what can be counted must not trap.
    for sec in (1 << 63) - 1, 1 << 63, U64, 0, 1, 35, 36, 37:
        for leap in PRE_POS, PRE_NEG, POS:
            for time_type in UTC, TAI:
                for delta in -1, 0, 1, -100, -(1 << 63):
                    out.add(delta, HALF, time_type=time_type, leap=leap,
                            tai_offset=-36, time_sec=sec, has_maxerror=0)


def years(out):
    """The calendar: ends of years and months, and of what has words."""
    marks = [seconds(*date) for date in (
        (1, 1, 1), (1, 3, 1), (4, 3, 1), (100, 3, 1), (400, 3, 1),
        (1600, 1, 1), (1900, 3, 1), (1904, 2, 29), (1969, 12, 31),
        (1970, 1, 1), (1972, 7, 1), (2000, 2, 29), (2000, 3, 1),
        (2017, 1, 1), (2024, 12, 31), (2038, 1, 19), (2100, 3, 1),
        (9999, 12, 31), (10000, 1, 1), (0, 12, 31), (-1, 6, 1),
        (20000, 1, 1))]
    for mark in marks:
        for time_type in UTC, TAI, MONOTONIC:
            for off in 0, -1, 36, 37:
                # Before the epoch T comes from a negative delta alone.
                start = max(mark + off, 0)
                delta = 2 * (mark + off - start)
                out.add(delta, HALF, time_type=time_type, time_sec=start,
                        has_maxerror=0)
                if off <= 0:
                    out.add(delta - 1, HALF, time_type=time_type,
                            time_sec=start, time_frac=SECOND // 2 - 1,
                            has_maxerror=0, tai_valid=int(off == 0))
    # A leap second that takes the year with it.
    for leap in PRE_POS, PRE_NEG:
        for time_type in UTC, TAI:
            for delta in range(0, 8):
                out.add(delta, HALF, time_type=time_type, leap=leap,
                        time_sec=seconds(10000, 1, 1) - 2
                        + 37 * (time_type == TAI), has_maxerror=0)
    for offset in 0, 1, -1, 37, 32767, -32767, -32768:
        for time_type in UTC, TAI:
            for leap in NONE, PRE_POS, PRE_NEG:
                for delta in 0, 2 * 41 * DAY:
                    out.add(delta, HALF, time_type=time_type, leap=leap,
                            tai_offset=offset, has_maxerror=0)


def chance(out, rng, count):
    """The rest: half like real pages, half of anything."""
    target = len(out.lines) + count
    while len(out.lines) < target:
        if rng.random() < 0.5:
            tick = rng.choice([NS, MHZ24, GHZ25])
            out.add(rng.randrange(-10 ** 12, 10 ** 12), tick,
                    time_type=rng.choice([UTC, TAI, TAI, MONOTONIC]),
                    counter_value=rng.getrandbits(rng.choice([40, 56, 64])),
                    time_sec=rng.randrange(1 << 31),
                    time_frac=rng.getrandbits(64),
                    tai_offset=rng.choice([-37, 37, -36, -10, 0]),
                    tai_valid=rng.randrange(4) > 0, leap=rng.randrange(6),
                    time_maxerror=rng.randrange(10 ** 7),
                    period_maxerror=tick[0] // 10 ** 6 * rng.randrange(500),
                    has_esterror=1, time_esterror=rng.randrange(10 ** 6),
                    period_esterror=tick[0] // 10 ** 6 * rng.randrange(50))
        else:
            def bits(rng=rng):
                return rng.getrandbits(rng.randrange(1, 65))
            out.add(0, (bits(), rng.randrange(rng.choice([32, 64, 140]))),
                    time_type=rng.randrange(3), counter_value=bits(),
                    counter=bits(), time_sec=bits(), time_frac=bits(),
                    tai_offset=rng.randrange(-32768, 32768),
                    tai_valid=rng.randrange(2), leap=rng.randrange(7),
                    has_maxerror=1, time_maxerror=bits(),
                    period_maxerror=bits(), has_esterror=rng.randrange(2),
                    time_esterror=bits(), period_esterror=bits())


def make():
    out = Vectors()
    arithmetic(out)
    errors(out)
    leaps(out)
    years(out)
    chance(out, random.Random(20261121), 400)
    return HEADER + "".join(line + "\n" for line in out.lines)


def main():
    parser = argparse.ArgumentParser(description="make time-vectors.txt")
    parser.add_argument("--check", metavar="FILE",
                        help="compare FILE with what would be made")
    arguments = parser.parse_args()
    text = make()
    if arguments.check is None:
        sys.stdout.write(text)
        return 0
    with open(arguments.check, encoding="ascii") as file:
        if file.read() == text:
            return 0
    print("%s: differs; make it anew" % arguments.check, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
