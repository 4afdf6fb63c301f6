import { pythonSuite } from "./python-suite.js";

await pythonSuite("a cell", "cells");
