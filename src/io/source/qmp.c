/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes the answer of human-monitor-command out of a session of QMP. */
#include "qmp.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "jsonmemory.h"

/* The text that one object of the session answers with, or NULL. */
static const char *find_answer(json_t *object)
{
	const char *answer =
		json_string_value(json_object_get(object, "return"));

	return answer && *answer ? answer : NULL;
}

static int is_of_session(json_t *object)
{
	return json_object_get(object, "return") ||
	       json_object_get(object, "QMP") ||
	       json_object_get(object, "event");
}

char *qmp_answer(const char *text, size_t length, unsigned int *count)
{
	char *answer = NULL;

	*count = 0;
	while (length) {
		json_error_t fault;
		json_t *object = jsonmemory_load(
			text, length, JSON_DISABLE_EOF_CHECK, &fault);
		size_t taken = object ? (size_t)fault.position : 0;
		const char *found = find_answer(object);

		if (!object || !is_of_session(object) || !taken ||
		    taken > length) {
			json_decref(object);
			break;
		}
		if (found && !(*count)++)
			answer = strdup(found);
		json_decref(object);
		text += taken;
		length -= taken;
		while (length && strchr(" \t\r\n", *text) && *text) {
			text++;
			length--;
		}
	}
	if (*count == 1)
		return answer;
	free(answer);
	return NULL;
}
