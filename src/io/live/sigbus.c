/* SPDX-License-Identifier: BSD-2-Clause */
/* Guards reads of a mapping: SIGBUS ends the read, not the program. */
#include "sigbus.h"

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>

/* The read that this thread is in, or NULL. */
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
	/* Not ours: the instruction is repeated and ends the program. */
	signal(signal_number, SIG_DFL);
}

/* Once in a process. SA_NODEFER, because the handler ends by a jump that does
 * not restore the mask: that would cost a system call at each read. */
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
