import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { engineIdentity } from "@rotoscope/wasm";
import { engineWork } from "./prepared-target.js";
import type { SearchPlan } from "./search-plan.js";

/** Bytes that are hashed before others have their turn. */
const PIECE = 2 ** 22;

const known = new WeakMap<SearchPlan, string>();

/** SHA-256 over all that the bytes of a search's maps and history depend on: inputs, options, version, kernels and how they cut the work. */
export function fingerprintOf(plan: SearchPlan): string {
  const hashing = fingerprint(plan);
  for (;;) {
    const { done, value } = hashing.next();
    if (done) return value;
  }
}

/** The same; others have their turn meanwhile. */
export async function fingerprintInTurns(plan: SearchPlan): Promise<string> {
  const hashing = fingerprint(plan);
  for (;;) {
    const { done, value } = hashing.next();
    if (done) return value;
    await nextTurn();
  }
}

function* fingerprint(plan: SearchPlan): Generator<void, string> {
  const found = known.get(plan);
  if (found !== undefined) return found;
  const { prepare, template, rotations, provenance, history, historyAbove } = plan;
  const { version, engine, options } = provenance;
  const hash = createHash("sha256");
  hash.update(JSON.stringify([version, engine, options, prepare.shape, prepare.templateShape, rotations.shape]));
  if (plan.pieces.length > 1) hash.update(JSON.stringify(plan.pieces));
  const shapes = new Map(plan.pieces.map((box) => [box.shape.join(), box]));
  for (const box of shapes.values()) hash.update(engineIdentity(engineWork({ ...prepare, box })));
  hash.update(JSON.stringify([history, String(historyAbove), String(plan.scoreThreshold)]));
  const arrays = [prepare.target, template.data, prepare.mask, rotations.data, prepare.targetMask, prepare.background];
  for (const { buffer, byteOffset, byteLength } of arrays.filter((array) => array !== null))
    for (let from = 0; from < byteLength; from += PIECE) {
      hash.update(new Uint8Array(buffer, byteOffset + from, Math.min(PIECE, byteLength - from)));
      yield;
    }
  const digest = hash.digest("hex");
  known.set(plan, digest);
  return digest;
}
