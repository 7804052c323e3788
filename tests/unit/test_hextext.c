/* SPDX-License-Identifier: BSD-2-Clause */
/* Every hex spelling of one page, what breaks them, and what is none. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/source/hextext.h"

#define PAGE_SIZE 4096

/* The beginning of a page; the rest is zeros. */
static const uint8_t head[] = {
	0x56, 0x43, 0x4c, 0x4b, 0x00, 0x10, 0x00, 0x00, 0x01, 0x00, 0x01,
	0x01, 0xd0, 0x39, 0xba, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x79, 0x00, 0x00, 0x00, 0x00, 0x00, 0x20, 0x7c,
};

#define CANONICAL                                                              \
	"00000000  56 43 4c 4b 00 10 00 00  01 00 01 01 d0 39 ba 00  "         \
	"|VCLK.........9..|\n"                                                 \
	"00000010  01 00 00 00 00 00 00 00  79 00 00 00 00 00 20 7c  "         \
	"|........y..... ||\n"                                                 \
	"00000020  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  "         \
	"|................|\n"                                                 \
	"*\n"                                                                  \
	"00001000\n"

static const struct {
	const char *name;
	const char *text;
} spellings[] = {
	{ "xxd -a", "00000000: 5643 4c4b 0010 0000 0100 0101 d039 ba00  "
		    "VCLK.........9..\n"
		    "00000010: 0100 0000 0000 0000 7900 0000 0000 207c  "
		    "........y..... |\n"
		    "00000020: 0000 0000 0000 0000 0000 0000 0000 0000  "
		    "................\n"
		    "*\n"
		    "00000ff0: 0000 0000 0000 0000 0000 0000 0000 0000  "
		    "................\n" },
	{ "xxd -a -g 0 -c 32, old, upper case",
	  "0000000: "
	  "56434C4B0010000001000101D039BA00"
	  "0100000000000000790000000000207C  56 43  00: 7f 00\n"
	  "0000020: "
	  "00000000000000000000000000000000"
	  "00000000000000000000000000000000  de ad be ef 00 11\n"
	  "*\n"
	  "0000fe0: "
	  "00000000000000000000000000000000"
	  "00000000000000000000000000000000\n" },
	{ "hexdump -C", CANONICAL },
	{ "hexdump", "0000000 4356 4b4c 1000 0000 0001 0101 39d0 00ba\n"
		     "0000010 0001 0000 0000 0000 0079 0000 0000 7c20\n"
		     "0000020 0000 0000 0000 0000 0000 0000 0000 0000\n"
		     "*\n"
		     "0001000\n" },
	{ "hexdump -x", "0000000    4356    4b4c    1000    0000"
			"    0001    0101    39d0    00ba\n"
			"0000010    0001    0000    0000    0000"
			"    0079    0000    0000    7c20\n"
			"0000020    0000    0000    0000    0000"
			"    0000    0000    0000    0000\n"
			"*\n"
			"0001000\n" },
	{ "od -tx1", "0000000 56 43 4c 4b 00 10 00 00 01 00 01 01 d0 39 ba 00\n"
		     "0000020 01 00 00 00 00 00 00 00 79 00 00 00 00 00 20 7c\n"
		     "0000040 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
		     "*\n"
		     "0010000\n" },
	{ "od -x", "0000000 4356 4b4c 1000 0000 0001 0101 39d0 00ba\n"
		   "0000020 0001 0000 0000 0000 0079 0000 0000 7c20\n"
		   "0000040 0000 0000 0000 0000 0000 0000 0000 0000\n"
		   "*\n"
		   "0010000\n" },
	{ "od -A x -tx1z",
	  "000000 56 43 4c 4b 00 10 00 00 01 00 01 01 d0 39 ba 00"
	  "  >VCLK.........9..<\n"
	  "000010 01 00 00 00 00 00 00 00 79 00 00 00 00 00 20 7c"
	  "  >........y..... |<\n"
	  "000020 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
	  "  >................<\n"
	  "*\n"
	  "001000\n" },
	{ "od -A x -x", "000000 4356 4b4c 1000 0000 0001 0101 39d0 00ba\n"
			"000010 0001 0000 0000 0000 0079 0000 0000 7c20\n"
			"000020 0000 0000 0000 0000 0000 0000 0000 0000\n"
			"*\n"
			"001000\n" },
	/* Parts of a larger file, and of memory. */
	{ "xxd -a -s 4096", "00001000: 5643 4c4b 0010 0000 0100 0101 d039 ba00"
			    "  VCLK.........9..\n"
			    "00001010: 0100 0000 0000 0000 7900 0000 0000 207c"
			    "  ........y..... |\n"
			    "00001020: 0000 0000 0000 0000 0000 0000 0000 0000"
			    "  ................\n"
			    "*\n"
			    "00001ff0: 0000 0000 0000 0000 0000 0000 0000 0000"
			    "  ................\n" },
	{ "hexdump -C of memory",
	  "feffb000  56 43 4c 4b 00 10 00 00  01 00 01 01 d0 39 ba 00  "
	  "|VCLK.........9..|\n"
	  "feffb010  01 00 00 00 00 00 00 00  79 00 00 00 00 00 20 7c  "
	  "|........y..... ||\n"
	  "feffb020  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  "
	  "|................|\n"
	  "*\n"
	  "feffc000\n" },
	{ "hexdump of memory",
	  "7f00feffb000 4356 4b4c 1000 0000 0001 0101 39d0 00ba\n"
	  "7f00feffb010 0001 0000 0000 0000 0079 0000 0000 7c20\n"
	  "7f00feffb020 0000 0000 0000 0000 0000 0000 0000 0000\n"
	  "*\n"
	  "7f00feffc000\n" },
	{ "od -tx1 -j 4096",
	  "0010000 56 43 4c 4b 00 10 00 00 01 00 01 01 d0 39 ba 00\n"
	  "0010020 01 00 00 00 00 00 00 00 79 00 00 00 00 00 20 7c\n"
	  "0010040 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
	  "*\n"
	  "0020000\n" },
	{ "od -tx1 of memory",
	  "37677730000 56 43 4c 4b 00 10 00 00 01 00 01 01 d0 39 ba 00\n"
	  "37677730020 01 00 00 00 00 00 00 00 79 00 00 00 00 00 20 7c\n"
	  "37677730040 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
	  "*\n"
	  "37677740000\n" },
	{ "od -A x -tx1 -j 4096",
	  "001000 56 43 4c 4b 00 10 00 00 01 00 01 01 d0 39 ba 00\n"
	  "001010 01 00 00 00 00 00 00 00 79 00 00 00 00 00 20 7c\n"
	  "001020 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n"
	  "*\n"
	  "002000\n" },
};

