/* SPDX-License-Identifier: MIT
 *
 * Pages, looked at as text.
 */
#pragma once

/* Fails the test unless every element that is opened is closed, in order. */
void html_check_nesting(const char *label, const char *html);
