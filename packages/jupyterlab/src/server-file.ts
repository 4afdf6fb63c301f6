import { type Contents, ServerConnection } from "@jupyterlab/services";
import type { FetchRange } from "@rotoscope/viewer/files";

/** Gets ranges of the file at `path()`, wherever its drive serves it from; with the server's token where that is Jupyter's own. */
export function rangesOf(contents: Contents.IManager, path: () => string): FetchRange {
  return async (range, signal) => {
    const url = await contents.getDownloadUrl(path());
    const init = { headers: { Range: range }, signal };
    const { serverSettings } = contents;
    if (!url.startsWith(serverSettings.baseUrl)) return fetch(url, init);
    return ServerConnection.makeRequest(url, init, serverSettings);
  };
}
