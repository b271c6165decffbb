/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds of the text form: what a text from anywhere may ask for. */
#ifndef REPLAY_ASM_LIMITS_H
#define REPLAY_ASM_LIMITS_H

#define ASM_TEXT_MAX	(1u << 30)	/* bytes of a text */
#define ASM_LINE_MAX	(8u << 20)	/* bytes of a line, continuations included */
#define ASM_WORDS_MAX	256		/* words of a line */
#define ASM_LIST_MAX	65536		/* texts of a list */
#define ASM_VALUE_MAX	(1u << 20)	/* bytes of one parameter */
#define ASM_ERRORS_MAX	20		/* told of one text */

#endif
