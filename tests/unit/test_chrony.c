/* SPDX-License-Identifier: BSD-2-Clause */
/* chrony's lines, where chrony.bats, which asks chronyd, cannot lead: limits of
 * what is kept, and time zones of either form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/doctor.h"

static const struct chrony_place place = { "/etc/chrony.conf", 7 };

static enum chrony_directive take(struct chrony_config *config,
				  const char *text)
{
	char line[CHRONY_LINE_MAX + 1], *rest;

	snprintf(line, sizeof(line), "%s", text);
	return chrony_take_line(config, &place, line, &rest);
}

static int64_t offset_of(const char *value)
{
	struct chrony_config config = { 0 };
	char line[200];

	snprintf(line, sizeof(line), "refclock PHC /dev/ptp0 offset %s", value);
	take(&config, line);
	assert_int_equal(config.fault, CHRONY_NO_FAULT);
	assert_int_equal(config.count, 1);
	return config.refclocks[0].offset;
}

static void test_offsets(void **state)
{
	(void)state;
	assert_true(offset_of("-37") == INT64_C(-37000000000));
	assert_true(offset_of("0.0000000016") == 2);
	assert_true(offset_of("-0.0000000016") == -2);
	assert_true(offset_of("1e-30") == 0);
	assert_true(offset_of("8388608") == INT64_C(8388608000000000));
	assert_true(offset_of("9e9") == INT64_MAX);
	assert_true(offset_of("-9e9") == INT64_MAX);
	assert_true(offset_of("nan") == INT64_MAX);
	assert_true(offset_of("inf") == INT64_MAX);
}

static void test_limits(void **state)
{
	struct chrony_config config = { 0 };
	char text[CHRONY_LINE_MAX + 1];

	(void)state;
	/* More refclocks than are kept are still read. */
	for (unsigned int i = 0; i < CHRONY_REFCLOCKS_MAX + 3; i++)
		take(&config, "refclock PHC /dev/ptp0 tai");
	assert_int_equal(config.count, CHRONY_REFCLOCKS_MAX);
	assert_int_equal(config.fault, CHRONY_NO_FAULT);
	take(&config, "refclock PHC /dev/ptp0 tia");
	assert_int_equal(config.fault, CHRONY_OPTION);
	assert_string_equal(config.fault_word, "tia");
	assert_int_equal(config.fault_place.line, 7);

	/* 2047 bytes are the most, with the newline. */
	memset(text, ' ', sizeof(text));
	memcpy(text, "leapsectz x", 11);
	text[CHRONY_LINE_MAX - 1] = '\0';
	config = (struct chrony_config){ 0 };
	take(&config, text);
	assert_int_equal(config.fault, CHRONY_NO_FAULT);
	assert_string_equal(config.leapsectz, "x");
	text[CHRONY_LINE_MAX - 1] = ' ';
	text[CHRONY_LINE_MAX] = '\0';
	take(&config, text);
	assert_int_equal(config.fault, CHRONY_LONG_LINE);
}

/* What chronyd 4.8 ends at, and what it takes; tests/bats/chrony.bats holds
 * many of these against chronyd itself. */
