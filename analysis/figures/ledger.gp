# The tornado charts of the ambiguity ledger: a panel a figure, a bar a reading, longest first.
#     gnuplot -e "file='analysis/ledger.tsv'; out='results/ledger.svg'" analysis/figures/ledger.gp
# Colours are Okabe and Ito's: blue raises the figure, orange lowers it; grey is not significant.
# Whiskers are 95 % intervals of the paired change.

rows = 10
set datafile separator tab
set datafile missing 'NaN'
if (out[strlen(out) - 3:] eq '.png') {
    set terminal pngcairo size 1800,1500 font 'DejaVu Sans,15' fontscale 1 background '#ffffff'
} else {
    set terminal svg size 1200,1000 font 'DejaVu Sans,12' fontscale 0.85 background '#ffffff'
}
set output out

array title[6] = ['gateway sends, monolithic / nimble', 'all traffic breaks even, s', \
    'response gain of nimble, ms', 'execution extra of nimble, ms', \
    'found by neighbours, %', 'found by global search, %']
array scale[6] = [1, 1, 1000, 1000, 100, 100]
array form[6] = ['%.2f', '%.0f', '%.0f', '%.1f', '%.1f', '%.1f']

# What a chart shows: a change that can be measured, one of the first ranks.
shown(rank, verdict) = rank <= rows && verdict ne 'same' && verdict ne 'saturated' && \
    verdict ne 'undefined'
clear(verdict) = verdict eq 'clear' || verdict eq 'certain'
colour(change, verdict) = !clear(verdict) ? 0xbbbbbb : change > 0 ? 0x0072b2 : 0xd55e00

# A row is what the command line takes; on the axis it goes without its "--set".
bare(row) = strstrt(row, '--set ') > 0 ? \
    bare(row[1:strstrt(row, '--set ') - 1] . row[strstrt(row, '--set ') + 6:]) : row

stats file using 9 nooutput
set multiplot layout 3,2 margins 0.21,0.985,0.06,0.92 spacing 0.26,0.09 \
    title sprintf('Paired change by one reading at a time, 95 %% intervals, n = %d', STATS_max) \
    font ',14'
set style fill solid noborder
set ytics scale 0 font ',11' noenhanced
set xtics nomirror font ',11'
set border 1 linecolor '#444444'
set grid xtics linetype 1 linecolor '#dddddd'
set xzeroaxis linetype 1 linecolor '#444444'
set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor '#444444' front
unset key
do for [i = 1:6] {
    set yrange [*:*]
    stats file index (i - 1) using 5 nooutput
    set yrange [rows + 0.7:0.3]
    set title sprintf('%s: ' . form[i] . ' as shipped', title[i], STATS_mean * scale[i]) \
        font ',13' offset 0,-0.6
    set xlabel i > 4 ? 'change' : '' font ',12'
    plot file index (i - 1) \
        using (shown($2, strcol(10)) ? $7 * scale[i] / 2 : NaN):2:(abs($7) * scale[i] / 2):(0.36): \
              (colour($7, strcol(10))):yticlabels(shown($2, strcol(10)) ? bare(strcol(4)) : '') \
        with boxxyerror linecolor rgb variable, \
        '' index (i - 1) \
        using (shown($2, strcol(10)) ? $7 * scale[i] : NaN):2:($8 * scale[i]) \
        with xerrorbars pointtype 0 linewidth 1.2 linecolor '#222222'
}
unset multiplot
unset output
