/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unwind.h>
#include <sys/syscall.h>

static struct wanted {
	char name[32];
	unsigned long n;
	int how; /* an errno, FAULT_SHORT, 0: none */
	bool on; /* and all that follow */
} wanted[4];
#define WANTED (sizeof(wanted) / sizeof(*wanted))

/* Out of the way of the numbers that the program gets. */
#define REPORT_FD 900
static long report = -1;
static int (*program)(int, char **, char **);

/* Opened before the program gives up the right to. */
static void open_report(const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		return;
	report = fcntl(fd, F_DUPFD_CLOEXEC, REPORT_FD);
	close(fd);
}

/* One write a line: the fault may be anywhere. */
static void tell(const char *line)
{
	if (report >= 0)
		system_raw(SYS_write, report, (long)line, (long)strlen(line), 0,
			   0, 0);
}

struct search {
	uintptr_t address;
	struct range *found;
};

static int look(struct dl_phdr_info *object, size_t size, void *context)
{
	const struct search *search = context;

	(void)size;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t start = object->dlpi_addr + part->p_vaddr;

		if (part->p_type != PT_LOAD || search->address < start ||
		    search->address >= start + part->p_memsz)
			continue;
		*search->found = (struct range){ start, start + part->p_memsz };
		return 1;
	}
	return 0;
}

bool range_find(uintptr_t code, struct range *found)
{
	struct search search = { code, found };

	return code && dl_iterate_phdr(look, &search);
}

/* How many callers make a place. */
#define CALLERS 4

static struct range own; /* of the program; not known: empty */

struct trace {
	char text[CALLERS * 17 + 1];
	size_t length;
	int callers;
};

static _Unwind_Reason_Code note_caller(struct _Unwind_Context *context,
				       void *argument)
{
	struct trace *trace = argument;
	uintptr_t at = _Unwind_GetIP(context);

	if (at < own.start || at >= own.end)
		return _URC_NO_REASON;
	trace->length += (size_t)snprintf(trace->text + trace->length,
					  sizeof(trace->text) - trace->length,
					  " %lx", (long)(at - own.start));
	return ++trace->callers < CALLERS ? _URC_NO_REASON : _URC_NORMAL_STOP;
}

/* What the unwinder does itself is no call of the program's. */
static bool telling;

static void tell_place(const struct counted *counted)
{
	struct trace trace = { .text = "" };
	char line[160];

	telling = true;
	_Unwind_Backtrace(note_caller, &trace);
	snprintf(line, sizeof(line), "at %s %lu%s\n", counted->name,
		 counted->calls, trace.text);
	tell(line);
	telling = false;
}

static bool is_wanted(const struct wanted *w, const struct counted *counted)
{
	return w->how && strcmp(counted->name, w->name) == 0 &&
	       (counted->calls == w->n || (counted->calls > w->n && w->on));
}

int fault_now(struct counted *counted, long fd)
{
	const struct wanted *w = wanted;
	char line[64];

	if (telling)
		return 0;
	counted->calls++;
	if (!wanted->how)
		tell_place(counted);
	while (w < wanted + WANTED && !is_wanted(w, counted))
		w++;
	if (w == wanted + WANTED)
		return 0;
	if (counted->calls == w->n) {
		snprintf(line, sizeof(line), "hit %ld\n", fd);
		tell(line);
	}
	return w->how;
}

static void tell_all(struct counted *(*of)(unsigned int))
{
	struct counted *counted;
	char line[64];

	for (unsigned int i = 0; (counted = of(i)); i++) {
		if (!counted->calls)
			continue;
		snprintf(line, sizeof(line), "%s %lu\n", counted->name,
			 counted->calls);
		tell(line);
	}
}

static void finish(void)
{
	memory_arm(false);
	system_disarm();
	if (wanted->how)
		return;
	tell_all(memory_counted);
	tell_all(system_counted);
}

static void read_fault(const char *fault, struct wanted *w)
{
	char how[16] = "", *rest;

	if (sscanf(fault, "%31[^:]:%lu:%15[^,]", w->name, &w->n, how) != 3)
		abort();
	w->how = (int)strtol(how, &rest, 10);
	if (strncmp(rest, "short", 5) == 0) {
		w->how = FAULT_SHORT;
		rest += 5;
	}
	w->on = *rest == '+';
}

static void read_wanted(void)
{
	const char *fault = getenv("FAULT");
	const char *file = getenv("FAULT_REPORT");

	if (file)
		open_report(file);
	for (size_t i = 0; fault && i < WANTED; i++) {
		read_fault(fault, &wanted[i]);
		fault = strchr(fault, ',');
		fault += fault != NULL;
	}
	unsetenv("FAULT");
	unsetenv("FAULT_REPORT");
	unsetenv("LD_PRELOAD");
}

static int run(int argc, char **argv, char **environment)
{
	read_wanted();
	range_find((uintptr_t)program, &own);
	atexit(finish);
	if (!system_arm())
		tell("no-system-calls 1\n");
	memory_arm(true);
	return program(argc, argv, environment);
}

uintptr_t fault_next(const char *name)
{
	return (uintptr_t)dlsym(RTLD_NEXT, name);
}

/* The first of the program, which no fault is to come before. */
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
		      void (*init)(void), void (*fini)(void),
		      void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
		      void (*init)(void), void (*fini)(void),
		      void (*rtld_fini)(void), void *stack_end)
{
	__typeof__(__libc_start_main) *next =
		(__typeof__(next))fault_next("__libc_start_main");

	program = main;
	return next(run, argc, argv, init, fini, rtld_fini, stack_end);
}
