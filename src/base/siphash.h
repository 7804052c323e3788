/* SPDX-License-Identifier: BSD-2-Clause */
/* SipHash-2-4: a hash of bytes that only who has the key can compute. */
#ifndef VMCLOCKCTL_BASE_SIPHASH_H
#define VMCLOCKCTL_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

#define SIPHASH_KEY_SIZE 16

struct siphash_key {
	uint8_t bytes[SIPHASH_KEY_SIZE];
};

/* As J.-P. Aumasson and D. J. Bernstein define it, 64 bits, with the same value
 * on machines of either byte order. */
uint64_t siphash(const struct siphash_key *key, const void *bytes,
		 size_t length);

#endif
