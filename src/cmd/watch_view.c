/* SPDX-License-Identifier: BSD-2-Clause */
/* watch --view: takes the terminal, fills in what is shown, and draws it. */
#include "watch_view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/printable.h"
#include "io/host/host.h"
#include "io/host/leapfile.h"
#include "io/output/terminal.h"
#include "io/system_clock.h"
#include "view/color.h"

/* Keys are looked for this often, and the screen is drawn. */
#define TICK_USEC 250000

/* Between two points of the chart; LIVE_POINTS of them are more than it has. */
#define POINT_NSEC (250 * NSEC_PER_MSEC)

/* The bytes of a frame: lines in colour, and what stands around them. */
#define FRAME_MAX (LIVE_VIEW_ROWS_MAX * (LIVE_VIEW_COLUMNS_MAX + 32) + 64)

int watch_view_check(const struct invocation *invocation, struct error *error)
{
	static const enum option_id others[] = { OPTION_JSON, OPTION_OUTPUT,
						 OPTION_EXEC };
	const char *name = invocation->arguments[0];

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (option_given(invocation, others[i]))
			return usage_error(
				error, "--view: cannot be combined with --%s",
				option_rows[others[i]].name);
	}
	if (name && !option_given(invocation, OPTION_LIVE) &&
	    !source_is_live(name)) {
		usage_error(error, "--view: %s is no live page", name);
		return error_hint(error,
				  "watch without --view replays a recording");
	}
	if (!terminal_is_usable(STDIN_FILENO, STDOUT_FILENO))
		return usage_error(error, "--view: needs a terminal");
	if (terminal_is_lent(STDIN_FILENO))
		return 0;
	return usage_error(
		error,
		"--view: needs the terminal, which another job has: run it in the foreground");
}

