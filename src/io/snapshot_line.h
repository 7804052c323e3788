/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line of a snapshot in a recording: SNAPSHOT_MEMBERS is its format, which
 * the recorder writes by and the reader reads by.
 */
#ifndef VMCLOCKCTL_IO_SNAPSHOT_LINE_H
#define VMCLOCKCTL_IO_SNAPSHOT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/snapshot.h"

/*
 * The members after `type`, in the order of the line: in which lines a member
 * stands (PAGE: of a page, LOOK: of a page that did not settle), its form, and
 * its name, here and in the JSON.
 *
 * OPTIONAL ones are left out where they are not known, and a recording made
 * before they were added lacks them.
 *
 * To add a member: a row here and its place in struct snapshot_line;
 * recorder_snapshot() and take_snapshot() of recording.c for its value; and,
 * for lines in any other spelling, read_snapshot() or read_unsettled() of
 * recording_json.c and its name in known.c. A new form is a put_ and a take_
 * function in snapshot_line.c. test_snapshot_line holds them all against each
 * other.
 */
#define SNAPSHOT_MEMBERS(MEMBER, OPTIONAL)                                     \
	MEMBER(PAGE | LOOK, number, n)                                         \
	MEMBER(PAGE, page, page)                                               \
	MEMBER(PAGE, counter, counter)                                         \
	MEMBER(LOOK, number, seq_count)                                        \
	MEMBER(PAGE | LOOK, counter, counter_last)                             \
	MEMBER(PAGE | LOOK, clock, realtime)                                   \
	MEMBER(PAGE | LOOK, clock, monotonic_raw)                              \
	MEMBER(PAGE | LOOK, wake, wake)                                        \
	MEMBER(PAGE, number, missed)                                           \
	MEMBER(PAGE | LOOK, number, unsettled_ns)                              \
	MEMBER(PAGE | LOOK, number, unsettled_look_ns)                         \
	OPTIONAL(PAGE | LOOK, number, realtime_window_ns)

/* A number that may be left out. */
struct line_number {
	bool has;
	uint64_t value;
};

/* A reading of the counter, or null. */
struct line_counter {
	bool has;
	uint64_t value;
};

/* A time in nanoseconds, or null. */
struct line_clock {
	bool has;
	int64_t nsec;
};

struct line_page {
	uint64_t length;
	const uint8_t *bytes; /* to be written: `length` of them */
	/* What was read: two digits for each of the first `given` bytes, at
	 * most `length`; the rest is zeros. Whether they are digits is not yet
	 * known. */
	const char *hex;
	size_t given;
};

struct snapshot_line {
	enum snapshot_kind kind;
	uint64_t n;			  /* numbers are at most INT64_MAX */
	struct line_page page;		  /* SNAPSHOT_PAGE */
	struct line_counter counter;	  /* SNAPSHOT_PAGE */
	uint64_t seq_count;		  /* SNAPSHOT_UNSETTLED */
	struct line_counter counter_last; /* under the page before */
	struct line_clock realtime, monotonic_raw;
	enum wake wake;
	uint64_t missed; /* SNAPSHOT_PAGE */
	uint64_t unsettled_ns, unsettled_look_ns;
	struct line_number realtime_window_ns;
};

/* The bytes that snapshot_line_write() needs at most for a page of `length`. */
#define SNAPSHOT_LINE_SIZE(length) (1024 + 2 * (length))

/* Write the line with its newline, without a NUL. Returns where it ends. */
char *snapshot_line_write(char *to, const struct snapshot_line *line);

/*
 * Read a line that is, up to the digits of the page, just as
 * snapshot_line_write() writes it. Returns false for any other, which may be
 * as good a line in another spelling, or a broken one: only a JSON parser can
 * tell.
 */
bool snapshot_line_read(const char *text, size_t length,
			struct snapshot_line *line);

/* {"sec": "...", "nsec": n} in nanoseconds, `sec` being negative or not. False
 * if 64 bits cannot hold it. */
bool snapshot_line_nsec(bool negative, uint64_t sec, uint64_t nsec,
			int64_t *total);

#endif
