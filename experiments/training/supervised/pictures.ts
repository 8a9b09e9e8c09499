import { drawEnergyScale } from '../../devices/energy/report.ts';
import { accuracyOverTraining, confusionMatrix, curve, receptiveFields } from '../../look/plots/index.ts';
import { writePicture } from '../../look/plots/write.ts';
import type { RunDirectory } from '../../run/runDirectory.ts';
import type { NetPictureData } from './experiment.ts';
import { getWeightMatrixShape, hasWeights, type WeightedStage } from './model.ts';
import type { DriftReading } from './pcmDrift.ts';
import type { SpikingTestResult } from './spikingNet.ts';

const MAX_SHOWN = 100;

export async function drawNetPictures(directory: RunDirectory, found: NetPictureData): Promise<readonly string[]> {
  const { net, learningCurve: learning, classCount, confusionCounts: confusion, energy, cost } = found;
  const pictures: Record<string, string> = {
    'confusion-matrix': confusionMatrix({ matrix: confusion }),
    'first-layer': drawFirstLayer(net.getTrainedModel().stages.find(hasWeights)!, found),
  };
  if (learning.length > 0)
    pictures['accuracy-over-training'] = accuracyOverTraining({ points: learning, chance: 100 / classCount });
  if (found.spiking) pictures['accuracy-against-spikes'] = drawAccuracyOverSpikes(found.spiking);
  if (found.drift) pictures['accuracy-over-time'] = drawAccuracyOverTime(found.drift);
  for (const [name, svg] of Object.entries(pictures)) writePicture(directory.getFilePath(name), svg);
  return [...Object.keys(pictures).map((name) => `${name}.svg`), ...(await drawEnergyScale(directory, energy, cost))];
}

function drawFirstLayer(stage: WeightedStage, { testSet: test }: NetPictureData) {
  const { columns } = getWeightMatrixShape(stage);
  const shown = Math.min(columns, MAX_SHOWN);
  const largest = stage.weights.reduce((a, w) => Math.max(a, Math.abs(w)), 0);
  const [height, width] = stage.kind === 'convolution' ? stage.window.kernel : [test.rows, test.columns];
  const weights = stage.weights.filter((_, k) => k % columns < shown);
  const unit = stage.kind === 'convolution' ? 'kernels' : 'neurons';
  return receptiveFields({
    weights,
    rows: height,
    columns: width,
    neurons: shown,
    min: -largest,
    max: largest,
    title: `Weights of the first layer`,
    subtitle: `${shown < columns ? `the first ${shown} of ${columns}` : columns} ${unit}, as the devices hold them`,
    label: 'weight',
  });
}

function drawAccuracyOverSpikes({ readings, crossbars, images }: SpikingTestResult) {
  return curve({
    title: 'The same net as spikes',
    subtitle: `the first ${images.toLocaleString('en')} test images; later readout, more spikes`,
    x: { label: 'spikes per image, all layers', log: true },
    y: { label: 'accuracy (%)', domain: [0, 100] },
    series: [
      { name: 'as spikes', points: readings.map(({ spikes, accuracy }) => ({ x: spikes, y: accuracy })) },
      { name: 'as numbers', points: readings.map(({ spikes }) => ({ x: spikes, y: crossbars.accuracy })) },
    ],
  });
}

function drawAccuracyOverTime(readings: readonly DriftReading[]) {
  const points = (key: 'raw' | 'compensated') => readings.map((r) => ({ x: r.seconds, y: r[key] }));
  return curve({
    title: 'Drift of phase-change devices',
    subtitle: 'mean test accuracy over repeated programming',
    x: { label: 'time after programming (s)', log: true },
    y: { label: 'accuracy (%)' },
    series: [
      { name: 'with compensation', points: points('compensated') },
      { name: 'without', points: points('raw') },
    ],
  });
}
