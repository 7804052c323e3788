/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of chrony's configuration, with chronyd's own rules for words,
 * comments and values. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/nsec.h"
#include "base/strbuf.h"
#include "chrony.h"

/* Those of isspace() in the C locale. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void copy_printable(char *to, size_t size, const char *from)
{
	size_t used = 0;

	for (; from[used] && used + 1 < size; used++) {
		char c = from[used];

		if (c < ' ' || c > '~')
			c = '?';
		to[used] = c;
	}
	to[used] = '\0';
}

struct chrony_place chrony_place(const char *file, unsigned int line)
{
	struct chrony_place place = { .line = line };
	size_t length = strlen(file);
	const size_t most = sizeof(place.file) - 1;

	if (length <= most) {
		copy_printable(place.file, sizeof(place.file), file);
		return place;
	}
	memcpy(place.file, "...", 3);
	copy_printable(place.file + 3, sizeof(place.file) - 3,
		       file + length - (most - 3));
	return place;
}

void chrony_set_fault(struct chrony_config *config, enum chrony_fault fault,
		      const struct chrony_place *place, const char *word)
{
	if (config->fault)
		return;
	config->fault = fault;
	config->fault_place = *place;
	copy_printable(config->fault_word, sizeof(config->fault_word), word);
}

/* One blank between words, none at the ends; a comment leaves nothing. */
static void normalize(char *line)
{
	char *to = line;

	for (const char *at = line; *at; at++) {
		if (!is_blank(*at))
			*to++ = *at;
		else if (to > line && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > line && to[-1] == ' ')
		to--;
	*to = '\0';
	if (strchr("!;#%", *line))
		*line = '\0';
}

/* Cut the next word off, and leave *at at the one after it. Returns "" at the
 * end. */
static char *take_word(char **at)
{
	char *word = *at + strspn(*at, " ");
	char *end = word + strcspn(word, " ");

	*at = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

/*
 * Values end where the number ends, as for sscanf(): the rest of the word, if
 * any, is the next option.
 */
static bool take_integer(char **at)
{
	char *end;

	strtol(*at, &end, 10);
	if (end == *at)
		return false;
	*at = end;
	return true;
}

static bool take_number(char **at, double *value)
{
	char *end;

	*value = strtod(*at, &end);
	if (end == *at)
		return false;
	*at = end;
	return true;
}

static bool take_refid(char **at)
{
	size_t length = strcspn(*at, " ");

	*at += length;
	return length >= 1 && length <= 4;
}

static bool take_offset(char **at, int64_t *offset)
{
	double value, nsec;

	if (!take_number(at, &value))
		return false;
	/* Written so that what is no number fails. */
	if (!(value > -9e9 && value < 9e9)) {
		*offset = INT64_MAX;
		return true;
	}
	nsec = value * (double)NSEC_PER_SEC;
	*offset = (int64_t)(nsec < 0 ? nsec - 0.5 : nsec + 0.5);
	return true;
}

enum value {
	VALUE_NONE,
	VALUE_INTEGER,
	VALUE_NUMBER,
	VALUE_OFFSET,
	VALUE_REFID,
};

static const struct {
	const char *name;
	enum value value;
	/* Where in struct chrony_refclock it is noted, 0: nowhere. */
	size_t noted;
} options[] = {
	{ "delay", VALUE_NUMBER, 0 },
	{ "dpoll", VALUE_INTEGER, 0 },
	{ "filter", VALUE_INTEGER, 0 },
	{ "local", VALUE_NONE, offsetof(struct chrony_refclock, local) },
	{ "lock", VALUE_REFID, 0 },
	{ "maxdispersion", VALUE_NUMBER, 0 },
	{ "maxlockage", VALUE_INTEGER, 0 },
	{ "maxsamples", VALUE_INTEGER, 0 },
	{ "maxunreach", VALUE_INTEGER, 0 },
	{ "minsamples", VALUE_INTEGER, 0 },
	{ "noselect", VALUE_NONE, offsetof(struct chrony_refclock, noselect) },
	{ "offset", VALUE_OFFSET, 0 },
	{ "poll", VALUE_INTEGER, 0 },
	{ "pps", VALUE_NONE, offsetof(struct chrony_refclock, pulses) },
	{ "precision", VALUE_NUMBER, 0 },
	{ "prefer", VALUE_NONE, 0 },
	{ "rate", VALUE_INTEGER, 0 },
	{ "refid", VALUE_REFID, 0 },
	{ "require", VALUE_NONE, 0 },
	{ "stratum", VALUE_INTEGER, 0 },
	{ "tai", VALUE_NONE, offsetof(struct chrony_refclock, tai) },
	{ "trust", VALUE_NONE, 0 },
	{ "width", VALUE_NUMBER, 0 },
};

static bool take_value(enum value kind, char **at,
		       struct chrony_refclock *refclock)
{
	double unused;

	switch (kind) {
	case VALUE_INTEGER:
		return take_integer(at);
	case VALUE_NUMBER:
		return take_number(at, &unused);
	case VALUE_OFFSET:
		return take_offset(at, &refclock->offset);
	case VALUE_REFID:
		return take_refid(at);
	case VALUE_NONE:
		break;
	}
	return true;
}

/* Take an option, of which the word was cut off. */
static enum chrony_fault take_option(const char *word, char **at,
				     struct chrony_refclock *refclock)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (strcasecmp(word, options[i].name) != 0)
			continue;
		if (options[i].noted)
			*((bool *)((char *)refclock + options[i].noted)) = true;
		return take_value(options[i].value, at, refclock)
			       ? CHRONY_NO_FAULT
			       : CHRONY_VALUE;
	}
	return CHRONY_OPTION;
}

