import { basename } from 'node:path';
import { plural } from '../../../core/declare/show.ts';
import { POLARITIES_TOLD } from '../../data/recordings.ts';
import { drawEnergy } from '../../devices/energy/report.ts';
import { accuracyOverTraining, confusionMatrix, raster, receptiveFields, windowVotes } from '../../look/plots/index.ts';
import { writePicture } from '../../look/plots/write.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import { groupsOf, mapOf, outputsOf, planesOf } from './architecture.ts';
import type { MnistConfig } from './config.ts';
import type { Findings } from './experiment.ts';
import { featureMaps, kernelPicture } from './featurePictures.ts';
import { fieldsOf } from './fields.ts';
import { beginningsOf } from './present.ts';
import { Responder, type Task } from './respond.ts';
import { inWindows } from './windowFields.ts';

const RASTER_IMAGES = 5;
/** Images of which the votes of windows are drawn. */
const VOTED_IMAGES = 20;

/** Draws what a run shows, each picture as SVG and PNG, and returns their names. */
export async function drawPictures(directory: RunDirectory, found: Findings): Promise<readonly string[]> {
  const { learned, evaluation, testTask, energy } = found;
  const { config: c, test, training, names } = found.job;
  const captions = Array.from({ length: outputsOf(c) }, (_, j) => {
    const label = training.tally.classOf(j);
    return label === 255 ? '–' : (names?.[label] ?? String(label));
  });
  const fields = fieldsOf(c, learned.weights, test.rows, test.columns);
  const min = learned.weights.reduce((least, w) => Math.min(least, w), 0);
  const shown =
    groupsOf(c) > 1
      ? inWindows(fields, c, captions, min)
      : {
          ...fields,
          neurons: c.neurons,
          captions,
          subtitle: `${plural(c.neurons, 'neuron')}, each with the class it stands for`,
        };
  const polarities = planesOf(c) > 1 ? `; ${POLARITIES_TOLD}` : '';
  const subtitle = `${shown.subtitle}${polarities}`;
  const pictures: Record<string, string> = {
    'receptive-fields': receptiveFields({ ...shown, subtitle, min, max: 1, label: 'weight (mV)' }),
    'confusion-matrix': confusionMatrix({ matrix: evaluation.confusion, ...(names && { classes: names }) }),
  };
  if (evaluation.groups) {
    const count = Math.min(VOTED_IMAGES, c.test);
    const groups = groupsOf(c);
    pictures['window-votes'] = windowVotes({
      images: test.images,
      rows: test.rows,
      columns: test.columns,
      across: c.windows!.across,
      votes: evaluation.groups.votes.subarray(0, count * groups),
      labels: test.labels.subarray(0, count),
      predictions: evaluation.predictions.subarray(0, count),
    });
  }
  if (training.tally.points.length > 0) {
    pictures['accuracy-over-training'] = accuracyOverTraining({ points: training.tally.points });
  }
  const rows = firstImages({ ...testTask, recordInputs: true }, Math.min(RASTER_IMAGES, c.test), test.labels, c, names);
  if (rows.times.length > 0) pictures.raster = raster(rows);
  if (learned.kernel) {
    const { grid, kernels } = c.features!;
    const counts = rows.marks.map(() => new Float64Array(grid * grid * kernels));
    rows.times.forEach((t, i) => {
      const image = Math.min(counts.length - 1, Math.floor(t / c.stimulus.duration));
      if (rows.population[i] === 0) counts[image]![rows.neurons[i]!]!++;
    });
    pictures.kernels = kernelPicture(learned.kernel);
    pictures['feature-maps'] = featureMaps(counts, test.labels, kernels);
  }
  const written = Object.entries(pictures).map(([name, svg]) => basename(writePicture(directory.file(name), svg)[0]!));
  return [...written, ...(await drawEnergy(directory, energy))];
}

/** Input and output spikes of the first test images, one presentation after the other. */
function firstImages(
  task: Task,
  count: number,
  labels: Uint8Array,
  c: MnistConfig,
  names: readonly string[] | undefined,
) {
  const begins = beginningsOf(c, task.events, count);
  const columns = task.columns ?? Math.sqrt(task.pixels);
  const map = mapOf(c, task.pixels / columns, columns);
  const inputs = map.rows * map.columns * map.channels;
  const { starts, times, neurons: who, populations } = new Responder(task).respond(0, count);
  const shown = times.slice();
  for (let i = 0; i < count; i++) for (let k = starts[i]!; k < starts[i + 1]!; k++) shown[k]! += begins[i]!;
  return {
    times: shown,
    neurons: who,
    population: populations,
    populations: [
      { name: 'input', size: inputs },
      { name: 'output', size: outputsOf(c) },
    ],
    window: [0, begins[count]!] as const,
    marks: Array.from({ length: count }, (_, i) => ({
      time: begins[i]!,
      label: `class ${names?.[labels[i]!] ?? labels[i]}`,
    })),
    title: `The first ${count} test ${task.events ? 'recordings' : 'images'}`,
  };
}
