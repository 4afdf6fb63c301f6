export { type FileBackedStorage, fileBackedStorage } from "./file-backed-storage.js";
export { type MatchOptions, match } from "./match.js";
export { type MatchResult, type Progress, Search, type SearchPlan } from "./search.js";
