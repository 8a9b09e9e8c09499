import type { FieldsData, RasterData } from './data.ts';
import type { FieldsView } from './fieldsView.ts';
import type { RasterView } from './rasterView.ts';
import { decodeBase64 } from './unpack.ts';

/** Update of a live page; values that are absent do not change. */
export interface LiveFrame {
  readonly progress: string;
  /** Data URL of a picture. */
  readonly accuracyPicture?: string;
  readonly raster?: Omit<RasterData, 'populations'> & {
    readonly ticks: readonly number[];
    readonly neurons: readonly number[];
    readonly populationOf: readonly number[];
  };
  /** Weights scaled to bytes, in base64. */
  readonly weightLevels?: string;
  readonly fields?: Pick<FieldsData, 'neuronClasses' | 'thresholds'>;
  readonly isEnded?: boolean;
}

export function followRun(raster: RasterView | undefined, fields: FieldsView | undefined): void {
  const events = new EventSource('events');
  const progress = document.getElementById('progress')!;
  events.onmessage = ({ data }) => {
    const frame = JSON.parse(data) as LiveFrame;
    progress.textContent = frame.progress;
    if (frame.accuracyPicture) (document.getElementById('accuracy') as HTMLImageElement).src = frame.accuracyPicture;
    if (frame.raster) {
      const { ticks, neurons, populationOf, ...view } = frame.raster;
      raster?.replaceSpikes(view, {
        ticks: Uint32Array.from(ticks),
        neurons: Uint32Array.from(neurons),
        populations: Uint8Array.from(populationOf),
      });
    }
    if (frame.weightLevels) fields?.drawWeights(decodeBase64(frame.weightLevels), frame.fields);
    document.documentElement.dataset.frames = String(Number(document.documentElement.dataset.frames ?? 0) + 1);
    if (frame.isEnded) events.close();
  };
  events.onerror = () => {
    progress.textContent += ' The run has ended or cannot be reached.';
    events.close();
  };
}
