/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes snapshots, and keeps of them what a picture needs. */
#include "timeline.h"

#include <string.h>

#include "base/strbuf.h"
#include "rules/violations.h"
#include "curves.h"

/* What the verifier tells while it checks a snapshot. */
static void note_finding(void *listener, int rule,
			 const struct finding *finding)
{
	struct timeline *t = listener;

	t->any_found = true;
	if (finding->verdict == VERDICT_FAIL)
		t->failed[rule] = true;
	else
		t->warned[rule] = true;
	t->found[rule] = *finding;
}

void timeline_start(struct timeline *t, struct verifier *verifier)
{
	t->verifier = verifier;
	columns_start(&t->columns);
	verifier->tell = note_finding;
	verifier->listener = t;
}

/* Where the snapshot stands. */
static int64_t find_place(struct timeline *t, const struct snapshot *snapshot)
{
	int64_t at;

	if (t->numbered)
		return (int64_t)t->summary.pages;
	if (!snapshot->has_clocks)
		return t->span;
	if (__builtin_sub_overflow(snapshot->monotonic_raw, t->first_raw,
				   &at) ||
	    at > INT64_MAX / 4)
		at = snapshot->monotonic_raw < t->first_raw ? -1
							    : INT64_MAX / 4;
	if (at < t->span) {
		t->clamped = true;
		at = t->span;
	}
	return at;
}

static void begin_timeline(struct timeline *t, const struct snapshot *snapshot,
			   const struct page *page)
{
	t->begun = true;
	t->numbered = !snapshot->has_clocks;
	t->layout = page->layout;
	t->first_raw = snapshot->monotonic_raw;
	t->first_n = snapshot->n;
}

static void take_state(struct timeline *t, enum strip which, int64_t at,
		       bool there, uint64_t value)
{
	struct state_strip *s = &t->strips[which];

	if (s->total && s->last.there == there && s->last.value == value)
		return;
	if (s->count && s->count == s->total)
		s->runs[s->count - 1].end = at;
	s->last = (struct state_run){ at, at, there, there ? value : 0 };
	s->there |= there;
	s->total++;
	if (s->count < RUNS_MAX)
		s->runs[s->count++] = s->last;
	else
		columns_at(&t->columns, at)->changes[which]++;
}

static void take_states(struct timeline *t, int64_t at, const struct page *page)
{
	const struct layout *l = page->layout;
	uint64_t flags = page_value(page, l->flags);
	uint64_t notice =
		l->id == LAYOUT_RFC_3
			? RFC3_FLAG_DISRUPTION_SOON |
				  RFC3_FLAG_DISRUPTION_IMMINENT
			: FLAG_DISRUPTION_SOON | FLAG_DISRUPTION_IMMINENT;

	take_state(t, STRIP_STATUS, at, page_has(page, l->clock_status),
		   page_value(page, l->clock_status));
	take_state(t, STRIP_MARKER, at, page_has(page, l->disruption_marker),
		   page_value(page, l->disruption_marker));
	take_state(t, STRIP_GENERATION, at, page_flagged(page, l->generation),
		   page_value(page, l->generation));
	take_state(t, STRIP_LEAP, at,
		   page_has(page, l->leap_indicator) &&
			   page_value(page, l->leap_indicator),
		   page_value(page, l->leap_indicator));
	take_state(t, STRIP_NOTICE, at, (flags & notice) != 0, flags & notice);
}

/* The next event that watch would tell; NULL: the list is full. */
static struct timeline_event *add_event(struct timeline *t, enum event event,
					const struct snapshot *snapshot,
					int64_t at)
{
	struct timeline_event *e;

	t->event_count++;
	t->told_count++;
	if (t->listed == EVENTS_MAX) {
		columns_at(&t->columns, at)->events++;
		return NULL;
	}
	e = &t->events[t->listed++];
	e->number = t->event_count;
	e->event = event;
	e->at = at;
	e->n = snapshot->n;
	e->has_time = snapshot->has_clocks;
	e->realtime = snapshot->realtime;
	e->rule = -1;
	return e;
}

