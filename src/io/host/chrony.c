/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads chrony's configuration, the files that it brings, and what its lines
 * lead to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "chrony_file.h"
#include "io/tree.h"
#include "parts.h"
#include "phc.h"
#include "sysfile.h"

#define ZONES	     "/usr/share/zoneinfo/"
#define RIGHT_UTC    "right/UTC"
#define LEAP_TABLE   ZONES "leap-seconds.list"
#define OWN_LINK     "/dev/ptp_vmclock"
#define SOURCES_NAME "/*.sources"

/* More than any configuration that somebody wrote. */
#define FILE_BYTES_MAX (256u * 1024)
#define FILES_MAX      256u

struct reader {
	const char *root;
	struct chrony_config *config;
	struct access_error *access_error;
	unsigned int depth, files;
	/* Of a file that chronyd does not read: its refclocks alone are asked
	 * for. */
	bool sources, unread;
};

static void read_file(struct reader *reader, const char *path,
		      const struct chrony_place *from);

/* For looks after which the caller decides what is an error. */
static struct access_error noted(const struct access_error *access_error)
{
	return (struct access_error){
		.area = access_error->area,
		.observations = access_error->observations,
	};
}

/* Room for any path of a line, and what is put behind it. */
#define PATH_SIZE 4096
_Static_assert(PATH_SIZE > CHRONY_LINE_MAX + sizeof(SOURCES_NAME) + 1,
	       "the path of a line fits");

/* Relative paths are those of a daemon: from the root. */
static void make_absolute(char path[static PATH_SIZE], const char *name,
			  const char *rest)
{
	snprintf(path, PATH_SIZE, "%s%s%s", *name == '/' ? "" : "/", name,
		 rest);
}

/* A pattern without wildcards has to be there, and so has the directory of one
 * with. */
static void include_files(struct reader *reader, const char *words,
			  const struct chrony_place *from)
{
	char pattern[PATH_SIZE];
	struct access_error error = noted(reader->access_error);
	struct sysfile_list found;
	char *wildcard;

	make_absolute(pattern, words, "");
	wildcard = strpbrk(pattern, "*?[");
	if (!wildcard) {
		read_file(reader, pattern, from);
		return;
	}
	sysfile_find(reader->root, pattern, &found, reader->access_error);
	for (size_t i = 0; i < found.count && !reader->config->fault; i++)
		read_file(reader, found.paths[i], from);
	sysfile_list_free(&found);
	*wildcard = '\0';
	strrchr(pattern, '/')[1] = '\0';
	if (!sysfile_exists(reader->root, pattern, &error) && !error.errnum)
		chrony_set_fault(reader->config, CHRONY_NO_DIRECTORY, from,
				 pattern);
}

struct entry {
	char *path; /* owned by a list of found files */
	size_t directory;
};

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	int order =
		strcmp(path_base_name(left->path), path_base_name(right->path));

	if (order)
		return order;
	return (left->directory > right->directory) -
	       (left->directory < right->directory);
}

/* Read them by name; of files of one name, that of the first directory. */
static void read_entries(struct reader *reader, struct sysfile_list *lists,
			 size_t count, const struct chrony_place *from)
{
	size_t total = 0, used = 0;
	cleanup_free struct entry *entries = NULL;

	for (size_t i = 0; i < count; i++)
		total += lists[i].count;
	if (!total)
		return;
	entries = calloc(total, sizeof(*entries));
	if (!entries) {
		sysfile_access_error(reader->access_error, reader->root,
				     CHRONY_DEBIAN_FILE, ENOMEM);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < lists[i].count; j++)
			entries[used++] =
				(struct entry){ lists[i].paths[j], i };
	}
	qsort(entries, used, sizeof(*entries), compare_entries);
	for (size_t i = 0; i < used && !reader->config->fault; i++) {
		if (i && strcmp(path_base_name(entries[i - 1].path),
				path_base_name(entries[i].path)) == 0)
			continue;
		read_file(reader, entries[i].path, from);
	}
}

/* The files of the directories, whose words are parted by blanks. */
static void read_directories(struct reader *reader, char *words,
			     const char *name, const struct chrony_place *from)
{
	struct sysfile_list lists[CHRONY_DIRECTORIES_MAX];
	char *state = NULL;
	size_t count = 0;

	for (char *word = strtok_r(words, " ", &state);
	     word && count < CHRONY_DIRECTORIES_MAX;
	     word = strtok_r(NULL, " ", &state)) {
		char pattern[PATH_SIZE];

		/* chronyd does not read those of a directory with wildcards. */
		if (strpbrk(word, "*?["))
			continue;
		make_absolute(pattern, word, name);
		sysfile_find(reader->root, pattern, &lists[count++],
			     reader->access_error);
	}
	read_entries(reader, lists, count, from);
	for (size_t i = 0; i < count; i++)
		sysfile_list_free(&lists[i]);
}

