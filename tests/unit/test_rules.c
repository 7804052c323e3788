/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of one page at the values where their answers change. */
#include "pages.h"
#include "sim/scenario.h"

static struct leap_table leaps = {
	.count = 4,
	.entries = { { 1341100800, 35 },
		     { 1435708800, 36 },
		     { 1483228800, 37 },
		     { 1814400000, 38 } }, /* 2027-07-01 */
	.expires = 1900000000,		   /* 2030-03-17 */
};

static struct finding ask(const struct made_page *page, size_t length,
			  const char *id)
{
	struct subject subject;
	struct finding finding;

	subject_take(page->bytes, length, &subject);
	subject.leaps = &leaps;
	verify_rule(rule(id), &subject, &finding);
	return finding;
}

static void expect(const struct made_page *page, const char *id,
		   enum verdict verdict)
{
	struct finding finding = ask(page, sizeof(page->bytes), id);

	if (finding.verdict != verdict)
		print_error("%s is %s: %s\n", id,
			    verdict_names[finding.verdict], finding.message);
	assert_int_equal(finding.verdict, verdict);
}

/* One field of the clean page set, one rule's answer. */
static const struct {
	const char *id;
	int row;
	uint64_t value;
	enum verdict verdict;
} single[] = {
	{ "header.magic", FIELD_magic, PAGE_MAGIC + 1, VERDICT_FAIL },
	{ "header.version", FIELD_version, 0, VERDICT_FAIL },
	{ "header.version", FIELD_version, 0x100, VERDICT_FAIL },
	{ "header.size-minimum", FIELD_size, 0x58, VERDICT_OK },
	{ "header.size-minimum", FIELD_size, 0x57, VERDICT_WARN },
	{ "header.size-minimum", FIELD_size, 0x20, VERDICT_WARN },
	{ "header.size-minimum", FIELD_size, 0x1f, VERDICT_FAIL },
	{ "header.size-minimum", FIELD_size, 0, VERDICT_FAIL },
	{ "header.size-region", FIELD_size, 4097, VERDICT_WARN },
	{ "header.size-page", FIELD_size, 4095, VERDICT_WARN },
	{ "header.size-page", FIELD_size, 8192, VERDICT_OK },
	{ "header.size-page", FIELD_size, 8191, VERDICT_WARN },
	{ "header.size-flags", FIELD_size, 0x70, VERDICT_OK },
	{ "header.size-flags", FIELD_size, 0x6f, VERDICT_FAIL },
	/* All of its 32 bits turned round: 4096, 65536, and not. */
	{ "header.byte-order", FIELD_size, 0x00100000, VERDICT_FAIL },
	{ "header.byte-order", FIELD_size, 0x00000100, VERDICT_OK },
	{ "header.byte-order", FIELD_size, 0x00200000, VERDICT_FAIL },
	{ "header.byte-order", FIELD_size, 0x00300100, VERDICT_OK },
	{ "header.byte-order", FIELD_size, 0x00180000, VERDICT_OK },
	{ "header.byte-order", FIELD_size, 0x01000000, VERDICT_OK },
	/* The upper 16 bits alone. */
	{ "header.byte-order", FIELD_size, 0x10000000, VERDICT_FAIL },
	{ "header.byte-order", FIELD_size, 0xf0000000, VERDICT_FAIL },
	{ "header.byte-order", FIELD_size, 0x10000001, VERDICT_OK },
	{ "header.byte-order", FIELD_size, 0x18000000, VERDICT_OK },
	{ "header.byte-order", FIELD_size, 0x00020000, VERDICT_OK },
	{ "counter.id", FIELD_counter_id, 0, VERDICT_OK },
	{ "counter.id", FIELD_counter_id, 2, VERDICT_FAIL },
	{ "counter.id", FIELD_counter_id, 0xfe, VERDICT_FAIL },
	{ "counter.id", FIELD_counter_id, 0xff, VERDICT_OK },
	{ "time.type", FIELD_time_type, 2, VERDICT_OK },
	{ "time.type", FIELD_time_type, 3, VERDICT_FAIL },
	{ "time.type", FIELD_time_type, 4, VERDICT_FAIL },
	{ "time.type", FIELD_time_type, 5, VERDICT_FAIL },
	{ "time.type-utc", FIELD_time_type, 0, VERDICT_WARN },
	{ "time.type-utc", FIELD_time_type, 2, VERDICT_NOT_APPLICABLE },
	{ "time.type-utc", FIELD_counter_id, 0xff, VERDICT_NOT_APPLICABLE },
	{ "seq.even", FIELD_seq_count, UINT32_MAX, VERDICT_FAIL },
	{ "seq.even", FIELD_seq_count, 0, VERDICT_OK },
	{ "flags.imminent-without-soon", FIELD_flags, 6, VERDICT_OK },
	{ "flags.imminent-without-soon", FIELD_flags, 4, VERDICT_OK },
	{ "flags.imminent-without-soon", FIELD_flags, 2, VERDICT_OK },
	{ "flags.numbering", FIELD_flags, 0x180, VERDICT_OK },
	{ "reserved.pad", FIELD_pad, 0x8000, VERDICT_WARN },
	{ "status.known", FIELD_clock_status, 4, VERDICT_OK },
	{ "status.known", FIELD_clock_status, 5, VERDICT_FAIL },
	{ "status.usable-clock", FIELD_counter_id, 0xff, VERDICT_FAIL },
	{ "smearing.known", FIELD_leap_second_smearing_hint, 2, VERDICT_OK },
	{ "smearing.known", FIELD_leap_second_smearing_hint, 3, VERDICT_FAIL },
	{ "leap.known", FIELD_leap_indicator, 5, VERDICT_OK },
	{ "leap.known", FIELD_leap_indicator, 6, VERDICT_FAIL },
	{ "tai.sign", FIELD_tai_offset_sec, 0, VERDICT_OK },
	{ "tai.sign", FIELD_tai_offset_sec, 1, VERDICT_FAIL },
	{ "tai.sign", FIELD_tai_offset_sec, 0x8000, VERDICT_OK },
	{ "tai.sign", FIELD_flags, 0, VERDICT_NOT_APPLICABLE },
	{ "tai.sign", FIELD_time_type, TIME_TYPE_MONOTONIC,
	  VERDICT_NOT_APPLICABLE },
	{ "tai.sign", FIELD_time_type, TIME_TYPE_UTC, VERDICT_OK },
	{ "tai.sign", FIELD_clock_status, 0, VERDICT_OK },
	{ "tai.value", FIELD_tai_offset_sec, 37, VERDICT_OK },
	{ "tai.value", FIELD_tai_offset_sec, (uint64_t)-38, VERDICT_FAIL },
	{ "tai.value", FIELD_clock_status, 1, VERDICT_NOT_APPLICABLE },
	{ "tai.value", FIELD_seq_count, 5, VERDICT_NOT_APPLICABLE },
	{ "tai.value", FIELD_flags, 0, VERDICT_NOT_APPLICABLE },
	{ "period.nonzero", FIELD_counter_period_frac_sec, 1, VERDICT_OK },
	{ "period.nonzero", FIELD_clock_status, 4, VERDICT_NOT_APPLICABLE },
	{ "period.nonzero", FIELD_seq_count, 5, VERDICT_OK },
	{ "period.frequency", FIELD_counter_period_frac_sec, 0,
	  VERDICT_NOT_APPLICABLE },
	{ "period.shift", FIELD_counter_period_shift, 63, VERDICT_OK },
	{ "period.shift", FIELD_counter_period_shift, 64, VERDICT_WARN },
	{ "period.shift", FIELD_counter_period_shift, 127, VERDICT_WARN },
	{ "period.shift", FIELD_counter_period_shift, 128, VERDICT_FAIL },
	{ "period.shift", FIELD_counter_period_shift, 255, VERDICT_FAIL },
	{ "period.frequency", FIELD_counter_period_shift, 255, VERDICT_FAIL },
	{ "period.frequency", FIELD_counter_period_shift, 0, VERDICT_FAIL },
	{ "period.precision", FIELD_counter_period_frac_sec,
	  UINT64_C(1000000000000), VERDICT_OK },
	{ "period.precision", FIELD_counter_period_frac_sec,
	  UINT64_C(999999999999), VERDICT_WARN },
	{ "period.precision", FIELD_counter_period_maxerror_rate_frac_sec, 0,
	  VERDICT_WARN },
	{ "period.precision", FIELD_counter_period_maxerror_rate_frac_sec, 1,
	  VERDICT_OK },
	{ "error.period-order", FIELD_counter_period_esterror_rate_frac_sec,
	  PPM_50, VERDICT_OK },
	{ "error.period-order", FIELD_counter_period_esterror_rate_frac_sec,
	  PPM_50 + 1, VERDICT_FAIL },
	{ "error.time-order", FIELD_time_esterror_nanosec, 50000, VERDICT_OK },
	{ "error.time-order", FIELD_time_esterror_nanosec, 50001,
	  VERDICT_FAIL },
	/* 100 ppm of the period is 990351... units and a fraction. */
	{ "error.period-size", FIELD_counter_period_maxerror_rate_frac_sec,
	  PERIOD_2GHZ / 10000, VERDICT_OK },
	{ "error.period-size", FIELD_counter_period_maxerror_rate_frac_sec,
	  PERIOD_2GHZ / 10000 + 1, VERDICT_WARN },
	{ "error.period-size", FIELD_counter_period_maxerror_rate_frac_sec,
	  PERIOD_2GHZ - 1, VERDICT_WARN },
	{ "error.period-size", FIELD_counter_period_maxerror_rate_frac_sec,
	  PERIOD_2GHZ, VERDICT_FAIL },
	/* What is not valid is not judged. */
	{ "error.period-order", FIELD_flags, FLAG_PERIOD_MAXERROR_VALID,
	  VERDICT_NOT_APPLICABLE },
	{ "error.time-order", FIELD_flags, FLAG_TIME_ESTERROR_VALID,
	  VERDICT_NOT_APPLICABLE },
	{ "error.period-size", FIELD_flags, FLAG_TIME_MAXERROR_VALID,
	  VERDICT_NOT_APPLICABLE },
	{ "error.period-size", FIELD_flags, FLAG_PERIOD_ESTERROR_VALID,
	  VERDICT_OK },
	{ "error.period-size", FIELD_counter_period_esterror_rate_frac_sec,
	  PERIOD_2GHZ - 1, VERDICT_OK },
	{ "error.period-size", FIELD_counter_period_esterror_rate_frac_sec,
	  PERIOD_2GHZ, VERDICT_FAIL },
	{ "error.time-size", FIELD_time_maxerror_nanosec,
	  UINT64_C(86399999999999), VERDICT_OK },
	{ "error.time-size", FIELD_time_maxerror_nanosec,
	  UINT64_C(86400000000000), VERDICT_WARN },
	{ "error.time-size", FIELD_time_maxerror_nanosec, UINT64_MAX,
	  VERDICT_WARN },
	{ "error.time-size", FIELD_time_esterror_nanosec, INT64_MAX,
	  VERDICT_OK },
	{ "error.time-size", FIELD_time_esterror_nanosec, UINT64_C(1) << 63,
	  VERDICT_FAIL },
	{ "error.time-size", FIELD_flags, 0, VERDICT_NOT_APPLICABLE },
	{ "error.time-size", FIELD_flags, FLAG_TIME_MAXERROR_VALID,
	  VERDICT_OK },
	{ "error.time-size", FIELD_flags, FLAG_TIME_ESTERROR_VALID,
	  VERDICT_OK },
	{ "error.time-size", FIELD_counter_id, COUNTER_INVALID,
	  VERDICT_NOT_APPLICABLE },
	{ "error.zero", FIELD_flags, 0, VERDICT_NOT_APPLICABLE },
	{ "error.zero", FIELD_flags, FLAG_TIME_MAXERROR_VALID, VERDICT_OK },
	{ "error.pair", FIELD_flags, FLAG_TIME_MAXERROR_VALID, VERDICT_WARN },
	{ "error.pair", FIELD_flags, FLAG_PERIOD_MAXERROR_VALID, VERDICT_WARN },
	{ "error.pair", FIELD_flags, 0, VERDICT_OK },
	{ "error.zero", FIELD_counter_period_maxerror_rate_frac_sec, 0,
	  VERDICT_WARN },
	{ "error.zero", FIELD_time_maxerror_nanosec, 0, VERDICT_WARN },
	{ "error.zero", FIELD_time_maxerror_nanosec, 1, VERDICT_OK },
	{ "reference.time", FIELD_time_sec, 1420070400 + 37, VERDICT_OK },
	{ "reference.time", FIELD_time_sec, 1420070400 + 36, VERDICT_WARN },
	{ "reference.time", FIELD_time_sec, 4133980799 + 37, VERDICT_OK },
	{ "reference.time", FIELD_time_sec, 4133980800 + 37, VERDICT_WARN },
	{ "reference.time", FIELD_time_sec, UINT64_MAX, VERDICT_WARN },
	{ "generation.present", FIELD_flags, 0, VERDICT_OK },
};

