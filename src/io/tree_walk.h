/* SPDX-License-Identifier: BSD-2-Clause */
/* Resolves a path below a directory without openat2(2). */
#ifndef VMCLOCKCTL_IO_TREE_WALK_H
#define VMCLOCKCTL_IO_TREE_WALK_H

/*
 * Open the path below the directory `top`, as openat2() does with
 * RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS, with its `flags`; a directory only
 * with O_PATH. Returns the descriptor, or -1 and errno.
 */
int tree_walk(int top, const char *path, int flags);

#endif
