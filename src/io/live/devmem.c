/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps a region through /dev/mem, or says why that is refused. */
#include "devmem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "io/asker.h"
#include "io/host/iomem.h"
#include "io/host/sysfile.h"
#include "io/tree.h"
#include "page/page.h"
#include "seqlock.h"
#include "sigbus.h"

#define DEVMEM "/dev/mem"

/* The capability of raw access, as the kernel numbers it. */
#define CAPABILITY_RAWIO 17

/* What a refusal is about. */
struct request {
	const char *root, *name;
	uint64_t address;
};

/* The mode of the kernel's lockdown, or "" where there is none. */
static void read_lockdown(const char *root, char mode[static 32])
{
	char line[128], *begin, *end;

	mode[0] = '\0';
	if (!sysfile_line(root, "/sys/kernel/security/lockdown", line,
			  sizeof(line), NULL))
		return;
	begin = strchr(line, '[');
	end = begin ? strchr(begin, ']') : NULL;
	if (!end || strncmp(begin, "[none", 5) == 0)
		return;
	snprintf(mode, 32, "%.*s", (int)(end - begin - 1), begin + 1);
}

/* Whether this process has the capability; one that cannot be seen counts as
 * had, for the lack of it is then no explanation. */
static bool has_rawio(const char *root)
{
	char text[8192], *line;

	if (sysfile_text(root, "/proc/self/status", text, sizeof(text), NULL) <
		    0 ||
	    !(line = strstr(text, "CapEff:")))
		return true;
	return strtoull(line + strlen("CapEff:"), NULL, 16) >>
		       CAPABILITY_RAWIO &
	       1;
}

static int explain_open(const struct request *r, int errnum,
			struct error *error)
{
	const enum asker asker = asker_here();
	char lockdown[32];

	error_set(error, ERROR_OPEN, errnum, "%s: cannot open %s" DEVMEM,
		  r->name, r->root);
	read_lockdown(r->root, lockdown);
	if (errnum == ENOENT)
		return error_hint(
			error,
			sysfile_exists(r->root, "/sys/class/mem/mem", NULL)
				? "the kernel has it, and there is no node: inside a container, look outside"
				: "the kernel was built without CONFIG_DEVMEM, or this is a container");
	if (errnum != EPERM && errnum != EACCES)
		return -1;
	if (asker != ASKER_ROOT)
		return error_hint(
			error,
			asker == ASKER_USER
				? "run it as root"
				: "run it as root outside of this user namespace");
	if (*lockdown)
		return error_hint(
			error,
			"the kernel is locked down (%s, see /sys/kernel/security/lockdown), as with "
			"Secure Boot: only a kernel with ptp_vmclock shows the page",
			lockdown);
	if (!has_rawio(r->root))
		return error_hint(
			error,
			"this process lacks CAP_SYS_RAWIO: inside a container, run it outside");
	return error_hint(
		error,
		"a container's rules for devices, or a security module, may refuse it: "
		"run it outside, and see dmesg");
}

static int open_devmem(const struct request *r, struct error *error)
{
	cleanup_close int fd = -1;
	enum observed observed = tree_open_node(r->root, DEVMEM, &fd);
	struct stat status;

	if (observed == OBSERVED_DANGLING ||
	    (observed >= OBSERVED_DIRECTORY && observed <= OBSERVED_DEVICE))
		return error_set(
			error, ERROR_OPEN, 0,
			"%s: %s" DEVMEM " is not the memory device: %s",
			r->name, r->root, observed_text(observed, errno));
	if (fd < 0 || fstat(fd, &status) < 0)
		return explain_open(r, errno, error);
	if (S_ISCHR(status.st_mode) ? status.st_rdev != makedev(1, 1)
				    : !*r->root || !S_ISREG(status.st_mode))
		return error_set(error, ERROR_OPEN, 0,
				 "%s: %s" DEVMEM " is not the memory device",
				 r->name, r->root);
	return cleanup_take_fd(&fd);
}

/* How long the region is: as /proc/iomem has it, if it begins a row of its own;
 * else one page. It must not be the kernel's memory. */
static int find_length(const struct request *r, struct iomem_range *range,
		       size_t *length, struct error *error)
{
	uint64_t page_size = (uint64_t)sysconf(_SC_PAGESIZE), bytes;
	int errnum;

	if (r->address % page_size)
		return error_set(
			error, ERROR_OPEN, 0,
			"%s: the kernel's pages have %" PRIu64
			" bytes, and the region does not begin with one",
			r->name, page_size);
	errnum = iomem_look(r->root, r->address, r->address + page_size - 1,
			    range);
	if (errnum)
		return error_set(
			error, ERROR_OPEN, errnum,
			"%s: %s/proc/iomem, which says whether this is System RAM, cannot be read",
			r->name, r->root);
	if (range->hidden) {
		error_set(
			error, ERROR_OPEN, 0,
			"%s: %s/proc/iomem hides the addresses, so this may be System RAM",
			r->name, r->root);
		return error_hint(error, "run it as root, with CAP_SYS_ADMIN");
	}
	bytes = page_size;
	if (*range->name && range->start == r->address &&
	    !strstr(range->name, "eserved") &&
	    range->end - range->start < PAGE_READ_MAX)
		bytes = range->end - range->start + 1;
	*length = (size_t)(bytes / page_size * page_size);
	if (!*length)
		return error_set(
			error, ERROR_OPEN, 0,
			"%s: the region is shorter than a page of %" PRIu64
			" bytes, and what follows is none of it",
			r->name, page_size);
	if (!range->in_ram && *length > page_size)
		iomem_look(r->root, r->address, r->address + *length - 1,
			   range);
	if (!range->in_ram)
		return 0;
	error_set(error, ERROR_OPEN, 0,
		  "%s: inside System RAM, which is not read", r->name);
	return error_hint(
		error,
		"the firmware names a reserved region: see vmclockctl doctor");
}

