;; The address and the offset together lie beyond 32 bits.
(module
  (memory 1)
  (func (export "run") (param i32) (result i32)
    (i32.load offset=0xffffffff (local.get 0))))
