let touched: i32 = 0;

/** Reads one byte of each line of the cache in order, which processors recognise and fetch ahead; work that goes to and fro would wait for each. */
export function touch(from: usize, bytes: usize): void {
  let sum = 0;
  const end = from + bytes;
  for (const lines = from + (bytes & ~255); from < lines; from += 256)
    sum += <i32>load<u8>(from) + <i32>load<u8>(from, 64) + <i32>load<u8>(from, 128) + <i32>load<u8>(from, 192);
  for (; from < end; from += 64) sum += <i32>load<u8>(from);
  touched = sum;
}
