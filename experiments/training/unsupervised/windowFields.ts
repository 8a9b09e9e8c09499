import { plural } from '../../../core/declare/show.ts';
import type { ReceptiveFields } from '../../look/plots/index.ts';
import type { MnistConfig } from './config.ts';
import type { Fields } from './fields.ts';

/** Neurons of a window side by side in the picture, at most. */
const MOST = 6;

/** The first neurons of each window, laid out as the windows are, with an empty line of tiles between them. */
export function inWindows(
  { weights, rows, columns }: Fields,
  { neurons, windows }: MnistConfig,
  captions: readonly string[],
  min: number,
): ReceptiveFields {
  const { across } = windows!;
  const each = Math.min(MOST, Math.ceil(Math.sqrt(neurons)));
  const side = across * each + across - 1;
  const all = across * across * neurons;
  const fields = new Float32Array(rows * columns * side * side).fill(min);
  const texts = new Array<string>(side * side).fill('');
  for (let g = 0; g < across * across; g++)
    for (let j = 0; j < Math.min(neurons, each * each); j++) {
      const down = Math.floor(g / across) * (each + 1) + Math.floor(j / each);
      const tile = down * side + (g % across) * (each + 1) + (j % each);
      texts[tile] = captions[g * neurons + j]!;
      for (let p = 0; p < rows * columns; p++) fields[p * side * side + tile] = weights[p * all + g * neurons + j]!;
    }
  const shown = Math.min(neurons, each * each);
  return {
    ...{ weights: fields, rows, columns, neurons: side * side, across: side, captions: texts },
    subtitle: `${across} × ${across} windows of the image where they lie, ${shown === neurons ? 'all' : 'the first'} ${plural(shown, 'neuron')} of each with the digit it stands for`,
  };
}
