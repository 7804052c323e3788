/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes text safe for a terminal: what it would obey is escaped. */
#include "printable.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "cleanup.h"
#include "hex.h"

/* Bytes of the longest character, and of \xHH. */
#define SPELT_MAX 4

/* Unicode's category Cf. These characters are invisible: they change the
 * direction of text, join or separate letters, or tag them. */
static const struct range {
	uint32_t first, last;
} format_characters[] = {
	{ 0x00ad, 0x00ad },   { 0x0600, 0x0605 },   { 0x061c, 0x061c },
	{ 0x06dd, 0x06dd },   { 0x070f, 0x070f },   { 0x0890, 0x0891 },
	{ 0x08e2, 0x08e2 },   { 0x180e, 0x180e },   { 0x200b, 0x200f },
	{ 0x202a, 0x202e },   { 0x2060, 0x206f },   { 0xfeff, 0xfeff },
	{ 0xfff9, 0xfffb },   { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
	{ 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe007f },
};

/* This thread's locale while a text is looked at, and what it was before. */
struct locale_use {
	locale_t own, before;
	bool utf8;
};

static bool is_ascii(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] >= 0x80)
			return false;
	}
	return true;
}

/* The locale is the user's, and asked for only where a text needs one: to load
 * it takes a tenth of the time that show takes. */
static struct locale_use use_locale(const char *text, size_t length)
{
	struct locale_use use = { 0 };

	if (is_ascii(text, length))
		return use;
	use.own = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (!use.own)
		return use;
	use.before = uselocale(use.own);
	use.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	return use;
}

static void end_locale(struct locale_use *use)
{
	if (!use->own)
		return;
	uselocale(use->before);
	freelocale(use->own);
}

static bool is_format(uint32_t code)
{
	const size_t count =
		sizeof(format_characters) / sizeof(*format_characters);

	for (size_t i = 0; i < count; i++) {
		if (code >= format_characters[i].first &&
		    code <= format_characters[i].last)
			return true;
	}
	return false;
}

static bool is_shown(wchar_t character)
{
	return !is_format((uint32_t)character) && iswprint((wint_t)character);
}

/* How many bytes the character at the start of text has; 0 if it must be
 * escaped. */
static size_t shown_length(const char *text, bool utf8)
{
	mbstate_t state = { 0 };
	wchar_t character;
	size_t length;

	if (is_printable_ascii((unsigned char)*text))
		return 1;
	if (!utf8)
		return 0;
	length = mbrtowc(&character, text, strnlen(text, SPELT_MAX), &state);
	return length <= SPELT_MAX && is_shown(character) ? length : 0;
}

/* Copy or escape the character at *from, and advance *from. Returns how many
 * bytes were written. */
static size_t spell_next(const char **from, bool utf8,
			 char to[static SPELT_MAX])
{
	size_t length = shown_length(*from, utf8);
	unsigned char byte = (unsigned char)**from;

	if (length) {
		memcpy(to, *from, length);
		*from += length;
		return length;
	}
	to[0] = '\\';
	to[1] = 'x';
	hex_put(to + 2, byte, 2);
	++*from;
	return 4;
}

static void spell(char *to, size_t size, const char *from, bool utf8)
{
	size_t used = 0;

	while (*from) {
		char spelt[SPELT_MAX];
		size_t length = spell_next(&from, utf8, spelt);

		if (used + length >= size)
			break;
		memcpy(to + used, spelt, length);
		used += length;
	}
	to[used] = '\0';
}

void printable(char *to, size_t size, const char *from)
{
	CLEANUP(end_locale)
	struct locale_use use = use_locale(from, strlen(from));

	spell(to, size, from, use.utf8);
}

void printable_ascii(char *to, size_t size, const char *from)
{
	spell(to, size, from, false);
}

void printable_put(FILE *stream, const char *text)
{
	CLEANUP(end_locale)
	struct locale_use use = use_locale(text, strlen(text));

	while (*text) {
		char spelt[SPELT_MAX];
		size_t length = spell_next(&text, use.utf8, spelt);

		fwrite(spelt, 1, length, stream);
	}
}

/* The length of a character by its first byte, and that byte's part of it; 0:
 * no character begins so. */
static size_t begin_character(unsigned char first, uint32_t *code)
{
	if (first < 0xc2 || first > 0xf4)
		return 0;
	if (first < 0xe0) {
		*code = first & 0x1f;
		return 2;
	}
	if (first < 0xf0) {
		*code = first & 0x0f;
		return 3;
	}
	*code = first & 0x07;
	return 4;
}

size_t printable_utf8(const char *text)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code = 0;
	size_t length;

	if (is_printable_ascii((unsigned char)*text))
		return 1;
	length = begin_character((unsigned char)*text, &code);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	/* Too long a spelling, a surrogate, private use and noncharacters. */
	if (!length || code < least[length] || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xf900) || code < 0xa0 ||
	    (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef) ||
	    code >= 0xe0000 || (code >= 0x2028 && code <= 0x2029) ||
	    is_format(code))
		return 0;
	return length;
}

unsigned int printable_columns(const char *text, size_t length)
{
	CLEANUP(end_locale)
	struct locale_use use = use_locale(text, length);
	unsigned int columns = 0;

	while (length) {
		mbstate_t state = { 0 };
		wchar_t character;
		size_t bytes = 1;
		int width = 1;

		if (use.utf8)
			bytes = mbrtowc(&character, text, length, &state);
		if (use.utf8 && bytes && bytes <= length)
			width = wcwidth(character);
		else
			bytes = 1;
		columns += width < 0 ? 1 : (unsigned int)width;
		text += bytes;
		length -= bytes;
	}
	return columns;
}
