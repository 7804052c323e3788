/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules on the live device, by facts made up here. */
#include "io/host/cpus.h"
#include "pages.h"

#define RATE_TICKS UINT64_C(200000000) /* of the clean page, in 0.1 s */
#define PAGE_BYTES PAGE_USUAL_SIZE

static struct made_page page;
static struct probe probe;
static struct verifier *verifier;

/* A machine on which every rule is kept. */
static int setup(void **state)
{
	(void)state;
	page = make_page();
	verifier = calloc(1, sizeof(*verifier));
	assert_non_null(verifier);
	probe = (struct probe){
		.kind = PROBE_DEVICE,
		.bytes = page.bytes,
		.length = sizeof(page.bytes),
		.counter_id = COUNTER_X86_TSC,
		.has_counter = true,
		.counter = START_TICKS + RATE_TICKS,
		.has_rate = true,
		.ticks = RATE_TICKS,
		.elapsed = 100000000,
		.slack = 100,
		.has_realtime = true,
		.realtime = { START_TICKS, START_TICKS, { START_SEC - 37, 0 } },
		.driver = { .mode = 0644,
			    .at_rest = true,
			    .page_size = PAGE_BYTES,
			    .got = PAGE_BYTES,
			    .same = true,
			    .map_two = TRIAL_REFUSED,
			    .map_offset = TRIAL_REFUSED,
			    .map_writable = TRIAL_REFUSED,
			    .make_writable = TRIAL_REFUSED,
			    .epoll = TRIAL_DONE,
			    .hung_up = true },
		.notify = { .promised = true,
			    .waits = TRIAL_DONE,
			    .waited = true,
			    .woke = 3 },
		.firmware = { .visible = true,
			      .devices = 1,
			      .found = { {
				      .acpi = true,
				      .name = "AMZNC10C:00",
				      .id = "acpi:AMZNC10C:VMCLOCK:",
				      .region = REGION_FOUND,
				      .region_start = 0xfeffb000,
				      .region_end = 0xfeffbfff,
			      } } },
		.cpus = { .count = 2, .pinned = TRIAL_DONE, .readings = 6 },
		.phc = { .visible = true,
			 .present = true,
			 .open = true,
			 .cross_timestamping = true,
			 .judged = true,
			 .offset = { .scale = SCALE_TAI,
				     .uncertainty_nsec = 100 },
			 .precise = TRIAL_DONE,
			 .same_clocksource = true,
			 .before = START_TICKS,
			 .after = START_TICKS,
			 .quality = { .given = true,
				      .has_bound = true,
				      .has_status = true,
				      .has_timescale = true,
				      .bound_nsec = 50000,
				      .status = QUALITY_SYNCHRONIZED,
				      .timescale = QUALITY_SCALE_TAI } },
	};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(verifier);
	return 0;
}

static const struct finding *ask(const char *id)
{
	memset(verifier, 0, sizeof(*verifier));
	verifier->selected[rule_find(id)] = true;
	verifier->recording = true;
	verifier->probe = &probe;
	verify_end(verifier);
	return &verifier->findings[rule_find(id)];
}

static void expect(const char *id, enum verdict verdict)
{
	const struct finding *finding = ask(id);

	if (finding->verdict != verdict)
		print_error("%s is %s: %s\n", id,
			    verdict_names[finding->verdict], finding->message);
	assert_int_equal(finding->verdict, verdict);
	if (verdict == VERDICT_FAIL || verdict == VERDICT_WARN) {
		assert_true(*finding->expected && *finding->actual);
		assert_true(*finding->message);
	}
}

