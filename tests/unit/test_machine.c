/* SPDX-License-Identifier: BSD-2-Clause */
/* What io/host/ makes of machines in trees: whose virtual machine it is, what
 * its kernel was built with, and its virtio RTC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/host/parts.h"

static char root[] = "/tmp/test_machine.XXXXXX";
static struct host host;

static void in_tree(const char *command)
{
	char line[400];

	snprintf(line, sizeof(line), "cd %s && %s", root, command);
	assert_int_equal(system(line), 0);
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
	in_tree("rm -rf boot lib proc sys && rmdir $PWD");
	return 0;
}

/* A tree that these commands make is a virtual machine, of this name. */
static void assert_machine(const char *commands, bool is_virtual,
			   const char *name)
{
	in_tree("rm -rf proc sys && mkdir -p proc sys/class/dmi/id "
		"sys/firmware/acpi/tables sys/firmware/devicetree/base "
		"sys/hypervisor");
	in_tree(commands);
	memset(&host, 0, sizeof(host));
	host_look_hypervisor(root, &host);
	assert_int_equal(host.virtual_machine, is_virtual);
	assert_string_equal(host.hypervisor, name);
	assert_int_equal(host.access_errors[AREA_HYPERVISOR].errnum, 0);
}

static void assert_dmi(const char *vendor, const char *product, bool is_virtual,
		       const char *name)
{
	char commands[200];

	snprintf(commands, sizeof(commands),
		 "cd sys/class/dmi/id && echo '%s' >sys_vendor && "
		 "echo '%s' >product_name",
		 vendor, product);
	assert_machine(commands, is_virtual, name);
}

static void test_hypervisors(void **state)
{
	(void)state;
	assert_machine(":", false, "");
	assert_machine("echo 'flags : fpu vme' >proc/cpuinfo", false, "");
	assert_machine("echo 'flags : fpu hypervisor' >proc/cpuinfo", true, "");
	assert_machine("echo xen >sys/hypervisor/type", true, "xen");
	assert_machine("cd sys/firmware/devicetree/base && mkdir hypervisor && "
		       "printf 'linux,kvm\\0' >hypervisor/compatible",
		       true, "linux,kvm");
	assert_machine("printf 'linux,dummy-virt\\0' "
		       ">sys/firmware/devicetree/base/compatible",
		       true, "");
	assert_machine("mkdir sys/firmware/devicetree/base/fw-cfg@9020000",
		       true, "QEMU");
	assert_machine("printf 'DSDT\\22\\22\\0\\0\\2\\314FIRECKFCVMDSDT' "
		       ">sys/firmware/acpi/tables/DSDT",
		       true, "Firecracker");
	assert_machine("printf 'DSDT\\22\\22\\0\\0\\2\\314BOCHS BXPCDSDT' "
		       ">sys/firmware/acpi/tables/DSDT",
		       false, "");
	assert_machine("printf DSDT >sys/firmware/acpi/tables/DSDT", false, "");
}

static void test_boards(void **state)
{
	(void)state;
	assert_dmi("QEMU", "Standard PC", true, "QEMU Standard PC");
	assert_dmi("Amazon EC2", "m7i.large", true, "Amazon EC2 m7i.large");
	assert_dmi("Amazon EC2", "m7i.metal-24xl", false, "");
	assert_dmi("Microsoft Corporation", "Virtual Machine", true,
		   "Microsoft Corporation Virtual Machine");
	assert_dmi("Microsoft Corporation", "Surface", false, "");
	assert_dmi("Red Hat", "KVM", true, "Red Hat KVM");
	assert_dmi("Xen", "", true, "Xen");
	assert_dmi("Dell Inc.", "PowerEdge", false, "");
	/* What another sign has shown is named too, each name once. */
	assert_machine("echo 'flags : hypervisor' >proc/cpuinfo && "
		       "echo Dell >sys/class/dmi/id/sys_vendor && "
		       "echo Dell >sys/hypervisor/type",
		       true, "Dell");
	assert_machine("echo VMware >sys/hypervisor/type && "
		       "echo box >sys/class/dmi/id/product_name",
		       true, "VMware, box");
}

