import * as z from 'zod/mini';
import { formatUrlFragment } from '../../lab/page/address.ts';
import { type LabState, labStateSchema } from '../../lab/page/state.ts';
import { readExampleFile } from '../../liveExamples/exampleFile.ts';
import type { LiveExample, SliderValues } from '../../liveExamples/fence.ts';
import { formatExampleSource } from '../../liveExamples/formatExampleCopy.ts';

/** URL fragment with which the lab opens the example as network, device or training; undefined if the lab cannot open it. */
export function formatLabUrlFragment(example: LiveExample, values: SliderValues): string | undefined {
  const parts: Readonly<Record<LiveExample['kind'], () => object | undefined>> = {
    network: () => ({ view: 'network', network: formatExampleSource(example, values) }),
    device: () => ({ view: 'device', devices: [{ own: readExampleFile(example, values), set: {} }] }),
    mnist: () => ({ view: 'learn', learn: readExampleFile(example, values) }),
    module: () => undefined,
  };
  const part = parts[example.kind]();
  return part && formatUrlFragment(z.parse(labStateSchema, part) as LabState);
}
