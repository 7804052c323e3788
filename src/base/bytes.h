/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in little-endian bytes, whatever the machine's own order. */
#ifndef VMCLOCKCTL_BASE_BYTES_H
#define VMCLOCKCTL_BASE_BYTES_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* The number in `width` bytes (1, 2, 4 or 8), the least significant first. */
static inline uint64_t load_le(const uint8_t *bytes, unsigned int width)
{
	uint64_t value = 0;

	/* Most fields of a page: one load, where the compiler sees no more in
	 * the loop than the loop. */
	if (width == sizeof(value)) {
		memcpy(&value, bytes, sizeof(value));
		return le64toh(value);
	}
	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

/* The reverse; what does not fit the width is cut. */
static inline void store_le(uint8_t *bytes, unsigned int width, uint64_t value)
{
	for (; width; width--, value >>= 8)
		*bytes++ = (uint8_t)value;
}

#endif
