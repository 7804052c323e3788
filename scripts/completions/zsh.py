# SPDX-License-Identifier: BSD-2-Clause
"""The completion for zsh."""
import re

from tables import HEAD, fold, spellings

# A key of the association pairs, then one of its values; one without values is
# a word by itself where it is bare.
HELPERS = """
# _vmclockctl_pairs [bare]
_vmclockctl_pairs() {
  local -a names
  if compset -P '*='; then
    names=(${=pairs[${${IPREFIX%=}##*=}]})
    compadd -a names
    return
  fi
  names=(${(k)pairs})
  if [[ $1 == bare ]]; then
    compadd -a names
    names=(${(k)pairs[(R)?*]})
  fi
  compadd -S = -q -a names
}

_vmclockctl_source() {
  _alternative 'files:file:_files' 'simulations:simulation:_vmclockctl_simulation'
}

_vmclockctl_clock() {
  _alternative 'files:clock:_files' 'all:all:(all)'
}

_vmclockctl_first() {
  _alternative 'commands:command:_vmclockctl_command' \\
    'sources:source:_vmclockctl_source'
}
"""

# Without a command it is the first, so its options are there from the start.
MAIN = """
_vmclockctl() {
  local curcontext=$curcontext state state_descr line ret=1
  local -A opt_args
  local -a always options
  always=(
%(always)s  )
  options=(
%(first)s  )
  _arguments -C -s -S -A '-*' : $always $options '1:command:_vmclockctl_first' \\
    '*:: :->rest' && ret=0
  [[ $state == rest ]] || return ret
  curcontext=${curcontext%%:*:*}:vmclockctl-$words[1]:
  case $words[1] in
%(rest)s  esac
  _arguments -s -S : $always $options && ret=0
  return ret
}

_vmclockctl "$@"
"""


def quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


def action(tables, kind, row):
    if kind in ("words", "format"):
        words = row["words" if kind == "words" else "formats"]
        return f"{kind}:({' '.join(words)})"
    return {
        "number": "number: ",
        "file": "file:_files",
        "directory": "directory:_files -/",
        "program": "command:_command_names -e",
        "source": "source:_vmclockctl_source",
        "clock": "clock:_vmclockctl_clock",
        "fields": "field:_vmclockctl_fields",
        "layout": f"layout:({' '.join(tables.layouts)})",
        "rule": "rule:_vmclockctl_rule",
        "scenario": "scenario:_vmclockctl_scenario",
        "event": "event:_vmclockctl_event",
        "kinds": "event:_vmclockctl_kinds",
        "verdict": "expected:_vmclockctl_verdict",
        "assignment": "assignment:_vmclockctl_assignment",
    }[kind]


def option_spec(tables, option, command):
    """One line for _arguments, the spellings of an option in braces."""
    names = spellings(option)
    text = "[" + re.sub(r"([\[\]\\])", r"\\\1", option["help"]) + "]"
    if option["argument"]:
        row = command if option["kind"] == "format" else option
        text += ":" + action(tables, option["kind"], row)
        names = [n + ("=" if n.startswith("--") else "+") for n in names]
    before = "*" if option["repeated"] else ""
    if len(names) == 1:
        return f"    {quote(before + names[0] + text)}\n"
    before = before or f"({' '.join(spellings(option))})"
    return f"    {quote(before)}{{{','.join(names)}}}{quote(text)}\n"


def command_specs(tables, command):
    """What the command takes beyond what each takes in the same sense."""
    specs = "".join(option_spec(tables, option, command)
                    for option in command["options"]
                    if not tables.always(option))
    kinds = [action(tables, kind, command) for kind in command["kinds"]]
    if len(kinds) == 1:
        specs += f"    {quote('*:' + kinds[0])}\n"
    elif kinds:
        either = " ".join(f'"{spec.split(":")[0]}s:{spec}"' for spec in kinds)
        specs += f"    {quote('*: :_alternative ' + either)}\n"
    return specs


def pairs(name, of, bare=""):
    lines = "".join(f"    {key} {quote(' '.join(values))}\n"
                    for key, values in of.items())
    return (f"\n_vmclockctl_{name}() {{\n  local -A pairs=(\n{lines}  )\n"
            f"  _vmclockctl_pairs{bare}\n}}\n")


def described(name, of):
    lines = "".join(f"    {quote(word.replace(':', chr(92) + ':') + ':' + text)}\n"
                    for word, text in of)
    return (f"\n_vmclockctl_{name}() {{\n  local -a {name}s=(\n{lines}  )\n"
            f"  _describe -t {name}s {name} {name}s\n}}\n")


def zsh(tables):
    first = tables.commands[0]
    rest = "".join(
        f"  {c['name']})\n    options=(\n" +
        re.sub("(?m)^", "  ", command_specs(tables, c)).rstrip(" ") +
        "    )\n    ;;\n" for c in tables.commands)
    return "".join([
        "#compdef vmclockctl\n", HEAD % "zsh", HELPERS,
        "\n_vmclockctl_verdict() {\n  local -A pairs\n  local rule\n"
        "  for rule in " +
        fold([rule for rule, _ in tables.rules], "    ", 14) + "; do\n"
        f"    pairs[$rule]={quote(' '.join(tables.statuses))}\n  done\n"
        "  _vmclockctl_pairs\n}\n",
        "\n_vmclockctl_fields() {\n  _values -s , field " +
        fold(list(tables.fields), "    ", 20) + "\n}\n",
        "\n_vmclockctl_kinds() {\n  _values -s , event " +
        fold(list(tables.events), "    ", 20) + "\n}\n",
        pairs("assignment", tables.assignments),
        pairs("event", tables.events, " bare"),
        described("rule", tables.rules),
        described("scenario", [(n, h) for n, h, _ in tables.scenarios]),
        described("simulation", [(f"sim:{n}", h) for n, h, live
                                 in tables.scenarios if not live]),
        described("command", [(c["name"], c["help"])
                              for c in tables.commands]),
        MAIN % {
            "always": "".join(
                option_spec(tables, option, first) for option in tables.options
                if tables.always(option)),
            "first": "".join(
                option_spec(tables, option, first) for option
                in first["options"] if not tables.always(option)),
            "rest": rest,
        }])