static void test_lines(void **state)
{
	static const struct {
		const char *line;
		enum chrony_fault fault;
		const char *word;
		enum chrony_directive directive;
	} rows[] = {
		{ "", CHRONY_NO_FAULT, "", CHRONY_NOTHING },
		{ " \t\r\n", CHRONY_NO_FAULT, "", CHRONY_NOTHING },
		{ " # refclock", CHRONY_NO_FAULT, "", CHRONY_NOTHING },
		{ "!refclock", CHRONY_NO_FAULT, "", CHRONY_NOTHING },
		{ ";refclock", CHRONY_NO_FAULT, "", CHRONY_NOTHING },
		{ "%refclock", CHRONY_NO_FAULT, "", CHRONY_NOTHING },
		{ "pool 2.debian.pool.ntp.org iburst", CHRONY_NO_FAULT, "",
		  CHRONY_NOTHING },
		{ "refclock", CHRONY_WORDS, "refclock", CHRONY_NOTHING },
		{ "refclock PHC", CHRONY_WORDS, "refclock", CHRONY_NOTHING },
		{ "refclock phc /dev/ptp0", CHRONY_DRIVER, "phc",
		  CHRONY_NOTHING },
		{ "refclock PPS /dev/pps0", CHRONY_NO_FAULT, "",
		  CHRONY_NOTHING },
		{ "refclock RTC /dev/rtc0", CHRONY_NO_FAULT, "",
		  CHRONY_NOTHING },
		{ "refclock SHM 0 refid X", CHRONY_NO_FAULT, "",
		  CHRONY_NOTHING },
		{ "refclock SOCK /run/x rate 1", CHRONY_NO_FAULT, "",
		  CHRONY_NOTHING },
		{ "refclock PHC p tay", CHRONY_OPTION, "tay", CHRONY_NOTHING },
		{ "refclock PHC p # why", CHRONY_OPTION, "#", CHRONY_NOTHING },
		{ "refclock PHC p poll", CHRONY_VALUE, "poll", CHRONY_NOTHING },
		{ "refclock PHC p poll x", CHRONY_VALUE, "poll",
		  CHRONY_NOTHING },
		{ "refclock PHC p poll -4.5", CHRONY_OPTION, ".5",
		  CHRONY_NOTHING },
		{ "refclock PHC p delay x", CHRONY_VALUE, "delay",
		  CHRONY_NOTHING },
		{ "refclock PHC p delay 1e-3 width .1", CHRONY_NO_FAULT, "",
		  CHRONY_NOTHING },
		{ "refclock PHC p offset", CHRONY_VALUE, "offset",
		  CHRONY_NOTHING },
		{ "refclock PHC p offset x", CHRONY_VALUE, "offset",
		  CHRONY_NOTHING },
		{ "refclock PHC p refid", CHRONY_VALUE, "refid",
		  CHRONY_NOTHING },
		{ "refclock PHC p refid VMCLO", CHRONY_VALUE, "refid",
		  CHRONY_NOTHING },
		{ "refclock PHC p lock GPS prefer trust", CHRONY_NO_FAULT, "",
		  CHRONY_NOTHING },
		{ "refclock PHC p:nocrosst", CHRONY_DRIVER_OPTION,
		  "refclock PHC p:nocrosst", CHRONY_NOTHING },
		{ "refclock PHC p::extpps", CHRONY_DRIVER_OPTION,
		  "refclock PHC p::extpps", CHRONY_NOTHING },
		{ "refclock PHC p:pin=1:channel=0:clear:nocrossts:",
		  CHRONY_NO_FAULT, "", CHRONY_NOTHING },
		{ "leapsectz", CHRONY_WORDS, "leapsectz", CHRONY_NOTHING },
		{ "leapsectz right/UTC posix", CHRONY_WORDS, "leapsectz",
		  CHRONY_NOTHING },
		{ "leapseclist", CHRONY_WORDS, "leapseclist", CHRONY_NOTHING },
		{ "include", CHRONY_WORDS, "include", CHRONY_NOTHING },
		{ "include a b", CHRONY_WORDS, "include", CHRONY_NOTHING },
		{ "INCLUDE a", CHRONY_NO_FAULT, "", CHRONY_INCLUDE },
		{ "confdir", CHRONY_WORDS, "confdir", CHRONY_NOTHING },
		{ "confdir 1 2 3 4 5 6 7 8 9 10 11", CHRONY_WORDS, "confdir",
		  CHRONY_NOTHING },
		{ "confdir 1 2 3 4 5 6 7 8 9 10", CHRONY_NO_FAULT, "",
		  CHRONY_CONFDIR },
		{ "sourcedir 1 2", CHRONY_NO_FAULT, "", CHRONY_SOURCEDIR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct chrony_config config = { 0 };

		assert_int_equal(take(&config, rows[i].line),
				 rows[i].directive);
		assert_int_equal(config.fault, rows[i].fault);
		assert_string_equal(config.fault_word, rows[i].word);
	}
}

static void test_refclocks(void **state)
{
	const struct chrony_refclock *clocks;
	struct chrony_config config = { 0 };

	(void)state;
	take(&config, "  RefClock\tPHC  /dev/ptp0   POLL -4 Noselect \r\n");
	take(&config, "refclock PHC /dev/ptp1:extpps:pin=0 local");
	take(&config, "refclock PHC eth0 pps");
	assert_int_equal(config.count, 3);
	assert_false(config.has_tai);
	clocks = config.refclocks;
	assert_string_equal(clocks[0].line,
			    "RefClock PHC /dev/ptp0 POLL -4 Noselect");
	assert_string_equal(clocks[0].path, "/dev/ptp0");
	assert_true(clocks[0].noselect && !clocks[0].local);
	assert_false(clocks[0].tai || clocks[0].pulses || clocks[0].cut);
	assert_string_equal(clocks[1].path, "/dev/ptp1");
	assert_true(clocks[1].pulses && clocks[1].local);
	assert_false(clocks[1].noselect);
	assert_true(clocks[2].pulses);
	/* tai needs leap seconds whoever has it: the first one is named. */
	take(&config, "refclock SHM 0 tai");
	take(&config, "refclock PHC eth0 tai");
	assert_true(config.has_tai && config.refclocks[3].tai);
	assert_int_equal(config.count, 4);
	/* The first fault stays. */
	take(&config, "include");
	take(&config, "confdir");
	assert_string_equal(config.fault_word, "include");
	take(&config, "leapseclist /usr/share/x.list");
	assert_string_equal(config.leapseclist, "/usr/share/x.list");
}

/* In a file that gives chronyd none, a PHC's refclock alone is asked for. */
static void test_names_phc(void **state)
{
	char rows[][24] = { "  REFCLOCK\tPHC", "refclock",
			    "refclock SHM 0",  "server PHC",
			    "# refclock PHC",  "" };
	static const bool wanted[] = {
		true, false, false, false, false, false
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(chrony_names_phc(rows[i]), wanted[i]);
}

static void test_places(void **state)
{
	char path[400];
	struct chrony_place found;

	(void)state;
	memset(path, 'a', sizeof(path));
	memcpy(path + sizeof(path) - 10, "/end.conf", 10);
	found = chrony_place(path, 3);
	assert_int_equal(strlen(found.file), sizeof(found.file) - 1);
	assert_memory_equal(found.file, "...", 3);
	assert_string_equal(found.file + sizeof(found.file) - 10, "/end.conf");
	found = chrony_place("/a\033b", 1);
	assert_string_equal(found.file, "/a?b");
}

/* The longest of everything, in each line of the doctor: nothing is cut. */
static void test_longest(void **state)
{
	static struct host host;
	struct diagnosis list[DIAGNOSES_MAX];
	struct chrony_config *chrony = &host.chrony;
	char line[300], path[400] = "";
	unsigned int count;

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	chrony->found = true;
	snprintf(chrony->file, sizeof(chrony->file), "/etc/chrony/chrony.conf");
	snprintf(
		line, sizeof(line),
		"refclock PHC /dev/ptp_vmclock refid VMCL poll 0 dpoll -2 "
		"offset 36.999999999 maxsamples 64 maxlockage 16 filter 1 prefer");
	host.phcs[0] = (struct phc){ .index = 4000000000, .path = "/dev/ptp0" };
	host.phc_count = 1;
	for (unsigned int i = 0; i < 16; i++) {
		struct chrony_place far = chrony_place(path, 4000000000);
		char copy[300], *rest;

		strcpy(copy, line);
		chrony->count = 0;
		chrony_take_line(chrony, &far, copy, &rest);
		assert_int_equal(chrony->count, 1);
		assert_false(chrony->refclocks[0].cut);
		chrony->refclocks[0].tai = chrony->has_tai = i & 1;
		chrony->refclocks[0].node =
			i & 2 ? CHRONY_NODE_ABSENT : CHRONY_NODE_PHC;
		chrony->refclocks[0].phc = host.phcs[0].index;
		chrony->has_leap_table = i & 4;
		chrony->knows_leapseclist = i & 4;
		host.phc_judged = i & 8;
		host.phc_offset.scale = SCALE_TAI;
		count = doctor_diagnose(&host, list);
		for (unsigned int j = 0; j < count; j++) {
			assert_true(strlen(list[j].text) <
				    sizeof(list->text) - 1);
			assert_true(strlen(list[j].step) <
				    sizeof(list->step) - 1);
		}
	}
}

/* A TZif file of a header, or two; each with its counts of times, types and
 * leap seconds. */
static size_t put_block(uint8_t *to, uint8_t version, uint8_t times,
			uint8_t types, uint8_t leaps, uint8_t width)
{
	size_t size = 44 + (size_t)times * (width + 1u) + types * 6u +
		      (size_t)leaps * (width + 4u);

	memset(to, 0, size);
	memcpy(to, "TZif", 4);
	to[4] = version;
	to[31] = leaps;
	to[35] = times;
	to[39] = types;
	return size;
}

static void test_zones(void **state)
{
	uint8_t bytes[4096];
	size_t first, length;

	(void)state;
	length = put_block(bytes, 0, 0, 1, 27, 4);
	assert_true(chrony_zone_has_leaps(bytes, length));
	length = put_block(bytes, 0, 3, 1, 0, 4);
	assert_false(chrony_zone_has_leaps(bytes, length));
	/* The first block is empty, as of zones without old programs' data. */
	first = put_block(bytes, '2', 5, 2, 0, 4);
	length = first + put_block(bytes + first, '2', 5, 2, 27, 8);
	assert_true(chrony_zone_has_leaps(bytes, length));
	assert_false(chrony_zone_has_leaps(bytes, first + 43));
	assert_false(chrony_zone_has_leaps(bytes, 43));
	length = first + put_block(bytes + first, '2', 5, 2, 0, 8);
	assert_false(chrony_zone_has_leaps(bytes, length));
	bytes[0] = 't';
	assert_false(chrony_zone_has_leaps(bytes, length));
	/* Counts that lead beyond the bytes. */
	put_block(bytes, '2', 0, 1, 0, 4);
	memset(bytes + 32, 0xff, 12);
	assert_false(chrony_zone_has_leaps(bytes, sizeof(bytes)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_refclocks),
		cmocka_unit_test(test_names_phc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
