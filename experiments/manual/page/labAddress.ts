import * as z from 'zod/mini';
import { formatAddress } from '../../lab/page/address.ts';
import { type LabState, stateSchema } from '../../lab/page/state.ts';
import { formatSource } from '../../liveExamples/copyExample.ts';
import { readExampleFile } from '../../liveExamples/exampleFile.ts';
import type { ExampleValues, LiveExample } from '../../liveExamples/fence.ts';

/** URL fragment with which the lab opens the example as network, device or training; undefined if the lab cannot open it. */
export function formatLabState(example: LiveExample, values: ExampleValues): string | undefined {
  const parts: Readonly<Record<LiveExample['kind'], () => object | undefined>> = {
    network: () => ({ view: 'network', network: formatSource(example, values) }),
    device: () => ({ view: 'device', devices: [{ own: readExampleFile(example, values), set: {} }] }),
    mnist: () => ({ view: 'learn', learn: readExampleFile(example, values) }),
    module: () => undefined,
  };
  const part = parts[example.kind]();
  return part && formatAddress(z.parse(stateSchema, part) as LabState);
}
