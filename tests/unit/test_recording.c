/* SPDX-License-Identifier: BSD-2-Clause */
/* What is recorded is read back; what is broken is named by its line. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/source/known.h"
#include "io/source/jsonmemory.h"
#include "io/source/line_reader.h"
#include "io/output/recorder.h"
#include "io/source/recording.h"
#include "page/page.h"

static struct error error;

/* A recording from its text, through a pipe where it fits, `head` bytes of it
 * read before. */
static FILE *file;

static struct recording *open_text(const char *text, size_t length, size_t head)
{
	if (file)
		fclose(file);
	file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fflush(file), 0);
	assert_int_equal(lseek(fileno(file), (off_t)head, SEEK_SET), head);
	error = (struct error){ 0 };
	return recording_open(fileno(file), "NAME", (const uint8_t *)text, head,
			      &error);
}

#define START                                                                  \
	"{\"schema\": \"vmclockctl/record\", \"schema_version\": 1, "          \
	"\"type\": \"start\"}\n"
#define CLOCKS                                                                 \
	"\"realtime\": null, \"monotonic_raw\": null, \"wake\": \"virtual\""
#define REST "\"missed\": 0, \"unsettled_ns\": 0, \"unsettled_look_ns\": 0}\n"
#define PAGE "\"page\": {\"length\": 64, \"hex\": \"56434c4b\"}"
#define SNAPSHOT(n)                                                            \
	"{\"type\": \"snapshot\", \"n\": " n ", " PAGE                         \
	", \"counter\": \"5\", \"counter_last\": null, " CLOCKS ", " REST
#define LATER(n) "{\"type\": \"later\", \"n\": " n "}\n"
#define END	 "{\"type\": \"end\", \"counter_last\": \"9\"}\n"

static int next(struct recording *r, struct snapshot *snapshot)
{
	return recording_next(r, snapshot, &error);
}

static void round_trip(void **state)
{
	static uint8_t bytes[2][PAGE_READ_MAX];
	const struct snapshot given[] = {
		{ .kind = SNAPSHOT_PAGE,
		  .bytes = bytes[0],
		  .length = PAGE_READ_MAX,
		  .has_counter = true,
		  .counter = UINT64_MAX - 1,
		  .counter_last = UINT64_MAX,
		  .has_clocks = true,
		  .realtime = -1,
		  .monotonic_raw = INT64_MAX,
		  .wake = WAKE_POLL,
		  .missed = 2147483647,
		  .unsettled = 99000000,
		  .unsettled_look = 50 },
		{ .kind = SNAPSHOT_UNSETTLED,
		  .seq_count = UINT32_MAX,
		  .has_clocks = true,
		  .realtime = 1500000000,
		  .monotonic_raw = INT64_MIN + 1,
		  .wake = WAKE_INTERVAL,
		  .unsettled = 100000001 },
		{ .kind = SNAPSHOT_PAGE,
		  .bytes = bytes[1],
		  .length = 0,
		  .wake = WAKE_VIRTUAL },
	};
	struct recorder recorder;
	struct snapshot got;
	char *text;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	(void)state;
	for (size_t i = 0; i < PAGE_READ_MAX; i++)
		bytes[0][i] = (uint8_t)(i * 7);
	assert_int_equal(
		recorder_start(&recorder, stream, NULL, "a \"story\"", &error),
		0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
			recorder_snapshot(&recorder, &given[i], &error), 0);
	recorder_reading(&recorder, 77);
	recorder_end(&recorder, NULL);
	fclose(stream);
	assert_non_null(strstr(text, "\"scenario\": \"a \\\"story\\\"\"}\n"));
	for (size_t head = 0; head < length; head += length / 3) {
		struct recording *r =
			open_text(text, length, head < 4096 ? head : 4096);

		assert_non_null(r);
		for (size_t i = 0; i < 3; i++) {
			const struct snapshot *want = &given[i];

			assert_int_equal(next(r, &got), 1);
			assert_int_equal(got.kind, want->kind);
			assert_int_equal(got.n, i + 1);
			assert_int_equal(got.length, want->length);
			if (want->length)
				assert_memory_equal(got.bytes, want->bytes,
						    want->length);
			assert_int_equal(got.has_counter, want->has_counter);
			assert_true(got.counter == want->counter);
			assert_true(got.counter_last == want->counter_last);
			assert_int_equal(got.has_clocks, want->has_clocks);
			assert_true(got.realtime == want->realtime);
			assert_true(got.monotonic_raw == want->monotonic_raw);
			assert_int_equal(got.wake, want->wake);
			assert_true(got.missed == want->missed);
			assert_true(got.unsettled == want->unsettled);
			assert_true(got.unsettled_look == want->unsettled_look);
			assert_int_equal(got.seq_count, want->seq_count);
		}
		assert_int_equal(next(r, &got), 0);
		assert_int_equal(next(r, &got), 0);
		recording_close(r);
	}
	free(text);
}

