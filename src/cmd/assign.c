/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets fields of a page, by their names or by what they are to say. */
#include "assign.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "clock/period.h"
#include "clock/rfc3339.h"
#include "command.h"
#include "duration.h"
#include "quantity.h"

/* An assignment: its word, for messages, and the text behind the =. */
struct assignment {
	struct source *source;
	const char *word, *value;
	struct error *error;
};

bool is_assignment(const char *word)
{
	const char *equals = strchr(word, '=');
	const char *slash = strchr(word, '/');

	return equals && (!slash || slash > equals);
}

static int out_of_range(const struct assignment *a)
{
	return usage_error(a->error, "%s: out of range", a->word);
}

static uint64_t row_value(const struct source *source, int row)
{
	const struct field *field = &source->layout->fields[row];

	return field_end(field) > source->length
		       ? 0
		       : load_le(source->bytes + field->offset, field->width);
}

static int set_row(const struct assignment *a, int row, uint64_t value)
{
	const struct source *source = a->source;
	const struct field *field = &source->layout->fields[row];

	if (field_end(field) > source->length)
		return usage_error(a->error, "%s: beyond the page's %zu bytes",
				   a->word, source->length);
	if (field->width < sizeof(value) && value >> 8 * field->width)
		return out_of_range(a);
	store_le(source->bytes + field->offset, field->width, value);
	return 0;
}

/* What stands between the name and the =; '\0': nothing. */
static char find_operation(const char *word)
{
	const char *equals = strchr(word, '=');

	if (equals == word || !strchr("+-", equals[-1]))
		return '\0';
	return equals[-1];
}

static int assign_field(const struct assignment *a)
{
	const struct layout *layout = a->source->layout;
	char name[sizeof(a->error->message)];
	char change = find_operation(a->word);
	const struct field *field;
	uint64_t number, old;
	int row;

	snprintf(name, sizeof(name), "%.*s",
		 (int)(a->value - a->word) - (change ? 2 : 1), a->word);
	row = field_find(layout, name);
	if (row < 0)
		return unknown_field(layout, name, a->error);
	field = &layout->fields[row];
	if (change && field->kind != KIND_FLAGS)
		return usage_error(a->error, "%s: only flags take %c=", a->word,
				   change);
	switch (field_parse(field, a->value, &number)) {
	case 0:
		break;
	case -ERANGE:
		out_of_range(a);
		return hint_values(field, UINT64_MAX, a->error);
	default:
		usage_error(a->error, "%s: not a value of this field", a->word);
		return hint_values(field, UINT64_MAX, a->error);
	}
	old = row_value(a->source, row);
	if (change)
		number = change == '+' ? old | number : old & ~number;
	return set_row(a, row, number);
}

/* Set a row of the layout that needs flags, and those flags. */
static int set_valid(const struct assignment *a, int row, uint64_t value)
{
	const struct layout *layout = a->source->layout;
	uint64_t needed = field_flags(&layout->fields[row]);

	if (set_row(a, row, value))
		return -1;
	return set_row(a, layout->flags,
		       row_value(a->source, layout->flags) | needed);
}

static int assign_frequency(const struct assignment *a)
{
	static const struct unit units[] = {
		{ "Hz", NANOHERTZ },
		{ "kHz", NANOHERTZ * 1000 },
		{ "MHz", NANOHERTZ * 1000000 },
		{ "GHz", NANOHERTZ * 1000000000 },
	};
	const struct layout *layout = a->source->layout;
	uint128 frequency;
	uint64_t period;
	uint8_t shift;
	int result =
		parse_quantity(a->value, units, sizeof(units) / sizeof(*units),
			       FREQUENCY_MOST, &frequency);

	if (result == -EINVAL) {
		usage_error(a->error, "%s: not a frequency", a->word);
		return error_hint(
			a->error,
			"a number with Hz, kHz, MHz or GHz, such as 2.5GHz");
	}
	if (result || frequency < FREQUENCY_LEAST) {
		out_of_range(a);
		return error_hint(a->error, "above 1Hz, up to 1000GHz");
	}
	period_of_frequency(frequency, &period, &shift);
	return set_row(a, layout->period, period) ||
			       set_row(a, layout->period_shift, shift)
		       ? -1
		       : 0;
}

static int assign_drift(const struct assignment *a)
{
	static const struct unit units[] = {
		{ "ppb", SHARE_WHOLE / 1000000000 },
		{ "ppm", SHARE_WHOLE / 1000000 },
	};
	const struct layout *layout = a->source->layout;
	uint64_t period = row_value(a->source, layout->period);
	uint128 share;
	int result =
		parse_quantity(a->value, units, sizeof(units) / sizeof(*units),
			       SHARE_WHOLE, &share);

	if (result == -EINVAL) {
		usage_error(a->error, "%s: not a drift", a->word);
		return error_hint(a->error,
				  "a number with ppm or ppb, such as 50ppm");
	}
	if (result)
		return out_of_range(a);
	if (!period) {
		usage_error(a->error, "%s: the page has no period", a->word);
		return error_hint(a->error,
				  "set it too, such as frequency=2.5GHz");
	}
	return set_valid(a, layout->period_maxerror,
			 period_share(period, (uint64_t)share));
}

