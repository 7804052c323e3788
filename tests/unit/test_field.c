/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of field.c, and raw values to text and back: every field of every
 * layout, at the edges of its width, and every text that is no value.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "page/field.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct field *field_of(enum layout_id id, const char *name)
{
	int row = field_find(&layouts[id], name);

	if (row < 0)
		fail_msg("%s: no field %s", layouts[id].name, name);
	return &layouts[id].fields[row];
}

static void assert_line(const char *text)
{
	assert_non_null(text);
	assert_int_not_equal(strlen(text), 0);
	for (; *text; text++) {
		if (*text < 0x20 || *text > 0x7e)
			fail_msg("\"%s\" is not one line of ASCII", text);
	}
}

/* Words of lower-case letters and digits with a separator between them. */
static void assert_spelling(const char *name, char separator)
{
	bool word = false;

	assert_non_null(name);
	for (const char *c = name; *c; c++) {
		if (islower((unsigned char)*c) || isdigit((unsigned char)*c)) {
			word = true;
			continue;
		}
		if (*c != separator || !word)
			fail_msg("\"%s\" is misspelt", name);
		word = false;
	}
	if (!word)
		fail_msg("\"%s\" is misspelt", name);
}

static void check_names(const struct field *field)
{
	uint64_t known = 0;
	unsigned int count = 0;

	assert_non_null(field->names);
	for (const struct field_name *n = field->names; n->name; n++, count++) {
		assert_spelling(n->name, '-');
		assert_non_null(n->help);
		assert_true(n->value <= field_mask(field));
		if (field->kind == KIND_FLAGS) {
			/* One bit each. */
			assert_int_not_equal(n->value, 0);
			assert_int_equal(n->value & (n->value - 1), 0);
			assert_int_equal(known & n->value, 0);
		}
		known |= n->value;
		assert_string_equal(field_value_name(field, n->value), n->name);
		for (const struct field_name *o = field->names; o != n; o++) {
			assert_string_not_equal(o->name, n->name);
			assert_int_not_equal(o->value, n->value);
		}
	}
	assert_int_not_equal(count, 0);
	assert_int_equal(field_known_flags(field),
			 field->kind == KIND_FLAGS ? known : 0);
}

static void test_tables(void **state)
{
	(void)state;
	for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
		const struct layout *layout = &layouts[l];
		unsigned int end = 0;

		assert_int_equal(layout->id, l);
		assert_spelling(layout->name, '-');
		assert_line(layout->help);
		assert_ptr_equal(layout_find(layout->name), layout);
		assert_true(layout->count >= 1 && layout->count <= FIELDS_MAX);
		for (unsigned int i = 0; i < layout->count; i++) {
			const struct field *field = &layout->fields[i];
			/* A signed number may have names too. */
			bool named =
				field->kind == KIND_ENUM ||
				field->kind == KIND_FLAGS ||
				(field->kind == KIND_SIGNED && field->names);

			assert_spelling(field->name, '_');
			assert_int_equal(field_find(layout, field->name), i);
			assert_line(field->help);
			assert_line(field->clause);
			assert_string_not_equal(field->help, field->clause);
			if (field->unit)
				assert_line(field->unit);
			assert_true(field->width == 1 || field->width == 2 ||
				    field->width == 4 || field->width == 8);
			assert_int_equal(field->offset % field->width, 0);
			/* No overlap; and no gap, but in the drafts. */
			assert_true(field->offset >= end);
			if (l != LAYOUT_PRERELEASE)
				assert_int_equal(field->offset, end);
			end = field->offset + field->width;
			assert_true(field->group < GROUP_COUNT);
			if (named)
				check_names(field);
			else
				assert_null(field->names);
		}
		assert_int_equal(end, layout->defined);
	}
	for (unsigned int i = 0; i < GROUP_COUNT; i++)
		assert_line(group_names[i]);
	assert_null(layout_find("vmclock"));
	assert_null(layout_find(""));
	assert_null(layout_find("vmclock-10"));
	assert_string_equal(layouts[LAYOUT_VMCLOCK_1].name, "vmclock-1");
	assert_string_equal(layouts[LAYOUT_RFC_3].name, "rfc-3");
	assert_string_equal(layouts[LAYOUT_PRERELEASE].name, "pre-release");
}

