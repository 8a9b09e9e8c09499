/** Elements of arrays in memory, by index. These functions are global: kernels use them without an import. */

@global @inline
function f64At(array: usize, index: usize): f64 {
  return load<f64>(array + (index << 3));
}

@global @inline
function u32At(array: usize, index: usize): u32 {
  return load<u32>(array + (index << 2));
}

@global @inline
function setF64(array: usize, index: usize, value: f64): void {
  store<f64>(array + (index << 3), value);
}

@global @inline
function setU32(array: usize, index: usize, value: u32): void {
  store<u32>(array + (index << 2), value);
}
