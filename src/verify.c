/* SPDX-License-Identifier: BSD-2-Clause */
#include "verify.h"

#include <string.h>

#include "words.h"

const char *const level_names[LEVEL_COUNT] = {
	[LEVEL_MUST] = "must",
	[LEVEL_KERNEL] = "kernel",
	[LEVEL_SHOULD] = "should",
	[LEVEL_PLAUSIBLE] = "plausible",
};

const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_OK] = "ok",	 [VERDICT_FAIL] = "fail",
	[VERDICT_WARN] = "warn", [VERDICT_NOT_APPLICABLE] = "not-applicable",
	[VERDICT_SKIP] = "skip",
};

const char *const need_names[NEED_COUNT] = { "series", "live", "driver", "phc",
					     "leap-table" };

int rule_find(const char *id)
{
	for (int i = 0; i < RULE_COUNT; i++) {
		if (strcmp(rules[i].id, id) == 0)
			return i;
	}
	return -1;
}

static void take_utc(struct subject *s)
{
	const struct clock *clock = &s->clock;
	int64_t sec = (int64_t)clock->time_sec;

	if (s->usable != PAGE_TIME_USABLE || clock->time_type > TIME_TYPE_TAI ||
	    sec < 0)
		return;
	if (clock->time_type == TIME_TYPE_TAI) {
		if (!clock->tai_valid)
			return;
		sec -= clock_tai_minus_utc(clock);
	}
	s->has_utc = true;
	s->utc = sec;
}

void verify_subject(const uint8_t *bytes, size_t length,
		    struct subject *subject)
{
	uint64_t magic = length >= 4 ? load_le(bytes, 4) : 0;

	*subject = (struct subject){
		.bytes = bytes,
		.length = length,
		.magic = magic == PAGE_MAGIC,
		.swapped = magic == PAGE_MAGIC_SWAPPED,
	};
	/* What has no magic is no draft's page either. */
	if (subject->magic)
		page_decode(bytes, length, &subject->page);
	else
		page_decode_as(&layouts[LAYOUT_VMCLOCK_1], bytes, length,
			       &subject->page);
	subject->usable = clock_from_page(&subject->page, &subject->clock);
	take_utc(subject);
}

static bool has_magic(const struct subject *s)
{
	return s->magic;
}

static bool is_civil(const struct subject *s)
{
	return s->usable == PAGE_TIME_USABLE &&
	       s->clock.time_type <= TIME_TYPE_TAI;
}

static bool has_clock(const struct subject *s)
{
	return s->page.value[FIELD_clock_status] >= STATUS_SYNCHRONIZED &&
	       s->page.value[FIELD_clock_status] <= STATUS_FREERUNNING &&
	       s->page.value[FIELD_counter_id] <= COUNTER_X86_TSC;
}

static bool has_period(const struct subject *s)
{
	return has_clock(s) && s->clock.period;
}

static bool has_tai(const struct subject *s)
{
	return s->page.value[FIELD_flags] & FLAG_TAI_OFFSET_VALID;
}

static bool has_before(const struct subject *s)
{
	return s->before && s->before->page.layout == s->page.layout;
}

static bool same_before(const struct subject *s, int row)
{
	return s->page.value[row] == s->before->page.value[row];
}

bool verify_same(const struct subject *s)
{
	return has_before(s) && s->usable == PAGE_TIME_USABLE &&
	       s->before->usable == PAGE_TIME_USABLE &&
	       same_before(s, FIELD_disruption_marker) &&
	       same_before(s, FIELD_counter_id) &&
	       same_before(s, FIELD_time_type);
}

static bool is_advancing(const struct subject *s)
{
	return verify_same(s) || s->history.still >= STALE_AFTER;
}

static bool has_bounds(const struct subject *s)
{
	return verify_same(s) && s->before->clock.has_maxerror;
}

