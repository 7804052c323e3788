/* SPDX-License-Identifier: BSD-2-Clause */
/* The style of a report: colours for light and dark, for screen and paper. */
#ifndef VMCLOCKCTL_VIEW_REPORT_STYLE_H
#define VMCLOCKCTL_VIEW_REPORT_STYLE_H

/* Of pictures, wherever they stand. */
extern const char report_style_picture[];

/* Of a page around them. */
extern const char report_style_page[];

/* Of the page in a narrow window and on paper; it follows the one above. */
extern const char report_style_media[];

#endif