static void assert_row(const struct layout *layout, int row, const char *name)
{
	/* A layout without the field has no row for it. */
	assert_int_equal(row, field_find(layout, name));
}

/* "tai-offset-valid" of "TAI_OFFSET_VALID". */
static void assert_same_words(const char *name, const char *abi)
{
	char wanted[80] = "";

	assert_non_null(abi);
	for (size_t i = 0; abi[i]; i++)
		wanted[i] = abi[i] == '_'
				    ? '-'
				    : (char)tolower((unsigned char)abi[i]);
	if (strcmp(name, wanted) != 0)
		fail_msg("page.h: \"%s\" is not %s", name, abi);
}

static const struct field *find_guarded(const struct layout *layout,
					uint64_t flag)
{
	for (unsigned int i = 0; i < layout->count; i++) {
		if (field_flags(&layout->fields[i]) & flag)
			return &layout->fields[i];
	}
	return NULL;
}

/* A flag that guards a field is in the row of that field, and all that stands
 * in a row is a flag. */
static void check_flags(const struct layout *layout)
{
	const struct field *flags = &layout->fields[layout->flags], *field;
	char clear[80];

	for (const struct field_name *n = flags->names; n->name; n++) {
		field = find_guarded(layout, n->value);
		if (n->use == GUARD && !field)
			fail_msg("%s: %s is a GUARD and in no field's .needs",
				 layout->name, n->abi);
		if (n->use == SIGNAL && field)
			fail_msg("%s: %s is a SIGNAL, and %s needs it",
				 layout->name, n->abi, field->name);
		snprintf(clear, sizeof(clear), "%s clear", n->abi);
		assert_string_equal(n->clear, clear);
	}
	for (unsigned int i = 0; i < layout->count; i++) {
		field = &layout->fields[i];
		if (field_flags(field) & ~field_known_flags(flags))
			fail_msg("%s: %s needs what is no flag", layout->name,
				 field->name);
	}
}

static void test_flags_and_their_fields(void **state)
{
	(void)state;
	for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
		const struct layout *layout = &layouts[l];

		for (unsigned int i = 0; i < layout->count; i++) {
			const struct field_name *n = layout->fields[i].names;

			for (; n && n->name; n++) {
				if (n->abi)
					assert_same_words(n->name, n->abi);
			}
			if (layout->flags < 0)
				assert_int_equal(
					field_flags(&layout->fields[i]), 0);
		}
		if (layout->flags >= 0)
			check_flags(layout);
	}
}

/* Three fields say whether a page can be usable, by values that have names. */
static void test_usable_values(void **state)
{
	(void)state;
	for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
		const struct layout *layout = &layouts[l];

		for (int i = 0; i < (int)layout->count; i++) {
			const struct field *field = &layout->fields[i];
			bool decides = i == layout->counter_id ||
				       i == layout->time_type ||
				       i == layout->clock_status;

			if (decides != (field->usable != 0))
				fail_msg("%s: %s: usable values", layout->name,
					 field->name);
			for (unsigned int value = 0; value < 64; value++) {
				if (value_usable(field->usable, value))
					assert_non_null(
						field_value_name(field, value));
			}
			assert_false(value_usable(field->usable, 64));
			assert_false(value_usable(field->usable, UINT64_MAX));
		}
	}
	for (uint64_t value = 0; value < 300; value++) {
		assert_int_equal(time_type_usable(value),
				 value_usable(TIME_TYPES_USABLE, value));
		assert_int_equal(status_usable(value),
				 value_usable(STATUSES_USABLE, value));
	}
}

#define MEMBER(name) { #name, ROW_##name },

/* Every member of struct layout that is a row is set in every layout: none is
 * the magic, which no code asks for; and a field that two layouts call the same
 * is the same member of both. */