static void note_refclock(struct reader *reader, char *line,
			  const struct chrony_place *place)
{
	struct chrony_config *config = reader->config;

	if (!chrony_names_phc(line))
		return;
	if (reader->sources && !config->has_passed_over) {
		config->has_passed_over = true;
		config->passed_over = *place;
	} else if (reader->unread && !config->has_unread) {
		config->has_unread = true;
		config->unread = *place;
	}
}

static void take_line(struct reader *reader, char *line,
		      const struct chrony_place *place)
{
	char *rest;

	if (reader->sources || reader->unread) {
		note_refclock(reader, line, place);
		return;
	}
	switch (chrony_take_line(reader->config, place, line, &rest)) {
	case CHRONY_INCLUDE:
		include_files(reader, rest, place);
		break;
	case CHRONY_CONFDIR:
		read_directories(reader, rest, "/*.conf", place);
		break;
	case CHRONY_SOURCEDIR:
		reader->sources = true;
		read_directories(reader, rest, SOURCES_NAME, place);
		reader->sources = false;
		break;
	case CHRONY_NOTHING:
		break;
	}
}

/* chronyd reads lines by fgets(), which splits those that are too long, and
 * takes a NUL for the end of one. */
static void take_lines(struct reader *reader, const char *path,
		       const char *bytes, size_t length)
{
	unsigned int number = 0;

	for (size_t at = 0; at < length && !reader->config->fault;) {
		char line[CHRONY_LINE_MAX + 1];
		size_t left = length - at,
		       most = left < CHRONY_LINE_MAX ? left : CHRONY_LINE_MAX;
		const char *newline = memchr(bytes + at, '\n', most);
		size_t part =
			newline ? (size_t)(newline - (bytes + at)) + 1 : most;
		struct chrony_place place = chrony_place(path, ++number);

		memcpy(line, bytes + at, part);
		line[part] = '\0';
		at += part;
		take_line(reader, line, &place);
	}
}

static void read_bytes(struct reader *reader, const char *path,
		       const struct chrony_place *from)
{
	cleanup_free char *bytes = malloc(FILE_BYTES_MAX + 1);
	struct access_error error = noted(reader->access_error);
	long length;

	if (!bytes) {
		sysfile_access_error(reader->access_error, reader->root, path,
				     ENOMEM);
		return;
	}
	length = sysfile_bytes(reader->root, path, bytes, FILE_BYTES_MAX + 1,
			       &error);
	if (length < 0 && !error.errnum && !reader->unread && !reader->sources)
		chrony_set_fault(reader->config, CHRONY_NO_FILE, from, path);
	if (length > (long)FILE_BYTES_MAX)
		sysfile_access_error(&error, reader->root, path, EFBIG);
	/* A directory has no lines for chronyd; in the main file's place it is
	 * a mistake. */
	if (error.errnum && !reader->access_error->errnum &&
	    (error.observed != OBSERVED_DIRECTORY ||
	     (reader->depth == 1 && !reader->unread)))
		*reader->access_error = error;
	if (length > 0)
		take_lines(reader, path, bytes, (size_t)length);
}

/* Read a file that the line `from` brings; chronyd reads it as root. */
static void read_file(struct reader *reader, const char *path,
		      const struct chrony_place *from)
{
	if (!reader->unread && reader->depth == CHRONY_DEPTH_MAX) {
		chrony_set_fault(reader->config, CHRONY_DEPTH, from, path);
		return;
	}
	if (++reader->files > FILES_MAX) {
		sysfile_access_error(reader->access_error, reader->root, path,
				     E2BIG);
		return;
	}
	reader->depth++;
	read_bytes(reader, path, from);
	reader->depth--;
}

/* Whether the file is the node of the PHC: by its number, or where files stand
 * for devices by being the same one. What could not be read is an error. */
static bool is_node_of(const char *root, const struct stat *file,
		       const struct phc *phc, struct access_error *error)
{
	char path[64], number[32], line[32];
	enum observed observed;
	struct stat node;

	if (S_ISCHR(file->st_mode)) {
		snprintf(number, sizeof(number), "%u:%u", major(file->st_rdev),
			 minor(file->st_rdev));
		snprintf(path, sizeof(path), "/sys/class/ptp/ptp%u/dev",
			 phc->index);
		return sysfile_line(root, path, line, sizeof(line), error) &&
		       strcmp(line, number) == 0;
	}
	if (!*root)
		return false;
	observed = tree_status(root, phc_below_root(phc), false, &node);
	if (observed == OBSERVED_READ)
		return node.st_dev == file->st_dev &&
		       node.st_ino == file->st_ino;
	sysfile_observed(error, root, phc_below_root(phc), observed, errno);
	return false;
}

