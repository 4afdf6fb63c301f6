import { pythonSuite } from "./python-suite.js";

await pythonSuite("an interrupted search on our kernel", "interrupted_search");
