/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks read under a page: it is a simulation's, changes when the test says
 * so, and the PTP clock is played. */
#include <errno.h>
#include <linux/ptp_clock.h>
#include <unistd.h>

#include "io/host/cross_timestamp.h"
#include "io/host/ptp_attributes.h"
#include "io/live/counter.h"
#include "io/system_clock.h"
#include "pages.h"

/* How often the page is seen to have changed after a reading, and how often it
 * was looked at. */
static unsigned int changes, looks;

/* What the PTP clock answers: an errno for PRECISE, and for EXTENDED; how far
 * it is ahead of CLOCK_REALTIME; how long a call takes, and how often. */
static struct {
	int precise, extended;
	int64_t ahead, takes;
	unsigned int calls;
	/* The kernel's own stamps: none, of CLOCK_REALTIME, or of the counter
	 * too, which may be another. */
	bool stamps, attributes;
	uint32_t counter_id;
} device;

static struct cross_timestamper stamper;

int __wrap_ioctl(int fd, unsigned long request, void *argument);
bool __wrap_live_unchanged(struct live *live, uint64_t *counter);
bool __real_live_unchanged(struct live *live, uint64_t *counter);
int __wrap_live_page(struct live *live, struct snapshot *snapshot,
		     struct error *error);
int __real_live_page(struct live *live, struct snapshot *snapshot,
		     struct error *error);

static struct ptp_clock_time time_of(int64_t nsec)
{
	return (struct ptp_clock_time){ .sec = nsec / NSEC_PER_SEC,
					.nsec = (uint32_t)(nsec %
							   NSEC_PER_SEC) };
}

static int answer(int errnum)
{
	errno = errnum;
	return errnum ? -1 : 0;
}

/* The counter beside the device's time, when the call is nearly over. */
static int read_attributes(struct ptp_attributes *attributes, int64_t now)
{
	struct ptp_attributes_sample *sample = &attributes->sample;

	now = clock_nsec(CLOCK_REALTIME);
	sample->before.time = now;
	stamper.counter.read(stamper.counter.context, &sample->before.counter);
	sample->device = time_of(now + device.ahead);
	stamper.counter.read(stamper.counter.context, &sample->after.counter);
	sample->after.time = clock_nsec(CLOCK_REALTIME);
	sample->before.counter_id = sample->after.counter_id =
		device.counter_id;
	return device.extended;
}

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	struct ptp_sys_offset_precise *precise = argument;
	struct ptp_sys_offset_extended *extended = argument;
	int64_t now;

	(void)fd;
	if (request == PTP_CLOCK_GETCAPS)
		return 0;
	if (request == REQUEST_PRECISE_ATTRIBUTES)
		return answer(device.attributes ? EOPNOTSUPP : ENOTTY);
	if (request == REQUEST_EXTENDED_ATTRIBUTES && !device.attributes)
		return answer(ENOTTY);
	device.calls++;
	sleep_nsec(device.takes);
	now = clock_nsec(CLOCK_REALTIME);
	sleep_nsec(device.takes);
	switch (request) {
	case PTP_SYS_OFFSET_PRECISE:
		precise->sys_realtime = time_of(now);
		precise->device = time_of(now + device.ahead);
		return answer(device.precise);
	case PTP_SYS_OFFSET_EXTENDED:
		extended->ts[0][1] = time_of(now + device.ahead);
		if (device.stamps)
			extended->ts[0][0] = extended->ts[0][2] = time_of(now);
		return answer(device.extended);
	case REQUEST_EXTENDED_ATTRIBUTES:
		return answer(read_attributes(argument, now));
	default:
		return answer(EOPNOTSUPP);
	}
}

bool __wrap_live_unchanged(struct live *live, uint64_t *counter)
{
	if (changes && changes--)
		return false;
	return __real_live_unchanged(live, counter);
}

int __wrap_live_page(struct live *live, struct snapshot *snapshot,
		     struct error *error)
{
	looks++;
	return __real_live_page(live, snapshot, error);
}

static struct live *live;
static struct ptp ptp;
static struct cross_timestamp stamp;
static struct error error;

static void start(const char *source)
{
	memset(&device, 0, sizeof(device));
	changes = looks = 0;
	live = live_open(source, "", true, &error);
	assert_non_null(live);
	assert_int_equal(ptp_open("/proc/version", &ptp, &error), 0);
	cross_timestamp_start(&stamper, live);
}

static void end(void)
{
	ptp_close(&ptp);
	live_close(live);
}

static enum cross_result take(void)
{
	return cross_timestamp_take(&stamper, &ptp, 0, &stamp, &error);
}

/* Judged against the page, which is TAI, the clock is CLOCK_REALTIME + ahead.
 */
static void assert_ahead(int64_t nsec)
{
	struct offset offset;

	assert_true(offset_judge(&stamper.page.clock, &stamp.difference,
				 EXPECT_ANY, &offset));
	assert_int_equal(offset.scale, SCALE_UTC);
	/* CLOCK_REALTIME is measured by the simulation to some 100 ns. */
	assert_true(offset.nsec > nsec - NSEC_PER_MSEC);
	assert_true(offset.nsec < nsec + NSEC_PER_MSEC);
}

/* PTP_SYS_OFFSET_PRECISE is known far better than its call is long. */
static void test_precise(void **state)
{
	(void)state;
	start("sim:steady");
	device.ahead = 3 * NSEC_PER_MSEC;
	device.takes = 5 * NSEC_PER_MSEC;
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(stamp.clock.method, METHOD_PRECISE);
	assert_true(grid_nsec_ceil(stamp.difference.window) <
		    2 * (uint64_t)device.takes);
	assert_ahead(3 * NSEC_PER_MSEC);
	end();
}

