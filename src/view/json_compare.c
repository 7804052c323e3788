/* SPDX-License-Identifier: BSD-2-Clause */
/* The document of compare. */
#include <inttypes.h>
#include <stdio.h>

#include "io/source/document.h"
#include "base/schema.h"
#include "compare.h"
#include "json.h"
#include "version.h"

const char *const compared_kind_names[COMPARED_KIND_COUNT] = {
	[COMPARED_PHC] = "phc",
	[COMPARED_REALTIME] = "realtime",
	[COMPARED_TAI] = "tai",
};

const char *const compare_reference_names[2] = { "page", "clock-realtime" };

/* Set key to an integer, or to null with "overflow" beside it. */
static int set_signed(json_t *object, const char *key, int128 value)
{
	const int128 most = (INT64_C(1) << 53) - 1;

	if (value >= -most && value <= most)
		return json_object_set_new(object, key,
					   json_integer((json_int_t)value));
	if (json_object_set_new(object, "overflow", json_true()) < 0)
		return -1;
	return json_object_set_new(object, key, json_null());
}

/* Seconds rounded down, and nanoseconds. */
static json_t *make_time(int128 nsec)
{
	struct timestamp stamp = timestamp_from_nsec(nsec);
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, stamp.sec);
	return json_pack("{s:s, s:I}", "sec", text, "nsec",
			 (json_int_t)stamp.nsec);
}

static json_t *make_failure(const struct comparing *comparing,
			    const struct measurement *m)
{
	return json_pack("{s:i, s:o}", "errno", m->errnum, "message",
			 json_ascii(measurement_failure(comparing, m)));
}

/* What the kernel says of the clock; null: it has no such request. */
static json_t *make_quality(const struct quality *quality)
{
	char status[QUALITY_NAME_MAX], timescale[QUALITY_NAME_MAX];
	bool bound =
		quality->has_bound && quality->bound_nsec != QUALITY_NO_BOUND;

	if (!quality->given)
		return json_null();
	quality_status_name(quality->status, status);
	quality_timescale_name(quality->timescale, timescale);
	return json_pack("{s:o, s:s?, s:s?}", "error_bound_ns",
			 bound ? json_integer(quality->bound_nsec)
			       : json_null(),
			 "timescale", quality->has_timescale ? timescale : NULL,
			 "status", quality->has_status ? status : NULL);
}

static int set_offset(json_t *object, const struct measurement *m)
{
	const struct offset *o = &m->offset;
	int result = json_object_set_new(object, "offset", make_time(o->nsec));

	result |= set_signed(object, "offset_ns", o->nsec);
	result |= m->no_window ? json_object_set_new(object, "uncertainty_ns",
						     json_null())
			       : set_signed(object, "uncertainty_ns",
					    (int128)o->uncertainty_nsec);
	result |= m->no_window ? json_object_set_new(object, "window_ns",
						     json_null())
			       : set_signed(object, "window_ns",
					    (int128)o->window_nsec);
	return result | set_signed(object, "residual_ns", o->residual_nsec);
}

json_t *json_measurement(const struct comparing *comparing,
			 const struct measurement *m)
{
	const struct offset *o = &m->offset;
	const struct scale_text *scale = &scale_texts[o->scale];
	json_auto_t *object =
		json_pack("{s:I, s:s}", "n", (json_int_t)m->n, "clock",
			  comparing->clocks[m->clock].name);

	if (!object)
		return NULL;
	if (m->failed) {
		if (json_object_set_new(object, "error",
					make_failure(comparing, m)) == 0)
			return json_incref(object);
	} else if (
		set_offset(object, m) == 0 &&
		json_object_update_missing_new(
			object,
			json_pack("{s:s, s:s?, s:s, s:s?, s:o, s:s, s:s?, s:o}",
				  "method", read_method_names[m->method],
				  "window_by",
				  m->no_window ? NULL
					       : window_by_names[m->window_by],
				  "timescale", scale->name, "fault",
				  scale->fault, "tai_minus_utc_assumed_s",
				  o->tai_minus_utc.from == TAI_PAGE
					  ? json_null()
					  : json_integer(o->tai_minus_utc.sec),
				  "bounds", inside_names[o->inside], "smear",
				  o->smear ? smear_names[o->smear] : NULL,
				  "quality", make_quality(&m->quality))) == 0) {
		return json_incref(object);
	}
	return NULL;
}

json_t *json_status_change(const struct status_change *change)
{
	return json_pack("{s:I, s:s?, s:s?}", "n", (json_int_t)change->n,
			 "from", *change->from ? change->from : NULL, "to",
			 *change->to ? change->to : NULL);
}