/* Change the facts for one question. */
#define WITH(change, id, verdict)                                              \
	do {                                                                   \
		free(verifier);                                                \
		setup(NULL);                                                   \
		change;                                                        \
		expect(id, VERDICT_##verdict);                                 \
	} while (0)

static void test_kept(void **state)
{
	(void)state;
	for (int i = 0; i < RULE_COUNT; i++) {
		if (rules[i].needs & NEED_PROBE)
			WITH((void)0, rules[i].id, OK);
	}
}

static void test_live(void **state)
{
	(void)state;
	WITH(probe.counter_id = COUNTER_ARM_VCNT, "live.counter-arch", FAIL);
	WITH(set(&page, FIELD_counter_id, COUNTER_INVALID), "live.counter-arch",
	     NOT_APPLICABLE);
	WITH(probe.kind = PROBE_SIM, "live.counter-arch", SKIP);
	WITH(probe.counter = START_TICKS, "live.counter-ahead", OK);
	WITH(probe.counter = START_TICKS - 1, "live.counter-ahead", FAIL);
	WITH(probe.has_counter = false, "live.counter-ahead", SKIP);
	/* 100 ppm are 10000 ns of 0.1 s, and the slack on top. */
	WITH(probe.elapsed = 100010090, "live.frequency", OK);
	WITH(probe.elapsed = 100010110, "live.frequency", WARN);
	WITH(probe.elapsed = 99989890, "live.frequency", WARN);
	WITH(probe.elapsed = 101010000, "live.frequency", WARN);
	WITH(probe.elapsed = 101020000, "live.frequency", FAIL);
	WITH(probe.elapsed = 98000000, "live.frequency", FAIL);
	WITH(probe.has_rate = false, "live.frequency", SKIP);
	WITH(set(&page, FIELD_counter_period_shift, 200), "live.frequency",
	     FAIL);
	WITH(probe.realtime.time.sec++, "live.realtime", WARN);
	WITH(probe.realtime.time.sec--, "live.realtime", WARN);
	WITH(probe.realtime.time.sec++;
	     probe.realtime_maxerror = 1000000000, "live.realtime", OK);
	/* An error without end stays one when the kernel's is added. */
	WITH(probe.realtime.time.sec++;
	     set(&page, FIELD_time_maxerror_nanosec, UINT64_MAX),
	     "live.realtime", OK);
	WITH(probe.realtime.time.sec++;
	     probe.realtime_maxerror = UINT64_MAX, "live.realtime", OK);
	/* More than 2^63 s away: a tick of almost a second, 2^63 of them. */
	WITH(probe.realtime.time.sec += 100;
	     probe.realtime.before -= UINT64_C(1) << 63;
	     probe.realtime.after -= UINT64_C(1) << 63;
	     set(&page, FIELD_counter_period_shift, 0);
	     set(&page, FIELD_counter_period_frac_sec, UINT64_MAX),
	     "live.realtime", WARN);
	WITH(probe.has_realtime = false, "live.realtime", SKIP);
	WITH(probe.kind = PROBE_SIM, "live.realtime", SKIP);
	WITH(set(&page, FIELD_flags, 0), "live.realtime", NOT_APPLICABLE);
	WITH(probe.length = 0, "live.frequency", SKIP);
}

static void test_driver(void **state)
{
	(void)state;
	WITH(probe.driver.got = 100, "driver.read", FAIL);
	WITH(probe.driver.got = -1, "driver.read", FAIL);
	WITH(probe.driver.same = false, "driver.read", FAIL);
	WITH(probe.driver.beyond = 16, "driver.read", FAIL);
	WITH(probe.driver.at_rest = false, "driver.read", SKIP);
	WITH(probe.driver.map_two = TRIAL_DONE, "driver.mmap-bounds", FAIL);
	WITH(probe.driver.map_offset = TRIAL_DONE, "driver.mmap-bounds", FAIL);
	WITH(probe.driver.map_writable = TRIAL_DONE, "driver.mmap-readonly",
	     FAIL);
	WITH(probe.driver.make_writable = TRIAL_DONE, "driver.mmap-readonly",
	     FAIL);
	WITH(probe.driver.make_writable = TRIAL_UNKNOWN, "driver.mmap-readonly",
	     SKIP);
	WITH(probe.driver.hung_up = false, "driver.poll", FAIL);
	WITH(probe.driver.epoll = TRIAL_REFUSED, "driver.poll", OK);
	WITH(probe.driver.epoll = TRIAL_UNKNOWN, "driver.poll", SKIP);
	WITH(probe.driver.hung_up = false;
	     set(&page, FIELD_flags, FLAGS_ALL | FLAG_NOTIFICATION_PRESENT),
	     "driver.poll", OK);
	WITH(probe.kind = PROBE_FILE, "driver.read", SKIP);
	WITH(probe.kind = PROBE_MEMORY, "driver.read", NOT_APPLICABLE);
	WITH(probe.driver.mode = 0600, "driver.permissions", OK);
	assert_non_null(strstr(ask("driver.permissions")->message, "udev"));
	expect("driver.permissions", VERDICT_OK);
	expect("driver.node", VERDICT_OK);
}

static void test_notify(void **state)
{
	(void)state;
	assert_non_null(strstr(ask("notify.delivery")->message, "3 updates"));
	WITH(probe.notify.lost = 1, "notify.delivery", FAIL);
	assert_string_equal(ask("notify.delivery")->actual,
			    "1 of 4 woke no waiting reader");
	WITH(probe.notify.woke = 0, "notify.delivery", SKIP);
	WITH(probe.notify.woke = 0;
	     probe.notify.lost = 1, "notify.delivery", FAIL);
	WITH(probe.notify.promised = false, "notify.delivery", NOT_APPLICABLE);
	WITH(probe.notify.waits = TRIAL_REFUSED, "notify.delivery", SKIP);
	WITH(probe.notify.waits = TRIAL_UNKNOWN, "notify.delivery", SKIP);
	WITH(probe.notify.waited = false, "notify.delivery", SKIP);
	WITH(probe.kind = PROBE_FILE, "notify.delivery", SKIP);
	WITH(probe.kind = PROBE_MEMORY, "notify.delivery", NOT_APPLICABLE);
}

#define FIRST  probe.firmware.found[0]
#define SECOND probe.firmware.found[1]

static void add_second(void)
{
	probe.firmware.devices = 2;
	SECOND = FIRST;
	strcpy(SECOND.name, "VMCK0001:00");
	SECOND.region_start = 0x7000000;
	SECOND.region_end = 0x7000fff;
}

static void test_firmware(void **state)
{
	(void)state;
	WITH(probe.firmware.devices = 0, "firmware.id", FAIL);
	WITH(probe.firmware.visible = false, "firmware.id", SKIP);
	WITH(FIRST.region_start = 0xfeffb800, "firmware.region", FAIL);
	WITH(FIRST.region_end = 0xfeffbffe, "firmware.region", FAIL);
	WITH(FIRST.region = REGION_UNKNOWN, "firmware.region", SKIP);
	WITH(FIRST.region = REGION_HIDDEN, "firmware.region", SKIP);
	assert_non_null(strstr(ask("firmware.region")->message, "root"));
	WITH(FIRST.region_use = REGION_SYSTEM_RAM, "firmware.region", FAIL);
	WITH(FIRST.region_use = REGION_ACPI_NVS, "firmware.region", FAIL);
	WITH(FIRST.region_use = REGION_ACPI_TABLES, "firmware.region", FAIL);
	assert_string_equal(ask("firmware.region")->expected,
			    "outside ACPI Tables");
	WITH(probe.kind = PROBE_MEMORY, "firmware.region", OK);
	WITH(probe.kind = PROBE_MEMORY;
	     FIRST.region_use = REGION_SYSTEM_RAM, "firmware.region", FAIL);
}

/* Both ids are to be there, by the specification. */
static void test_firmware_id(void **state)
{
	(void)state;
	WITH(strcpy(FIRST.id, "acpi:AMZNC10C:"), "firmware.id", FAIL);
	WITH(strcpy(FIRST.id, "acpi:AMZNC10C:VMCLOCKS:"), "firmware.id", FAIL);
	WITH(strcpy(FIRST.id, "acpi:QEMU0001:VMCLOCK:"), "firmware.id", WARN);
	WITH(strcpy(FIRST.id, "acpi:AMZNC10C:PNP0C02:VMCLOCK:"), "firmware.id",
	     OK);
	WITH(strcpy(FIRST.id, "amazon,vmclock");
	     FIRST.acpi = false, "firmware.id", OK);
}

/* Of two each is judged, and the one that is wrong named. */
static void test_two_devices(void **state)
{
	(void)state;
	WITH(add_second(), "firmware.region", OK);
	WITH(add_second(), "firmware.id", OK);
	WITH(add_second();
	     SECOND.region_use = REGION_SYSTEM_RAM, "firmware.region", FAIL);
	assert_string_equal(ask("firmware.region")->actual,
			    "VMCK0001:00: 0x000007000000 to 0x000007000fff");
	WITH(add_second();
	     SECOND.region_start |= 0x800, "firmware.region", FAIL);
	/* Which of them has this page is not known, nor how large it is. */
	WITH(add_second();
	     SECOND.region_end = 0x700001f, "firmware.region", OK);
	WITH(add_second();
	     SECOND.region_end = 0x700001e, "firmware.region", FAIL);
	WITH(add_second();
	     SECOND.region = REGION_UNKNOWN, "firmware.region", OK);
	WITH(add_second(); FIRST.region = SECOND.region = REGION_HIDDEN,
			   "firmware.region", SKIP);
	WITH(add_second();
	     strcpy(SECOND.id, "acpi:VMCK0001:VMCLOCK:"), "firmware.id", WARN);
	WITH(add_second(); strcpy(SECOND.id, "acpi:VMCK0001:VMCLOCK:");
	     strcpy(FIRST.id, "acpi:AMZNC10C:"), "firmware.id", FAIL);
	/* More than are looked at. */
	WITH(probe.firmware.devices = 1000, "firmware.id", OK);
}

/* One CPU after the other. */
static void test_cpus(void **state)
{
	struct probe_cpus *cpus = &probe.cpus;

	(void)state;
	WITH(cpus->count = 1, "live.counter-cpus", NOT_APPLICABLE);
	WITH(cpus->pinned = TRIAL_REFUSED, "live.counter-cpus", SKIP);
	WITH(cpus->pinned = TRIAL_UNKNOWN, "live.counter-cpus", SKIP);
	WITH(probe.kind = PROBE_SIM, "live.counter-cpus", SKIP);
	WITH(probe.kind = PROBE_MEMORY, "live.counter-cpus", OK);
	WITH(probe.has_counter = false, "live.counter-cpus", SKIP);
	WITH(set(&page, FIELD_counter_id, COUNTER_INVALID), "live.counter-cpus",
	     NOT_APPLICABLE);
	WITH(memset(cpus, 0, sizeof(*cpus)); cpus->count = 2;
	     cpus->pinned = TRIAL_DONE; cpus_note(cpus, 0, UINT64_MAX);
	     cpus_note(cpus, 1, UINT64_MAX);
	     cpus_note(cpus, 2, 5), "live.counter-cpus", OK);
	WITH(memset(cpus, 0, sizeof(*cpus)); cpus->count = 2;
	     cpus->pinned = TRIAL_DONE; cpus_note(cpus, 0, 100);
	     cpus_note(cpus, 3, 99);
	     cpus_note(cpus, 0, 50), "live.counter-cpus", FAIL);
	assert_string_equal(ask("live.counter-cpus")->actual,
			    "1 ticks less on CPU 3 than before on CPU 0");
}

static void test_phc(void **state)
{
	(void)state;
	WITH(probe.phc.present = false, "phc.present", FAIL);
	WITH(set(&page, FIELD_counter_id, 0), "phc.present", FAIL);
	WITH(set(&page, FIELD_size, 0x57), "phc.present", FAIL);
	WITH(set(&page, FIELD_time_type, TIME_TYPE_MONOTONIC), "phc.present",
	     FAIL);
	WITH(probe.phc.present = false;
	     set(&page, FIELD_flags, 0), "phc.present", OK);
	WITH(probe.phc.present = false;
	     set(&page, FIELD_counter_id, 0xff), "phc.present", OK);
	WITH(probe.phc.visible = false, "phc.present", SKIP);
	WITH(probe.phc.present = false, "phc.value", NOT_APPLICABLE);
	WITH(probe.phc.open = false, "phc.value", SKIP);
	WITH(probe.phc.judged = false, "phc.value", SKIP);
	WITH(probe.phc.offset.residual_nsec = 104, "phc.value", OK);
	WITH(probe.phc.offset.residual_nsec = 105, "phc.value", FAIL);
	WITH(probe.phc.offset.residual_nsec = -105, "phc.value", FAIL);
	WITH(probe.phc.offset.residual_nsec = -5000000100LL, "phc.value", OK);
	WITH(probe.phc.offset.residual_nsec = 4999999900LL, "phc.value", OK);
	WITH(probe.phc.offset.scale = SCALE_UTC, "phc.timescale", OK);
	WITH(probe.phc.offset.scale = SCALE_AHEAD, "phc.timescale", FAIL);
	WITH(probe.phc.offset.scale = SCALE_BEHIND, "phc.timescale", FAIL);
	WITH(probe.phc.offset.scale = SCALE_WRAPPED, "phc.timescale", FAIL);
	WITH(probe.phc.offset.scale = SCALE_UNKNOWN, "phc.timescale", FAIL);
	WITH(probe.phc.judged = false, "phc.timescale", SKIP);
	WITH(probe.phc.max_adj = 1, "phc.capabilities", FAIL);
	WITH(probe.phc.cross_timestamping = false, "phc.capabilities", FAIL);
	WITH(probe.phc.open = false, "phc.capabilities", SKIP);
	WITH(probe.phc.precise = TRIAL_REFUSED, "phc.precise", FAIL);
	WITH(probe.phc.precise = TRIAL_REFUSED;
	     probe.phc.same_clocksource = false, "phc.precise", OK);
	WITH(probe.phc.judged = false, "phc.precise", SKIP);
}

/* A kernel that tells what the page does; the page has a time_maxerror of so
 * many ns and lets it grow by 1 ns in so many ticks. */
static void tell(uint32_t bound)
{
	set(&page, FIELD_flags,
	    FLAG_TAI_OFFSET_VALID | FLAG_TIME_MAXERROR_VALID |
		    FLAG_PERIOD_MAXERROR_VALID);
	set(&page, FIELD_time_maxerror_nanosec, 1000);
	/* 2^-64 s in 2^-(64 + shift) s. */
	set(&page, FIELD_counter_period_maxerror_rate_frac_sec,
	    get(&page, FIELD_counter_period_frac_sec) / 1000);
	probe.phc.before = START_TICKS + 2000000;
	probe.phc.after = START_TICKS + 2000000;
	probe.phc.quality = (struct quality){
		.given = true,
		.has_bound = true,
		.has_status = true,
		.has_timescale = true,
		.bound_nsec = bound,
		.status = QUALITY_SYNCHRONIZED,
		.timescale = QUALITY_SCALE_TAI,
	};
}

/* The bound at those counters: 1000 ns, and a thousandth of the millisecond
 * that 2,000,000 ticks of 2 GHz are. */
static void test_error_bound(void **state)
{
	struct quality *quality = &probe.phc.quality;
	static const struct {
		uint64_t page;
		uint32_t kernel;
	} same[] = {
		{ STATUS_SYNCHRONIZED, QUALITY_SYNCHRONIZED },
		{ STATUS_FREERUNNING, QUALITY_FREE_RUNNING },
		{ STATUS_FREERUNNING, QUALITY_HOLDOVER },
		{ STATUS_INITIALIZING, QUALITY_INITIALIZING },
		{ STATUS_UNRELIABLE, QUALITY_UNRELIABLE },
		{ STATUS_UNKNOWN, QUALITY_UNKNOWN },
	};

	(void)state;
	WITH(quality->given = false, "phc.error-bound", SKIP);
	WITH(probe.phc.judged = false, "phc.error-bound", SKIP);
	WITH(probe.phc.present = false, "phc.error-bound", NOT_APPLICABLE);
	WITH(tell(2000), "phc.error-bound", OK);
	WITH(tell(1996), "phc.error-bound", OK);
	WITH(tell(1990), "phc.error-bound", FAIL);
	WITH(tell(1000), "phc.error-bound", FAIL);
	WITH(tell(2004), "phc.error-bound", OK);
	WITH(tell(2010), "phc.error-bound", WARN);
	WITH(tell(UINT32_MAX), "phc.error-bound", WARN);
	WITH(tell(0); quality->has_bound = false, "phc.error-bound", WARN);
	/* Over a long call the least of it counts, and within one that holds
	 * the reference there is nothing but the reference's. */
	WITH(tell(1500);
	     probe.phc.before = START_TICKS + 1000000, "phc.error-bound", OK);
	WITH(tell(1490);
	     probe.phc.before = START_TICKS + 1000000, "phc.error-bound", FAIL);
	WITH(tell(1000);
	     probe.phc.before = START_TICKS - 5, "phc.error-bound", OK);
	/* Without the period's error it does not grow. */
	WITH(tell(1000); set(&page, FIELD_flags,
			     FLAG_TAI_OFFSET_VALID | FLAG_TIME_MAXERROR_VALID),
			 "phc.error-bound", OK);
	WITH(tell(2000); set(&page, FIELD_flags,
			     FLAG_TAI_OFFSET_VALID | FLAG_TIME_MAXERROR_VALID),
			 "phc.error-bound", WARN);
	/* What the page does not give nobody can tell, and what 32 bits do not
	 * hold is none. */
	WITH(tell(2000); set(&page, FIELD_flags, FLAG_TAI_OFFSET_VALID),
			 "phc.error-bound", FAIL);
	WITH(tell(UINT32_MAX); set(&page, FIELD_flags, FLAG_TAI_OFFSET_VALID),
			       "phc.error-bound", OK);
	WITH(tell(UINT32_MAX);
	     set(&page, FIELD_time_maxerror_nanosec, UINT64_C(5000000000)),
	     "phc.error-bound", OK);
	WITH(tell(2000);
	     set(&page, FIELD_time_maxerror_nanosec, UINT64_C(5000000000)),
	     "phc.error-bound", FAIL);
	WITH(tell(2000);
	     quality->status = QUALITY_FREE_RUNNING, "phc.error-bound", FAIL);
	WITH(tell(2000); quality->status = 9;
	     quality->has_status = false, "phc.error-bound", OK);
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		WITH(tell(2000); set(&page, FIELD_clock_status, same[i].page);
		     quality->status = same[i].kernel, "phc.error-bound", OK);
	WITH(tell(2000);
	     quality->timescale = QUALITY_SCALE_UTC, "phc.error-bound", FAIL);
	WITH(tell(2000); quality->timescale = QUALITY_SCALE_POSIX;
	     probe.phc.offset.scale = SCALE_UTC, "phc.error-bound", OK);
	WITH(tell(2000); quality->timescale = QUALITY_SCALE_UNKNOWN,
			 "phc.error-bound", FAIL);
	/* Of a clock that is neither phc.timescale speaks. */
	WITH(tell(2000);
	     probe.phc.offset.scale = SCALE_AHEAD, "phc.error-bound", OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_live, setup, teardown),
		cmocka_unit_test_setup_teardown(test_driver, setup, teardown),
		cmocka_unit_test_setup_teardown(test_notify, setup, teardown),
		cmocka_unit_test_setup_teardown(test_firmware, setup, teardown),
		cmocka_unit_test_setup_teardown(test_firmware_id, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_two_devices, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_error_bound, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_cpus, setup, teardown),
		cmocka_unit_test_setup_teardown(test_phc, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
