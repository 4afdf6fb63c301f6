import { pythonSuite } from "./python-suite.js";

await pythonSuite("a client of the kernel", "protocol");
