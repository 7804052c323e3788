/* SPDX-License-Identifier: BSD-2-Clause */
/* One page: the header, the identifiers, the flags. */
#include "rules.h"

#include <string.h>

CHECK(header_magic)
{
	struct strbuf buffer = strbuf_start(f->actual, sizeof(f->actual));

	if (s->magic)
		return;
	expect_text(f, "0x4b4c4356");
	strbuf_hex(&buffer, s->length >= 4 ? load_le(s->bytes, 4) : 0, 8);
	say(f, VERDICT_FAIL, "not a VMClock page");
}

static bool is_usual_size(uint32_t size)
{
	return size != 0 && size % PAGE_USUAL_SIZE == 0 &&
	       size <= PAGE_READ_MAX;
}

/* Turned round it is a size that devices have, and as it is it does not fit.
 * QEMU turned 16 bits of it, and wrote these as 32 of its host's. */
static bool has_swapped_size(const struct subject *s)
{
	uint32_t size = (uint32_t)value_of(s, FIELD_size);

	return size > s->length &&
	       (is_usual_size(__builtin_bswap32(size)) ||
		(!(size & 0xffff) && is_usual_size(size >> 16)));
}

CHECK(header_byte_order)
{
	if (!s->swapped &&
	    (!page_has(&s->page, FIELD_size) || !has_swapped_size(s)))
		return;
	f->row = s->swapped ? FIELD_magic : FIELD_size;
	expect_text(f, "little-endian");
	say(f, VERDICT_FAIL,
	    s->swapped ? "the magic is byte-swapped"
		       : "the size is byte-swapped");
}

CHECK(header_layout)
{
	const struct layout *layout = s->page.layout;

	if (!layout->draft)
		return;
	expect_text(f, layouts[LAYOUT_VMCLOCK_1].name);
	actual_text(f, layout->name);
	say(f, VERDICT_FAIL, layout->draft);
}

CHECK(header_version)
{
	if (value_of(s, FIELD_version) == PAGE_VERSION)
		return;
	expect_number(f, "", PAGE_VERSION);
	say(f, VERDICT_FAIL, "an unknown version: the driver refuses the page");
}

CHECK(header_size_minimum)
{
	uint64_t size = value_of(s, FIELD_size);

	if (size < PAGE_HEADER_SIZE) {
		expect_number(f, "at least ", PAGE_HEADER_SIZE);
		say(f, VERDICT_FAIL,
		    "size does not cover the header, on which every reader counts");
	} else if (size < PAGE_CLOCK_SIZE && page_has_counter(&s->page)) {
		expect_number(f, "at least ", PAGE_CLOCK_SIZE);
		say(f, VERDICT_WARN,
		    "a counter is named, but size ends before the clock: no PHC");
	}
}

/* No driver takes so little, and what broke off may have had anything in it. */
static void say_cut_short(const struct subject *s, struct finding *f)
{
	struct strbuf buffer = strbuf_start(f->actual, sizeof(f->actual));

	strbuf_decimal(&buffer, s->length);
	strbuf_add(&buffer, " bytes");
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_add(&buffer, "at least ");
	strbuf_decimal(&buffer, PAGE_HEADER_SIZE);
	strbuf_add(&buffer, " bytes");
	f->verdict = VERDICT_FAIL;
	buffer = strbuf_start(f->message, sizeof(f->message));
	strbuf_add(&buffer, "cut short: ");
	strbuf_decimal(&buffer, s->length);
	strbuf_add(&buffer, " of ");
	strbuf_decimal(&buffer, PAGE_HEADER_SIZE);
	strbuf_add(&buffer, " bytes");
}

CHECK(header_size_region)
{
	if (s->length < PAGE_HEADER_SIZE) {
		say_cut_short(s, f);
		return;
	}
	if (value_of(s, FIELD_size) <= s->length)
		return;
	expect_number(f, "at most ", s->length);
	if (s->region)
		say(f, VERDICT_FAIL,
		    "size is larger than the region: the driver refuses it");
	else
		say(f, VERDICT_WARN,
		    "the dump is shorter than the page: cut short");
}

CHECK(header_size_page)
{
	uint64_t size = value_of(s, FIELD_size);

	if (size >= PAGE_USUAL_SIZE && size % PAGE_USUAL_SIZE == 0)
		return;
	expect_number(f, "a multiple of ", PAGE_USUAL_SIZE);
	say(f, VERDICT_WARN,
	    size < PAGE_USUAL_SIZE
		    ? "no kernel has so small a page: there is no /dev/vmclockN"
		    : "size ends in the middle of a page: readers map whole ones");
}

