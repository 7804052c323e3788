/* SPDX-License-Identifier: BSD-2-Clause */
/* The words for the quality of a PHC. */
#include "quality.h"

#include <string.h>

#include "base/strbuf.h"

static const char *const statuses[QUALITY_STATUS_COUNT] = {
	[QUALITY_UNKNOWN] = "unknown",
	[QUALITY_INITIALIZING] = "initializing",
	[QUALITY_SYNCHRONIZED] = "synchronized",
	[QUALITY_HOLDOVER] = "holdover",
	[QUALITY_FREE_RUNNING] = "free-running",
	[QUALITY_UNRELIABLE] = "unreliable",
};

static const char *const timescales[QUALITY_SCALE_COUNT] = {
	[QUALITY_SCALE_UNKNOWN] = "unknown",
	[QUALITY_SCALE_TAI] = "tai",
	[QUALITY_SCALE_TT] = "tt",
	[QUALITY_SCALE_GPS] = "gps",
	[QUALITY_SCALE_UTC] = "utc",
	[QUALITY_SCALE_POSIX] = "posix",
	[QUALITY_SCALE_MONOTONIC] = "monotonic",
	[QUALITY_SCALE_MONOTONIC_RAW] = "monotonic-raw",
	[QUALITY_SCALE_BOOTTIME] = "boottime",
	[QUALITY_SCALE_PROPRIETARY] = "proprietary",
};

static void write_name(const char *const *names, uint32_t count, uint32_t value,
		       char name[static QUALITY_NAME_MAX])
{
	struct strbuf buffer = strbuf_start(name, QUALITY_NAME_MAX);

	if (value < count) {
		strbuf_add(&buffer, names[value]);
		return;
	}
	strbuf_add(&buffer, "unknown(");
	strbuf_decimal(&buffer, value);
	strbuf_add(&buffer, ")");
}

void quality_status_name(uint32_t status, char name[static QUALITY_NAME_MAX])
{
	write_name(statuses, QUALITY_STATUS_COUNT, status, name);
}

void quality_timescale_name(uint32_t timescale,
			    char name[static QUALITY_NAME_MAX])
{
	write_name(timescales, QUALITY_SCALE_COUNT, timescale, name);
}
