import { useLayoutEffect, useRef } from 'preact/hooks';
import { toHexColours } from '../../../look/plots/ramp.ts';
import type { FieldsData, RasterData, SpikeColumns } from '../../../report/client/data.ts';
import { FieldsView } from '../../../report/client/fieldsView.ts';
import { RasterView } from '../../../report/client/rasterView.ts';
import { Tooltip } from '../../../report/client/tooltip.ts';

interface FieldsProps extends Omit<FieldsData, 'ramp'> {
  /** Weights as bytes, pixels × neurons. */
  readonly levels: Uint8Array;
}

/** Receptive fields of all neurons, as on the live page. */
export function ReceptiveFields({ levels, rows, columns, neurons, labels, thresholds }: FieldsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<FieldsView>();
  useLayoutEffect(() => {
    view.current = new FieldsView(
      canvas.current!,
      { rows, columns, neurons, labels, thresholds, ramp: toHexColours() },
      levels,
      getSharedTooltip(),
    );
  }, [rows, columns, neurons]);
  useLayoutEffect(() => view.current!.draw(levels, { labels, thresholds }), [levels]);
  return (
    <canvas
      ref={canvas}
      class="fields"
      tabindex={0}
      role="img"
      aria-label={`Receptive fields of ${neurons} neurons; arrow keys move between neurons`}
    />
  );
}

let shared: Tooltip | undefined;

/** Returns the one tooltip of the page. */
export function getSharedTooltip(): Tooltip {
  if (shared === undefined) {
    shared = new Tooltip();
    const made = shared;
    addEventListener('keydown', (event) => event.key === 'Escape' && made.hide());
  }
  return shared;
}

export interface RasterProps {
  readonly data: RasterData;
  readonly spikes: SpikeColumns;
  readonly label: string;
}

/** Spike raster with zoom and pan by wheel, pointer and keys, as in reports. */
export function Raster({ data, spikes, label }: RasterProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<RasterView>();
  const populationsKey = data.populations.map(({ name, size }) => `${name}/${size}`).join();
  useLayoutEffect(() => {
    view.current = new RasterView(canvas.current!, data, spikes, getSharedTooltip());
  }, [populationsKey]);
  useLayoutEffect(() => {
    const { populations: _, ...rest } = data;
    view.current!.replaceSpikes(rest, spikes);
  }, [data, spikes]);
  return (
    <>
      <canvas ref={canvas} key={populationsKey} class="raster" tabindex={0} role="img" aria-label={label} />
      <p class="hint">
        Wheel or drag: zoom and pan. Keys: ← → pan, + − zoom, 0 all, comma and full stop previous and next spike.
      </p>
    </>
  );
}
