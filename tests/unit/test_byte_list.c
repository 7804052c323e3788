/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of arrays and strings as programs write them, one line at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/source/byte_list.h"
#include "io/source/foreign.h"

static struct dump_line found;

static const char *read_line(enum groups groups, const char *line,
			     uint8_t bytes[static 8])
{
	memset(bytes, 0, 8);
	found = (struct dump_line){ .count = 0 };
	return byte_list_line(groups, (struct slice){ line, strlen(line) },
			      bytes, 8, &found);
}

static void test_lines(void **state)
{
	static const struct {
		enum groups groups;
		const char *line;
		size_t count;
		uint8_t bytes[8];
	} rows[] = {
		{ GROUPS_HEX_ARRAY, "0x56, 0X43", 2, { 0x56, 0x43 } },
		{ GROUPS_HEX_ARRAY, "[0x56u8,0x43u8];", 2, { 0x56, 0x43 } },
		{ GROUPS_HEX_ARRAY, "/* 0 */ 0x56, /* 0x43 */", 1, { 0x56 } },
		{ GROUPS_HEX_ARRAY, "/* 0 */ /**/ 0x56", 1, { 0x56 } },
		{ GROUPS_HEX_ARRAY, "0x56, // 0x43", 1, { 0x56 } },
		{ GROUPS_HEX_ARRAY, "0x56 # 0x43", 1, { 0x56 } },
		{ GROUPS_HEX_ARRAY,
		  "static const char page[2] = { 0x56, 0x43 };",
		  2,
		  { 0x56, 0x43 } },
		{ GROUPS_DECIMAL_ARRAY, "(0, 255, 7u8)", 3, { 0, 255, 7 } },
		{ GROUPS_DIGIT_ARRAY, "[56, 4c, 4B]", 3, { 0x56, 0x4c, 0x4b } },
		{ GROUPS_STRING, "\"\\x56CL\\x4b\" +", 4, "VCLK" },
		{ GROUPS_STRING, "b'\\x00\\t\\n\\r\\\\\\'\\\"'", 7,
		  "\0\t\n\r\\'\"" },
		/* More than there is room for is counted. */
		{ GROUPS_DECIMAL_ARRAY,
		  "1,2,3,4,5,6,7,8,9",
		  9,
		  { 1, 2, 3, 4, 5, 6, 7, 8 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint8_t bytes[8];
		const char *reason =
			read_line(rows[i].groups, rows[i].line, bytes);

		if (reason)
			fail_msg("%s: %s", rows[i].line, reason);
		assert_int_equal(found.count, rows[i].count);
		assert_memory_equal(bytes, rows[i].bytes, sizeof(bytes));
	}
}

static void test_no_lines(void **state)
{
	static const struct {
		enum groups groups;
		const char *line, *reason;
	} rows[] = {
		{ GROUPS_HEX_ARRAY, "", "neither" },
		{ GROUPS_HEX_ARRAY, "/* nothing", "neither" },
		{ GROUPS_HEX_ARRAY, "56, 43", "neither" },
		{ GROUPS_HEX_ARRAY, "0x56,, 0x43", "no element" },
		{ GROUPS_HEX_ARRAY, "0x5, 0x43", "without all its digits" },
		{ GROUPS_HEX_ARRAY, "0x056", "without all its digits" },
		{ GROUPS_HEX_ARRAY, "0x5g", "neither" },
		{ GROUPS_HEX_ARRAY, "0x56 0x43", "neither" },
		{ GROUPS_DECIMAL_ARRAY, "256", "without all its digits" },
		{ GROUPS_DECIMAL_ARRAY, "0001", "without all its digits" },
		{ GROUPS_DECIMAL_ARRAY, "07", "without all its digits" },
		{ GROUPS_DECIMAL_ARRAY, "u8", "neither" },
		{ GROUPS_STRING, "\\x56", "neither" },
		{ GROUPS_STRING, "\"VCLK\"", "neither" },
		{ GROUPS_STRING, "\"\\x56", "neither" },
		{ GROUPS_STRING, "\"\\x56\" and more", "neither" },
		{ GROUPS_STRING, "\"\\x5g\"", "without all its digits" },
		{ GROUPS_STRING, "\"\\x56\\q\"", "no byte" },
		{ GROUPS_STRING, "\"\\x56\\", "no byte" },
		{ GROUPS_STRING, "\"\\x56\x7f\"", "no byte" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint8_t bytes[8];
		const char *reason =
			read_line(rows[i].groups, rows[i].line, bytes);

		if (!reason || !strstr(reason, rows[i].reason))
			fail_msg("%s: %s", rows[i].line,
				 reason ? reason : "read");
	}
}

/* What a text is that cannot be read, by the line that shows it. */
static void test_foreign(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
		const char *reason; /* NULL: nothing known */
	} rows[] = {
		{ "0000000 041526 045514 010000 000000\n", 1, "octal words" },
		{ "0000000: 126 103 114 113\n", 1, "octal bytes" },
		{ "0000000   17238   19276   04096   00000\n", 1,
		  "decimal words" },
		{ "00000000: 01010110 01000011 VC\n", 1, "binary digits" },
		{ "\n0000000  86  67  76  75   0\n", 2, "decimal bytes" },
		{ "0000000   V   C   L   K  \\0\n", 1, "characters" },
		{ "[0x56, 0x4b, 0x0, 0x10]", 1, "without both digits" },
		{ "['0x4b', '0x0']", 1, "without both digits" },
		{ "[56, 4b, 0, 10, 0]", 1, "without both digits" },
		{ "0x0 <repeats 15 times>", 1, "without both digits" },
		{ "page: VkNMSwAQAAA=", 1, "base64" },
		{ "> {\"schema\": \"vmclockctl/show\"", 1, "a JSON document" },
		{ "{ \"schema\": \"vmclockctl/show\"", 1, "a JSON document" },
		{ "log: 56434c4b0010", 1, "text before the bytes" },
		{ "log: 56 43 4c 4b 00", 1, "text before the bytes" },
		{ "log: 5643 4c4b 0010", 1, "text before the bytes" },
		{ "log: 56 43 4C 4B 00", 1, "text before the bytes" },
		{ "log: 5643 4C4B 0010", 1, "text before the bytes" },
		{ "56\xc2\xa0 43", 1, "no-break spaces" },
		{ "\x1b[31m56 43", 1, "escape sequences" },
		{ "", 0, NULL },
		{ "\n \n", 0, NULL },
		{ "000: 126 103\n", 0, NULL },
		{ "00000g0 041526 045514\n", 0, NULL },
		{ "0000000 041528 045514\n", 0, NULL },
		{ "00000000: 01010110 0100001 V\n", 0, NULL },
		{ "00000000: 01010110 01000021 V\n", 0, NULL },
		{ "00000000: 0101011 01000011\n", 0, NULL },
		{ "00000000: 01010120 01000011\n", 0, NULL },
		{ "00000000: \n", 0, NULL },
		{ "00000000 01010110 01000011\n", 0, NULL },
		{ "0000000 86 67 76\n", 0, NULL },
		{ "0000000 V C L\n", 0, NULL },
		{ "000 V C L K\n", 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *text = rows[i].text;
		struct hextext_fault fault = { .reason = "nothing" };
		bool known = foreign_find(text_lines_start(text, strlen(text)),
					  0, &fault);

		if (known != (rows[i].reason != NULL) ||
		    (known && !strstr(fault.reason, rows[i].reason)))
			fail_msg("%s: %s", text, fault.reason);
		if (!known)
			continue;
		assert_int_equal(fault.line, rows[i].line);
		assert_non_null(fault.hint);
		/* Of another line it says nothing. */
		assert_false(foreign_find(text_lines_start(text, strlen(text)),
					  9, &fault));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_no_lines),
		cmocka_unit_test(test_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
