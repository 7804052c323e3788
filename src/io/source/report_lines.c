/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the length of the page and the counter in a text report. */
#include "report_lines.h"

#include <string.h>

#include "base/number.h"
#include "text_lines.h"

static bool take_text(struct slice *line, const char *text)
{
	if (!slice_begins(*line, text))
		return false;
	*line = slice_skip(*line, strlen(text));
	return true;
}

static bool take_number(struct slice *line, uint64_t *value)
{
	const char *at = line->at;

	if (number_take(&at, line->at + line->length, 10, value))
		return false;
	*line = slice_skip(*line, (size_t)(at - line->at));
	return true;
}

static bool read_page(struct slice line, uint64_t *length, uint64_t *shown)
{
	return take_text(&line, REPORT_PAGE) && take_number(&line, length) &&
	       take_text(&line, REPORT_PAGE_OF) && take_number(&line, shown) &&
	       take_text(&line, REPORT_PAGE_REST) && !line.length;
}

void report_lines_find(const char *text, size_t length,
		       struct report_lines *found)
{
	struct text_lines lines = text_lines_start(text, length);
	uint64_t bytes, shown, counter;
	struct slice line;

	*found = (struct report_lines){ 0 };
	while (text_lines_next(&lines, &line)) {
		if (slice_begins(line, REPORT_REDACTED))
			found->redacted = true;
		if (!found->found && read_page(line, &bytes, &shown)) {
			found->found = true;
			found->line = lines.number;
			found->length = (size_t)bytes;
			found->shown = (size_t)shown;
		} else if (!found->has_counter &&
			   take_text(&line, REPORT_COUNTER) &&
			   take_number(&line, &counter) && !line.length) {
			found->has_counter = true;
			found->counter = counter;
		}
	}
}
