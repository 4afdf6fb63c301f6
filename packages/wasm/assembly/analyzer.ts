/** Where free memory starts, in bytes. */
export function heapBase(): usize {
  return __heap_base;
}
