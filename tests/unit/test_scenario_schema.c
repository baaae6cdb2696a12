/* The JSON Schema: read back as the YAML that all JSON is, every reference leads somewhere. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/doc.h"
#include "scenarios/language/scenario_keys.h"
#include "tests/support/schema.h"

static struct doc_node *schema(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    struct doc_node *root = NULL;
    struct scenario_errors errors = {0};

    cr_assert(scenario_print_schema(&schema_registry, memory));
    cr_assert_eq(fclose(memory), 0);
    cr_assert_eq(doc_parse(&root, (struct place){"schema", 1, 1}, text, length, &errors), SIM_OK,
                 "%s", schema_line(&errors, 0));
    free(text);
    return root;
}

static const struct doc_node *at(const struct doc_node *node, const char *path)
{
    char name[256];

    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        (void)snprintf(name, sizeof(name), "%.*s", (int)length, path);
        node = doc_find(node, name);
        cr_assert_not_null(node, "no %s", name);
        path += length + (path[length] == '/' ? 1 : 0);
    }
    return node;
}

static void follow_references(const struct doc_node *definitions, const struct doc_node *node,
                              size_t *count)
{
    for (const struct doc_node *v = node->child; v != NULL; v = v->next) {
        if (v->key != NULL && strcmp(v->key->text, "$ref") == 0) {
            const char *name = v->text + strlen("#/definitions/");
            cr_assert_not_null(doc_find(definitions, name), "%s leads nowhere", v->text);
            *count += 1;
        }
        follow_references(definitions, v, count);
    }
}

Test(json_schema, is_draft_07_and_has_an_id)
{
    struct doc_node *root = schema();

    cr_assert_str_eq(at(root, "$schema")->text, "http://json-schema.org/draft-07/schema#");
    cr_assert_str_eq(at(root, "$id")->text, "https://nimblesim.invalid/scenario.schema.json");
    doc_free(root);
}

Test(json_schema, every_reference_leads_somewhere_and_every_key_is_defined)
{
    struct doc_node *root = schema();
    const struct doc_node *definitions = at(root, "definitions");
    size_t count = 0;
    char name[256];

    follow_references(definitions, root, &count);
    cr_assert_gt(count, 200);
    for (const struct scenario_schema *const *s = schema_registry.schema; *s != NULL; s++) {
        for (size_t i = key_head_count(); i < key_count(*s); i++) {
            const char *path = key_at(*s, i)->path;
            (void)snprintf(name, sizeof(name), "%s.%s", (*s)->name, path);
            cr_assert_not_null(doc_find(definitions, name), "%s is not defined", name);
            (void)snprintf(name, sizeof(name), "%s.-sweep", (*s)->name);
            cr_assert_not_null(doc_find(at(doc_find(definitions, name), "properties"), path),
                               "%s is no axis", path);
            (void)snprintf(name, sizeof(name), "%s.-settings", (*s)->name);
            cr_assert_not_null(doc_find(at(doc_find(definitions, name), "properties"), path),
                               "%s is no setting", path);
        }
    }
    doc_free(root);
}

Test(json_schema, names_the_models_with_a_branch_each)
{
    struct doc_node *root = schema();
    const struct doc_node *models = at(root, "properties/model/enum");
    const struct doc_node *branch = at(root, "allOf")->child;

    cr_assert_str_eq(models->child->text, "nimblenet");
    cr_assert_str_eq(models->child->next->text, "toy");
    cr_assert_str_eq(at(branch, "if/properties/model/const")->text, "nimblenet");
    cr_assert_str_eq(at(branch, "then/additionalProperties")->text, "false");
    cr_assert_not_null(at(branch, "then/properties/nodes/$ref"));
    cr_assert_str_eq(at(branch->next, "if/properties/model/const")->text, "toy");
    cr_assert_null(branch->next->next);
    doc_free(root);
}

Test(json_schema, what_cannot_be_negative_has_no_sign)
{
    struct doc_node *root = schema();
    const struct doc_node *cache = at(root, "definitions/nimblenet.nodes.cache");
    const struct doc_node *loss = at(root, "definitions/nimblenet.mesh.loss/anyOf");

    cr_assert_str_eq(at(at(cache, "anyOf")->child, "pattern")->text,
                     "^[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?[ \\t]*(GiB|GB|MiB|MB|KiB|kB|B)$");
    cr_assert_str_eq(at(loss->child, "maximum")->text, "1");
    cr_assert_not_null(strstr(at(loss->child->next, "pattern")->text, "[0-9]{1,2}"));
    doc_free(root);
}
