/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on the PTP clocks: why there is none, its node, what it shows. */
#include <string.h>

#include "parts.h"

/* The first byte after the field of the reference time's end: a page that is
 * smaller has no PHC. */
#define PHC_SIZE_MIN 0x58

/* Why the driver made none of this page, as it decides at probe; NULL if it
 * would have. UTC or TAI: what the page says of its time. */
static const char *find_reason(const struct host *host, bool *by_design)
{
	const struct clock *clock = &host->reading.clock;
	uint64_t counter = diagnosis_field(host, FIELD_counter_id);
	uint64_t own = host_is_x86(host) ? COUNTER_X86_TSC : COUNTER_ARM_VCNT;
	uint64_t type = diagnosis_field(host, FIELD_time_type);
	bool offset = clock->tai_valid;

	*by_design = type == TIME_TYPE_MONOTONIC ||
		     reading_signal_only(&host->reading);
	if (reading_signal_only(&host->reading))
		return "the page has no clock";
	if (type == TIME_TYPE_MONOTONIC)
		return "the page's time is MONOTONIC, of no known epoch";
	if (diagnosis_field(host, FIELD_size) < PHC_SIZE_MIN)
		return "size ends before the reference time, below 0x58";
	if (*host->architecture && counter != own)
		return "counter_id is not the counter of this CPU";
	if (type != TIME_TYPE_UTC && type != TIME_TYPE_TAI)
		return "the time is smeared or of a type that no driver takes";
	if (type == TIME_TYPE_TAI && !offset && host->version &&
	    host->version < 7000)
		return "before 7.0 the driver makes UTC of TAI, and TAI_OFFSET_VALID is clear";
	if (type == TIME_TYPE_UTC && !offset && host->version >= 7000)
		return "since 7.0 the driver makes TAI of UTC, and TAI_OFFSET_VALID is clear";
	return NULL;
}

static void diagnose_no_phc(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	struct strbuf buffer;
	const char *reason;
	bool by_design;

	if (host->classes_hidden) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_PHC_NONE,
			"no PTP clock is shown here, nor anything of /sys/class");
		return;
	}
	if (host->driver != DRIVER_BOUND) {
		if (!host->phc_count)
			diagnosis_conclude(diagnoses, CONCLUDE_PHC_NONE,
					   "no PTP clock");
		return;
	}
	if (!host->has_page) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_PHC_NONE,
			"none of the driver's; the page could not be read to find out why");
		return;
	}
	reason = find_reason(host, &by_design);
	if (by_design) {
		buffer = diagnosis_conclude(
			diagnoses, CONCLUDE_PHC_NONE_BY_DESIGN, "none, since ");
		strbuf_add(&buffer, reason);
		return;
	}
	buffer = diagnosis_conclude(
		diagnoses, CONCLUDE_PHC_NOT_MADE,
		"the page has a clock, but the driver made no PTP clock of it");
	if (reason) {
		strbuf_add(&buffer, ": ");
		strbuf_add(&buffer, reason);
		diagnosis_step(
			diagnoses,
			"the hypervisor has to write what the driver takes; it decides once, when it is loaded");
		return;
	}
	diagnosis_step(
		diagnoses,
		"the driver decides once, when it is loaded, and would take this page now: "
		"modprobe -r ptp_vmclock; modprobe ptp_vmclock; else the kernel is built without PTP clocks");
}

