/** Has the browser save `bytes`, or what a data URL holds, under `name`. */
export function saveFile(document: Document, name: string, content: ArrayBuffer | string): void {
  const url = typeof content === "string" ? content : URL.createObjectURL(new Blob([content]));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  if (typeof content !== "string") setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
