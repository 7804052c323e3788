/* SPDX-License-Identifier: BSD-2-Clause */
#include "sysfile.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool join(char path[static 4096], const char *root, const char *name)
{
	return snprintf(path, 4096, "%s%s", root, name) < 4096;
}

/* What a file says goes to terminals. */
static char printable(char c)
{
	if (c == '\0' || c == '\n')
		return '\n';
	if (c == '\t')
		return ' ';
	if (c < 0x20 || c >= 0x7f)
		return '?';
	return c;
}

long sysfile_bytes(const char *root, const char *path, void *bytes, size_t size)
{
	char name[4096];
	size_t used = 0;
	ssize_t got = -1;
	int fd;

	if (!join(name, root, path))
		return -1;
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -1;
	while (used < size) {
		got = read(fd, (char *)bytes + used, size - used);
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	close(fd);
	return got < 0 && !used ? -1 : (long)used;
}

long sysfile_text(const char *root, const char *path, char *text, size_t size)
{
	long used = sysfile_bytes(root, path, text, size - 1);

	for (long i = 0; i < used; i++)
		text[i] = printable(text[i]);
	text[used < 0 ? 0 : used] = '\0';
	return used;
}

bool sysfile_line(const char *root, const char *path, char *text, size_t size)
{
	size_t length;

	if (sysfile_text(root, path, text, size) < 0)
		return false;
	length = strcspn(text, "\n");
	while (length && text[length - 1] == ' ')
		length--;
	text[length] = '\0';
	return true;
}

bool sysfile_link(const char *root, const char *path, char *text, size_t size)
{
	char name[4096], target[4096];
	const char *last;
	ssize_t length;

	if (!join(name, root, path))
		return false;
	length = readlink(name, target, sizeof(target) - 1);
	if (length <= 0)
		return false;
	target[length] = '\0';
	last = strrchr(target, '/');
	last = last ? last + 1 : target;
	snprintf(text, size, "%s", last);
	for (; *text; text++)
		*text = printable(*text);
	return true;
}

bool sysfile_exists(const char *root, const char *path)
{
	char name[4096];

	return join(name, root, path) && access(name, F_OK) == 0;
}

size_t sysfile_glob(const char *root, const char *pattern, glob_t *found)
{
	char full[4096];

	*found = (glob_t){ 0 };
	if (!join(full, root, pattern) || glob(full, 0, NULL, found) != 0)
		found->gl_pathc = 0;
	return found->gl_pathc;
}

const char *sysfile_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
