/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.c against the offsets of the specification, written here once more in
 * figures: the enumerations of page.h are made by the same list as the tables
 * and would move along with a mistake.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct place_asked {
	const char *name;
	unsigned int offset, width;
};

static const struct place_asked todays[] = {
	{ "magic", 0x00, 4 },
	{ "size", 0x04, 4 },
	{ "version", 0x08, 2 },
	{ "counter_id", 0x0a, 1 },
	{ "time_type", 0x0b, 1 },
	{ "seq_count", 0x0c, 4 },
	{ "disruption_marker", 0x10, 8 },
	{ "flags", 0x18, 8 },
	{ "pad", 0x20, 2 },
	{ "clock_status", 0x22, 1 },
	{ "leap_second_smearing_hint", 0x23, 1 },
	{ "tai_offset_sec", 0x24, 2 },
	{ "leap_indicator", 0x26, 1 },
	{ "counter_period_shift", 0x27, 1 },
	{ "counter_value", 0x28, 8 },
	{ "counter_period_frac_sec", 0x30, 8 },
	{ "counter_period_esterror_rate_frac_sec", 0x38, 8 },
	{ "counter_period_maxerror_rate_frac_sec", 0x40, 8 },
	{ "time_sec", 0x48, 8 },
	{ "time_frac_sec", 0x50, 8 },
	{ "time_esterror_nanosec", 0x58, 8 },
	{ "time_maxerror_nanosec", 0x60, 8 },
	{ "vm_generation_counter", 0x68, 8 },
};

static const struct place_asked rfc3[] = {
	{ "magic", 0x00, 4 },
	{ "size", 0x04, 2 },
	{ "version", 0x06, 2 },
	{ "seq_count", 0x08, 8 },
	{ "disruption_marker", 0x10, 8 },
	{ "tai_offset_sec", 0x18, 2 },
	{ "flags", 0x1a, 2 },
	{ "clock_status", 0x1c, 1 },
	{ "counter_id", 0x1d, 1 },
	{ "counter_period_shift", 0x1e, 1 },
	{ "leapsecond_direction", 0x1f, 1 },
	{ "leapsecond_tai_sec", 0x20, 8 },
	{ "counter_value", 0x28, 8 },
	{ "utc_time_sec", 0x30, 8 },
	{ "utc_time_frac_sec", 0x38, 8 },
	{ "counter_period_frac_sec", 0x40, 8 },
	{ "counter_period_error_rate_frac_sec", 0x48, 8 },
	{ "utc_time_maxerror_picosec", 0x50, 8 },
};

static const struct place_asked prerelease[] = {
	{ "magic", 0x00, 4 },
	{ "size", 0x04, 2 },
	{ "version", 0x06, 2 },
	{ "disruption_marker", 0x10, 8 },
};

static const struct {
	enum layout_id id;
	const struct place_asked *places;
	unsigned int count;
} all[] = {
	{ LAYOUT_VMCLOCK_1, todays, COUNT(todays) },
	{ LAYOUT_RFC_3, rfc3, COUNT(rfc3) },
	{ LAYOUT_PRERELEASE, prerelease, COUNT(prerelease) },
};

/* Independent of store_le(). */
static void put(uint8_t *bytes, unsigned int offset, unsigned int width,
		uint64_t value)
{
	for (unsigned int i = 0; i < width; i++)
		bytes[offset + i] = (uint8_t)(value >> 8 * i);
}

/* The row of a field that must be there. */
static int row_of(const struct page *page, const char *name)
{
	int row = field_find(page->layout, name);

	if (row < 0)
		fail_msg("%s: no field %s", page->layout->name, name);
	return row;
}

/* Decode a copy that ends where the allocation does, so that the sanitizer
 * sees a read beyond the length. */
