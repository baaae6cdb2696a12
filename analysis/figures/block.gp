# A table beside a paper's quantities, drawn as it says of itself: bars, lines or cells.
# draw.sh sets `table` (the file), `kind`, `name`, `unit`, `across` and `up` from its first lines.
size_px = kind eq "heat" ? "620,400" : "760,420"
load scripts . "/style.gp"

stats table skip 5 using 0 nooutput name "rows"
columns = int(system(sprintf("awk -F'\t' '!/^#/ {print NF; exit}' '%s'", table)))
set title name
set xlabel across
set ylabel unit
colour(i) = word("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #222222", (i - 1) % 7 + 1)
if (kind eq "bars") {
    set style data histograms
    set style histogram clustered gap 1
    set style fill solid 0.9 noborder
    set boxwidth 0.9
    set yrange [0:*]
    set key outside right top
    plot for [i = 2:columns] table skip 5 using i:xtic(1) linecolor rgb colour(i - 1) \
        title columnheader(i)
}
if (kind eq "lines") {
    set key outside right top
    set yrange [0:*]
    plot for [i = 2:columns] table skip 5 using 1:i with linespoints pointtype 7 \
        pointsize 0.7 * point linewidth 1.6 linecolor rgb colour(i - 1) title columnheader(i)
}
if (kind eq "heat") {
    set ylabel across
    set xlabel up
    set cblabel unit
    unset grid
    set palette defined (0 "#f7fbff", 1 "#08306b")
    heads = system(sprintf("awk -F'\t' '!/^#/ {for (i = 2; i <= NF; i++) printf \"%%s%%s\", $i, i < NF ? \"\t\" : \"\"; exit}' '%s'", table))
    head(i) = system(sprintf("printf '%%s' '%s' | cut -f%d", heads, i))
    set for [i = 1:columns - 1] xtics add (head(i) i)
    set xrange [0.5:columns - 0.5]
    set yrange [*:*] reverse
    plot for [i = 2:columns] table skip 5 using (i - 1):0:i:ytic(1) with image pixels notitle, \
        for [i = 2:columns] table skip 5 using (i - 1):0:(sprintf("%.1f", column(i))) \
            with labels textcolor rgb "#d55e00" notitle
}
