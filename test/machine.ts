import { fileURLToPath } from "node:url";
import { findChromium } from "../scripts/debian-packages.mjs";
import { jupyterVariables } from "../scripts/jupyter-parts.mjs";
import { python } from "../scripts/python-env.mjs";

/** The checkout's folder, with a slash at its end. */
export const checkout: string = fileURLToPath(new URL("..", import.meta.url));

/** A Chromium to start, or undefined: then a test that needs it is skipped. */
export const chromium: string | undefined = findChromium();

/** The Python of `.venv`, with JupyterLab and the tests' libraries. */
export { python };

/** The environment for Jupyter's programs, which makes them write into `.venv` alone. */
export const jupyterEnvironment: NodeJS.ProcessEnv = { ...process.env, ...jupyterVariables() };
