/** Times above 10 s are told in s, min or h: in words, and on the axes of pictures. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { raster } from '../../../experiments/look/plots/index.ts';
import { renderTextRaster } from '../../../experiments/look/raster/preview.ts';
import { chooseTimeUnit, createTimeAxis, formatTime, formatTimeWindow } from '../../../experiments/look/time.ts';
import { drawHistograms } from '../../../experiments/look/weights/pictures.ts';

test('the unit suits the time', () => {
  assert.equal(
    [0, 0.125, 1250.5, 10_000].map((t) => formatTime(t)),
    ['0 ms', '0.125 ms', '1,250.5 ms', '10,000 ms'],
  );
  assert.equal(
    [10_001, 90_000, 600_000].map((t) => formatTime(t)),
    ['10.001 s', '90 s', '600 s'],
  );
  assert.equal(
    [660_000, 36e6].map((t) => formatTime(t)),
    ['11 min', '600 min'],
  );
  assert.equal(
    [39.6e6, 133e6].map((t) => formatTime(t)),
    ['11 h', '36.9444 h'],
  );
  assert.is(chooseTimeUnit(-20_000).unit, 's');
  assert.is(formatTimeWindow(500, 20_000), '0.5 to 20 s');
});

test('a short window late in a run has short tick labels, and its ends differ', () => {
  assert.equal(createTimeAxis([0, 1000]), { ms: 1, origin: 0, label: 'time (ms)' });
  assert.equal(createTimeAxis([0, 1.2e6]), { ms: 60_000, origin: 0, label: 'time (min)' });
  assert.equal(createTimeAxis([1_725_000, 1_726_000]), { ms: 1, origin: 0, label: 'time (ms)' });
  assert.equal(createTimeAxis([1_725_852, 1_725_876]), {
    ms: 1,
    origin: 1_725_850,
    label: 'time after 1,725.85 s (ms)',
  });
  assert.is(formatTimeWindow(1_725_852, 1_725_876), '28.7642 to 28.7646 min');
  assert.is(formatTimeWindow(1_725_852, 1_725_852.5), '28.7642 to 28.76420833 min');
  const late = { times: [3_600_000.002], neurons: [0], population: [0], populations: [{ name: 'out', size: 1 }] };
  const svg = raster({ ...late, window: [3_600_000, 3_600_000.01] });
  assert.match(svg, />time after 3,600 s \(ms\)</);
  assert.match(svg, />0\.002</);
});

test('rasters and previews of long runs', () => {
  const spikes = {
    times: Float64Array.of(0, 3e5, 1.2e6),
    neurons: Uint32Array.of(0, 1, 0),
    population: Uint8Array.of(0, 0, 0),
    populations: [{ name: 'out', size: 4 }],
    window: [0, 1.2e6] as const,
    silent: [],
    requireIntact: () => {},
  };
  const svg = raster(spikes);
  assert.match(svg, />time \(min\)</);
  assert.match(svg, />20</);
  assert.not.match(svg, /,000</);
  assert.match(renderTextRaster(spikes, 20), /0 ms +20 min$/);
});

test('histograms of weights over a run of a minute have an axis in s', () => {
  const binCounts = Uint32Array.of(1, 3, 2);
  const histograms = Array.from({ length: 10 }, (_, k) => ({
    time: (20_000 * k) / 3,
    histogram: { lowestEdge: 0, binWidth: 0.1, binCounts, valueCount: 6, mean: 0.15, sd: 0.1, min: 0, max: 0.3 },
  }));
  const svg = drawHistograms('weights', 'weight', 'in->out', histograms);
  assert.match(svg, />time \(s\)</);
  assert.match(svg, />60</);
  assert.not.match(svg, /,000</);
});

test.run();
