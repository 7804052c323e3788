/* SPDX-License-Identifier: BSD-2-Clause */
/* The ladder of PTP ioctls, with ioctl(2) played by this file (ld --wrap). */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/ptp_clock.h>

#include "io/host/ptp.h"
#include "io/host/ptp_attributes.h"

/* What the device answers: an errno for each request, and how many calls get
 * EBUSY or EINTR first. */
enum {
	CAPS,
	PRECISE_ATTRIBUTES,
	PRECISE,
	PRECISE2,
	EXTENDED_ATTRIBUTES,
	EXTENDED,
	EXTENDED2,
	OFFSET,
	OFFSET2,
	REQUESTS,
};

static struct {
	int answer[REQUESTS];
	int busy, interrupted;
	int calls[REQUESTS];
	bool bad_argument;
	uint32_t quality;   /* ptp_quality.valid */
	bool other_counter; /* after another than before */
	/* Its time is beyond what the kernel's nanoseconds hold. */
	bool far;
	/* The requests for the quality are others of their numbers. */
	bool foreign;
} device;

static int request_of(unsigned long request)
{
	switch (request) {
	case PTP_CLOCK_GETCAPS:
		return CAPS;
	case REQUEST_PRECISE_ATTRIBUTES:
		return PRECISE_ATTRIBUTES;
	case REQUEST_EXTENDED_ATTRIBUTES:
		return EXTENDED_ATTRIBUTES;
	case PTP_SYS_OFFSET_PRECISE:
		return PRECISE;
	case PTP_SYS_OFFSET_PRECISE2:
		return PRECISE2;
	case PTP_SYS_OFFSET_EXTENDED:
		return EXTENDED;
	case PTP_SYS_OFFSET_EXTENDED2:
		return EXTENDED2;
	case PTP_SYS_OFFSET:
		return OFFSET;
	case PTP_SYS_OFFSET2:
		return OFFSET2;
	default:
		return -1;
	}
}

static bool all_zero(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < length; i++) {
		if (at[i])
			return false;
	}
	return true;
}

static void fill_attributes(struct ptp_attributes *a, bool extended)
{
	const struct ptp_attributes_request wanted = { .samples = 1 };
	struct ptp_sys_offset *foreign = (void *)a;

	/* Any other word makes the kernel refuse. */
	device.bad_argument |=
		memcmp(&a->request, &wanted, sizeof(wanted)) != 0 ||
		!all_zero(&a->sample, sizeof(a->sample));
	if (device.foreign) {
		foreign->ts[0] = (struct ptp_clock_time){ .sec = 963 };
		foreign->ts[1] = (struct ptp_clock_time){ .sec = 5 };
		return;
	}
	a->sample.device = (struct ptp_clock_time){ .sec = 1000, .nsec = 5 };
	a->sample.before = (struct ptp_system_stamp){
		.time = INT64_C(963000000004),
		.counter = 24,
		.counter_id = 1,
	};
	if (extended)
		a->sample.after = (struct ptp_system_stamp){
			.time = INT64_C(963000000009),
			.counter = 26,
			.counter_id = device.other_counter ? 2 : 1,
		};
	a->sample.quality = (struct ptp_quality){
		.valid = device.quality,
		.bound = 250,
		.timescale = 1,
		.status = 2,
	};
}

