;; Suspends ten frames deep, on the way down and on the way up, with operands waiting below.
(module
  (import "" "double" (func $double (param i32) (result i32)))
  (func $down (param $n i32) (param $x i32) (result i32)
    (if (result i32) (i32.eqz (local.get $n))
      (then (call $double (local.get $x)))
      (else
        (i32.add
          (i32.mul (local.get $n) (i32.const 7))
          (call $double
            (i32.sub
              (call $down (i32.sub (local.get $n) (i32.const 1))
                          (call $double (i32.add (local.get $x) (local.get $n))))
              (local.get $x)))))))
  (func (export "run") (param i32) (result i32)
    (call $down (i32.const 9) (local.get 0))))
