/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of all members of documents and recordings. Every
 * member that view/json.c, view/json_dump.c or io/output/recorder.c writes must
 * be named here too, or the program reports parts of its own output as unknown;
 * tests/bats/later.bats finds a missing one.
 */
#include "known.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const struct known known_clock = { .names = "sec nsec" };
const struct known known_page = { .names = "length hex" };

static const struct known tool = { .names = "name version" };
static const struct known source = { .names = "kind format path n" };
static const struct known failure = { .names = "code errno message" };

static const struct known decoded = {
	.names =
		"counter_id time_type clock_status leap_second_smearing_hint leap_indicator "
		"flags flags_unknown tai_minus_utc_s tai_offset_sign period_ns frequency_hz "
		"period_esterror_ppb period_maxerror_ppb reference_utc time_available",
};

static const struct known time_told = {
	.names = "sec nsec esterror_ns maxerror_ns utc tai overflow",
	.inner = { { "earliest", &known_clock }, { "latest", &known_clock } },
};

/* The additional members of a bug report. */

static const struct known summary = {
	.names =
		"rules ok fail warn not_applicable skip expected no_leap_table",
};

static const struct known result = {
	.names =
		"id status level clause field offset expected actual message hint snapshot "
		"expected_status",
};

static const struct known verdicts = {
	.names = "conformant",
	.inner = { { "summary", &summary }, { "results", &result } },
};

static const struct known machine = {
	.names =
		"kernel architecture page_size virtual_machine hypervisor container "
		"clocksource clocksources",
};

static const struct known region = {
	.names = "first last in_system_ram inside"
};
static const struct known node = { .names = "path mode readable" };

static const struct known device = {
	.names = "firmware name id driver",
	.inner = { { "region", &region }, { "node", &node } },
};

static const struct known phc = {
	.names = "path clock_name driver kind type variant",
};

static const struct known statistics = {
	.names =
		"count minimum_ns median_ns p99_ns maximum_ns mean_ns deviation_ns "
		"overflow",
};

static const struct known compared = {
	.names = "clock kind own note failed_rounds within",
	.inner = { { "phc", &phc },
		   { "error", &failure },
		   { "statistics", &statistics } },
};

static const struct known quality = {
	.names = "error_bound_ns timescale status"
};

static const struct known status_change = { .names = "n from to" };

static const struct known measurement = {
	.names =
		"n clock offset_ns uncertainty_ns window_ns residual_ns overflow method "
		"window_by timescale fault tai_minus_utc_assumed_s bounds smear",
	.inner = { { "offset", &known_clock },
		   { "error", &failure },
		   { "quality", &quality } },
};

static const struct known comparison = {
	.names =
		"reference reference_reason tai_minus_utc_s tai_minus_utc_from "
		"kernel_tai_offset_s max_offset_ns within complete",
	.inner = { { "clocks", &compared },
		   { "measurements", &measurement },
		   { "status_changes", &status_change },
		   { "error", &failure } },
};

static const struct known observation = { .names = "path observed errno" };

static const struct known diagnosis = {
	.names = "level topic id message next",
	.inner = { { "observations", &observation } },
};

const struct known known_document = {
	/* raw has the fields of the layout: document.c looks at it. */
	.names =
		"schema schema_version layout raw counter time_reason redacted",
	.inner = { { "tool", &tool },
		   { "source", &source },
		   { "page", &known_page },
		   { "decoded", &decoded },
		   { "time", &time_told },
		   { "verdicts", &verdicts },
		   { "machine", &machine },
		   { "device", &device },
		   { "phcs", &phc },
		   { "comparison", &comparison },
		   { "doctor", &diagnosis } },
};

static const struct known recorded_machine = {
	.names = "kernel architecture clocksource",
};

const struct known known_start = {
	.names =
		"schema schema_version type scenario wake interval_ns redacted",
	.inner = { { "tool", &tool },
		   { "source", &source },
		   { "machine", &recorded_machine } },
};

const struct known known_snapshot = {
	.names =
		"type n counter counter_last wake missed unsettled_ns unsettled_look_ns realtime_window_ns",
	.inner = { { "page", &known_page },
		   { "realtime", &known_clock },
		   { "monotonic_raw", &known_clock } },
};

const struct known known_unsettled = {
	.names =
		"type n seq_count counter_last wake unsettled_ns unsettled_look_ns realtime_window_ns",
	.inner = { { "realtime", &known_clock },
		   { "monotonic_raw", &known_clock } },
};

const struct known known_end = { .names = "type counter_last summary" };

void passed_over_note(struct passed_over *passed_over, uint64_t line,
		      const char *format, ...)
{
	va_list arguments;

	if (passed_over->what[0])
		return;
	passed_over->line = line;
	va_start(arguments, format);
	vsnprintf(passed_over->what, sizeof(passed_over->what), format,
		  arguments);
	va_end(arguments);
	/* The empty string is a possible name. */
	if (!passed_over->what[0])
		strcpy(passed_over->what, "\"\"");
}

static bool is_among(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (;;) {
		size_t word = strcspn(names, " ");

		if (word == length && memcmp(names, name, word) == 0)
			return true;
		if (!names[word])
			return false;
		names += word + 1;
	}
}

static void check_member(const struct known *known, const char *name,
			 json_t *value, const char *prefix, uint64_t line,
			 struct passed_over *passed_over)
{
	char inner[sizeof(passed_over->what)];

	for (size_t i = 0; i < KNOWN_INNER_MAX && known->inner[i].name; i++) {
		if (strcmp(known->inner[i].name, name) != 0)
			continue;
		snprintf(inner, sizeof(inner), "%s%s.", prefix, name);
		known_check(known->inner[i].known, value, inner, line,
			    passed_over);
		return;
	}
	if (!is_among(known->names, name))
		passed_over_note(passed_over, line, "%s%s", prefix, name);
}

void known_check(const struct known *known, json_t *value, const char *prefix,
		 uint64_t line, struct passed_over *passed_over)
{
	const char *name;
	json_t *member;
	size_t index;

	if (passed_over->what[0])
		return;
	json_array_foreach(value, index, member)
	{
		if (json_is_object(member))
			known_check(known, member, prefix, line, passed_over);
	}
	if (!json_is_object(value))
		return;
	json_object_foreach(value, name, member)
	{
		check_member(known, name, member, prefix, line, passed_over);
	}
}