static void writes_the_context(void **state)
{
	const struct recorder_origin origin = { .kind = SOURCE_DEVICE,
						.path = "/dev/vmclock0",
						.root = "/nowhere",
						.polls = true,
						.interval = 100000000 };
	struct recorder recorder;
	char *text;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	(void)state;
	assert_int_equal(
		recorder_start(&recorder, stream, &origin, NULL, &error), 0);
	fclose(stream);
	assert_non_null(strstr(text, "{\"schema\": \"vmclockctl/record\", "
				     "\"schema_version\": 1, \"type\": "
				     "\"start\", \"tool\": {"));
	assert_non_null(strstr(text, "\"path\": \"/dev/vmclock0\""));
	assert_non_null(strstr(text, "\"clocksource\": null}, \"wake\": "
				     "\"poll\", \"interval_ns\": 100000000}"));
	assert_true(recording_begins((uint8_t *)text, length));
	free(text);
}

/* The last reading under a page comes from the line after it. */
static void last_readings(void **state)
{
	static const char text[] = START SNAPSHOT("1") END;
	struct snapshot got;
	struct recording *r = open_text(text, strlen(text), 0);

	(void)state;
	assert_non_null(r);
	assert_int_equal(next(r, &got), 1);
	assert_true(got.counter == 5 && got.counter_last == 9);
	assert_int_equal(next(r, &got), 0);
	recording_close(r);
}

/* Two pages stay readable while a third is read ahead. */
static void pages_stay(void **state)
{
	struct snapshot snapshot = { .length = 200 }, before, after;
	struct recorder recorder;
	uint8_t bytes[200];
	struct recording *r;
	char *text;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	(void)state;
	recorder_start(&recorder, stream, NULL, NULL, &error);
	snapshot.bytes = bytes;
	for (int i = 0; i < 1000; i++) {
		memset(bytes, 0, sizeof(bytes));
		memset(bytes, i & 0xff, (size_t)(i * 7 % 200));
		recorder_snapshot(&recorder, &snapshot, &error);
	}
	fclose(stream);
	r = open_text(text, length, 100);
	assert_int_equal(next(r, &before), 1);
	for (int i = 1; i < 1000; i++) {
		assert_int_equal(next(r, &after), 1);
		for (int j = 0; j < 200; j++) {
			assert_int_equal(before.bytes[j],
					 j < (i - 1) * 7 % 200 ? (i - 1) & 0xff
							       : 0);
			assert_int_equal(after.bytes[j],
					 j < i * 7 % 200 ? i & 0xff : 0);
		}
		before = after;
	}
	assert_int_equal(next(r, &after), 0);
	recording_close(r);
	free(text);
}

/* Cut anywhere: no error but where the start line is not whole, and never a
 * snapshot that was not there. */
