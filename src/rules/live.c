/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live device: its counter and clocks, the driver's node and the PTP clock,
 * by the results of the probe.
 */
#include "probe.h"
#include "rules.h"

/* Stamps in whole nanoseconds, rounded down on both sides. */
#define ROUNDING_NSEC 4

static void say_skipped(struct finding *f, const char *why)
{
	say(f, VERDICT_SKIP, why);
}

static void say_broken(struct finding *f, const char *expected,
		       const char *actual, const char *why)
{
	expect_text(f, expected);
	actual_text(f, actual);
	say(f, VERDICT_FAIL, why);
}

static uint64_t get_counter_id(const struct subject *s)
{
	return value_of(s, FIELD_counter_id);
}

CHECK(live_counter_arch)
{
	if (get_counter_id(s) == COUNTER_INVALID)
		say(f, VERDICT_NOT_APPLICABLE, "the page names no counter");
	else if (s->probe->kind == PROBE_SIM)
		say_skipped(f, "a simulation may be of another machine");
	else if (get_counter_id(s) != s->probe->counter_id) {
		expect_number(f, "", s->probe->counter_id);
		say(f, VERDICT_FAIL, "the counter of another architecture");
	}
}

CHECK(live_counter_ahead)
{
	const struct probe *p = s->probe;
	int64_t passed = (int64_t)(p->counter - s->clock.counter_value);
	struct strbuf buffer;

	if (!p->has_counter) {
		say_skipped(f, "the page's counter cannot be read here");
		return;
	}
	if (passed >= 0)
		return;
	buffer = strbuf_start(f->expected, sizeof(f->expected));
	strbuf_add(&buffer, "at most ");
	strbuf_decimal(&buffer, p->counter);
	say(f, VERDICT_FAIL,
	    "the reference is ahead of the counter: the driver's clock is centuries off");
}

CHECK(live_counter_cpus)
{
	const struct probe_cpus *c = &s->probe->cpus;
	struct strbuf buffer;

	if (get_counter_id(s) == COUNTER_INVALID) {
		say(f, VERDICT_NOT_APPLICABLE, "the page names no counter");
	} else if (s->probe->kind == PROBE_SIM) {
		say_skipped(f, "a simulation may be of another machine");
	} else if (!s->probe->has_counter) {
		say_skipped(f, "the page's counter cannot be read here");
	} else if (c->count == 1) {
		say(f, VERDICT_NOT_APPLICABLE, "one CPU alone can be used");
	} else if (c->pinned != TRIAL_DONE) {
		say_skipped(f, "the CPU cannot be chosen here");
	} else if (c->backward) {
		expect_text(f, "no smaller than the reading before it");
		buffer = strbuf_start(f->actual, sizeof(f->actual));
		strbuf_decimal(&buffer, c->behind);
		strbuf_add(&buffer, " ticks less on CPU ");
		strbuf_decimal(&buffer, c->behind_cpu);
		strbuf_add(&buffer, " than before on CPU ");
		strbuf_decimal(&buffer, c->ahead_cpu);
		say(f, VERDICT_FAIL, "the counters of the CPUs differ");
	}
}

CHECK(live_frequency)
{
	const struct probe *p = s->probe;
	uint128 told, measured, far, slack;

	if (!p->has_rate) {
		say_skipped(f, "the counter could not be measured");
		return;
	}
	told = (uint128)p->ticks * s->clock.period >>
	       (s->clock.shift < 127 ? s->clock.shift : 127);
	measured = (uint128)grid_from_nsec_floor(p->elapsed);
	slack = (uint128)grid_from_nsec_floor(p->slack);
	/* A simulation measured its period itself, in no time, and says how
	 * well. */
	if (p->kind == PROBE_SIM)
		slack += (uint128)p->ticks * s->clock.period_maxerror >>
			 (s->clock.shift < 127 ? s->clock.shift : 127);
	far = told > measured ? told - measured : measured - told;
	far = far > slack ? far - slack : 0;
	if (far <= measured / 10000)
		return;
	expect_text(f, "the counter's, within 100 ppm");
	say(f, far > measured / 100 ? VERDICT_FAIL : VERDICT_WARN,
	    far > measured / 100
		    ? "the period is more than 1 % off the counter's, measured against CLOCK_MONOTONIC_RAW"
		    : "the period is more than 100 ppm off the counter's, measured against CLOCK_MONOTONIC_RAW");
}

