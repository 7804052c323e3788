/* SPDX-License-Identifier: BSD-2-Clause */
/* The document of `dump`: the bug report. */
#ifndef VMCLOCKCTL_VIEW_JSON_DUMP_H
#define VMCLOCKCTL_VIEW_JSON_DUMP_H

#include <jansson.h>

#include "base/scrub.h"
#include "doctor/doctor.h"
#include "io/source/source.h"
#include "clock/reading.h"
#include "rules/report.h"

/* In JSON: "acpi", "not-bound", ... */
extern const char *const firmware_names[FIRMWARE_COUNT];
extern const char *const driver_names[DRIVER_STATE_COUNT];

/* host NULL: the page is not of this machine, which is then left out. Takes
 * over `comparison`; NULL: none was made. */
json_t *json_dump(const struct source *source, const struct reading *reading,
		  const struct report *report, const struct host *host,
		  json_t *comparison, bool redacted);

/* Apply scrub_text() to all strings of a document; NULL is left alone. Returns
 * 0, or -1 where memory runs out. */
int json_scrub(json_t *value, const struct scrub *scrub);

#endif