static const struct {
	const char *text;
	const char *bytes; /* in plain digits */
} short_texts[] = {
	{ "56434c4b", "56434c4b" },
	{ "56 43 4C 4b\n", "56434c4b" },
	{ "\r\n\r\n  5643\t4c4b  \r\n\r\n0010\r\n", "56434c4b0010" },
	{ "00000000", "00000000" },
	{ "00000000 00000000\n", "0000000000000000" },
	{ "00000000 0102 0304\n", "0000000001020304" },
	{ "000000", "000000" },
	{ "0000000\n", "" }, /* od of nothing */
	{ "00000000: 5643 4c  VCL\n", "56434c" },
	{ "00000000: 56434c4b\n00000004: 00\n", "56434c4b00" },
	{ "00000000: 56  56 56\r\n\r\n00000001: 57  57 57 57", "5657" },
	{ "00000000  56 43 4c  |VC|\n00000003\n", "56434c" },
	{ "00000000  56 43 4c  |VC|", "56434c" },
	{ "00000000  56 43 4c\n", "56434c" },
	{ "0000000 4356 004c\n0000003\n", "56434c" },
	{ "0000000 4356 004c\n0000004\n", "56434c00" },
	{ "0000000 0001\n*\n0000006\n", "010001000100" },
	/* The end may cut a repeated line short. */
	{ "00000000  01 02\n*\n00000005\n", "0102010201" },
	{ "00000000  01 02\n*\n00000006  03  |.|\n00000007\n",
	  "01020102010203" },
	/* Octal or hex: the second line tells. */
	{ "0000000 56 43 4c 4b 00 10 00 00 01\n0000011 02\n0000012\n",
	  "56434c4b001000000102" },
	{ "0000000 4356 4b4c 1000 0000 0001\n000000a 0002\n000000c\n",
	  "56434c4b0010000001000200" },
	{ "0001000 4356 4b4c\n0001004 0002\n", "56434c4b0200" },
	/* Any offset may be the first. */
	{ "00000010: 5643 4c4b\n", "56434c4b" },
	{ "000064 56 43 4c 4b\n000068 00\n000069\n", "56434c4b00" },
	{ "0000144 56 43 4c 4b\n0000150 00\n0000151\n", "56434c4b00" },
	{ "10000000: 56\n10000001: 43\n", "5643" },
	{ "ffffffffffffff00: 56\nffffffffffffff01: 43\n", "5643" },
	{ "00001000  01 02\n*\n00001005\n", "0102010201" },
	{ "0001001 4356 004c\n0001004\n", "56434c" },
	/* QEMU's monitor, xp /12xb; gdb, x/12xb. */
	{ "00000000feffb000: 0x56 0x43 0x4c 0x4b 0x00 0x10 0x00 0x00\n"
	  "00000000feffb008: 0x01 0x00 0x01 0x01\n",
	  "56434c4b0010000001000101" },
	{ "0x7ffff7fc0000:\t0x56\t0x43\t0x4c\t0x4b\t0x00\t0x10\t0x00\t0x00\n"
	  "0x7ffff7fc0008:\t0x01\t0x00\t0x01\t0x01\n",
	  "56434c4b0010000001000101" },
	{ "0x0:\t0x56\t0x43\n0x2:\t0x4c\t0x4b\n", "56434c4b" },
	/* Quoted in a mail. */
	{ "> 00000000: 5643 4c4b\n>\n> 00000004: 0010\n", "56434c4b0010" },
	{ ">> 00000000  56 43  |>>|\r\n>> 00000002\r\n>\r\n\r\n", "5643" },
	{ "> > 0000000 4356 4b4c\n> > 0000004\n> \n", "56434c4b" },
	{ ">000000 56 43  >VC<\n>000002\n", "5643" },
	{ "> 56 43\n> 4c 4b\n", "56434c4b" },
	{ "> 000000\n", "000000" },
};

