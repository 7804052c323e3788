/* SPDX-License-Identifier: BSD-2-Clause */
/* Two pages, and what diff and watch make of them. */
#include "event/change.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "view/event.h"
#include "view/json.h"
#include "view/text.h"

static void check_event(const struct page *before, const struct page *after,
			enum event event, int64_t realtime)
{
	struct occurrence occurrence = {
		.event = event,
		.before = before,
		.after = after,
		.has_time = realtime,
		.realtime = realtime,
		.missed = change_missed(before, after),
	};
	char *json = json_text(json_event(&occurrence, 1));
	FILE *stream = print_start();
	size_t length;
	char *text;

	require(json);
	check_printable(json);
	free(json);
	text_event(stream, &occurrence, false);
	text = print_end(&length);
	check_text(text, length, 0);
	require(strchr(text, '\n') == text + length - 1);
	free(text);
}

static void check_diff(const struct reading *before,
		       const struct reading *after)
{
	FILE *stream = print_start();
	size_t length;
	char *text;

	text_diff(stream, before, after,
		  change_fields(&before->page, &after->page),
		  change_events(&before->page, &after->page), false);
	text = print_end(&length);
	check_text(text, length, TEXT_COLUMNS);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	int64_t realtime = (int64_t)input_number(&input, 8);
	size_t length[2];
	uint8_t *bytes[2];
	struct reading reading[2];
	const struct page *before, *after;
	unsigned int events;

	for (int i = 0; i < 2; i++) {
		bytes[i] = input_page(&input, &length[i]);
		reading_make(bytes[i], length[i], NULL, &reading[i]);
	}
	before = &reading[0].page;
	after = &reading[1].page;
	events = change_events(before, after);
	require(events >> EVENT_COUNT == 0);
	require(!change_events(before, before));
	if (before->layout != after->layout) {
		require(!events);
	} else {
		require(!change_fields(before, before));
		require(change_fields(before, after) ==
			change_fields(after, before));
		check_diff(&reading[0], &reading[1]);
		for (int event = 0; event < EVENT_MISSED; event++) {
			if (events >> event & 1)
				check_event(before, after, event, realtime);
		}
	}
	free(bytes[0]);
	free(bytes[1]);
	return 0;
}
