import { pythonSuite } from "./python-suite.js";

await pythonSuite("the kernel passes jupyter_kernel_test", "conformance");
