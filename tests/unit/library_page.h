/* SPDX-License-Identifier: BSD-2-Clause */
/* A page in memory for the tests of libvmclock, and clocks on it. */
#ifndef VMCLOCKCTL_TESTS_UNIT_LIBRARY_PAGE_H
#define VMCLOCKCTL_TESTS_UNIT_LIBRARY_PAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "base/bytes.h"
#include "io/live/counter.h"
#include "lib/here.h"
#include "page/page.h"
#include "vmclock.h"

static _Alignas(8) uint8_t device[PAGE_USUAL_SIZE];

#define PUT(field, value)                                                      \
	store_le(device + OFFSET_##field, WIDTH_##field, (uint64_t)(value))

/* A sane page whose reference was a moment ago. */
static inline int make_page(void **state)
{
	(void)state;
	memset(device, 0, sizeof(device));
	PUT(magic, PAGE_MAGIC);
	PUT(size, PAGE_DEFINED);
	PUT(version, PAGE_VERSION);
	PUT(counter_id, COUNTER_OWN);
	PUT(time_type, TIME_TYPE_TAI);
	PUT(seq_count, 2);
	PUT(disruption_marker, 77);
	PUT(vm_generation_counter, 88);
	PUT(flags, FLAGS_KNOWN & ~(uint64_t)(FLAG_DISRUPTION_SOON |
					     FLAG_DISRUPTION_IMMINENT));
	PUT(clock_status, STATUS_SYNCHRONIZED);
	PUT(tai_offset_sec, 37);
	PUT(counter_period_shift, 31);
	PUT(counter_value, counter_read() - 1234567);
	PUT(counter_period_frac_sec, UINT64_C(0xdbe6fecebdedd5bf));
	PUT(counter_period_maxerror_rate_frac_sec, UINT64_C(0x2d09370d4255));
	PUT(time_sec, 1795225000);
	PUT(time_frac_sec, UINT64_C(0xfedcba9876543210));
	PUT(time_maxerror_nanosec, 50000);
	return 0;
}

static inline struct vmclock *attach_page(void)
{
	struct vmclock *clock;

	assert_int_equal(vmclock_attach(&clock, device, sizeof(device)), 0);
	return clock;
}

/* Where no page describes the counter, nothing opens. */
static inline void test_elsewhere(void **state)
{
	struct vmclock *clock = (void *)device;

	assert_int_equal(make_page(state), 0);
	assert_int_equal(vmclock_attach(&clock, device, sizeof(device)),
			 -ENOTSUP);
	assert_null(clock);
	clock = (void *)device;
	assert_int_equal(vmclock_open(&clock, NULL), -ENOTSUP);
	assert_null(clock);
	assert_int_equal(vmclock_open_fd(&clock, 0), -ENOTSUP);
	assert_int_equal(vmclock_open_memory(&clock, 0), -ENOTSUP);
	assert_int_equal(vmclock_counter(), 0);
	vmclock_close(NULL);
}

/* Run the tests, or that one where the library is not for this machine. */
#define RUN_LIBRARY_TESTS(tests)                                               \
	(VMCLOCK_HERE ? cmocka_run_group_tests((tests), NULL, NULL)            \
		      : cmocka_run_group_tests(                                \
				((const struct CMUnitTest[]){                  \
					cmocka_unit_test(test_elsewhere) }),   \
				NULL, NULL))

#endif
