/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constants compiled for matching: sets, globs, paths.
 * All live in the arena they are made in and match without allocating.
 * Regular expressions have a header of their own.
 */
#ifndef ANALYZE_FILTER_MATCH_H
#define ANALYZE_FILTER_MATCH_H

#include "lib/base/compat.h"
#include "analyze/filter/constant.h"
#include "lib/base/arena.h"
#include "lib/base/str.h"

/* ---- sets (match_set.c) ---- */

/* A set of byte strings.  Most misses are told by the length alone. */
struct strset;
struct strset *strset_new(struct arena *a, const struct str *v, size_t n);
/* Could a string of this length be in it? */
bool strset_may(const struct strset *set, size_t len);
/* hash is str_hash(s) or strset_hash(s). */
bool strset_has(const struct strset *set, struct str s, uint64_t hash);
uint64_t strset_hash(struct str s);

/* A set of integers. */
struct numset;
struct numset *numset_new(struct arena *a, const uint64_t *v, size_t n);
bool numset_has(const struct numset *set, uint64_t v);

/* Does s begin (end) with one of the strings? */
struct affixset;
struct affixset *affixset_new(struct arena *a, const struct str *v, size_t n, bool suffix);
bool affixset_has(const struct affixset *set, struct str s);

/* ---- networks (match_net.c) ---- */

/* A set of networks: one look-up for each prefix length there is. */
struct netset;
struct netset *netset_new(struct arena *a, const struct ipnet *v, size_t n);
bool netset_has(const struct netset *set, const struct ipaddr *ip);

/* ---- globs (match_glob.c, match_bracket.c) ---- */

/* fnmatch(3) without flags, as of glibc in the C locale; fold: with
 * FNM_CASEFOLD.  Time is at most pattern times text. */
bool glob_match(struct str pattern, bool fold, struct str s);

/*
 * The bracket expression whose "[" stands before i, and c: 1 match, *end is
 * behind its "]"; 0 no match; -1 it is none, "[" stands for itself.
 */
int glob_bracket(struct str pattern, size_t i, char c, bool fold, size_t *end);

/* A pattern, reduced to a simpler test where one does. */
struct glob;
struct glob *glob_new(struct arena *a, struct str pattern, bool fold);
bool glob_has(const struct glob *g, struct str s);

/* ---- paths (match_path.c) ---- */

/* Is one of the paths, by components (which may be globs), s or a directory
 * above it? */
struct pathset;
struct pathset *pathset_new(struct arena *a, const struct str *v, size_t n);
bool pathset_has(const struct pathset *set, struct str s);

/* ---- text ---- */

/* Substring.  Looked for is the byte of the needle at `rare`, which
 * contains_rare() chose as the one least likely in paths and command lines. */
size_t contains_rare(struct str needle);
bool contains(struct str s, struct str needle, size_t rare);
/* The same, ASCII letters in either case. */
bool icontains(struct str s, struct str lower_needle);
char ascii_lower(char c);

#endif
