/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PTP clock for tests, preloaded: plays its ioctls on any descriptor, by
 * PTP_PLAY, words apart by blanks:
 *
 *   tai, ahead N, ns N   what it shows: CLOCK_REALTIME plus 37 s, N s, N ns
 *   precise E, extended E, offset E, caps E   the errno of a request, by number
 *   busy N               EBUSY for the first N readings
 *   quality V            the requests of a later kernel for the clock's
 * quality, of which V is valid: bound N, scale N, status N
 */
#include <errno.h>
#include <linux/ptp_clock.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "io/host/ptp_attributes.h"

int ioctl(int fd, unsigned long request, ...);

/* The number after a word, 0 where it is not there. */
static long after(const char *word)
{
	const char *words = getenv("PTP_PLAY");
	size_t length = strlen(word);

	while (words && *words) {
		if (strncmp(words, word, length) == 0 && words[length] == ' ')
			return strtol(words + length, NULL, 10);
		words += strcspn(words, " ");
		words += strspn(words, " ");
	}
	return 0;
}

static struct ptp_clock_time now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (struct ptp_clock_time){ .sec = time.tv_sec,
					.nsec = (uint32_t)time.tv_nsec };
}

static struct ptp_clock_time device_at(struct ptp_clock_time time)
{
	const char *words = getenv("PTP_PLAY");
	int64_t nsec = time.nsec + after("ns");

	time.sec += after("ahead") + (words && strstr(words, "tai") ? 37 : 0);
	for (; nsec < 0; nsec += 1000000000)
		time.sec--;
	time.sec += nsec / 1000000000;
	time.nsec = (uint32_t)(nsec % 1000000000);
	return time;
}

static long play_quality(struct ptp_attributes *attributes)
{
	struct ptp_attributes_sample *sample = &attributes->sample;
	struct ptp_clock_time time = now();

	if (!after("quality"))
		return ENOTTY;
	if (after("extended"))
		return after("extended");
	sample->before.time = time.sec * 1000000000 + time.nsec;
	sample->device = device_at(time);
	time = now();
	sample->after.time = time.sec * 1000000000 + time.nsec;
	sample->quality = (struct ptp_quality){
		.valid = (uint32_t)after("quality"),
		.bound = (uint32_t)after("bound"),
		.timescale = (uint32_t)after("scale"),
		.status = (uint32_t)after("status"),
	};
	return 0;
}

static long play(unsigned long request, void *argument)
{
	static long readings;
	struct ptp_sys_offset_precise *precise = argument;
	struct ptp_sys_offset_extended *extended = argument;
	struct ptp_sys_offset *offset = argument;

	if (request == PTP_CLOCK_GETCAPS) {
		memset(argument, 0, sizeof(struct ptp_clock_caps));
		return after("caps");
	}
	if (readings++ < after("busy"))
		return EBUSY;
	if (request == REQUEST_PRECISE_ATTRIBUTES)
		return after("quality") ? EOPNOTSUPP : ENOTTY;
	if (request == REQUEST_EXTENDED_ATTRIBUTES)
		return play_quality(argument);
	switch (request) {
	case PTP_SYS_OFFSET_PRECISE:
	case PTP_SYS_OFFSET_PRECISE2:
		if (after("precise"))
			return after("precise");
		precise->sys_realtime = now();
		precise->device = device_at(precise->sys_realtime);
		return 0;
	case PTP_SYS_OFFSET_EXTENDED:
	case PTP_SYS_OFFSET_EXTENDED2:
		if (after("extended"))
			return after("extended");
		extended->ts[0][0] = now();
		extended->ts[0][1] = device_at(now());
		extended->ts[0][2] = now();
		return 0;
	default:
		if (after("offset"))
			return after("offset");
		offset->ts[0] = now();
		offset->ts[1] = device_at(now());
		offset->ts[2] = now();
		return 0;
	}
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *argument;
	long errnum;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (_IOC_TYPE(request) != PTP_CLK_MAGIC)
		return (int)syscall(SYS_ioctl, fd, request, argument);
	errnum = play(request, argument);
	if (!errnum)
		return 0;
	errno = (int)errnum;
	return -1;
}
