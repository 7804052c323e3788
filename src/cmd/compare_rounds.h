/* SPDX-License-Identifier: BSD-2-Clause */
/* The rounds of compare, live or of a recording. */
#ifndef VMCLOCKCTL_CMD_COMPARE_ROUNDS_H
#define VMCLOCKCTL_CMD_COMPARE_ROUNDS_H

#include "clock/leap.h"
#include "event/snapshot.h"
#include "io/output/output.h"
#include "measure.h"

/* The PHCs and the system's clocks together. */
#define CLOCKS_MAX (PHC_MAX + 2)

/* A comparison under way. */
struct compare_session {
	struct live *live; /* NULL: of a recording */
	struct measurer measurer;
	int64_t interval;
	bool phc_given;
	bool phc_named;	       /* and not "all" */
	struct source source;  /* of a live page: its name and kind */
	struct snapshot first; /* of a recording: its first page */
	bool has_leaps;
	struct leap_table leaps;
	/* Of the page in the last round. */
	char fault[sizeof(((struct error *)0)->message)];
	struct compared clocks[CLOCKS_MAX];
	struct comparing comparing;
};

/* Where the measurements go as they are made. */
struct compare_sink {
	struct output *output; /* lines are flushed to it; NULL: none */
	void (*line)(FILE *stream, const struct comparing *comparing,
		     const struct measurement *m);
	void (*status)(FILE *stream, const struct comparing *comparing,
		       const struct status_change *change);
	json_t *measurements, *status_changes; /* NULL: no JSON */
};

/* One round: each clock that is open. Returns 0, or -1 with *error. */
int compare_round(struct compare_session *s, uint64_t n,
		  const struct compare_sink *sink, struct error *error);

/*
 * All rounds. A page that cannot be read fails its round; where there is only
 * one round, that is the error. Returns 0, or -1 with *error.
 */
int compare_rounds(struct compare_session *s, const struct compare_sink *sink,
		   struct error *error);

/* The exit status after the rounds. */
int compare_status(const struct compare_session *s);

#endif
