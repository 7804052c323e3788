/* SPDX-License-Identifier: BSD-2-Clause */
/* Lays out the screen of watch --view: the state on top, a chart of
 * CLOCK_REALTIME against the page, the clocks, the last events; or events,
 * rules or help alone. */
#include "live_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"

/* The columns before the chart: its scale. */
#define MARGIN 10

/* What is laid out, and where the next line goes. */
struct layout_state {
	const struct live_model *model;
	unsigned int columns, rows, used;
	struct live_line *lines;
};

/* The next line, filled with blanks. */
static struct live_line *next_line(struct layout_state *l)
{
	struct live_line *line = &l->lines[l->used++];

	memset(line, 0, sizeof(*line));
	memset(line->text, ' ', l->columns);
	return line;
}

/* Put the text there, as far as there is room. Returns where it ends. */
static unsigned int put_at(struct live_line *line, unsigned int columns,
			   unsigned int column, const char *text)
{
	for (; *text && column < columns; text++)
		line->text[column++] = *text;
	return column;
}

static void put_right(struct live_line *line, unsigned int columns,
		      const char *text)
{
	unsigned int length = (unsigned int)strlen(text);

	if (length < columns)
		put_at(line, columns, columns - length, text);
}

/* How much of the text fits, up to a space, but not to that between a number
 * and its unit; a word that alone does not fit is cut where the room ends. */
static size_t fit_words(const char *text, size_t room)
{
	size_t fit = room, word;

	if (strlen(text) <= room)
		return strlen(text);
	while (fit && text[fit] != ' ')
		fit--;
	for (word = fit; word && text[word - 1] != ' ';)
		word--;
	if (word && strchr("+-0123456789", text[word]))
		fit = word - 1;
	return fit ? fit : room;
}

static const char cut_mark[] = "...";

/* What does not fit is cut at a word, and "..." says so. */
static void put_cut(struct live_line *line, unsigned int columns,
		    unsigned int column, const char *text)
{
	size_t room = columns - column, fit;

	if (strlen(text) <= room) {
		put_at(line, columns, column, text);
		return;
	}
	fit = fit_words(text, room - sizeof(cut_mark));
	put_at(line, column + (unsigned int)fit, column, text);
	column += (unsigned int)fit + (text[fit] == ' ');
	put_at(line, columns, column, cut_mark);
}

static void describe_ago(int64_t nsec, char text[static DESCRIBE_MAX])
{
	int64_t sec = nsec / NSEC_PER_SEC;

	if (sec < 60)
		snprintf(text, DESCRIBE_MAX, "%" PRId64 ".%" PRId64 " s", sec,
			 nsec % NSEC_PER_SEC / (100 * NSEC_PER_MSEC));
	else if (sec < 3600)
		snprintf(text, DESCRIBE_MAX, "%" PRId64 " min", sec / 60);
	else
		snprintf(text, DESCRIBE_MAX, "%" PRId64 " h %" PRId64 " min",
			 sec / 3600, sec / 60 % 60);
}

static void put_title(struct layout_state *l)
{
	const struct live_model *m = l->model;
	struct timestamp now = timestamp_from_nsec(m->realtime);
	struct live_line *line = next_line(l);
	char date[RFC3339_MAX], text[LIVE_LINE];

	unsigned int at = put_at(line, l->columns - 25, 0, m->name);

	if (at + 2 + strlen(m->machine) <= l->columns - 25)
		put_at(line, l->columns - 25, at + 2, m->machine);
	if (!rfc3339(now.sec * GRID_SECOND, false, true, date))
		return;
	snprintf(text, sizeof(text), "%.10s %.8s UTC", date, date + 11);
	put_right(line, l->columns, text);
}

