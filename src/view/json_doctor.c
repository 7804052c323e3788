/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/printable.h"
#include "base/schema.h"
#include "doctor.h"
#include "version.h"

json_t *json_diagnoses(const struct diagnosis *list, unsigned int count)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < count; i++) {
		const struct diagnosis *d = &list[i];
		char text[4 * sizeof(d->text)], step[4 * sizeof(d->step)];

		printable(text, sizeof(text), d->text);
		printable(step, sizeof(step), d->step);
		if (json_array_append_new(
			    array, json_pack("{s:s, s:s, s:s, s:s?}", "level",
					     diagnosis_level_names[d->level],
					     "topic", d->topic, "message", text,
					     "next", *step ? step : NULL)) <
		    0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
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
