/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the headers of an ELF core. */
#include "elf_core.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define HEADERS_AT_ONCE 256u

/* How the file writes its numbers, and the places of those in its headers. */
struct form {
	bool wide, big;
};

/* Offset and width of a member in the 32-bit form and in the 64-bit form. */
struct member {
	uint8_t narrow_offset, narrow_width, wide_offset, wide_width;
};

#define MEMBER(kind, name)                                                     \
	{                                                                      \
		offsetof(Elf32_##kind, name),                                  \
			sizeof(((Elf32_##kind *)0)->name),                     \
			offsetof(Elf64_##kind, name),                          \
			sizeof(((Elf64_##kind *)0)->name)                      \
	}

static const struct member type = MEMBER(Ehdr, e_type);
static const struct member program_offset = MEMBER(Ehdr, e_phoff);
static const struct member program_size = MEMBER(Ehdr, e_phentsize);
static const struct member program_count = MEMBER(Ehdr, e_phnum);
static const struct member section_offset = MEMBER(Ehdr, e_shoff);
static const struct member section_info = MEMBER(Shdr, sh_info);
static const struct member segment_type = MEMBER(Phdr, p_type);
static const struct member segment_offset = MEMBER(Phdr, p_offset);
static const struct member segment_virtual = MEMBER(Phdr, p_vaddr);
static const struct member segment_physical = MEMBER(Phdr, p_paddr);
static const struct member segment_file_size = MEMBER(Phdr, p_filesz);
static const struct member segment_memory_size = MEMBER(Phdr, p_memsz);

static uint64_t read_member(const struct form *form, const uint8_t *header,
			    const struct member *member)
{
	const uint8_t *at = header + (form->wide ? member->wide_offset
						 : member->narrow_offset);
	unsigned int width =
		form->wide ? member->wide_width : member->narrow_width;
	uint64_t value = 0;

	if (!form->big)
		return load_le(at, width);
	while (width--)
		value = value << 8 | *at++;
	return value;
}

bool elf_begins(const uint8_t *bytes, size_t length)
{
	return length >= SELFMAG && memcmp(bytes, ELFMAG, SELFMAG) == 0;
}

static int report_damage(const struct image *image, struct error *error,
			 const char *what, uint64_t value)
{
	return error_set(error, ERROR_DAMAGED, 0,
			 "%s: a damaged ELF core: %s %" PRIu64,
			 source_name(image->source), what, value);
}

static int cut_short(const struct image *image, struct error *error)
{
	return error_set(error, ERROR_DAMAGED, 0,
			 "%s: an ELF core that is cut short in its headers",
			 source_name(image->source));
}

/* The number of segments where 16 bits do not hold it (PN_XNUM): in the first
 * section header. */
static int read_count(struct image *image, const struct form *form,
		      const uint8_t *header, uint64_t *count,
		      struct error *error)
{
	uint8_t section[sizeof(Elf64_Shdr)];
	size_t size = form->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
	uint64_t offset = read_member(form, header, &section_offset);
	int64_t got;

	*count = read_member(form, header, &program_count);
	if (*count != PN_XNUM)
		return 0;
	if (!offset)
		return report_damage(
			image, error,
			"no section header has the number of segments,",
			*count);
	got = image_read(image, offset, section, size, error);
	if (got < 0)
		return -1;
	if ((size_t)got < size)
		return cut_short(image, error);
	*count = read_member(form, section, &section_info);
	return 0;
}

/* Keeps a segment of memory. */
static int take_segment(const struct image *image, const struct form *form,
			const uint8_t *header, uint64_t number,
			struct elf_core *core, struct error *error)
{
	struct elf_segment segment = {
		.offset = read_member(form, header, &segment_offset),
		.file_size = read_member(form, header, &segment_file_size),
		.address = read_member(form, header, &segment_physical),
		.virtual_address = read_member(form, header, &segment_virtual),
		.memory_size = read_member(form, header, &segment_memory_size),
	};
	uint64_t end;

	if (read_member(form, header, &segment_type) != PT_LOAD)
		return 0;
	if (__builtin_add_overflow(segment.offset, segment.file_size, &end) ||
	    end > INT64_MAX)
		return report_damage(
			image, error,
			"offset and size beyond 63 bits in segment", number);
	if (segment.file_size && end > image->size &&
	    end - image->size > core->missing)
		core->missing = end - image->size;
	/* Powers of two. */
	if (!(core->count & (core->count - 1))) {
		size_t room = core->count ? 2 * core->count : 1;
		void *grown =
			realloc(core->segments, room * sizeof(*core->segments));

		if (!grown)
			return source_no_memory(error);
		core->segments = grown;
	}
	core->segments[core->count++] = segment;
	return 0;
}

static int read_segments(struct image *image, const struct form *form,
			 uint64_t offset, uint64_t count, struct elf_core *core,
			 struct error *error)
{
	uint8_t headers[HEADERS_AT_ONCE * sizeof(Elf64_Phdr)];
	size_t size = form->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

	for (uint64_t i = 0; i < count;) {
		uint64_t some = count - i < HEADERS_AT_ONCE ? count - i
							    : HEADERS_AT_ONCE;
		int64_t got = image_read(image, offset + i * size, headers,
					 (size_t)some * size, error);

		if (got < 0)
			return -1;
		if ((uint64_t)got < some * size)
			return cut_short(image, error);
		for (uint64_t j = 0; j < some; j++, i++) {
			if (take_segment(image, form, headers + j * size, i,
					 core, error))
				return -1;
		}
	}
	return 0;
}

/* The kernel and gdb leave the physical address of a process's memory 0. */
static void choose_addresses(struct elf_core *core)
{
	bool physical = false, virtual = false;

	for (size_t i = 0; i < core->count; i++) {
		physical |= core->segments[i].address != 0;
		virtual |= core->segments[i].virtual_address != 0;
	}
	core->process = !physical && virtual;
	for (size_t i = 0; i < core->count && core->process; i++)
		core->segments[i].address = core->segments[i].virtual_address;
}

static int read_program_headers(struct image *image, const struct form *form,
				const uint8_t *header, struct elf_core *core,
				struct error *error)
{
	size_t size = form->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	uint64_t offset = read_member(form, header, &program_offset);
	uint64_t count;

	if (read_member(form, header, &program_size) != size)
		return report_damage(image, error,
				     "program headers of so many bytes:",
				     read_member(form, header, &program_size));
	if (read_count(image, form, header, &count, error))
		return -1;
	if (count > ELF_SEGMENTS_MAX)
		return report_damage(image, error,
				     "too many program headers:", count);
	if (offset > INT64_MAX / 2)
		return report_damage(image, error, "program headers at offset",
				     offset);
	if (image->seeks &&
	    (offset > image->size || count * size > image->size - offset))
		return cut_short(image, error);
	if (read_segments(image, form, offset, count, core, error))
		return -1;
	choose_addresses(core);
	return 0;
}

int elf_read(struct image *image, struct elf_core *core, struct error *error)
{
	uint8_t header[sizeof(Elf64_Ehdr)] = { 0 };
	struct form form;
	int64_t got = image_read(image, 0, header, sizeof(header), error);

	*core = (struct elf_core){ 0 };
	if (got < 0)
		return -1;
	if (got < EI_NIDENT)
		return cut_short(image, error);
	form.wide = header[EI_CLASS] == ELFCLASS64;
	form.big = header[EI_DATA] == ELFDATA2MSB;
	if (!form.wide && header[EI_CLASS] != ELFCLASS32)
		return report_damage(image, error, "of class",
				     header[EI_CLASS]);
	if (!form.big && header[EI_DATA] != ELFDATA2LSB)
		return report_damage(image, error, "of byte order",
				     header[EI_DATA]);
	if ((size_t)got < (form.wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
		return cut_short(image, error);
	if (read_member(&form, header, &type) != ET_CORE)
		return error_set(error, ERROR_NOT_A_PAGE, 0,
				 "%s: an ELF file, but not a core of memory",
				 source_name(image->source));
	return read_program_headers(image, &form, header, core, error);
}

const struct elf_segment *elf_find(const struct elf_core *core,
				   const struct image *image, uint64_t address)
{
	const struct elf_segment *covers = NULL;

	for (size_t i = 0; i < core->count; i++) {
		const struct elf_segment *segment = &core->segments[i];
		uint64_t into = address - segment->address;

		if (address < segment->address)
			continue;
		if (into < elf_present(segment, image))
			return segment;
		if (!covers &&
		    (into < segment->memory_size || into < segment->file_size))
			covers = segment;
	}
	return covers;
}

static int compare_offsets(const void *a, const void *b)
{
	uint64_t x = ((const struct elf_segment *)a)->offset;
	uint64_t y = ((const struct elf_segment *)b)->offset;

	return x < y ? -1 : x > y;
}

void elf_sort(struct elf_core *core)
{
	if (core->count)
		qsort(core->segments, core->count, sizeof(*core->segments),
		      compare_offsets);
}

void elf_free(struct elf_core *core)
{
	free(core->segments);
	core->segments = NULL;
	core->count = 0;
}
