import type { RasterData, ReceptiveFieldsData } from './data.ts';
import type { RasterView } from './rasterView.ts';
import type { ReceptiveFieldsView } from './receptiveFieldsView.ts';
import { decodeBase64 } from './unpack.ts';

/** Update of a live page; absent values do not change. */
export interface LivePageUpdate {
  readonly progress: string;
  readonly accuracyPicture?: string; // data URL
  readonly raster?: Omit<RasterData, 'populations'> & {
    readonly ticks: readonly number[];
    readonly neurons: readonly number[];
    readonly populationIndices: readonly number[];
  };
  readonly weightLevels?: string; // bytes in base64
  readonly fields?: Pick<ReceptiveFieldsData, 'neuronClasses' | 'thresholds'>;
  readonly isEnded?: boolean;
}

export function followLiveRun(raster: RasterView | undefined, fields: ReceptiveFieldsView | undefined): void {
  const events = new EventSource('events');
  const progress = document.getElementById('progress')!;
  events.onmessage = ({ data }) => {
    const frame = JSON.parse(data) as LivePageUpdate;
    progress.textContent = frame.progress;
    if (frame.accuracyPicture) (document.getElementById('accuracy') as HTMLImageElement).src = frame.accuracyPicture;
    if (frame.raster) {
      const { ticks, neurons, populationIndices, ...view } = frame.raster;
      raster?.replaceSpikes(view, {
        ticks: Uint32Array.from(ticks),
        neurons: Uint32Array.from(neurons),
        populationIndices: Uint8Array.from(populationIndices),
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
