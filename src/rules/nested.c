/* SPDX-License-Identifier: BSD-2-Clause */
/* Several snapshots: what a page promised of the time, and what later pages
 * say of it. */
#include "run.h"
#include "step.h"
#include "event/change.h"

/* A bound, rounded down to the grid: a step, which lies on it, is within one if
 * and only if it is within the other. */
static uint128 get_size(struct clock_error error)
{
	uint128 size = (uint128)grid_from_nsec_floor(error.nsec);

	return __builtin_add_overflow(size, error.grid, &size) ? ~(uint128)0
							       : size;
}

static bool make_promise(const struct subject *s, uint64_t counter, grid taken,
			 struct promise *promise)
{
	grid time;

	if (!clock_time(&s->clock, counter, &time) ||
	    __builtin_add_overflow(time, taken, &promise->time))
		return false;
	promise->counter = counter;
	promise->error = clock_maxerror(&s->clock, counter);
	promise->bound = get_size(promise->error);
	return true;
}

static void keep_promises(const struct subject *s, grid taken,
			  struct kept_page *page)
{
	const struct snapshot *snapshot = s->snapshot;

	page->n = snapshot->n;
	page->count =
		make_promise(s, step_counter(s), taken, &page->promises[0]);
	if (snapshot->has_counter &&
	    snapshot->counter_last != snapshot->counter)
		page->count += make_promise(s, snapshot->counter_last, taken,
					    &page->promises[page->count]);
}

void nested_keep(struct kept_pages *kept, const struct subject *s, grid taken)
{
	unsigned int slot;

	if (!s->clock.has_maxerror)
		return;
	slot = (unsigned int)__builtin_ctzll(++kept->count);
	if (slot >= KEPT_MOST)
		slot = KEPT_MOST + !(kept->count >> KEPT_MOST & 1);
	keep_promises(s, taken, &kept->slots[slot]);
	if (kept->count == 1)
		kept->first = kept->slots[0];
}

/* To the nearest nanosecond, and 1 at least. */
static void add_excess(struct strbuf *buffer, uint128 excess)
{
	int128 nsec = excess >> 127 ? -1 : grid_nsec_half_up((grid)excess);

	if (nsec < 0 || nsec > UINT32_MAX) {
		strbuf_nsec(buffer, excess);
		return;
	}
	strbuf_decimal(buffer, nsec ? (uint64_t)nsec : 1);
	strbuf_add(buffer, " ns");
}

static void say_expected(struct finding *f, grid old, struct clock_error error)
{
	struct strbuf buffer = strbuf_start(f->expected, sizeof(f->expected));

	strbuf_time(&buffer, old);
	strbuf_add(&buffer, " +/- ");
	strbuf_nsec(&buffer, get_size(error));
}

static void say_outside(struct finding *f, grid old, struct step step,
			struct clock_error error, uint64_t counter)
{
	struct strbuf buffer;

	say_expected(f, old, error);
	step_say_actual(f, step);
	buffer = strbuf_start(f->message, sizeof(f->message));
	strbuf_add(&buffer, "at counter ");
	strbuf_decimal(&buffer, counter);
	strbuf_add(
		&buffer,
		", read under the old page, the new page's time is outside the old bounds by ");
	add_excess(&buffer, step.size - get_size(error));
	f->verdict = VERDICT_FAIL;
}

/* Returns false where the bounds of the page before are broken at C. */
static bool is_nested_at(const struct subject *s, struct finding *f,
			 uint64_t counter)
{
	struct clock_error error = clock_maxerror(&s->before->clock, counter);
	struct step step;
	grid old;

	if (!clock_time(&s->before->clock, counter, &old))
		return true; /* it gave no time there */
	if (!step_at(s, counter, &old, &step)) {
		expect_text(f, "a time within the old bounds");
		actual_text(f, "outside signed 64-bit seconds");
		say(f, VERDICT_FAIL,
		    "the new page gives no time at a reading of the old one");
		return false;
	}
	if (step_within(step, error))
		return true;
	say_outside(f, old, step, error, counter);
	return false;
}

/*
 * For every C read under the old page, |T_new(C) - T_old(C)| <= E_old(C). T_old
 * and T_new are straight lines in C and E_old is two, bent upwards at the old
 * counter_value: so the slack on either side, E_old - (T_new - T_old) and
 * E_old + (T_new - T_old), consists of two straight lines with a kink there. On
 * an interval such a function has its minimum at an end or at the kink, and
 * with these three kept, all between them are. (The rounding to the grid adds
 * less than two units of 2^-64 s to that; at the three it is exact.) Without
 * readings, the kink is all there is.
 */
