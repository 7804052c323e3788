# SPDX-License-Identifier: BSD-2-Clause
"""The program's tables, and the language in which its documents are described.

A schema is a dict, as in JSON. What is published lets later versions add
members, words (values of an enumeration) and types of lines; a closed schema
knows all that this version writes. Where they differ, a Maker knows which of
the two is wanted.
"""
import json
import subprocess

NULL = {"type": "null"}
BOOLEAN = {"type": "boolean"}
NUMBER = {"type": "number"}
INTEGER = {"type": "integer"}
STRING = {"type": "string"}
VALUE = {"type": ["integer", "string"]}  # a raw one, typed by its field's width
DECIMAL = {"type": "string", "pattern": "^[0-9]+$"}
HEX = {"type": "string", "pattern": "^0x[0-9a-f]{16}$"}

OPEN = ("Later versions may add members and words, and a reader passes over "
        "what it does not know; the words of this version are under examples.")
CLOSED = "What this very version writes, for its own tests."


def integer(least, most=None):
    schema = {"type": "integer", "minimum": least}
    return schema if most is None else {**schema, "maximum": most}


def text(pattern):
    return {"type": "string", "pattern": pattern}


def array(items, least=0):
    schema = {"type": "array", "items": items}
    return {**schema, "minItems": least} if least else schema


def choose(member, having, lacking):
    """One schema for objects that have the member, another for the rest."""
    return {"if": {"type": "object", "required": [member]},
            "then": having, "else": lacking}


def nullable(schema):
    if "type" in schema:
        types = schema["type"]
        types = [types] if isinstance(types, str) else types
        return {**schema, "type": types + ["null"]}
    if "enum" in schema:
        return {"enum": schema["enum"] + [None]}
    return {"anyOf": schema.get("anyOf", [schema]) + [NULL]}


def optional(members):
    """The same members, none of which need be there."""
    return {f"{name}?": schema for name, schema in members.items()}


def cases(member, schemas):
    """The schema that holds for each value of the member."""
    return [{"if": {"properties": {member: {"const": value}},
                    "required": [member]}, "then": schema}
            for value, schema in schemas.items()]


def lay_out(value, indent=0, used=0):
    """JSON in which what fits on a line of 80 columns stands on one."""
    line = json.dumps(value)
    if not isinstance(value, (dict, list)) or indent + used + len(line) < 80:
        return line
    pad = " " * (indent + 2)
    if isinstance(value, list):
        parts = [lay_out(v, indent + 2) for v in value]
    else:
        parts = [f"{json.dumps(k)}: " + lay_out(v, indent + 2, len(k) + 4)
                 for k, v in value.items()]
    start, end = ("[", "]") if isinstance(value, list) else ("{", "}")
    return (f"{start}\n{pad}" + f",\n{pad}".join(parts) +
            f"\n{' ' * indent}{end}")


class Maker:
    """Makes the schemas of one program, published or closed."""

    def __init__(self, program, closed):
        def ask(what):
            answer = subprocess.run([program, "list", what, "--json"],
                                    check=True, stdout=subprocess.PIPE)
            return json.loads(answer.stdout)

        answer = ask("commands")
        self.closed = closed
        self.version = answer["schema_version"]
        self.listings = next(command["words"] for command in answer["items"]
                             if command["name"] == "list")
        self.items = {what: ask(what)["items"] for what in self.listings}
        self.enumerations = {item["name"]: item["values"]
                             for item in self.items["enumerations"]}
        self.shared = None

    def names(self, what, member="name"):
        """All that the items of a listing have in a member, each once."""
        return list(dict.fromkeys(item[member] for item in self.items[what]))

    def object(self, members):
        """An object with these members; those whose name ends in ? may be
        missing."""
        schema = {
            "type": "object",
            "properties": {name.rstrip("?"): member
                           for name, member in members.items()},
            "required": [name for name in members if not name.endswith("?")],
        }
        return {**schema, "additionalProperties": False} if self.closed \
            else schema

    def map(self, names, value):
        """An object with any of the names as members, all of one kind."""
        schema = {"type": "object", "additionalProperties": value}
        return {**schema, "propertyNames": {"enum": names}} if self.closed \
            else schema

    def words(self, words):
        """One of a few words, which may become more."""
        return {"enum": words} if self.closed \
            else {"type": "string", "examples": words}

    def enumeration(self, name):
        return self.words(self.enumerations[name])

    def name(self, what, member="name"):
        """The name of something that is listed."""
        return {"enum": self.names(what, member)} if self.closed else STRING

    def variants(self, member, schemas):
        """One schema for each value of the member, which has to be there; with
        a value that is not known, anything."""
        return {"type": "object",
                "properties": {member: self.words(list(schemas))},
                "required": [member],
                "allOf": cases(member, schemas)}

    def share(self, name, shape):
        """A reference to a shape that stands once in the document."""
        if name not in self.shared:
            self.shared[name] = None  # keeps its place before what it uses
            self.shared[name] = shape
        return {"$ref": f"#/$defs/{name}"}

    def document(self, title, make):
        self.shared = {}
        schema = make(self)
        head = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$comment": "Written by scripts/make-schemas, and not to be edited",
            "title": title,
            "description": CLOSED if self.closed else OPEN,
        }
        shared = {"$defs": self.shared} if self.shared else {}
        return {**head, **schema, **shared}
