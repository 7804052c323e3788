/* SPDX-License-Identifier: BSD-2-Clause */
/* Every rule answers on whatever it is given, and answers something with
 * words. Under the sanitizers this is what looks for undefined behaviour. */
#include "pages.h"

#define PAGES	   5000
#define RECORDINGS 500

static uint64_t random_state = 20261121;

static uint64_t random64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static unsigned int below(unsigned int limit)
{
	return (unsigned int)(random64() % limit);
}

/* Values at the edges, where arithmetic goes wrong, as often as others. */
static uint64_t edgy(void)
{
	static const uint64_t edges[] = {
		0, 1, INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX,
	};

	switch (below(4)) {
	case 0:
		return edges[below(5)] + below(3) - 1;
	case 1:
		return UINT64_C(1) << below(64);
	case 2:
		return below(8);
	default:
		return random64();
	}
}

/* Noise; or a page, of any layout, with some fields anything. */
static void make_random(struct made_page *page)
{
	unsigned int count;

	if (below(4) == 0) {
		for (size_t i = 0; i < sizeof(page->bytes); i++)
			page->bytes[i] = (uint8_t)random64();
		if (below(2))
			set(page, FIELD_magic, PAGE_MAGIC);
		if (below(2))
			store_le(page->bytes + 6, 2, 1);
		return;
	}
	*page = make_page();
	for (count = below(8); count; count--)
		set(page, (int)below(FIELD_COUNT), edgy());
	if (below(4) == 0)
		set(page, FIELD_magic, PAGE_MAGIC_SWAPPED);
}

static size_t random_length(void)
{
	return below(3) ? PAGE_USUAL_SIZE : below(PAGE_USUAL_SIZE);
}

static struct verifier *verifier;
static struct leap_table leaps = {
	.count = 2,
	.entries = { { 1435708800, 36 }, { 1483228800, 37 } },
	.expires = 1900000000,
};

static void start(bool recording)
{
	memset(verifier, 0, sizeof(*verifier));
	memset(verifier->selected, 1, sizeof(verifier->selected));
	verifier->recording = recording;
	verifier->region = below(2);
	verifier->leaps = below(2) ? &leaps : NULL;
	verifier->leaps_reason = "no leap-second table";
}

static void check_answers(void)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		const struct finding *f = &verifier->findings[i];

		assert_true((unsigned int)f->verdict < VERDICT_COUNT);
		if (f->verdict != VERDICT_OK)
			assert_true(f->message[0]);
		if (f->verdict == VERDICT_FAIL || f->verdict == VERDICT_WARN) {
			if (!f->expected[0] || !f->actual[0])
				print_error("%s: %s\n", rules[i].id,
					    f->message);
			assert_true(f->expected[0]);
		}
	}
}

static int setup(void **state)
{
	(void)state;
	verifier = malloc(sizeof(*verifier));
	return verifier ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(verifier);
	return 0;
}

static void test_pages(void **state)
{
	unsigned int judged[VERDICT_COUNT] = { 0 };

	(void)state;
	for (int i = 0; i < PAGES; i++) {
		struct made_page page;
		/* Of its own length, so that a read beyond it is seen. */
		size_t length = random_length();
		uint8_t *bytes = malloc(length ? length : 1);
		struct snapshot snapshot = { .bytes = bytes, .length = length };

		assert_non_null(bytes);
		make_random(&page);
		memcpy(bytes, page.bytes, length);
		start(false);
		verify_snapshot(verifier, &snapshot);
		verify_end(verifier);
		check_answers();
		for (int rule = 0; rule < RULE_COUNT; rule++)
			judged[verifier->findings[rule].verdict]++;
		free(bytes);
	}
	for (int v = 0; v < VERDICT_COUNT; v++)
		assert_true(judged[v] > PAGES / 10);
	print_message("# %d pages, %d rules each\n", PAGES, RULE_COUNT);
}

static void change_some(struct made_page *page)
{
	unsigned int count;

	if (below(16) == 0)
		make_random(page);
	for (count = below(4); count; count--)
		set(page, (int)below(FIELD_COUNT), edgy());
	if (below(2))
		set(page, FIELD_counter_value,
		    get(page, FIELD_counter_value) + random64() % 4000000000);
	if (below(8))
		set(page, FIELD_magic, PAGE_MAGIC);
	if (below(8))
		set(page, FIELD_seq_count,
		    (get(page, FIELD_seq_count) + 2) & ~UINT64_C(1));
}

static void test_recordings(void **state)
{
	unsigned int total = 0;

	(void)state;
	for (int i = 0; i < RECORDINGS; i++) {
		unsigned int count = below(40);
		struct made_page page = make_page();
		uint8_t *bytes[2] = { NULL, NULL };
		int turn = 0;

		start(true);
		for (unsigned int n = 1; n <= count; n++) {
			struct snapshot snapshot = {
				.kind = below(10) ? SNAPSHOT_PAGE
						  : SNAPSHOT_UNSETTLED,
				.n = n,
				.has_counter = below(8),
				.counter = edgy(),
				.counter_last = edgy(),
				.unsettled = edgy() >> 1,
				.unsettled_look = edgy() >> 1,
				.seq_count = (uint32_t)random64(),
			};

			if (snapshot.kind == SNAPSHOT_PAGE) {
				size_t length = random_length();

				change_some(&page);
				free(bytes[turn]);
				bytes[turn] = malloc(length ? length : 1);
				assert_non_null(bytes[turn]);
				memcpy(bytes[turn], page.bytes, length);
				snapshot.bytes = bytes[turn];
				snapshot.length = length;
				turn = !turn;
			}
			verify_snapshot(verifier, &snapshot);
			total++;
		}
		verify_end(verifier);
		check_answers();
		free(bytes[0]);
		free(bytes[1]);
	}
	print_message("# %d recordings, %u snapshots\n", RECORDINGS, total);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_recordings, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
