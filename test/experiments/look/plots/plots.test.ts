import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import {
  accuracyOverTraining,
  confusionMatrix,
  curve,
  raster,
  receptiveFields,
  svgToPng,
} from '../../../../experiments/look/plots/index.ts';
import { encodePngUrl } from '../../../../experiments/look/plots/panel.ts';
import { measureText } from '../../../../experiments/look/plots/style.ts';

const SPIKES = {
  times: [1, 5, 9.5],
  neurons: [0, 1, 0],
  population: [0, 0, 1],
  populations: [
    { name: 'input & more', size: 2 },
    { name: 'output', size: 1 },
  ],
  window: [0, 10] as const,
};
const AXES = { title: 'T', x: { label: 'time (ms)' }, y: { label: 'rate (Hz)' } };
const SERIES = [{ name: 'a < b', points: [1, 2, 3].map((x) => ({ x, y: x * x, low: x, high: 12 })) }];
const FIELDS = { weights: Float32Array.of(0, 0.5, 1, 0.25, 0, 1, 1, 0), rows: 2, columns: 2, neurons: 2 };

const pictures: Record<string, () => string> = {
  receptiveFields: () => receptiveFields({ ...FIELDS, captions: ['3', '7'] }),
  confusionMatrix: () => confusionMatrix({ matrix: [3, 1, 0, 2], classes: ['bright', 'dark'] }),
  accuracyOverTraining: () =>
    accuracyOverTraining({ points: [{ images: 100, accuracy: 30 }], validation: [{ images: 100, accuracy: 28 }] }),
  raster: () => raster({ ...SPIKES, marks: [{ time: 0, label: 'digit 7' }, { time: 5 }] }),
  curve: () => curve({ ...AXES, series: SERIES, references: [{ name: 'literature', y: 4 }] }),
};

test('labels of an x axis keep apart, and lines stand at its ticks', () => {
  const points = Array.from({ length: 240 }, (_, i) => ({ images: 1000 * (i + 1), accuracy: 90 }));
  const svg = accuracyOverTraining({ points });
  const [labels] = /x-axis tick label".*?<\/g>/.exec(svg)!;
  const at = [...labels.matchAll(/translate\(([\d.]+)/g)].map(([, x]) => Number(x));
  const widest = measureText('200,000');
  assert.ok(at.length > 3);
  for (const [i, x] of at.slice(1).entries()) assert.ok(x - at[i]! > 1.2 * widest, `${x} follows ${at[i]}`);
  assert.is(/"x-grid".*?<\/g>/.exec(svg)![0].split('<line').length - 1, at.length);
});

/** All texts of a picture. */
const texts = (svg: string): string[] =>
  [...parseHTML(`<body>${svg}</body>`).document.querySelectorAll('text')].map((element) => element.textContent ?? '');
const paths = (svg: string, colour: string): string[] =>
  [...svg.matchAll(new RegExp(`<path d="([^"]*)" stroke="${colour}"`, 'g'))].map((match) => match[1]!);

/** Value of a tick label such as `1,000` or `10³`; NaN for an empty label. */
function parseTick(label: string): number {
  const power = /^10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)$/.exec(label)?.[1];
  if (power === undefined) return label === '' ? Number.NaN : Number(label.replaceAll(',', ''));
  return 10 ** Number([...power].map((c) => (c === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c))).join(''));
}

