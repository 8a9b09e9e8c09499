import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { chooseBinWidth, computeBinCount, computeBinnedRates } from '../../look/plots/binnedRates.ts';
import { formatTime } from '../../look/time.ts';
import type { RasterData, RasterStrip, SpikeColumns } from './data.ts';
import { findFirstSpike } from './spikeImage.ts';

export const RATE_STRIP_HEIGHT = 66;
const TITLE_HEIGHT = 20;
const GAP = 6;

interface StripLayout {
  /** Strip of each population in its current colour; null if hidden. */
  readonly strips: readonly (RasterStrip | null)[];
  readonly timeScale: ScaleLinear<number, number>; // ms to px
  readonly top: number; // px
  readonly textColour: string;
  readonly mutedColour: string;
}

export function drawRateStrips(
  context: CanvasRenderingContext2D,
  { window, tickLength: tick, populations }: RasterData,
  spikes: SpikeColumns,
  { strips, timeScale: x, top, textColour, mutedColour: muted }: StripLayout,
): void {
  const view = x.domain() as [number, number];
  const [left, right] = x.range() as [number, number];
  const bin = Math.max(tick, chooseBinWidth(view));
  // Bins start with the recording, not with the visible range, so that they do not change while panning.
  const first = Math.max(0, Math.floor((view[0] - window[0]) / bin));
  const count = Math.min(computeBinCount(window, bin), Math.ceil((view[1] - window[0]) / bin)) - first;
  const start = (k: number) => Math.min(window[1], window[0] + (first + k) * bin);
  const spikeIndex = (time: number) => findFirstSpike(spikes.ticks, (time - window[0]) / tick);
  const rates = computeBinnedRates(
    {
      firstSpikeIndex: spikeIndex(start(0)),
      endSpikeIndex: start(count) < window[1] ? spikeIndex(start(count)) : spikes.ticks.length,
      getTime: (i) => window[0] + spikes.ticks[i]! * tick,
      populationIndices: spikes.populationIndices,
    },
    populations.map(({ size }) => size),
    { window, binWidth: bin, firstBinIndex: first, binCount: count },
  );
  const px = (k: number) => Math.min(right, Math.max(left, x(start(k))));
  let stripTop = top;
  let binText = ` in bins of ${formatTime(bin)}`; // only in the first title
  for (const [p, band] of strips.entries()) {
    if (band === null) continue;
    const own = rates[p]!;
    const [upper, lower] = [stripTop + TITLE_HEIGHT, stripTop + RATE_STRIP_HEIGHT - GAP];
    const y = scaleLinear([0, own.reduce((a, b) => Math.max(a, b), 0) || 1], [lower, upper]).nice(2);
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillStyle = textColour;
    const title = `${band.name}: mean rate per neuron (Hz)${binText}`;
    context.fillText(title, left, stripTop + TITLE_HEIGHT / 2, right - left);
    context.textAlign = 'right';
    for (const rate of y.ticks(2)) {
      context.globalAlpha = 0.25;
      context.fillStyle = muted;
      context.fillRect(left, y(rate), right - left, 1);
      context.globalAlpha = 1;
      context.fillText(rate.toLocaleString('en'), left - 6, y(rate));
    }
    context.fillStyle = band.colour;
    context.beginPath();
    context.moveTo(left, lower);
    for (const [k, rate] of own.entries()) {
      context.lineTo(px(k), y(rate));
      context.lineTo(px(k + 1), y(rate));
    }
    context.lineTo(right, lower);
    context.fill();
    context.fillStyle = muted;
    context.fillRect(left, lower, right - left, 1);
    stripTop += RATE_STRIP_HEIGHT;
    binText = '';
  }
}
