/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on the system's clock: how it stands to the page, and who steers
 * it. */
#include <stdlib.h>
#include <string.h>

#include "base/nsec.h"
#include "parts.h"

static const char *const names[STEERER_COUNT] = {
	[STEERER_CHRONYD] = "chronyd",
	[STEERER_PHC2SYS] = "phc2sys",
	[STEERER_TS2PHC] = "ts2phc",
	[STEERER_NTPD] = "ntpd",
	[STEERER_NTPD_RS] = "ntpd-rs",
	[STEERER_TIMESYNCD] = "systemd-timesyncd",
};

/* ts2phc steers PHCs, not the system's clock. */
static bool steers(enum steerer steerer)
{
	return steerer != STEERER_TS2PHC;
}

#define DAY (86400 * (uint128)NSEC_PER_SEC)

void diagnosis_add_duration(struct strbuf *buffer, uint128 nsec)
{
	uint64_t milliseconds;

	if (nsec < NSEC_PER_SEC / 1000) {
		strbuf_decimal(buffer, (uint64_t)nsec);
		strbuf_add(buffer, " ns");
		return;
	}
	if (nsec >= 2 * DAY) {
		strbuf_decimal(buffer, (uint64_t)(nsec / DAY));
		strbuf_add(buffer, ".");
		strbuf_decimal(buffer, (uint64_t)(nsec % DAY * 10 / DAY));
		strbuf_add(buffer, " d");
		return;
	}
	milliseconds = (uint64_t)(nsec / 1000000);
	strbuf_decimal(buffer, milliseconds / 1000);
	strbuf_add(buffer, milliseconds % 1000 < 10    ? ".00"
			   : milliseconds % 1000 < 100 ? ".0"
						       : ".");
	strbuf_decimal(buffer, milliseconds % 1000);
	strbuf_add(buffer, " s");
}

static void diagnose_system_clock(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct offset *offset = &host->system_offset;
	bool behind = offset->nsec < 0;
	uint128 distance =
		behind ? -(uint128)offset->nsec : (uint128)offset->nsec;
	/* Without bounds what no smear explains is wrong. */
	bool wrong = offset->inside == INSIDE_NO ||
		     (offset->inside == INSIDE_NO_BOUNDS &&
		      distance > NSEC_PER_SEC + offset->uncertainty_nsec);
	struct strbuf buffer;

	/* A page of another counter has no time to judge by. */
	if (!host->system_judged || reading_counter_behind(&host->reading))
		return;
	buffer = diagnosis_conclude(diagnoses,
				    wrong ? CONCLUDE_SYSTEM_CLOCK_WRONG
					  : CONCLUDE_SYSTEM_CLOCK_RIGHT,
				    "CLOCK_REALTIME is ");
	diagnosis_add_duration(&buffer, distance);
	strbuf_add(&buffer, behind ? " behind the page" : " ahead of the page");
	if (offset->inside == INSIDE_YES)
		strbuf_add(&buffer, ", inside its bounds");
	else if (offset->inside == INSIDE_NO)
		strbuf_add(&buffer, ", outside its bounds");
	if (!wrong)
		return;
	diagnosis_step(
		diagnoses,
		distance >= 36 * NSEC_PER_SEC && distance <= 38 * NSEC_PER_SEC
			? "TAI may have been taken for UTC, or UTC for TAI: see the offset of whoever steers it; vmclockctl compare goes on measuring"
			: "see whoever steers it, and whether it may step; vmclockctl compare goes on measuring");
}

/* Whether phc2sys follows the page's PTP clock: surely, or maybe by a link or
 * an option that is not seen. A name that is no path is a network interface. */
static bool may_follow_own(const struct host *host, const char *source,
			   bool *surely)
{
	static const char prefix[] = "/dev/ptp";
	const char *number = source + strlen(prefix);

	*surely = false;
	if (!*source ||
	    (*source == '/' && strncmp(source, prefix, strlen(prefix)) != 0))
		return true;
	if (*source != '/' || host->phc_own < 0)
		return false;
	if (!*number || strspn(number, "0123456789") != strlen(number))
		return true;
	*surely = strtoul(number, NULL, 10) == host->phcs[host->phc_own].index;
	return *surely;
}

