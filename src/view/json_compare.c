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

static json_t *make_failure(const struct compared *compared, int errnum)
{
	const char *hint;
	const char *text =
		ptp_errno_text(compared->phc.kind.kind, errnum, &hint);

	return json_pack("{s:i, s:s}", "errno", errnum, "message", text);
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
	if (m->errnum) {
		if (json_object_set_new(
			    object, "error",
			    make_failure(&comparing->clocks[m->clock],
					 m->errnum)) == 0)
			return json_incref(object);
	} else if (json_object_set_new(object, "offset", make_time(o->nsec)) ==
			   0 &&
		   set_signed(object, "offset_ns", o->nsec) == 0 &&
		   set_signed(object, "uncertainty_ns",
			      (int128)o->uncertainty_nsec) == 0 &&
		   set_signed(object, "window_ns", (int128)o->window_nsec) ==
			   0 &&
		   set_signed(object, "residual_ns", o->residual_nsec) == 0 &&
		   json_object_update_missing_new(
			   object,
			   json_pack(
				   "{s:s, s:s, s:s?, s:o, s:s, s:s?}", "method",
				   read_method_names[m->method], "timescale",
				   scale->name, "fault", scale->fault,
				   "tai_minus_utc_assumed_s",
				   o->tai_minus_utc.from == TAI_PAGE
					   ? json_null()
					   : json_integer(o->tai_minus_utc.sec),
				   "bounds", inside_names[o->inside], "smear",
				   o->smear ? smear_names[o->smear] : NULL)) ==
			   0) {
		return json_incref(object);
	}
	return NULL;
}

static json_t *make_statistics(const struct compared *compared)
{
	struct statistics s;
	json_auto_t *object = NULL;

	if (!compared->count)
		return json_null();
	statistics_make(compared->values, compared->count, &s);
	object = json_pack("{s:I}", "count", (json_int_t)compared->count);
	if (object && set_signed(object, "minimum_ns", s.minimum) == 0 &&
	    set_signed(object, "median_ns", s.median) == 0 &&
	    set_signed(object, "p99_ns", s.p99) == 0 &&
	    set_signed(object, "maximum_ns", s.maximum) == 0)
		return json_incref(object);
	return NULL;
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
		"{s:s, s:s, s:b, s:o, s:o, s:o, s:o}", "clock", compared->name,
		"kind", compared_kind_names[compared->kind], "own",
		compared->own, "phc",
		phc ? json_phc(&compared->phc) : json_null(), "error",
		compared->open ? json_null()
			       : json_pack("{s:i, s:o}", "errno",
					   compared->error.errnum, "message",
					   json_ascii(compared->error.message)),
		"note", json_ascii(note), "statistics",
		make_statistics(compared));
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

json_t *json_compare(const struct comparing *comparing, json_t *measurements)
{
	return json_pack(
		"{s:s, s:i, s:{s:s, s:s}, s:o, s:o, s:i, s:o, s:o, s:o, s:o}",
		"schema", SCHEMA_COMPARE, "schema_version", SCHEMA_VERSION,
		"tool", "name", "vmclockctl", "version", VMCLOCKCTL_VERSION,
		"source", json_source(comparing->source), "decoded",
		json_decoded(&comparing->reading), "kernel_tai_offset_s",
		comparing->kernel_tai, "max_offset_ns",
		comparing->max_offset ? json_integer(comparing->max_offset)
				      : json_null(),
		"within",
		comparing->max_offset ? json_boolean(comparing->within)
				      : json_null(),
		"clocks", make_clocks(comparing), "measurements", measurements);
}
