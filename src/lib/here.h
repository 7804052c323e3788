/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether this is a machine whose counter a page can describe. */
#ifndef VMCLOCKCTL_LIB_HERE_H
#define VMCLOCKCTL_LIB_HERE_H

#if (defined(__x86_64__) || defined(__aarch64__)) &&                           \
	__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ &&                           \
	defined(__SIZEOF_INT128__)
#define VMCLOCK_HERE 1
#else
#define VMCLOCK_HERE 0
#endif

#endif
