/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on what tells the time: the page, PTP clocks, the kernel's own. */
#include <string.h>

#include "doctor-impl.h"

#define UDEV_PHC                                                               \
	"SUBSYSTEM==\"ptp\", ATTR{clock_name}==\"vmclock*\", "                 \
	"GROUP=\"vmclock\", MODE=\"0440\", SYMLINK+=\"ptp_vmclock\""

static bool is_x86(const struct host *host)
{
	return strcmp(host->architecture, "x86_64") == 0;
}

static void add_value_name(struct words *words, const struct page *page,
			   int row)
{
	const char *name;

	if (!page_has(page, row))
		return;
	name = field_value_name(&page->layout->fields[row], page->value[row]);
	words_add(words, ", ");
	words_add(words, name ? name : "unknown status");
}

static void examine_faults(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct clock *clock = &host->reading.clock;

	if (host->reading.page.layout->id != LAYOUT_VMCLOCK_1) {
		exam_say(exam, DIAGNOSIS_PROBLEM, "page",
			 "a layout from before the standard");
		exam_step(exam,
			  "update the hypervisor: the driver reads today's "
			  "layout alone");
		return;
	}
	if (exam_field(host, FIELD_clock_status) == STATUS_UNRELIABLE) {
		exam_say(exam, DIAGNOSIS_PROBLEM, "page",
			 "the clock is UNRELIABLE: the PTP clock gives EINVAL");
		exam_step(exam,
			  "the host's own clock needs mending: its chronyd, "
			  "or whatever feeds the page");
	}
	if (clock->tai_valid && clock->tai_offset > 0) {
		exam_say(
			exam, DIAGNOSIS_PROBLEM, "page",
			"tai_offset_sec is positive: drivers and programs that "
			"follow the standard go 74 s wrong");
		exam_step(exam, "the host has to write -37; vmclockctl compare "
				"shows what this kernel makes of it");
	}
}

static void examine_page(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct reading *reading = &host->reading;
	struct words words;

	exam_unseen(exam, AREA_PAGE, "page", DIAGNOSIS_UNKNOWN);
	if (host->page_unsettled) {
		exam_say(exam, DIAGNOSIS_PROBLEM, "page",
			 "seq_count does not settle: an update that does not "
			 "end");
		exam_step(exam,
			  "look again; if it stays so, the hypervisor's "
			  "writer died, and readers time out after 100 ms");
	}
	if (*host->page_error) {
		exam_say(exam, DIAGNOSIS_PROBLEM, "page", host->page_error);
		exam_step(exam, "vmclockctl show tells more");
	}
	if (!host->has_page)
		return;
	if (reading_signal_only(reading)) {
		exam_say(exam, DIAGNOSIS_OK, "page",
			 "the disruption signal alone, no clock: ordinary, and "
			 "healthy");
	} else {
		words = exam_say(exam, DIAGNOSIS_OK, "page", "a clock");
		add_value_name(&words, &reading->page,
			       reading->page.layout->clock_status);
		if (reading->page.layout->id == LAYOUT_VMCLOCK_1)
			add_value_name(&words, &reading->page, FIELD_time_type);
		if (reading->usable != PAGE_TIME_USABLE) {
			words_add(&words, "; not usable now");
			exam->list[exam->count - 1].level = DIAGNOSIS_NOTE;
		}
	}
	examine_faults(exam);
}

static void phc_missing(struct exam *exam)
{
	const struct host *host = exam->host;

	if (host->driver != DRIVER_BOUND) {
		if (!host->phc_count)
			exam_say(exam, DIAGNOSIS_NOTE, "phc", "no PTP clock");
		return;
	}
	if (host->has_page && reading_signal_only(&host->reading)) {
		exam_say(exam, DIAGNOSIS_NOTE, "phc",
			 "none, since the page has no clock");
		return;
	}
	if (!host->has_page) {
		exam_say(exam, DIAGNOSIS_NOTE, "phc",
			 "none of the driver's; the page could not be read to "
			 "tell "
			 "why");
		return;
	}
	exam_say(
		exam, DIAGNOSIS_PROBLEM, "phc",
		"the page has a clock, and the driver made no PTP clock of it");
	exam_step(exam,
		  "it decides once, when it is loaded: size 0x58, this CPU's "
		  "counter, and a timescale it can use (before 7.0: UTC, or "
		  "TAI with TAI_OFFSET_VALID; since: TAI, or UTC with it)");
}

static void examine_phc_time(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct offset *offset = &host->phc_offset;
	struct words words;

	if (host->phc_errnum) {
		words = exam_say(exam, DIAGNOSIS_PROBLEM, "phc",
				 "it cannot be read, errno ");
		words_signed(&words, host->phc_errnum);
		exam_step(exam, "vmclockctl compare tells it in words");
		return;
	}
	if (!host->phc_judged)
		return;
	if (scale_texts[offset->scale].fault) {
		words = exam_say(exam, DIAGNOSIS_PROBLEM, "phc", "it shows ");
		words_add(&words, scale_texts[offset->scale].fault);
		exam_step(exam,
			  "do not steer a clock by it; vmclockctl compare "
			  "shows the size of it");
		return;
	}
	words = exam_say(exam,
			 offset->scale == SCALE_UNKNOWN ? DIAGNOSIS_PROBLEM
							: DIAGNOSIS_OK,
			 "phc", "its timescale is ");
	words_add(&words, offset->scale == SCALE_TAI   ? "TAI"
			  : offset->scale == SCALE_UTC ? "UTC"
						       : "neither UTC nor TAI");
	if (offset->scale == SCALE_UNKNOWN)
		exam_step(exam, "vmclockctl compare shows how far it is off");
}

