/* SPDX-License-Identifier: BSD-2-Clause */
/* Recognises a source by its first bytes, and reads it accordingly. */
#include "sniff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/printable.h"
#include "decode.h"
#include "document.h"
#include "hextext.h"
#include "io/ready.h"
#include "jsonmemory.h"
#include "memory.h"
#include "packed.h"
#include "qmp.h"
#include "recording.h"
#include "report_lines.h"

/* Room for so many bytes. */
static int make_room(struct source *source, size_t limit, struct error *error)
{
	uint8_t *grown = realloc(source->bytes, limit);

	if (!grown)
		return source_no_memory(error);
	source->bytes = grown;
	return 0;
}

/* Append what is there, `limit` bytes in all at most. Returns 1, 0 at the end
 * or the limit, -1 with *error. */
static int read_some(int fd, struct source *source, size_t limit,
		     struct error *error)
{
	ssize_t got;

	do {
		got = read(fd, source->bytes + source->length,
			   limit - source->length);
	} while (got < 0 &&
		 (ready_again(fd, POLLIN) || source_goes_on(source)));
	if (got < 0) {
		error_set(error, ERROR_READ, errno, "%s: cannot read",
			  source_name(source));
		if (error->errnum == ETIMEDOUT)
			error->code = ERROR_UNSETTLED;
		return -1;
	}
	source->length += (size_t)got;
	return got > 0;
}

/* Read until `limit` bytes or the end; more bytes are appended. */
static int read_up_to(int fd, struct source *source, size_t limit,
		      struct error *error)
{
	int result;

	if (make_room(source, limit, error))
		return -1;
	do {
		result = read_some(fd, source, limit, error);
	} while (result > 0);
	return result;
}

