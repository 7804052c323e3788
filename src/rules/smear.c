/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several snapshots: whether a UTC page smeared a leap second. Across it the
 * count did not step, and within the window of a smear the time went slower or
 * faster than beside it. That is decided by references and counter values; the
 * published periods may say anything.
 */
#include "run.h"
#include "step.h"

static const struct {
	const char *name;
	int64_t ahead, behind; /* the window before and after the end, s */
	uint32_t rate;	       /* one second in so many */
} models[SMEAR_MODELS] = {
	{ "noon-linear", 43200, 43200, 86401 },
	{ "UTC-SLS", 1000, 0, 1001 },
};

static struct smear_watch *find_watch(struct leap_watch *leaps, int64_t end)
{
	for (int i = 0; i < SMEAR_WATCHES; i++) {
		if (leaps->smears[i].used && leaps->smears[i].end == end)
			return &leaps->smears[i];
	}
	return NULL;
}

static void complete_watch(struct leap_watch *leaps, struct smear_watch *watch)
{
	if (watch->used && watch->sign)
		leaps->done[leaps->complete++] = *watch;
	watch->used = false;
}

/* The watch at a month's end; a new one takes the place of that which was not
 * used for the longest time. */
static struct smear_watch *get_watch(struct leap_watch *leaps, int64_t end,
				     uint64_t turn)
{
	struct smear_watch *watch = find_watch(leaps, end);

	if (!watch) {
		watch = &leaps->smears[0];
		for (int i = 1; i < SMEAR_WATCHES; i++) {
			struct smear_watch *other = &leaps->smears[i];

			if (watch->used &&
			    (!other->used || other->turn < watch->turn))
				watch = other;
		}
		complete_watch(leaps, watch);
		*watch = (struct smear_watch){ .used = true, .end = end };
	}
	watch->turn = turn;
	return watch;
}

static void add_page(struct smear_watch *watch, const struct clock *clock,
		     grid time)
{
	for (int i = 0; i < SMEAR_MODELS; i++) {
		grid start = (watch->end - models[i].ahead) * GRID_SECOND;
		grid stop = (watch->end + models[i].behind) * GRID_SECOND;
		enum stretch_place place = time < start	  ? STRETCH_BEFORE
					   : time <= stop ? STRETCH_WITHIN
							  : STRETCH_AFTER;
		struct stretch *stretch = &watch->stretches[i][place];

		if (!stretch->there) {
			stretch->there = true;
			stretch->from = time;
			stretch->counter_from = clock->counter_value;
		}
		stretch->to = time;
		stretch->counter_to = clock->counter_value;
	}
}

/* Less than 250 ms either way is no step. */
static bool did_step(const struct subject *s, const struct clock *before)
{
	uint64_t counter = step_counter(s);
	grid old, new;

	return clock_time(before, counter, &old) &&
	       clock_time(&s->clock, counter, &new) &&
	       step_make(old, new).size >= (uint128)GRID_SECOND / 4;
}

void smear_take(struct leap_watch *leaps, const struct subject *s)
{
	const struct crossing *crossing = &leaps->crossing;
	struct smear_watch *watch;
	struct utc_month month;
	grid reference;

	if (crossing->kind == CROSSING_LEAP) {
		watch = get_watch(leaps, crossing->end, s->snapshot->n);
		watch->sign = crossing->sign;
		watch->stepped = did_step(s, &crossing->before.clock);
		watch->n = s->snapshot->n;
	}
	if (!s->has_utc || !clock_reference(&s->clock, &reference))
		return;
	utc_month(s->utc, &month);
	/* The end of all time is no month's end. */
	if (month.next > INT64_MAX - SECONDS_PER_DAY)
		return;
	add_page(get_watch(leaps, (int64_t)month.start, s->snapshot->n),
		 &s->clock, reference);
	add_page(get_watch(leaps, (int64_t)month.next, s->snapshot->n),
		 &s->clock, reference);
}

void smear_end(struct leap_watch *leaps)
{
	leaps->complete = 0;
	for (int i = 0; i < SMEAR_WATCHES; i++)
		complete_watch(leaps, &leaps->smears[i]);
}

/* Time and ticks from its first page to its last. False where it is shorter
 * than that part of the window. */
static bool measure_stretch(const struct stretch *stretch, int64_t window,
			    unsigned int part, uint128 *time, uint64_t *ticks)
{
	int64_t difference =
		(int64_t)(stretch->counter_to - stretch->counter_from);
	uint128 least = ((uint128)window << 64) / part;

	if (!stretch->there || stretch->to < stretch->from || difference <= 0)
		return false;
	*time = (uint128)stretch->to - (uint128)stretch->from;
	*ticks = (uint64_t)difference;
	/* time * part >= window * 2^64, which `part` need not divide. */
	return *time > least ||
	       (*time == least && least * part == (uint128)window << 64);
}

