/* SPDX-License-Identifier: BSD-2-Clause */
/* Text in HTML, XHTML and SVG: what a recording holds stays text. */
#ifndef VMCLOCKCTL_VIEW_XML_H
#define VMCLOCKCTL_VIEW_XML_H

#include <stdint.h>
#include <stdio.h>

/*
 * printf() with a markup template of our own: %s is text, escaped; %d an int;
 * %u an unsigned int; %p a place in hundredths (int64_t); %n a counting number
 * (uint64_t); %% a per cent sign. No other conversions.
 *
 * Text may stand in an element or in an attribute in double quotes. What markup
 * uses becomes a reference; a control character, one that is invisible or turns
 * the direction of text, and a byte that is not UTF-8 become \xHH. The document
 * is UTF-8 in any locale.
 */
void xml_put(FILE *stream, const char *template, ...);

#endif
