/* SPDX-License-Identifier: BSD-2-Clause */
#include "jsonmemory.h"

#include <stdlib.h>

static bool failed;

static void *allocate(size_t size)
{
	void *block = malloc(size);

	if (!block)
		failed = true;
	return block;
}

void jsonmemory_watch(void)
{
	json_set_alloc_funcs(allocate, free);
}

bool jsonmemory_failed(void)
{
	bool before = failed;

	failed = false;
	return before;
}

char *jsonmemory_text(json_t *document, size_t flags)
{
	char *text = document ? json_dumps(document, flags) : NULL;

	json_decref(document);
	if (!jsonmemory_failed())
		return text;
	free(text);
	return NULL;
}
