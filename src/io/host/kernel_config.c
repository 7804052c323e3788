/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver's option in the kernel's configuration, compressed or not. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "io/tree.h"
#include "parts.h"
#include "sysfile.h"

#define OPTION	    "CONFIG_PTP_1588_CLOCK_VMCLOCK"
#define CONFIG_MOST (4u << 20)

/* All of a file that is plain or gzip, in memory to be freed; NULL if it cannot
 * be read or is damaged. */
static char *read_config(int fd)
{
	gzFile file = gzdopen(fd, "r");
	char *text = file ? malloc(CONFIG_MOST + 1) : NULL;
	int got = text ? gzread(file, text, CONFIG_MOST) : -1;
	int closed = file ? gzclose_r(file) : Z_ERRNO;

	if (!file)
		close(fd);
	/* Cut short, or of another kind. */
	if (got < 0 || closed != Z_OK) {
		free(text);
		return NULL;
	}
	text[got] = '\0';
	return text;
}

/* A line of its own. */
static enum kernel_option find_option(const char *text)
{
	if (!strstr(text, "CONFIG_"))
		return KERNEL_OPTION_UNKNOWN;
	for (const char *at = text; (at = strstr(at, OPTION "="));
	     at += strlen(OPTION)) {
		if (at != text && at[-1] != '\n')
			continue;
		if (at[strlen(OPTION "=")] == 'm')
			return KERNEL_OPTION_MODULE;
		if (at[strlen(OPTION "=")] == 'y')
			return KERNEL_OPTION_BUILT_IN;
	}
	return KERNEL_OPTION_UNSET;
}

void host_look_kernel_config(const char *root, struct host *host)
{
	/* The kernel's own comes first; the others are of its release. */
	static const char *const places[][2] = {
		{ "/proc/config.gz", "" },
		{ "/boot/config-", "" },
		{ "/lib/modules/", "/config" },
	};
	struct access_error *access_error = &host->access_errors[AREA_DRIVER];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places) &&
			   host->option == KERNEL_OPTION_UNKNOWN;
	     i++) {
		cleanup_free char *text = NULL;
		char path[sizeof(host->option_place)];
		enum observed observed;
		int fd;

		snprintf(path, sizeof(path), "%s%s%s", places[i][0],
			 i ? host->release : "", places[i][1]);
		observed = tree_open(root, path, TREE_TABLE_MAX, &fd);
		sysfile_observed(access_error, root, path, observed, errno);
		if (observed != OBSERVED_READ)
			continue;
		text = read_config(fd);
		host->option = text ? find_option(text) : KERNEL_OPTION_UNKNOWN;
		snprintf(host->option_place, sizeof(host->option_place), "%s",
			 path);
	}
}
