node 6 comes to run the new version

         at, s        took, ms
 100.000000000    57081.705584  runs the old version and knows no other; 6 stale answers
 157.081705584      625.104228  knows of the new one and waits for its next call
 157.706809812      213.696000  fetches the binary from node 2
 157.920505812     1400.000000  swaps; 1 call waited
               ---------------
                  59320.505812  in all
