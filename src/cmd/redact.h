/* SPDX-License-Identifier: BSD-2-Clause */
/* What --redact takes out of a page, a bug report and a recording. */
#ifndef VMCLOCKCTL_CMD_REDACT_H
#define VMCLOCKCTL_CMD_REDACT_H

#include <jansson.h>

#include "base/siphash.h"
#include "event/snapshot.h"
#include "command.h"

/* Whether --redact or --redact-key is given. */
bool is_redacting(const struct invocation *invocation);

/* Whether the source is a page of this machine, or of the tree of --root. */
bool is_of_this_machine(const struct source *source);

/*
 * Redact the page, and the reading of the counter with it: redact_page(), with
 * a key that is made for this run, or that of --redact-key. Returns 0, or -1
 * with *error: the key cannot be read, or has less than 16 bytes.
 */
int redact_source(const struct invocation *invocation, struct source *source,
		  struct error *error);

/* The pages of one recording, which go on under one key. */
struct redaction {
	bool on; /* it was asked for */
	/* Private. */
	struct siphash_key key;
	uint64_t shift; /* of the counter, ticks */
	bool has_raw;
	int64_t raw;   /* CLOCK_MONOTONIC_RAW of the first snapshot */
	uint8_t *page; /* of PAGE_READ_MAX bytes */
};

/* Returns 0, or -1 with *error, as redact_source(). */
int redaction_start(const struct invocation *invocation,
		    const struct source *source, struct redaction *redaction,
		    struct error *error);

void redaction_end(struct redaction *redaction);

/* Redact the snapshot, in a copy of its bytes that the next call overwrites:
 * the page as redact_page_by(), the readings of the counter with it, and
 * CLOCK_MONOTONIC_RAW, which then begins at 0. Nothing if it is not on. */
void redact_snapshot(struct redaction *redaction, struct snapshot *snapshot);

/* Take the names of the machine and of places on it out of the document of
 * dump, or the start line of a recording, but for its page. Returns -1 where
 * memory runs out. */
int redact_document(const struct invocation *invocation,
		    const struct source *source, json_t *document);

#endif
