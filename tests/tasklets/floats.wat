;; Floating point of both widths through calls of both, with operands that wait.
(module
  (import "" "root" (func $root (param f64) (result f64)))
  (import "" "narrow" (func $narrow (param f32 i32) (result f32)))
  (func (export "run") (param f64) (result f64)
    (f64.add
      (f64.mul (call $root (local.get 0)) (f64.const 3.125))
      (f64.promote_f32
        (f32.sub (f32.demote_f64 (local.get 0))
                 (call $narrow (f32.demote_f64 (call $root (f64.neg (local.get 0))))
                               (i32.const 3)))))))
