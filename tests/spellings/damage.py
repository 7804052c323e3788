# SPDX-License-Identifier: BSD-2-Clause
"""What happens to a dump on its way into a mail, a ticket or a terminal.

HARMLESS changes nothing that a reader may not skip: the page is read. HARMFUL
may destroy it: what is read is the page, or it is refused.
"""
import textwrap


def each(change):
    """A change of every line, which keeps line ends."""
    return lambda text, rng: "".join(change(line)
                                     for line in text.splitlines(True))


def mail(text, rng):
    return ("Hi all,\n\nOn 26 Nov 2026 at 10:15, Zo\u00eb wrote:\n"
            "here is the page of our guest:\n\n" + text +
            "\nRegards, X\n-- \nX. Y., +49 30 1234567, Room 0815\n")


def fenced(text, rng):
    return "The page:\n```\n" + text.rstrip("\n") + "\n```\nThanks!\n"


def prompted(text, rng):
    return "(qemu) xp /112xb 0xfeffb000\n" + text.rstrip("\n") + "\n(qemu) quit\n"


def mixed_depth(text, rng):
    return "".join(">" * rng.randrange(3) + " " + line
                   for line in text.splitlines(True))


HARMLESS = {
    "as it is": lambda text, rng: text,
    "CR LF": lambda text, rng: text.replace("\n", "\r\n"),
    "a byte-order mark": lambda text, rng: "\ufeff" + text,
    "quoted": each(lambda line: "> " + line),
    "quoted twice": each(lambda line: ">> " + line),
    "quoted with blanks": each(lambda line: "> > " + line),
    "quoted to several depths": mixed_depth,
    "in a mail": mail,
    "quoted in a mail": lambda text, rng: each(lambda line: "> " + line)(
        mail(text, rng), rng),
    "fenced": fenced,
    "between prompts": prompted,
    "indented": each(lambda line: "    " + line),
    "with blanks at the end": each(lambda line: line.rstrip("\n") + "  \n"),
    "with blank lines": each(lambda line: line + "\n"),
    "without the last newline": lambda text, rng: text.rstrip("\n"),
}


def places(lines, rng):
    """The first, the last and some line between."""
    return [0, len(lines) - 1, rng.randrange(len(lines))]


def lose_digit(where):
    def damage(text, rng):
        lines = text.splitlines(True)
        at = places(lines, rng)[where]
        digits = [i for i, c in enumerate(lines[at])
                  if c in "0123456789abcdefABCDEF"]
        if digits:
            i = rng.choice(digits)
            lines[at] = lines[at][:i] + lines[at][i + 1:]
        return "".join(lines)
    return damage


def repeat_line(where):
    def damage(text, rng):
        lines = text.splitlines(True)
        at = places(lines, rng)[where]
        return "".join(lines[:at + 1] + lines[at:])
    return damage


def repeat_later(text, rng):
    lines = text.splitlines(True)
    at = rng.randrange(len(lines))
    to = rng.randrange(at, len(lines)) + 1
    return "".join(lines[:to] + [lines[at]] + lines[to:])


def lose_line(where):
    def damage(text, rng):
        lines = text.splitlines(True)
        del lines[places(lines, rng)[where]]
        return "".join(lines)
    return damage


def swap(first):
    def damage(text, rng):
        lines = text.splitlines(True)
        if len(lines) > 1:
            at = 0 if first else rng.randrange(len(lines) - 1)
            lines[at], lines[at + 1] = lines[at + 1], lines[at]
        return "".join(lines)
    return damage


def swap_far(text, rng):
    lines = text.splitlines(True)
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "".join(lines)


def wrap(width):
    def damage(text, rng):
        return "".join("\n".join(textwrap.wrap(
            line, width, drop_whitespace=False)) + "\n"
            for line in text.splitlines())
    return damage


def fold(width):
    """As fold, within words."""
    def damage(text, rng):
        return "".join(line[at:at + width] + "\n" for line in text.splitlines()
                       for at in range(0, max(len(line), 1), width))
    return damage


def insert_line(words):
    def damage(text, rng):
        lines = text.splitlines(True)
        lines.insert(rng.randrange(1, len(lines) + 1), words + "\n")
        return "".join(lines)
    return damage


def join_lines(text, rng):
    lines = text.splitlines(True)
    at = rng.randrange(len(lines))
    lines[at] = lines[at].rstrip("\n") + " "
    return "".join(lines)


# Of lines of one length without offsets these cannot be seen.
REORDERING = {
    "the first two lines swapped": swap(True),
    "two lines swapped": swap(False),
    "two lines far apart swapped": swap_far,
}

DIGITS = {f"a digit lost in the {name} line": lose_digit(i)
          for i, name in enumerate(("first", "last", "some"))}
DIGITS["a digit lost in one more"] = lose_digit(2)

HARMFUL = {
    "cut in the middle": lambda text, rng: text[:len(text) // 2],
    "cut anywhere": lambda text, rng: text[:rng.randrange(len(text))],
    "cut at its beginning": lambda text, rng: text[rng.randrange(len(text)):],
    "wrapped at 72": wrap(72), "wrapped at 60": wrap(60),
    "wrapped at 40": wrap(40), "folded at 64": fold(64), "folded at 20": fold(20),
    "a line of text within": insert_line("and so on"),
    "a page number within": insert_line("--- 12 ---"),
    "a pager's line within": insert_line(
        "--Type <RET> for more, q to quit, c to continue without paging--"),
    "a * within": insert_line("*"),
    "two lines joined": join_lines,
    "twice in one text": lambda text, rng: text + "\nand again:\n" + text,
    "a line doubled far away": repeat_later,
}
for _i, _name in enumerate(("first", "last", "some")):
    HARMFUL[f"the {_name} line twice"] = repeat_line(_i)
    HARMFUL[f"the {_name} line missing"] = lose_line(_i)
