/* SPDX-License-Identifier: BSD-2-Clause */
/* What the doctor says of refclocks that give no time of their own, of pages
 * that get no PTP clock, and of machines that trees cannot make. */
#include "pages.h"

#include <errno.h>
#include <stdio.h>

#include "clock/reading.h"
#include "doctor/doctor.h"
#include "doctor/parts.h"

static struct host host;
static struct made_page page;
static struct diagnosis list[DIAGNOSES_MAX];
static unsigned int count;

/* A machine whose driver is bound, with a PTP clock that shows TAI. */
static int make_machine(void **state)
{
	(void)state;
	page = make_page();
	host = (struct host){
		.architecture = "x86_64",
		.release = "7.2.0",
		.version = 7002,
		.virtual_machine = true,
		.page_size = 4096,
		.firmware = FIRMWARE_ACPI,
		.devices = 1,
		.found = { { .acpi = true, .name = "AMZNC10C:00" } },
		.driver = DRIVER_BOUND,
		.misc = true,
		.nodes = 1,
		.node = "/dev/vmclock0",
		.node_readable = true,
		.node_look = { .observed = OBSERVED_READ, .exists = true },
		.phc_look = { .observed = OBSERVED_READ, .exists = true },
		.has_page = true,
		.phc_count = 1,
		.phcs = { { .path = "/dev/ptp0", .name = "vmclock0" } },
		.phc_readable = true,
		.phc_judged = true,
		.phc_offset = { .scale = SCALE_TAI },
		.clocksource = "tsc",
		.clocksources = "tsc",
		.chrony = { .found = true,
			    .file = "/etc/chrony.conf",
			    .has_right_utc = true,
			    .has_leapsectz = true },
	};
	strcpy(host.chrony.leapsectz, "right/UTC");
	host.phcs[0].kind = phc_name_parse("vmclock0");
	return 0;
}

static void examine(void)
{
	reading_make(page.bytes, sizeof(page.bytes), NULL, &host.reading);
	count = doctor_diagnose(&host, list);
	assert_true(count > 0 && count < DIAGNOSES_MAX);
}

/* Out of line: inside, some compilers take its NULL for what is used, though an
 * assertion is between. */
__attribute__((noinline)) static const struct diagnosis *find(const char *topic,
							      const char *part)
{
	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(list[i].topic, topic) == 0 &&
		    strstr(list[i].text, part))
			return &list[i];
	}
	return NULL;
}

static const struct diagnosis *assert_says(const char *topic, const char *part,
					   enum diagnosis_level level)
{
	const struct diagnosis *found = find(topic, part);

	if (!found) {
		for (unsigned int i = 0; i < count; i++)
			print_error("%s: %s\n", list[i].topic, list[i].text);
		fail_msg("%s: no \"%s\"", topic, part);
	}
	assert_int_equal(found->level, level);
	return found;
}

/* chrony's one line, whose PTP clock is the page's. */
static void set_refclock(const char *options)
{
	static const struct chrony_place place = { "/etc/chrony.conf", 3 };
	char line[CHRONY_LINE_MAX], *rest;

	host.chrony.count = 0;
	host.chrony.fault = CHRONY_NO_FAULT;
	snprintf(line, sizeof(line), "refclock PHC /dev/ptp0%s", options);
	chrony_take_line(&host.chrony, &place, line, &rest);
	assert_int_equal(host.chrony.count, 1);
	host.chrony.refclocks[0].node = CHRONY_NODE_PHC;
	host.chrony.refclocks[0].phc = 0;
	examine();
}

static void test_refclocks(void **state)
{
	const struct diagnosis *found;

	(void)state;
	set_refclock(" tai poll 0");
	assert_says("chrony", "refclock PHC /dev/ptp0 tai poll 0",
		    DIAGNOSIS_OK);
	set_refclock(" tai local");
	assert_says("chrony", "tai local: local, it gives no time",
		    DIAGNOSIS_OK);
	set_refclock(" tai noselect");
	assert_says("chrony", "tai noselect: noselect, it is never followed",
		    DIAGNOSIS_OK);
	set_refclock(":extpps");
	assert_says("chrony", ":extpps: pulses, another gives their seconds",
		    DIAGNOSIS_OK);
	/* Wrong by 37 s: who follows it, and who does not. */
	set_refclock("");
	found = assert_says("chrony", "the clock would be 37 s ahead",
			    DIAGNOSIS_PROBLEM);
	assert_string_equal(found->step, "instead: refclock PHC /dev/ptp0 tai");
	set_refclock(" local");
	assert_says("chrony",
		    "local, it gives no time, else the clock would be 37 s",
		    DIAGNOSIS_NOTE);
	set_refclock(" noselect");
	assert_says("chrony", "noselect, it is never followed, else the clock",
		    DIAGNOSIS_NOTE);
	set_refclock(" tai offset 0.6");
	assert_says("chrony", "offset adds 0.6 s", DIAGNOSIS_PROBLEM);
	set_refclock(" tai offset -9e9");
	assert_says("chrony", "no time that a clock can be wrong by",
		    DIAGNOSIS_PROBLEM);
	/* Longer than is kept. */
	host.chrony.refclocks[0].cut = true;
	examine();
	found = assert_says("chrony", "no time that a clock can be wrong by",
			    DIAGNOSIS_PROBLEM);
	assert_string_equal(found->step, "correct tai and offset in that line");
}

