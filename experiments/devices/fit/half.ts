import * as Plot from '@observablehq/plot';
import { pictureWidth } from '../../look/plots/look.ts';
import { gridLines, panel } from '../../look/plots/panel.ts';
import { tickFormat } from '../../look/plots/prefix.ts';
import { MUTED } from '../../look/plots/style.ts';

/** Narrower than this the halves stand below each other, px. */
const TWO = 560;
/** How many stand side by side. */
export const halvesAcross = (): number => (pictureWidth() < TWO ? 1 : 2);
export const halfWidth = (): number => pictureWidth() / halvesAcross();

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
    width: halfWidth(),
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
