/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads files and links below a root and finds them by pattern; never blocks.
 */
#include "sysfile.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/printable.h"
#include "base/retry.h"
#include "io/readonly.h"

static bool join_path(char path[static 4096], const char *root,
		      const char *name)
{
	if (snprintf(path, 4096, "%s%s", root, name) < 4096)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/* The text may go to a terminal. */
static char printable_of(char c)
{
	if (c == '\0' || c == '\n')
		return '\n';
	if (c == '\t')
		return ' ';
	if (!is_printable_ascii((unsigned char)c))
		return '?';
	return c;
}

void sysfile_access_error(struct access_error *access_error, const char *root,
			  const char *path, int errnum)
{
	char name[4096];

	if (!access_error || access_error->errnum || errnum == ENOENT ||
	    errnum == ENOTDIR || errnum == ENODEV || errnum == ENXIO)
		return;
	access_error->errnum = errnum;
	join_path(name, root, path);
	snprintf(access_error->what, sizeof(access_error->what),
		 "%.180s: %.50s", name, strerror(errnum));
	for (char *at = access_error->what; *at; at++)
		*at = printable_of(*at);
}

static int open_below(const char *root, const char *path)
{
	char name[4096];

	if (!join_path(name, root, path))
		return -1;
	return open_readonly(name);
}

long sysfile_bytes(const char *root, const char *path, void *bytes, size_t size,
		   struct access_error *access_error)
{
	cleanup_close int fd = open_below(root, path);
	ssize_t got = fd < 0 ? -1 : read_all(fd, bytes, size);

	if (got < 0)
		sysfile_access_error(access_error, root, path, errno);
	return got;
}

long sysfile_text(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error)
{
	long used = sysfile_bytes(root, path, text, size - 1, access_error);

	for (long i = 0; i < used; i++)
		text[i] = printable_of(text[i]);
	text[used < 0 ? 0 : used] = '\0';
	return used;
}

bool sysfile_line(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error)
{
	size_t length;

	if (sysfile_text(root, path, text, size, access_error) < 0)
		return false;
	length = strcspn(text, "\n");
	while (length && text[length - 1] == ' ')
		length--;
	text[length] = '\0';
	return true;
}

bool sysfile_link(const char *root, const char *path, char *text, size_t size,
		  struct access_error *access_error)
{
	char name[4096], target[4096];
	ssize_t length = -1;

	if (join_path(name, root, path))
		length = readlink(name, target, sizeof(target) - 1);
	/* EINVAL: it exists, and is no link. */
	if (length < 0 && errno != EINVAL)
		sysfile_access_error(access_error, root, path, errno);
	if (length <= 0)
		return false;
	target[length] = '\0';
	snprintf(text, size, "%s", path_base_name(target));
	for (; *text; text++)
		*text = printable_of(*text);
	return true;
}

/* The longest text of which all is read. */
#define TEXT_MAX 65536u

char *sysfile_whole(const char *root, const char *path,
		    struct access_error *access_error)
{
	char *text = malloc(TEXT_MAX);

	if (!text) {
		sysfile_access_error(access_error, root, path, ENOMEM);
		return NULL;
	}
	if (sysfile_text(root, path, text, TEXT_MAX, access_error) >= 0)
		return text;
	free(text);
	return NULL;
}

int sysfile_mentions(const char *root, const char *path, const char *text,
		     struct access_error *access_error)
{
	cleanup_close int fd = open_below(root, path);
	size_t length = strlen(text), kept = 0;
	char part[16384];
	bool found = false;
	ssize_t got = 0;

	if (fd < 0) {
		sysfile_access_error(access_error, root, path, errno);
		return -1;
	}
	while (!found && (got = RETRY_EINTR(read(fd, part + kept,
						 sizeof(part) - kept))) > 0) {
		kept += (size_t)got;
		found = memmem(part, kept, text, length) != NULL;
		/* The text may begin in this part and end in the next. */
		if (kept >= length) {
			memmove(part, part + kept - (length - 1), length - 1);
			kept = length - 1;
		}
	}
	if (got < 0)
		sysfile_access_error(access_error, root, path, errno);
	return got < 0 ? -1 : found;
}

bool sysfile_exists(const char *root, const char *path,
		    struct access_error *access_error)
{
	char name[4096];

	if (join_path(name, root, path) && access(name, F_OK) == 0)
		return true;
	sysfile_access_error(access_error, root, path, errno);
	return false;
}

bool sysfile_readable(const char *path, struct access_error *access_error)
{
	cleanup_close int fd = open_readonly(path);

	if (fd < 0 && !access_is_denied(errno))
		sysfile_access_error(access_error, "", path, errno);
	return fd >= 0;
}

static void add_path(struct sysfile_list *list, const char *path,
		     struct access_error *access_error)
{
	char *copy = strdup(path);
	char **grown =
		realloc(list->paths, (list->count + 1) * sizeof(*list->paths));

	if (grown)
		list->paths = grown;
	if (grown && copy) {
		grown[list->count++] = copy;
		return;
	}
	free(copy);
	sysfile_access_error(access_error, path, "", ENOMEM);
}

static void find_rest(char path[static 4096], const char *pattern,
		      struct sysfile_list *list,
		      struct access_error *access_error);

/* The entries of the directory that fit `name`, and what is below them. */
static void find_entries(char path[static 4096], const char *name,
			 const char *rest, struct sysfile_list *list,
			 struct access_error *access_error)
{
	size_t length = strlen(path);
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, NULL, alphasort);

	if (count < 0) {
		sysfile_access_error(access_error, path, "", errno);
		return;
	}
	for (int i = 0; i < count; i++) {
		const char *entry = entries[i]->d_name;

		if (fnmatch(name, entry, FNM_PERIOD) == 0 &&
		    length + strlen(entry) + 1 < 4096) {
			snprintf(path + length, 4096 - length, "/%s", entry);
			find_rest(path, rest, list, access_error);
			path[length] = '\0';
		}
		free(entries[i]);
	}
	free(entries);
}

