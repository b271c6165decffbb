/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule file may cost.  All of it is far above any rule set in use and
 * below what would hurt: exceeding one is an error with a sentence.
 */
#ifndef ANALYZE_RULE_LIMITS_H
#define ANALYZE_RULE_LIMITS_H

#define RULEFILE_MAX		(32u << 20)	/* bytes of one file, unpacked */
#define RULEFILES_MAX		4096		/* files of one archive or folder */
#define ARCHIVE_MAX		(128u << 20)	/* bytes of one archive's files */
#define YAML_DEPTH_MAX		500		/* nesting (yaml-cpp's own limit) */
#define YAML_NODES_MAX		(1u << 20)	/* nodes, aliases expanded; some 100 bytes each */
#define CONDITION_TEXT_MAX	(16u << 20)	/* one condition, lists put in */
#define RULESET_TEXT_MAX	(256u << 20)	/* all conditions of one load */
#define CONDITION_DEPTH_MAX	1000		/* as in Falco */
#define CONDITION_NODES_MAX	(4u << 20)	/* one condition, macros put in */
#define EXCEPTIONS_MAX		10000		/* of one rule */
#define LOAD_ERRORS_MAX		1000		/* after so many, no more is looked at */
#define HINTS_MAX		100		/* errors that get the nearest macro, list or rule */
#define NO_EVTTYPE_ABOVE	100		/* event numbers before a warning */
#define FIELDS_MAX		512		/* of one condition or output */

#endif
