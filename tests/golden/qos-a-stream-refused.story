client 7 of scenarios/qos.yaml: qos, replication 1 (run 4)
client 7 asks at 15.104565 s: refused, capacity

         at, s        took, ms
  15.104565152       20.487672  asks, and waits for its turn
  15.125052824        0.000000  node 1: no place there
  15.125052824        0.000000  node 2: no place there
  15.125052824        0.000000  node 3: no place there
  15.125052824        0.000000  refused: capacity
  15.125052824        2.000000  the client is told
               ---------------
                     22.487672  in all
