import { writeFileAtomic } from '../../core/log/file.ts';
import type { RunDirectory } from '../run/runDirectory.ts';
import { type EnergyAccount, figuresOf, totalOf } from './account.ts';

const PNG_WIDTH = 1520;

/** Draws `energy-scale.svg` and `.png` in a run directory and returns their names; nothing where no energy was spent. */
export async function drawEnergy(directory: RunDirectory, energy: EnergyAccount): Promise<string[]> {
  if (!(totalOf(energy)! > 0)) return [];
  const [{ energyScale }, { svgToPng }] = await Promise.all([import('./scalePicture.ts'), import('../plots/png.ts')]);
  const svg = energyScale(figuresOf(energy));
  writeFileAtomic(directory.file('energy-scale.svg'), svg);
  writeFileAtomic(directory.file('energy-scale.png'), svgToPng(svg, PNG_WIDTH));
  return ['energy-scale.svg'];
}
