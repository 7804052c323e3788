/* SPDX-License-Identifier: BSD-2-Clause */
/* What doctor.c says where the trees of doctor.bats, read as root, cannot lead:
 * permissions, and that every problem has its next step. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/doctor.h"

static struct host machine(void)
{
	struct host host = {
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
		.node_look = { .observed = OBSERVED_REFUSED,
			       .errnum = EACCES,
			       .mode = 0600 },
		.phc_look = { .observed = OBSERVED_REFUSED, .errnum = EACCES },
		.leaps = LEAPS_VALID,
		.leaps_until = "2030-06-28",
		.phc_count = 1,
		.phcs = { { .path = "/dev/ptp0", .name = "vmclock0" } },
	};

	host.phcs[0].kind = phc_name_parse("vmclock0");
	return host;
}

/* Out of line: inside, some compilers take its NULL for what is used, though an
 * assertion is between. */
__attribute__((noinline)) static const struct diagnosis *
find(const struct diagnosis *list, unsigned int count, const char *topic,
     const char *part)
{
	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(list[i].topic, topic) == 0 &&
		    strstr(list[i].text, part))
			return &list[i];
	}
	return NULL;
}

/* The next step of one that has to be there. */
static const char *step_of(const struct diagnosis *list, unsigned int count,
			   const char *topic, const char *part)
{
	const struct diagnosis *found = find(list, count, topic, part);

	assert_non_null(found);
	return found ? found->step : "";
}

static unsigned int examine(const struct host *host,
			    struct diagnosis list[static DIAGNOSES_MAX])
{
	unsigned int count = doctor_diagnose(host, list);

	assert_true(count > 0 && count < DIAGNOSES_MAX);
	for (unsigned int i = 0; i < count; i++) {
		assert_true(*list[i].text);
		/* Nothing is cut short. */
		assert_true(strlen(list[i].text) < sizeof(list->text) - 1);
		assert_true(strlen(list[i].step) < sizeof(list->step) - 1);
		if (list[i].level == DIAGNOSIS_PROBLEM)
			assert_true(*list[i].step);
	}
	return count;
}

static void test_permissions(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine();
	unsigned int count = examine(&host, list);
	const struct diagnosis *d =
		find(list, count, "node", "/dev/vmclock0 is not readable");

	(void)state;
	assert_non_null(d);
	assert_int_equal(d->level, DIAGNOSIS_PROBLEM);
	assert_non_null(strstr(d->step, "MODE=\"0440\""));
	d = find(list, count, "phc", "not readable by this user");
	assert_non_null(d);
	assert_int_equal(d->level, DIAGNOSIS_PROBLEM);
	assert_non_null(strstr(d->step,
			       "clock_name}==\"vmclock*\", GROUP=\"vmclock\""));
}

/* Root of a user namespace is another user outside of it. */
static void test_user_namespace(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine();
	const struct diagnosis *d;
	unsigned int count;

	(void)state;
	host.asked_in_namespace = true;
	host.node_look.uid = 65534;
	host.access_errors[AREA_CHRONY].errnum = EACCES;
	count = examine(&host, list);
	d = find(list, count, "node", "the root of this user namespace");
	assert_non_null(d);
	assert_non_null(
		strstr(d->step, "as root outside of the user namespace, or: "));
	assert_null(find(list, count, "unprivileged", "its owner"));
	assert_non_null(find(list, count, "unprivileged", "only root can"));
	/* The group that the user has outside. */
	host.node_look.mode = 0440;
	host.node_look.gid = 101;
	host.container = true;
	count = examine(&host, list);
	d = find(list, count, "node", "the root of this user namespace");
	assert_non_null(d);
	assert_non_null(strstr(d->step, "--group-add keep-groups"));
	/* What root is refused is another thing. */
	host.asked_in_namespace = false;
	host.asked_by_root = true;
	count = examine(&host, list);
	assert_non_null(find(list, count, "node", "is denied to root"));
}