static void fill(int request, void *argument)
{
	struct ptp_clock_time device_time = { .sec = 1000, .nsec = 5 };
	struct ptp_clock_caps *caps = argument;
	struct ptp_sys_offset_precise *precise = argument;
	struct ptp_sys_offset_extended *extended = argument;
	struct ptp_sys_offset *offset = argument;
	struct ptp_attributes *attributes = argument;

	switch (request) {
	case PRECISE_ATTRIBUTES:
	case EXTENDED_ATTRIBUTES:
		fill_attributes(attributes, request == EXTENDED_ATTRIBUTES);
		return;
	case CAPS:
		*caps = (struct ptp_clock_caps){ .max_adj = 7,
						 .cross_timestamping = 1 };
		return;
	case PRECISE:
	case PRECISE2:
		device.bad_argument |= !all_zero(precise, sizeof(*precise));
		precise->device = device_time;
		if (device.far)
			precise->device =
				(struct ptp_clock_time){ .sec = 9223372036,
							 .nsec = 854775807 };
		precise->sys_realtime =
			(struct ptp_clock_time){ .sec = 963, .nsec = 4 };
		return;
	case EXTENDED:
	case EXTENDED2:
		/* The first reserved word is the clockid since 6.12. */
		device.bad_argument |=
			extended->n_samples < 1 ||
			extended->n_samples > PTP_MAX_SAMPLES ||
			!all_zero(extended->rsv, sizeof(extended->rsv));
		extended->ts[0][0] = (struct ptp_clock_time){ .sec = 963 };
		extended->ts[0][1] = device_time;
		extended->ts[0][2] =
			(struct ptp_clock_time){ .sec = 963, .nsec = 9 };
		return;
	default:
		device.bad_argument |=
			offset->n_samples < 1 ||
			offset->n_samples > PTP_MAX_SAMPLES ||
			!all_zero(offset->rsv, sizeof(offset->rsv));
		offset->ts[0] = (struct ptp_clock_time){ .sec = 963 };
		offset->ts[1] = device_time;
		offset->ts[2] =
			(struct ptp_clock_time){ .sec = 963, .nsec = 99 };
	}
}

int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	int row = request_of(request);
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	/* Nothing but these, and from a descriptor that cannot write. */
	assert_true(row >= 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	device.calls[row]++;
	if (device.interrupted && device.interrupted--) {
		errno = EINTR;
		return -1;
	}
	if (row != CAPS && device.busy && device.busy--) {
		errno = EBUSY;
		return -1;
	}
	if (device.answer[row]) {
		errno = device.answer[row];
		return -1;
	}
	fill(row, argument);
	return 0;
}

static uint64_t ticks;

static bool read_counter(void *context, uint64_t *counter)
{
	assert_ptr_equal(context, &ticks);
	*counter = ticks;
	ticks += 10;
	return true;
}

static bool lose_counter(void *context, uint64_t *counter)
{
	(void)context;
	(void)counter;
	return false;
}

static const struct counter_reader counter = { read_counter, &ticks };

/* A kernel of today's, which has no requests for the quality. */
static void start(struct ptp *ptp)
{
	struct error error;

	memset(&device, 0, sizeof(device));
	device.answer[PRECISE_ATTRIBUTES] = ENOTTY;
	device.answer[EXTENDED_ATTRIBUTES] = ENOTTY;
	ticks = 0;
	assert_int_equal(ptp_open("/proc/version", ptp, &error), 0);
}

static void refuse(int from, int to, int errnum)
{
	for (int i = from; i <= to; i++)
		device.answer[i] = errnum;
}

static void test_precise(void **state)
{
	struct ptp_reading r;
	struct ptp ptp;

	(void)state;
	start(&ptp);
	assert_int_equal(ptp.capabilities.max_adj, 7);
	assert_true(ptp.capabilities.cross_timestamping);
	assert_int_equal(ptp_read(&ptp, &counter, &r), 0);
	assert_int_equal(r.method, METHOD_PRECISE);
	assert_int_equal(r.device.time.sec, 1000);
	assert_int_equal(r.device.time.nsec, 5);
	assert_int_equal(r.realtime.before.sec, 963);
	assert_int_equal(r.realtime.before.nsec, 4);
	assert_int_equal(r.realtime.after.nsec, 4);
	assert_false(r.quality.given);
	/* The counter around CLOCK_REALTIME, the call, CLOCK_REALTIME, once
	 * the first request is known not to be there. */
	assert_int_equal(ptp_read(&ptp, &counter, &r), 0);
	assert_int_equal(device.calls[PRECISE_ATTRIBUTES], 1);
	assert_int_equal(r.first.after - r.first.before, 10);
	assert_int_equal(r.device.before - r.first.after, 10);
	assert_int_equal(r.device.after - r.device.before, 10);
	assert_int_equal(r.last.before - r.device.after, 10);
	assert_int_equal(r.last.after - r.last.before, 10);
	assert_true(r.last.time.sec >= r.first.time.sec);
	assert_false(device.bad_argument);
	ptp_close(&ptp);
	assert_int_equal(ptp.fd, -1);
}

