/* SPDX-License-Identifier: BSD-2-Clause */
/* A clock read between two readings of the counter, or brought over by a third
 * clock, against any page. */
#include "clock/offset.h"

#include <stdlib.h>

#include "fuzz.h"

static struct timestamp input_stamp(struct input *input)
{
	struct timestamp stamp = {
		.sec = (int64_t)input_number(input, 8),
		.nsec = input_number(input, 4) % NSEC_PER_SEC,
	};

	return stamp;
}

static struct bracket input_bracket(struct input *input,
				    const struct clock *clock)
{
	/* Beside the reference; zeros are most likely to tell a time. */
	uint64_t before = clock->counter_value + input_number(input, 8);
	uint64_t after = before + input_number(input, 8);

	return (struct bracket){ before, after, input_stamp(input) };
}

static uint128 distance(int128 a, int128 b)
{
	return a > b ? (uint128)a - (uint128)b : (uint128)b - (uint128)a;
}

static void check_bounds(const struct clock *clock, const struct offset *offset)
{
	require((offset->inside == INSIDE_NO_BOUNDS) == !clock->has_maxerror);
	require((unsigned int)offset->inside < INSIDE_COUNT);
}

/* Half of it, each rounded up by its own. */
static void check_window(const struct offset *offset)
{
	require(offset->uncertainty_nsec <= offset->window_nsec);
	require(offset->window_nsec <= 2 * offset->uncertainty_nsec);
}

static void check_scale(const struct offset *offset,
			enum expected_scale expected)
{
	require((unsigned int)offset->scale < SCALE_COUNT);
	require((unsigned int)offset->smear < SMEAR_COUNT);
	require(!offset->smear || offset->scale == SCALE_UTC);
	require((unsigned int)offset->tai_minus_utc.from < TAI_ORIGIN_COUNT);
	if (expected != EXPECT_ANY)
		require(offset->scale ==
			(expected == EXPECT_UTC ? SCALE_UTC : SCALE_TAI));
	if (offset->scale == SCALE_UNKNOWN || !scale_texts[offset->scale].fault)
		require(offset->residual_nsec == offset->nsec);
	else
		require(distance(offset->residual_nsec, 0) <=
			NSEC_PER_SEC / 2 + 1);
	/* What has its scale by its whole seconds is nearer than half of one.
	 */
	if (expected == EXPECT_ANY && !offset->smear &&
	    (offset->scale == SCALE_UTC || offset->scale == SCALE_TAI))
		require(distance(offset->nsec, 0) <= NSEC_PER_SEC / 2);
}

static void check(const struct clock *clock,
		  const struct difference *difference)
{
	require(difference->window >= 0);
	for (int expected = EXPECT_ANY; expected <= EXPECT_TAI; expected++) {
		struct offset offset;

		if (!offset_judge(clock, difference, expected, &offset))
			continue;
		check_bounds(clock, &offset);
		check_window(&offset);
		check_scale(&offset, expected);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	size_t length;
	uint8_t *bytes = input_page(&input, &length);
	struct page page;
	struct clock clock;
	struct bracket first, last;
	struct timestamp realtime, device;
	struct difference difference;
	struct stamps stamps;

	page_decode(bytes, length, &page);
	clock_from_page(&page, &clock);
	free(bytes);
	first = input_bracket(&input, &clock);
	last = input_bracket(&input, &clock);
	realtime = input_stamp(&input);
	device = input_stamp(&input);
	if (difference_direct(&clock, &first, &difference)) {
		require(difference.time + difference.value ==
			grid_from_timestamp_floor(first.time));
		check(&clock, &difference);
	}
	if (difference_bridged(&clock, &first, &last, realtime, device,
			       &difference))
		check(&clock, &difference);
	stamps = (struct stamps){ realtime, last.time };
	if (difference_stamped(&clock, &first, &last, &stamps, device,
			       &difference))
		check(&clock, &difference);
	/* For want of a page: CLOCK_REALTIME as one. */
	clock = (struct clock){ .time_type = TIME_TYPE_UTC };
	if (difference_realtime(&stamps, device, &difference))
		check(&clock, &difference);
	return 0;
}
