/* SPDX-License-Identifier: BSD-2-Clause */
/* Sums up snapshots one by one, in memory that does not grow. */
#include "summary.h"

/* An update was in progress: the fields are of two pages. */
static bool is_torn(const struct page *page)
{
	int row = page->layout->seq_count;

	return page_has(page, row) && page_value(page, row) & 1;
}

static struct summary_status *find_status(struct summary *s)
{
	int row = s->page.layout->clock_status;
	uint64_t value = page_value(&s->page, row);

	if (!page_has(&s->page, row) || is_torn(&s->page))
		return NULL;
	return &s->status[value < SUMMARY_STATUS_OTHER ? value
						       : SUMMARY_STATUS_OTHER];
}

static void add_saturated(uint64_t *sum, uint64_t more)
{
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = UINT64_MAX;
}

/* The time since the last one belongs to the page that stood. */
static void take_raw(struct summary *s, int64_t raw)
{
	struct summary_status *status =
		s->has_page && !s->unread ? find_status(s) : NULL;

	if (!status)
		status = &s->no_status;
	if (s->has_raw && s->has_page && raw > s->raw)
		add_saturated(&status->nsec, (uint64_t)raw - (uint64_t)s->raw);
	s->has_raw = true;
	s->raw = s->raw_end = raw;
}

static void take_clocks(struct summary *s, const struct snapshot *snapshot)
{
	if (!snapshot->has_clocks) {
		s->has_raw = false;
		return;
	}
	if (!s->has_time) {
		s->begin = snapshot->realtime;
		s->raw_begin = snapshot->monotonic_raw;
	}
	s->has_time = true;
	s->end = snapshot->realtime;
	take_raw(s, snapshot->monotonic_raw);
}

void summary_reading(struct summary *s, uint64_t counter)
{
	uint128 error;

	if (!s->has_clock)
		return;
	error = clock_error_nsec(clock_maxerror(&s->clock, counter));
	if (s->has_worst && error <= s->worst)
		return;
	s->has_worst = true;
	s->worst = error;
	s->worst_n = s->n;
}

static void take_bound(struct summary *s, const struct snapshot *snapshot)
{
	s->n = snapshot->n;
	s->has_clock = snapshot->has_counter &&
		       clock_from_page(&s->page, &s->clock) == OBSTACLE_NONE &&
		       s->clock.has_maxerror;
	s->bounded += s->has_clock;
	summary_reading(s, snapshot->counter);
	summary_reading(s, snapshot->counter_last);
}

unsigned int summary_take(struct summary *s, const struct snapshot *snapshot,
			  const struct page *page)
{
	struct summary_status *status;
	unsigned int events = 0;

	take_clocks(s, snapshot);
	if (snapshot->kind == SNAPSHOT_UNSETTLED) {
		s->unsettled++;
		s->unread = true;
		return 0;
	}
	s->unread = false;
	s->pages++;
	if (s->has_page)
		events = change_events(&s->page, page);
	for (int e = 0; e < EVENT_COUNT; e++)
		s->events[e] += events >> e & 1;
	s->events[EVENT_MISSED] += snapshot->missed != 0;
	add_saturated(&s->missed, snapshot->missed);
	s->has_page = true;
	s->page = *page;
	s->layout = page->layout;
	status = find_status(s);
	if (!status)
		status = &s->no_status;
	status->pages++;
	take_bound(s, snapshot);
	return events;
}

void summary_break(struct summary *s)
{
	s->has_raw = false;
	s->has_clock = false;
}

void summary_until(struct summary *s, int64_t raw)
{
	if (s->has_raw && raw > s->raw)
		take_raw(s, raw);
}

bool summary_span(const struct summary *s, uint64_t *nsec)
{
	if (!s->has_time || s->raw_end < s->raw_begin)
		return false;
	*nsec = (uint64_t)s->raw_end - (uint64_t)s->raw_begin;
	return true;
}

uint64_t summary_share_time(const struct summary *s)
{
	uint64_t total = s->no_status.nsec;

	for (int i = 0; i < SUMMARY_STATUSES; i++)
		add_saturated(&total, s->status[i].nsec);
	return total;
}

bool summary_knows_all(const struct summary *s)
{
	return !s->no_status.pages && !s->unsettled;
}
