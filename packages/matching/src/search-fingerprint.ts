import { createHash } from "node:crypto";
import { atOnce, type Pausable } from "@rotoscope/core";
import { engineIdentity } from "@rotoscope/wasm";
import { inTurns } from "./in-turns.js";
import { engineWork } from "./prepared-target.js";
import type { SearchPlan } from "./search-plan.js";

/** Bytes that are hashed at a time. */
const PIECE = 2 ** 19;

const known = new WeakMap<SearchPlan, string>();

/** SHA-256 over all that the bytes of a search's maps and history depend on: inputs, options, version, kernels and how they cut the work. */
export function fingerprintOf(plan: SearchPlan): string {
  return atOnce(fingerprint(plan));
}

/** The same; others have their turn meanwhile. */
export function fingerprintInTurns(plan: SearchPlan): Promise<string> {
  return inTurns(fingerprint(plan), { besideWorkers: true });
}

function* fingerprint(plan: SearchPlan): Pausable<string> {
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
  const { target, mask, targetMask, background } = prepare;
  // A background's seed is among the options.
  const arrays = [target, template.data, mask, rotations.data, targetMask, background].filter(
    (array) => array instanceof Float32Array,
  );
  for (const { buffer, byteOffset, byteLength } of arrays)
    for (let from = 0; from < byteLength; from += PIECE) {
      hash.update(new Uint8Array(buffer, byteOffset + from, Math.min(PIECE, byteLength - from)));
      yield;
    }
  const digest = hash.digest("hex");
  known.set(plan, digest);
  return digest;
}
