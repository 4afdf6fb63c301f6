import { expect, it } from "vitest";
import { scaleBar } from "./scale-bar.js";

it("is as long as fits, at a round length", () => {
  expect(scaleBar(10, 35)).toEqual({ voxels: 20, text: "20 nm" });
  expect(scaleBar(13.48, 100)!.text).toBe("100 nm");
  expect(scaleBar(10, 2000)!.text).toBe("2 µm");
  expect(scaleBar(0.5, 9)).toEqual({ voxels: 4, text: "2 Å" });
});

it("counts voxels where their size isn't known", () => {
  expect(scaleBar(0, 60)).toEqual({ voxels: 50, text: "50 voxels" });
  expect(scaleBar(0, 0)).toBeNull();
});