static void decode(const uint8_t *bytes, size_t length, struct page *page)
{
	uint8_t *copy = malloc(length ? length : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	/* Whatever was in the structure before must not show. */
	memset(page, 0xa5, sizeof(*page));
	page_decode(length ? copy : copy + 1, length, page);
	free(copy);
}

/* Usable pages of both layouts. */
static void make_todays(uint8_t bytes[static 0x70])
{
	memset(bytes, 0, 0x70);
	memcpy(bytes, "VCLK", 4);
	put(bytes, 0x04, 4, 0x1000);
	put(bytes, 0x08, 2, 1);
	put(bytes, 0x0a, 1, 1);
	put(bytes, 0x0b, 1, 1);
	put(bytes, 0x0c, 4, 4);
	put(bytes, 0x22, 1, 2);
	put(bytes, 0x27, 1, 29);
	put(bytes, 0x30, 8, 0x89705f4136b4a597);
}

static void make_rfc3(uint8_t bytes[static 0x58])
{
	memset(bytes, 0, 0x58);
	memcpy(bytes, "VCLK", 4);
	put(bytes, 0x04, 2, 0x1000);
	put(bytes, 0x06, 2, 1);
	put(bytes, 0x08, 8, 4);
	put(bytes, 0x1c, 1, 2);
	put(bytes, 0x1d, 1, 1);
	put(bytes, 0x1e, 1, 29);
	put(bytes, 0x40, 8, 0x89705f4136b4a597);
}

static void test_load_store(void **state)
{
	static const uint8_t bytes[] = {
		0x00, 0xf1, 0x82, 0x43, 0xc4, 0xa5, 0x66, 0x97, 0x88, 0xff,
	};
	static const struct {
		unsigned int width;
		uint64_t value;
	} cases[] = {
		{ 1, 0xf1 },
		{ 2, 0x82f1 },
		{ 4, 0xc44382f1 },
		{ 8, 0x889766a5c44382f1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned int width = cases[i].width;
		uint8_t out[10];

		/* From an odd address: none may be taken for aligned. */
		assert_int_equal(load_le(bytes + 1, width), cases[i].value);
		for (int fill = 0; fill <= 0xff; fill += 0xff) {
			memset(out, fill, sizeof(out));
			store_le(out + 1, width, cases[i].value);
			assert_memory_equal(out + 1, bytes + 1, width);
			assert_int_equal(out[0], fill);
			assert_int_equal(out[1 + width], fill);
		}
	}
	assert_int_equal(load_le(bytes, 1), 0);
	assert_int_equal(load_le(bytes + 9, 1), 0xff);
}

static void test_magic(void **state)
{
	static const uint8_t good[] = { 0x56, 0x43, 0x4c, 0x4b, 0 };
	static const uint8_t swapped[] = { 0x4b, 0x4c, 0x43, 0x56, 0 };

	(void)state;
	assert_true(page_has_magic(good, 4));
	assert_true(page_has_magic(good, 5));
	assert_false(page_has_magic(good, 3));
	assert_false(page_has_magic(good, 0));
	assert_false(page_has_magic(good + 1, 4));
	assert_false(page_has_magic(swapped, 4));
	for (unsigned int i = 0; i < 4; i++) {
		uint8_t bytes[4];

		memcpy(bytes, good, 4);
		bytes[i] ^= 0x20;
		assert_false(page_has_magic(bytes, 4));
	}
}

static enum layout_id layout_of(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);
	enum layout_id id;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	id = page_layout(copy, length)->id;
	free(copy);
	return id;
}

static void test_layout_todays(void **state)
{
	uint8_t bytes[0x70];

	(void)state;
	make_todays(bytes);
	for (size_t length = 0; length <= sizeof(bytes); length++)
		assert_int_equal(layout_of(bytes, length), LAYOUT_VMCLOCK_1);

	/* A region of 64 KiB and more: its high half looks like a version. */
	put(bytes, 0x04, 4, 0x00011000);
	for (size_t length = 0; length <= sizeof(bytes); length++)
		assert_int_equal(layout_of(bytes, length), LAYOUT_VMCLOCK_1);
	for (unsigned int id = 0; id <= 0xff; id++) {
		put(bytes, 0x0a, 1, id);
		for (unsigned int type = 0; type <= 0xff; type++) {
			bool valid = (id <= 1 || id == 0xff) && type <= 4;

			put(bytes, 0x0b, 1, type);
			assert_int_equal(layout_of(bytes, sizeof(bytes)) ==
						 LAYOUT_VMCLOCK_1,
					 valid);
		}
	}

	/* Whatever stands there, no draft is smaller than its fields. */
	for (unsigned int low = 0; low <= 0x58; low++) {
		put(bytes, 0x04, 4, 0x00010000 + low);
		put(bytes, 0x0a, 1, 7);
		put(bytes, 0x0b, 1, 1);
		assert_int_equal(layout_of(bytes, sizeof(bytes)) ==
					 LAYOUT_VMCLOCK_1,
				 low < 0x58);
		put(bytes, 0x08, 2, 2);
		assert_int_equal(layout_of(bytes, sizeof(bytes)) ==
					 LAYOUT_VMCLOCK_1,
				 low < 0x58);
		put(bytes, 0x08, 2, 1);
	}

	/* Nor do other sizes, nor a wrong version, make another layout. */
	make_todays(bytes);
	put(bytes, 0x08, 2, 2);
	assert_int_equal(layout_of(bytes, sizeof(bytes)), LAYOUT_VMCLOCK_1);
	put(bytes, 0x04, 4, 0x00021000);
	assert_int_equal(layout_of(bytes, sizeof(bytes)), LAYOUT_VMCLOCK_1);
	put(bytes, 0x04, 4, 0x01001000);
	assert_int_equal(layout_of(bytes, sizeof(bytes)), LAYOUT_VMCLOCK_1);
	put(bytes, 0x04, 4, 0xffffffff);
	assert_int_equal(layout_of(bytes, sizeof(bytes)), LAYOUT_VMCLOCK_1);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(layout_of(bytes, sizeof(bytes)), LAYOUT_VMCLOCK_1);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(layout_of(bytes, sizeof(bytes)), LAYOUT_VMCLOCK_1);
}

static void test_layout_rfc3(void **state)
{
	static const struct {
		uint64_t seq;
		enum layout_id id;
	} sequences[] = {
		{ 0, LAYOUT_RFC_3 },
		{ 2, LAYOUT_RFC_3 },
		{ 0x10001, LAYOUT_VMCLOCK_1 },
		/* The only case in doubt: today's version, ARM_VCNT, UTC. */
		{ 1, LAYOUT_VMCLOCK_1 },
		{ 0x00020001, LAYOUT_RFC_3 },
		{ 0x00fe0001, LAYOUT_RFC_3 },
		{ 0x00ff0001, LAYOUT_VMCLOCK_1 },
		{ 0x05000001, LAYOUT_RFC_3 },
		{ 0x04010001, LAYOUT_VMCLOCK_1 },
		{ 0x0101, LAYOUT_RFC_3 },
		{ 0x100000000, LAYOUT_RFC_3 },
		{ UINT64_MAX, LAYOUT_RFC_3 },
	};
	uint8_t bytes[0x58];

	(void)state;
	make_rfc3(bytes);
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		assert_int_equal(layout_of(bytes, length),
				 length < 12 ? LAYOUT_VMCLOCK_1 : LAYOUT_RFC_3);
	}
	for (size_t i = 0; i < COUNT(sequences); i++) {
		put(bytes, 0x08, 8, sequences[i].seq);
		assert_int_equal(layout_of(bytes, sizeof(bytes)),
				 sequences[i].id);
	}
	put(bytes, 0x08, 8, 2);
	put(bytes, 0x06, 2, 2);
	assert_int_equal(layout_of(bytes, sizeof(bytes)), LAYOUT_VMCLOCK_1);
}

