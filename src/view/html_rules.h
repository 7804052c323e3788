/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules in a report of HTML. */
#ifndef VMCLOCKCTL_VIEW_HTML_RULES_H
#define VMCLOCKCTL_VIEW_HTML_RULES_H

#include <stdio.h>

#include "story.h"

/* The broken ones as cards, and all of them as boxes by area. */
void html_rules(FILE *f, const struct story *s);

#endif