/* Whose right the mode gives. */
static void test_groups(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine();
	const struct diagnosis *only_root;
	unsigned int count;

	(void)state;
	host.node_look.mode = 0440;
	count = examine(&host, list);
	assert_non_null(find(list, count, "unprivileged", "group is root"));
	host.node_look.gid = 998;
	count = examine(&host, list);
	assert_non_null(find(list, count, "unprivileged", "group 998 can"));
	strcpy(host.node_look.group, "clock");
	count = examine(&host, list);
	assert_non_null(find(list, count, "unprivileged", "group clock can"));
	/* A container's owner of the node, and its rules, which are the host's.
	 */
	host.node_look.mode = 0600;
	host.node_look.uid = 101;
	host.container = true;
	host.has_group_clock = true;
	count = examine(&host, list);
	assert_non_null(find(list, count, "unprivileged",
			     "only root and its owner, user 101, can read"));
	assert_non_null(strstr(
		step_of(list, count, "unprivileged", "only root"),
		"on the host, and the container made anew then: groupadd --system vmclock"));
	host.container = host.has_group_clock = false;
	/* The group that is not asked for its right. */
	host.node_look.mode = 0600;
	host.has_group_clock = true;
	count = examine(&host, list);
	only_root = find(list, count, "unprivileged", "only root");
	assert_true(only_root && strstr(only_root->step, "the udev rule of "));
	assert_true(only_root &&
		    strstr(only_root->step, "GROUP=\"clock\", MODE=\"0440\""));
}

/* Why a node cannot be opened, and the step for it. */
static void test_node_faults(void **state)
{
	static const struct {
		int errnum;
		bool root, container;
		const char *id, *step, *kind;
	} rows[] = {
		{ EPERM, true, true, "node-forbidden",
		  "--device=/dev/vmclock0:/dev/vmclock0:r", NULL },
		{ EPERM, true, false, "node-forbidden", "DeviceAllow=", NULL },
		{ EACCES, true, false, "node-denied-to-root", "avc", NULL },
		{ EACCES, false, false, "node-denied", "as root, or", NULL },
		{ ENODEV, true, false, "node-stale",
		  "/sys/class/misc/vmclock0/dev", NULL },
		{ ENXIO, true, true, "node-stale", "--device=", NULL },
		{ ENXIO, true, true, "node-stale", "lxc.mount.entry", "LXC" },
		{ EPERM, true, true, "node-forbidden",
		  "--bind=/dev/vmclock0, and DeviceAllow=/dev/vmclock0 r",
		  "systemd-nspawn" },
	};
	struct diagnosis joined[DIAGNOSES_MAX];
	struct host of_group = machine();
	unsigned int count;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diagnosis list[DIAGNOSES_MAX];
		struct host host = machine();
		const struct diagnosis *d = NULL;

		host.node_look.exists = true;
		host.node_look.errnum = rows[i].errnum;
		/* As of any file that open(2) says this of. */
		if (rows[i].errnum == ENODEV || rows[i].errnum == ENXIO)
			host.node_look.observed = OBSERVED_ABSENT;
		host.asked_by_root = rows[i].root;
		host.container = rows[i].container;
		if (rows[i].kind)
			strcpy(host.container_kind, rows[i].kind);
		count = examine(&host, list);
		for (unsigned int j = 0; j < count; j++) {
			if (strcmp(list[j].id, rows[i].id) == 0)
				d = &list[j];
		}
		assert_non_null(d);
		assert_non_null(strstr(d->step, rows[i].step));
		/* Root is not told to be root. */
		if (rows[i].root)
			assert_null(strstr(d->step, "as root"));
	}
	/* What the udev rule gives is there already. */
	of_group.node_look.mode = 0440;
	of_group.node_look.gid = 902;
	strcpy(of_group.node_look.group, "clock");
	of_group.phc_look.mode = 0664;
	of_group.phc_look.gid = 903;
	count = examine(&of_group, joined);
	assert_non_null(strstr(step_of(joined, count, "node", "readable"),
			       "usermod -aG clock USER"));
	assert_non_null(strstr(step_of(joined, count, "phc", "readable"),
			       "usermod -aG 903 USER"));
	of_group.container = true;
	count = examine(&of_group, joined);
	assert_non_null(strstr(step_of(joined, count, "phc", "readable"),
			       "docker and podman have --group-add 903"));
}

/* The system's clock outside the page's bounds, by how much; and inside. */
static void test_system_clock(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine();
	unsigned int count;

	(void)state;
	host.system_judged = true;
	host.system_offset.nsec = -INT64_C(3600050000000);
	host.system_offset.inside = INSIDE_NO;
	count = examine(&host, list);
	assert_non_null(find(list, count, "system-clock",
			     "is 3600.050 s behind the page, outside"));
	host.system_offset.inside = INSIDE_YES;
	count = examine(&host, list);
	assert_int_equal(find(list, count, "system-clock", "inside")->level,
			 DIAGNOSIS_OK);
}

