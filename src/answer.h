/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the answers in text begin whose first bytes are data: by that a file that
 * an earlier run has written is known, whatever it answered then.
 */
#ifndef VMCLOCKCTL_ANSWER_H
#define VMCLOCKCTL_ANSWER_H

#include <stddef.h>

/* Longer than the first line of any of them. */
#define ANSWER_HEAD 256

enum answer {
	ANSWER_NONE,	   /* not one of them */
	ANSWER_VERDICT,	   /* verify */
	ANSWER_VALUES,	   /* show --fields */
	ANSWER_DIFFERENCE, /* diff */
	ANSWER_DIAGNOSES,  /* doctor */
	ANSWER_RULE,	   /* explain */
};

/* What begins with these bytes, judged by all of its first line. */
enum answer answer_of(const char *head, size_t length);

#endif
