/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /proc/iomem. */
#include "iomem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/sysfs.h"
#include "sysfile.h"

/* "START-END", in hex and after blanks. */
static bool read_range(const char *line, uint64_t *start, uint64_t *end)
{
	char *dash, *rest;

	*start = strtoull(line, &dash, 16);
	if (dash == line || *dash != '-')
		return false;
	*end = strtoull(dash + 1, &rest, 16);
	return rest != dash + 1 && *start <= *end;
}

static bool read_row(const char *line, struct iomem_row *row)
{
	const char *name = strstr(line, " : ");

	if (!name || !read_range(line, &row->start, &row->end))
		return false;
	row->name = name + 3;
	row->top = *line != ' ';
	return true;
}

int iomem_rows(const char *root,
	       bool (*take)(const struct iomem_row *row, void *context),
	       void *context, struct access_error *access_error)
{
	struct access_error found = { 0 };
	cleanup_free char *text = NULL;
	char *rest;
	struct iomem_row row;

	if (access_error)
		found.observations = access_error->observations;
	found.area = access_error ? access_error->area : 0;
	text = sysfile_whole(root, PROC_IOMEM, &found);
	if (access_error && !access_error->errnum)
		*access_error = found;
	if (!text)
		return found.errnum ? found.errnum : ENOENT;
	rest = text;
	for (char *line; (line = strsep(&rest, "\n"));) {
		if (read_row(line, &row) && take(&row, context))
			break;
	}
	return 0;
}

struct look {
	uint64_t start, end;
	struct iomem_range *range;
};

static bool take_row(const struct iomem_row *row, void *context)
{
	const struct look *look = context;
	struct iomem_range *range = look->range;

	range->hidden &= !row->end;
	if (row->start > look->end || row->end < look->start)
		return false;
	/* What is reserved in it is in it all the same; what the kernel keeps
	 * out of its memory is a row of its own. */
	if (row->top && strstr(row->name, "System RAM"))
		range->in_ram = true;
	if (row->start <= look->start) {
		snprintf(range->name, sizeof(range->name), "%.63s", row->name);
		range->start = row->start;
		range->end = row->end;
	}
	return false;
}

int iomem_look(const char *root, uint64_t start, uint64_t end,
	       struct iomem_range *range)
{
	struct look look = { start, end, range };

	*range = (struct iomem_range){ .hidden = true };
	return iomem_rows(root, take_row, &look, NULL);
}
