/* SPDX-License-Identifier: BSD-2-Clause */
/* The set of values seen: chains by a hash, the oldest forgotten first. */
#include "seen_set.h"

static uint32_t get_chain(uint64_t value)
{
	return (uint32_t)(value * UINT64_C(0x9e3779b97f4a7c15) >> 48) %
	       SEEN_SET_MAX;
}

bool seen_set_has(const struct seen_set *values, uint64_t value)
{
	uint32_t slot = values->head[get_chain(value)];

	while (slot && values->value[slot - 1] != value)
		slot = values->next[slot - 1];
	return slot;
}

static void forget_slot(struct seen_set *values, uint32_t slot)
{
	uint32_t *link = &values->head[get_chain(values->value[slot])];

	while (*link != slot + 1)
		link = &values->next[*link - 1];
	*link = values->next[slot];
}

void seen_set_add(struct seen_set *values, uint64_t value)
{
	uint32_t slot = (uint32_t)(values->count % SEEN_SET_MAX);
	uint32_t *head = &values->head[get_chain(value)];

	if (values->count >= SEEN_SET_MAX)
		forget_slot(values, slot);
	values->value[slot] = value;
	values->next[slot] = *head;
	*head = slot + 1;
	values->count++;
}

void seen_set_clear(struct seen_set *values)
{
	uint64_t count =
		values->count < SEEN_SET_MAX ? values->count : SEEN_SET_MAX;

	/* A slot counts for nothing where no chain has it. */
	for (uint64_t i = 0; i < count; i++)
		values->head[get_chain(values->value[i])] = 0;
	values->count = 0;
}
