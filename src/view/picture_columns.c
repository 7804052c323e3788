/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws curves by columns, the smallest and the largest value of each. */
#include "picture_parts.h"

#include "report/axis.h"
#include "xml.h"

enum quantity picture_quantity(enum panel panel)
{
	return panel == PANEL_OFFSET ? QUANTITY_OFFSET
	       : panel == PANEL_STEP ? QUANTITY_STEP
				     : QUANTITY_FREQUENCY;
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
		picture_untimed(p, s, first * c->width,
				end < p->to ? end : p->to);
	}
}

/* The columns as pixels: fold_columns() gives each the range of its columns. */
struct folded {
	struct range range;
	uint32_t bad;
};

static void fold_columns(const struct picture *p, enum quantity quantity,
			 struct folded folded[static PICTURE_PLOT])
{
	const struct columns *c = &p->timeline->columns;

	const unsigned int plot = picture_plot(p);

	for (unsigned int i = 0; i < plot; i++)
		folded[i] = (struct folded){ 0 };
	for (unsigned int i = 0; i < c->used; i++) {
		int64_t middle = (int64_t)i * c->width + c->width / 2;
		uint32_t x = axis_place(middle, p->from, p->to, plot) / 100;

		if (x >= plot)
			x = plot - 1;
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
	for (int i = 0; i < (int)picture_plot(p); i++) {
		int first = i;

		if (!folded[i].range.count)
			continue;
		while (i + 1 < (int)picture_plot(p) &&
		       folded[i + 1].range.count)
			i++;
		fputs("<path class=\"band\" d=\"", p->stream);
		for (int side = 1; side >= -1; side -= 2) {
			int64_t before = INT64_MIN;

			for (int k = 0; k <= i - first; k++) {
				int at = side > 0 ? first + k : i - k;
				const struct range *r = &folded[at].range;
				int64_t value =
					side * (most ? r->most : r->least);
				int64_t y = picture_y(s, value);
				int x = p->left + at + (side < 0);

				if (k == 0)
					xml_put(p->stream, "%s%d %p",
						side > 0 ? "M" : "L", x, y);
				else if (y != before)
					xml_put(p->stream, "H%dV%p", x, y);
				before = y;
			}
			xml_put(p->stream, "H%d",
				p->left + (side > 0 ? i + 1 : first));
		}
		fputs("z\"/>", p->stream);
	}
}

static void draw_bars(const struct picture *p, const struct value_axis *s,
		      const struct folded *folded)
{
	struct off_scale last = { 0 };

	fputs("<path class=\"mm\" d=\"", p->stream);
	for (int i = 0; i < (int)picture_plot(p); i++) {
		const struct range *r = &folded[i].range;
		int64_t high, low;

		if (!r->count || r->least > s->high || r->most < s->low)
			continue;
		high = picture_y(s, r->most) - 70;
		low = picture_y(s, r->least) + 70;
		xml_put(p->stream, "M%p %pV%p",
			(int64_t)(p->left + i) * 100 + 50, high, low);
	}
	fputs("\"/>", p->stream);
	for (int i = 0; i < (int)picture_plot(p); i++) {
		const struct range *r = &folded[i].range;
		int64_t x = (int64_t)(p->left + i) * 100 + 50;
		const char *class = folded[i].bad ? "tri bad" : "tri";

		if (!r->count)
			continue;
		if (picture_is_off(s, r->most))
			picture_off_scale(p, s, &last, x, r->most, class);
		if (picture_is_off(s, r->least) && r->least != r->most)
			picture_off_scale(p, s, &last, x, r->least, class);
		if (folded[i].bad && !picture_is_off(s, r->most) &&
		    !picture_is_off(s, r->least))
			picture_cross(
				p, x,
				picture_y(s,
					  picture_size(r->most) >=
							  picture_size(r->least)
						  ? r->most
						  : r->least));
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
		picture_dot(p, s, &last, &(struct point){ .at = e->at }, step,
			    false, false);
	}
}

void picture_columns(const struct picture *p, enum panel panel,
		     const struct value_axis *s)
{
	struct folded folded[PICTURE_PLOT];

	draw_untimed_columns(p, s);
	if (panel != PANEL_FREQUENCY) {
		fold_columns(p,
			     panel == PANEL_OFFSET ? QUANTITY_BOUND
						   : QUANTITY_PROMISE,
			     folded);
		draw_band(p, s, folded, true);
		draw_band(p, s, folded, false);
	}
	fold_columns(p, picture_quantity(panel), folded);
	draw_bars(p, s, folded);
	if (panel == PANEL_STEP)
		draw_jumps(p, s);
}
