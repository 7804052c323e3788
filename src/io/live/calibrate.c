/* SPDX-License-Identifier: BSD-2-Clause */
/* Measures the machine's counter against its clocks, and steers a page by it.
 */
#include "calibrate.h"

#include "counter.h"
#include "io/system_clock.h"

#define MEASURE_NSEC (20 * NSEC_PER_MSEC)  /* the first time */
#define STEER_NSEC   (250 * NSEC_PER_MSEC) /* not more often */
#define ANCHOR_NSEC  (64 * NSEC_PER_SEC)   /* the longest measurement */

/* An error is corrected within this many seconds, by at most 20 ppm, which the
 * maximum error of the period covers. */
#define STEER_SECONDS 4
#define STEER_PPB     20000

uint64_t calibrate_counter(const struct scenario *scenario)
{
	bool own = scenario->counter == SCENARIO_COUNTER_OWN ||
		   COUNTER_OWN == COUNTER_ARM_VCNT;

	if (COUNTER_HERE && own)
		return counter_read();
	/* A counter of 24 MHz is played. */
	return (uint64_t)((uint128)clock_nsec(CLOCK_MONOTONIC_RAW) * 24 / 1000);
}

static bool read_scenario_counter(void *context, uint64_t *counter)
{
	*counter = calibrate_counter(context);
	return true;
}

static struct pairing pair_counter(const struct scenario *scenario,
				   clockid_t id)
{
	const struct counter_reader counter = { read_scenario_counter,
						(void *)scenario };
	struct pairing pairing = { 0 };

	pairing_take(&counter, id, &pairing);
	return pairing;
}

static int64_t find_tai_offset(void)
{
	int64_t realtime = clock_nsec(CLOCK_REALTIME);
	int64_t sec = (clock_nsec(CLOCK_TAI) - realtime + NSEC_PER_SEC / 2) /
		      NSEC_PER_SEC;

	/* The kernel says 0 if no NTP daemon has set it. */
	return (sec > 0 ? sec : USUAL_TAI_OFFSET) * NSEC_PER_SEC;
}

/* The period since the anchor. */
static struct sim_line measure_rate(const struct calibration *calibration,
				    const struct pairing *now)
{
	const struct pairing *anchor = &calibration->anchor;
	uint64_t passed = (uint64_t)(now->clock - anchor->clock);
	struct sim_line line =
		sim_line_make(now->counter, 0, now->counter - anchor->counter,
			      (uint128)grid_from_nsec_ceil(passed));

	line.period_error = (uint32_t)((uint128)(now->width + anchor->width) *
				       NSEC_PER_SEC / passed) +
			    1;
	return line;
}

static grid tai_at(const struct calibration *calibration,
		   const struct pairing *realtime)
{
	return grid_from_nsec_ceil(
		(uint64_t)(realtime->clock + calibration->tai));
}

void calibrate_start(struct calibration *calibration,
		     const struct scenario *scenario, struct sim_line *line)
{
	struct pairing now;

	*calibration = (struct calibration){
		.scenario = scenario,
		.anchor = pair_counter(scenario, CLOCK_MONOTONIC),
		.tai = find_tai_offset(),
	};
	sleep_nsec(MEASURE_NSEC);
	now = pair_counter(scenario, CLOCK_MONOTONIC);
	*line = measure_rate(calibration, &now);
	calibration->steered = now.clock;
	now = pair_counter(scenario, CLOCK_REALTIME);
	line->counter = now.counter;
	line->time = tai_at(calibration, &now);
	line->time_error = (uint32_t)now.width;
}

/* In ns, limited to `most` in both directions. */
static int64_t clamp_nsec(grid value, int64_t most)
{
	int128 nsec = grid_nsec_half_away(value);

	return nsec > most ? most : nsec < -most ? -most : (int64_t)nsec;
}

bool calibrate_steer(struct calibration *calibration, struct sim_line *line)
{
	struct pairing now, realtime;
	struct sim_line measured;
	int64_t error, steer;
	uint64_t change;

	if (clock_nsec(CLOCK_MONOTONIC) - calibration->steered < STEER_NSEC)
		return false;
	now = pair_counter(calibration->scenario, CLOCK_MONOTONIC);
	measured = measure_rate(calibration, &now);
	calibration->steered = now.clock;
	if (now.clock - calibration->anchor.clock > ANCHOR_NSEC)
		calibration->anchor = now;
	realtime = pair_counter(calibration->scenario, CLOCK_REALTIME);
	measured.counter = realtime.counter;
	measured.time = sim_line_time(line, realtime.counter);
	error = clamp_nsec(tai_at(calibration, &realtime) - measured.time,
			   NSEC_PER_SEC);
	steer = error / STEER_SECONDS;
	if (steer > STEER_PPB)
		steer = STEER_PPB;
	if (steer < -STEER_PPB)
		steer = -STEER_PPB;
	/* The page is behind by `error`: make each tick longer. */
	change = (uint64_t)((uint128)measured.period *
			    (uint64_t)(steer < 0 ? -steer : steer) /
			    NSEC_PER_SEC);
	if (steer < 0)
		measured.period -= change;
	else if (__builtin_add_overflow(measured.period, change,
					&measured.period))
		measured.period = UINT64_MAX;
	measured.time_error = (uint32_t)(error < 0 ? -error : error) +
			      (uint32_t)realtime.width;
	*line = measured;
	return true;
}
