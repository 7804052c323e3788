/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on the sources of time: the page, PTP clocks, the kernel's own. */
#include <string.h>

#include "base/sysfs.h"
#include "chrony_parts.h"
#include "parts.h"

/* The one that the driver takes. */
#define DRIVER_VERSION 1

static void add_value_name(struct strbuf *buffer, const struct page *page,
			   int row)
{
	const char *name;

	if (!page_has(page, row))
		return;
	name = field_value_name(&page->layout->fields[row], page->value[row]);
	strbuf_add(buffer, ", ");
	/* Of a value, or of what nobody knows. */
	if (!name || strcmp(name, "unknown") == 0) {
		strbuf_add(buffer, page->layout->fields[row].name);
		strbuf_add(buffer, " ");
	}
	if (name)
		strbuf_add(buffer, name);
	else
		strbuf_decimal(buffer, page->value[row]);
}

/* So many ticks by the page, on the grid of 2^-64 s; at most 2^127. */
static uint128 ticks_on_grid(const struct clock *clock, uint64_t ticks)
{
	return (uint128)ticks * clock->period >>
	       (clock->shift < 127 ? clock->shift : 127);
}

/* A counter that began anew below the page's reference: another one. */
static void diagnose_counter(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct reading *reading = &host->reading;
	uint64_t behind = reading_counter_behind(reading);
	bool own = host->own_counter || host->page_is_kept;
	struct strbuf buffer;

	if (!behind)
		return;
	buffer = diagnosis_conclude(
		diagnoses,
		own ? CONCLUDE_COUNTER_BEHIND : CONCLUDE_COUNTER_MAY_BE_BEHIND,
		"this CPU's counter is before the page's reference by ");
	strbuf_decimal(&buffer, behind);
	strbuf_add(&buffer, " ticks (");
	diagnosis_add_duration(
		&buffer, (uint128)grid_nsec_half_away(
				 (grid)ticks_on_grid(&reading->clock, behind)));
	strbuf_add(
		&buffer,
		"): the page is of another counter, and the driver's clock is off by 2^64 ticks or gives EINVAL");
	if (!own)
		strbuf_add(&buffer,
			   ", if this tree is of the machine that runs this");
	diagnosis_step(
		diagnoses,
		"the hypervisor has to write the page again after a restore; until then, do "
		"not follow its clock");
}

/* Held against the counter as rule live.frequency does. */
static void diagnose_period(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	uint128 told = ticks_on_grid(&host->reading.clock, host->ticks);
	uint128 measured = (uint128)grid_from_nsec_floor(host->elapsed);
	uint128 slack = (uint128)grid_from_nsec_floor(host->slack);
	uint128 far = told > measured ? told - measured : measured - told;
	struct strbuf buffer;
	uint64_t ppm;
	bool wrong;

	far = far > slack ? far - slack : 0;
	if (!host->elapsed || !host->reading.usable || far <= measured / 10000)
		return;
	wrong = far > measured / 100;
	buffer = diagnosis_conclude(
		diagnoses,
		wrong ? CONCLUDE_PERIOD_WRONG : CONCLUDE_PERIOD_INEXACT,
		"the period is not the counter's: a second by the page is off by ");
	ppm = far / (measured / 1000000) > UINT64_MAX
		      ? UINT64_MAX
		      : (uint64_t)(far / (measured / 1000000));
	strbuf_decimal(&buffer, wrong ? ppm / 10000 : ppm);
	strbuf_add(&buffer, wrong ? " %" : " ppm");
	strbuf_add(&buffer, ", measured against CLOCK_MONOTONIC_RAW");
	diagnosis_step(
		diagnoses,
		"the hypervisor has to write the period of the guest's counter, scaled as the guest sees it; "
		"vmclockctl verify --live measures it longer (live.frequency)");
}

/* What the driver does not take, whatever else the page holds. */
static void diagnose_not_taken(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct firmware_device *device = &host->found[0];
	uint64_t version = diagnosis_field(host, FIELD_version),
		 size = diagnosis_field(host, FIELD_size),
		 region = device->region_end - device->region_start + 1;
	struct strbuf buffer;

	if (version != DRIVER_VERSION) {
		buffer = diagnosis_conclude(diagnoses, CONCLUDE_PAGE_NOT_TAKEN,
					    "version is ");
		strbuf_decimal(&buffer, version);
		strbuf_add(&buffer, ", and the driver takes 1 alone");
		diagnosis_step(diagnoses,
			       "the hypervisor has to write version 1");
		return;
	}
	if (host->devices != 1 || device->region != REGION_FOUND ||
	    size <= region)
		return;
	buffer = diagnosis_conclude(diagnoses, CONCLUDE_PAGE_NOT_TAKEN,
				    "size is ");
	strbuf_decimal(&buffer, size);
	strbuf_add(&buffer, ", more than the ");
	strbuf_decimal(&buffer, region);
	strbuf_add(&buffer,
		   " bytes of its region: the driver does not take it");
	buffer = diagnosis_step(diagnoses, "the hypervisor has to write ");
	strbuf_decimal(&buffer, region);
	strbuf_add(&buffer, ", or to make the region larger");
}

