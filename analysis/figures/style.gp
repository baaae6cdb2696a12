# style.gp - what all figures share: terminal, fonts, colours, lines.
#
# draw.sh sets `scripts` and `folder` (of the data), `format` (svg, png or pdf) and `picture` (the
# file to write); a figure's script sets `size_px` ("W,H") and loads this file. Nothing here depends
# on the day, the machine or the locale: a picture changes when its data do.

# The other half of a figure has its data in a folder of its own, and columns of its own in the table.
if (!exists("half")) half = ""
if (!exists("how")) how = ""
data = folder . "/" . (half eq "" ? "" : half . "/")

set encoding utf8
set decimalsign "."
if (format eq "svg") {
    set terminal svg size @size_px font "DejaVu Sans,12.5" linewidth 1 background "#ffffff" \
        name "nimblesim" dashlength 1.2
}
if (format eq "png") {
    set terminal pngcairo size @size_px font "DejaVu Sans,10" linewidth 1 background "#ffffff" \
        dashlength 1.2
}
if (format eq "pdf") {
    comma = strstrt(size_px, ",")
    width_in = real(size_px[1:comma - 1]) / 96
    height_in = real(size_px[comma + 1:*]) / 96
    set terminal pdfcairo size width_in, height_in font "DejaVu Sans,7.5" linewidth 0.75 \
        background "#ffffff" dashlength 1.2
}
set output picture
point = format eq "svg" ? 0.8 : format eq "pdf" ? 0.75 : 1 # the terminals differ in what size 1 means

set datafile separator tab
set datafile columnheaders
set datafile missing "NaN"

# Okabe and Ito's palette, which colour-blind people can tell apart. A variant and a part of the
# response keep their colour in all figures.
NIMBLE = "#0072b2"     # blue
MONOLITHIC = "#d55e00" # vermilion
OWN = "#56b4e9"        # sky blue
SHARED = "#e69f00"     # orange
GOOD = "#009e73"       # bluish green
MARK = "#cc79a7"       # reddish purple
INK = "#222222"
FAINT = "#8c8c8c"
PAPER = "#666666" # what the paper prints, always dotted or hatched, beside what came out here

set border 3 linecolor rgb INK linewidth 1
set tics nomirror out scale 0.6 textcolor rgb INK
set grid ytics linetype 1 linecolor rgb "#e4e4e4" linewidth 0.8
set key opaque samplen 1.6 spacing 1.15 width 0.5 noautotitle Left reverse
set title offset 0,-0.4
set style fill transparent solid 0.22 noborder
set style data lines

# eval measured("break_even") sets value, low and high from that row of the table; is_there() tells
# whether they are more than NaN.
is_there(x) = x == x
measured(key) = sprintf("value = NaN; low = NaN; high = NaN; " . \
    "stats folder . '/table.tsv' using (strcol('key') eq '%s' ? (value = column('%s'), " . \
    "low = column('%s_low'), high = column('%s_high'), 1) : 1) " . \
    "nooutput name 'row'", key, half eq "" ? "ours" : "beside", \
    half eq "" ? "interval" : "beside", half eq "" ? "interval" : "beside")

# What stands behind a picture: means with intervals, or the one run that there is.
means(n, what) = (n < 2 ? "n = 1 replication" : \
    sprintf(how eq "" ? "mean of n = %d replications, 95 %% %s" : "n = %d, 95 %% %s", n, what)) . (how eq "" ? "" : "; " . how)

# The ends of a value's interval, or the value itself where one replication has none. n_max is the
# script's: how many replications there are at most.
low_of(name) = column(n_max > 1 ? name . "_low" : name)
high_of(name) = column(n_max > 1 ? name . "_high" : name)
