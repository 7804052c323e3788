/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and addresses in texts, and the hash that stands for values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/scrub.h"
#include "base/siphash.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* The vectors that its authors published: the key 00 to 0f, the message 00,
 * 01, 02 and so on, of that length. */
static void test_siphash(void **state)
{
	static const struct {
		size_t length;
		uint64_t hash;
	} vectors[] = {
		{ 0, UINT64_C(0x726fdb47dd0e0e31) },
		{ 1, UINT64_C(0x74f839c593dc67fd) },
		{ 7, UINT64_C(0xab0200f58b01d137) },
		{ 8, UINT64_C(0x93f5f5799a932462) },
		{ 15, UINT64_C(0xa129ca6149be45e5) },
		{ 63, UINT64_C(0x958a324ceb064572) },
	};
	struct siphash_key key;
	uint8_t message[64];

	(void)state;
	for (uint8_t i = 0; i < sizeof(message); i++)
		message[i] = i;
	memcpy(key.bytes, message, sizeof(key.bytes));
	for (size_t i = 0; i < COUNT(vectors); i++)
		assert_int_equal(siphash(&key, message, vectors[i].length),
				 vectors[i].hash);
}

static const struct row {
	const char *text;
	const char *scrubbed;
} rows[] = {
	{ "", "" },
	{ "nothing to hide", "nothing to hide" },
	/* Names that were added, in any case, and the longest that fits. */
	{ "web01.example.org", "HOST" },
	{ "on WEB01: up", "on HOST: up" },
	{ "6.1.0-web01-amd64", "6.1.0-HOST-amd64" },
	{ "6.1.0web01custom", "6.1.0HOSTcustom" },
	{ "web02 and webs", "web02 and webs" },
	/* One that a text of limited length cuts. */
	{ "on web01.example.o", "on HOST" },
	{ "on web01.e", "on HOST.e" },
	{ "web0", "web0" },
	/* A short one only as a word. */
	{ "db", "HOST" },
	{ "db, db1, a db.", "HOST, db1, a HOST." },
	{ "dbus", "dbus" },
	/* Addresses and ids, whoever has them. */
	{ "02:42:ac:11:00:02", "MAC" },
	{ "ptp 02-42-AC-11-00-02 (card)", "ptp MAC (card)" },
	{ "0242ac.fffe.110002", "MAC" },
	{ "02:42:ac:11:00", "02:42:ac:11:00" },
	{ "x02:42:ac:11:00:02", "x02:42:ac:11:00:02" },
	{ "02:42:ac:ff:fe:11:00:02", "MAC" },
	{ "igb 0000:00:04.0", "igb BUS" },
	{ "0d9e2c4a-7b1f-4c55-9a5e-1f2e3d4c5b6a", "ID" },
	{ "0d9e2c4a7b1f4c559a5e1f2e3d4c5b6a", "ID" },
	{ "0x00000000feffb000", "0x00000000feffb000" },
	/* A time and a ratio are none. */
	{ "2026-11-26T12:00:00.000000000Z", "2026-11-26T12:00:00.000000000Z" },
	{ "/home/ann/dumps/x.bin: cut", "PATH: cut" },
	{ "see \"/root/a b\"", "see \"PATH b\"" },
	{ "/homes/x", "/homes/x" },
};

static void test_scrub(void **state)
{
	struct scrub scrub = { 0 };

	(void)state;
	assert_int_equal(scrub_add(&scrub, "web01.example.org", "HOST"), 0);
	assert_int_equal(scrub_add(&scrub, "web01", "HOST"), 0);
	assert_int_equal(scrub_add(&scrub, "db", "HOST"), 0);
	assert_int_equal(scrub_add(&scrub, "", "HOST"), 0);
	assert_int_equal(scrub.count, 3);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = scrub_text(&scrub, rows[i].text);

		assert_string_equal(text, rows[i].scrubbed);
		free(text);
	}
	scrub_free(&scrub);
	assert_int_equal(scrub.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_siphash),
		cmocka_unit_test(test_scrub),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