/* What RFC v3 defined, and one more of each. */
static void test_layout_prerelease(void **state)
{
	static const struct {
		unsigned int offset, width;
		uint64_t value;
		enum layout_id id;
	} cases[] = {
		{ 0x18, 2, (uint64_t)-37, LAYOUT_RFC_3 },
		{ 0x18, 2, 37, LAYOUT_RFC_3 },
		/* The first posting: status 2, counter_id 1. */
		{ 0x18, 2, 0x0102, LAYOUT_PRERELEASE },
		{ 0x1a, 2, 0x001f, LAYOUT_RFC_3 },
		{ 0x1a, 2, 0x0020, LAYOUT_PRERELEASE },
		{ 0x1a, 2, 0x8000, LAYOUT_PRERELEASE },
		{ 0x1c, 1, 0, LAYOUT_RFC_3 },
		{ 0x1c, 1, 4, LAYOUT_RFC_3 },
		{ 0x1c, 1, 5, LAYOUT_PRERELEASE },
		{ 0x1c, 1, 0xff, LAYOUT_PRERELEASE },
		{ 0x1d, 1, 0, LAYOUT_RFC_3 },
		{ 0x1d, 1, 2, LAYOUT_RFC_3 },
		{ 0x1d, 1, 3, LAYOUT_PRERELEASE },
		{ 0x1d, 1, 0xff, LAYOUT_PRERELEASE },
		{ 0x1f, 1, 0xff, LAYOUT_RFC_3 },
		{ 0x1f, 1, 1, LAYOUT_RFC_3 },
		{ 0x1f, 1, 2, LAYOUT_PRERELEASE },
		{ 0x1f, 1, 0xfe, LAYOUT_PRERELEASE },
	};
	uint8_t bytes[0x58];
	struct page page;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		make_rfc3(bytes);
		put(bytes, cases[i].offset, cases[i].width, cases[i].value);
		assert_int_equal(layout_of(bytes, sizeof(bytes)), cases[i].id);
		assert_int_equal(layout_of(bytes, 0x20), cases[i].id);
	}

	/* What then can be told, and that it tells no time. */
	make_rfc3(bytes);
	put(bytes, 0x1c, 1, 0x80);
	put(bytes, 0x10, 8, 0x1122334455667788);
	decode(bytes, sizeof(bytes), &page);
	assert_int_equal(page.layout->id, LAYOUT_PRERELEASE);
	assert_int_equal(page.value[row_of(&page, "disruption_marker")],
			 0x1122334455667788);
	assert_int_equal(page_obstacle(&page), OBSTACLE_NO_CLOCK);
	assert_true(page_meaningful(&page, row_of(&page, "disruption_marker"),
				    NULL));
}

