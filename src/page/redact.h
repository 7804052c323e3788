/* SPDX-License-Identifier: BSD-2-Clause */
/* A page without what identifies the machine, and otherwise as it was. */
#ifndef VMCLOCKCTL_PAGE_REDACT_H
#define VMCLOCKCTL_PAGE_REDACT_H

#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"

/*
 * Replace the marker and the generation by their hashes under the key: equal
 * values stay equal, others differ, and who does not have the key can recover
 * none; 0 stays 0. Move the counter, on the page and at *counter (if not NULL),
 * by an amount that depends on the key, the marker and the text `boot`, such as
 * the boot's id: all times stay as they are, and so does the distance of two
 * pages of one marker, boot and key. Clear the bytes of no field that is
 * present: those after the last field of the layout, and those beyond `size`.
 */
void redact_page(uint8_t *bytes, size_t length, const struct siphash_key *key,
		 const char *boot, uint64_t *counter);

/* By how many ticks redact_page() moves the counter. */
uint64_t redact_shift(const struct siphash_key *key, uint64_t marker,
		      const char *boot);

/* The same with the counter on the page moved by `shift`, for the pages of one
 * recording, whose times also go on across a new marker. */
void redact_page_by(uint8_t *bytes, size_t length,
		    const struct siphash_key *key, uint64_t shift);

#endif