static const struct {
	unsigned int line;
	const char *text;
	const char *reason; /* part of it */
} damaged[] = {
	{ 1, "56434c4", "odd" },
	{ 2, "56434c4b\n001\n", "odd" },
	{ 1, "56 4 3", "odd" },
	{ 1, "56 43 4c 4b 0g", "digit" },
	{ 4, "56434c4b\n\n00100000\n01000x01\n02030405\n", "digit" },
	{ 1, "00000000: 5643 4c4  VCL\n", "odd" },
	{ 1, "00000000: 56 4x", "digit" },
	{ 1, "00000000: zz", "digit" },
	{ 1, "00000000:\n", "bytes" },
	{ 2, "00000000: 5643\n00000003: 00\n", "follow" },
	{ 2, "00000000: 5643\n00000001: 00\n", "follow" },
	{ 2, "00000000: 5643\nhello\n", "without an offset" },
	{ 2, "00000000: 5643\n0000002: 00\n", "without an offset" },
	{ 2, "00000010: 5643 4c4b\n00000004: 00\n", "follow" },
	{ 2, "00000010: 5643 4c4b\n0000000c: 00\n", "follow" },
	{ 2, "00000010  56 43 4c 4b\n00000020  00\n", "follow" },
	{ 2, "000010 56 43 4c 4b\n000020 00\n", "follow" },
	{ 3, "00001000  56 43\n*\n00000ffe\n", "follow" },
	{ 3, "00001000  56 43\n*\n00002002\n", "more bytes" },
	{ 2, "0000000000000000: 56\n00000000000000001: 43\n", "offset" },
	{ 1, "00000000  5 43 4c 4b  |VCLK|\n", "odd" },
	{ 1, "00000000  5643 4c 4b  |VCLK|\n", "width" },
	{ 1, "00000000  56 43 4c 4b 0", "odd" },
	{ 3, "00000000  56 43\n\n00000020  00\n", "follow" },
	{ 2, "00000000  56 43\n00000003\n", "follow" },
	{ 3, "00000000  56 43\n00000002\n00000002  00\n", "more text" },
	{ 2, "00000000  56 43\n*\n", "no offset after" },
	{ 2, "00000000  56 43\n*\n\n\n", "no offset after" },
	{ 3, "00000000  56 43\n*\n*\n00000010\n", "no offset after" },
	{ 3, "00000000  56 43\n*\n00000002\n", "follow" },
	{ 3, "00000000  56 43\n*\n00000005  00\n", "follow" },
	{ 3, "00000000  56 43\n*\n00001001\n", "more bytes" },
	{ 3, "00000000  56 43\n*\nffffffff\n", "more bytes" },
	{ 3, "00000000  56 43\n*\nfffffffe  00\n", "more bytes" },
	{ 1, "*\n00000000  56 43\n00000002\n", "nothing to repeat" },
	{ 2, "0000000 4356 4b4c\n0000002\n", "follow" },
	{ 2, "0000000 4356 4b4c\n0000003\n", "follow" }, /* 4b is no filling */
	{ 1, "0000000 4356 4b\n0000004\n", "width" },
	{ 2, "0000000 56 43 4c 4b 00 10 00 00 00\n0000009 00\n", "offset" },
	/* The first line is the broken one. */
	{ 1,
	  "000  56 43 4c 4b 00 10 00 00  01 00 ff 00 02 00 00 00  |VCLK|\n"
	  "00000010  01 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |..|\n",
	  "without an offset" },
	/* Words in place of bytes. */
	{ 1, "00000000: 4b4c4356 00001000  VCLK....\n", "words" },
	{ 2, "\n00000000: 000010004B4C4356  VCLK....\n", "words" },
	{ 1, "0000000 4b4c4356 00001000\n0000010\n", "words" },
	{ 1, "000000 000010004b4c4356\n000008\n", "words" },
	{ 1, "001000 4b4c4356 00001000\n001008\n", "words" },
	{ 1, "4b4c4356 00001000\n", "words" },
	{ 1, "00000000feffb000: 0x4b4c4356 0x00001000\n", "words" },
	{ 1, "0x7ffff7fc0000:\t0x4356\t0x4b4c\n", "words" },
	{ 1, "> 00000000: 4b4c4356 00001000  VCLK....\n", "words" },
	/* Something before it, or after. */
	{ 1, "$ xxd page\n00000000: 5643 4c4b\n", "without an offset" },
	{ 1, "```\nfeffb000: 5643 4c4b\n```\n", "without an offset" },
	{ 2, "00000000: 5643 4c4b\n```\n", "without an offset" },
};