CHECK(header_size_flags)
{
	const struct layout *layout = s->page.layout;
	const struct field *missing = NULL;
	uint64_t size = value_of(s, FIELD_size), reach = 0;
	struct strbuf buffer;

	if (size >= layout->defined)
		return;
	for (unsigned int i = 0; i < layout->count; i++) {
		const struct field *field = &layout->fields[i];

		/* What needs no flag is there by size alone. */
		if (!(flags_of(s) & field_flags(field)) ||
		    size >= field_end(field))
			continue;
		if (!missing)
			missing = field;
		if (field_end(field) > reach)
			reach = field_end(field);
	}
	if (!missing)
		return;
	f->verdict = VERDICT_FAIL;
	f->row = FIELD_size;
	expect_number(f, "at least ", reach);
	buffer = strbuf_start(f->message, sizeof(f->message));
	strbuf_add(&buffer, "a flag announces ");
	strbuf_add(&buffer, missing->name);
	strbuf_add(&buffer, ", which size does not cover");
}

/* The values of an enumeration that have a name, but for a set of them. */
static void add_values(struct strbuf *buffer, const struct field *field,
		       uint64_t left_out)
{
	bool first = true;

	for (const struct field_name *n = field->names; n->name; n++) {
		if (value_usable(left_out, n->value))
			continue;
		if (!first)
			strbuf_add(buffer, ", ");
		strbuf_decimal(buffer, n->value);
		first = false;
	}
}

/* Where the field that the rule is about has a value without a name. */
static void say_unnamed_value(const struct subject *s, struct finding *f)
{
	const struct field *field = &s->page.layout->fields[f->row];
	struct strbuf buffer;

	if (field_value_name(field, value_of(s, f->row)))
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	add_values(&buffer, field, 0);
	say(f, VERDICT_FAIL, "not a value that the specification defines");
}

CHECK(counter_id)
{
	say_unnamed_value(s, f);
}

CHECK(status_known)
{
	say_unnamed_value(s, f);
}

CHECK(smearing_known)
{
	say_unnamed_value(s, f);
}

CHECK(leap_known)
{
	say_unnamed_value(s, f);
	if (value_of(s, FIELD_leap_indicator) == LEAP_POST_NEG + 1)
		say(f, VERDICT_FAIL,
		    "6 was POST_NEG in RFC v4: a device of that draft, whose errors are in picoseconds");
}

CHECK(time_type)
{
	uint64_t type = value_of(s, FIELD_time_type);

	if (time_type_usable(type))
		return;
	expect_text(f, "0 (UTC), 1 (TAI) or 2 (monotonic)");
	say(f, VERDICT_FAIL,
	    field_value_name(&s->page.layout->fields[FIELD_time_type], type)
		    ? "a smeared time is not supported"
		    : "not a value that the specification defines");
}

CHECK(time_type_utc)
{
	if (value_of(s, FIELD_time_type) != TIME_TYPE_UTC)
		return;
	expect_text(f, "1 (TAI)");
	say(f, VERDICT_WARN,
	    "UTC is not recommended: it is ambiguous at a leap second");
}

CHECK(seq_even)
{
	if (!(value_of(s, FIELD_seq_count) & 1))
		return;
	expect_text(f, "an even number");
	say(f, VERDICT_FAIL,
	    "an update was in progress, and the page may be torn; or the writer stopped in the middle");
}

CHECK(flags_known)
{
	if (flags_of(s) & ~FLAGS_KNOWN)
		say(f, VERDICT_OK,
		    "a flag is set that is not known here; it can be ignored");
}

/* Where v1.0 was printed with vm_generation_count. */
#define V1_0_GENERATION 0x64
#define V1_0_END	(V1_0_GENERATION + 8)

static bool has_no_counter(const struct subject *s)
{
	return value_of(s, FIELD_counter_id) == COUNTER_INVALID;
}

/* Bit 7 without a clock: no device has a monotonic time to promise there. */
static bool is_numbered_by_v1_0(const struct subject *s)
{
	return has_no_counter(s) &&
	       (flags_of(s) &
		(FLAG_TIME_MONOTONIC | FLAG_NOTIFICATION_PRESENT)) ==
		       FLAG_TIME_MONOTONIC;
}

/* With a clock, the generation gives it away: it stands where v1.0 has it, over
 * the upper half of a maximum error that is not valid. */
