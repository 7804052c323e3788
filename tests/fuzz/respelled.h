/* SPDX-License-Identifier: BSD-2-Clause */
/* A recording read in its own spelling, which the reader may know by heart, and
 * in another, which only a JSON parser can read. */
#ifndef TESTS_RESPELLED_H
#define TESTS_RESPELLED_H

#include <stddef.h>

/*
 * Read the text as a recording twice: as it is, and with a blank before each
 * line, which changes nothing of what it says. Compare all that the reader
 * gives: snapshots, how long their bytes stay, what was passed over, whether
 * the end line was read, the error. No line may be LINE_BYTES_MAX long. Returns
 * what differs; NULL: nothing.
 */
const char *respelled_difference(const char *text, size_t length);

#endif
