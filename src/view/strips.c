/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws the strips of a timeline: events, broken rules, and states. */
#include <inttypes.h>
#include <string.h>

#include "report/axis.h"
#include "picture.h"
#include "units.h"
#include "xml.h"

#define ROW	18
#define PITCH	22
#define FOOT	24
#define PIN_TOP 4

static const char *const strip_names[STRIP_COUNT] = {
	[STRIP_STATUS] = "status",	   [STRIP_MARKER] = "marker",
	[STRIP_GENERATION] = "generation", [STRIP_LEAP] = "leap second",
	[STRIP_NOTICE] = "announced",
};

static unsigned int get_ticks(const struct picture *p)
{
	return picture_plot(p) < 700 ? 4 : 9;
}

static bool has_breaches(const struct timeline *t)
{
	return t->breach_total > 0;
}

int picture_strips_height(const struct picture *p)
{
	const struct timeline *t = p->timeline;
	int rows = 1 + has_breaches(t);

	for (int i = 0; i < STRIP_COUNT; i++)
		rows += t->strips[i].there;
	return rows * PITCH + FOOT + PIN_TOP;
}

static void draw_name(const struct picture *p, int y, const char *name)
{
	xml_put(p->stream,
		"<text class=\"rowname\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
		p->left - 8, y + 13, name);
}

/* Of an axis, whose first number stands out to the left. */
static void draw_axis_name(const struct picture *p, int y, const char *name)
{
	xml_put(p->stream,
		"<text class=\"rowname\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
		p->left - 36, y + 14, name);
}

static int64_t get_text_width(const char *text)
{
	int64_t width = 0;

	/* Of an ordinary letter, in hundredths; rather too much. */
	for (; *text; text++)
		width += (*text & 0xc0) != 0x80 ? 680 : 0;
	return width;
}

static void draw_pin(const struct picture *p, int y, const struct pin *pin)
{
	const struct timeline *t = p->timeline;
	const struct timeline_event *first = &t->events[pin->first];
	const struct timeline_event *last = &t->events[pin->last];
	char text[UNITS_MAX];
	int64_t width, left, x = pin->x;

	if (pin->first == pin->last)
		snprintf(text, sizeof(text), "%" PRIu64, first->number);
	else
		snprintf(text, sizeof(text), "%" PRIu64 "\xe2\x80\x93%" PRIu64,
			 first->number, last->number);
	width = get_text_width(text) + 1100;
	left = x - width / 2;
	if (left < (p->left - 2) * 100)
		left = (p->left - 2) * 100;
	if (left + width > (p->width - 2) * 100)
		left = (p->width - 2) * 100 - width;
	xml_put(p->stream,
		"<g class=\"pin %s\"><title>%s</title><path d=\"M%p %dv6\"/>"
		"<rect x=\"%p\" y=\"%d\" width=\"%p\" height=\"18\" rx=\"9\"/>"
		"<text x=\"%p\" y=\"%d\" text-anchor=\"middle\">%s</text></g>",
		gravity_names[pin->gravity], event_kinds[first->event].name, x,
		y + 17, left, y, width, left + width / 2, y + 13, text);
}

/* How far the events of the pin that begins with this one may be apart: no pin
 * covers the next. */
static int64_t get_reach(const struct picture *p, unsigned int first)
{
	uint64_t most = p->timeline->event_count;
	int64_t width = most <= 9     ? 3200
			: most <= 99  ? 4600
			: most <= 999 ? 6000
				      : 7400;
	int64_t x = picture_x(p, p->timeline->events[first].at);
	int64_t left = (p->left - 2) * INT64_C(100) + width / 2;
	int64_t right = (p->width - 2) * INT64_C(100) - width / 2;

	/* At the edges a pin stands further in. */
	if (x + width > right)
		return INT64_MAX;
	return width + (x < left ? left - x : 0);
}

static void draw_events(const struct picture *p, int y)
{
	const struct columns *c = &p->timeline->columns;
	struct pin pin;
	unsigned int i = 0;

	draw_name(p, y, "events");
	/* What no list has: a hair a column, under the pins. */
	for (unsigned int k = 0; k < c->used; k++) {
		if (c->column[k].events)
			xml_put(p->stream,
				"<path class=\"hair\" d=\"M%p %dv14\"/>",
				picture_x(p, (int64_t)k * c->width), y + 2);
	}
	while (i < p->timeline->listed &&
	       picture_next_pin(p, &i, get_reach(p, i), &pin))
		draw_pin(p, y, &pin);
}