static void cut_anywhere(void **state)
{
	static const char text[] =
		START SNAPSHOT("1") SNAPSHOT("2") SNAPSHOT("3") END;
	const size_t lines[] = { strlen(START), strlen(START SNAPSHOT("1")),
				 strlen(START SNAPSHOT("1") SNAPSHOT("2")),
				 strlen(START SNAPSHOT("1") SNAPSHOT("2")
						SNAPSHOT("3")) };
	struct snapshot got;

	(void)state;
	for (size_t length = 0; length <= strlen(text); length++) {
		struct recording *r = open_text(text, length, length / 2);
		int wanted = 0;

		/* A line without its newline is whole all the same. */
		for (int i = 1; i < 4; i++)
			wanted += length >= lines[i] - 1;
		if (length < lines[0] - 1) {
			assert_null(r);
			assert_int_equal(error.code, ERROR_DAMAGED);
			assert_non_null(strstr(error.message, "NAME: line 1:"));
			continue;
		}
		assert_non_null(r);
		for (int i = 0; i < wanted; i++)
			assert_int_equal(next(r, &got), 1);
		assert_int_equal(next(r, &got), 0);
		assert_int_equal(recording_is_complete(r),
				 length >= strlen(text) - 1);
		recording_close(r);
	}
}

static void blank_at_the_end(void **state)
{
	static const struct {
		const char *text;
		bool complete;
	} blank[] = {
		{ START SNAPSHOT("1") END "\n", true },
		{ START SNAPSHOT("1") END "\n \r\n\t", true },
		{ START SNAPSHOT("1") END "  ", true },
		{ START SNAPSHOT("1") "\n", false },
		{ START SNAPSHOT("1") "\r\n\n", false },
	};
	struct snapshot got;

	(void)state;
	for (size_t i = 0; i < sizeof(blank) / sizeof(*blank); i++) {
		const char *text = blank[i].text;

		for (size_t head = 0; head <= strlen(text); head++) {
			struct recording *r =
				open_text(text, strlen(text), head);

			assert_non_null(r);
			assert_int_equal(next(r, &got), 1);
			assert_int_equal(next(r, &got), 0);
			assert_int_equal(recording_is_complete(r),
					 blank[i].complete);
			recording_close(r);
		}
	}
}

#define EVENT(rest) "{\"type\": \"event\"" rest "}\n"
#define LATER_CLOCK "{\"sec\": \"1\", \"nsec\": 1, \"source\": {\"nsec\": 2}}"
#define LATER_SNAPSHOT(page, clock, wake, rest)                                \
	"{\"type\": \"snapshot\", \"n\": 1, \"page\": {\"length\": 64, "       \
	"\"hex\": \"56434c4b\"" page "}, \"counter\": \"5\", "                 \
	"\"counter_last\": null, \"realtime\": " clock                         \
	", \"monotonic_raw\": {\"sec\": \"1\", \"nsec\": 1}, \"wake\": " wake  \
		rest ", " REST

/* As a later version may write it: what is known is read, the first of the rest
 * is kept. */
