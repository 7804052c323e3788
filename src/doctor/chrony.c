/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on chrony's configuration: whether chronyd starts with it, and
 * what time its refclocks would give. */
#include "chrony.h"

#include <string.h>
#include <strings.h>

#include "base/nsec.h"
#include "chrony_parts.h"

/* The options of the lines of contrib/chrony; tests/bats/contrib.bats checks
 * that. */
#define CONTRIB_OPTIONS "refid VMCL poll 0 dpoll -2"
#define CONTRIB_LINK	"/dev/ptp_vmclock"

/* TAI - UTC since 2017, where the page does not give it. */
#define TAI_UTC_SEC 37

/* What a PHC shows, before chronyd takes anything off. */
enum shown {
	SHOWN_UNKNOWN,
	SHOWN_UTC,
	SHOWN_TAI,
	SHOWN_WRONG, /* neither, which another line of the doctor says */
};

static const struct phc *own_phc(const struct host *host)
{
	return host->phc_own < 0 ? NULL : &host->phcs[host->phc_own];
}

static enum shown own_shown(const struct host *host)
{
	if (host->phc_errnum)
		return SHOWN_WRONG;
	if (!host->phc_judged)
		return SHOWN_UNKNOWN;
	if (host->phc_offset.scale == SCALE_UTC)
		return SHOWN_UTC;
	return host->phc_offset.scale == SCALE_TAI ? SHOWN_TAI : SHOWN_WRONG;
}

/* By measurement for the page's own, by its kind for others. */
static enum shown phc_shown(const struct host *host, unsigned int index)
{
	const struct phc *own = own_phc(host);

	if (own && own->index == index)
		return own_shown(host);
	for (int i = 0; i < host->phc_count; i++) {
		const struct phc_name *kind = &host->phcs[i].kind;

		if (host->phcs[i].index != index)
			continue;
		if (kind->kind == PHC_KVM || kind->kind == PHC_HYPERV)
			return SHOWN_UTC;
		if (kind->kind == PHC_VIRTIO_RTC && kind->type <= 1)
			return kind->type ? SHOWN_TAI : SHOWN_UTC;
	}
	return SHOWN_UNKNOWN;
}

static int64_t tai_utc(const struct host *host)
{
	int64_t sec = (int16_t)diagnosis_field(host, FIELD_tai_offset_sec);

	if (!(diagnosis_field(host, FIELD_flags) & FLAG_TAI_OFFSET_VALID))
		return TAI_UTC_SEC;
	return sec < 0 ? -sec : sec;
}

/* How far the clock would be ahead, in nanoseconds. */
static int64_t clock_ahead(const struct host *host, enum shown shown,
			   const struct chrony_refclock *refclock)
{
	int64_t ahead = refclock->offset, tai = tai_utc(host) * NSEC_PER_SEC;

	if (shown == SHOWN_TAI)
		ahead += tai;
	if (refclock->tai)
		ahead -= tai;
	return ahead;
}

static bool is_right(const struct host *host, enum shown shown,
		     const struct chrony_refclock *refclock)
{
	int64_t ahead;

	if (refclock->offset == INT64_MAX)
		return false;
	/* Whole seconds come from elsewhere. */
	if (refclock->pulses)
		return true;
	ahead = clock_ahead(host, shown, refclock);
	return ahead > -NSEC_PER_SEC / 2 && ahead < NSEC_PER_SEC / 2;
}

/* Seconds, with the decimals that they have. */
static void add_seconds(struct strbuf *buffer, int64_t nsec)
{
	uint64_t size = nsec < 0 ? 0 - (uint64_t)nsec : (uint64_t)nsec,
		 rest = size % NSEC_PER_SEC;
	char decimals[] = ".000000000";

	strbuf_decimal(buffer, size / NSEC_PER_SEC);
	if (!rest)
		return;
	for (size_t i = sizeof(decimals) - 2; i; i--, rest /= 10)
		decimals[i] = (char)('0' + rest % 10);
	for (size_t i = sizeof(decimals) - 2; decimals[i] == '0'; i--)
		decimals[i] = '\0';
	strbuf_add(buffer, decimals);
}

