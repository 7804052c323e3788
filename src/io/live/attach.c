/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens and maps the page of a device, of memory, or of a file. */
#include "attach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/retry.h"
#include "io/character_device.h"
#include "io/host/device_node.h"
#include "io/readonly.h"
#include "io/tree.h"
#include "counter.h"
#include "decode.h"
#include "devmem.h"
#include "notification.h"
#include "seqlock.h"
#include "sigbus.h"

bool with_map(const struct live_device *m, void (*work)(void *), void *context)
{
	return sigbus_guarded(m->map, m->map_length, work, context);
}

int read_page(const struct live_device *m, uint64_t *to)
{
	ssize_t got = RETRY_EINTR(pread(m->fd, to, m->length, 0));

	if (got < 0)
		return errno;
	return (size_t)got < m->length ? EIO : 0;
}

void detach_device(struct live_device *m)
{
	if (m->map)
		munmap((void *)m->map, m->map_length);
	if (m->fd >= 0)
		close(m->fd);
	free(m->bytes);
	free(m->second);
	m->map = NULL;
	m->fd = -1;
	m->bytes = m->second = NULL;
	m->looked = m->notifies = false;
	m->unsettled = (struct unsettled){ 0 };
}

struct peek {
	const struct live_device *mapped;
	uint64_t *to;
};

static void peek_page(void *context)
{
	const struct peek *peek = context;

	shared_copy(peek->to, peek->mapped->map,
		    whole_words(peek->mapped->length));
}

static int cannot_open(const struct live_device *m, int errnum,
		       struct error *error)
{
	const char *hint = source_open_hint(m->live.path, errnum);

	error_set(error, ERROR_OPEN, errnum, "%s: cannot open", m->live.path);
	return *hint ? error_hint(error, "%s", hint) : -1;
}

static int refuse_device(const struct live_device *m, const char *what,
			 const char *hint, struct error *error)
{
	error_set(error, ERROR_OPEN, 0, "%s: not a VMClock device, but %s",
		  m->live.path, what);
	return *hint ? error_hint(error, "%s", hint) : -1;
}

/* Before it is opened. */
static int check_device(struct live_device *m, struct error *error)
{
	struct character_device device;

	m->doubtful = false;
	if (!character_device_at(m->live.path, &device))
		return 0;
	switch (device.kind) {
	case CHARACTER_VMCLOCK:
		return 0;
	case CHARACTER_MAYBE_VMCLOCK:
		m->doubtful = true;
		return 0;
	case CHARACTER_ABSENT:
		return cannot_open(m, ENXIO, error);
	case CHARACTER_PTP:
		return refuse_device(
			m, device.what,
			"compare --phc takes it; vmclockctl doctor names the device that it belongs to",
			error);
	default:
		return refuse_device(m, device.what, "", error);
	}
}

/* Whether the page describes this CPU's counter. */
static bool counter_is_own(const struct page *page)
{
	const struct layout *layout = page->layout;

	return COUNTER_HERE && page_has(page, layout->counter_id) &&
	       page->value[layout->counter_id] == layout->COUNTER_OWN_MEMBER;
}

/* What never changes, from a first look that needs no seqlock. */
static int identify_page(struct live_device *m, struct error *error)
{
	struct peek peek = { m, m->bytes };
	struct page page;
	int errnum, row;

	if (!m->map) {
		errnum = read_page(m, m->bytes);
		if (errnum == EIO)
			return source_check_page(m->live.path, NULL, 0, error);
		if (errnum)
			return error_set(error,
					 errnum == ETIMEDOUT ? ERROR_UNSETTLED
							     : ERROR_READ,
					 errnum, "%s: cannot read",
					 m->live.path);
	} else if (!with_map(m, peek_page, &peek)) {
		return error_set(error, ERROR_READ, 0,
				 "%s: cut short while it was read",
				 m->live.path);
	}
	if (source_check_page(m->live.path, (uint8_t *)m->bytes, m->length,
			      error))
		return -1;
	page_decode((uint8_t *)m->bytes, m->length, &page);
	/* Where a layout has 64 bits, the low half does; where it is unknown,
	 * today's place. */
	row = page.layout->seq_count;
	m->seq_offset =
		row < 0 ? OFFSET_seq_count : page.layout->fields[row].offset;
	m->own_counter = counter_is_own(&page);
	m->notifies = !page.layout->draft && !m->file && !m->root &&
		      notification_expected(m->fd, page.value[FIELD_flags]);
	return 0;
}