static const struct {
	const char *text;
	uint64_t n[4]; /* of its snapshots */
	const char *what;
	uint64_t line;
} later[] = {
	{ START SNAPSHOT("1") END, { 1 }, "", 0 },
	/* Lines without a number, with their own, with those of snapshots. */
	{ START SNAPSHOT("1") EVENT() SNAPSHOT("2") END,
	  { 1, 2 },
	  "lines of type \"event\"",
	  3 },
	{ START EVENT(", \"n\": 1") SNAPSHOT("1") EVENT(", \"n\": 2")
		  SNAPSHOT("2") EVENT(", \"n\": 3") SNAPSHOT("3") END,
	  { 1, 2, 3 },
	  "lines of type \"event\"",
	  2 },
	{ START SNAPSHOT("1") EVENT(", \"n\": 2") LATER("3") SNAPSHOT("4")
		  SNAPSHOT("5") END,
	  { 1, 4, 5 },
	  "lines of type \"event\"",
	  3 },
	{ START SNAPSHOT("1") EVENT(", \"n\": 2") LATER("1") SNAPSHOT("3") END,
	  { 1, 3 },
	  "lines of type \"event\"",
	  3 },
	{ START SNAPSHOT("1") EVENT(", \"n\": 2") LATER("3") SNAPSHOT("3") END,
	  { 1, 3 },
	  "lines of type \"event\"",
	  3 },
	/* Anything may be in them. */
	{ START EVENT(", \"n\": \"x\", \"schema\": \"vmclockctl/record\", "
		      "\"schema_version\": 2, \"page\": 1, \"error\": []")
		  SNAPSHOT("1") EVENT(", \"n\": -1") EVENT(", \"n\": 0")
			  SNAPSHOT("2") END,
	  { 1, 2 },
	  "lines of type \"event\"",
	  2 },
	{ START SNAPSHOT("1") END EVENT() EVENT(),
	  { 1 },
	  "lines of type \"event\"",
	  4 },
	/* Members, at any depth. */
	{ "{\"schema\": \"vmclockctl/record\", \"schema_version\": 1, "
	  "\"type\": \"start\", \"tool\": {\"version\": \"9\", \"build\": 1}}\n" SNAPSHOT(
		  "1") END,
	  { 1 },
	  "tool.build",
	  1 },
	{ START LATER_SNAPSHOT("", "{\"sec\": \"1\", \"nsec\": 1}", "\"poll\"",
			       ", \"\": null, \"window_ns\": 3") END,
	  { 1 },
	  "\"\"",
	  2 },
	{ START LATER_SNAPSHOT(", \"crc\": 1", "{\"sec\": \"1\", \"nsec\": 1}",
			       "\"poll\"", ", \"window_ns\": 3") END,
	  { 1 },
	  "page.crc",
	  2 },
	{ START LATER_SNAPSHOT("", LATER_CLOCK, "\"poll\"", "") END,
	  { 1 },
	  "realtime.source",
	  2 },
	{ START SNAPSHOT(
		  "1") "{\"type\": \"unsettled\", \"n\": 2, "
		       "\"seq_count\": 1, \"counter_last\": null, " CLOCKS
		       ", \"unsettled_ns\": 0, "
		       "\"unsettled_look_ns\": 0, \"missed\": 0}\n" END,
	  { 1, 2 },
	  "missed",
	  3 },
	{ START SNAPSHOT("1") "{\"type\": \"end\", \"counter_last\": null, "
			      "\"reason\": \"signal\"}\n",
	  { 1 },
	  "reason",
	  3 },
	/* A word. */
	{ START LATER_SNAPSHOT("", "{\"sec\": \"1\", \"nsec\": 1}", "\"bell\"",
			       "") END,
	  { 1 },
	  "wake \"bell\"",
	  2 },
};

static void of_a_later_version(void **state)
{
	struct snapshot got;

	(void)state;
	for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++) {
		struct recording *r =
			open_text(later[i].text, strlen(later[i].text), i);
		const struct passed_over *passed_over;

		if (!r)
			fail_msg("%zu: %s", i, error.message);
		for (int n = 0; n < 4 && later[i].n[n]; n++) {
			if (next(r, &got) != 1)
				fail_msg("%zu: %s", i, error.message);
			assert_int_equal(got.n, later[i].n[n]);
			if (got.kind == SNAPSHOT_PAGE) {
				assert_int_equal(got.length, 64);
				assert_true(got.counter == 5);
			}
		}
		if (next(r, &got) != 0)
			fail_msg("%zu: %s", i, error.message);
		assert_true(recording_is_complete(r));
		passed_over = recording_passed_over(r);
		assert_string_equal(passed_over->what, later[i].what);
		assert_int_equal(passed_over->line, later[i].line);
		recording_close(r);
	}
}

