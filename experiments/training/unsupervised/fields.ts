import { countGroups, countPlanes, getInputShape, layOutWindows } from './architecture.ts';
import type { MnistConfig } from './config.ts';

export interface WeightFields {
  /** Weights, `(rows × columns) x neurons`, row-major, mV. */
  readonly weights: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Arranges weights as images: the receptive field of each neuron, on the whole image or its window. Several input
 * neurons per position are averaged. For event recordings, weights of ON events are placed above those of OFF events.
 */
export function arrangeFields(c: MnistConfig, weights: Float32Array, rows: number, columns: number): WeightFields {
  const map = getInputShape(c, rows, columns);
  if (countGroups(c) === 1 && map.channels === 1) return { weights, rows, columns };
  const planes = countPlanes(c);
  const across = Math.sqrt(countGroups(c));
  const fullMap = { size: [map.rows, map.columns], stride: [map.rows, map.columns] } as const;
  const { size, stride } = across > 1 || c.network === 'features' ? layOutWindows(c, map.rows, map.columns) : fullMap;
  const neurons = across * across * c.neurons;
  const fields = new Float32Array(planes * size[0] * size[1] * neurons);
  let k = 0;
  for (let inputIndex = 0; inputIndex < map.rows * map.columns * map.channels; inputIndex++) {
    const x = Math.floor(inputIndex / map.channels) % map.columns;
    const y = Math.floor(inputIndex / (map.channels * map.columns));
    const planeRow = (inputIndex % planes) * size[0];
    for (let g = 0; g < across * across; g++) {
      const [row, column] = [y - Math.floor(g / across) * stride[0], x - (g % across) * stride[1]];
      if (row < 0 || row >= size[0] || column < 0 || column >= size[1]) continue;
      const offset = ((planeRow + row) * size[1] + column) * neurons + g * c.neurons;
      for (let j = 0; j < c.neurons; j++) fields[offset + j]! += (weights[k++]! * planes) / map.channels;
    }
  }
  return { weights: fields, rows: planes * size[0], columns: size[1] };
}