/** Labels and positions (px) of the ticks of an axis. */
function readTicks(svg: string, axis: 'x' | 'y'): { readonly value: number; readonly at: number }[] {
  const { document } = parseHTML(`<body>${svg}</body>`);
  return [...document.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`)].map((text) => {
    const [x, y] = text
      .getAttribute('transform')!
      .match(/[\d.]+/g)!
      .map(Number);
    return { value: parseTick(text.textContent ?? ''), at: axis === 'x' ? x! : y! };
  });
}

/** Value at a position (px) of a linear or logarithmic axis, from its first and last tick. */
function valueAt(svg: string, axis: 'x' | 'y', at: number, isLogarithmic = false): number {
  const ticks = readTicks(svg, axis).filter(({ value }) => Number.isFinite(value));
  const [a, b] = [ticks[0]!, ticks.at(-1)!];
  const share = (at - a.at) / (b.at - a.at);
  return isLogarithmic ? a.value * (b.value / a.value) ** share : a.value + share * (b.value - a.value);
}

/** Data of the dots of a picture, read back by the ticks of the axes. */
const readDots = (svg: string, isLogarithmic = false) =>
  [...svg.matchAll(/<circle r="[\d.]+" cy="([\d.]+)" cx="([\d.]+)"/g)]
    .map(([, cy, cx]) => [valueAt(svg, 'x', Number(cx)), valueAt(svg, 'y', Number(cy), isLogarithmic)] as const)
    .slice(1); // the first one is in the legend

test('the dots of a curve lie where the ticks of both axes put their data', () => {
  const points = [1, 2, 3.5, 7].map((x) => ({ x, y: 10 ** (x / 2) }));
  for (const log of [false, true]) {
    const svg = curve({
      ...AXES,
      y: { label: 'rate (Hz)', log },
      series: [{ name: 'a', points }],
      references: [{ name: 'r', y: 4 }],
    });
    const found = readDots(svg, log);
    assert.is(found.length, points.length);
    points.forEach(({ x, y }, k) => {
      assert.ok(Math.abs(found[k]![0] - x) < 1e-6 * 7, `x of dot ${k}: ${found[k]![0]}, not ${x}`);
      assert.ok(Math.abs(found[k]![1] / y - 1) < 1e-6, `y of dot ${k}: ${found[k]![1]}, not ${y}`);
    });
  }
});

test('strokes of a raster lie at the times of the spikes', () => {
  const svg = pictures.raster!();
  const left = Number(/<g fill="none" transform="translate\(([\d.]+),/.exec(svg)![1]);
  const found = paths(svg, '#0072b2')
    .flatMap((path) => [...path.matchAll(/M([\d.]+)/g)])
    .map(([, x]) => valueAt(svg, 'x', left + Number(x)));
  assert.is(found.length, 2);
  [1, 5].forEach((time, k) => {
    assert.ok(Math.abs(found[k]! - time) < 0.02, `${found[k]} ms, not ${time}`);
  });
});

test('pictures have the same bytes after others were drawn in another order', () => {
  const first = Object.entries(pictures).map(([name, draw]) => [name, draw()] as const);
  for (const [name, svg] of first.reverse()) assert.is(pictures[name]!(), svg, name);
});

for (const [name, draw] of Object.entries(pictures)) {
  test(`${name} is one self-contained picture`, () => {
    const svg = draw();
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+(\.\d+)?" height="\d+"/);
    assert.not.match(svg, /\sid=|url\(|<style|currentColor|var\(--|NaN|undefined/);
    for (const [, href] of svg.matchAll(/href="([^"]{0,30})/g)) assert.match(href!, /^data:image\/png;base64,/);
  });

  test(`${name} renders to PNG, with text`, () => {
    const svg = draw();
    const picture = decode(svgToPng(svg, 400));
    assert.is(picture.width, 400);
    const ink = (png: Uint8Array): number => Array.from(decode(png).data).filter((value) => value < 128).length;
    const silent = svg.replaceAll(/<text[^>]*>[^<]*<\/text>/g, '');
    assert.ok(ink(svgToPng(svg, 400)) > ink(svgToPng(silent, 400)) + 200, 'text leaves no ink');
  });
}

test('units stand on the axes, names in the legend', () => {
  const words = texts(pictures.raster!());
  assert.ok(words.includes('time (ms)'));
  assert.ok(words.includes('input & more: mean rate per neuron (Hz) in bins of 0.1 ms'));
  assert.ok(words.includes('digit 7'));
  for (const word of ['time (ms)', 'rate (Hz)', 'a < b', 'literature'])
    assert.ok(texts(pictures.curve!()).includes(word));
  assert.ok(texts(pictures.accuracyOverTraining!()).includes('accuracy (%)'));
});

test('the confusion matrix tells accuracy with its interval and recall of each class', () => {
  const words = texts(pictures.confusionMatrix!());
  assert.ok(words.includes('83.33 % of 6 images right (95 % interval 43.65–96.99 %)'));
  for (const word of ['75.0 %', '100.0 %', 'bright', 'dark']) assert.ok(words.includes(word), word);
});

test('a raster draws one path per population, a stroke per spike within the window', () => {
  const svg = raster({ ...SPIKES, window: [0, 9] });
  assert.is(paths(svg, '#0072b2').length, 1);
  assert.is(paths(svg, '#0072b2')[0]!.match(/M/g)!.length, 2);
  assert.is(paths(svg, '#d55e00').length, 0);
});

test('many spikes become a density image of bounded size', () => {
  const n = 60_000;
  const times = Float64Array.from({ length: n }, (_, i) => (10 * i) / n);
  const neurons = Uint32Array.from({ length: n }, (_, i) => (i * 7919) % 500);
  const svg = raster({
    times,
    neurons,
    population: new Uint8Array(n),
    populations: [{ name: 'all', size: 500 }],
    window: [0, 10],
  });
  assert.is(paths(svg, '#0072b2').length, 0);
  assert.match(svg, 'href="data:image/png');
  assert.ok(svg.length < 1_000_000, `${svg.length} bytes`);
});

test('labels of crowded marks never touch', () => {
  const marks = Array.from({ length: 100 }, (_, i) => ({ time: i / 10, label: `image ${i}` }));
  const shown = texts(raster({ ...SPIKES, marks })).filter((word) => word.startsWith('image '));
  assert.ok(shown.length >= 5 && shown.length <= 15, `${shown.length} labels`);
});

test('the mosaic shows each weight in its place: dark for the largest, pale for none', () => {
  const svg = receptiveFields({ ...FIELDS, max: 1 });
  const data = svg.match(/base64,([^"]+)"/)![1]!;
  const { data: indices, palette, width } = decode(Buffer.from(data, 'base64'));
  const zoom = 12;
  const at = (tile: number, row: number, column: number): number[] => {
    const k = (1 + row * zoom + 5) * width + tile * (2 * zoom + 1) + 1 + column * zoom + 5;
    return [...palette![indices[k]!]!];
  };
  const [pale, dark] = [at(0, 0, 0), at(0, 0, 1)];
  assert.equal(pale, [252, 253, 191]);
  assert.equal(dark, [0, 0, 4]);
  assert.equal([at(0, 1, 0), at(0, 1, 1), at(1, 1, 0), at(1, 1, 1)], [pale, dark, dark, pale]);
});

test('6,400 fields stay one bounded image', () => {
  const weights = Float32Array.from({ length: 784 * 6400 }, (_, i) => (i % 101) / 100);
  const svg = receptiveFields({ weights, rows: 28, columns: 28, neurons: 6400 });
  const { width, height } = decode(Buffer.from(svg.match(/base64,([^"]+)"/)![1]!, 'base64'));
  assert.ok(width <= 2000 && height <= 2000, `${width} x ${height}`);
});

test('nothing to draw, or nothing that can be drawn, is refused in a sentence', () => {
  const cases: [() => string, string][] = [
    [() => raster({ ...SPIKES, times: [], neurons: [], population: [] }), 'no spikes between 0 and 10 ms to draw'],
    [() => raster({ ...SPIKES, window: [20, 30] }), 'no spikes between 20 and 30 ms to draw'],
    [() => raster({ ...SPIKES, window: [5, 5] }), 'window is 5 to 5 ms'],
    [() => raster({ ...SPIKES, neurons: [0, 2, 0] }), 'spike 1 is of population 0, neuron 2, expected neurons 0 to 1'],
    [() => raster({ ...SPIKES, population: [0, 0, 2] }), 'expected populations below 2'],
    [() => curve({ ...AXES, series: [] }), 'no series to draw'],
    [() => curve({ ...AXES, series: [{ name: 'a', points: [] }] }), 'no points of "a" to draw'],
    [() => curve({ ...AXES, series: [{ name: 'a', points: [{ x: 0, y: Number.NaN }] }] }), 'y value 0 is NaN'],
    [
      () => curve({ ...AXES, x: { label: 'x', log: true }, series: [{ name: 'a', points: [{ x: 0, y: 1 }] }] }),
      'must be > 0 on a logarithmic axis',
    ],
    [() => accuracyOverTraining({ points: [] }), 'no points to draw'],
    [() => confusionMatrix({ matrix: [] }), 'no classes to draw'],
    [() => confusionMatrix({ matrix: [0, 0, 0, 0] }), 'no images to draw'],
    [() => confusionMatrix({ matrix: [1, 2, 3] }), '3 entries found, expected a square number'],
    [() => receptiveFields({ ...FIELDS, neurons: 0 }), 'no weights to draw'],
    [() => receptiveFields({ ...FIELDS, neurons: 3 }), '8 weights found, expected 12'],
    [() => receptiveFields({ ...FIELDS, weights: new Float32Array(8).fill(Number.NaN) }), 'weight 0 is NaN'],
    [() => receptiveFields({ ...FIELDS, max: 0 }), '`max` must be a number above `min` = 0 (got 0)'],
  ];
  for (const [draw, part] of cases) {
    assert.throws(draw, (error: Error) => {
      assert.instance(error, UserError);
      assert.match(error.message, part);
      return true;
    });
  }
});

test('the unit of an axis takes below 0.01 an SI prefix, so that its ticks are short', () => {
  const ticks = (top: number, unit = 'A'): string[] => {
    const points = [-1, 0, 1].map((x) => ({ x, y: x * top }));
    const { document } = parseHTML(
      curve({ title: 'T', x: { label: 'x' }, y: { label: 'current (A)' }, series: [{ name: 'i', points }] }),
    );
    assert.match(document.querySelector('[aria-label="y-axis label"]')!.textContent!, new RegExp(`\\(${unit}\\)`));
    return [...document.querySelectorAll('[aria-label="y-axis tick label"] text')].map(
      (text) => text.textContent ?? '',
    );
  };
  assert.ok(ticks(0.005, 'mA').includes('−4'), ticks(0.005, 'mA').join());
  assert.ok(ticks(5e-5, 'µA').includes('−40'));
  assert.ok(ticks(0.5).includes('−0.4'));
  for (const top of [0.005, 0.0024, 0.00999]) {
    for (const text of ticks(top, 'mA')) assert.ok(text.length <= 5, text);
  }
});

test('images with at most 256 colours are indexed, others are RGB; pixels stay the same', () => {
  for (const [colourCount, channels] of [
    [256, 1],
    [257, 3],
  ] as const) {
    const rgb = Uint8Array.from({ length: 3 * 300 }, (_, k) => {
      const colour = Math.floor(k / 3) % colourCount;
      return [colour & 255, colour >> 8, 7][k % 3]!;
    });
    const [, base64] = encodePngUrl(rgb, 30, 10, 3).split(',');
    const image = decode(Buffer.from(base64!, 'base64'));
    assert.is(image.channels, channels);
    const pixels = image.palette ? [...image.data].flatMap((index) => image.palette![index]!) : [...image.data];
    assert.equal(pixels, [...rgb]);
  }
});

test.run();
