/**
 * Image compression and edge filtering by a crossbar: quality of the image against number of levels, programming noise and line
 * resistance.
 */
import { integer, loadMnist, number, object, type Programming } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { defineDemonstration, listSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, isDecreasing, ResultGrid } from '../findings.ts';
import { compressImage, dctMatrix, detectEdges, type Image, programMatrix, psnr, SOBEL } from './filter.ts';

const STUDIES = {
  levels: [4, 8, 16, 32, 64, 128, 256],
  noise: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
  lines: [0.1, 0.2, 0.5, 1, 2, 5, 10], // Ω per segment
};
type Study = keyof typeof STUDIES;
const TASKS = ['compression', 'edges'] as const;
type Task = (typeof TASKS)[number];

/** Columns of the picture beside the original. */
const SHOWN = [
  { name: 'ideal', how: {}, ohm: 0 },
  { name: '8 levels', how: { levels: 8 }, ohm: 0 },
  { name: 'noise 0.05', how: { noise: 0.05 }, ohm: 0 },
  { name: '5 Ω a segment', how: {}, ohm: 5 },
] as const;

/** Mosaic of the first test digits. */
function makeMosaic(across: number): Image {
  const { images, rows, columns } = loadMnist().test;
  const width = across * columns;
  const values = Float64Array.from({ length: across * rows * width }, (_, k) => {
    const [y, x] = [Math.floor(k / width), k % width];
    const digit = Math.floor(y / rows) * across + Math.floor(x / columns);
    return images[digit * rows * columns + (y % rows) * columns + (x % columns)]!;
  });
  return { values, rows: across * rows, columns: width };
}

export default defineDemonstration({
  name: 'image-filter',
  title: 'Image compression and edge filtering by a crossbar',
  claim: 'A 128 × 64 array of memristors processes signals and images in one step: spectra, compression, convolution.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 88',
  parameters: object({
    kept: integer({ default: 32, min: 1, max: 64, help: 'number of frequencies kept of 64 per block of 8 × 8 pixels' }),
    across: integer({ default: 4, min: 2, max: 20, help: 'number of digits along each side of the image' }),
    noise: number({ default: 0, min: 0, help: 'sd of programming noise unless it is varied, share of the range' }),
    ...SEED_PARAMS,
  }),
  steps: ({ seeds }) => seeds * Object.keys(STUDIES).length + 1,
  async run(p, context) {
    const image = makeMosaic(p.across);
    const transform = dctMatrix(p.kept);
    const filter = (task: Task, how: Programming, ohm: number, seed: number): Image =>
      task === 'compression'
        ? compressImage(image, programMatrix(transform, 64, how, ohm, seed), p.kept)
        : detectEdges(image, programMatrix(SOBEL, 9, how, ohm, seed));
    const ideal = { compression: compressImage(image, transform, p.kept), edges: detectEdges(image, SOBEL) };
    const results: { task: Task; study: Study; x: number; seed: number; psnr: number }[] = [];
    for (const seed of listSeeds(p)) {
      for (const [study, values] of Object.entries(STUDIES) as [Study, number[]][]) {
        await context.step(`seed ${seed}: ${study}`);
        const isRandom = study === 'noise' || p.noise > 0;
        if (!isRandom && seed !== p.seed) continue;
        for (const task of TASKS) {
          for (const x of values) {
            const how = study === 'noise' ? { noise: x } : { noise: p.noise, ...(study === 'levels' && { levels: x }) };
            const out = filter(task, how, study === 'lines' ? x : 0, seed);
            results.push({ task, study, x, seed, psnr: psnr(out, ideal[task]) });
          }
        }
      }
    }
    await context.step('pictures');
    const grid = new ResultGrid(results);
    const isFalling = (task: Task, study: Study, values: readonly number[] = STUDIES[study]) =>
      isDecreasing(
        values.map((x) => grid.mean('psnr', { task, study, x })),
        0.5,
      );
    const picture = (study: Study, label: string) =>
      curve({
        title: `Quality against ${study === 'lines' ? 'line resistance' : study}`,
        subtitle: `image of ${image.rows} × ${image.columns} pixels against the same from exact arithmetic; mean and sd of ${p.seeds} seeds`,
        x: { label, log: true },
        y: { label: 'PSNR (dB)' },
        series: TASKS.map((task) => grid.line(task, 'x', 'psnr', { task, study })),
      });
    const dB = inUnit('dB');
    const at = (task: Task, study: Study, x: number) => dB(grid.values('psnr', { task, study, x }));
    return {
      figures: {
        [`compression to ${p.kept} of 64, against the original`]: dB(psnr(ideal.compression, image)),
        'compression, 16 levels': at('compression', 'levels', 16),
        'compression, 64 levels': at('compression', 'levels', 64),
        'compression, noise 0.01': at('compression', 'noise', 0.01),
        'compression, noise 0.1': at('compression', 'noise', 0.1),
        'compression, lines of 1 Ω': at('compression', 'lines', 1),
        'compression, lines of 10 Ω': at('compression', 'lines', 10),
        'edges, noise 0.01': at('edges', 'noise', 0.01),
        'edges, lines of 1 Ω': at('edges', 'lines', 1),
      },
      expectations: {
        'control: ideal devices give what arithmetic gives': TASKS.every(
          (task) => psnr(filter(task, {}, 0, p.seed), ideal[task]) > 150,
        ),
        'compression gets better with levels': isFalling('compression', 'levels', STUDIES.levels.toReversed()),
        'both get worse with noise': TASKS.every((task) => isFalling(task, 'noise')),
        'both get worse with line resistance': TASKS.every((task) => isFalling(task, 'lines')),
        'the small array of the edge filter suffers less from its lines than that of the compression':
          grid.mean('psnr', { task: 'edges', study: 'lines', x: 1 }) >
          grid.mean('psnr', { task: 'compression', study: 'lines', x: 1 }),
      },
      tables: { quality: grid.table({ psnr: 'dB' }) },
      pictures: {
        images: filmStrip({
          title: 'Digits compressed and filtered by a crossbar',
          subtitle: `${p.kept} of 64 frequencies of each block of 8 × 8 pixels; Sobel's filters for edges`,
          moments: ['original', ...SHOWN.map(({ name }) => name)],
          rows: TASKS.map((task) => ({
            label: task,
            frames: [image, ...SHOWN.map(({ how, ohm }) => filter(task, how, ohm, p.seed))],
          })),
          colours: { label: 'grey value', domain: [0, 255] },
        }),
        levels: picture('levels', 'levels'),
        noise: picture('noise', 'programming noise (share of the range)'),
        lines: picture('lines', 'resistance of a line segment (Ω)'),
      },
    };
  },
});
