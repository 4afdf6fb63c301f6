/** Makes the viewer's elements in one document. Each control has an accessible name, which is also how tests find it. */
export interface ElementMaker {
  /** An element with our class `rotoscope-NAME` (none for ""), and its children. */
  make<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    className: string,
    ...children: (Node | string)[]
  ): HTMLElementTagNameMap[K];
  button(name: string, text?: string): HTMLButtonElement;
  slider(name: string): Slider;
  /** `options`: value and text of each. */
  choice(name: string, options: readonly (readonly [string, string])[]): Choice;
  checkbox(name: string): { readonly element: HTMLElement; readonly input: HTMLInputElement };
}

/** A native range input with its label and value. */
export interface Slider {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly output: HTMLElement;
}

/** A native select with its label. */
export interface Choice {
  readonly element: HTMLElement;
  readonly select: HTMLSelectElement;
}

/** Binds the makers to `document`. */
export function elementMaker(document: Document): ElementMaker {
  const make: ElementMaker["make"] = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = `rotoscope-${className}`;
    element.append(...children);
    return element;
  };
  return {
    make,
    button(name, text = name) {
      const element = make("button", "", text);
      element.type = "button";
      if (text !== name) {
        element.setAttribute("aria-label", name);
        element.title = name;
      }
      return element;
    },
    slider(name) {
      const input = make("input", "");
      Object.assign(input, { type: "range", min: "0", max: "0", step: "1", value: "0" });
      const output = make("span", "value", "0");
      const element = make("label", "slider", make("span", "", name), input, output);
      input.setAttribute("aria-label", name);
      return { element, input, output };
    },
    choice(name, options) {
      const select = make("select", "");
      select.setAttribute("aria-label", name);
      for (const [value, text] of options) select.append(new Option(text, value));
      return { element: make("label", "", `${name} `, select), select };
    },
    checkbox(name) {
      const input = make("input", "");
      input.type = "checkbox";
      return { element: make("label", "check", input, name), input };
    },
  };
}
