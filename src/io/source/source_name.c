/* SPDX-License-Identifier: BSD-2-Clause */
/* The name of a SOURCE, and the device that is used without one. */
#include "source_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/path.h"
#include "decode.h"
#include "io/asker.h"
#include "io/tree.h"
#include "page/device_names.h"

#define WORD_(id, word) [id] = word,

const char *const source_kind_names[SOURCE_KIND_COUNT] = { SOURCE_KINDS(
	WORD_) };

const char *const source_format_names[FORMAT_COUNT] = { SOURCE_FORMATS(WORD_) };

const char *const place_options[] = {
	[PLACE_NONE] = NULL,
	[PLACE_OFFSET] = "--offset",
	[PLACE_PHYS] = "--phys",
	[PLACE_SCAN] = "--scan",
};

int source_no_memory(struct error *error)
{
	return error_set(error, ERROR_MEMORY, ENOMEM, "cannot read");
}

/* Why the node cannot be opened, by who asks. */
static const char *const asker_texts[] = {
	[ASKER_USER] =
		"only root can read the node until a udev rule says otherwise",
	[ASKER_NAMESPACE_ROOT] =
		"root of a user namespace is another user outside of it; run it there as root",
	[ASKER_ROOT] = "a security module forbids it, even to root",
};

const char *source_open_hint(const char *path, int errnum)
{
	if (!is_device_name(path_base_name(path)))
		return "";
	switch (errnum) {
	case EISDIR:
		return "a container runtime makes a directory of a device that the host "
		       "lacks: look for the device on the host";
	case EACCES:
		return asker_texts[asker_here()];
	case EPERM:
		return "a container may only open the devices that it was given (--device)";
	case ENXIO:
	case ENODEV:
		return "the kernel has no device of the node's number; vmclockctl doctor "
		       "reports which it has";
	default:
		return "";
	}
}

static bool is_device(const char *name, const void *context)
{
	(void)context;
	return is_device_name(name);
}

/* Their paths; " ..." stands for those that do not fit. */
static void list_paths(const char *root, const struct tree_names *names,
		       char *list, size_t size)
{
	static const char more[] = " ...";
	size_t used = 0;

	size -= sizeof(more) - 1;
	list[0] = '\0';
	for (size_t i = 0; i < names->count; i++) {
		int n = snprintf(list + used, size - used, " %s/dev/%s", root,
				 names->names[i]);

		if (n < 0 || (size_t)n >= size - used) {
			memcpy(list + used, more, sizeof(more));
			return;
		}
		used += (size_t)n;
	}
}

static int compare_versions(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

/* By their numbers. */
static enum observed list_devices(const char *root, struct tree_names *names)
{
	enum observed observed =
		tree_list(root, "/dev", is_device, NULL, names);
	int errnum = errno;

	if (names->count)
		qsort(names->names, names->count, sizeof(*names->names),
		      compare_versions);
	errno = errnum;
	return observed;
}

/* Somebody may have meant its page. */
static bool stdin_is_pipe(void)
{
	struct stat status;

	return fstat(STDIN_FILENO, &status) == 0 && S_ISFIFO(status.st_mode);
}

static int no_device(const char *root, struct error *error)
{
	error_set(error, ERROR_NO_DEVICE, 0,
		  "%s/dev: no node of a VMClock device", root);
	return error_hint(
		error,
		"%svmclockctl doctor reports why; or name a dump, or - for "
		"standard input; see vmclockctl --help for the forms of SOURCE",
		stdin_is_pipe() ? "standard input is a pipe, which - reads; "
				: "");
}

static int several_devices(const char *root, const struct tree_names *names,
			   struct error *error)
{
	char list[360];

	list_paths(root, names, list, sizeof(list));
	error_set(error, ERROR_SEVERAL, 0, "several VMClock devices:%s", list);
	return error_hint(error, "name one of them");
}

int source_find_device(const char *root, char **path, struct error *error)
{
	CLEANUP(tree_names_free) struct tree_names names = { 0 };
	enum observed observed = list_devices(root, &names);

	if (observed != OBSERVED_READ && errno != ENOENT)
		return error_set(error, ERROR_OPEN, errno, "%s/dev", root);
	if (!names.count)
		return no_device(root, error);
	if (names.count > 1)
		return several_devices(root, &names, error);
	if (asprintf(path, "%s/dev/%s", root, names.names[0]) < 0) {
		*path = NULL;
		return source_no_memory(error);
	}
	return 0;
}

unsigned int source_count_devices(const char *root)
{
	CLEANUP(tree_names_free) struct tree_names names = { 0 };

	list_devices(root, &names);
	return (unsigned int)names.count;
}

bool source_is_memory(const char *name)
{
	return strncmp(name, MEMORY_PREFIX, strlen(MEMORY_PREFIX)) == 0;
}

const char *place_fault(uint64_t address)
{
	if (address >> ADDRESS_BITS)
		return "more than 52 bits, which no address has";
	if (address % PLACE_ALIGNMENT)
		return "not on a boundary of 4096 bytes, as a page is";
	return NULL;
}

int source_address(const char *name, uint64_t *address, struct error *error)
{
	const char *fault = "not an address";

	if (number_parse(name + strlen(MEMORY_PREFIX), address) == 0)
		fault = place_fault(*address);
	return fault ? error_set(error, ERROR_USAGE, 0, "%s: %s", name, fault)
		     : 0;
}

const char *source_scenario(const char *name)
{
	size_t length = strlen(SIM_PREFIX);

	return strncmp(name, SIM_PREFIX, length) == 0 ? name + length : NULL;
}

const char *source_shell_name(const struct source *source)
{
	static const char safe[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		"_./+:@%=,-";
	const char *path = source->path;

	if (source->kind == SOURCE_STDIN || !path || *path == '-' ||
	    path[strspn(path, safe)])
		return "FILE";
	return path;
}

int source_check_page(const char *name, const uint8_t *bytes, size_t length,
		      struct error *error)
{
	if (length < PAGE_HEADER_SIZE)
		return error_set(
			error, ERROR_NOT_A_PAGE, 0,
			"%s: %zu of %u bytes that a VMClock page needs at least",
			name, length, PAGE_HEADER_SIZE);
	if (!page_has_magic(bytes, length)) {
		char text[3 * PAGE_HEADER_SIZE + 1] = "";

		for (size_t i = 0; i < PAGE_HEADER_SIZE; i++)
			snprintf(text + 3 * i, 4, " %02x", bytes[i]);
		error_set(error, ERROR_NOT_A_PAGE, 0,
			  "%s: not a VMClock page, no magic \"VCLK\" in%s",
			  name, text);
		if (load_le(bytes, 4) == PAGE_MAGIC_SWAPPED)
			error_hint(
				error,
				"the magic is byte-swapped: written by a big-endian host?");
		return -1;
	}
	return 0;
}

bool source_is_live(const char *name)
{
	struct stat status;

	return !name || source_scenario(name) || source_is_memory(name) ||
	       (strcmp(name, "-") != 0 && stat(name, &status) == 0 &&
		S_ISCHR(status.st_mode));
}
