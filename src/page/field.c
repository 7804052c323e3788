/* SPDX-License-Identifier: BSD-2-Clause */
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

static const struct field_name counter_names[] = {
	{ COUNTER_ARM_VCNT, "arm-vcnt", "CNTVCT_EL0" },
	{ COUNTER_X86_TSC, "x86-tsc", "the time-stamp counter" },
	{ COUNTER_INVALID, "invalid", "no precision clock" },
	{ 0, NULL, NULL },
};

static const struct field_name rfc3_counter_names[] = {
	{ RFC3_COUNTER_INVALID, "invalid", "no precision clock" },
	{ RFC3_COUNTER_X86_TSC, "x86-tsc", "the time-stamp counter" },
	{ RFC3_COUNTER_ARM_VCNT, "arm-vcnt", "CNTVCT_EL0" },
	{ 0, NULL, NULL },
};

static const struct field_name time_type_names[] = {
	{ TIME_TYPE_UTC, "utc", "not recommended" },
	{ TIME_TYPE_TAI, "tai", "" },
	{ TIME_TYPE_MONOTONIC, "monotonic", "epoch undefined" },
	{ TIME_TYPE_INVALID_SMEARED, "invalid-smeared", "not supported" },
	{ TIME_TYPE_INVALID_MAYBE_SMEARED, "invalid-maybe-smeared",
	  "not supported" },
	{ 0, NULL, NULL },
};

static const struct field_name status_names[] = {
	{ STATUS_UNKNOWN, "unknown", "clock not to be used" },
	{ STATUS_INITIALIZING, "initializing", "clock not to be used yet" },
	{ STATUS_SYNCHRONIZED, "synchronized", "" },
	{ STATUS_FREERUNNING, "freerunning", "usable, no longer disciplined" },
	{ STATUS_UNRELIABLE, "unreliable", "clock not to be used" },
	{ 0, NULL, NULL },
};

static const struct field_name smearing_names[] = {
	{ SMEARING_STRICT, "strict", "do not smear" },
	{ SMEARING_NOON_LINEAR, "noon-linear", "noon to noon, for consumers" },
	{ SMEARING_UTC_SLS, "utc-sls", "last 1000 s, for consumers" },
	{ 0, NULL, NULL },
};

static const struct field_name leap_names[] = {
	{ LEAP_NONE, "none", "" },
	{ LEAP_PRE_POS, "pre-pos", "23:59:60 ends this month" },
	{ LEAP_PRE_NEG, "pre-neg", "no 23:59:59 at the end of this month" },
	{ LEAP_POS, "pos", "it is 23:59:60" },
	{ LEAP_POST_POS, "post-pos", "23:59:60 is over" },
	{ LEAP_POST_NEG, "post-neg", "the skipped second is over" },
	{ 0, NULL, NULL },
};

static const struct field_name flag_names[] = {
	{ FLAG_TAI_OFFSET_VALID, "tai-offset-valid", "tai_offset_sec counts" },
	{ FLAG_DISRUPTION_SOON, "disruption-soon", "within about a day" },
	{ FLAG_DISRUPTION_IMMINENT, "disruption-imminent",
	  "within about an hour" },
	{ FLAG_PERIOD_ESTERROR_VALID, "period-esterror-valid", "" },
	{ FLAG_PERIOD_MAXERROR_VALID, "period-maxerror-valid", "" },
	{ FLAG_TIME_ESTERROR_VALID, "time-esterror-valid", "" },
	{ FLAG_TIME_MAXERROR_VALID, "time-maxerror-valid", "" },
	{ FLAG_TIME_MONOTONIC, "time-monotonic",
	  "time never goes back across updates" },
	{ FLAG_VM_GEN_COUNTER_PRESENT, "vm-gen-counter-present",
	  "vm_generation_counter counts" },
	{ FLAG_NOTIFICATION_PRESENT, "notification-present",
	  "updates are announced" },
	{ 0, NULL, NULL },
};

static const struct field_name rfc3_flag_names[] = {
	{ RFC3_FLAG_TAI_OFFSET_VALID, "tai-offset-valid",
	  "tai_offset_sec counts" },
	{ RFC3_FLAG_DISRUPTION_SOON, "disruption-soon", "within about a day" },
	{ RFC3_FLAG_DISRUPTION_IMMINENT, "disruption-imminent",
	  "within about an hour" },
	{ RFC3_FLAG_UTC_MAXERROR_VALID, "utc-maxerror-valid", "" },
	{ RFC3_FLAG_UTC_PERIOD_ERROR_VALID, "utc-period-error-valid", "" },
	{ 0, NULL, NULL },
};

