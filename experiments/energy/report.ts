import { writeFileAtomic } from '../../core/log/file.ts';
import type { RunDirectory } from '../run/runDirectory.ts';
import { type EnergyAccount, totalOf } from './account.ts';
import type { Figure } from './scale.ts';

const PNG_WIDTH = 1520;

/** What of an account can be placed on the scale: energies of one event. */
export function figuresOf(energy: EnergyAccount): Figure[] {
  const { reads, writesUp, writesDown } = energy.counts;
  const writes = writesUp + writesDown;
  const found: [string, number | null][] = [
    ['a read', energy.read === null || reads === 0 ? null : energy.read / reads],
    ['a write', energy.write === null || writes === 0 ? null : energy.write / writes],
    ['a synaptic event', energy.perSynapticEvent],
    ['a spike', energy.perSpike],
  ];
  return found.flatMap(([name, joules]) => (joules === null || joules === 0 ? [] : [{ name, joules }]));
}

/** Draws `energy-scale.svg` and `.png` in a run directory and returns their names; nothing where no energy was spent. */
export async function drawEnergy(directory: RunDirectory, energy: EnergyAccount): Promise<string[]> {
  if (!(totalOf(energy)! > 0)) return [];
  const [{ energyScale }, { svgToPng }] = await Promise.all([import('./scalePicture.ts'), import('../plots/png.ts')]);
  const svg = energyScale(figuresOf(energy));
  writeFileAtomic(directory.file('energy-scale.svg'), svg);
  writeFileAtomic(directory.file('energy-scale.png'), svgToPng(svg, PNG_WIDTH));
  return ['energy-scale.svg'];
}
