/* SPDX-License-Identifier: BSD-2-Clause */
/* What io/host/ finds in trees: chrony's files, as chronyd 4.8 brings them
 * together, and the programs that steer the clock. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/host/parts.h"

#define MAIN "etc/chrony/chrony.conf"

static char root[] = "/tmp/test_host.XXXXXX";
static struct host host;

static void in_tree(const char *command)
{
	char line[300];

	snprintf(line, sizeof(line), "cd %s && %s", root, command);
	assert_int_equal(system(line), 0);
}

static void put_bytes(const char *name, const void *bytes, size_t length)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	for (char *at = path + sizeof(root); (at = strchr(at, '/')); at++) {
		*at = '\0';
		assert_true(mkdir(path, 0777) == 0 || errno == EEXIST);
		*at = '/';
	}
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static void put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

static int setup(void **state)
{
	(void)state;
	strcpy(strrchr(root, '.'), ".XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	in_tree("rm -rf etc proc run usr dev && rmdir $PWD");
	return 0;
}

static const struct chrony_config *look_at_chrony(void)
{
	memset(&host, 0, sizeof(host));
	host.phc_own = -1;
	host_look_chrony(root, &host);
	return &host.chrony;
}

static void assert_fault(const char *text, enum chrony_fault fault,
			 const char *word)
{
	const struct chrony_config *config;

	put(MAIN, text);
	config = look_at_chrony();
	assert_int_equal(config->fault, fault);
	assert_string_equal(config->fault_word, word);
}

static void assert_paths(const char *text, const char *paths)
{
	const struct chrony_config *config;
	char found[200] = "";

	put(MAIN, text);
	config = look_at_chrony();
	assert_int_equal(config->fault, CHRONY_NO_FAULT);
	for (unsigned int i = 0; i < config->count; i++) {
		strcat(found, config->refclocks[i].path);
		strcat(found, " ");
	}
	assert_string_equal(found, paths);
}

static void test_includes(void **state)
{
	(void)state;
	assert_false(look_at_chrony()->found);
	put("etc/chrony/a.inc", "refclock PHC a\n");
	put("etc/chrony/b.inc", "refclock PHC b");
	assert_paths("refclock PHC m", "m ");
	assert_paths("include /etc/chrony/a.inc\nrefclock PHC m\n", "a m ");
	/* Of a daemon: from the root. */
	assert_paths("include etc/chrony/b.inc", "b ");
	assert_paths("include /etc/chrony/[ab].inc", "a b ");
	assert_paths("include /etc/chrony/*.none\nrefclock PHC m", "m ");
	assert_paths("include /etc/*/a.inc", "a ");
	assert_fault("include /etc/chrony/none.conf", CHRONY_NO_FILE,
		     "/etc/chrony/none.conf");
	assert_int_equal(host.chrony.fault_place.line, 1);
	assert_string_equal(host.chrony.fault_place.file, "/" MAIN);
	assert_fault("include /etc/chrony/none.d/*.conf", CHRONY_NO_DIRECTORY,
		     "/etc/chrony/none.d/");
	assert_fault("\ninclude /" MAIN, CHRONY_DEPTH, "/" MAIN);
	assert_int_equal(host.chrony.fault_place.line, 2);
	/* What comes after a fault is not read. */
	assert_fault("include /etc/chrony/*.inc\ninclude\nrefclock PHC m",
		     CHRONY_WORDS, "include");
	assert_int_equal(host.chrony.count, 2);
	put("etc/chrony/a.inc", "include\n");
	assert_fault("include /etc/chrony/[ab].inc", CHRONY_WORDS, "include");
	assert_int_equal(host.chrony.count, 0);
	/* A directory has no lines. */
	assert_paths("include /etc/chrony\nrefclock PHC m", "m ");
	assert_int_equal(host.access_errors[AREA_CHRONY].errnum, 0);
}

static void test_directories(void **state)
{
	(void)state;
	put("etc/chrony/a.d/1.conf", "refclock PHC a1");
	put("etc/chrony/a.d/3.conf", "refclock PHC a3");
	put("etc/chrony/a.d/3.conf.off", "refclock PHC off");
	put("etc/chrony/a.d/.2.conf", "refclock PHC hidden");
	put("etc/chrony/b.d/2.conf", "refclock PHC b2");
	put("etc/chrony/b.d/3.conf", "refclock PHC b3");
	/* By name; of one name, that of the first directory. */
	assert_paths("confdir /etc/chrony/a.d /etc/chrony/b.d", "a1 b2 a3 ");
	assert_paths("confdir /etc/chrony/b.d etc/chrony/a.d", "a1 b2 b3 ");
	assert_paths("confdir /etc/chrony/none.d\nrefclock PHC m", "m ");
	assert_paths("confdir /etc/chrony/[ab].d\nrefclock PHC m", "m ");
	put("etc/chrony/b.d/2.conf", "refclock");
	assert_fault("confdir /etc/chrony/a.d /etc/chrony/b.d", CHRONY_WORDS,
		     "refclock");
	assert_string_equal(host.chrony.fault_place.file,
			    "/etc/chrony/b.d/2.conf");
	assert_int_equal(host.chrony.count, 1);
}