/* Each refusal leads one rung down, second forms first, and is remembered. */
static void test_ladder(void **state)
{
	static const enum read_method methods[] = {
		[PRECISE] = METHOD_PRECISE,   [PRECISE2] = METHOD_PRECISE,
		[EXTENDED] = METHOD_EXTENDED, [EXTENDED2] = METHOD_EXTENDED,
		[OFFSET] = METHOD_OFFSET,     [OFFSET2] = METHOD_OFFSET,
	};
	static const int refusals[] = { EOPNOTSUPP, ENOTTY, ENODEV, EINVAL };
	struct ptp_reading r;
	struct ptp ptp;

	(void)state;
	for (size_t e = 0; e < sizeof(refusals) / sizeof(*refusals); e++) {
		for (int good = PRECISE; good <= OFFSET2; good++) {
			if (good == EXTENDED_ATTRIBUTES)
				continue;
			start(&ptp);
			refuse(PRECISE, good - 1, refusals[e]);
			device.answer[EXTENDED_ATTRIBUTES] = ENOTTY;
			for (int i = 0; i < 2; i++) {
				assert_int_equal(ptp_read(&ptp, &counter, &r),
						 0);
				assert_int_equal(r.method, methods[good]);
				assert_int_equal(r.device.time.sec, 1000);
				assert_int_equal(r.device.time.nsec, 5);
			}
			for (int i = PRECISE; i < good; i++)
				assert_int_equal(device.calls[i],
						 i != EXTENDED_ATTRIBUTES);
			assert_int_equal(device.calls[good], 2);
			for (int i = good + 1; i < REQUESTS; i++)
				assert_int_equal(device.calls[i], 0);
			assert_false(device.bad_argument);
			ptp_close(&ptp);
		}
	}
}

/* What is no answer to the request is not taken for one, nor asked again. */
static void test_foreign(void **state)
{
	struct ptp_reading r;
	struct ptp ptp;

	(void)state;
	for (int extended = 0; extended < 2; extended++) {
		start(&ptp);
		device.answer[EXTENDED_ATTRIBUTES] = 0;
		device.answer[PRECISE_ATTRIBUTES] = extended ? EOPNOTSUPP : 0;
		refuse(PRECISE, PRECISE2, EOPNOTSUPP);
		device.foreign = true;
		for (int i = 0; i < 2; i++) {
			assert_int_equal(ptp_read(&ptp, &counter, &r), 0);
			assert_int_equal(r.method, METHOD_EXTENDED);
			assert_int_equal(r.device.time.sec, 1000);
			assert_false(r.quality.given);
		}
		assert_int_equal(device.calls[PRECISE_ATTRIBUTES], 1);
		assert_int_equal(device.calls[EXTENDED_ATTRIBUTES], extended);
		ptp_close(&ptp);
	}
}

/* A kernel that has the requests is asked nothing else, and what it says of the
 * clock is kept, apart from what it says is not valid. */
static void test_quality(void **state)
{
	struct ptp_reading r;
	struct ptp ptp;

	(void)state;
	for (int extended = 0; extended < 2; extended++) {
		start(&ptp);
		device.answer[EXTENDED_ATTRIBUTES] = 0;
		device.answer[PRECISE_ATTRIBUTES] = extended ? EOPNOTSUPP : 0;
		refuse(PRECISE, PRECISE2, EOPNOTSUPP);
		device.quality = QUALITY_BOUND | QUALITY_STATUS;
		for (int i = 0; i < 2; i++)
			assert_int_equal(ptp_read(&ptp, &counter, &r), 0);
		assert_int_equal(r.method,
				 extended ? METHOD_EXTENDED : METHOD_PRECISE);
		assert_int_equal(device.calls[PRECISE_ATTRIBUTES],
				 extended ? 1 : 2);
		assert_int_equal(device.calls[EXTENDED], 0);
		assert_false(device.bad_argument);
		assert_int_equal(r.device.time.sec, 1000);
		assert_int_equal(r.realtime.before.sec, 963);
		assert_int_equal(r.realtime.before.nsec, 4);
		assert_int_equal(r.realtime.after.nsec, extended ? 9 : 4);
		assert_int_equal(r.counter_id, QUALITY_COUNTER_X86_TSC);
		assert_int_equal(r.counter_before, 24);
		assert_int_equal(r.counter_after, extended ? 26 : 24);
		assert_true(r.quality.given && r.quality.has_bound &&
			    r.quality.has_status);
		assert_false(r.quality.has_timescale);
		assert_int_equal(r.quality.bound_nsec, 250);
		assert_int_equal(r.quality.status, QUALITY_SYNCHRONIZED);
		if (extended) {
			device.other_counter = true;
			assert_int_equal(ptp_read(&ptp, &counter, &r), 0);
			assert_int_equal(r.counter_id, QUALITY_COUNTER_NONE);
		}
		ptp_close(&ptp);
	}
}

