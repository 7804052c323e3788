/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that draw curves share: the inside of picture.c. */
#ifndef VMCLOCKCTL_VIEW_PICTURE_PARTS_H
#define VMCLOCKCTL_VIEW_PICTURE_PARTS_H

#include "picture.h"

/* The scale of a panel. */
struct value_axis {
	int64_t low, high;
	int top, height;
};

/* What is beyond the scale: a triangle at its edge, and the number where there
 * is room for it and it is another than the last. */
struct off_scale {
	int64_t ends[2]; /* of the last number, at the lower and upper edge */
	int64_t values[2];
};

static inline int64_t picture_size(int64_t value)
{
	return value < 0 ? -value : value;
}

enum quantity picture_quantity(enum panel panel);

/* In hundredths of a unit from the picture's top; a value off the scale is at
 * its edge. */
int64_t picture_y(const struct value_axis *axis, int64_t value);
bool picture_is_off(const struct value_axis *axis, int64_t value);

/* Marks. Places are in hundredths of a unit. */
void picture_off_scale(const struct picture *picture,
		       const struct value_axis *axis, struct off_scale *last,
		       int64_t x, int64_t value, const char *class);
void picture_cross(const struct picture *picture, int64_t x, int64_t y);

/* A value of a page: a dot, or a diamond where it is not `round`; a cross where
 * it is bad, a triangle where it is off the scale. */
void picture_dot(const struct picture *p, const struct value_axis *s,
		 struct off_scale *last, const struct point *d, int64_t value,
		 bool bad, bool round);

/* A stretch in which the page gives no time, with the word for it. */
void picture_untimed(const struct picture *picture,
		     const struct value_axis *axis, int64_t at, int64_t end);

/* The curve of a panel, page by page, or by columns. */
void picture_points(const struct picture *picture, enum panel panel,
		    const struct value_axis *axis);
void picture_columns(const struct picture *picture, enum panel panel,
		     const struct value_axis *axis);

#endif