static void diagnose_phc2sys(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct steering *steering = &host->steering[STEERER_PHC2SYS];
	bool tai = host->phc_offset.scale == SCALE_TAI;
	/* The system's clock less the PTP clock, in seconds. */
	int64_t right = tai ? -host->phc_offset.tai_minus_utc.sec : 0;
	struct strbuf buffer;
	bool surely;

	if (!steering->running || !host->phc_judged || steering->waits ||
	    steering->unsure || host->phc_offset.scale > SCALE_TAI ||
	    steering->offset == right ||
	    !may_follow_own(host, steering->source, &surely))
		return;
	buffer =
		diagnosis_conclude(diagnoses, CONCLUDE_PHC2SYS_OFFSET,
				   tai ? "phc2sys follows a PTP clock of TAI "
				       : "phc2sys follows a PTP clock of UTC ");
	if (steering->has_offset) {
		strbuf_add(&buffer, "with -O ");
		strbuf_signed(&buffer, steering->offset);
	} else {
		strbuf_add(&buffer, "without -O");
	}
	strbuf_add(&buffer, ": the system's clock gets ");
	strbuf_decimal(&buffer, steering->offset > right
					? (uint64_t)(steering->offset - right)
					: (uint64_t)(right - steering->offset));
	strbuf_add(&buffer,
		   steering->offset > right ? " s too much" : " s too little");
	buffer = diagnosis_step(diagnoses, "give phc2sys -O ");
	strbuf_signed(&buffer, right);
	if (!surely)
		strbuf_add(&buffer,
			   ", if it is the page's PTP clock that it follows");
}

static void add_names(struct strbuf *buffer, unsigned int mask)
{
	const char *comma = "";

	for (unsigned int i = 0; i < STEERER_COUNT; i++) {
		if (!(mask & 1u << i))
			continue;
		strbuf_add(buffer, comma);
		strbuf_add(buffer, names[i]);
		comma = ", ";
	}
}

static void diagnose_steerers(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	unsigned int running = 0, unsure = 0, enabled = 0;
	bool openrc = false;
	struct strbuf buffer;

	for (unsigned int i = 0; i < STEERER_COUNT; i++) {
		const struct steering *steering = &host->steering[i];

		if (!steers((enum steerer)i))
			continue;
		if (steering->running && steering->unsure)
			unsure |= 1u << i;
		else if (steering->running)
			running |= 1u << i;
		else if (steering->enabled)
			enabled |= 1u << i;
		openrc |= steering->openrc;
	}
	if (!running)
		running = unsure;
	if (running & (running - 1)) {
		buffer = diagnosis_conclude(
			diagnoses, CONCLUDE_STEERED_BY_TWO,
			"more than one steers the system's clock: ");
		add_names(&buffer, running);
		diagnosis_step(diagnoses, "stop and disable all but one");
		return;
	}
	if (running) {
		buffer = diagnosis_conclude(diagnoses, CONCLUDE_STEERED, "");
		add_names(&buffer, running);
		strbuf_add(&buffer, " steers the system's clock");
		return;
	}
	/* A container's processes are not the machine's; a copy has none. */
	if (host->container || !host->processes_seen)
		return;
	if (enabled) {
		buffer = diagnosis_conclude(diagnoses, CONCLUDE_STEERER_STOPPED,
					    "");
		add_names(&buffer, enabled);
		strbuf_add(
			&buffer,
			enabled & (enabled - 1)
				? " are set up to steer the system's clock, and none of them runs"
				: " is set up to steer the system's clock, and does not run");
		diagnosis_step(diagnoses,
			       openrc ? "rc-status shows why"
				      : "systemctl status shows why");
		return;
	}
	diagnosis_conclude(
		diagnoses, CONCLUDE_NOT_STEERED,
		"none of the known programs steers the system's clock");
	diagnosis_step(
		diagnoses,
		host->chrony.found
			? "start one of them, as chronyd, whose configuration is here"
			: "install and start one of them, as chrony");
}

void diagnose_steering(struct diagnosis_list *diagnoses)
{
	diagnose_system_clock(diagnoses);
	diagnose_steerers(diagnoses);
	diagnose_phc2sys(diagnoses);
}
