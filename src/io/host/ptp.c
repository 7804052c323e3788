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
#include "io/asker.h"
#include "io/character_device.h"
#include "io/readonly.h"
#include "io/system_clock.h"
#include "ptp_attributes.h"

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
	bool quality; /* tells the clock's quality as well */
} forms[] = {
	{ METHOD_PRECISE, REQUEST_PRECISE_ATTRIBUTES, true },
	{ METHOD_PRECISE, PTP_SYS_OFFSET_PRECISE, false },
	{ METHOD_PRECISE, PTP_SYS_OFFSET_PRECISE2, false },
	{ METHOD_EXTENDED, REQUEST_EXTENDED_ATTRIBUTES, true },
	{ METHOD_EXTENDED, PTP_SYS_OFFSET_EXTENDED, false },
	{ METHOD_EXTENDED, PTP_SYS_OFFSET_EXTENDED2, false },
	{ METHOD_OFFSET, PTP_SYS_OFFSET, false },
	{ METHOD_OFFSET, PTP_SYS_OFFSET2, false },
};

#define FORM_COUNT (sizeof(forms) / sizeof(*forms))

/* PHC_KIND_COUNT: of every kind. */
static const struct errno_text {
	enum phc_kind kind;
	int errnum;
	const char *text, *hint;
} errno_texts[] = {
	{ PHC_VMCLOCK, ENODEV,
	  "the device is gone, or the clocksource is not its counter (ENODEV)",
	  "see " CURRENT_CLOCKSOURCE },
	{ PHC_VMCLOCK, ETIMEDOUT,
	  "the device did not answer in time (ETIMEDOUT)",
	  "a seq_count that stays odd makes the VMClock driver give up; see vmclockctl show" },
	{ PHC_VMCLOCK, EINVAL, "the driver has no time to give (EINVAL)",
	  "clock_status UNRELIABLE, a timescale that no longer "
	  "resolves, or a TSC that the kernel marked unstable (see dmesg)" },
	{ PHC_KVM, EOPNOTSUPP, "the host gives no time (EOPNOTSUPP)",
	  "the host's clocksource is not its TSC" },
	{ PHC_HYPERV, ESTALE, "the host's last time stamp is too old (ESTALE)",
	  "the host's time synchronization service is off or late" },
	{ PHC_ENA, EBUSY,
	  "the card refused, as it does when read too often (EBUSY)",
	  "the card limits the rate of readings; try again later, or a longer --interval" },
	{ PHC_ENA, ETIMEDOUT, "the card did not answer in time (ETIMEDOUT)",
	  "the card limits the rate of readings; try again later, or a longer --interval" },
	{ PHC_KIND_COUNT, EOPNOTSUPP, "the driver cannot do that (EOPNOTSUPP)",
	  "" },
	{ PHC_KIND_COUNT, ENOTTY,
	  "not a PTP clock, or a kernel that does not know the request (ENOTTY)",
	  "" },
	{ PHC_KIND_COUNT, EBUSY, "still busy after several tries (EBUSY)",
	  "another program or the host holds the clock; try again" },
	{ PHC_KIND_COUNT, COUNTER_LOST, "the page changed under every reading",
	  "" },
};

const char *ptp_errno_text(enum phc_kind kind, int errnum, const char **hint)
{
	*hint = "";
	for (size_t i = 0; i < sizeof(errno_texts) / sizeof(*errno_texts);
	     i++) {
		const struct errno_text *row = &errno_texts[i];

		if (row->errnum != errnum ||
		    (row->kind != kind && row->kind != PHC_KIND_COUNT))
			continue;
		*hint = row->hint;
		return row->text;
	}
	return strerror(errnum);
}

/* What to do about a node that cannot be opened; may be "". */
static const char *get_open_hint(int errnum)
{
	switch (errnum) {
	case EACCES:
		return asker_here() == ASKER_ROOT
			       ? "a security module forbids it, even to root"
			       : "a udev rule says who may: only root, or since systemd 258 the group clock";
	case EPERM:
		return "a container may only open the devices that it was given (--device=/dev/ptp0)";
	case ENXIO:
	case ENODEV:
		return "the node is of a clock that is gone; /sys/class/ptp has those that are there";
	default:
		return "vmclockctl doctor lists the clocks of this machine";
	}
}

static int call_ioctl(int fd, unsigned long request, void *argument)
{
	return RETRY_EINTR(ioctl(fd, request, argument)) < 0 ? errno : 0;
}

static int cannot_open(const char *path, int errnum, struct error *error)
{
	error_set(error, ERROR_OPEN, errnum, "%s: cannot open", path);
	return error_hint(error, "%s", get_open_hint(errnum));
}

static int not_a_clock(const char *path, const struct character_device *device,
		       struct error *error)
{
	error_set(error, ERROR_OPEN, 0, "%s: not a PTP clock, but %s", path,
		  device->what);
	return error_hint(error,
			  "vmclockctl doctor lists the clocks of this machine");
}

