/* SPDX-License-Identifier: BSD-2-Clause */
/* A report as JSON: the numbers that its page shows. */
#include "html_report.h"

#include "base/schema.h"
#include "io/source/document.h"
#include "json.h"
#include "json_verify.h"
#include "story.h"
#include "summary.h"
#include "version.h"

static json_t *integer_if(bool there, int64_t value)
{
	const int64_t most = (INT64_C(1) << 53) - 1;

	return there && value <= most && value >= -most ? json_integer(value)
							: json_null();
}

static json_t *number_if(bool there, double value)
{
	return there ? json_real(value) : json_null();
}

/* Returns 0, or -1 where memory runs out. */
static int append(json_t *array, json_t *value)
{
	return json_array_append_new(array, value);
}

static json_t *make_event(const struct timeline *t,
			  const struct timeline_event *e)
{
	const struct occurrence o = story_occurrence(e);
	json_auto_t *event = json_event(&o, e->number);

	if (!event || json_object_set_new(event, "after_ns",
					  integer_if(!t->numbered, e->at)) < 0)
		return NULL;
	return json_incref(event);
}

static json_t *make_events(const struct timeline *t)
{
	json_auto_t *events = json_array();

	for (unsigned int i = 0; i < t->listed; i++) {
		if (append(events, make_event(t, &t->events[i])) < 0)
			return NULL;
	}
	return json_incref(events);
}

static json_t *make_breaches(const struct timeline *t)
{
	json_auto_t *breaches = json_array();

	for (int i = 0; i < RULE_COUNT; i++) {
		const struct tally *tally = &t->tallies[i];

		if (!tally->failures && !tally->warnings)
			continue;
		if (append(breaches,
			   json_pack("{s:s, s:I, s:I, s:I, s:I}", "rule",
				     rules[i].id, "failures",
				     (json_int_t)tally->failures, "warnings",
				     (json_int_t)tally->warnings, "first",
				     (json_int_t)tally->first, "last",
				     (json_int_t)tally->last)) < 0)
			return NULL;
	}
	return json_incref(breaches);
}

static json_t *make_point(const struct point *p)
{
	return json_pack(
		"{s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "snapshot",
		(json_int_t)p->n, "after_ns", (json_int_t)p->at, "offset_ns",
		integer_if(p->has_offset, p->offset), "bound_ns",
		integer_if(p->has_bound, p->bound), "bounds",
		p->has_offset ? json_string(inside_names[p->inside])
			      : json_null(),
		"step_ns", integer_if(p->has_step, p->step), "promise_ns",
		integer_if(p->has_promise, p->promise), "frequency_ppm",
		number_if(p->has_frequency, (double)p->frequency / 1e6));
}

static json_t *make_points(const struct timeline *t)
{
	json_auto_t *points = json_array();

	for (unsigned int i = 0; !t->numbered && i < t->point_count; i++) {
		if (append(points, make_point(&t->points[i])) < 0)
			return NULL;
	}
	return json_incref(points);
}

static json_t *make_range(const struct range *r, double unit)
{
	if (!r->count)
		return json_null();
	if (unit != 0)
		return json_pack("[f, f]", (double)r->least / unit,
				 (double)r->most / unit);
	return json_pack("[o, o]", integer_if(true, r->least),
			 integer_if(true, r->most));
}

static json_t *make_columns(const struct timeline *t)
{
	json_auto_t *columns = json_array();

	for (unsigned int i = 0; i < t->columns.used; i++) {
		const struct column *c = &t->columns.column[i];

		if (append(columns,
			   json_pack(
				   "{s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:I}",
				   "after_ns", (json_int_t)i * t->columns.width,
				   "offset_ns",
				   make_range(&c->of[QUANTITY_OFFSET], 0),
				   "bound_ns",
				   make_range(&c->of[QUANTITY_BOUND], 0),
				   "step_ns",
				   make_range(&c->of[QUANTITY_STEP], 0),
				   "promise_ns",
				   make_range(&c->of[QUANTITY_PROMISE], 0),
				   "frequency_ppm",
				   make_range(&c->of[QUANTITY_FREQUENCY], 1e6),
				   "outside", (json_int_t)c->outside, "broken",
				   (json_int_t)c->broken)) < 0)
			return NULL;
	}
	return json_incref(columns);
}

static json_t *make_curves(const struct timeline *t)
{
	return json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}",
		"inside", (json_int_t)t->inside, "outside",
		(json_int_t)t->outside, "unclear", (json_int_t)t->unclear,
		"without_bounds", (json_int_t)t->unbounded, "steps",
		(json_int_t)t->steps, "steps_outside", (json_int_t)t->broken,
		"steps_across", (json_int_t)t->across, "frequency_hz",
		number_if(t->frequency > 0, t->frequency), "points",
		t->many ? json_null() : make_points(t), "column_ns",
		integer_if(t->many, t->columns.width), "columns",
		t->many ? make_columns(t) : json_null());
}

/* Null where all of it is drawn. */
static json_t *make_part(const struct story *s)
{
	const struct timeline *t = s->timeline;

	if (!story_is_part(s))
		return json_null();
	return json_pack("{s:s?, s:s?, s:I, s:I}", "begin", s->begin, "end",
			 s->end, "first", (json_int_t)t->first_n, "last",
			 (json_int_t)t->last_n);
}

static json_t *make_story(const struct story *s)
{
	const struct timeline *t = s->timeline;
	json_auto_t *rest = NULL;
	json_auto_t *object =
		json_pack("{s:o}", "source", json_source(s->source));
	char sentence[STORY_MAX];

	story_sentence(s, sentence);
	rest = json_pack("{s:o, s:o, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:o}",
			 "part", make_part(s), "complete",
			 s->source->format == FORMAT_RECORDING
				 ? json_boolean(!s->cut)
				 : json_null(),
			 "sentence", sentence, "summary",
			 json_summary(&t->summary), "largest_step_ns",
			 integer_if(t->has_jump && t->jump <= INT64_MAX &&
					    t->jump >= -INT64_MAX,
				    (int64_t)t->jump),
			 "event_count", (json_int_t)t->told_count, "events",
			 make_events(t), "verdicts", json_verdicts(s->report),
			 "broken", make_breaches(t), "curves", make_curves(t));
	if (!object || !rest || json_object_update(object, rest) < 0)
		return NULL;
	return json_incref(object);
}

json_t *json_report(const struct story *stories, size_t count)
{
	json_auto_t *reports = json_array();

	for (size_t i = 0; i < count; i++) {
		if (append(reports, make_story(&stories[i])) < 0)
			return NULL;
	}
	return json_pack("{s:s, s:i, s:{s:s, s:s}, s:O}", "schema",
			 SCHEMA_REPORT, "schema_version", SCHEMA_VERSION,
			 "tool", "name", "vmclockctl", "version",
			 VMCLOCKCTL_VERSION, "reports", reports);
}