static bool is_silent(const struct subject *s)
{
	return verify_same(s) && !s->before->clock.has_maxerror &&
	       s->page.value[FIELD_clock_status] == STATUS_SYNCHRONIZED &&
	       same_before(s, FIELD_clock_status);
}

static bool has_flag_pair(const struct subject *s, uint64_t flag, int row)
{
	return has_before(s) && page_has(&s->page, row) &&
	       page_has(&s->before->page, row) &&
	       s->page.value[FIELD_flags] & s->before->page.value[FIELD_flags] &
		       flag;
}

static bool has_tai_pair(const struct subject *s)
{
	return has_flag_pair(s, FLAG_TAI_OFFSET_VALID, FIELD_tai_offset_sec);
}

static bool has_generation_pair(const struct subject *s)
{
	return has_flag_pair(s, FLAG_VM_GEN_COUNTER_PRESENT,
			     FIELD_vm_generation_counter);
}

static bool has_leap_pair(const struct subject *s)
{
	return has_before(s) && same_before(s, FIELD_disruption_marker) &&
	       page_has(&s->before->page, FIELD_leap_indicator);
}

static bool has_look(const struct subject *s)
{
	return s->snapshot;
}

/* NULL: always. */
static const struct {
	bool (*holds)(const struct subject *subject);
	const char *reason;
} applicability[APPLIES_COUNT] = {
	[APPLIES_MAGIC] = { has_magic, "without the magic there is no layout" },
	[APPLIES_CIVIL] = { is_civil, "the page is not usable, or not UTC or "
				      "TAI" },
	[APPLIES_CLOCK] = { has_clock,
			    "no counter, or clock_status is not 2 or 3" },
	[APPLIES_PERIOD] = { has_period, "no counter, no period, or "
					 "clock_status is not 2 or 3" },
	[APPLIES_TAI] = { has_tai, "TAI_OFFSET_VALID is clear" },
	[APPLIES_PAIR] = { has_before, "no page before it of this layout" },
	[APPLIES_SAME] = { verify_same,
			   "no two pages in a row were usable with the same "
			   "marker, counter_id and time_type" },
	[APPLIES_ADVANCING] = { is_advancing,
				"no two pages in a row were usable with the "
				"same marker, counter_id and time_type" },
	[APPLIES_BOUNDS] = { has_bounds,
			     "no two usable pages in a row of the same marker, "
			     "the first with bounds" },
	[APPLIES_SILENT] = { is_silent,
			     "no two SYNCHRONIZED pages in a row of the same "
			     "marker, the first without bounds" },
	[APPLIES_TAI_PAIR] = { has_tai_pair,
			       "no two pages in a row had TAI_OFFSET_VALID" },
	[APPLIES_GENERATION_PAIR] = { has_generation_pair,
				      "no two pages in a row had "
				      "VM_GEN_COUNTER_PRESENT" },
	[APPLIES_LEAP_PAIR] = { has_leap_pair,
				"no two pages in a row had the same marker" },
	[APPLIES_SETTLING] = { has_look, "no look at a page" },
};

static void answer(struct finding *finding, enum verdict verdict,
		   const char *message)
{
	struct words words =
		words_start(finding->message, sizeof(finding->message));

	finding->verdict = verdict;
	words_add(&words, message);
}

/* Why no rule but header.layout is asked. */
static bool is_draft(const struct subject *s, struct finding *finding)
{
	struct words words;

	if (s->page.layout->id == LAYOUT_VMCLOCK_1)
		return false;
	words = words_start(finding->message, sizeof(finding->message));
	words_add(&words, "a page of layout ");
	words_add(&words, s->page.layout->name);
	finding->verdict = VERDICT_NOT_APPLICABLE;
	return true;
}

/* A field that a rule reads is not on the page: by its size, or is it that the
 * dump ends before it? */
