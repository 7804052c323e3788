/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the answers in text begin whose first bytes are data: by that a file that
 * an earlier run has written is known, whatever it answered then.
 */
#ifndef VMCLOCKCTL_IO_OUTPUT_REPORT_HEAD_H
#define VMCLOCKCTL_IO_OUTPUT_REPORT_HEAD_H

#include <stddef.h>

/* Longer than the first line of any of them. */
#define REPORT_HEAD_MAX 256

enum report_head {
	REPORT_HEAD_NONE,	/* not one of them */
	REPORT_HEAD_VERDICT,	/* verify */
	REPORT_HEAD_VALUES,	/* show --fields */
	REPORT_HEAD_DIFFERENCE, /* diff */
	REPORT_HEAD_DIAGNOSES,	/* doctor */
	REPORT_HEAD_RULE,	/* explain */
};

/* What begins with these bytes, judged by all of its first line. */
enum report_head report_head_of(const char *head, size_t length);

#endif
