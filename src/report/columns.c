/* SPDX-License-Identifier: BSD-2-Clause */
/* Columns that become wider as time goes on. */
#include "columns.h"

#include <string.h>

void range_add(struct range *range, int64_t value)
{
	if (!range->count || value < range->least)
		range->least = value;
	if (!range->count || value > range->most)
		range->most = value;
	range->count++;
}

void range_merge(struct range *to, const struct range *from)
{
	uint64_t count = to->count + from->count;

	if (!from->count)
		return;
	range_add(to, from->least);
	range_add(to, from->most);
	to->count = count;
}

static void merge_column(struct column *to, const struct column *from)
{
	for (int i = 0; i < QUANTITY_COUNT; i++)
		range_merge(&to->of[i], &from->of[i]);
	if (!to->anchor.there)
		to->anchor = from->anchor;
	to->outside += from->outside;
	to->broken += from->broken;
	to->events += from->events;
	to->breaches += from->breaches;
	to->untimed += from->untimed;
	to->timed += from->timed;
	for (int i = 0; i < STRIP_COUNT; i++)
		to->changes[i] += from->changes[i];
}

static void double_width(struct columns *c)
{
	for (unsigned int i = 0; i < COLUMNS_MAX / 2; i++) {
		if (i)
			c->column[i] = c->column[2 * i];
		merge_column(&c->column[i], &c->column[2 * i + 1]);
	}
	memset(&c->column[COLUMNS_MAX / 2], 0,
	       COLUMNS_MAX / 2 * sizeof(*c->column));
	c->used = (c->used + 1) / 2;
	c->width *= 2;
}

void columns_start(struct columns *columns)
{
	memset(columns, 0, sizeof(*columns));
	columns->width = 1;
}

struct column *columns_at(struct columns *c, int64_t at)
{
	unsigned int i;

	/* Where nothing is there yet, nothing has to be merged. */
	while (at / c->width >= COLUMNS_MAX) {
		if (c->used)
			double_width(c);
		else
			c->width *= 2;
	}
	i = (unsigned int)(at / c->width);
	if (i >= c->used)
		c->used = i + 1;
	return &c->column[i];
}

const struct anchor *columns_anchor(const struct columns *c, int64_t at)
{
	int64_t i = at / c->width;

	if (i >= c->used)
		i = (int64_t)c->used - 1;
	for (; i >= 0; i--) {
		if (c->column[i].anchor.there && c->column[i].anchor.at <= at)
			return &c->column[i].anchor;
	}
	return NULL;
}
