/**
 * Image compression and edge filtering by a crossbar: the quality of the image against levels, programming noise and line
 * resistance.
 * Source: 128 × 64 array for analogue signal and image processing, ref. 88 of Cao et al., Nanoscale Horiz. 2023, 8, 716.
 * Run: memspike demo image-filter --out DIR
 * Expect: PSNR rises with the number of levels and falls with programming noise and line resistance; ideal devices give what
 *         arithmetic gives.
 */
import { mean } from 'simple-statistics';
import { integer, loadMnist, number, object } from '../../index.ts';
import { curve, filmStrip } from '../../look/plots/index.ts';
import { demonstration, REPEATED, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { compressed, dctMatrix, edges, type Image, onDevices, psnr, SOBEL } from './filter.ts';

const LEVELS = [4, 8, 16, 32, 64, 128, 256];
const NOISES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];
const LINE_RESISTANCES = [0.1, 0.2, 0.5, 1, 2, 5, 10]; // Ω a segment
const STUDIES = ['levels', 'noise', 'lines'] as const;
type Study = (typeof STUDIES)[number];
const TASKS = ['compression', 'edges'] as const;
type Task = (typeof TASKS)[number];

/** What is shown beside the original. */
const SHOWN = [
  { name: 'ideal', how: {}, ohm: 0 },
  { name: '8 levels', how: { levels: 8 }, ohm: 0 },
  { name: 'noise 0.05', how: { noise: 0.05 }, ohm: 0 },
  { name: '5 Ω a segment', how: {}, ohm: 5 },
] as const;

/** A mosaic of the first test digits. */
function mosaicOf(across: number): Image {
  const { images, rows, columns } = loadMnist().test;
  const width = across * columns;
  const values = Float64Array.from({ length: across * rows * width }, (_, k) => {
    const [y, x] = [Math.floor(k / width), k % width];
    const digit = Math.floor(y / rows) * across + Math.floor(x / columns);
    return images[digit * rows * columns + (y % rows) * columns + (x % columns)]!;
  });
  return { values, rows: across * rows, columns: width };
}

interface Point {
  readonly task: Task;
  readonly study: Study;
  readonly x: number;
  readonly seed: number;
  readonly psnr: number;
}

export default demonstration({
  name: 'image-filter',
  title: 'Image compression and edge filtering by a crossbar',
  claim: 'A 128 × 64 array of memristors processes signals and images in one step: spectra, compression, convolution.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 88',
  parameters: object({
    kept: integer({ default: 32, min: 1, max: 64, help: 'frequencies kept of the 64 of a block of 8 × 8 pixels' }),
    across: integer({ default: 4, min: 2, max: 20, help: 'digits along each side of the image' }),
    noise: number({
      default: 0,
      min: 0,
      help: 'sd of programming, share of the range, where it is not what is varied',
    }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * STUDIES.length + 1,
  async run(p, stage) {
    const image = mosaicOf(p.across);
    const transform = dctMatrix(p.kept);
    const tasks: Readonly<Record<Task, (how: Parameters<typeof onDevices>[2], ohm: number, seed: number) => Image>> = {
      compression: (how, ohm, seed) => compressed(image, onDevices(transform, 64, how, ohm, seed), p.kept),
      edges: (how, ohm, seed) => edges(image, onDevices(SOBEL, 9, how, ohm, seed)),
    };
    const ideal = { compression: compressed(image, transform, p.kept), edges: edges(image, SOBEL) };
    const points: Point[] = [];
    const values = { levels: LEVELS, noise: NOISES, lines: LINE_RESISTANCES };
    for (const seed of seedsOf(p)) {
      for (const study of STUDIES) {
        await stage.step(`seed ${seed}: ${study}`);
        const chance = study === 'noise' || p.noise > 0;
        if (!chance && seed !== p.seed) continue;
        for (const task of TASKS) {
          for (const x of values[study]) {
            const how = study === 'noise' ? { noise: x } : { noise: p.noise, ...(study === 'levels' && { levels: x }) };
            const out = tasks[task](how, study === 'lines' ? x : 0, seed);
            points.push({ task, study, x, seed, psnr: psnr(out, ideal[task]) });
          }
        }
      }
    }
    await stage.step('pictures');
    const of = (task: Task, study: Study, x: number) =>
      points.filter((s) => s.task === task && s.study === study && s.x === x).map((s) => s.psnr);
    const along = (task: Task, study: Study) => values[study].map((x) => mean(of(task, study, x)));
    const falls = (list: readonly number[]) => list.every((v, i) => i === 0 || v < list[i - 1]! + 0.5);
    const perfect = { compression: tasks.compression({}, 0, p.seed), edges: tasks.edges({}, 0, p.seed) };
    const picture = (study: Study, label: string) =>
      curve({
        title: `Quality against ${study === 'lines' ? 'line resistance' : study}`,
        subtitle: `image of ${image.rows} × ${image.columns} pixels against the same from exact arithmetic; mean and sd of ${p.seeds} seeds`,
        x: { label, log: true },
        y: { label: 'PSNR (dB)' },
        series: TASKS.map((task) => ({
          name: task,
          points: overSeedsAt(values[study], (x) => of(task, study, x)),
        })),
      });
    const dB = (values: readonly number[]) => ({ unit: 'dB', values });
    return {
      figures: {
        [`compression to ${p.kept} of 64, against the original`]: dB([psnr(ideal.compression, image)]),
        'compression, 16 levels': dB(of('compression', 'levels', 16)),
        'compression, 64 levels': dB(of('compression', 'levels', 64)),
        'compression, noise 0.01': dB(of('compression', 'noise', 0.01)),
        'compression, noise 0.1': dB(of('compression', 'noise', 0.1)),
        'compression, lines of 1 Ω': dB(of('compression', 'lines', 1)),
        'compression, lines of 10 Ω': dB(of('compression', 'lines', 10)),
        'edges, noise 0.01': dB(of('edges', 'noise', 0.01)),
        'edges, lines of 1 Ω': dB(of('edges', 'lines', 1)),
      },
      expectations: {
        'control: ideal devices give what arithmetic gives': TASKS.every(
          (task) => psnr(perfect[task], ideal[task]) > 150,
        ),
        'compression gets better with levels': falls(along('compression', 'levels').toReversed()),
        'both get worse with noise': TASKS.every((task) => falls(along(task, 'noise'))),
        'both get worse with line resistance': TASKS.every((task) => falls(along(task, 'lines'))),
        'the small array of the edge filter suffers less from its lines than that of the compression':
          mean(of('edges', 'lines', 1)) > mean(of('compression', 'lines', 1)),
      },
      tables: {
        quality: tableOf(points, {
          task: { names: TASKS },
          study: { names: STUDIES },
          x: '1',
          seed: WHOLE,
          psnr: 'dB',
        }),
      },
      pictures: {
        images: filmStrip({
          title: 'Digits compressed and filtered by a crossbar',
          subtitle: `${p.kept} of 64 frequencies of each block of 8 × 8 pixels; Sobel's filters for edges`,
          moments: ['original', ...SHOWN.map(({ name }) => name)],
          rows: TASKS.map((task) => ({
            label: task,
            frames: [image, ...SHOWN.map(({ how, ohm }) => tasks[task](how, ohm, p.seed))],
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
