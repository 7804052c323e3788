/* SPDX-License-Identifier: BSD-2-Clause */
/* An EDID for edid-decode, whose package brings none: VESA E-EDID 1.4, one
 * block, of a monitor that does not exist. The last byte, the checksum, is
 * filled in by its reader. */
#ifndef VMCLOCKCTL_BENCH_EDID_H
#define VMCLOCKCTL_BENCH_EDID_H

#include <stdint.h>

/* clang-format off */
static const uint8_t edid_block[128] = {
	/* The header; maker "VMC", product 1, serial number 1, week 1 of 2026;
	 * version 1.4. */
	0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
	0x59, 0xa3, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00, 1, 36, 1, 4,
	/* Digital, 8 bits a colour, DisplayPort; 53 by 30 cm; gamma 2.2; sRGB,
	 * its preferred timing first, and its chromaticities. */
	0xa5, 53, 30, 120, 0x06,
	0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54,
	/* Established timings, 640x480 to 1024x768 at 60 Hz; standard ones,
	 * 1920x1080, 1600x900, 1280x1024 at 60 Hz, the rest not used. */
	0x21, 0x08, 0x00,
	0xd1, 0xc0, 0xa9, 0xc0, 0x81, 0x80, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	/* 1920x1080 at 60 Hz, 148.5 MHz. */
	0x02, 0x3a, 0x80, 0x18, 0x71, 0x38, 0x2d, 0x40, 0x58,
	0x2c, 0x45, 0x00, 0x13, 0x2b, 0x21, 0x00, 0x00, 0x1e,
	/* Ranges: 50 to 75 Hz, 30 to 83 kHz, up to 170 MHz. */
	0, 0, 0, 0xfd, 0, 50, 75, 30, 83, 17, 1, '\n', ' ', ' ', ' ', ' ', ' ', ' ',
	/* Its name and its serial number. */
	0, 0, 0, 0xfc, 0, 'v', 'm', 'c', 'l', 'o', 'c', 'k', 'c', 't', 'l', '\n', ' ', ' ',
	0, 0, 0, 0xff, 0, '0', '0', '0', '0', '0', '1', '\n', ' ', ' ', ' ', ' ', ' ', ' ',
	/* No more blocks. */
	0,
};
/* clang-format on */

#endif