static void diagnose_page_faults(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct clock *clock = &host->reading.clock;
	struct strbuf buffer;

	if (host->reading.page.layout->draft) {
		diagnosis_conclude(diagnoses, CONCLUDE_PAGE_DRAFT,
				   "a layout from before the standard");
		diagnosis_step(
			diagnoses,
			"update the hypervisor: the driver reads only the current layout");
		return;
	}
	diagnose_not_taken(diagnoses);
	if (diagnosis_field(host, FIELD_clock_status) == STATUS_UNRELIABLE) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_STATUS_UNRELIABLE,
			host->phc_own >= 0
				? "the clock is UNRELIABLE: the PTP clock gives EINVAL"
				: "the clock is UNRELIABLE: it gives no time");
		diagnosis_step(
			diagnoses,
			"fix the host's own clock: its chronyd, or whatever feeds the page");
	}
	if (clock->tai_valid && clock->tai_offset > 0 &&
	    clock->time_type != TIME_TYPE_MONOTONIC) {
		buffer = diagnosis_conclude(
			diagnoses, CONCLUDE_TAI_OFFSET_POSITIVE,
			"tai_offset_sec is positive: drivers and programs that follow the standard are ");
		strbuf_decimal(&buffer, 2 * (uint64_t)clock->tai_offset);
		strbuf_add(&buffer, " s wrong");
		buffer = diagnosis_step(diagnoses, "the host has to write ");
		strbuf_signed(&buffer, -clock->tai_offset);
		strbuf_add(
			&buffer,
			"; vmclockctl compare shows the effect on this kernel");
	}
}

static void diagnose_page(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct reading *reading = &host->reading;
	struct strbuf buffer;

	diagnosis_add_access_error(diagnoses, AREA_PAGE, "page",
				   DIAGNOSIS_UNKNOWN);
	if (host->page_unsettled) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_PAGE_UNSETTLED,
			"seq_count does not settle: an update does not end");
		diagnosis_step(
			diagnoses,
			"try again; if it persists, the hypervisor's writer died, and readers time out after 100 ms");
	}
	if (*host->page_error) {
		diagnosis_conclude(diagnoses, CONCLUDE_PAGE_REFUSED,
				   host->page_error);
		diagnosis_step(diagnoses, "vmclockctl show prints more");
	}
	if (!host->has_page)
		return;
	if (reading_signal_only(reading)) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_PAGE_SIGNAL_ONLY,
			"only the disruption signal, no clock: common and healthy");
	} else {
		buffer = diagnosis_conclude(
			diagnoses,
			reading->usable ? CONCLUDE_PAGE_CLOCK
					: CONCLUDE_PAGE_CLOCK_UNUSABLE,
			"a clock");
		add_value_name(&buffer, &reading->page,
			       reading->page.layout->clock_status);
		add_value_name(&buffer, &reading->page,
			       reading->page.layout->time_type);
		if (reading->reason == READING_NO_CLOCK) {
			strbuf_add(&buffer, "; not usable: ");
			strbuf_add(&buffer, reading_obstacle(reading));
		} else if (!reading->usable) {
			strbuf_add(&buffer, "; not usable now");
		}
	}
	diagnose_page_faults(diagnoses);
	diagnose_counter(diagnoses);
	diagnose_period(diagnoses);
}

static bool has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (*list) {
		size_t next = strcspn(list, " ");

		if (next == length && strncmp(list, word, length) == 0)
			return true;
		list += next;
		list += strspn(list, " ");
	}
	return false;
}

/* Those that a hypervisor makes, and which no VMClock goes with. */
static bool is_hypervisors(const char *name)
{
	return strncmp(name, "hyperv_clocksource", 18) == 0 ||
	       strcmp(name, "xen") == 0;
}

/* Whether something here needs the page's counter. */
static bool has_clock(const struct host *host)
{
	return (host->has_page && host->reading.usable) || host->phc_own >= 0;
}

