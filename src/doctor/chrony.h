/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chrony's configuration as chronyd reads it (chrony.conf(5), as of 4.8), as
 * far as its refclocks depend on it. The lines are handed in by
 * io/host/chrony.c, which also finds out what the paths lead to.
 */
#ifndef VMCLOCKCTL_DOCTOR_CHRONY_H
#define VMCLOCKCTL_DOCTOR_CHRONY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* chronyd's own limits: bytes of a line with its newline and NUL, files that
 * bring each other, the directories of one confdir. */
#define CHRONY_LINE_MAX	       2048
#define CHRONY_DEPTH_MAX       10
#define CHRONY_DIRECTORIES_MAX 10

/* What ends chronyd before it begins. */
enum chrony_fault {
	CHRONY_NO_FAULT,
	CHRONY_LONG_LINE,
	CHRONY_WORDS, /* too few or too many */
	CHRONY_OPTION,
	CHRONY_VALUE, /* of the option that fault_word names */
	CHRONY_DRIVER,
	CHRONY_DRIVER_OPTION,
	CHRONY_DEPTH,
	CHRONY_NO_FILE,	     /* fault_word, that it has to read */
	CHRONY_NO_DIRECTORY, /* in which it has to search, for fault_word */
	CHRONY_FAULT_COUNT,
};

/* What the path of a refclock leads to. */
enum chrony_node {
	CHRONY_NODE_UNKNOWN, /* an interface, or it could not be found out */
	CHRONY_NODE_ABSENT,
	CHRONY_NODE_OTHER, /* something, and no PHC */
	CHRONY_NODE_PHC,
};

struct chrony_place {
	char file[100];
	unsigned int line;
};

/* A refclock that reads a PHC. */
struct chrony_refclock {
	struct chrony_place place;
	char line[140]; /* its words, parted by one blank; cut: `cut` */
	bool cut;
	char path[120]; /* without the options of the driver */
	bool tai;
	bool pulses;   /* pps, extpps: whole seconds come from elsewhere */
	bool local;    /* gives the rate, no time */
	bool noselect; /* is never followed */
	/* What the option offset adds, in nanoseconds, to the nearest;
	 * INT64_MAX for one of centuries, or no number. */
	int64_t offset;

	/* Set by io: `phc` is the number N of ptpN, of CHRONY_NODE_PHC. */
	enum chrony_node node;
	unsigned int phc;
};

#define CHRONY_REFCLOCKS_MAX 16

struct chrony_config {
	bool found; /* there is a configuration, and it could be read */
	char file[120];
	struct chrony_refclock refclocks[CHRONY_REFCLOCKS_MAX];
	unsigned int count;
	/* The first refclock of any driver with tai. */
	bool has_tai;
	struct chrony_place tai_place;

	char leapsectz[80], leapseclist[160]; /* "": not set */
	/* Set by io, true also where it could not be found out: chronyd's
	 * program knows leapseclist, the files named are there, the time zone
	 * has leap seconds. */
	bool knows_leapseclist, has_leapsectz, has_leapseclist;
	/* Set by io: what a line could be added for. */
	bool has_right_utc, has_leap_table;
	/* Set by io: /dev/ptp_vmclock leads to the page's own PHC. */
	bool has_own_link;

	/* The first of what ends chronyd. */
	enum chrony_fault fault;
	struct chrony_place fault_place; /* line 0: of the file as a whole */
	char fault_word[80];

	/* The first refclock in a file of a sourcedir, which chronyd passes
	 * over there, and the first of a file that nothing brings. */
	bool has_passed_over, has_unread;
	struct chrony_place passed_over, unread;
};

/* What a line asks io to do. */
enum chrony_directive {
	CHRONY_NOTHING,
	CHRONY_INCLUDE,
	CHRONY_CONFDIR,
	CHRONY_SOURCEDIR,
};

/*
 * Take a line, NUL-terminated; it is changed. For what brings more files, *rest
 * is where its words begin: one pattern for include; directories, at least one,
 * parted by single blanks, for the others.
 */
enum chrony_directive chrony_take_line(struct chrony_config *config,
				       const struct chrony_place *place,
				       char *line, char **rest);

/* Whether the line, of a file that gives chronyd none, is a refclock of a PHC.
 */
bool chrony_names_phc(char *line);

/* Note what ends chronyd, unless something did before. */
void chrony_set_fault(struct chrony_config *config, enum chrony_fault fault,
		      const struct chrony_place *place, const char *word);

/* The place in `file`, cut on the left if it is long. */
struct chrony_place chrony_place(const char *file, unsigned int line);

/* Whether the bytes are a compiled time zone, TZif of RFC 8536, with leap
 * seconds. */
bool chrony_zone_has_leaps(const uint8_t *bytes, size_t length);

#endif
