/* SPDX-License-Identifier: BSD-2-Clause */
/* A new file that has no name yet, or where that cannot be, a name of our own.
 */
#ifndef VMCLOCKCTL_IO_OUTPUT_TEMPFILE_H
#define VMCLOCKCTL_IO_OUTPUT_TEMPFILE_H

#include "destination.h"

#define TEMPFILE_NAME_MAX 48

struct tempfile {
	int fd;			      /* for reading and writing */
	char name[TEMPFILE_NAME_MAX]; /* "": none */
};

/*
 * Create a file in the directory of the place. One that has a name is removed
 * when the program is ended by a signal that is neither ignored nor has a
 * handler of its own, until tempfile_forget(). Only one file at a time, and
 * its place has to stay. What an earlier run left there under the same name,
 * for it was killed, is removed. `flags` are further ones of open(). Returns 0,
 * or -1 and errno.
 */
int tempfile_create(const struct destination *destination, int flags,
		    struct tempfile *file);

/*
 * Take owner, group and mode of the file that is replaced, but in a shared
 * directory, where another may have chosen them. Without root the owner stays
 * ours; if the group cannot be set, it gets no rights. Returns 0, or -1 and
 * errno.
 */
int tempfile_inherit(const struct destination *destination,
		     const struct tempfile *file, const struct stat *old);

/*
 * Give a file that has none the name of the place, which has to be free, or
 * replace what has it. Returns 0, or -1 and errno, EEXIST if it is not free.
 */
int tempfile_link(const struct destination *destination,
		  const struct tempfile *file);
int tempfile_replace(const struct destination *destination,
		     struct tempfile *file);

/* Remove the name, if there is one; the descriptor stays open. */
void tempfile_remove(const struct destination *destination,
		     struct tempfile *file);

/* Call this when the file has another name; tempfile_replace() does. */
void tempfile_forget(struct tempfile *file);

#endif
