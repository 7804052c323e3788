/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on programs that use the page or the PHC. */
#include <string.h>

#include "parts.h"

static void diagnose_clockbound(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	uint64_t size = diagnosis_field(host, FIELD_size);

	if (host->clockbound && !host->nodes &&
	    !host->access_errors[AREA_NODE].errnum) {
		bool device = host_has_device(host) || host->firmware_hidden ||
			      host->access_errors[AREA_DEVICE].errnum;

		diagnosis_conclude(
			diagnoses,
			device ? CONCLUDE_CLOCKBOUND_WITHOUT_NODE
			       : CONCLUDE_CLOCKBOUND_WITHOUT_DEVICE,
			"ClockBound is installed and there is no /dev/vmclock0: with VMClock required it ends at once, over and over");
		diagnosis_step(
			diagnoses,
			device ? "make the node, as above, or run it with --disable-clock-disruption-support"
			       : "this machine has no VMClock: run it with --disable-clock-disruption-support");
		return;
	}
	if (!host->has_page || host->access_errors[AREA_NODE].errnum)
		return;
	if (host->page_size && size != host->page_size) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_CLOCKBOUND_PAGE_SIZE,
			"ClockBound 2 maps `size` bytes, which fails since that is not one page");
		diagnosis_step(
			diagnoses,
			"a newer ClockBound, or one run without VMClock");
	} else if (diagnosis_field(host, FIELD_seq_count) == 0) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_CLOCKBOUND_SEQ_COUNT,
			"ClockBound 2 may take a page with seq_count 0, as it is at boot, for one that is not there");
		diagnosis_step(diagnoses, "the first update corrects it");
	} else {
		diagnosis_conclude(
			diagnoses, CONCLUDE_CLOCKBOUND_GOOD,
			"nothing blocks ClockBound, if it may read the node");
	}
}

static void diagnose_aws_lc(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool present = diagnosis_field(host, FIELD_flags) &
		       FLAG_VM_GEN_COUNTER_PRESENT;

	if (!host->has_page)
		return;
	if (present)
		diagnosis_conclude(
			diagnoses, CONCLUDE_GENERATION_PRESENT,
			"vm_generation_counter is there: AWS-LC can detect a clone, if it may read the node");
	else
		diagnosis_conclude(
			diagnoses, CONCLUDE_GENERATION_ABSENT,
			"no vm_generation_counter: AWS-LC and the like fall back to mixing in more entropy");
}

static void diagnose_virtio_rtc(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool hidden = diagnosis_add_access_error(
		diagnoses, AREA_VIRTIO_RTC, "virtio-rtc", DIAGNOSIS_UNKNOWN);
	struct strbuf buffer;

	if (!host->virtio_rtc_device || hidden)
		return;
	if (!host->virtio_rtc_driver) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_VIRTIO_RTC_NO_DRIVER,
			"a virtio RTC device is there, but no driver is bound to it");
		buffer = diagnosis_step(diagnoses,
					host->container ? "on the host: " : "");
		if (host->virtio_rtc_listed)
			strbuf_add(&buffer, "modprobe virtio_rtc");
		if (host->virtio_rtc_listed < 0)
			strbuf_add(&buffer, "; else ");
		if (host->virtio_rtc_listed <= 0)
			strbuf_add(
				&buffer,
				host->version >= 6016
					? "boot a kernel built with CONFIG_VIRTIO_RTC"
					: "boot a kernel of 6.16 or later with CONFIG_VIRTIO_RTC");
		return;
	}
	buffer = diagnosis_conclude(diagnoses, CONCLUDE_VIRTIO_RTC_BOUND,
				    "bound; ");
	strbuf_add(
		&buffer,
		*host->virtio_rtc_rtc
			? host->virtio_rtc_rtc
			: "no RTC device, as for clocks that may step on leap seconds");
}

void diagnose_consumers(struct diagnosis_list *diagnoses)
{
	diagnose_rights(diagnoses);
	diagnose_clockbound(diagnoses);
	diagnose_aws_lc(diagnoses);
	diagnose_chrony(diagnoses);
	diagnose_virtio_rtc(diagnoses);
}
