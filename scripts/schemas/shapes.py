# SPDX-License-Identifier: BSD-2-Clause
"""The shapes that several documents have, each once."""
import functools

from maker import (BOOLEAN, DECIMAL, INTEGER, NUMBER, STRING, array, cases,
                   choose, integer, nullable, text)

UTC = text("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}Z$")
TAI = text("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}$")

COUNT = integer(0)
COUNTER = nullable(DECIMAL)


def shape(function):
    """Its shape stands once in a document, under its name and the further
    arguments."""
    @functools.wraps(function)
    def refer(m, *arguments):
        name = "-".join([function.__name__, *arguments])
        return m.share(name, function(m, *arguments))
    return refer


def head(m, name):
    return {"schema": {"const": f"vmclockctl/{name}"},
            "schema_version": {"const": m.version}}


@shape
def tool(m):
    return m.object({"name": {"const": "vmclockctl"}, "version": STRING})


@shape
def source(m):
    return m.object({
        "kind": m.enumeration("source-kind"),
        "format": m.enumeration("source-format"),
        "path": nullable(STRING),
        "n?": INTEGER,
        "offset?": text("^0x[0-9a-f]+$"),
        "address?": text("^0x[0-9a-f]+$"),
    })


@shape
def error(m):
    return m.object({
        "code": m.enumeration("error-code"),
        "errno": nullable(INTEGER),
        "message": STRING,
    })


@shape
def errno(m):
    return m.object({"errno": INTEGER, "message": STRING})


@shape
def page(m):
    return m.object({"length": integer(0, 65536),
                     "hex": text("^([0-9a-f]{2})*$")})


def layout(m):
    return m.words(m.names("fields", "layout"))


def raw_value(field):
    """The type of a raw value follows from the width and kind of its field."""
    bits = 8 * field["width"]
    if field["kind"] == "bytes":
        return text(f"^[0-9a-f]{{{bits // 4}}}$")
    if bits <= 32 and field["kind"] == "signed":
        return integer(-1 << bits - 1, (1 << bits - 1) - 1)
    if bits <= 32:
        return integer(0, (1 << bits) - 1)
    if field["kind"] in ("hex", "flags"):
        return text(f"^0x[0-9a-f]{{{bits // 4}}}$")
    return text("^-?[0-9]+$") if field["kind"] == "signed" else DECIMAL


@shape
def raw(m, of):
    """The fields of a layout, null where the page does not have them."""
    return m.object({field["name"]: nullable(raw_value(field))
                     for field in m.items["fields"] if field["layout"] == of})


def with_raw(m, members):
    """An object with the members layout, page and raw."""
    schema = m.object(members)
    schema["allOf"] = cases("layout", {
        of: {"properties": {"raw": raw(m, of)}}
        for of in m.names("fields", "layout")})
    return schema


RAW = {"type": "object"}  # but for what its layout says


def names_of(m, field):
    """The names of a field's values, in any layout."""
    return list(dict.fromkeys(
        value["name"] for item in m.items["fields"] if item["name"] == field
        for value in item["values"]))


def value_name(m, field):
    names = m.words(names_of(m, field))
    if m.closed:
        names = {"anyOf": [names, text(r"^unknown\([0-9]+\)$")]}
    return nullable(names)


@shape
def decoded(m):
    return m.object({
        "counter_id": value_name(m, "counter_id"),
        "time_type": value_name(m, "time_type"),
        "clock_status": value_name(m, "clock_status"),
        "leap_second_smearing_hint":
            value_name(m, "leap_second_smearing_hint"),
        "leap_indicator": value_name(m, "leap_indicator"),
        "flags": nullable(array(m.words(names_of(m, "flags")))),
        "flags_unknown": nullable(STRING),
        "tai_minus_utc_s": nullable(INTEGER),
        "tai_offset_sign": nullable(m.words(["tai-to-utc", "utc-to-tai"])),
        "period_ns": nullable(NUMBER),
        "frequency_hz": nullable(NUMBER),
        "period_esterror_ppb": nullable(NUMBER),
        "period_maxerror_ppb": nullable(NUMBER),
        "reference_utc": nullable(UTC),
        "time_available": BOOLEAN,
    })


SECOND = {"sec": text("^-?[0-9]+$"), "nsec": integer(0, 999999999)}
# Beside an integer that is null for its size.
OVERFLOW = {"overflow?": {"const": True}}


@shape
def timestamp(m):
    """Seconds rounded down, and nanoseconds."""
    return m.object(SECOND)


@shape
def seen(m):
    """What a series of snapshots held."""
    return m.object({
        "snapshots": COUNT,
        "unsettled": COUNT,
        "missed": nullable(INTEGER),
        "begin": nullable(UTC),
        "end": nullable(UTC),
        "span_ns": {"description": "from the first to the last, by "
                    "CLOCK_MONOTONIC_RAW", **nullable(INTEGER)},
        "events": m.map(m.names("events"), integer(1)),
        "status": {
            "description": "by clock_status: its snapshots, and how long "
                           "they stood",
            "type": "object",
            "additionalProperties": m.object({
                "snapshots": integer(1),
                "time_ns": nullable(INTEGER),
                **OVERFLOW,
            })},
        "worst_maxerror_ns": {
            "description": "the largest maximum error at the last reading "
                           "under a page", **nullable(INTEGER)},
        **OVERFLOW,
    })


@shape
def time(m):
    return m.object({
        **SECOND,
        "esterror_ns": nullable(INTEGER),
        "maxerror_ns": nullable(INTEGER),
        "earliest": nullable(timestamp(m)),
        "latest": nullable(timestamp(m)),
        "utc": nullable(UTC),
        "tai": nullable(TAI),
        **OVERFLOW,
    })