static void test_single(void **state)
{
	struct made_page clean = make_page();

	(void)state;
	assert_int_equal(
		ask(&clean, sizeof(clean.bytes), "tai.sign").message[0], '\0');
	for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++) {
		struct made_page page = clean;

		expect(&clean, single[i].id, VERDICT_OK);
		set(&page, single[i].row, single[i].value);
		expect(&page, single[i].id, single[i].verdict);
	}
}

/* Whatever the version is; and not a size that the page has. */
static void test_swapped_size(void **state)
{
	static const struct {
		uint64_t size, version;
		enum verdict verdict;
	} sizes[] = {
		{ 0x00100000, 0x0100, VERDICT_FAIL },
		{ 0x70000000, 0x0100, VERDICT_FAIL },
		{ 0x00001000, 0x0100, VERDICT_OK },
		{ 0x00100000, 0x0002, VERDICT_FAIL },
	};
	struct subject subject;
	struct finding finding;
	static uint8_t region[0x100000];
	struct made_page page = make_page();

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		set(&page, FIELD_size, sizes[i].size);
		set(&page, FIELD_version, sizes[i].version);
		expect(&page, "header.byte-order", sizes[i].verdict);
	}
	assert_int_equal(ask(&page, 8, "header.byte-order").verdict,
			 VERDICT_FAIL);
	assert_int_equal(ask(&page, 7, "header.byte-order").verdict,
			 VERDICT_OK);
	memcpy(region, page.bytes, sizeof(page.bytes));
	subject_take(region, sizeof(region), &subject);
	verify_rule(rule("header.byte-order"), &subject, &finding);
	assert_int_equal(finding.verdict, VERDICT_OK);
}

