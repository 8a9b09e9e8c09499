import { useLayoutEffect, useRef } from 'preact/hooks';
import { rampHexColours } from '../../../look/plots/ramp.ts';
import type { FieldsData } from '../../../report/client/data.ts';
import { FieldsView } from '../../../report/client/fieldsView.ts';
import { sharedTooltip } from './raster.tsx';

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
      { rows, columns, neurons, labels, thresholds, ramp: rampHexColours() },
      levels,
      sharedTooltip(),
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
