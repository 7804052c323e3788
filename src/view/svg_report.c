/* SPDX-License-Identifier: BSD-2-Clause */
/* A report as one picture: its strips and curves, one below the other. */
#include <string.h>

#include "html_report.h"
#include "report_style.h"
#include "xml.h"

#define FIRST_LINE                                                             \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- vmclockctl report -->"

#define NAME_HEIGHT  34
#define TITLE_HEIGHT 24
#define GAP	     12
#define MARGIN	     10

bool svg_report_begins(const char *line)
{
	return strcmp(line, FIRST_LINE) == 0;
}

static int get_height(const struct story *s)
{
	const struct picture p = picture_whole(NULL, s->timeline);
	int height = NAME_HEIGHT + picture_strips_height(&p) + GAP;

	for (int i = 0; i < PANEL_COUNT; i++) {
		if (picture_has(&p, (enum panel)i))
			height += TITLE_HEIGHT +
				  picture_height(&p, (enum panel)i) + GAP;
	}
	return height;
}

static int draw_story(FILE *f, const struct story *s, int y)
{
	const struct picture p = picture_whole(f, s->timeline);
	char text[STORY_MAX], date[UNITS_MAX];

	story_date(s, date);
	xml_put(f,
		"<text class=\"h1\" x=\"0\" y=\"%d\">%s</text><text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
		y + 20, s->name, PICTURE_WIDTH, y + 20, date);
	y += NAME_HEIGHT;
	xml_put(f, "<g transform=\"translate(0 %d)\">", y);
	picture_draw_strips(&p);
	fputs("</g>\n", f);
	y += picture_strips_height(&p) + GAP;
	for (int i = 0; i < PANEL_COUNT; i++) {
		enum panel panel = (enum panel)i;

		if (!picture_has(&p, panel))
			continue;
		story_panel(s, panel, text);
		xml_put(f,
			"<text class=\"h2\" x=\"0\" y=\"%d\">%s<tspan class=\"h3\" dx=\"10\">%s</tspan></text><g transform=\"translate(0 %d)\">",
			y + 14, panel_titles[panel], text, y + TITLE_HEIGHT);
		picture_draw(&p, panel);
		fputs("</g>\n", f);
		y += TITLE_HEIGHT + picture_height(&p, panel) + GAP;
	}
	return y;
}

void svg_report(FILE *f, const struct story *stories, size_t count)
{
	char text[STORY_MAX];
	int height = 2 * MARGIN, y = 0;

	for (size_t i = 0; i < count; i++)
		height += get_height(&stories[i]);
	xml_put(f,
		FIRST_LINE
		"\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%d %d %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-labelledby=\"t d\">",
		-MARGIN, -MARGIN, PICTURE_WIDTH + 2 * MARGIN, height,
		PICTURE_WIDTH + 2 * MARGIN, height);
	story_sentence(&stories[0], text);
	xml_put(f,
		"<title id=\"t\">VMClock over time: %s</title><desc id=\"d\">%s</desc><style>\n",
		stories[0].name, text);
	fputs(report_style_picture, f);
	xml_put(f,
		"svg .h1{font-size:17px;font-weight:650}svg .h2{font-size:14px;font-weight:650}svg .h3{font-size:12px;font-weight:400;fill:var(--mut)}"
		".ground{fill:var(--bg)}</style><rect class=\"ground\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
		-MARGIN, -MARGIN, PICTURE_WIDTH + 2 * MARGIN, height);
	for (size_t i = 0; i < count; i++)
		y = draw_story(f, &stories[i], y);
	fputs("</svg>\n", f);
}
