/* SPDX-License-Identifier: BSD-2-Clause */
/* Names what a text is that holds a page in a form which cannot be read. */
#include "foreign.h"

#include <string.h>

#include "base/hex.h"
#include "base/number.h"

/* So many groups of one kind tell it from numbers in a text. */
#define GROUPS_MIN 3

static bool all_of(struct slice word, const char *set)
{
	for (size_t i = 0; i < word.length; i++)
		if (!word.at[i] || !strchr(set, word.at[i]))
			return false;
	return word.length > 0;
}

static bool holds(struct slice line, const char *text)
{
	return memmem(line.at, line.length, text, strlen(text)) != NULL;
}

/* Whether an offset is followed by groups of so many of these digits only. */
static bool has_groups(struct slice line, size_t length, const char *digits)
{
	struct slice word;
	size_t count = 0;

	if (!slice_take_word(&line, &word))
		return false;
	if (word.at[word.length - 1] == ':')
		word.length--;
	if (word.length < 4 || !all_of(word, "0123456789abcdefABCDEF"))
		return false;
	for (; slice_take_word(&line, &word); count++) {
		if (word.length != length || !all_of(word, digits))
			break;
	}
	/* After them only what looks like characters. */
	return count >= GROUPS_MIN && !slice_take_word(&line, &word);
}

static bool is_octal_words(struct slice line)
{
	return has_groups(line, 6, "01234567");
}

static bool is_octal_bytes(struct slice line)
{
	return has_groups(line, 3, "01234567");
}

static bool is_decimal_words(struct slice line)
{
	return has_groups(line, 5, DECIMAL_DIGITS);
}

/* xxd -b has its characters after them. */
static bool is_binary(struct slice line)
{
	struct slice word;

	return slice_take_word(&line, &word) &&
	       word.at[word.length - 1] == ':' &&
	       slice_take_word(&line, &word) && word.length == 8 &&
	       all_of(word, "01") && slice_take_word(&line, &word) &&
	       word.length == 8 && all_of(word, "01");
}

/* The magic in decimal, or as characters, after an offset. */
static bool has_magic_as(struct slice line, const char *const magic[4])
{
	struct slice word;

	if (!slice_take_word(&line, &word) || word.length < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		if (!slice_take_word(&line, &word) ||
		    word.length != strlen(magic[i]) ||
		    !slice_begins(word, magic[i]))
			return false;
	}
	return true;
}

static bool is_decimal_bytes(struct slice line)
{
	static const char *const magic[] = { "86", "67", "76", "75" };

	return has_magic_as(line, magic);
}

static bool is_characters(struct slice line)
{
	static const char *const magic[] = { "V", "C", "L", "K" };

	return has_magic_as(line, magic);
}

static bool has_hard_blanks(struct slice line)
{
	return holds(line, "\xc2\xa0");
}

static bool has_escapes(struct slice line)
{
	return holds(line, "\x1b[");
}

static bool is_unpadded(struct slice line)
{
	return holds(line, "0x4b, 0x0,") || holds(line, "'0x4b', '0x0'") ||
	       holds(line, "4b, 0, 10,") || holds(line, " <repeats ");
}

static bool is_base64(struct slice line)
{
	return holds(line, "VkNMSw");
}

static bool is_document(struct slice line)
{
	return holds(line, "{\"schema\": \"vmclockctl/") ||
	       holds(line, "\"schema\": \"vmclockctl/");
}

/* The magic's digits, but not where a line begins. */
static bool is_behind_text(struct slice line)
{
	return holds(line, "56434c4b0") || holds(line, " 56 43 4c 4b ") ||
	       holds(line, " 5643 4c4b ") || holds(line, " 56 43 4C 4B ") ||
	       holds(line, " 5643 4C4B ");
}

static const struct foreign {
	bool (*fits)(struct slice line);
	bool alone; /* only of a text in which nothing was found */
	const char *reason;
	const char *hint;
} foreigns[] = {
	{ has_hard_blanks, false, "no-break spaces (U+00A0) in place of spaces",
	  "sed 's/\\xc2\\xa0/ /g' FILE | vmclockctl verify -" },
	{ has_escapes, false, "escape sequences of a terminal",
	  "sed 's/\\x1b\\[[0-9;]*[A-Za-z]//g' FILE | vmclockctl verify -" },
	{ is_octal_words, false, "octal words, as of od without options",
	  "od -Ax -tx1 FILE" },
	{ is_octal_bytes, false, "octal bytes, as of od -b or hexdump -b",
	  "od -Ax -tx1 FILE, or hexdump -C FILE" },
	{ is_decimal_words, false, "decimal words, as of hexdump -d",
	  "hexdump -C FILE" },
	{ is_binary, false, "binary digits, as of xxd -b", "xxd FILE" },
	{ is_decimal_bytes, false, "decimal bytes, as of od -tu1",
	  "od -Ax -tx1 FILE" },
	{ is_characters, false, "characters, as of od -c or hexdump -c",
	  "od -Ax -tx1 FILE, or hexdump -C FILE" },
	{ is_unpadded, false, "bytes without both digits, or repeats left out",
	  "x/112xb ADDRESS in gdb, {:02x?} in Rust, page.hex() in Python" },
	{ is_base64, false, "base64", "base64 -d FILE | vmclockctl verify -" },
	{ is_document, false, "a JSON document within other text",
	  "without other lines: sed 's/^[> ]*//' FILE | vmclockctl verify -" },
	{ is_behind_text, true, "text before the bytes, such as that of a log",
	  "cut what stands before the offset of each line" },
};

bool foreign_find(struct text_lines lines, unsigned int line,
		  struct hextext_fault *fault)
{
	struct slice at;

	while (text_lines_next(&lines, &at)) {
		/* What is before the place where a dump broke was read. */
		if (line && lines.number != line)
			continue;
		for (size_t i = 0; i < sizeof(foreigns) / sizeof(*foreigns);
		     i++) {
			if ((line && foreigns[i].alone) ||
			    !foreigns[i].fits(at))
				continue;
			*fault = (struct hextext_fault){ lines.number,
							 foreigns[i].reason,
							 foreigns[i].hint };
			return true;
		}
	}
	return false;
}
