/* SPDX-License-Identifier: BSD-2-Clause */
/* What came of a look at a file, a directory or a link: filled by io/tree.c and
 * io/host/sysfile.c. */
#ifndef VMCLOCKCTL_DOCTOR_OBSERVATION_H
#define VMCLOCKCTL_DOCTOR_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>

/* Each with its word in JSON and what it says in a message; "" where the errno
 * says it. */
#define OBSERVATIONS(X)                                                        \
	X(OBSERVED_READ, "read", "read")                                       \
	X(OBSERVED_ABSENT, "absent", "")                                       \
	X(OBSERVED_DANGLING, "dangling", "a link that leads nowhere here")     \
	X(OBSERVED_REFUSED, "refused", "")                                     \
	X(OBSERVED_DIRECTORY, "directory", "")                                 \
	X(OBSERVED_FIFO, "fifo", "a FIFO, not a file")                         \
	X(OBSERVED_SOCKET, "socket", "a socket, not a file")                   \
	X(OBSERVED_DEVICE, "device", "a device, which is not opened")          \
	X(OBSERVED_TOO_LONG, "too-long", "too long to be what it should")      \
	X(OBSERVED_LOOP, "loop", "")                                           \
	X(OBSERVED_FAILED, "failed", "")

#define OBSERVED_ENUMERATOR_(id, word, text) id,
enum observed {
	OBSERVATIONS(OBSERVED_ENUMERATOR_) OBSERVED_COUNT
};

struct observation {
	enum observed observed;
	int errnum;	   /* 0: it was read */
	unsigned int area; /* enum area, for which it was looked at */
	/* Below the root, of any length; for the caller to print safely. */
	char *path;
};

/* In the order of the looks. */
struct observations {
	struct observation *rows;
	size_t count, room;
	bool lost; /* no memory for some */
};

#endif