static void test_layout_rows(void **state)
{
	static const struct {
		const char *name;
		int index;
	} members[] = { LAYOUT_ROWS(MEMBER) };

	(void)state;
	assert_int_equal(COUNT(members), ROW_COUNT);
	for (size_t m = 0; m < COUNT(members); m++) {
		for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
			const struct layout *a = &layouts[l];
			int row = a->row[members[m].index];

			if (row == 0)
				fail_msg("%s: .%s is not set", a->name,
					 members[m].name);
			assert_true(row >= -1 && row < (int)a->count);
			for (unsigned int k = 0; row > 0 && k < LAYOUT_COUNT;
			     k++) {
				int same = field_find(&layouts[k],
						      a->fields[row].name);

				if (same >= 0 &&
				    layouts[k].row[members[m].index] != same)
					fail_msg("%s: .%s is not %s",
						 layouts[k].name,
						 members[m].name,
						 a->fields[row].name);
			}
		}
	}
	/* By name and by number it is the same. */
	for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
		assert_int_equal(layouts[l].size, layouts[l].row[ROW_size]);
		assert_int_equal(layouts[l].time_maxerror,
				 layouts[l].row[ROW_time_maxerror]);
	}
}

/* No draft is what drivers read; and of each layout the ids of its counters. */
static void test_layout_facts(void **state)
{
	(void)state;
	for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
		const struct layout *layout = &layouts[l];
		const struct field *field;

		if (l == LAYOUT_VMCLOCK_1)
			assert_null(layout->draft);
		else
			assert_line(layout->draft);
		assert_int_not_equal(layout->errors_per_nsec, 0);
		assert_int_equal(layout->partial, layout->counter_id < 0);
		if (layout->counter_id < 0)
			continue;
		field = &layout->fields[layout->counter_id];
		assert_string_equal(field_value_name(field, layout->arm_vcnt),
				    "arm-vcnt");
		assert_string_equal(field_value_name(field, layout->x86_tsc),
				    "x86-tsc");
		assert_string_equal(field_value_name(field, layout->no_counter),
				    "invalid");
	}
}

static void test_common_rows(void **state)
{
	(void)state;
	for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
		const struct layout *layout = &layouts[l];

		assert_true(layout->size >= 0);
		assert_row(layout, layout->size, "size");
		assert_row(layout, layout->counter_id, "counter_id");
		assert_row(layout, layout->clock_status, "clock_status");
		assert_row(layout, layout->flags, "flags");
		assert_row(layout, layout->seq_count, "seq_count");
		assert_int_equal(field_find(layout, "no_such_field"), -1);
		assert_int_equal(field_find(layout, ""), -1);
		assert_int_equal(field_find(layout, "siz"), -1);
		assert_int_equal(field_find(layout, "SIZE"), -1);
	}
	assert_true(layouts[LAYOUT_VMCLOCK_1].seq_count >= 0);
	assert_true(layouts[LAYOUT_RFC_3].seq_count >= 0);
	assert_int_equal(layouts[LAYOUT_PRERELEASE].seq_count, -1);
}