static void diagnose_time(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct offset *offset = &host->phc_offset;
	struct strbuf buffer;

	if (host->phc_errnum) {
		buffer = diagnosis_conclude(diagnoses, CONCLUDE_PHC_UNREADABLE,
					    "it cannot be read, errno ");
		strbuf_signed(&buffer, host->phc_errnum);
		diagnosis_step(diagnoses,
			       "vmclockctl compare explains the error");
		return;
	}
	if (!host->phc_judged)
		return;
	if (scale_texts[offset->scale].fault) {
		bool positive = host->reading.clock.tai_offset > 0;

		buffer = diagnosis_conclude(diagnoses, CONCLUDE_PHC_WRONG,
					    "it shows ");
		strbuf_add(
			&buffer,
			offset->scale == SCALE_AHEAD && !positive
				? "TAI plus the TAI offset, wrong by twice the offset, though the page's sign is right"
				: scale_texts[offset->scale].fault);
		diagnosis_step(
			diagnoses,
			"do not steer a clock by it; vmclockctl compare shows how far it is off");
		return;
	}
	/* A page of another counter has no time to judge by. */
	if (offset->scale == SCALE_UNKNOWN &&
	    reading_counter_behind(&host->reading))
		return;
	buffer = diagnosis_conclude(diagnoses,
				    offset->scale == SCALE_UNKNOWN
					    ? CONCLUDE_PHC_OF_NO_SCALE
					    : CONCLUDE_PHC_SCALE,
				    "its timescale is ");
	strbuf_add(&buffer, offset->scale == SCALE_TAI ? "TAI"
			    : offset->scale == SCALE_UTC
				    ? "UTC"
				    : "neither UTC nor TAI");
	if (offset->scale == SCALE_UNKNOWN)
		diagnosis_step(diagnoses,
			       "vmclockctl compare shows how far it is off");
}

/* The clock whose PHC answers all the same; values that nobody defined go by
 * their number. */
static void diagnose_not_settled(struct diagnosis_list *diagnoses,
				 uint64_t status)
{
	struct strbuf buffer = diagnosis_conclude(
		diagnoses, CONCLUDE_STATUS_NOT_SETTLED, "the clock is ");

	if (status == STATUS_UNKNOWN) {
		strbuf_add(&buffer, "UNKNOWN");
	} else if (status == STATUS_INITIALIZING) {
		strbuf_add(&buffer, "INITIALIZING");
	} else {
		strbuf_add(&buffer, "of an undefined clock_status, ");
		strbuf_decimal(&buffer, status);
		strbuf_add(&buffer, ",");
	}
	strbuf_add(
		&buffer,
		" and not to be relied on, but the PTP clock gives times: whoever follows it follows those");
	diagnosis_step(
		diagnoses,
		"start what follows it after: vmclockctl watch --until status=synchronized; the host's clock has to settle");
}

/* The driver serves a clock that the page does not vouch for. */
static void diagnose_status(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	uint64_t status = diagnosis_field(host, FIELD_clock_status);
	const struct page *page = &host->reading.page;

	if (!host->has_page || page->layout->draft ||
	    reading_signal_only(&host->reading) || host->phc_errnum ||
	    status == STATUS_UNRELIABLE)
		return;
	if (status != STATUS_SYNCHRONIZED && status != STATUS_FREERUNNING) {
		diagnose_not_settled(diagnoses, status);
		return;
	}
	if (!page_has(page, FIELD_counter_period_frac_sec) ||
	    page->value[FIELD_counter_period_frac_sec])
		return;
	diagnosis_conclude(
		diagnoses, CONCLUDE_CLOCK_STANDS_STILL,
		"the period is 0: the PTP clock stands still at the reference time");
	diagnosis_step(diagnoses,
		       "follow no clock of it; the hypervisor has to write the "
		       "period of the guest's counter");
}

void diagnose_phc(struct diagnosis_list *diagnoses)
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
	if (diagnose_node_fault(diagnoses, own->path, &host->phc_look, true)) {
		diagnose_status(diagnoses);
		return;
	}
	buffer =
		diagnosis_conclude_path(diagnoses, CONCLUDE_PHC_OWN, own->path);
	strbuf_add(&buffer, " is the page's PTP clock");
	diagnose_time(diagnoses);
	diagnose_status(diagnoses);
}

void diagnose_other_phcs(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;

	for (int i = 0; i < host->phc_count; i++) {
		const struct phc *phc = &host->phcs[i];
		struct strbuf buffer;

		/* Room is left for what comes after. */
		if (i == host->phc_own || diagnoses->count > DIAGNOSES_MAX - 16)
			continue;
		if (!*phc->name && host->access_errors[AREA_PHC].errnum)
			continue;
		buffer = diagnosis_conclude_path(diagnoses, CONCLUDE_PHC_OTHER,
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
