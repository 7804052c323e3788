/* SPDX-License-Identifier: BSD-2-Clause */
/* The document of `verify`, and the rules in those of `list` and `explain`. */
#include "json_verify.h"

#include <string.h>

#include "base/schema.h"
#include "io/source/document.h"
#include "json.h"
#include "reporter.h"

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

/* `judged`: what the snapshots are of; NULL: it does not matter. */
static json_t *make_result(const struct judged *judged,
			   const struct report *report, int i)
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

	const struct source *page = judged ? report_page(judged, f) : NULL;

	if (page &&
	    json_object_set_new(result, "path", document_name(page->path)) < 0)
		return NULL;
	if (f->n && json_object_set_new(result, "snapshot",
					json_integer((json_int_t)f->n)) < 0)
		return NULL;
	if (expected >= 0 &&
	    json_object_set_new(result, "expected_status",
				json_string(verdict_names[expected])) < 0)
		return NULL;
	return json_incref(result);
}

static json_t *make_results(const struct judged *judged,
			    const struct report *report)
{
	json_auto_t *results = json_array();

	for (int i = 0; i < RULE_COUNT; i++) {
		if (!report->verifier->selected[i])
			continue;
		if (json_array_append_new(results,
					  make_result(judged, report, i)) < 0)
			return NULL;
	}
	return json_incref(results);
}

/* The rules that were skipped for want of a leap-second table. */
static json_t *make_lacking_table(const struct report *report)
{
	json_auto_t *ids = json_array();

	for (int i = 0; i < RULE_COUNT; i++) {
		if (report_lacks_table(report, i) &&
		    json_array_append_new(ids, json_string(rules[i].id)) < 0)
			return NULL;
	}
	return json_incref(ids);
}

static json_t *make_summary(const struct report *report)
{
	const unsigned int *count = report->count;

	return json_pack(
		"{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o}", "rules",
		(int)report->rules, "ok", (int)count[VERDICT_OK], "fail",
		(int)count[VERDICT_FAIL], "warn", (int)count[VERDICT_WARN],
		"not_applicable", (int)count[VERDICT_NOT_APPLICABLE], "skip",
		(int)count[VERDICT_SKIP], "expected", (int)report->expected,
		"no_leap_table", make_lacking_table(report));
}

/* null: nothing was judged. */
static json_t *make_conformant(const struct report *report)
{
	if (report->conclusion == CONCLUSION_NOT_JUDGED)
		return json_null();
	return json_boolean(report->conclusion == CONCLUSION_CONFORMANT);
}

json_t *json_verdicts(const struct report *report)
{
	json_auto_t *broken = json_array();

	for (int i = 0; i < RULE_COUNT; i++) {
		enum verdict verdict = report->verifier->findings[i].verdict;

		if (verdict != VERDICT_FAIL && verdict != VERDICT_WARN)
			continue;
		if (json_array_append_new(broken,
					  make_result(NULL, report, i)) < 0)
			return NULL;
	}
	return json_pack("{s:o, s:o, s:O}", "conformant",
			 make_conformant(report), "summary",
			 make_summary(report), "results", broken);
}

/* "source", or of pages that were judged together "sources". Returns 0, or -1
 * where memory runs out. */
static int set_sources(json_t *document, const struct judged *judged)
{
	json_auto_t *sources = NULL;

	if (!judged->together)
		return json_object_set_new(document, "source",
					   json_source(judged->sources));
	sources = json_array();
	for (size_t i = 0; i < judged->count; i++) {
		if (json_array_append_new(sources,
					  json_source(&judged->sources[i])) < 0)
			return -1;
	}
	if (json_object_set(document, "sources", sources) < 0 ||
	    json_object_set_new(document, "together",
				json_string(judged->together)) < 0)
		return -1;
	if (!judged->before)
		return 0;
	return json_object_set_new(document, "before",
				   json_source(judged->before));
}

static json_t *make_document(const struct judged *judged,
			     const struct report *report)
{
	json_auto_t *document = json_pack("{s:s, s:i}", "schema", SCHEMA_VERIFY,
					  "schema_version", SCHEMA_VERSION);
	json_auto_t *rest = NULL;
	char reason[REASON_MAX] = "";

	if (report->conclusion == CONCLUSION_NOT_JUDGED)
		report_reason(report, reason);
	if (!document || set_sources(document, judged) < 0)
		return NULL;
	rest = json_pack(
		"{s:o, s:o, s:o, s:o, s:o}", "complete",
		judged->together ? json_null() : json_complete(judged->sources),
		"conformant", make_conformant(report), "reason",
		*reason ? json_ascii(reason) : json_null(), "summary",
		make_summary(report), "results", make_results(judged, report));
	if (!rest || json_object_update(document, rest) < 0)
		return NULL;
	return json_incref(document);
}

static int write_source(struct reporter *r, const struct judged *judged,
			const struct report *report, struct error *error)
{
	return json_write(r->stream, make_document(judged, report), error);
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