/* The names of UAPI.13 and of RFC v3, in the spelling of the interface. */
static void test_value_names(void **state)
{
	static const struct {
		enum layout_id layout;
		const char *field;
		uint64_t value;
		const char *name;
	} cases[] = {
		{ LAYOUT_VMCLOCK_1, "counter_id", 0, "arm-vcnt" },
		{ LAYOUT_VMCLOCK_1, "counter_id", 1, "x86-tsc" },
		{ LAYOUT_VMCLOCK_1, "counter_id", 255, "invalid" },
		{ LAYOUT_VMCLOCK_1, "counter_id", 2, NULL },
		{ LAYOUT_VMCLOCK_1, "time_type", 0, "utc" },
		{ LAYOUT_VMCLOCK_1, "time_type", 1, "tai" },
		{ LAYOUT_VMCLOCK_1, "time_type", 2, "monotonic" },
		{ LAYOUT_VMCLOCK_1, "time_type", 3, "invalid-smeared" },
		{ LAYOUT_VMCLOCK_1, "time_type", 4, "invalid-maybe-smeared" },
		{ LAYOUT_VMCLOCK_1, "time_type", 5, NULL },
		{ LAYOUT_VMCLOCK_1, "clock_status", 0, "unknown" },
		{ LAYOUT_VMCLOCK_1, "clock_status", 1, "initializing" },
		{ LAYOUT_VMCLOCK_1, "clock_status", 2, "synchronized" },
		{ LAYOUT_VMCLOCK_1, "clock_status", 3, "freerunning" },
		{ LAYOUT_VMCLOCK_1, "clock_status", 4, "unreliable" },
		{ LAYOUT_VMCLOCK_1, "clock_status", 5, NULL },
		{ LAYOUT_VMCLOCK_1, "leap_second_smearing_hint", 0, "strict" },
		{ LAYOUT_VMCLOCK_1, "leap_second_smearing_hint", 1,
		  "noon-linear" },
		{ LAYOUT_VMCLOCK_1, "leap_second_smearing_hint", 2, "utc-sls" },
		{ LAYOUT_VMCLOCK_1, "leap_second_smearing_hint", 3, NULL },
		{ LAYOUT_VMCLOCK_1, "leap_indicator", 0, "none" },
		{ LAYOUT_VMCLOCK_1, "leap_indicator", 1, "pre-pos" },
		{ LAYOUT_VMCLOCK_1, "leap_indicator", 2, "pre-neg" },
		{ LAYOUT_VMCLOCK_1, "leap_indicator", 3, "pos" },
		{ LAYOUT_VMCLOCK_1, "leap_indicator", 4, "post-pos" },
		{ LAYOUT_VMCLOCK_1, "leap_indicator", 5, "post-neg" },
		{ LAYOUT_VMCLOCK_1, "leap_indicator", 6, NULL },
		{ LAYOUT_VMCLOCK_1, "flags", 0x001, "tai-offset-valid" },
		{ LAYOUT_VMCLOCK_1, "flags", 0x002, "disruption-soon" },
		{ LAYOUT_VMCLOCK_1, "flags", 0x004, "disruption-imminent" },
		{ LAYOUT_VMCLOCK_1, "flags", 0x008, "period-esterror-valid" },
		{ LAYOUT_VMCLOCK_1, "flags", 0x010, "period-maxerror-valid" },
		{ LAYOUT_VMCLOCK_1, "flags", 0x020, "time-esterror-valid" },
		{ LAYOUT_VMCLOCK_1, "flags", 0x040, "time-maxerror-valid" },
		{ LAYOUT_VMCLOCK_1, "flags", 0x080, "time-monotonic" },
		{ LAYOUT_VMCLOCK_1, "flags", 0x100, "vm-gen-counter-present" },
		{ LAYOUT_VMCLOCK_1, "flags", 0x200, "notification-present" },
		{ LAYOUT_VMCLOCK_1, "flags", UINT64_C(1) << 62, NULL },
		{ LAYOUT_RFC_3, "counter_id", 0, "invalid" },
		{ LAYOUT_RFC_3, "counter_id", 1, "x86-tsc" },
		{ LAYOUT_RFC_3, "counter_id", 2, "arm-vcnt" },
		{ LAYOUT_RFC_3, "counter_id", 255, NULL },
		{ LAYOUT_RFC_3, "clock_status", 2, "synchronized" },
		{ LAYOUT_RFC_3, "flags", 0x01, "tai-offset-valid" },
		{ LAYOUT_RFC_3, "flags", 0x02, "disruption-soon" },
		{ LAYOUT_RFC_3, "flags", 0x04, "disruption-imminent" },
		{ LAYOUT_RFC_3, "flags", 0x08, "utc-maxerror-valid" },
		{ LAYOUT_RFC_3, "flags", 0x10, "utc-period-error-valid" },
		{ LAYOUT_RFC_3, "flags", 0x20, NULL },
		{ LAYOUT_VMCLOCK_1, "size", 0, NULL },
	};
	uint64_t flags[LAYOUT_COUNT] = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct field *field =
			field_of(cases[i].layout, cases[i].field);
		const char *name = field_value_name(field, cases[i].value);
		uint64_t value = ~cases[i].value;

		if (!cases[i].name) {
			assert_null(name);
			continue;
		}
		assert_non_null(name);
		assert_string_equal(name, cases[i].name);
		assert_int_equal(field_parse(field, cases[i].name, &value), 0);
		assert_int_equal(value, cases[i].value);
		if (field->kind == KIND_FLAGS)
			flags[cases[i].layout] |= value;
	}
	/* These are all. */
	assert_int_equal(field_known_flags(field_of(LAYOUT_VMCLOCK_1, "flags")),
			 flags[LAYOUT_VMCLOCK_1]);
	assert_int_equal(field_known_flags(field_of(LAYOUT_RFC_3, "flags")),
			 flags[LAYOUT_RFC_3]);
}

