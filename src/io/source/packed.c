/* SPDX-License-Identifier: BSD-2-Clause */
/* Recognises by their magic what other programs have to unpack. */
#include "packed.h"

#include <stdbool.h>
#include <string.h>

#include "base/printable.h"

/* To add one: its row, and a case in source.bats. */
static const struct magic {
	const char *bytes;
	size_t length, offset;
	struct packed packed;
} magics[] = {
	{ "\x1f\x8b\x08", 3, 0, { "gzip-compressed", "gzip -dc" } },
	{ "\xfd"
	  "7zXZ\0",
	  6,
	  0,
	  { "xz-compressed", "xz -dc" } },
	{ "\x28\xb5\x2f\xfd", 4, 0, { "zstd-compressed", "zstd -dc" } },
	{ "BZh", 3, 0, { "bzip2-compressed", "bzip2 -dc" } },
	{ "\x04\x22\x4d\x18", 4, 0, { "lz4-compressed", "lz4 -dc" } },
	{ "\x89LZO\0\r\n", 7, 0, { "lzop-compressed", "lzop -dc" } },
	{ "\x1f\x9d", 2, 0, { "compress-compressed", "gzip -dc" } },
	{ "PK\3\4", 4, 0, { "a zip archive", "unzip -p" } },
	{ "ustar", 5, 257, { "a tar archive", "tar -xOf" } },
	{ "\xff\xfe\0\0",
	  4,
	  0,
	  { "text in UTF-32", "iconv -f UTF-32 -t UTF-8" } },
	{ "\xff\xfe", 2, 0, { "text in UTF-16", "iconv -f UTF-16 -t UTF-8" } },
	{ "\xfe\xff", 2, 0, { "text in UTF-16", "iconv -f UTF-16 -t UTF-8" } },
};

/* So many characters of a text in UTF-16 without a mark are looked at. */
#define CHARACTERS 8

/* Printable ASCII in every second byte, beginning with `at`, zeros between. */
static bool is_utf16(const uint8_t *bytes, size_t length, size_t at)
{
	if (length < 2 * CHARACTERS)
		return false;
	for (size_t i = 0; i < 2 * CHARACTERS; i++) {
		bool character = is_printable_ascii(bytes[i]) ||
				 (bytes[i] && strchr("\t\r\n", bytes[i]));

		if (i % 2 == at ? !character : bytes[i])
			return false;
	}
	return true;
}

const struct packed *packed_find(const uint8_t *bytes, size_t length)
{
	static const struct packed wide[2] = {
		{ "text in UTF-16", "iconv -f UTF-16LE -t UTF-8" },
		{ "text in UTF-16", "iconv -f UTF-16BE -t UTF-8" },
	};

	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
		const struct magic *m = &magics[i];

		if (length >= m->offset + m->length &&
		    memcmp(bytes + m->offset, m->bytes, m->length) == 0)
			return &m->packed;
	}
	for (size_t i = 0; i < 2; i++) {
		if (is_utf16(bytes, length, i))
			return &wide[i];
	}
	return NULL;
}
