/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tells the service manager how we are, as sd_notify(3) has it: datagrams to
 * the socket that NOTIFY_SOCKET names. Without that variable nothing is sent,
 * and a failure to send is none of ours.
 */
#ifndef VMCLOCKCTL_IO_OUTPUT_SERVICE_H
#define VMCLOCKCTL_IO_OUTPUT_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

struct service {
	int fd;	       /* -1: no service manager listens */
	int64_t every; /* ns between signs of life; 0: none are wanted */
	int64_t next;  /* CLOCK_MONOTONIC, ns */
	bool told_ready;
};

/* By NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. A sign of life is then due
 * twice in the watchdog's time. */
void service_open(struct service *service);

/* The service has begun; only the first call tells it. */
void service_ready(struct service *service);

/* To be called often: sends a sign of life when it is due. */
void service_alive(struct service *service);

/* The service ends by itself. */
void service_close(struct service *service);

#endif
