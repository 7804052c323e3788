/* SPDX-License-Identifier: BSD-2-Clause */
/* The PTP clock of the device, by the results of the probe. */
#include "probe.h"
#include "rules.h"

/* Stamps in whole nanoseconds, rounded down on both sides. */
#define ROUNDING_NSEC 4

CHECK(phc_present)
{
	const struct probe_phc *phc = &s->probe->phc;
	uint64_t type = value_of(s, FIELD_time_type);
	bool never = value_of(s, FIELD_size) < PAGE_CLOCK_SIZE ||
		     value_of(s, FIELD_counter_id) != s->probe->counter_id ||
		     type > TIME_TYPE_TAI;
	/* Without the offset it depends on the driver's generation. */
	bool always = !never && flags_of(s) & FLAG_TAI_OFFSET_VALID;

	if (!phc->visible)
		say_skip(f, "the PTP clocks cannot be seen from here");
	else if (never && phc->present)
		say_unexpected(f, "no PTP clock", "one",
			       "the driver makes none for such a page");
	else if (always && !phc->present)
		say_unexpected(
			f, "a PTP clock", "none",
			"the driver makes one for such a page; was the page the same when the driver was loaded?");
	else if (never)
		say(f, VERDICT_OK, "none, as it should be");
	else if (!always)
		say(f, VERDICT_OK,
		    "without a valid TAI offset it depends on the driver");
}

/* Whether the PTP clock cannot be checked, and why. */
static bool lacks_phc(const struct subject *s, struct finding *f)
{
	const struct probe_phc *phc = &s->probe->phc;

	if (!phc->present)
		say(f, VERDICT_NOT_APPLICABLE, "the device has no PTP clock");
	else if (!phc->open)
		say_skip(f, phc->refusal ? phc->refusal
					 : "the PTP clock cannot be opened");
	else
		return false;
	return true;
}

static bool lacks_phc_time(const struct subject *s, struct finding *f)
{
	const struct probe_phc *phc = &s->probe->phc;

	if (lacks_phc(s, f))
		return true;
	if (phc->judged)
		return false;
	say_skip(f, phc->refusal ? phc->refusal
				 : "the page changed under every reading");
	return true;
}

CHECK(phc_value)
{
	const struct offset *offset = &s->probe->phc.offset;
	int128 far, second = NSEC_PER_SEC;
	struct strbuf buffer;

	if (lacks_phc_time(s, f))
		return;
	/* A scale that nothing explains is for phc.timescale to report. */
	far = offset->residual_nsec % second;
	if (far > second / 2)
		far -= second;
	if (far < -second / 2)
		far += second;
	if ((uint128)(far < 0 ? -far : far) <=
	    offset->uncertainty_nsec + ROUNDING_NSEC)
		return;
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	strbuf_signed(&buffer, (int64_t)far);
	strbuf_add(&buffer, " ns");
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_add(&buffer, "the page's time within ");
	strbuf_decimal(&buffer, (uint64_t)offset->uncertainty_nsec);
	strbuf_add(&buffer, " ns");
	say(f, VERDICT_FAIL, "the PTP clock and the page disagree");
}

CHECK(phc_timescale)
{
	const struct offset *offset = &s->probe->phc.offset;

	if (lacks_phc_time(s, f))
		return;
	if (offset->scale == SCALE_TAI || offset->scale == SCALE_UTC)
		say(f, VERDICT_OK, offset->scale == SCALE_TAI ? "TAI" : "UTC");
	else
		say_unexpected(f, "TAI or UTC", scale_texts[offset->scale].name,
			       scale_texts[offset->scale].fault
				       ? scale_texts[offset->scale].fault
				       : "it is neither TAI nor UTC");
}

CHECK(phc_capabilities)
{
	const struct probe_phc *phc = &s->probe->phc;
	struct strbuf buffer;

	if (lacks_phc(s, f))
		return;
	if (phc->max_adj) {
		expect_text(f, "max_adj 0");
		buffer = strbuf_start(f->actual, sizeof(f->actual));
		strbuf_signed(&buffer, phc->max_adj);
		say(f, VERDICT_FAIL, "the PTP clock claims to be adjustable");
	} else if (!phc->cross_timestamping) {
		say_unexpected(f, "cross timestamps", "none",
			       "the PTP clock takes no cross timestamps");
	}
}

CHECK(phc_precise)
{
	const struct probe_phc *phc = &s->probe->phc;

	if (lacks_phc_time(s, f) || phc->precise == TRIAL_DONE)
		return;
	if (phc->precise == TRIAL_UNKNOWN)
		say_skip(f, "it was not requested");
	else if (!phc->same_clocksource)
		say(f, VERDICT_OK,
		    "refused: the clocksource is not the page's counter");
	else
		say_unexpected(
			f, "a cross timestamp", "refused",
			"refused though the clocksource is the page's counter");
}

