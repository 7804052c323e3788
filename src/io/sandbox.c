/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives up rights by landlock's system calls, in two steps. */
#include "sandbox.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "io/output/destination.h"

/* The system calls and their arguments, which not every system's headers have;
 * the numbers are those of all architectures that we run on. */
#define LANDLOCK_CREATE	  444
#define LANDLOCK_ADD_RULE 445
#define LANDLOCK_RESTRICT 446

#define GET_VERSION  1u
#define RULE_BENEATH 1

struct ruleset {
	uint64_t files, network, scoped;
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

/* Where the C library keeps them. */
#define LOCALES "/usr/lib/locale"

/* Rights to files, by their bits. */
#define RIGHT(bit)  (UINT64_C(1) << (bit))
#define WRITE_FILE  RIGHT(1)
#define READ_FILE   RIGHT(2)
#define READ_DIR    RIGHT(3)
#define REMOVE_FILE RIGHT(5)
#define MAKE_FILE   RIGHT(8)
#define TRUNCATE    RIGHT(14)
#define READING	    (READ_FILE | READ_DIR)
#define WRITING	    (WRITE_FILE | REMOVE_FILE | MAKE_FILE | TRUNCATE)
/* Those that a file can have, and a directory need not. */
#define OF_A_FILE (WRITE_FILE | READ_FILE | TRUNCATE)

/* What each version of landlock knows, from 1 on: a rule must not name more. */
static const struct ruleset known[] = {
	{ .files = RIGHT(13) - 1 },
	{ .files = RIGHT(14) - 1 },
	{ .files = RIGHT(15) - 1 },
	{ .files = RIGHT(15) - 1, .network = 3 },
	{ .files = RIGHT(16) - 1, .network = 3 },
	{ .files = RIGHT(16) - 1, .network = 3, .scoped = 3 },
};

#define VERSIONS (sizeof(known) / sizeof(*known))

/* The answer's directory and, where it is there, the file itself; -1: none. */
static int output_directory = -1, output_file = -1;
static const struct ruleset *rights; /* NULL: not begun */

/* So many bytes of a ruleset are known to the version. */
static size_t ruleset_size(const struct ruleset *ruleset)
{
	if (ruleset->scoped)
		return sizeof(*ruleset);
	return ruleset->network ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

static const struct ruleset *find_rights(void)
{
	long version = syscall(LANDLOCK_CREATE, NULL, (size_t)0, GET_VERSION);

	if (version < 1)
		return NULL;
	return &known[version > (long)VERSIONS ? VERSIONS - 1
					       : (size_t)version - 1];
}

static bool allow_beneath(int ruleset, int fd, uint64_t allowed)
{
	const struct beneath beneath = {
		.allowed = allowed & rights->files,
		.fd = fd,
	};

	return syscall(LANDLOCK_ADD_RULE, ruleset, RULE_BENEATH, &beneath, 0) ==
	       0;
}

static bool allow_path(int ruleset, const char *path, uint64_t allowed)
{
	cleanup_close int fd = open(path, O_PATH | O_CLOEXEC);

	return fd < 0 || allow_beneath(ruleset, fd, allowed);
}

/* What the answer's file needs. */
static bool allow_output(int ruleset, uint64_t allowed)
{
	if (output_directory >= 0 &&
	    !allow_beneath(ruleset, output_directory, allowed))
		return false;
	return output_file < 0 ||
	       allow_beneath(ruleset, output_file, allowed & OF_A_FILE);
}

/* Where some rule cannot be made, nothing is given up: what is allowed has to
 * work. */
static bool restrict_to(int ruleset)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(LANDLOCK_RESTRICT, ruleset, 0) == 0;
}

/* Where the answer goes, as io/output/ finds it. */
static void find_output(const char *path)
{
	CLEANUP(destination_end)
	struct destination destination = { .directory = -1 };
	struct stat status;

	if (destination_find(path, &destination) == 0)
		output_directory = cleanup_take_fd(&destination.directory);
	output_file = open(path, O_PATH | O_CLOEXEC);
	/* That is refused later. */
	if (output_file >= 0 &&
	    (fstat(output_file, &status) != 0 || S_ISDIR(status.st_mode))) {
		close(output_file);
		output_file = -1;
	}
}

void sandbox_begin(const char *output)
{
	cleanup_close int ruleset = -1;

	rights = find_rights();
	output_directory = output_file = -1;
	if (!rights)
		return;
	if (output)
		find_output(output);
	ruleset =
		(int)syscall(LANDLOCK_CREATE, rights, ruleset_size(rights), 0);
	if (ruleset < 0 || !allow_path(ruleset, "/", READING) ||
	    !allow_output(ruleset, READING | WRITING) || !restrict_to(ruleset))
		rights = NULL;
}

void sandbox_end_reading(void)
{
	const struct ruleset reading = { .files = READING };
	cleanup_close int ruleset = -1;

	if (!rights)
		return;
	ruleset = (int)syscall(LANDLOCK_CREATE, &reading,
			       ruleset_size(&reading), 0);
	/* Whether another user's files look like ours is read there, and how a
	 * name is spelt in the user's locale once a message has one. */
	if (ruleset >= 0 && allow_output(ruleset, READING) &&
	    allow_path(ruleset, "/proc/self/uid_map", READ_FILE) &&
	    allow_path(ruleset, LOCALES, READING))
		restrict_to(ruleset);
	rights = NULL;
}
