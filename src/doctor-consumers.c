/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on who would use the page. */
#include <string.h>

#include "doctor-impl.h"

#define CHRONY_LINE "refclock PHC /dev/ptp_vmclock refid VMCL poll 0 dpoll -2"

static void examine_unprivileged(struct exam *exam)
{
	const struct host *host = exam->host;

	if (!host->nodes || host->unseen[AREA_NODE].errnum)
		return;
	if (host->node_mode & 0004) {
		exam_say(exam, DIAGNOSIS_OK, "unprivileged",
			 "every user can read the page");
		return;
	}
	if (host->node_mode & 0040) {
		exam_say(exam, DIAGNOSIS_OK, "unprivileged",
			 "the node's group can read the page");
		return;
	}
	exam_say(exam, DIAGNOSIS_NOTE, "unprivileged",
		 host->udev_rule
			 ? "root alone can read the page, though there is a "
			   "udev rule about it: is it loaded?"
			 : "root alone can read the page: programs of other "
			   "users say often only that it is unsupported");
	exam_step(exam, host->udev_rule ? "udevadm control --reload; udevadm "
					  "trigger --subsystem-match=misc"
					: "the udev rule of " UDEV_FILE
					  ": " UDEV_NODE);
	if (!host->udev_rule)
		exam_unseen(exam, AREA_UDEV, "unprivileged", DIAGNOSIS_NOTE);
}

static void examine_clockbound(struct exam *exam)
{
	const struct host *host = exam->host;
	uint64_t size = exam_field(host, FIELD_size);

	if (!host->has_page || host->unseen[AREA_NODE].errnum)
		return;
	if (host->page_size && size != host->page_size) {
		exam_say(exam, DIAGNOSIS_NOTE, "clockbound",
			 "ClockBound 2 maps `size` bytes, which fails since "
			 "that "
			 "is not one page");
		exam_step(exam,
			  "a newer ClockBound, or one run without VMClock");
	} else if (exam_field(host, FIELD_seq_count) == 0) {
		exam_say(exam, DIAGNOSIS_NOTE, "clockbound",
			 "ClockBound 2 may take a page with seq_count 0, as it "
			 "is "
			 "at boot, for one that is not there");
		exam_step(exam, "it comes right with the first update");
	} else {
		exam_say(
			exam, DIAGNOSIS_OK, "clockbound",
			"nothing in ClockBound's way, if it may read the node");
	}
}

static void examine_aws_lc(struct exam *exam)
{
	const struct host *host = exam->host;
	bool present =
		exam_field(host, FIELD_flags) & FLAG_VM_GEN_COUNTER_PRESENT;

	if (!host->has_page)
		return;
	if (present)
		exam_say(exam, DIAGNOSIS_OK, "snapshot-safety",
			 "vm_generation_counter is there: AWS-LC can tell a "
			 "clone, "
			 "if it may read the node");
	else
		exam_say(exam, DIAGNOSIS_NOTE, "snapshot-safety",
			 "no vm_generation_counter: AWS-LC and the like fall "
			 "back "
			 "to mixing in more entropy");
}

static void chrony_suggest(struct exam *exam)
{
	const struct host *host = exam->host;
	bool tai = host->phc_judged && host->phc_offset.scale == SCALE_TAI;
	struct words words;

	if (host->phc_own < 0)
		return;
	exam_say(exam, DIAGNOSIS_NOTE, "chrony",
		 "no refclock of chrony's reads the page's PTP clock");
	words = exam_step(exam, "with the links of " UDEV_FILE ", else ");
	words_add(&words, host->phcs[host->phc_own].path);
	if (host->phc_judged) {
		words_add(&words, tai ? ", contrib/chrony/vmclock-tai.conf: "
				      : ", contrib/chrony/vmclock-utc.conf: ");
		words_add(&words, CHRONY_LINE);
		words_add(&words, tai ? " tai" : "");
		return;
	}
	words_add(&words, ", contrib/chrony/vmclock-utc.conf: " CHRONY_LINE
			  " (vmclock-tai.conf has tai, for a PHC that shows "
			  "TAI: kernel 7.0 and later, vmclockctl compare "
			  "tells)");
}

/* Whether the line is about this PHC, by its node or by a link to it. */
static bool is_about(const struct chrony_line *line, const struct host *host)
{
	const char *path =
		host->phc_own < 0 ? "" : host->phcs[host->phc_own].path;
	const char *node = strstr(path, "/dev/ptp");
	const char *found = node ? strstr(line->line, node) : NULL;

	if (strstr(line->line, "ptp_vmclock"))
		return true;
	return found &&
	       !(found[strlen(node)] >= '0' && found[strlen(node)] <= '9');
}

static void examine_chrony(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct chrony_line *line = NULL;
	bool unseen =
		host->phc_own >= 0 &&
		exam_unseen(exam, AREA_CHRONY, "chrony", DIAGNOSIS_UNKNOWN);
	struct words words;
	bool tai;

	if (!host->chrony)
		return;
	for (unsigned int i = 0; i < host->chrony_count && !line; i++) {
		if (is_about(&host->chrony_lines[i], host))
			line = &host->chrony_lines[i];
	}
	if (!line && !unseen)
		chrony_suggest(exam);
	if (!line)
		return;
	tai = host->phc_offset.scale == SCALE_TAI;
	if (host->phc_judged && tai != line->tai &&
	    host->phc_offset.scale <= SCALE_TAI) {
		exam_say(exam, DIAGNOSIS_PROBLEM, "chrony",
			 tai ? "its refclock lacks tai, and the PHC shows TAI: "
			       "37 s "
			       "wrong (7.0 moved the PHC from UTC to TAI)"
			     : "its refclock has tai, and the PHC shows UTC: "
			       "37 s "
			       "wrong");
		words = exam_step(exam,
				  tai ? "add tai to: " : "take tai from: ");
		words_add(&words, line->line);
		return;
	}
	words = exam_say(exam, DIAGNOSIS_OK, "chrony", line->line);
	if (!host->phc_judged) {
		exam->list[exam->count - 1].level = DIAGNOSIS_NOTE;
		words_add(&words, ": right if the PHC shows ");
		words_add(&words, line->tai ? "TAI" : "UTC");
		exam_step(exam, "vmclockctl compare tells which it is");
	}
}

static void examine_virtio_rtc(struct exam *exam)
{
	const struct host *host = exam->host;
	bool unseen = exam_unseen(exam, AREA_VIRTIO_RTC, "virtio-rtc",
				  DIAGNOSIS_UNKNOWN);
	struct words words;

	if (!host->virtio_rtc_device || unseen)
		return;
	if (!host->virtio_rtc_driver) {
		exam_say(exam, DIAGNOSIS_PROBLEM, "virtio-rtc",
			 "a virtio RTC device is there, and no driver bound to "
			 "it");
		exam_step(exam,
			  "modprobe virtio_rtc; a kernel of 6.16 or later "
			  "with CONFIG_VIRTIO_RTC has it");
		return;
	}
	words = exam_say(exam, DIAGNOSIS_OK, "virtio-rtc", "bound; ");
	words_add(&words, *host->virtio_rtc_rtc
				  ? host->virtio_rtc_rtc
				  : "no RTC device, as for clocks that may "
				    "step on leap seconds");
}

void examine_consumers(struct exam *exam)
{
	examine_unprivileged(exam);
	examine_clockbound(exam);
	examine_aws_lc(exam);
	examine_chrony(exam);
	examine_virtio_rtc(exam);
}
