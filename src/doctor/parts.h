/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of doctor_diagnose() that have a file of their own, and the words
 * that they share. */
#ifndef VMCLOCKCTL_DOCTOR_PARTS_H
#define VMCLOCKCTL_DOCTOR_PARTS_H

#include "diagnosis.h"

/* The rules below are those of contrib/, word for word; tests/bats/contrib.bats
 * checks that. */
#define UDEV_FILE  "contrib/udev/45-vmclock.rules"
#define UDEV_GROUP "groupadd --system vmclock"
#define UDEV_PAGE  "SUBSYSTEM==\"misc\", KERNEL==\"vmclock*\", "
#define UDEV_PHC   "SUBSYSTEM==\"ptp\", ATTR{clock_name}==\"vmclock*\", "

enum udev_rule {
	UDEV_RULE_PAGE,
	UDEV_RULE_PHC,
};

/* rights.c: add the rule that gives the node to a group of this machine, and
 * what makes the group if there is none. */
void diagnosis_add_udev_rule(struct strbuf *buffer, const struct host *host,
			     enum udev_rule rule);

/* rights.c: add the group of a node, by its name if it has one. */
void diagnosis_add_group(struct strbuf *buffer, const struct node_look *look);

/* rights.c: who may read the page. */
void diagnose_rights(struct diagnosis_list *diagnoses);

/* driver.c: whether the driver has this device. */
bool device_is_bound(const struct host *host,
		     const struct firmware_device *device);

/* driver.c */
void diagnose_driver(struct diagnosis_list *diagnoses);

/* node.c: the page's node. */
void diagnose_node(struct diagnosis_list *diagnoses);

/* node.c: what is wrong with a node, and what mends it. Returns whether
 * anything is. */
bool diagnose_node_fault(struct diagnosis_list *diagnoses, const char *path,
			 const struct node_look *look, bool phc);

/* phc.c: the device's PTP clock, and the other ones. */
void diagnose_phc(struct diagnosis_list *diagnoses);
void diagnose_other_phcs(struct diagnosis_list *diagnoses);

/* steering.c: add "678 ns", "12.345 s" or, of two days or more, "3.1 d". */
void diagnosis_add_duration(struct strbuf *buffer, uint128 nsec);

/* steering.c: the system's clock, and who steers it. */
void diagnose_steering(struct diagnosis_list *diagnoses);

/* clock.c: the page, the PTP clocks, the clocksource, the kernel's TAI offset.
 */
void diagnose_clock(struct diagnosis_list *diagnoses);

/* consumers.c: the programs that would use the page. */
void diagnose_consumers(struct diagnosis_list *diagnoses);

/* chrony.c: what chrony's configuration would do here. */
void diagnose_chrony(struct diagnosis_list *diagnoses);

#endif