/* 1 MHz is 2^(64 + s) / 10^6, at the shift that normalises it; 10 GHz. */
static void test_frequency(void **state)
{
	static const struct {
		uint64_t period;
		unsigned int shift;
		enum verdict verdict;
	} limits[] = {
		/* floor(2^(64+19) / 10^6), and one more is slower. */
		{ UINT64_C(0x8637bd05af6c69b5), 19, VERDICT_OK },
		{ UINT64_C(0x8637bd05af6c69b6), 19, VERDICT_FAIL },
		/* ceil(2^(64+33) / 10^10), and one less is faster. */
		{ UINT64_C(0xdbe6fecebdedd5bf), 33, VERDICT_OK },
		{ UINT64_C(0xdbe6fecebdedd5be), 33, VERDICT_FAIL },
	};
	struct made_page page = make_page();

	(void)state;
	for (int i = 0; i < 4; i++) {
		set(&page, FIELD_counter_period_frac_sec, limits[i].period);
		set(&page, FIELD_counter_period_shift, limits[i].shift);
		expect(&page, "period.frequency", limits[i].verdict);
	}
}

/* A TAI page at a UTC second of the leap table above. */
static struct made_page at(int64_t utc, int offset, enum leap_indicator leap)
{
	struct made_page page = make_page();