static void note_jump(struct timeline *t, const struct clock_step *step)
{
	int128 size = step->nsec < 0 ? -step->nsec : step->nsec;
	int128 largest = t->jump < 0 ? -t->jump : t->jump;

	if (!step->has_time || (t->has_jump && size <= largest))
		return;
	t->has_jump = true;
	t->jump = step->nsec;
}

static void take_event(struct timeline *t, enum event event,
		       const struct snapshot *snapshot, int64_t at,
		       const struct subject *s)
{
	struct timeline_event *e = add_event(t, event, snapshot, at);
	struct clock_step step = { 0 };

	if (event_kinds[event].steps) {
		change_step(&s->before->page, &s->page, &step);
		note_jump(t, &step);
		curves_close_up(t, t->event_count, -1, at);
	}
	if (!e)
		return;
	e->missed = snapshot->missed;
	e->before = s->before->page;
	e->after = s->page;
	e->step = step;
}

static void take_events(struct timeline *t, const struct snapshot *snapshot,
			int64_t at, const struct subject *s)
{
	unsigned int events = summary_take(&t->summary, snapshot, &s->page);

	if (!s->before)
		return;
	/* The first of a part: what it shows is told of it. */
	if (t->summary.pages == 1) {
		events = change_events(&s->before->page, &s->page);
		for (int e = 0; e < EVENT_COUNT; e++)
			t->summary.events[e] += events >> e & 1;
	}
	if (snapshot->missed)
		take_event(t, EVENT_MISSED, snapshot, at, s);
	for (unsigned int e = 0; e < EVENT_COUNT; e++) {
		if (events >> e & 1 && !event_kinds[e].routine)
			take_event(t, (enum event)e, snapshot, at, s);
	}
}

/* What was told under another marker is told again. */
static void note_marker(struct timeline *t, const struct page *page)
{
	int row = page->layout->disruption_marker;

	if (page->layout->draft || !page_has(page, row))
		return;
	if (t->has_marker && page->value[row] != t->marker)
		memset(t->told, 0, sizeof(t->told));
	t->has_marker = true;
	t->marker = page->value[row];
}

static void say_violation(struct timeline_event *e, int rule,
			  const struct finding *f)
{
	struct strbuf text = strbuf_start(e->message, sizeof(e->message));

	e->rule = rule;
	strbuf_add(&text, f->message[0] ? f->message : rules[rule].title);
	if (!f->actual[0])
		return;
	strbuf_add(&text, "; actual: ");
	strbuf_add(&text, f->actual);
}

static void count_breach(struct timeline *t, int rule, uint64_t n)
{
	struct tally *tally = &t->tallies[rule];
	bool fails = t->failed[rule];

	if (fails && !tally->failures)
		tally->first = n;
	if (!fails && !tally->failures && !tally->warnings)
		tally->first = n;
	if (fails || !tally->failures)
		tally->last = n;
	tally->failures += fails;
	tally->warnings += !fails;
	tally->drawn[!fails] += !t->passing;
}

/* A breach that goes on, or a new one. */
static void add_breach(struct timeline *t, int rule, uint64_t n, int64_t at)
{
	int open = t->open[rule];
	struct breach *b = open ? &t->breaches[open - 1] : NULL;

	if (b && b->warning == !t->failed[rule]) {
		b->last = n;
		b->end = at;
		return;
	}
	t->open[rule] = 0;
	t->breach_total++;
	if (t->breach_count == BREACHES_MAX) {
		columns_at(&t->columns, at)->breaches++;
		return;
	}
	t->breaches[t->breach_count++] = (struct breach){
		.rule = rule,
		.warning = !t->failed[rule],
		.first = n,
		.last = n,
		.at = at,
		.end = at,
	};
	t->open[rule] = (int)t->breach_count;
}

static void take_breach(struct timeline *t, int rule,
			const struct snapshot *snapshot, int64_t at)
{
	const struct finding *f = &t->found[rule];
	struct timeline_event *e;

	if (t->failed[rule] && rules[rule].needs & NEED_SERIES &&
	    !t->tallies[rule].failures)
		curves_close_up(t, 0, rule, at);
	count_breach(t, rule, f->n ? f->n : snapshot->n);
	add_breach(t, rule, f->n ? f->n : snapshot->n, at);
	if (!t->failed[rule] || !violations_include(rule) || t->told[rule])
		return;
	t->told[rule] = true;
	e = add_event(t, EVENT_VIOLATION, snapshot, at);
	if (e) {
		e->before = e->after = t->page;
		say_violation(e, rule, f);
	}
}

