/* SPDX-License-Identifier: BSD-2-Clause */
/* One page: the header, the identifiers, the flags. */
#include "rules.h"

#include <string.h>

#include "base/number.h"

void say(struct finding *finding, enum verdict verdict, const char *message)
{
	struct strbuf buffer =
		strbuf_start(finding->message, sizeof(finding->message));

	finding->verdict = verdict;
	strbuf_add(&buffer, message);
}

void expect_text(struct finding *finding, const char *text)
{
	struct strbuf buffer =
		strbuf_start(finding->expected, sizeof(finding->expected));

	strbuf_add(&buffer, text);
}

void expect_number(struct finding *finding, const char *text, uint64_t value)
{
	struct strbuf buffer =
		strbuf_start(finding->expected, sizeof(finding->expected));

	strbuf_add(&buffer, text);
	strbuf_decimal(&buffer, value);
}

void actual_text(struct finding *finding, const char *text)
{
	struct strbuf buffer =
		strbuf_start(finding->actual, sizeof(finding->actual));

	strbuf_add(&buffer, text);
}

void strbuf_time(struct strbuf *buffer, grid time)
{
	struct timestamp stamp = grid_to_timestamp(time);
	char digits[10];

	*number_put_padded(digits, stamp.nsec, 9) = '\0';
	strbuf_signed(buffer, stamp.sec);
	strbuf_add(buffer, ".");
	strbuf_add(buffer, digits);
	strbuf_add(buffer, " s");
}

void strbuf_nsec(struct strbuf *buffer, uint128 length)
{
	uint128 nsec = clock_error_nsec((struct clock_error){ 0, length });

	if (nsec > UINT64_MAX) {
		strbuf_decimal(buffer, (uint64_t)(length >> 64));
		strbuf_add(buffer, " s");
		return;
	}
	strbuf_decimal(buffer, (uint64_t)nsec);
	strbuf_add(buffer, " ns");
}

CHECK(magic)
{
	struct strbuf buffer = strbuf_start(f->actual, sizeof(f->actual));

	if (s->magic)
		return;
	expect_text(f, "0x4b4c4356");
	strbuf_hex(&buffer, s->length >= 4 ? load_le(s->bytes, 4) : 0, 8);
	say(f, VERDICT_FAIL, "not a VMClock page");
}

/* Swapped it is a size that devices have, and as it is it is not. A region may
 * be that large too, so the version must be swapped with it. */
static bool swapped_size(const struct subject *s)
{
	uint64_t size = value_of(s, FIELD_size);
	uint32_t turned = __builtin_bswap32((uint32_t)size);

	if (!page_has(&s->page, FIELD_version) ||
	    value_of(s, FIELD_version) !=
		    __builtin_bswap16((uint16_t)PAGE_VERSION))
		return false;
	if (size <= PAGE_READ_MAX || size <= s->length ||
	    turned > PAGE_READ_MAX)
		return false;
	/* Beyond 16 MiB, any size that could hold a header. */
	return turned % PAGE_USUAL_SIZE == 0 ||
	       (size >> 24 && turned >= PAGE_HEADER_SIZE && turned % 4 == 0);
}

CHECK(byte_order)
{
	if (!s->swapped &&
	    (!page_has(&s->page, FIELD_size) || !swapped_size(s)))
		return;
	f->row = s->swapped ? FIELD_magic : FIELD_size;
	expect_text(f, "little-endian");
	say(f, VERDICT_FAIL,
	    s->swapped ? "the magic is byte-swapped"
		       : "the size is byte-swapped");
}

CHECK(layout)
{
	const struct layout *layout = s->page.layout;

	if (layout->id == LAYOUT_VMCLOCK_1)
		return;
	expect_text(f, layouts[LAYOUT_VMCLOCK_1].name);
	actual_text(f, layout->name);
	say(f, VERDICT_FAIL,
	    layout->id == LAYOUT_RFC_3
		    ? "the layout of RFC v3 (July 2024), which no released driver reads"
		    : "a pre-release layout of 2024, which no released driver reads");
}

CHECK(version)
{
	if (value_of(s, FIELD_version) == PAGE_VERSION)
		return;
	expect_number(f, "", PAGE_VERSION);
	say(f, VERDICT_FAIL, "an unknown version: the driver refuses the page");
}

static bool has_counter(const struct subject *s)
{
	return page_has(&s->page, FIELD_counter_id) &&
	       (value_of(s, FIELD_counter_id) == COUNTER_ARM_VCNT ||
		value_of(s, FIELD_counter_id) == COUNTER_X86_TSC);
}

CHECK(size_minimum)
{
	uint64_t size = value_of(s, FIELD_size);

	if (size < PAGE_HEADER_SIZE) {
		expect_number(f, "at least ", PAGE_HEADER_SIZE);
		say(f, VERDICT_FAIL,
		    "size does not cover the header: the driver refuses the page");
	} else if (size < PAGE_CLOCK_SIZE && has_counter(s)) {
		expect_number(f, "at least ", PAGE_CLOCK_SIZE);
		say(f, VERDICT_WARN,
		    "a counter is named, but size ends before the clock: no PHC");
	}
}

/* No driver takes so little, and what broke off may have had anything in it. */
static void cut_short(const struct subject *s, struct finding *f)
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

