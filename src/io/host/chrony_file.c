/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds chrony's main file, by the process, the program, or its place. */
#include "chrony_file.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/path.h"
#include "sysfile.h"

#define PID_FILE "/run/chrony/chronyd.pid"
/* Its options that take a value. */
#define VALUED "fFlLPtu"

/* The value of -f among the NUL-terminated arguments after the first, or NULL:
 * the last one counts. */
static const char *given_file(const char *at, const char *end)
{
	const char *file = NULL;

	for (at += strlen(at) + 1; at < end; at += strlen(at) + 1) {
		const char *letter = at + 1;

		if (*at != '-')
			continue;
		while (*letter && !strchr(VALUED, *letter))
			letter++;
		if (!*letter)
			continue;
		/* The value is the rest, or the next argument. */
		if (!letter[1]) {
			at += strlen(at) + 1;
			if (at >= end)
				break;
		}
		if (*letter == 'f')
			file = letter[1] ? letter + 1 : at;
	}
	return file;
}

/* The running chronyd's, if its arguments name one. */
static bool find_given(const char *root, char path[static 4096])
{
	char text[4096], name[32];
	const char *file;
	uint64_t process;
	long length;

	if (!sysfile_line(root, PID_FILE, text, sizeof(text), NULL) ||
	    number_parse(text, &process) != 0)
		return false;
	snprintf(name, sizeof(name), "/proc/%ju/cmdline", (uintmax_t)process);
	length = sysfile_bytes(root, name, text, sizeof(text) - 1, NULL);
	if (length <= 0)
		return false;
	text[length] = '\0';
	if (strcmp(path_base_name(text), "chronyd") != 0)
		return false;
	file = given_file(text, text + length);
	/* A relative one depends on where it was started. */
	if (!file || *file != '/')
		return false;
	snprintf(path, 4096, "%s", file);
	return true;
}

bool chrony_find_file(const char *root, char path[static 4096],
		      struct access_error *access_error)
{
	const char *file = CHRONY_DEBIAN_FILE;
	bool debian, other;

	if (find_given(root, path))
		return true;
	debian = sysfile_exists(root, CHRONY_DEBIAN_FILE, access_error);
	other = sysfile_exists(root, CHRONY_OTHER_FILE, access_error);
	if (other &&
	    (!debian || sysfile_mentions(root, CHRONY_PROGRAM,
					 CHRONY_DEBIAN_FILE, NULL) == 0))
		file = CHRONY_OTHER_FILE;
	snprintf(path, 4096, "%s", file);
	return debian || other;
}