static bool has_generation_of_v1_0(const struct subject *s)
{
	const uint64_t newer = FLAG_TIME_MAXERROR_VALID |
			       FLAG_VM_GEN_COUNTER_PRESENT |
			       FLAG_NOTIFICATION_PRESENT;

	return page_has_counter(&s->page) &&
	       (flags_of(s) & (FLAG_TIME_MONOTONIC | newer)) ==
		       FLAG_TIME_MONOTONIC &&
	       value_of(s, FIELD_size) >= V1_0_END && s->length >= V1_0_END &&
	       load_le(s->bytes + V1_0_GENERATION, 8) != 0 &&
	       load_le(s->bytes + OFFSET_time_maxerror_nanosec, 4) == 0;
}

CHECK(flags_numbering)
{
	if (is_numbered_by_v1_0(s)) {
		expect_text(f, "bits 8 and 9, without 7");
		say(f, VERDICT_WARN,
		    "a monotonic time without a clock: numbered by v1.0, where "
		    "7 was VM_GEN_COUNTER_PRESENT and 8 NOTIFICATION_PRESENT?");
	} else if (has_generation_of_v1_0(s)) {
		expect_text(f, "bit 8, and the generation at 0x68");
		say(f, VERDICT_WARN,
		    "8 bytes at 0x64 are not 0: the generation of v1.0, "
		    "where bit 7 was VM_GEN_COUNTER_PRESENT?");
	}
}

CHECK(flags_imminent_without_soon)
{
	if ((flags_of(s) & (FLAG_DISRUPTION_SOON | FLAG_DISRUPTION_IMMINENT)) ==
	    FLAG_DISRUPTION_IMMINENT)
		say(f, VERDICT_OK,
		    "DISRUPTION_IMMINENT without DISRUPTION_SOON; consumers that look only at "
		    "DISRUPTION_SOON miss it");
}

CHECK(flags_without_clock)
{
	const uint64_t of_clock =
		FLAG_PERIOD_ESTERROR_VALID | FLAG_PERIOD_MAXERROR_VALID |
		FLAG_TIME_ESTERROR_VALID | FLAG_TIME_MAXERROR_VALID |
		FLAG_TIME_MONOTONIC;

	if (!has_no_counter(s)) {
		say(f, VERDICT_NOT_APPLICABLE,
		    "counter_id does not say that there is no clock");
		return;
	}
	if (!(flags_of(s) & of_clock) || is_numbered_by_v1_0(s))
		return;
	expect_text(f, "no flag on a clock's errors or its time");
	say(f, VERDICT_WARN, "a flag is set about a clock, and there is none");
}

CHECK(reserved_pad)
{
	if (value_of(s, FIELD_pad) == 0)
		return;
	expect_text(f, "0000");
	say(f, VERDICT_WARN, "unused bytes are not zero");
}

CHECK(reserved_tail)
{
	uint64_t size = value_of(s, FIELD_size);
	size_t end = s->length < size ? s->length : (size_t)size;
	struct strbuf buffer;
	size_t at = PAGE_DEFINED;

	if (end <= at)
		return;
	/* One comparison finds a long tail of zeros. */
	if (s->bytes[at] == 0 &&
	    memcmp(s->bytes + at, s->bytes + at + 1, end - at - 1) == 0)
		return;
	if (flags_of(s) & ~FLAGS_KNOWN) {
		say(f, VERDICT_OK,
		    "an unknown flag may announce what is there");
		return;
	}
	while (s->bytes[at] == 0)
		at++;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_add(&buffer, "zeros from ");
	strbuf_hex(&buffer, PAGE_DEFINED, 2);
	strbuf_add(&buffer, " to size");
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_hex(&buffer, s->bytes[at], 2);
	strbuf_add(&buffer, " at ");
	strbuf_hex(&buffer, at, at > 0xffff ? 5 : at > 0xff ? 4 : 2);
	say(f, VERDICT_WARN,
	    "bytes of no field are not zero, and no flag announces them");
}

CHECK(status_usable_clock)
{
	struct strbuf buffer;

	if (!page_status_usable(&s->page) ||
	    value_of(s, FIELD_counter_id) != COUNTER_INVALID)
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	add_values(&buffer, &s->page.layout->fields[FIELD_clock_status],
		   STATUSES_USABLE);
	strbuf_add(&buffer, ", or a counter");
	say(f, VERDICT_FAIL,
	    "the status says that the clock may be relied upon, but there is no counter");
}

CHECK(generation_present)
{
	if (!(flags_of(s) & FLAG_VM_GEN_COUNTER_PRESENT))
		say(f, VERDICT_OK,
		    "no generation counter: consumers that need snapshot safety fall back to other means");
}
