/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of --exec: queued, run one at a time, waited for. */
#include "hook.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "follow.h"
#include "view/json.h"

enum variable {
	VARIABLE_EVENT,
	VARIABLE_DEVICE,
	VARIABLE_MARKER_OLD,
	VARIABLE_MARKER_NEW,
	VARIABLE_GENERATION_OLD,
	VARIABLE_GENERATION_NEW,
	VARIABLE_RULE,
	VARIABLE_COUNT,
};

static const char *const variable_names[VARIABLE_COUNT] = {
	[VARIABLE_EVENT] = "VMCLOCK_EVENT",
	[VARIABLE_DEVICE] = "VMCLOCK_DEVICE",
	[VARIABLE_MARKER_OLD] = "VMCLOCK_MARKER_OLD",
	[VARIABLE_MARKER_NEW] = "VMCLOCK_MARKER_NEW",
	[VARIABLE_GENERATION_OLD] = "VMCLOCK_GENERATION_OLD",
	[VARIABLE_GENERATION_NEW] = "VMCLOCK_GENERATION_NEW",
	[VARIABLE_RULE] = "VMCLOCK_RULE",
};

struct hook_call {
	struct hook_call *next;
	enum event event;
	const char *rule; /* of the table of rules; "" where there is none */
	char *json;
	char values[MARKER_COUNT]
		   [FIELD_TEXT_MAX]; /* from VARIABLE_MARKER_OLD on */
};

void hook_init(struct hook *hook, const char *command, const char *device,
	       bool patient)
{
	*hook = (struct hook){
		.command = command,
		.device = device,
		.patient = patient,
		.most = HOOK_QUEUE_MAX,
	};
	hook->last = &hook->first;
}

__attribute__((format(printf, 2, 3))) static void
warn_of_event(enum event event, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "vmclockctl: --exec: %s: ", event_kinds[event].name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

static void free_call(struct hook_call *call)
{
	if (!call)
		return;
	free(call->json);
	free(call);
}

/*
 * What the command reads is a file in memory: a pipe would have to be filled
 * while it runs, and would break where it does not read.
 */
static int make_stdin(const char *json)
{
	int fd = memfd_create("vmclockctl-event", MFD_CLOEXEC);
	size_t length = strlen(json);

	if (fd < 0)
		return -1;
	if (write(fd, json, length) == (ssize_t)length &&
	    write(fd, "\n", 1) == 1 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

static const char *variable_value(const struct hook *hook,
				  const struct hook_call *call, int variable)
{
	switch (variable) {
	case VARIABLE_EVENT:
		return event_kinds[call->event].name;
	case VARIABLE_DEVICE:
		return hook->device;
	case VARIABLE_RULE:
		return call->rule;
	default:
		return call->values[variable - VARIABLE_MARKER_OLD];
	}
}

/* What the command gets of the environment, by prefixes: nothing that makes a
 * shell or the loader run other code, or that was meant for us alone. */
static const char *const passed_on[] = {
	"PATH=", "HOME=", "USER=", "LANG=", "LC_", "TZ=", "TERM=", "SHELL=",
};

static bool is_passed_on(const char *assignment)
{
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(*passed_on); i++) {
		if (strncmp(assignment, passed_on[i], strlen(passed_on[i])) ==
		    0)
			return true;
	}
	return false;
}

static bool is_hook_variable(const char *assignment)
{
	for (int i = 0; i < VARIABLE_COUNT; i++) {
		size_t length = strlen(variable_names[i]);

		if (strncmp(assignment, variable_names[i], length) == 0 &&
		    assignment[length] == '=')
			return true;
	}
	return false;
}

static void free_environment(char **made)
{
	for (size_t i = 0; made && made[i]; i++) {
		if (is_hook_variable(made[i]))
			free(made[i]);
	}
	free(made);
}

/* What is passed on, and our variables. NULL: not the memory for all of them.
 */
static char **make_environment(const struct hook *hook,
			       const struct hook_call *call)
{
	size_t others = 0, count = 0;
	char **made;

	while (environ[others])
		others++;
	made = calloc(others + VARIABLE_COUNT + 1, sizeof(*made));
	if (!made)
		return NULL;
	for (size_t i = 0; i < others; i++) {
		if (is_passed_on(environ[i]))
			made[count++] = environ[i];
	}
	for (int i = 0; i < VARIABLE_COUNT; i++, count++) {
		if (asprintf(&made[count], "%s=%s", variable_names[i],
			     variable_value(hook, call, i)) < 0) {
			made[count] = NULL;
			free_environment(made);
			return NULL;
		}
	}
	return made;
}

/* Signals as they are by default, whatever we do with them ourselves, and a
 * process group of its own, to be ended as one. */
static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGKILL);
	sigdelset(&set, SIGSTOP);
	if (posix_spawnattr_setsigdefault(attributes, &set) != 0)
		return -1;
	sigemptyset(&set);
	if (posix_spawnattr_setsigmask(attributes, &set) != 0)
		return -1;
	return posix_spawnattr_setflags(
		attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
				    POSIX_SPAWN_SETPGROUP);
}

