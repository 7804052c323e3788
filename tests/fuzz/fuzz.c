/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/command.h"
#include "io/source/document.h"
#include "io/source/jsonmemory.h"
#include "view/json.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	/* Where a name in UTF-8 would be shown as it is, check_printable()
	 * could not tell it from what a terminal obeys. */
	require(setenv("LC_ALL", "C", 1) == 0);
	jsonmemory_install();
	return 0;
}

void broken(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

uint64_t input_number(struct input *input, unsigned int width)
{
	uint64_t number = 0;

	for (unsigned int i = 0; i < width && input->left; i++) {
		number |= (uint64_t)*input->at++ << 8 * i;
		input->left--;
	}
	return number;
}

uint8_t *input_page(struct input *input, size_t *length)
{
	size_t given;
	uint8_t *page;

	*length = input_number(input, 2) % (2 * PAGE_USUAL_SIZE + 1);
	given = input_number(input, 1);
	if (given > input->left)
		given = input->left;
	if (given > *length)
		given = *length;
	page = malloc(*length ? *length : 1);
	require(page);
	memset(page, 0, *length);
	memcpy(page, input->at, given);
	input->at += given;
	input->left -= given;
	return page;
}

static const char *after_printable(const char *text)
{
	while (*text >= 0x20 && *text < 0x7f)
		text++;
	return text;
}

void check_printable(const char *text)
{
	require(!*after_printable(text));
}

void check_text(const char *text, size_t length, unsigned int columns)
{
	const char *end = text + length;

	while (text < end) {
		const char *newline = after_printable(text);

		require(newline < end && *newline == '\n');
		require(!columns || newline - text <= (ptrdiff_t)columns);
		text = newline + 1;
	}
}

void check_error(const struct error *error)
{
	require(error->code > ERROR_NONE && error->code < ERROR_CODE_COUNT);
	require(error_status(error->code) >= EXIT_USAGE);
	require(error->message[0]);
	check_printable(error->message);
	check_printable(error->hint);
}

static char *printed;
static size_t printed_length;
static FILE *stream;

FILE *print_start(void)
{
	stream = open_memstream(&printed, &printed_length);
	require(stream);
	return stream;
}

char *print_end(size_t *length)
{
	require(fclose(stream) == 0);
	*length = printed_length;
	return printed;
}

static void fill(int fd, const uint8_t *bytes, size_t length)
{
	require(ftruncate(fd, 0) == 0);
	while (length) {
		ssize_t put = write(fd, bytes, length);

		require(put > 0);
		bytes += put;
		length -= (size_t)put;
	}
	require(lseek(fd, 0, SEEK_SET) == 0);
}

const char *as_file(const void *bytes, size_t length)
{
	static char path[40];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("input", MFD_CLOEXEC);
		require(fd >= 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	fill(fd, bytes, length);
	return path;
}

static void take_output(int fd, uint8_t **out, size_t *length)
{
	off_t end = lseek(fd, 0, SEEK_END);
	size_t done = 0;

	require(end >= 0);
	*length = (size_t)end;
	*out = malloc(*length + 1);
	require(*out);
	while (done < *length) {
		ssize_t got =
			pread(fd, *out + done, *length - done, (off_t)done);

		require(got > 0);
		done += (size_t)got;
	}
}

int run_command(int argc, char **argv, uint8_t **out, size_t *length,
		struct error *error)
{
	static int fd = -1, stdout_fd = -1;
	struct invocation invocation;
	int status;

	if (fd < 0) {
		fd = memfd_create("output", MFD_CLOEXEC);
		stdout_fd = dup(STDOUT_FILENO);
	}
	require(fd >= 0 && stdout_fd >= 0);
	fill(fd, NULL, 0);
	optind = 0; /* getopt is to start anew */
	status = command_parse(commands, argc, argv, &invocation, error);
	fflush(stdout);
	require(dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
	if (status == 0)
		status = command_settle_place(&invocation, error)
				 ? -1
				 : invocation.command->run(&invocation, error);
	fflush(stdout);
	require(dup2(stdout_fd, STDOUT_FILENO) == STDOUT_FILENO);
	take_output(fd, out, length);
	return status;
}

static json_t *later_value(size_t turn)
{
	static const char *const values[] = {
		"null",
		"-1.5e300",
		"\"\\\"\"",
		"[[], {\"sec\": 1}]",
		"{\"hex\": {\"type\": \"end\"}}",
	};

	return json_loads(values[turn % (sizeof(values) / sizeof(*values))],
			  JSON_DECODE_ANY, NULL);
}

static void add_later(json_t *value, size_t *turn)
{
	const char *key;
	json_t *member;
	size_t index;

	json_array_foreach(value, index, member)
	{
		add_later(member, turn);
	}
	json_object_foreach(value, key, member)
	{
		add_later(member, turn);
	}
	if (json_is_object(value))
		require(json_object_set_new(value, "later",
					    later_value((*turn)++)) == 0);
}

char *as_later(const char *text, size_t length)
{
	json_t *object = jsonmemory_load(text, length, 0, NULL);
	size_t turn = length;
	char *later;

	if (!json_is_object(object)) {
		json_decref(object);
		return NULL;
	}
	add_later(object, &turn);
	later = jsonmemory_text(object, JSON_ENSURE_ASCII);
	require(later);
	return later;
}

char *show_json(const uint8_t *bytes, size_t length, const uint64_t *counter)
{
	struct source shown = {
		.kind = SOURCE_FILE,
		.path = strdup("page"),
		.bytes = malloc(length + 1),
		.length = length,
	};
	struct reading reading;
	char *text;

	require(shown.path && shown.bytes);
	memcpy(shown.bytes, bytes, length);
	reading_make(bytes, length, counter, &reading);
	text = json_text(json_show(&shown, &reading));
	require(text);
	check_printable(text);
	source_free(&shown);
	return text;
}

void check_show(const uint8_t *bytes, size_t length, const uint64_t *counter)
{
	struct source read = { .kind = SOURCE_FILE, .path = strdup("text") };
	char *text = show_json(bytes, length, counter);
	struct page page;
	struct error error;

	require(read.path);
	page_decode(bytes, length, &page);
	if (document_read(text, strlen(text), &read, &error)) {
		fprintf(stderr, "%s\n", error.message);
		require(!"what show wrote can be read");
	}
	require(read.layout == page.layout);
	require(read.length == length);
	require(memcmp(read.bytes, bytes, length) == 0);
	require(read.has_counter == (counter != NULL));
	require(!counter || read.counter == *counter);
	free(text);
	source_free(&read);
}
