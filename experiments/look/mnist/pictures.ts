import { basename } from 'node:path';
import { plural } from '../../../core/declare/plural.ts';
import { drawEnergy } from '../../devices/energy/report.ts';
import type { MnistConfig } from '../../mnist/config.ts';
import type { Findings } from '../../mnist/experiment.ts';
import { Responder, type Task } from '../../mnist/respond.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import { accuracyOverTraining, confusionMatrix, raster, receptiveFields } from '../plots/index.ts';
import { writePicture } from '../plots/write.ts';

const RASTER_IMAGES = 5;

/** Draws what a run shows, each picture as SVG and PNG, and returns their names. */
export async function drawPictures(directory: RunDirectory, found: Findings): Promise<readonly string[]> {
  const { learned, evaluation, testTask, energy } = found;
  const { config: c, test, training } = found.job;
  const captions = Array.from({ length: c.neurons }, (_, j) => {
    const label = training.tally.classOf(j);
    return label === 255 ? '–' : String(label);
  });
  const pictures: Record<string, string> = {
    'receptive-fields': receptiveFields({
      weights: learned.weights,
      rows: test.rows,
      columns: test.columns,
      neurons: c.neurons,
      min: learned.weights.reduce((least, w) => Math.min(least, w), 0),
      max: 1,
      captions,
      subtitle: `${plural(c.neurons, 'neuron')}, each with the class it stands for`,
      label: 'weight (mV)',
    }),
    'confusion-matrix': confusionMatrix({ matrix: evaluation.confusion }),
  };
  if (training.tally.points.length > 0) {
    pictures['accuracy-over-training'] = accuracyOverTraining({ points: training.tally.points });
  }
  const rows = firstImages({ ...testTask, recordInputs: true }, Math.min(RASTER_IMAGES, c.test), test.labels, c);
  if (rows.times.length > 0) pictures.raster = raster(rows);
  const written = Object.entries(pictures).map(([name, svg]) => basename(writePicture(directory.file(name), svg)[0]!));
  return [...written, ...(await drawEnergy(directory, energy))];
}

/** Input and output spikes of the first test images, one presentation after the other. */
function firstImages(task: Task, count: number, labels: Uint8Array, { neurons, stimulus }: MnistConfig) {
  const { starts, times, neurons: who, populations } = new Responder(task).respond(0, count);
  const shown = times.slice();
  for (let i = 0; i < count; i++) for (let k = starts[i]!; k < starts[i + 1]!; k++) shown[k]! += i * stimulus.duration;
  return {
    times: shown,
    neurons: who,
    population: populations,
    populations: [
      { name: 'input', size: task.pixels },
      { name: 'output', size: neurons },
    ],
    window: [0, count * stimulus.duration] as const,
    marks: Array.from({ length: count }, (_, i) => ({ time: i * stimulus.duration, label: `class ${labels[i]}` })),
    title: `The first ${count} test images`,
  };
}