/* Returns 0 or an errno. */
static int spawn_command(struct hook *hook, char **environment, int input)
{
	char *const arguments[] = { (char *)"sh", (char *)"-c",
				    (char *)hook->command, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int errnum;

	if (posix_spawn_file_actions_init(&files) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	/* Its output goes to stderr: stdout holds only our answer. */
	if (set_attributes(&attributes) != 0 ||
	    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO) ||
	    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO,
					     STDOUT_FILENO))
		errnum = ENOMEM;
	else
		errnum = posix_spawn(&hook->child, "/bin/sh", &files,
				     &attributes, arguments, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return errnum;
}

static void run_call(struct hook *hook, const struct hook_call *call)
{
	char **environment = make_environment(hook, call);
	int input = make_stdin(call->json);
	int errnum = input < 0 ? errno : ENOMEM;

	hook->running = call->event;
	if (environment && input >= 0)
		errnum = spawn_command(hook, environment, input);
	if (errnum) {
		hook->child = 0;
		warn_of_event(call->event, "cannot be run: %s",
			      strerror(errnum));
	}
	if (input >= 0)
		close(input);
	free_environment(environment);
}

static void queue_call(struct hook *hook, struct hook_call *call)
{
	*hook->last = call;
	hook->last = &call->next;
	hook->queued++;
}

static struct hook_call *take_call(struct hook *hook)
{
	struct hook_call *call = hook->first;

	hook->first = call->next;
	if (!hook->first)
		hook->last = &hook->first;
	hook->queued--;
	return call;
}

static struct hook_call *make_call(enum event event, char *json)
{
	struct hook_call *call = json ? calloc(1, sizeof(*call)) : NULL;

	if (!call) {
		free(json);
		return NULL;
	}
	call->event = event;
	call->rule = "";
	call->json = json;
	return call;
}

/* What was left out has its place before what comes now. */
static void queue_missed(struct hook *hook)
{
	const struct occurrence occurrence = {
		.event = EVENT_MISSED,
		.missed = hook->missed,
		.has_time = hook->has_time,
		.realtime = hook->realtime,
	};
	struct hook_call *call;

	if (!hook->missed || hook->queued >= hook->most)
		return;
	call = make_call(EVENT_MISSED,
			 json_text(json_event(&occurrence, hook->missed_n)));
	/* It is tried again with the next one. */
	if (!call)
		return;
	queue_call(hook, call);
	hook->missed = 0;
}

/* Begin the next, if none runs and there is one. */
static void begin_call(struct hook *hook)
{
	if (!hook->first)
		queue_missed(hook);
	while (!hook->child && hook->first) {
		struct hook_call *call = take_call(hook);

		run_call(hook, call);
		free_call(call);
	}
}

static void warn_of_end(const struct hook *hook, int status)
{
	if (WIFSIGNALED(status))
		warn_of_event(hook->running, "ended by signal %d",
			      WTERMSIG(status));
	else if (WEXITSTATUS(status))
		warn_of_event(hook->running, "exit status %d",
			      WEXITSTATUS(status));
}

/* False where it still runs, or a signal came first. */
static bool reap_child(struct hook *hook, int options)
{
	int status;
	pid_t ended = waitpid(hook->child, &status, options);

	if (ended == 0 || (ended < 0 && errno == EINTR))
		return false;
	if (ended > 0)
		warn_of_end(hook, status);
	hook->child = 0;
	return true;
}

bool hook_is_idle(const struct hook *hook)
{
	return !hook->child && !hook->first;
}

void hook_poll(struct hook *hook)
{
	if (hook->child && !reap_child(hook, WNOHANG))
		return;
	begin_call(hook);
}

/* The event is left out, and counted. */
static void leave_out(struct hook *hook, const struct occurrence *occurrence,
		      uint64_t n)
{
	if (!hook->warned)
		warn_of_event(occurrence->event,
			      "%u events wait; what comes is counted as missed",
			      hook->queued);
	hook->warned = true;
	hook->missed++;
	hook->missed_n = n;
	hook->has_time = occurrence->has_time;
	hook->realtime = occurrence->realtime;
}

/* Whether there is room for one more, after what was left out. */
static bool has_room(struct hook *hook)
{
	int stops = follow_stop;

	while (hook->patient && hook->queued >= hook->most && hook->child &&
	       follow_stop == stops) {
		if (reap_child(hook, 0))
			begin_call(hook);
	}
	queue_missed(hook);
	return hook->queued < hook->most;
}

int hook_add(struct hook *hook, const struct occurrence *occurrence, uint64_t n,
	     char *json, struct error *error)
{
	struct hook_call *call = make_call(occurrence->event, json);

	if (!call)
		return error_set(error, ERROR_MEMORY, ENOMEM, "--exec");
	call->rule = occurrence->rule ? occurrence->rule : "";
	occurrence_markers(occurrence, call->values);
	if (has_room(hook)) {
		queue_call(hook, call);
	} else {
		free_call(call);
		leave_out(hook, occurrence, n);
	}
	hook_poll(hook);
	return 0;
}

/* Whether the child has ended; it is left to be waited for, so that its number
 * is that of no other. */
static bool has_ended(pid_t child)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) !=
		       0 ||
	       info.si_pid != 0;
}

/* The child, and what it has begun and not put into another group. */
static void end_group(struct hook *hook)
{
	const struct timespec pause = { .tv_nsec = 10000000 };

	kill(-hook->child, SIGTERM);
	/* One that is stopped, too. */
	kill(-hook->child, SIGCONT);
	for (int i = 0; i < 100 && !has_ended(hook->child); i++)
		nanosleep(&pause, NULL);
	kill(-hook->child, SIGKILL);
	while (!reap_child(hook, 0))
		;
}

void hook_finish(struct hook *hook)
{
	int stops = follow_stop;
	uint64_t left;

	begin_call(hook);
	while (hook->child && follow_stop == stops) {
		if (reap_child(hook, 0))
			begin_call(hook);
	}
	if (hook->child)
		end_group(hook);
	left = hook->queued + hook->missed;
	while (hook->first)
		free_call(take_call(hook));
	hook->missed = 0;
	if (left)
		fprintf(stderr,
			"vmclockctl: --exec: %" PRIu64 " events not run\n",
			left);
}
