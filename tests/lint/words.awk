# Reads the systems' words (models/NAME/words), then sources. Tells each of these words that stands
# in an identifier or a string literal; comments and includes are free to name what they like.

FILENAME ~ /\/words$/ {
    sub(/#.*/, "")
    gsub(/[ \t]/, "")
    if ($0 != "") {
        owner[tolower($0)] = substr(FILENAME, 1, length(FILENAME) - length("/words"))
    }
    next
}

FNR == 1 { in_comment = 0 }
/^[ \t]*#[ \t]*include/ && !in_comment { next }
FILENAME ~ /\.sql$/ { sub(/--.*/, "") }
{ look_at(code_of($0)) }

# The line without its comments. A comment sign within quotes is none.
function code_of(text,    code, sign) {
    code = ""
    while (text != "") {
        if (in_comment) {
            if (!match(text, /\*\//)) {
                return code
            }
            in_comment = 0
            text = substr(text, RSTART + 2)
        } else if (match(text, /"|'|\/\*|\/\//)) {
            sign = substr(text, RSTART, RLENGTH)
            code = code substr(text, 1, RSTART - 1) " "
            text = substr(text, RSTART + RLENGTH)
            if (sign == "//") {
                return code
            } else if (sign == "/*") {
                in_comment = 1
            } else if (sign == "\"" && match(text, /^([^"\\]|\\.)*"/)) {
                code = code escapes_blank(substr(text, 1, RLENGTH - 1)) " "
                text = substr(text, RLENGTH + 1)
            } else if (match(text, /^([^'\\]|\\.[^']*)'/)) {
                text = substr(text, RLENGTH + 1)
            }
        } else {
            return code text
        }
    }
    return code
}

# "\nimble" is a line's end and "imble".
function escapes_blank(text) { gsub(/\\./, " ", text); return text }

function look_at(code,    token, n, i, word) {
    gsub(/[^A-Za-z]+/, " ", code)
    n = split(tolower(code), token, " ")
    for (i = 1; i <= n; i++) {
        word = token[i]
        if (!(word in owner)) {
            sub(/s$/, "", word)
            if (!(word in owner)) {
                sub(/e$/, "", word)
            }
        }
        if (word in owner && last[word] != FILENAME FNR) {
            last[word] = FILENAME FNR
            print FILENAME ":" FNR ": \"" token[i] "\" is a word of " owner[word]
            offences++
        }
    }
}

END { exit offences > 0 }
