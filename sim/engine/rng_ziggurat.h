/*
 * rng_ziggurat.h - the layers that rng_exponential() draws from.
 */
#ifndef SIM_ENGINE_RNG_ZIGGURAT_H
#define SIM_ENGINE_RNG_ZIGGURAT_H

extern const double rng_ziggurat_x[257]; /* right edges, falling */
extern const double rng_ziggurat_f[257]; /* exp(-x) at those edges */

#endif
