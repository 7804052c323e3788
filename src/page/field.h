/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * THE table of fields. One row drives show, JSON, -F, --hex, diff, encode,
 * list, the rules that hold for every field, and the test that the man page
 * names every field. How to add one: field.c.
 */
#ifndef VMCLOCKCTL_PAGE_FIELD_H
#define VMCLOCKCTL_PAGE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"
#include "page.h"

/* How a raw value is written; with the width it fixes the JSON type. */
enum field_kind {
	KIND_DECIMAL, /* unsigned */
	KIND_SIGNED,  /* two's complement of the field's width */
	KIND_HEX,     /* 0x and all digits of the width */
	KIND_ENUM,    /* decimal, with a name in `names` */
	KIND_FLAGS,   /* as KIND_HEX, each bit with a name in `names` */
	KIND_BYTES,   /* hex digits in page order, no 0x */
};

/* The groups of `show`, by what the specification lets a writer change. */
enum field_group {
	GROUP_CONSTANT,	   /* never changes while the guest runs */
	GROUP_STATE,	   /* changes with the state of the clock */
	GROUP_CALIBRATION, /* changes with every calibration */
	GROUP_COUNT,
};

/* What a field describes: which sentence a printer forms from its value. */
enum field_role {
	ROLE_PLAIN,
	ROLE_MAGIC,
	ROLE_SEQ,
	ROLE_TAI_OFFSET,
	ROLE_PERIOD,
	ROLE_PERIOD_ERROR, /* per tick, in the period's unit */
	ROLE_TIME_SEC,
	ROLE_TIME_FRAC,
	ROLE_PAD,
};

/* A name for a value, or for a bit mask of KIND_FLAGS. */
struct field_name {
	uint64_t value;
	const char *name; /* kebab-case, as in JSON and encode */
	const char *help;
	/* As in the kernel's header, less the prefix: "X86_TSC"; NULL: it
	 * has none. */
	const char *abi;
	/* Only of a flag: what it is for, and why a field that needs it means
	 * nothing without it, "TAI_OFFSET_VALID clear". */
	enum flag_use use;
	const char *clear;
};

/* In field.needs, beside flags: counter and status have to be usable. */
#define NEEDS_CLOCK (UINT64_C(1) << 63)

struct field {
	const char *name; /* the ABI name */
	uint16_t offset;
	uint8_t width; /* bytes: 1, 2, 4 or 8 */
	enum field_kind kind;
	enum field_group group;
	enum field_role role;
	/* Flag bits of the layout, and NEEDS_CLOCK, without which the value
	 * is meaningless; 0: always meaningful. */
	uint64_t needs;
	const char *unit;		/* NULL where there is none */
	const struct field_name *names; /* NULL, or ended by a NULL name */
	/* The values that a usable page can have here, as value_usable() takes
	 * them; 0: the field does not decide that. */
	uint64_t usable;
	const char *help; /* one line */
	const char *clause;
};

/*
 * What code for all layouts asks a page for: X(name). Each is a member of
 * struct layout and ROW_name, the number of that member. Layouts name and place
 * such fields differently.
 */
#define LAYOUT_ROWS(X)                                                         \
	X(size)                                                                \
	X(version)                                                             \
	X(counter_id)                                                          \
	X(time_type)                                                           \
	X(seq_count)                                                           \
	X(disruption_marker)                                                   \
	X(generation)                                                          \
	X(flags)                                                               \
	X(clock_status)                                                        \
	X(smearing_hint)                                                       \
	X(tai_offset)                                                          \
	X(leap_indicator)                                                      \
	X(leap_direction) /* the leap second at leap_time */                   \
	X(leap_time)                                                           \
	X(counter_value)                                                       \
	X(period_shift)                                                        \
	X(period)                                                              \
	X(period_esterror)                                                     \
	X(period_maxerror)                                                     \
	X(time_sec)                                                            \
	X(time_frac)                                                           \
	X(time_esterror)                                                       \
	X(time_maxerror)

#define LAYOUT_ROW_(name)    ROW_##name,
#define LAYOUT_MEMBER_(name) int name;

enum layout_row {
	LAYOUT_ROWS(LAYOUT_ROW_) ROW_COUNT
};

struct layout {
	enum layout_id id;
	const char *name; /* "vmclock-1", "rfc-3", "pre-release" */
	const char *help;
	/* NULL: the standard's, which drivers read, to which FIELD_ and FLAG_
	 * belong and which the rules check. Else what is wrong with it. */
	const char *draft;
	/* Several drafts in one: the fields are those that all of them have. */
	bool partial;
	const struct field *fields;
	unsigned int count;
	unsigned int defined; /* bytes the layout gives a meaning */
	/* Rows of `fields`, -1 where the layout has none: by name, and by
	 * enum layout_row. */
	union {
		struct {
			LAYOUT_ROWS(LAYOUT_MEMBER_)
		};
		int row[ROW_COUNT];
	};
	/* Values of counter_id. */
	uint8_t arm_vcnt, x86_tsc, no_counter;
	/* Of a layout without that field; -1: it gives no time. */
	int implied_time_type;
	/* Units of the time's errors in a nanosecond. */
	unsigned int errors_per_nsec;
};

#define FIELDS_MAX FIELD_COUNT

extern const struct layout layouts[LAYOUT_COUNT];
extern const char *const group_names[GROUP_COUNT]; /* "constant", ... */

/* The layout of that name, or NULL. */
const struct layout *layout_find(const char *name);

/* The row of the field of that ABI name, or -1. */
int field_find(const struct layout *layout, const char *name);

/* The flags without which the field's value means nothing. */
static inline uint64_t field_flags(const struct field *field)
{
	return field->needs & ~NEEDS_CLOCK;
}

/* The first byte after the field. */
static inline unsigned int field_end(const struct field *field)
{
	return (unsigned int)field->offset + field->width;
}

/* The name of an enumeration's value, or NULL. */
const char *field_value_name(const struct field *field, uint64_t value);

/* The bits of a KIND_FLAGS field that have a name. */
uint64_t field_known_flags(const struct field *field);

/* Largest raw value of the field's width. */
static inline uint64_t field_mask(const struct field *field)
{
	return UINT64_MAX >> (64 - 8 * field->width);
}

/* A raw value as the signed number it stands for. */
static inline int64_t field_signed(const struct field *field, uint64_t value)
{
	unsigned int unused = 64u - 8u * field->width;

	return (int64_t)(value << unused) >> unused;
}

#define FIELD_TEXT_MAX 24 /* longest raw value as text, with its NUL */

/*
 * Raw value to text: KIND_HEX and KIND_FLAGS as 0x and two digits a byte,
 * KIND_BYTES as bare hex digits in page order, the rest in decimal.
 */
void field_format(const struct field *field, uint64_t value,
		  char text[static FIELD_TEXT_MAX]);

/*
 * The reverse, for text from people and documents: decimal, 0x hex, a name of
 * an enumeration, a comma list of flag names ("none" or "" for no flag), names
 * in our spelling or in that of the kernel's header;
 * KIND_BYTES takes exactly two digits a byte. Returns 0, -EINVAL where the text
 * is no value of this kind, -ERANGE where it does not fit the width.
 */
int field_parse(const struct field *field, const char *text, uint64_t *value);

#endif
