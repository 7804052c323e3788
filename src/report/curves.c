/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of a timeline: offset, bound, step and frequency of each page. */
#include "curves.h"

#include <stdlib.h>
#include <string.h>

#include "rules/step.h"

#define PPT 1e12

static int64_t clamp(int128 value)
{
	return value > INT64_MAX    ? INT64_MAX
	       : value < -INT64_MAX ? -INT64_MAX
				    : (int64_t)value;
}

static uint64_t size_of(int64_t value)
{
	return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

static int64_t clamp_bound(struct clock_error error)
{
	uint128 nsec = clock_error_nsec(error);

	return nsec > INT64_MAX ? INT64_MAX : (int64_t)nsec;
}

/* Until when, by the counter, the clocks may have been read. */
static uint64_t find_window_end(const struct clock *clock,
				const struct snapshot *snapshot)
{
	double ticks;

	if (!snapshot->has_window || !clock->period)
		return snapshot->counter;
	ticks = (double)snapshot->realtime_window / clock_period_nsec(clock);
	return ticks < 4e18 ? snapshot->counter + (uint64_t)ticks + 1
			    : snapshot->counter;
}

static void take_offset(struct timeline *t, const struct snapshot *snapshot,
			const struct clock *clock, struct point *p)
{
	const struct bracket bracket = {
		.before = snapshot->counter,
		.after = find_window_end(clock, snapshot),
		.time = timestamp_from_nsec(snapshot->realtime),
	};
	struct difference difference;
	struct offset offset;

	if (!snapshot->has_counter || !snapshot->has_clocks ||
	    !difference_direct(clock, &bracket, &difference) ||
	    !offset_judge(clock, &difference, EXPECT_UTC, &offset))
		return;
	p->has_offset = true;
	p->offset = clamp(offset.nsec);
	p->window = clamp((int128)offset.window_nsec);
	p->inside = offset.inside;
	switch (offset.inside) {
	case INSIDE_YES:
		t->inside++;
		break;
	case INSIDE_NO:
		t->outside++;
		break;
	case INSIDE_UNCLEAR:
		t->unclear++;
		break;
	default:
		t->unbounded++;
		break;
	}
}

static bool is_same(const struct subject *s)
{
	const struct page *a = s->before ? &s->before->page : NULL;
	const struct page *b = &s->page;
	const struct layout *l = b->layout;

	return a && a->layout == l && s->usable && s->before->usable &&
	       page_value(a, l->disruption_marker) ==
		       page_value(b, l->disruption_marker) &&
	       page_value(a, l->counter_id) == page_value(b, l->counter_id) &&
	       page_value(a, l->time_type) == page_value(b, l->time_type);
}

/* Under one marker: at the last reading under the page before, of which that
 * page promised something. */
static void take_own_step(struct timeline *t, const struct subject *s,
			  struct point *p)
{
	uint64_t counter = s->before->snapshot->has_counter
				   ? s->before->snapshot->counter_last
				   : step_counter(s);
	struct clock_error error;
	struct step step;
	grid old;

	if (!step_at(s, counter, &old, &step))
		return;
	t->steps++;
	p->has_step = true;
	p->step = step.size >> 126
			  ? INT64_MAX
			  : clamp(grid_nsec_half_away((grid)step.size));
	if (step.back)
		p->step = -p->step;
	if (!s->before->clock.has_maxerror)
		return;
	error = clock_maxerror(&s->before->clock, counter);
	p->has_promise = true;
	p->promise = clamp_bound(error);
	p->broken = !step_within(step, error);
	t->broken += p->broken;
}

/* Whether the page moved the clock farther than was promised, or than the rules
 * allow where nothing was. */
static void take_jump(struct timeline *t, struct point *p)
{
	static const int moved[] = { RULE_series_marker_silent,
				     RULE_series_monotonic };
	bool warned = false;
	struct jumps *j;

	p->jumped = p->broken;
	for (size_t i = 0; i < sizeof(moved) / sizeof(*moved); i++) {
		p->jumped |= t->failed[moved[i]];
		warned |= t->warned[moved[i]];
	}
	if (!p->jumped && !warned)
		return;
	j = &t->jumps[!p->jumped];
	if (j->count++ &&
	    (!p->has_step ||
	     (j->has_step && size_of(p->step) <= size_of(j->step))))
		return;
	j->n = p->n;
	j->has_step = p->has_step;
	j->step = p->step;
}

static void take_step(struct timeline *t, const struct subject *s,
		      struct point *p)
{
	struct clock_step step;

	if (!s->before || s->before->page.layout != s->page.layout)
		return;
	if (p->same) {
		take_own_step(t, s, p);
		take_jump(t, p);
		return;
	}
	if (!s->usable || !s->before->usable)
		return;
	change_step(&s->before->page, &s->page, &step);
	if (!step.has_time)
		return;
	t->across++;
	p->has_step = true;
	p->step = clamp(step.nsec);
}

/* From the frequency of the first page, for display. */
static void take_frequency(struct timeline *t, const struct clock *clock,
			   struct point *p)
{
	double ratio;

	if (!clock->period)
		return;
	p->has_frequency = true;
	if (t->frequency == 0) {
		t->frequency = clock_frequency(clock);
		t->reference = t->ppt_clock = *clock;
	}
	if (clock->period != t->ppt_clock.period ||
	    clock->shift != t->ppt_clock.shift) {
		ratio = (clock_frequency(clock) / t->frequency - 1) * PPT;
		t->ppt = ratio > 9e18	 ? INT64_MAX
			 : ratio < -9e18 ? -INT64_MAX
					 : (int64_t)ratio;
		if (clock->shift == t->reference.shift)
			t->ppt = clamp(
				(int128)(((long double)t->reference.period -
					  (long double)clock->period) *
					 1e12L / (long double)clock->period));
		t->ppt_clock = *clock;
	}
	p->frequency = t->ppt;
}

static void set_anchor(struct timeline *t, const struct snapshot *snapshot,
		       const struct subject *s, int64_t at)
{
	struct anchor *anchor = &columns_at(&t->columns, at)->anchor;

	if (anchor->there && anchor->usable)
		return;
	anchor->there = true;
	anchor->at = at;
	anchor->usable =
		s->usable &&
		clock_time(&s->clock,
			   snapshot->has_counter ? snapshot->counter
						 : s->clock.counter_value,
			   &anchor->time);
	anchor->clock = s->clock;
}

void curves_take(struct timeline *t, const struct snapshot *snapshot,
		 const struct subject *s, int64_t at)
{
	const struct layout *l = s->page.layout;
	struct point *p = &t->held;

	*p = (struct point){
		.n = snapshot->n,
		.at = at,
		.end = at,
		.usable = s->usable,
		.same = is_same(s),
		.obstacle = page_obstacle(&s->page),
		.status = page_value(&s->page, l->clock_status),
	};
	t->holds = true;
	t->any_usable |= s->usable;
	t->unusable += !s->usable;
	t->held_clock = s->clock;
	t->held_reads = snapshot->has_counter;
	t->held_counter = snapshot->counter;
	t->held_last = snapshot->counter_last;
	set_anchor(t, snapshot, s, at);
	take_step(t, s, p);
	if (!s->usable)
		return;
	take_offset(t, snapshot, &s->clock, p);
	take_frequency(t, &s->clock, p);
	if (!s->clock.has_maxerror || !snapshot->has_counter)
		return;
	p->has_bound = true;
	p->bound = clamp_bound(clock_maxerror(&s->clock, snapshot->counter));
}

/* The bound at a later place, as the page lets it grow. */
static int64_t get_bound_at(const struct timeline *t, int64_t at)
{
	const struct clock *clock = &t->held_clock;
	uint64_t counter = t->held_counter;
	double ticks;

	if (clock->period && at > t->held.at) {
		ticks = (double)(at - t->held.at) / clock_period_nsec(clock);
		if (ticks < 9e18)
			counter += (uint64_t)ticks;
	}
	return clamp_bound(clock_maxerror(clock, counter));
}

/* Where the last reading under the page stands. */
static int64_t get_last_place(const struct timeline *t)
{
	double ns = (double)(int64_t)(t->held_last - t->held_counter);

	if (!t->held_reads || !t->held_clock.period)
		return t->held.at;
	ns *= clock_period_nsec(&t->held_clock);
	return ns > 0 && ns < 4e18 ? t->held.at + (int64_t)ns : t->held.at;
}

/* The columns that the page reaches over. */
static void fill_columns(struct timeline *t, const struct point *p)
{
	int64_t at = p->at;

	columns_at(&t->columns, p->end);
	for (;;) {
		int64_t width = t->columns.width;
		struct column *c = columns_at(&t->columns, at);
		int64_t next = (at / width + 1) * width;
		int64_t until = next < p->end ? next : p->end;

		if (p->usable)
			c->timed++;
		else
			c->untimed++;
		if (p->has_bound) {
			range_add(&c->of[QUANTITY_BOUND],
				  at == p->at ? p->bound : get_bound_at(t, at));
			range_add(&c->of[QUANTITY_BOUND],
				  until == p->end ? p->bound_end
						  : get_bound_at(t, until));
		}
		if (p->has_frequency)
			range_add(&c->of[QUANTITY_FREQUENCY], p->frequency);
		if (next >= p->end)
			return;
		at = next;
	}
}

static void add_to_columns(struct timeline *t, const struct point *p)
{
	struct column *c;

	fill_columns(t, p);
	c = columns_at(&t->columns, p->at);
	if (p->has_offset)
		range_add(&c->of[QUANTITY_OFFSET], p->offset);
	c->outside += p->has_offset && p->inside == INSIDE_NO;
	/* Across a marker it is drawn with its event, where that is listed. */
	if (p->has_step && (p->same || t->listed == EVENTS_MAX))
		range_add(&c->of[QUANTITY_STEP], p->step);
	if (p->has_promise)
		range_add(&c->of[QUANTITY_PROMISE], p->promise);
	c->broken += p->jumped;
}

static void add_to_close_ups(struct timeline *t, const struct point *p)
{
	struct close_up *last;

	if (!t->close_up_count)
		return;
	last = &t->close_ups[t->close_up_count - 1];
	if (last->wanted && last->count < CLOSE_UP_POINTS) {
		last->points[last->count++] = *p;
		last->wanted--;
	}
}

static void add_point(struct timeline *t)
{
	const struct point *p = &t->held;

	t->holds = false;
	if (t->point_count < POINTS_MAX)
		t->points[t->point_count++] = *p;
	else
		t->many = true;
	add_to_columns(t, p);
	add_to_close_ups(t, p);
	t->before[t->passed++ % CLOSE_UP_PAGES] = *p;
}

void curves_release(struct timeline *t, int64_t at, const struct subject *next)
{
	struct point *p = &t->held;

	if (!t->holds)
		return;
	p->end = at;
	if (p->has_bound) {
		int64_t until = at, last = get_last_place(t);

		/* Across a new marker the page's promise had ended. */
		if (!is_same(next) && last < until)
			until = last;
		p->bound_end = get_bound_at(t, until);
	}
	add_point(t);
}

void curves_end(struct timeline *t)
{
	struct point *p = &t->held;

	if (!t->holds)
		return;
	p->end = t->numbered ? p->at + 1 : get_last_place(t);
	t->span = p->end;
	if (p->has_bound)
		p->bound_end = get_bound_at(t, p->end);
	add_point(t);
}

/* Disruptions first of all, and each rule once. One that comes while the last
 * is not over is in its picture already. */
void curves_close_up(struct timeline *t, uint64_t event, int rule, int64_t at)
{
	struct close_up *c =
		t->close_up_count ? &t->close_ups[t->close_up_count - 1] : NULL;
	uint64_t from =
		t->passed > CLOSE_UP_PAGES ? t->passed - CLOSE_UP_PAGES : 0;

	if (c && c->wanted)
		return;
	if (t->close_up_count == CLOSE_UPS_MAX ||
	    (event && t->close_up_events == CLOSE_UP_EVENTS))
		return;
	t->close_up_events += event != 0;
	c = &t->close_ups[t->close_up_count++];
	c->event = event;
	c->rule = rule;
	c->at = at;
	c->count = 0;
	for (; from < t->passed; from++)
		c->points[c->count++] = t->before[from % CLOSE_UP_PAGES];
	/* The page itself, which is held, and those after it. */
	c->wanted = CLOSE_UP_PAGES + 1;
}
