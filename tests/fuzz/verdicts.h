/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules over what an input says, and what holds of every answer. */
#ifndef TESTS_FUZZ_VERDICTS_H
#define TESTS_FUZZ_VERDICTS_H

#include "verify.h"

/* A table of leap seconds to judge by. */
extern const struct leap_table usual_leaps;

/* A verifier with all rules selected, the same memory each time; leaps NULL:
 * there is no table. */
struct verifier *verdicts_start(bool recording, const struct leap_table *leaps);

/* The same of one that is all zeros. */
void verdicts_select(struct verifier *verifier, bool recording,
		     const struct leap_table *leaps);

/* After the last snapshot, which has this number: end it, and check the
 * answers.
 */
void verdicts_check(struct verifier *verifier, uint64_t last_n);

/* Print them, in one format of the four. */
void verdicts_print(const struct verifier *verifier, unsigned int which);

#endif
