# A picture that a model describes, drawn as its rows say of themselves: bars, lines, cells or spans
# with a curve below. The report draws the same rows.
# draw.sh sets `table` (the file) and `kind`.
said(key) = system(sprintf("sed -n 's/^# %s: //p' '%s' | head -n 1", key, table))
name(what, i) = said(sprintf("%s %d", what, i))
# The places that a panel has in a column (2: x, 3: series), apart by blanks.
places(panel, column) = system(sprintf("awk -F'\t' -v p=%d -v c=%d " . \
    "'!/^#/ && $1 == p && !seen[$c]++ {print $c}' '%s' | sort -n | tr '\n' ' '", panel, column, table))
colour(i) = word("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #222222", (i - 1) % 7 + 1)
# Lines of comments before the one with the columns' names.
heads = int(system(sprintf("grep -c '^#' '%s'", table)))
panels = int(said("count of panel"))
lanes = int(said("count of x"))
curve = system(sprintf("f='%s'; f=${f%%.tsv}.curve.tsv; [ ! -e \"$f\" ] || echo \"$f\"", table))
unit = said("unit")
panel_px = 26 + (lanes * 26 > 200 ? 200 : lanes * 26) + (curve eq "" ? 0 : 110)

if (kind eq "spans") { size_px = sprintf("980,%d", 90 + panels * panel_px) } else {
    size_px = panels > 1 ? (panels > 2 ? "980,400" : "860,400") : "760,420" }
load scripts . "/style.gp"
is_of(panel, i) = column("panel_no") == panel && column("series_no") == i
shown = kind eq "spans" ? "to" : "value"
stats table skip heads using (column(shown)) nooutput name "value"
# Of one replication alone there are no intervals.
has_intervals = kind ne "spans" && \
    int(system(sprintf("awk -F'\t' '!/^#/ && $8 ~ /^[-0-9]/' '%s' | wc -l", table))) > 0

