/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads files and links below a root, notes what came, and finds them by
 * pattern.
 */
#include "sysfile.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/printable.h"
#include "base/retry.h"
#include "base/strbuf.h"
#include "io/readonly.h"
#include "io/tree.h"

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

void observations_free(struct observations *observations)
{
	for (size_t i = 0; i < observations->count; i++)
		free(observations->rows[i].path);
	free(observations->rows);
	*observations = (struct observations){ 0 };
}

static void note_observation(struct observations *observations,
			     const struct observation *observation,
			     const char *path)
{
	struct observation *rows = observations->rows;
	size_t room = observations->room;
	char *copy = strdup(path);

	if (observations->count == room) {
		room = room ? 2 * room : 64;
		rows = realloc(rows, room * sizeof(*rows));
	}
	if (rows) {
		observations->rows = rows;
		observations->room = room;
	}
	if (!rows || !copy) {
		observations->lost = true;
		free(copy);
		return;
	}
	rows[observations->count] = *observation;
	rows[observations->count++].path = copy;
}

void sysfile_observed(struct access_error *access_error, const char *root,
		      const char *path, enum observed observed, int errnum)
{
	sysfile_observed_as(access_error, root, path, observed, errnum,
			    observed_text(observed, errnum));
}

void sysfile_observed_as(struct access_error *access_error, const char *root,
			 const char *path, enum observed observed, int errnum,
			 const char *text)
{
	const struct observation observation = {
		.observed = observed,
		.errnum = observed == OBSERVED_READ ? 0 : errnum,
		.area = access_error ? access_error->area : 0,
	};

	struct strbuf what;
	char whole[PATH_MAX];

	if (!access_error)
		return;
	if (access_error->observations)
		note_observation(access_error->observations, &observation,
				 path);
	if (access_error->errnum || observed == OBSERVED_READ ||
	    observed == OBSERVED_ABSENT)
		return;
	access_error->errnum = errnum;
	access_error->observed = observed;
	what = strbuf_start(access_error->what, sizeof(access_error->what));
	if (strlen(root) + strlen(path) < PATH_MAX &&
	    snprintf(whole, sizeof(whole), "%s%s", root, path) > 0)
		strbuf_path(&what, whole, 140);
	else
		strbuf_path(&what, path, 140);
	strbuf_add(&what, ": ");
	strbuf_add(&what, text);
	for (char *at = access_error->what; *at; at++)
		*at = printable_of(*at);
}

void sysfile_access_error(struct access_error *access_error, const char *root,
			  const char *path, int errnum)
{
	sysfile_observed(access_error, root, path, observed_errno(errnum),
			 errnum);
}

/* Note the look, by errno. Returns whether it was read. */
static bool observe(struct access_error *access_error, const char *root,
		    const char *path, enum observed observed)
{
	sysfile_observed(access_error, root, path, observed, errno);
	return observed == OBSERVED_READ;
}

long sysfile_bytes(const char *root, const char *path, void *bytes, size_t size,
		   struct access_error *access_error)
{
	cleanup_close int fd = -1;
	enum observed observed = tree_open(root, path, TREE_READ_MAX, &fd);
	ssize_t got = fd < 0 ? -1 : read_all(fd, bytes, size);

	if (fd >= 0 && got < 0)
		observed = observed_errno(errno);
	observe(access_error, root, path, observed);
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
	char target[4096];
	enum observed observed = tree_link(root, path, target, sizeof(target));

	/* EINVAL: it exists, and is no link. */
	if (observed == OBSERVED_FAILED && errno == EINVAL)
		return false;
	if (!observe(access_error, root, path, observed) || !*target)
		return false;
	snprintf(text, size, "%s", path_base_name(target));
	for (; *text; text++)
		*text = printable_of(*text);
	return true;
}

/* Of any length, to be freed; NULL is an access error. */
static char *join(const char *root, const char *path, const char *name,
		  struct access_error *access_error)
{
	char *joined;

	if (asprintf(&joined, "%s%s", path, name) >= 0)
		return joined;
	sysfile_access_error(access_error, root, path, ENOMEM);
	return NULL;
}

bool sysfile_line_in(const char *root, const char *path, const char *name,
		     char *text, size_t size, struct access_error *access_error)
{
	cleanup_free char *file = join(root, path, name, access_error);

	text[0] = '\0';
	return file && sysfile_line(root, file, text, size, access_error);
}

bool sysfile_link_in(const char *root, const char *path, const char *name,
		     char *text, size_t size, struct access_error *access_error)
{
	cleanup_free char *link = join(root, path, name, access_error);

	return link && sysfile_link(root, link, text, size, access_error);
}

long sysfile_bytes_in(const char *root, const char *path, const char *name,
		      void *bytes, size_t size,
		      struct access_error *access_error)
{
	cleanup_free char *file = join(root, path, name, access_error);

	return file ? sysfile_bytes(root, file, bytes, size, access_error) : -1;
}

/* All of a file of unknown size, and a NUL. */
static enum observed read_whole(int fd, char **text, size_t *used)
{
	size_t room = 8192;

	for (*used = 0;; room *= 2) {
		char *grown = realloc(*text, room + 1);
		ssize_t got;

		if (!grown)
			return OBSERVED_FAILED;
		*text = grown;
		got = read_all(fd, grown + *used, room - *used);
		if (got < 0)
			return observed_errno(errno);
		*used += (size_t)got;
		grown[*used] = '\0';
		if (*used < room)
			return OBSERVED_READ;
		if (room >= TREE_READ_MAX) {
			errno = EFBIG;
			return OBSERVED_TOO_LONG;
		}
	}
}

