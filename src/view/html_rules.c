/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdict of a report: broken rules as cards, all rules as boxes. */
#include "html_rules.h"

#include <inttypes.h>
#include <string.h>

#include "xml.h"

static const char *const box_classes[VERDICT_COUNT] = {
	[VERDICT_OK] = "b-ok",	   [VERDICT_FAIL] = "b-fail",
	[VERDICT_WARN] = "b-warn", [VERDICT_NOT_APPLICABLE] = "b-na",
	[VERDICT_SKIP] = "b-skip",
};

/* Shapes besides colours: a cross in what is broken, a bar in a warning. */
static void put_box(FILE *f, int x, enum verdict verdict, const char *id)
{
	xml_put(f,
		"<g><title>%s: %s</title><rect class=\"%s\" x=\"%d\" y=\"1\" width=\"9\" height=\"12\" rx=\"2\"/>",
		id, verdict_names[verdict], box_classes[verdict], x);
	if (verdict == VERDICT_FAIL)
		xml_put(f, "<path class=\"b-mark\" d=\"M%d 4l5 6m0-6l-5 6\"/>",
			x + 2);
	else if (verdict == VERDICT_WARN)
		xml_put(f, "<path class=\"b-mark\" d=\"M%d 3v5m0 1v2\"/>",
			x + 4);
	fputs("</g>", f);
}

static size_t get_area_length(int rule)
{
	return strcspn(rules[rule].id, ".");
}

static bool is_same_area(int a, int b)
{
	size_t length = get_area_length(a);

	return length == get_area_length(b) &&
	       memcmp(rules[a].id, rules[b].id, length) == 0;
}

/* Nothing where an earlier rule is of that area. */
static void put_area(FILE *f, const struct report *r, int first)
{
	char area[24];
	int count = 0;

	for (int i = 0; i < first; i++) {
		if (is_same_area(i, first))
			return;
	}
	for (int i = first; i < RULE_COUNT; i++)
		count += is_same_area(i, first);
	snprintf(area, sizeof(area), "%.*s", (int)get_area_length(first),
		 rules[first].id);
	xml_put(f,
		"<li><span>%s</span><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"13\" viewBox=\"0 0 %d 14\" role=\"img\">"
		"<title>%s</title>",
		area, 12 * count, 12 * count, area);
	for (int i = first, x = 0; i < RULE_COUNT; i++) {
		if (!is_same_area(i, first))
			continue;
		put_box(f, x, r->verifier->findings[i].verdict, rules[i].id);
		x += 12;
	}
	fputs("</svg></li>", f);
}

static void put_legend(FILE *f)
{
	static const char *const words[VERDICT_COUNT] = {
		[VERDICT_OK] = "it holds",
		[VERDICT_FAIL] = "broken",
		[VERDICT_WARN] = "warning",
		[VERDICT_NOT_APPLICABLE] = "not applicable",
		[VERDICT_SKIP] = "not to be judged here",
	};

	fputs("<p class=\"what legend\">", f);
	for (int i = 0; i < VERDICT_COUNT; i++) {
		fputs("<span><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"13\" viewBox=\"0 0 10 14\" aria-hidden=\"true\">",
		      f);
		put_box(f, 0, (enum verdict)i, "rule");
		xml_put(f, "</svg> %s</span> ", words[i]);
	}
	fputs("</p>", f);
}

static void put_fact(FILE *f, const char *name, const char *text)
{
	if (text && *text)
		xml_put(f, "<dt>%s</dt><dd>%s</dd>", name, text);
}

/* How often, and at which snapshots. */
static void put_times(FILE *f, const struct story *s, int rule)
{
	const struct tally *tally = &s->timeline->tallies[rule];
	uint64_t count = tally->failures ? tally->failures : tally->warnings;

	if (!count)
		return;
	if (tally->first == tally->last || count == 1)
		xml_put(f, "<dt>when</dt><dd>once, at %s %n</dd>",
			s->pages ? "page" : "snapshot", tally->first);
	else
		xml_put(f, "<dt>when</dt><dd>%n times, from %s %n to %n</dd>",
			count, s->pages ? "page" : "snapshot", tally->first,
			tally->last);
}

static void put_card(FILE *f, const struct story *s, int rule)
{
	const struct finding *found = &s->report->verifier->findings[rule];
	bool fails = found->verdict == VERDICT_FAIL;

	xml_put(f,
		"<div class=\"rule %s\"><h3><b class=\"%s\">%s</b> <code>%s</code> %s</h3>",
		fails ? "bad" : "warn", fails ? "bad" : "warn",
		fails ? "FAIL" : "WARN", rules[rule].id, rules[rule].title);
	if (found->message[0])
		xml_put(f, "<p>%s</p>", found->message);
	fputs("<dl class=\"facts\">", f);
	put_fact(f, "expected", found->expected);
	put_fact(f, "actual", found->actual);
	put_times(f, s, rule);
	xml_put(f, "<dt>clause</dt><dd>%s (%s)</dd>", rules[rule].clause,
		level_names[rules[rule].level]);
	put_fact(f, "fix", rules[rule].hint);
	fputs("</dl></div>\n", f);
}

void html_rules(FILE *f, const struct story *s)
{
	const struct report *r = s->report;
	char text[STORY_MAX], more[STORY_MAX];
	enum mood mood = story_tile(s, TILE_VERDICT, text, more);

	xml_put(f,
		"<section class=\"panel long\"><h2>Rules <span class=\"cap %s\">%s%s: %u ok, %u failed, %u warned, %u not applicable, %u skipped</span></h2>\n",
		mood_names[mood], mood_signs[mood], text, r->count[VERDICT_OK],
		r->count[VERDICT_FAIL], r->count[VERDICT_WARN],
		r->count[VERDICT_NOT_APPLICABLE], r->count[VERDICT_SKIP]);
	for (int i = 0; i < RULE_COUNT; i++) {
		enum verdict verdict = r->verifier->findings[i].verdict;

		if (verdict == VERDICT_FAIL)
			put_card(f, s, i);
	}
	for (int i = 0; i < RULE_COUNT; i++) {
		if (r->verifier->findings[i].verdict == VERDICT_WARN)
			put_card(f, s, i);
	}
	fputs("<ul class=\"areas\">", f);
	for (int i = 0; i < RULE_COUNT; i++)
		put_area(f, r, i);
	fputs("</ul>", f);
	put_legend(f);
	fputs("</section>\n", f);
}
