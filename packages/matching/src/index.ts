export { type MatchOptions, match } from "./match.js";
export { type MatchResult, type Progress, Search, type SearchPlan } from "./search.js";
