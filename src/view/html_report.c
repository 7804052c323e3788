/* SPDX-License-Identifier: BSD-2-Clause */
/* A report as a page of HTML: what happened, for people to look at. */
#include "html_report.h"

#include <inttypes.h>
#include <string.h>

#include "event.h"
#include "html_rules.h"
#include "report_style.h"
#include "version.h"
#include "xml.h"

#define FIRST_LINE "<!DOCTYPE html><!-- vmclockctl report -->"

bool html_report_begins(const char *line)
{
	return strcmp(line, FIRST_LINE) == 0;
}

static void put_head(FILE *f, const struct story *stories, size_t count)
{
	fputs(FIRST_LINE
	      "\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\"><head>"
	      "<meta charset=\"utf-8\"/>"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>",
	      f);
	xml_put(f, "<title>VMClock: %s%s</title><style>\n", stories[0].name,
		count > 1 ? " and others" : "");
	fputs(report_style_picture, f);
	fputs(report_style_page, f);
	fputs(report_style_media, f);
	fputs("</style></head><body><main>\n", f);
}

/* What would not stand on one line of a tile: a number of so many letters,
 * which has no place to break. */
static bool is_long(const char *text)
{
	size_t letters = 0;

	for (; *text && *text != ' '; text++)
		letters += (*text & 0xc0) != 0x80;
	return letters > 12;
}

static void put_tiles(FILE *f, const struct story *s)
{
	fputs("<div class=\"tiles\">", f);
	for (int i = 0; i < TILE_COUNT; i++) {
		char text[STORY_MAX], more[STORY_MAX];
		enum mood mood = story_tile(s, (enum tile)i, text, more);

		xml_put(f,
			"<dl class=\"tile %s\"><dt>%s</dt><dd class=\"v%s\">%s</dd><dd class=\"s\">%s</dd></dl>",
			mood_names[mood], tile_names[i],
			is_long(text) ? " long" : "", text, more);
	}
	fputs("</div>\n", f);
}

/* Opens a picture; its content follows. */
static void begin_picture(const struct picture *p, int height,
			  const char *class, const char *id, size_t of,
			  const char *title, const char *description)
{
	xml_put(p->stream,
		"<svg class=\"%s\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t%n %s-d%n\">"
		"<title id=\"%s-t%n\">%s</title><desc id=\"%s-d%n\">%s</desc>",
		class, p->width, height, id, (uint64_t)of, id, (uint64_t)of, id,
		(uint64_t)of, title, id, (uint64_t)of, description);
}

static const char *const panel_ids[PANEL_COUNT] = { "offset", "step",
						    "frequency" };

/* Each picture is drawn twice, and the style sheet shows the one that fits:
 * wide for a page, narrow for the screen of a telephone. */
static void put_strips(FILE *f, const struct story *s, size_t of)
{
	const struct picture wide = picture_whole(f, s->timeline);
	const struct picture narrow = picture_narrow(f, s->timeline);
	const char *title = "Events, broken rules and states over time";
	char text[STORY_MAX];

	story_sentence(s, text);
	fputs("<section class=\"panel\"><h2>What happened</h2>", f);
	begin_picture(&wide, picture_strips_height(&wide), "wide", "strips", of,
		      title, text);
	picture_draw_strips(&wide);
	fputs("</svg>", f);
	begin_picture(&narrow, picture_strips_height(&narrow), "narrow",
		      "narrow-strips", of, title, text);
	picture_draw_strips(&narrow);
	fputs("</svg></section>\n", f);
}

static void put_panel(FILE *f, const struct story *s, enum panel panel,
		      size_t of)
{
	const struct picture wide = picture_whole(f, s->timeline);
	const struct picture narrow = picture_narrow(f, s->timeline);
	char caption[STORY_MAX], text[2 * STORY_MAX], id[32];
	enum mood mood;

	if (!picture_has(&wide, panel))
		return;
	mood = story_panel(s, panel, caption);
	snprintf(text, sizeof(text), "%s. %s", caption, panel_notes[panel]);
	xml_put(f,
		"<section class=\"panel\"><h2>%s <span class=\"cap %s\">%s%s</span></h2>",
		panel_titles[panel], mood_names[mood], mood_signs[mood],
		caption);
	begin_picture(&wide, picture_height(&wide, panel), "wide",
		      panel_ids[panel], of, panel_titles[panel], text);
	picture_draw(&wide, panel);
	fputs("</svg>", f);
	snprintf(id, sizeof(id), "narrow-%s", panel_ids[panel]);
	begin_picture(&narrow, picture_height(&narrow, panel), "narrow", id, of,
		      panel_titles[panel], text);
	picture_draw(&narrow, panel);
	xml_put(f, "</svg><p class=\"what\">%s</p></section>\n",
		panel_notes[panel]);
}

