/* SPDX-License-Identifier: BSD-2-Clause */
/* The line of a snapshot: what the recorder writes is read without a JSON
 * parser, and says what the parser reads in it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/respelled.h"
#include "io/output/recorder.h"
#include "io/snapshot_line.h"
#include "io/source/jsonmemory.h"
#include "io/source/line_reader.h"
#include "io/source/recording.h"
#include "page/page.h"

static struct error error;
static int nothing; /* a descriptor with nothing to read */

#define START                                                                  \
	"{\"schema\": \"vmclockctl/record\", \"schema_version\": 1, "          \
	"\"type\": \"start\"}\n"
#define END "{\"type\": \"end\", \"counter_last\": \"9\"}\n"
#define PAGE_LINE                                                              \
	"{\"type\": \"snapshot\", \"n\": 1, \"page\": {\"length\": 64, "       \
	"\"hex\": \"56434c4b00100a\"}, \"counter\": \"5\", "                   \
	"\"counter_last\": \"70\", \"realtime\": {\"sec\": \"-8\", \"nsec\": " \
	"999999999}, \"monotonic_raw\": {\"sec\": \"4\", \"nsec\": 0}, "       \
	"\"wake\": \"poll\", \"missed\": 1, \"unsettled_ns\": 20, "            \
	"\"unsettled_look_ns\": 3, \"realtime_window_ns\": 40}\n"
#define LOOK_LINE                                                              \
	"{\"type\": \"unsettled\", \"n\": 2, \"seq_count\": 4294967295, "      \
	"\"counter_last\": null, \"realtime\": null, \"monotonic_raw\": "      \
	"null, \"wake\": \"interval\", \"unsettled_ns\": 100000001, "          \
	"\"unsettled_look_ns\": 0}\n"

/* Read without the parser. */
static bool is_read(const char *text, size_t length, struct snapshot_line *line)
{
	memset(line, 0, sizeof(*line));
	return snapshot_line_read(text, length, line);
}

/* However much of it is there. */
static void lines_cut_short(void **state)
{
	static const char *const lines[] = { PAGE_LINE, LOOK_LINE };
	struct snapshot_line line;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		size_t length = strlen(lines[i]);

		for (size_t cut = 0; cut < length; cut++) {
			/* Its own memory, which ends there. */
			char *text = malloc(cut + 1);

			assert_non_null(text);
			memcpy(text, lines[i], cut);
			assert_false(is_read(text, cut, &line));
			free(text);
		}
		assert_true(is_read(lines[i], length, &line));
	}
}

/* The least and the most of everything. */
static const uint8_t full[PAGE_READ_MAX] = { [PAGE_READ_MAX - 1] = 0xff };
static const uint8_t empty[64] = { 0 };
static const struct snapshot given[] = {
	{ .kind = SNAPSHOT_PAGE,
	  .bytes = full,
	  .length = sizeof(full),
	  .has_counter = true,
	  .counter = UINT64_MAX,
	  .counter_last = UINT64_MAX,
	  .has_clocks = true,
	  .realtime = INT64_MIN,
	  .monotonic_raw = INT64_MAX,
	  .wake = WAKE_POLL,
	  .missed = INT64_MAX,
	  .unsettled = INT64_MAX,
	  .unsettled_look = INT64_MAX,
	  .has_window = true,
	  .realtime_window = INT64_MAX },
	{ .kind = SNAPSHOT_UNSETTLED,
	  .seq_count = UINT32_MAX,
	  .has_clocks = true,
	  .realtime = -1,
	  .monotonic_raw = 1000000000,
	  .wake = WAKE_INTERVAL,
	  .unsettled = INT64_MAX,
	  .unsettled_look = 1 },
	{ .kind = SNAPSHOT_PAGE,
	  .bytes = empty,
	  .length = sizeof(empty),
	  .has_counter = true,
	  .has_clocks = true,
	  .has_window = true,
	  .wake = WAKE_VIRTUAL },
	{ .kind = SNAPSHOT_PAGE, .bytes = empty, .length = 0 },
	{ .kind = SNAPSHOT_UNSETTLED },
};

#define GIVEN (sizeof(given) / sizeof(*given))

static char *record_given(size_t *length)
{
	struct recorder recorder;
	char *text;
	FILE *stream = open_memstream(&text, length);

	assert_int_equal(recorder_start(&recorder, stream, NULL, NULL, &error),
			 0);
	for (size_t i = 0; i < GIVEN; i++)
		assert_int_equal(
			recorder_snapshot(&recorder, &given[i], &error), 0);
	recorder_end(&recorder, NULL);
	fclose(stream);
	return text;
}

