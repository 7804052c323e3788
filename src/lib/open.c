/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens, maps, recognises and closes a page. */
#include "here.h"
#include "reader.h"

#if VMCLOCK_HERE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "io/live/notification.h"
#include "page/device_names.h"
#include "page/layout.h"

#define MEMORY "/dev/mem"

/* The flags that say something of a field which ends at this byte. */
static uint64_t flags_of_size(size_t size)
{
	uint64_t flags = FLAGS_KNOWN;

	if (size < END_counter_period_shift) /* the word that it is in */
		flags &= ~(uint64_t)FLAG_TAI_OFFSET_VALID;
	if (size < END_counter_period_maxerror_rate_frac_sec)
		flags &= ~(uint64_t)FLAG_PERIOD_MAXERROR_VALID;
	if (size < END_time_maxerror_nanosec)
		flags &= ~(uint64_t)FLAG_TIME_MAXERROR_VALID;
	if (size < END_vm_generation_counter)
		flags &= ~(uint64_t)FLAG_VM_GEN_COUNTER_PRESENT;
	return flags;
}

/*
 * Find out what the page has. Its layout, version and size never change; this
 * is done once, and no later read of the page decides where to read.
 */
static int recognise_page(struct vmclock *clock, size_t length)
{
	uint64_t words[PAGE_HEADER_SIZE / 8];
	const uint8_t *bytes = (const uint8_t *)words;
	size_t covered = PAGE_HEADER_SIZE;

	if (length < PAGE_HEADER_SIZE ||
	    shared_load32(clock->page) != PAGE_MAGIC)
		return -EBADMSG;
	shared_copy(words, clock->page, sizeof(words));
	if (layout_recognise(bytes, sizeof(words)) != LAYOUT_VMCLOCK_1 ||
	    load_le(bytes + OFFSET_version, WIDTH_version) != PAGE_VERSION)
		return -EPROTONOSUPPORT;
	if (load_le(bytes + OFFSET_size, WIDTH_size) > covered)
		covered = (size_t)load_le(bytes + OFFSET_size, WIDTH_size);
	if (covered > length)
		covered = length;
	clock->flags = flags_of_size(covered);
	clock->has_status = covered >= END_counter_period_shift;
	clock->has_clock = covered >= PAGE_CLOCK_SIZE;
	clock->generation_at = covered < END_vm_generation_counter
				       ? OFFSET_disruption_marker
				       : OFFSET_vm_generation_counter;
	clock->maxerror_at = covered < END_time_maxerror_nanosec
				     ? OFFSET_disruption_marker
				     : OFFSET_time_maxerror_nanosec;
	clock->orders_itself = counter_orders_itself();
	clock->has_state = reader_take_state(clock, &clock->state) == 0;
	return 0;
}

static int make_clock(struct vmclock **clock)
{
	*clock = calloc(1, sizeof(**clock));
	if (!*clock)
		return -ENOMEM;
	(*clock)->fd = -1;
	return 0;
}

/* Returns `result`; if it is an error, the clock is closed. */
static int end_open(struct vmclock **clock, int result)
{
	if (result) {
		vmclock_close(*clock);
		*clock = NULL;
	}
	return result;
}

/* Map one page of the system's at `offset`, which is what the driver maps. */
static int map_page(struct vmclock *clock, int fd, uint64_t offset)
{
	clock->map_length = (size_t)sysconf(_SC_PAGESIZE);
	clock->map = mmap(NULL, clock->map_length, PROT_READ, MAP_SHARED, fd,
			  (off_t)offset);
	if (clock->map != MAP_FAILED)
		return 0;
	clock->map = NULL;
	return errno == ENODEV ? -ENXIO : -errno;
}

/* Open what the clock's own descriptor is. */
static int open_own(struct vmclock *clock)
{
	struct stat status;
	size_t length;
	int result;

	if (fstat(clock->fd, &status) != 0)
		return -errno;
	if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode))
		return S_ISDIR(status.st_mode) ? -EISDIR : -EBADMSG;
	/* Nothing of an empty file could be read. */
	if (S_ISREG(status.st_mode) && status.st_size < (off_t)PAGE_HEADER_SIZE)
		return -EBADMSG;
	result = map_page(clock, clock->fd, 0);
	if (result)
		return result;
	length = clock->map_length;
	if (S_ISREG(status.st_mode) && (uint64_t)status.st_size < length)
		length = (size_t)status.st_size;
	clock->page = clock->map;
	result = recognise_page(clock, length);
	if (!result && S_ISCHR(status.st_mode))
		clock->polls =
			notification_expected(clock->fd, reader_flags(clock));
	return result;
}