enum label {
	LABEL_NONE,
	LABEL_RIGHT,
	LABEL_LEFT
};

/* A cross where a rule was broken first, and a line as long as it was; a
 * triangle for a warning. */
static void draw_breach(const struct picture *p, int y, const struct breach *b,
			enum label label)
{
	int64_t x = picture_x(p, b->at), end = picture_x(p, b->end);
	int64_t bar = x + 600;
	const char *id = rules[b->rule].id;

	xml_put(p->stream, "<g class=\"breach %s\"><title>%s: %s</title>",
		b->warning ? "warn" : "bad", b->warning ? "warning" : "failed",
		id);
	/* Behind its name, where that is to the right. */
	if (label == LABEL_RIGHT)
		bar += 400 + get_text_width(id);
	if (end - bar > 900)
		xml_put(p->stream, "<path class=\"bar\" d=\"M%p %dH%p\"/>", bar,
			y + 9, end);
	if (b->warning)
		xml_put(p->stream, "<path d=\"M%p %dl5 9h-10z\"/>", x, y + 4);
	else
		xml_put(p->stream, "<path d=\"M%p %dl8 8m0-8l-8 8\"/>", x - 400,
			y + 5);
	if (label)
		xml_put(p->stream,
			"<text x=\"%p\" y=\"%d\" text-anchor=\"%s\">%s</text>",
			label == LABEL_LEFT ? x - 800 : x + 800, y + 13,
			label == LABEL_LEFT ? "end" : "start", id);
	fputs("</g>", p->stream);
}

/* The name of a rule stands right of its cross, or left of it, where it covers
 * neither another name nor another cross. */
static enum label place_label(const struct picture *p, unsigned int i,
			      int64_t free_from)
{
	const struct timeline *t = p->timeline;
	const struct breach *b = &t->breaches[i];
	int64_t x = picture_x(p, b->at);
	int64_t width = 1200 + get_text_width(rules[b->rule].id);
	int64_t next = i + 1 < t->breach_count
			       ? picture_x(p, t->breaches[i + 1].at)
			       : INT64_MAX;

	if (x < free_from)
		return LABEL_NONE;
	/* Crosses on each other have one name. */
	for (unsigned int k = i + 1; k < t->breach_count && next <= x + 500;
	     k++)
		next = picture_x(p, t->breaches[k].at);
	if (x + width <= p->width * INT64_C(100))
		return next <= x + 500 || next >= x + width ? LABEL_RIGHT
							    : LABEL_NONE;
	return x - width >= free_from ? LABEL_LEFT : LABEL_NONE;
}

static void draw_breaches(const struct picture *p, int y)
{
	const struct timeline *t = p->timeline;
	int64_t free_from = 0;

	draw_name(p, y, "broken rules");
	for (unsigned int k = 0; k < t->columns.used; k++) {
		if (t->columns.column[k].breaches)
			xml_put(p->stream,
				"<path class=\"hair bad\" d=\"M%p %dv14\"/>",
				picture_x(p, (int64_t)k * t->columns.width),
				y + 2);
	}
	for (unsigned int i = 0; i < t->breach_count; i++) {
		const struct breach *b = &t->breaches[i];
		int64_t x = picture_x(p, b->at);
		enum label label = place_label(p, i, free_from);

		draw_breach(p, y, b, label);
		free_from =
			label == LABEL_RIGHT
				? x + 1600 + get_text_width(rules[b->rule].id)
				: x + 800;
	}
}

static void say_state(const struct timeline *t, enum strip which,
		      const struct state_run *run, char text[static UNITS_MAX])
{
	static const char *const leaps[] = {
		"none",
		"announced: one more second",
		"announced: one second less",
		"23:59:60",
		"it was inserted",
		"it was left out",
	};
	const struct layout *l = t->layout;
	const struct field *field;

	text[0] = '\0';
	if (!run->there) {
		if (which == STRIP_LEAP)
			snprintf(text, UNITS_MAX, "none");
		return;
	}
	switch (which) {
	case STRIP_MARKER:
	case STRIP_GENERATION:
		snprintf(text, UNITS_MAX, "0x%" PRIx64, run->value);
		return;
	case STRIP_LEAP:
		snprintf(text, UNITS_MAX, "%s",
			 run->value < 6 ? leaps[run->value] : "unknown");
		return;
	case STRIP_NOTICE:
		field = &l->fields[l->flags];
		for (const struct field_name *n = field->names; n->name; n++) {
			/* Of disruption-soon the last word. */
			const char *word = strrchr(n->name, '-');

			if (run->value & n->value)
				snprintf(text + strlen(text),
					 UNITS_MAX - strlen(text), "%s%s",
					 *text ? ", " : "",
					 word ? word + 1 : n->name);
		}
		return;
	default:
		field = &l->fields[l->clock_status];
		snprintf(text, UNITS_MAX, "%s",
			 field_value_name(field, run->value)
				 ? field_value_name(field, run->value)
				 : "unknown");
		return;
	}
}

