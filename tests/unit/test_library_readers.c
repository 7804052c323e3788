/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers that other projects have, in the words of the page alone, beside the
 * same readers by libvmclock: both agree on every page of every scenario.
 *
 *  - A cryptographic library's detection of clones: has the generation changed
 *    since it was asked last?
 *  - A virtual machine monitor's test: the marker and the generation, printed
 *    before and after a snapshot, and whether they were restored.
 */
#include "library_page.h"

#include <errno.h>

#include "clock/clock.h"
#include "sim/scenario.h"
#include "sim/sim.h"

/* --- By the words of the page: offsets, widths, a loop on seq_count. ------ */

struct plain_marks {
	uint64_t marker, generation;
	bool has_generation;
};

static uint64_t word_at(unsigned int offset)
{
	uint64_t word;

	memcpy(&word, device + offset, sizeof(word));
	return word;
}

static struct plain_marks read_plain(void)
{
	struct plain_marks marks;
	uint32_t before, after, size;

	do {
		memcpy(&before, device + 0x0c, 4);
		memcpy(&size, device + 0x04, 4);
		marks.marker = word_at(0x10);
		/* Bit 8 of the flags, and a page that is long enough. */
		marks.has_generation = (word_at(0x18) & 0x100) && size >= 0x70;
		marks.generation = marks.has_generation ? word_at(0x68) : 0;
		memcpy(&after, device + 0x0c, 4);
	} while (before != after || before & 1);
	return marks;
}

/* --- The two readers, each by both. --------------------------------------- */

struct detection {
	struct plain_marks plain;
	struct vmclock_epoch epoch;
	unsigned int clones, restores, disruptions;
};

static void ask_detections(struct detection *d, struct vmclock *clock)
{
	struct plain_marks plain = read_plain();
	struct vmclock_epoch epoch;
	bool plain_cloned, plain_jumped, cloned, jumped;
	int seen = vmclock_seen(clock);

	assert_int_equal(vmclock_epoch(clock, &epoch), 0);
	assert_true(epoch.disruption == plain.marker);
	assert_true(epoch.generation == plain.generation);
	assert_true(!!(epoch.has & VMCLOCK_HAS_GENERATION) ==
		    plain.has_generation);
	plain_cloned = plain.has_generation && d->plain.has_generation &&
		       plain.generation != d->plain.generation;
	plain_jumped = plain.marker != d->plain.marker;
	cloned = epoch.has && d->epoch.has &&
		 epoch.generation != d->epoch.generation;
	jumped = epoch.disruption != d->epoch.disruption;
	assert_true(cloned == plain_cloned && jumped == plain_jumped);
	assert_int_equal(seen & (VMCLOCK_EVENT_DISRUPTION |
				 VMCLOCK_EVENT_RESTORE | VMCLOCK_EVENT_FORK),
			 cloned && jumped ? VMCLOCK_EVENT_RESTORE
			 : cloned	  ? VMCLOCK_EVENT_FORK
			 : jumped	  ? VMCLOCK_EVENT_DISRUPTION
					  : 0);
	d->clones += cloned && !jumped;
	d->restores += cloned && jumped;
	d->disruptions += jumped && !cloned;
	d->plain = plain;
	d->epoch = epoch;
}

/* The program's own time of the page is the library's. */
static unsigned int compare_times(struct vmclock *clock, uint64_t counter)
{
	struct vmclock_now now;
	struct page page;
	struct clock own;
	struct utc utc;
	grid time;
	enum obstacle obstacle;
	int result = vmclock_at(clock, VMCLOCK_SCALE_UTC, counter, &now,
				sizeof(now));

	page_decode(device, PAGE_DEFINED, &page);
	obstacle = clock_from_page(&page, &own);
	if (page.value[FIELD_counter_id] != COUNTER_OWN ||
	    obstacle == OBSTACLE_NO_CLOCK) {
		assert_int_equal(result, -ENODATA);
		return 0;
	}
	if (obstacle == OBSTACLE_STATUS) {
		assert_int_equal(result, -EHOSTDOWN);
		return 0;
	}
	assert_true(clock_time(&own, counter, &time));
	if (!clock_utc(&own, time, &utc)) {
		assert_int_equal(result, -ENODATA);
		return 0;
	}
	assert_int_equal(result, 0);
	assert_true(now.time == (int64_t)grid_nsec_floor(utc.time));
	assert_true(!!(now.flags & VMCLOCK_IN_LEAP_SECOND) == utc.leap_second);
	if (own.has_maxerror) {
		int64_t error = (int64_t)clock_error_nsec(
			clock_maxerror(&own, counter));

		/* Each of the three is rounded by itself. */
		assert_true(now.earliest <= now.time - error + 1);
		assert_true(now.latest >= now.time + error);
		assert_true(now.latest - now.earliest <= 2 * error + 2 ||
			    now.leap);
	}
	return 1;
}

static unsigned int play_scenario(const struct scenario *scenario,
				  struct detection *d)
{
	const struct sim_options options = { .seed = 3,
					     .counter_id = COUNTER_OWN };
	struct sim_line line = sim_line_make(1000, 1795225000 * GRID_SECOND,
					     24000000, GRID_SECOND);
	struct vmclock *clock;
	struct sim sim;
	unsigned int times = 0;

	sim_start(&sim, scenario, &options, &line);
	memset(device, 0, sizeof(device));
	memcpy(device, sim.page, sizeof(sim.page));
	clock = attach_page();
	d->plain = read_plain();
	assert_int_equal(vmclock_epoch(clock, &d->epoch), 0);
	while (sim.has_due && sim.due < sim_end(&sim)) {
		uint64_t due = sim.due;

		sim_update(&sim, due);
		memcpy(device, sim.page, sizeof(sim.page));
		ask_detections(d, clock);
		times += compare_times(clock,
				       sim_guest_counter(&sim, due) + 12345);
	}
	vmclock_close(clock);
	return times;
}

static void test_readers(void **state)
{
	struct detection d = { .clones = 0 };
	unsigned int times = 0, played = 0;

	(void)state;
	for (const struct scenario *s = scenarios; s->name; s++, played++)
		times += play_scenario(s, &d);
	print_message("%u scenarios: %u disruptions, %u restores, %u clones, "
		      "%u times\n",
		      played, d.disruptions, d.restores, d.clones, times);
	assert_true(played > 20 && d.disruptions && d.restores && d.clones &&
		    times > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_readers) };

	return RUN_LIBRARY_TESTS(tests);
}