static void assert_option(const char *commands, enum kernel_option option,
			  const char *place)
{
	in_tree("rm -rf proc boot lib && mkdir -p proc boot lib/modules/7.0");
	in_tree(commands);
	memset(&host, 0, sizeof(host));
	strcpy(host.release, "7.0");
	host_look_kernel_config(root, &host);
	assert_int_equal(host.option, option);
	assert_string_equal(host.option_place, place);
}

#define OPTION "CONFIG_PTP_1588_CLOCK_VMCLOCK"

static void test_kernel_options(void **state)
{
	(void)state;
	assert_option(":", KERNEL_OPTION_UNKNOWN, "");
	assert_option("echo " OPTION "=m >boot/config-7.0",
		      KERNEL_OPTION_MODULE, "/boot/config-7.0");
	assert_option("printf 'CONFIG_X86=y\\n" OPTION "=y\\n' "
		      ">lib/modules/7.0/config",
		      KERNEL_OPTION_BUILT_IN, "/lib/modules/7.0/config");
	assert_option("printf '# " OPTION " is not set\\nCONFIG_X86=y\\n' "
		      ">boot/config-7.0",
		      KERNEL_OPTION_UNSET, "/boot/config-7.0");
	/* Within another line it is none, and other values are unset. */
	assert_option("printf '#" OPTION "=y\\nX" OPTION "=m\\n" OPTION
		      "=n\\n' "
		      ">boot/config-7.0",
		      KERNEL_OPTION_UNSET, "/boot/config-7.0");
	/* The kernel's own comes first, packed or not. */
	assert_option("echo " OPTION "=y | gzip >proc/config.gz && "
		      "echo " OPTION "=m >boot/config-7.0",
		      KERNEL_OPTION_BUILT_IN, "/proc/config.gz");
	/* What is damaged, or no configuration, says nothing. */
	assert_option("echo " OPTION "=y | gzip | head -c 30 "
		      ">proc/config.gz && echo " OPTION "=m >boot/config-7.0",
		      KERNEL_OPTION_MODULE, "/boot/config-7.0");
	assert_option("echo hello >boot/config-7.0", KERNEL_OPTION_UNKNOWN,
		      "/boot/config-7.0");
	assert_option("mkdir boot/config-7.0", KERNEL_OPTION_UNKNOWN, "");
	assert_int_not_equal(host.access_errors[AREA_DRIVER].errnum, 0);
}

static void test_virtio_rtc(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	host_look_virtio_rtc(root, &host);
	assert_false(host.virtio_rtc_device || host.virtio_rtc_driver);
	assert_string_equal(host.virtio_rtc_rtc, "");
	in_tree("mkdir -p sys/bus/virtio/devices/virtio0 "
		"sys/bus/virtio/devices/virtio1 sys/class/rtc/rtc0 "
		"sys/class/rtc/rtc1 && cd sys && "
		"echo 0x0001 >bus/virtio/devices/virtio0/device && "
		"echo 0x0011 >bus/virtio/devices/virtio1/device && "
		"echo rtc_cmos >class/rtc/rtc0/name && "
		"echo 'virtio_rtc virtio1' >class/rtc/rtc1/name");
	memset(&host, 0, sizeof(host));
	host_look_virtio_rtc(root, &host);
	assert_true(host.virtio_rtc_device && !host.virtio_rtc_driver);
	assert_string_equal(host.virtio_rtc_rtc, "rtc1");
	in_tree("ln -s ../../drivers/virtio_rtc "
		"sys/bus/virtio/devices/virtio1/driver");
	host_look_virtio_rtc(root, &host);
	assert_true(host.virtio_rtc_driver);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hypervisors, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_boards, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kernel_options, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_virtio_rtc, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
