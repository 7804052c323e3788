/* SPDX-License-Identifier: BSD-2-Clause */
/* A module of the lab's guests: a device with the kernel's mock-up PTP clock.
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/ptp_mock.h>

static struct platform_device *device;
static struct mock_phc *phc;

static int __init make(void)
{
	device = platform_device_register_simple("mockphc", -1, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	phc = mock_phc_create(&device->dev);
	if (IS_ERR(phc)) {
		platform_device_unregister(device);
		return PTR_ERR(phc);
	}
	return 0;
}

static void __exit take_away(void)
{
	mock_phc_destroy(phc);
	platform_device_unregister(device);
}

module_init(make);
module_exit(take_away);
MODULE_DESCRIPTION("A mock-up PTP clock for tests");
MODULE_LICENSE("Dual BSD/GPL");