/* A name may be as long as the line. */
static void long_names(void **state)
{
	static char text[100000];
	struct snapshot got;
	struct recording *r;

	(void)state;
	memcpy(text, START "{\"type\": \"", strlen(START) + 10);
	memset(text + strlen(START) + 10, 'x', 90000);
	strcat(text, "\"}\n" SNAPSHOT("1") END);
	r = open_text(text, strlen(text), 0);
	assert_non_null(r);
	assert_int_equal(next(r, &got), 1);
	assert_int_equal(strlen(recording_passed_over(r)->what),
			 sizeof(((struct passed_over *)NULL)->what) - 1);
	recording_close(r);
}

struct broken {
	const char *text;
	int good; /* snapshots before it */
	const char *message;
};

#define WITH(old_page, counter, last, clocks, rest)                            \
	"{\"type\": \"snapshot\", \"n\": 1, " old_page                         \
	", \"counter\": " counter ", \"counter_last\": " last ", " clocks      \
	", " rest
#define BAD_PAGE(page)	   WITH(page, "null", "null", CLOCKS, REST)
#define BAD_COUNTER(text)  WITH(PAGE, text, "null", CLOCKS, REST)
#define BAD_LAST(text)	   WITH(PAGE, "null", text, CLOCKS, REST)
#define BAD_CLOCKS(clocks) WITH(PAGE, "null", "null", clocks, REST)
#define BAD_TIME(time)                                                         \
	BAD_CLOCKS("\"realtime\": " time ", \"monotonic_raw\": " time          \
		   ", \"wake\": \"poll\"")
#define BAD_REST(rest) WITH(PAGE, "null", "null", CLOCKS, rest)

