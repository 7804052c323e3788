# SPDX-License-Identifier: BSD-2-Clause
"""The documents, one function each: which members they have."""
from maker import (BOOLEAN, HEX, INTEGER, NUMBER, STRING, VALUE, array, choose,
                   integer, nullable, optional, text)
from shapes import (COUNT, COUNTER, OVERFLOW, RAW, UTC, comparison, decoded,
                    diagnosis, error, event, examined, head, layout, level, page,
                    phc, reading, result, rule, seen, source, summary, timestamp,
                    tool, with_raw)

COMPLETE = {"description": "whether a recording has its end line; null where "
                           "none was read to its end", **nullable(BOOLEAN)}

# A name without .json, to its title and what makes its schema.
DOCUMENTS = {}


def document(title):
    def add(function):
        name = function.__name__.rstrip("_")
        DOCUMENTS[name] = (title, function)
        return function
    return add


@document("The document of vmclockctl show --json")
def show(m):
    return with_raw(m, {**head(m, "show"), **reading(m)})


@document("The document of vmclockctl encode --json")
def encode(m):
    return with_raw(m, {**head(m, "encode"), "layout": layout(m),
                        "page": page(m), "raw": RAW})


@document("The document of vmclockctl diff --json")
def diff(m):
    return m.object({
        **head(m, "diff"),
        "a": source(m),
        "b": source(m),
        "layout_a": layout(m),
        "layout_b": layout(m),
        "same": BOOLEAN,
        "fields": array(m.object({
            "name": m.name("fields"),
            "offset": COUNT,
            "a": nullable(VALUE),
            "b": nullable(VALUE),
        })),
        "other_bytes": COUNT,
        "events": array(event(m)),
        "notes": {
            "description": "what the rules between pages say of the pair",
            **array(m.object({
                "rule": m.name("rules", "id"),
                "status": m.words(["fail", "warn"]),
                "message": STRING,
            }))},
        "time_step_ns": nullable(INTEGER),
        "frequency_step_ppm": nullable(NUMBER),
        **OVERFLOW,
    })


CONFORMANT = {"description": "null where no selected rule could be judged",
              **nullable(BOOLEAN)}


@document("A document of vmclockctl verify --json, one a source, or one for "
          "all with --series and --restores")
def verify(m):
    verdict = {
        "complete": COMPLETE,
        "conformant": CONFORMANT,
        "reason": {"description": "why nothing was judged",
                   **nullable(STRING)},
        "summary": summary(m),
        "results": array(result(m), 1),
    }
    together = {
        "sources": array(source(m), 1),
        "together": m.words(["series", "restores"]),
        "before?": source(m),
    }
    return choose("sources",
                  m.object({**head(m, "verify"), **together, **verdict}),
                  m.object({**head(m, "verify"), "source": source(m),
                            **verdict}))


@document("The document of vmclockctl explain --json")
def explain(m):
    return m.object({**head(m, "explain"), "rule": rule(m)})


@document("The document of vmclockctl compare --json")
def compare(m):
    return m.object({**head(m, "compare"), "tool": tool(m),
                     "source": source(m), "decoded": decoded(m),
                     **comparison(m)})


@document("The document of vmclockctl doctor --json")
def doctor(m):
    levels = m.enumerations["diagnosis-level"]
    return m.object({
        **head(m, "doctor"),
        "tool": tool(m),
        "summary": m.object({name: INTEGER for name in levels}),
        "results": array(examined(m)),
    })


@document("The document of vmclockctl dump --format json")
def dump(m):
    machine = m.object({
        "kernel": nullable(STRING),
        "architecture": nullable(STRING),
        "page_size": nullable(INTEGER),
        "virtual_machine": BOOLEAN,
        "hypervisor": nullable(STRING),
        "container": BOOLEAN,
        "clocksource": nullable(STRING),
        "clocksources": nullable(STRING),
    })
    region = m.object({"first": HEX, "last": HEX, "in_system_ram": BOOLEAN,
                       "inside": nullable(STRING)})
    node = m.object({"path": STRING, "mode": text("^[0-7]{4}$"),
                     "readable": BOOLEAN})
    device = m.object({
        "firmware": m.enumeration("firmware"),
        "name": nullable(STRING),
        "id": nullable(STRING),
        "region": nullable(region),
        "driver": m.enumeration("driver"),
        "node": nullable(node),
    })
    return with_raw(m, {
        **head(m, "dump"),
        **reading(m),
        "redacted": BOOLEAN,
        "verdicts": m.object({
            "conformant": CONFORMANT,
            "summary": summary(m),
            "results": array(result(m)),
        }),
        "machine": nullable(machine),
        "device": nullable(device),
        "phcs": nullable(array(phc(m))),
        "comparison": choose("error", m.object({"error": error(m)}),
                             nullable(m.object(comparison(m)))),
        "doctor": nullable(array(diagnosis(m))),
    })