/* The word for the state, and whether it is good. */
static void describe_state(const struct live_model *m,
			   char text[static DESCRIBE_MAX], bool *good)
{
	const struct page *page = m->reading ? &m->reading->page : NULL;
	int row = page ? page->layout->clock_status : -1;

	*good = false;
	if (m->lost)
		snprintf(text, DESCRIBE_MAX, "lost");
	else if (m->unsettled)
		snprintf(text, DESCRIBE_MAX, "seq_count does not settle");
	else if (!page)
		snprintf(text, DESCRIBE_MAX, "no page yet");
	else if (reading_signal_only(m->reading))
		snprintf(text, DESCRIBE_MAX, "no clock, the marker alone");
	else if (!page_has(page, row))
		snprintf(text, DESCRIBE_MAX, "no clock_status");
	else {
		describe_value(&page->layout->fields[row], page->value[row],
			       text);
		*good = m->reading->usable;
	}
}

/* What the page says of now; of one that is not there it would be wrong. */
static const struct reading *reading_now(const struct live_model *m)
{
	return m->lost || m->unsettled ? NULL : m->reading;
}

static void put_status(struct layout_state *l)
{
	const struct live_model *m = l->model;
	struct live_line *line = next_line(l);
	char text[2 * DESCRIBE_MAX], ago[DESCRIBE_MAX];
	unsigned int column;

	put_at(line, l->columns, 1, "status");
	describe_state(m, text, &line->good);
	line->begin = 10;
	column = line->end = put_at(line, l->columns, 10, text);
	if (!m->reading)
		return;
	describe_ago(m->monotonic - m->status_since, ago);
	snprintf(text, sizeof(text), "  for %s", ago);
	put_at(line, l->columns, column, text);
	if (!reading_now(m))
		return;
	snprintf(text, sizeof(text), "marker 0x%" PRIx64,
		 page_value(&m->reading->page,
			    m->reading->page.layout->disruption_marker));
	put_right(line, l->columns, text);
}

/* The bound now as a share of the worst so far. */
#define GAUGE 16

static void add_worst(const struct layout_state *l, const struct reading *r,
		      char *text, size_t size)
{
	uint128 worst = l->model->summary->worst;
	char gauge[GAUGE + 1] = "", part[DESCRIBE_MAX];
	size_t used = strlen(text);

	if (l->columns >= 80 && worst) {
		uint128 now =
			r->maxerror_nsec < worst ? r->maxerror_nsec : worst;
		size_t at = now >> 100 ? GAUGE - 1
				       : (size_t)(now * (GAUGE - 1) / worst);

		memset(gauge, '.', GAUGE);
		gauge[at] = '#';
		used += (size_t)snprintf(text + used, size - used, "  [%s]",
					 gauge);
	}
	describe_duration(worst, part);
	snprintf(text + used, size - used, "  worst %s", part);
}

static void put_bounds(struct layout_state *l)
{
	const struct reading *r = reading_now(l->model);
	struct live_line *line = next_line(l);
	char text[2 * DESCRIBE_MAX] = "none", part[DESCRIBE_MAX];

	put_at(line, l->columns, 1, "bounds");
	if (l->model->lost)
		put_at(line, l->columns, 10, "none: the page is gone");
	if (!r)
		return;
	if (r->reason != READING_TIME) {
		snprintf(text, sizeof(text), "no time: %s",
			 reading_obstacle(r));
	} else if (r->clock.has_maxerror) {
		describe_duration(r->maxerror_nsec, part);
		snprintf(text, sizeof(text), "+/- %s", part);
		if (l->model->summary->bounded)
			add_worst(l, r, text, sizeof(text));
	}
	put_at(line, l->columns, 10, text);
	if (!page_flagged(&r->page, r->page.layout->generation))
		return;
	snprintf(text, sizeof(text), "generation 0x%" PRIx64,
		 page_value(&r->page, r->page.layout->generation));
	put_right(line, l->columns, text);
}