/* The pages that have a dot, as a table, for who cannot see them. */
static void put_points(FILE *f, const struct timeline *t)
{
	if (t->many || !t->any_usable || t->numbered)
		return;
	fputs("<details><summary>The same in numbers</summary><div class=\"scroll\"><table><thead><tr>"
	      "<th scope=\"col\">snapshot</th><th scope=\"col\">after</th><th scope=\"col\">CLOCK_REALTIME - page</th>"
	      "<th scope=\"col\">bound</th><th scope=\"col\">moved by</th><th scope=\"col\">promised</th>"
	      "<th scope=\"col\">frequency</th></tr></thead><tbody>\n",
	      f);
	for (unsigned int i = 0; i < t->point_count; i++) {
		const struct point *p = &t->points[i];
		char after[UNITS_MAX], offset[UNITS_MAX] = "-",
				       bound[UNITS_MAX] = "-";
		char step[UNITS_MAX] = "-", promise[UNITS_MAX] = "-";
		char frequency[UNITS_MAX] = "-";

		units_span((uint64_t)p->at, after);
		if (p->has_offset)
			units_step(p->offset, 6, offset);
		if (p->has_bound)
			units_nsec(p->bound, 6, bound);
		if (p->has_step)
			units_step(p->step, 6, step);
		if (p->has_promise)
			units_nsec(p->promise, 6, promise);
		if (p->has_frequency)
			units_ppm(p->frequency, frequency);
		xml_put(f,
			"<tr><td class=\"num\">%n</td><td class=\"num\">%s</td><td class=\"num\">%s</td><td class=\"num\">%s</td>"
			"<td class=\"num\">%s</td><td class=\"num\">%s</td><td class=\"num\">%s</td></tr>\n",
			p->n, after, offset, bound, step, promise, frequency);
	}
	fputs("</tbody></table></div></details>\n", f);
}

static void put_close_up(FILE *f, const struct story *s, unsigned int i,
			 size_t of)
{
	const struct close_up *c = &s->timeline->close_ups[i];
	const struct picture p = picture_close_up(f, s->timeline, c);
	const char *what;
	char after[UNITS_MAX], title[160], id[24];

	if (!c->count)
		return;
	units_span((uint64_t)c->at, after);
	what = c->event
		       ? c->event <= s->timeline->listed
				 ? event_kinds[s->timeline->events[c->event - 1]
						       .event]
					   .name
				 : "event"
		       : rules[c->rule].id;
	snprintf(title, sizeof(title), "%s after %s", what, after);
	if (c->event)
		snprintf(title, sizeof(title), "Event %" PRIu64 ": %s after %s",
			 c->event, what, after);
	xml_put(f, "<section><h3>%s</h3>", title);
	for (int panel = PANEL_OFFSET; panel <= PANEL_STEP; panel++) {
		if (!picture_has(&p, (enum panel)panel))
			continue;
		snprintf(id, sizeof(id), "close%u-%s", i, panel_ids[panel]);
		begin_picture(&p, picture_height(&p, (enum panel)panel),
			      "close-up", id, of, title, panel_titles[panel]);
		picture_draw(&p, (enum panel)panel);
		fputs("</svg>", f);
	}
	fputs("</section>\n", f);
}

/* Of a long series: what is a hair in the pictures above. */
static void put_close_ups(FILE *f, const struct story *s, size_t of)
{
	const struct timeline *t = s->timeline;

	if (!t->any_usable || t->summary.pages < 60 || !t->close_up_count ||
	    t->numbered)
		return;
	fputs("<section class=\"panel long\"><h2>Close-ups <span class=\"cap mut\">ten updates before and after: "
	      "CLOCK_REALTIME against the page, and below it how far each update moved the clock</span></h2><div class=\"close\">\n",
	      f);
	for (unsigned int i = 0; i < t->close_up_count; i++)
		put_close_up(f, s, i, of);
	fputs("</div></section>\n", f);
}

static void put_no_clock(FILE *f, const struct story *s)
{
	if (s->timeline->any_usable || s->timeline->numbered)
		return;
	fputs("<section class=\"panel\"><h2>No clock</h2><p class=\"what\">No page gave a "
	      "time to rely on, so there is nothing to plot beside the events above. QEMU's "
	      "and Firecracker's pages have only their marker.</p></section>\n",
	      f);
}

