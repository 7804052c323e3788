/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory for a variable that owns it. */
#include "cleanup.h"

#include <errno.h>

void *new_zeros(size_t size, const char *what, struct error *error)
{
	void *memory = calloc(1, size);

	if (!memory)
		error_set(error, ERROR_MEMORY, ENOMEM, "%s", what);
	return memory;
}