static void add_own_path(struct strbuf *buffer, const struct host *host)
{
	if (host->chrony.has_own_link) {
		strbuf_add(buffer, CONTRIB_LINK);
		return;
	}
	strbuf_add(buffer, "/dev/ptp");
	strbuf_decimal(buffer, own_phc(host)->index);
}

/* The words of the line, without those that move whole seconds. */
static void add_other_words(struct strbuf *buffer,
			    const struct chrony_refclock *refclock)
{
	char copy[sizeof(refclock->line)];
	char *at = copy;
	bool whole = refclock->offset <= -NSEC_PER_SEC / 2 ||
		     refclock->offset >= NSEC_PER_SEC / 2;

	memcpy(copy, refclock->line, sizeof(copy));
	for (unsigned int number = 0; *at; number++) {
		char *word = at;
		size_t length = strcspn(at, " ");

		at += length + (at[length] != '\0');
		word[length] = '\0';
		/* refclock PHC PATH */
		if (number < 3 || strcasecmp(word, "tai") == 0)
			continue;
		if (whole && strcasecmp(word, "offset") == 0) {
			at += strcspn(at, " ");
			at += *at != '\0';
			continue;
		}
		strbuf_add(buffer, " ");
		strbuf_add(buffer, word);
	}
}

/*
 * The whole line that gives the right time here, and what it needs besides: the
 * refclock's own words, or those of contrib/chrony for NULL. Its path is the
 * page's own PHC where `own`.
 */
static void add_right_line(struct strbuf *buffer, const struct host *host,
			   enum shown shown,
			   const struct chrony_refclock *refclock, bool own)
{
	const struct chrony_config *config = &host->chrony;

	strbuf_add(buffer, "refclock PHC ");
	if (own || !refclock)
		add_own_path(buffer, host);
	else
		strbuf_add(buffer, refclock->path);
	if (refclock) {
		add_other_words(buffer, refclock);
	} else {
		strbuf_add(buffer, " " CONTRIB_OPTIONS);
	}
	if (shown == SHOWN_UNKNOWN)
		strbuf_add(buffer, ", and tai after it if the PHC shows TAI: "
				   "vmclockctl compare shows which");
	if (shown != SHOWN_TAI)
		return;
	strbuf_add(buffer, " tai");
	if (chrony_has_leaps(config))
		return;
	strbuf_add(buffer, "; and for tai: ");
	chrony_add_leap_line(buffer, config);
}

/* Whether a path that leads nowhere is meant for the page's PHC. */
static bool is_meant_for_own(const char *path)
{
	const char *base = strncmp(path, "/dev/", 5) == 0 ? path + 5 : "";

	if (strcmp(path, CONTRIB_LINK) == 0)
		return true;
	return strncmp(base, "ptp", 3) == 0 && base[3] &&
	       strspn(base + 3, "0123456789") == strlen(base + 3);
}

static void diagnose_path(struct diagnosis_list *diagnoses,
			  const struct chrony_refclock *refclock)
{
	const struct host *host = diagnoses->host;
	/* No udev runs in a container. */
	bool link =
		strcmp(refclock->path, CONTRIB_LINK) == 0 && !host->container;
	bool own = own_phc(host) && is_meant_for_own(refclock->path) &&
		   !refclock->cut;
	struct strbuf buffer =
		chrony_add_at(diagnoses,
			      refclock->node == CHRONY_NODE_ABSENT
				      ? CONCLUDE_CHRONY_PATH_ABSENT
				      : CONCLUDE_CHRONY_PATH_OTHER,
			      &refclock->place);

	strbuf_add(&buffer, "chronyd does not start: ");
	strbuf_add(&buffer, refclock->path);
	strbuf_add(&buffer, refclock->node == CHRONY_NODE_ABSENT
				    ? " is not there"
				    : " is no PTP clock");
	if (!own) {
		diagnosis_step(
			diagnoses,
			host->phc_count
				? "correct the path, or take the line away"
				: "take the line away until there is a PTP clock");
		return;
	}
	buffer = diagnosis_step(
		diagnoses, link ? UDEV_FILE " makes this link; without it: "
				: "the line for this PTP clock: ");
	add_right_line(&buffer, host, phc_shown(host, own_phc(host)->index),
		       refclock, true);
}

