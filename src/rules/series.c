/* SPDX-License-Identifier: BSD-2-Clause */
/* Several snapshots: what may change from one page to the next, and how. */
#include "rules.h"

#include <string.h>

/* The bytes that never change end where seq_count begins. */
#define CONSTANT_END OFFSET_seq_count

/* The first field that differs in the first `end` bytes, as far as they reach.
 */
static void say_constant(const struct subject *s, struct finding *f, size_t end)
{
	const struct field *fields = s->page.layout->fields, *field = fields;
	struct strbuf buffer;
	unsigned int width;

	while (memcmp(s->bytes, s->before->bytes,
		      field_end(field) < end ? field_end(field) : end) == 0)
		field++;
	width = field->width;
	if (field_end(field) > end)
		width = (unsigned int)end - field->offset;
	f->row = (int)(field - fields);
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_hex(&buffer, load_le(s->before->bytes + field->offset, width),
		   2 * width);
	strbuf_add(&buffer, ", as before");
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_hex(&buffer, load_le(s->bytes + field->offset, width),
		   2 * width);
	say(f, VERDICT_FAIL, "a field that never changes has changed");
}

/* The bytes that both pages have, and `size` covers; those of the header are
 * covered always. */
static size_t get_common_end(const struct subject *s)
{
	const struct subject *pages[] = { s, s->before };
	size_t end = s->length;

	for (size_t i = 0; i < 2; i++) {
		uint64_t size = value_of(pages[i], FIELD_size);

		if (size < PAGE_HEADER_SIZE)
			size = PAGE_HEADER_SIZE;
		if (pages[i]->length < end)
			end = pages[i]->length;
		/* In the other byte order it says nothing. */
		if (!pages[i]->swapped && size < end)
			end = (size_t)size;
	}
	return end;
}

CHECK(series_constant)
{
	size_t end = get_common_end(s);

	if (end > CONSTANT_END)
		end = CONSTANT_END;
	if (end && memcmp(s->bytes, s->before->bytes, end) != 0)
		say_constant(s, f, end);
}

/* Whether a byte after seq_count differs. */
static bool differs_in_content(const struct subject *s)
{
	const size_t from = OFFSET_seq_count + WIDTH_seq_count;
	size_t end = get_common_end(s);

	return end > from && memcmp(s->bytes + from, s->before->bytes + from,
				    end - from) != 0;
}

CHECK(series_seq_step)
{
	uint32_t now = (uint32_t)value_of(s, FIELD_seq_count);
	uint32_t then = (uint32_t)value_of(s->before, FIELD_seq_count);

	/* Under a new marker another host may count from anywhere. */
	if (now - then >= UINT32_C(1) << 31) {
		if (!subject_kept(s, FIELD_disruption_marker))
			return;
		expect_number(f, "after ", then);
		say(f, VERDICT_FAIL, "seq_count went back");
	} else if (now == then && differs_in_content(s)) {
		expect_text(f, "another even number");
		say(f, VERDICT_FAIL,
		    "the page changed and seq_count did not: readers take a torn page for a whole one");
	}
}

CHECK(series_odd_window)
{
	const struct snapshot *snapshot = s->snapshot;
	struct strbuf buffer;

	if (snapshot->unsettled < NSEC_PER_MSEC)
		return;
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_decimal(&buffer, snapshot->unsettled);
	strbuf_add(&buffer, " ns");
	if (snapshot->unsettled >= 100 * NSEC_PER_MSEC) {
		expect_text(f, "less than 100 ms");
		say(f, VERDICT_FAIL,
		    "seq_count did not settle for 100 ms, and the driver gives up after that time");
	} else if (snapshot->unsettled_look &&
		   snapshot->unsettled_look < NSEC_PER_MSEC / 10) {
		expect_text(f, "less than 1 ms");
		say(f, VERDICT_WARN, "readers spin for longer than 1 ms");
	} else {
		actual_text(f, "");
	}
}

/* A value that must never come back has. */
static void say_returned(struct finding *f)
{
	expect_text(f, "a value that was not used before");
	say(f, VERDICT_FAIL,
	    "an earlier value has returned: the same snapshot restored twice?");
}

static void note_forgotten(bool forgotten, struct finding *f)
{
	if (forgotten)
		say(f, VERDICT_OK,
		    "there were more than 65536 values, of which only the last 65536 are remembered");
}

CHECK(series_marker_unique)
{
	if (s->history.marker_returned)
		say_returned(f);
	else
		note_forgotten(s->history.markers_forgotten, f);
}

CHECK(series_generation_unique)
{
	if (s->history.generation_returned)
		say_returned(f);
	else
		note_forgotten(s->history.generations_forgotten, f);
}

CHECK(series_generation_marker)
{
	if (!subject_kept(s, FIELD_vm_generation_counter) &&
	    subject_kept(s, FIELD_disruption_marker))
		say(f, VERDICT_OK,
		    "the generation changed and the marker did not: a fork on one host");
}

CHECK(series_features)
{
	uint64_t changed =
		(flags_of(s) ^ flags_of(s->before)) &
		(FLAG_NOTIFICATION_PRESENT | FLAG_VM_GEN_COUNTER_PRESENT);
	bool same = subject_kept(s, FIELD_disruption_marker);
	bool notification = changed & FLAG_NOTIFICATION_PRESENT;

	if (!changed)
		return;
	if (notification)
		changed = FLAG_NOTIFICATION_PRESENT;
	expect_text(f, flags_of(s) & changed ? "clear, as before"
					     : "set, as before");
	actual_text(f, flags_of(s) & changed ? "set" : "clear");
	if (!same)
		say(f, VERDICT_WARN,
		    "a feature changed with the marker: another host offers other things");
	else if (notification)
		say(f, VERDICT_FAIL,
		    "NOTIFICATION_PRESENT changed: the driver looks at it once, when it binds to the device");
	else
		say(f, VERDICT_WARN,
		    "VM_GEN_COUNTER_PRESENT changed without a disruption");
}