/* Interface, JSON, 2: these in hexadecimal, the other wide ones decimal. */
static void test_kinds(void **state)
{
	static const char *const hex[] = {
		"disruption_marker",
		"vm_generation_counter",
		"counter_period_frac_sec",
		"counter_period_esterror_rate_frac_sec",
		"counter_period_maxerror_rate_frac_sec",
		"counter_period_error_rate_frac_sec",
		"time_frac_sec",
		"utc_time_frac_sec",
	};
	static const char *const enums[] = {
		"counter_id",	  "time_type",
		"clock_status",	  "leap_second_smearing_hint",
		"leap_indicator",
	};

	(void)state;
	for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
		for (unsigned int i = 0; i < layouts[l].count; i++) {
			const struct field *field = &layouts[l].fields[i];
			bool is_hex = false;

			for (size_t j = 0; j < COUNT(hex); j++)
				is_hex |= strcmp(field->name, hex[j]) == 0;
			for (size_t j = 0; j < COUNT(enums); j++) {
				if (strcmp(field->name, enums[j]) == 0)
					assert_int_equal(field->kind,
							 KIND_ENUM);
			}
			if (strcmp(field->name, "flags") == 0)
				assert_int_equal(field->kind, KIND_FLAGS);
			else if (strcmp(field->name, "pad") == 0)
				assert_int_equal(field->kind, KIND_BYTES);
			else if (strcmp(field->name, "tai_offset_sec") == 0)
				assert_int_equal(field->kind, KIND_SIGNED);
			else if (field->width == 8)
				assert_int_equal(field->kind,
						 is_hex ? KIND_HEX
							: KIND_DECIMAL);
		}
	}
}