/* phc2sys has to know of TAI, and only then. */
static void test_phc2sys(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine();
	const struct diagnosis *d;
	unsigned int count;

	(void)state;
	host.steering[STEERER_PHC2SYS].running = true;
	host.phc_judged = true;
	host.phc_offset.scale = SCALE_TAI;
	host.phc_offset.tai_minus_utc.sec = 37;
	count = examine(&host, list);
	d = find(list, count, "steering",
		 "of TAI without -O: the system's clock gets 37 s too much");
	assert_non_null(d);
	assert_string_equal(
		d->step,
		"give phc2sys -O -37, if it is the page's PTP clock that it follows");
	host.steering[STEERER_PHC2SYS].has_offset = true;
	host.steering[STEERER_PHC2SYS].offset = -37;
	count = examine(&host, list);
	assert_null(find(list, count, "steering", "gets"));
	/* The other sign. */
	host.steering[STEERER_PHC2SYS].offset = 37;
	strcpy(host.steering[STEERER_PHC2SYS].source, "/dev/ptp0");
	count = examine(&host, list);
	d = find(list, count, "steering", "gets 74 s too much");
	assert_non_null(d);
	assert_string_equal(d->step, "give phc2sys -O -37");
	/* Another clock is nothing to the page. */
	strcpy(host.steering[STEERER_PHC2SYS].source, "/dev/ptp1");
	count = examine(&host, list);
	assert_null(find(list, count, "steering", "gets"));
	strcpy(host.steering[STEERER_PHC2SYS].source, "eth0");
	count = examine(&host, list);
	assert_null(find(list, count, "steering", "gets"));
	strcpy(host.steering[STEERER_PHC2SYS].source, "/dev/ptp_vmclock");
	host.phc_offset.scale = SCALE_UTC;
	host.steering[STEERER_PHC2SYS].offset = -37;
	count = examine(&host, list);
	d = find(list, count, "steering", "gets 37 s too little");
	assert_non_null(d);
	assert_non_null(strstr(d->step, "-O 0, if it is"));
}

/* A good page of this machine, 2 GHz, whose counter is at the reference. */
static struct host machine_with_page(void)
{
	struct host host = machine();
	uint8_t bytes[PAGE_USUAL_SIZE] = { 0 };
	uint64_t counter = UINT64_C(1) << 40;

	store_le(bytes, 4, PAGE_MAGIC);
	store_le(bytes + OFFSET_size, 4, 4096);
	store_le(bytes + OFFSET_version, 2, 1);
	bytes[OFFSET_counter_id] = COUNTER_X86_TSC;
	bytes[OFFSET_time_type] = TIME_TYPE_UTC;
	bytes[OFFSET_clock_status] = STATUS_SYNCHRONIZED;
	store_le(bytes + OFFSET_counter_value, 8, counter);
	bytes[OFFSET_counter_period_shift] = 29;
	/* 2^(64 + 29) / (2 * 10^9) */
	store_le(bytes + OFFSET_counter_period_frac_sec, 8,
		 UINT64_C(4951760157141521100));
	reading_make(bytes, sizeof(bytes), &counter, &host.reading);
	assert_true(host.reading.usable);
	host.has_page = host.own_counter = true;
	return host;
}

