/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of what doctor concludes: each with its name in JSON, its topic,
 * its level and the areas whose observations it rests on. The function that
 * says a line is the one place that knows what it needs to see, what speaks
 * against it, and when its next step is true. To add one: a row here, the
 * function, and a row of tests/bats/conclusions.bats with a tree that shows it
 * and one, nearly the same, that does not. */
#ifndef VMCLOCKCTL_DOCTOR_CONCLUSIONS_H
#define VMCLOCKCTL_DOCTOR_CONCLUSIONS_H

#define SEEN(area)  (1u << (area))
#define SEEN_DEVICE (SEEN(AREA_DEVICE) | SEEN(AREA_DRIVER))
#define SEEN_NODE   (SEEN(AREA_NODE) | SEEN(AREA_CONTAINER))
#define SEEN_PHC    (SEEN(AREA_PHC) | SEEN(AREA_PAGE) | SEEN(AREA_NODE))
#define SEEN_PAGE   (SEEN(AREA_PAGE) | SEEN(AREA_NODE))
#define SEEN_RIGHTS (SEEN(AREA_NODE) | SEEN(AREA_UDEV))

/* clang-format off */
#define INFERENCES(X) \
	X(HYPERVISOR_NAMED, "hypervisor-named", "hypervisor", OK, SEEN(AREA_HYPERVISOR)) \
	X(HYPERVISOR_UNNAMED, "hypervisor-unnamed", "hypervisor", OK, SEEN(AREA_HYPERVISOR)) \
	X(HYPERVISOR_NONE, "hypervisor-none", "hypervisor", NOTE, SEEN(AREA_HYPERVISOR)) \
	X(HYPERVISOR_UNTOLD, "hypervisor-untold", "hypervisor", NOTE, SEEN(AREA_HYPERVISOR)) \
	X(CONTAINER, "container", "container", NOTE, SEEN(AREA_CONTAINER)) \
	X(DEVICE_FOUND, "device-found", "device", OK, SEEN_DEVICE) \
	X(DEVICE_IN_USE, "device-in-use", "device", OK, SEEN_DEVICE) \
	X(DEVICE_ABSENT, "device-absent", "device", PROBLEM, SEEN_DEVICE) \
	X(DEVICE_HIDDEN, "device-hidden", "device", UNKNOWN, SEEN_DEVICE | SEEN(AREA_CONTAINER)) \
	X(DEVICE_NOT_OFFERED, "device-not-offered", "device", NOTE, SEEN_DEVICE | SEEN(AREA_HYPERVISOR)) \
	X(DEVICE_NOT_EXPECTED, "device-not-expected", "device", NOTE, SEEN_DEVICE) \
	X(DEVICE_NOT_PRESENT, "device-not-present", "device", PROBLEM, SEEN_DEVICE) \
	X(DEVICE_SEVERAL, "device-several", "device", NOTE, SEEN_DEVICE) \
	X(DEVICE_BY_CID, "device-by-cid", "device", NOTE, SEEN_DEVICE | SEEN(AREA_PAGE)) \
	X(DEVICE_USELESS, "device-useless", "device", PROBLEM, SEEN_DEVICE | SEEN_NODE | SEEN_PHC) \
	X(REGION_GOOD, "region-good", "region", OK, SEEN(AREA_REGION)) \
	X(REGION_IN_MEMORY, "region-in-memory", "region", PROBLEM, SEEN(AREA_REGION)) \
	X(REGION_UNALIGNED, "region-unaligned", "region", PROBLEM, SEEN(AREA_REGION)) \
	X(REGION_HIDDEN, "region-hidden", "region", NOTE, SEEN(AREA_REGION)) \
	X(DRIVER_UNUSED, "driver-unused", "driver", NOTE, SEEN_DEVICE) \
	X(DRIVER_BOUND, "driver-bound", "driver", OK, SEEN_DEVICE) \
	X(DRIVER_NOT_LOADED, "driver-not-loaded", "driver", PROBLEM, SEEN_DEVICE) \
	X(DRIVER_NOT_BOUND, "driver-not-bound", "driver", PROBLEM, SEEN_DEVICE) \
	X(DRIVER_NOT_INSTALLED, "driver-not-installed", "driver", PROBLEM, SEEN_DEVICE) \
	X(DRIVER_NOT_BUILT, "driver-not-built", "driver", PROBLEM, SEEN_DEVICE) \
	X(DRIVER_NOT_YET, "driver-not-yet", "driver", PROBLEM, SEEN_DEVICE) \
	X(DRIVER_ABSENT, "driver-absent", "driver", PROBLEM, SEEN_DEVICE) \
	X(DRIVER_UNKNOWN, "driver-unknown", "driver", PROBLEM, SEEN_DEVICE) \
	X(NODE_READABLE, "node-readable", "node", OK, SEEN_NODE) \
	X(NODE_NOT_GIVEN, "node-not-given", "node", NOTE, SEEN_NODE) \
	X(NODE_SEVERAL, "node-several", "node", NOTE, SEEN_NODE) \
	X(NODE_MISSING, "node-missing", "node", PROBLEM, SEEN_NODE) \
	X(NODE_NOT_MADE, "node-not-made", "node", PROBLEM, SEEN_NODE) \
	X(NODE_HIDDEN, "node-hidden", "node", NOTE, SEEN_NODE) \
	X(NODE_DIRECTORY, "node-directory", "node", PROBLEM, SEEN_NODE) \
	X(NODE_NO_DEVICE, "node-no-device", "node", PROBLEM, SEEN_NODE) \
	X(NODE_STALE, "node-stale", "node", PROBLEM, SEEN_NODE) \
	X(NODE_FORBIDDEN, "node-forbidden", "node", PROBLEM, SEEN_NODE) \
	X(NODE_DENIED_TO_ROOT, "node-denied-to-root", "node", PROBLEM, SEEN_NODE) \
	X(NODE_DENIED, "node-denied", "node", PROBLEM, SEEN_NODE) \
	X(MEMORY_READ, "memory-read", "memory", OK, SEEN(AREA_REGION)) \
	X(MEMORY_REFUSED, "memory-refused", "memory", NOTE, SEEN(AREA_REGION)) \
	X(MEMORY_OFFERED, "memory-offered", "memory", NOTE, SEEN(AREA_REGION)) \
	X(MEMORY_OFFERED_BLINDLY, "memory-offered-blindly", "memory", NOTE, SEEN(AREA_REGION)) \
	X(PHC_OWN, "phc-own", "phc", OK, SEEN_PHC) \
	X(PHC_MISSING, "phc-missing", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_DIRECTORY, "phc-directory", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_NO_DEVICE, "phc-no-device", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_STALE, "phc-stale", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_FORBIDDEN, "phc-forbidden", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_DENIED_TO_ROOT, "phc-denied-to-root", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_DENIED, "phc-denied", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_NONE, "phc-none", "phc", NOTE, SEEN_PHC) \
	X(PHC_NONE_BY_DESIGN, "phc-none-by-design", "phc", NOTE, SEEN_PHC) \
	X(PHC_NOT_MADE, "phc-not-made", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_UNREADABLE, "phc-unreadable", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_WRONG, "phc-wrong", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_OF_NO_SCALE, "phc-of-no-scale", "phc", PROBLEM, SEEN_PHC) \
	X(PHC_SCALE, "phc-scale", "phc", OK, SEEN_PHC) \
	X(PHC_OTHER, "phc-other", "phc", NOTE, SEEN_PHC) \
	X(PAGE_SIGNAL_ONLY, "page-signal-only", "page", OK, SEEN_PAGE) \
	X(PAGE_CLOCK, "page-clock", "page", OK, SEEN_PAGE) \
	X(PAGE_CLOCK_UNUSABLE, "page-clock-unusable", "page", NOTE, SEEN_PAGE) \
	X(PAGE_UNSETTLED, "page-unsettled", "page", PROBLEM, SEEN_PAGE) \
	X(PAGE_REFUSED, "page-refused", "page", PROBLEM, SEEN_PAGE) \
	X(PAGE_DRAFT, "page-draft", "page", PROBLEM, SEEN_PAGE) \
	X(PAGE_NOT_TAKEN, "page-not-taken", "page", PROBLEM, SEEN_PAGE | SEEN(AREA_REGION)) \
	X(STATUS_UNRELIABLE, "status-unreliable", "page", PROBLEM, SEEN_PAGE) \
	X(TAI_OFFSET_POSITIVE, "tai-offset-positive", "page", PROBLEM, SEEN_PAGE) \
	X(STATUS_NOT_SETTLED, "status-not-settled", "page", PROBLEM, SEEN_PHC) \
	X(CLOCK_STANDS_STILL, "clock-stands-still", "page", PROBLEM, SEEN_PHC) \
	X(COUNTER_BEHIND, "counter-behind", "page", PROBLEM, SEEN(AREA_PAGE)) \
	X(COUNTER_MAY_BE_BEHIND, "counter-may-be-behind", "page", NOTE, SEEN(AREA_PAGE)) \
	X(PERIOD_WRONG, "period-wrong", "page", PROBLEM, SEEN(AREA_PAGE)) \
	X(PERIOD_INEXACT, "period-inexact", "page", NOTE, SEEN(AREA_PAGE)) \
	X(CLOCKSOURCE_GOOD, "clocksource-good", "clocksource", OK, SEEN(AREA_CLOCKSOURCE)) \
	X(CLOCKSOURCE_HYPERVISOR, "clocksource-hypervisor", "clocksource", OK, SEEN(AREA_CLOCKSOURCE)) \
	X(CLOCKSOURCE_OTHER, "clocksource-other", "clocksource", NOTE, SEEN(AREA_CLOCKSOURCE)) \
	X(CLOCKSOURCE_UNSTABLE, "clocksource-unstable", "clocksource", NOTE, SEEN(AREA_CLOCKSOURCE)) \
	X(CLOCKSOURCE_UNUSABLE, "clocksource-unusable", "clocksource", PROBLEM, SEEN(AREA_CLOCKSOURCE)) \
	X(KERNEL_TAI_SET, "kernel-tai-set", "tai", OK, 0) \
	X(KERNEL_TAI_UNSET, "kernel-tai-unset", "tai", NOTE, 0) \
	X(LEAP_TABLE_VALID, "leap-table-valid", "leap-seconds", OK, SEEN(AREA_LEAPS)) \
	X(LEAP_TABLE_EXPIRED, "leap-table-expired", "leap-seconds", NOTE, SEEN(AREA_LEAPS)) \
	X(LEAP_TABLE_NONE, "leap-table-none", "leap-seconds", NOTE, SEEN(AREA_LEAPS)) \
	X(SYSTEM_CLOCK_WRONG, "system-clock-wrong", "system-clock", PROBLEM, SEEN_PHC) \
	X(SYSTEM_CLOCK_RIGHT, "system-clock-right", "system-clock", OK, SEEN_PHC) \
	X(STEERED, "steered", "steering", OK, SEEN(AREA_STEERING)) \
	X(STEERED_BY_TWO, "steered-by-two", "steering", PROBLEM, SEEN(AREA_STEERING)) \
	X(STEERER_STOPPED, "steerer-stopped", "steering", NOTE, SEEN(AREA_STEERING)) \
	X(NOT_STEERED, "not-steered", "steering", NOTE, SEEN(AREA_STEERING)) \
	X(PHC2SYS_OFFSET, "phc2sys-offset", "steering", PROBLEM, SEEN(AREA_STEERING) | SEEN_PHC) \
	X(READABLE_BY_ALL, "readable-by-all", "unprivileged", OK, SEEN_RIGHTS) \
	X(READABLE_BY_GROUP, "readable-by-group", "unprivileged", OK, SEEN_RIGHTS) \
	X(READABLE_BY_ROOT, "readable-by-root", "unprivileged", NOTE, SEEN_RIGHTS) \
	X(CLOCKBOUND_WITHOUT_NODE, "clockbound-without-node", "clockbound", PROBLEM, SEEN_NODE) \
	X(CLOCKBOUND_WITHOUT_DEVICE, "clockbound-without-device", "clockbound", NOTE, SEEN_NODE | SEEN_DEVICE) \
	X(CLOCKBOUND_PAGE_SIZE, "clockbound-page-size", "clockbound", NOTE, SEEN(AREA_PAGE)) \
	X(CLOCKBOUND_SEQ_COUNT, "clockbound-seq-count", "clockbound", NOTE, SEEN(AREA_PAGE)) \
	X(CLOCKBOUND_GOOD, "clockbound-good", "clockbound", OK, SEEN(AREA_PAGE)) \
	X(GENERATION_PRESENT, "generation-present", "snapshot-safety", OK, SEEN(AREA_PAGE)) \
	X(GENERATION_ABSENT, "generation-absent", "snapshot-safety", NOTE, SEEN(AREA_PAGE)) \
	X(CHRONY_FAULT, "chrony-fault", "chrony", PROBLEM, SEEN(AREA_CHRONY)) \
	X(CHRONY_LEAPSECLIST_UNKNOWN, "chrony-leapseclist-unknown", "chrony", PROBLEM, SEEN(AREA_CHRONY)) \
	X(CHRONY_TAI_ALONE, "chrony-tai-alone", "chrony", PROBLEM, SEEN(AREA_CHRONY)) \
	X(CHRONY_NO_LEAPS, "chrony-no-leaps", "chrony", PROBLEM, SEEN(AREA_CHRONY)) \
	X(CHRONY_PATH_ABSENT, "chrony-path-absent", "chrony", PROBLEM, SEEN(AREA_CHRONY)) \
	X(CHRONY_PATH_OTHER, "chrony-path-other", "chrony", PROBLEM, SEEN(AREA_CHRONY)) \
	X(CHRONY_WRONG, "chrony-wrong", "chrony", PROBLEM, SEEN(AREA_CHRONY) | SEEN_PHC) \
	X(CHRONY_WRONG_UNFOLLOWED, "chrony-wrong-unfollowed", "chrony", NOTE, SEEN(AREA_CHRONY) | SEEN_PHC) \
	X(CHRONY_RIGHT, "chrony-right", "chrony", OK, SEEN(AREA_CHRONY) | SEEN_PHC) \
	X(CHRONY_UNFOLLOWED, "chrony-unfollowed", "chrony", OK, SEEN(AREA_CHRONY)) \
	X(CHRONY_PULSES, "chrony-pulses", "chrony", OK, SEEN(AREA_CHRONY)) \
	X(CHRONY_OF_WRONG_PHC, "chrony-of-wrong-phc", "chrony", NOTE, SEEN(AREA_CHRONY) | SEEN_PHC) \
	X(CHRONY_MAY_BE_RIGHT, "chrony-may-be-right", "chrony", NOTE, SEEN(AREA_CHRONY) | SEEN_PHC) \
	X(CHRONY_PASSED_OVER, "chrony-passed-over", "chrony", NOTE, SEEN(AREA_CHRONY)) \
	X(CHRONY_UNREAD, "chrony-unread", "chrony", NOTE, SEEN(AREA_CHRONY)) \
	X(CHRONY_NO_REFCLOCK, "chrony-no-refclock", "chrony", NOTE, SEEN(AREA_CHRONY) | SEEN_PHC) \
	X(VIRTIO_RTC_NO_DRIVER, "virtio-rtc-no-driver", "virtio-rtc", NOTE, SEEN(AREA_VIRTIO_RTC)) \
	X(VIRTIO_RTC_BOUND, "virtio-rtc-bound", "virtio-rtc", OK, SEEN(AREA_VIRTIO_RTC)) \
	/* Of any topic, at the level that it has there. */ \
	X(UNEXAMINED, "unexamined", "", UNKNOWN, 0)
/* clang-format on */

#define INFERENCE_ENUMERATOR_(id, name, topic, level, seen) CONCLUDE_##id,
enum inference {
	INFERENCES(INFERENCE_ENUMERATOR_) INFERENCE_COUNT
};

#endif
