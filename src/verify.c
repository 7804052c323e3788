/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine that applies the rules to each page, and keeps the worst
 * findings. */
#include "verify.h"

#include <stddef.h>
#include <string.h>

#include "base/strbuf.h"

/* Why no rule but header.layout is asked. */
static bool is_of_draft(const struct subject *s, struct finding *finding)
{
	struct strbuf buffer;

	if (!s->page.layout->draft)
		return false;
	buffer = strbuf_start(finding->message, sizeof(finding->message));
	strbuf_add(&buffer, "a page of layout ");
	strbuf_add(&buffer, s->page.layout->name);
	finding->verdict = VERDICT_NOT_APPLICABLE;
	return true;
}

/* A field that a rule reads is not on the page: by its size, or is it that the
 * dump ends before it? */
static bool lacks_field(const struct subject *s, int row,
			struct finding *finding)
{
	uint64_t end;

	if (row < 0 || page_has(&s->page, row))
		return false;
	end = field_end(&s->page.layout->fields[row]);
	if (end > s->length &&
	    (end <= PAGE_HEADER_SIZE || s->page.value[FIELD_size] >= end ||
	     !page_has(&s->page, FIELD_size)))
		say(finding, VERDICT_SKIP, "the dump is cut short");
	else
		say(finding, VERDICT_NOT_APPLICABLE,
		    "size does not cover the field");
	return true;
}

/* Where the check said nothing of what it found, the raw value is it. */
static void fill_actual(const struct subject *subject, struct finding *finding)
{
	const struct field *field;
	struct strbuf buffer;
	char text[FIELD_TEXT_MAX];

	if (!page_has(&subject->page, finding->row) || !subject->length)
		return;
	field = &subject->page.layout->fields[finding->row];
	finding->width = field->width;
	memcpy(finding->bytes, subject->bytes + field->offset, field->width);
	if (finding->actual[0])
		return;
	buffer = strbuf_start(finding->actual, sizeof(finding->actual));
	field_format(field, subject->page.value[finding->row], text);
	strbuf_add(&buffer, text);
}

#ifdef MUTATE_RULE
/* For the test of the tests: the rule of this id answers the wrong way. */
static void mutate_finding(const struct rule *rule, struct finding *finding)
{
	const char *id = MUTATE_RULE;

	if (!id || strcmp(rule->id, id) != 0)
		return;
	finding->verdict = finding->verdict == VERDICT_FAIL ||
					   finding->verdict == VERDICT_WARN
				   ? VERDICT_OK
				   : VERDICT_FAIL;
}
#else
static void mutate_finding(const struct rule *rule, struct finding *finding)
{
	(void)rule;
	(void)finding;
}
#endif

static void start_finding(const struct rule *rule, struct finding *finding)
{
	finding->verdict = VERDICT_OK;
	finding->row = rule->row;
	finding->n = 0;
	finding->lacks_table = false;
	finding->width = 0;
	finding->expected[0] = '\0';
	finding->actual[0] = '\0';
	finding->message[0] = '\0';
}

/* Whether the rule reads its field on the page before as well. */
static bool reads_before(enum applies applies)
{
	return applies == APPLIES_TAI_PAIR ||
	       applies == APPLIES_GENERATION_PAIR ||
	       applies == APPLIES_LEAP_PAIR;
}

/* Whether there is an answer before the check: why it cannot be asked. */
static bool is_answered(const struct rule *rule, const struct subject *subject,
			struct finding *finding)
{
	if (rule->applies != APPLIES_MAGIC && is_of_draft(subject, finding))
		return true;
	if (subject->swapped && !rule->bytewise) {
		say(finding, VERDICT_NOT_APPLICABLE, "the byte order is wrong");
		return true;
	}
	return !rule->cut && (lacks_field(subject, rule->row, finding) ||
			      lacks_field(subject, rule->last, finding));
}

static uint64_t get_bit(int row)
{
	return row < 0 ? 0 : UINT64_C(1) << row;
}

/* Of a long recording most of the time is spent here: whether a page is one of
 * which is_answered() says no is found out by its bits first. */
static bool is_plain(const struct rule *rule, const struct subject *subject)
{
	uint64_t fields = get_bit(rule->row) | get_bit(rule->last);

	return !subject->page.layout->draft && !subject->swapped &&
	       !(fields & ~subject->page.present);
}

