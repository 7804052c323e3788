/* SPDX-License-Identifier: BSD-2-Clause */
/* jansson's allocator, which records every failed allocation. */
#include "jsonmemory.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The head of each block. The blocks of a text that is being read form a ring;
 * any other block is a ring of its own. */
struct block {
	_Alignas(max_align_t) struct block *prev;
	struct block *next;
};

static bool failed;
static struct block *ring; /* NULL: no text is being read */
static jmp_buf way_out;	   /* out of reading it */

static void *allocate_block(size_t size)
{
	struct block *block = malloc(sizeof(*block) + size);

	if (!block) {
		failed = true;
		if (ring)
			longjmp(way_out, 1);
		return NULL;
	}
	block->prev = block->next = block;
	if (ring) {
		block->prev = ring;
		block->next = ring->next;
		block->next->prev = block;
		ring->next = block;
	}
	return block + 1;
}

static void free_block(void *memory)
{
	struct block *block;

	if (!memory)
		return;
	block = (struct block *)memory - 1;
	block->prev->next = block->next;
	block->next->prev = block->prev;
	free(block);
}

void jsonmemory_install(void)
{
	json_set_alloc_funcs(allocate_block, free_block);
}

bool jsonmemory_failed(void)
{
	bool before = failed;

	failed = false;
	return before;
}

/* The blocks of the ring `head`, each made a ring of its own or freed. */
static void end_ring(struct block *head, bool whole)
{
	struct block *next;

	for (struct block *block = head->next; block != head; block = next) {
		next = block->next;
		block->prev = block->next = block;
		if (!whole)
			free(block);
	}
	ring = NULL;
}

json_t *jsonmemory_load(const char *text, size_t length, size_t flags,
			json_error_t *fault)
{
	static struct block head;
	json_t *root;

	head.prev = head.next = &head;
	ring = &head;
	if (setjmp(way_out)) {
		end_ring(&head, false);
		return NULL;
	}
	root = json_loadb(text, length, flags, fault);
	end_ring(&head, true);
	return root;
}

char *jsonmemory_text(json_t *document, size_t flags)
{
	char *made = document ? json_dumps(document, flags) : NULL;
	char *text = made ? strdup(made) : NULL;
	json_malloc_t ignored;
	json_free_t free_made;

	/* The text was made by jansson's allocator, so jansson frees it. */
	json_get_alloc_funcs(&ignored, &free_made);
	free_made(made);
	json_decref(document);
	if (!jsonmemory_failed())
		return text;
	free(text);
	return NULL;
}