/* 224 bits are enough for what is multiplied here. */
struct wide {
	uint64_t limbs[4]; /* the lowest first */
};

static struct wide multiply_wide(uint128 time, uint64_t ticks, uint32_t factor)
{
	struct wide product = { { (uint64_t)time, (uint64_t)(time >> 64) } };
	const uint64_t factors[] = { ticks, factor };

	for (int f = 0; f < 2; f++) {
		uint64_t carry = 0;

		for (int i = 0; i < 4; i++) {
			uint128 limb =
				(uint128)product.limbs[i] * factors[f] + carry;

			product.limbs[i] = (uint64_t)limb;
			carry = (uint64_t)(limb >> 64);
		}
	}
	return product;
}

static bool is_at_most(struct wide a, struct wide b)
{
	for (int i = 4; i-- > 0;) {
		if (a.limbs[i] != b.limbs[i])
			return a.limbs[i] < b.limbs[i];
	}
	return true;
}

/*
 * Whether time / ticks within differs from that beside it by 75 % to 125 % of
 * -sign / rate: whether within / beside lies from 1 - sign * 3 / (4 * rate) to
 * 1 - sign * 5 / (4 * rate), all multiplied by 4 * rate and both ticks.
 */
static bool differs_by_rate(uint128 within, uint64_t within_ticks,
			    uint128 beside, uint64_t beside_ticks, int sign,
			    uint32_t rate)
{
	struct wide is = multiply_wide(within, beside_ticks, 4 * rate);
	uint32_t near = sign > 0 ? 4 * rate - 3 : 4 * rate + 3;
	uint32_t far = sign > 0 ? 4 * rate - 5 : 4 * rate + 5;
	struct wide a = multiply_wide(beside, within_ticks, near);
	struct wide b = multiply_wide(beside, within_ticks, far);

	return sign > 0 ? is_at_most(b, is) && is_at_most(is, a)
			: is_at_most(a, is) && is_at_most(is, b);
}

enum smear_answer {
	SMEAR_UNKNOWN,
	SMEAR_ABSENT,
	SMEAR_PRESENT,
};

static enum smear_answer judge_smear(const struct smear_watch *watch, int model)
{
	const struct stretch *stretches = watch->stretches[model];
	int64_t window = models[model].ahead + models[model].behind;
	enum smear_answer answer = SMEAR_UNKNOWN;
	uint128 within, time;
	uint64_t within_ticks, ticks;

	if (!measure_stretch(&stretches[STRETCH_WITHIN], window, 4, &within,
			     &within_ticks))
		return SMEAR_UNKNOWN;
	for (enum stretch_place place = 0; place < STRETCH_COUNT; place++) {
		if (place == STRETCH_WITHIN ||
		    !measure_stretch(&stretches[place], window, 1000, &time,
				     &ticks))
			continue;
		if (!differs_by_rate(within, within_ticks, time, ticks,
				     watch->sign, models[model].rate))
			return SMEAR_ABSENT;
		answer = SMEAR_PRESENT;
	}
	return answer;
}

static void say_smeared(const struct smear_watch *watch, struct finding *f,
			int model)
{
	struct strbuf buffer = strbuf_start(f->message, sizeof(f->message));

	f->n = watch->n;
	expect_text(f, "a count that steps by a second");
	actual_text(f, models[model].name);
	strbuf_add(&buffer, "UTC shall never be smeared: the time goes ");
	strbuf_add(&buffer, watch->sign > 0 ? "slower by 1/" : "faster by 1/");
	strbuf_decimal(&buffer, models[model].rate);
	strbuf_add(&buffer, " in the window of ");
	strbuf_add(&buffer, models[model].name);
	f->verdict = VERDICT_FAIL;
}

static void judge_all(const struct smear_watch *watch, struct finding *f)
{
	bool judged = watch->stepped;

	for (int i = 0; i < SMEAR_MODELS && !watch->stepped; i++) {
		enum smear_answer answer = judge_smear(watch, i);

		if (answer == SMEAR_PRESENT) {
			say_smeared(watch, f, i);
			return;
		}
		judged |= answer == SMEAR_ABSENT;
	}
	if (judged)
		f->verdict = VERDICT_OK;
}

/* What is not complete may still be. */
CHECK(series_smear)
{
	const struct leap_watch *leaps = &s->run->leaps;

	f->verdict = VERDICT_SKIP;
	for (unsigned int i = 0;
	     i < leaps->complete && f->verdict != VERDICT_FAIL; i++)
		judge_all(&leaps->done[i], f);
	if (f->verdict == VERDICT_SKIP)
		say(f, VERDICT_SKIP,
		    "too few pages in and beside the windows of a smear, or no leap second ends in the recording");
}
