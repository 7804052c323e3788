/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtio RTC device, its driver and the RTC that the driver makes. */
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "parts.h"
#include "sysfile.h"

/* VIRTIO_ID_CLOCK, as sysfs writes it. */
#define VIRTIO_RTC_ID "0x0011"

static void find_device(const char *root, struct host *host,
			struct access_error *access_error)
{
	struct sysfile_list found;
	size_t count = sysfile_find(root, "/sys/bus/virtio/devices/*", &found,
				    access_error);

	for (size_t i = 0; i < count; i++) {
		char id[16], driver[32] = "";

		sysfile_line_in(root, found.paths[i], "/device", id, sizeof(id),
				access_error);
		if (strcmp(id, VIRTIO_RTC_ID) != 0)
			continue;
		host->virtio_rtc_device = true;
		host->virtio_rtc_driver |=
			sysfile_link_in(root, found.paths[i], "/driver", driver,
					sizeof(driver), access_error);
	}
	sysfile_list_free(&found);
}

static void find_rtc(const char *root, struct host *host,
		     struct access_error *access_error)
{
	static const char driver[] = "virtio_rtc";
	struct sysfile_list found;
	size_t count = sysfile_find(root, "/sys/class/rtc/rtc[0-9]*", &found,
				    access_error);

	for (size_t i = 0; i < count; i++) {
		char name[64];

		sysfile_line_in(root, found.paths[i], "/name", name,
				sizeof(name), access_error);
		if (strncmp(name, driver, strlen(driver)) == 0)
			snprintf(host->virtio_rtc_rtc,
				 sizeof(host->virtio_rtc_rtc), "%.31s",
				 path_base_name(found.paths[i]));
	}
	sysfile_list_free(&found);
}

void host_look_virtio_rtc(const char *root, struct host *host)
{
	struct access_error *access_error =
		&host->access_errors[AREA_VIRTIO_RTC];

	struct access_error noted = { .area = AREA_VIRTIO_RTC,
				      .observations =
					      access_error->observations };
	char list[160];

	find_device(root, host, access_error);
	find_rtc(root, host, access_error);
	if (!host->virtio_rtc_device || host->virtio_rtc_driver)
		return;
	snprintf(list, sizeof(list), "/lib/modules/%s/modules.dep",
		 host->release);
	host->virtio_rtc_listed =
		sysfile_mentions(root, list, "/virtio_rtc.ko", &noted);
}
