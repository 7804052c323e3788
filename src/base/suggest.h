/* SPDX-License-Identifier: BSD-2-Clause */
/* The name a user may have meant. */
#ifndef VMCLOCKCTL_BASE_SUGGEST_H
#define VMCLOCKCTL_BASE_SUGGEST_H

struct suggest {
	const char *word;
	const char *best; /* NULL: none is near */
	unsigned int distance;
};

/* Start with the word that fits nothing. */
struct suggest suggest_start(const char *word);

/* Offer a name. Near is a third of the word's letters changed at most, or a
 * name that begins with the word. */
void suggest_offer(struct suggest *suggest, const char *name);

#endif
