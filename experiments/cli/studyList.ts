import { object } from '../../core/declare/params.ts';
import { questionOf, studyNames } from '../sweep/studies/shipped.ts';
import { columns } from './columns.ts';
import { command } from './command.ts';
import { tellNext } from './next.ts';

export default command({
  positionals: object({}),
  options: object({}),
  examples: ['study list'],
  handler: () => {
    console.log(columns([['name', 'question'], ...studyNames().map((name) => [name, questionOf(name)])]));
    console.log();
    tellNext('run one', 'study', 'run', 'NAME', '--out', 'DIR');
  },
});
