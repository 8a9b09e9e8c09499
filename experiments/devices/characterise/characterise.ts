import { parse } from 'node:path';
import { formatFormula } from '../../look/plots/chemical.ts';
import { writeResultPicture } from '../../look/plots/write.ts';
import { canonicalJson, hashConfig } from '../../network/config/hash.ts';
import { ResultDirectory } from '../../output/results.ts';
import { VERSION } from '../../version.ts';
import { renderChartPage, type TitledChart } from './page.ts';
import { MEASUREMENTS } from './parts/index.ts';
import { countPulsesThroughRange, type SpecimenSet } from './specimens.ts';

interface CharacteriseOptions extends Omit<SpecimenSet, 'pulseCount'> {
  readonly outDirectory: string;
  /** Number of pulses per train; default: as many as move the device through its whole range. */
  readonly pulseCount?: number | undefined;
}

/** Measures `deviceCount` simulated devices; writes a page of charts, a table per measurement, and `characterise.json`. */
export function characteriseDevice({ loaded, outDirectory, deviceCount: devices, seed, ...o }: CharacteriseOptions) {
  const directory = new ResultDirectory(outDirectory, {
    command: 'device characterise',
    markFile: 'characterise.json',
  });
  directory.prepareDirectory();
  const pulses = o.pulseCount ?? countPulsesThroughRange(loaded);
  const { name, device, shortTerm, about } = loaded;
  const config = { device, shortTerm, devices, seed, pulses };
  const sha256 = hashConfig(config);
  const specimen: SpecimenSet = { loaded, deviceCount: devices, seed, pulseCount: pulses };
  const facts = { device: name, seed: String(seed), configSha256: sha256, version: VERSION };
  const leftOut: Record<string, string> = {};
  const parts: Record<string, unknown> = {};
  const charts: TitledChart[] = [];
  for (const [part, measure] of Object.entries(MEASUREMENTS)) {
    const result = measure(specimen);
    if ('reason' in result) {
      leftOut[part] = result.reason;
      continue;
    }
    const { title, chart, summary, units } = result;
    parts[part] = {
      title,
      ...directory.writeTables(part, result, facts),
      summary,
      ...(units && { summaryUnits: units }),
    };
    charts.push({ title, ...chart });
  }
  const models = [device, ...(shortTerm ? [shortTerm] : [])].map(({ model }) => model).join(' and ');
  const points = charts.flatMap(({ series }) => series.flatMap((one) => one.points));
  const spread = points.some(({ low, high }) => low !== undefined && low !== high)
    ? 'median, and band from 5 to 95 %'
    : 'all alike';
  const heading = {
    title: `${formatFormula(about.name ?? about.structure ?? parse(name).name)}: ${models}`,
    subtitle: devices > 1 ? `${devices} devices, seed ${seed}: ${spread}` : `1 device, seed ${seed}`,
  };
  const pictures = writeResultPicture(directory, 'characterise', renderChartPage(heading, charts));
  const resolved: unknown = JSON.parse(canonicalJson(config));
  const result = { name, config: resolved, configSha256: sha256, version: VERSION, parts, leftOut, pictures };
  directory.writeMarkFile(result);
  return result;
}
