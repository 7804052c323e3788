/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of compare as comma-separated values. */
#include "compare.h"

#include <inttypes.h>
#include <string.h>

void csv_compare_head(FILE *stream, const struct comparing *comparing)
{
	(void)comparing;
	fputs("n,time,clock,offset_ns,uncertainty_ns,window_ns,method,window_by,"
	      "timescale,bounds,clock_status,error\n",
	      stream);
}

/* Of any size, unlike what a spreadsheet keeps. */
static void put_integer(FILE *stream, bool negative, uint128 value)
{
	char digits[40];
	unsigned int at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + (unsigned int)(value % 10));
		value /= 10;
	} while (value);
	fprintf(stream, "%s%.*s", negative ? "-" : "",
		(int)(sizeof(digits) - at), digits + at);
}

static void put_signed(FILE *stream, int128 value)
{
	put_integer(stream, value < 0,
		    value < 0 ? -(uint128)value : (uint128)value);
}

static void put_quoted(FILE *stream, const char *text)
{
	fputc('"', stream);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', stream);
		fputc(*text, stream);
	}
	fputc('"', stream);
}

static void put_offset(FILE *stream, const struct measurement *m)
{
	const struct offset *offset = &m->offset;

	put_signed(stream, offset->nsec);
	fputc(',', stream);
	if (!m->no_window)
		put_integer(stream, false, offset->uncertainty_nsec);
	fputc(',', stream);
	if (!m->no_window)
		put_integer(stream, false, offset->window_nsec);
	fprintf(stream, ",%s,%s,%s,%s,", read_method_names[m->method],
		m->no_window ? "" : window_by_names[m->window_by],
		scale_texts[offset->scale].name, inside_names[offset->inside]);
}

void csv_compare_line(FILE *stream, const struct comparing *comparing,
		      const struct measurement *m)
{
	char time[RFC3339_MAX] = "";
	struct timestamp stamp = timestamp_from_nsec(m->realtime);
	const char *name = comparing->clocks[m->clock].name;

	/* Up to the grid, and down from it: the same nanosecond. */
	rfc3339(stamp.sec * GRID_SECOND + grid_from_nsec_ceil(stamp.nsec),
		false, true, time);
	fprintf(stream, "%" PRIu64 ",%s,", m->n, time);
	if (strpbrk(name, ",\""))
		put_quoted(stream, name);
	else
		fputs(name, stream);
	fputc(',', stream);
	if (m->failed)
		fputs(",,,,,,,", stream);
	else
		put_offset(stream, m);
	fprintf(stream, "%s,", comparing->status);
	if (m->failed)
		put_quoted(stream, measurement_failure(comparing, m));
	fputc('\n', stream);
}