/* The PHC that a path leads to. What could not be found out is noted as an
 * error of the area. */
static enum chrony_node find_node(struct host *host, const char *root,
				  const char *path, unsigned int *index)
{
	struct access_error error = noted(&host->access_errors[AREA_CHRONY]);
	enum observed observed;
	struct stat status;

	if (*path != '/')
		return CHRONY_NODE_UNKNOWN;
	observed = tree_status(root, path, false, &status);
	if (observed == OBSERVED_ABSENT || observed == OBSERVED_LOOP ||
	    observed == OBSERVED_DANGLING)
		return CHRONY_NODE_ABSENT;
	sysfile_observed(&error, root, path, observed, errno);
	for (int i = 0; i < host->phc_count && !error.errnum; i++) {
		if (!is_node_of(root, &status, &host->phcs[i], &error))
			continue;
		*index = host->phcs[i].index;
		return CHRONY_NODE_PHC;
	}
	if (error.errnum && !host->access_errors[AREA_CHRONY].errnum)
		host->access_errors[AREA_CHRONY] = error;
	return error.errnum || host->access_errors[AREA_PHC].errnum ||
			       host->phc_count == PHC_MAX
		       ? CHRONY_NODE_UNKNOWN
		       : CHRONY_NODE_OTHER;
}

/* The zone as the C library finds it. False where it is known to have none. */
static bool zone_has_leaps(const char *root, const char *zone,
			   const struct access_error *access_error)
{
	struct access_error error = noted(access_error);
	uint8_t bytes[8192];
	char path[PATH_SIZE];
	long length;

	zone += *zone == ':';
	snprintf(path, sizeof(path), "%s%s", *zone == '/' ? "" : ZONES, zone);
	length = sysfile_bytes(root, path, bytes, sizeof(bytes), &error);
	if (length < 0)
		return error.errnum != 0;
	return chrony_zone_has_leaps(bytes, (size_t)length);
}

static bool has_list(const char *root, const char *name,
		     const struct access_error *access_error)
{
	struct access_error error = noted(access_error);
	char path[PATH_SIZE];

	make_absolute(path, name, "");
	return sysfile_exists(root, path, &error) || error.errnum;
}

static void find_leap_sources(const char *root, struct host *host)
{
	const struct access_error *error = &host->access_errors[AREA_CHRONY];
	struct chrony_config *config = &host->chrony;

	config->knows_leapseclist = sysfile_mentions(root, CHRONY_PROGRAM,
						     "leapseclist", NULL) != 0;
	config->has_right_utc = zone_has_leaps(root, RIGHT_UTC, error);
	config->has_leap_table = has_list(root, LEAP_TABLE, error);
	config->has_leapsectz = *config->leapsectz &&
				zone_has_leaps(root, config->leapsectz, error);
	config->has_leapseclist = *config->leapseclist &&
				  has_list(root, config->leapseclist, error);
}

/* Files in the usual directories that no line brings. */
static void read_unread(struct reader *reader)
{
	char words[] = "/etc/chrony/conf.d /etc/chrony.d";

	reader->unread = true;
	read_directories(reader, words, "/*.conf", NULL);
	reader->unread = false;
}

void host_look_chrony(const char *root, struct host *host)
{
	struct chrony_config *config = &host->chrony;
	struct access_error *error = &host->access_errors[AREA_CHRONY];
	struct reader reader = { .root = root,
				 .config = config,
				 .access_error = error };
	struct chrony_place whole;
	unsigned int index;
	char file[4096];

	if (!chrony_find_file(root, file, error))
		return;
	config->found = true;
	whole = chrony_place(file, 0);
	snprintf(config->file, sizeof(config->file), "%s", whole.file);
	read_file(&reader, file, &whole);
	if (!config->count && !config->fault)
		read_unread(&reader);
	find_leap_sources(root, host);
	for (unsigned int i = 0; i < config->count; i++)
		config->refclocks[i].node =
			find_node(host, root, config->refclocks[i].path,
				  &config->refclocks[i].phc);
	config->has_own_link =
		host->phc_own >= 0 &&
		find_node(host, root, OWN_LINK, &index) == CHRONY_NODE_PHC &&
		index == host->phcs[host->phc_own].index;
}
