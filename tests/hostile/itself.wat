;; Imports itself.
(module
  (import "" "itself" (func $itself (param i32) (result i32)))
  (func (export "run") (param i32) (result i32)
    (call $itself (local.get 0))))
