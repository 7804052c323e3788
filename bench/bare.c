/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What vmclockctl is held against, each the least of its kind:
 *
 *	sleep PAGE NSEC        sleep so long, load seq_count, again and again
 *	line PAGE NSEC         the same, and a line when it has changed
 *	read FILE...           open each, read it, close it
 *	run PROGRAM ...        a program, ended as these are
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

#include "bare.h"
#include "io/system_clock.h"
#include "io/live/seqlock.h"
#include "tools.h"

static const void *map_page(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *page = MAP_FAILED;

	if (fd >= 0)
		page = mmap(NULL, PAGE_USUAL_SIZE, PROT_READ, MAP_SHARED, fd,
			    0);
	if (page == MAP_FAILED)
		die("%s: %s", path, strerror(errno));
	close(fd);
	return page;
}

/* Until it is ended. */
static int load_seq_count(const char *path, const char *nsec, bool tell)
{
	static const char line[] = "changed\n";
	const uint8_t *seq_count =
		(const uint8_t *)map_page(path) + OFFSET_seq_count;
	int64_t interval = strtoll(nsec, NULL, 10);
	uint32_t last = shared_load32(seq_count);

	for (;;) {
		uint32_t seq;

		sleep_nsec(interval);
		seq = shared_load32(seq_count);
		if (tell && seq != last && !(seq & 1) &&
		    write(1, line, sizeof(line) - 1) < 0)
			return 1;
		last = seq;
	}
}

static int read_each(char **paths)
{
	static char bytes[65536];

	for (; *paths; paths++) {
		int fd = open(*paths, O_RDONLY | O_CLOEXEC);
		ssize_t got = fd < 0 ? -1 : 1;

		while (got > 0)
			got = read(fd, bytes, sizeof(bytes));
		if (got < 0)
			die("%s: %s", *paths, strerror(errno));
		close(fd);
	}
	return 0;
}

int bare_run(int argc, char **argv)
{
	/* Not to be left behind; it stays so through an exec. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc == 3 && strcmp(argv[0], "sleep") == 0)
		return load_seq_count(argv[1], argv[2], false);
	if (argc == 3 && strcmp(argv[0], "line") == 0)
		return load_seq_count(argv[1], argv[2], true);
	if (argc > 1 && strcmp(argv[0], "read") == 0)
		return read_each(argv + 1);
	if (argc > 1 && strcmp(argv[0], "run") == 0) {
		execvp(argv[1], argv + 1);
		die("%s: %s", argv[1], strerror(errno));
	}
	die("--bare sleep PAGE NSEC, line PAGE NSEC, read FILE... or run PROGRAM ...");
}
