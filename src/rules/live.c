/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live device: its counter and clocks, the driver's node and notifications,
 * by the results of the probe.
 */
#include "probe.h"
#include "rules.h"

static uint64_t get_counter_id(const struct subject *s)
{
	return value_of(s, FIELD_counter_id);
}

CHECK(live_counter_arch)
{
	if (get_counter_id(s) == COUNTER_INVALID)
		say(f, VERDICT_NOT_APPLICABLE, "the page names no counter");
	else if (s->probe->kind == PROBE_SIM)
		say_skip(f, "a simulation may be of another machine");
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
		say_skip(f, "the page's counter cannot be read here");
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
		say_skip(f, "a simulation may be of another machine");
	} else if (!s->probe->has_counter) {
		say_skip(f, "the page's counter cannot be read here");
	} else if (c->count == 1) {
		say(f, VERDICT_NOT_APPLICABLE, "one CPU alone can be used");
	} else if (c->pinned != TRIAL_DONE) {
		say_skip(f, "the CPU cannot be chosen here");
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
		say_skip(f, "the counter could not be measured");
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
		say_skip(f, "a simulation may be set on another day");
		return;
	}
	if (!p->has_realtime) {
		say_skip(f, "the page changed under every reading");
		return;
	}
	if (!compute_utc(&s->clock, p->realtime.before, &earliest) ||
	    !compute_utc(&s->clock, p->realtime.after, &latest)) {
		say_skip(f, "the page gives no UTC");
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
		say_skip(f, "the page changed under every reading");
		return;
	}
	if (d->got != (int64_t)d->page_size) {
		buffer = strbuf_start(f->actual, sizeof(f->actual));
		strbuf_signed(&buffer, d->got);
		expect_number(f, "", d->page_size);
		say(f, VERDICT_FAIL, "read(2) does not give one page");
	} else if (!d->same) {
		say_unexpected(f, "the bytes of the mapping", "others",
			       "read(2) and the mapping differ at rest");
	} else if (d->beyond != 0) {
		say_unexpected(f, "the end", "more",
			       "the file does not end at the page's end");
	}
}

CHECK(driver_mmap_bounds)
{
	const struct probe_driver *d = &s->probe->driver;

	if (d->map_two == TRIAL_DONE)
		say_unexpected(f, "one page", "two", "two pages can be mapped");
	else if (d->map_offset == TRIAL_DONE)
		say_unexpected(f, "offset 0", "one page on",
			       "a page at an offset can be mapped");
}

CHECK(driver_mmap_readonly)
{
	const struct probe_driver *d = &s->probe->driver;

	if (d->map_writable == TRIAL_DONE)
		say_unexpected(f, "refused", "mapped",
			       "a writable mapping can be had");
	else if (d->make_writable == TRIAL_DONE)
		say_unexpected(
			f, "refused", "made writable",
			"mprotect makes a mapping writable (CVE-2026-80724)");
	else if (d->make_writable == TRIAL_UNKNOWN)
		say_skip(f, "the page could not be mapped at all");
}

CHECK(driver_poll)
{
	const struct probe_driver *d = &s->probe->driver;

	if (d->epoll == TRIAL_UNKNOWN)
		say_skip(f, "epoll could not be used");
	else if (d->epoll == TRIAL_REFUSED)
		say(f, VERDICT_OK, "a driver without poll");
	else if (!(flags_of(s) & FLAG_NOTIFICATION_PRESENT) && !d->hung_up)
		say_unexpected(
			f, "POLLHUP", "none",
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
		say_skip(f, "a driver without poll");
	} else if (n->waits == TRIAL_UNKNOWN) {
		say_skip(f, "the node could not be waited on");
	} else if (!n->waited) {
		say_skip(
			f,
			"the page never settled, so no change could be awaited");
	} else if (!n->woke) {
		say_skip(f, "no update came; --duration watches longer");
	} else {
		buffer = strbuf_start(f->message, sizeof(f->message));
		strbuf_decimal(&buffer, n->woke);
		strbuf_add(&buffer, n->woke == 1 ? " update" : " updates");
		strbuf_add(&buffer, " woke a waiting reader");
	}
}
