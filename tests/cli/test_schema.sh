#!/bin/bash
# nimblesim schema: what editors and people are told is what the tables say.
# shellcheck disable=SC2016 # $schema is a name
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

check 'the JSON Schema is printed' exits_with 0 schema
check '  as JSON' is_equal "$(json '$."$schema"')" 'http://json-schema.org/draft-07/schema#'
check '  and the one in the tree is it (nimblesim schema > scenarios/scenario.schema.json)' \
    cmp -s "$TMPDIR/out" scenarios/scenario.schema.json
for file in scenarios/*.yaml; do
    check "$file tells editors where it is" \
        is_equal "$(head -n 1 "$file")" "# yaml-language-server: \$schema=scenario.schema.json"
done
check 'the reference page is printed' exits_with 0 schema --reference
check '  and the one in the tree is it (nimblesim schema --reference > scenarios/REFERENCE.md)' \
    cmp -s "$TMPDIR/out" scenarios/REFERENCE.md

echo "1..$tap_count"
