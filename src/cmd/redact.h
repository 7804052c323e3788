/* SPDX-License-Identifier: BSD-2-Clause */
/* What dump --redact takes out of a page and of a bug report. */
#ifndef VMCLOCKCTL_CMD_REDACT_H
#define VMCLOCKCTL_CMD_REDACT_H

#include <jansson.h>

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

/* Take the names of the machine and of places on it out of the document of
 * dump, but for its page. Returns -1 where memory runs out. */
int redact_document(const struct invocation *invocation,
		    const struct source *source, json_t *document);

#endif