char *sysfile_whole(const char *root, const char *path,
		    struct access_error *access_error)
{
	cleanup_close int fd = -1;
	enum observed observed = tree_open(root, path, TREE_READ_MAX, &fd);
	char *text = NULL;
	size_t used = 0;

	if (fd >= 0)
		observed = read_whole(fd, &text, &used);
	if (!observe(access_error, root, path, observed)) {
		free(text);
		return NULL;
	}
	for (size_t i = 0; i < used; i++)
		text[i] = printable_of(text[i]);
	return text;
}

/* Whether the file contains the text; *observed is what came of reading it. */
static bool search_file(int fd, const char *text, enum observed *observed)
{
	char part[16384];
	size_t length = strlen(text), kept = 0, all = 0;
	bool found = false;
	ssize_t got = 0;

	while (!found && all <= TREE_TABLE_MAX &&
	       (got = RETRY_EINTR(read(fd, part + kept, sizeof(part) - kept))) >
		       0) {
		kept += (size_t)got;
		all += (size_t)got;
		found = memmem(part, kept, text, length) != NULL;
		/* The text may begin in this part and end in the next. */
		if (kept >= length) {
			memmove(part, part + kept - (length - 1), length - 1);
			kept = length - 1;
		}
	}
	if (got < 0)
		*observed = observed_errno(errno);
	if (!found && all > TREE_TABLE_MAX) {
		*observed = OBSERVED_TOO_LONG;
		errno = EFBIG;
	}
	return found;
}

int sysfile_mentions(const char *root, const char *path, const char *text,
		     struct access_error *access_error)
{
	cleanup_close int fd = -1;
	enum observed observed = tree_open(root, path, TREE_TABLE_MAX, &fd);
	bool found = fd >= 0 && search_file(fd, text, &observed);

	return observe(access_error, root, path, observed) ? found : -1;
}

bool sysfile_exists(const char *root, const char *path,
		    struct access_error *access_error)
{
	struct stat status;

	return observe(access_error, root, path,
		       tree_status(root, path, false, &status));
}

/* What is looked for, and what was found. */
struct finder {
	const char *root;
	struct sysfile_list *list;
	struct access_error *access_error;
	unsigned int seen; /* entries of directories */
};

static void add_path(struct finder *f, const char *path)
{
	struct sysfile_list *list = f->list;
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
	sysfile_access_error(f->access_error, f->root, path, ENOMEM);
}

static bool fits(const char *name, const void *pattern)
{
	return fnmatch(pattern, name, FNM_PERIOD) == 0;
}

static void find_rest(struct finder *f, char path[static PATH_MAX],
		      const char *pattern);

/* The entries of the directory that fit `name`, and what is below them. */
static void find_entries(struct finder *f, char path[static PATH_MAX],
			 const char *name, const char *rest)
{
	size_t length = strlen(path);
	struct tree_names names;
	enum observed observed =
		tree_list(f->root, length ? path : "/", fits, name, &names);

	/* An endless directory has nothing that could be relied on. */
	observe(f->access_error, f->root, path, observed);
	for (size_t i = 0; observed == OBSERVED_READ && i < names.count; i++) {
		if (f->seen++ == TREE_ENTRIES_MAX)
			sysfile_observed(f->access_error, f->root, path,
					 OBSERVED_TOO_LONG, EFBIG);
		if (f->seen > TREE_ENTRIES_MAX)
			break;
		if (length + strlen(names.names[i]) + 2 > PATH_MAX) {
			sysfile_access_error(f->access_error, f->root, path,
					     ENAMETOOLONG);
			continue;
		}
		snprintf(path + length, PATH_MAX - length, "/%s",
			 names.names[i]);
		find_rest(f, path, rest);
		path[length] = '\0';
	}
	tree_names_free(&names);
}

/* The rest of the pattern, below the directory or file that `path` names. The
 * path is lengthened in place, and left as it was. */
static void find_rest(struct finder *f, char path[static PATH_MAX],
		      const char *pattern)
{
	size_t length = strlen(path), part;
	struct stat status;
	char name[NAME_MAX + 1];

	if (!*pattern) {
		/* A link counts even if it leads nowhere. */
		if (observe(f->access_error, f->root, path,
			    tree_status(f->root, path, true, &status)))
			add_path(f, path);
		return;
	}
	part = strcspn(pattern + 1, "/") + 1;
	if (part > sizeof(name) || length + part >= PATH_MAX) {
		sysfile_access_error(f->access_error, f->root, path,
				     ENAMETOOLONG);
		return;
	}
	if (strcspn(pattern, "*?[") >= part) {
		memcpy(path + length, pattern, part);
		path[length + part] = '\0';
		find_rest(f, path, pattern + part);
		path[length] = '\0';
		return;
	}
	memcpy(name, pattern + 1, part - 1);
	name[part - 1] = '\0';
	find_entries(f, path, name, pattern + part);
}

size_t sysfile_find(const char *root, const char *pattern,
		    struct sysfile_list *found,
		    struct access_error *access_error)
{
	struct finder finder = { root, found, access_error, 0 };
	char path[PATH_MAX] = "";

	*found = (struct sysfile_list){ 0 };
	find_rest(&finder, path, pattern);
	return found->count;
}

void sysfile_list_free(struct sysfile_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->paths[i]);
	free(list->paths);
}
