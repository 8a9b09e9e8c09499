import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const from = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const texts = (folder, names) =>
  Object.fromEntries(names.map((name) => [`${folder}/${name}`, readFileSync(from(`${folder}/${name}`), 'utf8')]));

/** Puts beside the scripts of the lab its page and the files that it fetches. */
export function writeSite(out) {
  cpSync(from('experiments/lab/site'), out, { recursive: true });
  const presets = 'experiments/devices/presets';
  writeFileSync(`${out}presets.json`, JSON.stringify(texts(presets, readdirSync(from(presets)).sort())));
  const examples = ['pulses.csv', 'network.yaml', 'winnerTakeAll.yaml', 'memristiveNeurons.yaml'];
  writeFileSync(`${out}examples.json`, JSON.stringify(texts('experiments/examples', examples)));
}
