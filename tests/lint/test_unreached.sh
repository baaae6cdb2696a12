#!/bin/bash
# The list of what no test reaches names functions that there are, each with a reason. Whether it is
# true, `make coverage` says.
set -u
list=tests/coverage/unreached.txt

formless=$(grep -vE '^(#.*|[^ :]+\.[ch]: [a-z_0-9]+[?]?: .+)?$' $list)
gone=$(sed -nE 's/^([^ :#]+): ([a-z_0-9]+)[?]?: .*/\1 \2/p' $list | while read -r file function; do
    grep -qsE "\b$function\(" "$file" || echo "$file: $function"
done)
twice=$(sed -n '/^[^#]/s/[?]*: [^:]*$//p' $list | sort | uniq -d)

[ -z "$formless" ] || printf 'not ' && echo 'ok 1 - each line is FILE: FUNCTION: reason'
[ -z "$gone" ] || printf 'not ' && echo 'ok 2 - each function is in its file'
[ -z "$twice" ] || printf 'not ' && echo 'ok 3 - and on the list once'
printf '%s' "$formless$gone$twice" | sed 's/^/# /'
echo '1..3'
