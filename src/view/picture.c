/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws the curves of a timeline: offset, step and frequency. */
#include "picture_parts.h"

#include "report/axis.h"
#include "units.h"
#include "xml.h"

#define TOP    8
#define BOTTOM 20 /* for the labels of the axis */

static const int heights[PANEL_COUNT] = { 180, 125, 90 };
static const int close_heights[PANEL_COUNT] = { 130, 110, 80 };

const char *const gravity_names[] = { "bad", "warn", "info", "mut" };

enum gravity picture_gravity(enum event event)
{
	switch (event) {
	case EVENT_DISRUPTION:
	case EVENT_RESTORE:
	case EVENT_LOST:
	case EVENT_VIOLATION:
		return GRAVITY_BAD;
	case EVENT_STATUS:
	case EVENT_MAINTENANCE:
	case EVENT_FORK:
	case EVENT_FEATURES:
		return GRAVITY_WARN;
	case EVENT_LEAP:
	case EVENT_TAI:
	case EVENT_FOUND:
		return GRAVITY_INFO;
	default:
		return GRAVITY_MUTED;
	}
}

struct picture picture_whole(FILE *stream, const struct timeline *t)
{
	return (struct picture){
		.stream = stream,
		.timeline = t,
		.width = PICTURE_WIDTH,
		.left = PICTURE_LEFT,
		.to = t->span > 0 ? t->span : 1,
		.points = t->many ? NULL : t->points,
		.point_count = t->many ? 0 : t->point_count,
	};
}

struct picture picture_narrow(FILE *stream, const struct timeline *t)
{
	struct picture p = picture_whole(stream, t);

	p.width = PICTURE_NARROW_WIDTH;
	p.left = PICTURE_NARROW_LEFT;
	if (p.point_count > picture_plot(&p) / 2) {
		p.points = NULL;
		p.point_count = 0;
	}
	return p;
}

struct picture picture_close_up(FILE *stream, const struct timeline *t,
				const struct close_up *c)
{
	const struct point *first = &c->points[0];
	const struct point *last = &c->points[c->count - 1];

	return (struct picture){
		.stream = stream,
		.timeline = t,
		.from = first->at,
		.to = last->end > first->at ? last->end : first->at + 1,
		.points = c->points,
		.point_count = c->count,
		.close_up = true,
		.width = PICTURE_CLOSE_WIDTH,
		.left = PICTURE_LEFT,
	};
}

static int get_height(const struct picture *p, enum panel panel)
{
	return (p->close_up ? close_heights : heights)[panel];
}

int picture_height(const struct picture *p, enum panel panel)
{
	return get_height(p, panel) + TOP + BOTTOM;
}

static bool point_has(const struct point *point, enum panel panel)
{
	return panel == PANEL_OFFSET ? point->has_offset || point->has_bound
	       : panel == PANEL_STEP ? point->has_step
				     : point->has_frequency;
}

static bool column_has(const struct column *column, enum panel panel)
{
	return column->of[picture_quantity(panel)].count ||
	       (panel == PANEL_OFFSET && column->of[QUANTITY_BOUND].count);
}

bool picture_has(const struct picture *p, enum panel panel)
{
	const struct columns *c = &p->timeline->columns;

	if (p->timeline->numbered)
		return false;
	for (unsigned int i = 0; i < p->point_count; i++) {
		if (point_has(&p->points[i], panel))
			return true;
	}
	for (unsigned int i = 0; !p->points && i < c->used; i++) {
		if (column_has(&c->column[i], panel))
			return true;
	}
	return false;
}

static int64_t grow_by(int64_t value, int per_cent)
{
	int128 grown = (int128)value * per_cent / 100;

	return grown > INT64_MAX / 2 ? INT64_MAX / 2 : (int64_t)grown;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Of the pages of a close-up, as timeline_scale() of all. */
static int64_t get_close_scale(const struct picture *p, enum panel panel)
{
	int64_t limit = 0, value = 0;

	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];

		if (panel == PANEL_OFFSET && d->has_bound)
			limit = larger(limit, larger(d->bound, d->bound_end));
		if (panel == PANEL_OFFSET && d->has_offset)
			value = larger(value, picture_size(d->offset));
		if (panel == PANEL_STEP && d->has_promise)
			limit = larger(limit, d->promise);
		if (panel == PANEL_STEP && d->has_step && d->same)
			value = larger(value, picture_size(d->step));
	}
	return limit ? limit : value;
}

static struct range get_frequencies(const struct picture *p)
{
	const struct columns *c = &p->timeline->columns;
	struct range range = { 0 };

	for (unsigned int i = 0; i < p->point_count; i++) {
		if (p->points[i].has_frequency)
			range_add(&range, p->points[i].frequency);
	}
	for (unsigned int i = 0; !p->points && i < c->used; i++)
		range_merge(&range, &c->column[i].of[QUANTITY_FREQUENCY]);
	return range;
}

