import { countGroups, countPlanes, getInputShape, layOutWindows } from './architecture.ts';
import type { MnistConfig } from './config.ts';

export interface WeightFields {
  /** `(rows × columns) x neurons`, row-major. */
  readonly weights: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * The weights of all neurons as they lie on what each sees: the image of so many rows and columns, or its window of it. Of a map with
 * several neurons at each place the mean of these; of a recording those from brighter events above those from darker ones.
 */
export function arrangeFields(c: MnistConfig, weights: Float32Array, rows: number, columns: number): WeightFields {
  const map = getInputShape(c, rows, columns);
  if (countGroups(c) === 1 && map.channels === 1) return { weights, rows, columns };
  const planes = countPlanes(c);
  const across = Math.sqrt(countGroups(c));
  const whole = { size: [map.rows, map.columns], stride: [map.rows, map.columns] } as const;
  const { size, stride } = across > 1 || c.network === 'features' ? layOutWindows(c, map.rows, map.columns) : whole;
  const neurons = across * across * c.neurons;
  const fields = new Float32Array(planes * size[0] * size[1] * neurons);
  let k = 0;
  for (let place = 0; place < map.rows * map.columns * map.channels; place++) {
    const x = Math.floor(place / map.channels) % map.columns;
    const y = Math.floor(place / (map.channels * map.columns));
    const above = (place % planes) * size[0];
    for (let g = 0; g < across * across; g++) {
      const [row, column] = [y - Math.floor(g / across) * stride[0], x - (g % across) * stride[1]];
      if (row < 0 || row >= size[0] || column < 0 || column >= size[1]) continue;
      const first = ((above + row) * size[1] + column) * neurons + g * c.neurons;
      for (let j = 0; j < c.neurons; j++) fields[first + j]! += (weights[k++]! * planes) / map.channels;
    }
  }
  return { weights: fields, rows: planes * size[0], columns: size[1] };
}
