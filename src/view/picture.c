/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws the curves of a timeline: offset, step and frequency. */
#include "picture.h"

#include <inttypes.h>
#include <stdlib.h>

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
		.to = t->span > 0 ? t->span : 1,
		.points = t->many ? NULL : t->points,
		.point_count = t->many ? 0 : t->point_count,
	};
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
	};
}

int64_t picture_x(const struct picture *p, int64_t at)
{
	return PICTURE_LEFT * 100 +
	       (int64_t)axis_place(at, p->from, p->to, PICTURE_PLOT);
}

static int get_height(const struct picture *p, enum panel panel)
{
	return (p->close_up ? close_heights : heights)[panel];
}

int picture_height(const struct picture *p, enum panel panel)
{
	return get_height(p, panel) + TOP + BOTTOM;
}

static enum quantity get_quantity(enum panel panel)
{
	return panel == PANEL_OFFSET ? QUANTITY_OFFSET
	       : panel == PANEL_STEP ? QUANTITY_STEP
				     : QUANTITY_FREQUENCY;
}

static bool point_has(const struct point *point, enum panel panel)
{
	return panel == PANEL_OFFSET ? point->has_offset || point->has_bound
	       : panel == PANEL_STEP ? point->has_step
				     : point->has_frequency;
}

static bool column_has(const struct column *column, enum panel panel)
{
	return column->of[get_quantity(panel)].count ||
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

/* The scale of a panel. */
struct value_axis {
	int64_t low, high;
	int top, height;
};

static int64_t get_y(const struct value_axis *s, int64_t value)
{
	return (int64_t)(s->top + s->height) * 100 -
	       (int64_t)axis_place(value, s->low, s->high,
				   (unsigned int)s->height);
}

static int64_t grow(int64_t value, int per_cent)
{
	int128 grown = (int128)value * per_cent / 100;

	return grown > INT64_MAX / 2 ? INT64_MAX / 2 : (int64_t)grown;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t magnitude(int64_t value)
{
	return value < 0 ? -value : value;
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
			value = larger(value, magnitude(d->offset));
		if (panel == PANEL_STEP && d->has_promise)
			limit = larger(limit, d->promise);
		if (panel == PANEL_STEP && d->has_step && d->same)
			value = larger(value, magnitude(d->step));
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

		pad = larger(grow(range.most / 4 - range.least / 4, 100),
			     50000);
		s.low = range.least / 2 < -INT64_MAX / 4 ? range.least
							 : range.least - pad;
		s.high = range.most / 2 > INT64_MAX / 4 ? range.most
							: range.most + pad;
		return s;
	}
	limit = p->close_up ? get_close_scale(p, panel)
			    : timeline_scale(p->timeline, get_quantity(panel));
	s.high = larger(grow(limit, 130), 10);
	s.low = -s.high;
	return s;
}

static void draw_time_axis(const struct picture *p, const struct value_axis *s)
{
	int64_t step = axis_time_step((uint64_t)(p->to - p->from), 9);
	struct ticks ticks = axis_ticks(p->from, p->to, step);
	int64_t span = p->timeline->span;

	for (unsigned int i = 0; i < ticks.count; i++) {
		int64_t at = ticks.first + (int64_t)i * step;
		int64_t x = picture_x(p, at);
		bool end = x > (PICTURE_WIDTH - 36) * 100;
		char text[UNITS_MAX];

		units_elapsed(at, span, step, text);
		xml_put(p->stream,
			"<path class=\"grid\" d=\"M%p %dv%d\"/>"
			"<text class=\"tick\" x=\"%p\" y=\"%d\" text-anchor=\"%s\">%s</text>",
			x, s->top, s->height,
			end ? (int64_t)(PICTURE_WIDTH - PICTURE_RIGHT) * 100
			    : x,
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
		int64_t y = get_y(s, value);
		char text[UNITS_MAX] = "0";

		if (value && panel == PANEL_FREQUENCY)
			units_ppm(value, text);
		else if (value)
			units_step(value, 4, text);
		xml_put(p->stream,
			"<path class=\"%s\" d=\"M%d %ph%d\"/>"
			"<text class=\"tick\" x=\"%d\" y=\"%p\" text-anchor=\"end\">%s</text>",
			value ? "grid" : "zero", PICTURE_LEFT, y, PICTURE_PLOT,
			PICTURE_LEFT - 6, y + 400, text);
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

/* Where something happened, through the panel. */
static void draw_event_lines(const struct picture *p,
			     const struct value_axis *s)
{
	struct pin pin;

	for (unsigned int i = 0; picture_next_pin(p, &i, 100, &pin);)
		xml_put(p->stream, "<path class=\"ev %s\" d=\"M%p %dv%d\"/>",
			gravity_names[pin.gravity], pin.x, s->top, s->height);
}

/* What is beyond the scale: a triangle at its edge, and the number where there
 * is room for it. */
struct off_scale {
	int64_t ends[2]; /* of the last number, at the lower and upper edge */
};

static void draw_off_scale(const struct picture *p, const struct value_axis *s,
			   struct off_scale *last, int64_t x, int64_t value,
			   const char *class)
{
	bool up = value > 0;
	int y = up ? s->top + 9 : s->top + s->height - 9;
	bool end = x > (PICTURE_WIDTH - 190) * 100;
	char text[UNITS_MAX];

	xml_put(p->stream, "<path class=\"%s\" d=\"M%p %dh10l-5 %dz\">", class,
		x - 500, y, up ? -8 : 8);
	units_step(value, 5, text);
	xml_put(p->stream, "<title>%s, off the scale</title></path>", text);
	if (last->ends[up] && x - (end ? 18000 : 0) < last->ends[up])
		return;
	xml_put(p->stream,
		"<text class=\"off\" x=\"%p\" y=\"%d\" text-anchor=\"%s\">%s, off the scale</text>",
		x + (end ? -900 : 900), up ? y + 3 : y + 5,
		end ? "end" : "start", text);
	last->ends[up] = x + (end ? 900 : 18000);
}

static bool is_off(const struct value_axis *s, int64_t value)
{
	return value < s->low || value > s->high;
}

static void draw_cross(const struct picture *p, int64_t x, int64_t y)
{
	xml_put(p->stream, "<path class=\"miss\" d=\"M%p %pl8 8m0-8l-8 8\"/>",
		x - 400, y - 400);
}

/* Stretches in which the page gives no time, with the word. */
static const char *find_word(const struct timeline *t, int64_t at)
{
	const struct state_strip *s = &t->strips[STRIP_STATUS];
	const struct field *field =
		t->layout && t->layout->clock_status >= 0
			? &t->layout->fields[t->layout->clock_status]
			: NULL;

	for (unsigned int i = 0; field && i < s->count; i++) {
		const struct state_run *run = &s->runs[i];
		const char *name = field_value_name(field, run->value);

		if (at < run->at || at > run->end)
			continue;
		if (!run->there)
			return "no clock";
		if (run->value == STATUS_SYNCHRONIZED ||
		    run->value == STATUS_FREERUNNING)
			return "no clock";
		return name ? name : "status unknown";
	}
	return "no clock";
}

static void draw_untimed(const struct picture *p, const struct value_axis *s,
			 int64_t at, int64_t end)
{
	int64_t x = picture_x(p, at), width = picture_x(p, end) - x;
	char text[80];

	if (width < 50)
		width = 50;
	xml_put(p->stream,
		"<rect class=\"noclock\" x=\"%p\" y=\"%d\" width=\"%p\" height=\"%d\"/>",
		x, s->top, width, s->height);
	snprintf(text, sizeof(text), "no time to rely on: %s",
		 find_word(p->timeline, at / 2 + end / 2));
	if (width > 17000)
		xml_put(p->stream,
			"<text class=\"word\" x=\"%p\" y=\"%d\" text-anchor=\"middle\">%s</text>",
			x + width / 2, s->top + s->height / 2 - 8, text);
	else if (width > 1500)
		xml_put(p->stream,
			"<text class=\"word\" transform=\"rotate(-90 %p %d)\" x=\"%p\" y=\"%d\" text-anchor=\"middle\">%s</text>",
			x + width / 2 + 400, s->top + s->height / 2,
			x + width / 2 + 400, s->top + s->height / 2,
			s->height >= 120
				? text
				: text + sizeof("no time to rely on:"));
}

static void draw_untimed_points(const struct picture *p,
				const struct value_axis *s)
{
	for (unsigned int i = 0; i < p->point_count; i++) {
		unsigned int first = i;

		if (p->points[i].usable)
			continue;
		while (i + 1 < p->point_count && !p->points[i + 1].usable &&
		       p->points[i + 1].status == p->points[first].status)
			i++;
		draw_untimed(p, s, p->points[first].at, p->points[i].end);
	}
}

static void draw_untimed_columns(const struct picture *p,
				 const struct value_axis *s)
{
	const struct columns *c = &p->timeline->columns;

	for (unsigned int i = 0; i < c->used; i++) {
		unsigned int first = i;
		int64_t end;

		if (!c->column[i].untimed || c->column[i].timed)
			continue;
		while (i + 1 < c->used && !c->column[i + 1].timed)
			i++;
		end = (int64_t)(i + 1) * c->width;
		draw_untimed(p, s, first * c->width, end < p->to ? end : p->to);
	}
}

static void draw_bounds(const struct picture *p, const struct value_axis *s)
{
	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];
		int64_t x = picture_x(p, d->at), end = picture_x(p, d->end);
		int64_t high = get_y(s, d->bound),
			late = get_y(s, d->bound_end);
		int64_t low = get_y(s, -d->bound),
			lower = get_y(s, -d->bound_end);

		if (!d->has_bound)
			continue;
		xml_put(p->stream,
			"<path class=\"band\" d=\"M%p %pL%p %pV%pL%p %pz\"/>"
			"<path class=\"edge\" d=\"M%p %pL%p %pM%p %pL%p %p\"/>",
			x, high, end, late, lower, x, low, x, high, end, late,
			x, low, end, lower);
	}
}

/* The columns as pixels: `fold` gives each the range of its columns. */
struct folded {
	struct range range;
	uint32_t bad;
};

static void fold(const struct picture *p, enum quantity quantity,
		 struct folded folded[static PICTURE_PLOT])
{
	const struct columns *c = &p->timeline->columns;

	for (int i = 0; i < PICTURE_PLOT; i++)
		folded[i] = (struct folded){ 0 };
	for (unsigned int i = 0; i < c->used; i++) {
		int64_t middle = (int64_t)i * c->width + c->width / 2;
		uint32_t x =
			axis_place(middle, p->from, p->to, PICTURE_PLOT) / 100;

		if (x >= PICTURE_PLOT)
			x = PICTURE_PLOT - 1;
		range_merge(&folded[x].range, &c->column[i].of[quantity]);
		folded[x].bad +=
			quantity == QUANTITY_OFFSET ? c->column[i].outside
			: quantity == QUANTITY_STEP ? c->column[i].broken
						    : 0;
	}
}

/* One shade to the smallest bound of each column, a second to the largest. */
static void draw_band(const struct picture *p, const struct value_axis *s,
		      const struct folded *folded, bool most)
{
	for (int i = 0; i < PICTURE_PLOT; i++) {
		int first = i;

		if (!folded[i].range.count)
			continue;
		while (i + 1 < PICTURE_PLOT && folded[i + 1].range.count)
			i++;
		fputs("<path class=\"band\" d=\"", p->stream);
		for (int side = 1; side >= -1; side -= 2) {
			int64_t before = INT64_MIN;

			for (int k = 0; k <= i - first; k++) {
				int at = side > 0 ? first + k : i - k;
				const struct range *r = &folded[at].range;
				int64_t value =
					side * (most ? r->most : r->least);
				int64_t y = get_y(s, value);
				int x = PICTURE_LEFT + at + (side < 0);

				if (k == 0)
					xml_put(p->stream, "%s%d %p",
						side > 0 ? "M" : "L", x, y);
				else if (y != before)
					xml_put(p->stream, "H%dV%p", x, y);
				before = y;
			}
			xml_put(p->stream, "H%d",
				PICTURE_LEFT + (side > 0 ? i + 1 : first));
		}
		fputs("z\"/>", p->stream);
	}
}

static void draw_bars(const struct picture *p, const struct value_axis *s,
		      const struct folded *folded)
{
	struct off_scale last = { 0 };

	fputs("<path class=\"mm\" d=\"", p->stream);
	for (int i = 0; i < PICTURE_PLOT; i++) {
		const struct range *r = &folded[i].range;
		int64_t high, low;

		if (!r->count || r->least > s->high || r->most < s->low)
			continue;
		high = get_y(s, r->most) - 70;
		low = get_y(s, r->least) + 70;
		xml_put(p->stream, "M%p %pV%p",
			(int64_t)(PICTURE_LEFT + i) * 100 + 50, high, low);
	}
	fputs("\"/>", p->stream);
	for (int i = 0; i < PICTURE_PLOT; i++) {
		const struct range *r = &folded[i].range;
		int64_t x = (int64_t)(PICTURE_LEFT + i) * 100 + 50;
		const char *class = folded[i].bad ? "tri bad" : "tri";

		if (!r->count)
			continue;
		if (is_off(s, r->most))
			draw_off_scale(p, s, &last, x, r->most, class);
		if (is_off(s, r->least) && r->least != r->most)
			draw_off_scale(p, s, &last, x, r->least, class);
		if (folded[i].bad && !is_off(s, r->most) &&
		    !is_off(s, r->least))
			draw_cross(p, x,
				   get_y(s, magnitude(r->most) >=
							    magnitude(r->least)
						    ? r->most
						    : r->least));
	}
}

/* A line joins pages of one marker that are on the scale. */
static void draw_line(const struct picture *p, const struct value_axis *s)
{
	bool drawing = false;

	fputs("<path class=\"line\" d=\"", p->stream);
	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];
		bool there = d->has_offset && !is_off(s, d->offset);

		if (there)
			xml_put(p->stream, "%s%p %p",
				drawing && d->same ? "L" : "M",
				picture_x(p, d->at), get_y(s, d->offset));
		drawing = there;
	}
	fputs("\"/>", p->stream);
}