static const struct broken broken[] = {
	{ SNAPSHOT("1"), -1, "line 1: not the start line" },
	{ "\n" START, -1, "line 1: " },
	{ "[]\n", -1, "line 1: must be an object" },
	{ "{\"schema\": \"vmclockctl/show\", \"schema_version\": 1}\n", -1,
	  "line 1: not the start line" },
	{ "{\"schema\": \"vmclockctl/record\", \"type\": \"start\"}\n", -1,
	  "line 1: schema_version: must be an integer" },
	{ "{\"schema\": \"vmclockctl/record\", \"schema_version\": 2, "
	  "\"type\": \"start\"}\n",
	  -1, "line 1: schema_version: this vmclockctl reads version 1" },
	{ "{\"schema\": \"vmclockctl/record\", \"schema_version\": 1, "
	  "\"error\": {}}\n",
	  -1, "line 1: error: the line reports a failure" },
	{ "{\"schema\": \"vmclockctl/record\", \"schema_version\": 1}\n", -1,
	  "line 1: type: " },
	{ START SNAPSHOT("1") START, 1, "line 3: a second start line" },
	{ START "{\"schema_version\": 2}\n", 0, "line 2: a second start" },
	{ START SNAPSHOT("1") END SNAPSHOT("2"), 1,
	  "line 4: continues after the end line" },
	{ START SNAPSHOT("1") "garbage\n", 1, "line 3: " },
	{ START "\n" SNAPSHOT("1"), 0, "line 2: a blank line" },
	{ START SNAPSHOT("1") "\n \t\r\n" END, 1, "line 3: a blank line" },
	{ START SNAPSHOT("1") END "\n" SNAPSHOT("2"), 1,
	  "line 4: a blank line" },
	{ START SNAPSHOT("1") END END, 1, "line 4: continues after the end" },
	{ START SNAPSHOT("1") END START, 1, "line 4: continues after the end" },
	{ START SNAPSHOT("1") END "{\"n\": 1}\n", 1,
	  "line 4: continues after the end" },
	{ START SNAPSHOT("1") END "[]\n", 1, "line 4: must be an object" },
	{ START "{\"n\": 1}\n", 0, "line 2: type: missing" },
	{ START "{\"type\": 1}\n", 0, "line 2: type: must be a string" },
	{ START "{\"type\": \"end\", \"type\": \"end\"}\n", 0,
	  "line 2: duplicate" },
	{ START "{\"type\": \"end\"}\n", 0, "line 2: counter_last: missing" },
	{ START "{\"type\": \"snapshot\"}\n", 0, "line 2: n: missing" },
	{ START SNAPSHOT("\"1\""), 0, "line 2: n: must be an integer" },
	{ START SNAPSHOT("1.0"), 0, "line 2: n: must be an integer" },
	{ START SNAPSHOT("-1"), 0, "line 2: n: out of range" },
	{ START SNAPSHOT("0"), 0, "line 2: n: 0 where 1 is expected" },
	{ START SNAPSHOT("1") SNAPSHOT("3"), 1,
	  "line 3: n: 3 where 2 is expected" },
	{ START SNAPSHOT("1") SNAPSHOT("1"), 1,
	  "line 3: n: 1 where 2 is expected" },
	{ START BAD_PAGE("\"pages\": 1"), 0, "line 2: page: missing" },
	{ START BAD_PAGE("\"page\": 1"), 0, "line 2: page: must be an obj" },
	{ START BAD_PAGE("\"page\": {\"hex\": \"\"}"), 0,
	  "line 2: length: missing" },
	{ START BAD_PAGE("\"page\": {\"length\": 65537, \"hex\": \"\"}"), 0,
	  "line 2: length: out of range" },
	{ START BAD_PAGE("\"page\": {\"length\": 1}"), 0,
	  "line 2: page.hex: missing" },
	{ START BAD_PAGE("\"page\": {\"length\": 1, \"hex\": 12}"), 0,
	  "line 2: page.hex: must be a string" },
	{ START BAD_PAGE("\"page\": {\"length\": 1, \"hex\": \"123\"}"), 0,
	  "line 2: page.hex: odd number of digits" },
	{ START BAD_PAGE("\"page\": {\"length\": 1, \"hex\": \"1234\"}"), 0,
	  "line 2: page.hex: longer than page.length" },
	{ START BAD_PAGE("\"page\": {\"length\": 1, \"hex\": \"1g\"}"), 0,
	  "line 2: page.hex: holds a character" },
	{ START BAD_COUNTER("5"), 0, "line 2: counter: must be a string" },
	{ START BAD_COUNTER("\"\""), 0, "line 2: counter: must be an unsign" },
	{ START BAD_COUNTER("\"0x5\""), 0, "line 2: counter: must be an" },
	{ START BAD_COUNTER("\"18446744073709551616\""), 0,
	  "line 2: counter: must be an unsigned" },
	{ START BAD_LAST("true"), 0, "line 2: counter_last: must be a str" },
	{ START BAD_TIME("1"), 0, "line 2: realtime: must be {" },
	{ START BAD_TIME("{\"sec\": 1, \"nsec\": 1}"), 0,
	  "line 2: realtime: must be {" },
	{ START BAD_TIME("{\"sec\": \"1\", \"nsec\": 1000000000}"), 0,
	  "line 2: realtime: must be {" },
	{ START BAD_TIME("{\"sec\": \"1\", \"nsec\": -1}"), 0,
	  "line 2: realtime: must be {" },
	{ START BAD_TIME("{\"sec\": \"--1\", \"nsec\": 1}"), 0,
	  "line 2: realtime: sec must be a whole number" },
	{ START BAD_TIME("{\"sec\": \"9223372036\", \"nsec\": 999999999}"), 0,
	  "line 2: realtime: out of range" },
	{ START BAD_CLOCKS("\"realtime\": null, \"wake\": \"poll\""), 0,
	  "line 2: monotonic_raw: missing" },
	{ START BAD_CLOCKS("\"realtime\": null, \"monotonic_raw\": "
			   "{\"sec\": \"1\", \"nsec\": 1}"),
	  0, "line 2: realtime: null alone" },
	{ START BAD_CLOCKS("\"realtime\": null, \"monotonic_raw\": null"), 0,
	  "line 2: wake: missing" },
	{ START BAD_CLOCKS("\"realtime\": null, \"monotonic_raw\": null, "
			   "\"wake\": 1"),
	  0, "line 2: wake: must be a string" },
	/* A line of another type excuses no gap but its own. */
	{ START LATER("7") SNAPSHOT("2"), 0,
	  "line 3: n: 2 where 1 is expected" },
	{ START LATER("1") SNAPSHOT("3"), 0,
	  "line 3: n: 3 where 1 is expected" },
	{ START SNAPSHOT("1") LATER("2") SNAPSHOT("1"), 1,
	  "line 4: n: 1 where 2 is expected" },
	{ START SNAPSHOT("1") LATER("2") SNAPSHOT("3") SNAPSHOT("5"), 2,
	  "line 5: n: 5 where 4 is expected" },
	{ START LATER("\"1\"") SNAPSHOT("2"), 0,
	  "line 3: n: 2 where 1 is expected" },
	{ START BAD_REST("\"missed\": -1}\n"), 0,
	  "line 2: missed: out of range" },
	{ START BAD_REST("\"missed\": 0, \"unsettled_ns\": null}\n"), 0,
	  "line 2: unsettled_ns: must be an integer" },
	{ START BAD_REST("\"missed\": 0, \"unsettled_ns\": 0, "
			 "\"unsettled_look_ns\": null}\n"),
	  0, "line 2: unsettled_look_ns: must be an integer" },
	{ START "{\"type\": \"unsettled\", \"n\": 1, \"seq_count\": "
		"4294967296}\n",
	  0, "line 2: seq_count: out of range" },
};

