/* SPDX-License-Identifier: BSD-2-Clause */
/* The document of `verify`, and the rules in those of `list` and `explain`. */
#include "json_verify.h"

#include <string.h>

#include "base/schema.h"
#include "json.h"
#include "reporter.h"

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *make_result(const struct report *report, int i)
{
	const struct finding *f = &report->verifier->findings[i];
	const struct field *field = report_field(f);
	int expected = report->expectations->verdict[i];
	json_auto_t *result = json_pack(
		"{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
		rules[i].id, "status", verdict_names[f->verdict], "level",
		level_names[rules[i].level], "clause", rules[i].clause, "field",
		field ? json_string(field->name) : json_null(), "offset",
		field ? json_integer(field->offset) : json_null(), "expected",
		text_or_null(f->expected), "actual", text_or_null(f->actual),
		"message", f->message[0] ? json_ascii(f->message) : json_null(),
		"hint", text_or_null(rules[i].hint));

	if (f->n && json_object_set_new(result, "snapshot",
					json_integer((json_int_t)f->n)) < 0)
		return NULL;
	if (expected >= 0 &&
	    json_object_set_new(result, "expected_status",
				json_string(verdict_names[expected])) < 0)
		return NULL;
	return json_incref(result);
}

static json_t *make_results(const struct report *report)
{
	json_auto_t *results = json_array();

	for (int i = 0; i < RULE_COUNT; i++) {
		if (!report->verifier->selected[i])
			continue;
		if (json_array_append_new(results, make_result(report, i)) < 0)
			return NULL;
	}
	return json_incref(results);
}

static json_t *make_summary(const struct report *report)
{
	const unsigned int *count = report->count;

	return json_pack(
		"{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "rules",
		(int)report->rules, "ok", (int)count[VERDICT_OK], "fail",
		(int)count[VERDICT_FAIL], "warn", (int)count[VERDICT_WARN],
		"not_applicable", (int)count[VERDICT_NOT_APPLICABLE], "skip",
		(int)count[VERDICT_SKIP], "expected", (int)report->expected);
}

json_t *json_verdicts(const struct report *report)
{
	json_auto_t *broken = json_array();

	for (int i = 0; i < RULE_COUNT; i++) {
		enum verdict verdict = report->verifier->findings[i].verdict;

		if (verdict != VERDICT_FAIL && verdict != VERDICT_WARN)
			continue;
		if (json_array_append_new(broken, make_result(report, i)) < 0)
			return NULL;
	}
	return json_pack("{s:b, s:o, s:O}", "conformant", report->conformant,
			 "summary", make_summary(report), "results", broken);
}

static int write_source(struct reporter *r, const struct source *source,
			const struct report *report, struct error *error)
{
	return json_write(
		r->stream,
		json_pack("{s:s, s:i, s:o, s:o, s:b, s:o, s:o}", "schema",
			  SCHEMA_VERIFY, "schema_version", SCHEMA_VERSION,
			  "source", json_source(source), "complete",
			  json_complete(source), "conformant",
			  report->conformant, "summary", make_summary(report),
			  "results", make_results(report)),
		error);
}

static int write_failure(struct reporter *r, const char *name,
			 const struct error *failure, struct error *error)
{
	return json_write(r->stream, json_failure("verify", name, failure),
			  error);
}

static void write_nothing(struct reporter *r)
{
	(void)r;
}

const struct report_format report_json = { write_nothing, write_source,
					   write_failure, write_nothing };

static json_t *make_needs(const struct rule *rule)
{
	json_auto_t *needs = json_array();

	for (int i = 0; i < NEED_COUNT; i++) {
		if (!(rule->needs >> i & 1))
			continue;
		if (json_array_append_new(needs, json_string(need_names[i])) <
		    0)
			return NULL;
	}
	return json_incref(needs);
}

json_t *json_rule(const struct rule *rule)
{
	const struct field *field =
		rule->row < 0 ? NULL
			      : &layouts[LAYOUT_VMCLOCK_1].fields[rule->row];

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:o}", "id",
			 rule->id, "title", rule->title, "level",
			 level_names[rule->level], "clause", rule->clause,
			 "needs", make_needs(rule), "field",
			 field ? json_string(field->name) : json_null(),
			 "breaks", rule->breaks, "why", rule->why, "hint",
			 text_or_null(rule->hint));
}
