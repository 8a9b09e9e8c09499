/** Usage: npm run bench -- [--only NAME] [--json] [--peer brian2] [--growth]; see --help. */
import { main } from '../../experiments/cli/main.ts';

const bench = {
  name: 'bench',
  summary: 'Measure memspike on this machine',
  examples: [
    'bench --only dense',
    'bench --against ../before --only song-1',
    'bench --peer brian2 --only brunel --pairs 5',
    'bench --growth --out docs',
    'bench --limit',
  ],
  load: async () => (await import('./bench.ts')).default,
};
process.exitCode = await main(['bench', ...process.argv.slice(2)], [bench], import.meta.url);