/* UTC by the page at a counter. */
static bool compute_utc(const struct clock *clock, uint64_t counter, grid *time)
{
	struct utc utc;
	grid at;

	if (!clock_time(clock, counter, &at) || !clock_utc(clock, at, &utc))
		return false;
	*time = utc.time;
	return true;
}

CHECK(live_realtime)
{
	const struct probe *p = s->probe;
	grid earliest, latest, now;
	struct clock_error error;

	if (!s->clock.has_maxerror) {
		say(f, VERDICT_NOT_APPLICABLE, "the page gives no bounds");
		return;
	}
	if (p->kind == PROBE_SIM) {
		say_skipped(f, "a simulation may be set on another day");
		return;
	}
	if (!p->has_realtime) {
		say_skipped(f, "the page changed under every reading");
		return;
	}
	if (!compute_utc(&s->clock, p->realtime.before, &earliest) ||
	    !compute_utc(&s->clock, p->realtime.after, &latest)) {
		say_skipped(f, "the page gives no UTC");
		return;
	}
	now = grid_from_timestamp_floor(p->realtime.time);
	error = clock_maxerror(&s->clock, p->realtime.after);
	if (__builtin_add_overflow(error.nsec, p->realtime_maxerror,
				   &error.nsec) ||
	    __builtin_add_overflow(error.nsec, 1, &error.nsec))
		error.nsec = UINT64_MAX;
	if (now >= earliest && now <= latest)
		return;
	if (clock_within(now, now < earliest ? earliest : latest, error))
		return;
	expect_text(f, "within the bounds and the kernel's maximum error");
	say(f, VERDICT_WARN,
	    now < earliest ? "CLOCK_REALTIME is before the earliest"
			   : "CLOCK_REALTIME is after the latest");
}

CHECK(driver_node)
{
	/* A device that was opened is one. */
	(void)s;
	(void)f;
}

CHECK(driver_permissions)
{
	if (!(s->probe->driver.mode & 044))
		say(f, VERDICT_OK,
		    "only root can read it; a udev rule changes that: "
		    "SUBSYSTEM==\"misc\", KERNEL==\"vmclock*\", MODE=\"0444\"");
}

CHECK(driver_read)
{
	const struct probe_driver *d = &s->probe->driver;
	struct strbuf buffer;

	if (!d->at_rest) {
		say_skipped(f, "the page changed under every reading");
		return;
	}
	if (d->got != (int64_t)d->page_size) {
		buffer = strbuf_start(f->actual, sizeof(f->actual));
		strbuf_signed(&buffer, d->got);
		expect_number(f, "", d->page_size);
		say(f, VERDICT_FAIL, "read(2) does not give one page");
	} else if (!d->same) {
		say_broken(f, "the bytes of the mapping", "others",
			   "read(2) and the mapping differ at rest");
	} else if (d->beyond != 0) {
		say_broken(f, "the end", "more",
			   "the file does not end at the page's end");
	}
}

CHECK(driver_mmap_bounds)
{
	const struct probe_driver *d = &s->probe->driver;

	if (d->map_two == TRIAL_DONE)
		say_broken(f, "one page", "two", "two pages can be mapped");
	else if (d->map_offset == TRIAL_DONE)
		say_broken(f, "offset 0", "one page on",
			   "a page at an offset can be mapped");
}

CHECK(driver_mmap_readonly)
{
	const struct probe_driver *d = &s->probe->driver;

	if (d->map_writable == TRIAL_DONE)
		say_broken(f, "refused", "mapped",
			   "a writable mapping can be had");
	else if (d->make_writable == TRIAL_DONE)
		say_broken(
			f, "refused", "made writable",
			"mprotect makes a mapping writable (CVE-2026-80724)");
	else if (d->make_writable == TRIAL_UNKNOWN)
		say_skipped(f, "the page could not be mapped at all");
}

