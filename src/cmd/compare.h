/* SPDX-License-Identifier: BSD-2-Clause */
/* One round of compare, for the bug report. */
#ifndef VMCLOCKCTL_CMD_COMPARE_H
#define VMCLOCKCTL_CMD_COMPARE_H

#include <jansson.h>

#include "command.h"

/* The document of compare for the invocation's first argument, a live page, or
 * that of its failure; NULL when memory runs out. */
json_t *compare_document(const struct invocation *invocation);

#endif
