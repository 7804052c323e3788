/* SPDX-License-Identifier: BSD-2-Clause */
/* Axes and columns: round ticks, places, and columns that become wider. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/axis.h"
#include "report/columns.h"

#define SEC INT64_C(1000000000)

static void test_steps_are_1_2_5(void **state)
{
	(void)state;
	assert_int_equal(axis_step(0, 5), 1);
	assert_int_equal(axis_step(10, 5), 2);
	assert_int_equal(axis_step(11, 5), 5);
	assert_int_equal(axis_step(1000, 10), 100);
	assert_int_equal(axis_step(1001, 10), 200);
	assert_int_equal(axis_step(UINT64_MAX, 2), INT64_MAX);
	assert_int_equal(axis_step(UINT64_MAX, 4), 5000000000000000000);
}

static void test_steps_of_time(void **state)
{
	(void)state;
	assert_int_equal(axis_time_step(900, 9), 100);
	assert_int_equal(axis_time_step((uint64_t)(9 * SEC), 9), SEC);
	assert_int_equal(axis_time_step((uint64_t)(80 * SEC), 9), 10 * SEC);
	assert_int_equal(axis_time_step((uint64_t)(100 * SEC), 9), 15 * SEC);
	assert_int_equal(axis_time_step((uint64_t)(86400 * SEC), 9),
			 10800 * SEC);
	assert_int_equal(axis_time_step((uint64_t)(20 * 86400 * SEC), 9),
			 5 * 86400 * SEC);
	assert_true(axis_time_step(UINT64_MAX, 1) > 0);
}

static void test_ticks_are_inside(void **state)
{
	struct ticks ticks = axis_ticks(-25, 31, 10);

	(void)state;
	assert_int_equal(ticks.first, -20);
	assert_int_equal(ticks.count, 6);
	ticks = axis_ticks(1, 9, 10);
	assert_int_equal(ticks.count, 0);
	ticks = axis_ticks(0, 10, 10);
	assert_int_equal(ticks.first, 0);
	assert_int_equal(ticks.count, 2);
	ticks = axis_ticks(INT64_MAX - 1, INT64_MAX, INT64_MAX);
	assert_int_equal(ticks.count, 1);
	ticks = axis_ticks(-INT64_MAX, INT64_MAX, INT64_MAX);
	assert_int_equal(ticks.count, 3);
}

static void test_places(void **state)
{
	(void)state;
	assert_int_equal(axis_place(-5, -5, 5, 100), 0);
	assert_int_equal(axis_place(0, -5, 5, 100), 5000);
	assert_int_equal(axis_place(5, -5, 5, 100), 10000);
	assert_int_equal(axis_place(6, -5, 5, 100), 10000);
	assert_int_equal(axis_place(-6, -5, 5, 100), 0);
	/* To the nearest hundredth. */
	assert_int_equal(axis_place(2, 0, 3, 1), 67);
	assert_int_equal(axis_place(0, -INT64_MAX, INT64_MAX, 100), 5000);
}

/* Whatever the width becomes, each value is in the column of its place, and
 * none is lost. */
static void test_columns_lose_nothing(void **state)
{
	struct columns *c = calloc(1, sizeof(*c));
	struct range all = { 0 };
	uint64_t count = 0;

	(void)state;
	assert_non_null(c);
	columns_start(c);
	for (int64_t i = 0; i < 20000; i++) {
		int64_t at = i * i * 7, value = (i * 7919) % 10007 - 5000;
		struct column *column = columns_at(c, at);

		range_add(&column->of[QUANTITY_OFFSET], value);
		range_add(&all, value);
		column->broken += i % 100 == 0;
		if (!column->anchor.there)
			column->anchor =
				(struct anchor){ .there = true, .at = at };
	}
	assert_true(c->used <= COLUMNS_MAX && c->used > COLUMNS_MAX / 2);
	for (unsigned int i = 0; i < c->used; i++) {
		const struct range *r = &c->column[i].of[QUANTITY_OFFSET];
		struct range wanted = { 0 };

		for (int64_t k = 0; k < 20000 && r->count; k++) {
			if (k * k * 7 / c->width == i)
				range_add(&wanted, (k * 7919) % 10007 - 5000);
		}
		assert_int_equal(r->count, wanted.count);
		assert_int_equal(r->least, wanted.least);
		assert_int_equal(r->most, wanted.most);
		count += r->count;
		if (i > 1500)
			i += 20;
		else
			i += 150;
	}
	count = 0;
	for (unsigned int i = 0; i < c->used; i++)
		count += c->column[i].broken;
	assert_int_equal(count, 200);
	free(c);
}

static void test_an_anchor_is_the_last_before(void **state)
{
	struct columns *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	columns_start(c);
	assert_null(columns_anchor(c, 5));
	columns_at(c, 100)->anchor =
		(struct anchor){ .there = true, .at = 100 };
	columns_at(c, 700)->anchor =
		(struct anchor){ .there = true, .at = 700 };
	assert_null(columns_anchor(c, 99));
	assert_int_equal(columns_anchor(c, 100)->at, 100);
	assert_int_equal(columns_anchor(c, 699)->at, 100);
	assert_int_equal(columns_anchor(c, 1 << 30)->at, 700);
	/* The first page of a column stands for it. */
	columns_at(c, INT64_MAX / 4);
	assert_int_equal(columns_anchor(c, 1 << 30)->at, 100);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps_are_1_2_5),
		cmocka_unit_test(test_steps_of_time),
		cmocka_unit_test(test_ticks_are_inside),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_columns_lose_nothing),
		cmocka_unit_test(test_an_anchor_is_the_last_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