static void ask_rule(const struct rule *rule, const struct subject *subject,
		     struct finding *finding)
{
	const char *lacks;

	start_finding(rule, finding);
	if (!is_plain(rule, subject) && is_answered(rule, subject, finding))
		return;
	lacks = subject_lacks(subject, rule->applies);
	if (lacks) {
		say(finding, VERDICT_NOT_APPLICABLE, lacks);
		return;
	}
	if (subject->before && reads_before(rule->applies) &&
	    lacks_field(subject->before, rule->row, finding))
		return;
	rule->check(subject, finding);
	if (finding->verdict == VERDICT_FAIL ||
	    finding->verdict == VERDICT_WARN)
		fill_actual(subject, finding);
}

void verify_rule(const struct rule *rule, const struct subject *subject,
		 struct finding *finding)
{
	ask_rule(rule, subject, finding);
	mutate_finding(rule, finding);
}

void verify_reset(struct verifier *verifier)
{
	seen_set_clear(&verifier->markers);
	seen_set_clear(&verifier->generations);
	memset(verifier, 0, offsetof(struct verifier, markers));
}

/* Note a value; returns whether it had been left and is back. Each restore
 * leaves it. */
static bool note_value(struct seen_set *values, const struct subject *s,
		       int row, bool there, bool restored)
{
	uint64_t value = s->page.value[row];
	bool known, left;

	/* A page that is cut short, or in the other byte order, has none. */
	if (!there || s->swapped || !page_has(&s->page, row))
		return false;
	known = seen_set_has(values, value);
	left = restored || values->last != value;
	if (!known)
		seen_set_add(values, value);
	values->last = value;
	return known && left;
}

/* How long the reference has stood, in the time of the page itself. */
static grid measure_stillness(const struct verifier *v, const struct subject *s,
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

	v->still = s->usable && now->has_counter &&
		   s->page.value[FIELD_clock_status] == STATUS_SYNCHRONIZED;
	if (!v->still)
		return;
	if (!before || !subject_same(s) ||
	    !subject_kept(s, FIELD_counter_value) ||
	    !subject_kept(s, FIELD_time_sec) ||
	    !subject_kept(s, FIELD_time_frac_sec))
		v->still_since = now->counter;
	s->history.still = measure_stillness(v, s, now->counter_last);
}

static void note_history(struct verifier *v, struct subject *s)
{
	bool generation =
		s->page.value[FIELD_flags] & FLAG_VM_GEN_COUNTER_PRESENT;

	if (s->page.layout->draft)
		return;
	s->history.marker_returned = note_value(
		&v->markers, s, FIELD_disruption_marker, true, v->restores);
	s->history.generation_returned =
		note_value(&v->generations, s, FIELD_vm_generation_counter,
			   generation, v->restores);
	s->history.markers_forgotten = v->markers.count > SEEN_SET_MAX;
	s->history.generations_forgotten = v->generations.count > SEEN_SET_MAX;
	note_stillness(v, s);
}

/* Worse first; an answer is worth more than none. */
static int get_weight(enum verdict verdict)
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

/* A check may have named an earlier snapshot. */
static void set_snapshot(const struct verifier *v, const struct subject *s,
			 struct finding *finding)
{
	if (!v->recording)
		finding->n = 0;
	else if (!finding->n)
		finding->n = s->snapshot->n;
}

static bool is_broken(const struct finding *finding)
{
	return finding->verdict == VERDICT_FAIL ||
	       finding->verdict == VERDICT_WARN;
}

static void tell_finding(const struct verifier *v, int i,
			 const struct subject *s, struct finding *finding)
{
	if (!v->tell || !is_broken(finding))
		return;
	set_snapshot(v, s, finding);
	v->tell(v->listener, i, finding);
}

