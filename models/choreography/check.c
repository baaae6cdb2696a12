/* What only several keys together can get wrong, and the spec that lists and numbers make. */
#include "models/choreography/config.h"

struct choreo_spec choreo_spec_of(const struct choreo_config *c)
{
    struct choreo_spec s = c->spec;
    const uint32_t *domain = c->refuse.item;
    s.controller = c->controller - 1;
    s.refuses = 0;
    for (uint32_t i = 0; i < c->refuse.count; i++) {
        s.refuses |= UINT64_C(1) << (domain[i] - 1);
    }
    return s;
}

void choreo_check(const void *config, struct key_conflicts *conflicts)
{
    const struct choreo_config *c = config;
    const uint32_t *domain = c->refuse.item;
    double shares = 0;
    for (uint32_t i = 0; i < CHOREO_CLASSES; i++) {
        shares += c->spec.class[i].share;
    }
    if (!(shares > 0)) {
        key_conflicts_add(conflicts,
                          KEYS("load.small.share", "load.medium.share", "load.large.share"),
                          "one class at least needs a share");
    }
    if (c->controller > c->spec.domains) {
        key_conflicts_add(conflicts, KEYS("policy.controller", "domains"),
                          "there are only %u domains", c->spec.domains);
    }
    for (uint32_t i = 0; i < c->refuse.count; i++) {
        if (domain[i] > c->spec.domains) {
            key_conflicts_add(conflicts, KEYS("policy.refuse", "domains"),
                              "domain %u: there are only %u", domain[i], c->spec.domains);
            return;
        }
    }
}
