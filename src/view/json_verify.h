/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules and their verdicts in documents. */
#ifndef VMCLOCKCTL_VIEW_JSON_VERIFY_H
#define VMCLOCKCTL_VIEW_JSON_VERIFY_H

#include <jansson.h>

#include "rules/report.h"
#include "verify.h"

/* A rule as in the table; NULL when memory runs out. */
json_t *json_rule(const struct rule *rule);

/* A summary of the verdicts: the counts, and the broken rules. */
json_t *json_verdicts(const struct report *report);

#endif
