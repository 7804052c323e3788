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

/* What the device answers: an errno for each request, and how many calls get
 * EBUSY or EINTR first. */
enum {
	CAPS,
	PRECISE,
	PRECISE2,
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
	/* Its time is beyond what the kernel's nanoseconds hold. */
	bool far;
} device;

static int request_of(unsigned long request)
{
	switch (request) {
	case PTP_CLOCK_GETCAPS:
		return CAPS;
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

static void fill(int request, void *argument)
{
	struct ptp_clock_time device_time = { .sec = 1000, .nsec = 5 };
	struct ptp_clock_caps *caps = argument;
	struct ptp_sys_offset_precise *precise = argument;
	struct ptp_sys_offset_extended *extended = argument;
	struct ptp_sys_offset *offset = argument;

	switch (request) {
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

static void start(struct ptp *ptp)
{
	struct error error;

	memset(&device, 0, sizeof(device));
	ticks = 0;
	assert_int_equal(ptp_open("/dev/null", ptp, &error), 0);
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
	assert_int_equal(r.realtime.sec, 963);
	assert_int_equal(r.realtime.nsec, 4);
	/* The counter around CLOCK_REALTIME, the call, CLOCK_REALTIME. */
	assert_int_equal(r.first.before, 0);
	assert_int_equal(r.first.after, 10);
	assert_int_equal(r.device.before, 20);
	assert_int_equal(r.device.after, 30);
	assert_int_equal(r.last.before, 40);
	assert_int_equal(r.last.after, 50);
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
			start(&ptp);
			refuse(PRECISE, good - 1, refusals[e]);
			for (int i = 0; i < 2; i++) {
				assert_int_equal(ptp_read(&ptp, &counter, &r),
						 0);
				assert_int_equal(r.method, methods[good]);
				assert_int_equal(r.device.time.sec, 1000);
				assert_int_equal(r.device.time.nsec, 5);
			}
			for (int i = PRECISE; i < good; i++)
				assert_int_equal(device.calls[i], 1);
			assert_int_equal(device.calls[good], 2);
			for (int i = good + 1; i < REQUESTS; i++)
				assert_int_equal(device.calls[i], 0);
			assert_false(device.bad_argument);
			ptp_close(&ptp);
		}
	}
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
	snprintf(message, sizeof(message), "/dev/null: not a PTP clock: %s",
		 strerror(ENOTTY));
	memset(&device, 0, sizeof(device));
	device.answer[CAPS] = ENOTTY;
	assert_int_equal(ptp_open("/dev/null", &ptp, &error), -1);
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
		int errnum;
		const char *part;
		bool hint;
	} rows[] = {
		{ EOPNOTSUPP, "cannot do that (EOPNOTSUPP)", false },
		{ ENOTTY, "does not know the request (ENOTTY)", false },
		{ EBUSY, "still busy after several tries (EBUSY)", true },
		{ ENODEV, "gone, or the clocksource is not its", true },
		{ ETIMEDOUT, "did not answer in time (ETIMEDOUT)", true },
		{ EINVAL, "no time to give (EINVAL)", true },
		{ EACCES, "permission denied (EACCES)", true },
		{ EPERM, "not permitted (EPERM)", true },
		{ ENOENT, "not there (ENOENT)", true },
		{ EAGAIN, "the page changed", false },
		{ EIO, "error", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *hint;
		const char *text = ptp_errno_text(rows[i].errnum, &hint);

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
