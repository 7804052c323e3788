/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes out of texts what identifies a machine or a person. */
#ifndef VMCLOCKCTL_BASE_SCRUB_H
#define VMCLOCKCTL_BASE_SCRUB_H

#include <stdbool.h>
#include <stddef.h>

/* A name that is known to identify, and the word in its place. */
struct secret {
	char *text;
	const char *with;
	bool in_words; /* also where it is a part of a word */
};

struct scrub {
	struct secret *secrets;
	size_t count;
};

/*
 * Add a name, letters of either case being the same. One of four characters or
 * more is found within words too, such as in a kernel's release, and of 8 or
 * more also where the text ends within it; a shorter one as a word only, and
 * one that is empty nowhere. Returns -1 where memory runs out.
 */
int scrub_add(struct scrub *scrub, const char *text, const char *with);

/*
 * The text, to be freed, with each of the names replaced, the longest of those
 * that begin at a place; and, whether they were added or not: "MAC" for the
 * address of a network card and for the clock identity that is made of it,
 * "BUS" for the address of a PCI device, "ID" for a UUID and for 32 hex digits,
 * and "PATH" for what lies below /home or /root. NULL where memory runs out.
 */
char *scrub_text(const struct scrub *scrub, const char *text);

void scrub_free(struct scrub *scrub);

#endif
