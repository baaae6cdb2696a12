#!/bin/bash
# The blocks of output in the pages are what the program prints: make docs changes nothing in a clean tree.
# What takes a minute is left out here, and all of it of a build that is slow by itself.
# shellcheck disable=SC2016 # what eval runs is expanded there
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
BUILD=$(dirname "$NIMBLESIM")
export BUILD
docs=tests/support/docs.sh

is_out_of_date() { # PAGE
    ! $docs --check "$1" >"$TMPDIR/out" 2>"$TMPDIR/err"
}
page=$TMPDIR/page.md

cat >"$page" <<'PAGE'
<!-- docs
show 'build/nimblesim --help' | only '=1-2' ...
echo 'a line'
-->
```
what it printed once
```
PAGE
check 'a block that is out of date is told' is_out_of_date "$page"
check '  with what it says' prints '^-what it printed once'
check '  and is written anew' $docs "$page"
check '  as it is printed now' grep -q '^a line$' "$page"
check '  below its commands' grep -q "^show 'build/nimblesim --help'" "$page"
check '  and then stays' $docs --check "$page"

cat >"$page" <<'PAGE'
<!-- docs
printf '%s\n' one two three four two five | only '^two' '=1' ... '^four' '^two' ...
-->
```
PAGE
printf '%s\n' one two ... four two ... '```' >>"$page"
check 'lines are kept by pattern and place, part by part' $docs --check "$page"

printf '```\nfrom nowhere\n```\n' >"$page"
check 'a block that nothing makes is refused' is_out_of_date "$page"
check '  where it stands' says 'page.md:1: no command'
printf '<!-- by hand: a map -->\n```\nfrom a hand\n```\n```yaml\nformat: 1\n```\n' >"$page"
check 'one that says why, or what it is, is fine' $docs --check "$page"
printf '<!-- docs\nfalse\n-->\n```\nwhat it printed once\n```\n' >"$page"
check 'commands that fail are told' is_out_of_date "$page"
check '  with their place' says 'page.md:6: the commands of this block fail'
check '  and leave the block' grep -q '^what it printed once$' "$page"
# Names that the glossary has are names that there are.
unknown_names() {
    grep -o '`[a-z][a-z_.]*`' scenarios/GLOSSARY.md | tr -d '`' | sort -u | while read -r name; do
        grep -rqF "\"$name\"" models analysis/store scenarios/language sim || echo "$name"
    done
}
check 'the glossary has no name that is none' is_equal "$(unknown_names)" ''
case $BUILD in
*address* | *thread* | *coverage* | *-O0* | *none*)
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - the pages # SKIP a slow build, or one without the runtime"
    ;;
*) check 'the pages are what the program prints (else: make docs)' $docs --check --quick ;;
esac
# shellcheck disable=SC2154 # of tap.sh
echo "1..$tap_count"
