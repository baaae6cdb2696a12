;; Reads where it is told to.
(module
  (memory 1)
  (func (export "run") (param i32) (result i32)
    (i32.load offset=16 (local.get 0))))