static bool is_nested_before(const struct subject *s, struct finding *f)
{
	const struct snapshot *old = s->before->snapshot;
	uint64_t kink = s->before->clock.counter_value;

	if (!old->has_counter)
		return is_nested_at(s, f, kink);
	if (!is_nested_at(s, f, old->counter) ||
	    !is_nested_at(s, f, old->counter_last))
		return false;
	if ((int64_t)(kink - old->counter) > 0 &&
	    (int64_t)(old->counter_last - kink) > 0)
		return is_nested_at(s, f, kink);
	return true;
}

/* The exact sum of two bounds; where it does not fit, more than any two points
 * in time are apart. */
static struct clock_error add_errors(struct clock_error a, struct clock_error b)
{
	uint64_t seconds = a.nsec / NSEC_PER_SEC + b.nsec / NSEC_PER_SEC;
	struct clock_error sum = {
		.nsec = a.nsec % NSEC_PER_SEC + b.nsec % NSEC_PER_SEC,
	};

	if (__builtin_add_overflow(a.grid, b.grid, &sum.grid) ||
	    __builtin_add_overflow(sum.grid, (uint128)seconds << 64, &sum.grid))
		sum.grid = ~(uint128)0;
	return sum;
}

static void say_broken(const struct subject *s, struct finding *f, uint64_t n,
		       const struct promise *promise, struct step step,
		       struct clock_error both)
{
	struct strbuf buffer;

	say_expected(f, promise->time, both);
	step_say_actual(f, step);
	buffer = strbuf_start(f->message, sizeof(f->message));
	strbuf_add(&buffer, "page ");
	strbuf_decimal(&buffer, s->snapshot->n);
	strbuf_add(&buffer, " against page ");
	strbuf_decimal(&buffer, n);
	strbuf_add(&buffer, ": at counter ");
	strbuf_decimal(&buffer, promise->counter);
	strbuf_add(
		&buffer,
		" the two times differ by more than the bounds of both together, by ");
	add_excess(&buffer, step.size - get_size(both));
	strbuf_add(&buffer, ": one of the two promises was false");
	f->verdict = VERDICT_FAIL;
}

/* Outside the old page's own bounds: one sentence, of the first such page. */
static void note_outside(const struct subject *s, struct finding *f, uint64_t n,
			 struct clock_error error, struct step step)
{
	struct strbuf buffer = strbuf_start(f->message, sizeof(f->message));

	strbuf_add(&buffer, "page ");
	strbuf_decimal(&buffer, s->snapshot->n);
	strbuf_add(&buffer, " leaves the bounds of page ");
	strbuf_decimal(&buffer, n);
	strbuf_add(&buffer, " by ");
	strbuf_nsec(&buffer, step.size - get_size(error));
	strbuf_add(
		&buffer,
		", and not those of both together: no host keeps the former for ever");
}

static bool is_promise_kept(const struct subject *s, struct finding *f,
			    const struct kept_page *page)
{
	for (unsigned int i = 0; i < page->count; i++) {
		const struct promise *promise = &page->promises[i];
		struct clock_error error, both;
		struct step step;
		grid time;

		if (!clock_time(&s->clock, promise->counter, &time) ||
		    __builtin_add_overflow(time, s->run->taken, &time))
			continue;
		step = step_make(promise->time, time);
		if (step.size <= promise->bound)
			continue;
		error = clock_maxerror(&s->clock, promise->counter);
		both = add_errors(promise->error, error);
		if (!step_within(step, both)) {
			say_broken(s, f, page->n, promise, step, both);
			return false;
		}
		if (!f->message[0])
			note_outside(s, f, page->n, promise->error, step);
	}
	return true;
}

/* The oldest first: where several are broken, it is worth most. */
static void check_promises(const struct subject *s, struct finding *f)
{
	const struct kept_pages *kept = &s->run->kept;

	if (!kept->count || !is_promise_kept(s, f, &kept->first))
		return;
	for (unsigned int i = KEPT_MOST + 2; i-- > 0;) {
		uint64_t from = UINT64_C(1) << i;

		if (kept->count >= from && kept->slots[i].n != kept->first.n &&
		    !is_promise_kept(s, f, &kept->slots[i]))
			return;
	}
}

CHECK(series_nested)
{
	bool promised = s->before->clock.has_maxerror;
	/* The page before this one may be one that was not seen, which keeps
	 * the promise of that, and need not keep this one's. */
	bool missed = change_missed(&s->before->page, &s->page) != 0;
	bool both = s->clock.has_maxerror && s->run && s->run->kept.count;

	if (promised && !missed && !is_nested_before(s, f))
		return;
	if (both)
		check_promises(s, f);
	else if (missed)
		say(f, VERDICT_SKIP,
		    "updates were missed, and the page after them has no bounds");
}