/* The kernel takes a TSC that it does not trust off the list. */
static void diagnose_unstable(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool wanted = has_clock(host);
	struct strbuf buffer =
		diagnosis_conclude(diagnoses,
				   wanted ? CONCLUDE_CLOCKSOURCE_UNUSABLE
					  : CONCLUDE_CLOCKSOURCE_UNSTABLE,
				   host->clocksource);

	strbuf_add(
		&buffer,
		": the kernel has given up the TSC (it is not in available_clocksource)");
	if (!wanted) {
		diagnosis_step(diagnoses, "dmesg | grep -i tsc shows why");
		return;
	}
	strbuf_add(&buffer,
		   ", and so every read of the PTP clock gives EINVAL");
	if (host->has_page && host->reading.usable)
		strbuf_add(&buffer, ", though the page is good");
	diagnosis_step(
		diagnoses,
		"dmesg | grep -i tsc shows why; the kernel option tsc=reliable keeps it, "
		"and hides it if the CPUs' TSCs do differ, as after some restores");
}

static void diagnose_clocksource(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool x86 = host_is_x86(host);
	const char *own = x86 ? CLOCKSOURCE_X86 : CLOCKSOURCE_ARM;
	static const char own_early[] = CLOCKSOURCE_X86 "-early";
	struct strbuf buffer;

	if (diagnosis_add_access_error(diagnoses, AREA_CLOCKSOURCE,
				       "clocksource", DIAGNOSIS_UNKNOWN) ||
	    !*host->clocksource)
		return;
	if (is_hypervisors(host->clocksource)) {
		buffer = diagnosis_conclude(diagnoses,
					    CONCLUDE_CLOCKSOURCE_HYPERVISOR,
					    host->clocksource);
		strbuf_add(&buffer, ", the hypervisor's own");
		return;
	}
	/* In the first second of a boot the TSC has another name. */
	if (x86 && *host->clocksources && !has_word(host->clocksources, own) &&
	    !has_word(host->clocksources, own_early)) {
		diagnose_unstable(diagnoses);
		return;
	}
	if (!has_clock(host) || strcmp(host->clocksource, own) == 0 ||
	    strcmp(host->clocksource, "kvm-clock") == 0) {
		diagnosis_conclude(diagnoses, CONCLUDE_CLOCKSOURCE_GOOD,
				   host->clocksource);
		return;
	}
	buffer = diagnosis_conclude(diagnoses, CONCLUDE_CLOCKSOURCE_OTHER,
				    host->clocksource);
	strbuf_add(
		&buffer,
		": PTP_SYS_OFFSET_PRECISE is refused, the clocksource is not the page's counter");
	/* It can be chosen only if it is there. */
	if (!has_word(host->clocksources, own))
		return;
	buffer = diagnosis_step(
		diagnoses, host->container ? "on the host: echo " : "echo ");
	strbuf_add(&buffer, own);
	strbuf_add(&buffer, " >" CURRENT_CLOCKSOURCE);
}

static void diagnose_tai(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	if (!host->has_kernel_tai)
		return;
	if (host->kernel_tai) {
		buffer = diagnosis_conclude(diagnoses, CONCLUDE_KERNEL_TAI_SET,
					    "the kernel's TAI offset is ");
		strbuf_signed(&buffer, host->kernel_tai);
		strbuf_add(&buffer, " s");
		return;
	}
	diagnosis_conclude(diagnoses, CONCLUDE_KERNEL_TAI_UNSET,
			   "the kernel's TAI offset is 0: CLOCK_TAI shows UTC");
	chrony_tai_step(diagnoses);
}

static void diagnose_leaps(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	switch (host->leaps) {
	case LEAPS_VALID:
		buffer =
			diagnosis_conclude(diagnoses, CONCLUDE_LEAP_TABLE_VALID,
					   "the table holds ");
		strbuf_add(&buffer, *host->leaps_until ? "until " : "for good");
		strbuf_add(&buffer, host->leaps_until);
		return;
	case LEAPS_EXPIRED:
		buffer = diagnosis_conclude(diagnoses,
					    CONCLUDE_LEAP_TABLE_EXPIRED,
					    "the table expired on ");
		strbuf_add(&buffer, host->leaps_until);
		strbuf_add(&buffer, ": verify skips the rules that need more");
		diagnosis_step(diagnoses,
			       "update its package, in Debian tzdata");
		return;
	case LEAPS_NONE:
		if (diagnosis_add_access_error(diagnoses, AREA_LEAPS,
					       "leap-seconds",
					       DIAGNOSIS_UNKNOWN))
			return;
		buffer = diagnosis_conclude(diagnoses, CONCLUDE_LEAP_TABLE_NONE,
					    "no table: ");
		strbuf_add(&buffer, host->leaps_error);
		diagnosis_step(
			diagnoses,
			"install it: in Debian the package tzdata has " LEAP_TABLE_PATH);
	}
}

void diagnose_clock(struct diagnosis_list *diagnoses)
{
	diagnose_page(diagnoses);
	diagnose_phc(diagnoses);
	diagnose_other_phcs(diagnoses);
	diagnose_clocksource(diagnoses);
	diagnose_tai(diagnoses);
	diagnose_leaps(diagnoses);
}
