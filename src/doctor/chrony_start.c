/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor on chrony's configuration: what ends chronyd before it begins, and
 * the leap seconds that it needs for tai. */
#include <string.h>

#include "chrony_parts.h"

#define LEAP_ZONE "leapsectz right/UTC"
#define LEAP_LIST "leapseclist /usr/share/zoneinfo/leap-seconds.list"

static void add_place(struct strbuf *buffer, const struct chrony_place *place)
{
	strbuf_add(buffer, place->file);
	if (!place->line)
		return;
	strbuf_add(buffer, ":");
	strbuf_decimal(buffer, place->line);
}

struct strbuf chrony_add_at(struct diagnosis_list *diagnoses,
			    enum inference conclusion,
			    const struct chrony_place *place)
{
	struct strbuf buffer = diagnosis_conclude(diagnoses, conclusion, "");

	add_place(&buffer, place);
	strbuf_add(&buffer, ": ");
	return buffer;
}

bool chrony_has_leaps(const struct chrony_config *config)
{
	return config->has_leapsectz ||
	       (config->has_leapseclist && config->knows_leapseclist);
}

/* The line that gives chronyd leap seconds here. */
static const char *leap_line(const struct chrony_config *config)
{
	if (!config->has_right_utc && config->has_leap_table &&
	    config->knows_leapseclist)
		return LEAP_LIST;
	return LEAP_ZONE;
}

void chrony_add_leap_line(struct strbuf *buffer,
			  const struct chrony_config *config)
{
	const char *line = leap_line(config);

	strbuf_add(buffer, line);
	if (strcmp(line, LEAP_ZONE) == 0 && !config->has_right_utc)
		strbuf_add(buffer, ", with the time zones below right/ "
				   "(Debian: tzdata, since 13 tzdata-legacy)");
}

struct fault_words {
	const char *before; /* fault_word */
	const char *after;
	const char *step;
};

#define CORRECT "correct the line; chronyd -p reads it, and starts nothing"

static const struct fault_words faults[CHRONY_FAULT_COUNT] = {
	[CHRONY_LONG_LINE] = { "the line is longer than chronyd reads", NULL,
			       CORRECT },
	[CHRONY_WORDS] = { "too few or too many words: ", "", CORRECT },
	[CHRONY_OPTION] = { "a refclock has no option ", "", CORRECT },
	[CHRONY_VALUE] = { "the value is missing or wrong: ", "", CORRECT },
	[CHRONY_DRIVER] = { "a refclock has no driver ",
			    " (PHC is written in capitals)",
			    "correct the line" },
	[CHRONY_DRIVER_OPTION] = { "the path has an option, after a colon, "
				   "that the driver does not know: ",
				   "", "correct the line" },
	[CHRONY_DEPTH] = { "files bring each other, more than 10 deep: ", "",
			   "remove the include or confdir that leads back" },
	[CHRONY_NO_FILE] = { "a file that it reads is not there: ", "",
			     "take the line away, or make the file; chronyd minds less with a wildcard in "
			     "the name" },
	[CHRONY_NO_DIRECTORY] = { "the directory is not there: ", "",
				  "make the directory, or use confdir, which "
				  "does not need it" },
};

static void diagnose_fault(struct diagnosis_list *diagnoses)
{
	const struct chrony_config *config = &diagnoses->host->chrony;
	const struct fault_words *words = &faults[config->fault];
	struct strbuf buffer;

	buffer = chrony_add_at(diagnoses, CONCLUDE_CHRONY_FAULT,
			       &config->fault_place);
	strbuf_add(&buffer, "chronyd does not start: ");
	strbuf_add(&buffer, words->before);
	if (words->after) {
		strbuf_add(&buffer, config->fault_word);
		strbuf_add(&buffer, words->after);
	}
	diagnosis_step(diagnoses, config->fault == CHRONY_OPTION &&
						  config->fault_word[0] == '#'
					  ? "give the comment a line of its own"
					  : words->step);
}

/* The leap seconds that chronyd needs for tai. */
static void diagnose_leaps(struct diagnosis_list *diagnoses)
{
	const struct chrony_config *config = &diagnoses->host->chrony;
	bool none = !*config->leapsectz && !*config->leapseclist;
	struct strbuf buffer;

	if (*config->leapseclist && !config->knows_leapseclist) {
		diagnosis_conclude(
			diagnoses, CONCLUDE_CHRONY_LEAPSECLIST_UNKNOWN,
			"chronyd does not start: leapseclist is set, "
			"which it knows since 4.6, and this one is older");
		buffer = diagnosis_step(diagnoses, "instead of leapseclist: ");
		chrony_add_leap_line(&buffer, config);
		return;
	}
	if (!config->has_tai || chrony_has_leaps(config))
		return;
	buffer = chrony_add_at(diagnoses,
			       none ? CONCLUDE_CHRONY_TAI_ALONE
				    : CONCLUDE_CHRONY_NO_LEAPS,
			       &config->tai_place);
	if (none) {
		strbuf_add(&buffer,
			   "chronyd does not start: tai needs leapsectz "
			   "or leapseclist, and neither is set");
		buffer = diagnosis_step(diagnoses, "add to ");
		strbuf_add(&buffer, config->file);
		strbuf_add(&buffer, ": ");
	} else {
		strbuf_add(&buffer,
			   "the refclock gives no time: tai needs leap "
			   "seconds, and there are none in ");
		strbuf_add(&buffer, *config->leapseclist ? config->leapseclist
							 : config->leapsectz);
		buffer = diagnosis_step(diagnoses, "instead of it: ");
	}
	chrony_add_leap_line(&buffer, config);
}

void chrony_diagnose_start(struct diagnosis_list *diagnoses, bool hidden)
{
	if (diagnoses->host->chrony.fault)
		diagnose_fault(diagnoses);
	else if (!hidden)
		diagnose_leaps(diagnoses);
}

void chrony_tai_step(struct diagnosis_list *diagnoses)
{
	const struct host *host = diagnoses->host;
	const struct chrony_config *config = &host->chrony;
	struct strbuf buffer;

	/* A container's chronyd is not the machine's. */
	if (!config->found || host->container) {
		buffer = diagnosis_step(diagnoses,
					host->container ? "on the host: " : "");
		strbuf_add(
			&buffer,
			"chronyd sets it, with leapsectz or leapseclist in its configuration");
		return;
	}
	if (chrony_has_leaps(config)) {
		diagnosis_step(
			diagnoses,
			"chronyd sets it, as it is configured, once it is synchronized: chronyc tracking");
		return;
	}
	buffer = diagnosis_step(diagnoses, "chronyd sets it; add to ");
	strbuf_add(&buffer, config->file);
	strbuf_add(&buffer, ": ");
	chrony_add_leap_line(&buffer, config);
}
