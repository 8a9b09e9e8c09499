import { windowsOf } from './architecture.ts';
import type { MnistConfig } from './config.ts';

export interface Fields {
  /** `(rows × columns) x neurons`, row-major. */
  readonly weights: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** The weights of all neurons as they lie on what each sees: the image of so many rows and columns, or its window of it. */
export function fieldsOf(c: MnistConfig, weights: Float32Array, rows: number, columns: number): Fields {
  if (c.network !== 'windows') return { weights, rows, columns };
  const { across } = c.windows!;
  const { size, stride } = windowsOf(c, rows, columns);
  const neurons = across * across * c.neurons;
  const fields = new Float32Array(size[0] * size[1] * neurons);
  let k = 0;
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (let g = 0; g < across * across; g++) {
        const [row, column] = [y - Math.floor(g / across) * stride[0], x - (g % across) * stride[1]];
        if (row < 0 || row >= size[0] || column < 0 || column >= size[1]) continue;
        fields.set(weights.subarray(k, (k += c.neurons)), (row * size[1] + column) * neurons + g * c.neurons);
      }
  return { weights: fields, rows: size[0], columns: size[1] };
}