static const char *find_class(enum strip which, const struct state_run *run,
			      unsigned int i)
{
	if (!run->there)
		return "s-none";
	switch (which) {
	case STRIP_STATUS:
		return run->value == STATUS_SYNCHRONIZED  ? "s-ok"
		       : run->value == STATUS_FREERUNNING ? "s-warn"
		       : run->value == STATUS_UNRELIABLE  ? "s-bad"
							  : "s-mut";
	case STRIP_LEAP:
		return run->value == LEAP_POS ? "s-leap" : "s-info";
	case STRIP_NOTICE:
		return "s-warn";
	default:
		return i % 2 ? "s-odd" : "s-even";
	}
}

static void draw_run(const struct picture *p, int y, enum strip which,
		     unsigned int i)
{
	const struct state_run *run = &p->timeline->strips[which].runs[i];
	const char *class = find_class(which, run, i);
	int64_t x = picture_x(p, run->at), width = picture_x(p, run->end) - x;
	char text[UNITS_MAX];

	if (width < 100)
		width = 100;
	say_state(p->timeline, which, run, text);
	xml_put(p->stream,
		"<rect class=\"strip %s\" x=\"%p\" y=\"%d\" width=\"%p\" height=\"%d\">"
		"<title>%s</title></rect>",
		class, x, y, width, ROW, *text ? text : "none");
	if (*text && width > get_text_width(text) + 800)
		xml_put(p->stream,
			"<text class=\"striptext %s\" x=\"%p\" y=\"%d\">%s</text>",
			class, x + 500, y + 13, text);
}

/* The runs that are listed, and by column what came after them. */
static void draw_strip(const struct picture *p, int y, enum strip which)
{
	const struct state_strip *s = &p->timeline->strips[which];
	const struct columns *c = &p->timeline->columns;
	int64_t end;

	draw_name(p, y, strip_names[which]);
	for (unsigned int i = 0; i < s->count; i++)
		draw_run(p, y, which, i);
	if (s->count == s->total)
		return;
	end = picture_x(p, s->runs[s->count - 1].at);
	xml_put(p->stream,
		"<rect class=\"strip s-none\" x=\"%p\" y=\"%d\" width=\"%p\" height=\"%d\">"
		"<title>%n changes more than are drawn one by one</title></rect>",
		end, y, picture_x(p, p->to) - end, ROW, s->total - s->count);
	for (unsigned int i = 0; i < c->used; i++) {
		if (c->column[i].changes[which])
			xml_put(p->stream,
				"<path class=\"hair\" d=\"M%p %dv%d\"/>",
				picture_x(p, (int64_t)i * c->width), y, ROW);
	}
}

static void draw_number_axis(const struct picture *p, int y)
{
	int64_t step = axis_step((uint64_t)(p->to - p->from), get_ticks(p));

	draw_axis_name(p, y, "page");
	for (int64_t at = 0; at < p->to; at += step) {
		char text[UNITS_MAX];

		snprintf(text, sizeof(text), "%" PRId64, at + 1);
		xml_put(p->stream,
			"<path class=\"mark\" d=\"M%p %dv4\"/>"
			"<text class=\"tick\" x=\"%p\" y=\"%d\" text-anchor=\"start\">%s</text>",
			picture_x(p, at), y - 2, picture_x(p, at) + 200, y + 14,
			text);
	}
}

/* Where numbers of an axis stand already: up to a place, and around a leap
 * second. */
struct taken {
	int64_t until, leap, leap_end;
};

/* A number where there is room for it. */
static void draw_utc_tick(const struct picture *p, int y, int64_t at,
			  int64_t step, const struct utc *utc,
			  struct taken *taken)
{
	int64_t x = picture_x(p, at), middle = x, half;
	char text[UNITS_MAX];

