/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a file is to be: a directory that is open, and a name in it. */
#ifndef VMCLOCKCTL_IO_OUTPUT_DESTINATION_H
#define VMCLOCKCTL_IO_OUTPUT_DESTINATION_H

#include <stdbool.h>
#include <sys/stat.h>

struct destination {
	int directory; /* a path descriptor */
	char *name;    /* without a slash */
	/* Everybody can write in the directory, or all of a group, but the
	 * sticky bit keeps them from the files of others. */
	bool shared;
	uid_t owner;	    /* of the directory */
	bool linked;	    /* the path is a symbolic link */
	bool opened;	    /* it is a link of /proc to what a process has open,
			     * to be followed by the kernel */
	bool found;	    /* something has the name */
	struct stat status; /* what that is; no link but where `opened` */
};

/*
 * Follow the path, once: what appears in its place later is not followed. In a
 * shared directory only links of the user and of the directory's owner are.
 * Nothing needs to have the name, but its directory has to exist. Returns 0, 1
 * if there is another user's link, or -1 and errno; `linked` is set in each
 * case. destination_end() frees it, after a failure too.
 */
int destination_find(const char *path, struct destination *destination);
void destination_end(struct destination *destination);

/* Whether a file there may be used: in a shared directory it has to be the
 * user's own, or the directory's owner's. */
bool destination_trusts(const struct destination *destination,
			const struct stat *file);

#endif