static void put_updates(struct layout_state *l)
{
	const struct live_model *m = l->model;
	struct live_line *line = next_line(l);
	char text[4 * DESCRIBE_MAX], part[DESCRIBE_MAX];
	size_t used;

	put_at(line, l->columns, 1, "changed");
	if (!m->reading)
		return;
	describe_ago(m->monotonic - m->updated, part);
	used = (size_t)snprintf(text, sizeof(text), "%s ago", part);
	if (m->updates && l->columns >= 80) {
		describe_ago((m->updated - m->first_update) /
				     (int64_t)m->updates,
			     part);
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "  every %s", part);
	}
	if (l->columns < 80 || l->columns >= 100)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "  pages %" PRIu64, m->summary->pages);
	used += (size_t)snprintf(text + used, sizeof(text) - used,
				 "  missed %" PRIu64, m->summary->missed);
	if (l->columns >= 80) {
		describe_duration(m->longest_odd, part);
		snprintf(text + used, sizeof(text) - used, "  odd %s", part);
	}
	put_at(line, l->columns, 10, text);
	if (!reading_now(m) || !m->reading->clock.tai_valid)
		return;
	snprintf(text, sizeof(text), "TAI-UTC %d s",
		 clock_tai_minus_utc(&m->reading->clock));
	put_right(line, l->columns, text);
}

/* The chart: what each column has, and the scale. */
struct chart {
	unsigned int columns, height; /* an odd number of rows */
	int64_t limit;		      /* of the scale, ns, above 0 */
	struct live_line *lines;
};

/* 1, 2 or 5 times a power of ten, at least `value`. */
static int64_t round_up(int64_t value)
{
	int64_t unit = 1;

	while (unit <= INT64_MAX / 100 && unit * 10 <= value)
		unit *= 10;
	if (value <= unit)
		return unit;
	if (value <= 2 * unit)
		return 2 * unit;
	return value <= 5 * unit ? 5 * unit : 10 * unit;
}

static const struct live_point *point_at(const struct live_model *m,
					 uint64_t back)
{
	uint64_t kept =
		m->point_count < LIVE_POINTS ? m->point_count : LIVE_POINTS;

	if (back >= kept)
		return NULL;
	return &m->points[(m->point_count - 1 - back) % LIVE_POINTS];
}

/* The scale follows the bounds; only where there are none, the clock. */
static int64_t find_limit(const struct live_model *m)
{
	int64_t bound = 0, offset = 0;
	const struct live_point *p;

	for (uint64_t i = 0; (p = point_at(m, i)); i++) {
		if (m->monotonic - p->at > LIVE_VIEW_SPAN)
			break;
		if (p->has_bound && p->bound > bound)
			bound = p->bound;
		if (p->has_offset && p->offset != INT64_MIN &&
		    llabs(p->offset) > offset)
			offset = llabs(p->offset);
	}
	return round_up(bound ? bound : offset);
}

/* The row of a value, and what is off the scale in the outermost one. */
static unsigned int row_of(const struct chart *c, int64_t value, bool *off)
{
	int64_t middle = (int64_t)c->height / 2;
	int128 up = (int128)value * middle;
	int64_t rows;

	*off = value > c->limit || value < -c->limit;
	if (*off)
		return value > 0 ? 0 : c->height - 1;
	rows = (int64_t)((up + (value < 0 ? -c->limit : c->limit) / 2) /
			 c->limit);
	return (unsigned int)(middle - rows);
}

static void draw_point(const struct chart *c, unsigned int column,
		       const struct live_point *p)
{
	unsigned int row;
	bool off;

	if (p->has_bound) {
		row = row_of(c, p->bound, &off);
		if (c->lines[row].text[column] == ' ')
			c->lines[row].text[column] = '-';
		row = row_of(c, -p->bound, &off);
		if (c->lines[row].text[column] == ' ')
			c->lines[row].text[column] = '-';
	}
	if (p->has_offset) {
		row = row_of(c, p->offset, &off);
		c->lines[row].text[column] =
			(char)(off ? (p->offset > 0 ? '^' : 'v') : '*');
	}
}

