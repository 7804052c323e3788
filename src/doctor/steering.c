/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on the system's clock: how it stands to the page, and who steers
 * it. */
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

	if (!host->system_judged)
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

/* A PHC that shows TAI takes an offset, one that shows UTC takes none. */
static void diagnose_phc2sys(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct steering *steering = &host->steering[STEERER_PHC2SYS];
	bool tai = host->phc_offset.scale == SCALE_TAI;
	bool given = steering->has_offset && steering->offset != 0;

	if (!steering->running || !host->phc_judged || steering->waits ||
	    host->phc_offset.scale > SCALE_TAI || tai == given)
		return;
	diagnosis_conclude(
		diagnoses, CONCLUDE_PHC2SYS_OFFSET,
		tai ? "phc2sys follows a PTP clock of TAI without -O: the system's clock gets TAI"
		    : "phc2sys has -O, and the PTP clock shows UTC: the system's clock gets that offset");
	diagnosis_step(
		diagnoses,
		tai ? "give phc2sys -O with the TAI offset, if it is the page's PTP clock that it follows"
		    : "give phc2sys -O 0, if it is the page's PTP clock that it follows");
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
	unsigned int running = 0, enabled = 0;
	struct strbuf buffer;

	for (unsigned int i = 0; i < STEERER_COUNT; i++) {
		if (host->steering[i].running && steers((enum steerer)i))
			running |= 1u << i;
		else if (host->steering[i].enabled && steers((enum steerer)i))
			enabled |= 1u << i;
	}
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
			" is set up to steer the system's clock, and does not run");
		diagnosis_step(diagnoses, "systemctl status shows why");
		return;
	}
	diagnosis_conclude(diagnoses, CONCLUDE_NOT_STEERED,
			   "nobody steers the system's clock");
	diagnosis_step(diagnoses, "install and start one of them, as chrony");
}

void diagnose_steering(struct diagnosis_list *diagnoses)
{
	diagnose_system_clock(diagnoses);
	diagnose_steerers(diagnoses);
	diagnose_phc2sys(diagnoses);
}