/* Each field alone set to ones, and then all bytes near each other distinct. */
static void test_places(void **state)
{
	(void)state;
	for (size_t l = 0; l < COUNT(all); l++) {
		const struct layout *layout = &layouts[all[l].id];
		const struct place_asked *last =
			&all[l].places[all[l].count - 1];
		struct page page;
		uint8_t bytes[0x100];

		assert_int_equal(layout->id, all[l].id);
		if (layout->count != all[l].count)
			fail_msg("%s: %u fields, and %u places here",
				 layout->name, layout->count, all[l].count);
		assert_int_equal(layout->defined, last->offset + last->width);
		for (unsigned int i = 0; i < all[l].count; i++) {
			const struct place_asked *place = &all[l].places[i];
			int row;

			memset(bytes, 0, sizeof(bytes));
			put(bytes, 0x04, 2, 0x1000);
			put(bytes, place->offset, place->width, UINT64_MAX);
			page_decode_as(layout, bytes, sizeof(bytes), &page);
			row = row_of(&page, place->name);
			for (unsigned int j = 0; j < layout->count; j++) {
				uint64_t expected = 0;

				if ((int)j == layout->size)
					expected = 0x1000;
				if ((int)j == row)
					expected = UINT64_MAX >>
						   (64 - 8 * place->width);
				if (page.value[j] != expected)
					fail_msg("%s: %s shows in %s",
						 layout->name, place->name,
						 layout->fields[j].name);
			}
		}

		for (unsigned int i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)(0x87 + i);
		page_decode_as(layout, bytes, sizeof(bytes), &page);
		assert_ptr_equal(page.layout, layout);
		for (unsigned int i = 0; i < all[l].count; i++) {
			const struct place_asked *place = &all[l].places[i];
			int row = field_find(layout, place->name);
			uint64_t expected = 0;

			for (unsigned int j = place->width; j--;)
				expected = expected << 8 |
					   (uint8_t)(0x87 + place->offset + j);
			assert_true(page_has(&page, row));
			if (page.value[row] != expected)
				fail_msg("%s: %s is 0x%llx, not 0x%llx",
					 layout->name, place->name,
					 (unsigned long long)page.value[row],
					 (unsigned long long)expected);
		}
		assert_int_equal(page.present >> all[l].count, 0);
	}
}

