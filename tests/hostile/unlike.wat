;; Imports a tasklet as something that it is not.
(module
  (import "" "double" (func $double (param i32) (result f32)))
  (func (export "run") (param i32) (result i32)
    (i32.trunc_f32_s (call $double (local.get 0)))))
