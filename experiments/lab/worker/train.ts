import { stringify } from 'yaml';
import type { Projection } from '../../../core/graph/projection.ts';
import { energyOf, totalOf } from '../../devices/energy/account.ts';
import { assumedText } from '../../devices/energy/scale.ts';
import { type TrainingFrame, TrainingFrames } from '../../look/live/frames.ts';
import { type Findings, runMnist } from '../../mnist/experiment.ts';
import { fieldsOf } from '../../mnist/fields.ts';
import type { StartWatch } from '../../mnist/job.ts';
import { mnistConfig } from '../../mnist/steps.ts';
import type { Training } from '../../mnist/train.ts';
import type { Mapping } from '../../network/config/override.ts';
import { readJson } from '../../run/readJson.ts';
import { putFile, rmSync } from '../browser/fs.ts';
import { progressReceiver } from '../browser/twins.ts';
import type { Session } from './session.ts';

export interface TrainArgs {
  /** Settings of the job, as a file for `memspike mnist --config` has them. */
  readonly given: Mapping;
  /** The text of a device file. */
  readonly device?: string | undefined;
  /** Whether somebody looks at frames. */
  readonly shown: boolean;
}

/** How a training stands, beside what its frames tell. */
export interface TrainingNews extends TrainingFrame {
  /** Of what each neuron sees, and how many of them there are. */
  readonly shape?: {
    readonly rows: number;
    readonly columns: number;
    readonly inputs: number;
    readonly outputs: number;
  };
  readonly spent?: {
    readonly joules: number | null;
    readonly assumed: string | null;
    readonly wornOut: number;
    readonly devices: number;
  };
}

export interface WrongAnswer {
  readonly image: number;
  readonly label: number;
  /** 255: no neuron answered. */
  readonly answer: number;
  readonly pixels: Uint8Array;
}

export interface Trained {
  readonly accuracy: number;
  readonly interval: { readonly low: number; readonly high: number };
  readonly confusion: number[];
  readonly wrong: readonly WrongAnswer[];
  readonly rows: number;
  readonly columns: number;
  /** As run.json tells it. */
  readonly facts: Mapping & { readonly weightsSha256: string; readonly warnings: readonly string[] };
  readonly config: Mapping;
}

const EVERY_MS = 250;
const MOST_WRONG = 60;
/** The directory of the run. */
export const RUN = '/run';

const spentBy = (net: Parameters<typeof energyOf>[0], { devices }: Projection) => {
  const energy = energyOf(net);
  const assumed = energy.assumed ? assumedText(energy.assumed) : null;
  return { joules: totalOf(energy), assumed, wornOut: energy.counts.wornOut, devices: devices?.usage.devices ?? 0 };
};

/** Shows the page a training as it goes on. */
function watching(session: Session): StartWatch {
  return async (layer, config, { rows, columns }) => {
    let next = 0;
    const seen = fieldsOf(config, layer.synapses.edges.weights as Float32Array, rows, columns);
    const shape = {
      ...{ rows: seen.rows, columns: seen.columns },
      ...{ inputs: layer.input.size, outputs: layer.output.size },
    };
    const due = (ms: number) => performance.now() + ms >= next;
    const send = (frame: TrainingFrame) => {
      const news: TrainingNews = {
        ...frame,
        ...(frame.levels && { shape, spent: spentBy(layer.net, layer.synapses) }),
      };
      session.tell(news, frame.levels ? [frame.levels.buffer] : []);
    };
    const onlooker = {
      dueWithin: due,
      update(make: () => TrainingFrame) {
        if (!due(0)) return;
        const now = performance.now();
        send(make());
        next = now + Math.max(EVERY_MS, 20 * (performance.now() - now));
      },
      stop: async () => {},
    };
    return new (class extends TrainingFrames {
      override update(training: Training, progress: string): void {
        if (training.shown === training.total) next = 0; // the last state is shown, however soon after the one before
        super.update(training, progress);
      }
    })(onlooker, layer, config, { rows, columns });
  };
}

function wrongAnswers({ job, evaluation }: Findings): WrongAnswer[] {
  const { images, labels, rows, columns } = job.test;
  const size = rows * columns;
  return [...evaluation.predictions].flatMap((answer, image) =>
    answer === labels[image]
      ? []
      : [{ image, label: labels[image]!, answer, pixels: images.slice(image * size, (image + 1) * size) }],
  );
}

/** What the worker keeps of its latest training, to be asked about drawn digits. */
export const latest: { findings?: Findings } = {};

/** Settings and device as the whole configuration that `memspike mnist --config` takes. */
function configOf({ given, device }: Pick<TrainArgs, 'given' | 'device'>) {
  if (device !== undefined) putFile('/device.yaml', new TextEncoder().encode(device));
  return mnistConfig(given, device === undefined ? undefined : 'device.yaml');
}

export const mnistYaml = (args: Pick<TrainArgs, 'given' | 'device'>): string => stringify(configOf(args));

/** Trains, labels and tests as `memspike mnist` does, into the directory `/run`. Null: it was stopped. */
export async function train({ shown, ...args }: TrainArgs, session: Session): Promise<Trained | null> {
  rmSync(RUN, { recursive: true, force: true });
  const config = configOf(args);
  progressReceiver.send = (progress) => session.tell({ progress });
  let findings: Findings | undefined;
  const result = await runMnist({
    ...{ config, data: '/mnist', out: RUN, recordInputs: false, resume: false, progress: 'auto' },
    workers: 1,
    signal: session.signal,
    watch: shown ? watching(session) : undefined,
    draw: async (_, found) => {
      findings = found;
      return [];
    },
  });
  if (result === null || findings === undefined) return null;
  latest.findings = findings;
  const { evaluation, job } = findings;
  return {
    accuracy: evaluation.accuracy.logProbability,
    interval: evaluation.interval,
    confusion: [...evaluation.confusion],
    wrong: wrongAnswers(findings).slice(0, MOST_WRONG),
    rows: job.test.rows,
    columns: job.test.columns,
    facts: readJson(RUN, 'run.json') as Trained['facts'],
    config: readJson(RUN, 'config.json') as Mapping,
  };
}