static bool is_absent(const struct subject *s, int row, struct finding *finding)
{
	const struct field *field;
	uint64_t end;

	if (row < 0 || page_has(&s->page, row))
		return false;
	field = &s->page.layout->fields[row];
	end = (uint64_t)field->offset + field->width;
	if (end > s->length &&
	    (end <= PAGE_HEADER_SIZE || s->page.value[FIELD_size] >= end ||
	     !page_has(&s->page, FIELD_size)))
		answer(finding, VERDICT_SKIP, "the dump is cut short");
	else
		answer(finding, VERDICT_NOT_APPLICABLE,
		       "size does not cover the field");
	return true;
}

/* Where the check said nothing of what it found, the raw value is it. */
static void fill_actual(const struct subject *subject, struct finding *finding)
{
	const struct field *field;
	struct words words;
	char text[FIELD_TEXT_MAX];

	if (!page_has(&subject->page, finding->row) || !subject->length)
		return;
	field = &subject->page.layout->fields[finding->row];
	finding->width = field->width;
	memcpy(finding->bytes, subject->bytes + field->offset, field->width);
	if (finding->actual[0])
		return;
	words = words_start(finding->actual, sizeof(finding->actual));
	field_format(field, subject->page.value[finding->row], text);
	words_add(&words, text);
}

#ifdef MUTATE_RULE
/* For the test of the tests: this rule answers the wrong way round. */
static void mutate(const struct rule *rule, struct finding *finding)
{
	if (strcmp(rule->id, MUTATE_RULE) != 0)
		return;
	finding->verdict = finding->verdict == VERDICT_FAIL ||
					   finding->verdict == VERDICT_WARN
				   ? VERDICT_OK
				   : VERDICT_FAIL;
}
#else
static void mutate(const struct rule *rule, struct finding *finding)
{
	(void)rule;
	(void)finding;
}
#endif

static void start(const struct rule *rule, struct finding *finding)
{
	finding->verdict = VERDICT_OK;
	finding->row = rule->row;
	finding->n = 0;
	finding->width = 0;
	finding->expected[0] = '\0';
	finding->actual[0] = '\0';
	finding->message[0] = '\0';
}

static void ask(const struct rule *rule, const struct subject *subject,
		struct finding *finding)
{
	start(rule, finding);
	if (rule->applies != APPLIES_MAGIC && is_draft(subject, finding))
		return;
	if (subject->swapped && !rule->bytewise) {
		answer(finding, VERDICT_NOT_APPLICABLE,
		       "the byte order is wrong");
		return;
	}
	if (is_absent(subject, rule->row, finding) ||
	    is_absent(subject, rule->last, finding))
		return;
	if (applicability[rule->applies].holds &&
	    !applicability[rule->applies].holds(subject)) {
		answer(finding, VERDICT_NOT_APPLICABLE,
		       applicability[rule->applies].reason);
		return;
	}
	rule->check(subject, finding);
	if (finding->verdict == VERDICT_FAIL ||
	    finding->verdict == VERDICT_WARN)
		fill_actual(subject, finding);
}

void verify_rule(const struct rule *rule, const struct subject *subject,
		 struct finding *finding)
{
	ask(rule, subject, finding);
	mutate(rule, finding);
}

static uint32_t chain_of(uint64_t value)
{
	return (uint32_t)(value * UINT64_C(0x9e3779b97f4a7c15) >> 48) %
	       VALUES_MAX;
}

bool values_have(const struct values *values, uint64_t value)
{
	uint32_t slot = values->head[chain_of(value)];

	while (slot && values->value[slot - 1] != value)
		slot = values->next[slot - 1];
	return slot;
}

static void forget(struct values *values, uint32_t slot)
{
	uint32_t *link = &values->head[chain_of(values->value[slot])];

	while (*link != slot + 1)
		link = &values->next[*link - 1];
	*link = values->next[slot];
}

void values_add(struct values *values, uint64_t value)
{
	uint32_t slot = (uint32_t)(values->count % VALUES_MAX);
	uint32_t *head = &values->head[chain_of(value)];

	if (values->count >= VALUES_MAX)
		forget(values, slot);
	values->value[slot] = value;
	values->next[slot] = *head;
	*head = slot + 1;
	values->count++;
}

