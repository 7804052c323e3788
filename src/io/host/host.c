/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "leapfile.h"
#include "phc.h"
#include "cross_timestamp.h"
#include "sysfile.h"

/* 1000 * major + minor, 0 if it begins otherwise than with a version. */
static unsigned int version_of(const char *release)
{
	char *point, *end;
	unsigned long major = strtoul(release, &point, 10);
	unsigned long minor;

	if (point == release || *point != '.' || major > 999)
		return 0;
	minor = strtoul(point + 1, &end, 10);
	return end == point + 1 || minor > 999
		       ? 0
		       : (unsigned int)(1000 * major + minor);
}

static void look_kernel(const char *root, struct host *host)
{
	char text[65536];
	const char *size;
	struct utsname name;

	struct access_error *access_error = host->access_error;

	sysfile_line(root, "/proc/sys/kernel/osrelease", host->release,
		     sizeof(host->release), &access_error[AREA_DRIVER]);
	if (!*root) {
		host->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
		if (uname(&name) == 0)
			snprintf(host->architecture, sizeof(host->architecture),
				 "%.31s", name.machine);
	} else {
		/* By which counter the clocksource is judged. */
		sysfile_line(root, "/proc/sys/kernel/arch", host->architecture,
			     sizeof(host->architecture),
			     &access_error[AREA_CLOCKSOURCE]);
		sysfile_text(root, "/proc/self/smaps", text, sizeof(text),
			     &access_error[AREA_NODE]);
		size = strstr(text, "KernelPageSize:");
		if (size)
			host->page_size = 1024 * strtoul(size + 15, NULL, 10);
	}
	host->version = version_of(host->release);
	access_error += AREA_CONTAINER;
	host->container =
		sysfile_exists(root, "/.dockerenv", access_error) ||
		sysfile_exists(root, "/run/.containerenv", access_error) ||
		sysfile_exists(root, "/run/systemd/container", access_error);
	if (host->container)
		access_error->errnum = 0;
}

/* Entries of the driver's directory that are devices. */
static bool has_bound(const char *root, struct host *host)
{
	static const char *const own[] = { "bind", "unbind", "uevent",
					   "module" };
	struct sysfile_list found;
	size_t count = sysfile_find(root, "/sys/bus/platform/drivers/vmclock/*",
				    &found, &host->access_error[AREA_DRIVER]);
	bool bound = false;

	for (size_t i = 0; i < count; i++) {
		const char *name = path_base_name(found.paths[i]);
		bool device = true;

		for (size_t j = 0; j < sizeof(own) / sizeof(*own); j++)
			device &= strcmp(name, own[j]) != 0;
		bound |= device;
	}
	sysfile_list_free(&found);
	return bound;
}

/* By the configuration that distributions put beside their kernels. */
static enum driver_state look_config(const char *root, const char *release,
				     struct access_error *access_error)
{
	static const char *const places[] = { "/boot/config-%s",
					      "/lib/modules/%s/config" };
	char path[160];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		int found;

		snprintf(path, sizeof(path), places[i], release);
		found = sysfile_mentions(
			root, path,
			"CONFIG_PTP_1588_CLOCK_VMCLOCK=", access_error);
		if (found >= 0)
			return found ? DRIVER_NOT_LOADED : DRIVER_ABSENT;
	}
	return DRIVER_UNKNOWN;
}

static void look_driver(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_error[AREA_DRIVER];
	char dep[160], builtin[160];
	int listed;

	if (has_bound(root, host)) {
		host->driver = DRIVER_BOUND;
		access_error->errnum = 0;
		return;
	}

	snprintf(dep, sizeof(dep), "/lib/modules/%s/modules.dep",
		 host->release);
	snprintf(builtin, sizeof(builtin), "/lib/modules/%s/modules.builtin",
		 host->release);
	listed = sysfile_mentions(root, dep, "/ptp_vmclock.ko", access_error);
	if (sysfile_exists(root, "/sys/bus/platform/drivers/vmclock",
			   access_error) ||
	    sysfile_exists(root, "/sys/module/ptp_vmclock", access_error) ||
	    sysfile_mentions(root, builtin, "/ptp_vmclock.ko", access_error) >
		    0)
		host->driver = DRIVER_NOT_BOUND;
	else if (listed >= 0)
		host->driver = listed ? DRIVER_NOT_LOADED : DRIVER_ABSENT;
	else
		host->driver = look_config(root, host->release, access_error);
	host->has_config_gz = sysfile_exists(root, "/proc/config.gz", NULL);
}

/* Any other reason than that this user may not is unseen. */
static bool can_read(const char *path, struct access_error *access_error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd >= 0)
		close(fd);
	else if (errno != EACCES && errno != EPERM)
		sysfile_access_error(access_error, "", path, errno);
	return fd >= 0;
}