/* A counter that began anew, and the period of another one. */
static void test_counter(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine_with_page();
	unsigned int count;

	(void)state;
	host.elapsed = 20 * 1000 * 1000;
	host.ticks = 2 * host.elapsed;
	host.slack = 100;
	count = examine(&host, list);
	assert_null(find(list, count, "page", "before the page's reference"));
	assert_null(find(list, count, "page", "period"));
	host.system_judged = true;
	host.system_offset.nsec = INT64_C(3) * 86400 * 1000000000;
	host.system_offset.inside = INSIDE_NO;
	count = examine(&host, list);
	assert_non_null(find(list, count, "system-clock", "outside"));
	host.reading.counter -= UINT64_C(3) * 86400 * 2000000000 + 2000000000;
	count = examine(&host, list);
	/* What is measured by such a page says nothing of the system's clock.
	 */
	assert_null(find(list, count, "system-clock", ""));
	assert_int_equal(find(list, count, "page", "ticks (3.0 d)")->level,
			 DIAGNOSIS_PROBLEM);
	host.own_counter = false;
	count = examine(&host, list);
	assert_int_equal(find(list, count, "page", "if this tree is of")->level,
			 DIAGNOSIS_NOTE);
	/* One that somebody keeps is of a machine that runs. */
	host.page_is_kept = true;
	count = examine(&host, list);
	assert_int_equal(find(list, count, "page", "ticks (3.0 d)")->level,
			 DIAGNOSIS_PROBLEM);
	host.ticks = 3 * host.elapsed;
	count = examine(&host, list);
	assert_int_equal(find(list, count, "page", "off by 49 %")->level,
			 DIAGNOSIS_PROBLEM);
	host.ticks = 2 * host.elapsed + 2 * host.elapsed / 1000;
	count = examine(&host, list);
	assert_int_equal(find(list, count, "page", "off by 995 ppm")->level,
			 DIAGNOSIS_NOTE);
	/* What the measurement does not settle. */
	host.slack = 20 * 1000;
	count = examine(&host, list);
	assert_null(find(list, count, "page", "period"));
}

static void refuse_node(struct host *host, int errnum, bool root)
{
	host->node_look.errnum = errnum;
	host->asked_by_root = root;
}

static void refuse_phc(struct host *host, int errnum, bool root)
{
	host->phc_own = 0;
	host->node_look = (struct node_look){ .exists = true };
	host->phc_look = (struct node_look){
		.observed = errnum ? OBSERVED_REFUSED : OBSERVED_READ,
		.errnum = errnum,
		.exists = true,
	};
	host->asked_by_root = root;
}

static void make_file(struct node_look *look)
{
	*look = (struct node_look){ .exists = true, .file = true };
}

static void set_counter(struct host *host, uint64_t behind)
{
	host->reading.counter -= behind;
}

static void set_rate(struct host *host, uint64_t ticks)
{
	host->elapsed = 20 * 1000 * 1000;
	host->ticks = ticks;
	host->slack = 100;
}

static void set_offset(struct host *host, enum inside inside)
{
	host->system_judged = true;
	host->system_offset.nsec = INT64_C(1000000000);
	host->system_offset.inside = inside;
}

static void run_phc2sys(struct host *host, enum scale scale)
{
	host->steering[STEERER_PHC2SYS].running = true;
	host->phc_judged = true;
	host->phc_offset.scale = scale;
	host->phc_offset.tai_minus_utc.sec = 37;
}

static void take_errno(struct host *host, int errnum)
{
	refuse_phc(host, 0, true);
	host->phc_errnum = errnum;
	host->phc_judged = !errnum;
}

static void take_scale(struct host *host, enum scale scale)
{
	take_errno(host, 0);
	host->phc_offset.scale = scale;
}

/* chrony follows the page's PHC by a line that is right for UTC. */
static void follow_phc(struct host *host, enum scale scale)
{
	take_scale(host, scale);
	host->chrony.found = true;
	host->chrony.count = 1;
	host->chrony.refclocks[0].node = CHRONY_NODE_PHC;
}

static void set_kernel_tai(struct host *host, int sec)
{
	host->has_kernel_tai = true;
	host->kernel_tai = sec;
}

static void give_to_group(struct host *host, unsigned int gid)
{
	host->node_look.mode = 0440;
	host->node_look.gid = gid;
}

#define PLAY(name, call)                                                       \
	static void play_##name(struct host *host)                             \
	{                                                                      \
		call;                                                          \
	}