/* Note a value; returns whether it had been left and is back. */
static bool note_value(struct values *values, const struct subject *s, int row,
		       bool there)
{
	uint64_t value = s->page.value[row];
	bool known, left;

	/* A page that is cut short, or in the other byte order, tells none. */
	if (!there || s->swapped || !page_has(&s->page, row))
		return false;
	known = values_have(values, value);
	left = values->count && values->last != value;
	if (!known)
		values_add(values, value);
	values->last = value;
	return known && left;
}

/* How long the reference has stood, in the time of the page itself. */
static grid still_time(const struct verifier *v, const struct subject *s,
		       uint64_t until)
{
	grid from, to, time;

	if (!clock_time(&s->clock, v->still_since, &from) ||
	    !clock_time(&s->clock, until, &to) || to < from ||
	    __builtin_sub_overflow(to, from, &time))
		return 0;
	return time;
}

static void note_stillness(struct verifier *v, struct subject *s)
{
	const struct snapshot *now = s->snapshot;
	bool before = v->still;

	v->still = s->usable == PAGE_TIME_USABLE && now->has_counter &&
		   s->page.value[FIELD_clock_status] == STATUS_SYNCHRONIZED;
	if (!v->still)
		return;
	if (!before || !verify_same(s) ||
	    !same_before(s, FIELD_counter_value) ||
	    !same_before(s, FIELD_time_sec) ||
	    !same_before(s, FIELD_time_frac_sec))
		v->still_since = now->counter;
	s->history.still = still_time(v, s, now->counter_last);
}

static void note_history(struct verifier *v, struct subject *s)
{
	bool generation =
		s->page.value[FIELD_flags] & FLAG_VM_GEN_COUNTER_PRESENT;

	if (s->page.layout->id != LAYOUT_VMCLOCK_1)
		return;
	s->history.marker_returned =
		note_value(&v->markers, s, FIELD_disruption_marker, true);
	s->history.generation_returned = note_value(
		&v->generations, s, FIELD_vm_generation_counter, generation);
	s->history.markers_forgotten = v->markers.count > VALUES_MAX;
	s->history.generations_forgotten = v->generations.count > VALUES_MAX;
	note_stillness(v, s);
}

/* Worse first; an answer is worth more than none. */
static int weight(enum verdict verdict)
{
	static const int weights[VERDICT_COUNT] = {
		[VERDICT_FAIL] = 4,
		[VERDICT_WARN] = 3,
		[VERDICT_OK] = 2,
		[VERDICT_SKIP] = 1,
		[VERDICT_NOT_APPLICABLE] = 0,
	};

	return weights[verdict];
}

/* Ask a rule of a page, and keep the worst answer of all pages. */
static void judge(struct verifier *v, int i, const struct subject *s)
{
	struct finding *kept = &v->findings[i];
	struct finding found;
	bool note;

	if (v->judged[i] && kept->verdict == VERDICT_FAIL)
		return;
	ask(&rules[i], s, v->judged[i] ? &found : kept);
	if (!v->judged[i]) {
		v->judged[i] = true;
		kept->n = v->recording ? s->snapshot->n : 0;
		return;
	}
	/* Of two that are alike the one with something to say. */
	note = found.verdict == kept->verdict &&
	       ((found.message[0] && !kept->message[0]) ||
		(found.actual[0] && !kept->actual[0]));
	if (weight(found.verdict) <= weight(kept->verdict) && !note)
		return;
	*kept = found;
	kept->n = s->snapshot->n;
}

/* Of the first page there is nothing to say of what leads to it, but for how it
 * came to rest, and that it stood too long. */
static bool is_judged_here(const struct verifier *v, const struct rule *rule,
			   const struct subject *s)
{
	if (!rule->check || rule->needs & NEED_PROBE)
		return false;
	if (!(rule->needs & NEED_SERIES))
		return true;
	return v->recording &&
	       (v->pages || rule->applies == APPLIES_SETTLING ||
		(rule->applies == APPLIES_ADVANCING && is_advancing(s)));
}