/* The last words of the hint that goes with a reason. */
static const struct {
	const char *text;
	const char *hint; /* NULL: none */
} hints[] = {
	{ "00000000: 4b4c4356 00001000\n", "od -tx1" },
	{ "0000000 4356 4b4c\n0000004 00001000\n", "od -tx1" },
	{ "$ xxd page\n00000000: 5643 4c4b\n", "after it" },
	{ "00000000  56\n00000001\n$\n", "after it" },
	{ "```\n56434c4b001000000100010100213e40010000000000000079000000\n```"
	  "\n",
	  "after it" },
	{ "00000000: 5643\n00000003: 00\n", NULL },
};

static const char *const no_hex[] = {
	"",
	" \n\t\r\n",
	"hello world",
	"{\"schema\": \"vmclockctl/show\", \"schema_version\": 1}",
	"#include <stdint.h>\nint main(void)\n{\n\treturn 0;\n}\n",
	"*\n",
	"deadbeef is a nice word",
	"0x56, 0x43, 0x4c, 0x4b",
	"00:16:3e:12:34:56",
	"12:00:00 up 3 days",
	"VCLK",
	"\n56-43-4c-4b-00-10\n",
	/* A number at the beginning makes no dump. */
	"20261121 11 07 the clocks were striking",
	"feedface: no such device",
	"[   12.345678] vmclock: 00000000: 56 43 4c 4b",
	/* Not every line is quoted, or not as deep. */
	"> 00000000: 5643 4c4b\nit began so:\n",
	">> 56 43\n> 4c 4b\n",
	">\n>\n",
	"\xff\xfe\x80",
};

