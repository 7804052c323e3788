/* SPDX-License-Identifier: BSD-2-Clause */
/* A page in a file, as `simulate --publish` leaves it. */
#include "page.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/live/seqlock.h"
#include "child.h"
#include "tools.h"

uint8_t *page_make(const struct bench *bench, const char *path)
{
	const char *argv[] = { bench->program, "simulate", "steady",
			       "--publish",    path,	   "--duration",
			       "10ms",	       NULL };
	void *page = MAP_FAILED;
	int fd;

	child_run(argv);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		page = mmap(NULL, PAGE_USUAL_SIZE, PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		die("%s: %s", path, strerror(errno));
	close(fd);
	return page;
}

void page_update(uint8_t *page, uint64_t marker)
{
	uint8_t *seq_count = page + OFFSET_seq_count;
	uint32_t seq = shared_load32(seq_count);

	seqlock_write_begin(seq_count, seq + 1);
	shared_store64(page + OFFSET_disruption_marker, marker);
	/* All other words as they are: it is the cache lines that count. */
	for (size_t i = OFFSET_flags; i < PAGE_DEFINED; i += 8)
		shared_store64(page + i, shared_load64(page + i));
	seqlock_write_end(seq_count, seq + 2);
}

void page_free(uint8_t *page)
{
	munmap(page, PAGE_USUAL_SIZE);
}