@document("The document of vmclockctl report --format json")
def report(m):
    event = m.object({
        "type": {"const": "event"},
        **watched_event(m),
        "after_ns": {"description": "since the first page, by "
                     "CLOCK_MONOTONIC_RAW; null for --series",
                     **nullable(COUNT)},
    })
    point = m.object({
        "snapshot": COUNT,
        "after_ns": COUNT,
        "offset_ns": {"description": "CLOCK_REALTIME - the page's time",
                      **nullable(INTEGER)},
        "bound_ns": nullable(COUNT),
        "bounds": nullable(m.enumeration("bounds")),
        "step_ns": {"description": "the page's time - that of the page "
                    "before", **nullable(INTEGER)},
        "promise_ns": {"description": "the maximum error of the page before "
                       "there", **nullable(COUNT)},
        "frequency_ppm": {"description": "from frequency_hz",
                          **nullable(NUMBER)},
    })
    span = {"description": "the least and the largest value",
            **nullable(array(nullable(INTEGER)))}
    column = m.object({
        "after_ns": COUNT,
        "offset_ns": span,
        "bound_ns": span,
        "step_ns": span,
        "promise_ns": span,
        "frequency_ppm": nullable(array(NUMBER)),
        "outside": COUNT,
        "broken": COUNT,
    })
    curves = m.object({
        "inside": COUNT,
        "outside": COUNT,
        "unclear": COUNT,
        "without_bounds": COUNT,
        "steps": {"description": "updates under one marker", **COUNT},
        "steps_outside": COUNT,
        "steps_across": {"description": "updates across a new marker",
                         **COUNT},
        "frequency_hz": {"description": "of the first page that has one",
                         **nullable(NUMBER)},
        "points": {"description": "a page each; null where there are more "
                   "than are drawn one by one", **nullable(array(point))},
        "column_ns": nullable(COUNT),
        "columns": nullable(array(column)),
    })
    one = m.object({
        "source": source(m),
        "part": {"description": "null where all of it is drawn; verdicts and "
                 "broken are of all of it in any case",
                 **nullable(m.object({
                     "begin": {"description": "as it was given",
                               **nullable(STRING)},
                     "end": nullable(STRING),
                     "first": {"description": "snapshot", **COUNT},
                     "last": COUNT,
                 }))},
        "complete": COMPLETE,
        "sentence": STRING,
        "summary": seen(m),
        "largest_step_ns": {"description": "of the updates across a new "
                            "marker", **nullable(INTEGER)},
        "event_count": {"description": "without calibrations", **COUNT},
        "events": array(event),
        "verdicts": m.object({
            "conformant": CONFORMANT,
            "summary": summary(m),
            "results": array(result(m)),
        }),
        "broken": array(m.object({
            "rule": m.name("rules", "id"),
            "failures": COUNT,
            "warnings": COUNT,
            "first": COUNT,
            "last": COUNT,
        })),
        "curves": curves,
    })
    return m.object({**head(m, "report"), "tool": tool(m),
                     "reports": array(one, 1)})


@document("The document of vmclockctl simulate --json")
def simulate(m):
    return m.object({
        **head(m, "simulate"),
        "scenario": m.name("scenarios"),
        "path": STRING,
        "updates": COUNT,
        "duration_ns": COUNT,
    })


def watched_event(m):
    change = m.object({
        "name": m.name("fields"),
        "old": nullable(VALUE),
        "new": nullable(VALUE),
        "old_text": nullable(STRING),
        "new_text": nullable(STRING),
    })
    return {
        "n": integer(1),
        "time": {"description": "CLOCK_REALTIME when the event was seen",
                 **nullable(UTC)},
        "event": event(m),
        "changes": array(change),
        "rule?": m.name("rules", "id"),
        "message?": STRING,
        "missed": nullable(INTEGER),
        "snapshot?": {"description": "the number of the snapshot in the "
                      "recording, as --at takes it", **integer(1)},
        "time_step_ns": nullable(INTEGER),
        "frequency_step_ppm": nullable(NUMBER),
        **OVERFLOW,
    }


