/* SPDX-License-Identifier: BSD-2-Clause */
/* Every hex spelling of one page, what breaks them, and what is none. */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/source/dump.h"
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
} page_texts[] = {
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

/* The first bytes of a page, 32 of them: what a text must hold at least. */
#define HEAD                                                                   \
	"56434c4b001000000100010100000000010000000000000079000000000020"       \
	"7c"
#define LINE_0	 "56 43 4c 4b 00 10 00 00 01 00 01 01 00 00 00 00"
#define LINE_1	 "01 00 00 00 00 00 00 00 79 00 00 00 00 00 20 7c"
#define GROUPS_0 "5643 4c4b 0010 0000 0100 0101 0000 0000"
#define GROUPS_1 "0100 0000 0000 0000 7900 0000 0000 207c"
#define WORDS_0	 "4356 4b4c 1000 0000 0001 0101 0000 0000"
#define WORDS_1	 "0001 0000 0000 0000 0079 0000 0000 7c20"
#define XP_0	 "0x56 0x43 0x4c 0x4b 0x00 0x10 0x00 0x00"
#define XP_1	 "0x01 0x00 0x01 0x01 0x00 0x00 0x00 0x00"
#define FF_0	 "ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff"

static const struct {
	const char *text;
	const char *bytes; /* in plain digits */
} short_texts[] = {
	{ "00000000: " GROUPS_0 "\n00000010: " GROUPS_1 "\n", HEAD },
	{ "\r\n\r\n  00000000:\t" GROUPS_0 "  \r\n\r\n00000010: " GROUPS_1
	  "\r\n",
	  HEAD },
	{ "00000000: 5643 4c4b  VC|K\n00000004: 00  .\n", "56434c4b00" },
	/* The length, after it was cut short within a word. */
	{ "0000000 4356 4b4c 0010\n0000005\n", "56434c4b10" },
	{ "0000000 4356 4b4c\n0000004\n", "56434c4b" },
	{ "0000000 4b4c4356 00000010\n0000005\n", "56434c4b10" },
	/* The end may cut a repeated line short. */
	{ "00000000  " LINE_0 "\n00000010  " FF_0 "\n*\n00000022\n",
	  "56434c4b001000000100010100000000"
	  "ffffffffffffffffffffffffffffffffffff" },
	/* Octal, decimal or hex: the second line tells. */
	{ "0000000 " LINE_0 "\n0000020 " LINE_1 "\n0000040\n", HEAD },
	{ "0000000 " LINE_0 "\n0000016 " LINE_1 "\n0000032\n", HEAD },
	{ "000000 " LINE_0 "\n000010 " LINE_1 "\n000020\n", HEAD },
	{ "0000000 " WORDS_0 "\n0000010 " WORDS_1 "\n0000020\n", HEAD },
	{ "0000000 " WORDS_0 "\n0000016 " WORDS_1 "\n0000032\n", HEAD },
	{ "00000000: " GROUPS_0 "\n00000016: " GROUPS_1 "\n", HEAD },
	{ "0000   " LINE_0 "   VCLK............\n0010   " LINE_1
	  "   ........y..... |\n",
	  HEAD },
	/* Any offset may be the first. */
	{ "10000000: 56434c4b\n10000004: 43\n", "56434c4b43" },
	{ "ffffffffffffff00: 56434c4b\nffffffffffffff04: 43\n", "56434c4b43" },
	{ "37677730000 " LINE_0 "\n37677730020 " LINE_1 "\n37677730040\n",
	  HEAD },
	/* QEMU's monitor and gdb, in bytes and in words. */
	{ "00000000feffb000: " XP_0 "\n00000000feffb008: " XP_1 "\n",
	  "56434c4b001000000100010100000000" },
	{ "(qemu) xp /4xw 0xfeffb000\n"
	  "feffb000: 0x4b4c4356 0x00001000 0x01010001 0x00000000\n(qemu) \n",
	  "56434c4b001000000100010100000000" },
	{ "0x7ffff7fc0ff8:\t0x000010004b4c4356\n"
	  "0x7ffff7fc1000 <page+8>:\t0x0000000001010001\n",
	  "56434c4b001000000100010100000000" },
	{ "0x0:\t0x4356\t0x4b4c\n0x4:\t0x1000\t0x0000\n", "56434c4b00100000" },
	/* Words that only the characters beside them tell of. */
	{ "ffff888000000000:  000010004b4c4356 0000000001010001"
	  "   VCLK............\n",
	  "56434c4b001000000100010100000000" },
	{ "00000000: 4b4c4356 00001000  VCLK....\n", "56434c4b00100000" },
	{ "00000000: 4b4c4356 00100000  KLCV....\n", "4b4c435600100000" },
	/* Between other text, and quoted to any depth. */
	{ "Hi,\n\n$ xxd page\n> 00000000: 56434c4b\n>\n>> 00000004: 0010\n"
	  "-- \nX. Y., +49 30 1234567\n",
	  "56434c4b0010" },
	{ "```\n00000000  56 43 4c 4b  |VCLK|\n00000004\n```\n", "56434c4b" },
	{ "Offset     00 01 02 03\n0000   56 43 4c 4b   VCLK\n", "56434c4b" },
	{ "          00 01 02 03 04 05 06 07\n\n0000   56 43 4c 4b   VCLK\n",
	  "56434c4b" },
};

static const struct {
	unsigned int line;
	const char *text;
	const char *reason; /* part of it */
} damaged[] = {
	{ 2, "00000000: 56434c4b\n00000004: 4c4\n", "odd" },
	{ 2, "00000000: 56434c4b\n00000004: 4x56 00\n", "digit" },
	{ 2, "00000000: 56434c4b\n00000003: 00\n", "follow" },
	{ 2, "00000000: 56434c4b\n00000005: 00\n", "follow" },
	{ 2, "00000000: 56434c4b\n0000004: 00\n", "follow" },
	{ 2, "00000010: 56434c4b\n00000004: 00\n", "follow" },
	{ 2, "00000000: 56434c4b\nhello\n00000004: 00\n", "within" },
	{ 2, "00000000: 56434c4b\n00 00\n00000004: 00\n", "within" },
	{ 3, "00000000: 56434c4b\n\n00000000: 56434c4b\n", "follow" },
	{ 4, "00000000: 56434c4b\n\nand\n00000000: 56434c4b\n", "second" },
	{ 3, "00000000  56 43 4c 4b\n00000004\n00000000  56 43 4c 4b\n",
	  "second" },
	{ 1, "0000000: 563 4c4b\n00000010: 56434c4b\n", "odd" },
	{ 2, "00000000: 56434c4b\n00000004: 56434c4b00\n", "more bytes" },
	{ 2, "00000000: 56434c4b\n0000\n", "beside" },
	{ 3, "00000000: 56434c4b\n\n00 00 00 00\n", "beside" },
	{ 1, "00000000  56 43 4c 4\n00000004  00\n", "odd" },
	{ 2, "00000000  56 43 4c 4b\n00000005\n", "follow" },
	{ 2, "00000000  56 43 4c 4b\n*\n", "several values" },
	{ 3, "00000000  56 43 4c 4b\n00000004  00 00\n*\n", "no offset after" },
	{ 4, "00000000  56 43 4c 4b\n00000004  00 00\n*\n*\n00000008\n",
	  "no offset after" },
	{ 4, "00000000  56 43 4c 4b\n00000004  00 00\n*\n00000005\n",
	  "follow" },
	{ 4, "00000000  56 43 4c 4b\n00000004  00 00\n*\n00000009  01\n",
	  "follow" },
	{ 4, "00000000  56 43 4c 4b\n00000004  00 00\n*\n00001002\n",
	  "more bytes" },
	{ 1, "*\n00000000  56 43 4c 4b\n00000004\n", "nothing to repeat" },
	{ 2, "0000000 4356 4b4c\n0000003\n", "follow" }, /* 4b is no filling */
	{ 2, "00000000feffb000: " XP_0 "\n00000000feffb008: 0x1 0x00\n",
	  "all its digits" },
	{ 2, "00000000feffb000: 0x4b4c4356\n00000000feffb004: 0x1000\n",
	  "width" },
	/* hexdump without its second line could be od -x, and octal. */
	{ 2, "0000000 " WORDS_0 "\n0000020 " WORDS_1 "\n0000040\n", "octal" },
	/* The digits of words, in an order that nothing tells. */
	{ 1, "00000000: 4b4c4356 00001000\n", "words" },
	{ 1, "00000000: 000010004b4c4356\n", "words" },
	{ 1, "4b4c4356 00001000\n", "words" },
	{ 1, "4356 4b4c 1000 0000\n", "words" },
	{ 1, "000000 5643 4c4b 0010 0000\n", "big-endian" },
	{ 1, "000000 56434c4b 00100000\n", "big-endian" },
	/* The middle of a page. */
	{ 1, "00000010: " GROUPS_1 "\n00000020: " GROUPS_1 "\n", "middle" },
	/* Without offsets. */
	{ 1, "56434c4b00100000\n", "fewer bytes than the fields" },
	{ 2, LINE_0 "\n01 00\n" LINE_1 "\n", "fewer bytes than on" },
	{ 2, LINE_0 "\n" LINE_1 " 00\n", "more bytes" },
	{ 3, LINE_0 "\n" LINE_1 "\n*\n", "without offsets" },
	{ 2, LINE_0 "\n0\n", "odd" },
	{ 1,
	  "{ 0x56, 0x43, 0x4c, 0x4b, 0x00, 0x10, 0x00, 0x00\n"
	  "0x01, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00 }\n",
	  "comma" },
	{ 2,
	  "{ 0x56, 0x43, 0x4c, 0x4b, 0x00, 0x10, 0x00, 0x00,\n"
	  "0x01, 0x0, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00 }\n",
	  "digits" },
	/* No line is whole. */
	{ 1, "00000000: 5643 4c4\n", "odd" },
	{ 2, "the page:\n00000000feffb000: 0x56 0x4\n", "digit" },
	/* Something else. */
	{ 1, "0000000 041526 045514 010000 000000\n", "octal words" },
	{ 1, "0000000 126 103 114 113 000 020\n", "octal bytes" },
	{ 1, "0000000   17238   19276   04096   00000\n", "decimal words" },
	{ 1, "0000000  86  67  76  75   0  16\n", "decimal bytes" },
	{ 1, "0000000   V   C   L   K  \\0 020\n", "characters" },
	{ 1, "00000000: 01010110 01000011 01001100  VCL\n", "binary" },
	{ 1, "$1 = {0x56, 0x43, 0x4c, 0x4b, 0x0, 0x10}\n", "both digits" },
	{ 1, "VkNMSwAQAAABAAEB\n", "base64" },
	{ 1,
	  "00000000:\xc2\xa0"
	  "56\xc2\xa0"
	  "43\n",
	  "no-break" },
	{ 1, "[   12.345678] vmclock: 00000000: 56 43 4c 4b 00\n",
	  "text before" },
};

/* A part of the hint that goes with a reason. */
static const struct {
	const char *text;
	const char *hint;
} hints[] = {
	{ "00000000: 4b4c4356 00001000\n", "xxd FILE without -e" },
	{ "00000000: 56434c4b\n00000003: 00\n", "with offsets: xxd FILE" },
	{ "0000000 041526 045514 010000 000000\n", "od -Ax -tx1 FILE" },
	{ "VkNMSwAQAAABAAEB\n", "base64 -d FILE | vmclockctl verify -" },
};

static const char *const no_hex[] = {
	"",
	" \n\t\r\n",
	"hello world",
	"#include <stdint.h>\nint main(void)\n{\n\treturn 0;\n}\n",
	"*\n",
	"deadbeef is a nice word",
	"56434c4",
	"00000000",
	"0000000\n",
	"0x56, 0x43, 0x4c, 0x4b",
	"00:16:3e:12:34:56",
	"12:00:00 up 3 days",
	"VCLK",
	"\n56-43-4c-4b-00-10\n",
	/* A number at the beginning makes no dump. */
	"20261121 11 07 the clocks were striking",
	"2026 11 07\n",
	"feedface: no such device",
	"da39a3ee5e6b4b0d3255bfef95601890afd80709  page.bin\n",
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
	for (size_t i = 0; i < sizeof(page_texts) / sizeof(*page_texts); i++) {
		size_t length = strlen(page_texts[i].text);

		assert_page(page_texts[i].name, page_texts[i].text, length);
		assert_page(page_texts[i].name, page_texts[i].text, length - 1);
	}
}

/* Blank lines, CRLF, upper case, quoted. */
static void test_page_as_mailed(void **state)
{
	char text[4096];

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(page_texts) / sizeof(*page_texts);
	     i++) {
		const char *quote = i % 2 ? "> " : "";
		size_t used = (size_t)sprintf(text, "%s", quote);

		for (const char *c = page_texts[i / 2].text; *c; c++) {
			if (*c == '\n') {
				used += (size_t)sprintf(text + used,
							"\r\n%s \r\n%s", quote,
							quote);
			} else {
				text[used++] = *c >= 'a' && *c <= 'f'
						       ? (char)(*c - 'a' + 'A')
						       : *c;
			}
			assert_true(used >= 1 && used <= sizeof(text) - 20);
		}
		assert_page(page_texts[i / 2].name, text, used);
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
		const char *text = hints[i].text;
		struct hextext_fault fault = { 0 };
		size_t used;

		assert_int_equal(parse(text, strlen(text), bytes, sizeof(bytes),
				       &used, &fault),
				 HEXTEXT_DAMAGED);
		assert_non_null(fault.hint);
		if (!strstr(fault.hint, hints[i].hint))
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
		{ "00000000: 56434c4b0010000001\n", 1 },
		{ "00000000: 56434c4b00100000\n00000008: 01\n", 2 },
		{ "00000000  56 43 4c 4b 00 10 00 00\n00000008  01\n00000009\n",
		  2 },
		{ "00000000  56 43 4c 4b\n00000004  00\n*\n00000009\n", 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t length = strlen(texts[i].text);
		struct hextext_fault fault = { .reason = "none" };
		uint8_t *bytes = malloc(8), *enough = malloc(9);
		size_t used;

		assert_non_null(bytes);
		assert_non_null(enough);
		assert_int_equal(
			parse(texts[i].text, length, bytes, 8, &used, &fault),
			HEXTEXT_DAMAGED);
		assert_int_equal(fault.line, texts[i].line);
		assert_non_null(strstr(fault.reason, "more bytes"));
		assert_int_equal(
			parse(texts[i].text, length, enough, 9, &used, &fault),
			HEXTEXT_OK);
		assert_int_equal(used, 9);
		free(bytes);
		free(enough);
	}
}

/* Without offsets: what length a page may have. */
static void test_plain_length(void **state)
{
	static const struct {
		size_t length, columns;
		bool read;
	} cases[] = {
		{ 112, 16, true },  { 112, 112, true },	 { 120, 12, true },
		{ 111, 16, false }, { 100, 12, false },	 { 124, 12, false },
		{ 128, 8, false },  { 304, 304, true },	 { 300, 300, false },
		{ 4096, 16, true }, { 4080, 16, false }, { 4112, 16, false },
		{ 112, 1, true },   { 113, 1, false },
	};
	static char text[3 * 5000];
	static uint8_t bytes[5000];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct hextext_fault fault = { .reason = "none" };
		size_t length = 0, used;

		for (size_t b = 0; b < cases[i].length; b++)
			length += (size_t)sprintf(
				text + length, "%02x%s",
				b < sizeof(head) ? head[b] : 0,
				(b + 1) % cases[i].columns ? "" : "\n");
		if ((parse(text, length, bytes, sizeof(bytes), &used, &fault) ==
		     HEXTEXT_OK) != cases[i].read)
			fail_msg("%zu in lines of %zu: %s", cases[i].length,
				 cases[i].columns, fault.reason);
	}
}

