/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the clocks that watch --view shows, once a second. */
#include "view_clocks.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/nsec.h"
#include "base/path.h"
#include "base/printable.h"
#include "io/host/phc.h"

/* The best of so many, each second. */
#define SAMPLES 5

void view_clocks_open(struct view_clocks *c,
		      const struct invocation *invocation,
		      const struct live *watched)
{
	const char *name = invocation->arguments[0];
	struct error ignored;

	c->root = invocation->root;
	c->comparing.clocks = c->clocks;
	c->measurer.samples = SAMPLES;
	if (live_kind(watched) != SOURCE_SIM)
		c->live = live_open(
			name ? name : live_path(watched), invocation->root,
			option_given(invocation, OPTION_LIVE), &ignored);
}

static struct compared *add_clock(struct view_clocks *c,
				  enum compared_kind kind, const char *name)
{
	struct compared *compared = &c->clocks[c->comparing.count];

	*compared = (struct compared){ .kind = kind, .ptp.fd = -1 };
	compared->latest.clock = c->comparing.count++;
	printable_ascii(compared->name, sizeof(compared->name), name);
	compared->open = kind != COMPARED_PHC;
	return compared;
}

static void add_phc(struct view_clocks *c, const struct phc *phc, bool own)
{
	struct compared *compared =
		add_clock(c, COMPARED_PHC, path_base_name(phc->path));

	compared->phc = *phc;
	compared->own = own;
	compared->open = phc_open(phc, &compared->ptp, &compared->error) == 0;
	compared->monotonic = phc->kind.kind == PHC_VIRTIO_RTC &&
			      phc->kind.type == VIRTIO_TYPE_MONOTONIC;
}

/* Once: those that come later are not shown. */
static void list_clocks(struct view_clocks *c)
{
	struct error error;
	struct access_error access_error = { 0 };
	cleanup_free struct phc *list =
		new_zeros(PHC_MAX * sizeof(*list), "watch", &error);
	int count, own;

	c->listed = true;
	if (!list)
		return;
	count = phc_list(c->root, list, &access_error);
	own = phc_of_device(c->root, list, count, live_path(c->live));
	if (own >= 0)
		add_phc(c, &list[own], true);
	for (int i = 0; i < count && *c->measurer.no_clock; i++) {
		if (i != own && c->comparing.count < VIEW_CLOCKS - 1)
			add_phc(c, &list[i], false);
	}
	add_clock(c, COMPARED_TAI, "CLOCK_TAI");
}

static void put_line(struct view_clocks *c, const char *text)
{
	printable_ascii(c->lines[c->count++], LIVE_LINE, text);
}

/* The page may have got a clock, or have lost it, since the last time. */
static void read_clock(struct view_clocks *c, struct compared *compared)
{
	struct measurement m = { .clock = compared->latest.clock };
	char text[COMPARED_LINE_MAX];
	struct error error;

	if (compared->kind == COMPARED_TAI && *c->measurer.no_clock)
		return;
	if (compared->open && !compared->monotonic &&
	    measure(&c->measurer, compared, &m, &error))
		return;
	compared->latest = m;
	compared_line(&c->comparing, compared, text);
	if (compared->kind == COMPARED_TAI && !c->measurer.kernel_tai)
		snprintf(text, sizeof(text),
			 "%-16s UTC: the kernel's TAI offset was never set",
			 compared->name);
	put_line(c, text);
}

void view_clocks_step(struct view_clocks *c, int64_t now)
{
	struct error error;

	if (!c->live || now < c->next)
		return;
	c->next = now + NSEC_PER_SEC;
	c->count = 0;
	if (measurer_start(&c->measurer, c->live, &c->comparing.reading,
			   &error))
		return;
	c->comparing.kernel_tai = c->measurer.kernel_tai;
	c->comparing.no_clock =
		*c->measurer.no_clock ? c->measurer.no_clock : NULL;
	if (!c->listed)
		list_clocks(c);
	/* A page that forbids its clock is no reason to trust another. */
	for (unsigned int i = 0;
	     i < c->comparing.count && !c->measurer.forbidden; i++)
		read_clock(c, &c->clocks[i]);
}

void view_clocks_close(struct view_clocks *c)
{
	for (unsigned int i = 0; i < c->comparing.count; i++)
		ptp_close(&c->clocks[i].ptp);
	live_close(c->live);
}
