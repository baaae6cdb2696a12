node 6 comes to run the new version

         at, s        took, ms
 100.000000000   241530.720000  runs the old version until the image is there; 30 stale answers
 341.530720000    10000.000000  reboots; 0 calls lost
               ---------------
                 251530.720000  in all
