/* SPDX-License-Identifier: BSD-2-Clause */
/* The datagrams of the journal's own protocol. */
#include "journal.h"

#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/retry.h"

#define SOCKET_PATH "/run/systemd/journal/socket"

int journal_open(const char *root, struct error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int length = snprintf(address.sun_path, sizeof(address.sun_path),
			      "%s%s", root, SOCKET_PATH);
	int fd = -1;

	errno = ENAMETOOLONG;
	if (length < (int)sizeof(address.sun_path))
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address,
			       sizeof(address)) == 0)
		return fd;
	error_set(error, ERROR_WRITE, errno, "%s%s: cannot reach the journal",
		  root, SOCKET_PATH);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* NAME=VALUE, or where the value has lines NAME, its length in 64 bits, and it.
 */
static void put_field(FILE *stream, const struct journal_field *field)
{
	uint64_t length = strlen(field->value);
	uint64_t little = htole64(length);

	fputs(field->name, stream);
	if (!strchr(field->value, '\n')) {
		fputc('=', stream);
	} else {
		fputc('\n', stream);
		fwrite(&little, sizeof(little), 1, stream);
	}
	fwrite(field->value, 1, length, stream);
	fputc('\n', stream);
}

int journal_send(int fd, const struct journal_field *fields, unsigned int count,
		 struct error *error)
{
	cleanup_free char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);

	for (unsigned int i = 0; stream && i < count; i++) {
		if (fields[i].value)
			put_field(stream, &fields[i]);
	}
	if (!stream || fclose(stream) != 0)
		return error_set(error, ERROR_MEMORY, ENOMEM, "the journal");
	if (RETRY_EINTR(send(fd, text, length, MSG_NOSIGNAL)) >= 0)
		return 0;
	return error_set(error, ERROR_WRITE, errno,
			 SOCKET_PATH ": cannot write");
}
