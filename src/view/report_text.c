/* SPDX-License-Identifier: BSD-2-Clause */
/* Flattens the document of dump into lines that survive a mail. */
#include "report_text.h"

#include <string.h>

#include "base/printable.h"
#include "io/source/report_lines.h"

/* What mail programs leave as it is. */
#define COLUMNS 76

/* Begins what does not fit the line of its key; no dump begins so. */
#define CONTINUED "  | "

#define PATH_MAX_TEXT 200

/* Where the words of a line may be broken: at most `room` characters, at a
 * blank if there is one. */
static size_t find_break(const char *text, size_t room)
{
	size_t length = strlen(text), at = room;

	if (length <= room)
		return length;
	while (at && text[at] != ' ')
		at--;
	return at ? at : room;
}

static void print_line(FILE *stream, const char *key, const char *value)
{
	size_t column = (size_t)fprintf(stream, "%s:", key);

	if (column + 10 > COLUMNS) {
		fputs("\n" CONTINUED, stream);
		column = strlen(CONTINUED);
	} else {
		fputc(' ', stream);
		column++;
	}
	for (;;) {
		size_t count = find_break(value, COLUMNS - column);

		fprintf(stream, "%.*s\n", (int)count, value);
		value += count;
		while (*value == ' ')
			value++;
		if (!*value)
			return;
		fputs(CONTINUED, stream);
		column = strlen(CONTINUED);
	}
}

static void print_text(FILE *stream, const char *key, const char *text)
{
	char ascii[2048];

	printable_ascii(ascii, sizeof(ascii), text);
	if (*ascii)
		print_line(stream, key, ascii);
}

/* Returns false for what has no value. */
static bool value_text(const json_t *value, char *text, size_t size)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		printable_ascii(text, size, json_string_value(value));
		return *text;
	case JSON_INTEGER:
		snprintf(text, size, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
		return true;
	case JSON_REAL:
		snprintf(text, size, "%.12g", json_real_value(value));
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		snprintf(text, size, "%s", json_is_true(value) ? "yes" : "no");
		return true;
	default:
		return false;
	}
}

static void print_value(FILE *stream, const char *key, const json_t *value)
{
	char text[2048];

	if (value_text(value, text, sizeof(text)))
		print_line(stream, key, text);
}

/* {"sec", "nsec"} of a time on one line. */
static bool print_stamp(FILE *stream, const char *key, const json_t *value)
{
	const char *sec = json_string_value(json_object_get(value, "sec"));
	const json_t *nsec = json_object_get(value, "nsec");
	char text[64];

	if (!sec || !json_is_integer(nsec) || json_object_size(value) != 2)
		return false;
	snprintf(text, sizeof(text), "%s s + %" JSON_INTEGER_FORMAT " ns", sec,
		 json_integer_value(nsec));
	print_line(stream, key, text);
	return true;
}

static bool is_flat(const json_t *value)
{
	const char *key;
	json_t *member;

	json_object_foreach((json_t *)value, key, member)
	{
		if (json_is_object(member) || json_is_array(member))
			return false;
	}
	return json_is_object(value);
}

/* The members of an object on one line, "name value, name value". */
static void print_flat(FILE *stream, const char *path, const json_t *value)
{
	char text[2048];
	const char *key;
	json_t *member;
	size_t used = 0;

	text[0] = '\0';
	json_object_foreach((json_t *)value, key, member)
	{
		char word[1024];

		if (!value_text(member, word, sizeof(word)))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s %s", used ? ", " : "", key,
					 word);
		if (used >= sizeof(text))
			break;
	}
	if (*text)
		print_line(stream, path, text);
}