	set(&page, FIELD_time_sec, (uint64_t)(utc + offset));
	set(&page, FIELD_tai_offset_sec, (uint64_t)-offset);
	set(&page, FIELD_leap_indicator, leap);
	return page;
}

static void expect_at(int64_t utc, int offset, enum leap_indicator leap,
		      const char *id, enum verdict verdict)
{
	struct made_page page = at(utc, offset, leap);

	expect(&page, id, verdict);
}

static void test_tai_value(void **state)
{
	const int64_t half = 15778800, end = leaps.expires;
	struct made_page page;

	(void)state;
	expect_at(1483228799, 36, LEAP_NONE, "tai.value", VERDICT_OK);
	expect_at(1483228799, 37, LEAP_NONE, "tai.value", VERDICT_FAIL);
	expect_at(1483228800, 37, LEAP_NONE, "tai.value", VERDICT_OK);
	/* 23:59:60, with the old offset and with the new one. */
	expect_at(1483228800, 36, LEAP_NONE, "tai.value", VERDICT_OK);
	expect_at(1483228800, 36, LEAP_POS, "tai.value", VERDICT_OK);
	expect_at(1483228799, 37, LEAP_POS, "tai.value", VERDICT_OK);
	expect_at(1483228799, 38, LEAP_POS, "tai.value", VERDICT_FAIL);
	/* A month's end without a leap second. */
	expect_at(1485907199, 38, LEAP_POS, "tai.value", VERDICT_FAIL);
	/* Before the table, at its expiry and past it. */
	expect_at(1341100000, 34, LEAP_NONE, "tai.value", VERDICT_SKIP);
	expect_at(end - 1, 38, LEAP_NONE, "tai.value", VERDICT_OK);
	expect_at(end, 38, LEAP_NONE, "tai.value", VERDICT_SKIP);
	/* By the true offset, 38, and not by the page's. */
	expect_at(end - 2, 39, LEAP_NONE, "tai.value", VERDICT_FAIL);
	expect_at(end - 1, 39, LEAP_NONE, "tai.value", VERDICT_SKIP);
	expect_at(end, 37, LEAP_NONE, "tai.value", VERDICT_FAIL);
	expect_at(end + 1, 37, LEAP_NONE, "tai.value", VERDICT_SKIP);
	expect_at(end - 2, 40, LEAP_NONE, "tai.value", VERDICT_FAIL);
	expect_at(end + half - 3, 40, LEAP_NONE, "tai.value", VERDICT_FAIL);
	expect_at(end + half - 2, 40, LEAP_NONE, "tai.value", VERDICT_SKIP);
	expect_at(end + half - 4, 41, LEAP_NONE, "tai.value", VERDICT_FAIL);
	/* A count of UTC, by both habits. */
	page = at(1483228799, 0, LEAP_POS);
	set(&page, FIELD_time_type, TIME_TYPE_UTC);
	set(&page, FIELD_tai_offset_sec, (uint64_t)-36);
	expect(&page, "tai.value", VERDICT_OK);
	set(&page, FIELD_time_sec, 1483228800);
	expect(&page, "tai.value", VERDICT_OK);
	set(&page, FIELD_tai_offset_sec, (uint64_t)-35);
	expect(&page, "tai.value", VERDICT_FAIL);
}

static void test_leap_pre(void **state)
{
	const int64_t december = 1480550400, january = 1483228800;
	struct made_page page;

	(void)state;
	expect_at(december, 36, LEAP_PRE_POS, "leap.pre", VERDICT_OK);
	expect_at(january - 1, 36, LEAP_PRE_POS, "leap.pre", VERDICT_OK);
	expect_at(january - 1, 36, LEAP_PRE_NEG, "leap.pre", VERDICT_FAIL);
	expect_at(december - 1, 36, LEAP_PRE_POS, "leap.pre", VERDICT_FAIL);
	expect_at(january, 37, LEAP_PRE_POS, "leap.pre", VERDICT_FAIL);
	expect_at(january, 37, LEAP_NONE, "leap.pre", VERDICT_OK);
	/* The table ends on 17 March 2030: of that month's end it knows
	 * nothing. */
	expect_at(1899000000, 38, LEAP_PRE_POS, "leap.pre", VERDICT_WARN);
	expect_at(1893456000 + 160 * 86400, 38, LEAP_PRE_POS, "leap.pre",
		  VERDICT_SKIP); /* June 2030 */
	page = at(december, 36, LEAP_PRE_POS);
	set(&page, FIELD_flags, 0);
	expect(&page, "leap.pre", VERDICT_SKIP);
}

