/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences with numbers in them, for the core, which knows no stdio. */
#ifndef VMCLOCKCTL_WORDS_H
#define VMCLOCKCTL_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* A text under construction; what does not fit is cut. */
struct words {
	char *to;
	size_t left; /* with the NUL */
};

struct words words_start(char *text, size_t size);
void words_add(struct words *words, const char *text);
void words_decimal(struct words *words, uint64_t value);
void words_signed(struct words *words, int64_t value);
void words_hex(struct words *words, uint64_t value, unsigned int digits);

#endif
