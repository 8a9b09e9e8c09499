import { useLayoutEffect, useRef } from 'preact/hooks';
import { listSequentialColours } from '../../../look/plots/colours.ts';
import type { PopulationSize } from '../../../look/plots/density.ts';
import type { RasterData, ReceptiveFieldsData } from '../../../report/client/data.ts';
import { RasterView } from '../../../report/client/rasterView.ts';
import { ReceptiveFieldsView } from '../../../report/client/receptiveFieldsView.ts';
import { Tooltip } from '../../../report/client/tooltip.ts';
import { addStripColours } from '../../../report/stripColours.ts';

const tooltip = new Tooltip();

type FieldsProps = Omit<ReceptiveFieldsData, 'colourRamp'> & { readonly levels: Uint8Array };

/** Receptive fields. @param levels weights as bytes, pixels × neurons */
export function ReceptiveFields({ levels, ...fields }: FieldsProps) {
  const { rowsPerField, columnsPerField, neuronCount: neurons } = fields;
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<ReceptiveFieldsView>();
  useLayoutEffect(() => {
    view.current = new ReceptiveFieldsView(
      canvas.current!,
      { ...fields, colourRamp: listSequentialColours() },
      levels,
      tooltip,
    );
  }, [rowsPerField, columnsPerField, neurons]);
  useLayoutEffect(() => view.current!.drawWeights(levels, fields), [levels]);
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

interface RasterProps extends Omit<RasterData, 'populations' | 'marks'> {
  readonly label: string;
  readonly marks?: RasterData['marks'];
  readonly populations: readonly PopulationSize[];
  /** Spike times in ticks from the start of the window, ascending; a new array draws the raster again. */
  readonly ticks: ArrayLike<number>;
  readonly neurons: ArrayLike<number>;
  readonly populationIndices: ArrayLike<number>;
}

export function Raster({ label, populations, ticks, neurons, populationIndices, marks = [], ...times }: RasterProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<RasterView>();
  const populationsKey = populations.map(({ name, size }) => `${name}/${size}`).join();
  const spikes = () => ({
    ticks: Uint32Array.from(ticks),
    neurons: Uint32Array.from(neurons),
    populationIndices: Uint8Array.from(populationIndices),
  });
  useLayoutEffect(() => {
    const data = { ...times, marks, populations: populations.map(addStripColours) };
    view.current = new RasterView(canvas.current!, data, spikes(), tooltip);
  }, [populationsKey]);
  useLayoutEffect(() => view.current!.replaceSpikes({ ...times, marks }, spikes()), [ticks]);
  return (
    <>
      <canvas ref={canvas} key={populationsKey} class="raster" tabindex={0} role="img" aria-label={label} />
      <p class="hint">
        Wheel or drag: zoom and pan. Keys: ← → pan, + − zoom, 0 all, comma and full stop previous and next spike.
      </p>
    </>
  );
}
