/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on the sources of time: the page, PTP clocks, the kernel's own. */
#include <string.h>

#include "base/sysfs.h"
#include "parts.h"

static bool is_x86(const struct host *host)
{
	return strcmp(host->architecture, "x86_64") == 0;
}

static void add_value_name(struct strbuf *buffer, const struct page *page,
			   int row)
{
	const char *name;

	if (!page_has(page, row))
		return;
	name = field_value_name(&page->layout->fields[row], page->value[row]);
	strbuf_add(buffer, ", ");
	strbuf_add(buffer, name ? name : "unknown status");
}

static void diagnose_page_faults(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct clock *clock = &host->reading.clock;
	struct strbuf buffer;

	if (host->reading.page.layout->draft) {
		diagnosis_add(diagnoses, DIAGNOSIS_PROBLEM, "page",
			      "a layout from before the standard");
		diagnosis_step(
			diagnoses,
			"update the hypervisor: the driver reads only the current layout");
		return;
	}
	if (diagnosis_field(host, FIELD_clock_status) == STATUS_UNRELIABLE) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_PROBLEM, "page",
			"the clock is UNRELIABLE: the PTP clock gives EINVAL");
		diagnosis_step(
			diagnoses,
			"fix the host's own clock: its chronyd, or whatever feeds the page");
	}
	if (clock->tai_valid && clock->tai_offset > 0 &&
	    clock->time_type != TIME_TYPE_MONOTONIC) {
		buffer = diagnosis_add(
			diagnoses, DIAGNOSIS_PROBLEM, "page",
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
		diagnosis_add(
			diagnoses, DIAGNOSIS_PROBLEM, "page",
			"seq_count does not settle: an update does not end");
		diagnosis_step(
			diagnoses,
			"try again; if it persists, the hypervisor's writer died, and readers time out after 100 ms");
	}
	if (*host->page_error) {
		diagnosis_add(diagnoses, DIAGNOSIS_PROBLEM, "page",
			      host->page_error);
		diagnosis_step(diagnoses, "vmclockctl show prints more");
	}
	if (!host->has_page)
		return;
	if (reading_signal_only(reading)) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_OK, "page",
			"only the disruption signal, no clock: common and healthy");
	} else {
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_OK, "page",
				       "a clock");
		add_value_name(&buffer, &reading->page,
			       reading->page.layout->clock_status);
		add_value_name(&buffer, &reading->page,
			       reading->page.layout->time_type);
		if (!reading->usable) {
			strbuf_add(&buffer, "; not usable now");
			diagnosis_set_level(diagnoses, DIAGNOSIS_NOTE);
		}
	}
	diagnose_page_faults(diagnoses);
}

static void diagnose_no_phc(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;

	if (host->driver != DRIVER_BOUND) {
		if (!host->phc_count)
			diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "phc",
				      "no PTP clock");
		return;
	}
	if (host->has_page && reading_signal_only(&host->reading)) {
		diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "phc",
			      "none, since the page has no clock");
		return;
	}
	if (!host->has_page) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_NOTE, "phc",
			"none of the driver's; the page could not be read to find out why");
		return;
	}
	diagnosis_add(
		diagnoses, DIAGNOSIS_PROBLEM, "phc",
		"the page has a clock, but the driver made no PTP clock of it");
	diagnosis_step(
		diagnoses,
		"the driver decides once, when it is loaded: size 0x58, this "
		"CPU's counter, and a timescale it can use (before 7.0: UTC, "
		"or TAI with TAI_OFFSET_VALID; since: TAI, or UTC with it)");
}

static void diagnose_phc_time(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct offset *offset = &host->phc_offset;
	struct strbuf buffer;

	if (host->phc_errnum) {
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_PROBLEM, "phc",
				       "it cannot be read, errno ");
		strbuf_signed(&buffer, host->phc_errnum);
		diagnosis_step(diagnoses,
			       "vmclockctl compare explains the error");
		return;
	}
	if (!host->phc_judged)
		return;
	if (scale_texts[offset->scale].fault) {
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_PROBLEM, "phc",
				       "it shows ");
		strbuf_add(&buffer, scale_texts[offset->scale].fault);
		diagnosis_step(
			diagnoses,
			"do not steer a clock by it; vmclockctl compare shows how far it is off");
		return;
	}
	buffer =
		diagnosis_add(diagnoses,
			      offset->scale == SCALE_UNKNOWN ? DIAGNOSIS_PROBLEM
							     : DIAGNOSIS_OK,
			      "phc", "its timescale is ");
	strbuf_add(&buffer, offset->scale == SCALE_TAI ? "TAI"
			    : offset->scale == SCALE_UTC
				    ? "UTC"
				    : "neither UTC nor TAI");
	if (offset->scale == SCALE_UNKNOWN)
		diagnosis_step(diagnoses,
			       "vmclockctl compare shows how far it is off");
}

