/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --until: the event, or the value, that is waited for. */
#ifndef VMCLOCKCTL_CMD_UNTIL_H
#define VMCLOCKCTL_CMD_UNTIL_H

#include "event/change.h"
#include "base/error.h"
#include "view/event.h"

struct until {
	bool given;
	enum event event;
	const char *value; /* NULL: any */
};

/*
 * "KIND" or "KIND=VALUE", with VALUE one of the field that the event looks at
 * first, in any layout; text NULL leaves *until as it is. Returns 0, or -1 with
 * *error (ERROR_USAGE).
 */
int until_parse(const char *text, struct until *until, struct error *error);

/* Whether the page has the value that is waited for. */
bool until_shows(const struct page *page, const struct until *until);

/* Whether this event is what is waited for. */
bool until_is(const struct until *until, const struct occurrence *occurrence);

/* "KIND[,...]" of --event as bits e for event e; text NULL leaves *events as it
 * is. Returns 0, or -1 with *error (ERROR_USAGE). */
int events_parse(const char *text, unsigned int *events, struct error *error);

#endif
