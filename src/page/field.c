/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each field of a page means, and raw values to text and back.
 *
 * To add a field
 *  1. page.h: its name, offset and width, last in PAGE_FIELDS_ADDED. How many
 *     bytes have a meaning follows from that: what is read, played, published
 *     and recorded, and where the rule on the bytes after the fields begins.
 *  2. Here: its row, last in page_fields. Flags or a clock without which it
 *     means nothing are in .needs, and nowhere else: when it is meaningful and
 *     why not, what header.size-flags wants, and that a change of the flag is
 *     told with the field follow from it.
 *  3. scripts/make-all writes the man pages, the completions and the schemas.
 *  4. Tests that list all fields: test_decode.c has its place; if it is
 *     hexadecimal, test_field.c its name; tests/bats what is printed of a whole
 *     page (encode, json, layouts with pages.py, list, man, roundtrip, show).
 *  If an event is to show it, or a rule to look at it: src/event/table.h and
 *  src/rules/table.h. If code for all layouts is to ask for it: LAYOUT_ROWS in
 *  field.h, and a row in each of the layouts below; test_field.c names those
 *  that were forgotten.
 *
 * To add a flag
 *  1. page.h: its name, bit and help, last in PAGE_FLAGS_ADDED. A GUARD says
 *     that a field counts and stands in that field's .needs, a SIGNAL in none;
 *     test_field.c names those that do otherwise.
 *  2. scripts/make-man: its meaning in vmclock(7), in MEANINGS. A GUARD has
 *     one without that.
 *  3. scripts/make-all, and scripts/make-rule-fixtures, whose flags.known has
 *     the first flag without a name.
 *  4. test_field.c: its bit and name. tests/bats: what is said of unknown flags
 *     (json, list, openmetrics).
 *
 * To add a value of an enumeration
 *  1. page.h: its row. For the three that decide on it, USABLE or UNUSABLE is
 *     all there is to say: page_obstacle(), the reasons of page_meaningful(),
 *     the rules, the library and the doctor ask for that.
 *  2. scripts/make-man: its meaning in vmclock(7), in MEANINGS. If it is
 * usable, TIME in man/vmclockctl.1 and the head of docs/rules.md (in
 *     scripts/make-rule-docs) say so in words.
 *  3. scripts/make-all.
 *  4. test_field.c: its value and name. It is no example of a value without a
 *     name any more, or of one that is not usable: test_decode.c, test_rules.c,
 *     scripts/make-rule-fixtures, and tests/bats (list, openmetrics).
 *  5. If it is a counter: src/io/live/counter.h has to read it, and struct
 *     layout to name it.
 *
 * An enumeration is a list in page.h, a table of NAMES here, and .names (and
 * .usable) in the row of its field.
 */
#include "field.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hex.h"
#include "base/number.h"

/* The titles of UAPI.13 that rows cite. */
#define UAPI_FIELDS   "UAPI.13, Structure Fields"
#define UAPI_FLAGS    "UAPI.13, Flags"
#define UAPI_TIME     "UAPI.13, Calculating time"
#define UAPI_ERROR    "UAPI.13, Time error calculation"
#define KERNEL_HEADER "linux/vmclock-abi.h"
#define RFC_V3	      "RFC PATCH v3, July 2024"

