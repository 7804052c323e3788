/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes a page out of a memory image: by offset, by address, or by a search. */
#include "memory.h"

#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "decode.h"
#include "elf_core.h"
#include "scan.h"

/* What makedumpfile and QEMU's compressed dumps begin with: as a file, and as
 * a stream. */
static bool is_kdump(const uint8_t *bytes, size_t length)
{
	static const char kdump[] = "KDUMP   ", flattened[] = "makedumpfile";

	return (length >= sizeof(kdump) - 1 &&
		memcmp(bytes, kdump, sizeof(kdump) - 1) == 0) ||
	       (length >= sizeof(flattened) - 1 &&
		memcmp(bytes, flattened, sizeof(flattened) - 1) == 0);
}

static int refuse_kdump(const struct source *source, struct error *error)
{
	error_set(
		error, ERROR_NOT_A_PAGE, 0,
		"%s: a compressed dump of memory, in kdump's format, which is not read",
		source_name(source));
	return error_hint(
		error,
		"make an ELF core: QEMU's dump-guest-memory without -z, -l or -s, virsh dump "
		"--memory-only without --format, makedumpfile -E of /proc/vmcore; "
		"or read it with crash, and name what its rd -p prints");
}

static bool is_core(const uint8_t *bytes, size_t length)
{
	bool big = length > EI_DATA && bytes[EI_DATA] == ELFDATA2MSB;

	return length >= EI_NIDENT + 2 &&
	       (big ? bytes[EI_NIDENT] << 8 | bytes[EI_NIDENT + 1]
		    : bytes[EI_NIDENT + 1] << 8 | bytes[EI_NIDENT]) == ET_CORE;
}

bool memory_is_image(const struct source *source, const uint8_t *bytes,
		     size_t length, struct error *error)
{
	if (is_kdump(bytes, length)) {
		refuse_kdump(source, error);
		return true;
	}
	if (!elf_begins(bytes, length))
		return false;
	if (!is_core(bytes, length)) {
		error_set(error, ERROR_NOT_A_PAGE, 0,
			  "%s: an ELF file, but not a core of memory",
			  source_name(source));
		return true;
	}
	error_set(error, ERROR_NOT_A_PAGE, 0,
		  "%s: an ELF core, in which the page is at some place",
		  source_name(source));
	error_hint(
		error,
		"--scan finds the page; --phys ADDRESS takes it from an address");
	return true;
}

/* As many bytes as the page says it has, of those that are there. */
static size_t page_length(const uint8_t *bytes, size_t length)
{
	size_t most = PAGE_USUAL_SIZE;
	struct page page;

	if (page_has_magic(bytes, length)) {
		page_decode(bytes, length, &page);
		most = (size_t)page_value(&page, page.layout->size);
		if (most < PAGE_HEADER_SIZE || most > PAGE_READ_MAX)
			most = PAGE_USUAL_SIZE;
	}
	return length < most ? length : most;
}

/* The page at an offset, of which no more than `most` bytes belong together. */
static int read_page_at(struct image *image, const struct memory_place *place,
			uint64_t most, struct source *source,
			struct error *error)
{
	uint64_t length = most < PAGE_READ_MAX ? most : PAGE_READ_MAX;
	int64_t got;

	source->bytes = malloc(PAGE_READ_MAX);
	if (!source->bytes)
		return source_no_memory(error);
	got = image_read(image, place->offset, source->bytes, (size_t)length,
			 error);
	if (got < 0)
		return -1;
	source->length = page_length(source->bytes, (size_t)got);
	source->in_memory = true;
	source->at = *place;
	return 0;
}

static int read_offset(struct image *image, uint64_t offset,
		       struct source *source, struct error *error)
{
	const struct memory_place place = { .offset = offset };

	if (offset < INT64_MAX && (!image->seeks || offset < image->size)) {
		if (read_page_at(image, &place, UINT64_MAX, source, error))
			return -1;
		if (source->length)
			return 0;
	}
	if (image->seeks)
		return error_set(error, ERROR_USAGE, 0,
				 "--offset %" PRIu64 ": %s has %" PRIu64
				 " bytes",
				 offset, source_name(source), image->size);
	return error_set(error, ERROR_USAGE, 0,
			 "--offset %" PRIu64 ": %s ends before", offset,
			 source_name(source));
}

static int not_there(const struct elf_core *core, uint64_t address,
		     const struct source *source, struct error *error)
{
	error_set(error, ERROR_NOT_A_PAGE, 0,
		  "%s: address 0x%" PRIx64 " lies in none of its %zu segments",
		  source_name(source), address, core->count);
	if (core->process)
		return error_hint(
			error,
			"a process's core, where addresses are virtual; it has mapped files only "
			"if bit 3 of /proc/PID/coredump_filter was set; --scan finds the page");
	return error_hint(error, "--scan finds the page, if it is there");
}

static int read_address(struct image *image, const struct elf_core *core,
			uint64_t address, struct source *source,
			struct error *error)
{
	const struct elf_segment *segment = elf_find(core, image, address);
	struct memory_place place = { .has_address = true, .address = address };
	uint64_t into;