/* Cut anywhere, at either end: no crash, and no fault without a place. */
static void test_truncated(void **state)
{
	static uint8_t bytes[PAGE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(page_texts) / sizeof(*page_texts); i++) {
		const char *text = page_texts[i].text;
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
			assert_true(used <= PAGE_SIZE);
			assert_int_equal(result == HEXTEXT_DAMAGED,
					 fault.line && fault.reason);
		}
	}
}

/* 112 bytes, 16 a line, each as printf has it. */
static size_t print_list(char *text, const char *begin, const char *element,
			 const char *end)
{
	size_t length = 0;

	for (size_t i = 0; i < 112; i++) {
		if (i % 16 == 0)
			length += (size_t)sprintf(text + length, "%s", begin);
		length += (size_t)sprintf(text + length, element,
					  i < sizeof(head) ? head[i] : 0);
		if (i % 16 == 15)
			length += (size_t)sprintf(text + length, "%s", end);
	}
	return length;
}

static bool reads(const struct spelling *spelling, const char *text,
		  size_t length)
{
	static const unsigned int bases[] = { 16, 8, 10 };
	static uint8_t bytes[PAGE_SIZE];

	for (size_t i = 0; i < 3; i++) {
		struct dump dump = { .spelling = spelling,
				     .base = bases[i],
				     .bytes = bytes,
				     .size = sizeof(bytes) };
		struct text_lines lines = text_lines_start(text, length);

		if (spelling->offsets == OFFSETS_NONE
			    ? dump_read_plain(&dump, lines)
			    : dump_read(&dump, lines))
			return memcmp(bytes, head, 8) == 0;
	}
	return false;
}

