/* SPDX-License-Identifier: BSD-2-Clause */
/* Replaces a file over and over, under its writer's lock. */
#include "kept_file.h"

#include "base/cleanup.h"
#include "base/nsec.h"
#include "io/output/output.h"
#include "io/system_clock.h"

int kept_file_claim(struct kept_file *file, const char *path,
		    struct error *error)
{
	*file = (struct kept_file){ .path = path, .lock = -1 };
	return output_claim(path, &file->lock, error);
}

/* The new file is locked before it has the name, so that the name is never
 * without a lock. */
static int replace(struct kept_file *file,
		   int (*write)(FILE *stream, const void *what,
				struct error *error),
		   const void *what, struct error *error)
{
	CLEANUP(output_discard) struct output output = { 0 };
	struct error unlocked;
	int lock;

	if (output_open_file(&output, file->path, error))
		return -1;
	output.holder = file->lock;
	if (write(output.stream, what, error))
		return -1;
	/* Nobody else can have a lock on it, but its filesystem may have none.
	 */
	lock = output_hold(&output, &unlocked);
	if (output_close(&output, error)) {
		cleanup_close_variable(&lock);
		return -1;
	}
	cleanup_close_variable(&file->lock);
	file->lock = lock;
	return 0;
}

int kept_file_replace(struct kept_file *file, bool last,
		      int (*write)(FILE *stream, const void *what,
				   struct error *error),
		      const void *what, struct error *error)
{
	file->tried = clock_nsec(CLOCK_MONOTONIC);
	file->behind = replace(file, write, what, error) != 0;
	if (!file->behind) {
		file->written = true;
		return 0;
	}
	return file->written && !last ? 1 : -1;
}

bool kept_file_is_due(const struct kept_file *file)
{
	return !file->behind ||
	       clock_nsec(CLOCK_MONOTONIC) - file->tried >= NSEC_PER_SEC;
}

void kept_file_close(struct kept_file *file)
{
	/* Those of a watch that keeps none are zeros. */
	if (file->path)
		cleanup_close_variable(&file->lock);
}