	units_utc(utc, p->timeline->span, step, text);
	half = get_text_width(text) / 2;
	if (middle + half > (p->width - 4) * 100)
		middle = (p->width - 4) * 100 - half;
	xml_put(p->stream, "<path class=\"mark\" d=\"M%p %dv4\"/>", x, y - 2);
	if (middle - half < taken->until ||
	    (middle - half < taken->leap_end && middle + half > taken->leap))
		return;
	if (utc->leap_second)
		taken->leap = middle - half - 300;
	*(utc->leap_second ? &taken->leap_end : &taken->until) =
		middle + half + 300;
	xml_put(p->stream,
		"<text class=\"tick%s\" x=\"%p\" y=\"%d\" text-anchor=\"middle\">%s</text>",
		utc->leap_second ? " leap" : "", middle, y + 14, text);
}

/* Where the pages were in a leap second first; false: they were in none. */
static bool find_leap(const struct picture *p, int64_t *at, struct utc *utc)
{
	const struct state_strip *s = &p->timeline->strips[STRIP_LEAP];

	for (unsigned int i = 0; i < s->count; i++) {
		*at = s->runs[i].at;
		if (s->runs[i].value == LEAP_POS && *at >= p->from &&
		    *at <= p->to && timeline_utc(p->timeline, *at, utc) &&
		    utc->leap_second)
			return true;
	}
	return false;
}

static int64_t get_time_step(const struct picture *p)
{
	return axis_time_step((uint64_t)(p->to - p->from), get_ticks(p));
}

/* Whether the pages tell UTC at two places of the axis at least, or in a leap
 * second. */
static bool has_utc_axis(const struct picture *p)
{
	int64_t at;
	struct utc utc;
	int count = find_leap(p, &at, &utc) ? 2 : 0;

	at = p->from - 1;
	while (count < 2 &&
	       timeline_next_utc(p->timeline, at, get_time_step(p), &at, &utc))
		count++;
	return count == 2;
}

/* Where UTC is round, as the page tells it. */
static void draw_utc_axis(const struct picture *p, int y)
{
	const struct timeline *t = p->timeline;
	int64_t step = get_time_step(p), at;
	struct taken taken = { 0 };
	struct utc utc;

	draw_axis_name(p, y, "UTC");
	/* 23:59:60 has its number, however coarse the others are. */
	if (step > (int64_t)NSEC_PER_SEC && find_leap(p, &at, &utc))
		draw_utc_tick(p, y, at, NSEC_PER_SEC, &utc, &taken);
	at = p->from - 1;
	/* Round to the nearest pixel is round. */
	if (timeline_utc(t, p->from, &utc)) {
		int64_t past = (int64_t)(grid_nsec_floor(utc.time) % step);

		if (past >= 0 && past <= (p->to - p->from) / picture_plot(p)) {
			utc.time -= grid_from_nsec_floor((uint64_t)past);
			draw_utc_tick(p, y, p->from, step, &utc, &taken);
		}
	}
	while (timeline_next_utc(t, at, step, &at, &utc) && at <= p->to) {
		if (at > p->from)
			draw_utc_tick(p, y, at, step, &utc, &taken);
	}
}

/* Pages that give no time have the guest's own. */
static void draw_elapsed_axis(const struct picture *p, int y)
{
	int64_t step = get_time_step(p);
	struct ticks ticks = axis_ticks(p->from, p->to, step);

	draw_axis_name(p, y, "after");
	for (unsigned int i = 0; i < ticks.count; i++) {
		int64_t at = ticks.first + (int64_t)i * step;
		int64_t x = picture_x(p, at);
		bool end = x > (p->width - 36) * 100;
		char text[UNITS_MAX];

		units_elapsed(at, p->to, step, text);
		xml_put(p->stream,
			"<path class=\"mark\" d=\"M%p %dv4\"/>"
			"<text class=\"tick\" x=\"%p\" y=\"%d\" text-anchor=\"%s\">%s</text>",
			x, y - 2, end ? (p->width - 4) * INT64_C(100) : x,
			y + 14, end ? "end" : "middle", text);
	}
}

void picture_draw_strips(const struct picture *p)
{
	const struct timeline *t = p->timeline;
	int y = PIN_TOP;

	draw_events(p, y);
	y += PITCH + 2;
	if (has_breaches(t)) {
		draw_breaches(p, y);
		y += PITCH;
	}
	for (int i = 0; i < STRIP_COUNT; i++) {
		if (!t->strips[i].there)
			continue;
		draw_strip(p, y, (enum strip)i);
		y += PITCH;
	}
	if (t->numbered)
		draw_number_axis(p, y);
	else if (has_utc_axis(p))
		draw_utc_axis(p, y);
	else
		draw_elapsed_axis(p, y);
}