static void take_breaches(struct timeline *t, const struct snapshot *snapshot,
			  int64_t at)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		if (t->failed[i] || t->warned[i])
			take_breach(t, i, snapshot, at);
		else
			t->open[i] = 0;
		t->failed[i] = t->warned[i] = false;
	}
	t->any_found = false;
}

static void close_breaches(struct timeline *t)
{
	if (t->breach_count)
		memset(t->open, 0, sizeof(t->open));
}

/* How many events watch tells of it. */
static uint64_t count_news(const struct timeline *t,
			   const struct snapshot *snapshot)
{
	const struct subject *s = verify_subject(t->verifier);
	uint64_t count = 0;
	unsigned int events = 0;

	if (snapshot->kind == SNAPSHOT_PAGE && s->before) {
		count = snapshot->missed != 0;
		events = change_events(&s->before->page, &s->page);
	}
	for (unsigned int e = 0; e < EVENT_COUNT; e++)
		count += events >> e & 1 && !event_kinds[e].routine;
	for (int i = 0; i < RULE_COUNT; i++)
		count += t->failed[i] && violations_include(i) && !t->told[i];
	return count;
}

/* A snapshot that is not in the part. */
static void pass_over(struct timeline *t, const struct snapshot *snapshot,
		      uint64_t news)
{
	t->event_count += news;
	for (int i = 0; i < RULE_COUNT; i++) {
		if (!t->failed[i] && !t->warned[i])
			continue;
		count_breach(t, i, t->found[i].n ? t->found[i].n : snapshot->n);
		t->told[i] |= t->failed[i] && violations_include(i);
		t->failed[i] = t->warned[i] = false;
	}
	t->any_found = false;
}

static void add_page(struct timeline *t, const struct snapshot *snapshot)
{
	const struct subject *s = verify_subject(t->verifier);
	int64_t at;

	if (!t->begun)
		begin_timeline(t, snapshot, &s->page);
	at = find_place(t, snapshot);
	curves_release(t, at, s);
	t->span = at;
	take_states(t, at, &s->page);
	curves_take(t, snapshot, s, at);
	take_events(t, snapshot, at, s);
	t->page = s->page;
	if (t->any_found)
		take_breaches(t, snapshot, at);
	else
		close_breaches(t);
	t->last_n = snapshot->n;
}

void timeline_take(struct timeline *t, const struct snapshot *snapshot)
{
	uint64_t news;
	int64_t at;

	if (snapshot->kind == SNAPSHOT_PAGE)
		note_marker(t, &verify_subject(t->verifier)->page);
	news = t->is_drawn ? count_news(t, snapshot) : 0;
	t->passing = t->is_drawn &&
		     !t->is_drawn(t->listener, snapshot, t->event_count + news);
	if (t->passing) {
		pass_over(t, snapshot, news);
		return;
	}
	if (snapshot->kind == SNAPSHOT_PAGE) {
		add_page(t, snapshot);
		return;
	}
	summary_take(&t->summary, snapshot, NULL);
	if (!t->any_found)
		return;
	at = t->begun && !t->numbered ? find_place(t, snapshot) : t->span;
	take_breaches(t, snapshot, at);
}

static void end_strips(struct timeline *t)
{
	for (int i = 0; i < STRIP_COUNT; i++) {
		struct state_strip *s = &t->strips[i];

		if (s->count && s->count == s->total)
			s->runs[s->count - 1].end = t->span;
	}
}

void timeline_end(struct timeline *t)
{
	struct snapshot last = { .n = t->last_n,
				 .has_clocks = t->summary.has_time,
				 .realtime = t->summary.end };

	if (t->summary.pages)
		curves_end(t);
	/* What only the end shows is of the last snapshot. */
	if (t->any_found && t->passing)
		pass_over(t, &last, 0);
	else if (t->any_found)
		take_breaches(t, &last, t->span);
	end_strips(t);
	t->verifier->tell = NULL;
	t->ended = true;
}