static void test_mask_and_sign(void **state)
{
	static const struct {
		uint8_t width;
		uint64_t mask;
	} cases[] = {
		{ 1, 0xff },
		{ 2, 0xffff },
		{ 4, 0xffffffff },
		{ 8, UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct field field = { .width = cases[i].width };
		uint64_t mask = cases[i].mask;
		int64_t most = (int64_t)(mask >> 1);

		assert_int_equal(field_mask(&field), mask);
		assert_true(field_signed(&field, 0) == 0);
		assert_true(field_signed(&field, mask) == -1);
		assert_true(field_signed(&field, mask >> 1) == most);
		assert_true(field_signed(&field, (mask >> 1) + 1) == -most - 1);
	}
}

/* A value as the interface writes it, by the library's printf. */
static void expect_text(const struct field *field, uint64_t value, char *text)
{
	unsigned int digits = 2u * field->width;

	switch (field->kind) {
	case KIND_HEX:
	case KIND_FLAGS:
		sprintf(text, "0x%0*" PRIx64, (int)digits, value);
		break;
	case KIND_BYTES:
		for (unsigned int i = 0; i < field->width; i++)
			sprintf(text + 2 * i, "%02x",
				(unsigned int)(value >> 8 * i & 0xff));
		break;
	case KIND_SIGNED:
		sprintf(text, "%" PRId64,
			field->width == 1   ? (int64_t)(int8_t)value
			: field->width == 2 ? (int64_t)(int16_t)value
			: field->width == 4 ? (int64_t)(int32_t)value
					    : (int64_t)value);
		break;
	default:
		sprintf(text, "%" PRIu64, value);
	}
}

static void check_round_trip(const struct field *field, uint64_t value)
{
	char expected[64], text[FIELD_TEXT_MAX + 8];
	uint64_t back = ~value;

	memset(text, '#', sizeof(text));
	field_format(field, value, text);
	expect_text(field, value, expected);
	if (strcmp(text, expected) != 0)
		fail_msg("%s: \"%s\", expected \"%s\"", field->name, text,
			 expected);
	/* Nothing behind the promised end. */
	assert_memory_equal(text + FIELD_TEXT_MAX, "########", 8);
	if (field_parse(field, text, &back) || back != value)
		fail_msg("%s: \"%s\" is not read back", field->name, text);

	/* All kinds but bytes take both bases. */
	if (field->kind == KIND_BYTES || field->kind == KIND_SIGNED)
		return;
	back = ~value;
	sprintf(text, "%" PRIu64, value);
	assert_int_equal(field_parse(field, text, &back), 0);
	assert_int_equal(back, value);
	back = ~value;
	sprintf(text, "0x%" PRIx64, value);
	assert_int_equal(field_parse(field, text, &back), 0);
	assert_int_equal(back, value);
}

static void for_each_field(void (*check)(const struct field *field))
{
	for (unsigned int l = 0; l < LAYOUT_COUNT; l++) {
		for (unsigned int i = 0; i < layouts[l].count; i++)
			check(&layouts[l].fields[i]);
	}
}

static void check_edges(const struct field *field)
{
	uint64_t mask = field_mask(field);
	const uint64_t values[] = {
		0,
		1,
		9,
		10,
		0x7f,
		0x80,
		0xff,
		mask,
		mask - 1,
		mask >> 1,
		(mask >> 1) + 1,
		(mask >> 1) - 1,
		0x0123456789abcdef & mask,
		0xfedcba9876543210 & mask,
		0xffdb & mask,
		999999999999999999u & mask,
		10000000000000000000u & mask,
	};

	for (size_t i = 0; i < COUNT(values); i++)
		check_round_trip(field, values[i]);
	for (unsigned int bit = 0; bit < 8u * field->width; bit++)
		check_round_trip(field, UINT64_C(1) << bit);
}

static void test_round_trip(void **state)
{
	(void)state;
	for_each_field(check_edges);
}

static void assert_text(enum layout_id id, const char *name, uint64_t value,
			const char *expected)
{
	char text[FIELD_TEXT_MAX];

	field_format(field_of(id, name), value, text);
	assert_string_equal(text, expected);
}

static void test_format(void **state)
{
	const enum layout_id id = LAYOUT_VMCLOCK_1;

	(void)state;
	assert_text(id, "tai_offset_sec", 0xffdb, "-37");
	assert_text(id, "tai_offset_sec", 37, "37");
	assert_text(id, "tai_offset_sec", 0x8000, "-32768");
	assert_text(id, "tai_offset_sec", 0x7fff, "32767");
	assert_text(id, "flags", 0x300, "0x0000000000000300");
	assert_text(LAYOUT_RFC_3, "flags", 0x1f, "0x001f");
	/* 0x12 is the first byte of the page. */
	assert_text(id, "pad", 0x3412, "1234");
	assert_text(id, "pad", 0x00ab, "ab00");
	assert_text(id, "counter_id", 255, "255");
	assert_text(id, "time_sec", UINT64_MAX, "18446744073709551615");
	assert_text(id, "counter_period_frac_sec", 0x89705f4136b4a597,
		    "0x89705f4136b4a597");
	assert_text(id, "time_frac_sec", 1, "0x0000000000000001");
}

/* -EINVAL, with the text in the message. */
static void assert_invalid(const struct field *field, const char *text)
{
	uint64_t value = 0;
	int result = field_parse(field, text, &value);

	if (result != -EINVAL)
		fail_msg("%s: \"%s\" gives %d, expected -EINVAL", field->name,
			 text, result);
}

static void assert_range(const struct field *field, const char *text)
{
	uint64_t value = 0;
	int result = field_parse(field, text, &value);

	if (result != -ERANGE)
		fail_msg("%s: \"%s\" gives %d, expected -ERANGE", field->name,
			 text, result);
}

/* No value of any kind of field. */
static void check_bad(const struct field *field)
{
	static const char *const texts[] = {
		"0x",		"0X",	 "x",	       "1x",
		"0x1g",		"0xx1",	 " 1",	       "1 ",
		"1\n",		"\t1",	 "1 2",	       "1_000",
		"1,000",	"1.0",	 "1e3",	       "0b1",
		"--1",		"+-1",	 "-",	       "+",
		"- 1",		"-0x",	 "-x",	       "0x-1",
		"1-",		"nan",	 "bogus",      "None",
		"unknown(7)",	"0x 1",	 "\x80",       "\xc2\xb2",
		"\xef\xbc\x91", "ffg",	 ",",	       ",1",
		"1,",		"none,", "bogus,none",
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		assert_invalid(field, texts[i]);
	if (field->kind != KIND_FLAGS)
		assert_invalid(field, "");
	/* A name where names are not taken, or of another enumeration. */
	assert_invalid(field, "taiutc");
	if (field->kind != KIND_FLAGS)
		assert_invalid(field, "tai-offset-valid");
	if (!field_value_name(field, 0) ||
	    strcmp(field_value_name(field, 0), "none") != 0) {
		if (field->kind != KIND_FLAGS)
			assert_invalid(field, "none");
	}
}

static void check_overflow(const struct field *field)
{
	uint64_t mask = field_mask(field);
	char text[64];
	uint64_t value;

	if (field->kind == KIND_BYTES)
		return;
	if (field->kind == KIND_SIGNED) {
		sprintf(text, "%" PRIu64, (mask >> 1) + 1);
		assert_range(field, text);
		sprintf(text, "-%" PRIu64, (mask >> 1) + 2);
		assert_range(field, text);
		assert_range(field, "-18446744073709551615");
		assert_range(field, "-18446744073709551616");
	} else {
		/* Which of the two, the interface does not say. */
		int result = field_parse(field, "-1", &value);

		assert_true(result == -EINVAL || result == -ERANGE);
		result = field_parse(field, "-0x1", &value);
		assert_true(result == -EINVAL || result == -ERANGE);
		if (mask != UINT64_MAX) {
			sprintf(text, "%" PRIu64, mask + 1);
			assert_range(field, text);
			sprintf(text, "0x%" PRIx64, mask + 1);
			assert_range(field, text);
			sprintf(text, "%" PRIu64, UINT64_MAX);
			assert_range(field, text);
		}
	}
	/* 2^64; what is 0 and 1 in 64 bits; more digits than any type. */
	assert_range(field, "18446744073709551616");
	assert_range(field, "18446744073709551617");
	assert_range(field, "0x10000000000000000");
	assert_range(field, "0x10000000000000001");
	assert_range(field, "20000000000000000000");
	assert_range(field, "99999999999999999999999999999999999999999");
	assert_range(field, "0xfffffffffffffffffffffffffffffffffffffff");
}

static void test_bad_text(void **state)
{
	(void)state;
	for_each_field(check_bad);
	for_each_field(check_overflow);
}

static void test_signed(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} cases[] = {
		{ "0", 0 },	      { "-0", 0 },	   { "-1", 0xffff },
		{ "-37", 0xffdb },    { "32767", 0x7fff }, { "-32768", 0x8000 },
		{ "0x7fff", 0x7fff },
	};
	const struct field *field =
		field_of(LAYOUT_VMCLOCK_1, "tai_offset_sec");

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value = ~cases[i].value;

		assert_int_equal(field_parse(field, cases[i].text, &value), 0);
		assert_int_equal(value, cases[i].value);
	}
	assert_range(field, "32768");
	assert_range(field, "-32769");
	assert_range(field, "0x10000");
}