static void test_leap_during(void **state)
{
	struct made_page page;

	(void)state;
	expect_at(1483228800, 36, LEAP_POS, "leap.during", VERDICT_OK);
	expect_at(1483228799, 37, LEAP_POS, "leap.during", VERDICT_OK);
	/* 23:59:59 in TAI is a second too early; and 37 is there for 23:59:60
	 * where the table has a leap second. */
	expect_at(1483228799, 36, LEAP_POS, "leap.during", VERDICT_FAIL);
	expect_at(1485907199, 37, LEAP_POS, "leap.during", VERDICT_FAIL);
	expect_at(1901231999, 38, LEAP_POS, "leap.during", VERDICT_SKIP);
	page = at(1483228799, 0, LEAP_POS);
	set(&page, FIELD_time_type, TIME_TYPE_UTC);
	expect(&page, "leap.during", VERDICT_OK);
	set(&page, FIELD_time_sec, 1483228800);
	expect(&page, "leap.during", VERDICT_OK);
	/* Out of range is no matter of the offset. */
	set(&page, FIELD_time_sec, UINT64_C(1) << 63);
	expect(&page, "leap.during", VERDICT_SKIP);
	assert_string_equal(ask(&page, 4096, "leap.during").message,
			    "the reference time is out of range");
	expect_at(1483228798, 36, LEAP_POS, "leap.during", VERDICT_FAIL);
	expect_at(1483228801, 36, LEAP_POS, "leap.during", VERDICT_FAIL);
	expect_at(1483142400, 36, LEAP_POS, "leap.during", VERDICT_FAIL);
	expect_at(1483228798, 36, LEAP_NONE, "leap.during", VERDICT_OK);
}

static void test_leap_post(void **state)
{
	const int64_t january = 1483228800, day = 86400;

	(void)state;
	expect_at(january, 37, LEAP_POST_POS, "leap.post", VERDICT_OK);
	expect_at(january + 15 * day - 1, 37, LEAP_POST_POS, "leap.post",
		  VERDICT_OK);
	expect_at(january + 15 * day, 37, LEAP_POST_POS, "leap.post",
		  VERDICT_WARN);
	expect_at(january, 37, LEAP_POST_NEG, "leap.post", VERDICT_FAIL);
	expect_at(january - 1, 36, LEAP_POST_POS, "leap.post", VERDICT_FAIL);
	expect_at(january + 31 * day, 37, LEAP_POST_POS, "leap.post",
		  VERDICT_FAIL);
	expect_at(1902000000, 38, LEAP_POST_POS, "leap.post", VERDICT_SKIP);
	expect_at(1903000000, 38, LEAP_POST_POS, "leap.post", VERDICT_WARN);
}

static void test_leap_missing(void **state)
{
	const int64_t january = 1483228800, day = 86400;
	struct made_page page;

	(void)state;
	expect_at(january - day, 36, LEAP_NONE, "leap.missing", VERDICT_OK);
	page = at(january - day, 36, LEAP_NONE);
	set(&page, FIELD_time_frac_sec, 1);
	expect(&page, "leap.missing", VERDICT_WARN);
	expect_at(january - day + 1, 36, LEAP_NONE, "leap.missing",
		  VERDICT_WARN);
	expect_at(january - day + 1, 36, LEAP_PRE_POS, "leap.missing",
		  VERDICT_OK);
	/* A wrong announcement is for leap.pre. */
	expect_at(january - day + 1, 36, LEAP_PRE_NEG, "leap.missing",
		  VERDICT_OK);
	expect_at(january - 1, 36, LEAP_NONE, "leap.missing", VERDICT_WARN);
	expect_at(january, 37, LEAP_NONE, "leap.missing", VERDICT_OK);
	/* The end of January has none, and the end of March 2030 is past the
	 * table's end. */
	expect_at(january + 31 * day - 1, 37, LEAP_NONE, "leap.missing",
		  VERDICT_OK);
	expect_at(1901231999, 38, LEAP_NONE, "leap.missing", VERDICT_SKIP);
	expect_at(1901231999 - day, 38, LEAP_NONE, "leap.missing", VERDICT_OK);
	page = at(january - 1, 36, LEAP_NONE);
	set(&page, FIELD_time_sec, INT64_MAX);
	expect(&page, "leap.missing", VERDICT_OK);
	page = at(january - 1, 36, LEAP_NONE);
	set(&page, FIELD_flags, 0);
	expect(&page, "leap.missing", VERDICT_SKIP);
	set(&page, FIELD_clock_status, STATUS_UNKNOWN);
	expect(&page, "leap.missing", VERDICT_NOT_APPLICABLE);
}