PLAY(node_eperm, refuse_node(host, EPERM, true))
PLAY(node_root_eacces, refuse_node(host, EACCES, true))
PLAY(node_eacces, refuse_node(host, EACCES, false))
PLAY(node_enodev, refuse_node(host, ENODEV, true))
PLAY(node_file, make_file(&host->node_look))
PLAY(phc_eperm, refuse_phc(host, EPERM, true))
PLAY(phc_root_eacces, refuse_phc(host, EACCES, true))
PLAY(phc_eacces, refuse_phc(host, EACCES, false))
PLAY(phc_enodev, refuse_phc(host, ENODEV, true))
PLAY(phc_read, refuse_phc(host, 0, true))
PLAY(phc_file, refuse_phc(host, 0, true); make_file(&host->phc_look))
PLAY(behind, set_counter(host, 1))
PLAY(at_reference, set_counter(host, 0))
PLAY(rate, set_rate(host, 40 * 1000 * 1000))
PLAY(rate_inexact, set_rate(host, 40 * 1000 * 1001))
PLAY(rate_wrong, set_rate(host, 41 * 1000 * 1000))
PLAY(outside, set_offset(host, INSIDE_NO))
PLAY(inside, set_offset(host, INSIDE_YES))
PLAY(phc2sys_tai, run_phc2sys(host, SCALE_TAI))
PLAY(phc2sys_utc, run_phc2sys(host, SCALE_UTC))
PLAY(phc_errno, take_errno(host, EINVAL))
PLAY(phc_tai, take_scale(host, SCALE_TAI))
PLAY(phc_ahead, take_scale(host, SCALE_AHEAD))
PLAY(phc_lost, take_scale(host, SCALE_UNKNOWN))
PLAY(chrony_ahead, follow_phc(host, SCALE_AHEAD))
PLAY(chrony_utc, follow_phc(host, SCALE_UTC))
PLAY(tai_set, set_kernel_tai(host, 37))
PLAY(tai_unset, set_kernel_tai(host, 0))
PLAY(group, give_to_group(host, 998))
PLAY(group_root, give_to_group(host, 0))

/* What conclusions.bats has no tree for, with what shows it and what is nearly
 * the same and must not. */
struct pair {
	const char *id;
	void (*show)(struct host *host);
	void (*hide)(struct host *host);
};

/* clang-format off */
static const struct pair pairs[] = {
	{ "node-forbidden", play_node_eperm, play_node_eacces },
	{ "node-denied-to-root", play_node_root_eacces, play_node_eacces },
	{ "node-denied", play_node_eacces, play_node_root_eacces },
	{ "node-stale", play_node_enodev, play_node_eperm },
	{ "node-no-device", play_node_file, play_node_enodev },
	{ "phc-forbidden", play_phc_eperm, play_phc_eacces },
	{ "phc-denied-to-root", play_phc_root_eacces, play_phc_eacces },
	{ "phc-denied", play_phc_eacces, play_phc_root_eacces },
	{ "phc-stale", play_phc_enodev, play_phc_eperm },
	{ "phc-no-device", play_phc_file, play_phc_read },
	{ "counter-behind", play_behind, play_at_reference },
	{ "period-wrong", play_rate_wrong, play_rate_inexact },
	{ "period-inexact", play_rate_inexact, play_rate },
	{ "system-clock-wrong", play_outside, play_inside },
	{ "system-clock-right", play_inside, play_outside },
	{ "phc2sys-offset", play_phc2sys_tai, play_phc2sys_utc },
	{ "phc-unreadable", play_phc_errno, play_phc_tai },
	{ "phc-wrong", play_phc_ahead, play_phc_tai },
	{ "phc-of-no-scale", play_phc_lost, play_phc_tai },
	{ "phc-scale", play_phc_tai, play_phc_lost },
	{ "chrony-of-wrong-phc", play_chrony_ahead, play_chrony_utc },
	{ "kernel-tai-set", play_tai_set, play_tai_unset },
	{ "kernel-tai-unset", play_tai_unset, play_tai_set },
	{ "readable-by-group", play_group, play_group_root },
};
/* clang-format on */

static bool concludes(void (*play)(struct host *host), const char *id)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine_with_page();
	unsigned int count;

	play(&host);
	count = examine(&host, list);
	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(list[i].id, id) == 0)
			return true;
	}
	return false;
}

static void test_conclusions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		if (!concludes(pairs[i].show, pairs[i].id))
			fail_msg("%s: not shown", pairs[i].id);
		if (concludes(pairs[i].hide, pairs[i].id))
			fail_msg("%s: shown beside it", pairs[i].id);
	}
}

static void test_all_drivers(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];

	(void)state;
	for (int driver = 0; driver <= DRIVER_BOUND; driver++) {
		for (int firmware = 0; firmware <= FIRMWARE_DEVICE_TREE;
		     firmware++) {
			struct host host = machine();

			host.driver = (enum driver_state)driver;
			host.firmware = (enum firmware)firmware;
			host.nodes = 0;
			host.phc_own = -1;
			examine(&host, list);
			host.option = KERNEL_OPTION_MODULE;
			examine(&host, list);
			host.misc = false;
			host.container = true;
			host.page_size = 0;
			examine(&host, list);
		}
	}
}

