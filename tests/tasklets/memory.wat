;; A memory with data that grows between two calls, and whose zeros must stay zeros.
(module
  (import "" "double" (func $double (param i32) (result i32)))
  (memory 1 3)
  (data (i32.const 16) "\07\00\00\00factory")
  (func (export "run") (param i32) (result i32)
    (local $i i32) (local $sum i32)
    (i32.store (i32.const 20) (i32.const 0))
    (i32.store offset=65000 (i32.const 100) (call $double (i32.load (i32.const 16))))
    (drop (memory.grow (i32.const 1)))
    (i32.store (i32.const 131068) (call $double (local.get 0)))
    (i32.store8 (i32.const 70000) (call $double (i32.load8_u (i32.const 25))))
    (loop $next
      (local.set $sum
        (i32.add (i32.rotl (local.get $sum) (i32.const 5)) (i32.load (local.get $i))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4)))
                             (i32.const 131072))))
    (i32.add (call $double (local.get $sum)) (memory.size))))
