import * as Plot from '@observablehq/plot';
import { gridLines, MUTED, panel, tickFormat, WIDTH } from '../../look/plots/style.ts';

export const HALF = WIDTH / 2;

interface Half {
  readonly height: number;
  /** Label below; null: none, and less room for it. */
  readonly x: string | null;
  readonly y: string | null;
  readonly domain: readonly [number, number];
  readonly marks: Plot.Markish[];
  /** How x is ticked, where its values have a unit. */
  readonly ticks?: Plot.ScaleOptions;
}

/** One half of a row of plots of readings, framed, with grid lines. */
export const half = ({ height, x, y, domain, marks, ticks }: Half): string =>
  panel({
    width: HALF,
    height,
    marginTop: 14,
    marginRight: 24,
    marginBottom: x === null ? 24 : 46,
    marginLeft: 78, // room for "−400n" beside the label
    x: { label: x, labelOffset: 38, ...ticks },
    y: {
      label: y,
      labelOffset: 64,
      domain: [...domain],
      nice: true,
      tickFormat: tickFormat(Math.max(...domain.map(Math.abs)), undefined, 1e-2),
      ticks: height / 50,
    },
    marks: [...gridLines(), ...marks, Plot.frame({ stroke: MUTED })],
  });