/* A line across the chart, under what is drawn there. */
static void draw_disruption(const struct chart *c, unsigned int column)
{
	for (unsigned int row = 0; row < c->height; row++) {
		char *at = &c->lines[row].text[column];

		if (*at == ' ' || *at == '.')
			*at = '|';
	}
	c->lines[c->height - 1].text[column] = 'D';
}

static void draw_points(const struct chart *c, const struct live_model *m)
{
	unsigned int width = c->columns - MARGIN;
	const struct live_point *p;

	for (uint64_t i = 0; (p = point_at(m, i)); i++) {
		int64_t back = m->monotonic - p->at;
		unsigned int column;

		if (back < 0 || back >= LIVE_VIEW_SPAN)
			break;
		column = c->columns - 1 -
			 (unsigned int)(back * width / LIVE_VIEW_SPAN);
		draw_point(c, column, p);
		if (p->disrupted)
			draw_disruption(c, column);
	}
}

/* "1.5 us", "3617 d": what is longer than a million seconds, of which a text
 * has an exponent, is of days. */
static void describe_span(uint128 nsec, char text[static DESCRIBE_MAX])
{
	double days = (double)nsec / (86400.0 * NSEC_PER_SEC);

	if (nsec < 999999 * (uint128)NSEC_PER_SEC)
		describe_duration(nsec, text);
	else
		snprintf(text, DESCRIBE_MAX, "%.*f d", days < 1000, days);
}

static void put_scale(const struct chart *c, unsigned int row, const char *sign,
		      int64_t value)
{
	char text[DESCRIBE_MAX], all[DESCRIBE_MAX + 2];
	int length;

	describe_span((uint128)value, text);
	length = snprintf(all, sizeof(all), "%s%s", sign, text);
	if (length < MARGIN - 1)
		put_at(&c->lines[row], c->columns,
		       (unsigned int)(MARGIN - 1 - length), all);
}

static void describe_offset(int64_t offset, char text[static DESCRIBE_MAX + 1])
{
	*text = offset < 0 ? '-' : '+';
	describe_span((uint128)llabs(offset), text + 1);
}

/* ", -41 ns .. +38 ns": of all points of the chart. */
static void add_range(const struct live_model *m, char *text, size_t size)
{
	char least[DESCRIBE_MAX + 1], most[DESCRIBE_MAX + 1];
	int64_t low = INT64_MAX, high = INT64_MIN;
	const struct live_point *p;

	for (uint64_t i = 0; (p = point_at(m, i)); i++) {
		int64_t back = m->monotonic - p->at;

		if (back < 0 || back >= LIVE_VIEW_SPAN)
			break;
		if (!p->has_offset || p->offset == INT64_MIN)
			continue;
		low = p->offset < low ? p->offset : low;
		high = p->offset > high ? p->offset : high;
	}
	if (low >= high)
		return;
	describe_offset(low, least);
	describe_offset(high, most);
	if (strcmp(least, most) == 0)
		return;
	snprintf(text + strlen(text), size - strlen(text), ", %s .. %s", least,
		 most);
}

/* "-3 ns now": of the last point. */
static void put_chart_title(struct layout_state *l)
{
	const struct live_point *p = point_at(l->model, 0);
	struct live_line *line = next_line(l);
	char all[4 * DESCRIBE_MAX] = "not known now";
	unsigned int column;
	size_t now;

	column = put_at(line, l->columns, 1,
			"CLOCK_REALTIME minus the page, 2 min");
	if (reading_now(l->model) && p && p->has_offset &&
	    p->offset != INT64_MIN) {
		describe_offset(p->offset, all);
		snprintf(all + strlen(all), sizeof(all) - strlen(all), " now");
		now = strlen(all);
		add_range(l->model, all, sizeof(all));
		if (column + 2 + strlen(all) > l->columns)
			all[now] = '\0';
	}
	put_right(line, l->columns, all);
}