static void look_udev(const char *root, struct host *host)
{
	static const char *const places[] = { "/etc/udev/rules.d/*.rules",
					      "/usr/lib/udev/rules.d/*.rules",
					      "/lib/udev/rules.d/*.rules" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct access_error *access_error =
			&host->access_error[AREA_UDEV];
		struct sysfile_list found;
		size_t count =
			sysfile_find(root, places[i], &found, access_error);

		for (size_t j = 0; j < count && !host->udev_rule; j++)
			host->udev_rule =
				sysfile_mentions("", found.paths[j], "vmclock",
						 access_error) > 0;
		sysfile_list_free(&found);
	}
}

static void look_node(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_error[AREA_NODE];
	struct stat status;
	struct sysfile_list found;

	host->misc = sysfile_find(root, "/sys/class/misc/vmclock[0-9]*", &found,
				  access_error) > 0;
	sysfile_list_free(&found);
	host->nodes = (unsigned int)sysfile_find(root, "/dev/vmclock[0-9]*",
						 &found, access_error);
	if (host->nodes)
		snprintf(host->node, sizeof(host->node), "%.255s",
			 found.paths[0]);
	sysfile_list_free(&found);
	if (host->nodes && stat(host->node, &status) == 0) {
		host->node_mode = status.st_mode & 07777;
		host->node_readable = can_read(host->node, access_error);
	} else if (host->nodes) {
		sysfile_access_error(access_error, "", host->node, errno);
	}
	look_udev(root, host);
}

/* The own PHC against the page. */
static void judge_phc(struct host *host, struct live *live, struct ptp *ptp)
{
	struct cross_timestamper stamper;
	struct cross_timestamp stamp;
	struct error error;

	cross_timestamp_start(&stamper, live);
	switch (cross_timestamp_take(&stamper, ptp, 0, &stamp, &error)) {
	case CROSS_TAKEN:
		host->phc_judged =
			offset_judge(&stamper.page.clock, &stamp.difference,
				     EXPECT_ANY, &host->phc_offset);
		return;
	case CROSS_NO_CLOCK:
		/* EAGAIN is the page's doing. */
		if (stamp.errnum != EAGAIN)
			host->phc_errnum = stamp.errnum;
		return;
	case CROSS_NO_PAGE:
	case CROSS_NO_TIME:
		return;
	}
}

/* An error of the system's is none of the page's. */
static void take_error(struct host *host, const struct error *error)
{
	struct access_error *access_error = &host->access_error[AREA_PAGE];

	if (!error->errnum) {
		snprintf(host->page_error, sizeof(host->page_error), "%.199s",
			 error->message);
		return;
	}
	access_error->errnum = error->errnum;
	snprintf(access_error->what, sizeof(access_error->what), "%.239s",
		 error->message);
}

static void take_page(struct host *host, struct live *live)
{
	struct snapshot snapshot;
	struct error error = { 0 };

	switch (live_look(live, &snapshot, &error)) {
	case LOOK_PAGE:
		host->has_page = true;
		reading_make(snapshot.bytes, snapshot.length,
			     snapshot.has_counter ? &snapshot.counter : NULL,
			     &host->reading);
		return;
	case LOOK_UNSETTLED:
		host->page_unsettled = true;
		return;
	case LOOK_ERROR:
		take_error(host, &error);
		return;
	default:
		/* It went away, and may be back. */
		sysfile_access_error(&host->access_error[AREA_PAGE], "",
				     host->node, ESTALE);
	}
}

static void look_page(const char *root, struct host *host)
{
	struct error error;
	struct live *live;
	struct ptp ptp;

	if (!host->nodes || !host->node_readable)
		return;
	live = live_open(host->node, root, *root != '\0', &error);
	if (!live) {
		take_error(host, &error);
		return;
	}
	take_page(host, live);
	if (host->has_page && host->phc_own >= 0 && host->phc_readable) {
		const char *path = host->phcs[host->phc_own].path;

		if (ptp_open(path, &ptp, &error) == 0) {
			judge_phc(host, live, &ptp);
			ptp_close(&ptp);
		} else if (error.errnum != ENOTTY) {
			/* ENOTTY: a file that stands for one. */
			sysfile_access_error(&host->access_error[AREA_PHC], "",
					     path, error.errnum);
		}
	}
	live_close(live);
}

static void look_phcs(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_error[AREA_PHC];

	host->phc_count = phc_list(root, host->phcs, access_error);
	host->phc_own = -1;
	if (host->nodes)
		host->phc_own =
			phc_of_device(host->phcs, host->phc_count, host->node);
	/* Without a node: any of the driver's. */
	for (int i = 0; i < host->phc_count && host->phc_own < 0; i++) {
		if (host->phcs[i].kind.kind == PHC_VMCLOCK)
			host->phc_own = i;
	}
	if (host->phc_own >= 0)
		host->phc_readable =
			can_read(host->phcs[host->phc_own].path, access_error);
}