CHECK(driver_poll)
{
	const struct probe_driver *d = &s->probe->driver;

	if (d->epoll == TRIAL_UNKNOWN)
		say_skipped(f, "epoll could not be used");
	else if (d->epoll == TRIAL_REFUSED)
		say(f, VERDICT_OK, "a driver without poll");
	else if (!(flags_of(s) & FLAG_NOTIFICATION_PRESENT) && !d->hung_up)
		say_broken(f, "POLLHUP", "none",
			   "no POLLHUP though NOTIFICATION_PRESENT is clear");
	else if (!(flags_of(s) & FLAG_NOTIFICATION_PRESENT))
		say(f, VERDICT_OK,
		    "the device does not notify: poll hangs up at once");
}

CHECK(notify_delivery)
{
	const struct probe_notify *n = &s->probe->notify;
	struct strbuf buffer;

	if (n->lost) {
		buffer = strbuf_start(f->actual, sizeof(f->actual));
		strbuf_decimal(&buffer, n->lost);
		strbuf_add(&buffer, " of ");
		strbuf_decimal(&buffer, n->lost + n->woke);
		strbuf_add(&buffer, " woke no waiting reader");
		expect_text(f, "each wakes a waiting reader within 1 s");
		say(f, VERDICT_FAIL, "updates came without a notification");
	} else if (!n->promised) {
		say(f, VERDICT_NOT_APPLICABLE, "NOTIFICATION_PRESENT is clear");
	} else if (n->waits == TRIAL_REFUSED) {
		say_skipped(f, "a driver without poll");
	} else if (n->waits == TRIAL_UNKNOWN) {
		say_skipped(f, "the node could not be waited on");
	} else if (!n->waited) {
		say_skipped(
			f,
			"the page never settled, so no change could be awaited");
	} else if (!n->woke) {
		say_skipped(f, "no update came; --duration watches longer");
	} else {
		buffer = strbuf_start(f->message, sizeof(f->message));
		strbuf_decimal(&buffer, n->woke);
		strbuf_add(&buffer, n->woke == 1 ? " update" : " updates");
		strbuf_add(&buffer, " woke a waiting reader");
	}
}

CHECK(phc_present)
{
	const struct probe_phc *phc = &s->probe->phc;
	uint64_t type = value_of(s, FIELD_time_type);
	bool never = value_of(s, FIELD_size) < PAGE_CLOCK_SIZE ||
		     get_counter_id(s) != s->probe->counter_id ||
		     type > TIME_TYPE_TAI;
	/* Without the offset it depends on the driver's generation. */
	bool always = !never && flags_of(s) & FLAG_TAI_OFFSET_VALID;

	if (!phc->visible)
		say_skipped(f, "the PTP clocks cannot be seen from here");
	else if (never && phc->present)
		say_broken(f, "no PTP clock", "one",
			   "the driver makes none for such a page");
	else if (always && !phc->present)
		say_broken(
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
		say_skipped(f, phc->refusal ? phc->refusal
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
	say_skipped(f, phc->refusal ? phc->refusal
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
		say_broken(f, "TAI or UTC", scale_texts[offset->scale].name,
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
		say_broken(f, "cross timestamps", "none",
			   "the PTP clock takes no cross timestamps");
	}
}

CHECK(phc_precise)
{
	const struct probe_phc *phc = &s->probe->phc;

	if (lacks_phc_time(s, f) || phc->precise == TRIAL_DONE)
		return;
	if (phc->precise == TRIAL_UNKNOWN)
		say_skipped(f, "it was not requested");
	else if (!phc->same_clocksource)
		say(f, VERDICT_OK,
		    "refused: the clocksource is not the page's counter");
	else
		say_broken(
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
	uint64_t rate =
		flags_of(s) & FLAG_PERIOD_MAXERROR_VALID
			? value_of(s,
				   FIELD_counter_period_maxerror_rate_frac_sec)
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
		    "the kernel tells a bound that the page does not give");
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
		    "the kernel tells no bound, though the page gives one");
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
		say_skipped(f, "the kernel cannot be asked for it");
		return;
	}
	if (q->has_status &&
	    !is_same_status(value_of(s, FIELD_clock_status), q->status)) {
		quality_status_name(q->status, name);
		say_broken(f, "the page's clock_status", name,
			   "the kernel tells another status");
	} else if (q->has_timescale &&
		   !is_same_timescale(phc->offset.scale, q->timescale)) {
		quality_timescale_name(q->timescale, name);
		say_broken(
			f, scale_texts[phc->offset.scale].name, name,
			"the kernel tells another timescale than the clock shows");
	} else {
		check_bound(s, f);
	}
}