int ptp_open(const char *path, struct ptp *ptp, struct error *error)
{
	struct character_device device;
	int fd;

	*ptp = (struct ptp){ .fd = -1 };
	if (character_device_at(path, &device)) {
		if (device.kind == CHARACTER_ABSENT)
			return cannot_open(path, ENXIO, error);
		if (device.kind != CHARACTER_PTP &&
		    device.kind != CHARACTER_MAYBE_PTP)
			return not_a_clock(path, &device, error);
	}
	fd = open_readonly(path);
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

static void take_precise(const void *answer, struct ptp_reading *reading)
{
	const struct ptp_sys_offset_precise *precise = answer;

	reading->device.time = stamp_of(&precise->device);
	reading->realtime.before = reading->realtime.after =
		stamp_of(&precise->sys_realtime);
}

static void take_extended(const void *answer, struct ptp_reading *reading)
{
	const struct ptp_sys_offset_extended *extended = answer;

	reading->device.time = stamp_of(&extended->ts[0][1]);
	reading->realtime.before = stamp_of(&extended->ts[0][0]);
	reading->realtime.after = stamp_of(&extended->ts[0][2]);
}

static void take_offset(const void *answer, struct ptp_reading *reading)
{
	const struct ptp_sys_offset *offset = answer;

	reading->device.time = stamp_of(&offset->ts[1]);
	reading->realtime.before = stamp_of(&offset->ts[0]);
	reading->realtime.after = stamp_of(&offset->ts[2]);
}

static void take_attributes(const struct ptp_attributes *attributes,
			    struct ptp_reading *reading)
{
	const struct ptp_attributes_sample *sample = &attributes->sample;
	const struct ptp_quality *quality = &sample->quality;
	const struct ptp_system_stamp *after = reading->method == METHOD_PRECISE
						       ? &sample->before
						       : &sample->after;

	reading->device.time = stamp_of(&sample->device);
	reading->realtime.before = timestamp_from_nsec(sample->before.time);
	reading->realtime.after = timestamp_from_nsec(after->time);
	if (sample->before.counter_id == after->counter_id)
		reading->counter_id = after->counter_id;
	reading->counter_before = sample->before.counter;
	reading->counter_after = after->counter;
	reading->quality = (struct quality){
		.given = true,
		.has_bound = quality->valid & QUALITY_BOUND,
		.has_timescale = quality->valid & QUALITY_TIMESCALE,
		.has_status = quality->valid & QUALITY_STATUS,
		.bound_nsec = quality->bound,
		.timescale = quality->timescale,
		.status = quality->status,
	};
}

/* The argument of any of the requests. */
union answer {
	struct ptp_sys_offset_precise precise;
	struct ptp_sys_offset_extended extended;
	struct ptp_sys_offset offset;
	struct ptp_attributes attributes;
};

/* All zero but for the number of samples: the first reserved word of EXTENDED
 * is the clockid since 6.12, and 0 is CLOCK_REALTIME, as it always was. */
static union answer make_request(const struct form *form)
{
	if (form->quality)
		return (union answer){ .attributes.request.samples = 1 };
	if (form->method == METHOD_EXTENDED)
		return (union answer){ .extended.n_samples = 1 };
	if (form->method == METHOD_OFFSET)
		return (union answer){ .offset.n_samples = 1 };
	return (union answer){ .precise.device.sec = 0 };
}

/* A kernel gives the request back as it was; what does not is another request
 * of that number, whose answer has another layout. */
static bool is_answered(const struct form *form, const union answer *answer)
{
	const union answer request = make_request(form);

	return !form->quality ||
	       memcmp(&answer->attributes.request, &request.attributes.request,
		      sizeof(request.attributes.request)) == 0;
}

static int read_once(const struct ptp *ptp, const struct form *form,
		     const struct counter_reader *counter,
		     struct ptp_reading *reading)
{
	static void (*const takers[])(const void *, struct ptp_reading *) = {
		[METHOD_PRECISE] = take_precise,
		[METHOD_EXTENDED] = take_extended,
		[METHOD_OFFSET] = take_offset,
	};
	union answer answer = make_request(form);
	int errnum = clock_read(CLOCK_REALTIME, counter, &reading->first);

	if (errnum)
		return errnum;
	errnum = time_ioctl(ptp, form->request, &answer, counter,
			    &reading->device);
	if (errnum)
		return errnum;
	if (!is_answered(form, &answer))
		return ENOTTY;
	if (form->quality)
		take_attributes(&answer.attributes, reading);
	else
		takers[form->method](&answer, reading);
	return clock_read(CLOCK_REALTIME, counter, &reading->last);
}

static int read_by(const struct ptp *ptp, const struct form *form,
		   const struct counter_reader *counter,
		   struct ptp_reading *reading)
{
	int errnum;

	*reading = (struct ptp_reading){ .method = form->method };
	for (int i = 0; i < BUSY_TRIES; i++) {
		errnum = read_once(ptp, form, counter, reading);
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
		if (forms[i].quality && ptp->no_quality)
			continue;
		errnum = read_by(ptp, &forms[i], counter, reading);
		if (forms[i].quality && errnum == ENOTTY)
			ptp->no_quality = true;
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

const struct counter_reader ptp_no_counter = { read_no_counter, NULL };

int ptp_precise(const struct ptp *ptp)
{
	struct ptp_reading reading;
	int errnum = ENOTTY;

	for (unsigned int i = 0; i < FORM_COUNT && errnum; i++) {
		if (forms[i].method == METHOD_PRECISE && !forms[i].quality)
			errnum = read_by(ptp, &forms[i], &ptp_no_counter,
					 &reading);
	}
	return errnum;
}

int kernel_tai_offset(void)
{
	struct timex timex = { .modes = 0 };

	return adjtimex(&timex) < 0 ? 0 : timex.tai;
}
