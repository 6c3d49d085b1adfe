// The program of a `CommandProcess`: runs the commands it is sent, and tells how each ended.
import { type Place, runInProcess } from './in-process.ts';

process.on('message', ({ args, place }: { args: readonly string[]; place: Place }) => {
  void runInProcess(args, place).then((output) => process.send!(output));
});
