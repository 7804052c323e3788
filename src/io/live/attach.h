/* SPDX-License-Identifier: BSD-2-Clause */
/* A page that is opened and mapped: what live_device.c reads, and how it is
 * attached and let go. */
#ifndef VMCLOCKCTL_IO_LIVE_ATTACH_H
#define VMCLOCKCTL_IO_LIVE_ATTACH_H

#include <sys/types.h>

#include "base/bytes.h"
#include "live_ops.h"

struct live_device {
	struct live live;
	const char *root;   /* of memory, NULL: a device or a file */
	const char *below;  /* the root that the path was found below, or "" */
	uint64_t address;   /* of memory */
	bool file;	    /* regular; else a device */
	bool doubtful;	    /* a device that may be no VMClock: never read(2) */
	int fd;		    /* -1: gone for the moment */
	dev_t dev;	    /* which file it is */
	ino_t inode;	    /* that the path leads to */
	const uint8_t *map; /* NULL: cannot be mapped, pread it is */
	size_t map_length;
	size_t length; /* bytes of the page */
	unsigned int seq_offset;
	bool own_counter;
	bool notifies;	  /* the driver has poll, and the device notifies */
	uint64_t *bytes;  /* the page of the last look, `length` rounded up */
	uint64_t *second; /* one more, for pread */
	bool asked;	  /* whether another process has locked the file */
	bool kept;	  /* one had when it was asked last */
	bool looked;	  /* bytes are the page of the last look */
	struct unsettled unsettled;
};

static inline size_t whole_words(size_t length)
{
	return (length + 7) & ~(size_t)7;
}

static inline uint32_t seq_of(const struct live_device *m,
			      const uint64_t *bytes)
{
	return (uint32_t)load_le((const uint8_t *)bytes + m->seq_offset, 4);
}

/* Open and map what m->live.path or m->root and m->address say, if it is a
 * page. Returns 0, or -1 with *error, and nothing is open then. */
int attach_device(struct live_device *m, struct error *error);

void detach_device(struct live_device *m);

/* Whether the path still leads to what was opened, and that is as long as it
 * was. */
bool is_still_there(const struct live_device *m);

/* Call work(context), which reads the map: false if a part of it is gone, for a
 * file may be cut short at any moment. */
bool with_map(const struct live_device *m, void (*work)(void *), void *context);

/* The page by pread, into `to`: 0, or an errno. */
int read_page(const struct live_device *m, uint64_t *to);

#endif
