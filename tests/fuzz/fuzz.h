/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the fuzz targets share. A target is one file with the function below; it
 * is linked with libFuzzer, which looks for inputs, or with replay.c, which
 * goes through those that are kept.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "event/snapshot.h"

/* Once, before the first input; libFuzzer knows it by its name. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What has to hold, whatever the input; else the input is kept as a crash. */
#define require(condition)                                                     \
	do {                                                                   \
		if (!(condition))                                              \
			broken(__FILE__, __LINE__, #condition);                \
	} while (0)

__attribute__((noreturn)) void broken(const char *file, int line,
				      const char *condition);

/* An input that is taken apart from its front; behind its end are zeros. */
struct input {
	const uint8_t *at;
	size_t left;
};

/* `width` bytes, 1 to 8, little-endian. */
uint64_t input_number(struct input *input, unsigned int width);

/*
 * A page, up to twice the usual size: its length in two bytes, how much of it
 * is given in one, and that much; the rest is zeros. In memory of its own, for
 * a read beyond it to be seen; to be freed.
 */
uint8_t *input_page(struct input *input, size_t *length);

/* Printable ASCII without a newline. */
void check_printable(const char *text);

/* What a user may read: printable ASCII in whole lines of so many columns, 0:
 * any. */
void check_text(const char *text, size_t length, unsigned int columns);

/* An error that was returned: its code is set and it has words. */
void check_error(const struct error *error);

/* What is written to the stream comes back as text, to be freed. */
FILE *print_start(void);
char *print_end(size_t *length);

/* The bytes as a file: its path, good until the next call. */
const char *as_file(const void *bytes, size_t length);

/* What vmclockctl does with these arguments, argv[0] its name, as far as to the
 * command's answer, of which the bytes on stdout are to be freed. -1 with
 * *error, or the exit status. */
int run_command(int argc, char **argv, uint8_t **out, size_t *length,
		struct error *error);

/*
 * The JSON object, with a member "later" more in itself and in every object in
 * it, as a later version may write it; to be freed. NULL where the text is no
 * object.
 */
char *as_later(const char *text, size_t length);

/* `show --json` of the page, to be freed. */
char *show_json(const uint8_t *bytes, size_t length, const uint64_t *counter);

/* That, read as a source, is the page again. */
void check_show(const uint8_t *bytes, size_t length, const uint64_t *counter);

#endif
