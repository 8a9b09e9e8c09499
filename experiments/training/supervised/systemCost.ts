import { UserError } from '../../../core/declare/errors.ts';
import type { Programmed } from '../../../core/usage.ts';
import { computeConversion, countInputLevels, countRowPulses } from '../../cost/formulas.ts';
import { computeSystemCost, type SystemCost } from '../../cost/systemCost.ts';
import { type LayerUse, MAX_MEASURED_IMAGES, requireElectrical, sumRowConductances } from '../../cost/totals.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import type { NetConfig } from './config.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import { getWeightMatrixShape, hasWeights } from './model.ts';
import { createScaledImage } from './trainFloatNet.ts';

const NOT_COUNTED = ['activation functions', 'pooling', 'buffers', 'data transport'];

const getResolutions = ({ cost, input, output }: NetConfig) => ({
  inputBits: input?.bits ?? cost!.input.bits,
  outputBits: output?.bits ?? cost!.adc!.bits,
});

/** Refuses devices without a conductance, and settings of `cost` without a converter for the output resolution. */
export function checkNetCost(c: NetConfig, net: CrossbarNet) {
  if (c.cost === undefined) return;
  if (c.cost.adc === undefined)
    throw new UserError(
      `cost has no adc, but a net without spikes reads its columns with converters; choose a preset such as isaac-32nm.`,
    );
  computeConversion(c.cost, getResolutions(c).outputBits);
  for (const layer of net.layers) requireElectrical(layer.accounts.devices, 'the net');
}

/** Reads an image. Returns the largest absolute input of each stage. */
function measureInputs(net: CrossbarNet, image: Float64Array) {
  net.forward(image);
  return net.stageStates.map(({ windowInputs }) =>
    windowInputs.reduce((most, x) => x.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0),
  );
}

/** Measures the pulses on rows and the energy of cells of all layers for the first test images. */
function measureLayers(
  net: CrossbarNet,
  c: NetConfig,
  images: readonly Float64Array[],
  programmed: readonly Programmed[],
): LayerUse[] {
  const cost = c.cost!;
  const { inputBits, outputBits } = getResolutions(c);
  const levels = countInputLevels(cost, inputBits);
  const usages = net.layers.map(({ accounts }) => accounts.devices); // before the reads of this measurement
  const largest = images.map((image) => measureInputs(net, image));
  const states = net.stageStates.flatMap((state, n) => state.layers.map((layer) => ({ ...state, layer, n })));
  const sums = states.map(() => ({ rowPulses: 0, cellEnergy: 0 }));
  const rowConductances = states.map(({ layer }) =>
    sumRowConductances(layer.devices, layer.rows, (row) => row * layer.columns, layer.now),
  );
  for (const image of images) {
    net.forward(image);
    states.forEach(({ layer, windowInputs, n }, k) => {
      const range = c.input?.range ?? Math.max(...largest.map((one) => one[n]!));
      const { readVoltage, readTime } = layer.electrical!;
      for (const x of windowInputs)
        x.forEach((value, i) => {
          const level = Math.min(levels, Math.round((Math.abs(value) / (range || 1)) * levels));
          const { switches, width } = countRowPulses(cost, level, inputBits);
          sums[k]!.rowPulses += switches;
          sums[k]!.cellEnergy += width * rowConductances[k]![i]! * readVoltage ** 2 * readTime;
        });
    });
  }
  return states.map(({ layer, windowInputs }, k) => {
    const usage = usages[k]!;
    const devicesPerSynapse = usage.devices / (layer.rows * layer.columns);
    return {
      rows: layer.rows * devicesPerSynapse,
      columns: layer.columns,
      reads: images.length * windowInputs.length,
      rowPulses: sums[k]!.rowPulses * devicesPerSynapse,
      readColumns: layer.columns,
      cellEnergy: sums[k]!.cellEnergy,
      electrical: usage.electrical!,
      inputBits,
      outputBits,
      usage,
      programming: programmed[k] ?? null,
      countsWrites: false,
    };
  });
}

/**
 * Cost of classifying an image with a trained net: mean over the first test images, which the net reads again. Call last, because
 * these reads change the counters of the devices.
 */
export function computeNetCost(
  net: CrossbarNet,
  c: NetConfig,
  test: LabelledImages,
  programmed: readonly Programmed[],
): SystemCost | null {
  if (c.cost === undefined) return null;
  const count = Math.min(MAX_MEASURED_IMAGES, test.n);
  const images = Array.from({ length: count }, (_, k) => createScaledImage(test, k, c.pixels));
  const macs = net.stageStates.reduce((sum, { stage, windowInputs }) => {
    if (!hasWeights(stage)) return sum;
    const { rows, columns } = getWeightMatrixShape(stage);
    return sum + rows * columns * windowInputs.length;
  }, 0);
  const isPaired = net.layers.some(({ accounts }) => accounts.fast !== null);
  const notCounted = isPaired ? [...NOT_COUNTED, 'second array of the update algorithm'] : NOT_COUNTED;
  const basis = { name: 'test image', count, simulatedTime: null, macs, notCounted } as const;
  return computeSystemCost(c.cost, measureLayers(net, c, images, programmed), basis);
}
