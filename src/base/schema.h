/* SPDX-License-Identifier: BSD-2-Clause */
/* The names under which the JSON documents are known (vmclockctl(1), JSON): one
 * for each command, "vmclockctl/COMMAND". */
#ifndef VMCLOCKCTL_BASE_SCHEMA_H
#define VMCLOCKCTL_BASE_SCHEMA_H

#define SCHEMA_PREFIX  "vmclockctl/"
#define SCHEMA_SHOW    SCHEMA_PREFIX "show"
#define SCHEMA_COMPARE SCHEMA_PREFIX "compare"
#define SCHEMA_DOCTOR  SCHEMA_PREFIX "doctor"
#define SCHEMA_DUMP    SCHEMA_PREFIX "dump"
#define SCHEMA_RECORD  SCHEMA_PREFIX "record"
#define SCHEMA_WATCH   SCHEMA_PREFIX "watch"
#define SCHEMA_VERIFY  SCHEMA_PREFIX "verify"
#define SCHEMA_REPORT  SCHEMA_PREFIX "report"
#define SCHEMA_STATE   SCHEMA_PREFIX "watch-state"
#define SCHEMA_VERSION 1

#endif
