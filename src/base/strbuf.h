/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences with numbers in them, for the core, which knows no stdio. */
#ifndef VMCLOCKCTL_BASE_STRBUF_H
#define VMCLOCKCTL_BASE_STRBUF_H

#include <stddef.h>
#include <stdint.h>

/* A text under construction; what does not fit is cut. */
struct strbuf {
	char *to;
	size_t left; /* with the NUL */
};

struct strbuf strbuf_start(char *text, size_t size);
void strbuf_add(struct strbuf *buffer, const char *text);
/* At most `most` bytes of a path: of a longer one "..." stands for the middle.
 */
void strbuf_path(struct strbuf *buffer, const char *path, size_t most);
void strbuf_decimal(struct strbuf *buffer, uint64_t value);
void strbuf_signed(struct strbuf *buffer, int64_t value);
/* With 0x before it; `digits` 16 at most. */
void strbuf_hex(struct strbuf *buffer, uint64_t value, unsigned int digits);

#endif
