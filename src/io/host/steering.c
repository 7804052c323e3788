/* SPDX-License-Identifier: BSD-2-Clause */
/* Who steers the system's clock, running or set up, and ClockBound. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "parts.h"
#include "sysfile.h"

/* The process as /proc/PID/comm names it, and its units of systemd. */
static const struct {
	const char *process;
	const char *units[3];
} steerers[STEERER_COUNT] = {
	[STEERER_CHRONYD] = { "chronyd", { "chrony", "chronyd" } },
	[STEERER_PHC2SYS] = { "phc2sys", { "phc2sys" } },
	[STEERER_TS2PHC] = { "ts2phc", { "ts2phc" } },
	[STEERER_NTPD] = { "ntpd", { "ntp", "ntpd", "ntpsec" } },
	[STEERER_NTPD_RS] = { "ntp-daemon", { "ntpd-rs" } },
	/* The kernel keeps 15 letters. */
	[STEERER_TIMESYNCD] = { "systemd-timesyn", { "systemd-timesyncd" } },
};

/* The options that decide what phc2sys and ts2phc make of TAI. */
static void read_arguments(const char *root, const char *process,
			   struct steering *steering)
{
	char path[64], text[2048], *rest = text;
	bool next = false;

	snprintf(path, sizeof(path), "/proc/%.20s/cmdline", process);
	/* NULs are newlines here. */
	if (sysfile_text(root, path, text, sizeof(text), NULL) < 0)
		return;
	for (char *word; (word = strsep(&rest, "\n"));) {
		const char *value = next ? word : NULL;

		next = strcmp(word, "-O") == 0;
		if (strncmp(word, "-O", 2) == 0 && word[2])
			value = word + 2;
		if (value) {
			steering->has_offset = true;
			steering->offset = strtoll(value, NULL, 10);
		}
		/* -a takes it from ptp4l as well; letters may be joined. */
		if (word[0] == '-' && word[1] != '-' && !value &&
		    strspn(word + 1, "wamrqvx") == strlen(word + 1))
			steering->waits |= strpbrk(word + 1, "wa") != NULL;
	}
}

static void look_at_processes(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_STEERING];
	struct sysfile_list found;
	/* A process may end meanwhile. */
	size_t count = sysfile_find(root, "/proc/[0-9]*/comm", &found, NULL);

	for (size_t i = 0; i < count; i++) {
		char comm[32], process[32];

		if (!sysfile_line(root, found.paths[i], comm, sizeof(comm),
				  NULL))
			continue;
		host->processes_seen = true;
		snprintf(process, sizeof(process), "%.31s",
			 found.paths[i] + strlen("/proc/"));
		process[strcspn(process, "/")] = '\0';
		for (int j = 0; j < STEERER_COUNT; j++) {
			if (strcmp(comm, steerers[j].process) != 0)
				continue;
			sysfile_observed(access_error, root, found.paths[i],
					 OBSERVED_READ, 0);
			host->steering[j].running = true;
			read_arguments(root, process, &host->steering[j]);
		}
		host->clockbound |= strcmp(comm, "clockbound") == 0 ||
				    strcmp(comm, "clockboundd") == 0;
	}
	sysfile_list_free(&found);
}

/* The links that `systemctl enable` makes. */
static void look_at_units(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_STEERING];
	struct sysfile_list found;
	size_t count =
		sysfile_find(root, "/etc/systemd/system/*.wants/*.service",
			     &found, access_error);

	for (size_t i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%.63s",
			 path_base_name(found.paths[i]));
		name[strcspn(name, ".")] = '\0';
		for (int j = 0; j < STEERER_COUNT; j++) {
			for (int k = 0; k < 3 && steerers[j].units[k]; k++)
				host->steering[j].enabled |=
					strcmp(name, steerers[j].units[k]) == 0;
		}
	}
	sysfile_list_free(&found);
}

static void look_at_clockbound(const char *root, struct host *host)
{
	static const char *const places[] = {
		"/usr/lib/systemd/system/clockbound.service",
		"/etc/systemd/system/clockbound.service",
		"/lib/systemd/system/clockbound.service",
		"/usr/bin/clockbound",
		"/usr/local/bin/clockbound",
		"/usr/sbin/clockbound",
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (!host->clockbound)
			host->clockbound = sysfile_exists(
				root, places[i],
				&host->access_errors[AREA_STEERING]);
	}
}

void host_look_steering(const char *root, struct host *host)
{
	look_at_processes(root, host);
	look_at_units(root, host);
	look_at_clockbound(root, host);
}
