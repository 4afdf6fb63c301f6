/** The part of Plotly that the viewer uses; its own declarations take seconds to check. */
declare module "plotly.js/lib/core" {
  export interface Axis {
    readonly _id: string;
    readonly _offset: number;
    readonly _length: number;
    readonly range: readonly [number, number];
    r2p(value: number): number;
    p2r(pixel: number): number;
  }

  export interface PlotlyElement extends HTMLElement {
    readonly _fullLayout: Readonly<Record<string, Axis | undefined>>;
    on(
      event: "plotly_doubleclick" | "plotly_afterplot" | "plotly_relayout" | "plotly_relayouting",
      handler: () => void,
    ): void;
  }

  const Plotly: {
    newPlot(element: HTMLElement, data: object[], layout: object, config: object): Promise<PlotlyElement>;
    react(element: HTMLElement, data: object[], layout: object, config: object): Promise<PlotlyElement>;
    relayout(element: HTMLElement, update: object): Promise<PlotlyElement>;
    toImage(
      figure: { readonly data: object[]; readonly layout: object },
      options: { readonly format: string; readonly width: number; readonly height: number; readonly scale: number },
    ): Promise<string>;
    purge(element: HTMLElement): void;
  };
  export default Plotly;
}
