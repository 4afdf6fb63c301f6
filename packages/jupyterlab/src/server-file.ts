import { PathExt } from "@jupyterlab/coreutils";
import { type Contents, ServerConnection } from "@jupyterlab/services";
import type { FetchRange, FindBeside } from "@rotoscope/viewer/files";

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

/** Looks for files in the folder of the file at `path()`: in its listing, because asking for one that isn't there would put an error on the console. */
export function besides(contents: Contents.IManager, path: () => string): FindBeside {
  return async (names) => {
    const folder = PathExt.dirname(path());
    const { content } = await contents.get(folder);
    const name = names.find((wanted) => (content as Contents.IModel[]).some((entry) => entry.name === wanted));
    if (name === undefined) throw new Error(`${names[0]} isn't there.`);
    return { name, fetchRange: rangesOf(contents, () => PathExt.join(folder, name)) };
  };
}
