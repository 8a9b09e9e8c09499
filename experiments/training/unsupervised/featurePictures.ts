import { filmStrip, receptiveFields } from '../../look/plots/index.ts';
import type { Kernel } from './features/front.ts';

/** What each neuron of the first stage has learned: weights from on-cells above, from off-cells below. */
export function kernelPicture({ weights, thresholds }: Kernel): string {
  const count = thresholds.length;
  const places = weights.length / count / 2;
  const side = Math.sqrt(places);
  const fields = new Float32Array(places * 2 * count);
  for (let p = 0; p < places; p++)
    for (let channel = 0; channel < 2; channel++)
      for (let k = 0; k < count; k++)
        fields[p * 2 * count + channel * count + k] = weights[(p * 2 + channel) * count + k]!;
  return receptiveFields({
    weights: fields,
    rows: side,
    columns: side,
    neurons: 2 * count,
    across: count,
    max: 1,
    title: 'Kernels of the first stage',
    subtitle: `weights from on-cells above, from off-cells below; ${count} kernels of ${side} × ${side} pixels`,
    label: 'weight (mV)',
  });
}

/** Spikes of the pooling population for some images, one map a kernel. `counts`: by image, place and kernel. */
export function featureMaps(counts: readonly Float64Array[], labels: Uint8Array, kernels: number): string {
  const places = counts[0]!.length / kernels;
  const side = Math.sqrt(places);
  const most = counts.reduce((all, one) => one.reduce((a, n) => Math.max(a, n), all), 1);
  return filmStrip({
    rows: counts.map((one, i) => ({
      label: `digit ${labels[i]}`,
      frames: Array.from({ length: kernels }, (_, k) => ({
        values: Float64Array.from({ length: places }, (_, p) => one[p * kernels + k]!),
        rows: side,
        columns: side,
      })),
    })),
    moments: Array.from({ length: kernels }, (_, k) => String(k + 1)),
    colours: { label: 'spikes', domain: [0, most] },
    title: 'Feature maps',
    subtitle: 'spikes of the pooling population, by kernel',
  });
}
