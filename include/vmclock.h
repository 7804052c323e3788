/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libvmclock: reads the VMClock page that a hypervisor shares with its guest.
 *
 * The library needs libc and nothing else. It allocates in the functions that
 * open and nowhere else; it has no thread, no signal handler, no global, it
 * prints nothing and asks no environment variable. After the open,
 * vmclock_epoch(), vmclock_now(), vmclock_at(), vmclock_counter() and
 * vmclock_fd() may be called by any number of threads and in signal handlers;
 * vmclock_seen() by one thread at a time. None of them waits: an update in
 * progress is looked at VMCLOCK_LOOKS times, then the result is -EAGAIN.
 *
 * Functions that return int return 0, or an errno value as a negative number,
 * and leave errno alone except in those that open.
 *
 * A page whose file is cut short makes the next read a SIGBUS, as with every
 * mapping: see vmclock_open(3).
 *
 * x86-64 and arm64. Elsewhere the functions that open return -ENOTSUP.
 */
#ifndef VMCLOCK_H
#define VMCLOCK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Who includes the library in a source of his own may define it as static, and
 * as unused for what is not called. */
#ifndef VMCLOCK_API
#define VMCLOCK_API __attribute__((visibility("default")))
#endif

/* Looks at a page that is being updated, before -EAGAIN: some microseconds. */
#define VMCLOCK_LOOKS 100

/* How often to call vmclock_seen() where there is nothing to poll, in ms. */
#define VMCLOCK_INTERVAL_MS 100

struct vmclock;

/*
 * Open and map a page, never to be written; *clock is NULL after an error.
 *
 *  -EACCES          no permission: a udev rule gives it; not "no device"
 *  -EBADMSG         what is there is no VMClock page
 *  -EPROTONOSUPPORT a page of a pre-release layout, or of a version to come
 *  -ENXIO           it can be opened, but not be mapped
 *  -ENOTSUP         not on this kind of machine
 *  -ENOMEM, and what open(2), fstat(2) and mmap(2) say
 */

/* A device, or a file that another process updates; NULL: the device of this
 * machine, -ENODEV if it has none and -E2BIG if it has more than one. A device
 * that is no VMClock is not opened: -ENODEV. */
VMCLOCK_API int vmclock_open(struct vmclock **clock, const char *path);

/* An open device or file; the descriptor is duplicated. */
VMCLOCK_API int vmclock_open_fd(struct vmclock **clock, int fd);

/* A page at this physical address, a multiple of 4096, by /dev/mem. Four bytes
 * are read there, and no more unless they are a page's magic. */
VMCLOCK_API int vmclock_open_memory(struct vmclock **clock, uint64_t address);

/* A page that is mapped already, at a multiple of 8: `length` bytes, of which
 * all stay mapped until the close. -EINVAL if it is NULL or not aligned. */
VMCLOCK_API int vmclock_attach(struct vmclock **clock, const void *page,
			       size_t length);

/* NULL is allowed. */
VMCLOCK_API void vmclock_close(struct vmclock *clock);

/* --- What happened to this machine ---------------------------------------- */

#define VMCLOCK_HAS_GENERATION 1u

struct vmclock_epoch {
	uint64_t disruption; /* another: the counter jumped (a migration) */
	uint64_t generation; /* another: this is a clone, or was restored */
	uint32_t has;	     /* VMCLOCK_HAS_GENERATION: generation counts */
	uint32_t reserved;   /* 0 */
};

/* The markers of this moment, from one look; also of a page without a clock.
 * 0 or -EAGAIN. */
VMCLOCK_API int vmclock_epoch(const struct vmclock *clock,
			      struct vmclock_epoch *epoch);

/* --- The time, with its bounds ------------------------------------------- */

enum vmclock_scale {
	VMCLOCK_SCALE_UTC,  /* of 1970, without leap seconds: POSIX's */
	VMCLOCK_SCALE_TAI,  /* of 1970-01-01T00:00:00 TAI */
	VMCLOCK_SCALE_PAGE, /* as the page states it, whichever that is */
};

/* clock_status, as on the page. */
enum vmclock_state {
	VMCLOCK_STATE_UNKNOWN = 0,
	VMCLOCK_STATE_INITIALIZING = 1,
	VMCLOCK_STATE_SYNCHRONIZED = 2,
	VMCLOCK_STATE_FREERUNNING = 3, /* usable, no longer disciplined */
	VMCLOCK_STATE_UNRELIABLE = 4,
};