static void draw_dot(const struct picture *p, const struct value_axis *s,
		     struct off_scale *last, const struct point *d,
		     int64_t value, bool bad, bool round)
{
	int64_t x = picture_x(p, d->at);

	if (is_off(s, value)) {
		draw_off_scale(p, s, last, x, value, bad ? "tri bad" : "tri");
		return;
	}
	if (bad) {
		draw_cross(p, x, get_y(s, value));
		return;
	}
	if (!round) {
		xml_put(p->stream,
			"<path class=\"jump\" d=\"M%p %pl5 5-5 5-5-5z\"/>", x,
			get_y(s, value) - 500);
		return;
	}
	xml_put(p->stream,
		"<circle class=\"dot\" cx=\"%p\" cy=\"%p\" r=\"%s\"/>", x,
		get_y(s, value), p->point_count > 120 ? "1.6" : "3");
}

static void draw_offsets(const struct picture *p, const struct value_axis *s)
{
	struct off_scale last = { 0 };

	draw_line(p, s);
	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];
		int64_t x = picture_x(p, d->at);

		if (!d->has_offset)
			continue;
		if (d->window && !is_off(s, d->offset))
			xml_put(p->stream,
				"<path class=\"err\" d=\"M%p %pV%p\"/>", x,
				get_y(s, d->offset - d->window / 2),
				get_y(s, d->offset + d->window / 2));
		draw_dot(p, s, &last, d, d->offset, d->inside == INSIDE_NO,
			 true);
	}
}

