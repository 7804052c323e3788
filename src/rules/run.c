/* SPDX-License-Identifier: BSD-2-Clause */
/* A run of usable pages: what is remembered from one to the next. */
#include "run.h"

#include "leap_pair.h"
#include "step.h"

static void begin_run(struct page_run *run)
{
	/* The promises are in use by their count alone. */
	run->pages = 0;
	run->taken = 0;
	run->free = false;
	run->kept.count = 0;
	run->leaps = (struct leap_watch){ 0 };
}

/* The whole seconds between this page and the one before it. */
static void take_leap(struct page_run *run, struct subject *s)
{
	struct step step;
	grid old, new;
	uint64_t counter = step_counter(s);

	if (s->clock.time_type != TIME_TYPE_UTC)
		return;
	s->history.leap = leap_pair_find(s->before, s);
	if (!s->history.leap || !clock_time(&s->before->clock, counter, &old) ||
	    !clock_time(&s->clock, counter, &new))
		return;
	step = step_make(old, new);
	run->taken += step_take_leap(s, &step);
}

static void note_freerunning(struct page_run *run, struct subject *s)
{
	s->history.free_since = run->free_since;
	if (value_of(s, FIELD_clock_status) != STATUS_FREERUNNING)
		run->free = false;
	else if (!run->free)
		run->free = clock_reference(&s->clock, &run->free_since);
}

void run_take(struct page_run *run, struct subject *s)
{
	if (run->pages && subject_same(s))
		take_leap(run, s);
	else
		begin_run(run);
	run->pages++;
	note_freerunning(run, s);
	leap_watch_take(&run->leaps, s);
	s->run = run;
}

void run_keep(struct page_run *run, const struct subject *s)
{
	nested_keep(&run->kept, s, run->taken);
}

void run_end(struct page_run *run)
{
	smear_end(&run->leaps);
}
