/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks page.h against the kernel's own header, if the system has it: nothing
 * here reaches the program, it either compiles or it does not.
 */
#include <linux/types.h>
#include <linux/vmclock-abi.h>
#include <stddef.h>

#include "page.h"

#define SAME_PLACE(name, offset, width)                                        \
	_Static_assert(offsetof(struct vmclock_abi, name) == (offset) &&       \
			       sizeof(((struct vmclock_abi *)0)->name) ==      \
				       (width),                                \
		       "field " #name " is elsewhere in linux/vmclock-abi.h");
#define SAME_VALUE(ours, theirs)                                               \
	_Static_assert((ours) == (theirs), #ours " is not " #theirs);
#define SAME_FLAG(name, bit, ...) SAME_VALUE(FLAG_##name, VMCLOCK_FLAG_##name)

/* The header may be older than page.h: then it lacks what was added since 6.13.
 * Where it has more than page.h, it is time to add that there. */
_Static_assert(sizeof(struct vmclock_abi) <= PAGE_DEFINED,
	       "linux/vmclock-abi.h has a field that page.h lacks");
PAGE_FIELDS_FIRST(SAME_PLACE)
PAGE_FLAGS_FIRST(SAME_FLAG)
#ifdef VMCLOCK_FLAG_VM_GEN_COUNTER_PRESENT
SAME_PLACE(vm_generation_counter, OFFSET_vm_generation_counter,
	   WIDTH_vm_generation_counter)
SAME_VALUE(FLAG_VM_GEN_COUNTER_PRESENT, VMCLOCK_FLAG_VM_GEN_COUNTER_PRESENT)
#endif
#ifdef VMCLOCK_FLAG_NOTIFICATION_PRESENT
SAME_VALUE(FLAG_NOTIFICATION_PRESENT, VMCLOCK_FLAG_NOTIFICATION_PRESENT)
#endif

SAME_VALUE(PAGE_MAGIC, VMCLOCK_MAGIC)
SAME_VALUE(COUNTER_ARM_VCNT, VMCLOCK_COUNTER_ARM_VCNT)
SAME_VALUE(COUNTER_X86_TSC, VMCLOCK_COUNTER_X86_TSC)
SAME_VALUE(COUNTER_INVALID, VMCLOCK_COUNTER_INVALID)
SAME_VALUE(TIME_TYPE_UTC, VMCLOCK_TIME_UTC)
SAME_VALUE(TIME_TYPE_TAI, VMCLOCK_TIME_TAI)
SAME_VALUE(TIME_TYPE_MONOTONIC, VMCLOCK_TIME_MONOTONIC)
SAME_VALUE(TIME_TYPE_INVALID_SMEARED, VMCLOCK_TIME_INVALID_SMEARED)
SAME_VALUE(TIME_TYPE_INVALID_MAYBE_SMEARED, VMCLOCK_TIME_INVALID_MAYBE_SMEARED)
SAME_VALUE(STATUS_UNKNOWN, VMCLOCK_STATUS_UNKNOWN)
SAME_VALUE(STATUS_INITIALIZING, VMCLOCK_STATUS_INITIALIZING)
SAME_VALUE(STATUS_SYNCHRONIZED, VMCLOCK_STATUS_SYNCHRONIZED)
SAME_VALUE(STATUS_FREERUNNING, VMCLOCK_STATUS_FREERUNNING)
SAME_VALUE(STATUS_UNRELIABLE, VMCLOCK_STATUS_UNRELIABLE)
SAME_VALUE(SMEARING_STRICT, VMCLOCK_SMEARING_STRICT)
SAME_VALUE(SMEARING_NOON_LINEAR, VMCLOCK_SMEARING_NOON_LINEAR)
SAME_VALUE(SMEARING_UTC_SLS, VMCLOCK_SMEARING_UTC_SLS)
SAME_VALUE(LEAP_NONE, VMCLOCK_LEAP_NONE)
SAME_VALUE(LEAP_PRE_POS, VMCLOCK_LEAP_PRE_POS)
SAME_VALUE(LEAP_PRE_NEG, VMCLOCK_LEAP_PRE_NEG)
SAME_VALUE(LEAP_POS, VMCLOCK_LEAP_POS)
SAME_VALUE(LEAP_POST_POS, VMCLOCK_LEAP_POST_POS)
SAME_VALUE(LEAP_POST_NEG, VMCLOCK_LEAP_POST_NEG)
