import { basename } from 'node:path';
import { stringify } from 'yaml';
import type { PulseFit } from './fit.ts';

const digits = (value: number) => Number(value.toPrecision(6));

/**
 * The best model as a device file, what `projections.….device` takes with where its numbers come from: YAML.
 * @param source name of the measurement.
 */
export function deviceFile({ best, models, spread, reading }: PulseFit, source: string): string {
  const { params } = models[best];
  const measured = {
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, digits(value)])),
    ...(spread.deviceToDevice && { deviceToDevice: digits(spread.deviceToDevice) }),
    ...(spread.cycleToCycle && { cycleToCycle: digits(spread.cycleToCycle) }),
  };
  const file = {
    memspike: 1,
    device: { model: best, ...measured },
    about: {
      name: basename(source),
      summary: `Fitted to measured pulses; a reading scatters by ${digits(reading.sd)}${reading.kind === 'absolute' ? ' S' : ' of its value'}.`,
    },
    derived: Object.keys(measured).map((name) => ({
      parameter: `device.${name}`,
      formula: `least squares, memspike device fit ${basename(source)}`,
    })),
  };
  return stringify(file, { lineWidth: 110 });
}
