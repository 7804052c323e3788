/* SPDX-License-Identifier: BSD-2-Clause */
/* The nearest name by Levenshtein's distance. */
#include "suggest.h"

#include <string.h>

#define LETTERS_MAX 63

/* Levenshtein's distance: letters added, removed or replaced. */
static unsigned int edit_distance(const char *a, const char *b)
{
	size_t rows = strlen(a), columns = strlen(b);
	unsigned int row[LETTERS_MAX + 1];

	if (rows > LETTERS_MAX || columns > LETTERS_MAX)
		return LETTERS_MAX;
	for (size_t j = 0; j <= columns; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 1; i <= rows; i++) {
		unsigned int diagonal = row[0];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= columns; j++) {
			unsigned int above = row[j];
			unsigned int best = diagonal + (a[i - 1] != b[j - 1]);

			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = above;
			row[j] = best;
		}
	}
	return row[columns];
}

struct suggest suggest_start(const char *word)
{
	return (struct suggest){
		.word = word,
		.best = NULL,
		.distance = (unsigned int)strlen(word) / 3 + 1,
	};
}

void suggest_offer(struct suggest *suggest, const char *name)
{
	size_t letters = strlen(suggest->word);
	unsigned int d = edit_distance(suggest->word, name);

	if (letters >= 3 && strncmp(suggest->word, name, letters) == 0)
		d = 1;
	if (d > suggest->distance || (suggest->best && d == suggest->distance))
		return;
	suggest->best = name;
	suggest->distance = d;
}
