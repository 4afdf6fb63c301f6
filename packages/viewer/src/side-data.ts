import type { ViewDescription } from "@rotoscope/arrow/messages";
import type { AskHost } from "./ask-host.js";
import type { Template } from "./rotated-template.js";
import type { Histogram } from "./score-histogram.js";
import type { VoxelCourse } from "./voxel-course.js";

/** What is asked for beside the slices. Null where the host can't give it. */
export interface SideData {
  histogram(map: "target" | "scores"): Promise<Histogram | null>;
  template(description: ViewDescription): Promise<Template | null>;
  course(voxel: readonly [number, number, number]): Promise<VoxelCourse | null>;
  /** Forgets what belonged to another description. */
  clear(): void;
}

/** Histograms and the template are asked for once. */
export function sideData(ask: AskHost): SideData {
  const histograms = new Map<string, Promise<Histogram | null>>();
  let template: Promise<Template | null> | null = null;

  async function askHistogram(map: "target" | "scores"): Promise<Histogram | null> {
    const answer = await ask({ type: "histogram", map });
    if (answer?.reply.type !== "histogram") return null;
    const { low, high } = answer.reply;
    return { low, high, counts: new Uint32Array(answer.buffers[0]!) };
  }

  async function askTemplate(): Promise<Template | null> {
    const answer = await ask({ type: "template" });
    if (answer?.reply.type !== "template") return null;
    return { shape: answer.reply.shape, data: new Float32Array(answer.buffers[0]!) };
  }

  return {
    histogram(map) {
      const known = histograms.get(map) ?? askHistogram(map);
      histograms.set(map, known);
      return known;
    },
    template({ hasTemplate }) {
      if (!hasTemplate) return Promise.resolve(null);
      template ??= askTemplate();
      return template;
    },
    async course(voxel) {
      const answer = await ask({ type: "course", voxel });
      if (answer?.reply.type !== "course") return null;
      const { steps, scores } = answer.reply;
      return { voxel, steps, scores };
    },
    clear() {
      histograms.clear();
      template = null;
    },
  };
}
