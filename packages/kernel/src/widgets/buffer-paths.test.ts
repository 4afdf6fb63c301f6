import { expect, test } from "vitest";
import { joinBuffers, splitBuffers } from "./buffer-paths.js";

test("binary values are taken out of objects and arrays at any depth", () => {
  const bytes = new Uint8Array([1]);
  const floats = new Float32Array([2]);
  expect(splitBuffers({ a: bytes, b: { c: [0, floats] }, d: "x", e: null })).toEqual({
    state: { b: { c: [0, null] }, d: "x", e: null },
    bufferPaths: [["a"], ["b", "c", 1]],
    buffers: [bytes, floats],
  });
});

test("buffers go back to where their paths say, and the given state stays as it was", () => {
  const state = { b: { c: [0, null] } };
  const joined = joinBuffers(state, [["a"], ["b", "c", 1]], [new Uint8Array([1]), new Uint8Array([2])]);
  expect(joined).toEqual({ a: new Uint8Array([1]), b: { c: [0, new Uint8Array([2])] } });
  expect(state).toEqual({ b: { c: [0, null] } });
});

test("a path that leads out of the state is refused", () => {
  for (const path of [["x", "y"], [], ["__proto__"], ["__proto__", "polluted"], ["constructor", "prototype", "x"]]) {
    expect(() => joinBuffers({ a: 1 }, [path], [new Uint8Array()]), JSON.stringify(path)).toThrow("buffer path");
  }
});
