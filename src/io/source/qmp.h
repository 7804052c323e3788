/* SPDX-License-Identifier: BSD-2-Clause */
/* What QEMU's monitor answered, out of the JSON that carries it. */
#ifndef VMCLOCKCTL_IO_SOURCE_QMP_H
#define VMCLOCKCTL_IO_SOURCE_QMP_H

#include <stddef.h>

/*
 * The text of the one answer {"return": "..."} in a session of QMP, to be
 * freed; greetings, events and empty answers may stand around it. NULL if it is
 * no such session, or memory ran out: then jsonmemory_failed() tells, or *count
 * is 1. *count is how many answers have a text; of several, none is returned.
 */
char *qmp_answer(const char *text, size_t length, unsigned int *count);

#endif
