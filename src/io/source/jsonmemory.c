/* SPDX-License-Identifier: BSD-2-Clause */
/* jansson's allocator, which records every failed allocation. */
#include "jsonmemory.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
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

/* The bytes of a text that are outside of strings, one at a time. */
struct outside {
	bool string, escaped;
};

static bool is_outside(struct outside *o, char c)
{
	if (!o->string) {
		o->string = c == '"';
		return !o->string;
	}
	if (o->escaped)
		o->escaped = false;
	else if (c == '\\')
		o->escaped = true;
	else
		o->string = c != '"';
	return false;
}

/* Where the text is nested too deeply, or `length`. With `first`, as where what
 * comes after the first value is not looked at, only as far as that goes. */
static size_t find_deep(const char *text, size_t length, bool first)
{
	struct outside outside = { 0 };
	unsigned int depth = 0;

	for (size_t i = 0; i < length; i++) {
		if (!is_outside(&outside, text[i]))
			continue;
		if (text[i] == '[' || text[i] == '{') {
			if (++depth > JSON_DEPTH_MAX)
				return i;
		} else if (text[i] == ']' || text[i] == '}') {
			if (depth && --depth == 0 && first)
				return length;
		}
	}
	return length;
}

/* As jansson has it for what it finds. */
static void refuse_deep(const char *text, size_t at, json_error_t *fault)
{
	*fault = (json_error_t){ .line = 1, .column = 1, .position = (int)at };
	for (size_t i = 0; i < at; i++) {
		fault->column++;
		if (text[i] == '\n') {
			fault->line++;
			fault->column = 1;
		}
	}
	snprintf(fault->text, sizeof(fault->text), "nested more than %d deep",
		 JSON_DEPTH_MAX);
}

json_t *jsonmemory_load(const char *text, size_t length, size_t flags,
			json_error_t *fault)
{
	static struct block head;
	size_t deep = find_deep(text, length, flags & JSON_DISABLE_EOF_CHECK);
	json_error_t ignored;
	json_t *root;

	if (deep < length) {
		refuse_deep(text, deep, fault ? fault : &ignored);
		return NULL;
	}
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
