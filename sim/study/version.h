/*
 * version.h - which sources and which compiler made this program.
 *
 * The build writes the definitions; only their one object is made anew when the
 * commit changes. They go into the provenance of every run.
 */
#ifndef SIM_STUDY_VERSION_H
#define SIM_STUDY_VERSION_H

extern const char version_commit[];   /* 12 digits, "-dirty" behind; or "unknown" */
extern const char version_compiler[]; /* first line of its --version */
extern const char version_flags[];    /* optimisation, sanitizers and the like */

#endif
