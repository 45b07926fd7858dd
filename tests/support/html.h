/* SPDX-License-Identifier: MIT
 *
 * Pages, looked at as text.
 */
#pragma once

/* Fails the test unless every element that is opened is closed, in order, and none that
 * is there to show a value is empty. */
void html_check(const char *label, const char *html);
