/* SPDX-License-Identifier: BSD-2-Clause */
/* A run of verify: what its options say, judged and reported. */
#ifndef VMCLOCKCTL_CMD_VERIFY_RUN_H
#define VMCLOCKCTL_CMD_VERIFY_RUN_H

#include "io/output/output.h"
#include "view/reporter.h"
#include "verify_source.h"

/* What the options make of a run. */
struct verify_run {
	char *const *names; /* the SOURCEs */
	int count;	    /* 0: the device */
	/* Filled where the SOURCEs are judged together, and NULL where each is
	 * judged by itself. */
	struct verify_pages *pages;
	struct verify_source_options judge;
	struct expectations expectations;
	bool selected[RULE_COUNT];
	bool has_leaps;
	struct leap_table leaps;
	struct error leaps_error; /* why there is none */
	struct reporter reporter;
};

/* Judge the sources, and report each. Returns the exit status, or -1 with
 * *error where nothing more can be done. */
int verify_run_write(struct verify_run *run, const struct report_format *format,
		     struct output *output, struct error *error);

#endif