/* Files of which chronyd takes no refclock: the first one is named, once. */
static void test_passed_over(void **state)
{
	const struct chrony_config *config;

	(void)state;
	put("etc/chrony/a.d/1.sources", "server a\n refclock PHC x\n");
	put("etc/chrony/a.d/2.sources", "refclock PHC y\nrefclock\n");
	put("etc/chrony/conf.d/1.conf", "\nrefclock PHC z\n");
	put("etc/chrony/conf.d/2.conf", "refclock\n");
	assert_paths("sourcedir /etc/chrony/a.d", "");
	config = &host.chrony;
	assert_true(config->has_passed_over && config->has_unread);
	assert_string_equal(config->passed_over.file,
			    "/etc/chrony/a.d/1.sources");
	assert_int_equal(config->passed_over.line, 2);
	assert_string_equal(config->unread.file, "/etc/chrony/conf.d/1.conf");
	assert_int_equal(config->unread.line, 2);
	/* Where there is a refclock, nothing is missed. */
	assert_paths("refclock PHC m", "m ");
	assert_false(host.chrony.has_passed_over || host.chrony.has_unread);
	/* Nor where a file is read that has one of another driver. */
	in_tree("rm etc/chrony/conf.d/*.conf");
	put("etc/chrony/conf.d/1.conf", "refclock SHM 0\n");
	assert_paths("confdir /etc/chrony/conf.d", "");
	assert_false(host.chrony.has_unread);
}

/* What is too much is not read in part, and no error of the configuration. */
static void test_too_much(void **state)
{
	static char large[256 * 1024 + 2], line[2100];

	(void)state;
	memset(large, '\n', sizeof(large));
	put_bytes("etc/chrony/large.inc", large, sizeof(large));
	put(MAIN, "include /etc/chrony/large.inc\n");
	look_at_chrony();
	assert_int_equal(host.access_errors[AREA_CHRONY].errnum, EFBIG);
	assert_int_equal(host.chrony.fault, CHRONY_NO_FAULT);
	memset(line, 'x', sizeof(line) - 1);
	line[0] = '#';
	assert_fault(line, CHRONY_LONG_LINE, "");
	in_tree("mkdir etc/chrony/d && cd etc/chrony/d && touch $(seq -f %g.conf 260)");
	put(MAIN, "confdir /etc/chrony/d\n");
	look_at_chrony();
	assert_int_equal(host.access_errors[AREA_CHRONY].errnum, E2BIG);
	in_tree("rm " MAIN " && mkdir " MAIN);
	look_at_chrony();
	assert_int_equal(host.access_errors[AREA_CHRONY].errnum, EISDIR);
}

static void test_leap_seconds(void **state)
{
	uint8_t zone[44 + 6 + 8] = "TZif";

	(void)state;
	zone[31] = 1;
	zone[39] = 1;
	put_bytes("usr/share/zoneinfo/right/UTC", zone, sizeof(zone));
	assert_paths("leapsectz right/UTC\nleapseclist /none", "");
	assert_true(host.chrony.has_right_utc && host.chrony.has_leapsectz);
	assert_false(host.chrony.has_leapseclist || host.chrony.has_leap_table);
	/* As the C library takes the names of zones. */
	assert_paths("leapsectz :right/UTC", "");
	assert_true(host.chrony.has_leapsectz);
	assert_paths("leapsectz /usr/share/zoneinfo/right/UTC", "");
	assert_true(host.chrony.has_leapsectz);
	put("usr/share/zoneinfo/leap-seconds.list", "#$ 1\n");
	assert_paths("leapsectz right\n"
		     "leapseclist usr/share/zoneinfo/leap-seconds.list",
		     "");
	assert_true(host.chrony.has_leapseclist && host.chrony.has_leap_table);
	/* A directory could not be read, so that it is not known. */
	assert_true(host.chrony.has_leapsectz);
	assert_paths("leapsectz none", "");
	assert_false(host.chrony.has_leapsectz);
	zone[31] = 0;
	put_bytes("usr/share/zoneinfo/right/UTC", zone, sizeof(zone));
	assert_paths("", "");
	assert_false(host.chrony.has_right_utc);
}

static enum chrony_node node_of(const char *path)
{
	char text[200];

	snprintf(text, sizeof(text), "refclock PHC %s", path);
	put(MAIN, text);
	memset(&host, 0, sizeof(host));
	host.phc_own = 1;
	host.phc_count = 2;
	for (unsigned int i = 0; i < 2; i++) {
		struct phc *phc = &host.phcs[i];

		phc->root = root;
		phc->index = 4 + i;
		snprintf(phc->path, sizeof(phc->path), "%s/dev/ptp%u", root,
			 4 + i);
	}
	host_look_chrony(root, &host);
	assert_int_equal(host.chrony.count, 1);
	return host.chrony.refclocks[0].node;
}