static void draw_promises(const struct picture *p, const struct value_axis *s)
{
	bool wide = p->point_count <= 120;

	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];
		int64_t x = picture_x(p, d->at), high, low;

		if (!d->has_promise)
			continue;
		high = get_y(s, d->promise);
		low = get_y(s, -d->promise);
		if (wide)
			xml_put(p->stream,
				"<path class=\"err\" d=\"M%p %pV%pM%p %ph8M%p %ph8\"/>",
				x, high, low, x - 400, high, x - 400, low);
		else
			xml_put(p->stream,
				"<path class=\"err\" d=\"M%p %pV%p\"/>", x,
				high, low);
	}
}

static void draw_steps(const struct picture *p, const struct value_axis *s)
{
	struct off_scale last = { 0 };

	draw_promises(p, s);
	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];

		if (d->has_step)
			draw_dot(p, s, &last, d, d->step, d->broken, d->same);
	}
}

/* Steps across a marker stand alone, however long the series is. */
static void draw_jumps(const struct picture *p, const struct value_axis *s)
{
	const struct timeline *t = p->timeline;
	struct off_scale last = { 0 };

	for (unsigned int i = 0; i < t->listed; i++) {
		const struct timeline_event *e = &t->events[i];
		int64_t step;

		if (!e->step.has_time)
			continue;
		step = e->step.nsec > INT64_MAX	   ? INT64_MAX
		       : e->step.nsec < -INT64_MAX ? -INT64_MAX
						   : (int64_t)e->step.nsec;
		draw_dot(p, s, &last, &(struct point){ .at = e->at }, step,
			 false, false);
	}
}

