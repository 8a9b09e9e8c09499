import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { binnedRates, binsIn, binWidth } from '../../plots/binnedRates.ts';
import { timeText } from '../../time.ts';
import type { Band, RasterData, SpikeColumns } from './data.ts';
import { lowerBound } from './spikeImage.ts';

/** Height of a strip with its name, px. */
export const STRIP = 66;
const NAME = 20;
const GAP = 6;

interface Strips {
  /** The populations that are drawn, null for the others, with the colour each has now. */
  readonly bands: readonly (Band | null)[];
  /** Time to px; its domain is in view. */
  readonly x: ScaleLinear<number, number>;
  /** Upper edge of the first strip, px. */
  readonly top: number;
  readonly ink: string;
  readonly muted: string;
}

/** Under the raster the mean rate per neuron of each population, in bins of the time in view, on the raster's time axis. */
export function drawRates(
  context: CanvasRenderingContext2D,
  { window, tick, populations }: RasterData,
  spikes: SpikeColumns,
  { bands, x, top, ink, muted }: Strips,
): void {
  const view = x.domain() as [number, number];
  const [left, right] = x.range() as [number, number];
  const bin = Math.max(tick, binWidth(view));
  // Bins begin with the recording and not with the view, so that they stay the same while it moves.
  const first = Math.max(0, Math.floor((view[0] - window[0]) / bin));
  const count = Math.min(binsIn(window, bin), Math.ceil((view[1] - window[0]) / bin)) - first;
  const start = (k: number) => Math.min(window[1], window[0] + (first + k) * bin);
  const at = (time: number) => lowerBound(spikes.ticks, (time - window[0]) / tick);
  const rates = binnedRates(
    {
      from: at(start(0)),
      to: start(count) < window[1] ? at(start(count)) : spikes.ticks.length,
      time: (i) => window[0] + spikes.ticks[i]! * tick,
      populations: spikes.populations,
    },
    populations.map(({ size }) => size),
    { window, bin, first, count },
  );
  const px = (k: number) => Math.min(right, Math.max(left, x(start(k))));
  let place = top;
  let width = ` in bins of ${timeText(bin)}`;
  for (const [p, band] of bands.entries()) {
    if (band === null) continue;
    const own = rates[p]!;
    const [upper, lower] = [place + NAME, place + STRIP - GAP];
    const y = scaleLinear([0, own.reduce((a, b) => Math.max(a, b), 0) || 1], [lower, upper]).nice(2);
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillStyle = ink;
    context.fillText(`${band.name}: mean rate per neuron (Hz)${width}`, left, place + NAME / 2, right - left);
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
    place += STRIP;
    width = '';
  }
}