/* Flags of struct vmclock_now. */
#define VMCLOCK_HAS_BOUNDS	    1u	/* earliest and latest are bounds */
#define VMCLOCK_DISRUPTION_SOON	    2u	/* within about a day */
#define VMCLOCK_DISRUPTION_IMMINENT 4u	/* within about an hour */
#define VMCLOCK_IN_LEAP_SECOND	    8u	/* it is 23:59:60; UTC only */
#define VMCLOCK_HAS_TAI		    16u /* tai_minus_utc counts */

/*
 * Times are in nanoseconds since the scale's 1970-01-01T00:00:00, years 1678 to
 * 2261. The true time is not before `earliest` and not after `latest`, which
 * are rounded outward, each by less than 2 ns; a bound that does not fit is
 * INT64_MIN or INT64_MAX, and so are both without VMCLOCK_HAS_BOUNDS.
 *
 * In a leap second 23:59:60 UTC repeats the nanoseconds of 23:59:59; bounds
 * around one hold on either side of the step.
 */
struct vmclock_now {
	int64_t time; /* rounded down */
	int64_t earliest;
	int64_t latest;
	uint64_t counter; /* the reading that it is the time of */
	/* Of the same look: the times belong to this epoch. */
	struct vmclock_epoch epoch;
	uint32_t flags;
	uint8_t status; /* enum vmclock_state, or a value to come */
	int8_t leap; /* announced for the month's end: 1 inserted, -1 skipped */
	uint8_t time_type; /* of the page: 0 UTC, 1 TAI, 2 monotonic */
	uint8_t reserved;  /* 0 */
	/* s; of this moment on the scale UTC, else as the page states it */
	int32_t tai_minus_utc;
	uint32_t reserved2; /* 0 */
};

/*
 * The time now; `size` is sizeof(struct vmclock_now), so that it can grow.
 *
 *  0          the time
 *  -EAGAIN    an update is going on; *now is as it was
 *  -ENODATA   the page has no clock for this counter, or cannot tell this scale
 *             (no valid TAI offset, a monotonic page). QEMU's and Firecracker's
 *             page has no clock
 *  -EHOSTDOWN its status forbids the use of the clock
 *  -ERANGE    the time does not fit
 *  -EINVAL    a size or a scale that there is not; *now is as it was
 *
 * After -ENODATA, -EHOSTDOWN and -ERANGE the times are INT64_MIN, and all else
 * is filled in: the epoch, the status, the flags.
 */
VMCLOCK_API int vmclock_now(const struct vmclock *clock, int scale,
			    struct vmclock_now *now, size_t size);

/* The same for a reading of the counter that was taken before; it says nothing
 * if now->epoch is not the epoch in which the reading was taken. */
VMCLOCK_API int vmclock_at(const struct vmclock *clock, int scale,
			   uint64_t counter, struct vmclock_now *now,
			   size_t size);

/* This CPU's counter, after all loads before it; 0 where there is none. */
VMCLOCK_API uint64_t vmclock_counter(void);

/* --- To be told ----------------------------------------------------------- */

/*
 * A descriptor for poll(2), readable (POLLIN) when the page has changed, until
 * vmclock_seen(). It belongs to the clock. -ENOSYS where the driver or the
 * device does not notify: then call vmclock_seen() every VMCLOCK_INTERVAL_MS,
 * and do so too when poll(2) says POLLHUP.
 */
VMCLOCK_API int vmclock_fd(const struct vmclock *clock);

#define VMCLOCK_EVENT_DISRUPTION 1u  /* the counter jumped */
#define VMCLOCK_EVENT_RESTORE	 2u  /* a snapshot was loaded */
#define VMCLOCK_EVENT_FORK	 4u  /* cloned, and the counter went on */
#define VMCLOCK_EVENT_STATUS	 8u  /* clock_status changed */
#define VMCLOCK_EVENT_LEAP	 16u /* leap_indicator changed */
#define VMCLOCK_EVENT_MAINTENANCE                                              \
	32u		      /* a disruption announced, or no longer          \
			       */
#define VMCLOCK_EVENT_TAI 64u /* the TAI offset changed */

/*
 * What has happened since the last call, or since the open: a mask of
 * VMCLOCK_EVENT_*, 0 for nothing. One caller: what it was told is over for all.
 * -EAGAIN: an update is going on, nothing is lost.
 */
VMCLOCK_API int vmclock_seen(struct vmclock *clock);

#ifdef __cplusplus
}
#endif

#endif
