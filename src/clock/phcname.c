/* SPDX-License-Identifier: BSD-2-Clause */
/* The spellings of clock_name that the drivers use. */
#include "phcname.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/number.h"
#include "page/device_names.h"

const struct phc_kind_text phc_kinds[PHC_KIND_COUNT] = {
	[PHC_VMCLOCK] = { "vmclock", "the VMClock driver's", DRIVER_NAME },
	[PHC_VIRTIO_RTC] = { "virtio-rtc", "a virtio RTC device's",
			     "virtio_rtc" },
	[PHC_KVM] = { "kvm", "KVM's, the host's CLOCK_REALTIME", NULL },
	[PHC_HYPERV] = { "hyperv", "Hyper-V's", NULL },
	[PHC_ENA] = { "ena", "an Amazon ENA network card's", "ena" },
	[PHC_VMW] = { "vmw", "VMware's", NULL },
	[PHC_VIRTUAL] = { "virtual", "a virtual clock on another PHC", NULL },
	[PHC_MOCK] = { "mock", "the kernel's mock-up, for tests", NULL },
	[PHC_OTHER] = { "other", "of a kind not known here", NULL },
};

/* virtio_rtc's types and variants, as the virtio specification numbers them. */
static const char *const types[] = { "utc", "tai", "monotonic", "utc-smeared",
				     "utc-maybe-smeared" };
static const char *const variants[] = { "unspecified", "noon-linear",
					"utc-sls" };

const char *virtio_type_name(unsigned int type)
{
	return type < sizeof(types) / sizeof(*types) ? types[type] : "unknown";
}

const char *virtio_variant_name(unsigned int variant)
{
	return variant < sizeof(variants) / sizeof(*variants)
		       ? variants[variant]
		       : "unknown";
}

static bool skip_word(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0)
		return false;
	*text += length;
	return true;
}

/* A number of at most 16 bits, as in virtio_rtc. */
static bool take_number(const char **text, unsigned int *value)
{
	uint64_t number;

	if (number_take(text, NULL, 10, &number) || number > UINT16_MAX)
		return false;
	*value = (unsigned int)number;
	return true;
}

/* "type T/variant V" in mainline, "type T, variant V" in the series. */
static bool parse_virtio(const char *text, struct phc_name *name)
{
	return skip_word(&text, "Virtio PTP type ") &&
	       take_number(&text, &name->type) &&
	       (skip_word(&text, "/variant ") ||
		skip_word(&text, ", variant ")) &&
	       take_number(&text, &name->variant) && !*text;
}

/* A word, a number and a word. */
static bool is_numbered(const char *text, const char *before, const char *after)
{
	unsigned int ignored;

	return skip_word(&text, before) && take_number(&text, &ignored) &&
	       strcmp(text, after) == 0;
}

struct phc_name phc_name_parse(const char *clock_name)
{
	static const struct {
		const char *name;
		enum phc_kind kind;
	} names[] = {
		{ "KVM virtual PTP", PHC_KVM },
		{ "hyperv", PHC_HYPERV },
		{ "ptp_vmw", PHC_VMW },
		{ "Mock-up PTP clock", PHC_MOCK },
	};
	struct phc_name name = { .kind = PHC_VIRTIO_RTC };

	if (parse_virtio(clock_name, &name))
		return name;
	name = (struct phc_name){ .kind = PHC_OTHER };
	if (is_numbered(clock_name, DEVICE_NODE, ""))
		name.kind = PHC_VMCLOCK;
	else if (is_numbered(clock_name, "ptp", "_virt"))
		name.kind = PHC_VIRTUAL;
	else if (strncmp(clock_name, "ena-ptp-", 8) == 0)
		name.kind = PHC_ENA;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(clock_name, names[i].name) == 0)
			name.kind = names[i].kind;
	}
	return name;
}

struct phc_name phc_identify(const char *clock_name, const char *driver)
{
	struct phc_name name = phc_name_parse(clock_name);
	const char *own = phc_kinds[name.kind].driver;

	if (!*driver || (own && strcmp(own, driver) == 0))
		return name;
	if (own)
		name = (struct phc_name){ .kind = PHC_OTHER };
	/* A virtio clock's type is in its name alone. */
	if (name.kind == PHC_OTHER &&
	    strcmp(driver, phc_kinds[PHC_ENA].driver) == 0)
		name.kind = PHC_ENA;
	return name;
}
