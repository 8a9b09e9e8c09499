import { object } from '../../core/declare/params.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { listStudies, readQuestion } from '../sweep/studies/shipped.ts';
import { command } from './command.ts';
import { tellNext } from './next.ts';

export default command({
  positionals: object({}),
  options: object({}),
  examples: ['study list'],
  handler: () => {
    console.log(formatColumns([['name', 'question'], ...listStudies().map((name) => [name, readQuestion(name)])]));
    console.log();
    tellNext('run one', 'study', 'run', 'NAME', '--out', 'DIR');
  },
});