/* The options of the driver, which follow the path, each after a colon. */
static bool take_driver_options(char *at, struct chrony_refclock *refclock)
{
	static const char *const names[] = { "nocrossts", "extpps", "pin",
					     "channel", "clear" };

	for (char *option = at; *option; option = at) {
		size_t length = strcspn(option, ":"), name, i;

		at = option + length + (option[length] != '\0');
		option[length] = '\0';
		name = strcspn(option, "=");
		for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
			if (strlen(names[i]) == name &&
			    strncmp(names[i], option, name) == 0)
				break;
		}
		if (i == sizeof(names) / sizeof(*names))
			return false;
		refclock->pulses |= strcmp(names[i], "extpps") == 0;
	}
	return true;
}

static bool is_other_driver(const char *name)
{
	static const char *const names[] = { "PPS", "RTC", "SHM", "SOCK" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static void keep_refclock(struct chrony_config *config,
			  struct chrony_refclock *refclock, char *parameter)
{
	size_t length = strcspn(parameter, ":");
	char *more = parameter + length + (parameter[length] != '\0');

	parameter[length] = '\0';
	if (!take_driver_options(more, refclock)) {
		chrony_set_fault(config, CHRONY_DRIVER_OPTION, &refclock->place,
				 refclock->line);
		return;
	}
	if (length < sizeof(refclock->path))
		memcpy(refclock->path, parameter, length + 1);
	if (config->count < CHRONY_REFCLOCKS_MAX)
		config->refclocks[config->count++] = *refclock;
}

static void take_refclock(struct chrony_config *config,
			  const struct chrony_place *place, const char *whole,
			  char *rest)
{
	struct chrony_refclock refclock = { .place = *place };
	char *driver = take_word(&rest), *parameter = take_word(&rest);

	copy_printable(refclock.line, sizeof(refclock.line), whole);
	refclock.cut = strlen(whole) >= sizeof(refclock.line);
	if (!*parameter) {
		chrony_set_fault(config, CHRONY_WORDS, place, "refclock");
		return;
	}
	while (*rest) {
		const char *word = take_word(&rest);
		enum chrony_fault fault = take_option(word, &rest, &refclock);

		if (fault) {
			chrony_set_fault(config, fault, place, word);
			return;
		}
	}
	if (refclock.tai && !config->has_tai) {
		config->has_tai = true;
		config->tai_place = *place;
	}
	if (strcmp(driver, "PHC") == 0)
		keep_refclock(config, &refclock, parameter);
	else if (!is_other_driver(driver))
		chrony_set_fault(config, CHRONY_DRIVER, place, driver);
}

/* The one word that must follow the directive. */
static bool has_one_word(struct chrony_config *config,
			 const struct chrony_place *place,
			 const char *directive, const char *rest)
{
	if (*rest && !strchr(rest, ' '))
		return true;
	chrony_set_fault(config, CHRONY_WORDS, place, directive);
	return false;
}

static void take_string(struct chrony_config *config,
			const struct chrony_place *place, const char *directive,
			const char *rest, char *to, size_t size)
{
	if (has_one_word(config, place, directive, rest))
		copy_printable(to, size, rest);
}

static bool has_directories(struct chrony_config *config,
			    const struct chrony_place *place, const char *rest)
{
	unsigned int count = *rest != '\0';

	for (const char *at = rest; *at; at++)
		count += *at == ' ';
	if (count >= 1 && count <= CHRONY_DIRECTORIES_MAX)
		return true;
	chrony_set_fault(config, CHRONY_WORDS, place, "confdir");
	return false;
}

enum chrony_directive chrony_take_line(struct chrony_config *config,
				       const struct chrony_place *place,
				       char *line, char **rest)
{
	char whole[CHRONY_LINE_MAX];
	const char *word;
	char *at = line;

	if (strlen(line) >= CHRONY_LINE_MAX) {
		chrony_set_fault(config, CHRONY_LONG_LINE, place, "");
		return CHRONY_NOTHING;
	}
	normalize(line);
	memcpy(whole, line, strlen(line) + 1);
	word = take_word(&at);
	*rest = at;
	if (strcasecmp(word, "refclock") == 0)
		take_refclock(config, place, whole, at);
	else if (strcasecmp(word, "leapsectz") == 0)
		take_string(config, place, word, at, config->leapsectz,
			    sizeof(config->leapsectz));
	else if (strcasecmp(word, "leapseclist") == 0)
		take_string(config, place, word, at, config->leapseclist,
			    sizeof(config->leapseclist));
	else if (strcasecmp(word, "include") == 0)
		return has_one_word(config, place, word, at) ? CHRONY_INCLUDE
							     : CHRONY_NOTHING;
	else if (strcasecmp(word, "confdir") == 0)
		return has_directories(config, place, at) ? CHRONY_CONFDIR
							  : CHRONY_NOTHING;
	else if (strcasecmp(word, "sourcedir") == 0 && *at)
		return CHRONY_SOURCEDIR;
	return CHRONY_NOTHING;
}

bool chrony_names_phc(char *line)
{
	normalize(line);
	return strcasecmp(take_word(&line), "refclock") == 0 &&
	       strcmp(take_word(&line), "PHC") == 0;
}

static uint64_t big_endian(const uint8_t *bytes)
{
	return (uint64_t)bytes[0] << 24 | (uint64_t)bytes[1] << 16 |
	       (uint64_t)bytes[2] << 8 | bytes[3];
}

/* A header of RFC 8536 and, in `size`, all of the block it begins; times of
 * `width` bytes. Returns the number of leap seconds. */
static uint64_t zone_block(const uint8_t *header, uint64_t width,
			   uint64_t *size)
{
	uint64_t isut = big_endian(header + 20),
		 isstd = big_endian(header + 24),
		 leaps = big_endian(header + 28),
		 times = big_endian(header + 32),
		 types = big_endian(header + 36),
		 chars = big_endian(header + 40);

	*size = 44 + times * (width + 1) + types * 6 + chars +
		leaps * (width + 4) + isstd + isut;
	return leaps;
}

bool chrony_zone_has_leaps(const uint8_t *bytes, size_t length)
{
	uint64_t size;

	if (length < 44 || memcmp(bytes, "TZif", 4) != 0)
		return false;
	/* Since version 2 the first block may be empty. */
	if (zone_block(bytes, 4, &size))
		return true;
	return bytes[4] >= '2' && length >= 44 && size <= length - 44 &&
	       zone_block(bytes + size, 8, &size);
}