@document("A line of vmclockctl watch --json")
def watch(m):
    return m.variants("type", {
        "start": m.object({
            **head(m, "watch"),
            "type": {"const": "start"},
            "tool": tool(m),
            "source": source(m),
            "wake": nullable(m.enumeration("wake")),
            "interval_ns": nullable(INTEGER),
        }),
        "event": m.object({
            "type": {"const": "event"},
            **watched_event(m),
        }),
        "end": m.object({
            "type": {"const": "end"},
            "reason": m.enumeration("ending"),
            "until": {"description": "what became of --until; null where it "
                      "was not given", **nullable(m.enumeration("awaited"))},
            "n": COUNT,
            "complete": COMPLETE,
            "counts": m.map(m.names("events"), integer(1)),
            "violations": {
                "description": "how often each rule was found broken, told "
                               "or not",
                **m.map(m.names("rules", "id"), integer(1))},
            "summary": seen(m),
        }),
    })


@document("A line of a recording (vmclockctl record, simulate --record)")
def record(m):
    start = {**head(m, "record"), "type": {"const": "start"}}
    played = {"scenario": m.name("scenarios")}
    recorded = {
        "tool": tool(m),
        "source": source(m),
        "machine": nullable(m.object({
            "kernel": STRING,
            "architecture": STRING,
            "clocksource": nullable(STRING),
        })),
        "wake": m.enumeration("wake"),
        "interval_ns": COUNT,
        "redacted?": {"const": True},
    }
    clocks = {
        "counter_last": COUNTER,
        "realtime": nullable(timestamp(m)),
        "monotonic_raw": nullable(timestamp(m)),
        "wake": m.enumeration("wake"),
        "unsettled_ns": COUNT,
        "realtime_window_ns?": {
            "description": "from before the counter was read until after the "
                           "clocks were: realtime may be that much later "
                           "than counter", **COUNT},
    }
    look = {"unsettled_look_ns": COUNT}
    # Other writers may lack it.
    clocks |= look if m.closed else optional(look)
    return m.variants("type", {
        "start": choose("scenario", m.object({**start, **played}),
                        m.object({**start, **recorded})) if m.closed
        else m.object({**start, **optional(played), **optional(recorded)}),
        "snapshot": m.object({
            "type": {"const": "snapshot"},
            "n": integer(1),
            "page": page(m),
            "counter": COUNTER,
            "missed": COUNT,
            **clocks,
        }),
        "unsettled": m.object({
            "type": {"const": "unsettled"},
            "n": integer(1),
            "seq_count": COUNT,
            **clocks,
        }),
        "end": m.object({
            "type": {"const": "end"},
            "counter_last": COUNTER,
            "summary?": seen(m),
        }),
    })


def listed(m):
    """The members of an item of each list."""
    return {
        "fields": {
            "name": m.name("fields"),
            "layout": layout(m),
            "offset": COUNT,
            "width": integer(1),
            "kind": m.words(m.names("fields", "kind")),
            "group": m.words(m.names("fields", "group")),
            "unit": nullable(STRING),
            "values": array(m.object({"value": VALUE, "name": STRING})),
            "clause": STRING,
            "help": STRING,
        },
        "events": {"name": event(m), "help": STRING, "values": array(STRING)},
        "scenarios": {
            "name": m.name("scenarios"),
            "help": STRING,
            "breaks": nullable(m.name("rules", "id")),
            "publish_only": BOOLEAN,
        },
        "commands": {
            "name": m.name("commands"),
            "help": STRING,
            "arguments": STRING,
            "words": array(STRING),
            "formats": array(STRING),
        },
        "options": {
            "name": m.name("options"),
            "letter": nullable(STRING),
            "argument": nullable(STRING),
            "help": STRING,
            "repeated": BOOLEAN,
            "words": array(STRING),
            "commands": array(m.name("commands")),
            "helps": m.map(m.names("commands"), STRING),
        },
        "metrics": {
            "name": m.name("metrics"),
            "command": STRING,
            "help": STRING,
            "unit": nullable(STRING),
        },
        "enumerations": {
            "name": m.name("enumerations"),
            "help": STRING,
            "values": array(STRING),
        },
    }


@document("The document of vmclockctl list --json")
def list_(m):
    items = {what: m.object(members) for what, members in listed(m).items()}
    items["rules"] = rule(m)
    return m.variants("what", {
        what: m.object({**head(m, "list"), "what": {"const": what},
                        "items": array(items[what], 1)})
        for what in m.listings})


@document("The document of vmclockctl --version --json")
def version(m):
    return m.object({**head(m, "version"), "version": STRING})


@document("What any command writes in place of its answer when it fails, "
          "with --json")
def failure(m):
    return m.object({
        **head(m, "failure"),
        "schema": {"enum": [f"vmclockctl/{c}" for c in m.names("commands")]}
        if m.closed else text("^vmclockctl/[a-z]+$"),
        "source?": m.object({"path": STRING}),
        "error": error(m),
    })
