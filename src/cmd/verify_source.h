/* SPDX-License-Identifier: BSD-2-Clause */
/* Passes the snapshots of a SOURCE to the rules. */
#ifndef VMCLOCKCTL_CMD_VERIFY_SOURCE_H
#define VMCLOCKCTL_CMD_VERIFY_SOURCE_H

#include "io/source/source.h"
#include "verify.h"

struct verify_source_options {
	const char *root;
	bool last;		  /* no other comes after it */
	struct place_asked place; /* in a memory image */
	bool live;		  /* the file is kept by another process */
	bool only_live;		  /* and is refused where it has no page */
	bool quiet;		  /* show no progress */
	bool until_signal; /* SIGINT or SIGTERM ends the looks, no more */
	int64_t duration;  /* of a live page, ns */
	uint64_t samples;  /* looks at a live page, 0: as many as fit */
	/* NULL, or who looks at each snapshot after the rules have. */
	void (*seen)(void *listener, const struct snapshot *snapshot);
	void *listener;
};

/*
 * Pass a page, the snapshots of a recording, or those of a live page to the
 * verifier, whose first group is filled; its findings are complete afterwards.
 * *source says what was checked; call source_free() in either case. Returns 0,
 * or -1 with *error.
 */
int verify_source(const char *name, const struct verify_source_options *options,
		  struct verifier *verifier, struct source *source,
		  struct error *error);

/* Pages of one device, which are judged together. */
struct verify_pages {
	char *const *names;
	int count;
	const char *before; /* --before; NULL: none */
	bool restores;	    /* they come after restores; else in their order */
	const char *option; /* as the user knows it: "--series" */
	/* Filled: one a name, and that of `before`; without their bytes. */
	struct source *sources;
	struct page *decoded;
	struct source before_source;
	const char *failed; /* which name it failed with */
};

/*
 * The same for such pages. ERROR_USAGE where one is a recording or a live page.
 * Call verify_pages_free() in either case.
 */
int verify_pages(struct verify_pages *pages,
		 const struct verify_source_options *options,
		 struct verifier *verifier, struct error *error);

void verify_pages_free(struct verify_pages *pages);

#endif
