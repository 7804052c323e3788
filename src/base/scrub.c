/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds names and addresses in a text, and writes a word in their place. */
#include "scrub.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hex.h"

/* A name of this length is unlikely to be a part of another word, and so much
 * of one, at the end of a text that was cut, unlikely to be anything else. */
#define IN_WORDS_FROM 4
#define CUT_FROM      8

/* What is replaced, and by which word; length 0: nothing. */
struct match {
	size_t length;
	const char *with;
};

/* In a shape x is a hex digit, and any other character is itself. */
static const struct {
	const char *shape;
	const char *with;
} shapes[] = {
	{ "xx:xx:xx:xx:xx:xx:xx:xx", "MAC" },
	{ "xx-xx-xx-xx-xx-xx-xx-xx", "MAC" },
	{ "xx:xx:xx:xx:xx:xx", "MAC" },
	{ "xx-xx-xx-xx-xx-xx", "MAC" },
	{ "xxxxxx.xxxx.xxxxxx", "MAC" },
	{ "xxxx:xx:xx.x", "BUS" },
	{ "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "ID" },
	{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ID" },
};

static const char *const homes[] = { "/home/", "/root/" };

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Whether the part of the text is no part of a longer word. */
static bool is_apart(const char *text, const char *at, size_t length)
{
	return (at == text || !is_of_word(at[-1]) || !is_of_word(*at)) &&
	       (!is_of_word(at[length]) || !is_of_word(at[length - 1]));
}

static bool has_shape(const char *at, const char *shape)
{
	for (; *shape; at++, shape++) {
		if (*shape == 'x' ? hex_digit(*at) < 0 : *at != *shape)
			return false;
	}
	return true;
}

static struct match match_shape(const char *text, const char *at)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		size_t length = strlen(shapes[i].shape);

		if (has_shape(at, shapes[i].shape) &&
		    is_apart(text, at, length))
			return (struct match){ length, shapes[i].with };
	}
	return (struct match){ 0 };
}

/* A path below a home, up to what ends a path in a sentence or a list. */
static struct match match_home(const char *at)
{
	for (size_t i = 0; i < sizeof(homes) / sizeof(*homes); i++) {
		size_t length = strlen(homes[i]);

		if (strncmp(at, homes[i], length) == 0)
			return (struct match){ strcspn(at, " \t\n,;:\"'"),
					       "PATH" };
	}
	return (struct match){ 0 };
}

/* How much of the name stands there; 0: it does not. */
static size_t find_name(const char *at, const char *name)
{
	size_t length = strlen(name), left = strnlen(at, length);

	if (left < length && left < CUT_FROM)
		return 0;
	return strncasecmp(at, name, left) == 0 ? left : 0;
}

static struct match match_secret(const struct scrub *scrub, const char *text,
				 const char *at)
{
	struct match match = { 0 };

	for (size_t i = 0; i < scrub->count; i++) {
		const struct secret *secret = &scrub->secrets[i];
		size_t length = find_name(at, secret->text);

		if (length > match.length &&
		    (secret->in_words || is_apart(text, at, length)))
			match = (struct match){ length, secret->with };
	}
	return match;
}

static struct match match_longest(const struct scrub *scrub, const char *text,
				  const char *at)
{
	struct match match = match_secret(scrub, text, at);
	const struct match others[] = { match_shape(text, at), match_home(at) };

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (others[i].length > match.length)
			match = others[i];
	}
	return match;
}

int scrub_add(struct scrub *scrub, const char *text, const char *with)
{
	struct secret *secrets;
	char *copy;

	if (!*text)
		return 0;
	secrets = realloc(scrub->secrets,
			  (scrub->count + 1) * sizeof(*scrub->secrets));
	if (!secrets)
		return -1;
	scrub->secrets = secrets;
	copy = strdup(text);
	if (!copy)
		return -1;
	secrets[scrub->count++] = (struct secret){
		.text = copy,
		.with = with,
		.in_words = strlen(copy) >= IN_WORDS_FROM,
	};
	return 0;
}

/* Copy the text with what is found replaced; NULL: only count. Returns the
 * length. */
static size_t replace_secrets(const struct scrub *scrub, const char *text,
			      char *to)
{
	const char *at = text;
	size_t used = 0;

	while (*at) {
		struct match match = match_longest(scrub, text, at);
		size_t length = match.length ? strlen(match.with) : 1;

		if (to)
			memcpy(to + used, match.length ? match.with : at,
			       length);
		used += length;
		at += match.length ? match.length : 1;
	}
	return used;
}

char *scrub_text(const struct scrub *scrub, const char *text)
{
	size_t length = replace_secrets(scrub, text, NULL);
	char *result = malloc(length + 1);

	if (!result)
		return NULL;
	replace_secrets(scrub, text, result);
	result[length] = '\0';
	return result;
}

void scrub_free(struct scrub *scrub)
{
	for (size_t i = 0; i < scrub->count; i++)
		free(scrub->secrets[i].text);
	free(scrub->secrets);
	*scrub = (struct scrub){ 0 };
}
