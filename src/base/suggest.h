/* SPDX-License-Identifier: BSD-2-Clause */
/* "Did you mean": the name that the user probably meant. */
#ifndef VMCLOCKCTL_BASE_SUGGEST_H
#define VMCLOCKCTL_BASE_SUGGEST_H

#include <stddef.h>

#include "error.h"

/* The names in a table, one a row. */
struct names {
	const char *const *first;
	size_t count;
	size_t stride; /* bytes from one to the next */
};

/* Of `count` rows, each with its name in that member. */
#define NAMES(rows, count, member)                                             \
	((struct names){ &(rows)->member, (count), sizeof(*(rows)) })

/* Of an array of words. */
#define WORDS(words, count)                                                    \
	((struct names){ (words), (count), sizeof(*(words)) })

/*
 * The nearest of the names, or NULL: one letter added, left out, replaced or
 * exchanged with the next; of longer words one in three letters if the first
 * one is right; or a name that begins with the word, of 3 letters or more. Case
 * is ignored.
 */
const char *suggest_name(const char *word, struct names names);

/* A hint: "did you mean PREFIXname?", else `otherwise`, NULL: none. Returns
 * -1. */
int suggest_hint(struct error *error, const char *word, struct names names,
		 const char *prefix, const char *otherwise);

#endif