/* The header as far as the bytes reach, the rest where `size` allows it. */
static void check_presence(const uint8_t *bytes, size_t length, uint64_t size,
			   const struct place_asked *places, unsigned int count)
{
	struct page page;

	decode(bytes, length, &page);
	for (unsigned int i = 0; i < count; i++) {
		unsigned int end = places[i].offset + places[i].width;
		bool expected = end <= length && (end <= 0x20 || end <= size);
		int row = row_of(&page, places[i].name);

		if (page_has(&page, row) != expected)
			fail_msg("length %zu, size 0x%llx: %s is %s", length,
				 (unsigned long long)size, places[i].name,
				 expected ? "absent" : "present");
		if (!expected)
			assert_int_equal(page.value[row], 0);
		else if (places[i].offset >= 0x10)
			assert_int_not_equal(page.value[row], 0);
	}
	assert_int_equal(page.present >> count, 0);
	for (unsigned int i = count; i < FIELDS_MAX; i++)
		assert_int_equal(page.value[i], 0);
	assert_false(page_has(&page, -1));
}

static void test_presence_todays(void **state)
{
	static const uint32_t sizes[] = {
		0,    0x1f, 0x20, 0x21, 0x22, 0x27,   0x28,
		0x57, 0x58, 0x67, 0x6f, 0x70, 0x1000, 0xffffffff,
	};
	uint8_t bytes[0x80];

	(void)state;
	memset(bytes, 0x11, sizeof(bytes));
	put(bytes, 0x08, 2, 1);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		put(bytes, 0x04, 4, sizes[i]);
		for (size_t length = 0; length <= sizeof(bytes); length++) {
			check_presence(bytes, length, sizes[i], todays,
				       COUNT(todays));
		}
	}
}

static void test_presence_rfc3(void **state)
{
	static const uint16_t sizes[] = {
		0x58,
		0x59,
		0x1000,
		0xffff,
	};
	uint8_t bytes[0x60];

	(void)state;
	memset(bytes, 0x11, sizeof(bytes));
	put(bytes, 0x06, 2, 1);
	/* Nothing in the header that RFC v3 never defined. */
	put(bytes, 0x18, 2, 37);
	put(bytes, 0x1c, 1, 2);
	put(bytes, 0x1d, 1, 2);
	put(bytes, 0x1f, 1, 1);
	put(bytes, 0x1a, 2, 0x11);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		put(bytes, 0x04, 2, sizes[i]);
		for (size_t length = 12; length <= sizeof(bytes); length++) {
			assert_int_equal(layout_of(bytes, length),
					 LAYOUT_RFC_3);
			check_presence(bytes, length, sizes[i], rfc3,
				       COUNT(rfc3));
		}
	}
}

struct change {
	unsigned int offset, width;
	uint64_t value;
	enum obstacle expected;
};

