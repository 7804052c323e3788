/* SPDX-License-Identifier: BSD-2-Clause */
/* How the bytes of an answer get to its descriptor. For output.c and growing.c.
 */
#ifndef VMCLOCKCTL_IO_OUTPUT_OUTPUT_STREAM_H
#define VMCLOCKCTL_IO_OUTPUT_OUTPUT_STREAM_H

#include "output.h"

/* Make the stream for output->fd, which stays open when the stream is closed.
 * Returns 0, or -1 and errno. */
int output_stream_open(struct output *output);

/* Get out what is buffered. Returns 0, or the errno of the first write that
 * failed. */
int output_stream_flush(struct output *output);

/* Forget what is buffered, and close the stream. */
void output_stream_close(struct output *output);

int output_cannot_write(const struct output *output, int errnum,
			struct error *error);

#endif
