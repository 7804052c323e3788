/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a PHC by the best PTP ioctl that works, and clocks by clock_gettime(2).
 */
#include "ptp.h"

#include <errno.h>
#include <linux/ptp_clock.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/retry.h"
#include "base/sysfs.h"
#include "io/readonly.h"
#include "io/system_clock.h"

#define BUSY_TRIES    10
#define BUSY_NAP_NSEC NSEC_PER_MSEC

/* The counter could not be read; the PHC is not at fault. */
#define COUNTER_LOST EAGAIN

const char *const read_method_names[METHOD_COUNT] = {
	[METHOD_PRECISE] = "precise",
	[METHOD_EXTENDED] = "extended",
	[METHOD_OFFSET] = "offset",
	[METHOD_READ] = "read",
};

/* The second forms differ in that they refuse reserved words that are set. */
static const struct form {
	enum read_method method;
	unsigned long request;
} forms[] = {
	{ METHOD_PRECISE, PTP_SYS_OFFSET_PRECISE },
	{ METHOD_PRECISE, PTP_SYS_OFFSET_PRECISE2 },
	{ METHOD_EXTENDED, PTP_SYS_OFFSET_EXTENDED },
	{ METHOD_EXTENDED, PTP_SYS_OFFSET_EXTENDED2 },
	{ METHOD_OFFSET, PTP_SYS_OFFSET },
	{ METHOD_OFFSET, PTP_SYS_OFFSET2 },
};

#define FORM_COUNT (sizeof(forms) / sizeof(*forms))

static const struct {
	int errnum;
	const char *text, *hint;
} errno_texts[] = {
	{ EOPNOTSUPP, "the driver cannot do that (EOPNOTSUPP)", "" },
	{ ENOTTY,
	  "not a PTP clock, or a kernel that does not know the request (ENOTTY)",
	  "" },
	{ EBUSY, "still busy after several tries (EBUSY)",
	  "another program or the host holds the clock; try again" },
	{ ENODEV,
	  "the device is gone, or the clocksource is not its counter (ENODEV)",
	  "see " CURRENT_CLOCKSOURCE },
	{ ETIMEDOUT, "the device did not answer in time (ETIMEDOUT)",
	  "a seq_count that stays odd makes the VMClock driver give up; see vmclockctl show" },
	{ EINVAL, "the driver has no time to give (EINVAL)",
	  "clock_status UNRELIABLE, a timescale that no longer "
	  "resolves, or a TSC that the kernel marked unstable (see dmesg)" },
	{ EACCES, "permission denied (EACCES)",
	  "a udev rule says who may: root alone, or since systemd 258 the group clock" },
	{ EPERM, "not permitted (EPERM)",
	  "only root can open PTP clocks until a udev rule says otherwise" },
	{ ENOENT, "not there (ENOENT)", "vmclockctl doctor lists the clocks" },
	{ COUNTER_LOST, "the page changed under every reading", "" },
};

const char *ptp_errno_text(int errnum, const char **hint)
{
	*hint = "";
	for (size_t i = 0; i < sizeof(errno_texts) / sizeof(*errno_texts);
	     i++) {
		if (errno_texts[i].errnum != errnum)
			continue;
		*hint = errno_texts[i].hint;
		return errno_texts[i].text;
	}
	return strerror(errnum);
}

static int call_ioctl(int fd, unsigned long request, void *argument)
{
	return RETRY_EINTR(ioctl(fd, request, argument)) < 0 ? errno : 0;
}

static int cannot_open(const char *path, int errnum, struct error *error)
{
	const char *hint;

	error_set(error, ERROR_OPEN, errnum, "%s: cannot open", path);
	ptp_errno_text(errnum, &hint);
	if (*hint)
		error_hint(error, "%s", hint);
	return -1;
}

int ptp_open(const char *path, struct ptp *ptp, struct error *error)
{
	int fd = open_readonly(path);

	*ptp = (struct ptp){ .fd = -1 };
	return fd < 0 ? cannot_open(path, errno, error)
		      : ptp_take(fd, path, ptp, error);
}

int ptp_take(int fd, const char *path, struct ptp *ptp, struct error *error)
{
	struct ptp_clock_caps caps = { 0 };
	int errnum;

	*ptp = (struct ptp){ .fd = fd };
	errnum = call_ioctl(ptp->fd, PTP_CLOCK_GETCAPS, &caps);
	if (errnum == 0) {
		ptp->capabilities.max_adj = caps.max_adj;
		ptp->capabilities.cross_timestamping = caps.cross_timestamping;
		return 0;
	}
	ptp_close(ptp);
	error_set(error, ERROR_OPEN, errnum, "%s: not a PTP clock", path);
	return error_hint(error,
			  "vmclockctl doctor lists the clocks of this machine");
}

void ptp_close(struct ptp *ptp)
{
	if (ptp->fd >= 0)
		close(ptp->fd);
	ptp->fd = -1;
}

static struct timestamp stamp_of(const struct ptp_clock_time *time)
{
	return (struct timestamp){ .sec = time->sec, .nsec = time->nsec };
}

int clock_read(clockid_t id, const struct counter_reader *counter,
	       struct bracket *bracket)
{
	struct timespec now;