static void test_time_todays(void **state)
{
	static const struct change changes[] = {
		{ 0x04, 4, 0, OBSTACLE_NO_CLOCK },
		{ 0x04, 4, 0x20, OBSTACLE_NO_CLOCK },
		{ 0x04, 4, 0x57, OBSTACLE_NO_CLOCK },
		{ 0x04, 4, 0x58, OBSTACLE_NONE },
		{ 0x04, 4, 0xffffffff, OBSTACLE_NONE },
		{ 0x0a, 1, 0, OBSTACLE_NONE },
		{ 0x0a, 1, 1, OBSTACLE_NONE },
		{ 0x0a, 1, 2, OBSTACLE_NO_CLOCK },
		{ 0x0a, 1, 0xfe, OBSTACLE_NO_CLOCK },
		{ 0x0a, 1, 0xff, OBSTACLE_NO_CLOCK },
		{ 0x0b, 1, 0, OBSTACLE_NONE },
		{ 0x0b, 1, 2, OBSTACLE_NONE },
		{ 0x0b, 1, 3, OBSTACLE_NO_CLOCK },
		{ 0x0b, 1, 4, OBSTACLE_NO_CLOCK },
		{ 0x0b, 1, 5, OBSTACLE_NO_CLOCK },
		{ 0x0b, 1, 0xff, OBSTACLE_NO_CLOCK },
		{ 0x0c, 4, 0, OBSTACLE_NONE },
		{ 0x0c, 4, 1, OBSTACLE_UPDATING },
		{ 0x0c, 4, 0xfffffffe, OBSTACLE_NONE },
		{ 0x0c, 4, 0xffffffff, OBSTACLE_UPDATING },
		{ 0x22, 1, 0, OBSTACLE_STATUS },
		{ 0x22, 1, 1, OBSTACLE_STATUS },
		{ 0x22, 1, 2, OBSTACLE_NONE },
		{ 0x22, 1, 3, OBSTACLE_NONE },
		{ 0x22, 1, 4, OBSTACLE_STATUS },
		{ 0x22, 1, 5, OBSTACLE_STATUS },
		{ 0x22, 1, 0xff, OBSTACLE_STATUS },
		{ 0x30, 8, 0, OBSTACLE_NO_CLOCK },
		{ 0x30, 8, 1, OBSTACLE_NONE },
		{ 0x30, 8, UINT64_C(1) << 63, OBSTACLE_NONE },
		/* These do not matter: shift, reference, flags. */
		{ 0x27, 1, 255, OBSTACLE_NONE },
		{ 0x48, 8, UINT64_MAX, OBSTACLE_NONE },
		{ 0x18, 8, 0, OBSTACLE_NONE },
	};
	uint8_t bytes[0x70];
	struct page page;

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		make_todays(bytes);
		put(bytes, changes[i].offset, changes[i].width,
		    changes[i].value);
		decode(bytes, sizeof(bytes), &page);
		if (page_obstacle(&page) != changes[i].expected)
			fail_msg("0x%02x = 0x%llx: %d, not %d",
				 changes[i].offset,
				 (unsigned long long)changes[i].value,
				 page_obstacle(&page), changes[i].expected);
	}

	/* Too short, whatever `size` says. */
	make_todays(bytes);
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		decode(bytes, length, &page);
		assert_int_equal(page_obstacle(&page),
				 length < 0x58 ? OBSTACLE_NO_CLOCK
					       : OBSTACLE_NONE);
	}

	/* The first of several reasons. */
	put(bytes, 0x0c, 4, 5);
	put(bytes, 0x22, 1, 4);
	decode(bytes, sizeof(bytes), &page);
	assert_int_equal(page_obstacle(&page), OBSTACLE_STATUS);
	put(bytes, 0x0a, 1, 0xff);
	decode(bytes, sizeof(bytes), &page);
	assert_int_equal(page_obstacle(&page), OBSTACLE_NO_CLOCK);
}

static void test_time_rfc3(void **state)
{
	static const struct change changes[] = {
		{ 0x08, 8, 0, OBSTACLE_NONE },
		{ 0x08, 8, 3, OBSTACLE_UPDATING },
		{ 0x08, 8, UINT64_MAX, OBSTACLE_UPDATING },
		{ 0x08, 8, UINT64_MAX - 1, OBSTACLE_NONE },
		{ 0x1c, 1, 0, OBSTACLE_STATUS },
		{ 0x1c, 1, 1, OBSTACLE_STATUS },
		{ 0x1c, 1, 2, OBSTACLE_NONE },
		{ 0x1c, 1, 3, OBSTACLE_NONE },
		{ 0x1c, 1, 4, OBSTACLE_STATUS },
		{ 0x1d, 1, 0, OBSTACLE_NO_CLOCK },
		{ 0x1d, 1, 1, OBSTACLE_NONE },
		{ 0x1d, 1, 2, OBSTACLE_NONE },
		{ 0x1d, 1, 3, OBSTACLE_NO_CLOCK },
		{ 0x1d, 1, 0xff, OBSTACLE_NO_CLOCK },
		{ 0x40, 8, 0, OBSTACLE_NO_CLOCK },
		{ 0x40, 8, 1, OBSTACLE_NONE },
		{ 0x04, 2, 0x47, OBSTACLE_NO_CLOCK },
		/* Where today's layout has its identifiers and its status. */
		{ 0x22, 1, 4, OBSTACLE_NONE },
		{ 0x0a, 2, 0xffff, OBSTACLE_NONE },
	};
	uint8_t bytes[0x58];
	struct page page;

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		make_rfc3(bytes);
		put(bytes, changes[i].offset, changes[i].width,
		    changes[i].value);
		page_decode_as(&layouts[LAYOUT_RFC_3], bytes, sizeof(bytes),
			       &page);
		if (page_obstacle(&page) != changes[i].expected)
			fail_msg("0x%02x = 0x%llx: %d, not %d",
				 changes[i].offset,
				 (unsigned long long)changes[i].value,
				 page_obstacle(&page), changes[i].expected);
	}
	make_rfc3(bytes);
	decode(bytes, 0x47, &page);
	assert_int_equal(page.layout->id, LAYOUT_RFC_3);
	assert_int_equal(page_obstacle(&page), OBSTACLE_NO_CLOCK);
}