static struct value_axis get_scale(const struct picture *p, enum panel panel)
{
	struct value_axis s = { .top = TOP, .height = get_height(p, panel) };
	int64_t limit, pad;

	if (panel == PANEL_FREQUENCY) {
		struct range range = get_frequencies(p);

		pad = larger(grow_by(range.most / 4 - range.least / 4, 100),
			     65000);
		s.low = range.least / 2 < -INT64_MAX / 4 ? range.least
							 : range.least - pad;
		s.high = range.most / 2 > INT64_MAX / 4 ? range.most
							: range.most + pad;
		return s;
	}
	limit = p->close_up
			? get_close_scale(p, panel)
			: timeline_scale(p->timeline, picture_quantity(panel));
	s.high = larger(grow_by(limit, 130), 10);
	s.low = -s.high;
	return s;
}

static void draw_time_axis(const struct picture *p, const struct value_axis *s)
{
	int64_t step = axis_time_step((uint64_t)(p->to - p->from),
				      picture_plot(p) < 700 ? 4 : 9);
	struct ticks ticks = axis_ticks(p->from, p->to, step);

	for (unsigned int i = 0; i < ticks.count; i++) {
		int64_t at = ticks.first + (int64_t)i * step;
		int64_t x = picture_x(p, at);
		bool end = x > (p->width - 36) * 100;
		char text[UNITS_MAX];

		units_elapsed(at, p->to, step, text);
		xml_put(p->stream,
			"<path class=\"grid\" d=\"M%p %dv%d\"/>"
			"<text class=\"tick\" x=\"%p\" y=\"%d\" text-anchor=\"%s\">%s</text>",
			x, s->top, s->height,
			end ? (int64_t)(p->width - PICTURE_RIGHT) * 100 : x,
			s->top + s->height + 15, end ? "end" : "middle", text);
	}
}

static void draw_value_axis(const struct picture *p, enum panel panel,
			    const struct value_axis *s)
{
	uint64_t span = (uint64_t)s->high - (uint64_t)s->low;
	int64_t step = axis_step(span, panel == PANEL_OFFSET ? 5 : 4);
	struct ticks ticks = axis_ticks(s->low, s->high, step);

	for (unsigned int i = 0; i < ticks.count; i++) {
		int64_t value = ticks.first + (int64_t)i * step;
		int64_t y = picture_y(s, value);
		char text[UNITS_MAX] = "0";

		if (value && panel == PANEL_FREQUENCY)
			units_ppm(value, text);
		else if (value)
			units_step(value, 4, text);
		xml_put(p->stream, "<path class=\"%s\" d=\"M%d %ph%d\"/>",
			value ? "grid" : "zero", p->left, y,
			(int)picture_plot(p));
		/* At the foot the first number of the other axis stands. */
		if (y > (s->top + s->height - 4) * INT64_C(100))
			continue;
		xml_put(p->stream,
			"<text class=\"tick\" x=\"%d\" y=\"%p\" text-anchor=\"end\">%s</text>",
			p->left - 6, y + 400, text);
	}
}

bool picture_next_pin(const struct picture *p, unsigned int *i, int64_t reach,
		      struct pin *pin)
{
	const struct timeline *t = p->timeline;

	while (*i < t->listed && (t->events[*i].at < p->from))
		++*i;
	if (*i == t->listed || t->events[*i].at > p->to)
		return false;
	*pin = (struct pin){ *i, *i, picture_x(p, t->events[*i].at),
			     GRAVITY_MUTED };
	while (*i < t->listed && t->events[*i].at <= p->to &&
	       picture_x(p, t->events[*i].at) - pin->x <= reach) {
		enum gravity gravity = picture_gravity(t->events[*i].event);

		if (gravity < pin->gravity)
			pin->gravity = gravity;
		pin->last = (*i)++;
	}
	return true;
}

/* More events than this would be a wall. */
#define LINES_MAX 60

/* Where something happened, through the panel; of many only its beginning. */
static void draw_event_lines(const struct picture *p,
			     const struct value_axis *s)
{
	struct pin pin;
	int count = 0;

	for (unsigned int i = 0; picture_next_pin(p, &i, 100, &pin);)
		count++;
	for (unsigned int i = 0; picture_next_pin(p, &i, 100, &pin);)
		xml_put(p->stream, "<path class=\"ev %s\" d=\"M%p %dv%d\"/>",
			gravity_names[pin.gravity], pin.x, s->top,
			count > LINES_MAX ? 6 : s->height);
}

void picture_draw(const struct picture *p, enum panel panel)
{
	struct value_axis s = get_scale(p, panel);

	draw_time_axis(p, &s);
	draw_value_axis(p, panel, &s);
	draw_event_lines(p, &s);
	if (p->points)
		picture_points(p, panel, &s);
	else
		picture_columns(p, panel, &s);
}
