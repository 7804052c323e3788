/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells root from the root of a user namespace, by user_namespaces(7). */
#include "asker.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "readonly.h"

/* Lines of three: from, to, how many. The machine's own namespace has one line,
 * of all users. */
static bool has_all_users(const char *map)
{
	uint64_t count = 0;

	while (*map) {
		map += strspn(map, " \n");
		if (*map && number_take(&map, NULL, 10, &count))
			return true;
	}
	return count == UINT32_MAX;
}

enum asker asker_here(void)
{
	cleanup_close int fd = -1;
	char map[256];
	ssize_t length;

	if (geteuid() != 0)
		return ASKER_USER;
	fd = open_readonly("/proc/self/uid_map");
	length = fd < 0 ? -1 : read_all(fd, map, sizeof(map) - 1);
	if (length <= 0)
		return ASKER_ROOT;
	map[length] = '\0';
	return has_all_users(map) ? ASKER_ROOT : ASKER_NAMESPACE_ROOT;
}
