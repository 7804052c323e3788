/* SPDX-License-Identifier: BSD-2-Clause */
/* The escape sequences of the colours, and what ends them. */
#ifndef VMCLOCKCTL_VIEW_COLOR_H
#define VMCLOCKCTL_VIEW_COLOR_H

#define COLOR_BOLD	  "\033[1m"
#define COLOR_BOLD_RED	  "\033[1;31m"
#define COLOR_BOLD_GREEN  "\033[1;32m"
#define COLOR_BOLD_YELLOW "\033[1;33m"
#define COLOR_RED	  "\033[31m"
#define COLOR_GREEN	  "\033[32m"
#define COLOR_YELLOW	  "\033[33m"
#define COLOR_MAGENTA	  "\033[35m"
#define COLOR_RESET	  "\033[0m"

#endif
