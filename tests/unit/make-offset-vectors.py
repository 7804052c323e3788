#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write offset-vectors.txt: what smeared clocks show, and statistics, worked
out with fractions of any size from the definitions, not from the program.

A noon-to-noon smear spreads the day's 86401 or 86399 seconds evenly over the
24 hours that the clock shows; UTC-SLS (Kuhn, 2005) shows 999 or 1001 seconds in
the last 1000 seconds of the day. Both are written down here as what the clock
shows, and UTC is taken from it.

smear KIND SIGN SINCE-NS OFFSET     SINCE: ns since the leap second began;
                                    OFFSET: clock minus UTC, 2^-64 s, floored
statistics MIN MEDIAN P99 MAX MEAN DEVIATION : VALUES
                                    MEAN and DEVIATION (n - 1; 0 of one value)
                                    floored
"""
import random
from fractions import Fraction
from math import floor, isqrt

DAY = 86400


def utc(since, sign):
    """Seconds on the dial since noon before, at `since` seconds after the leap
    second began (positive) or was left out (negative); 23:59:60 is counted as
    a second 23:59:59."""
    if sign > 0:
        dial = DAY // 2 + since
        return dial - 1 if since >= 0 else dial
    dial = DAY // 2 - 1 + since
    return dial + 1 if since >= 0 else dial


def noon_linear(since, sign):
    length = DAY + sign
    gone = since + DAY // 2 - (sign < 0)  # real seconds since noon
    if not 0 <= gone < length:
        return utc(since, sign)
    return gone * Fraction(DAY, length)


def utc_sls(since, sign):
    # The interval ends with the day, which ends one second after a positive
    # leap second began, and at the moment a negative one was left out.
    end = 1 if sign > 0 else 0
    gone = since - (end - 1000)
    if not 0 <= gone < 1000:
        return utc(since, sign)
    shown = 1000 - sign  # seconds on the dial
    return DAY // 2 - shown + gone * Fraction(shown, 1000)


def main():
    rng = random.Random(7)
    for name, model in (("noon-linear", noon_linear), ("utc-sls", utc_sls)):
        for sign in (1, -1):
            points = {-86399 * 10**9, -43201 * 10**9, -43200 * 10**9,
                      -43199 * 10**9, -1001 * 10**9, -1000 * 10**9,
                      -999 * 10**9, -500 * 10**9, -1, 0, 1, 10**9 - 1, 10**9,
                      43199 * 10**9, 43200 * 10**9, 43201 * 10**9,
                      86399 * 10**9}
            for _ in range(20):
                points.add(rng.randrange(-86399 * 10**9, 86399 * 10**9))
                points.add(rng.randrange(-1100 * 10**9, 10 * 10**9))
            for ns in sorted(points):
                since = Fraction(ns, 10**9)
                offset = model(since, sign) - utc(since, sign)
                print("smear", name, sign, ns, floor(offset * 2**64))
    for count in (1, 2, 3, 4, 10, 99, 100, 101, 200, 333):
        values = [rng.randrange(-10**12, 10**12) for _ in range(count)]
        if count == 10:
            values = [7] * 10
        ordered = sorted(values)
        median = (floor(Fraction(ordered[count // 2 - 1] + ordered[count // 2], 2))
                  if count % 2 == 0 else ordered[count // 2])
        p99 = next(v for v in ordered
                   if Fraction(sum(w <= v for w in values), count) >= Fraction(99, 100))
        mean = Fraction(sum(values), count)
        variance = sum((v - mean)**2 for v in values) / max(count - 1, 1)
        print("statistics", ordered[0], median, p99, ordered[-1],
              floor(mean), isqrt(floor(variance)), ":",
              *values)


main()