/* By measurement for the page's own, by its kind for others. */
static void test_other_clocks(void **state)
{
	static const struct {
		const char *name, *line, *part;
		enum diagnosis_level level;
	} rows[] = {
		{ "KVM virtual PTP", "", "/dev/ptp0", DIAGNOSIS_OK },
		{ "KVM virtual PTP", " tai", "37 s behind: the PHC shows UTC",
		  DIAGNOSIS_PROBLEM },
		{ "hyperv", "", "/dev/ptp0", DIAGNOSIS_OK },
		{ "Virtio PTP type 1/variant 0", "", "37 s ahead",
		  DIAGNOSIS_PROBLEM },
		{ "Virtio PTP type 0/variant 0", " tai", "37 s behind",
		  DIAGNOSIS_PROBLEM },
	};

	(void)state;
	host.phc_own = -1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		strcpy(host.phcs[0].name, rows[i].name);
		host.phcs[0].kind = phc_name_parse(rows[i].name);
		set_refclock(rows[i].line);
		assert_says("chrony", rows[i].part, rows[i].level);
	}
	/* Of another kind nothing is known. */
	strcpy(host.phcs[0].name, "Virtio PTP type 2/variant 0");
	host.phcs[0].kind = phc_name_parse(host.phcs[0].name);
	set_refclock("");
	assert_null(find("chrony", "refclock PHC /dev/ptp0"));
	assert_null(find("chrony", "the clock would be"));
}

static void test_unknown_scale(void **state)
{
	(void)state;
	host.phc_judged = false;
	set_refclock("");
	assert_says("chrony", "right if the PHC shows UTC", DIAGNOSIS_NOTE);
	set_refclock(" tai");
	assert_says("chrony", "right if the PHC shows TAI", DIAGNOSIS_NOTE);
	set_refclock(" offset 3");
	assert_says("chrony", "whether the PHC shows UTC or TAI",
		    DIAGNOSIS_PROBLEM);
	host.phc_errnum = EINVAL;
	set_refclock("");
	assert_says("chrony", "its PTP clock gives no right time",
		    DIAGNOSIS_NOTE);
	host.phc_errnum = 0;
	host.phc_judged = true;
	host.phc_offset.scale = SCALE_AHEAD;
	set_refclock("");
	assert_says("chrony", "its PTP clock gives no right time",
		    DIAGNOSIS_NOTE);
}

static void test_paths(void **state)
{
	const struct diagnosis *found;

	(void)state;
	set_refclock(" tai");
	host.chrony.refclocks[0].node = CHRONY_NODE_ABSENT;
	strcpy(host.chrony.refclocks[0].path, "/dev/ptp7");
	examine();
	found = assert_says("chrony", "/dev/ptp7 is not there",
			    DIAGNOSIS_PROBLEM);
	assert_non_null(strstr(found->step, "refclock PHC /dev/ptp0 tai"));
	host.chrony.refclocks[0].node = CHRONY_NODE_OTHER;
	strcpy(host.chrony.refclocks[0].path, "/dev/rtc0");
	examine();
	found = assert_says("chrony", "/dev/rtc0 is no PTP clock",
			    DIAGNOSIS_PROBLEM);
	assert_non_null(strstr(found->step, "correct the path"));
	host.phc_own = -1;
	host.phc_count = 0;
	examine();
	found = assert_says("chrony", "/dev/rtc0 is no PTP clock",
			    DIAGNOSIS_PROBLEM);
	assert_non_null(strstr(found->step, "until there is a PTP clock"));
}

static void assert_none(const char *reason)
{
	examine();
	assert_non_null(find("phc", reason));
}

/* What the driver decides when it is loaded. */
static void test_no_phc(void **state)
{
	(void)state;
	host.phc_own = -1;
	host.phc_count = 0;
	assert_none("made no PTP clock of it");
	set(&page, FIELD_size, PAGE_HEADER_SIZE);
	assert_none("size ends before the reference time, below 0x58");
	page = make_page();
	set(&page, FIELD_counter_id, COUNTER_ARM_VCNT);
	assert_none("counter_id is not the counter of this CPU");
	page = make_page();
	set(&page, FIELD_time_type, TIME_TYPE_MONOTONIC);
	assert_none("MONOTONIC, of no known epoch");
	page = make_page();
	set(&page, FIELD_time_type, 0x77);
	assert_none("of a type that no driver takes");
	/* Without the offset, by the kernel's version. */
	page = make_page();
	set(&page, FIELD_flags, FLAGS_ALL & ~FLAG_TAI_OFFSET_VALID);
	examine();
	assert_null(find("phc", "TAI_OFFSET_VALID"));
	host.version = 6012;
	assert_none("before 7.0 the driver makes UTC of TAI");
	set(&page, FIELD_time_type, TIME_TYPE_UTC);
	examine();
	assert_null(find("phc", "TAI_OFFSET_VALID"));
	host.version = 7000;
	assert_none("since 7.0 the driver makes TAI of UTC");
	host.has_page = false;
	assert_none("the page could not be read to find out why");
}

