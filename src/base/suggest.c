/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the name that a mistyped word meant, by Damerau-Levenshtein distance.
 */
#include "suggest.h"

#include <stdbool.h>
#include <string.h>

#define LETTERS_MAX 63
#define FAR	    (LETTERS_MAX + 1)

static int lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter;
}

static bool same_letter(char a, char b)
{
	return lower(a) == lower(b);
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * Letters added, left out, replaced or exchanged with the next, no letter
 * twice; FAR for words that are too long.
 */
static unsigned int edit_distance(const char *a, const char *b)
{
	size_t rows = strlen(a), columns = strlen(b);
	/* The row being filled, and the two before it. */
	unsigned int space[3][LETTERS_MAX + 1];
	unsigned int *row = space[0], *above = space[1], *two_above = space[2];

	if (rows > LETTERS_MAX || columns > LETTERS_MAX)
		return FAR;
	for (size_t j = 0; j <= columns; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 1; i <= rows; i++) {
		unsigned int *oldest = two_above;

		two_above = above;
		above = row;
		row = oldest;
		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= columns; j++) {
			bool same = same_letter(a[i - 1], b[j - 1]);

			row[j] = least(above[j - 1] + !same,
				       least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
			    same_letter(a[i - 2], b[j - 1]))
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return row[columns];
}

static bool begins_with(const char *name, const char *word)
{
	while (*word && same_letter(*name, *word)) {
		name++;
		word++;
	}
	return !*word;
}

/* The distance of word and name; FAR if the word cannot be a typing error. */
static unsigned int slip(const char *word, const char *name)
{
	size_t letters = strlen(word);
	unsigned int d = edit_distance(word, name);

	if (d <= 1 && letters > 1)
		return d;
	if (letters >= 3 && begins_with(name, word))
		return 1;
	return d <= letters / 3 && same_letter(*word, *name) ? d : FAR;
}

const char *suggest_name(const char *word, struct names names)
{
	const char *const *best = NULL;
	unsigned int nearest = FAR;

	for (size_t i = 0; i < names.count; i++) {
		const char *row = (const char *)names.first + i * names.stride;
		const char *const *name = (const char *const *)row;
		unsigned int d = slip(word, *name);

		if (d < nearest) {
			nearest = d;
			best = name;
		}
	}
	return best ? *best : NULL;
}

int suggest_hint(struct error *error, const char *word, struct names names,
		 const char *prefix, const char *otherwise)
{
	const char *name = suggest_name(word, names);

	if (name)
		return error_hint(error, "did you mean %s%s?", prefix, name);
	return otherwise ? error_hint(error, "%s", otherwise) : -1;
}