static void test_flags(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} cases[] = {
		{ "", 0 },
		{ "none", 0 },
		{ "0", 0 },
		{ "time-monotonic", 0x80 },
		{ "tai-offset-valid,notification-present", 0x201 },
		{ "notification-present,tai-offset-valid", 0x201 },
		/* A set: once or twice is the same. */
		{ "disruption-soon,disruption-soon", 0x02 },
		{ "disruption-soon,time-monotonic,disruption-soon", 0x82 },
		{ "0x8000000000000000", UINT64_C(1) << 63 },
		{ "1023", 0x3ff },
	};
	const struct field *field = field_of(LAYOUT_VMCLOCK_1, "flags");
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		value = ~cases[i].value;
		assert_int_equal(field_parse(field, cases[i].text, &value), 0);
		assert_int_equal(value, cases[i].value);
	}
	assert_invalid(field, "time-monotonic,");
	assert_invalid(field, ",time-monotonic");
	assert_invalid(field, "time-monotonic,,disruption-soon");
	assert_invalid(field, "time-monotonic, disruption-soon");
	assert_invalid(field, "time-monotonic disruption-soon");
	assert_invalid(field, "time-monotoni");
	assert_invalid(field, "time-monotonicx");
	assert_invalid(field, "TIME_TYPE_MONOTONIC");
	assert_invalid(field, "time-monotonic,bogus");
	/* A flag that only the other layout has. */
	assert_invalid(field, "utc-maxerror-valid");
	field = field_of(LAYOUT_RFC_3, "flags");
	assert_invalid(field, "time-monotonic");
	assert_int_equal(field_parse(field,
				     "utc-maxerror-valid,tai-offset-valid",
				     &value),
			 0);
	assert_int_equal(value, 0x09);
}