/* The lines of snapshots in a text: how many, and that each is read. */
static size_t count_lines(const char *name, const char *text, size_t length)
{
	const char *end = text + length;
	struct snapshot_line line;
	size_t count = 0;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *next = newline ? newline + 1 : end;

		if (strncmp(text, "{\"type\": \"snapshot\"", 19) == 0 ||
		    strncmp(text, "{\"type\": \"unsettled\"", 20) == 0) {
			if (!is_read(text, (size_t)(next - text), &line))
				fail_msg("%s: not read as it is written: %.*s",
					 name,
					 next - text > 400 ? 400
							   : (int)(next - text),
					 text);
			count++;
		}
		text = next;
	}
	return count;
}

static void check_same(const char *name, const char *text, size_t length)
{
	const char *difference = respelled_difference(text, length);

	if (difference)
		fail_msg("%s: read differently by the JSON parser: %s", name,
			 difference);
}

/* A member that the recorder writes, and only one of the two readers knows,
 * fails here. */
static void written_lines_are_read(void **state)
{
	struct recording *r;
	struct snapshot got;
	size_t length;
	char *text = record_given(&length);

	(void)state;
	assert_int_equal(count_lines("recorder", text, length), GIVEN);
	check_same("recorder", text, length);
	r = recording_open(nothing, "NAME", (const uint8_t *)text, length,
			   &error);
	assert_non_null(r);
	for (size_t i = 0; i < GIVEN; i++) {
		const struct snapshot *want = &given[i];

		assert_int_equal(recording_next(r, &got, &error), 1);
		assert_int_equal(got.kind, want->kind);
		assert_true(got.n == i + 1 && got.length == want->length);
		if (want->length)
			assert_memory_equal(got.bytes, want->bytes,
					    want->length);
		assert_true(got.has_counter == want->has_counter);
		assert_true(got.counter == want->counter);
		assert_true(got.has_clocks == want->has_clocks);
		assert_true(got.realtime == want->realtime);
		assert_true(got.monotonic_raw == want->monotonic_raw);
		assert_true(got.wake == want->wake);
		assert_true(got.missed == want->missed);
		assert_true(got.unsettled == want->unsettled);
		assert_true(got.unsettled_look == want->unsettled_look);
		assert_true(got.has_window == want->has_window);
		assert_true(got.realtime_window == want->realtime_window);
		assert_true(got.seq_count == want->seq_count);
	}
	assert_int_equal(recording_next(r, &got, &error), 0);
	recording_close(r);
	free(text);
}

static char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t got;

	if (!file)
		fail_msg("%s: cannot open", path);
	got = getdelim(&text, &size, '\0', file);
	assert_true(got > 0);
	*length = (size_t)got;
	fclose(file);
	return text;
}

/* Each recording of fixtures/. */
static void recordings_are_read(void **state)
{
	const char *fixtures = getenv("VMCLOCKCTL_FIXTURES");
	size_t lines = 0, length;
	char pattern[4096];
	glob_t found;

	(void)state;
	assert_non_null(fixtures);
	snprintf(pattern, sizeof(pattern), "%s/*/*.jsonl", fixtures);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];
		char *text = read_file(path, &length);

		lines += count_lines(path, text, length);
		check_same(path, text, length);
		free(text);
	}
	assert_true(found.gl_pathc >= 50 && lines >= 200);
	globfree(&found);
}

/* Lines in another spelling, broken ones, and those that do not come next: what
 * it says is left to the parser, and in all of them that is what it reads. */
