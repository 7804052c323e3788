/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens a source by its name, and reads pages from it. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "io/character_device.h"
#include "io/readonly.h"
#include "memory.h"
#include "sniff.h"
#include "io/host/device_node.h"
#include "io/live/live.h"
#include "io/tree.h"
#include "recording.h"

/* Standard input, if it can be read: not if it was closed, and stdfds_hold()
 * has its number. */
static int open_standard_input(void)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL);

	if (flags < 0)
		return -1;
	if (!(flags & O_PATH) && (flags & O_ACCMODE) != O_WRONLY)
		return STDIN_FILENO;
	errno = EBADF;
	return -1;
}

/* Opening a FIFO waits for its writer. */
static int open_waiting(const struct source *source)
{
	int fd;

	do {
		fd = open_readonly_waiting(source->path);
	} while (fd < 0 && source_goes_on(source));
	return fd;
}

static int cannot_open(const struct source *source, int errnum,
		       struct error *error)
{
	const char *hint = source_open_hint(source_name(source), errnum);

	error_set(error, ERROR_OPEN, errnum, "%s: cannot open",
		  source_name(source));
	return *hint ? error_hint(error, "%s", hint) : -1;
}

/* Returns the descriptor, or -1 with *error. */
static int open_source(const struct source *source, struct error *error)
{
	cleanup_close int opened = -1;
	struct character_device device;
	struct stat status;
	int fd;

	if (source->kind == SOURCE_STDIN)
		fd = open_standard_input();
	else
		fd = opened = open_waiting(source);
	if (fd < 0 || fstat(fd, &status) < 0)
		return cannot_open(source, errno, error);
	if (S_ISDIR(status.st_mode))
		return cannot_open(source, EISDIR, error);
	if (!descriptor_readable(fd, &device))
		return error_set(error, ERROR_OPEN, 0,
				 "%s: not a VMClock device, but %s",
				 source_name(source), device.what);
	cleanup_take_fd(&opened);
	return fd;
}

/* Copy the page of the snapshot into the source. */
int source_keep(struct source *source, const struct snapshot *snapshot,
		struct error *error)
{
	uint8_t *bytes = realloc(source->bytes, snapshot->length + 1);

	if (!bytes)
		return source_no_memory(error);
	memcpy(bytes, snapshot->bytes, snapshot->length);
	source->bytes = bytes;
	source->length = snapshot->length;
	source->has_counter = snapshot->has_counter;
	source->counter = snapshot->counter;
	source->n = snapshot->n;
	return 0;
}

/* Read the page once. */
static int take_look(struct live *live, struct source *source,
		     struct error *error)
{
	struct snapshot snapshot;

	if (live_page(live, &snapshot, error))
		return -1;
	return source_keep(source, &snapshot, error);
}

int source_live(const char *name, const char *root, bool file,
		struct source *source, struct error *error)
{
	struct live *live = live_open(name, root, file, error);
	int result;

	*source = (struct source){ .kind = SOURCE_DEVICE };
	if (!live)
		return -1;
	source->kind = live_kind(live);
	source->path = strdup(live_path(live));
	result = source->path ? take_look(live, source, error)
			      : source_no_memory(error);
	source->unkept = live_keeper(live) == KEEPER_NONE;
	live_close(live);
	return result;
}

/* A file, a FIFO or standard input, by its content or at a place of it. */
static int open_content(const char *name, const struct place_asked *place,
			struct source *source, struct error *error)
{
	int fd, result;

	source->kind = SOURCE_FILE;
	if (strcmp(name, "-") == 0)
		source->kind = SOURCE_STDIN;
	source->path = strdup(name);
	if (!source->path)
		return source_no_memory(error);
	fd = open_source(source, error);
	if (fd < 0)
		return -1;
	result = place->kind ? memory_read(fd, place, source, error)
			     : sniff_read(fd, source, error);
	if (source->kind != SOURCE_STDIN && !source->recording)
		close(fd);
	return result;
}

/* Below --root, a copy of a machine, a file stands for a node. */
static int open_below(const char *found, const char *root,
		      struct source *source, struct error *error)
{
	cleanup_close int fd = -1;
	const char *path = found + strlen(root);
	enum observed observed = tree_open_node(root, path, &fd);
	int result;

	if (observed != OBSERVED_READ)
		return device_node_error(root, path, observed, errno, error);
	source->kind = SOURCE_FILE;
	source->path = strdup(found);
	if (!source->path)
		return source_no_memory(error);
	result = sniff_read(fd, source, error);
	if (source->recording)
		cleanup_take_fd(&fd);
	return result;
}

int source_open_until(const char *name, const char *root, bool (*over)(void),
		      struct source *source, struct error *error)
{
	static const struct place_asked none = { .kind = PLACE_NONE };
	char *found = NULL;
	int result;

	*source = (struct source){ .over = over };
	if (!name && source_find_device(root, &found, error))
		return -1;
	if (!name && *root)
		result = open_below(found, root, source, error);
	else
		result = source_is_live(name ? name : found)
				 ? source_live(name ? name : found, root, false,
					       source, error)
				 : open_content(name ? name : found, &none,
						source, error);
	free(found);
	return result;
}

int source_open(const char *name, const char *root, struct source *source,
		struct error *error)
{
	return source_open_until(name, root, NULL, source, error);
}

int source_open_place(const char *name, const char *root,
		      const struct place_asked *place, struct source *source,
		      struct error *error)
{
	if (!place->kind)
		return source_open(name, root, source, error);
	*source = (struct source){ 0 };
	if (!name)
		return error_set(error, ERROR_USAGE, 0,
				 "%s: needs a memory image as the SOURCE",
				 place_options[place->kind]);
	if (source_is_live(name))
		return error_set(error, ERROR_USAGE, 0,
				 "%s: %s is a live page, not a memory image",
				 place_options[place->kind], name);
	return open_content(name, place, source, error);
}

int source_take_last(struct source *source, struct error *error)
{
	struct snapshot snapshot, last = { 0 };
	int result;

	while ((result = recording_next(source->recording, &snapshot, error)) >
	       0) {
		if (snapshot.kind == SNAPSHOT_PAGE)
			last = snapshot;
	}
	if (result < 0)
		return -1;
	if (last.bytes)
		return source_keep(source, &last, error);
	return error_set(error, ERROR_NOT_A_PAGE, 0,
			 "%s: a recording without a page", source_name(source));
}

const struct passed_over *source_passed_over(const struct source *source)
{
	const struct passed_over *passed_over =
		source->recording ? recording_passed_over(source->recording)
				  : &source->passed_over;

	return passed_over->what[0] ? passed_over : NULL;
}

bool source_is_cut(const struct source *source)
{
	return source->recording && !recording_is_complete(source->recording);
}

void source_free(struct source *source)
{
	free(source->path);
	free(source->bytes);
	free(source->places);
	if (source->recording && source->kind != SOURCE_STDIN)
		close(source->fd);
	recording_close(source->recording);
	source->recording = NULL;
	source->path = NULL;
	source->bytes = NULL;
	source->places = NULL;
	source->length = 0;
}
