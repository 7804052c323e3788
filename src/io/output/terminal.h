/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal taken for a screen of our own, and left as it was. */
#ifndef VMCLOCKCTL_IO_OUTPUT_TERMINAL_H
#define VMCLOCKCTL_IO_OUTPUT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Whether both are a terminal that knows escape sequences. */
bool terminal_is_usable(int in, int out);

/* Whether it is lent to this job, or to none: not that of another job, as for a
 * program in the background. */
bool terminal_is_lent(int in);

/*
 * Take the terminal: the alternate screen, without a cursor, keys as they are
 * typed and not shown. It is given back by terminal_close(), at exit, and by
 * every signal that ends or stops the program and can be caught; SIGINT and
 * SIGTERM are the caller's. After a stop it is taken again, with the next frame
 * that comes while it is lent to us. One at a time. Returns 0, or -1 with
 * errno.
 */
int terminal_open(int in, int out);

/* Give it back. What was not taken is left alone. */
void terminal_close(void);

/* Columns and rows; 80 and 24 if the terminal does not say. */
void terminal_size(unsigned int *columns, unsigned int *rows);

/* A key that was typed, or -1: none is waiting. */
int terminal_key(void);

/* Write a frame in one piece, from the first line on, which the terminal shows
 * at once if it can; where another job has the terminal, nothing. Returns 0, or
 * -1 if the terminal is gone. */
int terminal_write(const char *frame, size_t length);

#endif
