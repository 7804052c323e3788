/* SPDX-License-Identifier: BSD-2-Clause */
/* The datagrams of sd_notify(3), without its library. */
#include "service.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/number.h"
#include "io/system_clock.h"

static void send_state(const struct service *service, const char *state)
{
	if (service->fd >= 0)
		send(service->fd, state, strlen(state),
		     MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* A path, or with @ in place of its first byte a name of the kernel's. */
static int connect_to(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(name);
	int fd;

	if ((*name != '/' && *name != '@') ||
	    length >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, name, length);
	if (*name == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				length)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The watchdog's time, ns; 0: there is none for this process. */
static int64_t find_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	uint64_t number;

	if (pid && (number_parse(pid, &number) || number != (uint64_t)getpid()))
		return 0;
	if (!usec || number_parse(usec, &number) || number > INT64_MAX / 1000)
		return 0;
	return (int64_t)number * 1000;
}

void service_open(struct service *service)
{
	const char *name = getenv("NOTIFY_SOCKET");

	*service = (struct service){ .fd = name ? connect_to(name) : -1 };
	if (service->fd >= 0)
		service->every = find_watchdog() / 2;
}

void service_ready(struct service *service)
{
	if (!service->told_ready)
		send_state(service, "READY=1");
	service->told_ready = true;
}

void service_alive(struct service *service)
{
	int64_t now;

	if (service->fd < 0 || !service->every)
		return;
	now = clock_nsec(CLOCK_MONOTONIC);
	if (now < service->next)
		return;
	send_state(service, "WATCHDOG=1");
	service->next = now + service->every;
}

void service_close(struct service *service)
{
	if (service->fd < 0)
		return;
	send_state(service, "STOPPING=1");
	close(service->fd);
	service->fd = -1;
}
