# SPDX-License-Identifier: BSD-2-Clause
"""What the program tells of itself, for those who write completions."""
import json
import subprocess

# What completes each word that stands for an argument in --help.
KINDS = {
    "WHEN": "words", "FORMAT": "format", "DIR": "directory", "FILE": "file",
    "CMD": "program", "SOURCE": "source", "PAGE": "file",
    "FIELD[,...]": "fields", "NAME": "layout", "KIND[=VALUE]": "event",
    "KIND[,...]": "kinds", "GLOB": "rule",
    "ID=STATUS": "verdict", "DEV|all": "clock",
    "N": "number", "N|event:N|TIME": "number", "T": "number",
    "TIME": "number",
    "HZ": "number", "ADDRESS": "number",
    # And of the commands' own.
    "[SOURCE]": "source", "[SOURCE...]": "source",
    "[DEVICE]": None, "A": "source",
    "B": "source", "|": None, "RECORDING": "source", "--at": None,
    "N,M": None, "[FIELD=VALUE...]": "assignment", "SCENARIO": "scenario",
    "WHAT": "words", "ID": "rule",
}


class Tables:
    """What the program tells of itself."""

    def __init__(self, program):
        def items(what):
            answer = subprocess.run([program, "list", what, "--json"],
                                    check=True, stdout=subprocess.PIPE)
            return json.loads(answer.stdout)["items"]

        self.commands = items("commands")
        self.options = items("options")
        self.rules = [(rule["id"], rule["title"]) for rule in items("rules")]
        self.scenarios = [(s["name"], s["help"], s["publish_only"])
                          for s in items("scenarios")]
        fields = items("fields")
        self.layouts = list(dict.fromkeys(f["layout"] for f in fields))
        self.fields = {}
        for field in fields:
            values = self.fields.setdefault(field["name"], [])
            values += [v["name"] for v in field["values"]
                       if v["name"] not in values]
        # What encode takes besides them: the table of src/cmd/assign.c.
        self.assignments = {**self.fields,
                            "flags+": self.fields["flags"],
                            "flags-": self.fields["flags"],
                            "frequency": [], "drift": [], "maxerror": [],
                            "time": []}
        self.events = {event["name"]: event["values"]
                       for event in items("events")}
        self.statuses = next(item["values"] for item in items("enumerations")
                             if item["name"] == "verdict")
        for option in self.options:
            option["kind"] = (KINDS[option["argument"]]
                              if option["argument"] else None)
        for command in self.commands:
            kinds = [KINDS[word] for word in command["arguments"].split()]
            command["kinds"] = list(dict.fromkeys(filter(None, kinds)))
            command["options"] = [
                dict(o, help=o["helps"].get(command["name"], o["help"]))
                for o in self.options if command["name"] in o["commands"]]

    def always(self, option):
        """Does it go with every command, and mean the same?"""
        return (len(option["commands"]) == len(self.commands) and
                not option["helps"])

    def simulations(self):
        return [f"sim:{name}" for name, _, live in self.scenarios if not live]


def spellings(option):
    letter = [f"-{option['letter']}"] if option["letter"] else []
    return letter + [f"--{option['name']}"]


def fold(words, indent, used, between=" ", end=" \\", width=78):
    """The words in lines, of which the first has `used` columns less."""
    lines, line = [], ""
    for word in words:
        if line and used + len(line) + len(between) + len(word) > width:
            lines.append(line + between.rstrip() + end)
            line, used = "", len(indent)
        line += (between if line else "") + word
    return ("\n" + indent).join(lines + [line])


HEAD = """\
# SPDX-License-Identifier: BSD-2-Clause
#
# Completion of vmclockctl for %s. Written by scripts/make-completions, and
# not to be edited.
"""
