/* SPDX-License-Identifier: BSD-2-Clause */
/* The kind of a PHC, by its driver's clock_name. */
#ifndef VMCLOCKCTL_CLOCK_PHCNAME_H
#define VMCLOCKCTL_CLOCK_PHCNAME_H

#include <stdbool.h>

enum phc_kind {
	PHC_VMCLOCK,
	PHC_VIRTIO_RTC,
	PHC_KVM,
	PHC_HYPERV,
	PHC_ENA,
	PHC_VMW,
	PHC_VIRTUAL, /* a virtual clock on top of another PHC */
	PHC_MOCK,
	PHC_OTHER,
	PHC_KIND_COUNT,
};

struct phc_kind_text {
	const char *name; /* in JSON */
	const char *help;
	const char *driver; /* of the parent device; NULL: none, or many */
};

extern const struct phc_kind_text phc_kinds[PHC_KIND_COUNT];

struct phc_name {
	enum phc_kind kind;
	/* PHC_VIRTIO_RTC: the clock's type, and if smeared the kind of
	 * smear. */
	unsigned int type, variant;
};

/* The largest number of PHCs that are read. */
#define PHC_MAX 64

/* A PHC of the machine. */
struct phc {
	unsigned int index; /* the N of ptpN */
	const char *root;   /* "" for this machine */
	/* Of its node, with root before: that of any root that can be opened.
	 */
	char path[4096 + 64];
	char name[64];	 /* clock_name, "" if it cannot be read */
	char driver[64]; /* of its parent device, "" if there is none */
	char device[64]; /* its parent device, "" if there is none */
	struct phc_name kind;
};

/* Both spellings of virtio_rtc are known. */
struct phc_name phc_name_parse(const char *clock_name);

/* The same by the driver too ("": not known): a name that another driver gave
 * is no sign of its kind, and a driver is one whatever the name. */
struct phc_name phc_identify(const char *clock_name, const char *driver);

enum virtio_type {
	VIRTIO_TYPE_UTC,
	VIRTIO_TYPE_TAI,
	VIRTIO_TYPE_MONOTONIC,
	VIRTIO_TYPE_UTC_SMEARED,
	VIRTIO_TYPE_UTC_MAYBE_SMEARED,
};

/* "utc", "tai", "noon-linear", ...; "unknown" if virtio_rtc has no such
 * value. */
const char *virtio_type_name(unsigned int type);
const char *virtio_variant_name(unsigned int variant);

#endif
