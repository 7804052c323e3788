/* SPDX-License-Identifier: BSD-2-Clause */
/* The first lines of reports, each by what only that report begins with. */
#include "report_head.h"

#include <stdbool.h>
#include <string.h>

#include "base/hex.h"
#include "base/number.h"
#include "doctor/doctor.h"
#include "page/field.h"
#include "verify.h"

/* Past the prefix, or NULL. */
static const char *after(const char *line, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(line, prefix, length) == 0 ? line + length : NULL;
}

/* Past a number of these digits, `most` of them at most, or NULL. */
static const char *after_digits(const char *line, const char *digits,
				size_t most)
{
	size_t length = strspn(line, digits);

	return length && length <= most ? line + length : NULL;
}

/* A rule's name, and nothing or what is said of it. */
static bool names_rule(const char *text)
{
	char id[REPORT_HEAD_MAX];
	size_t length = strcspn(text, ":");

	memcpy(id, text, length);
	id[length] = '\0';
	return rule_find(id) >= 0;
}

/* Past one of the words and the blanks that follow it, or NULL. */
static const char *after_word(const char *line, const char *const *words,
			      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *rest = after(line, words[i]);

		if (rest && *rest == ' ')
			return rest + strspn(rest, " ");
	}
	return NULL;
}

static bool is_verdict(const char *line)
{
	static const char *const shown[] = { "FAIL", "WARN", "n/a" };
	const char *rest = after_digits(line, DECIMAL_DIGITS, 3);

	if (rest)
		return after(rest, " rule: ") || after(rest, " rules: ");
	rest = after_word(line, shown, sizeof(shown) / sizeof(*shown));
	if (!rest)
		rest = after_word(line, verdict_names, VERDICT_COUNT);
	return rest && names_rule(rest);
}

static bool is_value(const char *line)
{
	const char *rest = after(line, "0x");

	rest = rest ? after_digits(rest, hex_letters, 16)
	       : *line == '-' && line[1] == '\0'
		       ? line + 1
		       : after_digits(line, DECIMAL_DIGITS, 20);
	return rest && !*rest;
}

static bool names_field(const char *name)
{
	for (int i = 0; i < LAYOUT_COUNT; i++) {
		if (field_find(&layouts[i], name) >= 0)
			return true;
	}
	return false;
}

static bool is_difference(const char *line)
{
	const char *rest = after(line, "0x");

	rest = rest ? after_digits(rest, hex_letters, 4) : NULL;
	if (rest)
		return *rest == ' ' && names_field(rest + 1);
	rest = after_digits(line, DECIMAL_DIGITS, 20);
	if (rest)
		return after(rest, " bytes outside the fields");
	return strcmp(line, "layout") == 0 || strcmp(line, "length") == 0;
}

static bool is_diagnosis(const char *line)
{
	const char *rest =
		after_word(line, diagnosis_level_names, DIAGNOSIS_LEVEL_COUNT);

	return rest && strstr(rest, ": ");
}

enum report_head report_head_of(const char *head, size_t length)
{
	static bool (*const is[])(const char *line) = {
		[REPORT_HEAD_VERDICT] = is_verdict,
		[REPORT_HEAD_VALUES] = is_value,
		[REPORT_HEAD_DIFFERENCE] = is_difference,
		[REPORT_HEAD_DIAGNOSES] = is_diagnosis,
		[REPORT_HEAD_RULE] = names_rule,
	};
	const char *end = memchr(head, '\n', length);
	char line[REPORT_HEAD_MAX];

	if (!end || (size_t)(end - head) >= sizeof(line))
		return REPORT_HEAD_NONE;
	memcpy(line, head, (size_t)(end - head));
	line[end - head] = '\0';
	for (int i = REPORT_HEAD_VERDICT; i <= REPORT_HEAD_RULE; i++) {
		if (is[i](line))
			return (enum report_head)i;
	}
	return REPORT_HEAD_NONE;
}
