/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on programs that use the page or the PHC. */
#include <string.h>

#include "base/number.h"
#include "parts.h"

#define CHRONY_LINE "refclock PHC /dev/ptp_vmclock refid VMCL poll 0 dpoll -2"

static void diagnose_unprivileged(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;

	if (!host->nodes || host->access_errors[AREA_NODE].errnum)
		return;
	if (host->node_mode & 0004) {
		diagnosis_add(diagnoses, DIAGNOSIS_OK, "unprivileged",
			      "every user can read the page");
		return;
	}
	if (host->node_mode & 0040) {
		diagnosis_add(diagnoses, DIAGNOSIS_OK, "unprivileged",
			      "the node's group can read the page");
		return;
	}
	diagnosis_add(
		diagnoses, DIAGNOSIS_NOTE, "unprivileged",
		host->udev_rule
			? "only root can read the page, though there is a udev rule for it: is it loaded?"
			: "only root can read the page: programs of other "
			  "users often report only that it is unsupported");
	diagnosis_step(
		diagnoses,
		host->udev_rule
			? "udevadm control --reload; udevadm trigger --subsystem-match=misc"
			: "the udev rule of " UDEV_FILE ": " UDEV_NODE);
	if (!host->udev_rule)
		diagnosis_add_access_error(diagnoses, AREA_UDEV, "unprivileged",
					   DIAGNOSIS_NOTE);
}

static void diagnose_clockbound(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	uint64_t size = diagnosis_field(host, FIELD_size);

	if (!host->has_page || host->access_errors[AREA_NODE].errnum)
		return;
	if (host->page_size && size != host->page_size) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_NOTE, "clockbound",
			"ClockBound 2 maps `size` bytes, which fails since that is not one page");
		diagnosis_step(
			diagnoses,
			"a newer ClockBound, or one run without VMClock");
	} else if (diagnosis_field(host, FIELD_seq_count) == 0) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_NOTE, "clockbound",
			"ClockBound 2 may take a page with seq_count 0, as it is at boot, for one that is not there");
		diagnosis_step(diagnoses, "the first update corrects it");
	} else {
		diagnosis_add(
			diagnoses, DIAGNOSIS_OK, "clockbound",
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
		diagnosis_add(
			diagnoses, DIAGNOSIS_OK, "snapshot-safety",
			"vm_generation_counter is there: AWS-LC can detect a clone, if it may read the node");
	else
		diagnosis_add(
			diagnoses, DIAGNOSIS_NOTE, "snapshot-safety",
			"no vm_generation_counter: AWS-LC and the like fall back to mixing in more entropy");
}

static void diagnose_no_refclock(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	bool tai = host->phc_judged && host->phc_offset.scale == SCALE_TAI;
	struct strbuf buffer;

	if (host->phc_own < 0)
		return;
	diagnosis_add(diagnoses, DIAGNOSIS_NOTE, "chrony",
		      "no chrony refclock reads the page's PTP clock");
	buffer = diagnosis_step(diagnoses,
				"with the links of " UDEV_FILE ", else ");
	strbuf_path(&buffer, host->phcs[host->phc_own].path,
		    DIAGNOSIS_PATH_MAX);
	if (host->phc_judged) {
		strbuf_add(&buffer,
			   tai ? ", contrib/chrony/vmclock-tai.conf: "
			       : ", contrib/chrony/vmclock-utc.conf: ");
		strbuf_add(&buffer, CHRONY_LINE);
		strbuf_add(&buffer, tai ? " tai" : "");
		return;
	}
	strbuf_add(&buffer,
		   ", contrib/chrony/vmclock-utc.conf: " CHRONY_LINE
		   " (vmclock-tai.conf has tai, for a PHC that shows TAI: "
		   "kernel 7.0 and later; vmclockctl compare shows which)");
}

/* Whether the line is about this PHC, by its node or by a link to it. */
static bool names_own_phc(const struct chrony_line *line,
			  const struct host *host)
{
	const char *path =
		host->phc_own < 0 ? "" : host->phcs[host->phc_own].path;
	const char *node = strstr(path, "/dev/ptp");
	const char *found = node ? strstr(line->line, node) : NULL;

	if (strstr(line->line, "ptp_vmclock"))
		return true;
	return found && !is_decimal_digit(found[strlen(node)]);
}

static void diagnose_chrony(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct chrony_line *line = NULL;
	bool hidden = host->phc_own >= 0 &&
		      diagnosis_add_access_error(diagnoses, AREA_CHRONY,
						 "chrony", DIAGNOSIS_UNKNOWN);
	struct strbuf buffer;
	bool tai;

	if (!host->chrony)
		return;
	for (unsigned int i = 0; i < host->chrony_count && !line; i++) {
		if (names_own_phc(&host->chrony_lines[i], host))
			line = &host->chrony_lines[i];
	}
	if (!line && !hidden)
		diagnose_no_refclock(diagnoses);
	if (!line)
		return;
	tai = host->phc_offset.scale == SCALE_TAI;
	if (host->phc_judged && tai != line->tai &&
	    host->phc_offset.scale <= SCALE_TAI) {
		diagnosis_add(
			diagnoses, DIAGNOSIS_PROBLEM, "chrony",
			tai ? "its refclock lacks tai, and the PHC shows TAI: "
			      "37 s wrong (7.0 moved the PHC from UTC to TAI)"
			    : "its refclock has tai, and the PHC shows UTC: 37 s wrong");
		buffer = diagnosis_step(diagnoses, tai ? "add tai to: "
						       : "remove tai from: ");
		strbuf_add(&buffer, line->line);
		return;
	}
	buffer = diagnosis_add(diagnoses, DIAGNOSIS_OK, "chrony", line->line);
	if (!host->phc_judged) {
		diagnosis_set_level(diagnoses, DIAGNOSIS_NOTE);
		strbuf_add(&buffer, ": right if the PHC shows ");
		strbuf_add(&buffer, line->tai ? "TAI" : "UTC");
		diagnosis_step(diagnoses,
			       "vmclockctl compare shows which it is");
	}
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
		diagnosis_add(
			diagnoses, DIAGNOSIS_PROBLEM, "virtio-rtc",
			"a virtio RTC device is there, but no driver is bound to it");
		diagnosis_step(
			diagnoses,
			"modprobe virtio_rtc; a kernel of 6.16 or later with CONFIG_VIRTIO_RTC has it");
		return;
	}
	buffer =
		diagnosis_add(diagnoses, DIAGNOSIS_OK, "virtio-rtc", "bound; ");
	strbuf_add(
		&buffer,
		*host->virtio_rtc_rtc
			? host->virtio_rtc_rtc
			: "no RTC device, as for clocks that may step on leap seconds");
}

void diagnose_consumers(struct diagnosis_list *diagnoses)
{
	diagnose_unprivileged(diagnoses);
	diagnose_clockbound(diagnoses);
	diagnose_aws_lc(diagnoses);
	diagnose_chrony(diagnoses);
	diagnose_virtio_rtc(diagnoses);
}
