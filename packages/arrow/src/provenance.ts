/** How a result came about. */
export interface Provenance {
  /** The program that computed it, such as "rotoscope". */
  readonly software: string;
  readonly version: string;
  /** All options of the run, defaults included; plain JSON. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly ProvenanceInput[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC. */
  readonly endedAt: string;
  /** What did the arithmetic, such as "typescript". */
  readonly engine: string;
}

/** A file that went into a run. */
export interface ProvenanceInput {
  /** File name without its folder. */
  readonly name: string;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
  /** What it was used as, such as "target". */
  readonly role: string;
}
