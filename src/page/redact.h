/* SPDX-License-Identifier: BSD-2-Clause */
/* A page without what identifies the machine, and otherwise as it was. */
#ifndef VMCLOCKCTL_PAGE_REDACT_H
#define VMCLOCKCTL_PAGE_REDACT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Replace the marker and the generation by 32 bits of a digest, so that equal
 * values stay equal, others differ, and no value can be recovered; 0 stays.
 * Move the counter, on the page and at *counter (if not NULL), by an amount
 * that depends on the marker and on `salt`: times stay as they are, and of two
 * pages with one marker and salt the distance too.
 */
void redact_page(uint8_t *bytes, size_t length, uint64_t salt,
		 uint64_t *counter);

/* A salt from a text, such as the boot's id. */
uint64_t redact_salt(const char *text);

#endif