/* Not so many leap seconds fit, whatever a table says. */
static void test_impossible_offset(void **state)
{
	const int64_t half = 15778800, year = 1483228800;
	static const struct {
		int64_t utc;
		int offset;
		enum verdict verdict;
	} cases[] = {
		{ 63072000, 9, VERDICT_FAIL },
		{ 63072000, 10, VERDICT_SKIP },
		{ year - 1, 0, VERDICT_FAIL },
		{ year - 1, 9, VERDICT_FAIL },
		{ year - 1, 10, VERDICT_SKIP },
		{ year - 1, 200, VERDICT_SKIP },
		{ year, 36, VERDICT_SKIP },
		{ year, 35, VERDICT_FAIL },
		{ year, 38, VERDICT_SKIP },
		{ year, 39, VERDICT_FAIL },
		{ year + half - 1, 39, VERDICT_FAIL },
		{ year + half, 39, VERDICT_SKIP },
		{ year + half, 40, VERDICT_FAIL },
		{ year + 100 * half, 10, VERDICT_SKIP },
		{ year + 100 * half, 9, VERDICT_FAIL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int tai = 0; tai <= 1; tai++) {
			/* The true offset, by what is known without a table. */
			int64_t sec = cases[i].utc;
			struct made_page page =
				at(0, cases[i].offset, LEAP_NONE);
			struct subject subject;
			struct finding finding;

			sec += !tai ? 0 : sec >= year ? 37 : 10;
			set(&page, FIELD_time_sec, (uint64_t)sec);
			set(&page, FIELD_time_type,
			    tai ? TIME_TYPE_TAI : TIME_TYPE_UTC);
			subject_take(page.bytes, sizeof(page.bytes), &subject);
			subject.leaps_reason = "the table is lost";
			verify_rule(rule("tai.value"), &subject, &finding);
			if (finding.verdict != cases[i].verdict)
				fail_msg("%d s at %lld: %s", cases[i].offset,
					 (long long)sec,
					 verdict_names[finding.verdict]);
		}
	}
	/* An expired table does not make it possible. */
	expect_at(leaps.expires + 100 * half, 9, LEAP_NONE, "tai.value",
		  VERDICT_FAIL);
	expect_at(leaps.expires + 100 * half, 10, LEAP_NONE, "tai.value",
		  VERDICT_SKIP);
	/* Nor does one that begins later. */
	expect_at(1341100000, 9, LEAP_NONE, "tai.value", VERDICT_FAIL);
}

/* Twice the offset, and not what it is twice of today. */
static void test_sign_message(void **state)
{
	struct made_page page = make_page();

	(void)state;
	set(&page, FIELD_tai_offset_sec, 25);
	assert_string_equal(
		ask(&page, sizeof(page.bytes), "tai.sign").message,
		"the sign is that of UTC to TAI: consumers are 50 s wrong");
	set(&page, FIELD_time_type, TIME_TYPE_MONOTONIC);
	expect(&page, "tai.sign", VERDICT_NOT_APPLICABLE);
}

/* The flags of v1.0, and those of a clock where there is none. */
static void test_numbering(void **state)
{
	static const struct {
		uint64_t counter, flags;
		enum verdict numbering, without;
	} cases[] = {
		{ 255, 0x000, VERDICT_OK, VERDICT_OK },
		{ 255, 0x301, VERDICT_OK, VERDICT_OK },
		{ 255, 0x080, VERDICT_WARN, VERDICT_OK },
		{ 255, 0x180, VERDICT_WARN, VERDICT_OK },
		{ 255, 0x0f8, VERDICT_WARN, VERDICT_OK },
		{ 255, 0x280, VERDICT_OK, VERDICT_WARN },
		{ 255, 0x380, VERDICT_OK, VERDICT_WARN },
		{ 255, 0x008, VERDICT_OK, VERDICT_WARN },
		{ 255, 0x010, VERDICT_OK, VERDICT_WARN },
		{ 255, 0x020, VERDICT_OK, VERDICT_WARN },
		{ 255, 0x140, VERDICT_OK, VERDICT_WARN },
		{ 7, 0x0f8, VERDICT_OK, VERDICT_NOT_APPLICABLE },
		{ 1, 0x180, VERDICT_OK, VERDICT_NOT_APPLICABLE },
		{ 1, 0x080, VERDICT_WARN, VERDICT_NOT_APPLICABLE },
		{ 1, 0x081, VERDICT_WARN, VERDICT_NOT_APPLICABLE },
		{ 1, 0x0c0, VERDICT_OK, VERDICT_NOT_APPLICABLE },
		{ 1, 0x280, VERDICT_OK, VERDICT_NOT_APPLICABLE },
		{ 1, 0x001, VERDICT_OK, VERDICT_NOT_APPLICABLE },
	};
	struct made_page page = make_page();

	(void)state;
	/* v1.0's generation: 5, at 0x64. */
	set(&page, FIELD_time_maxerror_nanosec, UINT64_C(5) << 32);
	set(&page, FIELD_vm_generation_counter, 0);
	set(&page, FIELD_clock_status, STATUS_UNKNOWN);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		set(&page, FIELD_counter_id, cases[i].counter);
		set(&page, FIELD_flags, cases[i].flags);
		expect(&page, "flags.numbering", cases[i].numbering);
		expect(&page, "flags.without-clock", cases[i].without);
	}
	set(&page, FIELD_counter_id, COUNTER_X86_TSC);
	set(&page, FIELD_flags, FLAG_TIME_MONOTONIC);
	assert_int_equal(ask(&page, 0x6c, "flags.numbering").verdict,
			 VERDICT_WARN);
	assert_int_equal(ask(&page, 0x6b, "flags.numbering").verdict,
			 VERDICT_OK);
	set(&page, FIELD_size, 0x6b);
	expect(&page, "flags.numbering", VERDICT_OK);
	set(&page, FIELD_size, 0x6c);
	expect(&page, "flags.numbering", VERDICT_WARN);
	/* Its upper half alone. */
	set(&page, FIELD_time_maxerror_nanosec, 0);
	expect(&page, "flags.numbering", VERDICT_OK);
	set(&page, FIELD_vm_generation_counter, 1);
	expect(&page, "flags.numbering", VERDICT_WARN);
	/* An error that is not valid, but was left there. */
	set(&page, FIELD_time_maxerror_nanosec, UINT64_C(5) << 32 | 1);
	expect(&page, "flags.numbering", VERDICT_OK);
}