static bool meaningful(const struct page *page, const char *name,
		       const char **why)
{
	const char *reason = NULL;
	int row = row_of(page, name);
	bool answer = page_meaningful(page, row, &reason);

	/* The same without asking why; and every no has a reason. */
	assert_int_equal(page_meaningful(page, row, NULL), answer);
	if (!answer && (!reason || !*reason))
		fail_msg("%s: no reason", name);
	if (why)
		*why = reason;
	return answer;
}

/* Which flags a field needs, and whether it needs the clock. */
struct need {
	const char *name;
	uint64_t flags;
	bool clock;
	const char *why;
};

static void check_needs(const uint8_t *bytes, size_t length,
			unsigned int flags_offset, unsigned int flags_width,
			uint64_t known, unsigned int status_offset,
			unsigned int counter_offset, uint64_t no_counter,
			const struct need *needs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct need *need = &needs[i];
		uint8_t changed[0x70];
		const char *why;
		struct page page;

		memcpy(changed, bytes, length);
		put(changed, flags_offset, flags_width, need->flags);
		decode(changed, length, &page);
		if (!meaningful(&page, need->name, NULL))
			fail_msg("%s: its flags are not enough", need->name);

		put(changed, flags_offset, flags_width, known & ~need->flags);
		decode(changed, length, &page);
		assert_int_equal(meaningful(&page, need->name, &why),
				 need->flags == 0);
		if (need->flags)
			assert_string_equal(why, need->why);

		put(changed, flags_offset, flags_width, known);
		for (unsigned int status = 0; status <= 4; status++) {
			bool relied = status == 2 || status == 3;

			put(changed, status_offset, 1, status);
			decode(changed, length, &page);
			assert_int_equal(meaningful(&page, need->name, NULL),
					 !need->clock || relied);
		}
		put(changed, status_offset, 1, 2);
		put(changed, counter_offset, 1, no_counter);
		decode(changed, length, &page);
		assert_int_equal(meaningful(&page, need->name, NULL),
				 !need->clock);

		/* An update in progress changes no meaning. */
		memcpy(changed, bytes, length);
		put(changed, flags_offset, flags_width, known);
		decode(changed, length, &page);
		assert_true(meaningful(&page, need->name, NULL));
	}
}

/* The page with one value changed. */
static bool passes_with(unsigned int offset, unsigned int width, uint64_t value)
{
	uint8_t bytes[0x70];

	make_todays(bytes);
	put(bytes, offset, width, value);
	return page_passes(bytes, sizeof(bytes));
}

static void test_passes(void **state)
{
	uint8_t bytes[0x70];

	(void)state;
	make_todays(bytes);
	for (size_t length = 0; length <= sizeof(bytes); length++)
		assert_int_equal(page_passes(bytes, length), length >= 0x20);
	assert_true(passes_with(0x04, 4, 0x20));
	assert_true(passes_with(0x04, 4, 0x10000));
	assert_true(passes_with(0x0a, 1, 0xff));
	assert_true(passes_with(0x0b, 1, 4));
	assert_true(passes_with(0x22, 1, 4));
	assert_true(passes_with(0x0c, 4, 5));
	assert_true(passes_with(0x18, 8, UINT64_MAX));
	assert_false(passes_with(0x00, 4, 0x56434c4b));
	assert_false(passes_with(0x04, 4, 0x1f));
	assert_false(passes_with(0x04, 4, 0x10001));
	assert_false(passes_with(0x08, 2, 2));
	assert_false(passes_with(0x0a, 1, 2));
	assert_false(passes_with(0x0b, 1, 5));
	assert_false(passes_with(0x22, 1, 5));
	assert_false(passes_with(0x20, 2, 0x0100));
	make_rfc3(bytes);
	assert_true(page_passes(bytes, 0x58));
	bytes[0x1d] = 3;
	assert_false(page_passes(bytes, 0x58));
}

