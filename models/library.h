/*
 * library.h - the library of graphs that the systems' meshes are made with: made ready once by the
 * program, and named in the provenance of its results.
 *
 * Threads: model_library_init() before any other starts.
 */
#ifndef MODELS_LIBRARY_H
#define MODELS_LIBRARY_H

/* Its errors come back as codes from here on; none stops the program. */
void model_library_init(void);
const char *model_library_version(void);

#endif
