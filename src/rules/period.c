/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One page: the period and the errors. Everything is computed in integers; a
 * shift of 128 or more, which the driver cannot do, is applied as it is
 * defined.
 */
#include "rules.h"

#define HZ_LEAST INT64_C(1000000)
#define HZ_MOST	 INT64_C(10000000000)

CHECK(period_nonzero)
{
	if (s->clock.period)
		return;
	expect_text(f, "not 0");
	say(f, VERDICT_FAIL, "the clock does not advance");
}

CHECK(period_shift)
{
	if (s->clock.shift < 64)
		return;
	expect_text(f, "less than 64");
	if (s->clock.shift >= 128)
		say(f, VERDICT_FAIL,
		    "a shift of 128 and more is undefined in the driver");
	else
		say(f, VERDICT_WARN,
		    "the tick is below 2^-64 s, and no counter is so fast");
}

CHECK(period_frequency)
{
	/* f = 2^(64 + shift) / period. From a shift of 60 on every period is
	 * below 2^-60 s, and makes more than 10 GHz. */
	unsigned int shift = s->clock.shift < 60 ? s->clock.shift : 60;
	uint128 unit = (uint128)1 << (64 + shift);
	bool slow = (uint128)s->clock.period * HZ_LEAST > unit;
	bool fast = (uint128)s->clock.period * HZ_MOST < unit;

	if (!slow && !fast)
		return;
	expect_text(f, "1 MHz to 10 GHz");
	say(f, VERDICT_FAIL,
	    slow ? "the counter would be slower than 1 MHz"
		 : "the counter would be faster than 10 GHz");
}

CHECK(period_precision)
{
	bool coarse = s->clock.period < UINT64_C(1000000000000);
	bool bounded =
		flags_of(s) & FLAG_PERIOD_MAXERROR_VALID &&
		page_has(&s->page, FIELD_counter_period_maxerror_rate_frac_sec);

	if (!coarse && !(bounded && s->clock.period_maxerror < 1))
		return;
	expect_text(f, "bit 63 set, by counter_period_shift");
	say(f, VERDICT_WARN,
	    coarse ? "one unit of the fraction is more than 1e-12 of the period"
		   : "one unit of the fraction is more than the maximum error claimed");
}

/* The estimate of a bound must lie within it. */
static void compare_errors(const struct subject *s, struct finding *f,
			   uint64_t flags, int maximum)
{
	struct strbuf buffer;

	if ((flags_of(s) & flags) != flags || !page_has(&s->page, f->row) ||
	    !page_has(&s->page, maximum)) {
		say(f, VERDICT_NOT_APPLICABLE, "not both errors are valid");
		return;
	}
	if (value_of(s, f->row) <= value_of(s, maximum))
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_add(&buffer, "at most ");
	if (s->page.layout->fields[maximum].kind == KIND_HEX)
		strbuf_hex(&buffer, value_of(s, maximum), 16);
	else
		strbuf_decimal(&buffer, value_of(s, maximum));
	say(f, VERDICT_FAIL, "the estimated error exceeds the maximum");
}

CHECK(error_period_order)
{
	compare_errors(s, f,
		       FLAG_PERIOD_ESTERROR_VALID | FLAG_PERIOD_MAXERROR_VALID,
		       FIELD_counter_period_maxerror_rate_frac_sec);
}

CHECK(error_time_order)
{
	compare_errors(s, f,
		       FLAG_TIME_ESTERROR_VALID | FLAG_TIME_MAXERROR_VALID,
		       FIELD_time_maxerror_nanosec);
}

CHECK(error_period_size)
{
	bool maximum = flags_of(s) & FLAG_PERIOD_MAXERROR_VALID;
	bool estimate = flags_of(s) & FLAG_PERIOD_ESTERROR_VALID;
	uint128 error = s->clock.period_maxerror;

	if (!maximum && !estimate) {
		say(f, VERDICT_NOT_APPLICABLE,
		    "no error of the period is valid");
		return;
	}
	if (maximum && error >= s->clock.period) {
		expect_text(f, "less than the period");
		say(f, VERDICT_FAIL, "the error is as large as the period");
	} else if (estimate && s->clock.period_esterror >= s->clock.period) {
		f->row = FIELD_counter_period_esterror_rate_frac_sec;
		expect_text(f, "less than the period");
		say(f, VERDICT_FAIL,
		    "the estimated error is as large as the period");
	} else if (maximum && error * 10000 > s->clock.period) {
		expect_text(f, "at most 100 ppm of the period");
		say(f, VERDICT_WARN, "no counter is that far off");
	}
}

#define DAY_NSEC ((uint64_t)(SECONDS_PER_DAY * NSEC_PER_SEC))

CHECK(error_time_size)
{
	bool maximum = flags_of(s) & FLAG_TIME_MAXERROR_VALID &&
		       page_has(&s->page, FIELD_time_maxerror_nanosec);
	bool estimate = flags_of(s) & FLAG_TIME_ESTERROR_VALID;

	if (!maximum && !estimate) {
		say(f, VERDICT_NOT_APPLICABLE, "no error of the time is valid");
		return;
	}
	if (estimate && s->clock.time_esterror >> 63) {
		f->row = FIELD_time_esterror_nanosec;
		expect_text(f, "less than 2^63");
		say(f, VERDICT_FAIL, "2^63 ns and more: a negative number?");
	} else if (maximum && s->clock.time_maxerror >= DAY_NSEC &&
		   value_of(s, FIELD_clock_status) == STATUS_SYNCHRONIZED) {
		f->row = FIELD_time_maxerror_nanosec;
		expect_number(f, "less than a day, ", DAY_NSEC);
		say(f, VERDICT_WARN,
		    "a clock that may be a day off is not SYNCHRONIZED");
	}
}

CHECK(error_pair)
{
	const uint64_t both =
		FLAG_PERIOD_MAXERROR_VALID | FLAG_TIME_MAXERROR_VALID;
	uint64_t have = flags_of(s) & both;

	if (have == 0 || have == both)
		return;
	expect_text(f, "both MAXERROR flags or none");
	say(f, VERDICT_WARN,
	    have == FLAG_TIME_MAXERROR_VALID
		    ? "without the period's maximum error no bound can be computed"
		    : "without the time's maximum error no bound can be computed");
}

CHECK(error_zero)
{
	bool period =
		flags_of(s) & FLAG_PERIOD_MAXERROR_VALID &&
		page_has(&s->page, FIELD_counter_period_maxerror_rate_frac_sec);
	bool time = flags_of(s) & FLAG_TIME_MAXERROR_VALID &&
		    page_has(&s->page, FIELD_time_maxerror_nanosec);

	if (!period && !time) {
		say(f, VERDICT_NOT_APPLICABLE, "no maximum error is valid");
		return;
	}
	period &= s->clock.period_maxerror == 0;
	time &= s->clock.time_maxerror == 0;
	if (value_of(s, FIELD_clock_status) != STATUS_SYNCHRONIZED ||
	    (!period && !time))
		return;
	if (!time)
		f->row = FIELD_counter_period_maxerror_rate_frac_sec;
	expect_text(f, "not 0");
	say(f, VERDICT_WARN, "no clock is without error");
}
