;; Calls, and a call of a tasklet that calls: between them work, inside a loop and an if.
(module
  (import "" "double" (func $double (param i32) (result i32)))
  (import "" "note" (func $note (param i32)))
  (func (export "run") (param $x i32) (result i32)
    (local $i i32)
    (loop $again
      (local.set $x (i32.xor (local.get $x) (i32.const 0x5a5a)))
      (if (i32.and (local.get $x) (i32.const 1))
        (then (local.set $x (i32.add (call $double (local.get $x)) (local.get $i))))
        (else (local.set $x (i32.sub (call $double (local.get $i)) (local.get $x)))))
      (call $note (local.get $x))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                              (i32.const 9))))
    (local.get $x)))
