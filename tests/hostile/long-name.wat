;; Longer than a name may be: whoever cut it off would find another tasklet.
(module
  (import "" "0123456789012345678901234567890123456789012345678901234567890123"
    (func $long (param i32) (result i32)))
  (func (export "run") (param i32) (result i32)
    (call $long (local.get 0))))
