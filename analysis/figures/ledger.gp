# The tornado charts of the ambiguity ledger: a panel a figure, a bar a reading, longest first.
#     gnuplot -e "scripts = 'analysis/figures'; folder = 'analysis'; format = 'svg'" \
#             -e "picture = 'results/ledger.svg'" analysis/figures/ledger.gp
# A bar is the paired change, its whisker the 95 % interval; faint where that interval holds 0.
size_px = "1180,1010"
load scripts . "/style.gp"
unset datafile columnheaders # the ledger's heads stand in a comment, its blocks have none

file = data . "ledger.tsv"
rows = 10
array title[6] = ["Gateway sends, monolithic / nimble", "All traffic breaks even", \
    "Response, monolithic - nimble", "Execution, nimble - monolithic", \
    "Found by neighbours", "Found by global search"]
array scale[6] = [1, 1, 1000, 1000, 100, 100]
array form[6] = ["%.2f", "%.0f s", "%.0f ms", "%.1f ms", "%.1f %%", "%.1f %%"]
array unit[6] = ["", " (s)", " (ms)", " (ms)", " (points)", " (points)"]

# What a chart has room for: a change that was measured, one of the first ranks.
is_shown(rank, verdict) = rank <= rows && verdict ne "same" && verdict ne "saturated" && \
    verdict ne "undefined"
is_clear(verdict) = verdict eq "clear" || verdict eq "certain"
colour(verdict) = is_clear(verdict) ? 0x56b4e9 : 0xd8d8d8
change(i) = is_shown($2, strcol(10)) ? $7 * scale[i] : NaN

# A row is what the command line takes; on the axis it goes without its "--set".
bare(row) = strstrt(row, "--set ") > 0 ? \
    bare(row[1:strstrt(row, "--set ") - 1] . row[strstrt(row, "--set ") + 6:]) : row
# So many characters stand between two panels; what a reading is set with comes last.
short(text) = strlen(text) > 36 ? text[1:35] . "…" : text
label(row, rank, verdict) = is_shown(rank, verdict) ? short(bare(row)) : ""

stats file using 9 nooutput name "n"
set multiplot layout 3,2 margins 0.225,0.985,0.05,0.915 spacing 0.265,0.1 \
    title sprintf("What one other reading of the paper changes, around the shipped factory " . \
    "(n = %d, 95 %% intervals)", n_max)
set style fill solid 1 noborder
set border 1
set ytics scale 0 noenhanced
small = format eq "svg" ? ",11" : ",8.5"
set xtics font small
set grid xtics noytics linetype 1 linecolor rgb "#e4e4e4" linewidth 0.8
set bars 0.5
unset key
do for [i = 1:6] {
    set yrange [*:*]
    stats file index (i - 1) using 5 nooutput name "base"
    set yrange [rows + 0.7:0.3]
    set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb FAINT front
    set title sprintf("%s: " . form[i], title[i], base_mean * scale[i])
    set xlabel "change" . unit[i] offset 0,0.4
    plot file index (i - 1) \
        using (change(i) / 2):2:(abs(change(i)) / 2):(0.36):(colour(strcol(10))): \
              yticlabels(label(strcol(4), $2, strcol(10))) with boxxyerror linecolor rgb variable, \
        '' index (i - 1) using (change(i)):2:($8 * scale[i]) \
        with xerrorbars pointtype 0 linewidth 1.2 linecolor rgb INK
}
unset multiplot
unset output