static void test_nodes(void **state)
{
	(void)state;
	put("dev/ptp4", "");
	put("dev/ptp5", "");
	put("dev/file", "");
	in_tree("ln -s /dev/ptp5 dev/mine && ln -s mine dev/ptp_vmclock && "
		"ln -s loop dev/loop");
	assert_int_equal(node_of("/dev/ptp4"), CHRONY_NODE_PHC);
	assert_int_equal(host.chrony.refclocks[0].phc, 4);
	assert_true(host.chrony.has_own_link);
	assert_int_equal(node_of("/dev/mine"), CHRONY_NODE_PHC);
	assert_int_equal(host.chrony.refclocks[0].phc, 5);
	assert_int_equal(node_of("/dev/none"), CHRONY_NODE_ABSENT);
	assert_int_equal(node_of("/dev/loop"), CHRONY_NODE_ABSENT);
	assert_int_equal(node_of("/dev/file"), CHRONY_NODE_OTHER);
	/* An interface. */
	assert_int_equal(node_of("eth0"), CHRONY_NODE_UNKNOWN);
	in_tree("ln -sfn ptp4 dev/ptp_vmclock");
	assert_int_equal(node_of("/dev/ptp5"), CHRONY_NODE_PHC);
	assert_false(host.chrony.has_own_link);
}

static void put_process(const char *number, const char *comm,
			const char *arguments, size_t length)
{
	char name[64];

	snprintf(name, sizeof(name), "proc/%s/comm", number);
	put(name, comm);
	if (!arguments)
		return;
	snprintf(name, sizeof(name), "proc/%s/cmdline", number);
	put_bytes(name, arguments, length);
}

#define PROCESS(number, comm, arguments)                                       \
	put_process(number, comm, arguments, sizeof(arguments) - 1)

static const struct steering *look_at_steering(enum steerer steerer)
{
	memset(&host, 0, sizeof(host));
	host_look_steering(root, &host);
	return &host.steering[steerer];
}

static void test_steering(void **state)
{
	const struct steering *found;

	(void)state;
	look_at_steering(STEERER_CHRONYD);
	assert_false(host.processes_seen || host.clockbound);
	put_process("1", "systemd\n", NULL, 0);
	put_process("3", "chronyd\n", NULL, 0);
	PROCESS("22", "phc2sys\n", "phc2sys\0-a\0-r\0-O\0-37\0");
	PROCESS("23", "ts2phc\n", "ts2phc\0-f\0/etc/ts2phc.conf\0");
	PROCESS("4444", "systemd-timesyn\n", "systemd-timesyncd\0");
	found = look_at_steering(STEERER_CHRONYD);
	assert_true(host.processes_seen);
	assert_true(found->running && !found->enabled && !found->has_offset);
	found = &host.steering[STEERER_PHC2SYS];
	assert_true(found->running && found->waits && found->has_offset);
	assert_int_equal(found->offset, -37);
	assert_true(host.steering[STEERER_TS2PHC].running);
	assert_true(host.steering[STEERER_TIMESYNCD].running);
	assert_false(host.steering[STEERER_NTPD].running);
	PROCESS("22", "phc2sys\n", "phc2sys\0-s\0/dev/ptp0\0-mw\0");
	found = look_at_steering(STEERER_PHC2SYS);
	assert_true(found->waits && !found->has_offset);
	PROCESS("22", "phc2sys\n", "phc2sys\0-s\0/dev/ptp0\0-q\0");
	assert_false(look_at_steering(STEERER_PHC2SYS)->waits);
}

static void test_set_up(void **state)
{
	(void)state;
	in_tree("mkdir -p etc/systemd/system/multi-user.target.wants && "
		"cd etc/systemd/system/multi-user.target.wants && "
		"ln -s /etc/x chronyd.service && ln -s /etc/x ntpsec.service && "
		"ln -s /etc/x phc2sys.service && ln -s /etc/x ts2phcd.service");
	put("etc/x", "");
	look_at_steering(STEERER_CHRONYD);
	assert_true(host.steering[STEERER_CHRONYD].enabled);
	assert_true(host.steering[STEERER_NTPD].enabled);
	assert_true(host.steering[STEERER_PHC2SYS].enabled);
	assert_false(host.steering[STEERER_TS2PHC].enabled);
	assert_false(host.steering[STEERER_CHRONYD].running);
	assert_false(host.clockbound);
	put("usr/sbin/clockbound", "");
	look_at_steering(STEERER_CHRONYD);
	assert_true(host.clockbound);
	in_tree("rm usr/sbin/clockbound");
	put_process("77", "clockboundd\n", NULL, 0);
	look_at_steering(STEERER_CHRONYD);
	assert_true(host.clockbound);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_includes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_directories, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_passed_over, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_too_much, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leap_seconds, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_nodes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_steering, setup, teardown),
		cmocka_unit_test_setup_teardown(test_set_up, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
