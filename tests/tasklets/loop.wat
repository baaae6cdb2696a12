;; Work: the given number of rounds of nine instructions.
(module
  (func (export "run") (param $x i32) (param $rounds i32) (result i32)
    local.get $x
    loop (param i32) (result i32)
      local.get $rounds
      i32.xor
      i32.const 33
      i32.mul
      local.get $rounds
      i32.const -1
      i32.add
      local.tee $rounds
      br_if 0
    end))
