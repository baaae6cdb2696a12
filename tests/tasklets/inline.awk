# Prints a tasklet with its sub-tasklets' code in place of their imports: its monolithic twin.
#     awk -f inline.awk chain.wat
# An import of "x" is replaced by what stands between ";; code" and ";; end" in x.wat beside it.
function code_of(file,    line, inside) {
    while ((getline line < file) > 0) {
        if (line ~ /;; end/) inside = 0
        if (inside) print line
        if (line ~ /;; code/) inside = 1
    }
    close(file)
}
match($0, /\(import "" "[a-z]+"/) {
    folder = FILENAME
    sub(/[^\/]*$/, "", folder)
    code_of(folder substr($0, RSTART + 12, RLENGTH - 13) ".wat")
    next
}
{ print }