/* glob() of the C library has a double free when memory runs out.
 *
 * The rest of the pattern, below the directory or file that `path` names. The
 * path is lengthened in place, and left as it was. */
static void find_rest(char path[static 4096], const char *pattern,
		      struct sysfile_list *list,
		      struct access_error *access_error)
{
	size_t length = strlen(path);
	size_t part;
	struct stat status;
	char name[256];

	if (!*pattern) {
		/* A link counts even if it leads nowhere. */
		if (lstat(path, &status) == 0)
			add_path(list, path, access_error);
		else
			sysfile_access_error(access_error, path, "", errno);
		return;
	}
	part = strcspn(pattern + 1, "/") + 1;
	if (part > sizeof(name) || length + part >= 4096) {
		sysfile_access_error(access_error, path, pattern, ENAMETOOLONG);
		return;
	}
	if (strcspn(pattern, "*?[") >= part) {
		memcpy(path + length, pattern, part);
		path[length + part] = '\0';
		find_rest(path, pattern + part, list, access_error);
		path[length] = '\0';
		return;
	}
	memcpy(name, pattern + 1, part - 1);
	name[part - 1] = '\0';
	find_entries(path, name, pattern + part, list, access_error);
}

size_t sysfile_find(const char *root, const char *pattern,
		    struct sysfile_list *found,
		    struct access_error *access_error)
{
	char path[4096];

	*found = (struct sysfile_list){ 0 };
	if (join_path(path, root, ""))
		find_rest(path, pattern, found, access_error);
	else
		sysfile_access_error(access_error, root, pattern, ENAMETOOLONG);
	return found->count;
}

void sysfile_list_free(struct sysfile_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->paths[i]);
	free(list->paths);
}