static const struct {
	const char *from, *to;
} edits[] = {
	{ "{\"type\"", " {\"type\"" },
	{ "\"n\": 1,", "\"n\":1," },
	{ "\"n\": 1,", "\"n\": 01," },
	{ "\"n\": 1,", "\"n\": 1.0," },
	{ "\"n\": 1,", "\"n\": 1e0," },
	{ "\"n\": 1,", "\"n\": -1," },
	{ "\"n\": 1,", "\"n\": \"1\"," },
	{ "\"n\": 1,", "\"n\": 9223372036854775808," },
	{ "\"n\": 1,", "\"n\": 18446744073709551617," },
	{ "\"n\": 1, ", "\"n\": 1, \"n\": 1, " },
	{ "\"n\": 1, ", "" },
	{ "\"n\": 1,", "\"n\"\t:\r1," },
	{ "\"length\": 64", "\"length\": 65537" },
	{ "\"length\": 64", "\"length\": 6" },
	{ "\"length\": 64", "\"length\": -0" },
	{ "\"length\": 64, ", "\"length\": 64, \"crc\": 1, " },
	{ "\"hex\": \"56", "\"hex\": \"5" },
	{ "\"hex\": \"56", "\"hex\": \"\\u00356" },
	{ "\"hex\": \"56", "\"hex\": \"g6" },
	{ "\"hex\": \"56", "\"hex\": \" 56" },
	{ "\"hex\": \"56434c4b00100a\"", "\"hex\": \"5\\\"\"" },
	{ "\"hex\": \"56434c4b00100a\"", "\"hex\": null" },
	{ "\"counter\": \"5\"", "\"counter\": 5" },
	{ "\"counter\": \"5\"", "\"counter\": \"05\"" },
	{ "\"counter\": \"5\"", "\"counter\": \"\"" },
	{ "\"counter\": \"5\"", "\"counter\": \"-5\"" },
	{ "\"counter\": \"5\"", "\"counter\": \"18446744073709551616\"" },
	{ "\"counter\": \"5\"", "\"counter\": true" },
	{ "\"counter\": \"5\"", "\"counter\": nul" },
	{ "\"counter_last\": \"70\"", "\"counter_last\": \"7\\u0030\"" },
	{ "\"sec\": \"-8\"", "\"sec\": \"-0\"" },
	{ "\"sec\": \"-8\"", "\"sec\": \"+8\"" },
	{ "\"sec\": \"-8\"", "\"sec\": \"9223372037\"" },
	{ "\"sec\": \"-8\"", "\"sec\": -8" },
	{ "\"nsec\": 999999999", "\"nsec\": 1000000000" },
	{ "\"nsec\": 0}", "\"nsec\": 0, \"later\": {}}" },
	{ "\"nsec\": 0}", "\"nsec\": 00}" },
	{ "{\"sec\": \"4\", \"nsec\": 0}", "null" },
	{ "{\"sec\": \"4\", \"nsec\": 0}", "{\"nsec\": 0, \"sec\": \"4\"}" },
	{ "\"wake\": \"poll\"", "\"wake\": \"bell\"" },
	{ "\"wake\": \"poll\"", "\"wake\": \"pollen\"" },
	{ "\"wake\": \"poll\"", "\"wake\": \"pol\\u006c\"" },
	{ "\"wake\": \"poll\"", "\"wake\": null" },
	{ "\"missed\": 1, ", "" },
	{ "\"missed\": 1, \"unsettled_ns\": 20",
	  "\"unsettled_ns\": 20, \"missed\": 1" },
	{ "\"missed\": 1", "\"missed\": true" },
	{ "\"realtime_window_ns\": 40}",
	  "\"realtime_window_ns\": 40, \"later\": 1}" },
	{ "\"realtime_window_ns\": 40", "\"realtime_window_ns\": null" },
	{ "\"realtime_window_ns\": 40",
	  "\"realtime_window_ns\": 9223372036854775808" },
	{ "\"realtime_window_ns\": 40",
	  "\"realtime_window_ns\": 40, \"realtime_window_ns\": 40" },
	{ "\"unsettled_look_ns\": 3, ", "" },
	{ "\"realtime_window_ns\": 40}", "\"realtime_window_ns\": 40} " },
	{ "\"realtime_window_ns\": 40}", "\"realtime_window_ns\": 40}\r" },
	{ "\"realtime_window_ns\": 40}", "\"realtime_window_ns\": 40}}" },
	{ "\"realtime_window_ns\": 40}", "\"unsettled_look_ns\": 3" },
	{ "\"realtime_window_ns\": 40}", "\"realtime_window_ns\": 40}{}" },
	{ "\"type\": \"snapshot\"", "\"type\": \"unsettled\"" },
	{ "\"type\": \"snapshot\"", "\"type\": \"later\"" },
	{ "\"type\": \"snapshot\"", "\"type\": \"snap\\u0073hot\"" },
};

static void other_spellings_are_left_to_the_parser(void **state)
{
	static const char line[] = PAGE_LINE;
	struct snapshot_line read;
	char text[2048];

	(void)state;
	assert_true(is_read(line, strlen(line), &read));
	for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
		const char *at = strstr(line, edits[i].from);
		size_t digits = strlen("\"hex\": \"");
		int start = 0;

		assert_non_null(at);
		snprintf(text, sizeof(text), START "%n%.*s%s%s" LOOK_LINE END,
			 &start, (int)(at - line), line, edits[i].to,
			 at + strlen(edits[i].from));
		/* What stands between the quotes of hex is not looked at. */
		if (strncmp(edits[i].to, "\"hex\": \"", digits) != 0 &&
		    is_read(text + start, strcspn(text + start, "\n") + 1,
			    &read) &&
		    read.realtime.has == read.monotonic_raw.has)
			fail_msg("%s: read without the parser", edits[i].to);
		check_same(edits[i].to, text, strlen(text));
	}
}