static enum hextext parse(const char *text, size_t length, uint8_t *bytes,
			  size_t size, size_t *used,
			  struct hextext_fault *fault)
{
	/* On the heap without a NUL, for the sanitizer to watch both ends. */
	char *copy = malloc(length ? length : 1);
	enum hextext result;

	assert_non_null(copy);
	memcpy(copy, text, length);
	result = hextext_parse(copy, length, bytes, size, used, fault);
	free(copy);
	return result;
}

static void assert_page(const char *name, const char *text, size_t length)
{
	static uint8_t bytes[PAGE_SIZE], expected[PAGE_SIZE];
	struct hextext_fault fault = { .reason = "none" };
	size_t used = 0;

	memcpy(expected, head, sizeof(head));
	memset(bytes, 0xaa, sizeof(bytes));
	if (parse(text, length, bytes, sizeof(bytes), &used, &fault) !=
	    HEXTEXT_OK)
		fail_msg("%s: line %u: %s", name, fault.line, fault.reason);
	assert_int_equal(used, PAGE_SIZE);
	assert_memory_equal(bytes, expected, PAGE_SIZE);
}

static void test_page(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		size_t length = strlen(spellings[i].text);

		assert_page(spellings[i].name, spellings[i].text, length);
		assert_page(spellings[i].name, spellings[i].text, length - 1);
	}
}

/* Blank lines, CRLF, upper case, quoted. */
static void test_page_as_mailed(void **state)
{
	char text[4096];

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(spellings) / sizeof(*spellings);
	     i++) {
		const char *quote = i % 2 ? "> " : "";
		size_t used = (size_t)sprintf(text, "%s", quote);

		for (const char *c = spellings[i / 2].text; *c; c++) {
			if (*c == '\n') {
				used += (size_t)sprintf(text + used,
							"\r\n%s \r\n%s", quote,
							quote);
			} else {
				text[used++] = *c >= 'a' && *c <= 'f'
						       ? (char)(*c - 'a' + 'A')
						       : *c;
			}
			assert_in_range(used, 1, sizeof(text) - 20);
		}
		assert_page(spellings[i / 2].name, text, used);
	}
}

static void test_plain_page(void **state)
{
	static const size_t columns[] = { 1, 30, PAGE_SIZE };
	static char text[PAGE_SIZE * 3 + 1];

	(void)state;
	for (size_t c = 0; c < sizeof(columns) / sizeof(*columns); c++) {
		size_t used = 0;

		for (size_t i = 0; i < PAGE_SIZE; i++) {
			used += (size_t)sprintf(text + used, "%02x",
						i < sizeof(head) ? head[i] : 0);
			if ((i + 1) % columns[c] == 0)
				text[used++] = '\n';
		}
		assert_page("plain", text, used);
	}
}

static void test_short(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(short_texts) / sizeof(*short_texts);
	     i++) {
		const char *text = short_texts[i].text;
		struct hextext_fault fault = { .reason = "none" };
		uint8_t bytes[64];
		char digits[129] = "";
		size_t used = 0;

		if (parse(text, strlen(text), bytes, sizeof(bytes), &used,
			  &fault) != HEXTEXT_OK)
			fail_msg("%s: line %u: %s", text, fault.line,
				 fault.reason);
		for (size_t b = 0; b < used; b++)
			sprintf(digits + 2 * b, "%02x", bytes[b]);
		assert_string_equal(digits, short_texts[i].bytes);
	}
}

static void test_damaged(void **state)
{
	static uint8_t bytes[PAGE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(damaged) / sizeof(*damaged); i++) {
		const char *text = damaged[i].text;
		struct hextext_fault fault = { .reason = "none" };
		size_t used = 1;

		if (parse(text, strlen(text), bytes, sizeof(bytes), &used,
			  &fault) != HEXTEXT_DAMAGED)
			fail_msg("not damaged: %s", text);
		if (fault.line != damaged[i].line ||
		    !strstr(fault.reason, damaged[i].reason))
			fail_msg("line %u: %s: %s", fault.line, fault.reason,
				 text);
		assert_int_equal(used, 0);
	}
}