/* Each row of the table reads some text here, so none is there for nothing. */
static void test_every_spelling(void **state)
{
	static const struct {
		const char *begin, *element, *end;
	} lists[] = {
		{ "", "0x%02x, ", "\n" }, { "", "%u, ", "\n" },
		{ "", "%02x, ", "\n" },	  { "\"", "\\x%02x", "\"\n" },
		{ "", "%02x", "\n" },	  { "", "%02x:", "\n" },
	};
	char texts[sizeof(lists) / sizeof(*lists)][1000];
	size_t lengths[sizeof(lists) / sizeof(*lists)];

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		lengths[i] = print_list(texts[i], lists[i].begin,
					lists[i].element, lists[i].end);
		assert_true(lengths[i] >= 224 && lengths[i] < sizeof(texts[i]));
	}
	for (unsigned int row = 0; row < spelling_count; row++) {
		size_t read = 0;

		for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
			read += reads(&spellings[row], texts[i], lengths[i]);
		for (size_t i = 0;
		     i < sizeof(short_texts) / sizeof(*short_texts); i++)
			read += reads(&spellings[row], short_texts[i].text,
				      strlen(short_texts[i].text));
		if (!read)
			fail_msg("nothing is read as of %s",
				 spellings[row].name);
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
		cmocka_unit_test(test_plain_length),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_every_spelling),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
