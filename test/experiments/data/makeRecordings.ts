/** `node dist/test/experiments/data/makeRecordings.js DIR TRAIN TEST`: the first so many digits of MNIST as recordings, in the format of N-MNIST. */
import { loadMnist } from '../../../experiments/data/mnist.ts';
import { writeRecordings } from './saccades.ts';

const [directory, train, test] = process.argv.slice(2);
const mnist = loadMnist();
writeRecordings(directory!, { Train: [mnist.train, Number(train)], Test: [mnist.test, Number(test)] });
