import { pythonSuite } from "./python-suite.js";

await pythonSuite("what works in tslab", "tslab_cells");
