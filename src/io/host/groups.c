/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups, by the file: udev takes those of the system, which are there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "parts.h"
#include "sysfile.h"

static void name_group(struct node_look *look, const char *name, uint64_t gid)
{
	if (gid == look->gid && !*look->group)
		snprintf(look->group, sizeof(look->group), "%.32s", name);
}

/* A line of group(5): NAME:PASSWORD:GID:MEMBERS */
static void take_group(char *line, struct host *host)
{
	char *name = strsep(&line, ":"), *number;
	uint64_t gid;

	strsep(&line, ":");
	number = strsep(&line, ":");
	if (!number || number_parse(number, &gid) != 0)
		return;
	host->has_group_clock |= strcmp(name, "clock") == 0;
	host->has_group_vmclock |= strcmp(name, "vmclock") == 0;
	host->has_rule_group |= strcmp(name, host->rule_group) == 0;
	name_group(&host->node_look, name, gid);
	name_group(&host->phc_look, name, gid);
}

void host_look_groups(const char *root, struct host *host)
{
	cleanup_free char *text = sysfile_whole(
		root, "/etc/group", &host->access_errors[AREA_UDEV]);
	char *rest = text;

	while (rest && *rest)
		take_group(strsep(&rest, "\n"), host);
}