static const struct field_name direction_names[] = {
	{ 0xff, "negative", "a second is skipped" }, /* -1 */
	{ 0, "none", "" },
	{ 1, "positive", "a second is inserted" },
	{ 0, NULL, NULL },
};

/* A row; page.h holds its place. */
#define ROW_(layout, f, ...)                                                   \
	{                                                                      \
		.name = #f, .offset = layout##OFFSET_##f,                      \
		.width = layout##WIDTH_##f, __VA_ARGS__                        \
	}
#define ROW(f, ...)	 [FIELD_##f] = ROW_(, f, __VA_ARGS__)
#define RFC3_ROW(f, ...) [RFC3_##f] = ROW_(RFC3_, f, __VA_ARGS__, RFC_V3)
#define PRERELEASE_ROW(f, ...)                                                 \
	[PRERELEASE_##f] = ROW_(PRERELEASE_, f, __VA_ARGS__, RFC_V3)

/* Name, kind, group, role, needs, unit, names, help, clause. */
static const struct field page_fields[FIELD_COUNT] = {
	ROW(magic, KIND_DECIMAL, GROUP_CONSTANT, ROLE_MAGIC, 0, NULL, NULL,
	    "marks a VMClock page: 0x4b4c4356, \"VCLK\"", UAPI_FIELDS),
	ROW(size, KIND_DECIMAL, GROUP_CONSTANT, ROLE_PLAIN, 0, "bytes", NULL,
	    "size of the region that holds the page", UAPI_FIELDS),
	ROW(version, KIND_DECIMAL, GROUP_CONSTANT, ROLE_PLAIN, 0, NULL, NULL,
	    "version of the layout: 1", UAPI_FIELDS),
	ROW(counter_id, KIND_ENUM, GROUP_CONSTANT, ROLE_PLAIN, 0, NULL,
	    counter_names, "the CPU counter the clock is based on",
	    UAPI_FIELDS),
	ROW(time_type, KIND_ENUM, GROUP_CONSTANT, ROLE_PLAIN, 0, NULL,
	    time_type_names, "the timescale of the reference time",
	    UAPI_FIELDS),
	ROW(seq_count, KIND_DECIMAL, GROUP_STATE, ROLE_SEQ, 0, NULL, NULL,
	    "seqlock: odd while an update is in progress", UAPI_FIELDS),
	ROW(disruption_marker, KIND_HEX, GROUP_STATE, ROLE_PLAIN, 0, NULL, NULL,
	    "another value after each disruption of the counter", UAPI_FIELDS),
	ROW(flags, KIND_FLAGS, GROUP_STATE, ROLE_PLAIN, 0, NULL, flag_names,
	    "which fields are valid, what is announced", UAPI_FLAGS),
	ROW(pad, KIND_BYTES, GROUP_STATE, ROLE_PAD, 0, NULL, NULL,
	    "unused, zero in practice", UAPI_FIELDS),
	ROW(clock_status, KIND_ENUM, GROUP_STATE, ROLE_PLAIN, 0, NULL,
	    status_names, "whether the calibration may be relied upon",
	    UAPI_FIELDS),
	ROW(leap_second_smearing_hint, KIND_ENUM, GROUP_STATE, ROLE_PLAIN, 0,
	    NULL, smearing_names,
	    "how consumers may smear; the page never does", UAPI_FIELDS),
	ROW(tai_offset_sec, KIND_SIGNED, GROUP_STATE, ROLE_TAI_OFFSET,
	    FLAG_TAI_OFFSET_VALID, "s", NULL,
	    "offset from TAI to UTC, -37 since 2017", UAPI_FIELDS),
	ROW(leap_indicator, KIND_ENUM, GROUP_STATE, ROLE_PLAIN, 0, NULL,
	    leap_names, "leap second near the reference time", UAPI_FIELDS),
	ROW(counter_period_shift, KIND_DECIMAL, GROUP_CALIBRATION, ROLE_PLAIN,
	    NEEDS_CLOCK, "bits", NULL,
	    "extra right shift of the three period fields", UAPI_TIME),
	ROW(counter_value, KIND_DECIMAL, GROUP_CALIBRATION, ROLE_PLAIN,
	    NEEDS_CLOCK, "ticks", NULL, "the counter at the reference time",
	    UAPI_TIME),
	ROW(counter_period_frac_sec, KIND_HEX, GROUP_CALIBRATION, ROLE_PERIOD,
	    NEEDS_CLOCK, "2^-(64+shift) s", NULL,
	    "length of one tick of the counter", UAPI_TIME),
	ROW(counter_period_esterror_rate_frac_sec, KIND_HEX, GROUP_CALIBRATION,
	    ROLE_PERIOD_ERROR, NEEDS_CLOCK | FLAG_PERIOD_ESTERROR_VALID,
	    "2^-(64+shift) s", NULL, "estimated +/- error of the period",
	    UAPI_ERROR),
	ROW(counter_period_maxerror_rate_frac_sec, KIND_HEX, GROUP_CALIBRATION,
	    ROLE_PERIOD_ERROR, NEEDS_CLOCK | FLAG_PERIOD_MAXERROR_VALID,
	    "2^-(64+shift) s", NULL, "maximum +/- error of the period",
	    UAPI_ERROR),
	ROW(time_sec, KIND_DECIMAL, GROUP_CALIBRATION, ROLE_TIME_SEC,
	    NEEDS_CLOCK, "s", NULL, "reference time, seconds since the epoch",
	    UAPI_TIME),
	ROW(time_frac_sec, KIND_HEX, GROUP_CALIBRATION, ROLE_TIME_FRAC,
	    NEEDS_CLOCK, "2^-64 s", NULL,
	    "reference time, fraction of the second", UAPI_TIME),
	ROW(time_esterror_nanosec, KIND_DECIMAL, GROUP_CALIBRATION, ROLE_PLAIN,
	    NEEDS_CLOCK | FLAG_TIME_ESTERROR_VALID, "ns", NULL,
	    "estimated +/- error of the reference time", UAPI_ERROR),
	ROW(time_maxerror_nanosec, KIND_DECIMAL, GROUP_CALIBRATION, ROLE_PLAIN,
	    NEEDS_CLOCK | FLAG_TIME_MAXERROR_VALID, "ns", NULL,
	    "maximum +/- error of the reference time", UAPI_ERROR),
	ROW(vm_generation_counter, KIND_HEX, GROUP_STATE, ROLE_PLAIN,
	    FLAG_VM_GEN_COUNTER_PRESENT, NULL, NULL,
	    "another value after each snapshot load or clone", KERNEL_HEADER),
};

static const struct field rfc3_fields[RFC3_COUNT] = {
	RFC3_ROW(magic, KIND_DECIMAL, GROUP_CONSTANT, ROLE_MAGIC, 0, NULL, NULL,
		 "marks a VMClock page: 0x4b4c4356, \"VCLK\""),
	RFC3_ROW(size, KIND_DECIMAL, GROUP_CONSTANT, ROLE_PLAIN, 0, "bytes",
		 NULL, "size of the region that holds the page"),
	RFC3_ROW(version, KIND_DECIMAL, GROUP_CONSTANT, ROLE_PLAIN, 0, NULL,
		 NULL, "version of the layout: 1"),
	RFC3_ROW(seq_count, KIND_DECIMAL, GROUP_STATE, ROLE_SEQ, 0, NULL, NULL,
		 "seqlock: odd while an update is in progress"),
	RFC3_ROW(disruption_marker, KIND_HEX, GROUP_STATE, ROLE_PLAIN, 0, NULL,
		 NULL, "another value after each disruption of the counter"),
	RFC3_ROW(tai_offset_sec, KIND_SIGNED, GROUP_STATE, ROLE_TAI_OFFSET,
		 RFC3_FLAG_TAI_OFFSET_VALID, "s", NULL,
		 "offset between TAI and UTC"),
	RFC3_ROW(flags, KIND_FLAGS, GROUP_STATE, ROLE_PLAIN, 0, NULL,
		 rfc3_flag_names, "which fields are valid, what is announced"),
	RFC3_ROW(clock_status, KIND_ENUM, GROUP_STATE, ROLE_PLAIN, 0, NULL,
		 status_names, "whether the calibration may be relied upon"),
	RFC3_ROW(counter_id, KIND_ENUM, GROUP_CONSTANT, ROLE_PLAIN, 0, NULL,
		 rfc3_counter_names, "the CPU counter the clock is based on"),
	RFC3_ROW(counter_period_shift, KIND_DECIMAL, GROUP_CALIBRATION,
		 ROLE_PLAIN, NEEDS_CLOCK, "bits", NULL,
		 "extra right shift of the two period fields"),
	RFC3_ROW(leapsecond_direction, KIND_SIGNED, GROUP_STATE, ROLE_PLAIN, 0,
		 NULL, direction_names,
		 "the leap second at leapsecond_tai_sec"),
	RFC3_ROW(leapsecond_tai_sec, KIND_DECIMAL, GROUP_STATE, ROLE_PLAIN, 0,
		 "s", NULL, "TAI second of a leap second, near or past"),
	RFC3_ROW(counter_value, KIND_DECIMAL, GROUP_CALIBRATION, ROLE_PLAIN,
		 NEEDS_CLOCK, "ticks", NULL,
		 "the counter at the reference time"),
	RFC3_ROW(utc_time_sec, KIND_DECIMAL, GROUP_CALIBRATION, ROLE_TIME_SEC,
		 NEEDS_CLOCK, "s", NULL,
		 "reference time, UTC seconds since 1970"),
	RFC3_ROW(utc_time_frac_sec, KIND_HEX, GROUP_CALIBRATION, ROLE_TIME_FRAC,
		 NEEDS_CLOCK, "2^-64 s", NULL,
		 "reference time, fraction of the second"),
	RFC3_ROW(counter_period_frac_sec, KIND_HEX, GROUP_CALIBRATION,
		 ROLE_PERIOD, NEEDS_CLOCK, "2^-(64+shift) s", NULL,
		 "length of one tick of the counter"),
	RFC3_ROW(counter_period_error_rate_frac_sec, KIND_HEX,
		 GROUP_CALIBRATION, ROLE_PERIOD_ERROR,
		 NEEDS_CLOCK | RFC3_FLAG_UTC_PERIOD_ERROR_VALID,
		 "2^-(64+shift) s", NULL, "maximum +/- error of the period"),
	RFC3_ROW(utc_time_maxerror_picosec, KIND_DECIMAL, GROUP_CALIBRATION,
		 ROLE_PLAIN, NEEDS_CLOCK | RFC3_FLAG_UTC_MAXERROR_VALID, "ps",
		 NULL, "maximum +/- error of the reference time"),
};

static const struct field prerelease_fields[PRERELEASE_COUNT] = {
	PRERELEASE_ROW(magic, KIND_DECIMAL, GROUP_CONSTANT, ROLE_MAGIC, 0, NULL,
		       NULL, "marks a VMClock page: 0x4b4c4356, \"VCLK\""),
	PRERELEASE_ROW(size, KIND_DECIMAL, GROUP_CONSTANT, ROLE_PLAIN, 0,
		       "bytes", NULL, "size of the region that holds the page"),
	PRERELEASE_ROW(version, KIND_DECIMAL, GROUP_CONSTANT, ROLE_PLAIN, 0,
		       NULL, NULL, "version of the layout: 1"),
	PRERELEASE_ROW(disruption_marker, KIND_HEX, GROUP_STATE, ROLE_PLAIN, 0,
		       NULL, NULL,
		       "another value after each disruption of the counter"),
};

const char *const group_names[GROUP_COUNT] = {
	[GROUP_CONSTANT] = "constant",
	[GROUP_STATE] = "state",
	[GROUP_CALIBRATION] = "calibration",
};

const struct layout layouts[LAYOUT_COUNT] = {
	[LAYOUT_VMCLOCK_1] = {
		.id = LAYOUT_VMCLOCK_1,
		.name = "vmclock-1",
		.help = "today's, UAPI.13 v1.1 and Linux 6.13 and later",
		.fields = page_fields,
		.count = FIELD_COUNT,
		.defined = PAGE_DEFINED,
		.size = FIELD_size,
		.counter_id = FIELD_counter_id,
		.clock_status = FIELD_clock_status,
		.flags = FIELD_flags,
		.seq_count = FIELD_seq_count,
	},
	[LAYOUT_RFC_3] = {
		.id = LAYOUT_RFC_3,
		.name = "rfc-3",
		.help = "RFC PATCH v3, July 2024",
		.fields = rfc3_fields,
		.count = RFC3_COUNT,
		.defined = RFC3_DEFINED,
		.size = RFC3_size,
		.counter_id = RFC3_counter_id,
		.clock_status = RFC3_clock_status,
		.flags = RFC3_flags,
		.seq_count = RFC3_seq_count,
	},
	[LAYOUT_PRERELEASE] = {
		.id = LAYOUT_PRERELEASE,
		.name = "pre-release",
		.help = "another draft of 2024; only its marker can be read",
		.fields = prerelease_fields,
		.count = PRERELEASE_COUNT,
		.defined = PRERELEASE_OFFSET_disruption_marker +
			   PRERELEASE_WIDTH_disruption_marker,
		.size = PRERELEASE_size,
		.counter_id = -1,
		.clock_status = -1,
		.flags = -1,
		.seq_count = -1,
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

/* The value whose name is the first `length` characters of text. */
static const struct field_name *find_name(const struct field *field,
					  const char *text, size_t length)
{
	for (const struct field_name *n = field->names; n->name; n++) {
		if (strlen(n->name) == length &&
		    memcmp(n->name, text, length) == 0)
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
