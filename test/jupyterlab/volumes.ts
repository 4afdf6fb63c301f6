import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { writeMrc } from "@rotoscope/formats/mrc";

/** z, y, x; 2 GiB of float32. */
export const LARGE_SHAPE: readonly [number, number, number] = [512, 1024, 1024];

/** The value of the large volume at a voxel, on the planes that were written; the others are zero. */
export function largeValue(z: number, y: number, x: number): number {
  return Math.round(1000 * Math.sin(x / 40) * Math.cos(y / 30 + z / 20)) / 1000;
}

/** Writes a volume of 2 GiB that takes `planes.length` x 4 MiB on the disk: all other planes are holes. */
export function writeLargeVolume(path: string, planes: readonly number[]): void {
  const [nz, ny, nx] = LARGE_SHAPE;
  const header = writeMrc({
    data: new Float32Array(nx),
    shape: [1, 1, nx],
    stride: [nx, nx, 1],
    voxelSizeAngstrom: [10, 10, 10],
    originAngstrom: [0, 0, 0],
  }).subarray(0, 1024);
  const view = new DataView(header.buffer, header.byteOffset);
  [nx, ny, nz].forEach((length, axis) => {
    view.setInt32(4 * axis, length, true);
    view.setInt32(28 + 4 * axis, length, true);
    view.setFloat32(40 + 4 * axis, 10 * length, true);
  });
  const file = openSync(path, "w");
  writeSync(file, header);
  ftruncateSync(file, 1024 + 4 * nz * ny * nx);
  const plane = new Float32Array(ny * nx);
  for (const z of planes) {
    for (let i = 0; i < plane.length; i++) plane[i] = largeValue(z, Math.floor(i / nx), i % nx);
    writeSync(file, plane, 0, plane.byteLength, 1024 + 4 * z * ny * nx);
  }
  closeSync(file);
}