/* Every byte of both lines taken out, put in twice, and changed to others. */
static void changed_bytes_make_no_difference(void **state)
{
	static const char text[] = START PAGE_LINE LOOK_LINE END;
	static const char others[] = "0 9a\"\\{},:-n\n\t\r\x7f\xc3";
	static char changed[sizeof(text) + 1];
	const size_t length = sizeof(text) - 1;

	(void)state;
	for (size_t at = strlen(START); at < length; at++) {
		memcpy(changed, text, at);
		memcpy(changed + at, text + at + 1, length - at - 1);
		check_same(changed, changed, length - 1);
		memcpy(changed + at + 1, text + at, length - at);
		changed[at] = text[at];
		check_same(changed, changed, length + 1);
		memcpy(changed, text, length);
		for (size_t i = at % 5; i < sizeof(others); i += 5) {
			changed[at] = others[i];
			check_same(changed, changed, length);
		}
		changed[at] = (char)(text[at] ^ 1);
		check_same(changed, changed, length);
		check_same(changed, text, at);
	}
}

/* What is right in itself, but not here. */
static void lines_out_of_place(void **state)
{
	static const char *const texts[] = {
		START PAGE_LINE PAGE_LINE,
		START LOOK_LINE PAGE_LINE,
		START PAGE_LINE END LOOK_LINE,
		START END PAGE_LINE,
		START "\n" PAGE_LINE,
		START PAGE_LINE "\n" LOOK_LINE,
		START START PAGE_LINE,
		PAGE_LINE LOOK_LINE,
		START "{\"type\": \"later\", \"n\": 1}\n" LOOK_LINE END,
		START "{\"type\": \"later\", \"n\": 1}\n" PAGE_LINE LOOK_LINE,
		START PAGE_LINE "{\"type\": \"later\"}\n" LOOK_LINE,
		START "{\"type\": \"later\", \"n\": 2}\n" LOOK_LINE,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		check_same(texts[i], texts[i], strlen(texts[i]));
}

/* A page of which the digits turn out to be none leaves nothing behind. */
static void pages_keep_no_digits_of_others(void **state)
{
	static const char text[] = START PAGE_LINE LOOK_LINE
		"{\"type\": \"snapshot\", \"n\": 3, \"page\": {\"length\": 8, "
		"\"hex\": \"ffff\\u00666\"}, \"counter\": null, "
		"\"counter_last\": null, \"realtime\": null, "
		"\"monotonic_raw\": null, \"wake\": \"poll\", \"missed\": 0, "
		"\"unsettled_ns\": 0, \"unsettled_look_ns\": 0}\n" END;

	(void)state;
	check_same("digits", text, strlen(text));
}

/* A line of the most bytes, of another spelling, is read by the parser. */
static void longest_line(void **state)
{
	static char text[sizeof(START) + LINE_BYTES_MAX + 1];
	const size_t start = strlen(START), line = strlen(PAGE_LINE);
	struct recording *r;
	struct snapshot got;

	(void)state;
	for (size_t over = 0; over < 2; over++) {
		size_t length = LINE_BYTES_MAX + over;

		memcpy(text, START PAGE_LINE, start + line - 2);
		memset(text + start + line - 2, ' ', length - line);
		memcpy(text + start + length - 2, "}\n", 2);
		r = recording_open(nothing, "NAME", (uint8_t *)text,
				   start + length, &error);
		assert_non_null(r);
		assert_int_equal(recording_next(r, &got, &error),
				 over ? -1 : 1);
		if (over)
			assert_string_equal(
				error.message,
				"NAME: line 2: more than 1048576 bytes");
		else
			assert_true(got.counter == 5 && got.length == 64);
		recording_close(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_lines_are_read),
		cmocka_unit_test(recordings_are_read),
		cmocka_unit_test(other_spellings_are_left_to_the_parser),
		cmocka_unit_test(changed_bytes_make_no_difference),
		cmocka_unit_test(lines_out_of_place),
		cmocka_unit_test(pages_keep_no_digits_of_others),
		cmocka_unit_test(lines_cut_short),
		cmocka_unit_test(longest_line),
	};

	jsonmemory_install();
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