	if (!segment)
		return not_there(core, address, source, error);
	into = address - segment->address;
	if (into >= segment->file_size) {
		error_set(error, ERROR_NOT_A_PAGE, 0,
			  "%s: the memory at address 0x%" PRIx64
			  " was left out of this core",
			  source_name(source), address);
		return core->process
			       ? error_hint(
					 error,
					 "mapped files are in a process's core only if bit 3 of "
					 "/proc/PID/coredump_filter was set")
			       : -1;
	}
	place.offset = segment->offset + into;
	if (read_page_at(image, &place, segment->file_size - into, source,
			 error))
		return -1;
	if (source->length)
		return 0;
	return error_set(error, ERROR_DAMAGED, 0,
			 "%s: cut short: address 0x%" PRIx64
			 " would be at offset %" PRIu64 " of %" PRIu64,
			 source_name(source), address, place.offset,
			 image->seeks ? image->size : image->position);
}

/* Each byte once, whatever the headers say. */
static int scan_core(struct scan *scan, struct elf_core *core,
		     struct error *error)
{
	uint64_t done = 0;

	elf_sort(core);
	for (size_t i = 0; i < core->count; i++) {
		const struct elf_segment *segment = &core->segments[i];
		uint64_t end =
			segment->offset + elf_present(segment, scan->image);
		uint64_t from = segment->offset, address = segment->address;

		if (from < done) {
			from += (done - from + 7) / 8 * 8;
			address += from - segment->offset;
		}
		if (from >= end)
			continue;
		if (scan_range(scan, from, end, &address, error))
			return -1;
		done = end;
	}
	return 0;
}

static int found_none(const struct scan *scan, const struct elf_core *core,
		      const struct source *source, struct error *error)
{
	char more[160] = "";

	if (scan->magics)
		snprintf(more, sizeof(more),
			 "; VCLK stands at %" PRIu64
			 " place%s without a page's header",
			 scan->magics, scan->magics == 1 ? "" : "s");
	error_set(error, ERROR_NOT_A_PAGE, 0,
		  "%s: no VMClock page in %" PRIu64 " bytes of memory%s",
		  source_name(source), scan->looked, more);
	if (!core)
		return -1;
	if (core->missing)
		return error_hint(error,
				  "the core is cut short: %" PRIu64
				  " bytes or more are missing at its end",
				  core->missing);
	if (core->process)
		return error_hint(
			error,
			"mapped files are in a process's core only if bit 3 of "
			"/proc/PID/coredump_filter was set");
	return -1;
}

static int found_several(const struct scan_found *found, struct source *source,
			 struct error *error)
{
	size_t kept = found->count < MEMORY_PLACES_MAX ? (size_t)found->count
						       : MEMORY_PLACES_MAX;

	source->places = malloc(kept * sizeof(*source->places));
	if (!source->places)
		return source_no_memory(error);
	memcpy(source->places, found->places, kept * sizeof(*source->places));
	source->place_count = kept;
	error_set(error, ERROR_NOT_A_PAGE, 0,
		  "%s: %" PRIu64
		  " places pass for a page, the first at offset 0x%" PRIx64
		  ", the next at 0x%" PRIx64,
		  source_name(source), found->count, found->places[0].offset,
		  found->places[1].offset);
	return error_hint(error, "name one by its offset: --offset 0x%" PRIx64,
			  found->places[0].offset);
}

static int take_found(const struct scan *scan, const struct elf_core *core,
		      struct source *source, struct error *error)
{
	const struct scan_found *found =
		scan->aligned.count ? &scan->aligned : &scan->others;

	if (!found->count)
		return found_none(scan, core, source, error);
	if (found->count > 1)
		return found_several(found, source, error);
	source->bytes = malloc(found->length + 1);
	if (!source->bytes)
		return source_no_memory(error);
	memcpy(source->bytes, found->page, found->length);
	source->length = found->length;
	source->in_memory = true;
	source->at = found->places[0];
	source->copies = found == &scan->aligned ? scan->others.count : 0;
	return 0;
}

static int search_image(struct image *image, struct elf_core *core,
			struct source *source, struct error *error)
{
	CLEANUP(scan_end) struct scan scan = { 0 };

	if (scan_start(&scan, image, error))
		return -1;
	if (core ? scan_core(&scan, core, error)
		 : scan_range(&scan, 0, UINT64_MAX, NULL, error))
		return -1;
	return take_found(&scan, core, source, error);
}

int memory_read(int fd, const struct place_asked *place, struct source *source,
		struct error *error)
{
	CLEANUP(elf_free) struct elf_core core = { 0 };
	struct image image;
	int64_t got;
	uint8_t head[IMAGE_HEAD_SIZE];
	bool elf;

	source->format = FORMAT_IMAGE;
	if (image_open(fd, source, &image, error))
		return -1;
	got = image_read(&image, 0, head, sizeof(head), error);
	if (got < 0)
		return -1;
	if (is_kdump(head, (size_t)got))
		return refuse_kdump(source, error);
	elf = elf_begins(head, (size_t)got);
	if (elf)
		source->format = FORMAT_ELF;
	if (place->kind == PLACE_OFFSET)
		return read_offset(&image, place->at, source, error);
	if (elf && elf_read(&image, &core, error))
		return -1;
	if (place->kind == PLACE_SCAN)
		return search_image(&image, elf ? &core : NULL, source, error);
	if (elf)
		return read_address(&image, &core, place->at, source, error);
	error_set(error, ERROR_USAGE, 0,
		  "--phys 0x%" PRIx64
		  ": %s is not an ELF core, and has no addresses",
		  place->at, source_name(source));
	return error_hint(
		error,
		"--offset N takes the page from an offset of the file, --scan finds it");
}