CHECK(size_region)
{
	if (s->length < PAGE_HEADER_SIZE) {
		cut_short(s, f);
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

CHECK(size_page)
{
	uint64_t size = value_of(s, FIELD_size);

	if (size >= PAGE_USUAL_SIZE && size % PAGE_USUAL_SIZE == 0)
		return;
	expect_number(f, "a multiple of ", PAGE_USUAL_SIZE);
	say(f, VERDICT_WARN,
	    "no whole pages: the driver makes no /dev/vmclockN");
}

/* Fields that a flag announces; all others are there by size alone. */
static const struct {
	uint64_t flag;
	int row;
} announced[] = {
	{ FLAG_TAI_OFFSET_VALID, FIELD_tai_offset_sec },
	{ FLAG_PERIOD_ESTERROR_VALID,
	  FIELD_counter_period_esterror_rate_frac_sec },
	{ FLAG_PERIOD_MAXERROR_VALID,
	  FIELD_counter_period_maxerror_rate_frac_sec },
	{ FLAG_TIME_ESTERROR_VALID, FIELD_time_esterror_nanosec },
	{ FLAG_TIME_MAXERROR_VALID, FIELD_time_maxerror_nanosec },
	{ FLAG_VM_GEN_COUNTER_PRESENT, FIELD_vm_generation_counter },
};

CHECK(size_flags)
{
	const struct field *missing = NULL;
	uint64_t size = value_of(s, FIELD_size), reach = 0;
	struct strbuf buffer;

	for (size_t i = 0; i < sizeof(announced) / sizeof(*announced); i++) {
		const struct field *field =
			&s->page.layout->fields[announced[i].row];
		uint64_t end = (uint64_t)field->offset + field->width;

		if (!(flags_of(s) & announced[i].flag) || size >= end)
			continue;
		if (!missing)
			missing = field;
		if (end > reach)
			reach = end;
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

/* A value of an enumeration that has a name. */
CHECK(known)
{
	const struct field *field = &s->page.layout->fields[f->row];
	struct strbuf buffer = strbuf_start(f->expected, sizeof(f->expected));

	if (field_value_name(field, value_of(s, f->row)))
		return;
	for (const struct field_name *n = field->names; n->name; n++) {
		if (n != field->names)
			strbuf_add(&buffer, ", ");
		strbuf_decimal(&buffer, n->value);
	}
	say(f, VERDICT_FAIL, "not a value that the specification defines");
}

CHECK(leap_known)
{
	check_known(s, f);
	if (value_of(s, FIELD_leap_indicator) == LEAP_POST_NEG + 1)
		say(f, VERDICT_FAIL,
		    "6 was POST_NEG in RFC v4: a device of that draft, whose errors are in picoseconds");
}

CHECK(time_type)
{
	uint64_t type = value_of(s, FIELD_time_type);

	if (type <= TIME_TYPE_MONOTONIC)
		return;
	expect_text(f, "0 (UTC), 1 (TAI) or 2 (monotonic)");
	say(f, VERDICT_FAIL,
	    type <= TIME_TYPE_INVALID_MAYBE_SMEARED
		    ? "a smeared time is not supported"
		    : "not a value that the specification defines");
}

CHECK(type_utc)
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
		    "bits 10 and up are not known here; they can be ignored");
}

CHECK(flags_numbering)
{
	const uint64_t old = FLAG_TIME_MONOTONIC | FLAG_VM_GEN_COUNTER_PRESENT;

	if (value_of(s, FIELD_counter_id) != COUNTER_INVALID ||
	    (flags_of(s) & (old | FLAG_NOTIFICATION_PRESENT)) != old)
		return;
	expect_text(f, "bits 8 and 9, without 7");
	say(f, VERDICT_WARN,
	    "a monotonic time without a clock: numbered by v1.0, where "
	    "7 was VM_GEN_COUNTER_PRESENT and 8 NOTIFICATION_PRESENT?");
}

CHECK(imminent)
{
	if ((flags_of(s) & (FLAG_DISRUPTION_SOON | FLAG_DISRUPTION_IMMINENT)) !=
	    FLAG_DISRUPTION_IMMINENT)
		return;
	expect_text(f, "DISRUPTION_SOON too");
	say(f, VERDICT_WARN, "what comes within the hour comes within the day");
}

CHECK(pad)
{
	if (value_of(s, FIELD_pad) == 0)
		return;
	expect_text(f, "0000");
	say(f, VERDICT_WARN, "unused bytes are not zero");
}

CHECK(tail)
{
	uint64_t size = value_of(s, FIELD_size);
	size_t end = s->length < size ? s->length : (size_t)size;
	struct strbuf buffer = strbuf_start(f->actual, sizeof(f->actual));
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
	expect_text(f, "zeros from 0x70 to size");
	strbuf_hex(&buffer, s->bytes[at], 2);
	strbuf_add(&buffer, " at ");
	strbuf_hex(&buffer, at, at > 0xffff ? 5 : at > 0xff ? 4 : 2);
	say(f, VERDICT_WARN,
	    "bytes of no field are not zero, and no flag announces them");
}

CHECK(usable_clock)
{
	uint64_t status = value_of(s, FIELD_clock_status);

	if ((status != STATUS_SYNCHRONIZED && status != STATUS_FREERUNNING) ||
	    value_of(s, FIELD_counter_id) != COUNTER_INVALID)
		return;
	expect_text(f, "0, 1 or 4, or a counter");
	say(f, VERDICT_FAIL,
	    "the status says that the clock may be relied upon, and there is no counter");
}

CHECK(generation_present)
{
	if (!(flags_of(s) & FLAG_VM_GEN_COUNTER_PRESENT))
		say(f, VERDICT_OK,
		    "no generation counter: consumers that need snapshot safety fall back to other means");
}
