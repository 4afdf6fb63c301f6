export { sumOfSquares } from "./sum-of-squares";
export { maximaBelow, updateMaxima, updateMaximaWithin } from "./update-maxima";
export { improvedVoxels } from "./improved-voxels";
export { mergeRows, takeJoints } from "./merge-rows";
export { columnMaxima, rowMaxima, withoutNaN } from "./line-maxima";
export { equalVoxels, higherVoxels } from "./matching-voxels";
export { boxExceeds, highestInBox, highestOfRows } from "./box-maxima";
