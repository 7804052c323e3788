/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that the JSON documents use where they use one of a set. */
#ifndef VMCLOCKCTL_CMD_ENUMERATIONS_H
#define VMCLOCKCTL_CMD_ENUMERATIONS_H

#include <stddef.h>

struct enumeration {
	const char *name; /* "error-code" */
	const char *help; /* what the words tell apart */
	/* The table that the program itself writes them from: `count` rows of
	 * `size` bytes, each of which begins with a pointer to its word. */
	const void *rows;
	size_t count, size;
};

/*
 * Those that are not in another list already: `list fields` has the layouts,
 * kinds and names of values, `list rules` the levels and needs, `list events`
 * the events, `list commands` the formats. Ended by a NULL name.
 */
extern const struct enumeration enumerations[];

/* The i-th of its words, from 0 to count - 1. */
const char *enumeration_word(const struct enumeration *enumeration, size_t i);

#endif