/* A clock that is not SYNCHRONIZED may be far off. */
static void test_large_error(void **state)
{
	struct made_page page = make_page();

	(void)state;
	set(&page, FIELD_time_maxerror_nanosec, UINT64_MAX);
	set(&page, FIELD_clock_status, STATUS_FREERUNNING);
	expect(&page, "error.time-size", VERDICT_OK);
	set(&page, FIELD_time_esterror_nanosec, UINT64_MAX);
	expect(&page, "error.time-size", VERDICT_FAIL);
	assert_int_equal(ask(&page, 0x60, "error.time-size").verdict,
			 VERDICT_FAIL);
	set(&page, FIELD_clock_status, STATUS_UNKNOWN);
	expect(&page, "error.time-size", VERDICT_NOT_APPLICABLE);
}

/* What the driver refuses by the region it does not refuse by `size`. */
static void test_size_messages(void **state)
{
	struct made_page page = make_page();

	(void)state;
	set(&page, FIELD_size, 8);
	assert_null(strstr(ask(&page, 4096, "header.size-minimum").message,
			   "driver"));
	assert_non_null(strstr(ask(&page, 4096, "header.size-page").message,
			       "/dev/vmclockN"));
	set(&page, FIELD_size, 6000);
	assert_non_null(strstr(ask(&page, 4096, "header.size-page").message,
			       "middle of a page"));
	set(&page, FIELD_flags, FLAG_DISRUPTION_IMMINENT);
	assert_non_null(
		strstr(ask(&page, 4096, "flags.imminent-without-soon").message,
		       "DISRUPTION_IMMINENT without"));
}

/* Without a table those that need one say so, and never fail. */
static void test_without_leaps(void **state)
{
	struct made_page page = at(1480550400, 30, LEAP_PRE_POS);
	struct subject subject;
	struct finding finding;

	(void)state;
	subject_take(page.bytes, sizeof(page.bytes), &subject);
	subject.leaps_reason = "the table is lost";
	verify_rule(rule("tai.value"), &subject, &finding);
	assert_int_equal(finding.verdict, VERDICT_SKIP);
	assert_string_equal(finding.message, "the table is lost");
	verify_rule(rule("leap.pre"), &subject, &finding);
	assert_int_equal(finding.verdict, VERDICT_SKIP);
	page = at(1483228799, 36, LEAP_NONE);
	subject_take(page.bytes, sizeof(page.bytes), &subject);
	verify_rule(rule("leap.missing"), &subject, &finding);
	assert_int_equal(finding.verdict, VERDICT_SKIP);
	assert_string_equal(finding.message, "no leap-second table");
}

static void test_tail(void **state)
{
	struct made_page page = make_page();

	(void)state;
	for (size_t i = PAGE_DEFINED; i < sizeof(page.bytes); i += 33) {
		page.bytes[i] = 1;
		expect(&page, "reserved.tail", VERDICT_WARN);
		page.bytes[i] = 0;
	}
	memset(page.bytes + PAGE_DEFINED, 0xff, 0x100);
	expect(&page, "reserved.tail", VERDICT_WARN);
	/* Beyond size nothing is judged. */
	set(&page, FIELD_size, PAGE_DEFINED);
	expect(&page, "reserved.tail", VERDICT_OK);
	set(&page, FIELD_size, PAGE_DEFINED + 1);
	expect(&page, "reserved.tail", VERDICT_WARN);
	set(&page, FIELD_flags, FLAGS_ALL | UINT64_C(1) << 63);
	expect(&page, "reserved.tail", VERDICT_OK);
}

/* A page cut short: what is there is judged, the rest is skipped; what `size`
 * leaves out is not applicable. */
static void test_cut(void **state)
{
	struct made_page page = make_page();

	(void)state;
	set(&page, FIELD_tai_offset_sec, 37);
	assert_int_equal(ask(&page, 0x26, "tai.sign").verdict, VERDICT_FAIL);
	assert_int_equal(ask(&page, 0x25, "tai.sign").verdict, VERDICT_SKIP);
	assert_int_equal(ask(&page, 0x57, "period.nonzero").verdict,
			 VERDICT_SKIP);
	assert_int_equal(ask(&page, 0x58, "period.nonzero").verdict,
			 VERDICT_OK);
	assert_int_equal(ask(&page, 4, "header.magic").verdict, VERDICT_OK);
	assert_int_equal(ask(&page, 4, "header.version").verdict, VERDICT_SKIP);
	set(&page, FIELD_size, 0x50);
	assert_int_equal(ask(&page, 4096, "period.nonzero").verdict,
			 VERDICT_NOT_APPLICABLE);
	assert_int_equal(ask(&page, 0x40, "period.nonzero").verdict,
			 VERDICT_NOT_APPLICABLE);
}

