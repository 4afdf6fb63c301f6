import { type LoadedResult, type ReadOptions, readArrow } from "@rotoscope/arrow";
import { analyzerResult } from "@rotoscope/core";
import { fileKind, type PeerResult, readPeerResult, type StopgapOptions } from "@rotoscope/formats";
import { displayable } from "./displayable.js";

/** What to read, and for STOPGAP's and GAPSTOP's results where their parts lie. */
export type ReadResultOptions = ReadOptions & StopgapOptions;

/**
 * Reads a result, ours or another program's: Arrow; pyTME `.pickle`, `.pickle.gz`, `.hdf5`; pytom-match-pick (any of `_scores.mrc`, `_angles.mrc`, `_job.json`);
 * STOPGAP and GAPSTOP (either map). Always in our conventions: axes z, y, x, matrices that map target to template coordinates. Alone at the end of a cell it displays as the viewer.
 *
 * Throws a `RotoscopeError` that names the file: `file` for damage, `unsupported` for a file of another kind.
 *
 * @example
 * const result = await readResult("output.pickle");
 * show(result);
 */
export async function readResult(path: string, options: ReadResultOptions = {}): Promise<LoadedResult> {
  if ((await fileKind(path)) === "arrow") return displayable(await readArrow(path, { ...options, kind: "result" }));
  return displayable(loadedResult(await readPeerResult(path, options)));
}

/** Another program's result with the fields of one of ours. */
export function loadedResult(peer: PeerResult): LoadedResult {
  const { software, version, inputs } = peer;
  const template = peer.options.template_shape;
  const options = Array.isArray(template) ? { ...peer.options, templateShape: [...template].reverse() } : peer.options;
  return analyzerResult({
    kind: "result" as const,
    scores: peer.scores,
    offset: peer.offset,
    rotations: peer.rotations,
    rotationMapping: peer.rotationMapping,
    meanSquare: peer.meanSquare,
    voxelSizeAngstrom: peer.voxelSizeAngstrom,
    scoreThreshold: Number.NEGATIVE_INFINITY,
    provenance: {
      software,
      version,
      options,
      inputs: Object.entries(inputs).map(([role, name]) => ({ role, name, sha256: "" })),
      startedAt: "",
      endedAt: "",
      engine: software,
    },
    history: null,
    historyFile: null,
    checked: true,
    warnings: peer.warnings,
  });
}