/* Every value below this one, by its path. NOLINTNEXTLINE(misc-no-recursion) */
static void print_tree(FILE *stream, const char *path, const json_t *value)
{
	char name[PATH_MAX_TEXT];
	const char *key;
	json_t *member;
	size_t index;

	if (json_is_object(value) && print_stamp(stream, path, value))
		return;
	if (is_flat(value) &&
	    (strchr(path, '.') || strcmp(path, "rules") == 0)) {
		print_flat(stream, path, value);
	} else if (json_is_object(value)) {
		json_object_foreach((json_t *)value, key, member)
		{
			snprintf(name, sizeof(name), "%s.%s", path, key);
			print_tree(stream, name, member);
		}
	} else if (json_is_array(value)) {
		json_array_foreach(value, index, member)
		{
			snprintf(name, sizeof(name), "%s.%zu", path, index + 1);
			print_tree(stream, name, member);
		}
	} else {
		print_value(stream, path, value);
	}
}

static const char *member_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* The rules that the page breaks; the numbers say how many were asked. */
static void print_verdicts(FILE *stream, const json_t *verdicts)
{
	const json_t *results = json_object_get(verdicts, "results");
	json_t *result;
	char text[1024];
	size_t index;

	print_value(stream, "conformant",
		    json_object_get(verdicts, "conformant"));
	print_tree(stream, "rules", json_object_get(verdicts, "summary"));
	json_array_foreach(results, index, result)
	{
		snprintf(text, sizeof(text), "%s %s: %s",
			 member_text(result, "id"),
			 member_text(result, "status"),
			 member_text(result, "message"));
		print_text(stream, "verdict", text);
	}
}

/* A line of doctor, and its next step. */
static void print_doctor(FILE *stream, const json_t *doctor)
{
	json_t *line;
	char text[1024];
	size_t index;

	json_array_foreach(doctor, index, line)
	{
		snprintf(text, sizeof(text), "%s: %s: %s",
			 member_text(line, "level"), member_text(line, "topic"),
			 member_text(line, "message"));
		print_text(stream, "doctor", text);
		print_text(stream, "next", member_text(line, "next"));
	}
}

static void print_page(FILE *stream, const uint8_t *bytes, size_t length)
{
	size_t shown = length;

	while (shown > 1 && !bytes[shown - 1])
		shown--;
	fprintf(stream,
		"\n" REPORT_PAGE "%zu" REPORT_PAGE_OF "%zu" REPORT_PAGE_REST
		"\n",
		length, shown);
	for (size_t at = 0; at < shown; at += 16) {
		fprintf(stream, "%08zx: ", at);
		for (size_t i = at; i < at + 16; i++) {
			if (i < shown)
				fprintf(stream, "%02x ", bytes[i]);
			else
				fputs("   ", stream);
		}
		fputc(' ', stream);
		for (size_t i = at; i < at + 16 && i < shown; i++)
			fputc(is_printable_ascii(bytes[i]) ? bytes[i] : '.',
			      stream);
		fputc('\n', stream);
	}
	fputc('\n', stream);
}

void text_report(FILE *stream, const json_t *document, const uint8_t *bytes,
		 size_t length)
{
	const json_t *tool = json_object_get(document, "tool");
	static const char *const trees[] = { "time", "machine", "device",
					     "phcs", "comparison" };

	print_flat(stream, "report by", tool);
	print_tree(stream, "source", json_object_get(document, "source"));
	print_text(stream, "layout", member_text(document, "layout"));
	fputs(json_is_true(json_object_get(document, "redacted"))
		      ? REPORT_REDACTED "\n"
		      : "redacted: no\n",
	      stream);
	print_page(stream, bytes, length);
	print_text(stream, "counter", member_text(document, "counter"));
	print_text(stream, "no time because",
		   member_text(document, "time_reason"));
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		const json_t *tree = json_object_get(document, trees[i]);

		if (tree && !json_is_null(tree))
			print_tree(stream, trees[i], tree);
	}
	print_verdicts(stream, json_object_get(document, "verdicts"));
	print_doctor(stream, json_object_get(document, "doctor"));
	/* So that people see whether they have all of it. */
	print_line(stream, "end", "of the report");
}
