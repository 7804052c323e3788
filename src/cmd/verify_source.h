/* SPDX-License-Identifier: BSD-2-Clause */
/* Passes the snapshots of a SOURCE to the rules. */
#ifndef VMCLOCKCTL_CMD_VERIFY_SOURCE_H
#define VMCLOCKCTL_CMD_VERIFY_SOURCE_H

#include "io/source/source.h"
#include "verify.h"

struct verify_source_options {
	const char *root;
	bool live;	  /* the file is kept by another process */
	int64_t duration; /* of a live page, ns */
	uint64_t samples; /* looks at a live page, 0: as many as fit */
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

#endif