if (kind eq "bars" || kind eq "lines") {
    set multiplot layout 1,panels title said("title") margins 0.12,0.97,0.24,0.84 spacing 0.04
    set style fill solid 0.9 noborder
    set errorbars 0.5 linecolor rgb INK linewidth 1.2
    if (has_intervals) {
        stats table skip heads using "low" nooutput name "low"
        stats table skip heads using "high" nooutput name "high"
    }
    most = has_intervals && high_max > value_max ? high_max : value_max
    least = value_min < 0 ? (has_intervals && low_min < value_min ? low_min : value_min) : 0
    if (said("level") ne "") {
        level = real(said("level"))
        set arrow 1 from graph 0, first level to graph 1, first level nohead dashtype 2 \
            linecolor rgb MARK linewidth 1.5 front
        set label 1 said("level words") at graph 0.02, first level offset 0,0.7 \
            textcolor rgb MARK front
    }
    set yrange [least < 0 ? least * 1.08 : 0:most > 0 ? most * 1.08 : 0]
    if (least < 0) { set xzeroaxis linetype 1 linecolor rgb INK }
    set ylabel unit
    do for [p = 1:panels] {
        xs = places(p, 2)
        of = places(p, 3)
        set title name("panel", p)
        if (said("x is a") eq "number") {
            set xtics auto norotate
            set xlabel said("across")
        } else {
            set xrange [word(xs, 1) - 0.6:word(xs, words(xs)) + 0.6]
            if (words(xs) > 4) {
                set xtics rotate by -30 scale 0 ()
            } else {
                set xtics norotate scale 0 ()
            }
            set for [i = 1:words(xs)] xtics add (name("x", int(word(xs, i))) int(word(xs, i)))
        }
        if (kind eq "bars") {
            set key horizontal right at screen 0.97,0.93
            if (words(of) == 1) { unset key }
            wide = 0.76 / words(of)
            at(i) = column("x_no") + (i - (words(of) + 1) / 2.0) * wide
            plot for [i = 1:words(of)] table skip heads using \
                     (is_of(p, int(word(of, i))) ? at(i) : NaN):"value":(wide * 0.92) with boxes \
                     linecolor rgb colour(i) title name("series", int(word(of, i))) noenhanced, \
                 for [i = 1:words(of)] table skip heads using \
                     (is_of(p, int(word(of, i))) ? at(i) : NaN):"value":"low":"high":(0) \
                     with boxerrorbars linecolor rgb INK notitle
        } else {
            set key bottom left
            at = "x_no"
            if (said("x is a") eq "number") { at = "x" }
            plot for [i = 1:words(of)] table skip heads using \
                     (is_of(p, int(word(of, i))) ? column(at) : NaN):"value" with linespoints \
                     pointtype 7 pointsize point linewidth 2 linecolor rgb colour(i) \
                     title name("series", int(word(of, i))) noenhanced, \
                 for [i = 1:words(of)] table skip heads using \
                     (is_of(p, int(word(of, i))) ? column(at) : NaN):"value":"low":"high" \
                     with yerrorbars pointtype 7 pointsize 0 linecolor rgb colour(i) notitle
        }
        unset ylabel
        set format y ""
    }
    unset multiplot
}
if (kind eq "heat") {
    rows = lanes
    columns = int(said("count of series"))
    set multiplot layout 1,panels title said("title") margins 0.1,0.88,0.14,0.84 spacing 0.03
    unset grid
    set style fill solid 1 noborder
    set palette defined (0 "#f1f7fc", 1 "#08519c")
    set cbrange [value_min:value_max > value_min ? value_max : value_min + 1]
    set cblabel unit
    set xlabel said("of")
    set ylabel said("across")
    set border 0
    set tics scale 0
    set xrange [0.5:columns + 0.5]
    set yrange [rows + 0.5:0.5]
    set xtics ()
    set ytics ()
    set for [i = 1:columns] xtics add (name("series", i) i)
    set for [i = 1:rows] ytics add (name("x", i) i)
    do for [p = 1:panels] {
        set title name("panel", p)
        if (p < panels) { unset colorbox } else { set colorbox user origin 0.9,0.14 size 0.02,0.7 }
        plot table skip heads using (column("panel_no") == p ? column("series_no") : NaN): \
                 "x_no":(0.5):(0.5):"value" with boxxyerror fillstyle solid 1 noborder \
                 linecolor palette notitle
        unset ylabel
        set format y ""
    }
    unset multiplot
}
if (kind eq "spans") {
    total = 90.0 + panels * panel_px
    of = int(said("count of series"))
    most = value_max
    if (curve ne "") {
        stats curve using "t" nooutput name "t"
        stats curve using "value" nooutput name "used"
        stats curve using "limit" nooutput name "limit"
        top_value = limit_records > 0 && limit_max > used_max ? limit_max : used_max
        most = t_max > most ? t_max : most
    }
    set multiplot
    longest = 0
    do for [i = 1:lanes] {
        if (strlen(name("x", i)) > longest) { longest = strlen(name("x", i)) }
    }
    left = longest > 8 ? 0.02 + 0.0085 * longest : 0.09
    set lmargin at screen left
    set rmargin at screen 0.97
    set xrange [0:most * 1.01]
    set style fill solid 0.85 border rgb "#ffffff"
    set label 2 said("title") at screen left,1 - 16 / total front font ",14"
    do for [p = 1:panels] {
        up = 1 - (58 + (p - 1) * panel_px) / total
        low = up - (panel_px - 26 - (curve eq "" ? 0 : 110)) / total
        set tmargin at screen up
        set bmargin at screen low
        set label 3 name("panel", p) at screen left,up + 9 / total front
        set yrange [lanes + 0.6:0.4]
        set ytics scale 0 ()
        every = ceil(lanes / 14.0)
        do for [i = 1:lanes:int(every)] { set ytics add (name("x", i) i) }
        unset ylabel
        unset arrow
        if (p == panels && curve eq "") {
            set xtics format "%g"
            set xlabel said("across") offset 0,0.6
        } else {
            set xtics format ""
            unset xlabel
        }
        if (p == 1) { set key horizontal at screen 0.97,1 - 34 / total } else { unset key }
        kinds = p == 1 ? "" : places(p, 3) # the first panel's key names all of them
        do for [k = 1:p == 1 ? of : 0] { kinds = kinds . sprintf("%d ", k) }
        kind_of(i) = int(word(kinds, i))
        plot for [i = 1:words(kinds)] table skip heads using \
                 (is_of(p, kind_of(i)) ? column("from") : NaN):"x_no": \
                 "from":"to":(column("x_no") - 0.38):(column("x_no") + 0.38) \
                 with boxxyerror linecolor rgb colour(kind_of(i)) \
                 title name("series", kind_of(i)) noenhanced
        unset label 2
        unset label 3
        if (curve ne "") {
            set tmargin at screen low - 12 / total
            set bmargin at screen low - 90 / total
            set yrange [0:top_value * 1.15]
            unset ytics
            set ytics auto nomirror scale 0.6 format "%g"
            set ylabel said("curve")
            set xtics format "%g"
            if (p == panels) { set xlabel said("across") offset 0,0.6 }
            unset key
            plot curve using (column("panel_no") == p ? column("t") : NaN):"value" with steps \
                     linecolor rgb INK, \
                 curve using (column("panel_no") == p ? column("t") : NaN):"limit" with lines \
                     linecolor rgb MONOLITHIC dashtype 2
        }
    }
    unset multiplot
}
