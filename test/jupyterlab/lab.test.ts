import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { type JupyterLab, startJupyterLab } from "../jupyterlab-server.js";
import { python } from "../machine.js";
import { hasChromium, launchChromium } from "../viewer/chromium.js";
import { filesInLab } from "./files-in-lab.js";
import type { LabUnderTest } from "./lab-under-test.js";
import { notebooksInLab } from "./notebooks-in-lab.js";
import { type WheelEnvironment, wheelEnvironment } from "./wheel-environment.js";

const ready = hasChromium && existsSync(python);
const TOKEN = "a-token";

/** Lets nobody write below "locked". */
const AUTHORIZER = `
from jupyter_server.auth import Authorizer
class Locks(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return action == "read" or not (resource == "contents" and "/locked" in handler.request.path)
c.ServerApp.authorizer_class = Locks
`;

/** One environment, one server and one browser for all: starting them takes longer than most tests. */
describe.skipIf(!ready)(`JupyterLab with the wheel${ready ? "" : " (needs .venv and Chromium)"}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "rotoscope-lab-"));
  const work = join(folder, "work");
  let environment: WheelEnvironment;
  let lab: JupyterLab;
  let browser: Browser;
  const under: LabUnderTest = {
    work,
    url: (path) => `${lab.address}${path}${path.includes("?") ? "&" : "?"}token=${TOKEN}`,
    async newPage(height) {
      const page = await browser.newPage({ viewport: { width: 1300, height } });
      page.setDefaultTimeout(90_000);
      return page;
    },
  };

  beforeAll(async () => {
    for (const name of ["work/locked", "config"]) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "config/jupyter_server_config.py"), AUTHORIZER);
    environment = await wheelEnvironment();
    environment.installWheel();
    const variables = {
      JUPYTER_CONFIG_DIR: join(folder, "config"),
      JUPYTER_DATA_DIR: join(folder, "data"),
      JUPYTERLAB_SETTINGS_DIR: join(folder, "settings"),
    };
    const server = { python: environment.python, baseUrl: "/user/ada/", token: TOKEN, variables };
    [lab, browser] = await Promise.all([startJupyterLab(work, server), launchChromium()]);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
    environment?.remove();
    rmSync(folder, { recursive: true });
  });

  describe("files", () => filesInLab(under));
  describe("notebooks", () => notebooksInLab(under));
});