def reading(m):
    """The members of a page, and of all that follows from it."""
    return {
        "tool": tool(m),
        "source": source(m),
        "layout": layout(m),
        "page": page(m),
        "raw": RAW,
        "decoded": decoded(m),
        "counter": COUNTER,
        "time": nullable(time(m)),
        "time_reason": nullable(m.enumeration("time-reason")),
    }


def level(m):
    return m.words(m.names("rules", "level"))


@shape
def verdict(m):
    return m.enumeration("verdict")


@shape
def summary(m):
    """How many rules came to what."""
    counts = [word.replace("-", "_") for word in m.enumerations["verdict"]]
    return m.object({
        **{name: COUNT for name in ["rules", *counts, "expected"]},
        "no_leap_table": {
            "description": "the rules that were skipped for want of a "
                           "leap-second table that reaches",
            **array(m.name("rules", "id"))},
    })


@shape
def result(m):
    """What a rule came to."""
    return m.object({
        "id": m.name("rules", "id"),
        "status": verdict(m),
        "level": level(m),
        "clause": STRING,
        "field": nullable(m.name("fields")),
        "offset": nullable(INTEGER),
        "expected": nullable(STRING),
        "actual": nullable(STRING),
        "message": nullable(STRING),
        "hint": nullable(STRING),
        "snapshot?": integer(1),
        "path?": {"description": "the page of several", **STRING},
        "expected_status?": verdict(m),
    })


@shape
def rule(m):
    needs = [need for item in m.items["rules"] for need in item["needs"]]
    return m.object({
        "id": m.name("rules", "id"),
        "title": STRING,
        "level": level(m),
        "clause": STRING,
        "needs": array(m.words(list(dict.fromkeys(needs)))),
        "field": nullable(m.name("fields")),
        "breaks": STRING,
        "why": STRING,
        "hint": nullable(STRING),
    })


def event(m):
    return m.words(m.names("events"))


@shape
def diagnosis(m):
    return m.object({
        "level": m.enumeration("diagnosis-level"),
        "topic": STRING,
        "id": STRING,
        "message": STRING,
        "next": nullable(STRING),
    })


@shape
def observation(m):
    return m.object({
        "path": STRING,
        "observed": m.enumeration("observed"),
        "errno": nullable(INTEGER),
    })


@shape
def examined(m):
    return m.object({
        "level": m.enumeration("diagnosis-level"),
        "topic": STRING,
        "id": STRING,
        "message": STRING,
        "next": nullable(STRING),
        "observations": array(observation(m)),
    })


@shape
def phc(m):
    return m.object({
        "path": STRING,
        "clock_name": STRING,
        "driver": nullable(STRING),
        "kind": m.enumeration("phc-kind"),
        "type": nullable(STRING),
        "variant": nullable(STRING),
    })


@shape
def statistics(m):
    return m.object({
        "count": INTEGER,
        "minimum_ns": nullable(INTEGER),
        "median_ns": nullable(INTEGER),
        "p99_ns": nullable(INTEGER),
        "maximum_ns": nullable(INTEGER),
        "mean_ns": nullable(INTEGER),
        "deviation_ns": nullable(INTEGER),
        **OVERFLOW,
    })


@shape
def clock(m):
    """A clock that is compared with the page."""
    return m.object({
        "clock": STRING,
        "kind": m.enumeration("clock-kind"),
        "own": BOOLEAN,
        "phc": nullable(phc(m)),
        "error": nullable(errno(m)),
        "note": STRING,
        "statistics": nullable(statistics(m)),
        "failed_rounds": INTEGER,
        "within": nullable(BOOLEAN),
    })


@shape
def quality(m):
    """What the kernel says of a PTP clock."""
    return m.object({
        "error_bound_ns": nullable(INTEGER),
        "timescale": nullable(STRING),
        "status": nullable(STRING),
    })


@shape
def status_change(m):
    return m.object({
        "n": INTEGER,
        "from": nullable(STRING),
        "to": nullable(STRING),
    })


@shape
def measurement(m):
    return m.object({
        "n": INTEGER,
        "clock": STRING,
        "offset": timestamp(m),
        "offset_ns": nullable(INTEGER),
        "uncertainty_ns": nullable(INTEGER),
        "window_ns": nullable(INTEGER),
        "residual_ns": nullable(INTEGER),
        **OVERFLOW,
        "method": m.enumeration("read-method"),
        "window_by": nullable(m.enumeration("window-by")),
        "timescale": m.enumeration("timescale"),
        "fault": nullable(STRING),
        "tai_minus_utc_assumed_s": nullable(INTEGER),
        "bounds": m.enumeration("bounds"),
        "smear": nullable(m.enumeration("smear")),
        "quality": nullable(quality(m)),
    })


@shape
def failed_measurement(m):
    return m.object({"n": INTEGER, "clock": STRING, "error": errno(m)})


def comparison(m):
    """The members of a comparison."""
    return {
        "reference": m.enumeration("compare-reference"),
        "reference_reason": nullable(STRING),
        "tai_minus_utc_s": nullable(INTEGER),
        "tai_minus_utc_from": nullable(m.enumeration("tai-origin")),
        "kernel_tai_offset_s": INTEGER,
        "max_offset_ns": nullable(INTEGER),
        "within": nullable(BOOLEAN),
        "clocks": array(clock(m)),
        "measurements": array(
            choose("error", failed_measurement(m), measurement(m))),
        "status_changes": array(status_change(m)),
        "complete": nullable(BOOLEAN),
    }