/* Set the median and the 99th percentile, null where not all the offsets were
 * kept. */
static int set_ranks(json_t *object, const struct compared *compared)
{
	struct statistics s;

	if (compared->count < compared->series.count)
		return json_object_set_new(object, "median_ns", json_null()) |
		       json_object_set_new(object, "p99_ns", json_null());
	statistics_make(compared->values, compared->count, &s);
	return set_signed(object, "median_ns", s.median) |
	       set_signed(object, "p99_ns", s.p99);
}

static json_t *make_statistics(const struct compared *compared)
{
	const struct series *series = &compared->series;
	json_auto_t *object = NULL;
	uint128 deviation;
	int128 mean;
	int result;

	if (!series->count)
		return json_null();
	object = json_pack("{s:I}", "count", (json_int_t)series->count);
	result = set_signed(object, "minimum_ns", series->minimum) |
		 set_ranks(object, compared) |
		 set_signed(object, "maximum_ns", series->maximum);
	result |= series_mean(series, &mean)
			  ? set_signed(object, "mean_ns", mean)
			  : json_object_set_new(object, "mean_ns", json_null());
	result |=
		series_deviation(series, &deviation)
			? set_signed(object, "deviation_ns", (int128)deviation)
			: json_object_set_new(object, "deviation_ns",
					      json_null());
	return object && !result ? json_incref(object) : NULL;
}

json_t *json_phc(const struct phc *phc)
{
	bool virtio = phc->kind.kind == PHC_VIRTIO_RTC;

	return json_pack(
		"{s:o, s:s, s:s?, s:s, s:s?, s:s?}", "path",
		document_name(phc->path), "clock_name", phc->name, "driver",
		*phc->driver ? phc->driver : NULL, "kind",
		phc_kinds[phc->kind.kind].name, "type",
		virtio ? virtio_type_name(phc->kind.type) : NULL, "variant",
		virtio ? virtio_variant_name(phc->kind.variant) : NULL);
}

static json_t *make_clock(const struct comparing *comparing,
			  const struct compared *compared)
{
	bool phc = compared->kind == COMPARED_PHC;
	char note[COMPARED_NOTE_MAX];

	compared_note(comparing, compared, note);
	return json_pack(
		"{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:I, s:o}", "clock",
		compared->name, "kind", compared_kind_names[compared->kind],
		"own", compared->own, "phc",
		phc ? json_phc(&compared->phc) : json_null(), "error",
		compared->open ? json_null()
			       : json_pack("{s:i, s:o}", "errno",
					   compared->error.errnum, "message",
					   json_ascii(compared->error.message)),
		"note", json_ascii(note), "statistics",
		make_statistics(compared), "failed_rounds",
		(json_int_t)compared->failed, "within",
		comparing->max_offset && compared->series.count
			? json_boolean(!compared->over)
			: json_null());
}

static json_t *make_clocks(const struct comparing *comparing)
{
	json_auto_t *array = json_array();

	for (unsigned int i = 0; i < comparing->count; i++) {
		if (json_array_append_new(
			    array,
			    make_clock(comparing, &comparing->clocks[i])) < 0)
			return NULL;
	}
	return json_incref(array);
}

json_t *json_compare(const struct comparing *comparing, json_t *measurements,
		     json_t *status_changes)
{
	const struct tai_minus_utc *tai = &comparing->tai_minus_utc;
	bool page = comparing->reading.page.layout;

	return json_pack(
		"{s:s, s:i, s:{s:s, s:s}, s:o, s:o, s:s, s:s?, s:o, s:s?, s:i, s:o, "
		"s:o, s:o, s:o, s:o, s:o}",
		"schema", SCHEMA_COMPARE, "schema_version", SCHEMA_VERSION,
		"tool", "name", "vmclockctl", "version", VMCLOCKCTL_VERSION,
		"source", json_source(comparing->source), "decoded",
		page ? json_decoded(&comparing->reading) : json_null(),
		"reference",
		compare_reference_names[comparing->no_clock != NULL],
		"reference_reason", comparing->no_clock, "tai_minus_utc_s",
		comparing->measured ? json_integer(tai->sec) : json_null(),
		"tai_minus_utc_from",
		comparing->measured ? tai_origin_names[tai->from] : NULL,
		"kernel_tai_offset_s", comparing->kernel_tai, "max_offset_ns",
		comparing->max_offset ? json_integer(comparing->max_offset)
				      : json_null(),
		"within",
		comparing->max_offset ? json_boolean(comparing->within)
				      : json_null(),
		"clocks", make_clocks(comparing), "measurements", measurements,
		"status_changes", status_changes, "complete",
		comparing->recording ? json_boolean(!comparing->cut)
				     : json_null());
}
