/* SPDX-License-Identifier: BSD-2-Clause */
/* The units of time in nanoseconds. Signed and 64 bits wide, so that a negative
 * time is divided right and no product is cut at 32 bits. */
#ifndef VMCLOCKCTL_BASE_NSEC_H
#define VMCLOCKCTL_BASE_NSEC_H

#include <stdint.h>

#define NSEC_PER_USEC INT64_C(1000)
#define NSEC_PER_MSEC INT64_C(1000000)
#define NSEC_PER_SEC  INT64_C(1000000000)

#endif