static void put_event(FILE *f, const struct timeline *t,
		      const struct timeline_event *e)
{
	char after[UNITS_MAX], utc_text[UNITS_MAX] = "", text[STORY_MAX];
	struct utc utc;

	xml_put(f,
		"<tr><td class=\"num\" data-of=\"event\">%n</td><td class=\"num\" data-of=\"%s\">%n</td>",
		e->number, t->numbered ? "page" : "snapshot", e->n);
	if (!t->numbered) {
		units_span((uint64_t)e->at, after);
		if (timeline_utc(t, e->at, &utc))
			units_utc(&utc, 0, 1000000, utc_text);
		xml_put(f,
			"<td class=\"num\" data-of=\"after\">%s</td><td class=\"num whole\" data-of=\"UTC\">%s</td>",
			after, utc_text);
	}
	story_event(e, text);
	xml_put(f,
		"<td class=\"whole\"><b class=\"%s\">%s</b></td><td class=\"whole\">%s</td>",
		gravity_names[picture_gravity(e->event)],
		event_kinds[e->event].name, text);
	story_event_step(e, text);
	xml_put(f, "<td class=\"num whole\">%s</td></tr>\n", text);
}

static void put_events(FILE *f, const struct story *s)
{
	const struct timeline *t = s->timeline;

	fputs("<section class=\"panel long\"><h2>Events", f);
	if (!t->told_count) {
		fputs("</h2><p class=\"what\">None but calibrations.</p></section>\n",
		      f);
		return;
	}
	xml_put(f, " <span class=\"cap mut\">%n", t->told_count);
	if (t->summary.events[EVENT_CALIBRATION])
		xml_put(f, "; and %n calibrations, not listed",
			t->summary.events[EVENT_CALIBRATION]);
	fputs("</span></h2>", f);
	fputs("<div class=\"scroll\"><table class=\"events\"><thead><tr><th scope=\"col\">#</th>",
	      f);
	fputs(t->numbered
		      ? "<th scope=\"col\">page</th>"
		      : "<th scope=\"col\">snapshot</th><th scope=\"col\">after</th><th scope=\"col\">UTC</th>",
	      f);
	fputs("<th scope=\"col\">event</th><th scope=\"col\">what changed</th><th scope=\"col\">step</th></tr></thead><tbody>\n",
	      f);
	for (unsigned int i = 0; i < t->listed; i++)
		put_event(f, t, &t->events[i]);
	fputs("</tbody></table></div>", f);
	if (t->told_count > t->listed)
		xml_put(f,
			"<p class=\"what\">%n more are counted in the picture above, as hairs in the row of events.</p>",
			t->told_count - t->listed);
	fputs("</section>\n", f);
}

static void put_fact(FILE *f, const char *name, const char *value)
{
	if (value && *value)
		xml_put(f, "<dt>%s</dt><dd>%s</dd>", name, value);
}

static void put_machine(FILE *f, const struct story *s)
{
	const char *kernel = story_start_text(s, "machine", "kernel");
	const char *architecture =
		story_start_text(s, "machine", "architecture");
	const char *clocksource = story_start_text(s, "machine", "clocksource");

	if (kernel)
		xml_put(f, "<dt>machine</dt><dd>Linux %s%s%s%s%s</dd>", kernel,
			architecture ? ", " : "",
			architecture ? architecture : "",
			clocksource ? ", clocksource " : "",
			clocksource ? clocksource : "");
	put_fact(f, "scenario", story_start_text(s, NULL, "scenario"));
	put_fact(f, "device", story_start_text(s, "source", "path"));
	put_fact(f, "recorded by vmclockctl",
		 story_start_text(s, "tool", "version"));
}

static void put_page_facts(FILE *f, const struct story *s)
{
	const struct page *page = &s->timeline->page;
	const struct layout *l = page->layout;
	char text[STORY_MAX];
	int rows[2];
	size_t used;

	if (!l)
		return;
	rows[0] = l->counter_id;
	rows[1] = l->time_type;
	used = (size_t)snprintf(text, sizeof(text), "layout %s", l->name);
	for (int i = 0; i < 2; i++) {
		const struct field *field;
		const char *name;

		if (rows[i] < 0 || !page_has(page, rows[i]))
			continue;
		field = &l->fields[rows[i]];
		name = field_value_name(field, page->value[rows[i]]);
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 ", %s %s", field->name,
					 name ? name : "of an unknown value");
	}
	put_fact(f, "page", text);
}

