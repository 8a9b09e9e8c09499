import * as Plot from '@observablehq/plot';
import { ENERGY_BANDS, type EnergyFigure, formatJoules } from '../energyText.ts';
import { layoutWidth } from './look.ts';
import { createGridLines, renderLegend, renderPlot } from './panel.ts';
import { composePicture, createMargins, getSeriesColour, getSeriesSymbol, MUTED_COLOUR, measureText } from './style.ts';

const ROW = 34;
const DENSE_ROW = 22;
const INSET = 16;
const MARGIN = { top: 8, right: 24, bottom: 46 };
const LABELS = 170;

/**
 * Draws energies on a logarithmic axis, J, as SVG, with published ranges. Energies with the same name share a row.
 * Kinds, if given, differ in colour and symbol, with a legend; otherwise each energy is labelled with its value.
 */
export function energyScale(figures: readonly EnergyFigure[], title = 'Energy of one event'): string {
  const shown = figures.filter(({ joules }) => joules > 0);
  const kinds = [...new Set(shown.flatMap(({ kind }) => kind ?? []))];
  const low = Math.min(1e-15, ...shown.map(({ joules }) => joules / 2));
  const high = Math.max(1e-10, ...shown.map(({ joules }) => joules * 2));
  const names = [...new Set([...ENERGY_BANDS, ...shown].map(({ name }) => name))];
  const height = MARGIN.top + (kinds.length > 0 ? DENSE_ROW : ROW) * names.length + MARGIN.bottom;
  const nearRight = (joules: number) => Math.log(joules / low) > 0.7 * Math.log(high / low);
  const text = (right: boolean) =>
    Plot.text(
      shown.filter(({ joules }) => nearRight(joules) === right),
      {
        x: 'joules',
        y: 'name',
        text: (f: EnergyFigure) => formatJoules(f.joules),
        textAnchor: right ? 'end' : 'start',
        dx: right ? -9 : 9,
      },
    );
  const dots = (some: readonly EnergyFigure[], kind: number) =>
    Plot.dot(some, { x: 'joules', y: 'name', fill: getSeriesColour(kind), r: 5, symbol: getSeriesSymbol(kind) });
  const marks =
    kinds.length > 0
      ? kinds.map((kind, i) =>
          dots(
            shown.filter((f) => f.kind === kind),
            i,
          ),
        )
      : [
          Plot.dot(shown, { x: 'joules', y: 'name', fill: getSeriesColour(0), r: 5, symbol: 'diamond' }),
          text(false),
          text(true),
        ];
  const key = renderLegend(
    kinds.map((name, i) => ({ name, colour: getSeriesColour(i), symbol: getSeriesSymbol(i), line: false })),
    layoutWidth() - 2 * INSET,
  );
  const above = kinds.length > 0 ? key.height : 0;
  const chart = renderPlot({
    width: layoutWidth(),
    height,
    ...createMargins(
      MARGIN.top,
      MARGIN.right,
      MARGIN.bottom,
      Math.max(LABELS, ...names.map((name) => measureText(name) + 12)),
    ),
    x: { type: 'log', domain: [low, high], label: 'energy (J)', labelOffset: 38, tickFormat: tick },
    y: { type: 'band', domain: names, label: null, padding: 0.3, tickSize: 0 },
    marks: [
      ...createGridLines('x'),
      Plot.barX(ENERGY_BANDS, {
        x1: 'low',
        x2: 'high',
        y: 'name',
        fill: (_: unknown, i: number) => getSeriesColour(i + 1),
        fillOpacity: 0.55,
      }),
      ...marks,
      Plot.frame({ stroke: MUTED_COLOUR }),
    ],
  });
  const subtitle = 'bands: ranges of Cao et al. 2023, Nanoscale Horiz. 8, 716';
  return composePicture(layoutWidth(), above + height + 8, { title, subtitle }, [
    ...(above > 0 ? [{ x: INSET, y: 4, svg: key.svg }] : []),
    { x: 0, y: above + 4, svg: chart },
  ]);
}

/** Axis label of a power of ten between 1 aJ and 1 J; empty for other values. */
const tick = (joules: number): string => {
  const power = Math.round(Math.log10(joules));
  return Math.abs(joules / 10 ** power - 1) < 1e-9 && power >= -18 && power <= 0 ? formatJoules(10 ** power) : '';
};
