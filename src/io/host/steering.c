/* SPDX-License-Identifier: BSD-2-Clause */
/* Who steers the system's clock, running or set up, and ClockBound. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "parts.h"
#include "sysfile.h"

#define UNITS_MAX 4

/* The process as /proc/PID/comm names it, and its units of systemd or OpenRC.
 */
static const struct {
	const char *process;
	const char *units[UNITS_MAX];
} steerers[STEERER_COUNT] = {
	[STEERER_CHRONYD] = { "chronyd", { "chrony", "chronyd" } },
	[STEERER_PHC2SYS] = { "phc2sys", { "phc2sys" } },
	[STEERER_TS2PHC] = { "ts2phc", { "ts2phc" } },
	[STEERER_NTPD] = { "ntpd", { "ntp", "ntpd", "ntpsec", "openntpd" } },
	[STEERER_NTPD_RS] = { "ntp-daemon", { "ntpd-rs" } },
	/* The kernel keeps 15 letters. */
	[STEERER_TIMESYNCD] = { "systemd-timesyn", { "systemd-timesyncd" } },
};

/* Their options that take a value. */
static const char *const valued[STEERER_COUNT] = {
	[STEERER_CHRONYD] = "fFlLPtu",
	[STEERER_PHC2SYS] = "cdsfEPIRSFNOLMiunzltD",
};

/* What a process is told that decides whether, and by what, it steers. */
struct told {
	bool others;	/* phc2sys -c: the clock that it sets is another */
	bool hands_on;	/* phc2sys -E: to a program that then steers */
	bool automatic; /* phc2sys -a, and -r: the system's clock too */
	bool reverse;
	bool watches; /* chronyd -x, -Q: it sets none */
};

static void take_option(enum steerer steerer, char letter, const char *value,
			struct steering *process, struct told *told)
{
	if (steerer == STEERER_CHRONYD) {
		told->watches |= letter == 'x' || letter == 'Q';
		return;
	}
	if (steerer != STEERER_PHC2SYS)
		return;
	switch (letter) {
	case 'O':
		process->has_offset = true;
		process->offset = strtoll(value, NULL, 10);
		break;
	case 'a':
	case 'w':
		process->waits = true;
		told->automatic |= letter == 'a';
		break;
	case 'r':
		told->reverse = true;
		break;
	case 'c':
		told->others = strcmp(value, "CLOCK_REALTIME") != 0;
		break;
	case 'E':
		told->hands_on = strcmp(value, "ntpshm") == 0 ||
				 strcmp(value, "refclock_sock") == 0;
		break;
	case 'f':
		process->unsure = true;
		break;
	case 's':
		snprintf(process->source, sizeof(process->source), "%.63s",
			 value);
		break;
	default:
		break;
	}
}

/* Letters may be joined; a value is the rest, or the next argument. */
static void take_arguments(enum steerer steerer, char *rest,
			   struct steering *process, struct told *told)
{
	const char *with_value = valued[steerer] ? valued[steerer] : "";
	char waiting = '\0';

	/* NULs are newlines here. */
	for (const char *word; (word = strsep(&rest, "\n"));) {
		if (waiting) {
			take_option(steerer, waiting, word, process, told);
			waiting = '\0';
			continue;
		}
		if (word[0] != '-' || word[1] == '-')
			continue;
		for (const char *at = word + 1; *at; at++) {
			if (!strchr(with_value, *at)) {
				take_option(steerer, *at, "", process, told);
				continue;
			}
			if (at[1])
				take_option(steerer, *at, at + 1, process,
					    told);
			else
				waiting = *at;
			break;
		}
	}
}

static void take_process(const char *root, const char *number,
			 enum steerer steerer, struct steering *steering)
{
	char path[64], text[2048];
	struct steering process = { .running = true };
	struct told told = { 0 };

	snprintf(path, sizeof(path), "/proc/%.20s/cmdline", number);
	if (sysfile_text(root, path, text, sizeof(text), NULL) > 0)
		take_arguments(steerer, text, &process, &told);
	if (told.others || told.hands_on || told.watches ||
	    (told.automatic && !told.reverse))
		return;
	/* Of several, the first that is sure. */
	if (steering->running && (!steering->unsure || process.unsure))
		return;
	process.enabled = steering->enabled;
	*steering = process;
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
		snprintf(process, sizeof(process), "%.31s",
			 found.paths[i] + strlen("/proc/"));
		process[strcspn(process, "/")] = '\0';
		/* Where those of others are hidden, that of root is. */
		host->processes_seen |= strcmp(process, "1") == 0;
		for (int j = 0; j < STEERER_COUNT; j++) {
			if (strcmp(comm, steerers[j].process) != 0)
				continue;
			sysfile_observed(access_error, root, found.paths[i],
					 OBSERVED_READ, 0);
			take_process(root, process, (enum steerer)j,
				     &host->steering[j]);
		}
		host->clockbound |= strcmp(comm, "clockbound") == 0 ||
				    strcmp(comm, "clockboundd") == 0;
	}
	sysfile_list_free(&found);
}

static bool is_unit_of(int steerer, const char *name)
{
	for (size_t i = 0; i < UNITS_MAX && steerers[steerer].units[i]; i++) {
		if (strcmp(name, steerers[steerer].units[i]) == 0)
			return true;
	}
	return false;
}

/* Whether the unit is masked: a link to /dev/null in its place. */
static bool is_masked(const char *root, const char *file)
{
	static const char *const places[] = { "/etc/systemd/system/",
					      "/run/systemd/system/" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		char path[128], target[32] = "";

		snprintf(path, sizeof(path), "%s%.63s", places[i], file);
		if (sysfile_link(root, path, target, sizeof(target), NULL) &&
		    strcmp(target, "null") == 0)
			return true;
	}
	return false;
}

static void take_unit(const char *root, const char *path, bool openrc,
		      struct host *host)
{
	const char *file = path_base_name(path);
	char name[64];

	snprintf(name, sizeof(name), "%.63s", file);
	/* "phc2sys@eth0.service" */
	name[strcspn(name, ".@")] = '\0';
	for (int j = 0; j < STEERER_COUNT; j++) {
		struct steering *steering = &host->steering[j];

		if (!is_unit_of(j, name) || (!openrc && is_masked(root, file)))
			continue;
		steering->enabled = true;
		steering->openrc |= openrc;
	}
}

/* The links that `systemctl enable` makes or an image brings, and OpenRC's. One
 * that leads nowhere is of a package that is gone. */
static void look_at_units(const char *root, struct host *host)
{
	static const char *const places[] = {
		"/etc/systemd/system/*.wants/*.service",
		"/usr/lib/systemd/system/*.wants/*.service",
		"/etc/runlevels/*/*",
	};
	struct access_error *access_error = &host->access_errors[AREA_STEERING];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct sysfile_list found;
		size_t count =
			sysfile_find(root, places[i], &found, access_error);

		for (size_t j = 0; j < count; j++) {
			if (sysfile_exists(root, found.paths[j], NULL))
				take_unit(root, found.paths[j], i == 2, host);
		}
		sysfile_list_free(&found);
	}
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
