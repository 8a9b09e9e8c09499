export interface Point {
  readonly x: number;
  readonly y: number;
  /** What belongs together: a line is drawn for each. */
  readonly group?: string;
}

/** A curve of a model. */
export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Axis {
  readonly label: string;
  readonly log?: boolean;
}

/** Readings and what models make of them, as it is drawn by `kindPicture`: where a fit is computed there may be nothing to draw on. */
export interface KindPlot {
  readonly title: string;
  readonly subtitle: string;
  readonly axes: readonly [Axis, Axis];
  /** Readings. */
  readonly dots: readonly Point[];
  /** The best model first. */
  readonly curves: readonly Curve[];
}

/** Numbers evenly, or evenly in their logarithms, from low to high. */
export const between = (low: number, high: number, count = 200, log = false): number[] =>
  Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    return log ? low * (high / low) ** share : low + (high - low) * share;
  });