static void look_clocks(const char *root, struct host *host)
{
	static const char place[] =
		"/sys/devices/system/clocksource/clocksource0";
	struct access_error *access_error =
		&host->access_error[AREA_CLOCKSOURCE];
	char directory[4096];

	snprintf(directory, sizeof(directory), "%s%s", root, place);
	sysfile_line(directory, "/current_clocksource", host->clocksource,
		     sizeof(host->clocksource), access_error);
	sysfile_line(directory, "/available_clocksource", host->clocksources,
		     sizeof(host->clocksources), access_error);
	if (*root)
		return;
	host->has_kernel_tai = true;
	host->kernel_tai = kernel_tai_offset();
}

static void look_leaps(const char *root, struct host *host)
{
	struct leap_table table;
	struct error error;

	if (leapfile_system(root, &table, &error)) {
		snprintf(host->leaps_error, sizeof(host->leaps_error), "%.79s",
			 error.errnum ? strerror(error.errnum)
				      : "the file is damaged");
		return;
	}
	host->leaps =
		leap_expired(&table, time(NULL)) ? LEAPS_EXPIRED : LEAPS_VALID;
	leap_expiry(&table, host->leaps_until);
}

static bool has_option(const char *line, const char *option)
{
	char copy[160];

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, " \t"); word;
	     word = strtok(NULL, " \t")) {
		if (strcasecmp(word, option) == 0)
			return true;
	}
	return false;
}

static void look_chrony_file(const char *path, struct host *host)
{
	const unsigned int most =
		sizeof(host->chrony_lines) / sizeof(*host->chrony_lines);
	char text[65536];

	if (sysfile_text("", path, text, sizeof(text),
			 &host->access_error[AREA_CHRONY]) < 0)
		return;
	host->chrony = true;
	for (char *line = text, *end; *line; line = end) {
		struct chrony_line *row;

		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		line += strspn(line, " ");
		if (strncasecmp(line, "refclock PHC ", 13) != 0 ||
		    host->chrony_count == most)
			continue;
		row = &host->chrony_lines[host->chrony_count++];
		snprintf(row->line, sizeof(row->line), "%.159s", line);
		row->tai = has_option(row->line, "tai");
	}
}

static void look_chrony(const char *root, struct host *host)
{
	static const char *const places[] = { "/etc/chrony.conf",
					      "/etc/chrony/chrony.conf",
					      "/etc/chrony.d/*.conf",
					      "/etc/chrony/conf.d/*.conf" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct sysfile_list found;
		size_t count = sysfile_find(root, places[i], &found,
					    &host->access_error[AREA_CHRONY]);

		for (size_t j = 0; j < count; j++)
			look_chrony_file(found.paths[j], host);
		sysfile_list_free(&found);
	}
}

static void look_virtio_rtc(const char *root, struct host *host)
{
	struct access_error *access_error =
		&host->access_error[AREA_VIRTIO_RTC];
	struct sysfile_list found;
	size_t count = sysfile_find(root, "/sys/bus/virtio/devices/*", &found,
				    access_error);

	for (size_t i = 0; i < count; i++) {
		char id[16], driver[32] = "";

		sysfile_line(found.paths[i], "/device", id, sizeof(id),
			     access_error);
		if (strcmp(id, "0x0011") != 0)
			continue;
		host->virtio_rtc_device = true;
		host->virtio_rtc_driver |=
			sysfile_link(found.paths[i], "/driver", driver,
				     sizeof(driver), access_error);
	}
	sysfile_list_free(&found);
	count = sysfile_find(root, "/sys/class/rtc/rtc[0-9]*", &found,
			     access_error);
	for (size_t i = 0; i < count; i++) {
		char name[64];

		sysfile_line(found.paths[i], "/name", name, sizeof(name),
			     access_error);
		if (strncmp(name, "virtio_rtc", 10) == 0)
			snprintf(host->virtio_rtc_rtc,
				 sizeof(host->virtio_rtc_rtc), "%.31s",
				 path_base_name(found.paths[i]));
	}
	sysfile_list_free(&found);
}

int host_check_root(const char *root, struct error *error)
{
	struct stat status;
	int cause = 0;

	if (!*root)
		return 0;
	if (stat(root, &status) < 0)
		cause = errno;
	else if (!S_ISDIR(status.st_mode))
		cause = ENOTDIR;
	return cause ? error_set(error, ERROR_OPEN, cause, "%s: cannot open",
				 root)
		     : 0;
}

void host_look(const char *root, struct host *host)
{
	*host = (struct host){ .acpi_status = -1, .phc_own = -1 };
	look_kernel(root, host);
	host_look_hypervisor(root, host);
	host_look_firmware(root, host);
	look_driver(root, host);
	look_node(root, host);
	look_phcs(root, host);
	look_page(root, host);
	look_clocks(root, host);
	look_leaps(root, host);
	look_chrony(root, host);
	look_virtio_rtc(root, host);
}
