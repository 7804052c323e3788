/* SPDX-License-Identifier: BSD-2-Clause */
/* The node of the device in /dev, and who may read it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/sysfs.h"
#include "page/device_names.h"
#include "parts.h"
#include "io/tree.h"
#include "device_node.h"
#include "sysfile.h"

/* The value of GROUP="..." or GROUP:="...". */
static void take_rule_group(const char *line, struct host *host)
{
	const char *at = strstr(line, "GROUP");

	at = at ? strchr(at, '"') : NULL;
	if (!at)
		return;
	snprintf(host->rule_group, sizeof(host->rule_group), "%.*s",
		 (int)strcspn(at + 1, "\""), at + 1);
}

/* Whether a line gives rights to the page's node, and to which group. One that
 * ends in a backslash goes on. */
static bool gives_rights(char *text, struct host *host)
{
	char *rest = text;

	for (char *at = text; (at = strstr(at, "\\\n"));)
		memset(at, ' ', 2);
	for (const char *line; (line = strsep(&rest, "\n"));) {
		line += strspn(line, " \t");
		if (*line == '#' || !strstr(line, DEVICE_NODE) ||
		    strstr(line, "\"ptp\"") ||
		    (!strstr(line, "GROUP") && !strstr(line, "MODE")))
			continue;
		take_rule_group(line, host);
		return true;
	}
	return false;
}

static void find_udev_rule(const char *root, struct host *host)
{
	static const char *const places[] = { "/etc/udev/rules.d/*.rules",
					      "/run/udev/rules.d/*.rules",
					      "/usr/lib/udev/rules.d/*.rules",
					      "/lib/udev/rules.d/*.rules" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct access_error *access_error =
			&host->access_errors[AREA_UDEV];
		struct sysfile_list found;
		size_t count =
			sysfile_find(root, places[i], &found, access_error);

		for (size_t j = 0; j < count && !host->udev_rule; j++) {
			cleanup_free char *text = sysfile_whole(
				root, found.paths[j], access_error);

			host->udev_rule = text && gives_rights(text, host);
		}
		sysfile_list_free(&found);
	}
}

/* The number of the node against that of the kernel's device. */
static void compare_numbers(const char *root, const char *path,
			    const char *class, const struct stat *status,
			    struct access_error *access_error,
			    struct node_look *look)
{
	char name[300];

	if (!S_ISCHR(status->st_mode))
		return;
	snprintf(look->number, sizeof(look->number), "%u:%u",
		 major(status->st_rdev), minor(status->st_rdev));
	snprintf(name, sizeof(name), "/%.200s/dev", path_base_name(path));
	sysfile_line_in(root, class, name, look->registered,
			sizeof(look->registered), access_error);
	look->other_number = *look->registered &&
			     strcmp(look->number, look->registered) != 0;
}

/* Whether the look says by itself what is there. */
static bool is_conclusive(const struct node_look *look)
{
	switch (look->observed) {
	case OBSERVED_READ:
	case OBSERVED_ABSENT:
	case OBSERVED_DIRECTORY:
		return true;
	case OBSERVED_REFUSED:
		/* Else its directory is what was refused. */
		return look->exists;
	default:
		return look->other_number || look->errnum == ENODEV ||
		       look->errnum == ENXIO;
	}
}

bool host_look_at_node(const char *root, const char *path, const char *class,
		       struct access_error *access_error,
		       struct node_look *look)
{
	/* Noted, and no error. */
	struct access_error noted = *access_error;
	struct stat status;
	char text[160];
	int fd = -1;

