/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks of files that are being written. They belong to the open file, end with
 * the process, and only who may write the file can take one: whoever may only
 * read it keeps no writer out.
 */
#ifndef VMCLOCKCTL_IO_OUTPUT_FILELOCK_H
#define VMCLOCKCTL_IO_OUTPUT_FILELOCK_H

#include <stdbool.h>
#include <sys/types.h>

enum filelock {
	FILELOCK_WRITER,    /* the file changes under its name */
	FILELOCK_TEMPORARY, /* its temporary name is still needed */
};

/*
 * Take the lock on a file that is open for writing, without waiting. Beside
 * that of a writer stands one of flock(2), if it is free, for the sake of
 * /proc/locks, which has the process of such a lock alone. Returns 0, or -1 and
 * errno: EAGAIN if another has a lock on the file.
 */
int filelock_take(int fd, enum filelock which);

/* Whether another open file has the lock; false, too, if that cannot be told.
 * It is enough that the descriptor is open for reading. */
bool filelock_is_taken(int fd, enum filelock which);

/* Whether it is certain that nobody has the file open for writing, or mapped so
 * that it can be written: false, too, where the filesystem may have writers on
 * other machines, or this user may not ask. */
bool filelock_has_no_writer(int fd);

/* The process that has the writer's lock; 0 if this cannot be seen. */
pid_t filelock_writer(int fd);

#endif
