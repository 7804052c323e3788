# SPDX-License-Identifier: BSD-2-Clause
"""The completion for fish."""
from tables import HEAD, fold, spellings

# The command of a line; without one the first is meant.
HELPERS = """
function __vmclockctl_command
    set -l skip 0
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case %s
                set skip 1
            case '-*'
            case %s
                echo $word
                return
            case '*'
                echo %s
                return
        end
    end
    echo none
end

function __vmclockctl_is
    contains -- (__vmclockctl_command) $argv
end
"""

# Files where a command takes a SOURCE, and nowhere else.
FILES = """
complete -c vmclockctl -f
"""


def quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def function(name, body):
    return f"\nfunction __vmclockctl_{name}\n    {body}\nend\n"


def described(name, of):
    return function(name, r"printf '%s\t%s\n'" + "".join(
        f" \\\n        {quote(word)} {quote(text)}" for word, text in of))


def both_sides(of):
    """The words NAME=VALUE, and NAME= where no value is known."""
    return [f"{name}={value}" for name, values in of.items()
            for value in values or [""]]


def call(name):
    return f"'(__vmclockctl_{name})'"


def words(tables, kind, row):
    """What goes after -a, if something does."""
    if kind in ("words", "format"):
        return quote(" ".join(row["words" if kind == "words" else "formats"]))
    return {
        "directory": "'(__fish_complete_directories)'",
        "program": "'(__fish_complete_command)'",
        "source": call("simulations"),
        "clock": "all",
        "fields": "'(__fish_append , (__vmclockctl_fields))'",
        "layout": quote(" ".join(tables.layouts)),
        "rule": call("rules"),
        "scenario": call("scenarios"),
        "event": call("events"),
        "kinds": "'(__fish_append , (__vmclockctl_kinds))'",
        "verdict": call("verdicts"),
        "assignment": call("assignments"),
    }.get(kind)


def argument(tables, kind, row):
    """How an option takes its argument: a file or not, and which words."""
    of = words(tables, kind, row)
    return ((" -r -F" if kind in ("file", "source", "clock") else " -x") +
            (f" -a {of}" if of else ""))


def line(tables, names, rest):
    if len(names) == len(tables.commands):
        return f"complete -c vmclockctl{rest}\n"
    none = ["none"] if tables.commands[0]["name"] in names else []
    return (f"complete -c vmclockctl -n "
            f"'__vmclockctl_is {' '.join(none + names)}'{rest}\n")


def command_lines(tables, command):
    yield (f"complete -c vmclockctl -n '__vmclockctl_is none' "
           f"-a {command['name']} -d {quote(command['help'])}\n")
    for kind in command["kinds"]:
        if kind != "source":
            yield line(tables, [command["name"]],
                       f" -a {words(tables, kind, command)}")


def by_help(option, names):
    """Those to which an option means the same, by what it means."""
    texts = {}
    for name in names:
        text = option["helps"].get(name, option["help"])
        texts.setdefault(text, []).append(name)
    return texts


def option_lines(tables, option):
    letter = f" -s {option['letter']}" if option["letter"] else ""
    takers = [(option["commands"], option)]
    if option["kind"] == "format":
        takers = [([c["name"]], c) for c in tables.commands if c["formats"]]
    for names, row in takers:
        for help_text, some in by_help(option, names).items():
            yield line(tables, some, f"{letter} -l {option['name']}" +
                       (argument(tables, option["kind"], row)
                        if option["argument"] else "") +
                       f" -d {quote(help_text)}")


def fish(tables):
    names = [c["name"] for c in tables.commands]
    takers = [s for o in tables.options if o["argument"] for s in spellings(o)]
    rules = fold([rule for rule, _ in tables.rules], "        ", 16)
    sources = [c["name"] for c in tables.commands if "source" in c["kinds"]]
    return "".join([
        HEAD % "fish",
        HELPERS % (fold(takers, " " * 16, 17), fold(names, " " * 16, 17),
                   names[0]),
        described("rules", tables.rules),
        described("scenarios", [s[:2] for s in tables.scenarios]),
        described("simulations", [(f"sim:{name}", text) for name, text, live
                                  in tables.scenarios if not live]),
        function("fields", r"printf '%s\n' " +
                 fold(list(tables.fields), " " * 8, 18)),
        function("assignments", r"printf '%s\n' " +
                 fold(both_sides(tables.assignments), " " * 8, 18)),
        function("events", r"printf '%s\n' " + fold(
            list(tables.events) + both_sides(
                {n: v for n, v in tables.events.items() if v}),
            " " * 8, 18)),
        function("kinds", r"printf '%s\n' " +
                 fold(list(tables.events), " " * 8, 18)),
        function("verdicts", f"for rule in {rules}\n"
                 r"        printf '%s\n' $rule={" +
                 ",".join(tables.statuses) + "}\n    end"),
        FILES,
        line(tables, sources, " -F -a " + call("simulations")),
        *(text for command in tables.commands
          for text in command_lines(tables, command)),
        *(text for option in tables.options
          for text in option_lines(tables, option))])
