/* SPDX-License-Identifier: BSD-2-Clause */
/* Allocations that fail. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

enum {
	MALLOC,
	CALLOC,
	REALLOC,
	STRDUP,
	COUNT,
};

static struct counted counted[COUNT] = {
	[MALLOC] = { "malloc", 0 },
	[CALLOC] = { "calloc", 0 },
	[REALLOC] = { "realloc", 0 },
	[STRDUP] = { "strdup", 0 },
};

static bool armed;

static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void (*free)(void *);
	char *(*strdup)(const char *);
} next;

/* What the search for the functions themselves allocates. */
static char early[65536] __attribute__((aligned(16)));
static size_t used;

static bool is_early(const void *block)
{
	return (uintptr_t)block >= (uintptr_t)early &&
	       (uintptr_t)block < (uintptr_t)early + sizeof(early);
}

static void *take_early(size_t size)
{
	void *block = early + used;

	size = (size + 15) & ~(size_t)15;
	if (size > sizeof(early) - used)
		return NULL;
	used += size;
	return block;
}

/* False: not found yet, for the search is under way. */
static bool find(void)
{
	static bool searching;

	if (next.strdup)
		return true;
	if (searching)
		return false;
	searching = true;
	next.malloc = (void *(*)(size_t))fault_next("malloc");
	next.calloc = (void *(*)(size_t, size_t))fault_next("calloc");
	next.realloc = (void *(*)(void *, size_t))fault_next("realloc");
	next.free = (void (*)(void *))fault_next("free");
	next.strdup = (char *(*)(const char *))fault_next("strdup");
	searching = false;
	return true;
}

static bool fails(int which)
{
	if (!armed || !fault_now(&counted[which], -1))
		return false;
	errno = ENOMEM;
	return true;
}

void memory_arm(bool on)
{
	armed = on;
}

struct counted *memory_counted(unsigned int i)
{
	return i < COUNT ? &counted[i] : NULL;
}

void *malloc(size_t size)
{
	if (!find())
		return take_early(size);
	return fails(MALLOC) ? NULL : next.malloc(size);
}

void *calloc(size_t count, size_t size)
{
	if (!find())
		return take_early(count * size);
	return fails(CALLOC) ? NULL : next.calloc(count, size);
}

void *realloc(void *block, size_t size)
{
	void *grown;

	if (find() && !is_early(block))
		return fails(REALLOC) ? NULL : next.realloc(block, size);
	grown = malloc(size);
	if (grown && block)
		memmove(grown, block, size);
	return grown;
}

void free(void *block)
{
	if (find() && !is_early(block))
		next.free(block);
}

/* A sanitizer's own would not come by malloc(). */
char *strdup(const char *text)
{
	char *copy;
	bool before = armed;

	if (!find() || fails(STRDUP))
		return NULL;
	armed = false;
	copy = next.strdup(text);
	armed = before;
	return copy;
}
