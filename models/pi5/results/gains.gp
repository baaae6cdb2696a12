# The seven gains of the factorial with their intervals, and its effects, beside the paper's 7 %.
# needs: table.tsv
size_px = "860,420"
load scripts . "/style.gp"

file = data . "table.tsv"
keys = "gain_pin gain_memory gain_pin_memory gain_sort gain_pin_sort gain_memory_sort gain_all"
names = "pin memory pin+memory sort pin+sort memory+sort all"
effects = "effect_pin effect_memory effect_sort effect_pin_memory effect_pin_sort effect_memory_sort effect_all_three"
effect_names = "pin memory sort pin×memory pin×sort memory×sort all_three"

# at, gain, its interval, effect, its interval; under a line of headers, as all data here.
set print $bars
print "at\tgain\tgain_low\tgain_high\teffect\teffect_low\teffect_high"
do for [i = 1:7] {
    eval measured(word(keys, i))
    gain = sprintf("%g\t%g\t%g", value, low, high)
    eval measured(word(effects, i))
    print sprintf("%d\t%s\t%g\t%g\t%g", i, gain, value, low, high)
}
unset print

set multiplot layout 1,2 margins 0.08,0.98,0.2,0.9 spacing 0.1
set style fill solid 1 noborder
set errorbars 0.5 linecolor rgb INK linewidth 1.2
set xtics rotate by -35 scale 0
set xrange [0.4:7.6]
set title "Gain in mean completion over base"
set ylabel "%" offset 1
set yrange [0:*]
set for [i = 1:7] xtics add (word(names, i) i)
set arrow 1 from 0.4,7 to 7.6,7 nohead linecolor rgb MARK linewidth 1.5 dashtype 2 front
set label 1 "the paper: 7 %" at 0.6,8.6 textcolor rgb MARK front
plot $bars using "at":"gain":(0.6) with boxes linecolor rgb NIMBLE, \
     $bars using "at":"gain":"gain_low":"gain_high":(0) with boxerrorbars linecolor rgb INK

unset arrow 1
unset label 1
set title "Effects of the factorial on mean completion"
set ylabel "s" offset 1
set yrange [*:*]
set xtics ()
set for [i = 1:7] xtics add (word(effect_names, i) i) noenhanced
plot $bars using "at":"effect":(0.6) with boxes linecolor rgb SHARED, \
     $bars using "at":"effect":"effect_low":"effect_high":(0) with boxerrorbars linecolor rgb INK
unset multiplot