static void broken_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		const struct broken *b = &broken[i];
		struct recording *r =
			open_text(b->text, strlen(b->text), i % 20);
		struct snapshot got;

		if (b->good >= 0) {
			assert_non_null(r);
			for (int n = 0; n < b->good; n++)
				assert_int_equal(next(r, &got), 1);
			assert_int_equal(next(r, &got), -1);
			/* And it stays so. */
			assert_int_equal(next(r, &got), -1);
		} else {
			assert_null(r);
		}
		recording_close(r);
		if (error.code != ERROR_DAMAGED ||
		    !strstr(error.message, b->message))
			fail_msg("%zu: \"%s\", not \"%s\"", i, error.message,
				 b->message);
	}
}

static void long_lines(void **state)
{
	static char text[LINE_BYTES_MAX + 2 * sizeof(START)];
	static const char end[] = "\", \"type\": \"end\", \"counter_last\": "
				  "null}\n";
	struct snapshot got;

	(void)state;
	for (size_t over = 0; over < 2; over++) {
		size_t used = strlen(START), line = used;
		struct recording *r;

		memcpy(text, START "{\"x\": \"", used + 7);
		used += 7;
		while (used - line + strlen(end) < LINE_BYTES_MAX + over)
			text[used++] = 'x';
		memcpy(text + used, end, strlen(end));
		used += strlen(end);
		r = open_text(text, used, 10);
		assert_non_null(r);
		assert_int_equal(next(r, &got), over ? -1 : 0);
		if (over)
			assert_string_equal(error.message,
					    "NAME: line 2: more than 1048576 "
					    "bytes");
		recording_close(r);
	}
}

static void begins(void **state)
{
	static const char *const yes[] = { START, "\n" START, SNAPSHOT("1"),
					   "{\"type\": \"end\"}" };
	static const char *const no[] = { "",
					  "{",
					  "{}\n",
					  "{\"schema\": \"vmclockctl/show\"}\n",
					  "{\"type\": 1}\n",
					  "{\"type\": \"other\"}\n",
					  "\n\n" };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_true(recording_begins((const uint8_t *)yes[i],
					     strlen(yes[i])));
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		assert_false(recording_begins((const uint8_t *)no[i],
					      strlen(no[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(writes_the_context),
		cmocka_unit_test(last_readings),
		cmocka_unit_test(pages_stay),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(blank_at_the_end),
		cmocka_unit_test(of_a_later_version),
		cmocka_unit_test(long_names),
		cmocka_unit_test(broken_lines),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(begins),
	};

	jsonmemory_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
