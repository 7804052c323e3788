/* SPDX-License-Identifier: BSD-2-Clause */
/* The live device in the firmware's tables: its ids, and where its page lies.
 */
#include "probe.h"
#include "rules.h"

#include <string.h>

#include "page/device_names.h"

static void add_device(struct strbuf *buffer, const struct firmware_device *d)
{
	strbuf_add(buffer, d->name);
	strbuf_add(buffer, ": ");
}

/* "acpi:HID:CID:". A device of the tree has the compatible, or was not found.
 */
static void judge_id(const struct firmware_device *d, struct finding *f)
{
	bool cid = strstr(d->id, ":" DEVICE_ACPI_CID ":");
	bool hid = strstr(d->id, ":" DEVICE_ACPI_HID ":");
	struct strbuf buffer;

	if (f->verdict == VERDICT_FAIL || !d->acpi || (cid && hid))
		return;
	expect_text(f, cid ? "the _HID " DEVICE_ACPI_HID
			   : "the _CID " DEVICE_ACPI_CID);
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	add_device(&buffer, d);
	strbuf_add(&buffer, d->id);
	say(f, cid ? VERDICT_WARN : VERDICT_FAIL,
	    cid ? "another _HID than that of the specification: Linux before 7.0 does not find the device"
		: "without the _CID drivers that look for it do not find the device");
}

CHECK(firmware_id)
{
	const struct probe_firmware *w = &s->probe->firmware;

	if (!w->visible) {
		say(f, VERDICT_SKIP,
		    "the firmware's tables cannot be seen from here");
		return;
	}
	if (!w->devices) {
		expect_text(f, "AMZNC10C, VMCLOCK or amazon,vmclock");
		actual_text(f, "none");
		say(f, VERDICT_FAIL,
		    "neither an ACPI id nor a compatible names the device");
	}
	for (unsigned int i = 0; i < w->devices && i < DEVICES_MAX; i++)
		judge_id(&w->found[i], f);
}

/* Only the device whose page this is has to reach as far as its size. */
static bool is_too_small(const struct subject *s,
			 const struct firmware_device *d, bool only)
{
	uint64_t size = only ? value_of(s, FIELD_size) : PAGE_HEADER_SIZE;

	return size && d->region_end - d->region_start < size - 1;
}

static void judge_region(const struct subject *s,
			 const struct firmware_device *d, bool only,
			 struct finding *f)
{
	struct strbuf buffer;

	if (d->region_start & 0xfff) {
		expect_text(f, "a multiple of 4096");
		say(f, VERDICT_FAIL, "the region is not 4 KiB aligned");
	} else if (is_too_small(s, d, only)) {
		expect_number(f, "at least this many bytes: ",
			      only ? value_of(s, FIELD_size)
				   : PAGE_HEADER_SIZE);
		say(f, VERDICT_FAIL,
		    only ? "the region is smaller than size"
			 : "the region does not hold the header");
	} else if (d->region_use != REGION_FREE) {
		buffer = strbuf_start(f->expected, sizeof(f->expected));
		strbuf_add(&buffer, "outside ");
		strbuf_add(&buffer, region_use_text(d->region_use));
		say(f, VERDICT_FAIL,
		    "the kernel takes the region for memory of its own");
	} else {
		return;
	}
	buffer = strbuf_start(f->actual, sizeof(f->actual));
	if (!only)
		add_device(&buffer, d);
	strbuf_hex(&buffer, d->region_start, 12);
	strbuf_add(&buffer, " to ");
	strbuf_hex(&buffer, d->region_end, 12);
}

/* Where there are several, each is judged: which of them has this page is not
 * known. */
CHECK(firmware_region)
{
	const struct probe_firmware *w = &s->probe->firmware;
	bool found = false, hidden = false;

	for (unsigned int i = 0; i < w->devices && i < DEVICES_MAX; i++) {
		const struct firmware_device *d = &w->found[i];

		hidden |= d->region == REGION_HIDDEN;
		if (d->region != REGION_FOUND || f->verdict == VERDICT_FAIL)
			continue;
		found = true;
		judge_region(s, d, w->devices == 1, f);
	}
	if (!found)
		say(f, VERDICT_SKIP,
		    hidden ? "/proc/iomem shows addresses only to root"
			   : "/proc/iomem does not name the device");
}