/* seq_count did not settle: there is no page, but that is something too. */
static void judge_unsettled(struct verifier *v, const struct snapshot *snapshot)
{
	struct subject subject = {
		.page = { .layout = &layouts[LAYOUT_VMCLOCK_1],
			  .present = UINT64_C(1) << FIELD_seq_count },
		.snapshot = snapshot,
	};

	subject.page.value[FIELD_seq_count] = snapshot->seq_count;
	for (int i = 0; i < RULE_COUNT; i++) {
		if (v->selected[i] && rules[i].applies == APPLIES_SETTLING)
			judge(v, i, &subject);
	}
}

void verify_snapshot(struct verifier *v, const struct snapshot *snapshot)
{
	struct subject *s = &v->subjects[v->pages % 2];

	if (snapshot->kind == SNAPSHOT_UNSETTLED) {
		judge_unsettled(v, snapshot);
		v->unsettled++;
		return;
	}
	verify_subject(snapshot->bytes, snapshot->length, s);
	s->region = v->region;
	s->leaps = v->leaps;
	s->leaps_reason = v->leaps_reason;
	v->snapshots[v->pages % 2] = *snapshot;
	s->snapshot = &v->snapshots[v->pages % 2];
	if (v->pages)
		s->before = &v->subjects[(v->pages - 1) % 2];
	note_history(v, s);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (v->selected[i] && is_judged_here(v, &rules[i], s))
			judge(v, i, s);
	}
	v->pages++;
}

/* The rules on the live device are asked once, of the page that was there when
 * its surroundings were looked at. */
static void judge_live(struct verifier *v)
{
	struct subject subject;

	if (!v->probe || !v->probe->length)
		return;
	verify_subject(v->probe->bytes, v->probe->length, &subject);
	subject.probe = v->probe;
	for (int i = 0; i < RULE_COUNT; i++) {
		bool device = rules[i].needs & NEED_DRIVER;

		if (!v->selected[i] || !rules[i].check ||
		    !(rules[i].needs & NEED_PROBE) ||
		    (device && v->probe->kind != PROBE_DEVICE))
			continue;
		ask(&rules[i], &subject, &v->findings[i]);
		v->judged[i] = true;
	}
}

static const char *skip_reason(const struct verifier *v,
			       const struct rule *rule)
{
	if (rule->needs & NEED_SERIES)
		return v->recording ? "one page: several are needed"
				    : "a page alone: a recording or a live "
				      "page is needed";
	if (!rule->check)
		return "not judged yet";
	if (rule->needs & NEED_PHC)
		return "needs the PTP clock of a bound device";
	if (rule->needs & NEED_DRIVER)
		return "needs a device and the kernel's driver";
	if (rule->needs & NEED_LIVE)
		return "needs a live page on this machine";
	return "no page was to be had";
}

static void leave_out(const struct verifier *v, const struct rule *rule,
		      bool draft, struct finding *finding)
{
	start(rule, finding);
	if (draft)
		is_draft(&v->subjects[0], finding);
	else
		answer(finding, VERDICT_SKIP, skip_reason(v, rule));
}

void verify_end(struct verifier *v)
{
	bool draft = v->pages > 0;

	judge_live(v);
	for (uint64_t i = 0; i < v->pages && i < 2; i++)
		draft &= v->subjects[i].page.layout->id != LAYOUT_VMCLOCK_1;
	for (int i = 0; i < RULE_COUNT; i++) {
		struct finding *f = &v->findings[i];
		bool too_few = rules[i].needs & NEED_SERIES && v->pages < 2;

		if (!v->selected[i])
			continue;
		if (!v->judged[i] ||
		    (too_few && weight(f->verdict) < weight(VERDICT_WARN)))
			leave_out(v, &rules[i], draft, f);
		mutate(&rules[i], f);
	}
}
