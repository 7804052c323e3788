/* SPDX-License-Identifier: BSD-2-Clause */
/* The document of doctor. */
#include "base/schema.h"
#include "doctor.h"
#include "json.h"
#include "version.h"

json_t *json_diagnoses(const struct diagnosis *list, unsigned int count)
{
	json_auto_t *array = json_array();

	for (unsigned int i = 0; i < count; i++) {
		const struct diagnosis *d = &list[i];
		if (json_array_append_new(
			    array, json_pack("{s:s, s:s, s:o, s:o}", "level",
					     diagnosis_level_names[d->level],
					     "topic", d->topic, "message",
					     json_ascii(d->text), "next",
					     *d->step ? json_ascii(d->step)
						      : json_null())) < 0)
			return NULL;
	}
	return json_incref(array);
}

json_t *json_doctor(const struct diagnosis *list, unsigned int count)
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
		json_diagnoses(list, count));
}
