/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of fields held against the kernel's own header, where the system
 * has it: nothing here reaches the program, it either compiles or it does not.
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
PAGE_FIELDS(SAME_PLACE)

_Static_assert(PAGE_MAGIC == VMCLOCK_MAGIC, "magic");
_Static_assert(sizeof(struct vmclock_abi) == PAGE_DEFINED, "defined size");
