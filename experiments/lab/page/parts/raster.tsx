import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RasterData, SpikeColumns } from '../../../look/report/client/data.ts';
import { RasterView } from '../../../look/report/client/rasterView.ts';
import { tooltip } from '../tooltip.ts';

export interface RasterProps {
  readonly data: RasterData;
  readonly spikes: SpikeColumns;
  readonly label: string;
}

/** The raster of the report: wheel and drag zoom and pan, keys too. */
export function Raster({ data, spikes, label }: RasterProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<RasterView>();
  const same = data.populations.map(({ name, size }) => `${name}/${size}`).join();
  useLayoutEffect(() => {
    view.current = new RasterView(canvas.current!, data, spikes, tooltip());
  }, [same]);
  useLayoutEffect(() => {
    const { populations: _, ...rest } = data;
    view.current!.replace(rest, spikes);
  }, [data, spikes]);
  return (
    <>
      <canvas ref={canvas} key={same} class="raster" tabindex={0} role="img" aria-label={label} />
      <p class="hint">
        Wheel or drag: zoom and pan. Keys: ← → pan, + − zoom, 0 all, comma and full stop from spike to spike.
      </p>
    </>
  );
}