static void test_quality_names(void **state)
{
	char name[QUALITY_NAME_MAX];

	(void)state;
	quality_status_name(QUALITY_FREE_RUNNING, name);
	assert_string_equal(name, "free-running");
	quality_status_name(6, name);
	assert_string_equal(name, "unknown(6)");
	quality_timescale_name(QUALITY_SCALE_POSIX, name);
	assert_string_equal(name, "posix");
	quality_timescale_name(UINT32_MAX, name);
	assert_string_equal(name, "unknown(4294967295)");
}

/* The kernel takes PRECISE's time through nanoseconds of 64 bits, and gives the
 * greatest for a later one: the next rung has the clock's own time. */
static void test_beyond_nanoseconds(void **state)
{
	struct ptp_reading r;
	struct ptp ptp;

	(void)state;
	start(&ptp);
	device.far = true;
	assert_int_equal(ptp_read(&ptp, &counter, &r), 0);
	assert_int_equal(r.method, METHOD_EXTENDED);
	assert_int_equal(r.device.time.sec, 1000);
	/* The driver does serve it. */
	assert_int_equal(ptp_precise(&ptp), 0);
	ptp_close(&ptp);
}

/* Where all is refused the last errno is the answer, and the next reading
 * starts anew. */
static void test_all_refused(void **state)
{
	struct ptp_reading r;
	struct ptp ptp;

	(void)state;
	start(&ptp);
	refuse(PRECISE, OFFSET2, EINVAL);
	assert_int_equal(ptp_read(&ptp, &counter, &r), EINVAL);
	device.answer[PRECISE] = 0;
	assert_int_equal(ptp_read(&ptp, &counter, &r), 0);
	assert_int_equal(r.method, METHOD_PRECISE);
	ptp_close(&ptp);
}

/* These are no matter of the request: no rung further down is tried. */
static void test_final(void **state)
{
	static const int finals[] = { ETIMEDOUT, EACCES, EPERM, EFAULT };
	struct ptp_reading r;
	struct ptp ptp;

	(void)state;
	for (size_t e = 0; e < sizeof(finals) / sizeof(*finals); e++) {
		start(&ptp);
		device.answer[PRECISE] = EOPNOTSUPP;
		device.answer[PRECISE2] = finals[e];
		assert_int_equal(ptp_read(&ptp, &counter, &r), finals[e]);
		assert_int_equal(device.calls[PRECISE2], 1);
		assert_int_equal(device.calls[EXTENDED], 0);
		ptp_close(&ptp);
	}
}

static void test_busy(void **state)
{
	struct ptp_reading r;
	struct ptp ptp;

	(void)state;
	start(&ptp);
	ptp.no_quality = true;
	device.busy = 3;
	assert_int_equal(ptp_read(&ptp, &counter, &r), 0);
	assert_int_equal(device.calls[PRECISE], 4);
	/* The window is that of the call that served. */
	assert_int_equal(r.device.after - r.device.before, 10);
	device.busy = 1000;
	assert_int_equal(ptp_read(&ptp, &counter, &r), EBUSY);
	assert_int_equal(device.calls[PRECISE], 14);
	assert_int_equal(device.calls[PRECISE2], 0);
	ptp_close(&ptp);
}

static void test_interrupted(void **state)
{
	struct ptp_reading r;
	struct ptp ptp;

	(void)state;
	start(&ptp);
	ptp.no_quality = true;
	device.interrupted = 3;
	assert_int_equal(ptp_read(&ptp, &counter, &r), 0);
	assert_int_equal(device.calls[PRECISE], 4);
	ptp_close(&ptp);
}