static void test_enum(void **state)
{
	const struct field *leap = field_of(LAYOUT_VMCLOCK_1, "leap_indicator");
	const struct field *type = field_of(LAYOUT_VMCLOCK_1, "time_type");
	uint64_t value = 1;

	(void)state;
	assert_int_equal(field_parse(leap, "none", &value), 0);
	assert_int_equal(value, 0);
	/* Values without a name can be written. */
	assert_int_equal(field_parse(leap, "7", &value), 0);
	assert_int_equal(value, 7);
	assert_int_equal(field_parse(leap, "0xff", &value), 0);
	assert_int_equal(value, 255);
	assert_range(leap, "256");
	assert_invalid(leap, "post-po");
	assert_invalid(leap, "pos,pre-pos");
	assert_invalid(leap, "tai");
	assert_invalid(type, "none");
	/* As in the kernel's header. */
	assert_int_equal(field_parse(type, "TAI", &value), 0);
	assert_int_equal(value, TIME_TYPE_TAI);
	assert_int_equal(field_parse(type, "VMCLOCK_TIME_TAI", &value), 0);
	assert_int_equal(value, TIME_TYPE_TAI);
	assert_invalid(type, "Tai");
	assert_invalid(type, "VMCLOCK_TAI");
	assert_invalid(type, "VMCLOCK_TIME_");
	assert_invalid(type, "VMCLOCK_");
	assert_invalid(type, "ta");
	assert_invalid(type, "taii");
}

static void test_bytes(void **state)
{
	const struct field *pad = field_of(LAYOUT_VMCLOCK_1, "pad");
	uint64_t value = 0;

	(void)state;
	assert_int_equal(field_parse(pad, "1234", &value), 0);
	assert_int_equal(value, 0x3412);
	assert_int_equal(field_parse(pad, "ab00", &value), 0);
	assert_int_equal(value, 0x00ab);
	assert_int_equal(field_parse(pad, "0001", &value), 0);
	assert_int_equal(value, 0x0100);
	assert_invalid(pad, "0");
	assert_invalid(pad, "000");
	assert_invalid(pad, "00000");
	assert_invalid(pad, "000000");
	assert_invalid(pad, "0x0000");
	assert_invalid(pad, "0x00");
	assert_invalid(pad, "00g0");
	assert_invalid(pad, "00 0");
	assert_invalid(pad, "-001");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_flags_and_their_fields),
		cmocka_unit_test(test_usable_values),
		cmocka_unit_test(test_layout_rows),
		cmocka_unit_test(test_layout_facts),
		cmocka_unit_test(test_common_rows),
		cmocka_unit_test(test_value_names),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_mask_and_sign),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_bad_text),
		cmocka_unit_test(test_signed),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_enum),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
