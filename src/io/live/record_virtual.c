/* SPDX-License-Identifier: BSD-2-Clause */
/* Plays a scenario in virtual time, and writes it as a recording. */
#include "record_virtual.h"

#include "io/output/recorder.h"

/* The machine: a TSC of 2.5 GHz, booted about an hour before the beginning of
 * 2026, TAI. Its errors are those of a good host. */
#define TICKS_PER_SECOND UINT64_C(2500000000)
#define ARM_PER_SECOND	 UINT64_C(24000000)
#define FIRST_COUNTER	 UINT64_C(10000000000000)
#define FIRST_TAI	 INT64_C(1767225637)
#define TIME_ERROR	 100 /* ns */
#define PERIOD_ERROR	 100 /* ppb */

/* One hundredth more, for the update that is due after the end. */
#define SECONDS_MAX (RECORD_VIRTUAL_HOURS_MAX * 36 * 101)

_Static_assert(SECONDS_MAX <= (UINT64_MAX - FIRST_COUNTER) / TICKS_PER_SECOND,
	       "the counter does not wrap");
_Static_assert(SECONDS_MAX <= INT64_MAX / NSEC_PER_SEC - FIRST_TAI,
	       "nor does the clock, in ns");

/* The reader looks this long after each update, and last this long before the
 * next. */
#define LOOK_NSEC 1000

/* The reader gives up on an update in progress after this time. */
#define PATIENCE (100 * (uint64_t)NSEC_PER_MSEC)

struct virtual_recording {
	struct sim sim;
	struct recorder recorder;
	uint8_t page[PAGE_USUAL_SIZE];
	int64_t leap; /* s that UTC has gained on TAI by leap seconds */
};

/* A leap second comes with the indicator that follows its announcement: the
 * clock then repeats, or leaves out, the second before midnight. */
static void take_leap(struct virtual_recording *r)
{
	uint64_t before = load_le(r->page + OFFSET_leap_indicator, 1);
	uint64_t now = load_le(r->sim.page + OFFSET_leap_indicator, 1);

	if (before == LEAP_PRE_POS && now == LEAP_POS)
		r->leap--;
	if (before == LEAP_PRE_NEG && now == LEAP_POST_NEG)
		r->leap++;
}

static uint64_t counter_after(const struct sim *sim, uint64_t counter,
			      uint64_t nsec)
{
	return sim_line_counter(&sim->line, sim_line_time(&sim->line, counter) +
						    grid_from_nsec_ceil(nsec));
}

/* That of the page, in either sign; what it is in 2026 where a page without a
 * clock does not say. */
static int find_tai_minus_utc(const struct scenario *scenario)
{
	if (!scenario->tai_offset)
		return USUAL_TAI_OFFSET;
	return scenario->tai_offset < 0 ? -scenario->tai_offset
					: scenario->tai_offset;
}

/* The machine's clocks when the line's counter is at `counter`. */
static void set_clocks(const struct virtual_recording *r, uint64_t counter,
		       struct snapshot *snapshot)
{
	const struct sim *sim = &r->sim;
	uint64_t elapsed = sim_elapsed(sim, counter);
	grid utc = sim->start + sim->shift +
		   (r->leap - find_tai_minus_utc(sim->scenario)) * GRID_SECOND;

	snapshot->has_clocks = true;
	snapshot->realtime =
		(int64_t)(utc >> 64) * NSEC_PER_SEC + (int64_t)elapsed;
	snapshot->monotonic_raw =
		INT64_C(4000) * NSEC_PER_SEC + (int64_t)elapsed;
}

/* What a reader reports of an update that takes long. */
static int record_unsettled(struct virtual_recording *r, uint64_t counter,
			    struct error *error)
{
	struct snapshot snapshot = {
		.kind = SNAPSHOT_UNSETTLED,
		.wake = WAKE_VIRTUAL,
		.unsettled_look = LOOK_NSEC,
		.seq_count = (uint32_t)load_le(r->page + OFFSET_seq_count,
					       WIDTH_seq_count) -
			     1,
	};

	for (uint64_t passed = PATIENCE; passed <= r->sim.odd;
	     passed += PATIENCE) {
		snapshot.unsettled = passed;
		set_clocks(r, counter_after(&r->sim, counter, passed),
			   &snapshot);
		if (recorder_snapshot(&r->recorder, &snapshot, error))
			return -1;
	}
	return 0;
}

/* Record the page that is valid from `counter` to the next update or the end.
 */
static int record_snapshot(struct virtual_recording *r, uint64_t counter,
			   uint64_t end, struct error *error)
{
	const struct sim *sim = &r->sim;
	uint64_t first = counter_after(sim, counter, sim->odd + LOOK_NSEC);
	uint64_t next = sim->has_due && sim->due < end ? sim->due : end;
	struct snapshot snapshot = {
		.kind = SNAPSHOT_PAGE,
		.bytes = r->page,
		.length = sizeof(r->page),
		.has_counter = sim->scenario->counter != SCENARIO_COUNTER_NONE,
		.counter = sim_guest_counter(sim, first),
		.wake = WAKE_VIRTUAL,
		.unsettled = sim->odd,
		.unsettled_look = sim->odd ? LOOK_NSEC : 0,
	};
	uint64_t last;

	take_leap(r);
	for (size_t i = 0; i < sizeof(sim->page); i++)
		r->page[i] = sim->page[i];
	if (sim->odd && record_unsettled(r, counter, error))
		return -1;
	/* As long before the next update as the first reading is after one. */
	last = next - (counter_after(sim, counter, LOOK_NSEC) - counter);
	if (last < first)
		last = first;
	snapshot.counter_last = sim_guest_counter(sim, last);
	set_clocks(r, first, &snapshot);
	return recorder_snapshot(&r->recorder, &snapshot, error);
}

int record_virtual(const struct scenario *scenario, FILE *stream,
		   const struct publish_options *options,
		   struct published *published, struct error *error)
{
	const struct sim_options sim_options = {
		.seed = options->seed,
		.interval = options->interval,
		.counter_id = COUNTER_X86_TSC,
	};
	bool arm = scenario->counter == SCENARIO_COUNTER_ARM;
	struct sim_line line = sim_line_make(
		FIRST_COUNTER, FIRST_TAI * GRID_SECOND,
		arm ? ARM_PER_SECOND : TICKS_PER_SECOND, (uint128)GRID_SECOND);
	struct virtual_recording r = { 0 };
	uint64_t end;

	*published = (struct published){
		.nsec = options->duration ? options->duration
					  : scenario->duration * NSEC_PER_MSEC,
	};
	line.time_error = TIME_ERROR;
	line.period_error = PERIOD_ERROR;
	sim_start(&r.sim, scenario, &sim_options, &line);
	end = options->duration ? counter_after(&r.sim, line.counter,
						(uint64_t)options->duration)
				: sim_end(&r.sim);
	if (recorder_start(&r.recorder, stream, NULL, scenario->name, error) ||
	    record_snapshot(&r, line.counter, end, error))
		return -1;
	while (r.sim.has_due && r.sim.due < end && !ferror(stream)) {
		uint64_t due = r.sim.due;

		sim_update(&r.sim, due);
		published->updates++;
		if (record_snapshot(&r, due, end, error))
			return -1;
	}
	recorder_end(&r.recorder, NULL);
	return 0;
}
