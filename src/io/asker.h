/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs this, for words on what was refused. */
#ifndef VMCLOCKCTL_IO_ASKER_H
#define VMCLOCKCTL_IO_ASKER_H

enum asker {
	ASKER_USER,
	/* Of a user namespace, where not every user of the machine is: another
	 * user outside of it. */
	ASKER_NAMESPACE_ROOT,
	ASKER_ROOT,
};

enum asker asker_here(void);

#endif