/* Each tick ends a wait. */
static void set_ticks(suseconds_t usec)
{
	const struct itimerval timer = { { 0, usec }, { 0, usec } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

/* The rules that pages alone answer; what asks the device is for verify. */
static void select_rules(struct watch_view *view, const struct live *live)
{
	struct verifier *v = view->rules;
	enum source_kind kind = live_kind(live);

	verify_reset(v);
	for (int i = 0; i < RULE_COUNT; i++)
		v->selected[i] = !(rules[i].needs & NEED_PROBE);
	v->recording = true;
	v->region = kind != SOURCE_DEVICE && kind != SOURCE_MEMORY;
	if (view->leaps_error.message[0])
		v->leaps_reason = view->leaps_error.message;
	else
		v->leaps = &view->leaps;
}

/* Of a page of this machine: whose virtual machine it is, and its kernel. */
static void describe_machine(struct watch_view *view, const struct live *live)
{
	enum source_kind kind = live_kind(live);
	struct host *host;
	char release[64];

	if (kind != SOURCE_DEVICE && kind != SOURCE_MEMORY)
		return;
	host = calloc(1, sizeof(*host));
	if (!host)
		return;
	host_look_region(view->root, host);
	printable_ascii(release, sizeof(release), host->release);
	printable_ascii(view->machine, sizeof(view->machine), host->hypervisor);
	snprintf(view->machine + strlen(view->machine),
		 sizeof(view->machine) - strlen(view->machine), "%sLinux %s",
		 *view->machine ? "  " : "", release);
	free(host);
}

static void free_view(struct watch_view *view)
{
	view_clocks_close(&view->clocks);
	free(view->rules);
	free(view);
}

struct watch_view *watch_view_open(const struct invocation *invocation,
				   const struct live *live,
				   const struct summary *summary,
				   struct error *error)
{
	struct watch_view *view = new_zeros(sizeof(*view), "watch", error);
	int64_t now = clock_nsec(CLOCK_MONOTONIC);

	if (!view)
		return NULL;
	view->rules = new_zeros(sizeof(*view->rules), "watch", error);
	if (!view->rules) {
		free(view);
		return NULL;
	}
	leapfile_system(invocation->root, &view->leaps, &view->leaps_error);
	select_rules(view, live);
	view_clocks_open(&view->clocks, invocation, live);
	printable_ascii(view->name, sizeof(view->name), live_path(live));
	view->model = (struct live_model){
		.name = view->name,
		.status_since = now,
		.updated = now,
		.summary = summary,
		.points = view->points,
		.events = (const char(*)[LIVE_LINE])view->events,
		.clocks = (const char(*)[LIVE_LINE])view->clocks.lines,
		.rules = view->rules,
		.machine = view->machine,
		.recording = view->recording.said,
	};
	view->root = invocation->root;
	describe_machine(view, live);
	if (terminal_open(STDIN_FILENO, STDOUT_FILENO)) {
		error_set(error, ERROR_OPEN, errno, "--view: the terminal");
		free_view(view);
		return NULL;
	}
	set_ticks(TICK_USEC);
	return view;
}

void watch_view_close(struct watch_view *view)
{
	if (!view)
		return;
	set_ticks(0);
	terminal_close();
	view_recording_close(&view->recording);
	free_view(view);
}

void watch_view_event(struct watch_view *view,
		      const struct occurrence *occurrence)
{
	char *line = view->events[view->model.event_count++ % LIVE_EVENTS];
	cleanup_free char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	*line = '\0';
	if (!stream)
		return;
	/* The day stands above. */
	text_event_brief(stream, occurrence);
	if (fclose(stream) == 0)
		printable_ascii(line, LIVE_LINE, text);
}

/* A page that was not there before. */
static void note_new_page(struct watch_view *view, const struct page *page)
{
	const struct layout *layout = page->layout;
	uint64_t status = page_value(page, layout->clock_status);
	uint64_t marker = page_value(page, layout->disruption_marker);

	view->model.updated = view->model.monotonic;
	if (!view->has_status || view->status != status)
		view->model.status_since = view->model.monotonic;
	view->disrupted |= view->has_marker && view->marker != marker;
	if (view->has_status)
		view->model.updates++;
	else
		view->model.first_update = view->model.monotonic;
	view->has_status = view->has_marker = true;
	view->status = status;
	view->marker = marker;
}

/* CLOCK_REALTIME between two readings of it, the counter between them, and the
 * page the same before and after. */
static void take_point(struct watch_view *view, struct follow *follow)
{
	const struct snapshot *page = &follow->latest;
	struct live_point point = { .at = view->model.monotonic };
	int64_t before = clock_nsec(CLOCK_REALTIME), after;
	uint64_t counter;

	if (view->model.lost || view->model.unsettled || !page->bytes ||
	    !live_unchanged(follow->live, &counter))
		return;
	after = clock_nsec(CLOCK_REALTIME);
	reading_make(page->bytes, page->length,
		     page->has_counter ? &counter : NULL, &view->reading);
	view->model.reading = &view->reading;
	point.has_offset =
		view->reading.reason == READING_TIME && view->reading.utc_known;
	if (point.has_offset) {
		int128 offset = (int128)before + (after - before) / 2 -
				grid_nsec_half_up(view->reading.utc.time);

		point.has_offset = offset >= INT64_MIN && offset <= INT64_MAX;
		point.offset = point.has_offset ? (int64_t)offset : 0;
	}
	point.has_bound = view->reading.reason == READING_TIME &&
			  view->reading.clock.has_maxerror &&
			  view->reading.maxerror_nsec <= INT64_MAX / 4;
	if (point.has_bound)
		point.bound = (int64_t)view->reading.maxerror_nsec;
	point.disrupted = view->disrupted;
	view->disrupted = false;
	view->points[view->model.point_count++ % LIVE_POINTS] = point;
	view->next = view->model.monotonic + POINT_NSEC;
}

/* A look in between finds nothing new, and says nothing of the state. */
static void note_presence(struct live_model *m, const struct follow *follow)
{
	bool lost = follow->lost && !follow->stands;

	if (m->lost != lost || m->unsettled != follow->stands)
		m->status_since = m->monotonic;
	m->lost = lost;
	m->unsettled = follow->stands;
}

/* What the rules say now of the page, and of those before it. */
static void take_rules(struct watch_view *view, const struct follow *follow,
		       enum followed found, const struct snapshot *snapshot)
{
	struct snapshot numbered;

	if (found == FOLLOW_LOST)
		select_rules(view, follow->live);
	if (follow->has_last)
		verify_last_reading(view->rules, follow->last);
	if (found != FOLLOW_PAGE && found != FOLLOW_UNSETTLED)
		return;
	if (snapshot->unsettled > view->model.longest_odd)
		view->model.longest_odd = snapshot->unsettled;
	numbered = *snapshot;
	numbered.n = ++view->pages;
	verify_snapshot(view->rules, &numbered);
}

static void toggle_screen(struct live_model *m, enum live_screen screen)
{
	m->screen = m->screen == screen ? LIVE_CHART : screen;
}

static void take_keys(struct watch_view *view, const struct follow *follow)
{
	int key;

	while ((key = terminal_key()) >= 0) {
		if (key == 'q')
			view->quit = true;
		else if (key == 'c')
			view->model.point_count = view->model.event_count = 0;
		else if (key == 'e')
			toggle_screen(&view->model, LIVE_ALL_EVENTS);
		else if (key == 'r')
			toggle_screen(&view->model, LIVE_RULES);
		else if (key == 'w')
			view_recording_toggle(&view->recording, view->root,
					      follow);
		else if (key == '?')
			toggle_screen(&view->model, LIVE_HELP);
	}
}

static char *put_text(char *to, const char *text, size_t length)
{
	memcpy(to, text, length);
	return to + length;
}

static char *put_line(char *to, const struct live_line *line,
		      unsigned int columns)
{
	const char *color = line->good ? COLOR_BOLD_GREEN : COLOR_BOLD_RED;
	size_t length = strlen(line->text);

	while (length && line->text[length - 1] == ' ')
		length--;
	if (line->begin && line->end <= length) {
		to = put_text(to, line->text, line->begin);
		to = put_text(to, color, strlen(color));
		to = put_text(to, line->text + line->begin,
			      line->end - line->begin);
		to = put_text(to, COLOR_RESET, strlen(COLOR_RESET));
		to = put_text(to, line->text + line->end, length - line->end);
	} else {
		to = put_text(to, line->text, length);
	}
	/* Behind a full line it would clear that one's last character. */
	return length < columns ? put_text(to, "\033[K", 3) : to;
}

/* In one write, and where the terminal knows that, shown in one piece. */
static int draw_frame(struct watch_view *view)
{
	static const char begin[] = "\033[?2026h\033[H",
			  end[] = "\033[J\033[?2026l";
	struct live_line lines[LIVE_VIEW_ROWS_MAX];
	cleanup_free char *frame = malloc(FRAME_MAX);
	unsigned int columns, rows, count;
	char *to = frame;

	if (!frame)
		return 0;
	terminal_size(&columns, &rows);
	count = live_view_lay_out(&view->model, columns, rows, lines);
	to = put_text(to, begin, sizeof(begin) - 1);
	for (unsigned int i = 0; i < count; i++) {
		if (i)
			to = put_text(to, "\r\n", 2);
		to = put_line(to, &lines[i], columns);
	}
	/* On the last line it would clear what was just written. */
	to = count < rows ? put_text(to, end, sizeof(end) - 1)
			  : put_text(to, end + 3, sizeof(end) - 4);
	/* The attribute frees it. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	return terminal_write(frame, (size_t)(to - frame));
}

bool watch_view_step(struct watch_view *view, struct follow *follow,
		     enum followed found, const struct snapshot *snapshot)
{
	struct live_model *m = &view->model;
	struct page page;

	m->realtime = clock_nsec(CLOCK_REALTIME);
	m->monotonic = clock_nsec(CLOCK_MONOTONIC);
	if (found == FOLLOW_PAGE) {
		page_decode(follow->latest.bytes, follow->latest.length, &page);
		note_new_page(view, &page);
	}
	note_presence(m, follow);
	if (found == FOLLOW_PAGE || m->monotonic >= view->next)
		take_point(view, follow);
	take_rules(view, follow, found, snapshot);
	view_clocks_step(&view->clocks, m->monotonic);
	m->clock_count = view->clocks.count;
	view_recording_take(&view->recording, follow, found, snapshot);
	take_keys(view, follow);
	return draw_frame(view) == 0 && !view->quit;
}