static void examine_phc(struct exam *exam)
{
	const struct host *host = exam->host;
	const struct phc *own;
	bool unseen = exam_unseen(exam, AREA_PHC, "phc", DIAGNOSIS_UNKNOWN);
	struct words words;

	if (host->phc_own < 0 && !unseen)
		phc_missing(exam);
	if (host->phc_own < 0 || (unseen && !host->phc_readable))
		return;
	own = &host->phcs[host->phc_own];
	words = exam_say(exam,
			 host->phc_readable ? DIAGNOSIS_OK : DIAGNOSIS_PROBLEM,
			 "phc", own->path);
	words_add(&words, " is the page's PTP clock");
	if (!host->phc_readable) {
		words_add(&words, ", not readable by this user");
		exam_step(exam, "as root, or by the udev rule of " UDEV_FILE
				": " UDEV_PHC);
		return;
	}
	examine_phc_time(exam);
}

static void examine_other_phcs(struct exam *exam)
{
	const struct host *host = exam->host;

	for (int i = 0; i < host->phc_count; i++) {
		const struct phc *phc = &host->phcs[i];
		struct words words;

		/* Room is left for what comes after. */
		if (i == host->phc_own || exam->count > DIAGNOSES_MAX - 12)
			continue;
		if (!*phc->name && host->unseen[AREA_PHC].errnum)
			continue;
		words = exam_say(exam, DIAGNOSIS_NOTE, "phc", phc->path);
		words_add(&words, ": ");
		words_add(&words, *phc->name ? phc->name : "unnamed");
		words_add(&words, ", ");
		words_add(&words, phc_kinds[phc->kind.kind].help);
		if (phc->kind.kind != PHC_VIRTIO_RTC)
			continue;
		words_add(&words, ": type ");
		words_add(&words, virtio_type_name(phc->kind.type));
		words_add(&words, ", variant ");
		words_add(&words, virtio_variant_name(phc->kind.variant));
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

static void examine_clocksource(struct exam *exam)
{
	const struct host *host = exam->host;
	const char *own = is_x86(host) ? "tsc" : "arch_sys_counter";
	bool wanted =
		host->has_page && host->reading.usable == PAGE_TIME_USABLE;
	struct words words;

	if (exam_unseen(exam, AREA_CLOCKSOURCE, "clocksource",
			DIAGNOSIS_UNKNOWN) ||
	    !*host->clocksource)
		return;
	words = exam_say(exam, DIAGNOSIS_OK, "clocksource", host->clocksource);
	if (strcmp(host->clocksource, own) == 0 ||
	    strcmp(host->clocksource, "kvm-clock") == 0)
		return;
	exam->list[exam->count - 1].level = DIAGNOSIS_NOTE;
	if (!is_x86(host) || has_word(host->clocksources, own)) {
		words_add(&words, ": PTP_SYS_OFFSET_PRECISE is refused, the "
				  "clocksource is not the page's counter");
		exam_step(exam, "echo tsc >/sys/devices/system/clocksource/"
				"clocksource0/current_clocksource");
		return;
	}
	words_add(&words, ": the kernel has given up the TSC");
	if (wanted) {
		words_add(&words, ", and so every read of the PTP clock gives "
				  "EINVAL, though the page is good");
		exam->list[exam->count - 1].level = DIAGNOSIS_PROBLEM;
	}
	exam_step(exam, "dmesg | grep -i tsc tells why; the kernel option "
			"tsc=reliable keeps it");
}

static void examine_tai(struct exam *exam)
{
	const struct host *host = exam->host;
	struct words words;

	if (!host->has_kernel_tai)
		return;
	if (host->kernel_tai) {
		words = exam_say(exam, DIAGNOSIS_OK, "tai",
				 "the kernel's TAI offset is ");
		words_signed(&words, host->kernel_tai);
		words_add(&words, " s");
		return;
	}
	exam_say(exam, DIAGNOSIS_NOTE, "tai",
		 "the kernel's TAI offset is 0: CLOCK_TAI shows UTC");
	exam_step(exam,
		  "in chrony.conf: leapseclist "
		  "/usr/share/zoneinfo/leap-seconds.list (chrony 4.6), or "
		  "leapsectz right/UTC");
}

static void examine_leaps(struct exam *exam)
{
	static const char topic[] = "leap-seconds";
	const struct host *host = exam->host;
	struct words words;

	switch (host->leaps) {
	case LEAPS_VALID:
		words = exam_say(exam, DIAGNOSIS_OK, topic, "the table holds ");
		words_add(&words, *host->leaps_until ? "until " : "for good");
		words_add(&words, host->leaps_until);
		return;
	case LEAPS_EXPIRED:
		words = exam_say(exam, DIAGNOSIS_NOTE, topic,
				 "the table expired on ");
		words_add(&words, host->leaps_until);
		words_add(&words, ": verify skips the rules that need more");
		exam_step(exam, "update its package, in Debian tzdata");
		return;
	case LEAPS_NONE:
		words = exam_say(exam, DIAGNOSIS_NOTE, topic, "no table: ");
		words_add(&words, host->leaps_error);
		exam_step(exam, "install it: in Debian the package tzdata has "
				"/usr/share/zoneinfo/leap-seconds.list");
	}
}

void examine_clock(struct exam *exam)
{
	examine_page(exam);
	examine_phc(exam);
	examine_other_phcs(exam);
	examine_clocksource(exam);
	examine_tai(exam);
	examine_leaps(exam);
}
