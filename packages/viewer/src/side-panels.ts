import type { ViewDescription } from "@rotoscope/arrow/messages";
import type { AskHost } from "./ask-host.js";
import { coursePanel } from "./course-panel.js";
import type { ViewerElements } from "./elements.js";
import { latestWins } from "./latest-wins.js";
import { type PicksPanelEvents, picksPanel } from "./picks-panel.js";
import { rotationPanel } from "./rotation-panel.js";
import type { Rotations } from "./rotations.js";
import type { SideData } from "./side-data.js";
import type { VoxelCourse } from "./voxel-course.js";

/** The panels below the slices: picks, the course of the voxel under the cross-hair, its winning rotation. */
export interface SidePanels {
  describe(description: ViewDescription, rotations: Rotations): void;
  /** Gets the course of `voxel`; tells `onCourse` when it is known. */
  showCourse(voxel: readonly [number, number, number]): void;
  /** Shows what is at the cross-hair at a step: rotation index, -1 = none, null = not known yet. */
  showStep(step: number, rotation: number | null): void;
  selectPick(index: number | null): void;
  redraw(): void;
  destroy(): void;
}

/** What the panels tell their owner. */
export interface SidePanelsEvents extends PicksPanelEvents {
  onStep(step: number): void;
  onCourse(course: VoxelCourse | null): void;
}

/** Builds the panels into `ui.panels`. */
export function sidePanels(ui: ViewerElements, ask: AskHost, side: SideData, events: SidePanelsEvents): SidePanels {
  const picks = picksPanel(ui.maker, ask, events);
  const coursePlot = coursePanel(ui.maker, (step) => events.onStep(step));
  const winner = rotationPanel(ui.maker);
  ui.panels.append(picks.element, ui.maker.make("div", "", coursePlot.element, winner.element));
  let description: ViewDescription | null = null;
  let rotations: Rotations | null = null;
  let closed = false;

  const fill = latestWins<void>(async () => {
    if (!description || !rotations) return;
    const [now, list] = [description, rotations];
    const hasPicks = now.maps.includes("scores") && !now.running && now.takesPicks !== false;
    const histogram = hasPicks ? await side.histogram("scores") : null;
    const template = await side.template(now);
    if (closed || now !== description) return;
    winner.setTemplate(template);
    picks.describe(now, list, histogram);
  });

  const fetchCourse = latestWins<readonly [number, number, number]>(async (voxel) => {
    if (closed || !description?.hasHistory) return;
    const course = await side.course(voxel);
    if (closed) return;
    coursePlot.show(course, "");
    events.onCourse(course);
  });

  return {
    describe(next, list) {
      description = next;
      rotations = list;
      ui.panels.hidden = !next.maps.includes("scores") || next.shape.includes(0);
      coursePlot.setRotations(list);
      if (!next.hasHistory && next.maps.includes("scores"))
        coursePlot.show(
          null,
          next.running ? "Its course is known when the search has ended." : "Without a history its course isn't known.",
        );
      fill();
    },
    showCourse: (voxel) => fetchCourse(voxel),
    showStep(step, rotation) {
      if (!description || !rotations) return;
      coursePlot.moveTo(step, description.stepCount);
      winner.show(rotations, rotation, step);
    },
    selectPick: (index) => picks.select(index),
    redraw() {
      picks.redraw();
      coursePlot.redraw();
      winner.redraw();
    },
    destroy() {
      closed = true;
      picks.destroy();
    },
  };
}