/* Ask a rule of a page, and keep the worst answer of all pages. */
static void keep_worst_answer(struct verifier *v, int i,
			      const struct subject *s)
{
	struct finding *kept = &v->findings[i];
	struct finding found;
	bool note;

	if (!v->judged[i]) {
		v->judged[i] = true;
		ask_rule(&rules[i], s, kept);
		set_snapshot(v, s, kept);
		tell_finding(v, i, s, kept);
		return;
	}
	if (kept->verdict == VERDICT_FAIL && !v->tell)
		return;
	ask_rule(&rules[i], s, &found);
	tell_finding(v, i, s, &found);
	/* The usual answer: ok, as all before. */
	if (found.verdict == kept->verdict && !found.message[0] &&
	    !found.actual[0])
		return;
	/* Of two that are alike the one with something to say. */
	note = found.verdict == kept->verdict &&
	       found.verdict != VERDICT_FAIL &&
	       ((found.message[0] && !kept->message[0]) ||
		(found.actual[0] && !kept->actual[0]));
	if (get_weight(found.verdict) <= get_weight(kept->verdict) && !note)
		return;
	*kept = found;
	set_snapshot(v, s, kept);
}

/* Of pages after restores there is no order. */
static bool is_of_restores(const struct rule *rule)
{
	return rule == &rules[RULE_series_marker_unique] ||
	       rule == &rules[RULE_series_generation_unique];
}

static bool has_more_than_pair(enum applies applies)
{
	return applies == APPLIES_ADVANCING || applies == APPLIES_LEAP ||
	       applies == APPLIES_SMEAR;
}

/* Of the first page there is nothing to say of what leads to it, but for how it
 * came to rest, that it stood too long, and that it is in a leap second. */
static bool is_asked_here(const struct verifier *v, const struct rule *rule,
			  const struct subject *s)
{
	if (rule->needs & NEED_PROBE)
		return false;
	if (!(rule->needs & NEED_SERIES))
		return true;
	if (!v->recording || (v->restores && !is_of_restores(rule)) ||
	    (v->pages_alone && rule->applies == APPLIES_SETTLING))
		return false;
	return s->before || rule->applies == APPLIES_SETTLING ||
	       (has_more_than_pair(rule->applies) &&
		!subject_lacks(s, rule->applies));
}

/* seq_count did not settle: there is no page, but that is something too. */
static void ask_unsettled(struct verifier *v, const struct snapshot *snapshot)
{
	struct subject subject = {
		.page = { .layout = &layouts[LAYOUT_VMCLOCK_1],
			  .present = UINT64_C(1) << FIELD_seq_count },
		.snapshot = snapshot,
	};

	subject.page.value[FIELD_seq_count] = snapshot->seq_count;
	for (int i = 0; i < RULE_COUNT; i++) {
		if (v->selected[i] && rules[i].applies == APPLIES_SETTLING)
			keep_worst_answer(v, i, &subject);
	}
}

/* The next page in its context; it is not counted yet. */
static struct subject *take_subject(struct verifier *v,
				    const struct snapshot *snapshot)
{
	uint64_t turn = v->pages + v->has_before;
	struct subject *s = &v->subjects[turn % 2];

	subject_take(snapshot->bytes, snapshot->length, s);
	s->region = v->region;
	s->leaps = v->leaps;
	s->leaps_reason = v->leaps_reason;
	v->snapshots[turn % 2] = *snapshot;
	s->snapshot = &v->snapshots[turn % 2];
	if (turn)
		s->before = &v->subjects[(turn - 1) % 2];
	note_history(v, s);
	return s;
}

/* The run is over with the page before this one: what was watched is then
 * complete. */
static void end_run(struct verifier *v, const struct subject *last)
{
	if (!v->run.pages)
		return;
	run_end(&v->run);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (v->selected[i] && rules[i].applies == APPLIES_SMEAR &&
		    is_asked_here(v, &rules[i], last))
			keep_worst_answer(v, i, last);
	}
	v->run.pages = 0;
}

static void continue_run(struct verifier *v, struct subject *s)
{
	if (s->before && !subject_same(s))
		end_run(v, s->before);
	if (s->usable)
		run_take(&v->run, s);
}

void verify_before_restores(struct verifier *v, const struct snapshot *snapshot)
{
	take_subject(v, snapshot);
	v->has_before = true;
}