/* Editors of some systems begin a text with a mark of its encoding. */
static size_t skip_mark(const uint8_t *bytes, size_t length)
{
	return length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/*
 * As much as a page can be, but no more of a recording than there is: it may
 * come through a pipe, from one that still records.
 */
static int read_head(int fd, struct source *source, struct error *error)
{
	size_t before, mark;
	int result;

	if (make_room(source, PAGE_READ_MAX, error))
		return -1;
	do {
		before = source->length;
		result = read_some(fd, source, PAGE_READ_MAX, error);
		mark = skip_mark(source->bytes, source->length);
		if (result > 0 && source->length > mark &&
		    source->bytes[mark] == '{' &&
		    memchr(source->bytes + before, '\n',
			   source->length - before) &&
		    recording_begins(source->bytes + mark,
				     source->length - mark))
			return 0;
	} while (result > 0);
	return result;
}

/* The bytes of a character of UTF-8 that begins so, or 0. */
static size_t character_length(uint8_t c)
{
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

/* Text in UTF-8, such as a mail with names; the last character may be cut. */
static bool is_printable(const uint8_t *bytes, size_t length)
{
	size_t left = 0;

	for (size_t i = 0; i < length; i++) {
		uint8_t c = bytes[i];

		if (left && (c & 0xc0) != 0x80)
			return false;
		if (left) {
			left--;
		} else if (c >= 0x80) {
			left = character_length(c);
			if (!left--)
				return false;
		} else if (!is_printable_ascii(c) &&
			   !(c && strchr("\t\n\r\f\x1b", c))) {
			return false;
		}
	}
	return true;
}

static size_t skip_blanks(const uint8_t *bytes, size_t length)
{
	size_t i = 0;

	while (i < length && strchr(" \t\r\n", bytes[i]) && bytes[i])
		i++;
	return i;
}

static int refuse_length(const struct source *source, struct error *error)
{
	return error_set(error, ERROR_DAMAGED, 0,
			 "%s: more than %u bytes of text", source_name(source),
			 TEXT_READ_MAX);
}

static int read_text(int fd, struct source *source, struct error *error)
{
	if (read_up_to(fd, source, TEXT_READ_MAX + 1, error))
		return -1;
	if (source->length <= TEXT_READ_MAX)
		return 0;
	return refuse_length(source, error);
}

/* What was read of it, from `start` on, goes to its reader, which reads on. */
static int from_recording(int fd, struct source *source, size_t start,
			  struct error *error)
{
	source->format = FORMAT_RECORDING;
	source->fd = fd;
	source->recording =
		recording_open(fd, source_name(source), source->bytes + start,
			       source->length - start, error);
	free(source->bytes);
	source->bytes = NULL;
	source->length = 0;
	return source->recording ? 0 : -1;
}

/* More of the text than is needed to know it again. */
#define TEXT_SHOWN 40

static int refuse_text(const struct source *source, size_t start,
		       struct error *error)
{
	const char *text = (const char *)source->bytes + start;
	size_t length = source->length - start;
	size_t from = 0, shown = 0;

	while (from < length && text[from] && strchr(" \t\r\n\f", text[from]))
		from++;
	while (from + shown < length && shown < TEXT_SHOWN &&
	       is_printable_ascii((unsigned char)text[from + shown]))
		shown++;
	error_set(error, ERROR_NOT_A_PAGE, 0,
		  "%s: text, but no dump of a page: \"%.*s\"",
		  source_name(source), (int)shown, text + from);
	return error_hint(
		error,
		"xxd FILE or hexdump -C FILE makes one; see SOURCE in vmclockctl(1)");
}

/* The name of what was read takes the place of FILE before a pipe. */
static int hint_command(const struct source *source, const char *hint,
			struct error *error)
{
	const char *file = strstr(hint, "FILE | ");

	if (!file)
		return error_hint(error, "%s", hint);
	return error_hint(error, "%.*s%s%s", (int)(file - hint), hint,
			  source_shell_name(source), file + strlen("FILE"));
}

/* A report leaves out the zeros at the page's end and says how many there are,
 * and may have a reading of the counter. */
static int complete_report(struct source *source, size_t start,
			   uint8_t bytes[static PAGE_READ_MAX], size_t *used,
			   struct error *error)
{
	struct report_lines report;

	report_lines_find((char *)source->bytes + start, source->length - start,
			  &report);
	if (!report.found)
		return 0;
	if (report.shown != *used)
		return error_set(
			error, ERROR_DAMAGED, 0,
			"%s: line %u: a report with %zu bytes of its page, but %zu are there",
			source_name(source), report.line, report.shown, *used);
	if (report.length < *used || report.length > PAGE_READ_MAX)
		return error_set(error, ERROR_DAMAGED, 0,
				 "%s: line %u: %zu is no length of a page",
				 source_name(source), report.line,
				 report.length);
	memset(bytes + *used, 0, report.length - *used);
	*used = report.length;
	source->has_counter = report.has_counter;
	source->counter = report.counter;
	source->redacted = report.redacted;
	source->format = FORMAT_TEXT;
	return 0;
}

/* The dump that the text of source->bytes holds, from `start` on; its bytes
 * then take the place of the text. */
static int take_dump(struct source *source, size_t start, struct error *error)
{
	struct hextext_fault fault = { 0 };
	uint8_t *bytes = malloc(PAGE_READ_MAX);
	size_t used = 0;

	if (!bytes)
		return source_no_memory(error);
	switch (hextext_parse((char *)source->bytes + start,
			      source->length - start, bytes, PAGE_READ_MAX,
			      &used, &fault)) {
	case HEXTEXT_OK:
		source->format = FORMAT_HEX;
		if (complete_report(source, start, bytes, &used, error))
			break;
		free(source->bytes);
		source->bytes = bytes;
		source->length = used;
		return 0;
	case HEXTEXT_DAMAGED:
		error_set(error, ERROR_DAMAGED, 0,
			  "%s: line %u: damaged hex text: %s",
			  source_name(source), fault.line, fault.reason);
		if (fault.hint)
			hint_command(source, fault.hint, error);
		break;
	case HEXTEXT_NO:
		refuse_text(source, start, error);
		break;
	}
	free(bytes);
	return -1;
}

/* More than the limit is refused: the end would be missing. */
static int from_text(int fd, struct source *source, size_t start,
		     struct error *error)
{
	if (read_up_to(fd, source, TEXT_READ_MAX + 1, error))
		return -1;
	if (source->length <= TEXT_READ_MAX)
		return take_dump(source, start, error);
	if (take_dump(source, start, error) == 0 ||
	    error->code != ERROR_NOT_A_PAGE)
		refuse_length(source, error);
	return -1;
}

/* QEMU's monitor answers in JSON, if it is asked by QMP. Returns 1 if it is
 * not that. */
static int from_monitor(struct source *source, size_t start,
			struct error *error)
{
	unsigned int answers;
	char *text = qmp_answer((char *)source->bytes + start,
				source->length - start, &answers);

	if (jsonmemory_failed() || (answers == 1 && !text)) {
		free(text);
		return source_no_memory(error);
	}
	if (answers > 1) {
		error_set(error, ERROR_DAMAGED, 0, "%s: %u answers of QMP",
			  source_name(source), answers);
		return error_hint(error, "leave the one that holds the dump");
	}
	if (!text)
		return 1;
	free(source->bytes);
	source->bytes = (uint8_t *)text;
	source->length = strlen(text);
	return take_dump(source, 0, error);
}

static int from_json(int fd, struct source *source, size_t start,
		     struct error *error)
{
	char *text;
	size_t length;
	int result;

	if (recording_begins(source->bytes + start, source->length - start))
		return from_recording(fd, source, start, error);
	if (read_text(fd, source, error))
		return -1;
	result = from_monitor(source, start, error);
	if (result <= 0)
		return result;
	text = (char *)source->bytes;
	length = source->length;
	source->bytes = NULL;
	source->length = 0;
	source->format = FORMAT_JSON;
	result = document_read(text + start, length - start, source, error);
	free(text);
	return result;
}

/* The first bytes of a file, and where its text begins: after a byte-order
 * mark, and at the first character that is not blank. */
struct head {
	const uint8_t *bytes;
	size_t length, mark, text;
};

static bool is_lines(const struct head *head)
{
	return memchr(head->bytes, '\n', head->length) &&
	       is_printable(head->bytes, head->length);
}

/* Lines of text that begin so are what is left of a dump's characters. */
static bool begins_as_page(const struct head *head)
{
	uint64_t magic = head->length >= 4 ? load_le(head->bytes, 4) : 0;

	return (magic == PAGE_MAGIC || magic == PAGE_MAGIC_SWAPPED) &&
	       !is_lines(head);
}

/* What memory_is_image() names. */
static bool begins_as_image(const struct head *head)
{
	const struct source nameless = { .kind = SOURCE_STDIN };
	struct error ignored;

	return memory_is_image(&nameless, head->bytes, head->length, &ignored);
}

static int refuse_image(int fd, struct source *source, size_t start,
			struct error *error)
{
	(void)fd;
	(void)start;
	memory_is_image(source, source->bytes, source->length, error);
	return -1;
}

/* After a brace or a bracket that begins JSON comes what a document may begin
 * with; an array of numbers is read as text. */
static bool begins_as_json(const struct head *head)
{
	const uint8_t *at = head->bytes + head->text;
	size_t left = head->length - head->text, next;

	if (!left || (*at != '{' && *at != '['))
		return false;
	next = 1 + skip_blanks(at + 1, left - 1);
	return next == left ||
	       (at[next] && strchr(*at == '{' ? "\"}" : "\"{}[]", at[next]));
}

/* Compressed, or text of two bytes a character. */
static bool is_packed(const struct head *head)
{
	return packed_find(head->bytes, head->length) != NULL;
}

static int refuse_packed(int fd, struct source *source, size_t start,
			 struct error *error)
{
	const struct packed *packed =
		packed_find(source->bytes, source->length);
	bool file = source->kind != SOURCE_STDIN;

	(void)fd;
	(void)start;
	error_set(error, ERROR_NOT_A_PAGE, 0, "%s: %s", source_name(source),
		  packed->name);
	return error_hint(error, "%s%s%s | vmclockctl verify -",
			  packed->command, file ? " " : "",
			  file ? source_shell_name(source) : "");
}

static bool is_text(const struct head *head)
{
	/* Fewer than the magic has may be the beginning of it. */
	return head->length >= 4 && is_printable(head->bytes + head->mark,
						 head->length - head->mark);
}

static bool is_anything(const struct head *head)
{
	(void)head;
	return true;
}

static int keep_raw(int fd, struct source *source, size_t start,
		    struct error *error)
{
	(void)fd;
	(void)start;
	(void)error;
	source->format = FORMAT_RAW;
	return 0;
}

/*
 * What a SOURCE may hold; the first that fits the head is read, from after a
 * byte-order mark on.
 *
 * To add one
 *  1. source_name.h: its word in SOURCE_FORMATS.
 *  2. Its reader, a file of its own if it is more than a few lines. It gets the
 *     descriptor, of which source->bytes have been read, and may seek or read
 *     on. It fills source->bytes, length and format, and what else it brings.
 *  3. A row here, before those that would fit as well.
 *  4. man/vmclockctl.1, SOURCE; the completions and schemas by their scripts;
 *     source.bats, and a fuzz target if it parses.
 */
static const struct form {
	bool (*fits)(const struct head *head);
	int (*read)(int fd, struct source *source, size_t start,
		    struct error *error);
} forms[] = {
	{ begins_as_page, keep_raw },  { begins_as_image, refuse_image },
	{ begins_as_json, from_json }, { is_packed, refuse_packed },
	{ is_text, from_text },	       { is_anything, keep_raw },
};

int sniff_read(int fd, struct source *source, struct error *error)
{
	const struct form *form = forms;
	struct head head;

	source->format = FORMAT_RAW;
	if (read_head(fd, source, error))
		return -1;
	head = (struct head){
		.bytes = source->bytes,
		.length = source->length,
		.mark = skip_mark(source->bytes, source->length),
	};
	head.text = head.mark + skip_blanks(head.bytes + head.mark,
					    head.length - head.mark);
	while (!form->fits(&head))
		form++;
	return form->read(fd, source, head.mark, error);
}
