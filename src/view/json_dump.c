/* SPDX-License-Identifier: BSD-2-Clause */
/* The document of dump: that of show, and the machine around the page. */
#include "json_dump.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/source/document.h"
#include "base/cleanup.h"
#include "base/schema.h"
#include "compare.h"
#include "doctor.h"
#include "json_verify.h"
#include "json.h"

const char *const firmware_names[FIRMWARE_COUNT] = {
	[FIRMWARE_NONE] = "none",
	[FIRMWARE_ACPI] = "acpi",
	[FIRMWARE_DEVICE_TREE] = "device-tree",
};

const char *const driver_names[DRIVER_STATE_COUNT] = {
	[DRIVER_UNKNOWN] = "not-running",   [DRIVER_ABSENT] = "absent",
	[DRIVER_NOT_LOADED] = "not-loaded", [DRIVER_NOT_BOUND] = "not-bound",
	[DRIVER_BOUND] = "bound",
};

/* NULL, which json_pack's s? makes null, for what is not known. */
static const char *if_known(const char *text)
{
	return *text ? text : NULL;
}

static json_t *make_host(const struct host *host)
{
	return json_pack(
		"{s:s?, s:s?, s:o, s:b, s:s?, s:b, s:s?, s:s?}", "kernel",
		if_known(host->release), "architecture",
		if_known(host->architecture), "page_size",
		host->page_size ? json_integer((json_int_t)host->page_size)
				: json_null(),
		"virtual_machine", host->virtual_machine, "hypervisor",
		if_known(host->hypervisor), "container", host->container,
		"clocksource", if_known(host->clocksource), "clocksources",
		if_known(host->clocksources));
}

static json_t *make_region(const struct host *host)
{
	const struct firmware_device *device = &host->found[0];
	char start[24], end[24];

	if (device->region != REGION_FOUND)
		return json_null();
	snprintf(start, sizeof(start), "0x%016" PRIx64, device->region_start);
	snprintf(end, sizeof(end), "0x%016" PRIx64, device->region_end);
	return json_pack("{s:s, s:s, s:b, s:s?}", "first", start, "last", end,
			 "in_system_ram",
			 device->region_use == REGION_SYSTEM_RAM, "inside",
			 if_known(region_use_text(device->region_use)));
}

static json_t *make_node(const struct host *host)
{
	char mode[8];

	if (!host->nodes)
		return json_null();
	snprintf(mode, sizeof(mode), "%04o", host->node_look.mode & 07777);
	return json_pack("{s:o, s:s, s:b}", "path", document_name(host->node),
			 "mode", mode, "readable", host->node_readable);
}

static json_t *make_device(const struct host *host)
{
	return json_pack("{s:s, s:s?, s:s?, s:o, s:s, s:o}", "firmware",
			 firmware_names[host->firmware], "name",
			 if_known(host->found[0].name), "id",
			 if_known(host->found[0].id), "region",
			 make_region(host), "driver",
			 driver_names[host->driver], "node", make_node(host));
}

static json_t *make_phcs(const struct host *host)
{
	json_auto_t *array = json_array();

	for (int i = 0; i < host->phc_count; i++) {
		if (json_array_append_new(array, json_phc(&host->phcs[i])) < 0)
			return NULL;
	}
	return json_incref(array);
}

static json_t *make_doctor(const struct host *host)
{
	struct diagnosis list[DIAGNOSES_MAX];

	return json_diagnoses(list, doctor_diagnose(host, list), NULL);
}

/* Of the document of compare, the members that this document lacks. */
static json_t *trim_comparison(json_t *comparison)
{
	static const char *const twice[] = { "schema", "schema_version", "tool",
					     "source", "decoded" };

	if (!comparison)
		return json_null();
	for (size_t i = 0; i < sizeof(twice) / sizeof(*twice); i++)
		json_object_del(comparison, twice[i]);
	return comparison;
}

json_t *json_dump(const struct source *source, const struct reading *reading,
		  const struct report *report, const struct host *host,
		  json_t *comparison, bool redacted)
{
	json_auto_t *dump = json_show(source, reading);
	json_auto_t *more =
		json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
			  SCHEMA_DUMP, "redacted", redacted, "verdicts",
			  json_verdicts(report), "machine",
			  host ? make_host(host) : json_null(), "device",
			  host ? make_device(host) : json_null(), "phcs",
			  host ? make_phcs(host) : json_null(), "comparison",
			  trim_comparison(comparison), "doctor",
			  host ? make_doctor(host) : json_null());

	if (dump && more && json_object_update(dump, more) == 0)
		return json_incref(dump);
	return NULL;
}

static int scrub_string(json_t *value, const struct scrub *scrub)
{
	cleanup_free char *text = scrub_text(scrub, json_string_value(value));

	return text ? json_string_set(value, text) : -1;
}

int json_scrub(json_t *value, const struct scrub *scrub)
{
	const char *key;
	json_t *member;
	size_t index;

	if (json_is_string(value))
		return scrub_string(value, scrub);
	json_array_foreach(value, index, member)
	{
		if (json_scrub(member, scrub))
			return -1;
	}
	if (!json_is_object(value))
		return 0;
	json_object_foreach(value, key, member)
	{
		if (json_scrub(member, scrub))
			return -1;
	}
	return 0;
}