static void put_chart(struct layout_state *l, unsigned int height)
{
	struct chart c = { l->columns, height, find_limit(l->model),
			   &l->lines[l->used] };
	struct live_line *axis;

	for (unsigned int i = 0; i < height; i++)
		next_line(l);
	for (unsigned int column = MARGIN; column < l->columns; column++)
		c.lines[height / 2].text[column] = '.';
	put_scale(&c, 0, "+", c.limit);
	put_scale(&c, height / 2, "", 0);
	put_scale(&c, height - 1, "-", c.limit);
	draw_points(&c, l->model);
	axis = next_line(l);
	put_at(axis, l->columns, MARGIN, "-2 min");
	put_at(axis, l->columns, MARGIN + (l->columns - MARGIN) / 2 - 3,
	       "-1 min");
	put_right(axis, l->columns, "now");
}

/* The lines that are left above the last one. */
static unsigned int get_room(const struct layout_state *l)
{
	return l->rows - 1 - l->used;
}

/* The columns by which the rest of a wrapped text is set in. */
#define REST 4

/* On as many lines as it needs and are left. */
static void put_wrapped(struct layout_state *l, const char *text)
{
	unsigned int column = 1;
	size_t fit;

	while (get_room(l) > 1 && strlen(text) > l->columns - column) {
		fit = fit_words(text, l->columns - column);
		put_at(next_line(l), column + (unsigned int)fit, column, text);
		text += fit;
		text += *text == ' ';
		column = REST;
	}
	if (get_room(l))
		put_cut(next_line(l), l->columns, column, text);
}

static const char *event_back(const struct live_model *m, uint64_t back)
{
	return m->events[(m->event_count - 1 - back) % LIVE_EVENTS];
}

static const char none[] = "no events yet";

static uint64_t count_kept(const struct live_model *m)
{
	return m->event_count < LIVE_EVENTS ? m->event_count : LIVE_EVENTS;
}

static void put_events(struct layout_state *l, unsigned int count)
{
	const struct live_model *m = l->model;
	uint64_t kept = count_kept(m);

	if (!kept)
		put_at(next_line(l), l->columns, 1, none);
	for (uint64_t i = 0; i < kept && i < count; i++)
		put_cut(next_line(l), l->columns, 1, event_back(m, i));
}

static void put_clocks(struct layout_state *l, unsigned int most)
{
	const struct live_model *m = l->model;

	for (unsigned int i = 0; i < m->clock_count && i < most; i++)
		put_cut(next_line(l), l->columns, 1, m->clocks[i]);
}

static void put_all_events(struct layout_state *l)
{
	char text[80];

	snprintf(text, sizeof(text), "events: %" PRIu64 ", the newest first",
		 l->model->event_count);
	put_at(next_line(l), l->columns, 1, text);
	next_line(l);
	if (!count_kept(l->model))
		put_at(next_line(l), l->columns, 1, none);
	for (uint64_t i = 0; i < count_kept(l->model) && get_room(l); i++)
		put_wrapped(l, event_back(l->model, i));
}

static bool is_broken(const struct verifier *v, int rule, enum verdict verdict)
{
	return v->judged[rule] && v->findings[rule].verdict == verdict;
}

static void put_broken(struct layout_state *l, enum verdict verdict,
		       unsigned int *left_out)
{
	const struct verifier *v = l->model->rules;

	for (int i = 0; i < RULE_COUNT; i++) {
		const struct finding *f = &v->findings[i];
		char text[320];

		if (!is_broken(v, i, verdict))
			continue;
		if (get_room(l) < 2) {
			++*left_out;
			continue;
		}
		snprintf(text, sizeof(text), "%s %s: %s",
			 verdict == VERDICT_FAIL ? "FAIL" : "WARN", rules[i].id,
			 f->message[0] ? f->message : rules[i].title);
		put_cut(next_line(l), l->columns, 1, text);
	}
}