	if (!counter->read(counter->context, &bracket->before))
		return COUNTER_LOST;
	if (clock_gettime(id, &now) != 0)
		return errno;
	if (!counter->read(counter->context, &bracket->after))
		return COUNTER_LOST;
	bracket->time = (struct timestamp){ .sec = now.tv_sec,
					    .nsec = (uint32_t)now.tv_nsec };
	return 0;
}

/* The call, with the counter before and after it. */
static int time_ioctl(const struct ptp *ptp, unsigned long request,
		      void *argument, const struct counter_reader *counter,
		      struct bracket *bracket)
{
	int errnum;

	if (!counter->read(counter->context, &bracket->before))
		return COUNTER_LOST;
	errnum = call_ioctl(ptp->fd, request, argument);
	if (errnum)
		return errnum;
	return counter->read(counter->context, &bracket->after) ? 0
								: COUNTER_LOST;
}

static int read_precise(const struct ptp *ptp, unsigned long request,
			const struct counter_reader *counter,
			struct ptp_reading *reading)
{
	struct ptp_sys_offset_precise precise = { 0 };
	int errnum = clock_read(CLOCK_REALTIME, counter, &reading->first);

	if (errnum)
		return errnum;
	errnum = time_ioctl(ptp, request, &precise, counter, &reading->device);
	if (errnum)
		return errnum;
	reading->device.time = stamp_of(&precise.device);
	reading->realtime = stamp_of(&precise.sys_realtime);
	return clock_read(CLOCK_REALTIME, counter, &reading->last);
}

static int read_extended(const struct ptp *ptp, unsigned long request,
			 const struct counter_reader *counter,
			 struct ptp_reading *reading)
{
	/* All zero: the first reserved word is the clockid since 6.12, and 0
	 * is CLOCK_REALTIME, as it always was. */
	struct ptp_sys_offset_extended extended = { .n_samples = 1 };
	int errnum =
		time_ioctl(ptp, request, &extended, counter, &reading->device);

	reading->device.time = stamp_of(&extended.ts[0][1]);
	return errnum;
}

static int read_offset(const struct ptp *ptp, unsigned long request,
		       const struct counter_reader *counter,
		       struct ptp_reading *reading)
{
	struct ptp_sys_offset offset = { .n_samples = 1 };
	int errnum =
		time_ioctl(ptp, request, &offset, counter, &reading->device);

	reading->device.time = stamp_of(&offset.ts[1]);
	return errnum;
}

static int read_by(const struct ptp *ptp, const struct form *form,
		   const struct counter_reader *counter,
		   struct ptp_reading *reading)
{
	static int (*const readers[])(const struct ptp *, unsigned long,
				      const struct counter_reader *,
				      struct ptp_reading *) = {
		[METHOD_PRECISE] = read_precise,
		[METHOD_EXTENDED] = read_extended,
		[METHOD_OFFSET] = read_offset,
	};
	int errnum;

	*reading = (struct ptp_reading){ .method = form->method };
	for (int i = 0; i < BUSY_TRIES; i++) {
		errnum = readers[form->method](ptp, form->request, counter,
					       reading);
		if (errnum != EBUSY)
			break;
		sleep_nsec(BUSY_NAP_NSEC);
	}
	return errnum;
}

/* Whether to try the next request: these errors say that the kernel or the
 * clock does not have this one. EINVAL may mean either. */
static bool is_refusal(int errnum)
{
	return errnum == EOPNOTSUPP || errnum == ENOTTY || errnum == ENODEV ||
	       errnum == EINVAL || errnum == EOVERFLOW;
}

/* The kernel converts this time to 64-bit nanoseconds; the largest value stands
 * for every later time. */
static bool is_cut_off(const struct ptp_reading *reading)
{
	const struct timestamp *time = &reading->device.time;

	return reading->method == METHOD_PRECISE &&
	       time->sec == INT64_MAX / NSEC_PER_SEC &&
	       time->nsec == INT64_MAX % NSEC_PER_SEC;
}

int ptp_read(struct ptp *ptp, const struct counter_reader *counter,
	     struct ptp_reading *reading)
{
	int errnum = EOPNOTSUPP;

	for (unsigned int i = ptp->form; i < FORM_COUNT; i++) {
		errnum = read_by(ptp, &forms[i], counter, reading);
		if (errnum == 0 && is_cut_off(reading))
			errnum = EOVERFLOW;
		if (errnum == 0)
			ptp->form = i;
		if (!is_refusal(errnum))
			return errnum;
	}
	/* What worked before may work again: begin with the best next time. */
	ptp->form = 0;
	return errnum;
}

static bool read_no_counter(void *context, uint64_t *counter)
{
	(void)context;
	*counter = 0;
	return true;
}

int ptp_precise(const struct ptp *ptp)
{
	const struct counter_reader none = { read_no_counter, NULL };
	struct ptp_reading reading;
	int errnum = ENOTTY;

	for (unsigned int i = 0; i < FORM_COUNT && errnum; i++) {
		if (forms[i].method == METHOD_PRECISE)
			errnum = read_by(ptp, &forms[i], &none, &reading);
	}
	return errnum;
}

int kernel_tai_offset(void)
{
	struct timex timex = { .modes = 0 };

	return adjtimex(&timex) < 0 ? 0 : timex.tai;
}
