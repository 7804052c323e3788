/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests cmd/hook.c: what is queued, and what is left out where it is full. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/follow.h"
#include "cmd/hook.h"

static char directory[] = "/tmp/vmclockctl-hook-XXXXXX";

static int make_directory(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(directory));
	return chdir(directory);
}

static int remove_directory(void **state)
{
	(void)state;
	unlink("log");
	unlink("go");
	return chdir("/") || rmdir(directory);
}

static void add(struct hook *hook, uint64_t n)
{
	const struct occurrence occurrence = { .event = EVENT_LEAP };
	struct error error;
	char json[32];

	snprintf(json, sizeof(json), "{\"n\": %u}", (unsigned int)n);
	assert_int_equal(hook_add(hook, &occurrence, n, strdup(json), &error),
			 0);
}

/* The log, with what is not looked at left out; it is then empty again. */
static const char *take_log(void)
{
	static char text[4096];
	FILE *stream = fopen("log", "r");
	size_t length = stream ? fread(text, 1, sizeof(text) - 1, stream) : 0;

	text[length] = '\0';
	if (stream)
		fclose(stream);
	unlink("log");
	return text;
}

/* The first one waits for a file, so that the others queue. */
#define LOGGED                                                                 \
	"while ! [ -e go ]; do sleep 0.01; done; "                             \
	"echo $VMCLOCK_EVENT $(grep -o '\"n\": [0-9]*\\|\"missed\": [0-9]*') >>log"

static void let_go(void)
{
	FILE *stream = fopen("go", "w");

	assert_non_null(stream);
	fclose(stream);
}

static void test_missed_stands_where_events_were_left_out(void **state)
{
	struct hook hook;

	(void)state;
	unlink("go");
	hook_init(&hook, LOGGED, "", false);
	assert_int_equal(hook.most, HOOK_QUEUE_MAX);
	hook.most = 3;
	for (uint64_t n = 1; n <= 9; n++)
		add(&hook, n);
	assert_int_equal(hook.queued, 3);
	assert_int_equal(hook.missed, 5);
	let_go();
	hook_finish(&hook);
	assert_string_equal(take_log(), "leap \"n\": 1\nleap \"n\": 2\n"
					"leap \"n\": 3\nleap \"n\": 4\n"
					"missed \"n\": 9 \"missed\": 5\n");
}

static void test_missed_comes_before_what_has_room_again(void **state)
{
	struct hook hook;

	(void)state;
	unlink("go");
	hook_init(&hook, LOGGED, "", false);
	hook.most = 2;
	for (uint64_t n = 1; n <= 5; n++)
		add(&hook, n);
	let_go();
	while (hook.queued)
		hook_poll(&hook);
	add(&hook, 6);
	hook_finish(&hook);
	assert_non_null(strstr(take_log(), "leap \"n\": 3\n"
					   "missed \"n\": 5 \"missed\": 2\n"
					   "leap \"n\": 6\n"));
}

static void test_a_recording_waits_for_room(void **state)
{
	struct hook hook;
	char wanted[512] = "";

	(void)state;
	let_go();
	hook_init(&hook, LOGGED, "", true);
	hook.most = 2;
	for (uint64_t n = 1; n <= 9; n++) {
		add(&hook, n);
		assert_true(hook.queued <= 2);
		snprintf(wanted + strlen(wanted), 32, "leap \"n\": %u\n",
			 (unsigned int)n);
	}
	assert_int_equal(hook.missed, 0);
	hook_finish(&hook);
	assert_string_equal(take_log(), wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missed_stands_where_events_were_left_out),
		cmocka_unit_test(test_missed_comes_before_what_has_room_again),
		cmocka_unit_test(test_a_recording_waits_for_room),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
