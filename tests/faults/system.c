/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that fail. The kernel hands each one that is not made from this
 * library to a handler here, by syscall user dispatch: so those are met that
 * the C library makes for its own streams and directories, which no preloaded
 * function could see. That wants x86-64 and Linux 5.11.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "fault.h"

static struct call {
	struct counted counted;
	long number;
	bool has_fd; /* its first argument is one */
} calls[] = {
#define CALL(name, fd)                                                         \
	{                                                                      \
		{ #name, 0 }, SYS_##name, fd                                   \
	}
	CALL(read, true),
	CALL(pread64, true),
	CALL(write, true),
	CALL(pwrite64, true),
	CALL(openat, false),
	CALL(openat2, false),
	CALL(landlock_create_ruleset, false),
	CALL(landlock_add_rule, false),
	CALL(landlock_restrict_self, false),
	CALL(prctl, false),
	CALL(close, true),
	CALL(newfstatat, false),
	CALL(lseek, true),
	CALL(mmap, false),
	CALL(mprotect, false),
	CALL(munmap, false),
	CALL(ioctl, true),
	CALL(dup, true),
	CALL(flock, true),
	CALL(clock_nanosleep, false),
	CALL(setitimer, false),
	CALL(wait4, false),
	CALL(fsync, true),
	CALL(ftruncate, true),
	CALL(fallocate, true),
	CALL(getdents64, true),
	CALL(renameat2, false),
	CALL(linkat, false),
	CALL(unlinkat, false),
	CALL(fstatfs, true),
	CALL(readlinkat, false),
	CALL(faccessat, false),
	CALL(faccessat2, false),
	CALL(ppoll, false),
	CALL(uname, false),
	CALL(epoll_create1, false),
	CALL(epoll_ctl, true),
	CALL(memfd_create, false),
	CALL(adjtimex, false),
	CALL(sched_getaffinity, false),
	CALL(sched_setaffinity, false),
	CALL(clock_adjtime, false),
	CALL(statx, false),
	CALL(fcntl, true),
	CALL(fchmod, true),
	CALL(fchown, true),
	/* Not made to fail: cases.py says why. */
	CALL(rt_sigaction, false),
	CALL(rt_sigprocmask, false),
	CALL(prlimit64, false),
	CALL(getpid, false),
	CALL(sysinfo, false),
	CALL(brk, false),
	CALL(getrandom, false),
	CALL(futex, false),
	CALL(clock_gettime, false),
#ifdef __x86_64__
	CALL(fstat, true),
	CALL(stat, false),
	CALL(lstat, false),
	CALL(open, false),
	CALL(poll, false),
	CALL(access, false),
	CALL(rename, false),
	CALL(renameat, false),
	CALL(link, false),
	CALL(unlink, false),
	CALL(readlink, false),
	CALL(alarm, false),
#endif
#undef CALL
};

#define CALLS (sizeof(calls) / sizeof(*calls))

/* Those that have no name above, by their number. */
#define OTHERS 512
static struct call others[OTHERS];

/* An openat() that not every filesystem can do. */
static struct call tmpfile_call = { { "tmpfile", 0 }, SYS_openat, false };

/* Not a system call here, for its child must not meet the handler. */
static struct counted spawned = { "posix_spawn", 0 };

struct counted *system_counted(unsigned int i)
{
	if (i < CALLS)
		return &calls[i].counted;
	if (i < CALLS + OTHERS)
		return &others[i - CALLS].counted;
	if (i == CALLS + OTHERS)
		return &tmpfile_call.counted;
	return i == CALLS + OTHERS + 1 ? &spawned : NULL;
}

#ifdef __x86_64__

/* Of the kernel's headers, which may be older. */
#define SET_DISPATCH 59
#define DISPATCH_OFF 0
#define DISPATCH_ON  1

/* Whether calls go to the handler: the kernel reads it at each. */
static volatile char dispatched = DISPATCH_OFF;
static bool armed;

static struct range libc;

long system_raw(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10),
			   "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* Back from a handler; from here, lest it be handed to one. An unwinder knows
 * these instructions, and that there is no function before them. */
__asm__(".pushsection .text\n"
	"	nop\n"
	".type come_back, @function\n"
	"come_back:\n"
	"	mov	$15, %rax\n"
	"	syscall\n"
	".popsection\n");
extern void come_back(void) __attribute__((visibility("hidden")));

/* The same from the frame of another handler. */
static __attribute__((noreturn)) void come_back_from(long stack)
{
	__asm__ volatile("mov	%0, %%rsp\n\t"
			 "mov	$15, %%eax\n\t"
			 "syscall"
			 :
			 : "r"(stack)
			 : "memory");
	__builtin_unreachable();
}

static struct call *find_call(long number, long flags)
{
	static char names[OTHERS][32];
	/* The last is for all that come after it. */
	long other = number < OTHERS ? number : OTHERS - 1;

	if (number == SYS_openat && (flags & O_TMPFILE) == O_TMPFILE)
		return &tmpfile_call;
	for (size_t i = 0; i < CALLS; i++) {
		if (calls[i].number == number)
			return &calls[i];
	}
	snprintf(names[other], sizeof(*names), "syscall-%ld", other);
	others[other].counted.name = names[other];
	return &others[other];
}

static long fail(greg_t *r, int how)
{
	long number = r[REG_RAX];

	if (how == FAULT_SHORT)
		return system_raw(number, r[REG_RDI], r[REG_RSI],
				  r[REG_RDX] > 1, r[REG_R10], r[REG_R8],
				  r[REG_R9]);
	/* A descriptor is closed whatever close() says. */
	if (number == SYS_close)
		system_raw(number, r[REG_RDI], 0, 0, 0, 0, 0);
	return -how;
}

static void on_call(int signal_number, siginfo_t *info, void *context)
{
	ucontext_t *before = context;
	greg_t *r = before->uc_mcontext.gregs;
	uintptr_t from = (uintptr_t)info->si_call_addr;
	struct call *call = find_call(r[REG_RAX], r[REG_RDX]);
	long number = r[REG_RAX];
	int how = 0;

	(void)signal_number;
	if (number == SYS_rt_sigreturn)
		come_back_from(r[REG_RSP]);
	/* A sanitizer's own calls are not the program's. */
	if (armed && from >= libc.start && from < libc.end)
		how = fault_now(&call->counted, call->has_fd ? r[REG_RDI] : -1);
	r[REG_RAX] =
		how ? fail(r, how)
		    : system_raw(number, r[REG_RDI], r[REG_RSI], r[REG_RDX],
				 r[REG_R10], r[REG_R8], r[REG_R9]);
	/* Else the mask would be put back as it was. */
	if (number == SYS_rt_sigprocmask)
		system_raw(number, SIG_BLOCK, 0, (long)&before->uc_sigmask, 8,
			   0, 0);
}

bool system_arm(void)
{
	/* As the kernel has it: sa_restorer is the C library's business. */
	const struct {
		void (*handler)(int, siginfo_t *, void *);
		unsigned long flags;
		void (*restorer)(void);
		uint64_t mask;
	} action = { on_call, SA_SIGINFO | SA_NODEFER | 0x04000000, come_back,
		     0 };
	struct range own;

	if (!range_find((uintptr_t)on_call, &own) ||
	    !range_find((uintptr_t)dlsym(RTLD_NEXT, "getppid"), &libc) ||
	    system_raw(SYS_rt_sigaction, SIGSYS, (long)&action, 0, 8, 0, 0) ||
	    prctl(SET_DISPATCH, DISPATCH_ON, own.start, own.end - own.start,
		  &dispatched))
		return false;
	armed = true;
	dispatched = DISPATCH_ON;
	return true;
}

void system_disarm(void)
{
	armed = false;
	dispatched = DISPATCH_OFF;
}

int posix_spawn(pid_t *child, const char *path,
		const posix_spawn_file_actions_t *files,
		const posix_spawnattr_t *attributes, char *const *arguments,
		char *const *environment)
{
	__typeof__(posix_spawn) *next =
		(__typeof__(next))fault_next("posix_spawn");
	char before = dispatched;
	int result = armed ? fault_now(&spawned, -1) : 0;

	if (result)
		return result;
	dispatched = DISPATCH_OFF;
	result = next(child, path, files, attributes, arguments, environment);
	dispatched = before;
	return result;
}

#else

long system_raw(long number, long a, long b, long c, long d, long e, long f)
{
	return syscall(number, a, b, c, d, e, f);
}

bool system_arm(void)
{
	return false;
}

void system_disarm(void)
{
}

#endif