static void put_origin(FILE *f, const struct story *s)
{
	char text[STORY_MAX], words[UNITS_MAX];

	fputs("<section class=\"panel\"><h2>Where it comes from</h2><dl class=\"facts\">",
	      f);
	put_fact(f, "source", s->name);
	snprintf(text, sizeof(text), "%s, %s",
		 source_kind_names[s->source->kind],
		 source_format_names[s->source->format]);
	put_fact(f, "kind", text);
	story_date(s, words);
	put_fact(f, "first page", words);
	story_span(s, words);
	put_fact(f, "span", words);
	snprintf(text, sizeof(text), "%" PRIu64 " to %" PRIu64,
		 s->timeline->first_n, s->timeline->last_n);
	if (s->source->format == FORMAT_RECORDING) {
		put_fact(f, "snapshots", text);
		put_fact(f, "end", s->cut ? "cut off: no end line" : "whole");
	}
	put_machine(f, s);
	put_page_facts(f, s);
	fputs("</dl></section>\n", f);
}

static void put_story(FILE *f, const struct story *s, size_t of, bool several)
{
	char text[STORY_MAX], date[UNITS_MAX], span[UNITS_MAX];
	char part[STORY_MAX];

	story_date(s, date);
	story_span(s, span);
	story_part(s, part);
	xml_put(f, "<article id=\"s%n\"><header>", (uint64_t)of);
	if (several)
		xml_put(f, "<h2 class=\"name\">%s</h2>", s->name);
	else
		xml_put(f, "<h1>VMClock over time <span>%s</span></h1>",
			s->name);
	xml_put(f, "<p>%s%s%s%s%s</p></header>\n", date,
		*date && *span ? ", " : "", span, *part ? "; " : "", part);
	story_sentence(s, text);
	xml_put(f, "<p class=\"lead\">%s</p>\n", text);
	put_tiles(f, s);
	put_strips(f, s, of);
	for (int i = 0; i < PANEL_COUNT; i++)
		put_panel(f, s, (enum panel)i, of);
	put_points(f, s->timeline);
	put_no_clock(f, s);
	put_close_ups(f, s, of);
	put_events(f, s);
	html_rules(f, s);
	put_origin(f, s);
	fputs("</article>\n", f);
}

static void put_contents(FILE *f, const struct story *stories, size_t count)
{
	fputs("<h1>VMClock over time</h1><div class=\"scroll\"><table class=\"contents\"><thead><tr><th scope=\"col\">source</th>",
	      f);
	for (int i = 0; i < TILE_COUNT; i++)
		xml_put(f, "<th scope=\"col\">%s</th>", tile_names[i]);
	fputs("</tr></thead><tbody>\n", f);
	for (size_t k = 0; k < count; k++) {
		xml_put(f, "<tr><td><a href=\"#s%n\">%s</a></td>",
			(uint64_t)k + 1, stories[k].name);
		for (int i = 0; i < TILE_COUNT; i++) {
			char text[STORY_MAX], more[STORY_MAX];
			enum mood mood = story_tile(&stories[k], (enum tile)i,
						    text, more);

			/* What is good is most of it, and has no sign. */
			xml_put(f, "<td class=\"%s\" data-of=\"%s\">%s%s</td>",
				mood_names[mood], tile_names[i],
				mood == MOOD_OK ? "" : mood_signs[mood], text);
		}
		fputs("</tr>\n", f);
	}
	fputs("</tbody></table></div>\n", f);
}

static void put_foot(FILE *f, const struct story *stories, size_t count,
		     const char *command)
{
	bool many = false, numbered = false, clamped = false;

	for (size_t i = 0; i < count; i++) {
		many |= stories[i].timeline->many;
		numbered |= stories[i].timeline->numbered;
		clamped |= stories[i].timeline->clamped;
	}
	fputs("</main><footer><p>", f);
	if (numbered)
		fputs("The axis has the numbers of the pages: they came without the guest's clocks. ",
		      f);
	else
		fputs("The time axis is the guest's CLOCK_MONOTONIC_RAW since the first page. It is made from the same counter, "
		      "so across a disruption its length is what the guest believes. UTC is what the page says. ",
		      f);
	if (clamped)
		fputs("CLOCK_MONOTONIC_RAW went back: such snapshots stand where the one before them does. ",
		      f);
	if (many)
		fputs("Where there are more pages than pixels, each column shows the smallest and the largest value in it: "
		      "no event, no broken rule and no broken promise is left out. ",
		      f);
	xml_put(f,
		"The file is complete: no script, no network. Made by vmclockctl %s: <code>%s</code></p></footer></body></html>\n",
		VMCLOCKCTL_VERSION, command);
}

void html_report(FILE *f, const struct story *stories, size_t count,
		 const char *command)
{
	put_head(f, stories, count);
	if (count > 1)
		put_contents(f, stories, count);
	for (size_t i = 0; i < count; i++)
		put_story(f, &stories[i], i + 1, count > 1);
	put_foot(f, stories, count, command);
}