static int assign_maxerror(const struct assignment *a)
{
	const struct layout *layout = a->source->layout;
	uint64_t value;
	int64_t nsec;
	int result = parse_duration(a->value, &nsec);

	if (result == -EINVAL) {
		usage_error(a->error, "%s: not a time in whole nanoseconds",
			    a->word);
		return error_hint(
			a->error,
			"a number with ns, us, ms or s, such as 50us");
	}
	if (result || __builtin_mul_overflow((uint64_t)nsec,
					     layout->errors_per_nsec, &value))
		return out_of_range(a);
	return set_valid(a, layout->time_maxerror, value);
}

/* UTC to the seconds of the page's time type. */
static int to_page_time(const struct assignment *a, int64_t *sec)
{
	const struct source *source = a->source;
	const struct layout *layout = source->layout;
	uint64_t type = layout->time_type < 0
				? (uint64_t)layout->implied_time_type
				: row_value(source, layout->time_type);
	const struct field *offset = &layout->fields[layout->tai_offset];
	int64_t ahead;

	if (type == TIME_TYPE_UTC)
		return 0;
	if (type != TIME_TYPE_TAI) {
		usage_error(a->error, "%s: the page does not count UTC or TAI",
			    a->word);
		return error_hint(a->error, "time_type=utc or time_type=tai");
	}
	if (field_flags(offset) & ~row_value(source, layout->flags)) {
		usage_error(a->error,
			    "%s: a TAI page without a valid TAI offset",
			    a->word);
		return error_hint(
			a->error,
			"tai_offset_sec=-37 flags+=tai-offset-valid, or time_type=utc");
	}
	ahead = field_signed(offset, row_value(source, layout->tai_offset));
	*sec += ahead < 0 ? -ahead : ahead;
	return 0;
}

static int assign_time(const struct assignment *a)
{
	const struct layout *layout = a->source->layout;
	struct timestamp stamp;
	int result = rfc3339_parse(a->value, &stamp);

	if (result == -EINVAL) {
		usage_error(a->error, "%s: not a time of RFC 3339", a->word);
		return error_hint(
			a->error,
			"such as 2026-11-21T00:00:00.5Z, with its zone");
	}
	if (result) {
		out_of_range(a);
		return error_hint(
			a->error,
			"no such day or hour; 23:59:60 has no number");
	}
	if (to_page_time(a, &stamp.sec))
		return -1;
	if (stamp.sec < 0)
		return out_of_range(a);
	return set_row(a, layout->time_sec, (uint64_t)stamp.sec) ||
			       set_row(a, layout->time_frac,
				       (uint64_t)grid_from_nsec_ceil(
					       stamp.nsec))
		       ? -1
		       : 0;
}

/*
 * What is no field, in the order in which it is carried out: a drift is a share
 * of the period, and the time depends on what the raw fields say.
 *
 * To add one: its row, encode.bats, and man/vmclockctl.1, encode.
 */
static const struct said {
	const char *name;
	int (*assign)(const struct assignment *a);
} saids[] = {
	{ "frequency", assign_frequency },
	{ "drift", assign_drift },
	{ "maxerror", assign_maxerror },
	{ "time", assign_time },
};

#define SAIDS (sizeof(saids) / sizeof(*saids))

static bool is_said(const char *word, const struct said *said)
{
	size_t length = strlen(said->name);

	return strncmp(word, said->name, length) == 0 && word[length] == '=';
}

static bool is_field(const char *word)
{
	for (size_t i = 0; i < SAIDS; i++) {
		if (is_said(word, &saids[i]))
			return false;
	}
	return true;
}

static int carry_out(struct source *source, const char *word,
		     int (*assign)(const struct assignment *a),
		     struct error *error)
{
	const struct assignment a = {
		.source = source,
		.word = word,
		.value = strchr(word, '=') + 1,
		.error = error,
	};

	/* Drafts of which only the head is known. */
	if (assign != assign_field && source->layout->period < 0)
		return usage_error(error, "%s: not in layout %s", word,
				   source->layout->name);
	return assign(&a);
}

int assign_all(struct source *source, char *const *words, int count,
	       struct error *error)
{
	for (int i = 0; i < count; i++) {
		if (is_assignment(words[i]) && is_field(words[i]) &&
		    carry_out(source, words[i], assign_field, error))
			return -1;
	}
	for (size_t s = 0; s < SAIDS; s++) {
		for (int i = 0; i < count; i++) {
			if (is_assignment(words[i]) &&
			    is_said(words[i], &saids[s]) &&
			    carry_out(source, words[i], saids[s].assign, error))
				return -1;
		}
	}
	return 0;
}