static void test_hints(void **state)
{
	uint8_t bytes[64];

	(void)state;
	for (size_t i = 0; i < sizeof(hints) / sizeof(*hints); i++) {
		const char *text = hints[i].text, *hint = hints[i].hint;
		struct hextext_fault fault = { 0 };
		size_t used;

		assert_int_equal(parse(text, strlen(text), bytes, sizeof(bytes),
				       &used, &fault),
				 HEXTEXT_DAMAGED);
		assert_int_equal(hint != NULL, fault.hint != NULL);
		if (hint && !strstr(fault.hint, hint))
			fail_msg("%s: %s", text, fault.hint);
	}
}

static void test_no_hex(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(no_hex) / sizeof(*no_hex); i++) {
		struct hextext_fault fault = { .reason = "none" };
		uint8_t bytes[64];
		size_t used = 1;

		if (parse(no_hex[i], strlen(no_hex[i]), bytes, sizeof(bytes),
			  &used, &fault) != HEXTEXT_NO)
			fail_msg("hex: %s", no_hex[i]);
		assert_int_equal(used, 0);
	}
}

static void test_size(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
	} texts[] = {
		{ "0102030405\n", 1 },
		{ "01020304\n05\n", 2 },
		{ "00000000: 0102 0304 05\n", 1 },
		{ "00000000  01 02 03 04\n00000004  05\n00000005\n", 2 },
		{ "00000000  01\n*\n00000005\n", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t length = strlen(texts[i].text);
		struct hextext_fault fault = { .reason = "none" };
		uint8_t *bytes = malloc(4), *enough = malloc(5);
		size_t used;

		assert_non_null(bytes);
		assert_non_null(enough);
		assert_int_equal(
			parse(texts[i].text, length, bytes, 4, &used, &fault),
			HEXTEXT_DAMAGED);
		assert_int_equal(fault.line, texts[i].line);
		assert_non_null(strstr(fault.reason, "more bytes"));
		assert_int_equal(
			parse(texts[i].text, length, enough, 5, &used, &fault),
			HEXTEXT_OK);
		assert_int_equal(used, 5);
		free(bytes);
		free(enough);
	}
}

/* Cut anywhere, at either end: no crash, and no fault without a place. */
static void test_truncated(void **state)
{
	static uint8_t bytes[PAGE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		const char *text = spellings[i].text;
		size_t length = strlen(text);

		for (size_t cut = 0; cut < 2 * length; cut++) {
			struct hextext_fault fault = { 0 };
			enum hextext result;
			size_t used = 0;

			if (cut < length)
				result = parse(text, cut, bytes, PAGE_SIZE,
					       &used, &fault);
			else
				result = parse(text + cut - length,
					       2 * length - cut, bytes,
					       PAGE_SIZE, &used, &fault);
			assert_in_range(used, 0, PAGE_SIZE);
			assert_int_equal(result == HEXTEXT_DAMAGED,
					 fault.line && fault.reason);
		}
	}
}

static void assert_prints(const uint8_t *bytes, size_t length,
			  const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	hextext_print(stream, bytes, length);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void test_print(void **state)
{
	static uint8_t page[PAGE_SIZE];
	static const uint8_t zeros[40];

	(void)state;
	memcpy(page, head, sizeof(head));
	assert_prints(page, sizeof(page), CANONICAL);
	assert_prints(page, 0, "");
	assert_prints((const uint8_t *)"a~\x7f", 3,
		      "00000000  61 7e 7f                                 "
		      "         |a~.|\n"
		      "00000003\n");
	assert_prints(zeros, 32,
		      "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 "
		      "00 00  |................|\n"
		      "*\n"
		      "00000020\n");
	assert_prints(zeros, 40,
		      "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 "
		      "00 00  |................|\n"
		      "*\n"
		      "00000020  00 00 00 00 00 00 00 00                    "
		      "       |........|\n"
		      "00000028\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_page_as_mailed),
		cmocka_unit_test(test_plain_page),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_no_hex),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
