import { pythonSuite } from "./python-suite.js";

await pythonSuite("the kernel under clients", "clients");
