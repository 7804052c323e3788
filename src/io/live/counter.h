/* SPDX-License-Identifier: BSD-2-Clause */
/* This machine's counter, the one that a VMClock page can describe. */
#ifndef VMCLOCKCTL_IO_LIVE_COUNTER_H
#define VMCLOCKCTL_IO_LIVE_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "page/page.h"

/*
 * This CPU's counter: its number in today's layout, and its member of struct
 * layout. Other machines have no counter that a page can describe: there
 * COUNTER_HERE is 0, no page's counter is this machine's, and a reading is 0.
 */
#if defined(__x86_64__)
#define COUNTER_HERE	   1
#define COUNTER_OWN	   COUNTER_X86_TSC
#define COUNTER_OWN_MEMBER x86_tsc
#elif defined(__aarch64__)
#define COUNTER_HERE	   1
#define COUNTER_OWN	   COUNTER_ARM_VCNT
#define COUNTER_OWN_MEMBER arm_vcnt
#else
#define COUNTER_HERE	   0
#define COUNTER_OWN	   COUNTER_ARM_VCNT /* a simulated machine has it */
#define COUNTER_OWN_MEMBER arm_vcnt
#endif

/* Read the counter, after all loads before it in program order are done. */
static inline uint64_t counter_read(void)
{
#if defined(__x86_64__)
	uint32_t low, high;

	/* rdtsc may run ahead of the instructions before it. lfence ends when
	 * all loads before it have, and nothing after it starts earlier. The
	 * clobber holds the compiler to the same order. */
	__asm__ volatile("lfence\n\trdtsc"
			 : "=a"(low), "=d"(high)
			 :
			 : "memory");
	return (uint64_t)high << 32 | low;
#elif defined(__aarch64__)
	uint64_t value;

	/* The counter may be read speculatively, long before its turn. isb
	 * makes it wait until the instructions before are done, the branches
	 * on what they loaded included. */
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0"
			 : "=r"(value)
			 :
			 : "memory");
	return value;
#else
	return 0;
#endif
}

/*
 * Whether counter_read_ordered() may be called: this CPU has an instruction
 * that reads the counter after all loads before it, and lets what comes after
 * it begin earlier, unlike a fence. Ask once: a hypervisor may answer.
 */
static inline bool counter_orders_itself(void)
{
#if defined(__x86_64__)
	uint32_t a = 0x80000001, b, c = 0, d; /* there on every x86-64 */

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return d >> 27 & 1; /* rdtscp */
#else
	return false;
#endif
}

/* The same as counter_read(). */
static inline uint64_t counter_read_ordered(void)
{
#if defined(__x86_64__)
	uint32_t low, high;

	/* rdtscp waits until the instructions before it are executed and their
	 * loads done. */
	__asm__ volatile("rdtscp" : "=a"(low), "=d"(high) : : "rcx", "memory");
	return (uint64_t)high << 32 | low;
#else
	return counter_read();
#endif
}

/*
 * Returns `address`, but makes it depend on the counter value: a load from it
 * cannot happen before the counter was read. Neither rdtsc nor mrs is ordered
 * with the loads after it, and a second barrier would cost more than everything
 * else.
 */
static inline const void *counter_then(uint64_t counter, const void *address)
{
	uint64_t zero = counter;

	/* Processors recognise xor as a constant, but not "and". */
#if defined(__x86_64__)
	__asm__ volatile("andl $0, %k0" : "+r"(zero) : : "cc");
#elif defined(__aarch64__)
	__asm__ volatile("and %0, %0, xzr" : "+r"(zero));
#else
	zero = 0;
#endif
	return (const uint8_t *)address + zero;
}

#endif