/* 1: the kernel's configuration sets it, 0: it does not, -1: not known. */
static int is_configured(const char *root, const char *option)
{
	char path[256], line[96], release[128] = "";
	struct utsname name;

	if (*root)
		sysfile_line(root, "/proc/sys/kernel/osrelease", release,
			     sizeof(release), NULL);
	else if (uname(&name) == 0)
		snprintf(release, sizeof(release), "%.100s", name.release);
	snprintf(path, sizeof(path), "/boot/config-%s", release);
	snprintf(line, sizeof(line), "%s=y", option);
	return sysfile_mentions(root, path, line, NULL);
}

static int explain_map(const struct request *r, const struct iomem_range *range,
		       int errnum, struct error *error)
{
	int strict = is_configured(r->root, "CONFIG_IO_STRICT_DEVMEM");

	error_set(error, ERROR_OPEN, errnum,
		  "%s: the kernel does not let it be mapped", r->name);
	if (errnum != EPERM)
		return -1;
	if (strict > 0)
		return error_hint(
			error,
			"its configuration has CONFIG_IO_STRICT_DEVMEM, which keeps from /dev/mem what "
			"a driver has claimed: here, %s",
			*range->name ? range->name : "unnamed");
	if (is_configured(r->root, "CONFIG_STRICT_DEVMEM") > 0)
		return error_hint(
			error,
			"its configuration has CONFIG_STRICT_DEVMEM, which keeps from /dev/mem what "
			"the kernel uses as memory");
	return error_hint(
		error,
		"see whether CONFIG_STRICT_DEVMEM or CONFIG_IO_STRICT_DEVMEM is in its "
		"configuration, /boot/config-* or /proc/config.gz");
}

struct first_word {
	const uint8_t *map;
	uint32_t word;
};

static void load_first(void *context)
{
	struct first_word *first = context;

	first->word = shared_load32(first->map);
}

/* What stands at the magic's place; nothing else is read before it is known. */
static int check_magic(const struct request *r, const struct devmem *devmem,
		       struct error *error)
{
	struct first_word first = { .map = devmem->map };
	uint8_t bytes[4];

	if (!sigbus_guarded(devmem->map, devmem->length, load_first, &first))
		return error_set(error, ERROR_READ, 0,
				 "%s: there is no memory at this address",
				 r->name);
	memcpy(bytes, &first.word, sizeof(bytes));
	if (load_le(bytes, 4) == PAGE_MAGIC)
		return 0;
	if (!first.word)
		error_set(
			error, ERROR_NOT_A_PAGE, 0,
			"%s: not a VMClock page, zeros where the magic should be",
			r->name);
	else if (first.word == UINT32_MAX)
		error_set(
			error, ERROR_NOT_A_PAGE, 0,
			"%s: not a VMClock page, ff ff ff ff as where nothing answers",
			r->name);
	else
		error_set(
			error, ERROR_NOT_A_PAGE, 0,
			"%s: not a VMClock page, no magic \"VCLK\" in %02x %02x %02x %02x",
			r->name, bytes[0], bytes[1], bytes[2], bytes[3]);
	return error_hint(
		error,
		"vmclockctl doctor prints the region that the firmware names");
}

static void release_devmem(struct devmem *devmem)
{
	if (devmem->map)
		munmap((void *)devmem->map, devmem->length);
	if (devmem->fd >= 0)
		close(devmem->fd);
	devmem->map = NULL;
	devmem->fd = -1;
}

int devmem_map(const char *root, uint64_t address, const char *name,
	       struct devmem *devmem, struct error *error)
{
	const struct request r = { root, name, address };
	struct iomem_range range = { 0 };
	void *map;

	*devmem = (struct devmem){ .fd = open_devmem(&r, error) };
	if (devmem->fd < 0 || find_length(&r, &range, &devmem->length, error)) {
		release_devmem(devmem);
		return -1;
	}
	map = mmap(NULL, devmem->length, PROT_READ, MAP_SHARED, devmem->fd,
		   (off_t)address);
	if (map == MAP_FAILED) {
		explain_map(&r, &range, errno, error);
		release_devmem(devmem);
		return -1;
	}
	devmem->map = map;
	if (check_magic(&r, devmem, error)) {
		release_devmem(devmem);
		return -1;
	}
	return 0;
}
