/* SPDX-License-Identifier: BSD-2-Clause */
/* Two readers of one recording, in lockstep. */
#include "respelled.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/source/known.h"
#include "io/source/recording.h"

/* Each line that may be an object begins with a blank. */
static char *respell(const char *text, size_t length, size_t *longer)
{
	char *made = malloc(2 * length + 1), *to = made;

	for (size_t i = 0; made && i < length; i++) {
		if (text[i] == '{' && (i == 0 || text[i - 1] == '\n'))
			*to++ = ' ';
		*to++ = text[i];
	}
	*longer = made ? (size_t)(to - made) : 0;
	return made;
}

static bool same_bytes(const struct snapshot *a, const struct snapshot *b)
{
	return a->length == b->length && !a->bytes == !b->bytes &&
	       (!a->length || memcmp(a->bytes, b->bytes, a->length) == 0);
}

static const char *compare_snapshots(const struct snapshot *a,
				     const struct snapshot *b)
{
	if (a->kind != b->kind || a->n != b->n)
		return "kind or n";
	if (!same_bytes(a, b))
		return "page";
	if (a->has_counter != b->has_counter || a->counter != b->counter)
		return "counter";
	if (a->counter_last != b->counter_last)
		return "counter_last";
	if (a->has_clocks != b->has_clocks || a->realtime != b->realtime ||
	    a->monotonic_raw != b->monotonic_raw)
		return "realtime or monotonic_raw";
	if (a->wake != b->wake || a->missed != b->missed)
		return "wake or missed";
	if (a->unsettled != b->unsettled ||
	    a->unsettled_look != b->unsettled_look)
		return "unsettled_ns or unsettled_look_ns";
	if (a->has_window != b->has_window ||
	    a->realtime_window != b->realtime_window)
		return "realtime_window_ns";
	return a->seq_count == b->seq_count ? NULL : "seq_count";
}

static const char *compare_errors(const struct error *a, const struct error *b)
{
	return a->code == b->code && a->errnum == b->errnum &&
			       strcmp(a->message, b->message) == 0
		       ? NULL
		       : "error";
}

static const char *compare_notes(const struct recording *a,
				 const struct recording *b)
{
	const struct passed_over *of_a = recording_passed_over(a);
	const struct passed_over *of_b = recording_passed_over(b);

	if (recording_is_complete(a) != recording_is_complete(b))
		return "the end line";
	return of_a->line == of_b->line && strcmp(of_a->what, of_b->what) == 0
		       ? NULL
		       : "what was passed over";
}

static const char *compare_all(struct recording *a, struct recording *b)
{
	struct snapshot of_a, of_b, before_a = { 0 }, before_b = { 0 };
	struct error error_a = { 0 }, error_b = { 0 };
	const char *difference;
	int result;

	do {
		result = recording_next(a, &of_a, &error_a);
		if (result != recording_next(b, &of_b, &error_b))
			return "the number of snapshots";
		difference = compare_notes(a, b);
		if (result > 0 && !difference)
			difference = compare_snapshots(&of_a, &of_b);
		if (difference)
			return difference;
		if (!same_bytes(&before_a, &before_b))
			return "the page before";
		if (result > 0 && of_a.kind == SNAPSHOT_PAGE) {
			before_a = of_a;
			before_b = of_b;
		}
	} while (result > 0);
	return compare_errors(&error_a, &error_b);
}

/* All of it counts as read; nothing follows. */
static struct recording *open_text(int fd, const char *text, size_t length,
				   struct error *error)
{
	return recording_open(fd, "NAME", (const uint8_t *)text, length, error);
}

const char *respelled_difference(const char *text, size_t length)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct error error_a = { 0 }, error_b = { 0 };
	size_t longer;
	char *other = respell(text, length, &longer);
	struct recording *a = open_text(fd, text, length, &error_a);
	struct recording *b = open_text(fd, other, longer, &error_b);
	const char *difference = "the start line";

	if (a && b)
		difference = compare_all(a, b);
	else if (!a && !b)
		difference = compare_errors(&error_a, &error_b);
	recording_close(a);
	recording_close(b);
	free(other);
	close(fd);
	return difference;
}