static void diagnose_phc(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct phc *own;
	bool hidden = diagnosis_add_access_error(diagnoses, AREA_PHC, "phc",
						 DIAGNOSIS_UNKNOWN);
	struct strbuf buffer;

	if (host->phc_own < 0 && !hidden)
		diagnose_no_phc(diagnoses);
	if (host->phc_own < 0 || (hidden && !host->phc_readable))
		return;
	own = &host->phcs[host->phc_own];
	buffer = diagnosis_add_path(diagnoses,
				    host->phc_readable ? DIAGNOSIS_OK
						       : DIAGNOSIS_PROBLEM,
				    "phc", own->path);
	strbuf_add(&buffer, " is the page's PTP clock");
	if (!host->phc_readable) {
		strbuf_add(&buffer, ", not readable by this user");
		buffer = diagnosis_step(diagnoses, "as root, or: ");
		diagnosis_add_udev_rule(&buffer, host, UDEV_RULE_PHC);
		return;
	}
	diagnose_phc_time(diagnoses);
}

static void diagnose_other_phcs(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;

	for (int i = 0; i < host->phc_count; i++) {
		const struct phc *phc = &host->phcs[i];
		struct strbuf buffer;

		/* Room is left for what comes after. */
		if (i == host->phc_own || diagnoses->count > DIAGNOSES_MAX - 12)
			continue;
		if (!*phc->name && host->access_errors[AREA_PHC].errnum)
			continue;
		buffer = diagnosis_add_path(diagnoses, DIAGNOSIS_NOTE, "phc",
					    phc->path);
		strbuf_add(&buffer, ": ");
		strbuf_add(&buffer, *phc->name ? phc->name : "unnamed");
		strbuf_add(&buffer, ", ");
		strbuf_add(&buffer, phc_kinds[phc->kind.kind].help);
		if (phc->kind.kind != PHC_VIRTIO_RTC)
			continue;
		strbuf_add(&buffer, ": type ");
		strbuf_add(&buffer, virtio_type_name(phc->kind.type));
		strbuf_add(&buffer, ", variant ");
		strbuf_add(&buffer, virtio_variant_name(phc->kind.variant));
	}
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

static void diagnose_clocksource(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const char *own = is_x86(host) ? CLOCKSOURCE_X86 : CLOCKSOURCE_ARM;
	bool wanted = host->has_page && host->reading.usable;
	struct strbuf buffer;

	if (diagnosis_add_access_error(diagnoses, AREA_CLOCKSOURCE,
				       "clocksource", DIAGNOSIS_UNKNOWN) ||
	    !*host->clocksource)
		return;
	buffer = diagnosis_add(diagnoses, DIAGNOSIS_OK, "clocksource",
			       host->clocksource);
	if (strcmp(host->clocksource, own) == 0 ||
	    strcmp(host->clocksource, "kvm-clock") == 0)
		return;
	diagnosis_set_level(diagnoses, DIAGNOSIS_NOTE);
	if (!is_x86(host) || has_word(host->clocksources, own)) {
		strbuf_add(
			&buffer,
			": PTP_SYS_OFFSET_PRECISE is refused, the clocksource is not the page's counter");
		diagnosis_step(diagnoses, "echo " CLOCKSOURCE_X86
					  " >" CURRENT_CLOCKSOURCE);
		return;
	}
	strbuf_add(&buffer, ": the kernel has given up the TSC");
	if (wanted) {
		strbuf_add(
			&buffer,
			", and so every read of the PTP clock gives EINVAL, though the page is good");
		diagnosis_set_level(diagnoses, DIAGNOSIS_PROBLEM);
	}
	diagnosis_step(
		diagnoses,
		"dmesg | grep -i tsc shows why; the kernel option tsc=reliable keeps it");
}

static void diagnose_tai(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	if (!host->has_kernel_tai)
		return;
	if (host->kernel_tai) {
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_OK, "tai",
				       "the kernel's TAI offset is ");
		strbuf_signed(&buffer, host->kernel_tai);
		strbuf_add(&buffer, " s");
		return;
	}
	diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "tai",
		      "the kernel's TAI offset is 0: CLOCK_TAI shows UTC");
	diagnosis_step(diagnoses,
		       "in chrony.conf: leapseclist " LEAP_TABLE_PATH " "
		       "(chrony 4.6), or leapsectz right/UTC");
}

static void diagnose_leaps(struct diagnosis_list *diagnoses)
{
	static const char topic[] = "leap-seconds";
	const struct host *host = diagnoses->host;
	struct strbuf buffer;

	switch (host->leaps) {
	case LEAPS_VALID:
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_OK, topic,
				       "the table holds ");
		strbuf_add(&buffer, *host->leaps_until ? "until " : "for good");
		strbuf_add(&buffer, host->leaps_until);
		return;
	case LEAPS_EXPIRED:
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_NOTE, topic,
				       "the table expired on ");
		strbuf_add(&buffer, host->leaps_until);
		strbuf_add(&buffer, ": verify skips the rules that need more");
		diagnosis_step(diagnoses,
			       "update its package, in Debian tzdata");
		return;
	case LEAPS_NONE:
		if (diagnosis_add_access_error(diagnoses, AREA_LEAPS, topic,
					       DIAGNOSIS_UNKNOWN))
			return;
		buffer = diagnosis_add(diagnoses, DIAGNOSIS_NOTE, topic,
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
