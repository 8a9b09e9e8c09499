import * as Plot from '@observablehq/plot';
import { renderPlot } from '../../../../look/plots/panel.ts';
import {
  composePicture,
  FONT_SIZE,
  fitFontSize,
  getSeriesColour,
  MUTED_COLOUR,
  TEXT_COLOUR,
} from '../../../../look/plots/style.ts';
import type { NetworkGraph } from '../../../worker/networkText.ts';

/** Sizes of the network graph, px; it is as wide as a phone, so that its text is not scaled down. */
const SIZE = { width: 360, rowHeight: 130, nodeHeight: 44, nodeWidth: 130, gap: 14, margin: 12 };

/** Largest number of projections whose arrows have labels. */
const MAX_LABELS = 24;

type Population = NetworkGraph['populations'][number];

/** Arranges populations in rows: sources (such as stimuli) first, others by length of the shortest path from a source. */
function arrangeRows({ populations, projections }: NetworkGraph): Population[][] {
  const isSource = ({ name }: Population) => projections.every(({ from, to }) => to !== name || from === name);
  const rows: Population[][] = [];
  let left = [...populations];
  let row = left.filter(isSource);
  while (left.length > 0) {
    if (row.length === 0) row = [left[0]!]; // only populations in or behind a cycle remain: the first of them begins the row
    rows.push(row);
    const placed = rows.flat();
    left = left.filter((one) => !placed.includes(one));
    const names = row.map(({ name }) => name);
    row = left.filter(({ name }) => projections.some(({ from, to }) => to === name && names.includes(from)));
  }
  return rows;
}

export function describeGraph({ populations, projections }: NetworkGraph): string {
  const nodes = populations.map(({ name, model, size }) => `${name} (${size === undefined ? '' : `${size} `}${model})`);
  const edges = projections.map(({ from, to, kind }) => `${from} to ${to} by ${kind.join(', ') || 'static synapses'}`);
  return `Network graph. Populations: ${nodes.join(', ')}. Projections: ${edges.join('; ') || 'none'}.`;
}

/** Draws populations as boxes and projections as arrows with the kind of their synapses, as SVG. */
export function drawGraph(graph: NetworkGraph): string {
  const { width, rowHeight, nodeHeight, gap, margin } = SIZE;
  const rows = arrangeRows(graph);
  const most = Math.max(...rows.map(({ length }) => length));
  const nodeWidth = Math.min(SIZE.nodeWidth, (width - 2 * margin) / most - gap);
  const nodes = new Map(
    rows.flatMap((row, r) =>
      row.map(
        (one, i) =>
          [one.name, { ...one, x: (width * (i + 0.5)) / row.length, y: r * rowHeight + nodeHeight / 2 }] as const,
      ),
    ),
  );
  const height = (rows.length - 1) * rowHeight + nodeHeight + 2 * margin;
  const arrows = graph.projections.map(({ from, to, kind }, i) => {
    const [start, end] = [nodes.get(from)!, nodes.get(to)!];
    const half = nodeHeight / 2;
    const isLoop = from === to;
    const isDown = end.y > start.y;
    const twins = graph.projections.slice(0, i).filter((one) => one.from === from && one.to === to).length;
    const side = nodeWidth / 2;
    const ends = isLoop
      ? { x1: start.x + side, y1: start.y - half / 2, x2: start.x + side, y2: start.y + half / 2, bend: 90 }
      : isDown
        ? { x1: start.x, y1: start.y + half, x2: end.x, y2: end.y - half, bend: 30 * twins }
        : { x1: start.x + side, y1: start.y, x2: end.x + side, y2: end.y, bend: 45 };
    const share = isLoop ? 0.5 : 0.35 + 0.3 * (i % 2);
    const label = {
      x: isLoop ? start.x : ends.x1 + share * (ends.x2 - ends.x1),
      y: isLoop ? start.y + half + 10 : ends.y1 + share * (ends.y2 - ends.y1),
      text: kind.join('\n') || 'static',
    };
    return { ends, label };
  });
  const boxes = [...nodes.values()].map((one) => ({
    ...one,
    x1: one.x - nodeWidth / 2,
    x2: one.x + nodeWidth / 2,
    y1: one.y - nodeHeight / 2,
    y2: one.y + nodeHeight / 2,
    size: one.size === undefined ? one.model : `${one.size.toLocaleString('en')} ${one.model}`,
  }));
  const svg = renderPlot({
    width,
    height,
    margin,
    axis: null,
    x: { type: 'identity' },
    y: { type: 'identity' },
    marks: [
      ...arrows.map(({ ends: { bend, ...ends } }) =>
        Plot.arrow([ends], { x1: 'x1', y1: 'y1', x2: 'x2', y2: 'y2', bend, stroke: MUTED_COLOUR, insetEnd: 1 }),
      ),
      Plot.rect(boxes, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', rx: 5, fill: 'white', stroke: getSeriesColour(0) }),
      ...boxes.flatMap(({ x, y, name, size }) => [
        Plot.text([name], {
          x: [x],
          y: [y - 8],
          fontWeight: 'bold',
          fontSize: fitFontSize(name, FONT_SIZE, nodeWidth - 8),
          fill: TEXT_COLOUR,
        }),
        Plot.text([size], {
          x: [x],
          y: [y + 9],
          fontSize: fitFontSize(size, FONT_SIZE, nodeWidth - 8),
          fill: MUTED_COLOUR,
        }),
      ]),
      Plot.text(arrows.length > MAX_LABELS ? [] : arrows.map(({ label }) => label), {
        x: 'x',
        y: 'y',
        text: 'text',
        fill: TEXT_COLOUR,
        stroke: 'white',
        strokeWidth: 4,
      }),
    ],
  });
  return composePicture(width, height, { title: 'Populations and projections' }, [{ x: 0, y: margin, svg }]);
}
