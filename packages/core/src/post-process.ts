import { checkObject } from "./check-argument.js";
import { RotoscopeError } from "./errors.js";
import { type NdArray, ndarray, sizeOf } from "./ndarray.js";
import { type MapStorage, readAhead, storedArray } from "./stored-array.js";

/** How the maps of a convolution become those of the target. Shapes are per axis, slowest first. */
export interface PostProcessing {
  /** Rolls both maps by so many voxels along every axis, as numpy's `roll`. */
  readonly fourierShift?: readonly number[];
  /** Then crops: `full` keeps all of the convolution, `same` its centred target shape, `valid` its centred target - template + 1. */
  readonly convolutionMode?: "full" | "same" | "valid";
  readonly targetShape?: readonly number[];
  readonly templateShape?: readonly number[];
  /** What of the maps is the convolution; what lies beyond is dropped first. Default: target + template - 1. */
  readonly convolutionShape?: readonly number[];
}

/** Which box of the rolled maps is kept: centred means starting at floor((current - new) / 2). Throws a `RotoscopeError` that names the option. */
export function keptBox(
  shape: readonly number[],
  options: PostProcessing,
): { readonly start: number[]; readonly shape: number[] } {
  const { convolutionMode, targetShape, templateShape } = options;
  if (convolutionMode === undefined) return { start: shape.map(() => 0), shape: [...shape] };
  if (convolutionMode !== "full" && convolutionMode !== "same" && convolutionMode !== "valid")
    throw new RotoscopeError("argument", `convolutionMode: ${convolutionMode as string}, expected full, same or valid`);
  const lengths = (name: keyof PostProcessing): readonly number[] => {
    const value = options[name] as readonly number[] | undefined;
    if (value === undefined) throw new RotoscopeError("argument", `${name}: missing, ${convolutionMode} needs it`);
    checkAxes(name, value, shape);
    return value;
  };
  const convolution =
    options.convolutionShape === undefined
      ? shape.map((_, axis) => lengths("targetShape")[axis]! + lengths("templateShape")[axis]! - 1)
      : lengths("convolutionShape");
  const current = shape.map((length, axis) => Math.min(length, convolution[axis]!));
  if (convolutionMode === "full") return { start: shape.map(() => 0), shape: current };
  const target = lengths("targetShape");
  const kept =
    convolutionMode === "same" ? [...target] : target.map((t, axis) => t - lengths("templateShape")[axis]! + 1);
  kept.forEach((length, axis) => {
    if (length <= 0)
      throw new RotoscopeError(
        "shape",
        `templateShape: [${templateShape}] exceeds targetShape [${targetShape}], nothing is valid`,
      );
    if (length > current[axis]!)
      throw new RotoscopeError(
        "shape",
        `${convolutionMode}: ${length} voxels along axis ${axis}, the convolution has ${current[axis]}`,
      );
  });
  return { start: kept.map((length, axis) => Math.floor((current[axis]! - length) / 2)), shape: kept };
}

/** The box of `shape` at `start` of the array rolled by `shift`; a new array, in `storage` where one is given. */
export function cropRolled<Data extends Float32Array | Int32Array>(
  array: NdArray<Data>,
  shift: readonly number[],
  start: readonly number[],
  shape: readonly number[],
  storage: MapStorage | null,
): NdArray<Data> {
  const last = shape.length - 1;
  const rowLength = shape[last]!;
  const from = sourceOf(last, 0);
  const fullRow = array.shape[last]!;
  const head = Math.min(rowLength, fullRow - from);
  const read = readAhead(array);
  const size = sizeOf(shape);
  const like = read(0, 0);
  const out = storage && storedArray(storage, shape, like);
  const rows = out ? Math.max(1, Math.floor(65_536 / rowLength)) : size / rowLength;
  const data = new (like.constructor as new (length: number) => Data)(rows * rowLength);
  for (let begin = 0; begin < size; begin += rowLength) {
    let source = 0;
    for (let axis = last - 1, rest = begin / rowLength; axis >= 0; axis--) {
      source += sourceOf(axis, rest % shape[axis]!) * array.stride[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    const to = begin % data.length;
    const row = read(source, source + fullRow);
    data.set(row.subarray(from, from + head), to);
    data.set(row.subarray(0, rowLength - head), to + head);
    const filled = to + rowLength;
    if (out && (filled === data.length || begin + rowLength === size))
      out.write(begin - to, data.subarray(0, filled) as Data);
  }
  return out ?? ndarray(data, shape);

  function sourceOf(axis: number, at: number): number {
    const length = array.shape[axis]!;
    return (((at + start[axis]! - shift[axis]!) % length) + length) % length;
  }
}

/** Throws a `RotoscopeError` (`argument`) unless `options` is an object. */
export function checkOptions(options: object): void {
  checkObject("options", options, "an object");
}

/** Throws a `RotoscopeError` (`argument`) unless `value` has an integer per axis of `shape`. */
export function checkAxes(name: string, value: readonly number[], shape: readonly number[]): void {
  if (!Array.isArray(value) || value.length !== shape.length || value.some((entry) => !Number.isInteger(entry)))
    throw new RotoscopeError("argument", `${name}: [${value}], expected ${shape.length} integers (shape [${shape}])`);
}
