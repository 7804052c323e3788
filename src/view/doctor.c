/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of doctor, for people. */
#include "doctor.h"

#include <string.h>

#include "base/printable.h"
#include "color.h"
#include "text.h"

#define INDENT 9

static const char *const colors[DIAGNOSIS_LEVEL_COUNT] = {
	[DIAGNOSIS_OK] = COLOR_GREEN,
	[DIAGNOSIS_NOTE] = COLOR_YELLOW,
	[DIAGNOSIS_PROBLEM] = COLOR_RED,
	[DIAGNOSIS_UNKNOWN] = COLOR_MAGENTA,
};

/* "read /proc/iomem", "absent /dev/ptp0 (No such file or directory)" */
static void print_observations(FILE *stream, const struct diagnosis *d,
			       const struct observations *observations)
{
	for (size_t i = 0; i < observations->count; i++) {
		const struct observation *row = &observations->rows[i];
		char path[1024];

		if (!(d->seen & SEEN(row->area)))
			continue;
		printable(path, sizeof(path), row->path);
		fprintf(stream, "%*s%s %s", INDENT, "",
			observed_words[row->observed], path);
		if (row->errnum)
			fprintf(stream, " (%s)", strerror(row->errnum));
		fputc('\n', stream);
	}
}

static void print_diagnosis(FILE *stream, const struct diagnosis *d, bool color)
{
	const char *level = diagnosis_level_names[d->level];
	unsigned int column = INDENT;
	char text[4 * sizeof(d->text)], step[4 * sizeof(d->step)];

	printable(text, sizeof(text), d->text);
	printable(step, sizeof(step), d->step);

	fprintf(stream, "%s%s%s%*s", color ? colors[d->level] : "", level,
		color ? COLOR_RESET : "", INDENT - (int)strlen(level), "");
	column += (unsigned int)fprintf(stream, "%s: ", d->topic);
	text_wrap(stream, column, INDENT, text);
	if (!*d->step)
		return;
	fprintf(stream, "%*snext: ", INDENT, "");
	text_wrap(stream, INDENT + 6, INDENT + 6, step);
}

bool text_doctor_begins(const char *line)
{
	for (int level = 0; level < DIAGNOSIS_LEVEL_COUNT; level++) {
		const char *name = diagnosis_level_names[level];
		size_t length = strlen(name);

		if (strncmp(line, name, length) == 0 &&
		    strspn(line + length, " ") == INDENT - length)
			return strstr(line + INDENT, ": ");
	}
	return false;
}

void text_doctor(FILE *stream, const struct diagnosis *list, unsigned int count,
		 const struct observations *observations, bool color)
{
	unsigned int problems = 0, unknown = 0;

	for (unsigned int i = 0; i < count; i++) {
		print_diagnosis(stream, &list[i], color);
		if (observations)
			print_observations(stream, &list[i], observations);
		problems += list[i].level == DIAGNOSIS_PROBLEM;
		unknown += list[i].level == DIAGNOSIS_UNKNOWN;
	}
	fprintf(stream, "\n");
	if (problems)
		fprintf(stream, "%u problem%s%s", problems,
			problems == 1 ? "" : "s", unknown ? ", " : "");
	if (unknown)
		fprintf(stream, "%u unknown", unknown);
	fprintf(stream, "%s\n", problems || unknown ? "" : "no problem");
}
