/* SPDX-License-Identifier: BSD-2-Clause */
/* chrony's configuration: the lines that make a PHC its reference clock. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "parts.h"
#include "sysfile.h"

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

static void read_chrony_file(const char *root, const char *path,
			     struct host *host)
{
	const unsigned int most =
		sizeof(host->chrony_lines) / sizeof(*host->chrony_lines);
	cleanup_free char *text =
		sysfile_whole(root, path, &host->access_errors[AREA_CHRONY]);

	if (!text)
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

void host_look_chrony(const char *root, struct host *host)
{
	static const char *const places[] = { "/etc/chrony.conf",
					      "/etc/chrony/chrony.conf",
					      "/etc/chrony.d/*.conf",
					      "/etc/chrony/conf.d/*.conf" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct sysfile_list found;
		size_t count = sysfile_find(root, places[i], &found,
					    &host->access_errors[AREA_CHRONY]);

		for (size_t j = 0; j < count; j++)
			read_chrony_file(root, found.paths[j], host);
		sysfile_list_free(&found);
	}
}
