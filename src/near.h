/* SPDX-License-Identifier: BSD-2-Clause */
/* The name a user may have meant. */
#ifndef VMCLOCKCTL_NEAR_H
#define VMCLOCKCTL_NEAR_H

struct near {
	const char *word;
	const char *best; /* NULL: none is near */
	unsigned int distance;
};

/* Start with the word that fits nothing. */
struct near near_start(const char *word);

/* Offer a name. Near is a third of the word's letters changed at most, or a
 * name that begins with the word. */
void near_offer(struct near *near, const char *name);

#endif