/* As verify would judge the pages, but for what needs the end of them. */
static void put_rules(struct layout_state *l)
{
	const struct verifier *v = l->model->rules;
	unsigned int count[VERDICT_COUNT] = { 0 }, left_out = 0;
	char text[160];

	for (int i = 0; v && i < RULE_COUNT; i++) {
		if (v->judged[i])
			count[v->findings[i].verdict]++;
	}
	snprintf(text, sizeof(text),
		 "rules, of all pages so far: %u ok, %u fail, %u warn",
		 count[VERDICT_OK], count[VERDICT_FAIL], count[VERDICT_WARN]);
	put_at(next_line(l), l->columns, 1, text);
	next_line(l);
	if (!v)
		return;
	put_broken(l, VERDICT_FAIL, &left_out);
	put_broken(l, VERDICT_WARN, &left_out);
	if (left_out)
		snprintf(text, sizeof(text), "%u more; verify has them all",
			 left_out);
	else if (count[VERDICT_FAIL] + count[VERDICT_WARN])
		snprintf(
			text, sizeof(text),
			"vmclockctl explain RULE says what it checks, and why");
	else
		snprintf(text, sizeof(text), "none is broken");
	put_at(next_line(l), l->columns, 1, text);
}

static void put_help(struct layout_state *l)
{
	static const char *const help[] = {
		"*  CLOCK_REALTIME less the page's UTC; ^ v  off the scale",
		"-  the page's bounds, which the scale follows",
		"|  down to a D: the disruption marker changed",
		"q  quit; so do SIGINT and SIGTERM",
		"c  clear the chart and the events",
		"e  all events, r  the rules that are broken, and back",
		"?  this help, and back",
		"w  write a recording to a new file here; again: its end",
	};

	for (size_t i = 0; i < sizeof(help) / sizeof(*help); i++)
		put_at(next_line(l), l->columns, 1, help[i]);
}

static void put_chart_screen(struct layout_state *l)
{
	/* Half of what is left, an odd number. */
	unsigned int height = ((l->rows - 9) * 2 / 3 - 1) | 1;

	put_chart_title(l);
	put_chart(l, height);
	/* The last event at least has its line. */
	put_clocks(l, get_room(l) - 1);
	put_events(l, get_room(l));
}

static void (*const put_screens[])(struct layout_state *l) = {
	[LIVE_CHART] = put_chart_screen,
	[LIVE_ALL_EVENTS] = put_all_events,
	[LIVE_RULES] = put_rules,
	[LIVE_HELP] = put_help,
};

unsigned int live_view_lay_out(const struct live_model *model,
			       unsigned int columns, unsigned int rows,
			       struct live_line lines[LIVE_VIEW_ROWS_MAX])
{
	struct layout_state l = {
		.model = model,
		.columns = columns < LIVE_VIEW_COLUMNS_MAX
				   ? columns
				   : LIVE_VIEW_COLUMNS_MAX,
		.rows = rows < LIVE_VIEW_ROWS_MAX ? rows : LIVE_VIEW_ROWS_MAX,
		.lines = lines,
	};

	if (!rows || !columns)
		return 0;
	if (columns < LIVE_VIEW_COLUMNS_MIN || rows < LIVE_VIEW_ROWS_MIN) {
		put_at(next_line(&l), l.columns, 0, "too small: needs 60x16");
		return l.used;
	}
	put_title(&l);
	put_status(&l);
	put_bounds(&l);
	put_updates(&l);
	put_cut(next_line(&l), l.columns, 1, l.model->recording);
	put_screens[model->screen](&l);
	while (l.used < l.rows - 1)
		next_line(&l);
	put_at(next_line(&l), l.columns, 1,
	       l.columns < 70
		       ? "q quit  c clear  e events  r rules  w write  ? help"
		       : "q quit   c clear   e events   r rules   w write recording   ? help");
	return l.used;
}
