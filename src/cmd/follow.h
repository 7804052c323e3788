/* SPDX-License-Identifier: BSD-2-Clause */
/* Follows a live page, for watch and record. */
#ifndef VMCLOCKCTL_CMD_FOLLOW_H
#define VMCLOCKCTL_CMD_FOLLOW_H

#include <signal.h>

#include "base/nsec.h"
#include "decode.h"
#include "io/live/live.h"

#define FOLLOW_INTERVAL                                                        \
	(100 * NSEC_PER_MSEC) /* unless --interval says else                   \
			       */

/* SIGINT or SIGTERM came; more than one is counted. */
extern volatile sig_atomic_t follow_stop;

/* Make SIGINT and SIGTERM end the current work instead of the program, and
 * SIGCHLD and SIGALRM interrupt a wait. */
void follow_catch_signals(void);

/* Whether such a signal came. What is done from here on is the end, and not
 * broken off by another but the user's. */
bool follow_stopped(void);

/* Whether such a signal came or the alarm has rung, for source_open_until(). */
bool follow_over(void);

/* A clock that does not jump, ns. */
int64_t follow_now(void);

/* The same, so many nanoseconds from now. */
int64_t follow_deadline(int64_t duration);

struct follow {
	struct live *live;
	int64_t interval; /* ns between two looks where nothing notifies */
	int64_t deadline; /* by follow_now(); INT64_MAX: none */
	/* The last reading of the counter under the page that was returned
	 * before the last call. */
	bool has_last;
	uint64_t last;
	struct snapshot latest; /* the page returned last; bytes NULL: none */
	/* When a look found a page, by follow_now(); 0: none has. */
	int64_t looked;
	bool lost;   /* it went away, and no page was returned since */
	bool stands; /* the look before did not settle */
	/* Private. */
	bool started, late;
	int64_t next_look;
	enum wake wake;
	uint8_t *pages[2];
	size_t room[2];
	unsigned int turn;    /* the page returned last */
	struct page decoded;  /* of `latest` */
	int64_t unkept_until; /* told then; 0: it has a writer, or was told */
	unsigned int unkept_turn;
	uint32_t stood_at;
};

enum followed {
	FOLLOW_PAGE, /* another page, by any byte, or one after FOLLOW_LOST */
	FOLLOW_UNSETTLED, /* seq_count did not settle, and not only since the
			     last call */
	FOLLOW_LOST,	  /* the device is gone, or still gone */
	FOLLOW_END,	  /* the simulation's story is over */
	FOLLOW_TIME,	  /* the deadline has passed */
	FOLLOW_STOP,	  /* SIGINT or SIGTERM */
	FOLLOW_IDLE,	  /* nothing, but a second has passed, or a look */
	FOLLOW_ERROR,
};

/* interval and deadline are the caller's to set. */
void follow_start(struct follow *follow, struct live *live);

/*
 * Look, or wait and look. The first call looks at once; from then on no update
 * is lost between a look and the wait after it. The snapshot has wake and
 * missed; its bytes are valid until the next call but one that returns a page.
 * A last look is taken when the deadline passes.
 */
enum followed follow_next(struct follow *follow, struct snapshot *snapshot,
			  struct error *error);

/* Say on stderr, once, that the writer of a file has gone, or was not there. */
void follow_note_writer(struct follow *follow);

/* Does not close what is followed. */
void follow_end(struct follow *follow);

#endif
