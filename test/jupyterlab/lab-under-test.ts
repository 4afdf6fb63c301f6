import type { Page } from "playwright-core";

/** The one JupyterLab that these tests share: with the wheel, a token, and an address below a path. */
export interface LabUnderTest {
  /** The folder that it serves; the server lets nobody write below its folder `locked`. */
  readonly work: string;
  /** The address of a page of it, with the token. */
  url(path: string): string;
  newPage(height: number): Promise<Page>;
}
