import { DocumentModel, type DocumentRegistry } from "@jupyterlab/docregistry";

/**
 * Models of documents whose content is never loaded: with a file format of null Lab asks the server for name and times alone, without content and hash,
 * and a model that calls itself collaborative gets no checkpoint, which would be a copy of the file.
 */
export const noContentModelFactory: DocumentRegistry.IModelFactory<DocumentRegistry.IModel> = {
  name: "rotoscope-no-content",
  contentType: "file",
  fileFormat: null,
  collaborative: false,
  isDisposed: false,
  dispose() {},
  preferredLanguage: () => "",
  createNew: () => new NoContentModel({ collaborationEnabled: true }),
};

class NoContentModel extends DocumentModel {
  /** There is nothing to save. Lab takes this error for a save that the user called off, and leaves the file as it is. */
  override toString(): string {
    const error = new Error("Volumes are not saved.");
    error.name = "ModalCancelError";
    throw error;
  }
}