/* A dump that ends inside the header is no page, whatever can be read of it. */
static void test_cut_header(void **state)
{
	struct made_page page = make_page();

	(void)state;
	for (size_t length = 4; length < PAGE_HEADER_SIZE; length++) {
		struct finding finding =
			ask(&page, length, "header.size-region");

		assert_int_equal(finding.verdict, VERDICT_FAIL);
		assert_int_equal(finding.row, FIELD_size);
		assert_string_equal(finding.expected, "at least 32 bytes");
	}
	assert_int_equal(
		ask(&page, PAGE_HEADER_SIZE, "header.size-region").verdict,
		VERDICT_WARN);
	set(&page, FIELD_size, PAGE_HEADER_SIZE);
	assert_int_equal(
		ask(&page, PAGE_HEADER_SIZE, "header.size-region").verdict,
		VERDICT_OK);
	assert_int_equal(
		ask(&page, PAGE_HEADER_SIZE - 1, "header.size-region").verdict,
		VERDICT_FAIL);
}

/* What is wrong with the header leaves the rest of the verdicts alone. */
static void test_header_alone(void **state)
{
	struct made_page page = make_page(), big;

	(void)state;
	set(&page, FIELD_tai_offset_sec, 37);
	set(&page, FIELD_magic, 0);
	expect(&page, "header.layout", VERDICT_NOT_APPLICABLE);
	expect(&page, "tai.sign", VERDICT_FAIL);
	expect(&page, "seq.even", VERDICT_OK);
	/* In the other byte order single bytes can be read, and no more. */
	memset(&big, 0, sizeof(big));
	for (int row = 0; row < FIELD_COUNT; row++) {
		const struct field *field =
			&layouts[LAYOUT_VMCLOCK_1].fields[row];

		for (int i = 0; i < field->width; i++)
			big.bytes[field->offset + i] =
				page.bytes[field->offset + field->width - 1 -
					   i];
	}
	store_le(big.bytes, 4, PAGE_MAGIC_SWAPPED);
	big.bytes[OFFSET_clock_status] = 9;
	expect(&big, "header.magic", VERDICT_FAIL);
	expect(&big, "header.byte-order", VERDICT_FAIL);
	expect(&big, "status.known", VERDICT_FAIL);
	expect(&big, "seq.even", VERDICT_NOT_APPLICABLE);
	expect(&big, "tai.sign", VERDICT_NOT_APPLICABLE);
}

static void assert_text(const char *id, const char *what, const char *text)
{
	if (!text || !*text)
		fail_msg("src/rules/table.h: %s has no %s", id, what);
}

#define RULE(name, ...) #name,

/* What a row says, and that its two spellings of the id are one. */
static void test_table(void **state)
{
	static const char *const names[] = {
#include "rules/table.h"
	};

	(void)state;
	assert_int_equal(sizeof(names) / sizeof(*names), RULE_COUNT);
	for (int i = 0; i < RULE_COUNT; i++) {
		const struct rule *r = &rules[i];
		char name[64] = "";

		assert_text(names[i], "id", r->id);
		for (size_t c = 0; r->id[c]; c++)
			name[c] = strchr(".-", r->id[c]) ? '_' : r->id[c];
		if (strcmp(name, names[i]) != 0)
			fail_msg("src/rules/table.h: \"%s\" is not %s", r->id,
				 names[i]);
		/* The first of that id: none is there twice. */
		assert_int_equal(rule_find(r->id), i);
		assert_text(r->id, "title", r->title);
		assert_text(r->id, "clause", r->clause);
		assert_text(r->id, ".breaks", r->breaks);
		assert_text(r->id, ".why", r->why);
		assert_non_null(r->hint);
		assert_non_null(r->check);
		assert_true(r->level < LEVEL_COUNT);
		assert_true(r->applies < APPLIES_COUNT);
		assert_true(r->row >= -1 && r->row < FIELD_COUNT);
		assert_true(r->last >= -1 && r->last < FIELD_COUNT);
		if (r->row == FIELD_magic && i != RULE_header_magic &&
		    i != RULE_header_byte_order)
			fail_msg("src/rules/table.h: %s has no .row", r->id);
		if (r->last == FIELD_magic)
			fail_msg(
				"src/rules/table.h: %s: neither CLOCK nor ALONE",
				r->id);
		assert_int_equal(r->needs >> NEED_COUNT, 0);
	}
	assert_int_equal(rule_find("header"), -1);
	assert_int_equal(rule_find(""), -1);
}

/* The rule that a scenario breaks is there. */
static void test_scenarios_break_rules(void **state)
{
	(void)state;
	for (const struct scenario *s = scenarios; s->name; s++) {
		if (s->breaks && rule_find(s->breaks) < 0)
			fail_msg("scenario %s: %s is no rule", s->name,
				 s->breaks);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_scenarios_break_rules),
		cmocka_unit_test(test_single),
		cmocka_unit_test(test_swapped_size),
		cmocka_unit_test(test_frequency),
		cmocka_unit_test(test_tai_value),
		cmocka_unit_test(test_leap_pre),
		cmocka_unit_test(test_leap_during),
		cmocka_unit_test(test_leap_post),
		cmocka_unit_test(test_leap_missing),
		cmocka_unit_test(test_impossible_offset),
		cmocka_unit_test(test_sign_message),
		cmocka_unit_test(test_numbering),
		cmocka_unit_test(test_large_error),
		cmocka_unit_test(test_size_messages),
		cmocka_unit_test(test_without_leaps),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_cut_header),
		cmocka_unit_test(test_header_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