static void draw_frequencies(const struct picture *p,
			     const struct value_axis *s)
{
	bool drawing = false;

	fputs("<path class=\"line\" d=\"", p->stream);
	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];
		int64_t y = get_y(s, d->frequency);

		if (d->has_frequency && drawing && d->same)
			xml_put(p->stream, "V%pH%p", y, picture_x(p, d->end));
		else if (d->has_frequency)
			xml_put(p->stream, "M%p %pH%p", picture_x(p, d->at), y,
				picture_x(p, d->end));
		drawing = d->has_frequency;
	}
	fputs("\"/>", p->stream);
}

static void draw_columns(const struct picture *p, enum panel panel,
			 const struct value_axis *s)
{
	struct folded *folded = calloc(PICTURE_PLOT, sizeof(*folded));

	if (!folded)
		return;
	if (panel != PANEL_FREQUENCY) {
		fold(p,
		     panel == PANEL_OFFSET ? QUANTITY_BOUND : QUANTITY_PROMISE,
		     folded);
		draw_band(p, s, folded, true);
		draw_band(p, s, folded, false);
	}
	fold(p, get_quantity(panel), folded);
	draw_bars(p, s, folded);
	free(folded);
	if (panel == PANEL_STEP)
		draw_jumps(p, s);
}

static void draw_points(const struct picture *p, enum panel panel,
			const struct value_axis *s)
{
	if (panel == PANEL_OFFSET) {
		draw_bounds(p, s);
		draw_offsets(p, s);
	} else if (panel == PANEL_STEP) {
		draw_steps(p, s);
	} else {
		draw_frequencies(p, s);
	}
}

void picture_draw(const struct picture *p, enum panel panel)
{
	struct value_axis s = get_scale(p, panel);

	draw_time_axis(p, &s);
	draw_value_axis(p, panel, &s);
	draw_event_lines(p, &s);
	if (p->points)
		draw_untimed_points(p, &s);
	else
		draw_untimed_columns(p, &s);
	if (p->points)
		draw_points(p, panel, &s);
	else
		draw_columns(p, panel, &s);
}
