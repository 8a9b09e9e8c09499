/** Pictures at a printed width: type of 6 to 8 pt, as wide as it was asked for, and what goes with it. */
import { decode } from 'fast-png';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatFormula } from '../../../../experiments/look/plots/chemical.ts';
import { summariseSeeds, svgToPdf, svgToPng, withPictureStyle } from '../../../../experiments/look/plots/index.ts';
import { createLogAxis, createPrefixedAxis, createTickFormat } from '../../../../experiments/look/plots/prefix.ts';
import { measureText, wrapText } from '../../../../experiments/look/plots/style.ts';
import { isLowerBetter, toDisplayName } from '../../../../experiments/sweep/quantities.ts';
import { analysisSamples } from './analysisSamples.ts';
import { SAMPLES } from './samples.ts';
import { SWEEP_SAMPLES } from './sweepSamples.ts';

const drawn = () => ({ ...SAMPLES, ...SWEEP_SAMPLES, ...analysisSamples() });
const PRINT = { millimetres: 89, panel: 'b' };

for (const name of Object.keys(drawn())) {
  test(`${name} at 89 mm has type of 6 to 8 pt and is no wider`, () => {
    const svg = withPictureStyle(PRINT, () => drawn()[name]!());
    const [, millimetres, pixels] = /^<svg [^>]*?width="([\d.]+)mm"[^>]*?viewBox="0 0 (\d+(?:\.\d+)?) /.exec(svg)!;
    assert.ok(Number(millimetres) <= 89.2, `${millimetres} mm`);
    const points = ((Number(millimetres) / Number(pixels)) * 72) / 25.4;
    for (const [, size] of svg.matchAll(/font-size="([\d.]+)"/g)) {
      const printed = Number(size) * points;
      assert.ok(printed > 5.99 && printed < 8.01, `type of ${printed} pt`);
    }
    assert.match(svg, />b<\/text>/);
  });
}

test('a look lasts as long as what is drawn in it', () => {
  const before = SAMPLES.scatter!();
  assert.is.not(
    withPictureStyle(PRINT, () => SAMPLES.scatter!()),
    before,
  );
  assert.is(SAMPLES.scatter!(), before);
  assert.throws(
    () => withPictureStyle({ millimetres: 20 }, () => ''),
    /width is 20 mm, but must be from 60 to 1000 mm/,
  );
});

test('PNG of a printed picture has 600 dpi, PDF its size and its text', () => {
  const svg = withPictureStyle({ millimetres: 183 }, () => SWEEP_SAMPLES['value-map']!());
  const millimetres = Number(/width="([\d.]+)mm"/.exec(svg)![1]);
  assert.is(decode(svgToPng(svg)).width, Math.round((millimetres * 600) / 25.4));
  const pdf = Buffer.from(svgToPdf(svg));
  assert.is(pdf.subarray(0, 5).toString(), '%PDF-');
  const [, width] = /MediaBox \[0 0 ([\d.]+)/.exec(pdf.toString('latin1'))!;
  assert.ok(Math.abs(Number(width) - (millimetres * 72) / 25.4) < 0.01);
  assert.match(pdf.toString('latin1'), /DejaVu/);
  assert.ok(pdf.equals(Buffer.from(svgToPdf(svg))), 'the same bytes');
});

test('text is measured by the metrics of DejaVu Sans, and broken between words', () => {
  assert.is(measureText('iiii', 10), 11.12); // 278 thousandths each
  assert.ok(measureText('WWWW', 10) > 3 * measureText('iiii', 10));
  assert.equal(wrapText('one two three', 10, measureText('one two', 10)), ['one two', 'three']);
});

test('formulas have lowered digits, other words stay', () => {
  assert.is(formatFormula('Ta/Ta2O5/TiO2, HfOx'), 'Ta/Ta₂O₅/TiO₂, HfOₓ');
  for (const words of ['MNIST on N2D2', 'C2C 5 %', 'seed 12, MLP3', 'Ag/PEI/Pt'])
    assert.is(formatFormula(words), words);
});

test('ticks of one axis are written alike', () => {
  const reaching = [0, 5e-7, 1e-6];
  assert.equal(
    reaching.map((v, i) => createTickFormat(9.9e-7)!(v, i, reaching)),
    ['0', '0.5µ', '1µ'],
  );
  assert.equal([1, 10, 1e4].map(createLogAxis('x', 1, 1e4).tickFormat), ['10⁰', '10¹', '10⁴']);
  assert.equal([0.01, 1, 100].map(createLogAxis('x', 0.01, 100).tickFormat), ['0.01', '1', '100']);
});

test('a unit takes the SI prefix of its axis; percent, pulses and ms do not', () => {
  const current = createPrefixedAxis('current (A)', 2e-7);
  assert.is(current.label, 'current (nA)');
  assert.equal([-1e-7, 0, 2e-7].map(current.tickFormat!), ['−100', '0', '200']);
  assert.is(createPrefixedAxis('energy (J)', 3e-12).label, 'energy (pJ)');
  assert.is(createPrefixedAxis('time (s)', 5e6).label, 'time (s)');
  assert.is(createPrefixedAxis('voltage (V)', 1.5).label, 'voltage (V)');
  const pulses = createPrefixedAxis('pulses', 3e6);
  assert.equal([pulses.label, pulses.tickFormat!(3e6)], ['pulses', '3M']);
  assert.is(createLogAxis('conductance (S)', 2e-6, 9e-6).label, 'conductance (µS)');
});

test('bands of quantities that cannot be negative end at 0', () => {
  assert.is(summariseSeeds(0, [0, 0, 30]).low, 0);
  assert.ok(summariseSeeds(0, [-1, 0, 30]).low! < 0);
});

test('metrics have human names and know which direction is better', () => {
  assert.is(toDisplayName('accuracy.logProbability'), 'accuracy, log-probability vote');
  assert.is(toDisplayName('populations.exc.rate'), 'mean rate of exc');
  assert.is(toDisplayName('device.alphaUp'), 'device alphaUp');
  for (const name of ['energy.write', 'trainSeconds', 'peakRssBytes', 'energyPerImage.training.read'])
    assert.ok(isLowerBetter(name), name);
  for (const name of ['accuracy.maxRate', 'imagesPerSecond']) assert.not.ok(isLowerBetter(name), name);
});

test.run();