static void test_meaningful(void **state)
{
	static const struct need current[] = {
		{ "magic", 0, false, NULL },
		{ "counter_id", 0, false, NULL },
		{ "seq_count", 0, false, NULL },
		{ "disruption_marker", 0, false, NULL },
		{ "flags", 0, false, NULL },
		{ "clock_status", 0, false, NULL },
		{ "tai_offset_sec", 0x001, false, "TAI_OFFSET_VALID clear" },
		{ "counter_value", 0, true, NULL },
		{ "counter_period_shift", 0, true, NULL },
		{ "counter_period_frac_sec", 0, true, NULL },
		{ "counter_period_esterror_rate_frac_sec", 0x008, true,
		  "PERIOD_ESTERROR_VALID clear" },
		{ "counter_period_maxerror_rate_frac_sec", 0x010, true,
		  "PERIOD_MAXERROR_VALID clear" },
		{ "time_sec", 0, true, NULL },
		{ "time_frac_sec", 0, true, NULL },
		{ "time_esterror_nanosec", 0x020, true,
		  "TIME_ESTERROR_VALID clear" },
		{ "time_maxerror_nanosec", 0x040, true,
		  "TIME_MAXERROR_VALID clear" },
		{ "vm_generation_counter", 0x100, false,
		  "VM_GEN_COUNTER_PRESENT clear" },
	};
	static const struct need old[] = {
		{ "magic", 0, false, NULL },
		{ "disruption_marker", 0, false, NULL },
		{ "tai_offset_sec", 0x01, false, "TAI_OFFSET_VALID clear" },
		{ "counter_value", 0, true, NULL },
		{ "utc_time_sec", 0, true, NULL },
		{ "utc_time_frac_sec", 0, true, NULL },
		{ "counter_period_frac_sec", 0, true, NULL },
		{ "counter_period_error_rate_frac_sec", 0x10, true,
		  "UTC_PERIOD_ERROR_VALID clear" },
		{ "utc_time_maxerror_picosec", 0x08, true,
		  "UTC_MAXERROR_VALID clear" },
	};
	uint8_t bytes[0x70];
	const char *why = NULL;
	struct page page;

	(void)state;
	make_todays(bytes);
	put(bytes, 0x0c, 4, 5);
	check_needs(bytes, 0x70, 0x18, 8, 0x3ff, 0x22, 0x0a, 0xff, current,
		    COUNT(current));

	/* With its flag and without it: what is absent means nothing. */
	put(bytes, 0x18, 8, 0x3ff);
	decode(bytes, 0x6f, &page);
	assert_false(meaningful(&page, "vm_generation_counter", &why));
	assert_string_not_equal(why, "VM_GEN_COUNTER_PRESENT clear");
	assert_true(meaningful(&page, "time_maxerror_nanosec", NULL));
	decode(bytes, 0x20, &page);
	assert_false(meaningful(&page, "clock_status", NULL));
	assert_false(meaningful(&page, "tai_offset_sec", NULL));
	assert_true(meaningful(&page, "flags", NULL));
	assert_false(page_meaningful(&page, -1, &why));

	make_rfc3(bytes);
	put(bytes, 0x08, 8, 5);
	check_needs(bytes, 0x58, 0x1a, 2, 0x1f, 0x1c, 0x1d, 0, old, COUNT(old));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load_store),
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_layout_todays),
		cmocka_unit_test(test_layout_rfc3),
		cmocka_unit_test(test_layout_prerelease),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_presence_todays),
		cmocka_unit_test(test_presence_rfc3),
		cmocka_unit_test(test_time_todays),
		cmocka_unit_test(test_time_rfc3),
		cmocka_unit_test(test_passes),
		cmocka_unit_test(test_meaningful),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
