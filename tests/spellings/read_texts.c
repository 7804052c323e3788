/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads many texts as SOURCEs in one process. Standard input has for each a
 * line with its length and then its bytes; standard output gets a line for
 * each: "read" and the bytes of the page in hex, or "refused" with the exit
 * status and the message.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/source/jsonmemory.h"
#include "io/source/source.h"

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void answer(const char *path)
{
	struct source source;
	struct error error = { 0 };

	if (source_open(path, "", &source, &error)) {
		printf("refused %d %s\n", (int)error_status(error.code),
		       error.message);
	} else {
		printf("read ");
		for (size_t i = 0; i < source.length; i++)
			printf("%02x", source.bytes[i]);
		putchar('\n');
	}
	source_free(&source);
}

/* As a file that has just this text. */
static void read_text(const char *text, size_t length)
{
	int fd = memfd_create("text", 0);
	char path[40];

	if (fd < 0 || write(fd, text, length) != (ssize_t)length)
		fail("memfd");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	answer(path);
	close(fd);
}

int main(void)
{
	unsigned long length;

	jsonmemory_install();
	while (scanf("%lu", &length) == 1 && getchar() == '\n') {
		char *text = malloc(length + 1);

		if (!text || fread(text, 1, length, stdin) != length)
			fail("standard input");
		read_text(text, length);
		free(text);
	}
	return feof(stdin) ? 0 : 1;
}