/* The others are somewhere in their call. */
static void test_extended(void **state)
{
	(void)state;
	start("sim:steady");
	device.precise = EOPNOTSUPP;
	device.ahead = 3 * NSEC_PER_MSEC;
	device.takes = NSEC_PER_MSEC;
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(stamp.clock.method, METHOD_EXTENDED);
	assert_true(grid_nsec_ceil(stamp.difference.window) >=
		    2 * (uint64_t)device.takes);
	end();
}

/* The kernel's own stamps lie around the device, not around the call. */
static void test_stamps(void **state)
{
	(void)state;
	start("sim:steady");
	device.precise = EOPNOTSUPP;
	device.ahead = 3 * NSEC_PER_MSEC;
	device.takes = 5 * NSEC_PER_MSEC;
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(stamp.window_by, WINDOW_CALL);
	device.stamps = true;
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(stamp.clock.method, METHOD_EXTENDED);
	assert_int_equal(stamp.window_by, WINDOW_STAMPS);
	assert_true(grid_nsec_ceil(stamp.difference.window) <
		    2 * (uint64_t)device.takes);
	assert_ahead(3 * NSEC_PER_MSEC);
	end();
}

/* The counter that the kernel read is used where it is the page's. */
static void test_counter_stamps(void **state)
{
	const bool x86 = COUNTER_OWN == COUNTER_X86_TSC;

	(void)state;
	start("sim:steady");
	device.precise = EOPNOTSUPP;
	device.attributes = true;
	device.takes = 5 * NSEC_PER_MSEC;
	device.counter_id =
		x86 ? QUALITY_COUNTER_X86_TSC : QUALITY_COUNTER_ARM_VCNT;
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(stamp.clock.method, METHOD_EXTENDED);
	assert_int_equal(stamp.window_by, WINDOW_COUNTER);
	assert_true(stamp.clock.quality.given);
	assert_true(grid_nsec_ceil(stamp.difference.window) <
		    2 * (uint64_t)device.takes);
	assert_ahead(0);
	device.counter_id =
		x86 ? QUALITY_COUNTER_ARM_VCNT : QUALITY_COUNTER_X86_TSC;
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(stamp.window_by, WINDOW_STAMPS);
	device.counter_id = QUALITY_COUNTER_NONE;
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(stamp.window_by, WINDOW_STAMPS);
	end();
}

/* A page that stays is looked at once; one that changes, anew each time. */
static void test_changes(void **state)
{
	unsigned int calls;

	(void)state;
	start("sim:steady");
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(take(), CROSS_TAKEN);
	/* A reading that was held up is another call, and no other look. */
	assert_int_equal(looks, 1);
	calls = device.calls;
	assert_true(calls >= 2);
	changes = 5;
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(looks, 6);
	assert_true(device.calls >= calls + 6);
	assert_ahead(0);
	end();
}

/* In the end it is given up, which is no fault of the clock's. */
static void test_always_changes(void **state)
{
	(void)state;
	start("sim:steady");
	changes = 1000;
	assert_int_equal(take(), CROSS_NO_CLOCK);
	assert_int_equal(stamp.errnum, EAGAIN);
	assert_int_equal(looks, 200);
	changes = 0;
	assert_int_equal(take(), CROSS_TAKEN);
	assert_int_equal(stamp.errnum, 0);
	end();
}

/* A clock that cannot be read is not asked again. */
static void test_no_clock(void **state)
{
	(void)state;
	start("sim:steady");
	device.precise = ETIMEDOUT;
	assert_int_equal(take(), CROSS_NO_CLOCK);
	assert_int_equal(stamp.errnum, ETIMEDOUT);
	assert_int_equal(device.calls, 1);
	end();
}

/* Without a time there is nothing to read a PHC for; a clock may be read. */
static void test_no_time(void **state)
{
	struct bracket bracket;
	int64_t before = clock_nsec(CLOCK_REALTIME);

	(void)state;
	start("sim:disruption-only");
	assert_int_equal(take(), CROSS_NO_TIME);
	assert_int_equal(stamper.page.reason, READING_NO_CLOCK);
	assert_int_equal(device.calls, 0);
	assert_int_equal(clock_read_under_page(&stamper, CLOCK_REALTIME,
					       &bracket, &error),
			 CROSS_TAKEN);
	assert_true(bracket.time.sec >= before / NSEC_PER_SEC);
	assert_true(bracket.before <= bracket.after);
	end();
}

static void test_system_clock(void **state)
{
	(void)state;
	start("sim:steady");
	assert_int_equal(cross_timestamp_take(&stamper, NULL, CLOCK_REALTIME,
					      &stamp, &error),
			 CROSS_TAKEN);
	assert_int_equal(stamp.clock.method, METHOD_READ);
	assert_int_equal(device.calls, 0);
	assert_ahead(0);
	assert_int_equal(
		cross_timestamp_take(&stamper, NULL, 12345, &stamp, &error),
		CROSS_NO_CLOCK);
	assert_int_equal(stamp.errnum, EINVAL);
	end();
}

static void test_no_page(void **state)
{
	char path[] = "/tmp/vmclockctl-cross-XXXXXX";
	struct made_page page = make_page();
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, page.bytes, sizeof(page.bytes)),
			 sizeof(page.bytes));
	close(fd);
	start(path);
	unlink(path);
	assert_int_equal(take(), CROSS_NO_PAGE);
	assert_int_equal(error.code, ERROR_READ);
	assert_false(stamper.current);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_precise),
		cmocka_unit_test(test_extended),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_counter_stamps),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_always_changes),
		cmocka_unit_test(test_no_clock),
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_system_clock),
		cmocka_unit_test(test_no_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
