/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws curves page by page. */
#include "picture_parts.h"

#include "xml.h"

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
		picture_untimed(p, s, p->points[first].at, p->points[i].end);
	}
}

static void draw_bounds(const struct picture *p, const struct value_axis *s)
{
	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];
		int64_t x = picture_x(p, d->at), end = picture_x(p, d->end);
		int64_t high = picture_y(s, d->bound),
			late = picture_y(s, d->bound_end);
		int64_t low = picture_y(s, -d->bound),
			lower = picture_y(s, -d->bound_end);

		if (!d->has_bound)
			continue;
		xml_put(p->stream,
			"<path class=\"band\" d=\"M%p %pL%p %pV%pL%p %pz\"/>"
			"<path class=\"edge\" d=\"M%p %pL%p %pM%p %pL%p %p\"/>",
			x, high, end, late, lower, x, low, x, high, end, late,
			x, low, end, lower);
	}
}

/* A line joins pages of one marker that are on the scale. */
static void draw_line(const struct picture *p, const struct value_axis *s)
{
	bool drawing = false;

	fputs("<path class=\"line\" d=\"", p->stream);
	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];
		bool there = d->has_offset && !picture_is_off(s, d->offset);

		if (there)
			xml_put(p->stream, "%s%p %p",
				drawing && d->same ? "L" : "M",
				picture_x(p, d->at), picture_y(s, d->offset));
		drawing = there;
	}
	fputs("\"/>", p->stream);
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
		if (d->window && !picture_is_off(s, d->offset))
			xml_put(p->stream,
				"<path class=\"err\" d=\"M%p %pV%p\"/>", x,
				picture_y(s, d->offset - d->window / 2),
				picture_y(s, d->offset + d->window / 2));
		picture_dot(p, s, &last, d, d->offset, d->inside == INSIDE_NO,
			    true);
	}
}

static void draw_promises(const struct picture *p, const struct value_axis *s)
{
	bool wide = !picture_is_dense(p);

	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];
		int64_t x = picture_x(p, d->at), high, low;

		if (!d->has_promise)
			continue;
		high = picture_y(s, d->promise);
		low = picture_y(s, -d->promise);
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
			picture_dot(p, s, &last, d, d->step, d->jumped,
				    d->same);
	}
}

static void draw_frequencies(const struct picture *p,
			     const struct value_axis *s)
{
	bool drawing = false;

	fputs("<path class=\"line\" d=\"", p->stream);
	for (unsigned int i = 0; i < p->point_count; i++) {
		const struct point *d = &p->points[i];
		int64_t y = picture_y(s, d->frequency);

		if (d->has_frequency && drawing && d->same)
			xml_put(p->stream, "V%pH%p", y, picture_x(p, d->end));
		else if (d->has_frequency)
			xml_put(p->stream, "M%p %pH%p", picture_x(p, d->at), y,
				picture_x(p, d->end));
		drawing = d->has_frequency;
	}
	fputs("\"/>", p->stream);
}

void picture_points(const struct picture *p, enum panel panel,
		    const struct value_axis *s)
{
	draw_untimed_points(p, s);
	if (panel == PANEL_OFFSET) {
		draw_bounds(p, s);
		draw_offsets(p, s);
	} else if (panel == PANEL_STEP) {
		draw_steps(p, s);
	} else {
		draw_frequencies(p, s);
	}
}