void verify_snapshot(struct verifier *v, const struct snapshot *snapshot)
{
	struct subject *s;

	if (snapshot->kind == SNAPSHOT_UNSETTLED) {
		ask_unsettled(v, snapshot);
		v->unsettled++;
		return;
	}
	s = take_subject(v, snapshot);
	continue_run(v, s);
	for (int i = 0; i < RULE_COUNT; i++) {
		if (v->selected[i] && is_asked_here(v, &rules[i], s))
			keep_worst_answer(v, i, s);
	}
	if (s->usable)
		run_keep(&v->run, s);
	v->pages++;
}

const struct subject *verify_subject(const struct verifier *v)
{
	uint64_t turn = v->pages + v->has_before;

	return turn ? &v->subjects[(turn - 1) % 2] : NULL;
}

void verify_last_reading(struct verifier *v, uint64_t counter)
{
	uint64_t turn = v->pages + v->has_before;
	struct snapshot *last = &v->snapshots[(turn + 1) % 2];

	if (turn && last->has_counter)
		last->counter_last = counter;
}

/* Of the rules that need a driver, those that ask the firmware alone. */
static bool asks_firmware(int i)
{
	return i == RULE_firmware_id || i == RULE_firmware_region;
}

/* Whether the rule is about the driver, where the page was read without. */
static bool lacks_driver(const struct verifier *v, int i)
{
	return v->probe->kind == PROBE_MEMORY && rules[i].needs & NEED_DRIVER &&
	       !asks_firmware(i);
}

/* The rules on the live device are asked once, of the page that was there when
 * its surroundings were looked at. */
static void ask_live(struct verifier *v)
{
	struct subject subject;

	if (!v->probe || !v->probe->length)
		return;
	subject_take(v->probe->bytes, v->probe->length, &subject);
	subject.probe = v->probe;
	for (int i = 0; i < RULE_COUNT; i++) {
		bool device = rules[i].needs & NEED_DRIVER;

		if (!v->selected[i] || !(rules[i].needs & NEED_PROBE) ||
		    (device && v->probe->kind != PROBE_DEVICE &&
		     v->probe->kind != PROBE_MEMORY))
			continue;
		if (lacks_driver(v, i)) {
			start_finding(&rules[i], &v->findings[i]);
			say(&v->findings[i], VERDICT_NOT_APPLICABLE,
			    "read through /dev/mem, without a driver");
		} else {
			ask_rule(&rules[i], &subject, &v->findings[i]);
		}
		v->judged[i] = true;
	}
}

static const char *explain_skip(const struct verifier *v,
				const struct rule *rule)
{
	if (rule->needs & NEED_SERIES && v->restores && !is_of_restores(rule))
		return "pages after restores have no order";
	if (rule->applies == APPLIES_SETTLING && v->pages_alone)
		return "no readings of the counter";
	if (rule->needs & NEED_SERIES)
		return v->recording
			       ? "one page: several are needed"
			       : "a page alone: several, a recording or a live page are needed";
	if (rule->needs & NEED_PHC)
		return "needs the PTP clock of a bound device";
	if (rule->needs & NEED_DRIVER)
		return "needs a live device and the kernel's driver";
	if (rule->needs & NEED_LIVE)
		return "needs a live page on this machine";
	return "no page was to be had";
}

static void skip_rule(const struct verifier *v, const struct rule *rule,
		      bool draft, struct finding *finding)
{
	start_finding(rule, finding);
	if (draft)
		is_of_draft(&v->subjects[0], finding);
	else
		say(finding, VERDICT_SKIP, explain_skip(v, rule));
}

void verify_end(struct verifier *v)
{
	bool draft = v->pages > 0;

	if (v->pages)
		end_run(v, &v->subjects[(v->pages + v->has_before - 1) % 2]);
	ask_live(v);
	for (uint64_t i = 0; i < v->pages && i < 2; i++)
		draft &= v->subjects[i].page.layout->draft != NULL;
	for (int i = 0; i < RULE_COUNT; i++) {
		struct finding *f = &v->findings[i];
		bool too_few = rules[i].needs & NEED_SERIES &&
			       v->pages + v->has_before < 2;

		if (!v->selected[i])
			continue;
		if (!v->judged[i] ||
		    (too_few &&
		     get_weight(f->verdict) < get_weight(VERDICT_WARN)))
			skip_rule(v, &rules[i], draft, f);
		mutate_finding(&rules[i], f);
	}
}