/* What is added up: what the PHC shows, tai, and offset. */
static void add_sum(struct strbuf *buffer, const struct host *host,
		    enum shown shown, const struct chrony_refclock *refclock)
{
	int64_t ahead = clock_ahead(host, shown, refclock);

	strbuf_add(buffer, "the clock would be ");
	add_seconds(buffer, ahead);
	strbuf_add(buffer, ahead < 0 ? " s behind: the PHC shows "
				     : " s ahead: the PHC shows ");
	strbuf_add(buffer, shown == SHOWN_TAI ? "TAI" : "UTC");
	if (refclock->tai) {
		strbuf_add(buffer, ", tai takes ");
		add_seconds(buffer, tai_utc(host) * NSEC_PER_SEC);
		strbuf_add(buffer, " s off");
	} else {
		strbuf_add(buffer, ", the line lacks tai");
	}
	if (refclock->offset) {
		strbuf_add(buffer, refclock->offset < 0 ? ", offset takes "
							: ", offset adds ");
		add_seconds(buffer, refclock->offset);
		strbuf_add(buffer, " s");
	}
}

static void diagnose_wrong(struct diagnosis_list *diagnoses, enum shown shown,
			   const struct chrony_refclock *refclock)
{
	bool followed = !refclock->noselect && !refclock->local;
	struct strbuf buffer =
		chrony_add_at(diagnoses,
			      followed ? CONCLUDE_CHRONY_WRONG
				       : CONCLUDE_CHRONY_WRONG_UNFOLLOWED,
			      &refclock->place);

	if (!followed)
		strbuf_add(&buffer,
			   refclock->local
				   ? "local, it gives no time, else "
				   : "noselect, it is never followed, else ");
	if (refclock->offset == INT64_MAX)
		strbuf_add(&buffer, "its offset is no time that a clock can be "
				    "wrong by");
	else if (shown == SHOWN_UNKNOWN)
		strbuf_add(&buffer,
			   "with this offset the clock would be wrong, "
			   "whether the PHC shows UTC or TAI");
	else
		add_sum(&buffer, diagnoses->host, shown, refclock);
	if (refclock->cut) {
		diagnosis_step(diagnoses,
			       "correct tai and offset in that line");
		return;
	}
	buffer = diagnosis_step(diagnoses, "instead: ");
	add_right_line(&buffer, diagnoses->host, shown, refclock, false);
}

/* One whose sum is right, as far as that can be told. */
static void diagnose_right(struct diagnosis_list *diagnoses, enum shown shown,
			   bool utc, const struct chrony_refclock *refclock)
{
	enum inference conclusion = CONCLUDE_CHRONY_RIGHT;
	const char *text = "";
	struct strbuf buffer;

	if (refclock->local) {
		conclusion = CONCLUDE_CHRONY_UNFOLLOWED;
		text = ": local, it gives no time";
	} else if (refclock->noselect) {
		conclusion = CONCLUDE_CHRONY_UNFOLLOWED;
		text = ": noselect, it is never followed";
	} else if (refclock->pulses) {
		conclusion = CONCLUDE_CHRONY_PULSES;
		text = ": pulses, another gives their seconds";
	} else if (shown == SHOWN_WRONG) {
		conclusion = CONCLUDE_CHRONY_OF_WRONG_PHC;
		text = ": its PTP clock gives no right time";
	} else if (shown == SHOWN_UNKNOWN) {
		conclusion = CONCLUDE_CHRONY_MAY_BE_RIGHT;
		text = utc ? ": right if the PHC shows UTC"
			   : ": right if the PHC shows TAI";
	}
	buffer = chrony_add_at(diagnoses, conclusion, &refclock->place);
	strbuf_add(&buffer, refclock->line);
	strbuf_add(&buffer, text);
	if (conclusion == CONCLUDE_CHRONY_MAY_BE_RIGHT)
		diagnosis_step(diagnoses,
			       "vmclockctl compare shows which it is");
}

