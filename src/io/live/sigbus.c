/* SPDX-License-Identifier: BSD-2-Clause */
/* A SIGBUS handler that returns out of a guarded read. */
#include "sigbus.h"

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>

/* What this thread reads at the moment, or NULL. */
struct sigbus_guard {
	const uint8_t *start;
	size_t length;
	sigjmp_buf back;
};

static _Thread_local struct sigbus_guard *volatile current;

static void on_sigbus(int signal_number, siginfo_t *info, void *context)
{
	struct sigbus_guard *guard = current;
	const uint8_t *at = info->si_addr;

	(void)context;
	if (guard && at >= guard->start && at < guard->start + guard->length)
		siglongjmp(guard->back, 1);
	/* Not ours: the instruction is run again, and has its way. */
	signal(signal_number, SIG_DFL);
}

/* Once in a process; SA_NODEFER, for the handler is left by a jump that does
 * not put the mask back, which would be a system call at every read. */
static bool install_handler(void)
{
	static bool installed;
	struct sigaction action = {
		.sa_sigaction = on_sigbus,
		.sa_flags = SA_SIGINFO | SA_NODEFER,
	};

	if (!installed)
		installed = sigaction(SIGBUS, &action, NULL) == 0;
	return installed;
}

bool sigbus_guarded(const void *start, size_t length,
		    void (*work)(void *context), void *context)
{
	struct sigbus_guard guard = { .start = start, .length = length };

	if (!install_handler())
		return false;
	if (sigsetjmp(guard.back, 0)) {
		current = NULL;
		return false;
	}
	current = &guard;
	work(context);
	current = NULL;
	return true;
}
