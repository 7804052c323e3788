/* SPDX-License-Identifier: BSD-2-Clause */
/* Simulates a device: a page that follows a true time, and the steps of a
 * scenario. */
#include "sim.h"

#include <string.h>

/* The bounds of an honest host, added to what it estimates. */
#define TIME_MAXERROR	20000 /* ns */
#define PERIOD_MAXERROR 50000 /* ppb */
#define PERIOD_STEERED	20000 /* ppb, the most that calibrate.c does */

/* Updates at shorter intervals come without jitter. */
#define JITTER_INTERVAL (100 * NSEC_PER_MSEC)
#define JITTER_MOST	NSEC_PER_MSEC

static uint128 shift_right_up(uint128 value, unsigned int shift)
{
	uint128 whole = value >> shift;

	return whole + ((whole << shift) != value);
}

grid sim_line_time(const struct sim_line *line, uint64_t counter)
{
	uint128 product = (uint128)(counter - line->counter) * line->period;

	return line->time + (grid)shift_right_up(product, line->shift);
}

/* Ticks that take `duration`, rounded up. */
static uint64_t ticks_of(const struct sim_line *line, uint128 duration)
{
	uint128 scaled = duration << line->shift;

	return (uint64_t)((scaled + line->period - 1) / line->period);
}

uint64_t sim_line_counter(const struct sim_line *line, grid time)
{
	if (time <= line->time)
		return line->counter;
	return line->counter + ticks_of(line, (uint128)(time - line->time));
}

struct sim_line sim_line_make(uint64_t counter, grid time, uint64_t ticks,
			      uint128 duration)
{
	struct sim_line line = { .counter = counter, .time = time };
	uint128 period = duration / ticks;
	uint128 rest = duration % ticks;

	/* No clock has a tick longer than a second. */
	if (period >> 64) {
		period = UINT64_MAX;
		rest = 0;
	}
	/* One bit at a time, so that the quotient is exact and normalised. */
	while (!(period >> 63) && line.shift < 63) {
		rest <<= 1;
		period <<= 1;
		if (rest >= ticks) {
			rest -= ticks;
			period |= 1;
		}
		line.shift++;
	}
	line.period = (uint64_t)period;
	return line;
}