static void diagnose_time(struct diagnosis_list *diagnoses, bool own,
			  const struct chrony_refclock *refclock)
{
	const struct host *host = diagnoses->host;
	enum shown shown = phc_shown(host, refclock->phc);
	bool utc = is_right(host, SHOWN_UTC, refclock),
	     tai = is_right(host, SHOWN_TAI, refclock);

	if (shown == SHOWN_UNKNOWN && !own)
		return;
	if ((shown == SHOWN_UTC && !utc) || (shown == SHOWN_TAI && !tai) ||
	    (shown == SHOWN_UNKNOWN && !utc && !tai)) {
		diagnose_wrong(diagnoses, shown, refclock);
		return;
	}
	/* That it gives no time is said already. */
	if (refclock->tai && !chrony_has_leaps(&host->chrony))
		return;
	diagnose_right(diagnoses, shown, utc, refclock);
}

static bool diagnose_elsewhere(struct diagnosis_list *diagnoses)
{
	const struct chrony_config *config = &diagnoses->host->chrony;
	struct strbuf buffer;

	if (config->has_passed_over) {
		buffer = chrony_add_at(diagnoses, CONCLUDE_CHRONY_PASSED_OVER,
				       &config->passed_over);
		strbuf_add(
			&buffer,
			"chronyd passes this refclock over: from the files of a sourcedir it reads "
			"only servers");
		buffer = diagnosis_step(diagnoses, "move the line to ");
		strbuf_add(&buffer, config->file);
		return true;
	}
	if (config->has_unread) {
		buffer = chrony_add_at(diagnoses, CONCLUDE_CHRONY_UNREAD,
				       &config->unread);
		strbuf_add(&buffer, "chronyd does not read this refclock: no "
				    "include or confdir leads to the file");
		buffer = diagnosis_step(diagnoses, "add to ");
		strbuf_add(&buffer, config->file);
		strbuf_add(&buffer, ": include ");
		strbuf_add(&buffer, config->unread.file);
		return true;
	}
	return false;
}

/* Nothing reads the page's PHC. */
static void diagnose_no_refclock(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	enum shown shown = own_shown(host);
	struct strbuf buffer;

	if (diagnose_elsewhere(diagnoses) || shown == SHOWN_WRONG)
		return;
	diagnosis_conclude(diagnoses, CONCLUDE_CHRONY_NO_REFCLOCK,
			   "no chrony refclock reads the page's PTP clock");
	buffer = diagnosis_step(diagnoses, "add to ");
	strbuf_add(&buffer, host->chrony.file);
	strbuf_add(&buffer, ": ");
	add_right_line(&buffer, host, shown, NULL, true);
}

void diagnose_chrony(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct chrony_config *config = &host->chrony;
	const struct phc *own = own_phc(host);
	/* What is no file is named in any case; rights that are missing, where
	 * they matter. */
	int errnum = host->access_errors[AREA_CHRONY].errnum;
	bool hidden = (own || config->count || !access_is_denied(errnum)) &&
		      diagnosis_add_access_error(diagnoses, AREA_CHRONY,
						 "chrony", DIAGNOSIS_UNKNOWN);
	bool reads_own = false;

	if (!config->found)
		return;
	chrony_diagnose_start(diagnoses, hidden);
	for (unsigned int i = 0; i < config->count; i++) {
		const struct chrony_refclock *refclock = &config->refclocks[i];
		bool is_own = own && refclock->node == CHRONY_NODE_PHC &&
			      refclock->phc == own->index;

		reads_own |= is_own;
		if (refclock->node == CHRONY_NODE_PHC)
			diagnose_time(diagnoses, is_own, refclock);
		else if (refclock->node != CHRONY_NODE_UNKNOWN)
			diagnose_path(diagnoses, refclock);
		if (refclock->node == CHRONY_NODE_ABSENT ||
		    refclock->node == CHRONY_NODE_OTHER)
			reads_own |= is_meant_for_own(refclock->path);
	}
	if (own && !reads_own && !hidden && !config->fault)
		diagnose_no_refclock(diagnoses);
}
