/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's clocksource and TAI offset, and the leap-second table. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/sysfs.h"
#include "leapfile.h"
#include "parts.h"
#include "ptp.h"
#include "sysfile.h"

static void read_clocksource(const char *root, struct host *host)
{
	struct access_error *access_error =
		&host->access_errors[AREA_CLOCKSOURCE];

	sysfile_line(root, CURRENT_CLOCKSOURCE, host->clocksource,
		     sizeof(host->clocksource), access_error);
	sysfile_line(root, SYSFS_CLOCKSOURCE "/available_clocksource",
		     host->clocksources, sizeof(host->clocksources),
		     access_error);
}

static void read_leap_table(const char *root, struct host *host)
{
	struct leap_table table;
	struct error error;

	if (leapfile_look(root, &table, &host->access_errors[AREA_LEAPS],
			  &error)) {
		snprintf(host->leaps_error, sizeof(host->leaps_error), "%.79s",
			 error.errnum ? strerror(error.errnum)
				      : "the file is damaged");
		return;
	}
	host->leaps =
		leap_expired(&table, time(NULL)) ? LEAPS_EXPIRED : LEAPS_VALID;
	leap_expiry(&table, host->leaps_until);
}

void host_look_clocks(const char *root, struct host *host)
{
	read_clocksource(root, host);
	read_leap_table(root, host);
	if (*root)
		return;
	host->has_kernel_tai = true;
	host->kernel_tai = kernel_tai_offset();
}
