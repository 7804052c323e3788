# SPDX-License-Identifier: BSD-2-Clause
"""The completion for bash, which rests on bash-completion."""
from tables import HEAD, fold, spellings

HELPERS = r"""
# _vmclockctl_words WORD...
_vmclockctl_words() {
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$*" -- "$cur")
}

# _vmclockctl_names NAME...: what goes before a =
_vmclockctl_names() {
  compopt -o nospace
  _vmclockctl_words "${@/%/=}"
}

# _vmclockctl_list NAME...: one more for those before the last comma
_vmclockctl_list() {
  compopt -o nospace
  mapfile -t COMPREPLY < <(
    compgen -P "${cur%"${cur##*,}"}" -W "$*" -- "${cur##*,}"
  )
}

_vmclockctl_source() {
  _vmclockctl_words "${simulations[@]}"
  _filedir
}
"""

# Readline replaces what comes after the last = alone; so do --OPTION=WORD and
# NAME=WORD.
MAIN = r"""
_vmclockctl() {
  # shellcheck disable=SC2034 # for _init_completion
  local cur prev words cword split
  _init_completion -s -n : || return
%(tables)s  local command='' i
  for ((i = 1; i < cword; i++)); do
    case ${words[i]} in
    %(takers)s) ((i += 1)) ;;
    -*) ;;
    *) command=${command:-${words[i]}} ;;
    esac
  done

  _vmclockctl_value || if [[ $cur == -* ]]; then
    _vmclockctl_options
  else
    _vmclockctl_argument
  fi
  __ltrim_colon_completions "$cur"
}

complete -F _vmclockctl vmclockctl
"""


def words(of, name="_vmclockctl_words"):
    return name + " " + fold(of, "  ", len(name) + 1)


def pairs(of, names):
    """A case of what goes after each NAME=; and what to do before there is one."""
    after = {}
    for name, values in of.items():
        if values:
            after.setdefault(tuple(values), []).append(f"{name}=*")
    lines = ["case $cur in"]
    for values, patterns in after.items():
        one = len(patterns) == len(of)
        lines += [("*=*" if one else fold(patterns, "", 0, " | ")) + ")",
                  "  cur=${cur#*=}", indented(words(values), "  "), "  ;;"]
    if not any(len(patterns) == len(of) for patterns in after.values()):
        lines.append("*=*) ;;")
    return "\n".join(lines + ["*)", indented(names, "  "), "  ;;", "esac"])


def action(tables, kind, row):
    if kind == "words" or kind == "format":
        return words(row["words" if kind == "words" else "formats"])
    return {
        "number": ":",
        "file": "_filedir",
        "directory": "_filedir -d",
        "program": 'mapfile -t COMPREPLY < <(compgen -c -- "$cur")',
        "source": "_vmclockctl_source",
        "clock": "_vmclockctl_words all\n_filedir",
        "fields": '_vmclockctl_list "${fields[@]}"',
        "layout": words(tables.layouts),
        "rule": '_vmclockctl_words "${rules[@]}"',
        "scenario": '_vmclockctl_words "${scenarios[@]}"',
        "event": pairs(tables.events, words(tables.events) + "\n" + words(
            [n for n, after in tables.events.items() if after],
            "_vmclockctl_names")),
        "kinds": words(tables.events, "_vmclockctl_list"),
        "verdict": pairs({rule: tables.statuses for rule, _ in tables.rules},
                         '_vmclockctl_names "${rules[@]}"'),
        "assignment": pairs(tables.assignments,
                            '_vmclockctl_names "${assignments[@]}"'),
    }[kind]


def indented(text, by):
    return "\n".join(by + line for line in text.split("\n"))


def case(on, rows, default=None):
    """A case statement of (patterns, body); equal bodies stand together."""
    bodies = {}
    for patterns, body in rows:
        bodies.setdefault(body, []).extend(patterns)
    lines = [f"case {on} in"]
    for body, patterns in bodies.items():
        lines += [fold(patterns, "  ", 8, " | ") + ")", indented(body, "  "),
                  "  ;;"]
    if default:
        lines += ["*)", indented(default, "  "), "  ;;"]
    return "\n".join(lines + ["esac"])


def function(name, body):
    return f"\n_vmclockctl_{name}() {{\n{indented(body, '  ')}\n}}\n"


def options(tables):
    def of(command):
        return words([s for o in command["options"] for s in spellings(o)])
    return case("$command", [([c["name"]], of(c)) for c in tables.commands[1:]],
                of(tables.commands[0]))


def value(tables):
    rows = []
    for option in tables.options:
        if option["kind"] == "format":
            takers = [c for c in tables.commands if c["formats"]]
            body = case("$command", [([c["name"]], action(tables, "format", c))
                                     for c in takers[1:]],
                        action(tables, "format", takers[0]))
        elif option["argument"]:
            body = action(tables, option["kind"], option)
        else:
            continue
        rows.append((spellings(option), body))
    return case("$prev", rows, "return 1") + "\nreturn 0"


def argument(tables):
    rows = [([c["name"]], "\n".join(action(tables, kind, c)
                                    for kind in c["kinds"]))
            for c in tables.commands if c["kinds"]]
    names = words([c["name"] for c in tables.commands])
    return case("$command", rows + [(["''"], names + "\n_vmclockctl_source")])


def bash(tables):
    arrays = {
        "rules": [rule for rule, _ in tables.rules],
        "fields": list(tables.fields),
        "assignments": list(tables.assignments),
        "scenarios": [name for name, _, _ in tables.scenarios],
        "simulations": tables.simulations(),
    }
    takers = [s for o in tables.options if o["argument"] for s in spellings(o)]
    return "".join([
        "# shellcheck shell=bash disable=SC2154\n", HEAD % "bash", HELPERS,
        "\n# All below use what _vmclockctl has set.\n"
        "# Status 1: the word is not the value of an option.",
        function("value", value(tables)),
        function("options", options(tables)),
        function("argument", argument(tables)),
        MAIN % {
            "tables": "".join(f"  local {name}=(\n    {fold(of, '    ', 0, ' ', '')}"
                              "\n  )\n" for name, of in arrays.items()),
            "takers": fold(takers, "      ", 4, " | "),
        }])
