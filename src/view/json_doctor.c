/* SPDX-License-Identifier: BSD-2-Clause */
/* The document of doctor. */
#include "base/schema.h"
#include "doctor.h"
#include "json.h"
#include "version.h"

/* What the line rests on. */
static json_t *json_observations(const struct diagnosis *d,
				 const struct observations *observations)
{
	json_auto_t *array = json_array();

	for (size_t i = 0; i < observations->count; i++) {
		const struct observation *row = &observations->rows[i];

		if (!(d->seen & SEEN(row->area)))
			continue;
		if (json_array_append_new(
			    array,
			    json_pack("{s:o, s:s, s:o}", "path",
				      json_ascii(row->path), "observed",
				      observed_words[row->observed], "errno",
				      row->errnum ? json_integer(row->errnum)
						  : json_null())) < 0)
			return NULL;
	}
	return json_incref(array);
}

static json_t *json_diagnosis(const struct diagnosis *d,
			      const struct observations *observations)
{
	json_auto_t *line =
		json_pack("{s:s, s:s, s:s, s:o, s:o}", "level",
			  diagnosis_level_names[d->level], "topic", d->topic,
			  "id", d->id, "message", json_ascii(d->text), "next",
			  *d->step ? json_ascii(d->step) : json_null());

	if (observations &&
	    json_object_set_new(line, "observations",
				json_observations(d, observations)) < 0)
		return NULL;
	return json_incref(line);
}

json_t *json_diagnoses(const struct diagnosis *list, unsigned int count,
		       const struct observations *observations)
{
	json_auto_t *array = json_array();

	for (unsigned int i = 0; i < count; i++) {
		if (json_array_append_new(
			    array, json_diagnosis(&list[i], observations)) < 0)
			return NULL;
	}
	return json_incref(array);
}

json_t *json_doctor(const struct diagnosis *list, unsigned int count,
		    const struct observations *observations)
{
	int levels[DIAGNOSIS_LEVEL_COUNT] = { 0 };

	for (unsigned int i = 0; i < count; i++)
		levels[list[i].level]++;
	return json_pack(
		"{s:s, s:i, s:{s:s, s:s}, s:{s:i, s:i, s:i, s:i}, s:o}",
		"schema", SCHEMA_DOCTOR, "schema_version", SCHEMA_VERSION,
		"tool", "name", "vmclockctl", "version", VMCLOCKCTL_VERSION,
		"summary", "ok", levels[DIAGNOSIS_OK], "note",
		levels[DIAGNOSIS_NOTE], "problem", levels[DIAGNOSIS_PROBLEM],
		"unknown", levels[DIAGNOSIS_UNKNOWN], "results",
		json_diagnoses(list, count, observations));
}
