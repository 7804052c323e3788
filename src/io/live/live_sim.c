/* SPDX-License-Identifier: BSD-2-Clause */
/* A simulation inside this process, which advances with each look. */
#include "live_sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "calibrate.h"
#include "counter.h"

struct live_sim {
	struct live live;
	struct sim sim;
	uint64_t end; /* of the line's counter */
	/* If the last update is in progress: when it will be complete. */
	bool odd;
	uint64_t even_again;
	bool looked;
	struct unsettled unsettled;
	uint8_t bytes[PAGE_USUAL_SIZE];
};

static struct live_sim *live_sim_of(struct live *live)
{
	return (struct live_sim *)live;
}

/* Make the updates that are due. */
static void advance_story(struct live_sim *s, uint64_t counter)
{
	if (s->odd && counter >= s->even_again)
		s->odd = false;
	while (!s->odd && s->sim.has_due && counter >= s->sim.due) {
		uint64_t due = s->sim.due;

		sim_update(&s->sim, due);
		if (!s->sim.odd)
			continue;
		s->even_again = sim_line_counter(
			&s->sim.line, sim_line_time(&s->sim.line, due) +
					      grid_from_nsec_ceil(s->sim.odd));
		s->odd = counter < s->even_again;
	}
}

static uint32_t read_seq_count(const struct live_sim *s)
{
	return (uint32_t)load_le(s->sim.page + OFFSET_seq_count,
				 WIDTH_seq_count);
}

static enum look live_sim_look(struct live *live, struct snapshot *snapshot,
			       struct error *error)
{
	struct live_sim *s = live_sim_of(live);
	int64_t start = clock_nsec(CLOCK_MONOTONIC), since;
	uint64_t counter;
	bool first = true;

	(void)error;
	for (;; first = false) {
		int64_t now;

		since = clock_nsec(CLOCK_MONOTONIC_RAW);
		counter = calibrate_counter(s->sim.scenario);
		if (counter >= s->end)
			return LOOK_END;
		advance_story(s, counter);
		if (!s->odd)
			break;
		now = clock_nsec(CLOCK_MONOTONIC);
		snapshot->seq_count = read_seq_count(s) - 1;
		unsettled_note(&s->unsettled, snapshot->seq_count, first, now);
		if (now - start >= UNSETTLED_NSEC)
			break;
		unsettled_pause(now - start);
	}
	live_read_clocks(snapshot, since);
	unsettled_fill(&s->unsettled, snapshot);
	s->looked = !s->odd;
	if (s->odd) {
		snapshot->kind = SNAPSHOT_UNSETTLED;
		return LOOK_UNSETTLED;
	}
	s->unsettled = (struct unsettled){ 0 };
	memcpy(s->bytes, s->sim.page, sizeof(s->sim.page));
	snapshot->kind = SNAPSHOT_PAGE;
	snapshot->seq_count = read_seq_count(s);
	snapshot->bytes = s->bytes;
	snapshot->length = sizeof(s->bytes);
	snapshot->has_counter =
		s->sim.scenario->counter != SCENARIO_COUNTER_NONE;
	snapshot->counter = sim_guest_counter(&s->sim, counter);
	snapshot->counter_last = snapshot->counter;
	return LOOK_PAGE;
}

/* Whether anything happened since the look. */
static bool is_unchanged(const struct live_sim *s, uint64_t counter)
{
	return s->looked && counter < s->end &&
	       !(s->sim.has_due && counter >= s->sim.due);
}

static bool live_sim_unchanged(struct live *live, uint64_t *counter)
{
	struct live_sim *s = live_sim_of(live);
	uint64_t now = calibrate_counter(s->sim.scenario);

	if (!is_unchanged(s, now))
		return false;
	*counter = sim_guest_counter(&s->sim, now);
	return true;
}

/* A page with NOTIFICATION_PRESENT notifies. */
static bool live_sim_polls(const struct live *live)
{
	const struct live_sim *s = (const struct live_sim *)live;

	return load_le(s->sim.page + OFFSET_flags, WIDTH_flags) &
	       FLAG_NOTIFICATION_PRESENT;
}

/* ns until the next update or the end. */
static int64_t nsec_until_next(const struct live_sim *s)
{
	uint64_t now = calibrate_counter(s->sim.scenario);
	uint64_t next = s->end;

	if (s->sim.has_due && s->sim.due < next)
		next = s->sim.due;
	if (s->odd && s->even_again < next)
		next = s->even_again;
	if (now >= next)
		return 0;
	return (int64_t)(sim_elapsed(&s->sim, next) -
			 sim_elapsed(&s->sim, now)) +
	       1;
}

static int live_sim_wait(struct live *live, int64_t nsec)
{
	const struct live_sim *s = live_sim_of(live);
	bool notified = false;
	short events;

	if (live_sim_polls(live)) {
		int64_t next = nsec_until_next(s);

		notified = next <= nsec;
		if (notified)
			nsec = next;
	}
	if (live_sleep(-1, nsec, &events) < 0)
		return -errno;
	return notified ? WAKE_POLL : WAKE_INTERVAL;
}

static void live_sim_close(struct live *live)
{
	free(live);
}

static const struct live_ops live_sim_ops = {
	.look = live_sim_look,
	.unchanged = live_sim_unchanged,
	.polls = live_sim_polls,
	.wait = live_sim_wait,
	.close = live_sim_close,
};

/* The scenario whose name is nearest, if any, and all scenarios. */
static int hint_scenarios(const char *name, struct error *error)
{
	const char *scenario = source_scenario(name);
	char list[sizeof(error->hint)] = "";
	size_t count = 0, used = 0;
	const char *near;

	for (const struct scenario *s = scenarios; s->name; s++) {
		count++;
		/* A list that is too long is cut. */
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used,
						 sizeof(list) - used, " %s",
						 s->name);
	}
	near = suggest_name(scenario ? scenario : name,
			    NAMES(scenarios, count, name));
	return error_hint(error, "%s%s%sthere are%s",
			  near ? "did you mean " : "", near ? near : "",
			  near ? "? " : "", list);
}

int live_sim_scenario(const char *name, bool publish,
		      const struct scenario **scenario, struct error *error)
{
	*scenario = scenario_find(name);
	if (*scenario && (publish || !(*scenario)->torn))
		return 0;
	if (*scenario) {
		error_set(error, ERROR_USAGE, 0,
			  "%s: only a page in a file can be torn", name);
		return error_hint(error,
				  "vmclockctl simulate torn --publish FILE");
	}
	if (*name)
		error_set(error, ERROR_USAGE, 0, "%s: no such scenario", name);
	else
		error_set(error, ERROR_USAGE, 0,
			  SIM_PREFIX " needs the name of a scenario");
	return hint_scenarios(name, error);
}

struct live *live_sim_open(char *path, struct error *error)
{
	struct live_sim *s = calloc(1, sizeof(*s));
	const struct scenario *scenario;
	const struct sim_options options = { .counter_id = COUNTER_OWN };
	struct calibration calibration;
	struct sim_line line;

	if (!s)
		error_set(error, ERROR_MEMORY, ENOMEM, "cannot simulate");
	if (!s ||
	    live_sim_scenario(source_scenario(path), false, &scenario, error)) {
		free(s);
		free(path);
		return NULL;
	}
	s->live = (struct live){
		.ops = &live_sim_ops,
		.kind = SOURCE_SIM,
		.path = path,
	};
	calibrate_start(&calibration, scenario, &line);
	sim_start(&s->sim, scenario, &options, &line);
	s->end = sim_end(&s->sim);
	return &s->live;
}