/* The buffers for what is read, and a first look. */
static int attach_page(struct live_device *m, struct error *error)
{
	m->bytes = calloc(1, m->map_length);
	m->second = calloc(1, m->map_length);
	if (!m->bytes || !m->second)
		return source_no_memory(error);
	if (!m->length)
		return source_check_page(m->live.path, NULL, 0, error);
	return 0;
}

static int attach_descriptor(struct live_device *m, struct error *error)
{
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	struct stat status;
	void *map;

	if (fstat(m->fd, &status) != 0)
		return cannot_open(m, errno, error);
	if (S_ISDIR(status.st_mode))
		return cannot_open(m, EISDIR, error);
	m->file = S_ISREG(status.st_mode);
	if (!m->file && !S_ISCHR(status.st_mode)) {
		error_set(error, ERROR_OPEN, 0,
			  "%s: neither a device nor a regular file",
			  m->live.path);
		return error_hint(
			error,
			"a page there cannot change; leave out --live to read one dump");
	}
	m->dev = status.st_dev;
	m->inode = status.st_ino;
	m->live.kind = m->file ? SOURCE_LIVE : SOURCE_DEVICE;
	m->length = page_size;
	if (m->file && (uint64_t)status.st_size < m->length)
		m->length = (size_t)status.st_size;
	m->map_length = page_size;
	if (attach_page(m, error))
		return -1;
	/* One page, which is what the driver maps; never to be written. */
	map = mmap(NULL, page_size, PROT_READ, MAP_SHARED, m->fd, 0);
	m->map = map == MAP_FAILED ? NULL : map;
	/* The driver's can be mapped; to read another's may wait for ever. */
	if (!m->map && m->doubtful)
		return refuse_device(m, "one that cannot be mapped",
				     "there is no /sys to tell which it is",
				     error);
	return identify_page(m, error);
}

static int attach_memory(struct live_device *m, struct error *error)
{
	struct devmem devmem;

	if (devmem_map(m->root, m->address, m->live.path, &devmem, error))
		return -1;
	m->fd = devmem.fd;
	m->map = devmem.map;
	m->length = m->map_length = devmem.length;
	return attach_page(m, error) ? -1 : identify_page(m, error);
}

static int open_path(struct live_device *m, struct error *error)
{
	const char *path = m->live.path + strlen(m->below);
	enum observed observed;

	if (!*m->below) {
		m->fd = open_readonly(path);
		return m->fd < 0 ? cannot_open(m, errno, error) : 0;
	}
	observed = tree_open_node(m->below, path, &m->fd);
	if (observed == OBSERVED_READ)
		return 0;
	return observed == OBSERVED_REFUSED
		       ? cannot_open(m, errno, error)
		       : device_node_error(m->below, path, observed, errno,
					   error);
}

static bool find_status(const struct live_device *m, struct stat *status)
{
	if (!*m->below)
		return stat(m->live.path, status) == 0;
	return tree_status(m->below, m->live.path + strlen(m->below), false,
			   status) == OBSERVED_READ;
}

int attach_device(struct live_device *m, struct error *error)
{
	if (m->root) {
		if (attach_memory(m, error) == 0)
			return 0;
		detach_device(m);
		return -1;
	}
	if ((!*m->below && check_device(m, error)) || open_path(m, error))
		return -1;
	if (attach_descriptor(m, error) == 0)
		return 0;
	detach_device(m);
	return -1;
}

bool is_still_there(const struct live_device *m)
{
	struct stat status;

	/* Memory does not go away. */
	if (m->root)
		return true;
	return find_status(m, &status) && status.st_dev == m->dev &&
	       status.st_ino == m->inode &&
	       (!m->file || (uint64_t)status.st_size >= m->length);
}
