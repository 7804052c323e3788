/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of all checks. */
#include "finding.h"

#include "base/number.h"
#include "clock/clock.h"

const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_OK] = "ok",	 [VERDICT_FAIL] = "fail",
	[VERDICT_WARN] = "warn", [VERDICT_NOT_APPLICABLE] = "not-applicable",
	[VERDICT_SKIP] = "skip",
};

void say(struct finding *finding, enum verdict verdict, const char *message)
{
	struct strbuf buffer =
		strbuf_start(finding->message, sizeof(finding->message));

	finding->verdict = verdict;
	strbuf_add(&buffer, message);
}

void expect_text(struct finding *finding, const char *text)
{
	struct strbuf buffer =
		strbuf_start(finding->expected, sizeof(finding->expected));

	strbuf_add(&buffer, text);
}

void expect_number(struct finding *finding, const char *text, uint64_t value)
{
	struct strbuf buffer =
		strbuf_start(finding->expected, sizeof(finding->expected));

	strbuf_add(&buffer, text);
	strbuf_decimal(&buffer, value);
}

void actual_text(struct finding *finding, const char *text)
{
	struct strbuf buffer =
		strbuf_start(finding->actual, sizeof(finding->actual));

	strbuf_add(&buffer, text);
}

void strbuf_time(struct strbuf *buffer, grid time)
{
	struct timestamp stamp = grid_to_timestamp(time);
	char digits[10];

	*number_put_padded(digits, stamp.nsec, 9) = '\0';
	strbuf_signed(buffer, stamp.sec);
	strbuf_add(buffer, ".");
	strbuf_add(buffer, digits);
	strbuf_add(buffer, " s");
}

void strbuf_nsec(struct strbuf *buffer, uint128 length)
{
	uint128 nsec = clock_error_nsec((struct clock_error){ 0, length });

	if (nsec > UINT64_MAX) {
		strbuf_decimal(buffer, (uint64_t)(length >> 64));
		strbuf_add(buffer, " s");
		return;
	}
	strbuf_decimal(buffer, (uint64_t)nsec);
	strbuf_add(buffer, " ns");
}
