/* SPDX-License-Identifier: BSD-2-Clause */
/* The pictures of a timeline, as elements of SVG. */
#ifndef VMCLOCKCTL_VIEW_PICTURE_H
#define VMCLOCKCTL_VIEW_PICTURE_H

#include <stdio.h>

#include "report/timeline.h"

/* Units of all pictures: the plot is between the margins, and nowhere wider
 * than PICTURE_PLOT. */
#define PICTURE_WIDTH 980
#define PICTURE_LEFT  92
#define PICTURE_RIGHT 16
#define PICTURE_PLOT  (PICTURE_WIDTH - PICTURE_LEFT - PICTURE_RIGHT)
/* Two close-ups stand side by side. */
#define PICTURE_CLOSE_WIDTH 460
/* For the screen of a telephone. */
#define PICTURE_NARROW_WIDTH 380
#define PICTURE_NARROW_LEFT  76

struct picture {
	FILE *stream;
	const struct timeline *timeline;
	/* The part of the axis that is drawn. */
	int64_t from, to;
	/* Pages drawn one by one; NULL: by the timeline's columns. */
	const struct point *points;
	unsigned int point_count;
	bool close_up;
	int width, left; /* all of it, and before the plot */
};

static inline unsigned int picture_plot(const struct picture *picture)
{
	return (unsigned int)(picture->width - picture->left - PICTURE_RIGHT);
}

/* Points so close that they are drawn small, without ornaments. */
static inline bool picture_is_dense(const struct picture *picture)
{
	return picture->point_count > picture_plot(picture) / 7;
}

/* All of a timeline; and the same, narrow. */
struct picture picture_whole(FILE *stream, const struct timeline *timeline);
struct picture picture_narrow(FILE *stream, const struct timeline *timeline);

/* One close-up of it. */
struct picture picture_close_up(FILE *stream, const struct timeline *timeline,
				const struct close_up *close_up);

/* The curves, one a panel. */
enum panel {
	PANEL_OFFSET,
	PANEL_STEP,
	PANEL_FREQUENCY,
	PANEL_COUNT,
};

/* Whether there is anything to draw in it. */
bool picture_has(const struct picture *picture, enum panel panel);

/* The heights, in the same units. */
int picture_height(const struct picture *picture, enum panel panel);
int picture_strips_height(const struct picture *picture);

/* The content of an svg element of that height. */
void picture_draw(const struct picture *picture, enum panel panel);
void picture_draw_strips(const struct picture *picture);

/* Shared by the files that draw. */

/* A place on the axis, in hundredths of a unit from the picture's left. */
int64_t picture_x(const struct picture *picture, int64_t at);

/* How an event looks: class of style, and how grave. */
enum gravity {
	GRAVITY_BAD,
	GRAVITY_WARN,
	GRAVITY_INFO,
	GRAVITY_MUTED
};
extern const char *const gravity_names[]; /* "bad", ... */
enum gravity picture_gravity(enum event event);

/* The next events from index *i on that one pin stands for, within `reach`
 * hundredths; *i is the index after them. */
struct pin {
	unsigned int first, last; /* in timeline->events */
	int64_t x;
	enum gravity gravity;
};
bool picture_next_pin(const struct picture *picture, unsigned int *i,
		      int64_t reach, struct pin *pin);

#endif