static void test_tai(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine();
	unsigned int count;

	(void)state;
	host.has_kernel_tai = true;
	host.kernel_tai = 37;
	count = examine(&host, list);
	assert_non_null(find(list, count, "tai", "is 37 s"));
	host.kernel_tai = 0;
	count = examine(&host, list);
	assert_non_null(find(list, count, "tai", "CLOCK_TAI shows UTC"));
	assert_non_null(strstr(find(list, count, "tai", "")->step,
			       "in its configuration"));
	/* The line for the file that is here, unless it has one. */
	host.chrony.found = true;
	strcpy(host.chrony.file, "/etc/chrony.conf");
	host.chrony.has_right_utc = true;
	count = examine(&host, list);
	assert_non_null(strstr(find(list, count, "tai", "")->step,
			       "add to /etc/chrony.conf: leapsectz right/UTC"));
	host.chrony.has_leapsectz = true;
	count = examine(&host, list);
	assert_non_null(strstr(find(list, count, "tai", "")->step,
			       "once it is synchronized"));
	host.container = true;
	count = examine(&host, list);
	assert_non_null(
		strstr(find(list, count, "tai", "")->step, "on the host"));
}

/* However many clocks there are, what comes after them is said. */
static void test_many_phcs(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine();
	unsigned int count;

	(void)state;
	host.phc_count = PHC_MAX;
	for (int i = 1; i < PHC_MAX; i++) {
		host.phcs[i].kind.kind = PHC_VIRTIO_RTC;
		memset(host.phcs[i].path, 'x', sizeof(host.phcs[i].path) - 100);
		strcpy(host.phcs[i].name, "Virtio PTP type 0/variant 0");
	}
	host.virtio_rtc_device = true;
	count = examine(&host, list);
	assert_non_null(find(list, count, "virtio-rtc", "no driver is bound"));
}

/* Whatever could not be looked at, nothing is concluded from its absence. */
static void test_access_errors(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = { .phc_own = -1 };
	unsigned int count, unknown = 0;

	(void)state;
	for (int area = 0; area < AREA_COUNT; area++) {
		host.access_errors[area].errnum = EIO;
		memset(host.access_errors[area].what, 'x',
		       sizeof(host.access_errors[area].what) - 1);
	}
	count = examine(&host, list);
	for (unsigned int i = 0; i < count; i++) {
		assert_int_equal(list[i].level, DIAGNOSIS_UNKNOWN);
		assert_non_null(strstr(list[i].text, "examined: xxx"));
		assert_non_null(strstr(list[i].step, "run it again"));
		unknown++;
	}
	/* Of the region, udev and who steers nothing is said without a device.
	 */
	assert_int_equal(unknown, AREA_COUNT - 3);

	host.virtual_machine = true;
	host.access_errors[AREA_DEVICE].errnum = EACCES;
	count = examine(&host, list);
	assert_null(find(list, count, "device", "offers no VMClock"));
	assert_non_null(
		strstr(step_of(list, count, "device", "examined"), "root"));
}

/* With all that there is to say besides, there is room. */
static void test_room_for_access_errors(void **state)
{
	struct diagnosis list[DIAGNOSES_MAX];
	struct host host = machine();

	(void)state;
	for (int area = 0; area < AREA_COUNT; area++)
		host.access_errors[area].errnum = EIO;
	host.container = true;
	host.devices = DEVICES_MAX + 1;
	host.nodes = 2;
	for (int i = 0; i < DEVICES_MAX; i++)
		host.found[i].region = i ? REGION_FOUND : REGION_HIDDEN;
	host.page_unsettled = true;
	strcpy(host.page_error, "x");
	strcpy(host.clocksource, "tsc");
	host.has_kernel_tai = true;
	host.node_readable = host.phc_readable = true;
	host.phc_count = PHC_MAX;
	for (int i = 1; i < PHC_MAX; i++)
		strcpy(host.phcs[i].name, "x");
	host.virtio_rtc_device = true;
	examine(&host, list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_user_namespace),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_node_faults),
		cmocka_unit_test(test_system_clock),
		cmocka_unit_test(test_phc2sys),
		cmocka_unit_test(test_counter),
		cmocka_unit_test(test_conclusions),
		cmocka_unit_test(test_all_drivers),
		cmocka_unit_test(test_tai),
		cmocka_unit_test(test_many_phcs),
		cmocka_unit_test(test_access_errors),
		cmocka_unit_test(test_room_for_access_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