/* splitmix64's finalizer: a number for each moment of each seed. */
static uint64_t scramble_bits(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* ns after the round moment at which an update really comes; those of one
 * moment stay together. */
static uint64_t draw_jitter(const struct sim *sim, uint64_t at)
{
	if (sim->interval && sim->interval < JITTER_INTERVAL)
		return 0;
	return scramble_bits(sim->options.seed ^ scramble_bits(at)) %
	       JITTER_MOST;
}

static uint64_t time_of_step(const struct scenario_step *step)
{
	return step->at * NSEC_PER_MSEC;
}

/* When the next update is due, ns of the story; 0: never. */
static uint64_t find_next_time(const struct sim *sim)
{
	uint64_t step;

	if (sim->step->act == ACT_END)
		return sim->calibration;
	step = time_of_step(sim->step);
	return sim->calibration && sim->calibration < step ? sim->calibration
							   : step;
}

static void plan_update(struct sim *sim)
{
	uint64_t at = find_next_time(sim);

	sim->has_due = at != 0;
	if (at)
		sim->due = sim_line_counter(
			&sim->line,
			sim->start +
				grid_from_nsec_ceil(at + draw_jitter(sim, at)));
}

static uint64_t get_field(const struct sim *sim, unsigned int offset,
			  unsigned int width)
{
	return load_le(sim->page + offset, width);
}

static void put_field(struct sim *sim, unsigned int offset, unsigned int width,
		      uint64_t value)
{
	store_le(sim->page + offset, width, value);
}

#define GET(sim, field) get_field(sim, OFFSET_##field, WIDTH_##field)
#define PUT(sim, field, value)                                                 \
	put_field(sim, OFFSET_##field, WIDTH_##field, value)

/* `ppb` parts per billion of the period. */
static uint64_t ppb_of(uint64_t period, uint64_t ppb)
{
	return (uint64_t)((uint128)period * ppb / NSEC_PER_SEC);
}

static grid signed_grid(int64_t nsec)
{
	return nsec < 0 ? -grid_from_nsec_ceil((uint64_t)-nsec)
			: grid_from_nsec_ceil((uint64_t)nsec);
}

/* The time that the page gives for the guest's counter, rounded up. */
static grid page_time_at(const struct sim *sim, uint64_t counter)
{
	struct sim_line page = {
		.counter = GET(sim, counter_value),
		.time = (grid)((uint128)GET(sim, time_sec) << 64 |
			       GET(sim, time_frac_sec)),
		.period = GET(sim, counter_period_frac_sec),
		.shift = (uint8_t)GET(sim, counter_period_shift),
	};

	return sim_line_time(&page, counter);
}

/* A measurement that was interrupted may be worse than usual, and the period
 * may be steered in addition. */
static uint64_t period_maxerror(const struct sim_line *line)
{
	uint64_t measured = (uint64_t)line->period_error + PERIOD_STEERED;

	return measured > PERIOD_MAXERROR ? measured : PERIOD_MAXERROR;
}

static void put_errors(struct sim *sim, uint64_t counter)
{
	const struct sim_line *line = &sim->line;
	uint64_t period_error = period_maxerror(line);
	uint64_t maxerror = sim->scenario->maxerror;
	uint64_t grown = 0;

	if (!maxerror)
		maxerror = TIME_MAXERROR;
	/* Without a new measurement the error of the period accumulates. */
	if (GET(sim, clock_status) == STATUS_FREERUNNING) {
		grid passed = sim_line_time(line, counter) - sim->synchronized;

		grown = (uint64_t)((uint128)(passed >> 32) * period_error >>
				   32) +
			1;
	}
	PUT(sim, time_esterror_nanosec, line->time_error + grown / 10);
	PUT(sim, time_maxerror_nanosec, maxerror + line->time_error + grown);
	PUT(sim, counter_period_esterror_rate_frac_sec,
	    ppb_of(line->period, line->period_error));
	PUT(sim, counter_period_maxerror_rate_frac_sec,
	    ppb_of(line->period, period_error));
}

/*
 * The new page is to give a time within the bounds of the old one for every
 * reading since the old reference (UAPI.13, "Time error calculation"), and so
 * for the old reference itself: over a long time even a slightly better period
 * leads out of them. `step` is the new time less the old one's at `guest`.
 */
static uint64_t nest_period(const struct sim *sim, uint64_t guest, grid step,
			    uint64_t period)
{
	uint64_t old = GET(sim, counter_period_frac_sec);
	uint64_t ticks = guest - GET(sim, counter_value);
	unsigned int shift = sim->line.shift;
	/* A margin for the rounding. */
	grid limit =
		grid_from_nsec_ceil(GET(sim, time_maxerror_nanosec) / 4 * 3);
	int128 low, high, change = (int128)period - old;

	if (!ticks || GET(sim, counter_period_shift) != shift ||
	    step > GRID_SECOND || step < -GRID_SECOND)
		return period;
	low = (step - limit) * ((int128)1 << shift) / ticks;
	high = (step + limit) * ((int128)1 << shift) / ticks;
	if (change < low)
		change = low;
	if (change > high)
		change = high;
	return (uint64_t)(old + change);
}

/*
 * A new reference at the line's `counter`. Where the page goes on (`chained`)
 * it keeps what the flags of the page before it promise; time that must not go
 * back does not do so by the rounding of one 2^-64 s either.
 */
static void calibrate_page(struct sim *sim, uint64_t counter, bool chained)
{
	const struct sim_line *line = &sim->line;
	uint64_t guest = sim_guest_counter(sim, counter);
	uint64_t flags = GET(sim, flags);
	grid time = sim_line_time(line, counter) + sim->shift +
		    signed_grid(sim->time_bias);
	uint64_t period =
		ppb_of(line->period, sim->period_bias < 0
					     ? -(uint64_t)sim->period_bias
					     : (uint64_t)sim->period_bias);

	period = sim->period_bias < 0 ? line->period - period
				      : line->period + period;
	if (sim->scenario->time_type == TIME_TYPE_UTC)
		time += (int16_t)GET(sim, tai_offset_sec) * GRID_SECOND;
	if (chained && GET(sim, counter_period_frac_sec)) {
		grid before = page_time_at(sim, guest);

		if (flags & FLAG_TIME_MONOTONIC && before > time)
			time = before;
		if (flags & FLAG_TIME_MAXERROR_VALID)
			period = nest_period(sim, guest, time - before, period);
	}
	if (!sim->stuck) {
		PUT(sim, time_sec, (uint64_t)(time >> 64));
		PUT(sim, time_frac_sec, (uint64_t)time);
	}
	PUT(sim, counter_value, guest);
	PUT(sim, counter_period_shift, line->shift);
	PUT(sim, counter_period_frac_sec, period);
	put_errors(sim, counter);
}

/* How the update is made, besides the values on the page. */
struct update {
	bool same_seq;
	bool broken_chain;
};

static void jump_counter(struct sim *sim, int64_t msec)
{
	uint64_t length = msec < 0 ? -(uint64_t)msec : (uint64_t)msec;
	uint64_t ticks =
		ticks_of(&sim->line,
			 (uint128)grid_from_nsec_ceil(length * NSEC_PER_MSEC));

	if (sim->options.fixed_counter)
		return;
	sim->offset += msec < 0 ? -ticks : ticks;
}

static void apply_step(struct sim *sim, const struct scenario_step *step,
		       struct update *update)
{
	uint64_t value = (uint64_t)step->value;

	switch (step->act) {
	case ACT_END:
	case ACT_CALIBRATE:
		break;
	case ACT_STATUS:
		PUT(sim, clock_status, value);
		break;
	case ACT_MARKER:
		PUT(sim, disruption_marker,
		    GET(sim, disruption_marker) + value);
		update->broken_chain = true;
		break;
	case ACT_GENERATION:
		PUT(sim, vm_generation_counter,
		    GET(sim, vm_generation_counter) + value);
		break;
	case ACT_SET:
		PUT(sim, flags, GET(sim, flags) | value);
		break;
	case ACT_CLEAR:
		PUT(sim, flags, GET(sim, flags) & ~value);
		break;
	case ACT_LEAP:
		PUT(sim, leap_indicator, value);
		break;
	case ACT_TAI:
		PUT(sim, tai_offset_sec, value);
		break;
	case ACT_TIME_TYPE:
		PUT(sim, time_type, value);
		break;
	case ACT_COUNTER:
		jump_counter(sim, step->value);
		break;
	case ACT_TIME:
		sim->time_bias = step->value;
		update->broken_chain = true;
		break;
	case ACT_PERIOD:
		sim->period_bias = step->value;
		update->broken_chain = true;
		break;
	case ACT_SLEW:
		sim->period_bias = step->value;
		break;
	case ACT_STUCK:
		sim->stuck = true;
		break;
	case ACT_SAME_SEQ:
		update->same_seq = true;
		break;
	case ACT_ODD:
		sim->odd = value * NSEC_PER_MSEC;
		break;
	}
}

static void apply_steps(struct sim *sim, uint64_t at, struct update *update)
{
	while (sim->step->act != ACT_END && time_of_step(sim->step) == at)
		apply_step(sim, sim->step++, update);
}

/* Whether the host publishes its clock at this time. */
static bool has_estimate(const struct sim *sim)
{
	uint64_t status = GET(sim, clock_status);

	return sim->scenario->counter != SCENARIO_COUNTER_NONE &&
	       status != STATUS_UNKNOWN && status != STATUS_UNRELIABLE;
}

/* The first calibration after `elapsed`, those that are over left out. */
static uint64_t find_next_calibration(const struct sim *sim, uint64_t elapsed)
{
	if (!sim->interval)
		return 0;
	return (elapsed / sim->interval + 1) * sim->interval;
}

void sim_update(struct sim *sim, uint64_t counter)
{
	struct update update = { 0 };
	uint64_t elapsed = sim_elapsed(sim, counter);
	uint64_t at = find_next_time(sim);

	sim->odd = 0;
	if (sim->has_due && counter >= sim->due) {
		apply_steps(sim, at, &update);
		if (sim->calibration <= elapsed)
			sim->calibration = find_next_calibration(sim, elapsed);
	}
	if (has_estimate(sim)) {
		calibrate_page(sim, counter, !update.broken_chain);
		if (GET(sim, clock_status) != STATUS_FREERUNNING)
			sim->synchronized = sim_line_time(&sim->line, counter);
	}
	if (!update.same_seq)
		PUT(sim, seq_count, GET(sim, seq_count) + 2);
	plan_update(sim);
}

void sim_set_line(struct sim *sim, const struct sim_line *line)
{
	sim->line = *line;
	plan_update(sim);
}

static uint8_t choose_counter_id(const struct sim *sim)
{
	switch (sim->scenario->counter) {
	case SCENARIO_COUNTER_OWN:
		return sim->options.counter_id;
	case SCENARIO_COUNTER_ARM:
		return COUNTER_ARM_VCNT;
	case SCENARIO_COUNTER_NONE:
		break;
	}
	return COUNTER_INVALID;
}

static void make_first_page(struct sim *sim)
{
	const struct scenario *scenario = sim->scenario;

	PUT(sim, magic, PAGE_MAGIC);
	PUT(sim, size, PAGE_USUAL_SIZE);
	PUT(sim, version, PAGE_VERSION);
	PUT(sim, counter_id, choose_counter_id(sim));
	PUT(sim, time_type, scenario->time_type);
	PUT(sim, seq_count, scenario->seq_count);
	PUT(sim, disruption_marker, scenario->marker);
	PUT(sim, flags, scenario->flags);
	PUT(sim, clock_status, scenario->status);
	PUT(sim, leap_indicator, scenario->leap);
	PUT(sim, tai_offset_sec, (uint64_t)scenario->tai_offset);
	PUT(sim, vm_generation_counter, scenario->generation);
}

void sim_start(struct sim *sim, const struct scenario *scenario,
	       const struct sim_options *options, const struct sim_line *line)
{
	*sim = (struct sim){
		.scenario = scenario,
		.options = *options,
		.line = *line,
		.start = line->time,
		.step = scenario->steps,
		.synchronized = line->time,
		.interval = scenario->interval * NSEC_PER_MSEC,
	};
	if (scenario->interval && options->interval)
		sim->interval = options->interval;
	if (scenario->epoch)
		sim->shift = scenario->epoch * GRID_SECOND - line->time;
	sim->calibration = find_next_calibration(sim, 0);
	make_first_page(sim);
	if (has_estimate(sim))
		calibrate_page(sim, line->counter, false);
	plan_update(sim);
}

uint64_t sim_end(const struct sim *sim)
{
	return sim_line_counter(
		&sim->line,
		sim->start + grid_from_nsec_ceil(sim->scenario->duration *
						 NSEC_PER_MSEC));
}

uint64_t sim_elapsed(const struct sim *sim, uint64_t counter)
{
	grid passed = sim_line_time(&sim->line, counter) - sim->start;

	if (passed < 0)
		return 0;
	return (uint64_t)grid_nsec_floor(passed);
}