	look->observed = tree_status(root, path, false, &status);
	look->errnum = look->observed == OBSERVED_READ ? 0 : errno;
	if (!look->errnum) {
		look->exists = true;
		look->mode = status.st_mode & 07777;
		look->uid = status.st_uid;
		look->gid = status.st_gid;
		look->file = !*root && S_ISREG(status.st_mode);
		compare_numbers(root, path, class, &status, access_error, look);
		look->observed = S_ISDIR(status.st_mode)
					 ? OBSERVED_DIRECTORY
					 : tree_open_node(root, path, &fd);
		if (look->observed != OBSERVED_READ)
			look->errnum = look->observed == OBSERVED_DIRECTORY
					       ? EISDIR
					       : errno;
		if (fd >= 0)
			close(fd);
	}
	if (is_conclusive(look)) {
		sysfile_observed(&noted, root, path, look->observed,
				 look->errnum);
		return look->observed == OBSERVED_READ && !look->other_number &&
		       !look->file;
	}
	device_node_describe(root, path, text, sizeof(text));
	if (look->observed == OBSERVED_DEVICE)
		sysfile_observed_as(access_error, root, path, OBSERVED_DEVICE,
				    ENOTSUP, text);
	else
		sysfile_observed(access_error, root, path, look->observed,
				 look->errnum);
	return false;
}

static void look_at_page_node(const char *root, const char *path,
			      struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_NODE];

	snprintf(host->node, sizeof(host->node), "%s%s", root, path);
	host->node_readable = host_look_at_node(root, path, SYSFS_MISC,
						access_error, &host->node_look);
	if (host->node_look.exists)
		return;
	/* A link that leads nowhere; its directory is listed. */
	sysfile_observed(access_error, root, path,
			 host->node_look.observed == OBSERVED_ABSENT
				 ? OBSERVED_FAILED
				 : host->node_look.observed,
			 host->node_look.errnum);
}

static unsigned int node_number(const char *path)
{
	return (unsigned int)strtoul(path_base_name(path) + strlen(DEVICE_NODE),
				     NULL, 10);
}

static int compare_numbers_of(const void *a, const void *b)
{
	unsigned int left = node_number(*(char *const *)a),
		     right = node_number(*(char *const *)b);

	return (left > right) - (left < right);
}

/* By their numbers, 2 before 10. */
static size_t find_numbered(const char *root, const char *pattern,
			    struct sysfile_list *found,
			    struct access_error *access_error)
{
	size_t count = sysfile_find(root, pattern, found, access_error);

	if (count)
		qsort(found->paths, count, sizeof(*found->paths),
		      compare_numbers_of);
	return count;
}

void host_look_misc(const char *root, struct host *host)
{
	struct sysfile_list found;

	host->miscs = (unsigned int)find_numbered(
		root, SYSFS_MISC "/" DEVICE_NODE "[0-9]*", &found,
		&host->access_errors[AREA_NODE]);
	host->misc = host->miscs > 0;
	for (unsigned int i = 0; i < host->miscs && i < DEVICES_MAX; i++)
		host->misc_numbers[i] = node_number(found.paths[i]);
	sysfile_list_free(&found);
}

/* Those of class misc that are not among the nodes found. */
static void find_missing(const struct sysfile_list *found, struct host *host)
{
	for (unsigned int i = 0; i < host->miscs && i < DEVICES_MAX; i++) {
		char name[32];
		bool there = false;

		snprintf(name, sizeof(name), DEVICE_NODE "%u",
			 host->misc_numbers[i]);
		for (size_t j = 0; j < found->count && !there; j++)
			there = strcmp(path_base_name(found->paths[j]), name) ==
				0;
		host->node_missing[i] = !there;
	}
}

void host_look_node(const char *root, struct host *host)
{
	struct access_error *access_error = &host->access_errors[AREA_NODE];
	struct sysfile_list found;

	host_look_misc(root, host);
	host->nodes = (unsigned int)find_numbered(
		root, "/dev/" DEVICE_NODE "[0-9]*", &found, access_error);
	find_missing(&found, host);
	if (host->nodes)
		look_at_page_node(root,
				  host->asked_node ? host->asked_node
						   : found.paths[0],
				  host);
	sysfile_list_free(&found);
	find_udev_rule(root, host);
}
