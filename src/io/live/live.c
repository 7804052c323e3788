/* SPDX-License-Identifier: BSD-2-Clause */
/* A live page: of a device, a file or a simulation. */
#include "live.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "counter.h"
#include "live_device.h"
#include "live_sim.h"

struct live *live_open(const char *name, const char *root, bool file,
		       struct error *error)
{
	char *path = NULL;
	uint64_t address;

	if (name && strcmp(name, "-") == 0) {
		error_set(error, ERROR_OPEN, 0, "standard input is a stream");
		error_hint(error, "name a device, or a file with --live");
		return NULL;
	}
	if (!name) {
		if (source_find_device(root, &path, error))
			return NULL;
		return live_device_open(path, root, file, error);
	} else {
		path = strdup(name);
		if (!path) {
			source_no_memory(error);
			return NULL;
		}
	}
	if (source_scenario(path))
		return live_sim_open(path, error);
	if (source_is_memory(path)) {
		if (source_address(path, &address, error) == 0)
			return live_memory_open(path, root, address, error);
		free(path);
		return NULL;
	}
	return live_device_open(path, "", file, error);
}

struct live *live_open_below(const char *root, const char *name, bool file,
			     struct error *error)
{
	char *path = strdup(name);

	if (path)
		return live_device_open(path, root, file, error);
	source_no_memory(error);
	return NULL;
}

void live_close(struct live *live)
{
	char *path;

	if (!live)
		return;
	path = live->path;
	live->ops->close(live);
	free(path);
}

enum source_kind live_kind(const struct live *live)
{
	return live->kind;
}

const char *live_path(const struct live *live)
{
	return live->path;
}

enum look live_look(struct live *live, struct snapshot *snapshot,
		    struct error *error)
{
	*snapshot = (struct snapshot){ 0 };
	return live->ops->look(live, snapshot, error);
}

int live_lost(const struct live *live, struct error *error)
{
	return error_set(error, ERROR_READ, 0,
			 "%s: went away, or was cut short, while it was read",
			 live->path);
}

int live_page(struct live *live, struct snapshot *snapshot, struct error *error)
{
	switch (live_look(live, snapshot, error)) {
	case LOOK_PAGE:
		return 0;
	case LOOK_UNSETTLED:
		return error_set(error, ERROR_UNSETTLED, 0,
				 "%s: seq_count is %" PRIu32
				 " and does not settle within 100 ms",
				 live->path, snapshot->seq_count);
	case LOOK_LOST:
		return live_lost(live, error);
	case LOOK_END:
		return error_set(error, ERROR_READ, 0,
				 "%s: the scenario is over", live->path);
	case LOOK_ERROR:
		break;
	}
	return -1;
}

bool live_unchanged(struct live *live, uint64_t *counter)
{
	return live->ops->unchanged(live, counter);
}

static bool read_own_counter(void *context, uint64_t *counter)
{
	(void)context;
	*counter = counter_read();
	return COUNTER_HERE;
}

static bool read_simulated_counter(void *context, uint64_t *counter)
{
	return live_unchanged(context, counter);
}

struct counter_reader live_counter_reader(struct live *live)
{
	if (live->kind == SOURCE_SIM)
		return (struct counter_reader){ read_simulated_counter, live };
	return (struct counter_reader){ read_own_counter, NULL };
}

bool live_polls(const struct live *live)
{
	return live->ops->polls(live);
}

enum keeper live_keeper(struct live *live)
{
	return live->ops->keeper ? live->ops->keeper(live) : KEEPER_UNKNOWN;
}

int live_wait(struct live *live, int64_t nsec)
{
	return live->ops->wait(live, nsec < 0 ? 0 : nsec);
}
