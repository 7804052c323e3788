/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads and writes a page that another process or the hypervisor has mapped
 * (UAPI.13, "Updating the structure"): seq_count is odd while the fields
 * change.
 *
 * Every access to the page is a relaxed atomic one of an aligned word, so that
 * a reader overtaken by a writer reads old or new words, and never anything
 * undefined. The comment at each place says what orders them.
 */
#ifndef VMCLOCKCTL_IO_LIVE_SEQLOCK_H
#define VMCLOCKCTL_IO_LIVE_SEQLOCK_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counter.h"

/* gcc warns that ThreadSanitizer does not support fences. That does not matter
 * here: every access is atomic, so there is no race to report. */
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif

/* Words as they stand on the page; their fields are little-endian. */
static inline uint32_t shared_load32(const void *at)
{
	return __atomic_load_n((const uint32_t *)at, __ATOMIC_RELAXED);
}

static inline uint64_t shared_load64(const void *at)
{
	return __atomic_load_n((const uint64_t *)at, __ATOMIC_RELAXED);
}

static inline void shared_store64(void *at, uint64_t value)
{
	__atomic_store_n((uint64_t *)at, value, __ATOMIC_RELAXED);
}

/* Read seq_count before the fields; odd: an update is in progress. */
static inline uint32_t seqlock_begin(const void *seq_count)
{
	/* Acquire: no field is loaded before seq_count was. Pairs with the
	 * release of seqlock_write_end(), so that the fields read are at least
	 * as new as seq_count. */
	return le32toh(
		__atomic_load_n((const uint32_t *)seq_count, __ATOMIC_ACQUIRE));
}

/* Whether the fields loaded since may be from different updates. */
static inline bool seqlock_moved(const void *seq_count, uint32_t begun)
{
	/* Acquire: seq_count is loaded after all fields. Pairs with the fence
	 * of seqlock_write_begin(): a reader that saw one word of an update
	 * then also sees the odd seq_count before it. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return le32toh(shared_load32(seq_count)) != begun;
}

/* The same, if a reading of the counter must lie in between as well. */
static inline bool seqlock_moved_since(const void *seq_count, uint32_t begun,
				       uint64_t counter)
{
	return seqlock_moved(counter_then(counter, seq_count), begun);
}

/* Copy `length` bytes, a multiple of 8, from an aligned place on the page. */
static inline void shared_copy(uint64_t *to, const void *from, size_t length)
{
	const uint8_t *at = from;

	for (size_t i = 0; i < length / 8; i++)
		to[i] = shared_load64(at + 8 * i);
}

/* Make seq_count odd: `odd` is what it becomes. */
static inline void seqlock_write_begin(void *seq_count, uint32_t odd)
{
	__atomic_store_n((uint32_t *)seq_count, htole32(odd), __ATOMIC_RELAXED);
	/* Release: no field changes before seq_count is odd. A release store
	 * would order only what comes before it, not what comes after. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

/* The fields are whole again under this even seq_count. */
static inline void seqlock_write_end(void *seq_count, uint32_t even)
{
	/* Release: every field is stored before seq_count. */
	__atomic_store_n((uint32_t *)seq_count, htole32(even),
			 __ATOMIC_RELEASE);
}

/* Pause inside a loop that waits for another CPU. */
static inline void seqlock_pause(void)
{
#if defined(__x86_64__)
	__asm__ volatile("pause");
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#else
	__asm__ volatile("" : : : "memory");
#endif
}

#endif