/* The tables of names, each from its list in page.h. */
#define VALUE_(name_, value_, text_, help_)                                    \
	{ .value = (value_), .name = text_, .help = help_, .abi = #name_ },
#define STATE_(name_, value_, text_, usable_, help_)                           \
	VALUE_(name_, value_, text_, help_)
#define FLAG_(name_, bit_, text_, use_, help_)                                 \
	{ .value = UINT64_C(1) << (bit_),                                      \
	  .name = text_,                                                       \
	  .help = help_,                                                       \
	  .abi = #name_,                                                       \
	  .use = use_,                                                         \
	  .clear = #name_ " clear" },
#define NAMES(list, row)                                                       \
	{                                                                      \
		list(row)                                                      \
		{                                                              \
			0                                                      \
		}                                                              \
	}

static const struct field_name counter_names[] = NAMES(COUNTERS, STATE_);
static const struct field_name time_type_names[] = NAMES(TIME_TYPES, STATE_);
static const struct field_name status_names[] = NAMES(STATUSES, STATE_);
static const struct field_name smearing_names[] = NAMES(SMEARINGS, VALUE_);
static const struct field_name leap_names[] = NAMES(LEAPS, VALUE_);
static const struct field_name flag_names[] = NAMES(PAGE_FLAGS, FLAG_);
static const struct field_name rfc3_counter_names[] =
	NAMES(RFC3_COUNTERS, STATE_);
static const struct field_name rfc3_status_names[] =
	NAMES(RFC3_STATUSES, STATE_);
static const struct field_name rfc3_flag_names[] = NAMES(RFC3_FLAGS, FLAG_);

static const struct field_name rfc3_direction_names[] = {
	{ .value = 0xff,
	  .name = "negative",
	  .help = "a second is skipped" }, /* -1 */
	{ .value = 0, .name = "none", .help = "" },
	{ .value = 1, .name = "positive", .help = "a second is inserted" },
	{ 0 },
};

/* What value_usable() can hold; and a bit that is free for NEEDS_CLOCK. */
#define USABLE_FITS_(name, value, text, usable, help)                          \
	_Static_assert(!(usable) || (value) < 64,                              \
		       #name ": usable, and above 63");
COUNTERS(USABLE_FITS_)
TIME_TYPES(USABLE_FITS_)
STATUSES(USABLE_FITS_)
RFC3_COUNTERS(USABLE_FITS_)
RFC3_STATUSES(USABLE_FITS_)
_Static_assert(((FLAGS_KNOWN | RFC3_FLAGS_KNOWN) & NEEDS_CLOCK) == 0,
	       "a flag has the bit of NEEDS_CLOCK");

/* A row: its name in page.h, which holds its place; kind, group, help and, of
 * today's layout, clause; then what else there is to say of it. */
#define ROW_(layout, f, kind_, group_, ...)                                    \
	{                                                                      \
		.name = #f, .offset = layout##OFFSET_##f,                      \
		.width = layout##WIDTH_##f, .kind = KIND_##kind_,              \
		.group = GROUP_##group_, __VA_ARGS__                           \
	}
#define ROW(f, kind, group, help_, ...)                                        \
	ROW_(, f, kind, group, .help = help_, .clause = __VA_ARGS__)
#define RFC3_ROW(f, kind, group, ...)                                          \
	ROW_(RFC3_, f, kind, group, .clause = RFC_V3, .help = __VA_ARGS__)
#define PRERELEASE_ROW(f, kind, group, ...)                                    \
	ROW_(PRERELEASE_, f, kind, group, .clause = RFC_V3, .help = __VA_ARGS__)

static const struct field page_fields[] = {
	ROW(magic, DECIMAL, CONSTANT,
	    "marks a VMClock page: 0x4b4c4356, \"VCLK\"", UAPI_FIELDS,
	    .role = ROLE_MAGIC),
	ROW(size, DECIMAL, CONSTANT, "size of the region that holds the page",
	    UAPI_FIELDS, .unit = "bytes"),
	ROW(version, DECIMAL, CONSTANT, "version of the layout: 1",
	    UAPI_FIELDS),
	ROW(counter_id, ENUM, CONSTANT, "the CPU counter the clock is based on",
	    UAPI_FIELDS, .names = counter_names, .usable = COUNTERS_USABLE),
	ROW(time_type, ENUM, CONSTANT, "the timescale of the reference time",
	    UAPI_FIELDS, .names = time_type_names, .usable = TIME_TYPES_USABLE),
	ROW(seq_count, DECIMAL, STATE,
	    "seqlock: odd while an update is in progress", UAPI_FIELDS,
	    .role = ROLE_SEQ),
	ROW(disruption_marker, HEX, STATE,
	    "changes at each disruption of the counter", UAPI_FIELDS),
	ROW(flags, FLAGS, STATE, "which fields are valid, what is announced",
	    UAPI_FLAGS, .names = flag_names),
	ROW(pad, BYTES, STATE, "unused, zero in practice", UAPI_FIELDS,
	    .role = ROLE_PAD),
	ROW(clock_status, ENUM, STATE,
	    "whether the calibration may be relied upon", UAPI_FIELDS,
	    .names = status_names, .usable = STATUSES_USABLE),
	ROW(leap_second_smearing_hint, ENUM, STATE,
	    "how consumers may smear; the page never does", UAPI_FIELDS,
	    .names = smearing_names),
	ROW(tai_offset_sec, SIGNED, STATE,
	    "offset from TAI to UTC, -37 since 2017", UAPI_FIELDS,
	    .role = ROLE_TAI_OFFSET, .unit = "s",
	    .needs = FLAG_TAI_OFFSET_VALID),
	ROW(leap_indicator, ENUM, STATE, "leap second near the reference time",
	    UAPI_FIELDS, .names = leap_names),
	ROW(counter_period_shift, DECIMAL, CALIBRATION,
	    "extra right shift of the three period fields", UAPI_TIME,
	    .unit = "bits", .needs = NEEDS_CLOCK),
	ROW(counter_value, DECIMAL, CALIBRATION,
	    "the counter at the reference time", UAPI_TIME, .unit = "ticks",
	    .needs = NEEDS_CLOCK),
	ROW(counter_period_frac_sec, HEX, CALIBRATION,
	    "length of one tick of the counter", UAPI_TIME, .role = ROLE_PERIOD,
	    .unit = "2^-(64+shift) s", .needs = NEEDS_CLOCK),
	ROW(counter_period_esterror_rate_frac_sec, HEX, CALIBRATION,
	    "estimated +/- error of the period", UAPI_ERROR,
	    .role = ROLE_PERIOD_ERROR, .unit = "2^-(64+shift) s",
	    .needs = NEEDS_CLOCK | FLAG_PERIOD_ESTERROR_VALID),
	ROW(counter_period_maxerror_rate_frac_sec, HEX, CALIBRATION,
	    "maximum +/- error of the period", UAPI_ERROR,
	    .role = ROLE_PERIOD_ERROR, .unit = "2^-(64+shift) s",
	    .needs = NEEDS_CLOCK | FLAG_PERIOD_MAXERROR_VALID),
	ROW(time_sec, DECIMAL, CALIBRATION,
	    "reference time, seconds since the epoch", UAPI_TIME,
	    .role = ROLE_TIME_SEC, .unit = "s", .needs = NEEDS_CLOCK),
	ROW(time_frac_sec, HEX, CALIBRATION,
	    "reference time, fraction of the second", UAPI_TIME,
	    .role = ROLE_TIME_FRAC, .unit = "2^-64 s", .needs = NEEDS_CLOCK),
	ROW(time_esterror_nanosec, DECIMAL, CALIBRATION,
	    "estimated +/- error of the reference time", UAPI_ERROR,
	    .unit = "ns", .needs = NEEDS_CLOCK | FLAG_TIME_ESTERROR_VALID),
	ROW(time_maxerror_nanosec, DECIMAL, CALIBRATION,
	    "maximum +/- error of the reference time", UAPI_ERROR, .unit = "ns",
	    .needs = NEEDS_CLOCK | FLAG_TIME_MAXERROR_VALID),
	ROW(vm_generation_counter, HEX, STATE,
	    "changes at each snapshot load or clone", KERNEL_HEADER,
	    .needs = FLAG_VM_GEN_COUNTER_PRESENT),
};

static const struct field rfc3_fields[] = {
	RFC3_ROW(magic, DECIMAL, CONSTANT,
		 "marks a VMClock page: 0x4b4c4356, \"VCLK\"",
		 .role = ROLE_MAGIC),
	RFC3_ROW(size, DECIMAL, CONSTANT,
		 "size of the region that holds the page", .unit = "bytes"),
	RFC3_ROW(version, DECIMAL, CONSTANT, "version of the layout: 1"),
	RFC3_ROW(seq_count, DECIMAL, STATE,
		 "seqlock: odd while an update is in progress",
		 .role = ROLE_SEQ),
	RFC3_ROW(disruption_marker, HEX, STATE,
		 "changes at each disruption of the counter"),
	RFC3_ROW(tai_offset_sec, SIGNED, STATE, "offset between TAI and UTC",
		 .role = ROLE_TAI_OFFSET, .unit = "s",
		 .needs = RFC3_FLAG_TAI_OFFSET_VALID),
	RFC3_ROW(flags, FLAGS, STATE,
		 "which fields are valid, what is announced",
		 .names = rfc3_flag_names),
	RFC3_ROW(clock_status, ENUM, STATE,
		 "whether the calibration may be relied upon",
		 .names = rfc3_status_names, .usable = RFC3_STATUSES_USABLE),
	RFC3_ROW(counter_id, ENUM, CONSTANT,
		 "the CPU counter the clock is based on",
		 .names = rfc3_counter_names, .usable = RFC3_COUNTERS_USABLE),
	RFC3_ROW(counter_period_shift, DECIMAL, CALIBRATION,
		 "extra right shift of the two period fields", .unit = "bits",
		 .needs = NEEDS_CLOCK),
	RFC3_ROW(leapsecond_direction, SIGNED, STATE,
		 "the leap second at leapsecond_tai_sec",
		 .names = rfc3_direction_names),
	RFC3_ROW(leapsecond_tai_sec, DECIMAL, STATE,
		 "TAI second of a leap second, near or past", .unit = "s"),
	RFC3_ROW(counter_value, DECIMAL, CALIBRATION,
		 "the counter at the reference time", .unit = "ticks",
		 .needs = NEEDS_CLOCK),
	RFC3_ROW(utc_time_sec, DECIMAL, CALIBRATION,
		 "reference time, UTC seconds since 1970",
		 .role = ROLE_TIME_SEC, .unit = "s", .needs = NEEDS_CLOCK),
	RFC3_ROW(utc_time_frac_sec, HEX, CALIBRATION,
		 "reference time, fraction of the second",
		 .role = ROLE_TIME_FRAC, .unit = "2^-64 s",
		 .needs = NEEDS_CLOCK),
	RFC3_ROW(counter_period_frac_sec, HEX, CALIBRATION,
		 "length of one tick of the counter", .role = ROLE_PERIOD,
		 .unit = "2^-(64+shift) s", .needs = NEEDS_CLOCK),
	RFC3_ROW(counter_period_error_rate_frac_sec, HEX, CALIBRATION,
		 "maximum +/- error of the period", .role = ROLE_PERIOD_ERROR,
		 .unit = "2^-(64+shift) s",
		 .needs = NEEDS_CLOCK | RFC3_FLAG_UTC_PERIOD_ERROR_VALID),
	RFC3_ROW(utc_time_maxerror_picosec, DECIMAL, CALIBRATION,
		 "maximum +/- error of the reference time", .unit = "ps",
		 .needs = NEEDS_CLOCK | RFC3_FLAG_UTC_MAXERROR_VALID),
};

static const struct field prerelease_fields[] = {
	PRERELEASE_ROW(magic, DECIMAL, CONSTANT,
		       "marks a VMClock page: 0x4b4c4356, \"VCLK\"",
		       .role = ROLE_MAGIC),
	PRERELEASE_ROW(size, DECIMAL, CONSTANT,
		       "size of the region that holds the page",
		       .unit = "bytes"),
	PRERELEASE_ROW(version, DECIMAL, CONSTANT, "version of the layout: 1"),
	PRERELEASE_ROW(disruption_marker, HEX, STATE,
		       "changes at each disruption of the counter"),
};

/* A row for each field; and struct page has a bit for each. */
#define ONE_ROW_EACH(table, count)                                             \
	_Static_assert(sizeof(table) / sizeof(*(table)) == (count),            \
		       #table ": not one row for each field of page.h");       \
	_Static_assert((int)(count) <= (int)FIELDS_MAX && (int)(count) <= 64,  \
		       #table ": more fields than struct page has room for");
ONE_ROW_EACH(page_fields, FIELD_COUNT)
ONE_ROW_EACH(rfc3_fields, RFC3_COUNT)
ONE_ROW_EACH(prerelease_fields, PRERELEASE_COUNT)

/* Where the fields of a list neither overlap nor leave gaps, their widths are
 * the end of the last one. */
#define PLUS_WIDTH_(name, offset, width) +(width)
_Static_assert(0 PAGE_FIELDS(PLUS_WIDTH_) == PAGE_DEFINED,
	       "PAGE_FIELDS: an offset or a width is wrong");
_Static_assert(0 RFC3_FIELDS(PLUS_WIDTH_) == RFC3_DEFINED,
	       "RFC3_FIELDS: an offset or a width is wrong");

/* Live pages are copied, and published, by words of 8 bytes. */
_Static_assert(PAGE_DEFINED % 8 == 0, "PAGE_FIELDS: ends within a word");

const char *const group_names[GROUP_COUNT] = {
	[GROUP_CONSTANT] = "constant",
	[GROUP_STATE] = "state",
	[GROUP_CALIBRATION] = "calibration",
};

const struct layout layouts[LAYOUT_COUNT] = {
	[LAYOUT_VMCLOCK_1] = {
		.id = LAYOUT_VMCLOCK_1,
		.name = "vmclock-1",
		.help = "current: UAPI.13 v1.1, Linux 6.13 and later",
		.fields = page_fields,
		.count = FIELD_COUNT,
		.defined = PAGE_DEFINED,
		.size = FIELD_size,
		.version = FIELD_version,
		.counter_id = FIELD_counter_id,
		.time_type = FIELD_time_type,
		.seq_count = FIELD_seq_count,
		.disruption_marker = FIELD_disruption_marker,
		.generation = FIELD_vm_generation_counter,
		.flags = FIELD_flags,
		.clock_status = FIELD_clock_status,
		.smearing_hint = FIELD_leap_second_smearing_hint,
		.tai_offset = FIELD_tai_offset_sec,
		.leap_indicator = FIELD_leap_indicator,
		.leap_direction = -1,
		.leap_time = -1,
		.counter_value = FIELD_counter_value,
		.period_shift = FIELD_counter_period_shift,
		.period = FIELD_counter_period_frac_sec,
		.period_esterror = FIELD_counter_period_esterror_rate_frac_sec,
		.period_maxerror = FIELD_counter_period_maxerror_rate_frac_sec,
		.time_sec = FIELD_time_sec,
		.time_frac = FIELD_time_frac_sec,
		.time_esterror = FIELD_time_esterror_nanosec,
		.time_maxerror = FIELD_time_maxerror_nanosec,
		.arm_vcnt = COUNTER_ARM_VCNT,
		.x86_tsc = COUNTER_X86_TSC,
		.no_counter = COUNTER_INVALID,
		.errors_per_nsec = 1,
	},
	[LAYOUT_RFC_3] = {
		.id = LAYOUT_RFC_3,
		.name = "rfc-3",
		.help = "RFC PATCH v3, July 2024",
		.draft = "the layout of RFC v3 (July 2024), which no released driver reads",
		.fields = rfc3_fields,
		.count = RFC3_COUNT,
		.defined = RFC3_DEFINED,
		.size = RFC3_size,
		.version = RFC3_version,
		.counter_id = RFC3_counter_id,
		.time_type = -1,
		.seq_count = RFC3_seq_count,
		.disruption_marker = RFC3_disruption_marker,
		.generation = -1,
		.flags = RFC3_flags,
		.clock_status = RFC3_clock_status,
		.smearing_hint = -1,
		.tai_offset = RFC3_tai_offset_sec,
		.leap_indicator = -1,
		.leap_direction = RFC3_leapsecond_direction,
		.leap_time = RFC3_leapsecond_tai_sec,
		.counter_value = RFC3_counter_value,
		.period_shift = RFC3_counter_period_shift,
		.period = RFC3_counter_period_frac_sec,
		.period_esterror = -1,
		.period_maxerror = RFC3_counter_period_error_rate_frac_sec,
		.time_sec = RFC3_utc_time_sec,
		.time_frac = RFC3_utc_time_frac_sec,
		.time_esterror = -1,
		.time_maxerror = RFC3_utc_time_maxerror_picosec,
		.arm_vcnt = RFC3_COUNTER_ARM_VCNT,
		.x86_tsc = RFC3_COUNTER_X86_TSC,
		.no_counter = RFC3_COUNTER_INVALID,
		.implied_time_type = TIME_TYPE_UTC,
		.errors_per_nsec = 1000,
	},
	[LAYOUT_PRERELEASE] = {
		.id = LAYOUT_PRERELEASE,
		.name = "pre-release",
		.help = "another draft of 2024; only its marker can be read",
		.draft = "a pre-release layout of 2024, which no released driver reads",
		.partial = true,
		.fields = prerelease_fields,
		.count = PRERELEASE_COUNT,
		.defined = PRERELEASE_DEFINED,
		.size = PRERELEASE_size,
		.version = PRERELEASE_version,
		.counter_id = -1,
		.time_type = -1,
		.seq_count = -1,
		.disruption_marker = PRERELEASE_disruption_marker,
		.generation = -1,
		.flags = -1,
		.clock_status = -1,
		.smearing_hint = -1,
		.tai_offset = -1,
		.leap_indicator = -1,
		.leap_direction = -1,
		.leap_time = -1,
		.counter_value = -1,
		.period_shift = -1,
		.period = -1,
		.period_esterror = -1,
		.period_maxerror = -1,
		.time_sec = -1,
		.time_frac = -1,
		.time_esterror = -1,
		.time_maxerror = -1,
		.implied_time_type = -1,
		.errors_per_nsec = 1,
	},
};

const struct layout *layout_find(const char *name)
{
	for (unsigned int i = 0; i < LAYOUT_COUNT; i++) {
		if (strcmp(layouts[i].name, name) == 0)
			return &layouts[i];
	}
	return NULL;
}

int field_find(const struct layout *layout, const char *name)
{
	for (unsigned int i = 0; i < layout->count; i++) {
		if (strcmp(layout->fields[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

const char *field_value_name(const struct field *field, uint64_t value)
{
	if (!field->names)
		return NULL;
	for (const struct field_name *n = field->names; n->name; n++) {
		if (n->value == value)
			return n->name;
	}
	return NULL;
}

uint64_t field_known_flags(const struct field *field)
{
	uint64_t known = 0;

	if (field->kind != KIND_FLAGS)
		return 0;
	for (const struct field_name *n = field->names; n->name; n++)
		known |= n->value;
	return known;
}

void field_format(const struct field *field, uint64_t value,
		  char text[static FIELD_TEXT_MAX])
{
	char *to = text;
	int64_t number;

	switch (field->kind) {
	case KIND_HEX:
	case KIND_FLAGS:
		*to++ = '0';
		*to++ = 'x';
		to = hex_put(to, value, 2u * field->width);
		break;
	case KIND_BYTES:
		for (unsigned int i = 0; i < field->width; i++)
			to = hex_put(to, value >> 8 * i, 2);
		break;
	case KIND_SIGNED:
		number = field_signed(field, value);
		if (number < 0)
			*to++ = '-';
		to = number_put(to, number < 0 ? -(uint64_t)number
					       : (uint64_t)number);
		break;
	default:
		to = number_put(to, value);
		break;
	}
	*to = '\0';
}

static int parse_signed(const struct field *field, const char *text,
			uint64_t *value)
{
	bool negative = *text == '-';
	uint64_t limit = (field_mask(field) >> 1) + (negative ? 1 : 0);
	uint64_t number;
	int result;

	if (*text == '-' || *text == '+')
		text++;
	result = number_parse(text, &number);
	if (result)
		return result;
	if (number > limit)
		return -ERANGE;
	*value = (negative ? -number : number) & field_mask(field);
	return 0;
}

static int parse_bytes(const struct field *field, const char *text,
		       uint64_t *value)
{
	uint8_t bytes[sizeof(*value)];

	if (strlen(text) != 2u * field->width ||
	    !hex_bytes(text, field->width, bytes))
		return -EINVAL;
	*value = load_le(bytes, field->width);
	return 0;
}

/* VMCLOCK_STATUS_ and so on, which the kernel's header has before each name. */
static size_t skip_header_prefix(const char *text, size_t length)
{
	static const char prefix[] = "VMCLOCK_";
	size_t at = sizeof(prefix) - 1;

	if (length <= at || memcmp(text, prefix, at) != 0)
		return 0;
	while (at < length && text[at] != '_')
		at++;
	return at < length ? at + 1 : 0;
}

/* The value whose name is the first `length` characters of text: as in JSON, or
 * as in C, TAI_OFFSET_VALID or VMCLOCK_FLAG_TAI_OFFSET_VALID. */
static const struct field_name *find_name(const struct field *field,
					  const char *text, size_t length)
{
	size_t skipped = skip_header_prefix(text, length);

	for (const struct field_name *n = field->names; n->name; n++) {
		if ((strlen(n->name) == length &&
		     memcmp(n->name, text, length) == 0) ||
		    (n->abi && strlen(n->abi) == length - skipped &&
		     memcmp(n->abi, text + skipped, length - skipped) == 0))
			return n;
	}
	return NULL;
}

static int parse_flags(const struct field *field, const char *text,
		       uint64_t *value)
{
	*value = 0;
	if (!*text || strcmp(text, "none") == 0)
		return 0;
	for (;;) {
		size_t length = strcspn(text, ",");
		const struct field_name *name = find_name(field, text, length);

		if (!name)
			return -EINVAL;
		*value |= name->value;
		if (!text[length])
			return 0;
		text += length + 1;
	}
}

int field_parse(const struct field *field, const char *text, uint64_t *value)
{
	const struct field_name *name;
	int result;

	name = field->kind == KIND_FLAGS || !field->names
		       ? NULL
		       : find_name(field, text, strlen(text));
	if (name) {
		*value = name->value;
		return 0;
	}
	switch (field->kind) {
	case KIND_SIGNED:
		return parse_signed(field, text, value);
	case KIND_BYTES:
		return parse_bytes(field, text, value);
	case KIND_FLAGS:
		if (!is_decimal_digit(text[0]))
			return parse_flags(field, text, value);
		break;
	default:
		break;
	}
	result = number_parse(text, value);
	if (result == 0 && *value > field_mask(field))
		return -ERANGE;
	return result;
}
