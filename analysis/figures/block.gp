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
    unset datafile columnheaders # the matrix has its own
    set style fill solid 1 noborder
    set palette defined (0 "#f7fbff", 1 "#2171b5")
    set border 0
    set tics scale 0
    set xrange [-0.5:columns - 1.5]
    set yrange [rows_records - 0.5:-0.5]
    plot table matrix rowheaders columnheaders using 1:2:3 with image notitle, \
        table matrix rowheaders columnheaders using 1:2:(sprintf("%.1f", $3)) \
            with labels textcolor rgb INK notitle
}