/* The last part of what a link leads to; "" if there is none. */
static const char *read_link(const char *path, char *target, size_t size)
{
	ssize_t length = readlink(path, target, size - 1);
	const char *slash;

	target[length < 0 ? 0 : length] = '\0';
	slash = strrchr(target, '/');
	return slash ? slash + 1 : target;
}

/* Whether a character device may be opened to look at it. To open another can
 * do something: it starts a watchdog. */
static bool may_be_vmclock(dev_t number)
{
	char path[64], target[256];

	if (!may_be_device_number(major(number), minor(number)))
		return false;
	if (access(SYSFS_CHARACTER, X_OK) != 0)
		return true;
	snprintf(path, sizeof(path), SYSFS_CHARACTER "/%u:%u", major(number),
		 minor(number));
	return is_device_name(read_link(path, target, sizeof(target)));
}

static int open_path(struct vmclock **clock, const char *path)
{
	struct stat status;
	int result;

	if (stat(path, &status) != 0)
		return -errno;
	if (S_ISCHR(status.st_mode) && !may_be_vmclock(status.st_rdev))
		return -ENODEV;
	result = make_clock(clock);
	if (result)
		return result;
	(*clock)->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return end_open(clock, (*clock)->fd < 0 ? -errno : open_own(*clock));
}

/* The one node in /dev: 0, -ENODEV or -E2BIG. */
static int find_device(char *path, size_t size)
{
	DIR *folder = opendir("/dev");
	const struct dirent *entry;
	int found = 0;

	if (!folder)
		return errno == ENOENT ? -ENODEV : -errno;
	while ((entry = readdir(folder))) {
		size_t length = strlen(entry->d_name);

		if (!is_device_name(entry->d_name) ||
		    length + sizeof("/dev/") > size || found++)
			continue;
		memcpy(path, "/dev/", sizeof("/dev/"));
		memcpy(path + 5, entry->d_name, length + 1);
	}
	closedir(folder);
	if (!found)
		return -ENODEV;
	return found > 1 ? -E2BIG : 0;
}

int vmclock_open(struct vmclock **clock, const char *path)
{
	char device[64];
	int result = path ? 0 : find_device(device, sizeof(device));

	*clock = NULL;
	return result ? result : open_path(clock, path ? path : device);
}

int vmclock_open_fd(struct vmclock **clock, int fd)
{
	int result = make_clock(clock);

	if (result)
		return result;
	(*clock)->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return end_open(clock, (*clock)->fd < 0 ? -errno : open_own(*clock));
}

/* Map the system's page with the address, and recognise what is there. */
static int open_region(struct vmclock *clock, uint64_t address)
{
	uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t before = address & (size - 1);
	int fd = open(MEMORY, O_RDONLY | O_CLOEXEC);
	int result;

	if (fd < 0)
		return -errno;
	result = map_page(clock, fd, address - before);
	/* It would notify of nothing. */
	close(fd);
	if (result)
		return result;
	clock->page = (const uint8_t *)clock->map + before;
	return recognise_page(clock, size - before < PAGE_USUAL_SIZE
					     ? size - before
					     : PAGE_USUAL_SIZE);
}

int vmclock_open_memory(struct vmclock **clock, uint64_t address)
{
	int result;

	*clock = NULL;
	if (address % PAGE_USUAL_SIZE || address >> 63)
		return -EINVAL;
	result = make_clock(clock);
	return result ? result : end_open(clock, open_region(*clock, address));
}

int vmclock_attach(struct vmclock **clock, const void *page, size_t length)
{
	int result;

	*clock = NULL;
	if (!page || (uintptr_t)page % 8)
		return -EINVAL;
	result = make_clock(clock);
	if (result)
		return result;
	(*clock)->page = page;
	return end_open(clock, recognise_page(*clock, length));
}

void vmclock_close(struct vmclock *clock)
{
	if (!clock)
		return;
	if (clock->map)
		munmap(clock->map, clock->map_length);
	if (clock->fd >= 0)
		close(clock->fd);
	free(clock);
}

#endif
