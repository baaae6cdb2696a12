client 4 of scenarios/qos.yaml: probe-only, replication 1 (run 10)
client 4 asks at 5.065993 s: completed

         at, s        took, ms
   5.065993253     4909.043856  asks, and waits for its turn
   9.975037109     2382.469994  probe of node 1: 2382.5 ms, above the threshold: not eligible
  12.357507103       78.695831  probe of node 2: 78.7 ms, the fastest until now
  12.436202934       61.809198  probe of node 3: 61.8 ms, the fastest until now
  12.498012132        0.000000  node 3 is chosen
  12.498012132     2198.306887  its pod starts, and the client is told
  14.696319019    74588.123011  188 frames to node 3: 49 answered, 139 missed
                                  64.9 ms a frame, 9.63 frames a second
  16.983513977   (5000.000000)    the node is probed for client 5, and does not answer in time
                                    10 frames are missed meanwhile
  24.954220757   (5000.000000)    the node is probed for client 6, and does not answer in time
                                    11 frames are missed meanwhile
  33.170842775   (5000.000000)    the node is probed for client 7, and does not answer in time
                                    11 frames are missed meanwhile
  43.195647262   (5000.000000)    the node is probed for client 8, and does not answer in time
                                    11 frames are missed meanwhile
  50.782412075   (5000.000000)    the node is probed for client 9, and does not answer in time
                                    11 frames are missed meanwhile
  58.278030631   (5000.000000)    the node is probed for client 10, and does not answer in time
                                    11 frames are missed meanwhile
               ---------------
                  84218.448777  in all
