;; A number that no integer can hold.
(module
  (func (export "run") (param i32) (result i32)
    (i32.trunc_f64_s (f64.mul (f64.convert_i32_s (local.get 0)) (f64.const 1e300)))))
