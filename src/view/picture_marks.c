/* SPDX-License-Identifier: BSD-2-Clause */
/* Places on a curve, and the marks at them: dots, crosses, triangles, and where
 * there is no time.
 */
#include "picture_parts.h"

#include <string.h>

#include "report/axis.h"
#include "units.h"
#include "xml.h"

int64_t picture_x(const struct picture *p, int64_t at)
{
	return p->left * INT64_C(100) +
	       (int64_t)axis_place(at, p->from, p->to, picture_plot(p));
}

int64_t picture_y(const struct value_axis *s, int64_t value)
{
	return (int64_t)(s->top + s->height) * 100 -
	       (int64_t)axis_place(value, s->low, s->high,
				   (unsigned int)s->height);
}

bool picture_is_off(const struct value_axis *s, int64_t value)
{
	return value < s->low || value > s->high;
}

static bool is_alike(int64_t value, int64_t other)
{
	return picture_size(value / 2 - other / 2) < picture_size(other) / 200;
}

static const char off_scale_words[] = ", off the scale";

/* Of the text and those words in bold letters, and some room before it. */
static int64_t get_label_width(const char *text)
{
	int64_t letters = (int64_t)strlen(off_scale_words);

	for (; *text; text++)
		letters += (*text & 0xc0) != 0x80;
	return letters * 680 + 700;
}

void picture_off_scale(const struct picture *p, const struct value_axis *s,
		       struct off_scale *last, int64_t x, int64_t value,
		       const char *class)
{
	bool up = value > 0;
	int y = up ? s->top + 9 : s->top + s->height - 9;
	const char *words = off_scale_words;
	int64_t begin, width;
	char text[UNITS_MAX];
	bool end;

	xml_put(p->stream, "<path class=\"%s\" d=\"M%p %dh10l-5 %dz\">", class,
		x - 500, y, up ? -8 : 8);
	units_step(value, 5, text);
	xml_put(p->stream, "<title>%s%s</title></path>", text, words);
	width = get_label_width(text);
	end = x + width > p->width * INT64_C(100);
	/* Where there is no room on either side, what the title says is left
	 * out. */
	if (end && x - width < p->left * INT64_C(100)) {
		words = "";
		width = get_label_width(text) -
			680 * (int64_t)strlen(off_scale_words);
		end = x + width > p->width * INT64_C(100);
	}
	begin = x - (end ? width : 0);
	if (last->ends[up] &&
	    (begin < last->ends[up] || is_alike(value, last->values[up])))
		return;
	xml_put(p->stream,
		"<text class=\"off\" x=\"%p\" y=\"%d\" text-anchor=\"%s\">%s%s</text>",
		x + (end ? -500 : 500), up ? y + 13 : y - 5,
		end ? "end" : "start", text, words);
	last->ends[up] = begin + width;
	last->values[up] = value;
}

void picture_cross(const struct picture *p, int64_t x, int64_t y)
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
		if (!run->there || value_usable(field->usable, run->value))
			return "no clock";
		return name ? name : "status unknown";
	}
	return "no clock";
}

void picture_untimed(const struct picture *p, const struct value_axis *s,
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

void picture_dot(const struct picture *p, const struct value_axis *s,
		 struct off_scale *last, const struct point *d, int64_t value,
		 bool bad, bool round)
{
	int64_t x = picture_x(p, d->at);

	if (picture_is_off(s, value)) {
		picture_off_scale(p, s, last, x, value,
				  bad ? "tri bad" : "tri");
		return;
	}
	if (bad) {
		picture_cross(p, x, picture_y(s, value));
		return;
	}
	if (!round) {
		xml_put(p->stream,
			"<path class=\"jump\" d=\"M%p %pl5 5-5 5-5-5z\"/>", x,
			picture_y(s, value) - 500);
		return;
	}
	xml_put(p->stream,
		"<circle class=\"dot\" cx=\"%p\" cy=\"%p\" r=\"%s\"/>", x,
		picture_y(s, value), picture_is_dense(p) ? "1.6" : "3");
}