static void test_status(void **state)
{
	(void)state;
	set(&page, FIELD_clock_status, STATUS_UNKNOWN);
	examine();
	assert_says("page", "the clock is UNKNOWN and not to be relied on",
		    DIAGNOSIS_PROBLEM);
	set(&page, FIELD_clock_status, STATUS_INITIALIZING);
	examine();
	assert_says("page", "the clock is INITIALIZING", DIAGNOSIS_PROBLEM);
	/* A value that this version does not know stays a number. */
	set(&page, FIELD_clock_status, 0x77);
	set(&page, FIELD_time_type, 0x66);
	examine();
	assert_non_null(find("page", "119"));
}

/* Hypervisors of which none has a VMClock to offer. */
static void test_hypervisors(void **state)
{
	static const struct {
		const char *hypervisor, *part;
	} rows[] = {
		{ "Microsoft Corporation", "none is known for Hyper-V" },
		{ "Xen HVM domU", "none is known for Xen" },
		{ "xen", "none is known for Xen" },
		{ "VMware, Inc.", "none is known for VMware" },
		{ "innotek GmbH", "none is known for VirtualBox" },
		{ "Parallels", "none is known for Parallels" },
		{ "QEMU, VMware", "the hypervisor offers no VMClock" },
		{ "KVMKVMKVM", "the hypervisor offers no VMClock" },
	};

	(void)state;
	host.devices = 0;
	host.driver = DRIVER_UNKNOWN;
	host.misc = host.has_page = false;
	host.nodes = host.miscs = 0;
	host.phc_own = -1;
	host.phc_count = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		strcpy(host.hypervisor, rows[i].hypervisor);
		examine();
		assert_non_null(find("device", rows[i].part));
	}
	strcpy(host.clocksource, "hyperv_clocksource_tsc_page");
	examine();
	assert_non_null(find("device", "none is known for Hyper-V"));
	strcpy(host.clocksource, "tsc");
	host.container = true;
	examine();
	assert_non_null(strstr(find("device", "offers no VMClock")->step,
			       "look outside the container"));
}

/* A TSC that the kernel has given up matters to who needs it. */
static void test_given_up_tsc(void **state)
{
	(void)state;
	strcpy(host.clocksource, "hpet");
	strcpy(host.clocksources, "hpet acpi_pm");
	examine();
	assert_non_null(find("clocksource",
			     "every read of the PTP clock gives EINVAL"));
	host.phc_own = -1;
	host.has_page = false;
	examine();
	assert_null(find("clocksource", "gives EINVAL"));
	assert_string_equal(find("clocksource", "has given up the TSC")->step,
			    "dmesg | grep -i tsc shows why");
}

/* ptp@4e000000 of the device tree is 4e000000.ptp to the driver. */
static void test_device_tree(void **state)
{
	(void)state;
	host.architecture[0] = '\0';
	strcpy(host.architecture, "aarch64");
	host.firmware = FIRMWARE_DEVICE_TREE;
	host.found[0] = (struct firmware_device){ .name = "ptp@4e000000" };
	strcpy(host.bound[0], "4e000000.ptp");
	host.bound_count = 1;
	host.devices = 2;
	host.found[1] = (struct firmware_device){ .name = "ptp@5e000000" };
	examine();
	assert_true(device_is_bound(&host, &host.found[0]));
	assert_false(device_is_bound(&host, &host.found[1]));
	strcpy(host.bound[0], "4e000000.rtc");
	assert_false(device_is_bound(&host, &host.found[0]));
	strcpy(host.bound[0], "4e0000000.ptp");
	assert_false(device_is_bound(&host, &host.found[0]));
	strcpy(host.bound[0], "ptp@4e000000");
	assert_true(device_is_bound(&host, &host.found[0]));
	/* A probe that ends, because the page promises what the tree lacks. */
	host.devices = 1;
	host.bound_count = 0;
	host.driver = DRIVER_NOT_BOUND;
	set(&page, FIELD_flags, FLAGS_ALL | FLAG_NOTIFICATION_PRESENT);
	examine();
	for (unsigned int i = 0; i < count; i++) {
		if (strstr(list[i].step, "NOTIFICATION_PRESENT and its node"))
			return;
	}
	fail_msg("nothing of `interrupts`");
}

#define CASE(test) cmocka_unit_test_setup(test, make_machine)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_refclocks),	  CASE(test_other_clocks),
		CASE(test_unknown_scale), CASE(test_paths),
		CASE(test_no_phc),	  CASE(test_status),
		CASE(test_hypervisors),	  CASE(test_given_up_tsc),
		CASE(test_device_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