/* The maximum error of the page within the call, down for the least and up for
 * the most; without the period's error where that is not valid, as the driver
 * has it. */
static void find_error(const struct subject *s, uint128 *least, uint128 *most)
{
	const struct probe_phc *phc = &s->probe->phc;
	const struct clock *clock = &s->clock;
	bool grows = flags_of(s) & FLAG_PERIOD_MAXERROR_VALID;
	uint64_t rate =
		grows ? value_of(s, FIELD_counter_period_maxerror_rate_frac_sec)
		      : 0;
	uint64_t error = value_of(s, FIELD_time_maxerror_nanosec);
	uint128 before = clock_drift(clock, phc->before, rate);
	uint128 after = clock_drift(clock, phc->after, rate);
	uint128 low = before < after ? before : after;
	/* The reference lies within the call. */
	bool kink = (int64_t)(clock->counter_value - phc->before) > 0 &&
		    (int64_t)(phc->after - clock->counter_value) > 0;

	*least = error;
	if (!kink)
		*least += (low >> 64) * NSEC_PER_SEC +
			  ((low & UINT64_MAX) * NSEC_PER_SEC >> 64);
	*most = clock_error_nsec((struct clock_error){
		.nsec = error,
		.grid = before < after ? after : before,
	});
}

static void check_bound(const struct subject *s, struct finding *f)
{
	const struct quality *q = &s->probe->phc.quality;
	bool given = q->has_bound && q->bound_nsec != QUALITY_NO_BOUND;
	uint128 least, most;
	struct strbuf buffer;

	if (!(flags_of(s) & FLAG_TIME_MAXERROR_VALID)) {
		if (!given)
			return;
		expect_text(f, "no bound");
		buffer = strbuf_start(f->actual, sizeof(f->actual));
		strbuf_nsec(&buffer, q->bound_nsec);
		say(f, VERDICT_FAIL,
		    "the kernel reports a bound that the page does not give");
		return;
	}
	find_error(s, &least, &most);
	/* What 32 bits do not hold is no bound. */
	if (!given && least >= QUALITY_NO_BOUND)
		return;
	if (given && q->bound_nsec + (uint128)ROUNDING_NSEC >= least &&
	    q->bound_nsec <= most + ROUNDING_NSEC)
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_nsec(&buffer, least);
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	if (given)
		strbuf_nsec(&buffer, q->bound_nsec);
	else
		strbuf_add(&buffer, "none");
	if (!given)
		say(f, VERDICT_WARN,
		    "the kernel reports no bound, though the page gives one");
	else if (q->bound_nsec < least)
		say(f, VERDICT_FAIL, "the kernel's bound is below the page's");
	else
		say(f, VERDICT_WARN, "the kernel's bound is above the page's");
}

/* The kernel's status for a clock_status; FREERUNNING has two. */
static bool is_same_status(uint64_t of_page, uint32_t of_kernel)
{
	switch (of_page) {
	case STATUS_INITIALIZING:
		return of_kernel == QUALITY_INITIALIZING;
	case STATUS_SYNCHRONIZED:
		return of_kernel == QUALITY_SYNCHRONIZED;
	case STATUS_FREERUNNING:
		return of_kernel == QUALITY_FREE_RUNNING ||
		       of_kernel == QUALITY_HOLDOVER;
	case STATUS_UNRELIABLE:
		return of_kernel == QUALITY_UNRELIABLE;
	default:
		return of_kernel == QUALITY_UNKNOWN;
	}
}

/* By what the clock shows, and not by the page: the driver may convert it. */
static bool is_same_timescale(enum scale shown, uint32_t of_kernel)
{
	if (shown == SCALE_TAI)
		return of_kernel == QUALITY_SCALE_TAI;
	if (shown == SCALE_UTC)
		return of_kernel == QUALITY_SCALE_UTC ||
		       of_kernel == QUALITY_SCALE_POSIX;
	/* phc.timescale reports it. */
	return true;
}

CHECK(phc_error_bound)
{
	const struct probe_phc *phc = &s->probe->phc;
	const struct quality *q = &phc->quality;
	char name[QUALITY_NAME_MAX];

	if (lacks_phc_time(s, f))
		return;
	if (!q->given) {
		say_skip(f, "the kernel cannot be asked for it");
		return;
	}
	if (q->has_status &&
	    !is_same_status(value_of(s, FIELD_clock_status), q->status)) {
		quality_status_name(q->status, name);
		say_unexpected(f, "the page's clock_status", name,
			       "the kernel reports another status");
	} else if (q->has_timescale &&
		   !is_same_timescale(phc->offset.scale, q->timescale)) {
		quality_timescale_name(q->timescale, name);
		say_unexpected(
			f, scale_texts[phc->offset.scale].name, name,
			"the kernel reports another timescale than the clock shows");
	} else {
		check_bound(s, f);
	}
}