/* A page that changed is no fault of the PHC's, and no reason to go down. */
static void test_counter_lost(void **state)
{
	const struct counter_reader lost = { lose_counter, NULL };
	struct ptp_reading r;
	struct bracket bracket;
	struct ptp ptp;

	(void)state;
	start(&ptp);
	assert_int_equal(ptp_read(&ptp, &lost, &r), EAGAIN);
	assert_int_equal(device.calls[EXTENDED], 0);
	assert_int_equal(clock_read(CLOCK_REALTIME, &lost, &bracket), EAGAIN);
	assert_int_equal(clock_read(CLOCK_REALTIME, &counter, &bracket), 0);
	assert_int_equal(bracket.after - bracket.before, 10);
	assert_true(bracket.time.sec > 1700000000);
	assert_int_equal(clock_read(12345, &counter, &bracket), EINVAL);
	ptp_close(&ptp);
}

static void test_open(void **state)
{
	struct error error;
	struct ptp ptp;
	char message[100];

	(void)state;
	/* The libc's words. */
	snprintf(message, sizeof(message), "/proc/version: not a PTP clock: %s",
		 strerror(ENOTTY));
	memset(&device, 0, sizeof(device));
	device.answer[CAPS] = ENOTTY;
	assert_int_equal(ptp_open("/proc/version", &ptp, &error), -1);
	assert_int_equal(error.code, ERROR_OPEN);
	assert_int_equal(error.errnum, ENOTTY);
	assert_string_equal(error.message, message);
	assert_true(*error.hint);
	assert_int_equal(ptp.fd, -1);
	assert_int_equal(ptp_open("/dev/no-such-clock", &ptp, &error), -1);
	assert_int_equal(error.code, ERROR_OPEN);
	assert_int_equal(error.errnum, ENOENT);
	assert_true(*error.hint);
	ptp_close(&ptp);
}

static void test_words(void **state)
{
	static const struct {
		enum phc_kind kind;
		int errnum;
		const char *part;
		bool hint;
	} rows[] = {
		{ PHC_VMCLOCK, EOPNOTSUPP, "cannot do that (EOPNOTSUPP)",
		  false },
		{ PHC_VMCLOCK, ENOTTY, "does not know the request (ENOTTY)",
		  false },
		{ PHC_VMCLOCK, EBUSY, "still busy after several tries", true },
		{ PHC_VMCLOCK, ENODEV, "gone, or the clocksource is not its",
		  true },
		{ PHC_VMCLOCK, ETIMEDOUT, "did not answer in time", true },
		{ PHC_VMCLOCK, EINVAL, "no time to give (EINVAL)", true },
		{ PHC_VMCLOCK, EAGAIN, "the page changed", false },
		{ PHC_VMCLOCK, EIO, "error", false },
		/* The same errno of another driver says something else. */
		{ PHC_KVM, EOPNOTSUPP, "the host gives no time", true },
		{ PHC_KVM, EINVAL, "Invalid argument", false },
		{ PHC_KVM, ENODEV, "No such device", false },
		{ PHC_ENA, EBUSY, "read too often (EBUSY)", true },
		{ PHC_ENA, ETIMEDOUT, "the card did not answer", true },
		{ PHC_ENA, EINVAL, "Invalid argument", false },
		{ PHC_HYPERV, ESTALE, "too old (ESTALE)", true },
		{ PHC_HYPERV, ETIMEDOUT, "timed out", false },
		{ PHC_VIRTIO_RTC, EOPNOTSUPP, "cannot do that", false },
		{ PHC_OTHER, EINVAL, "Invalid argument", false },
		{ PHC_OTHER, EAGAIN, "the page changed", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *hint;
		const char *text =
			ptp_errno_text(rows[i].kind, rows[i].errnum, &hint);

		if (!strstr(text, rows[i].part))
			fail_msg("%s", text);
		assert_int_equal(*hint != '\0', rows[i].hint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_precise),
		cmocka_unit_test(test_ladder),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_quality),
		cmocka_unit_test(test_quality_names),
		cmocka_unit_test(test_beyond_nanoseconds),
		cmocka_unit_test(test_all_refused),
		cmocka_unit_test(test_final),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_counter_lost),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
